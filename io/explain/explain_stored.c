#include <stdio.h>
#include <string.h>

#include "io/command/database.h"
#include "io/explain/explain_source.h"
#include "io/intake/code_list.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/pg/pg_stream.h"
#include "io/proof/erased.h"
#include "io/run/run_record.h"

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

/* Computes with the run's law and holds the line against the stored one. */
static Status line_check(const MonthLaw *law, const Facts *facts, const char *stored, Result *result,
                         Error *error) {
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

static Status stored_explain(Pg *pg, const ExplainRequest *request, const PgRows *rows, Error *error) {
    StoredLaw stored;
    PgFacts *all = NULL;
    Explanation explanation = {.step_count = 0};
    StoredFiles files = {.count = 0};
    MonthLaw law;
    Facts facts;
    Result result;
    Status status = stored_law_parse(pg_text(rows, 0, 2), pg_text(rows, 0, 3), &stored, error);
    if (status == STATUS_OK) {
        status = stored_law_month(&stored, request->month, &law, error);
    }
    if (status == STATUS_OK) {
        status = pg_facts_of_one(pg, request->cpr, request->month, request->month,
                                 (int32_t)pg_integer(rows, 0, 1), &all, error);
    }
    if (status == STATUS_OK && pg_facts_count(all) != 1) {
        status = error_set(error, STATUS_INTERNAL, "the facts of a stored result are gone");
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
    pg_facts_free(all);
    stored_law_free(&stored);
    return status;
}

Status explain_stored(Pg *pg, int32_t run_id, const ExplainRequest *request, Error *error) {
    char cpr[CPR_TEXT_SIZE], month[DATE_TEXT_SIZE], run[16];
    PgRows *rows = NULL;
    cpr_format(request->cpr, cpr);
    date_format(month_first(request->month), month);
    snprintf(run, sizeof run, "%d", run_id);
    const PgParameter parameters[] = {{"cpr", cpr}, {"month", month}, {"run", run}};
    const Look look = {.command = "explain",
                       .cpr = &request->cpr,
                       .month = &request->month,
                       .detail = run_id == 0 ? NULL : run};
    Status status = look_open(pg, &look, error);
    if (status == STATUS_OK) {
        status = pg_query_file(pg, "explain_result", 3, parameters, &rows, error);
    }
    if (status == STATUS_OK && pg_row_count(rows) == 0) {
        status = error_set(error, STATUS_DATA, "the person has no sealed result for the month");
        error_hint(error, "an earlier run may have had one: --run N");
        erased_month_hint(pg, request->month, error);
    }
    if (status == STATUS_OK) {
        status = stored_explain(pg, request, rows, error);
    }
    pg_rows_free(rows);
    return status;
}

Status explain_from_database(const Invocation *invocation, const ExplainRequest *request, Error *error) {
    const char *run = option_value(invocation, "run");
    Pg *pg = NULL;
    int32_t run_id = 0;
    Status status = run == NULL ? STATUS_OK : run_number_parse(run, "--run", &run_id, error);
    if (status == STATUS_OK) {
        status = code_lists_load(error);
    }
    if (status == STATUS_OK) {
        status = command_connect(invocation, NULL, &pg, error);
    }
    if (status == STATUS_OK) {
        status = explain_stored(pg, run_id, request, error);
    }
    return status;
}
