#include "io/load/salt.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static bool draw(SaltPool *pool) {
    size_t filled = 0;
    while (filled < sizeof pool->bytes) {
        const ssize_t got = getrandom(pool->bytes + filled, sizeof pool->bytes - filled, 0);
        if (got < 0 && errno != EINTR)
            return false;
        filled += got < 0 ? 0 : (size_t)got;
    }
    pool->left = sizeof pool->bytes;
    return true;
}

bool salt_next(SaltPool *pool, char salt[SALT_SIZE]) {
    if (pool->left < SALT_SIZE && !draw(pool))
        return false;
    char *next = pool->bytes + sizeof pool->bytes - pool->left;
    memcpy(salt, next, SALT_SIZE);
    memset(next, 0, SALT_SIZE);
    pool->left -= SALT_SIZE;
    return true;
}
