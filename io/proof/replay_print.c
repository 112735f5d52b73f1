#include "io/proof/replay_print.h"

#include <inttypes.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/base/embedded.h"
#include "io/run/result_digest.h"

/* The fields of a digest's line. */
#define FIELD_CPR 0
#define FIELD_MAANED 1

static const char csv_header[] = "koersel;maaned;cpr_nummer;felt;gemt;beregnet;segl\n";

static const char *proves_text(SealProves proves) {
    static const char *const texts[] = {"gemt", "beregnet", "ingen"};
    return texts[proves];
}

static const char *pick(const ReplayPrinter *printer, const char *danish, const char *english) {
    return printer->danish ? danish : english;
}

/* --- Differences, field by field ------------------------------------------------------------------------------------ */

/* One field of a line, without its delimiter; a line that is not there has empty ones. */
static Text field_of(const char *line, int field) {
    if (line == NULL)
        return (Text){"", 0};
    for (int i = 0; i < field; i++) {
        const char *next = strchr(line, ';');
        if (next == NULL)
            return (Text){"", 0};
        line = next + 1;
    }
    return (Text){line, (uint32_t)strcspn(line, ";\n")};
}

static bool texts_are_equal(Text a, Text b) {
    return a.size_bytes == b.size_bytes && memcmp(a.bytes, b.bytes, a.size_bytes) == 0;
}

typedef struct {
    const char *name;
    Text cpr, stored, computed;
    char month[DATE_TEXT_SIZE];
    SealProves proves;
} Changed;

/* What is stored may be anything: nothing of it may break a line or a JSON text. */
static void put_text(FILE *out, Text text) {
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        fputc(byte < 0x20 || byte == '"' || byte == '\\' ? '?' : byte, out);
    }
}

static void print_changed(ReplayPrinter *printer, const Changed *changed) {
    const bool json = printer->format == TABLE_JSON;
    const char *const between = json ? "\",\"" : ";";
    const Text parts[] = {{changed->month, (uint32_t)strlen(changed->month)},
                          changed->cpr,
                          {changed->name, (uint32_t)strlen(changed->name)},
                          changed->stored,
                          changed->computed,
                          {proves_text(changed->proves), (uint32_t)strlen(proves_text(changed->proves))}};
    static const char *const names[] = {"maaned", "cpr_nummer", "felt", "gemt", "beregnet", "segl"};
    if (json)
        fprintf(printer->out, "{\"difference\":{\"run\":%d,\"", printer->run->run_id);
    else
        fprintf(printer->out, "%d;", printer->run->run_id);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 0)
            fputs(between, printer->out);
        if (json)
            fprintf(printer->out, "%s\":\"", names[i]);
        put_text(printer->out, parts[i]);
    }
    fputs(json ? "\"}}\n" : "\n", printer->out);
}

void replay_print_begin(ReplayPrinter *printer) {
    if (printer->format == TABLE_CSV)
        fputs(csv_header, printer->out);
}

void replay_print_difference(void *context, const ReplayDifference *difference) {
    ReplayPrinter *printer = context;
    const char *line = difference->stored != NULL ? difference->stored : difference->computed;
    Changed changed = {.cpr = field_of(line, FIELD_CPR), .proves = difference->proves};
    month_format(difference->month, changed.month);
    if (printer->format == TABLE_TEXT && printer->rows == 0)
        fputs(csv_header, printer->out);
    if (++printer->rows > REPLAY_ROWS_SHOWN_MAX && printer->format == TABLE_TEXT)
        return;
    if (difference->stored == NULL || difference->computed == NULL) {
        changed.name = "raekke";
        changed.stored = field_of(difference->stored, FIELD_MAANED + 1);
        changed.computed = field_of(difference->computed, FIELD_MAANED + 1);
        print_changed(printer, &changed);
        return;
    }
    for (int i = FIELD_MAANED + 1; i < RESULT_DIGEST_FIELD_COUNT; i++) {
        changed.name = result_digest_fields[i];
        changed.stored = field_of(difference->stored, i);
        changed.computed = field_of(difference->computed, i);
        if (!texts_are_equal(changed.stored, changed.computed))
            print_changed(printer, &changed);
    }
}

/* --- A run as text -------------------------------------------------------------------------------------------------- */

/* "version=0.1.0\nsources=<hash>\n" */
static void program_text(const char *program, char *text, size_t size) {
    char version[64] = "?", sources[SHA256_HEX_SIZE] = "?";
    (void)sscanf(program, "version=%63[^\n]\nsources=%64[0-9a-f]", version, sources);
    snprintf(text, size, "%s %.16s", version, sources);
}

static bool same_program(const RunRecord *run) {
    const char *sources = strstr(run->program, "sources=");
    return sources != NULL &&
           strncmp(sources + strlen("sources="), program_sources_sha256, SHA256_HEX_SIZE - 1) == 0;
}

static void print_pair(const ReplayPrinter *printer, const char *name, const char *then, const char *now) {
    fprintf(printer->out, "  %-12s %s", name, then);
    if (strcmp(then, now) != 0)
        fprintf(printer->out, "\n  %-12s %s", pick(printer, "  nu", "  now"), now);
    fputc('\n', printer->out);
}

static void print_known(const ReplayPrinter *printer, const ReplayKnown *known, const char *digest_hex) {
    const RunRecord *run = printer->run;
    char then[160], now[160];
    const char *delivery = pick(printer, "leverance", "delivery"),
               *loaded = pick(printer, "indlæst", "loaded");
    snprintf(then, sizeof then, "%s %d, %s %s", delivery, run->data_as_of, loaded, known->loaded_at[0]);
    snprintf(now, sizeof now, "%s %d, %s %s", delivery, known->data_as_of, loaded, known->loaded_at[1]);
    print_pair(printer, "data", then, now);
    print_pair(printer, pick(printer, "satser", "rates"), known->satser_hex[0], known->satser_hex[1]);
    print_pair(printer, pick(printer, "politikker", "policies"), known->politik_hex[0],
               known->politik_hex[1]);
    program_text(run->program, then, sizeof then);
    snprintf(now, sizeof now, "%s %.16s", program_version, program_sources_sha256);
    print_pair(printer, "program", then, same_program(run) ? then : now);
    fprintf(printer->out, "  %-12s %s\n", pick(printer, "segl", "seal"), run->seal_hex);
    print_pair(printer, "hash", run->digest_hex, digest_hex);
}

static void print_reasons(const ReplayPrinter *printer, const ReplayOutcome *outcome) {
    if (!outcome->shards_agree)
        fputs(pick(printer, "  delmængdernes gemte hash giver ikke den hash, som seglet dækker\n",
                   "  the stored hashes of the buckets do not make the hash under the seal\n"),
              printer->out);
    if (outcome->buckets_stored_otherwise > 0)
        fprintf(printer->out,
                printer->danish ? "  gemte resultater er ikke dem, der blev beseglet, i %d af %d delmængder\n"
                                : "  stored results are not those that were sealed in %d of %d buckets\n",
                outcome->buckets_stored_otherwise, BUCKET_COUNT);
    if (outcome->buckets_computed_otherwise > 0)
        fprintf(printer->out,
                printer->danish ? "  beregningen ender ikke i det, der blev beseglet, i %d af %d delmængder\n"
                                : "  the calculation does not end in what was sealed in %d of %d buckets\n",
                outcome->buckets_computed_otherwise, BUCKET_COUNT);
    if (outcome->differences > REPLAY_ROWS_SHOWN_MAX)
        fprintf(printer->out,
                printer->danish
                    ? "  %" PRId64 " rækker afviger; de første %d er vist (--format csv viser alle)\n"
                    : "  %" PRId64 " rows differ; the first %d are shown (--format csv shows all)\n",
                outcome->differences, REPLAY_ROWS_SHOWN_MAX);
}

static const char *kind_word(const ReplayPrinter *printer, const RunRecord *run) {
    if (!printer->danish)
        return run->kind;
    return strcmp(run->kind, "reprocess") == 0 ? "genberegning" : "natlig";
}

static void print_text(const ReplayPrinter *printer, const ReplayKnown *known, const ReplayOutcome *outcome) {
    const RunRecord *run = printer->run;
    char month[DATE_TEXT_SIZE];
    month_format(run->month, month);
    fprintf(printer->out,
            printer->danish ? "kørsel %d, %s, %s, beseglet %s: %" PRId64 " personmåneder beregnet, %" PRId64
                              " resultater, %" PRId64 " gemt, %" PRId64 " afviger: %s\n"
                            : "run %d, %s, %s, sealed %s: %" PRId64 " person-months computed, %" PRId64
                              " results, %" PRId64 " stored, %" PRId64 " differ: %s\n",
            run->run_id, month, kind_word(printer, run), run->ended_at, outcome->person_months,
            outcome->results, outcome->stored, outcome->differences,
            outcome->equal ? pick(printer, "ENS", "EQUAL") : pick(printer, "FORSKEL", "DIFFERENT"));
    if (printer->whole || !outcome->equal)
        print_known(printer, known, outcome->digest_hex);
    print_reasons(printer, outcome);
}

/* --- A run as JSON --------------------------------------------------------------------------------------------------- */

static void print_json(const ReplayPrinter *printer, const ReplayKnown *known, const ReplayOutcome *outcome) {
    const RunRecord *run = printer->run;
    char month[DATE_TEXT_SIZE], program[160];
    month_format(run->month, month);
    program_text(run->program, program, sizeof program);
    fprintf(
        printer->out,
        "{\"run\":%d,\"month\":\"%s\",\"kind\":\"%s\",\"sealed_at\":\"%s\",\"seal\":\"%s\",\"digest\":\"%s\","
        "\"sealed\":{\"data_as_of\":%d,\"loaded_at\":\"%s\",\"satser\":\"%s\",\"politik\":\"%s\",\"program\":"
        "\"%s\"},",
        run->run_id, month, run->kind, run->ended_at, run->seal_hex, run->digest_hex, run->data_as_of,
        known->loaded_at[0], known->satser_hex[0], known->politik_hex[0], program);
    fprintf(printer->out,
            "\"computed\":{\"data_as_of\":%d,\"loaded_at\":\"%s\",\"satser\":\"%s\",\"politik\":\"%s\","
            "\"program\":"
            "\"%s %.16s\",\"digest\":\"%s\"},",
            known->data_as_of, known->loaded_at[1], known->satser_hex[1], known->politik_hex[1],
            program_version, program_sources_sha256, outcome->digest_hex);
    fprintf(printer->out,
            "\"months_everyone\":%" PRId64 ",\"months_touched\":%" PRId64 ",\"person_months\":%" PRId64
            ",\"results\":%" PRId64 ",\"stored\":%" PRId64 ",\"buckets_stored_otherwise\":%d,"
            "\"buckets_computed_otherwise\":%d,\"rows_that_differ\":%" PRId64 ",\"equal\":%s}\n",
            known->months_everyone, known->months_touched, outcome->person_months, outcome->results,
            outcome->stored, outcome->buckets_stored_otherwise, outcome->buckets_computed_otherwise,
            outcome->differences, outcome->equal ? "true" : "false");
}

void replay_print_run(ReplayPrinter *printer, const ReplayKnown *known, const ReplayOutcome *outcome) {
    if (printer->format == TABLE_TEXT)
        print_text(printer, known, outcome);
    else if (printer->format == TABLE_JSON)
        print_json(printer, known, outcome);
    printer->rows = 0;
}
