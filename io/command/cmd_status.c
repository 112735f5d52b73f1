/* ydelse status: where things stand. */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "io/command/command.h"
#include "io/explain/explanation.h"
#include "io/pay/payment_db.h"
#include "io/run/metrics.h"
#include "io/run/status.h"
#include "io/show/table.h"

static const Option options[] = {
    {"format", "text|csv|json|prometheus",
     "text (default), CSV with a line per figure, JSON, amounts of these two in oere; or metrics", false,
     false},
    {"json", NULL, "the same as --format json", false, false},
    {NULL, NULL, NULL, false, false},
};

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "-" : text;
}

static long long number_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void kroner_of(const json_t *object, const char *key, bool danish, char amount[KRONER_TEXT_SIZE]) {
    kroner_format((Money){json_integer_value(json_object_get(object, key))}, danish, amount);
}

/* "1 betaling", "2 betalinger". */
static const char *payments_of(const json_t *object, const char *key, bool danish) {
    return payment_noun(number_of(object, key), danish);
}

static const char *days_of(const json_t *object, const char *key, bool danish) {
    if (danish)
        return number_of(object, key) == 1 ? "dag" : "dage";
    return number_of(object, key) == 1 ? "day" : "days";
}

static const char *run_state(const char *state, bool danish) {
    static const char *const words[][2] = {{"planned", "planlagt"},
                                           {"computing", "under beregning"},
                                           {"sealed", "beseglet"},
                                           {"failed", "mislykket"}};
    for (size_t i = 0; danish && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], state) == 0)
            return words[i][1];
    return state;
}

/* For whom it is told, when that is not everybody. */
static void print_municipalities(const json_t *municipalities, bool danish) {
    if (!json_is_array(municipalities))
        return;
    fputs(danish ? "kun for kommune:" : "only of municipality:", stdout);
    for (size_t i = 0; i < json_array_size(municipalities); i++)
        printf(" %s", json_string_value(json_array_get(municipalities, i)));
    putchar('\n');
}

static void print_delivery(const json_t *delivery, bool danish) {
    if (!json_is_object(delivery)) {
        puts(danish ? "leverancer: ingen" : "deliveries: none");
        return;
    }
    if (json_object_get(delivery, "files") == NULL) {
        printf(danish ? "sidste leverance: %lld, indlæst %.19s af %s\n"
                      : "last delivery: %lld, loaded %.19s by %s\n",
               number_of(delivery, "id"), text_of(delivery, "loaded_at"), text_of(delivery, "loaded_by"));
        return;
    }
    printf(danish ? "sidste leverance: %lld, indlæst %.19s af %s: rækker læst %lld, gemt %lld, dublet %lld, "
                    "afvist %lld\n"
                  : "last delivery: %lld, loaded %.19s by %s: rows read %lld, stored %lld, duplicate %lld, "
                    "rejected %lld\n",
           number_of(delivery, "id"), text_of(delivery, "loaded_at"), text_of(delivery, "loaded_by"),
           number_of(delivery, "rows_read"), number_of(delivery, "rows_stored"),
           number_of(delivery, "rows_duplicate"), number_of(delivery, "rows_rejected"));
}

static void print_runs(const json_t *runs, bool danish) {
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        char owed[KRONER_TEXT_SIZE];
        kroner_of(run, "delta_til_udbetaling", danish, owed);
        if (json_object_get(run, "results") == NULL) {
            printf(danish ? "kørsel %lld, %s: %s, nyt skyldigt %s kr., segl %.16s\n"
                          : "run %lld, %s: %s, newly owed %s kr., seal %.16s\n",
                   number_of(run, "id"), text_of(run, "month"), run_state(text_of(run, "state"), danish),
                   owed, text_of(run, "seal"));
            continue;
        }
        printf(
            danish
                ? "kørsel %lld, %s: %s, resultater %lld, tilbageholdt %lld, nyt skyldigt %s kr., segl %.16s\n"
                : "run %lld, %s: %s, results %lld, held %lld, newly owed %s kr., seal %.16s\n",
            number_of(run, "id"), text_of(run, "month"), run_state(text_of(run, "state"), danish),
            number_of(run, "results"), number_of(run, "held"), owed, text_of(run, "seal"));
    }
}

static void print_work(const json_t *work, bool danish) {
    if (json_is_object(work))
        printf(danish ? "kørsel %lld er i gang: %lld af %lld dele beregnet\n"
                      : "run %lld is at work: %lld of %lld parts computed\n",
               number_of(work, "id"), number_of(work, "shards_done"), number_of(work, "shards"));
}

static void print_rejects(const json_t *status, bool danish) {
    void *at = json_object_iter(json_object_get(status, "rejects"));
    if (at == NULL)
        puts(danish ? "åbne afvisninger: ingen" : "open rejects: none");
    for (; at != NULL; at = json_object_iter_next(json_object_get(status, "rejects"), at))
        printf(danish ? "åbne afvisninger, %s: %lld\n" : "open rejects, %s: %lld\n", json_object_iter_key(at),
               (long long)json_integer_value(json_object_iter_value(at)));
    if (json_is_integer(json_object_get(status, "rejects_oldest_days")))
        printf(danish ? "ældste åbne afvisning: %lld %s\n" : "oldest open reject: %lld %s\n",
               number_of(status, "rejects_oldest_days"), days_of(status, "rejects_oldest_days", danish));
    if (number_of(status, "rejected_files") > 0)
        printf(danish ? "filer afvist som helhed: %lld\n" : "files rejected as a whole: %lld\n",
               number_of(status, "rejected_files"));
}

static void print_held(const json_t *status, bool danish) {
    printf(danish ? "tilbageholdte personer: %lld" : "held persons: %lld", number_of(status, "held"));
    if (json_is_integer(json_object_get(status, "held_oldest_days")))
        printf(danish ? ", ældste %lld %s" : ", oldest %lld %s", number_of(status, "held_oldest_days"),
               days_of(status, "held_oldest_days", danish));
    putchar('\n');
}

static void print_owed(const json_t *status, bool danish) {
    const json_t *owed = json_object_get(status, "open_owed");
    const json_t *claims = json_object_get(status, "claims");
    const json_t *batches = json_object_get(status, "batches");
    char amount[KRONER_TEXT_SIZE];
    if (json_array_size(owed) == 0)
        puts(danish ? "ikke i en bunke: intet skyldigt" : "not in a batch: nothing owed");
    for (size_t i = 0; i < json_array_size(owed); i++) {
        const json_t *one = json_array_get(owed, i);
        kroner_of(one, "til_udbetaling", danish, amount);
        printf(danish ? "ikke i en bunke, kommune %s: %lld %s, %s kr.\n"
                      : "not in a batch, municipality %s: %lld %s, %s kr.\n",
               text_of(one, "kommunekode"), number_of(one, "payments"), payments_of(one, "payments", danish),
               amount);
    }
    kroner_of(claims, "amount", danish, amount);
    printf(danish ? "krav, der afventer afgørelse: %lld, %s kr.\n"
                  : "claims awaiting decision: %lld, %s kr.\n",
           number_of(claims, "count"), amount);
    kroner_of(claims, "decided_amount", danish, amount);
    printf(danish ? "krav, der er besluttet og ikke afsluttet: %lld, %s kr.\n"
                  : "claims decided and not closed: %lld, %s kr.\n",
           number_of(claims, "decided_count"), amount);
    for (void *at = json_object_iter((json_t *)(uintptr_t)batches); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)batches, at)) {
        kroner_of(json_object_iter_value(at), "total", danish, amount);
        printf(danish ? "bunker, %s: %lld, %s kr.\n" : "batches, %s: %lld, %s kr.\n",
               payment_batch_state(json_object_iter_key(at), danish),
               number_of(json_object_iter_value(at), "count"), amount);
    }
}

static void print_answers(const json_t *status, bool danish) {
    const json_t *rejected = json_object_get(status, "rejected_payments");
    const json_t *unanswered = json_object_get(status, "unanswered_payments");
    const json_t *recalled = json_object_get(status, "recalled_batches");
    char amount[KRONER_TEXT_SIZE];
    kroner_of(unanswered, "amount", danish, amount);
    printf(danish ? "sendt og ikke besvaret: %lld %s, %s kr.\n" : "sent and not answered: %lld %s, %s kr.\n",
           number_of(unanswered, "count"), payments_of(unanswered, "count", danish), amount);
    kroner_of(rejected, "amount", danish, amount);
    printf(danish ? "afvist af banken og ikke frigivet: %lld %s, %s kr."
                  : "rejected by the bank and not released: %lld %s, %s kr.",
           number_of(rejected, "count"), payments_of(rejected, "count", danish), amount);
    if (json_is_integer(json_object_get(rejected, "oldest_days")))
        printf(danish ? ", ældste %lld %s" : ", oldest %lld %s", number_of(rejected, "oldest_days"),
               days_of(rejected, "oldest_days", danish));
    putchar('\n');
    const json_t *contradictions = json_object_get(status, "contradictions");
    if (number_of(contradictions, "count") > 0) {
        kroner_of(contradictions, "amount", danish, amount);
        printf(
            danish
                ? "afvist og senere accepteret af banken: %lld %s, %s kr., heraf sendt igen: %lld (`ydelse "
                  "rejected`)\n"
                : "rejected and later accepted by the bank: %lld %s, %s kr., of them sent again: %lld "
                  "(`ydelse "
                  "rejected`)\n",
            number_of(contradictions, "count"), payments_of(contradictions, "count", danish), amount,
            number_of(contradictions, "twice"));
    }
    for (size_t i = 0; i < json_array_size(recalled); i++)
        printf(danish ? "tilbagekaldt, banken har ikke svaret: bunke %lld\n"
                      : "recalled, the bank has not answered: batch %lld\n",
               (long long)json_integer_value(json_array_get(recalled, i)));
    if (number_of(status, "unknown_answers") > 0)
        printf(danish ? "svar om ukendte eller ikke sendte betalinger: %lld\n"
                      : "answers about payments unknown or not sent: %lld\n",
               number_of(status, "unknown_answers"));
}

static void print_text(const json_t *status, bool danish) {
    printf(danish ? "skema: %lld\n" : "schema: %lld\n", number_of(status, "schema"));
    print_municipalities(json_object_get(status, "municipalities"), danish);
    print_delivery(json_object_get(status, "delivery"), danish);
    print_runs(json_object_get(status, "runs"), danish);
    print_work(json_object_get(json_object_get(status, "watch"), "at_work"), danish);
    print_held(status, danish);
    print_rejects(status, danish);
    print_owed(status, danish);
    print_answers(status, danish);
}

/* --- A line per figure: "delivery.rows_read;266" ----------------------------------------------------------------------- */

#define DEPTH_MAX 8
#define PATH_SIZE 256

/* An object or array that is being walked through. */
typedef struct {
    json_t *value;
    void *iterator; /* of an object */
    size_t index;   /* of an array */
    size_t path_size;
} Level;

static void put_figure(Table *table, const char *path, const json_t *value) {
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    table_text(table, path);
    if (json_is_string(value))
        table_text(table, json_string_value(value));
    else if (json_is_integer(value))
        table_text(table, number);
    else if (json_is_boolean(value))
        table_text(table, json_is_true(value) ? "J" : "N");
    else
        table_empty(table);
}

/* The next member of a level, with its name behind the level's path; NULL at its end. */
static json_t *next_member(Level *level, char path[PATH_SIZE]) {
    char *at = path + level->path_size;
    const size_t size = PATH_SIZE - level->path_size;
    const char *dot = level->path_size > 0 ? "." : "";
    if (json_is_array(level->value)) {
        snprintf(at, size, "%s%zu", dot, level->index + 1);
        return json_array_get(level->value, level->index++);
    }
    if (level->iterator == NULL)
        return NULL;
    json_t *member = json_object_iter_value(level->iterator);
    snprintf(at, size, "%s%s", dot, json_object_iter_key(level->iterator));
    level->iterator = json_object_iter_next(level->value, level->iterator);
    return member;
}

static void put_figures(Table *table, json_t *status) {
    Level levels[DEPTH_MAX] = {{status, json_object_iter(status), 0, 0}};
    char path[PATH_SIZE] = "";
    int depth = 1;
    while (depth > 0) {
        json_t *member = next_member(&levels[depth - 1], path);
        if (member == NULL) {
            depth--;
        } else if (json_is_object(member) || json_is_array(member)) {
            assert(depth < DEPTH_MAX);
            levels[depth++] = (Level){member, json_object_iter(member), 0, strlen(path)};
        } else {
            put_figure(table, path, member);
        }
    }
}

static Status print_csv(json_t *status, bool danish, Error *error) {
    static const TableColumn columns[] = {{"felt", "felt", "field", CELL_TEXT},
                                          {"vaerdi", "værdi", "value", CELL_TEXT}};
    Table table;
    table_begin(&table, stdout, TABLE_CSV, danish, columns, 2);
    put_figures(&table, status);
    return table_end(&table, error);
}

static Status print_status(const char *document, TableFormat format, bool danish, Error *error) {
    json_t *status = NULL;
    if (format == TABLE_JSON) {
        puts(document);
        return STATUS_OK;
    }
    Status result = status_parse(document, &status, error);
    if (result == STATUS_OK && format == TABLE_CSV)
        result = print_csv(status, danish, error);
    else if (result == STATUS_OK)
        print_text(status, danish);
    json_decref(status);
    return result;
}

/* How the last commands ended only the file of metrics knows. */
static Status print_metrics(const char *document, const Settings *settings, Error *error) {
    CommandEnds ends;
    json_t *status = NULL;
    const Status parsed = status_parse(document, &status, error);
    if (parsed != STATUS_OK)
        return parsed;
    command_ends_read(setting_get(settings, "drift", "metrikfil"), &ends);
    metrics_print(stdout, status, &ends);
    json_decref(status);
    return STATUS_OK;
}

static Status run(const Invocation *invocation, Error *error) {
    const char *format_name = option_value(invocation, "format");
    const bool prometheus = format_name != NULL && strcmp(format_name, "prometheus") == 0;
    Pg *pg = NULL;
    PgRows *rows = NULL;
    TableFormat format;
    Status status = table_format_parse(prometheus ? NULL : format_name, &format, error);
    if (option_given(invocation, "json"))
        format = TABLE_JSON;
    if (status == STATUS_OK)
        status = pg_connect(command_dsn(invocation), &pg, error);
    if (status == STATUS_OK)
        status = status_read(pg, invocation->settings, &rows, error);
    if (status == STATUS_OK && prometheus)
        status = print_metrics(pg_text(rows, 0, 0), invocation->settings, error);
    else if (status == STATUS_OK)
        status = print_status(pg_text(rows, 0, 0), format, command_danish(invocation), error);
    pg_rows_free(rows);
    pg_close(pg);
    return status;
}

const Command command_status = {
    .name = "status",
    .summary = "where things stand: deliveries, runs, rejects, what is owed, batches",
    .operands = "",
    .options = options,
    .description = "Prints the schema's version, the last delivery, the last runs, open rejects by code, how "
                   "many persons\n"
                   "are held, each with the age of the oldest, what is owed and not in a batch by "
                   "municipality, claims, and\n"
                   "batches by state.",
    .examples = "  ydelse status\n"
                "  ydelse status --format json | jq .open_owed\n"
                "  ydelse status --format prometheus",
    .run = run,
};
