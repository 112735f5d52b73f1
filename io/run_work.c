#include "io/run_work.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/bucket.h"
#include "io/log.h"
#include "io/pg_array.h"
#include "io/pg_stream.h"
#include "io/sha256.h"
#include "io/sink_result.h"
#include "io/stop_point.h"

/* A person-month that is to be computed though its month is not for everyone. Sorted by bucket, month, cpr. */
typedef struct {
    Cpr cpr;
    Month month;
    int16_t bucket;
} ScopeEntry;

typedef struct {
    ScopeEntry *entries;
    int32_t count;
    int32_t next;
} Scope;

typedef struct {
    int64_t rows;
    int64_t til_udbetaling_oere;
    uint8_t digest[SHA256_SIZE];
} ShardTotal;

typedef struct {
    Pg *pg;
    const RunPlan *plan;
    int32_t attempt_id;
    char table_name[64];
    int64_t participants[BUCKET_COUNT]; /* to be read */
    bool claimed[BUCKET_COUNT];
    int32_t fencing_token[BUCKET_COUNT];
    ShardTotal totals[BUCKET_COUNT];
    ResultSink sink;
    int64_t computed;
} Work;

/* --- Claiming and reporting shards ----------------------------------------------------------------------------- */

static Status begin_attempt(Work *work, Error *error) {
    char run[16];
    char worker[128] = "";
    char host[80] = "";
    PgRows *rows = NULL;
    (void)gethostname(host, sizeof host - 1);
    snprintf(run, sizeof run, "%d", work->plan->run_id);
    snprintf(worker, sizeof worker, "%s/%ld", host, (long)getpid());
    const PgParameter parameters[] = {{"run", run}, {"worker", worker}};
    const Status status = pg_query_file(work->pg, "attempt_create", 2, parameters, &rows, error);
    if (status == STATUS_OK) {
        work->attempt_id = (int32_t)pg_integer(rows, 0, 0);
        snprintf(work->table_name, sizeof work->table_name, "%s", pg_text(rows, 0, 1));
    }
    pg_rows_free(rows);
    return status;
}

static Status claim_shards(Work *work, Error *error) {
    char run[16];
    char attempt[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", work->plan->run_id);
    snprintf(attempt, sizeof attempt, "%d", work->attempt_id);
    const PgParameter parameters[] = {{"run", run}, {"attempt", attempt}};
    const Status status = pg_query_file(work->pg, "shard_claim", 2, parameters, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        const int64_t shard = pg_integer(rows, i, 0);
        assert(shard >= 0 && shard < BUCKET_COUNT);
        work->claimed[shard] = true;
        work->fencing_token[shard] = (int32_t)pg_integer(rows, i, 1);
    }
    pg_rows_free(rows);
    return status;
}

static bool add_number(PgArray *array, int64_t value) {
    char text[24];
    const int size = snprintf(text, sizeof text, "%lld", (long long)value);
    return pg_array_add(array, (Text){text, (uint32_t)size});
}

/* One statement for all shards; a shard whose fencing token has moved on is another worker's by now. */
static Status report_shards(const Work *work, Error *error) {
    PgArray columns[5] = {{0}}; /* shard, token, rows, til_udbetaling, digest */
    char run[16];
    PgRows *rows = NULL;
    int64_t expected = 0;
    bool enough = true;
    for (int32_t b = 0; b < BUCKET_COUNT && enough; b++) {
        char digest[SHA256_HEX_SIZE + 2] = "\\x";
        if (!work->claimed[b])
            continue;
        expected++;
        sha256_hex(work->totals[b].digest, digest + 2);
        enough = add_number(&columns[0], b) && add_number(&columns[1], work->fencing_token[b]) &&
                 add_number(&columns[2], work->totals[b].rows) &&
                 add_number(&columns[3], work->totals[b].til_udbetaling_oere) &&
                 pg_array_add(&columns[4], (Text){digest, (uint32_t)strlen(digest)});
    }
    snprintf(run, sizeof run, "%d", work->plan->run_id);
    const PgParameter parameters[] = {
        {"run", run},
        {"shards", pg_array_text(&columns[0])},
        {"tokens", pg_array_text(&columns[1])},
        {"rows", pg_array_text(&columns[2])},
        {"sums", pg_array_text(&columns[3])},
        {"digests", pg_array_text(&columns[4])},
    };
    Status status = enough ? pg_query_file(work->pg, "shard_done", 6, parameters, &rows, error)
                           : error_set(error, STATUS_INTERNAL, "out of memory");
    if (status == STATUS_OK && pg_row_count(rows) != expected)
        status = error_set(error, STATUS_TRY_AGAIN, "another worker took over shards of this run");
    pg_rows_free(rows);
    for (int i = 0; i < 5; i++)
        pg_array_free(&columns[i]);
    return status;
}

/* --- Who is to be computed ------------------------------------------------------------------------------------------ */

static Status count_participants(Work *work, Error *error) {
    char sql[192];
    PgRows *rows = NULL;
    if (run_plan_has_everyone(work->plan))
        snprintf(sql, sizeof sql,
                 "SELECT bucket, count(*) FROM ydelse.fact_deltagere WHERE bucket >= 0 GROUP BY bucket");
    else
        snprintf(sql, sizeof sql,
                 "SELECT bucket, count(DISTINCT cpr) FROM ydelse.run_scope WHERE run_id = %d GROUP BY bucket",
                 work->plan->run_id);
    const Status status = pg_query(work->pg, sql, 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        work->participants[pg_integer(rows, i, 0)] = pg_integer(rows, i, 1);
    pg_rows_free(rows);
    return status;
}

static Cpr cpr_of_field(PgField field) {
    Cpr cpr = {0};
    for (int32_t i = 0; i < field.size_bytes; i++)
        cpr.number = cpr.number * 10 + (uint64_t)(field.bytes[i] - '0');
    return cpr;
}

static Status read_scope(Work *work, const PgFactsRange *range, Scope *scope, Error *error) {
    char sql[256];
    PgField fields[3];
    PgCopyOut *copy;
    int32_t capacity = 0;
    bool more = true;
    *scope = (Scope){0};
    if (work->plan->scope_count == 0)
        return STATUS_OK;
    snprintf(sql, sizeof sql,
             "COPY (SELECT bucket, month, cpr FROM ydelse.run_scope WHERE run_id = %d AND bucket BETWEEN %d "
             "AND %d "
             "ORDER BY bucket, month, cpr) TO STDOUT (FORMAT binary)",
             work->plan->run_id, range->first_bucket, range->last_bucket);
    Status status = pg_copy_out_begin(work->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, 3, &more, error);
        if (status != STATUS_OK || !more)
            break;
        if (scope->count == capacity) {
            capacity = capacity == 0 ? 1024 : capacity * 2;
            ScopeEntry *moved = realloc(scope->entries, (size_t)capacity * sizeof moved[0]);
            if (moved == NULL) {
                status = error_set(error, STATUS_INTERNAL, "out of memory");
                break;
            }
            scope->entries = moved;
        }
        scope->entries[scope->count++] = (ScopeEntry){
            .cpr = cpr_of_field(fields[2]),
            .month = month_of((Date){pg_field_date(fields[1])}),
            .bucket = pg_field_int2(fields[0]),
        };
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

/* --- Computing ------------------------------------------------------------------------------------------------------- */

static void compute_one(Work *work, const RunMonth *month, const PgFacts *facts, int32_t index, Sha256 *sha,
                        ShardTotal *total) {
    Facts one;
    Result result;
    char line[RESULT_LINE_SIZE];
    pg_facts_at(facts, index, &one);
    calc_month(&month->law, &one, NULL, &result);
    work->computed++;
    if (result.udfald == UDFALD_INTET)
        return;
    sha256_add(sha, line, (size_t)result_format(&result, line));
    result_sink_add(&work->sink, &result);
    total->rows++;
    total->til_udbetaling_oere += result.amount[AMOUNT_til_udbetaling].oere;
}

/* The participants first..last-1 of the slice are the bucket's. */
static bool compute_bucket(Work *work, int16_t bucket, const PgFacts *facts, int32_t first, int32_t last,
                           Scope *scope) {
    ShardTotal *total = &work->totals[bucket];
    Sha256 sha;
    if (!sha256_begin(&sha))
        return false;
    for (int32_t m = 0; m < work->plan->month_count; m++) {
        const RunMonth *month = &work->plan->months[m];
        for (int32_t i = first; i < last; i++)
            if (month->everyone || scope_has(scope, bucket, month->law.month, pg_facts_cpr(facts, i)))
                compute_one(work, month, facts, i, &sha, total);
    }
    sha256_end(&sha, total->digest);
    return true;
}

static Status compute_slice(Work *work, const PgFactsRange *range, const PgFacts *facts, Scope *scope,
                            Error *error) {
    int32_t at = 0;
    bool enough = true;
    Status status = result_sink_begin(work->pg, work->table_name, work->plan->run_id, &work->sink, error);
    if (status != STATUS_OK)
        return status;
    for (int32_t b = range->first_bucket; b <= range->last_bucket && enough; b++) {
        const int32_t first = at;
        while (at < pg_facts_count(facts) && pg_facts_bucket(facts, at) == b)
            at++;
        enough = compute_bucket(work, (int16_t)b, facts, first, at, scope);
    }
    status = result_sink_end(&work->sink, enough ? NULL : "out of memory", error);
    return enough ? status : error_set(error, STATUS_INTERNAL, "out of memory");
}

static Status work_slice(Work *work, int32_t first_bucket, int32_t last_bucket, Error *error) {
    const RunPlan *plan = work->plan;
    const PgFactsRange range = {
        .first_bucket = (int16_t)first_bucket,
        .last_bucket = (int16_t)last_bucket,
        .data_as_of = plan->data_as_of,
        .scope_run_id = run_plan_has_everyone(plan) ? 0 : plan->run_id,
        .first_month = plan->months[0].law.month,
        .last_month = plan->months[plan->month_count - 1].law.month,
    };
    PgFacts *facts = NULL;
    Scope scope;
    Status status = read_scope(work, &range, &scope, error);
    if (status == STATUS_OK)
        status = pg_facts_read(work->pg, &range, &facts, error);
    if (status == STATUS_OK)
        status = compute_slice(work, &range, facts, &scope, error);
    pg_facts_free(facts);
    free(scope.entries);
    return status;
}

/* Whole buckets, as many as fit; an empty slice is not read at all. */
static Status work_slices(Work *work, Error *error) {
    Status status = STATUS_OK;
    for (int32_t first = 0; first < BUCKET_COUNT && status == STATUS_OK;) {
        int64_t participants = work->participants[first];
        int32_t last = first;
        if (participants > BUCKET_PARTICIPANTS_MAX)
            return error_set(error, STATUS_INTERNAL, "a bucket has more than %d participants",
                             BUCKET_PARTICIPANTS_MAX);
        while (last + 1 < BUCKET_COUNT &&
               participants + work->participants[last + 1] <= SLICE_PARTICIPANTS_MAX)
            participants += work->participants[++last];
        if (participants > 0)
            status = work_slice(work, first, last, error);
        if (first <= BUCKET_COUNT / 2 && last >= BUCKET_COUNT / 2)
            stop_point(STOP_RUN_WORKING);
        log_detail("run: buckets %d to %d computed", first, last);
        first = last + 1;
    }
    return status;
}

static bool digest_of_nothing(Work *work) {
    uint8_t digest[SHA256_SIZE];
    if (!sha256_bytes("", 0, digest))
        return false;
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        memcpy(work->totals[b].digest, digest, sizeof digest);
    return true;
}

static Status finish_attempt(const Work *work, Error *error) {
    char attempt[16];
    snprintf(attempt, sizeof attempt, "%d", work->attempt_id);
    const char *const values[] = {attempt};
    return pg_query(work->pg, "SELECT ydelse.attempt_finish($1)", 1, values, NULL, error);
}

Status run_work(Pg *pg, const RunPlan *plan, Error *error) {
    Work *work = calloc(1, sizeof *work);
    if (work == NULL || !digest_of_nothing(work)) {
        free(work);
        return error_set(error, STATUS_INTERNAL, "out of memory");
    }
    work->pg = pg;
    work->plan = plan;
    Status status = begin_attempt(work, error);
    if (status == STATUS_OK)
        status = claim_shards(work, error);
    if (status == STATUS_OK && (run_plan_has_everyone(plan) || plan->scope_count > 0))
        status = count_participants(work, error);
    if (status == STATUS_OK)
        status = work_slices(work, error);
    if (status == STATUS_OK)
        status = finish_attempt(work, error);
    if (status == STATUS_OK)
        status = report_shards(work, error);
    if (status == STATUS_OK)
        log_info("run: %lld person-months computed", (long long)work->computed);
    free(work);
    return status;
}
