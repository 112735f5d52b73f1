#include "io/base/sha256.h"

#include <assert.h>
#include <openssl/evp.h>

bool sha256_begin(Sha256 *sha) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    sha->context = NULL;
    if (context == NULL)
        return false;
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return false;
    }
    sha->context = context;
    return true;
}

void sha256_add(Sha256 *sha, const void *bytes, size_t size_bytes) {
    assert(sha->context != NULL);
    const int added = EVP_DigestUpdate(sha->context, bytes, size_bytes);
    assert(added == 1);
}

static void take_digest(Sha256 *sha, uint8_t digest[SHA256_SIZE]) {
    assert(sha->context != NULL);
    unsigned int size = 0;
    const int ended = EVP_DigestFinal_ex(sha->context, digest, &size);
    assert(ended == 1 && size == SHA256_SIZE);
}

void sha256_end(Sha256 *sha, uint8_t digest[SHA256_SIZE]) {
    take_digest(sha, digest);
    sha256_abandon(sha);
}

void sha256_next(Sha256 *sha, uint8_t digest[SHA256_SIZE]) {
    take_digest(sha, digest);
    const int begun = EVP_DigestInit_ex(sha->context, NULL, NULL);
    assert(begun == 1);
}

void sha256_abandon(Sha256 *sha) {
    EVP_MD_CTX_free(sha->context);
    sha->context = NULL;
}

bool sha256_bytes(const void *bytes, size_t size_bytes, uint8_t digest[SHA256_SIZE]) {
    Sha256 sha;
    if (!sha256_begin(&sha))
        return false;
    sha256_add(&sha, bytes, size_bytes);
    sha256_end(&sha, digest);
    return true;
}

void sha256_hex(const uint8_t digest[SHA256_SIZE], char text[SHA256_HEX_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (int32_t i = 0; i < SHA256_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * SHA256_SIZE] = '\0';
}
