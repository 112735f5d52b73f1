#include "io/run/run_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/proof/erased.h"

static void record_read(const PgRows *rows, int row, RunRecord *run) {
    *run = (RunRecord){.run_id = (int32_t)pg_integer(rows, row, 0)};
    (void)month_parse(pg_text(rows, row, 1), 7, &run->month);
    snprintf(run->kind, sizeof run->kind, "%s", pg_text(rows, row, 2));
    run->data_as_of = (int32_t)pg_integer(rows, row, 3);
    (void)month_parse(pg_text(rows, row, 4), 7, &run->first_month);
    run->results = pg_integer(rows, row, 5);
    run->til_udbetaling_oere = pg_integer(rows, row, 6);
    snprintf(run->ended_at, sizeof run->ended_at, "%s", pg_text(rows, row, 7));
    snprintf(run->digest_hex, sizeof run->digest_hex, "%s", pg_text(rows, row, 8));
    snprintf(run->seal_hex, sizeof run->seal_hex, "%s", pg_text(rows, row, 9));
    snprintf(run->program, sizeof run->program, "%s", pg_text(rows, row, 10));
}

static Status ask(Pg *pg, int32_t run_id, const RunSelection *selection, PgRows **rows, Error *error) {
    char run[16], first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], as_of[16];
    snprintf(run, sizeof run, "%d", run_id);
    date_format(month_first(selection->first), first);
    date_format(month_first(selection->last), last);
    snprintf(as_of, sizeof as_of, "%d", selection->data_as_of_max);
    const PgParameter parameters[] = {{"run", run},
                                      {"first", first},
                                      {"last", last},
                                      {"as_of", as_of},
                                      {"holding", selection->holding ? "t" : "f"}};
    return pg_query_file(pg, "run_records", 5, parameters, rows, error);
}

static Status no_such_run(Pg *pg, int32_t run_id, Error *error) {
    error_set(error, STATUS_NO_INPUT, "there is no sealed run %d", run_id);
    Error erased = *error;
    if (erased_run_hint(pg, run_id, &erased)) {
        error_set(error, STATUS_DATA, "run %d is erased: only its seal is left", run_id);
        error_hint(error, "%s", erased.hint);
    }
    return error->status;
}

Status run_record_get(Pg *pg, int32_t run_id, RunRecord *run, Error *error) {
    const RunSelection all = {.first = MONTH_OF_FIRST_LAW, .last = {9999 * 12 + 11}};
    PgRows *rows = NULL;
    Status status = ask(pg, run_id, &all, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0)
        status = no_such_run(pg, run_id, error);
    if (status == STATUS_OK)
        record_read(rows, 0, run);
    pg_rows_free(rows);
    return status;
}

Status run_records_list(Pg *pg, const RunSelection *selection, RunRecord **runs, int32_t *count,
                        Error *error) {
    PgRows *rows = NULL;
    *runs = NULL;
    *count = 0;
    Status status = ask(pg, 0, selection, &rows, error);
    if (status == STATUS_OK) {
        *runs = calloc((size_t)pg_row_count(rows) + 1, sizeof **runs);
        if (*runs == NULL)
            status = error_no_memory(error);
    }
    if (status == STATUS_OK)
        for (*count = 0; *count < pg_row_count(rows); (*count)++)
            record_read(rows, *count, &(*runs)[*count]);
    pg_rows_free(rows);
    return status;
}

Status run_number_parse(const char *text, const char *what, int32_t *run_id, Error *error) {
    const size_t size = strlen(text);
    if (size == 0 || size > 9 || strspn(text, "0123456789") != size || strtol(text, NULL, 10) < 1)
        return error_set(error, STATUS_USAGE, "%s %.20s: expected the number of a run", what, text);
    *run_id = (int32_t)strtol(text, NULL, 10);
    return STATUS_OK;
}

Status run_plan_again(Pg *pg, const RunRecord *run, const StoredLaw *law, RunPlan *plan, Error *error) {
    char number[16];
    PgRows *rows = NULL;
    *plan = (RunPlan){.run_id = run->run_id, .data_as_of = run->data_as_of};
    snprintf(number, sizeof number, "%d", run->run_id);
    const PgParameter parameters[] = {{"run", number}};
    Status status = pg_query_file(pg, "run_months", 1, parameters, &rows, error);
    if (status != STATUS_OK)
        return status;
    plan->months = calloc((size_t)pg_row_count(rows) + 1, sizeof plan->months[0]);
    if (plan->months == NULL)
        status = error_no_memory(error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        Month month = run->month;
        (void)month_parse(pg_text(rows, i, 0), 7, &month);
        plan->months[i].everyone = pg_text(rows, i, 1)[0] == 't';
        plan->scope_count += pg_integer(rows, i, 2);
        status = stored_law_month(law, month, &plan->months[i].law, error);
        plan->month_count++;
    }
    pg_rows_free(rows);
    if (status != STATUS_OK)
        run_plan_free(plan);
    return status;
}
