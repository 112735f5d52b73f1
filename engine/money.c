#include "engine/money.h"

#include <assert.h>
#include <string.h>

/* The quotient as money, scaled back from units; asserts that it fits, which the limits guarantee. */
static Money money_from_units(Wide units, int64_t unit_oere) {
    Wide oere = units * unit_oere;
    assert(oere > INT64_MIN && oere <= INT64_MAX);
    return (Money){(int64_t)oere};
}

static bool within_limits(Wide numerator, Wide denominator, int64_t unit_oere) {
    return numerator >= -ROUND_WIDE_MAX && numerator <= ROUND_WIDE_MAX && denominator > 0 &&
           denominator <= ROUND_WIDE_MAX && unit_oere > 0 && unit_oere <= ROUND_UNIT_MAX;
}

/* Nearly all numbers are so small that nothing in the rounding leaves 64 bits, which a machine divides by one
 * instruction. */
#define ROUND_SMALL_MAX (INT64_C(1) << 53)
_Static_assert(ROUND_SMALL_MAX <= INT64_MAX / ROUND_UNIT_MAX / 2,
               "a product with the unit has room, and half of it more");

static inline bool is_small(Wide number) {
    return number >= -ROUND_SMALL_MAX && number <= ROUND_SMALL_MAX;
}

static Money round_small(int64_t numerator, int64_t denominator, int64_t unit_oere) {
    assert(denominator > 0 && unit_oere > 0 && unit_oere <= ROUND_UNIT_MAX);
    const uint64_t divisor = (uint64_t)denominator * (uint64_t)unit_oere;
    const uint64_t magnitude = (uint64_t)(numerator < 0 ? -numerator : numerator);
    const int64_t oere = (int64_t)((magnitude + divisor / 2) / divisor * (uint64_t)unit_oere);
    return (Money){numerator < 0 ? -oere : oere};
}

Money money_round(Wide numerator, Wide denominator, int64_t unit_oere) {
    if (is_small(numerator) && is_small(denominator)) {
        return round_small((int64_t)numerator, (int64_t)denominator, unit_oere);
    }
    assert(within_limits(numerator, denominator, unit_oere));
    Wide divisor = denominator * unit_oere;
    Wide magnitude = numerator < 0 ? -numerator : numerator;
    /* Half away from zero without forming 2 x magnitude: compare the remainder with what is left of it. */
    Wide units = magnitude / divisor;
    Wide remainder = magnitude % divisor;
    if (remainder >= divisor - remainder) {
        units++;
    }
    return money_from_units(numerator < 0 ? -units : units, unit_oere);
}

Money money_round_down(Wide numerator, Wide denominator, int64_t unit_oere) {
    assert(within_limits(numerator, denominator, unit_oere));
    Wide divisor = denominator * unit_oere;
    if (numerator >= 0 && numerator <= INT64_MAX && divisor <= INT64_MAX) {
        return money_from_units((Wide)((uint64_t)numerator / (uint64_t)divisor), unit_oere);
    }
    Wide units = numerator / divisor;
    if (numerator % divisor < 0) {
        units--;
    }
    return money_from_units(units, unit_oere);
}

/* The numbers from 00 to 99, so that two digits are written at once. */
static void two_digits_put(char *text, uint64_t number) {
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    memcpy(text, pairs + 2 * number, 2);
}

int money_format(Money amount, char decimal_sign, char *text) {
    assert(money_given(amount));
    char digits[MONEY_TEXT_SIZE];
    const uint64_t magnitude = amount.oere < 0 ? -(uint64_t)amount.oere : (uint64_t)amount.oere;
    uint64_t rest = magnitude / 100;
    /* From the last digits on, which stand at the end of the room. */
    char *first = digits + sizeof digits - 2;
    two_digits_put(first, magnitude % 100);
    *--first = decimal_sign;
    for (; rest >= 100; rest /= 100) {
        first -= 2;
        two_digits_put(first, rest % 100);
    }
    if (rest >= 10) {
        first -= 2;
        two_digits_put(first, rest);
    } else {
        *--first = (char)('0' + rest);
    }
    if (amount.oere < 0) {
        *--first = '-';
    }
    const int length = (int)(digits + sizeof digits - first);
    memcpy(text, first, (size_t)length);
    text[length] = '\0';
    return length;
}

/* So many digits and two more are below 2^63, so that what is too much is seen at the end. */
#define DIGITS_WITHOUT_OVERFLOW 16

bool money_parse(const char *text, uint32_t size_bytes, char decimal_sign, Money *amount) {
    uint32_t at = 0;
    bool negative = size_bytes > 0 && text[0] == '-';
    if (negative) {
        at++;
    }
    int64_t value = 0;
    uint32_t whole_digits = 0;
    for (; at < size_bytes && text[at] >= '0' && text[at] <= '9'; at++, whole_digits++) {
        value = value * 10 + (text[at] - '0');
        if (whole_digits >= DIGITS_WITHOUT_OVERFLOW && value > AMOUNT_MAX_OERE) {
            return false;
        }
    }
    if (whole_digits == 0) {
        return false;
    }
    uint32_t decimals = 0;
    if (at < size_bytes && text[at] == decimal_sign) {
        for (at++; at < size_bytes && text[at] >= '0' && text[at] <= '9'; at++, decimals++) {
            if (decimals == 2) {
                return false;
            }
            value = value * 10 + (text[at] - '0');
        }
        if (decimals == 0) {
            return false;
        }
    }
    if (at != size_bytes) {
        return false;
    }
    for (; decimals < 2; decimals++) {
        value *= 10;
    }
    if (value > AMOUNT_MAX_OERE) {
        return false;
    }
    amount->oere = negative ? -value : value;
    return true;
}
