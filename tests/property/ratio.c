#include "tests/property/ratio.h"

#include <stdlib.h>

#define POOL_SIZE 4096

static mpq_t pool[POOL_SIZE];
static int pool_used, pool_made;

/* A fraction that is nobody's yet. Made once, used again by later persons. */
static mpq_ptr ratio_new(void) {
    if (pool_used == POOL_SIZE) {
        abort();
    }
    if (pool_used == pool_made) {
        mpq_init(pool[pool_made++]);
    }
    return pool[pool_used++];
}

void ratio_free_all(void) {
    pool_used = 0;
}

Ratio ratio(int64_t numerator, int64_t denominator) {
    mpq_ptr result = ratio_new();
    mpz_set_si(mpq_numref(result), (long)numerator);
    mpz_set_si(mpq_denref(result), (long)denominator);
    mpq_canonicalize(result);
    return result;
}

Ratio whole(int64_t number) {
    return ratio(number, 1);
}

Ratio plus(Ratio a, Ratio b) {
    mpq_ptr result = ratio_new();
    mpq_add(result, a, b);
    return result;
}

Ratio minus(Ratio a, Ratio b) {
    mpq_ptr result = ratio_new();
    mpq_sub(result, a, b);
    return result;
}

Ratio times(Ratio a, Ratio b) {
    mpq_ptr result = ratio_new();
    mpq_mul(result, a, b);
    return result;
}

Ratio over(Ratio a, Ratio b) {
    mpq_ptr result = ratio_new();
    mpq_div(result, a, b);
    return result;
}

Ratio least(Ratio a, Ratio b) {
    return mpq_cmp(a, b) < 0 ? a : b;
}

Ratio greatest(Ratio a, Ratio b) {
    return mpq_cmp(a, b) > 0 ? a : b;
}

Ratio not_below_zero(Ratio a) {
    return mpq_sgn(a) < 0 ? whole(0) : a;
}

Ratio rounded_down(Ratio a, int64_t unit) {
    Ratio units = over(a, whole(unit));
    mpq_ptr result = ratio_new();
    mpz_fdiv_q(mpq_numref(result), mpq_numref(units), mpq_denref(units));
    mpz_set_ui(mpq_denref(result), 1);
    return times(result, whole(unit));
}

Ratio rounded(Ratio a, int64_t unit) {
    Ratio magnitude = mpq_sgn(a) < 0 ? minus(whole(0), a) : a;
    Ratio nearest = rounded_down(plus(magnitude, ratio(unit, 2)), unit);
    return mpq_sgn(a) < 0 ? minus(whole(0), nearest) : nearest;
}

int sign(Ratio a) {
    return mpq_sgn(a);
}

bool is_less(Ratio a, Ratio b) {
    return mpq_cmp(a, b) < 0;
}

int64_t whole_number(Ratio a) {
    if (mpz_cmp_ui(mpq_denref(a), 1) != 0 || !mpz_fits_slong_p(mpq_numref(a))) {
        abort();
    }
    return mpz_get_si(mpq_numref(a));
}
