/* What `make prove` analyses: every function of engine/money, engine/date and engine/cpr with all inputs within the named limits at
 * once. Frama-C's Eva follows all of them and tells each place where something could be undefined: an overflow, an index out of
 * bounds, a value never set, a division by zero, an assertion that fails. It must tell none.
 *
 * Frama-C does not know 128 bits. money_round and money_round_down are analysed with Wide as 64 bits and limits that are as much
 * smaller (the build gives both); with 128 bits they are held against GMP at every boundary (tests/unit/test_money_limits.c). */
#include "__fc_builtin.h"

#include "engine/cpr.h"
#include "engine/date.h"
#include "engine/money.h"

/* Intervals do not see that the parts of a date hang together. That they lie within these bounds is shown for every one of these
 * days (tests/unit/test_date.c, also under UBSan); the body is analysed by date_alone. */
#ifndef DATE_ALONE
/*@ requires DATE_MIN_DAY <= date.day <= DATE_MAX_DAY;
  @ assigns *year, *month, *day_of_month \from date;
  @ ensures \initialized(year);
  @ ensures \initialized(month);
  @ ensures \initialized(day_of_month);
  @ ensures 1800 <= *year <= 9999;
  @ ensures 1 <= *month <= 12;
  @ ensures 1 <= *day_of_month <= 31;
  @*/
void date_to_ymd(Date date, int32_t *year, int32_t *month, int32_t *day_of_month);
#endif

static Date any_date(void) {
    return (Date){Frama_C_interval(DATE_MIN_DAY, DATE_MAX_DAY)};
}

static Month any_month(void) {
    return (Month){Frama_C_interval(1800 * 12, 9999 * 12 + 11)};
}

/* Any bytes, of any length up to twice what is readable. */
#define TEXT_SIZE_MAX 32
static uint32_t any_text(char text[TEXT_SIZE_MAX]) {
    for (int i = 0; i < TEXT_SIZE_MAX; i++)
        text[i] = (char)Frama_C_interval(-128, 127);
    return (uint32_t)Frama_C_interval(0, TEXT_SIZE_MAX);
}

static void money_sums(void) {
    const int64_t limit = AMOUNT_MAX_OERE * ROWS_PER_PARTICIPANT_MAX;
    const Money a = {Frama_C_long_long_interval(-limit, limit)};
    const Money b = {Frama_C_long_long_interval(-limit, limit)};
    const Money sum = money_add(a, b);
    const Money difference = money_subtract(a, b);
    //@ assert -2 * limit <= sum.oere <= 2 * limit;
    //@ assert -2 * limit <= difference.oere <= 2 * limit;
    (void)money_floor_zero(money_min(sum, money_max(difference, a)));
    (void)money_or_zero(MONEY_NONE);
}

static void money_roundings(void) {
    const Wide numerator = Frama_C_long_long_interval(-ROUND_WIDE_MAX, ROUND_WIDE_MAX);
    const Wide denominator = Frama_C_long_long_interval(1, ROUND_WIDE_MAX);
    const int64_t unit = Frama_C_long_long_interval(1, ROUND_UNIT_MAX);
    (void)money_round(numerator, denominator, unit);
    (void)money_round_down(numerator, denominator, unit);
}

static void money_texts(void) {
    char text[TEXT_SIZE_MAX], written[MONEY_TEXT_SIZE];
    const uint32_t size = any_text(text);
    Money amount = {Frama_C_long_long_interval(INT64_MIN + 1, INT64_MAX)};
    const int length = money_format(amount, ',', written);
    //@ assert 0 <= length < MONEY_TEXT_SIZE;
    if (money_parse(text, size, (char)Frama_C_interval(-128, 127), &amount)) {
        //@ assert -AMOUNT_MAX_OERE <= amount.oere <= AMOUNT_MAX_OERE;
        (void)money_format(amount, '.', written);
    }
}

static void date_counts(void) {
    const Date a = any_date(), b = any_date();
    int32_t year, month, day;
    date_to_ymd(a, &year, &month, &day);
    (void)date_count(a, b);
    (void)date_weekday(a);
    (void)date_weekdays(a, b);
    (void)month_of(a);
    (void)date_or_last(DATE_NONE);
    if (date_is_valid_ymd(Frama_C_interval(INT32_MIN, INT32_MAX), Frama_C_interval(INT32_MIN, INT32_MAX),
                          Frama_C_interval(INT32_MIN, INT32_MAX)))
        return;
}

/* What the act adds: ages in years, months of a course, half years of the folkepension age. */
static void date_additions(void) {
    (void)date_add_months(any_date(), Frama_C_interval(DATE_ADD_MONTHS_MIN, DATE_ADD_MONTHS_MAX));
    (void)date_birthday(any_date(), Frama_C_interval(DATE_ADD_MONTHS_MIN / 12, DATE_ADD_MONTHS_MAX / 12));
}

static void months(void) {
    const Month month = any_month();
    (void)month_first(month);
    (void)month_last(month);
    (void)month_days(month);
    (void)month_year(month);
    (void)month_number(month);
}

static void date_texts(void) {
    char text[TEXT_SIZE_MAX], written[DATE_TEXT_SIZE];
    const uint32_t size = any_text(text);
    Date date;
    Month month;
    (void)date_parse(text, size, &date); /* what it gives is a readable day: tests/unit, tests/fuzz */
    if (month_parse(text, size, &month))
        month_format(month, written);
    date_format(any_date(), written);
    date_format(DATE_NONE, written);
    month_format(any_month(), written);
}

static void cpr_numbers(void) {
    char text[TEXT_SIZE_MAX], written[CPR_DIGITS + 1];
    const uint32_t size = any_text(text);
    Cpr cpr;
    if (cpr_parse(text, size, &cpr)) {
        cpr_format(cpr, written);
        (void)cpr_is_replacement(cpr);
        (void)cpr_modulus11(cpr);
    }
    (void)se_modulus11(text, size);
}

void date_alone(void) {
    int32_t year, month, day;
    date_to_ymd((Date){Frama_C_interval(-719468, 6600000)}, &year, &month, &day);
}

void kernel(void) {
    money_sums();
    money_roundings();
    money_texts();
    date_counts();
    date_additions();
    months();
    date_texts();
    cpr_numbers();
}
