/* Salts: each is given once. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "io/load/salt.h"

#define SALTS 1000 /* several pools */

static int compare(const void *a, const void *b) {
    return memcmp(a, b, SALT_SIZE);
}

Test(salt, none_comes_twice) {
    SaltPool pool = {.left = 0};
    char salts[SALTS][SALT_SIZE];
    for (int i = 0; i < SALTS; i++)
        cr_assert(salt_next(&pool, salts[i]));
    qsort(salts, SALTS, SALT_SIZE, compare);
    for (int i = 1; i < SALTS; i++)
        cr_expect_neq(memcmp(salts[i - 1], salts[i], SALT_SIZE), 0);
}

Test(salt, what_was_given_is_not_kept) {
    static const char zeros[SALT_SIZE];
    SaltPool pool = {.left = 0};
    char salt[SALT_SIZE];
    cr_assert(salt_next(&pool, salt));
    cr_expect_neq(memcmp(salt, zeros, SALT_SIZE), 0);
    cr_expect_eq(memcmp(pool.bytes, zeros, SALT_SIZE), 0);
}
