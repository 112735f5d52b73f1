#include "io/proof/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run/person_months.h"
#include "io/run/stored_result.h"

typedef uint8_t Digests[BUCKET_COUNT][SHA256_SIZE];

typedef struct {
    Pg *pg;
    const ReplayRequest *request;
    const ReplaySink *sink;
    ReplayOutcome *outcome;
    RunPlan plan;
    Digests sealed, stored, computed;
    BucketDigest buckets[BUCKET_COUNT]; /* of one side at a time */
} Replay;

/* --- The three digests of a bucket ------------------------------------------------------------------------------- */

static bool digest_parse(const char *hex, uint8_t digest[SHA256_SIZE]) {
    if (strlen(hex) != SHA256_HEX_SIZE - 1)
        return false;
    for (int32_t i = 0; i < SHA256_SIZE; i++) {
        const char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        digest[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

/* A bucket without a digest keeps one of zeros, which nothing hashes to. */
static Status read_sealed(Replay *replay, Error *error) {
    char run[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", replay->request->run.run_id);
    const char *const values[] = {run};
    const Status status =
        pg_query(replay->pg, "SELECT bucket, encode(digest, 'hex') FROM ydelse.run_bucket WHERE run_id = $1",
                 1, values, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        (void)digest_parse(pg_text(rows, i, 1), replay->sealed[pg_integer(rows, i, 0)]);
    pg_rows_free(rows);
    return status;
}

static Status begin_buckets(Replay *replay, Error *error) {
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        if (!bucket_digest_begin(&replay->buckets[b]))
            return error_no_memory(error);
    return STATUS_OK;
}

static void take_digests(Replay *replay, Digests digests) {
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        bucket_digest_next(&replay->buckets[b], digests[b]);
}

static Status digest_stored(Replay *replay, Error *error) {
    const StoredResultsRange range = {.run_id = replay->request->run.run_id, .choice = STORED_RESULTS_ALL};
    StoredResults *results = NULL;
    StoredResult one;
    bool more = true;
    Status status = stored_results_begin(replay->pg, &range, &results, error);
    while (status == STATUS_OK && more) {
        status = stored_results_next(results, &one, &more, error);
        if (status == STATUS_OK && more) {
            bucket_digest_add_line(&replay->buckets[one.bucket], one.line, (size_t)one.size_bytes);
            replay->outcome->stored++;
        }
    }
    stored_results_end(results);
    take_digests(replay, replay->stored);
    return status;
}

static Status digest_computed(Replay *replay, Error *error) {
    PersonMonths *months = NULL;
    PersonMonth one;
    Result result;
    bool more = true;
    Status status = person_months_begin(replay->pg, &replay->plan, &months, error);
    while (status == STATUS_OK && more) {
        status = person_months_slice(months, &more, error);
        while (status == STATUS_OK && more && person_months_next(months, &one)) {
            calc_month(one.law, &one.facts, NULL, &result);
            replay->outcome->person_months++;
            if (result.udfald == UDFALD_INTET)
                continue;
            bucket_digest_add(&replay->buckets[one.bucket], &result);
            replay->outcome->results++;
        }
    }
    person_months_free(months);
    take_digests(replay, replay->computed);
    return status;
}

/* --- The rows of the buckets that differ --------------------------------------------------------------------------- */

static bool digests_are_equal(const uint8_t *a, const uint8_t *b) {
    return memcmp(a, b, SHA256_SIZE) == 0;
}

static void tell(Replay *replay, int16_t bucket, Month month, const char *stored, const char *computed) {
    SealProves proves = SEAL_PROVES_NEITHER;
    if (digests_are_equal(replay->sealed[bucket], replay->stored[bucket]))
        proves = SEAL_PROVES_STORED;
    else if (digests_are_equal(replay->sealed[bucket], replay->computed[bucket]))
        proves = SEAL_PROVES_COMPUTED;
    replay->outcome->differences++;
    replay->sink->difference(replay->sink->context, &(ReplayDifference){month, stored, computed, proves});
}

static int order(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_places(const StoredResult *stored, int16_t bucket, const Result *computed) {
    int compared = order(stored->bucket, bucket);
    if (compared == 0)
        compared = order(stored->month.index, computed->month.index);
    return compared != 0 ? compared : order((int64_t)stored->cpr.number, (int64_t)computed->cpr.number);
}

/* Two sides in the same order: the stored one is `at`, while there is more of it. */
typedef struct {
    StoredResults *results;
    StoredResult at;
    bool more;
} StoredSide;

static Status stored_next(StoredSide *side, Error *error) {
    return stored_results_next(side->results, &side->at, &side->more, error);
}

static Status compare_one(Replay *replay, StoredSide *side, int16_t bucket, const Result *computed,
                          Error *error) {
    char line[RESULT_DIGEST_LINE_SIZE];
    Status status = STATUS_OK;
    result_digest_line(computed, line);
    while (status == STATUS_OK && side->more && compare_places(&side->at, bucket, computed) < 0) {
        tell(replay, side->at.bucket, side->at.month, side->at.line, NULL);
        status = stored_next(side, error);
    }
    if (status != STATUS_OK)
        return status;
    if (!side->more || compare_places(&side->at, bucket, computed) > 0) {
        tell(replay, bucket, computed->month, NULL, line);
        return STATUS_OK;
    }
    if (strcmp(side->at.line, line) != 0)
        tell(replay, bucket, computed->month, side->at.line, line);
    return stored_next(side, error);
}

/* The buckets first..last; months has a slice of them, or nothing of them is computed at all (NULL). */
static Status compare_slice(Replay *replay, const bool *chosen, int32_t first, int32_t last,
                            PersonMonths *months, Error *error) {
    const StoredResultsRange range = {.run_id = replay->request->run.run_id,
                                      .choice = STORED_RESULTS_BUCKETS,
                                      .first_bucket = (int16_t)first,
                                      .last_bucket = (int16_t)last,
                                      .chosen = chosen};
    StoredSide side = {.results = NULL};
    PersonMonth one;
    Result result;
    Status status = stored_results_begin(replay->pg, &range, &side.results, error);
    if (status == STATUS_OK)
        status = stored_next(&side, error);
    while (status == STATUS_OK && months != NULL && person_months_next(months, &one)) {
        calc_month(one.law, &one.facts, NULL, &result);
        if (result.udfald != UDFALD_INTET)
            status = compare_one(replay, &side, one.bucket, &result, error);
    }
    while (status == STATUS_OK && side.more) {
        tell(replay, side.at.bucket, side.at.month, side.at.line, NULL);
        status = stored_next(&side, error);
    }
    stored_results_end(side.results);
    return status;
}

static Status compare_rows(Replay *replay, const bool *chosen, Error *error) {
    PersonMonths *months = NULL;
    bool more = true;
    Status status = person_months_begin(replay->pg, &replay->plan, &months, error);
    if (status == STATUS_OK)
        person_months_choose(months, chosen);
    while (status == STATUS_OK && more) {
        const int32_t before = person_months_last_bucket(months);
        status = person_months_slice(months, &more, error);
        const int32_t last = person_months_last_bucket(months);
        if (status == STATUS_OK && last > before)
            status = compare_slice(replay, chosen, before + 1, last, more ? months : NULL, error);
    }
    person_months_free(months);
    return status;
}

/* Rows of persons whom no fact knows: they are in no bucket that is computed. */
static Status tell_unknown(Replay *replay, Error *error) {
    const StoredResultsRange range = {.run_id = replay->request->run.run_id,
                                      .choice = STORED_RESULTS_UNKNOWN};
    StoredSide side = {.results = NULL};
    Status status = stored_results_begin(replay->pg, &range, &side.results, error);
    if (status == STATUS_OK)
        status = stored_next(&side, error);
    while (status == STATUS_OK && side.more) {
        tell(replay, side.at.bucket, side.at.month, side.at.line, NULL);
        status = stored_next(&side, error);
    }
    stored_results_end(side.results);
    return status;
}

/* --- The verdict ------------------------------------------------------------------------------------------------------ */

static Status judge(Replay *replay, Error *error) {
    ReplayOutcome *outcome = replay->outcome;
    const char *under_seal = replay->request->run.digest_hex;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    bool chosen[BUCKET_COUNT];
    bool differs = false;
    for (int32_t b = 0; b < BUCKET_COUNT; b++) {
        const bool stored = digests_are_equal(replay->sealed[b], replay->stored[b]);
        const bool computed = digests_are_equal(replay->sealed[b], replay->computed[b]);
        outcome->buckets_stored_otherwise += !stored;
        outcome->buckets_computed_otherwise += !computed;
        chosen[b] = !digests_are_equal(replay->stored[b], replay->computed[b]);
        differs = differs || chosen[b];
    }
    if (!result_digest((const uint8_t(*)[SHA256_SIZE])replay->sealed, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    outcome->shards_agree = strcmp(hex, under_seal) == 0;
    if (!result_digest((const uint8_t(*)[SHA256_SIZE])replay->computed, digest))
        return error_no_memory(error);
    sha256_hex(digest, outcome->digest_hex);
    outcome->equal = outcome->shards_agree && outcome->buckets_stored_otherwise == 0 &&
                     outcome->buckets_computed_otherwise == 0;
    Status status = differs ? compare_rows(replay, chosen, error) : STATUS_OK;
    return status == STATUS_OK && differs ? tell_unknown(replay, error) : status;
}

Status replay_run(Pg *pg, const ReplayRequest *request, const ReplaySink *sink, ReplayOutcome *outcome,
                  Error *error) {
    Replay *replay = calloc(1, sizeof *replay);
    *outcome = (ReplayOutcome){0};
    if (replay == NULL)
        return error_no_memory(error);
    replay->pg = pg;
    replay->request = request;
    replay->sink = sink;
    replay->outcome = outcome;
    Status status = run_plan_again(pg, &request->run, request->law, &replay->plan, error);
    replay->plan.data_as_of = request->data_as_of;
    if (status == STATUS_OK)
        status = read_sealed(replay, error);
    if (status == STATUS_OK)
        status = begin_buckets(replay, error);
    if (status == STATUS_OK)
        status = digest_stored(replay, error);
    if (status == STATUS_OK)
        status = digest_computed(replay, error);
    if (status == STATUS_OK)
        status = judge(replay, error);
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        bucket_digest_free(&replay->buckets[b]);
    run_plan_free(&replay->plan);
    free(replay);
    return status;
}
