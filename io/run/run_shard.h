/* Shards of a run as a worker sees them (sql/0020_workers.sql): claimed under a lease, kept by renewing it, reported or
 * given back. The database decides; a worker whose claim was taken over is refused by its fencing token.
 */
#ifndef YDELSE_IO_RUN_RUN_SHARD_H
#define YDELSE_IO_RUN_RUN_SHARD_H

#include <sys/types.h>

#include "io/base/bucket.h"
#include "io/base/settings.h"
#include "io/base/sha256.h"
#include "io/pg/pg.h"

#define WORKER_NAME_SIZE 160
#define WORKER_LABEL_SIZE 64

/* How shards are claimed: settings drift.leje_sekunder, drift.forsoeg. */
typedef struct {
    int32_t run_id;
    int32_t lease_seconds; /* longer than the longest statement of the work */
    int32_t attempts_max;  /* so many claims of a shard may come to nothing */
} ShardRules;

ShardRules shard_rules(const Settings *settings, int32_t run_id);

/* host/pid, or host/pid/label: names a worker for good. */
void worker_name(pid_t pid, const char *label, char name[WORKER_NAME_SIZE]);

/* A shard and the claim to it. */
typedef struct {
    Pg *pg; /* where the lease is renewed: not that of the results */
    const ShardRules *rules;
    bool held;
    int16_t shard;
    int16_t first_bucket, last_bucket;
    int32_t token;
    int64_t renewed_ms; /* CLOCK_MONOTONIC */
} ShardClaim;

/* Claims the next shard; held false: there is none to be had at present. */
Status shard_claim(Pg *pg, const ShardRules *rules, const char *worker, ShardClaim *claim, Error *error);
/* Renews the lease when a third of it is over. STATUS_TRY_AGAIN with SQLSTATE YD060: another worker has the shard. */
Status shard_keep(ShardClaim *claim, Error *error);
/* Gives back what a worker has claimed and not done: *count shards. */
Status shard_release(Pg *pg, int32_t run_id, const char *worker, int32_t *count, Error *error);

/* Whether an error says that the shard is another worker's by now, or the run is over. */
bool shard_is_lost(const Error *error);

/* What a bucket came to. */
typedef struct {
    int64_t rows;
    int64_t til_udbetaling_oere;
    uint8_t digest[SHA256_SIZE];
} BucketTotal;

/* The transaction of the results: makes the table of the attempt, finishes it, and reports the shard. */
Status attempt_create(Pg *pg, const ShardClaim *claim, char table_name[64], Error *error);
Status attempt_finish(Pg *pg, const ShardClaim *claim, Error *error);
/* totals: BUCKET_COUNT of them. */
Status shard_done(Pg *pg, const ShardClaim *claim, bool has_results, const BucketTotal *totals, Error *error);

typedef struct {
    char state[16]; /* of the run: computing, sealed, failed */
    bool apart;     /* planned to be worked at and sealed from anywhere */
    int32_t shards, done;
    int32_t poisoned;                       /* a shard that nobody may claim again; -1: none */
    char poisoned_worker[WORKER_NAME_SIZE]; /* who claimed it last */
} ShardProgress;

/* STATUS_DATA when there is no such run. */
Status shard_progress(Pg *pg, const ShardRules *rules, ShardProgress *progress, Error *error);
/* The error that a poisoned shard is. */
Status shard_poisoned(const ShardRules *rules, const ShardProgress *progress, Error *error);

#endif
