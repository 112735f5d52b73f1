/* Money: whole øre in 64 bits, and the only two roundings of the act's arithmetic (law section 0).
 *
 * Invariants: no floating point; a product is formed in 128 bits; rounding is half away from zero and
 * happens once, on the exact fraction. Amounts of one input row lie within +-AMOUNT_MAX_OERE; with at
 * most ROWS_PER_PARTICIPANT_MAX rows no sum of a participant can leave 64 bits, and money_add asserts so.
 */
#ifndef YDELSE_ENGINE_MONEY_H
#define YDELSE_ENGINE_MONEY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/* 128 bits: products of an amount, days, hours and per cents have room. The proof (make prove) has only 64. */
#ifndef ROUND_WIDE_BITS
#define ROUND_WIDE_BITS 116
__extension__ typedef __int128 Wide;
#else
typedef int64_t Wide;
#endif
/* What is rounded lies within +-ROUND_WIDE_MAX, as numerator and as denominator, and to multiples of at most ROUND_UNIT_MAX:
 * no product in the rounding leaves Wide. The act rounds to øre and kroner; the sickness benefit is regulated to 5 kr. */
#define ROUND_WIDE_MAX ((Wide)1 << ROUND_WIDE_BITS)
#define ROUND_UNIT_MAX INT64_C(500)

typedef struct {
    int64_t oere;
} Money;

#define OERE_PER_KRONE INT64_C(100)
/* The largest amount of one input field: 9.999.999.999,99 kr. either way. */
#define AMOUNT_MAX_OERE INT64_C(999999999999)
#define ROWS_PER_PARTICIPANT_MAX 100000

/* "Not given": an empty amount in the input. Never an operand of arithmetic. */
#define MONEY_NONE ((Money){INT64_MIN})
#define MONEY_ZERO ((Money){0})

static inline bool money_given(Money amount) {
    return amount.oere != INT64_MIN;
}

static inline Money money_or_zero(Money amount) {
    return money_given(amount) ? amount : MONEY_ZERO;
}

/* Sum and difference in øre. Assert that the limits above held: an overflow is a mistake of ours. */
static inline Money money_add(Money a, Money b) {
    Money sum;
    bool overflow = __builtin_add_overflow(a.oere, b.oere, &sum.oere);
    assert(!overflow);
    return sum;
}

static inline Money money_subtract(Money a, Money b) {
    Money difference;
    bool overflow = __builtin_sub_overflow(a.oere, b.oere, &difference.oere);
    assert(!overflow);
    return difference;
}

static inline Money money_min(Money a, Money b) {
    return a.oere < b.oere ? a : b;
}

static inline Money money_max(Money a, Money b) {
    return a.oere > b.oere ? a : b;
}

/* max(0, amount) */
static inline Money money_floor_zero(Money amount) {
    return money_max(amount, MONEY_ZERO);
}

/* numerator/denominator (øre, exact) rounded half away from zero to a whole multiple of unit_oere:
 * unit 1 is R(x), unit 100 is K(x) of the law. denominator > 0. Asserts that the limits above hold and the result fits. */
Money money_round(Wide numerator, Wide denominator, int64_t unit_oere);

/* The same value rounded down (towards minus infinity) to a whole multiple of unit_oere. */
Money money_round_down(Wide numerator, Wide denominator, int64_t unit_oere);

/* Writes "-1234,56" with the given decimal sign and a terminating NUL; returns the length.
 * text holds at least MONEY_TEXT_SIZE bytes. */
#define MONEY_TEXT_SIZE 24
int money_format(Money amount, char decimal_sign, char *text);

/* Reads kroner: optional minus, digits, optionally the decimal sign and one or two decimals. No blanks,
 * no plus, no thousands separators. False when unreadable or beyond AMOUNT_MAX_OERE. */
bool money_parse(const char *text, uint32_t size_bytes, char decimal_sign, Money *amount);

#endif
