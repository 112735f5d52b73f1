/* Exact fractions of any size (GMP), for the restatement of the law in exact.c only.
 *
 * A Ratio lives in one pool until ratio_free_all: a sum can be written as the law writes it, and nothing has to be
 * released one by one.
 */
#ifndef YDELSE_TESTS_PROPERTY_RATIO_H
#define YDELSE_TESTS_PROPERTY_RATIO_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

typedef mpq_srcptr Ratio;

void ratio_free_all(void);

Ratio ratio(int64_t numerator, int64_t denominator);
Ratio whole(int64_t number);
Ratio plus(Ratio a, Ratio b);
Ratio minus(Ratio a, Ratio b);
Ratio times(Ratio a, Ratio b);
Ratio over(Ratio a, Ratio b);
Ratio least(Ratio a, Ratio b);
Ratio greatest(Ratio a, Ratio b);
/* max(0, a) */
Ratio not_below_zero(Ratio a);
/* floor(|a| / unit + 1/2) x unit with the sign of a; and floor(a / unit) x unit. */
Ratio rounded(Ratio a, int64_t unit);
Ratio rounded_down(Ratio a, int64_t unit);
int sign(Ratio a);
bool is_less(Ratio a, Ratio b);
/* The number itself; aborts when it is not whole or does not fit. */
int64_t whole_number(Ratio a);

#endif
