#include "io/run/result_digest.h"

#include <stdio.h>

const char *const result_digest_fields[RESULT_DIGEST_FIELD_COUNT] = {
    "cpr_nummer",
    "maaned",
    "udfald",
    "aktive_dage",
#define X(name) #name,
    RESULT_AMOUNTS(X)
#undef X
        "fund",
    "ordning",
    "kommunekode",
};

const char *result_ordning_text(const Result *result) {
    if (result->aktive_dage == 0)
        return "";
    return result->ordning == ORDNING_JA ? "JA" : "RF";
}

int result_digest_line(const Result *result, char text[RESULT_DIGEST_LINE_SIZE]) {
    const int size = result_format(result, text) - 1; /* over its line end */
    return size + sprintf(text + size, ";%s;%04d\n", result_ordning_text(result), result->kommunekode);
}

bool bucket_digest_begin(BucketDigest *bucket) {
    if (!sha256_begin(&bucket->leaf))
        return false;
    if (sha256_begin(&bucket->leaves))
        return true;
    sha256_abandon(&bucket->leaf);
    return false;
}

void bucket_digest_add(BucketDigest *bucket, const Result *result) {
    char line[RESULT_DIGEST_LINE_SIZE];
    const int size = result_digest_line(result, line);
    bucket_digest_add_line(bucket, line, (size_t)size);
}

void bucket_digest_add_line(BucketDigest *bucket, const char *line, size_t size_bytes) {
    uint8_t leaf[SHA256_SIZE];
    sha256_add(&bucket->leaf, line, size_bytes);
    sha256_next(&bucket->leaf, leaf);
    bucket_digest_add_leaf(bucket, leaf);
}

void bucket_digest_add_leaf(BucketDigest *bucket, const uint8_t leaf[SHA256_SIZE]) {
    sha256_add(&bucket->leaves, leaf, SHA256_SIZE);
}

void bucket_digest_next(BucketDigest *bucket, uint8_t digest[SHA256_SIZE]) {
    sha256_next(&bucket->leaves, digest);
}

void bucket_digest_free(BucketDigest *bucket) {
    sha256_abandon(&bucket->leaf);
    sha256_abandon(&bucket->leaves);
}

bool result_digest_leaf(const char *line, size_t size_bytes, uint8_t leaf[SHA256_SIZE]) {
    return sha256_bytes(line, size_bytes, leaf);
}

bool result_digest(const uint8_t buckets[BUCKET_COUNT][SHA256_SIZE], uint8_t digest[SHA256_SIZE]) {
    return sha256_bytes(buckets, (size_t)BUCKET_COUNT * SHA256_SIZE, digest);
}
