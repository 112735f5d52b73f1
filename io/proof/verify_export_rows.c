/* The results of an export against their digest and their findings, and what is owed against the results. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"
#include "io/proof/verify_export_internal.h"
#include "io/run/result_digest.h"

#define RESULT_FIELDS (4 + AMOUNT_COUNT + 3)
#define FIELD_UDFALD 2
#define FIELD_AMOUNT(name) (4 + AMOUNT_##name)
#define FIELD_FUND (4 + AMOUNT_COUNT)
#define OWED_COMPONENTS 5
#define ENTITLEMENT_FIELDS (5 + 2 * OWED_COMPONENTS + 1)

int export_cut(char *line, char **fields, int field_max) {
    int count = 0;
    for (char *at = line; at != NULL; count++) {
        char *end = strchr(at, ';');
        if (count < field_max)
            fields[count] = at;
        if (end != NULL)
            *end++ = '\0';
        at = end;
    }
    return count;
}

static bool is_cpr(const char *text) {
    return strlen(text) == CPR_DIGITS && strspn(text, "0123456789") == CPR_DIGITS;
}

/* --- Results ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    ExportCheck *check;
    BucketDigest buckets[BUCKET_COUNT];
    char before[20]; /* month and CPR number of the row before */
    ExportLines findings;
} Results;

static Status check_findings(Results *results, const char *month, const char *cpr, const char *fund,
                             Error *error) {
    const char *name = export_file_name[EXPORT_FINDINGS];
    ExportLines *lines = &results->findings;
    Status status = STATUS_OK;
    if (lines->stream == NULL)
        return STATUS_OK;
    for (const char *code = fund; *code != '\0' && status == STATUS_OK;) {
        char expected[160];
        const size_t size = strcspn(code, ",");
        snprintf(expected, sizeof expected, "%s;%s;%.*s;", month, cpr, (int)size, code);
        if (lines->text == NULL || strncmp(lines->text, expected, strlen(expected)) != 0)
            export_problem(results->check, name, lines->text == NULL ? 0 : lines->number,
                           "rækken er ikke den bemærkning, som results.csv har",
                           "the row is not the finding that results.csv has");
        status = lines->text == NULL ? STATUS_OK : export_lines_next(lines, error);
        code += size + (code[size] == ',' ? 1 : 0);
    }
    return status;
}

static Status check_result(Results *results, ExportLines *lines, Error *error) {
    const char *name = export_file_name[EXPORT_RESULTS];
    char *fields[RESULT_FIELDS], place[20];
    const size_t size = strlen(lines->text);
    char *line = malloc(size + 2);
    if (line == NULL)
        return error_no_memory(error);
    memcpy(line, lines->text, size);
    memcpy(line + size, "\n", 2);
    Status status = STATUS_OK;
    if (export_cut(lines->text, fields, RESULT_FIELDS) != RESULT_FIELDS || !is_cpr(fields[0]) ||
        strlen(fields[1]) != 7)
        export_problem(results->check, name, lines->number, "rækken kan ikke læses",
                       "the row cannot be read");
    else {
        bucket_digest_add_line(&results->buckets[bucket_of(fields[0])], line, size + 1);
        snprintf(place, sizeof place, "%s %s", fields[1], fields[0]);
        if (strcmp(results->before, place) >= 0)
            export_problem(results->check, name, lines->number, "rækken står ikke efter den før",
                           "the row does not come after the one before");
        memcpy(results->before, place, sizeof place);
        status = check_findings(results, fields[1], fields[0], fields[FIELD_FUND], error);
    }
    free(line);
    return status;
}

static Status judge_digest(Results *results, Error *error) {
    uint8_t buckets[BUCKET_COUNT][SHA256_SIZE], digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    for (int b = 0; b < BUCKET_COUNT; b++)
        bucket_digest_next(&results->buckets[b], buckets[b]);
    if (!result_digest((const uint8_t(*)[SHA256_SIZE])buckets, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    if (strcmp(hex, results->check->digest_hex) != 0)
        export_problem(results->check, export_file_name[EXPORT_RESULTS], 0,
                       "rækkerne giver ikke den hash, der blev beseglet",
                       "the rows do not make the digest that was sealed");
    return STATUS_OK;
}

static Status walk_results(Results *results, Error *error) {
    ExportLines lines;
    Status status = export_lines_open(results->check, EXPORT_RESULTS, export_results_header, &lines, error);
    while (status == STATUS_OK && lines.text != NULL) {
        status = check_result(results, &lines, error);
        if (status == STATUS_OK)
            status = export_lines_next(&lines, error);
    }
    export_lines_close(&lines);
    if (status == STATUS_OK && results->findings.text != NULL)
        export_problem(results->check, export_file_name[EXPORT_FINDINGS], results->findings.number,
                       "rækken er ikke en bemærkning, som results.csv har",
                       "the row is not a finding that results.csv has");
    return status == STATUS_OK ? judge_digest(results, error) : status;
}

Status export_check_results(ExportCheck *check, Error *error) {
    Results *results = calloc(1, sizeof *results);
    Status status = results == NULL ? error_no_memory(error) : STATUS_OK;
    if (status != STATUS_OK || !check->is_there[EXPORT_RESULTS]) {
        free(results);
        return status;
    }
    results->check = check;
    for (int b = 0; b < BUCKET_COUNT && status == STATUS_OK; b++)
        if (!bucket_digest_begin(&results->buckets[b]))
            status = error_no_memory(error);
    if (status == STATUS_OK && check->is_there[EXPORT_FINDINGS])
        status = export_lines_open(check, EXPORT_FINDINGS, export_findings_header, &results->findings, error);
    if (status == STATUS_OK)
        status = walk_results(results, error);
    export_lines_close(&results->findings);
    for (int b = 0; b < BUCKET_COUNT; b++)
        bucket_digest_free(&results->buckets[b]);
    free(results);
    return status;
}

/* --- What is owed ---------------------------------------------------------------------------------------------------------------- */

/* In the order of a line's number, and of the columns of entitlements.csv. */
static const char *const components[OWED_COMPONENTS] = {"til_udbetaling", "atp_egen", "atp_kommune", "skat",
                                                        "pension"};
static const int result_fields[OWED_COMPONENTS] = {FIELD_AMOUNT(til_udbetaling), FIELD_AMOUNT(atp_egen),
                                                   FIELD_AMOUNT(atp_kommune), FIELD_AMOUNT(skat),
                                                   FIELD_AMOUNT(pension)};

typedef struct {
    ExportCheck *check;
    ExportLines entitlements, lines, results;
    char
        *result[RESULT_FIELDS]; /* the row of results that is being looked at, cut; [0] NULL: there is none */
    int64_t line_count;
    Money til_udbetaling; /* sum of the lines */
} Owed;

static Status next_result(Owed *owed, Error *error) {
    const Status status = export_lines_next(&owed->results, error);
    if (status != STATUS_OK || owed->results.text == NULL ||
        export_cut(owed->results.text, owed->result, RESULT_FIELDS) != RESULT_FIELDS)
        owed->result[0] = NULL;
    return status;
}

/* Month, then CPR number. */
static int compare_places(const char *month_a, const char *cpr_a, const char *month_b, const char *cpr_b) {
    const int compared = strcmp(month_a, month_b);
    return compared != 0 ? compared : strcmp(cpr_a, cpr_b);
}

/* What is owed is what was computed; a month that has no result any more owes nothing. */
static Status check_amounts(Owed *owed, char *const *fields, Error *error) {
    Status status = STATUS_OK;
    while (status == STATUS_OK && owed->result[0] != NULL &&
           compare_places(owed->result[1], owed->result[0], fields[0], fields[1]) < 0)
        status = next_result(owed, error);
    const bool is_there = status == STATUS_OK && owed->result[0] != NULL &&
                          compare_places(owed->result[1], owed->result[0], fields[0], fields[1]) == 0;
    for (int i = 0; i < OWED_COMPONENTS && status == STATUS_OK; i++)
        if (strcmp(fields[5 + i], is_there ? owed->result[result_fields[i]] : "0,00") != 0)
            export_problem(owed->check, export_file_name[EXPORT_ENTITLEMENTS], owed->entitlements.number,
                           "%s er ikke resultatets", "%s is not the result's", components[i]);
    return status;
}

/* linje_id;maaned;cpr_nummer;komponent;revision;beloeb;kommunekode;ordning: the number is the entitlement's and the component's. */
static Status check_line(Owed *owed, char *const *fields, int component, Error *error) {
    const char *name = export_file_name[EXPORT_DELTA_LINES];
    char expected[160];
    snprintf(expected, sizeof expected, "%s%d;%s;%s;%s;%s;%s;%s;%s", fields[5 + 2 * OWED_COMPONENTS],
             1 + component, fields[0], fields[1], components[component], fields[2],
             fields[5 + OWED_COMPONENTS + component], fields[3], fields[4]);
    if (owed->lines.text == NULL || strcmp(owed->lines.text, expected) != 0)
        export_problem(owed->check, name, owed->lines.text == NULL ? 0 : owed->lines.number,
                       "linjen er ikke den, entitlements.csv giver (række %" PRId64 ")",
                       "the line is not the one that entitlements.csv makes (row %" PRId64 ")",
                       owed->entitlements.number);
    owed->line_count++;
    return owed->lines.text == NULL ? STATUS_OK : export_lines_next(&owed->lines, error);
}

static Status check_entitlement(Owed *owed, Error *error) {
    char *fields[ENTITLEMENT_FIELDS];
    Money amount;
    if (export_cut(owed->entitlements.text, fields, ENTITLEMENT_FIELDS) != ENTITLEMENT_FIELDS ||
        !money_parse(fields[10], (uint32_t)strlen(fields[10]), ',', &amount)) {
        export_problem(owed->check, export_file_name[EXPORT_ENTITLEMENTS], owed->entitlements.number,
                       "rækken kan ikke læses", "the row cannot be read");
        return STATUS_OK;
    }
    owed->til_udbetaling.oere += amount.oere;
    Status status = check_amounts(owed, fields, error);
    for (int i = 0; i < OWED_COMPONENTS && status == STATUS_OK; i++)
        if (strcmp(fields[5 + OWED_COMPONENTS + i], "0,00") != 0)
            status = check_line(owed, fields, i, error);
    return status;
}

static void check_sum(Owed *owed, const char *key, int64_t sum) {
    char sealed[24] = "", found[24];
    snprintf(found, sizeof found, "%" PRId64, sum);
    if (owed->check->seal_text == NULL)
        return;
    if (!seal_text_value(owed->check->seal_text, key, sealed, sizeof sealed) || strcmp(sealed, found) != 0)
        export_problem(owed->check, export_file_name[EXPORT_ENTITLEMENTS], 0,
                       "%s er %s, under seglet står %s", "%s is %s, under the seal is %s", key, found,
                       sealed);
}

static Status walk_owed(Owed *owed, Error *error) {
    Status status = STATUS_OK;
    while (status == STATUS_OK && owed->entitlements.text != NULL) {
        status = check_entitlement(owed, error);
        if (status == STATUS_OK)
            status = export_lines_next(&owed->entitlements, error);
    }
    if (status != STATUS_OK)
        return status;
    if (owed->lines.text != NULL)
        export_problem(owed->check, export_file_name[EXPORT_DELTA_LINES], owed->lines.number,
                       "linjen hører ikke til nogen række i entitlements.csv",
                       "the line belongs to no row of entitlements.csv");
    check_sum(owed, "delta_lines", owed->line_count);
    check_sum(owed, "delta_til_udbetaling", owed->til_udbetaling.oere);
    return STATUS_OK;
}

Status export_check_owed(ExportCheck *check, Error *error) {
    Owed owed = {.check = check};
    if (!check->is_there[EXPORT_ENTITLEMENTS] || !check->is_there[EXPORT_DELTA_LINES] ||
        !check->is_there[EXPORT_RESULTS])
        return STATUS_OK;
    Status status =
        export_lines_open(check, EXPORT_ENTITLEMENTS, export_entitlements_header, &owed.entitlements, error);
    if (status == STATUS_OK)
        status = export_lines_open(check, EXPORT_DELTA_LINES, export_delta_lines_header, &owed.lines, error);
    if (status == STATUS_OK)
        status = export_lines_open(check, EXPORT_RESULTS, export_results_header, &owed.results, error);
    if (status == STATUS_OK && (owed.results.text == NULL ||
                                export_cut(owed.results.text, owed.result, RESULT_FIELDS) != RESULT_FIELDS))
        owed.result[0] = NULL;
    if (status == STATUS_OK)
        status = walk_owed(&owed, error);
    export_lines_close(&owed.entitlements);
    export_lines_close(&owed.lines);
    export_lines_close(&owed.results);
    return status;
}
