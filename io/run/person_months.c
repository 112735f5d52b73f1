#include "io/run/person_months.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/pg/pg_stream.h"

#define BUCKET_LEFT_OUT (-1)

/* A person-month that is to be computed though its month is not for everyone. Sorted by bucket, month, cpr. */
typedef struct {
    Cpr cpr;
    Month month;
    int16_t bucket;
} ScopeEntry;

typedef struct {
    ScopeEntry *entries;
    int32_t count, capacity;
    int32_t next;
} Scope;

struct PersonMonths {
    Pg *pg;
    const RunPlan *plan;
    int64_t participants[BUCKET_COUNT]; /* to be read; BUCKET_LEFT_OUT: not asked for */
    int16_t last_bucket;                /* of the slice; -1: none was read yet */
    PgFacts *facts;                     /* of the slice */
    Scope scope;                        /* of the slice */
    /* Where next() is: participants first..end-1 of the slice are those of one bucket. */
    int32_t first, end, at;
    int32_t month;
};

/* --- How many ---------------------------------------------------------------------------------------------------- */

static Status count_participants(PersonMonths *months, int16_t first_bucket, int16_t last_bucket,
                                 Error *error) {
    char sql[256];
    PgRows *rows = NULL;
    if (run_plan_has_everyone(months->plan))
        snprintf(sql, sizeof sql,
                 "SELECT bucket, count(*) FROM fact_deltagere WHERE bucket BETWEEN %d AND %d GROUP BY bucket",
                 first_bucket, last_bucket);
    else if (months->plan->scope_count > 0)
        snprintf(
            sql, sizeof sql,
            "SELECT bucket, count(DISTINCT cpr) FROM run_scope WHERE run_id = %d AND bucket BETWEEN %d AND "
            "%d GROUP BY bucket",
            months->plan->run_id, first_bucket, last_bucket);
    else
        return STATUS_OK;
    const Status status = pg_query(months->pg, sql, 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        months->participants[pg_integer(rows, i, 0)] = pg_integer(rows, i, 1);
    pg_rows_free(rows);
    return status;
}

Status person_months_begin_range(Pg *pg, const RunPlan *plan, int16_t first_bucket, int16_t last_bucket,
                                 PersonMonths **months, Error *error) {
    PersonMonths *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->pg = pg;
    made->plan = plan;
    made->last_bucket = -1;
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        made->participants[b] = b < first_bucket || b > last_bucket ? BUCKET_LEFT_OUT : 0;
    const Status status = count_participants(made, first_bucket, last_bucket, error);
    if (status == STATUS_OK)
        *months = made;
    else
        free(made);
    return status;
}

Status person_months_begin(Pg *pg, const RunPlan *plan, PersonMonths **months, Error *error) {
    return person_months_begin_range(pg, plan, 0, BUCKET_COUNT - 1, months, error);
}

void person_months_free(PersonMonths *months) {
    if (months == NULL)
        return;
    pg_facts_free(months->facts);
    free(months->scope.entries);
    free(months);
}

void person_months_choose(PersonMonths *months, const bool *chosen) {
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        if (!chosen[b])
            months->participants[b] = BUCKET_LEFT_OUT;
}

int16_t person_months_last_bucket(const PersonMonths *months) {
    return months->last_bucket;
}

/* --- The scope of a slice ---------------------------------------------------------------------------------------- */

static Cpr cpr_of_field(PgField field) {
    Cpr cpr = {0};
    for (int32_t i = 0; i < field.size_bytes; i++)
        cpr.number = cpr.number * 10 + (uint64_t)(field.bytes[i] - '0');
    return cpr;
}

static bool scope_add(Scope *scope, const PgField fields[3]) {
    if (scope->count == scope->capacity) {
        const int32_t capacity = scope->capacity == 0 ? 1024 : scope->capacity * 2;
        ScopeEntry *moved = realloc(scope->entries, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        scope->entries = moved;
        scope->capacity = capacity;
    }
    scope->entries[scope->count++] = (ScopeEntry){
        .cpr = cpr_of_field(fields[2]),
        .month = month_of((Date){pg_field_date(fields[1])}),
        .bucket = pg_field_int2(fields[0]),
    };
    return true;
}

static Status read_scope(PersonMonths *months, const PgFactsRange *range, Error *error) {
    char sql[256];
    PgField fields[3];
    PgCopyOut *copy;
    bool more = true;
    months->scope.count = months->scope.next = 0;
    if (months->plan->scope_count == 0)
        return STATUS_OK;
    snprintf(sql, sizeof sql,
             "COPY (SELECT bucket, month, cpr FROM run_scope WHERE run_id = %d AND bucket BETWEEN %d "
             "AND %d ORDER BY bucket, month, cpr) TO STDOUT (FORMAT binary)",
             months->plan->run_id, range->first_bucket, range->last_bucket);
    Status status = pg_copy_out_begin(months->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, 3, &more, error);
        if (status == STATUS_OK && more && !scope_add(&months->scope, fields))
            status = error_no_memory(error);
    }
    pg_copy_out_close(copy);
    return status;
}

/* Whether the scope has the person-month; asked in the order of the scope. */
static bool scope_has(Scope *scope, int16_t bucket, Month month, Cpr cpr) {
    while (scope->next < scope->count) {
        const ScopeEntry *entry = &scope->entries[scope->next];
        const bool before = entry->bucket < bucket ||
                            (entry->bucket == bucket &&
                             (entry->month.index < month.index ||
                              (entry->month.index == month.index && entry->cpr.number < cpr.number)));
        if (!before)
            return entry->bucket == bucket && entry->month.index == month.index &&
                   entry->cpr.number == cpr.number;
        scope->next++;
    }
    return false;
}

/* --- Slices -------------------------------------------------------------------------------------------------------- */

/* The participants of the bucket at `first`, none at the end of the slice. */
static void enter_bucket(PersonMonths *months, int32_t first) {
    const int32_t count = pg_facts_count(months->facts);
    months->first = months->at = months->end = first;
    months->month = 0;
    while (months->end < count &&
           pg_facts_bucket(months->facts, months->end) == pg_facts_bucket(months->facts, first))
        months->end++;
}

static Status read_slice(PersonMonths *months, int32_t first_bucket, Error *error) {
    const RunPlan *plan = months->plan;
    const PgFactsRange range = {
        .first_bucket = (int16_t)first_bucket,
        .last_bucket = months->last_bucket,
        .data_as_of = plan->data_as_of,
        .scope_run_id = run_plan_has_everyone(plan) ? 0 : plan->run_id,
        .first_month = plan->months[0].law.month,
        .last_month = plan->months[plan->month_count - 1].law.month,
    };
    pg_facts_free(months->facts);
    months->facts = NULL;
    Status status = read_scope(months, &range, error);
    if (status == STATUS_OK)
        status = pg_facts_read(months->pg, &range, &months->facts, error);
    if (status == STATUS_OK)
        enter_bucket(months, 0);
    return status;
}

/* The facts of a plan reach from the January of its first month to its last month, a year of them in the longest plan of
 * a single month. */
static int64_t slice_participants_max(const RunPlan *plan) {
    return SLICE_PARTICIPANTS_MAX * SLICE_MONTHS / (SLICE_MONTHS + plan->month_count - 1);
}

/* Whole buckets, as many as fit; an empty slice is not read at all. */
Status person_months_slice(PersonMonths *months, bool *more, Error *error) {
    const int64_t slice_max = slice_participants_max(months->plan);
    while (months->last_bucket + 1 < BUCKET_COUNT) {
        const int32_t first = months->last_bucket + 1;
        int32_t last = first;
        int64_t participants = months->participants[first];
        if (participants > BUCKET_PARTICIPANTS_MAX)
            return error_set(error, STATUS_INTERNAL, "a bucket has more than %d participants",
                             BUCKET_PARTICIPANTS_MAX);
        while (participants != BUCKET_LEFT_OUT && last + 1 < BUCKET_COUNT &&
               months->participants[last + 1] != BUCKET_LEFT_OUT &&
               participants + months->participants[last + 1] <= slice_max)
            participants += months->participants[++last];
        months->last_bucket = (int16_t)last;
        if (participants > 0) {
            *more = true;
            return read_slice(months, first, error);
        }
    }
    *more = false;
    return STATUS_OK;
}

bool person_months_next(PersonMonths *months, PersonMonth *one) {
    const RunPlan *plan = months->plan;
    while (months->first < months->end) {
        const RunMonth *month = &plan->months[months->month];
        const int32_t index = months->at;
        one->bucket = pg_facts_bucket(months->facts, index);
        one->participant = index - months->first;
        one->law = &month->law;
        if (++months->at == months->end) {
            months->at = months->first;
            if (++months->month == plan->month_count)
                enter_bucket(months, months->end);
        }
        if (month->everyone ||
            scope_has(&months->scope, one->bucket, month->law.month, pg_facts_cpr(months->facts, index))) {
            pg_facts_at(months->facts, index, &one->facts);
            return true;
        }
    }
    return false;
}
