/* SHA-256 (libcrypto). Nobody else includes openssl/evp.h. */
#ifndef YDELSE_IO_BASE_SHA256_H
#define YDELSE_IO_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA256_HEX_SIZE (2 * SHA256_SIZE + 1)

typedef struct {
    void *context; /* owned from sha256_begin to sha256_end or sha256_abandon */
} Sha256;

/* False when there is no memory; then there is nothing to end. */
bool sha256_begin(Sha256 *sha);
void sha256_add(Sha256 *sha, const void *bytes, size_t size_bytes);
void sha256_end(Sha256 *sha, uint8_t digest[SHA256_SIZE]);
/* Ends, and begins the next one in the same memory. */
void sha256_next(Sha256 *sha, uint8_t digest[SHA256_SIZE]);
/* Releases without a digest; harmless when nothing was begun (context NULL). */
void sha256_abandon(Sha256 *sha);

/* All at once; false when there is no memory. */
bool sha256_bytes(const void *bytes, size_t size_bytes, uint8_t digest[SHA256_SIZE]);

/* 64 lower-case hex digits and a NUL. */
void sha256_hex(const uint8_t digest[SHA256_SIZE], char text[SHA256_HEX_SIZE]);

#endif
