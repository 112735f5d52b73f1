/* Salts: random bytes that go into the hash of a row about a person, so that the hash that stays when the row is erased
 * cannot be tried with guesses. Drawn many at a time: a load needs millions. */
#ifndef YDELSE_IO_LOAD_SALT_H
#define YDELSE_IO_LOAD_SALT_H

#include <stdbool.h>
#include <stddef.h>

#define SALT_SIZE 16
#define SALT_POOL_SIZE (256 * SALT_SIZE)

/* Begins as {0}. */
typedef struct {
    char bytes[SALT_POOL_SIZE];
    size_t left; /* at the end of bytes */
} SaltPool;

/* Each salt is given once. False, with errno, when the system gives no random bytes. */
bool salt_next(SaltPool *pool, char salt[SALT_SIZE]);

#endif
