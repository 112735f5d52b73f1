/* Overflow checks of the compiler, written out for the analysis, which does not know them. */
#ifndef YDELSE_TESTS_PROVE_BUILTINS_H
#define YDELSE_TESTS_PROVE_BUILTINS_H

#include <stdbool.h>
#include <stdint.h>

static bool overflow_of_sum(int64_t a, int64_t b, int64_t *sum) {
    if (b >= 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
        return true;
    *sum = a + b;
    return false;
}

static bool overflow_of_difference(int64_t a, int64_t b, int64_t *difference) {
    if (b >= 0 ? a < INT64_MIN + b : a > INT64_MAX + b)
        return true;
    *difference = a - b;
    return false;
}

#define __builtin_add_overflow overflow_of_sum
#define __builtin_sub_overflow overflow_of_difference

#endif
