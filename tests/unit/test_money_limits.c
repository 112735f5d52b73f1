/* Rounding and sums in 128 and 64 bits at every limit, against GMP: what Frama-C cannot see (tests/prove). */
#include <criterion/criterion.h>
#include <gmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine/money.h"
#include "tests/property/person.h"

#define VALUES_MAX 2048

/* Those of the act are 1, 100 and 500: oere, kroner and five kroner. */
static const int64_t units[] = {1, 2, 3, 50, 99, 100, ROUND_UNIT_MAX};
#define UNIT_COUNT (sizeof units / sizeof *units)

typedef struct {
    Wide value[VALUES_MAX];
    int count;
} Values;

static void to_gmp(mpz_t number, Wide value) {
    const bool negative = value < 0;
    const Wide magnitude = negative ? -value : value;
    mpz_set_ui(number, (unsigned long)(magnitude >> 64));
    mpz_mul_2exp(number, number, 64);
    mpz_add_ui(number, number, (unsigned long)magnitude);
    if (negative) {
        mpz_neg(number, number);
    }
}

static void add_around(Values *values, Wide middle, Wide least) {
    for (int more = -2; more <= 2; more++) {
        const Wide value = middle + more;
        if (value >= least && value <= ROUND_WIDE_MAX && values->count < VALUES_MAX) {
            values->value[values->count++] = value;
        }
    }
}

/* The limits of the law and of the types, every power of two, and what lies around them. */
static void fill(Values *values, Wide least) {
    static const int64_t known[] = {
        0,  50,  100,     10000,        AMOUNT_MAX_OERE, AMOUNT_MAX_OERE * ROWS_PER_PARTICIPANT_MAX,
        31, 365, 2994988, INT64_MAX / 2};
    values->count = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        add_around(values, known[i], least);
    }
    for (int bit = 3; bit <= ROUND_WIDE_BITS; bit += 3) {
        add_around(values, (Wide)1 << bit, least);
    }
    for (int bit = 52; bit <= 54; bit++) { /* where rounding no longer has room in 64 bits */
        add_around(values, (Wide)1 << bit, least);
    }
    for (int bit = 61; bit <= 65; bit++) { /* where 64 bits end, and rounding down takes the other way */
        add_around(values, (Wide)1 << bit, least);
    }
    /* Where the divisor, a denominator by its unit, ends the 64 bits. */
    for (size_t u = 0; u < UNIT_COUNT; u++) {
        add_around(values, INT64_MAX / units[u], least);
        add_around(values, (Wide)INT64_MAX * units[u], least);
    }
    add_around(values, ROUND_WIDE_MAX, least);
}

typedef struct {
    mpz_t numerator, denominator, divisor, twice, quotient;
} Exact;

/* The exact quotient as whole units: half away from zero, or down. */
static void exact_units(Exact *exact, Wide numerator, Wide denominator, int64_t unit, bool down) {
    to_gmp(exact->numerator, numerator);
    to_gmp(exact->denominator, denominator);
    mpz_mul_si(exact->divisor, exact->denominator, unit);
    if (down) {
        mpz_fdiv_q(exact->quotient, exact->numerator, exact->divisor);
    } else {
        mpz_mul_ui(exact->twice, exact->numerator, 2);
        mpz_abs(exact->twice, exact->twice);
        mpz_add(exact->twice, exact->twice, exact->divisor);
        mpz_mul_ui(exact->divisor, exact->divisor, 2);
        mpz_fdiv_q(exact->quotient, exact->twice, exact->divisor);
        if (numerator < 0) {
            mpz_neg(exact->quotient, exact->quotient);
        }
    }
    mpz_mul_si(exact->quotient, exact->quotient, unit);
}

static bool fits(const Exact *exact) {
    return mpz_fits_slong_p(exact->quotient) && mpz_cmp_si(exact->quotient, INT64_MIN) != 0;
}

/* How many of the quotients that fit differ; *checked counts those that fit. */
static int differences(Exact *exact, Wide numerator, Wide denominator, int64_t unit, int *checked) {
    int wrong = 0;
    for (int down = 0; down < 2; down++) {
        exact_units(exact, numerator, denominator, unit, down == 1);
        if (!fits(exact)) {
            continue;
        }
        const Money rounded = down == 1 ? money_round_down(numerator, denominator, unit)
                                        : money_round(numerator, denominator, unit);
        wrong += rounded.oere == mpz_get_si(exact->quotient) ? 0 : 1;
        (*checked)++;
    }
    return wrong;
}

Test(money_limits, rounding_is_exact_at_every_limit) {
    static Values numerators, denominators;
    Exact exact;
    int checked = 0, wrong = 0;
    mpz_inits(exact.numerator, exact.denominator, exact.divisor, exact.twice, exact.quotient, NULL);
    fill(&numerators, 0);
    fill(&denominators, 1);
    for (int n = 0; n < numerators.count; n++) {
        for (int d = 0; d < denominators.count; d++) {
            for (size_t u = 0; u < UNIT_COUNT; u++) {
                const Wide numerator = numerators.value[n], denominator = denominators.value[d];
                wrong += differences(&exact, numerator, denominator, units[u], &checked);
                wrong += differences(&exact, -numerator, denominator, units[u], &checked);
            }
        }
    }
    mpz_clears(exact.numerator, exact.denominator, exact.divisor, exact.twice, exact.quotient, NULL);
    cr_expect_eq(wrong, 0, "%d of %d", wrong, checked);
    cr_expect_gt(checked, 500000, "%d", checked);
}

/* So many bits that every width meets every other, on both sides of where rounding takes another way. */
static Wide random_wide(uint64_t *state, int bits) {
    const Wide number = (Wide)(random_next(state) >> 2) << 62 | (Wide)(random_next(state) >> 2);
    return number & (((Wide)1 << bits) - 1);
}

Test(money_limits, rounding_is_exact_for_numbers_of_every_width) {
    Exact exact;
    uint64_t state = 1;
    int checked = 0, wrong = 0;
    mpz_inits(exact.numerator, exact.denominator, exact.divisor, exact.twice, exact.quotient, NULL);
    for (int above = 1; above <= ROUND_WIDE_BITS; above++) {
        for (int below = 1; below <= ROUND_WIDE_BITS; below++) {
            for (size_t u = 0; u < UNIT_COUNT; u++) {
                const Wide numerator = random_wide(&state, above);
                const Wide denominator = random_wide(&state, below) + 1;
                wrong += differences(&exact, numerator, denominator, units[u], &checked);
                wrong += differences(&exact, -numerator, denominator, units[u], &checked);
            }
        }
    }
    mpz_clears(exact.numerator, exact.denominator, exact.divisor, exact.twice, exact.quotient, NULL);
    cr_expect_eq(wrong, 0, "%d of %d", wrong, checked);
    cr_expect_gt(checked, 250000, "%d", checked);
}

/* Every small fraction, and to the last oere around every half. */
Test(money_limits, every_small_fraction_is_rounded_by_its_definition) {
    for (size_t u = 0; u < UNIT_COUNT; u++) {
        const int64_t unit = units[u];
        for (int64_t denominator = 1; denominator <= 31; denominator++) {
            const int64_t divisor = denominator * unit;
            for (int64_t numerator = -3 * divisor; numerator <= 3 * divisor; numerator++) {
                const int64_t magnitude = numerator < 0 ? -numerator : numerator;
                const int64_t half_up = (2 * magnitude + divisor) / (2 * divisor) * unit;
                const int64_t rounded = numerator < 0 ? -half_up : half_up;
                const int64_t down = (numerator + 3 * divisor) / divisor * unit - 3 * unit;
                cr_assert_eq(money_round(numerator, denominator, unit).oere, rounded);
                cr_assert_eq(money_round_down(numerator, denominator, unit).oere, down);
            }
        }
    }
}

/* Quotients around a half, where the last bit decides, with the largest divisors. */
Test(money_limits, a_half_is_a_half_however_large_the_fraction) {
    for (int bit = 1; bit < ROUND_WIDE_BITS - 1; bit++) {
        const Wide half = (Wide)1 << (bit - 1);
        const Wide denominator = half * 2;
        cr_assert_eq(money_round(half, denominator, 1).oere, 1, "bit %d", bit);
        cr_assert_eq(money_round(half - 1, denominator, 1).oere, 0, "bit %d", bit);
        cr_assert_eq(money_round(-half, denominator, 1).oere, -1, "bit %d", bit);
        cr_assert_eq(money_round(1 - half, denominator, 1).oere, 0, "bit %d", bit);
        cr_assert_eq(money_round_down(denominator - 1, denominator, 1).oere, 0, "bit %d", bit);
        cr_assert_eq(money_round_down(-1, denominator, 1).oere, -1, "bit %d", bit);
    }
}

Test(money_limits, sums_are_exact_up_to_the_last_oere) {
    static const int64_t limits[] = {0,
                                     1,
                                     -1,
                                     INT64_MAX,
                                     INT64_MAX - 1,
                                     INT64_MIN + 1,
                                     INT64_MIN + 2,
                                     INT64_MAX / 2,
                                     INT64_MIN / 2,
                                     AMOUNT_MAX_OERE,
                                     -AMOUNT_MAX_OERE};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        for (size_t j = 0; j < sizeof limits / sizeof *limits; j++) {
            const Wide sum = (Wide)limits[i] + limits[j], difference = (Wide)limits[i] - limits[j];
            if (sum >= INT64_MIN && sum <= INT64_MAX) {
                cr_expect_eq(money_add((Money){limits[i]}, (Money){limits[j]}).oere, (int64_t)sum);
            }
            if (difference >= INT64_MIN && difference <= INT64_MAX) {
                cr_expect_eq(money_subtract((Money){limits[i]}, (Money){limits[j]}).oere,
                             (int64_t)difference);
            }
        }
    }
}

static void expect_format(int64_t oere) {
    char text[MONEY_TEXT_SIZE], expected[64];
    const uint64_t magnitude = oere < 0 ? -(uint64_t)oere : (uint64_t)oere;
    snprintf(expected, sizeof expected, "%s%llu,%02llu", oere < 0 ? "-" : "",
             (unsigned long long)(magnitude / 100), (unsigned long long)(magnitude % 100));
    const int length = money_format((Money){oere}, ',', text);
    cr_assert_str_eq(text, expected);
    cr_assert_eq(length, (int)strlen(expected));
}

/* Two digits are written at once: every pair at every place, and every number of digits. */
Test(money_limits, every_pair_of_digits_is_written_as_the_library_writes_it) {
    for (int64_t power = 1; power <= INT64_MAX / 1000; power *= 10) {
        for (int64_t pair = 0; pair < 1000; pair++) {
            expect_format(pair * power);
            expect_format(-(pair * power) - 1);
        }
    }
    for (int64_t less = 0; less < 1000; less++) {
        expect_format(INT64_MAX - less);
        expect_format(INT64_MIN + 1 + less);
    }
}

/* Beyond the limits nothing is computed wrongly: it stops. */
Test(money_limits, a_sum_too_large_stops, .signal = SIGABRT) {
    money_add((Money){INT64_MAX}, (Money){1});
}

Test(money_limits, a_difference_too_large_stops, .signal = SIGABRT) {
    money_subtract((Money){INT64_MIN + 1}, (Money){2});
}

Test(money_limits, a_quotient_too_large_stops, .signal = SIGABRT) {
    money_round((Wide)INT64_MAX + 1, 1, 1);
}

Test(money_limits, a_numerator_too_large_stops, .signal = SIGABRT) {
    money_round(ROUND_WIDE_MAX + 1, ROUND_WIDE_MAX, 1);
}

Test(money_limits, a_denominator_too_large_stops, .signal = SIGABRT) {
    money_round_down(1, ROUND_WIDE_MAX + 1, 1);
}

Test(money_limits, a_unit_too_large_stops, .signal = SIGABRT) {
    money_round(1, 1, ROUND_UNIT_MAX + 1);
}

Test(money_limits, a_denominator_of_nothing_stops, .signal = SIGABRT) {
    money_round(1, 0, 1);
}

Test(money_limits, a_denominator_of_nothing_stops_however_large_the_numerator, .signal = SIGABRT) {
    money_round(ROUND_WIDE_MAX, 0, 1);
}

Test(money_limits, a_unit_of_nothing_stops, .signal = SIGABRT) {
    money_round_down(1, 1, 0);
}
