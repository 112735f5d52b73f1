#include "io/run_work.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"
#include "io/person_months.h"
#include "io/pg_array.h"
#include "io/progress.h"
#include "io/result_digest.h"
#include "io/sink_result.h"
#include "io/stop_point.h"

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
    bool claimed[BUCKET_COUNT];
    int32_t fencing_token[BUCKET_COUNT];
    ShardTotal totals[BUCKET_COUNT];
    ResultSink sink;
    BucketDigest digest;
    int16_t bucket; /* being computed; -1: none */
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

/* --- Computing ------------------------------------------------------------------------------------------------------- */

static void end_bucket(Work *work) {
    if (work->bucket >= 0)
        bucket_digest_next(&work->digest, work->totals[work->bucket].digest);
}

static void compute_one(Work *work, const PersonMonth *one) {
    Result result;
    if (one->bucket != work->bucket) {
        end_bucket(work);
        work->bucket = one->bucket;
    }
    calc_month(one->law, &one->facts, NULL, &result);
    work->computed++;
    if (result.udfald == UDFALD_INTET)
        return;
    bucket_digest_add(&work->digest, &result);
    result_sink_add(&work->sink, &result);
    work->totals[one->bucket].rows++;
    work->totals[one->bucket].til_udbetaling_oere += result.amount[AMOUNT_til_udbetaling].oere;
}

static Status compute_slice(Work *work, PersonMonths *months, Error *error) {
    PersonMonth one;
    const Status status =
        result_sink_begin(work->pg, work->table_name, work->plan->run_id, &work->sink, error);
    if (status != STATUS_OK)
        return status;
    while (person_months_next(months, &one))
        compute_one(work, &one);
    return result_sink_end(&work->sink, NULL, error);
}

static Status compute_slices(Work *work, Error *error) {
    PersonMonths *months = NULL;
    bool more = true;
    Status status = person_months_begin(work->pg, work->plan, &months, error);
    progress_begin(PROGRESS_WORK);
    while (status == STATUS_OK) {
        const int16_t before = person_months_last_bucket(months);
        status = person_months_slice(months, &more, error);
        if (status != STATUS_OK || !more)
            break;
        status = compute_slice(work, months, error);
        if (before < BUCKET_COUNT / 2 && person_months_last_bucket(months) >= BUCKET_COUNT / 2)
            stop_point(STOP_RUN_WORKING);
        progress_at(person_months_last_bucket(months) + 1, BUCKET_COUNT, work->computed);
        log_detail("run: buckets up to %d computed", person_months_last_bucket(months));
    }
    progress_end();
    end_bucket(work);
    person_months_free(months);
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
    if (work == NULL || !digest_of_nothing(work) || !bucket_digest_begin(&work->digest)) {
        free(work);
        return error_set(error, STATUS_INTERNAL, "out of memory");
    }
    work->pg = pg;
    work->plan = plan;
    work->bucket = -1;
    Status status = begin_attempt(work, error);
    if (status == STATUS_OK)
        status = claim_shards(work, error);
    if (status == STATUS_OK)
        status = compute_slices(work, error);
    if (status == STATUS_OK)
        status = finish_attempt(work, error);
    if (status == STATUS_OK)
        status = report_shards(work, error);
    if (status == STATUS_OK)
        log_info("run: %lld person-months computed", (long long)work->computed);
    bucket_digest_free(&work->digest);
    free(work);
    return status;
}
