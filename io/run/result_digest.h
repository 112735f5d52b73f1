/* The digest of a run's results: one SHA-256 that is the same for any split into shards and any number of workers.
 *
 *     leaf    SHA-256 of one result's line (result_digest_line)
 *     bucket  SHA-256 of its leaves, in order of month, then CPR number (io/base/bucket.h says which bucket)
 *     run     SHA-256 of the 256 buckets, in order; an empty bucket is the SHA-256 of nothing
 *
 * Leaves are hashed before they are joined, so that a line can be taken away and its leaf kept. The program is not
 * in it: a corrected program shows its differences, and its own hash stands in the seal beside this digest.
 */
#ifndef YDELSE_IO_RUN_RESULT_DIGEST_H
#define YDELSE_IO_RUN_RESULT_DIGEST_H

#include "engine/result.h"
#include "io/base/bucket.h"
#include "io/base/sha256.h"

#define RESULT_DIGEST_LINE_SIZE (RESULT_LINE_SIZE + 16)

/* "RF", "JA", or "" without an active day: then there is no scheme. */
const char *result_ordning_text(const Result *result);

/* The names of the fields of the line below, in their order. */
#define RESULT_DIGEST_FIELD_COUNT (4 + AMOUNT_COUNT + 3)
extern const char *const result_digest_fields[RESULT_DIGEST_FIELD_COUNT];

/* The line of the result format with the scheme and the municipality behind it, LF-terminated:
 * "...;fund;ordning;kommunekode". Returns its length. */
int result_digest_line(const Result *result, char text[RESULT_DIGEST_LINE_SIZE]);

/* One for all the buckets of a run, one after the other. */
typedef struct {
    Sha256 leaf, leaves;
} BucketDigest;

/* False when there is no memory; then there is nothing to end. */
bool bucket_digest_begin(BucketDigest *bucket);
void bucket_digest_add(BucketDigest *bucket, const Result *result);
/* A result by its line, LF-terminated, as result_digest_line writes it. */
void bucket_digest_add_line(BucketDigest *bucket, const char *line, size_t size_bytes);
/* A result that is known by its leaf alone. */
void bucket_digest_add_leaf(BucketDigest *bucket, const uint8_t leaf[SHA256_SIZE]);
/* The bucket is complete; the next one begins. */
void bucket_digest_next(BucketDigest *bucket, uint8_t digest[SHA256_SIZE]);
/* Harmless when nothing was begun (all zero). */
void bucket_digest_free(BucketDigest *bucket);

/* The leaf of a line. */
bool result_digest_leaf(const char *line, size_t size_bytes, uint8_t leaf[SHA256_SIZE]);

/* The digest of the run; false when there is no memory. */
bool result_digest(const uint8_t buckets[BUCKET_COUNT][SHA256_SIZE], uint8_t digest[SHA256_SIZE]);

#endif
