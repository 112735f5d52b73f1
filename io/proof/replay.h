/* A sealed run computed again, and held against what was sealed, byte for byte. Writes nothing.
 *
 * Three things are compared, bucket by bucket: the digests that were sealed, the results that are stored, and the
 * results that are computed now. Only where they differ are rows looked at, so that a run that is equal costs one
 * computation and one reading of its results. Memory does not grow with the number of participants.
 */
#ifndef YDELSE_IO_PROOF_REPLAY_H
#define YDELSE_IO_PROOF_REPLAY_H

#include "io/run/run_record.h"

typedef struct {
    RunRecord run;
    int32_t data_as_of; /* the delivery to compute with; usually the run's own */
    const StoredLaw *law;
} ReplayRequest;

/* Whom the sealed digest of a bucket proves right. */
typedef enum { SEAL_PROVES_STORED, SEAL_PROVES_COMPUTED, SEAL_PROVES_NEITHER } SealProves;

/* A row that differs; a line that is not there is NULL. */
typedef struct {
    Month month;
    const char *stored;   /* the digest's line as the database has it, LF-terminated; borrowed */
    const char *computed; /* as it is computed now */
    SealProves proves;
} ReplayDifference;

typedef struct {
    void (*difference)(void *context, const ReplayDifference *difference);
    void *context;
} ReplaySink;

typedef struct {
    int64_t person_months; /* computed */
    int64_t results;       /* of those */
    int64_t stored;        /* rows of the run */
    int64_t differences;
    int32_t buckets_stored_otherwise;   /* the stored rows are not those that were sealed */
    int32_t buckets_computed_otherwise; /* the computed rows are not those that were sealed */
    bool shards_agree; /* the buckets' sealed digests make the digest that stands under the seal */
    bool equal;        /* everything is the same, to the byte */
    char digest_hex[SHA256_HEX_SIZE]; /* of what was computed */
} ReplayOutcome;

/* Inside the caller's transaction (REPEATABLE READ READ ONLY). */
Status replay_run(Pg *pg, const ReplayRequest *request, const ReplaySink *sink, ReplayOutcome *outcome,
                  Error *error);

#endif
