#include "io/run/run_work.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/base/log.h"
#include "io/base/progress.h"
#include "io/base/stop_point.h"
#include "io/run/person_months.h"
#include "io/run/result_digest.h"
#include "io/run/sink_result.h"

#define PEOPLE_BETWEEN_RENEWALS 1024
#define IDLE_LEASES 4 /* then the server ends a transaction in which nothing happens */
#define WAIT_MS_MIN 50
#define WAIT_MS_MAX 1000

typedef struct {
    Pg *pg;
    const RunWork *work;
    ShardClaim claim;
    bool has_table;
    char table_name[64];
    BucketTotal totals[BUCKET_COUNT]; /* of the shard */
    ResultSink sink;
    BucketDigest digest;
    int16_t bucket;   /* being computed; -1: none */
    int64_t computed; /* person-months, all shards */
    int32_t done;     /* shards */
} Work;

/* --- Computing ------------------------------------------------------------------------------------------------------- */

static void end_bucket(Work *work) {
    if (work->bucket >= 0)
        bucket_digest_next(&work->digest, work->totals[work->bucket].digest);
    work->bucket = -1;
}

/* The table is made for the first result: a shard without one needs none. */
static Status begin_sink(Work *work, Error *error) {
    Status status = STATUS_OK;
    if (!work->has_table)
        status = attempt_create(work->pg, &work->claim, work->table_name, error);
    work->has_table = work->has_table || status == STATUS_OK;
    return status != STATUS_OK
               ? status
               : result_sink_begin(work->pg, work->table_name, work->work->rules.run_id, &work->sink, error);
}

static Status compute_one(Work *work, const PersonMonth *one, Error *error) {
    Result result;
    if (one->bucket != work->bucket) {
        end_bucket(work);
        work->bucket = one->bucket;
    }
    calc_month(one->law, &one->facts, NULL, &result);
    work->computed++;
    if (result.udfald == UDFALD_INTET)
        return STATUS_OK;
    if (work->sink.copy == NULL) {
        const Status status = begin_sink(work, error);
        if (status != STATUS_OK)
            return status;
    }
    bucket_digest_add(&work->digest, &result);
    result_sink_add(&work->sink, &result, one->bucket);
    work->totals[one->bucket].rows++;
    work->totals[one->bucket].til_udbetaling_oere += result.amount[AMOUNT_til_udbetaling].oere;
    return STATUS_OK;
}

static Status compute_slice(Work *work, PersonMonths *months, Error *error) {
    PersonMonth one;
    Error ignored;
    Status status = STATUS_OK;
    for (int32_t people = 1; status == STATUS_OK && person_months_next(months, &one); people++) {
        status = compute_one(work, &one, error);
        if (status == STATUS_OK && people % PEOPLE_BETWEEN_RENEWALS == 0 && work->work->claims != work->pg)
            status = shard_keep(&work->claim, error);
    }
    if (work->sink.copy == NULL)
        return status;
    if (status != STATUS_OK) {
        (void)result_sink_end(&work->sink, "the worker failed", &ignored);
        return status;
    }
    return result_sink_end(&work->sink, NULL, error);
}

static Status compute_slices(Work *work, Error *error) {
    const ShardClaim *claim = &work->claim;
    const int16_t middle = (int16_t)((claim->first_bucket + claim->last_bucket + 1) / 2);
    PersonMonths *months = NULL;
    bool more = true;
    Status status = person_months_begin_range(work->pg, work->work->plan, claim->first_bucket,
                                              claim->last_bucket, &months, error);
    if (work->work->alone)
        progress_begin(PROGRESS_WORK);
    while (status == STATUS_OK) {
        const int16_t before = person_months_last_bucket(months);
        status = person_months_slice(months, &more, error);
        if (status != STATUS_OK || !more)
            break;
        status = compute_slice(work, months, error);
        if (before < middle && person_months_last_bucket(months) >= middle)
            stop_point(STOP_RUN_WORKING);
        if (work->work->alone)
            progress_at(person_months_last_bucket(months) + 1, BUCKET_COUNT, work->computed);
        log_detail("run: buckets up to %d computed", person_months_last_bucket(months));
        if (status == STATUS_OK)
            status = shard_keep(&work->claim, error);
    }
    if (work->work->alone)
        progress_end();
    end_bucket(work);
    person_months_free(months);
    return status;
}

/* --- A shard ----------------------------------------------------------------------------------------------------------- */

static bool begin_totals(Work *work) {
    memset(work->totals, 0, sizeof work->totals);
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        if (!sha256_bytes("", 0, work->totals[b].digest)) /* of nothing */
            return false;
    work->has_table = false;
    work->sink.copy = NULL;
    work->bucket = -1;
    return true;
}

/* A worker that stands still between two statements must not keep locks for ever. */
static Status begin_transaction(const Work *work, Error *error) {
    char sql[96];
    snprintf(sql, sizeof sql, "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '%ds'",
             IDLE_LEASES * work->work->rules.lease_seconds);
    return pg_script(work->pg, sql, error);
}

/* Whatever went wrong, nothing of the attempt stays. */
static void give_up(const Work *work) {
    Error ignored;
    int32_t count;
    if (pg_in_transaction(work->pg))
        (void)pg_script(work->pg, "ROLLBACK", &ignored);
    (void)shard_release(work->work->claims, work->work->rules.run_id, work->work->worker, &count, &ignored);
}

static Status compute_shard(Work *work, bool own_transaction, Error *error) {
    if (!begin_totals(work))
        return error_no_memory(error);
    Status status = own_transaction ? begin_transaction(work, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = compute_slices(work, error);
    if (status == STATUS_OK && work->has_table)
        status = attempt_finish(work->pg, &work->claim, error);
    if (status == STATUS_OK)
        status = shard_keep(&work->claim, error);
    if (status == STATUS_OK) {
        stop_point(STOP_WORK_COMPUTED);
        status = shard_done(work->pg, &work->claim, work->has_table, work->totals, error);
    }
    if (status == STATUS_OK && own_transaction)
        status = pg_script(work->pg, "COMMIT", error);
    if (status == STATUS_OK) {
        work->done++;
        log_detail("run: shard %d done", work->claim.shard);
    } else if (own_transaction) {
        give_up(work);
    }
    return status;
}

/* --- All of them ------------------------------------------------------------------------------------------------------- */

static void sleep_ms(int32_t milliseconds) {
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000L}, NULL);
}

/* What is to be done when no shard can be claimed: *wait, or it is over. */
static Status look_around(const Work *work, bool *wait, int32_t *left, Error *error) {
    const ShardRules *rules = &work->work->rules;
    ShardProgress progress;
    *wait = false;
    const Status status = shard_progress(work->work->claims, rules, &progress, error);
    if (status != STATUS_OK)
        return status;
    *left = progress.shards - progress.done;
    if (strcmp(progress.state, "failed") == 0)
        return error_set(error, STATUS_TRY_AGAIN, "run %d was given up meanwhile", rules->run_id);
    if (progress.poisoned >= 0)
        return shard_poisoned(rules, &progress, error);
    *wait = *left > 0 && work->work->wait;
    return STATUS_OK;
}

static Status work_loop(Work *work, int32_t *left, Error *error) {
    const bool own_transaction = work->work->claims != work->pg;
    int32_t wait_ms = WAIT_MS_MIN;
    bool go_on = true;
    Status status = STATUS_OK;
    while (status == STATUS_OK && go_on) {
        status = shard_claim(work->work->claims, &work->work->rules, work->work->worker, &work->claim, error);
        if (status != STATUS_OK)
            break;
        if (work->claim.held) {
            stop_point(STOP_WORK_CLAIMED);
            status = compute_shard(work, own_transaction, error);
            if (status != STATUS_OK && shard_is_lost(error)) {
                log_warning("%s; what this worker computed of it is dropped", error->message);
                status = STATUS_OK;
            }
            wait_ms = WAIT_MS_MIN;
            continue;
        }
        status = look_around(work, &go_on, left, error);
        if (status == STATUS_OK && go_on) {
            sleep_ms(wait_ms);
            wait_ms = wait_ms * 2 < WAIT_MS_MAX ? wait_ms * 2 : WAIT_MS_MAX;
        }
    }
    return status;
}

Status run_work(Pg *pg, const RunWork *request, int32_t *left, Error *error) {
    Work *work = calloc(1, sizeof *work);
    *left = 0;
    if (work == NULL || !bucket_digest_begin(&work->digest)) {
        free(work);
        return error_no_memory(error);
    }
    work->pg = pg;
    work->work = request;
    const Status status = work_loop(work, left, error);
    if (status == STATUS_OK)
        log_info("run %d: %d shard%s, %lld person-months computed", request->rules.run_id, work->done,
                 work->done == 1 ? "" : "s", (long long)work->computed);
    bucket_digest_free(&work->digest);
    free(work);
    return status;
}
