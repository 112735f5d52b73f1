/* The two results from sealed runs, with the facts, rates and policies that each run knew. */
#include <stdio.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/command/database.h"
#include "io/explain/difference_source.h"
#include "io/intake/code_list.h"
#include "io/law/stored_law.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/pg/pg_fact.h"
#include "io/pg/pg_stream.h"
#include "io/proof/erased.h"

typedef struct {
    StoredLaw stored;
    MonthLaw law;
    PgFacts *all;
    Facts facts;
    int32_t run_id;
} StoredSide;

static void side_free(StoredSide *side) {
    pg_facts_free(side->all);
    stored_law_free(&side->stored);
}

/* The calculation must end in the stored line, or in none where there is none. */
static Status line_check(const StoredSide *side, const char *stored, Error *error) {
    char line[RESULT_LINE_SIZE] = "";
    Result result = {.udfald = UDFALD_INTET};
    if (side->all != NULL && pg_facts_count(side->all) == 1)
        calc_month(&side->law, &side->facts, NULL, &result);
    if (result.udfald != UDFALD_INTET)
        line[result_format(&result, line) - 1] = '\0'; /* without its line end */
    if (strcmp(line, stored) == 0)
        return STATUS_OK;
    error_set(error, STATUS_INTERNAL, "the calculation does not end in the stored result");
    error_hint(error, "another version of the program sealed run %d, or something stored was changed",
               side->run_id);
    return STATUS_INTERNAL;
}

static Status side_fill(Pg *pg, const DifferenceRequest *request, Month month, const PgRows *rows,
                        StoredSide *side, Error *error) {
    side->run_id = (int32_t)pg_integer(rows, 0, 0);
    Status status = stored_law_parse(pg_text(rows, 0, 2), pg_text(rows, 0, 3), &side->stored, error);
    if (status == STATUS_OK)
        status = stored_law_month(&side->stored, month, &side->law, error);
    if (status == STATUS_OK)
        status = pg_facts_of_one(pg, request->cpr, month, month, (int32_t)pg_integer(rows, 0, 1), &side->all,
                                 error);
    if (status == STATUS_OK && pg_facts_count(side->all) == 1)
        pg_facts_at(side->all, 0, &side->facts);
    return status == STATUS_OK ? line_check(side, pg_text(rows, 0, 4), error) : status;
}

static Status side_read(Pg *pg, const DifferenceRequest *request, int which, StoredSide *side, Error *error) {
    char cpr[CPR_TEXT_SIZE], first[DATE_TEXT_SIZE], run[16], month[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    cpr_format(request->cpr, cpr);
    date_format(month_first(request->month[which]), first);
    month_format(request->month[which], month);
    snprintf(run, sizeof run, "%d", request->run_id[which]);
    const PgParameter parameters[] = {{"cpr", cpr}, {"month", first}, {"run", run}};
    Status status = pg_query_file(pg, "result_as_of", 3, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0) {
        status = error_set(error, STATUS_DATA, "%s was not computed for the person by then", month);
        error_hint(error, "`ydelse status` lists the latest runs");
        erased_month_hint(pg, request->month[which], error);
    }
    if (status == STATUS_OK)
        status = side_fill(pg, request, request->month[which], rows, side, error);
    pg_rows_free(rows);
    return status;
}

/* --- Where a changed row stands -------------------------------------------------------------------------------- */

/* The version itself, and the row that withdrew it where there is one. */
static const char place_sql[] =
    "SELECT i.name, f.delivery_id, t.file_id, t.line, ti.name, t.delivery_id FROM fact_{kind} f "
    "JOIN ydelse.input_file i ON i.file_id = f.file_id "
    "LEFT JOIN fact_ended e ON e.bucket = f.bucket AND e.file_id = f.file_id AND e.line = f.line "
    "LEFT JOIN fact_{kind} t ON t.{id} = f.{id} AND t.posttype = 'T' AND t.delivery_id = "
    "e.delivery_id "
    "LEFT JOIN ydelse.input_file ti ON ti.file_id = t.file_id "
    "WHERE f.bucket = $1 AND f.cpr_nummer = current_setting('ydelse.cpr') AND f.file_id = $2 AND f.line = $3";

static Status place_find(Pg *pg, Cpr cpr, KindId kind, RowPlace *place, RowPlace *withdrawn_by,
                         Error *error) {
    char sql[1024], digits[CPR_TEXT_SIZE], bucket[16], file[16], line[16];
    PgRows *rows = NULL;
    cpr_format(cpr, digits);
    snprintf(bucket, sizeof bucket, "%d", bucket_of(digits));
    snprintf(file, sizeof file, "%d", place->row.file);
    snprintf(line, sizeof line, "%d", place->row.line);
    pg_fact_sql(kind, place_sql, sql, sizeof sql);
    const char *const values[] = {bucket, file, line};
    const Status status = pg_query(pg, sql, 3, values, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0) {
        snprintf(place->file, sizeof place->file, "%s", pg_text(rows, 0, 0));
        place->delivery_id = (int32_t)pg_integer(rows, 0, 1);
        if (withdrawn_by != NULL && !pg_is_null(rows, 0, 2)) {
            *withdrawn_by =
                (RowPlace){.given = true,
                           .row = {(int32_t)pg_integer(rows, 0, 2), (int32_t)pg_integer(rows, 0, 3)},
                           .delivery_id = (int32_t)pg_integer(rows, 0, 5)};
            snprintf(withdrawn_by->file, sizeof withdrawn_by->file, "%s", pg_text(rows, 0, 4));
        }
    }
    pg_rows_free(rows);
    return status;
}

static Status places_find(Pg *pg, Difference *difference, Error *error) {
    Status status = STATUS_OK;
    for (int32_t i = 0; i < difference->row_count && status == STATUS_OK; i++) {
        ChangedRow *row = &difference->rows[i];
        if (row->after.given)
            status = place_find(pg, difference->cpr, row->kind, &row->after, NULL, error);
        if (row->before.given && status == STATUS_OK)
            status = place_find(pg, difference->cpr, row->kind, &row->before,
                                row->withdrawn ? &row->after : NULL, error);
    }
    return status;
}

static const Facts *known_facts(const StoredSide *side) {
    return pg_facts_count(side->all) == 1 ? &side->facts : NULL;
}

static Status sides_compare(Pg *pg, const DifferenceRequest *request, StoredSide sides[2], Error *error) {
    Difference difference = {.details = NULL};
    Status status = side_read(pg, request, 0, &sides[0], error);
    if (status == STATUS_OK)
        status = side_read(pg, request, 1, &sides[1], error);
    if (status != STATUS_OK)
        return status;
    const DifferenceSide before = {request->month[0], sides[0].run_id, &sides[0].law, known_facts(&sides[0])};
    const DifferenceSide after = {request->month[1], sides[1].run_id, &sides[1].law, known_facts(&sides[1])};
    status = difference_make(&before, &after, &difference, error);
    if (status == STATUS_DATA) /* no facts on either side */
        erased_month_hint(pg, request->month[0], error);
    if (status == STATUS_OK)
        status = places_find(pg, &difference, error);
    if (status == STATUS_OK)
        status = request->write(request->context, &difference, error);
    difference_free(&difference);
    return status;
}

Status difference_stored(Pg *pg, const DifferenceRequest *request, Error *error) {
    StoredSide sides[2] = {{.all = NULL}, {.all = NULL}};
    Status status = look_open(
        pg,
        &(Look){
            .command = "explain", .cpr = &request->cpr, .month = &request->month[1], .detail = "--against"},
        error);
    if (status == STATUS_OK)
        status = sides_compare(pg, request, sides, error);
    side_free(&sides[0]);
    side_free(&sides[1]);
    return status;
}

Status difference_from_database(const Invocation *invocation, const DifferenceRequest *request,
                                Error *error) {
    Pg *pg = NULL;
    Status status = code_lists_load(error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = difference_stored(pg, request, error);
    return status;
}
