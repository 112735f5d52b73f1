#include "engine/money.h"

#include <assert.h>
#include <string.h>

Money money_add(Money a, Money b) {
    Money sum;
    bool overflow = __builtin_add_overflow(a.oere, b.oere, &sum.oere);
    assert(!overflow);
    return sum;
}

Money money_subtract(Money a, Money b) {
    Money difference;
    bool overflow = __builtin_sub_overflow(a.oere, b.oere, &difference.oere);
    assert(!overflow);
    return difference;
}

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

/* The same with numbers of 64 bits, which nearly all are: a machine divides them by one instruction. */
static Money round_small(uint64_t magnitude, uint64_t divisor, int64_t unit_oere, bool negative) {
    uint64_t units = magnitude / divisor;
    const uint64_t remainder = magnitude % divisor;
    if (remainder >= divisor - remainder) {
        units++;
    }
    return money_from_units(negative ? -(Wide)units : (Wide)units, unit_oere);
}

Money money_round(Wide numerator, Wide denominator, int64_t unit_oere) {
    assert(within_limits(numerator, denominator, unit_oere));
    Wide divisor = denominator * unit_oere;
    Wide magnitude = numerator < 0 ? -numerator : numerator;
    if (magnitude <= INT64_MAX && divisor <= INT64_MAX) {
        return round_small((uint64_t)magnitude, (uint64_t)divisor, unit_oere, numerator < 0);
    }
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

int money_format(Money amount, char decimal_sign, char *text) {
    assert(money_given(amount));
    char digits[MONEY_TEXT_SIZE];
    uint64_t rest = amount.oere < 0 ? -(uint64_t)amount.oere : (uint64_t)amount.oere;
    /* From the last digit on, which stands at the end of the room. */
    char *first = digits + sizeof digits;
    const uint64_t oere = rest % 100;
    *--first = (char)('0' + oere % 10);
    *--first = (char)('0' + oere / 10);
    *--first = decimal_sign;
    rest /= 100;
    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
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
