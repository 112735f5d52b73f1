#include "io/explain/diff.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/law/stored_law.h"
#include "io/pg/pg_stream.h"
#include "io/run/person_months.h"

/* Results of two runs, to be split with the facts and the law of either. */
typedef struct {
    int32_t run_id[2]; /* before, after */
    int32_t data_as_of[2];
    StoredLaw law[2];
    Month first, last;
    int16_t first_bucket, last_bucket; /* of the slice */
} Pair;

/* One person-month to be split. */
typedef struct {
    int16_t bucket;
    Cpr cpr;
    Month month;
    Money ydelse, til_udbetaling; /* after - before, as stored */
} Found;

typedef struct {
    Pg *pg;
    Found *found;
    int32_t found_count, found_capacity;
    void *memory; /* of cause_split */
    size_t memory_size;
} Diff;

/* --- What differs ------------------------------------------------------------------------------------------------- */

static Status find_results(Pg *pg, const DiffRequest *request, Error *error) {
    char before[16], after[16], month[DATE_TEXT_SIZE] = "";
    snprintf(before, sizeof before, "%d", request->before);
    snprintf(after, sizeof after, "%d", request->after);
    if (request->month.index != MONTH_NONE.index)
        date_format(month_first(request->month), month);
    const PgParameter parameters[] = {
        {"before", before}, {"after", after}, {"month", month}, {"kommune", request->kommunekode}};
    Status status = pg_query_file(pg, "diff_tables", 0, NULL, NULL, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "diff_find", 4, parameters, NULL, error);
    return status == STATUS_OK ? pg_script(pg, "ANALYZE difference_found", error) : status;
}

static Status count_found(Pg *pg, int64_t *found, Error *error) {
    PgRows *rows = NULL;
    const Status status = pg_query(pg, "SELECT count(*) FROM difference_found", 0, NULL, &rows, error);
    if (status == STATUS_OK)
        *found = pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status;
}

/* --- A slice: the facts of either side, and the person-months in their order ---------------------------------- */

static Status add_found(Diff *diff, const PgField fields[5], Error *error) {
    if (diff->found_count == diff->found_capacity) {
        const int32_t capacity = diff->found_capacity == 0 ? 1024 : diff->found_capacity * 2;
        Found *moved = realloc(diff->found, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return error_no_memory(error);
        diff->found = moved;
        diff->found_capacity = capacity;
    }
    Found *found = &diff->found[diff->found_count++];
    *found = (Found){.bucket = pg_field_int2(fields[0]),
                     .month = month_of((Date){pg_field_date(fields[2])}),
                     .ydelse = {pg_field_int8(fields[3])},
                     .til_udbetaling = {pg_field_int8(fields[4])}};
    if (!cpr_parse(fields[1].bytes, (uint32_t)fields[1].size_bytes, &found->cpr))
        return error_set(error, STATUS_INTERNAL, "a stored result has no valid CPR number");
    return STATUS_OK;
}

/* Of a pair and its buckets; whether people or person-months are asked for is left to the columns. */
static void slice_sql(const Pair *pair, const char *columns, char *sql, size_t sql_size) {
    const int size =
        snprintf(sql, sql_size,
                 "SELECT %s FROM difference_found WHERE before_run = %d AND after_run = %d AND bucket "
                 "BETWEEN %d AND %d",
                 columns, pair->run_id[0], pair->run_id[1], pair->first_bucket, pair->last_bucket);
    assert((size_t)size < sql_size);
    (void)size;
}

static Status read_found(Diff *diff, const Pair *pair, Error *error) {
    char select[512], sql[768];
    PgField fields[5];
    PgCopyOut *copy;
    bool more = true;
    slice_sql(
        pair,
        "bucket, cpr, month, after_ydelse - before_ydelse, after_til_udbetaling - before_til_udbetaling",
        select, sizeof select);
    snprintf(sql, sizeof sql,
             "COPY (%s AND before_udfald <> 'TILBAGEHOLDT' AND after_udfald <> 'TILBAGEHOLDT' ORDER BY "
             "bucket, cpr, "
             "month) TO STDOUT (FORMAT binary)",
             select);
    diff->found_count = 0;
    Status status = pg_copy_out_begin(diff->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, 5, &more, error);
        if (status == STATUS_OK && more)
            status = add_found(diff, fields, error);
    }
    pg_copy_out_close(copy);
    return status;
}

static Status read_facts(Diff *diff, const Pair *pair, int side, PgFacts **facts, Error *error) {
    char scope[512];
    slice_sql(pair, "DISTINCT bucket, cpr", scope, sizeof scope);
    const PgFactsRange range = {.first_bucket = pair->first_bucket,
                                .last_bucket = pair->last_bucket,
                                .data_as_of = pair->data_as_of[side],
                                .scope_sql = scope,
                                .first_month = pair->first,
                                .last_month = pair->last};
    return pg_facts_read(diff->pg, &range, facts, error);
}

/* --- The split ------------------------------------------------------------------------------------------------------ */

/* Both come in order of bucket and CPR number: walks on to the person; false: the delivery did not know them. */
static bool facts_of(const PgFacts *facts, const Found *found, int32_t *at, Facts *one) {
    while (*at < pg_facts_count(facts) && (pg_facts_bucket(facts, *at) < found->bucket ||
                                           (pg_facts_bucket(facts, *at) == found->bucket &&
                                            pg_facts_cpr(facts, *at).number < found->cpr.number)))
        ++*at;
    if (*at >= pg_facts_count(facts) || pg_facts_cpr(facts, *at).number != found->cpr.number)
        return false;
    pg_facts_at(facts, *at, one);
    return true;
}

/* What another version of the program once computed otherwise, and a difference in nothing that is paid. */
static void rest_add(const Found *found, CauseSplit *split) {
    const Money ydelse = money_subtract(found->ydelse, split->ydelse);
    const Money til_udbetaling = money_subtract(found->til_udbetaling, split->til_udbetaling);
    if (ydelse.oere != 0 || til_udbetaling.oere != 0)
        cause_part_add(split, CAUSE_PROGRAM, ydelse, til_udbetaling);
    if (split->part_count == 0)
        cause_part_add(split, CAUSE_UDEN_BELOEB, MONEY_ZERO, MONEY_ZERO);
}

static Status split_one(Diff *diff, const Found *found, const CauseState states[2], CauseSplit *split,
                        Error *error) {
    const size_t size = cause_memory_size(&states[0], &states[1]) + 1;
    if (size > diff->memory_size) {
        free(diff->memory);
        diff->memory = malloc(size * 2);
        diff->memory_size = diff->memory == NULL ? 0 : size * 2;
        if (diff->memory == NULL)
            return error_no_memory(error);
    }
    cause_split(&states[0], &states[1], diff->memory, split);
    rest_add(found, split);
    return STATUS_OK;
}

static void put_parts(PgCopyIn *copy, const Found *found, const CauseSplit *split) {
    char cpr[CPR_TEXT_SIZE];
    cpr_format(found->cpr, cpr);
    for (int32_t i = 0; i < split->part_count; i++) {
        pg_copy_row(copy, 5);
        pg_put_text(copy, cpr, CPR_DIGITS);
        pg_put_date(copy, month_first(found->month).day);
        pg_put_int2(copy, (int16_t)split->part[i].cause);
        pg_put_int8(copy, split->part[i].ydelse.oere);
        pg_put_int8(copy, split->part[i].til_udbetaling.oere);
    }
}

/* The laws of the month that came last are kept: most pairs have few months, and people have many. */
typedef struct {
    MonthLaw law[2];
    Month month;
} PairLaws;

static Status laws_for(const Pair *pair, Month month, PairLaws *laws, Error *error) {
    if (laws->month.index == month.index)
        return STATUS_OK;
    Status status = stored_law_month(&pair->law[0], month, &laws->law[0], error);
    if (status == STATUS_OK)
        status = stored_law_month(&pair->law[1], month, &laws->law[1], error);
    laws->month = status == STATUS_OK ? month : MONTH_NONE;
    return status;
}

static Status split_slice(Diff *diff, const Pair *pair, PgFacts *const facts[2], Error *error) {
    int32_t at[2] = {0, 0};
    PairLaws laws = {.month = MONTH_NONE};
    PgCopyIn *copy;
    Status status =
        pg_copy_in_begin(diff->pg, "COPY difference_part FROM STDIN (FORMAT binary)", &copy, error);
    if (status != STATUS_OK)
        return status;
    for (int32_t i = 0; i < diff->found_count && status == STATUS_OK; i++) {
        const Found *found = &diff->found[i];
        Facts one[2];
        CauseSplit split;
        CauseState states[2] = {{&laws.law[0], NULL}, {&laws.law[1], NULL}};
        status = laws_for(pair, found->month, &laws, error);
        for (int side = 0; side < 2; side++)
            if (facts_of(facts[side], found, &at[side], &one[side]))
                states[side].facts = &one[side];
        if (status == STATUS_OK)
            status = split_one(diff, found, states, &split, error);
        if (status == STATUS_OK)
            put_parts(copy, found, &split);
    }
    return pg_copy_in_end_after(copy, status, error);
}

static Status compare_slice(Diff *diff, const Pair *pair, Error *error) {
    PgFacts *facts[2] = {NULL, NULL};
    Status status = read_found(diff, pair, error);
    if (status == STATUS_OK)
        status = read_facts(diff, pair, 0, &facts[0], error);
    if (status == STATUS_OK)
        status = read_facts(diff, pair, 1, &facts[1], error);
    if (status == STATUS_OK)
        status = split_slice(diff, pair, facts, error);
    pg_facts_free(facts[0]);
    pg_facts_free(facts[1]);
    return status;
}

/* --- Pairs of runs --------------------------------------------------------------------------------------------------- */

static Status pair_open(Pg *pg, const PgRows *rows, int row, Pair *pair, Error *error) {
    stored_law_free(&pair->law[0]);
    stored_law_free(&pair->law[1]);
    *pair = (Pair){.run_id = {(int32_t)pg_integer(rows, row, 0), (int32_t)pg_integer(rows, row, 1)}};
    Status status = STATUS_OK;
    for (int side = 0; side < 2 && status == STATUS_OK; side++) {
        char run[16];
        const char *const values[] = {run};
        PgRows *known = NULL;
        snprintf(run, sizeof run, "%d", pair->run_id[side]);
        status =
            pg_query(pg, "SELECT data_as_of FROM ydelse.run WHERE run_id = $1", 1, values, &known, error);
        if (status == STATUS_OK)
            pair->data_as_of[side] = (int32_t)pg_integer(known, 0, 0);
        pg_rows_free(known);
        if (status == STATUS_OK)
            status = stored_law_of_run(pg, pair->run_id[side], &pair->law[side], error);
    }
    return status;
}

static bool same_pair(const PgRows *rows, int row, const Pair *pair) {
    return pg_integer(rows, row, 0) == pair->run_id[0] && pg_integer(rows, row, 1) == pair->run_id[1];
}

/* The buckets from `row` on that make one slice of the pair; returns the row after them. */
static int slice_end(const PgRows *rows, int row, Pair *pair) {
    int64_t people = 0;
    (void)month_parse(pg_text(rows, row, 4), 7, &pair->first);
    (void)month_parse(pg_text(rows, row, 5), 7, &pair->last);
    pair->first_bucket = (int16_t)pg_integer(rows, row, 2);
    while (row < pg_row_count(rows) && same_pair(rows, row, pair) &&
           (people == 0 || people + pg_integer(rows, row, 3) <= SLICE_PARTICIPANTS_MAX)) {
        Month first = pair->first, last = pair->last;
        (void)month_parse(pg_text(rows, row, 4), 7, &first);
        (void)month_parse(pg_text(rows, row, 5), 7, &last);
        pair->first.index = first.index < pair->first.index ? first.index : pair->first.index;
        pair->last.index = last.index > pair->last.index ? last.index : pair->last.index;
        pair->last_bucket = (int16_t)pg_integer(rows, row, 2);
        people += pg_integer(rows, row++, 3);
    }
    return row;
}

static Status split_pairs(Diff *diff, Error *error) {
    PgRows *rows = NULL;
    Pair pair = {.run_id = {0, 0}};
    Status status = pg_query_file(diff->pg, "diff_pairs", 0, NULL, &rows, error);
    for (int row = 0; status == STATUS_OK && row < pg_row_count(rows);) {
        if (!same_pair(rows, row, &pair))
            status = pair_open(diff->pg, rows, row, &pair, error);
        if (status == STATUS_OK) {
            row = slice_end(rows, row, &pair);
            status = compare_slice(diff, &pair, error);
        }
    }
    stored_law_free(&pair.law[0]);
    stored_law_free(&pair.law[1]);
    pg_rows_free(rows);
    return status;
}

/* Held, begun and ended months have their one part without any facts. */
static Status split_whole(Pg *pg, Error *error) {
    char held[8], begins[8], ends[8];
    snprintf(held, sizeof held, "%d", CAUSE_TILBAGEHOLDT);
    snprintf(begins, sizeof begins, "%d", CAUSE_BEGYNDER);
    snprintf(ends, sizeof ends, "%d", CAUSE_OPHOERER);
    const PgParameter parameters[] = {{"held", held}, {"begins", begins}, {"ends", ends}};
    return pg_query_file(pg, "diff_whole", 3, parameters, NULL, error);
}

Status diff_find(Pg *pg, const DiffRequest *request, int64_t *found, Error *error) {
    Diff diff = {.pg = pg};
    Status status = find_results(pg, request, error);
    if (status == STATUS_OK)
        status = count_found(pg, found, error);
    if (status == STATUS_OK)
        status = split_pairs(&diff, error);
    if (status == STATUS_OK)
        status = split_whole(pg, error);
    if (status == STATUS_OK)
        status = pg_script(pg, "ANALYZE difference_part", error);
    free(diff.found);
    free(diff.memory);
    return status;
}

/* --- What came of it --------------------------------------------------------------------------------------------------- */

Status diff_sums(Pg *pg, void (*visit)(void *context, DiffGrouping by, const char *value, const DiffSum *sum),
                 void *context, Error *error) {
    PgRows *rows = NULL;
    const Status status = pg_query_file(pg, "diff_totals", 0, NULL, &rows, error);
    for (int row = 0; status == STATUS_OK && row < pg_row_count(rows); row++) {
        const DiffGrouping by = (DiffGrouping)pg_integer(rows, row, 0);
        const DiffSum sum = {.people = pg_integer(rows, row, 2),
                             .person_months = pg_integer(rows, row, 3),
                             .up = {pg_integer(rows, row, 4)},
                             .down = {pg_integer(rows, row, 5)},
                             .net = {pg_integer(rows, row, 6)}};
        visit(context, by, by == DIFF_BY_CAUSE ? cause_name[pg_integer(rows, row, 1)] : pg_text(rows, row, 1),
              &sum);
    }
    pg_rows_free(rows);
    return status;
}

static void field_text(PgField field, char *text, size_t text_size) {
    const size_t size = field.bytes == NULL ? 0 : (size_t)field.size_bytes;
    const size_t fits = size < text_size ? size : text_size - 1;
    if (fits > 0)
        memcpy(text, field.bytes, fits);
    text[fits] = '\0';
}

static void part_read(const PgField fields[12], DiffPart *part) {
    *part = (DiffPart){
        .month = month_of((Date){pg_field_date(fields[1])}),
        .before_run = fields[3].bytes == NULL ? 0 : pg_field_int4(fields[3]),
        .after_run = fields[4].bytes == NULL ? 0 : pg_field_int4(fields[4]),
        .before = {pg_field_int8(fields[7])},
        .after = {pg_field_int8(fields[8])},
        .part = {(Cause)pg_field_int2(fields[9]), {pg_field_int8(fields[10])}, {pg_field_int8(fields[11])}},
    };
    field_text(fields[0], part->cpr, sizeof part->cpr);
    field_text(fields[2], part->kommunekode, sizeof part->kommunekode);
    field_text(fields[5], part->before_udfald, sizeof part->before_udfald);
    field_text(fields[6], part->after_udfald, sizeof part->after_udfald);
}

Status diff_parts(Pg *pg, int32_t largest, void (*visit)(void *context, const DiffPart *part), void *context,
                  Error *error) {
    const char *const by_size = "abs(f.after_til_udbetaling - f.before_til_udbetaling) DESC, ";
    char sql[1024], only[256] = "difference_found f";
    PgField fields[12];
    PgCopyOut *copy;
    bool more = true;
    if (largest > 0)
        snprintf(only, sizeof only, "(SELECT * FROM difference_found f ORDER BY %sf.cpr, f.month LIMIT %d) f",
                 by_size, largest);
    snprintf(
        sql, sizeof sql,
        "COPY (SELECT f.cpr, f.month, f.kommunekode, f.before_run, f.after_run, f.before_udfald, "
        "f.after_udfald, "
        "f.before_til_udbetaling, f.after_til_udbetaling, p.cause, p.ydelse, p.til_udbetaling FROM %s "
        "JOIN difference_part p ON p.cpr = f.cpr AND p.month = f.month ORDER BY %sf.cpr, f.month, p.cause) "
        "TO STDOUT (FORMAT binary)",
        only, largest > 0 ? by_size : "");
    Status status = pg_copy_out_begin(pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        DiffPart part;
        status = pg_copy_out_next(copy, fields, 12, &more, error);
        if (status == STATUS_OK && more) {
            part_read(fields, &part);
            visit(context, &part);
        }
    }
    pg_copy_out_close(copy);
    return status;
}
