#include "io/run/run_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/intake/code_list.h"
#include "io/pg/refusal.h"

#define POLICY_LIST_SIZE 2048
#define CUTOVER_LIST_SIZE 4096

/* --- The law as text --------------------------------------------------------------------------------------------- */

static void policy_list(const Settings *settings, char text[POLICY_LIST_SIZE]) {
    const Policy policy = settings_policy(settings);
    int size = 0;
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        char value[POLICY_TEXT_SIZE];
        policy_value_text(&policy, (PolicyKey)k, value);
        size += snprintf(text + size, POLICY_LIST_SIZE - (size_t)size, "%s=%s\n", policy_table[k].key, value);
    }
}

/* All code lists, one after the other, each with its name before it. The caller frees it. */
static char *code_lists(void) {
    static const char folder[] = "config/koder/";
    size_t size = 1;
    for (const EmbeddedFile *f = embedded_next(folder, NULL); f != NULL; f = embedded_next(folder, f))
        size += strlen(f->name) + f->size_bytes + 3;
    char *text = malloc(size);
    char *at = text;
    if (text == NULL)
        return NULL;
    *at = '\0';
    for (const EmbeddedFile *f = embedded_next(folder, NULL); f != NULL; f = embedded_next(folder, f))
        at += sprintf(at, "# %s\n%s", f->name, f->bytes);
    return text;
}

typedef struct {
    char text[CUTOVER_LIST_SIZE];
    size_t size;
    char unknown
        [8]; /* a key that is no municipality: a typing error must not leave one without its cut-over */
} CutoverList;

static void add_cutover(void *context, const char *key, const char *value) {
    CutoverList *list = context;
    int64_t number;
    const Text code = {key, (uint32_t)strlen(key)};
    if (strcmp(key, "alle") != 0 && !code_list_find(CODES_KOMMUNE, code, &number))
        snprintf(list->unknown, sizeof list->unknown, "%s", key);
    if (list->size >= sizeof list->text)
        return;
    const int size = snprintf(list->text + list->size, sizeof list->text - list->size, "%s=%s ", key, value);
    list->size += (size_t)size;
}

/* --- The plan ------------------------------------------------------------------------------------------------------ */

static Status newest_delivery(Pg *pg, RunPlan *plan, Error *error) {
    PgRows *rows = NULL;
    const Status status =
        pg_query(pg, "SELECT coalesce(max(delivery_id), 0) FROM ydelse.delivery", 0, NULL, &rows, error);
    if (status == STATUS_OK)
        plan->data_as_of = (int32_t)pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    if (status == STATUS_OK && plan->data_as_of == 0) {
        error_set(error, STATUS_NO_INPUT, "nothing is loaded in this database");
        error_hint(error, "`ydelse load FILE-OR-DIR`, or `run --input DIR`");
        return STATUS_NO_INPUT;
    }
    return status;
}

static const Refusal open_refusals[] = {
    {"YD030", STATUS_USAGE, ""}, {"YD032", STATUS_CONFIG, ""}, {NULL, STATUS_OK, NULL}};

static Status accept_cutover(Pg *pg, const RunRequest *request, Error *error) {
    const char *const values[] = {request->accept_cutover == NULL ? "" : request->accept_cutover};
    return pg_query(pg, "SELECT set_config('ydelse.accept_cutover', $1, true)", 1, values, NULL, error);
}

static Status open_run(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error) {
    char month[DATE_TEXT_SIZE];
    char policies[POLICY_LIST_SIZE];
    char program[256];
    CutoverList cutover = {.size = 0};
    PgRows *rows = NULL;
    setting_each(request->settings, "cutover", add_cutover, &cutover);
    if (cutover.unknown[0] != '\0')
        return error_set(error, STATUS_CONFIG, "setting cutover.%s: there is no municipality of that code",
                         cutover.unknown);
    char *codes = code_lists();
    if (codes == NULL)
        return error_no_memory(error);
    date_format(month_first(request->month), month);
    policy_list(request->settings, policies);
    snprintf(program, sizeof program, "version=%s\nsources=%s\n", program_version, program_sources_sha256);
    const PgParameter parameters[] = {
        {"month", month},
        {"full", request->full ? "t" : "f"},
        {"reason", request->reason},
        {"cutover", cutover.text},
        {"satser", request->rates->canonical_text},
        {"koder", codes},
        {"politik", policies},
        {"program", program},
        {"kind", request->reprocess ? "reprocess" : "nightly"},
    };
    Status status = cutover.size < sizeof cutover.text
                        ? accept_cutover(pg, request, error)
                        : error_set(error, STATUS_CONFIG, "too many settings in section [cutover]");
    if (status == STATUS_OK)
        status =
            pg_query_file(pg, "run_open", sizeof parameters / sizeof parameters[0], parameters, &rows, error);
    if (status == STATUS_OK)
        plan->run_id = (int32_t)pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    free(codes);
    return status == STATUS_OK ? status : refusal_translate(open_refusals, error);
}

/* The months of the run and those who are to be computed in them. */
static Status plan_nightly(Pg *pg, RunPlan *plan, Error *error) {
    char number[16];
    PgRows *rows = NULL;
    snprintf(number, sizeof number, "%d", plan->run_id);
    const char *const values[] = {number};
    Status status = pg_query(pg, "SELECT ydelse.run_plan_months($1)", 1, values, NULL, error);
    if (status == STATUS_OK)
        status = pg_query(pg, "SELECT ydelse.run_plan_scope($1)", 1, values, &rows, error);
    if (status == STATUS_OK)
        plan->scope_count = pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status;
}

static const Refusal reprocess_refusals[] = {
    {"YD020", STATUS_DATA, ""},
    {"YD030", STATUS_USAGE, ""},
    {"YD021", STATUS_DATA, "only who is in a delivery of deltagere can be computed"},
    {NULL, STATUS_OK, NULL},
};

static Status plan_reprocess(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error) {
    char number[16];
    char first_month[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    snprintf(number, sizeof number, "%d", plan->run_id);
    date_format(month_first(request->first_month), first_month);
    const char *const values[] = {number, first_month, request->cpr};
    const Status status =
        pg_query(pg, "SELECT ydelse.run_plan_reprocess($1, $2, $3)", 3, values, &rows, error);
    if (status == STATUS_OK)
        plan->scope_count = pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status == STATUS_OK ? status : refusal_translate(reprocess_refusals, error);
}

static Status prepare_month(const RunRequest *request, Month month, bool everyone, RunMonth *target,
                            Error *error) {
    const Policy policy = settings_policy(request->settings);
    char text[DATE_TEXT_SIZE];
    month_format(month, text);
    switch (month_coverage(&request->rates->table, month)) {
    case MONTH_COVERED:
        break;
    case MONTH_BEFORE_LAW:
        return error_set(error, STATUS_USAGE, "%s: the act begins with 2013-01", text);
    case MONTH_AFTER_RATES:
        error_set(error, STATUS_CONFIG, "the rates do not reach %s", text);
        error_hint(error, "add the year to config/satser, or give other rates with --rates");
        return STATUS_CONFIG;
    }
    target->everyone = everyone;
    month_law_prepare(&request->rates->table, &policy, month, &target->law);
    return STATUS_OK;
}

static Status read_months(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error) {
    char number[16];
    PgRows *rows = NULL;
    snprintf(number, sizeof number, "%d", plan->run_id);
    const char *const values[] = {number};
    Status status =
        pg_query(pg,
                 "SELECT to_char(month, 'YYYY-MM'), everyone FROM ydelse.run_month WHERE run_id = $1 "
                 "ORDER BY month",
                 1, values, &rows, error);
    if (status != STATUS_OK)
        return status;
    plan->month_count = pg_row_count(rows);
    plan->months = calloc((size_t)plan->month_count + 1, sizeof plan->months[0]);
    if (plan->months == NULL) {
        pg_rows_free(rows);
        return error_no_memory(error);
    }
    for (int32_t i = 0; i < plan->month_count && status == STATUS_OK; i++) {
        Month month;
        if (month_parse(pg_text(rows, i, 0), 7, &month))
            status = prepare_month(request, month, pg_text(rows, i, 1)[0] == 't', &plan->months[i], error);
    }
    pg_rows_free(rows);
    return status;
}

static Status plan_shards(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error) {
    char run[16], wanted[16], jobs[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", plan->run_id);
    snprintf(wanted, sizeof wanted, "%d", settings_number(request->settings, "drift", "delmaengder"));
    snprintf(jobs, sizeof jobs, "%d", request->jobs);
    const char *const values[] = {run, wanted, jobs, request->apart ? "apart" : "together"};
    const Status status =
        pg_query(pg, "SELECT ydelse.run_plan_shards($1, $2, $3, $4)", 4, values, &rows, error);
    if (status == STATUS_OK)
        plan->shard_count = (int32_t)pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status;
}

Status run_plan_make(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error) {
    RunMonth own;
    *plan = (RunPlan){0};
    Status status = prepare_month(request, request->month, true, &own, error);
    if (status == STATUS_OK)
        status = newest_delivery(pg, plan, error);
    if (status == STATUS_OK)
        status = open_run(pg, request, plan, error);
    if (status == STATUS_OK)
        status =
            request->reprocess ? plan_reprocess(pg, request, plan, error) : plan_nightly(pg, plan, error);
    if (status == STATUS_OK)
        status = plan_shards(pg, request, plan, error);
    return status == STATUS_OK ? read_months(pg, request, plan, error) : status;
}

void run_plan_free(RunPlan *plan) {
    free(plan->months);
    *plan = (RunPlan){0};
}

bool run_plan_has_everyone(const RunPlan *plan) {
    for (int32_t i = 0; i < plan->month_count; i++)
        if (plan->months[i].everyone)
            return true;
    return false;
}
