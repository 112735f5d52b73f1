#include <stdio.h>
#include <string.h>

#include "io/bucket.h"
#include "io/code_list.h"
#include "io/explain_source.h"
#include "io/month_option.h"
#include "io/pg.h"
#include "io/pg_stream.h"
#include "io/rate_file.h"

#define FILES_MAX 64

/* The files an explanation speaks of; more than FILES_MAX go by their number. */
typedef struct {
    int32_t file_id[FILES_MAX];
    char name[FILES_MAX][128];
    int32_t count;
} StoredFiles;

static const char *stored_name(const void *context, int32_t file) {
    const StoredFiles *files = context;
    for (int32_t i = 0; i < files->count; i++) {
        if (files->file_id[i] == file) {
            return files->name[i];
        }
    }
    return "?";
}

static Status file_remember(Pg *pg, int32_t file, StoredFiles *files, Error *error) {
    if (files->count == FILES_MAX || strcmp(stored_name(files, file), "?") != 0) {
        return STATUS_OK;
    }
    char number[16];
    PgRows *rows = NULL;
    snprintf(number, sizeof number, "%d", file);
    PgParameter parameter = {"file", number};
    Status status = pg_query_file(pg, "input_file_name", 1, &parameter, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 1) {
        files->file_id[files->count] = file;
        snprintf(files->name[files->count++], sizeof files->name[0], "%s", pg_text(rows, 0, 0));
    }
    pg_rows_free(rows);
    return status;
}

static Status files_remember(Pg *pg, const Explanation *explanation, StoredFiles *files, Error *error) {
    Status status = STATUS_OK;
    for (int32_t i = 0; i < explanation->step_count && status == STATUS_OK; i++) {
        if (explanation->steps[i].has_row) {
            status = file_remember(pg, explanation->steps[i].row.file, files, error);
        }
    }
    for (int32_t i = 0; i < explanation->finding_count && status == STATUS_OK; i++) {
        if (explanation->findings[i].has_row) {
            status = file_remember(pg, explanation->findings[i].row.file, files, error);
        }
    }
    return status;
}

/* Policies as a run stores them: key=value a line, every key. */
static Status policy_parse(const char *content, Policy *policy, Error *error) {
    *policy = policy_default();
    for (const char *line = content; *line != '\0'; line = strchr(line, '\n') + 1) {
        char key[64], value[POLICY_TEXT_SIZE];
        if (sscanf(line, "%63[^=\n]=%23[^\n]", key, value) != 2 || strchr(line, '\n') == NULL ||
            policy_set(policy, key, value) != POLICY_SET) {
            return error_set(error, STATUS_INTERNAL, "a stored policy is unknown to this program: %.60s", line);
        }
    }
    return STATUS_OK;
}

/* The law of the run, from the sets it stored. */
static Status stored_law(const PgRows *rows, Month month, RateSet *rates, MonthLaw *law, Error *error) {
    Policy policy;
    Status status = rate_set_load_canonical("law_set", pg_text(rows, 0, 2), rates, error);
    if (status == STATUS_OK) {
        status = policy_parse(pg_text(rows, 0, 3), &policy, error);
    }
    return status == STATUS_OK ? month_law_for(&rates->table, &policy, month, law, error) : status;
}

/* Computes with the run's law and holds the line against the stored one. */
static Status line_check(const MonthLaw *law, const Facts *facts, const char *stored, Result *result, Error *error) {
    char line[RESULT_LINE_SIZE];
    calc_month(law, facts, NULL, result);
    int size = result_format(result, line);
    line[size - 1] = '\0'; /* without its line end */
    if (strcmp(line, stored) != 0) {
        error_set(error, STATUS_INTERNAL, "the calculation does not end in the stored result");
        error_hint(error, "another version of the program sealed it, or something stored was changed");
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}

static Status facts_of_one(Pg *pg, const char *cpr, Month month, int32_t data_as_of, PgFacts **facts, Error *error) {
    PgFactsRange range = {.first_bucket = bucket_of(cpr),
                          .last_bucket = bucket_of(cpr),
                          .data_as_of = data_as_of,
                          .one_participant = true,
                          .first_month = month,
                          .last_month = month};
    Status status = pg_query(pg, "SELECT set_config('ydelse.cpr', $1, false)", 1, &cpr, NULL, error);
    if (status == STATUS_OK) {
        status = pg_facts_read(pg, &range, facts, error);
    }
    if (status == STATUS_OK && pg_facts_count(*facts) != 1) {
        status = error_set(error, STATUS_INTERNAL, "the facts of a stored result are gone");
    }
    return status;
}

static Status stored_explain(Pg *pg, const ExplainRequest *request, const PgRows *rows, const char *cpr, Error *error) {
    RateSet rates = {.memory = NULL};
    PgFacts *all = NULL;
    Explanation explanation = {.step_count = 0};
    StoredFiles files = {.count = 0};
    MonthLaw law;
    Facts facts;
    Result result;
    Status status = stored_law(rows, request->month, &rates, &law, error);
    if (status == STATUS_OK) {
        status = facts_of_one(pg, cpr, request->month, (int32_t)pg_integer(rows, 0, 1), &all, error);
    }
    if (status == STATUS_OK) {
        pg_facts_at(all, 0, &facts);
        status = line_check(&law, &facts, pg_text(rows, 0, 4), &result, error);
    }
    if (status == STATUS_OK) {
        status = explanation_make(&law, &facts, &result, &explanation, error);
    }
    if (status == STATUS_OK) {
        status = files_remember(pg, &explanation, &files, error);
    }
    if (status == STATUS_OK) {
        status = request->write(request->context, &explanation, &(FileNames){stored_name, &files}, error);
    }
    explanation_free(&explanation);
    if (all != NULL) {
        pg_facts_free(all);
    }
    rate_set_free(&rates);
    return status;
}

Status explain_from_database(const Invocation *invocation, const ExplainRequest *request, Error *error) {
    char cpr[CPR_TEXT_SIZE], month[DATE_TEXT_SIZE];
    const char *run = option_value(invocation, "run");
    Pg *pg = NULL;
    PgRows *rows = NULL;
    if (run != NULL && (strspn(run, "0123456789") != strlen(run) || strlen(run) == 0 || strlen(run) > 9)) {
        return error_set(error, STATUS_USAGE, "--run %.20s: expected a number", run);
    }
    cpr_format(request->cpr, cpr);
    date_format(month_first(request->month), month);
    PgParameter parameters[] = {{"cpr", cpr}, {"month", month}, {"run", run == NULL ? "0" : run}};
    Status status = code_lists_load(error);
    if (status == STATUS_OK) {
        status = pg_connect(command_dsn(invocation), &pg, error);
    }
    if (status == STATUS_OK) {
        status = pg_require_schema(pg, error);
    }
    if (status == STATUS_OK) {
        status = pg_query_file(pg, "explain_result", 3, parameters, &rows, error);
    }
    if (status == STATUS_OK && pg_row_count(rows) == 0) {
        status = error_set(error, STATUS_DATA, "the person has no sealed result for the month");
        error_hint(error, "an earlier run may have had one: --run N");
    }
    if (status == STATUS_OK) {
        status = stored_explain(pg, request, rows, cpr, error);
    }
    pg_rows_free(rows);
    pg_close(pg);
    return status;
}
