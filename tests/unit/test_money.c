#include <criterion/criterion.h>
#include <string.h>

#include "engine/money.h"

/* An oracle in another shape: counts up to the nearest multiple by comparing distances. */
static int64_t nearest(int64_t numerator, int64_t denominator, int64_t unit) {
    int64_t divisor = denominator * unit;
    int64_t magnitude = numerator < 0 ? -numerator : numerator;
    int64_t below = 0;
    while ((below + 1) * divisor <= magnitude) {
        below++;
    }
    int64_t up = 2 * (magnitude - below * divisor) >= divisor ? 1 : 0;
    int64_t result = (below + up) * unit;
    return numerator < 0 ? -result : result;
}

Test(money, rounding_is_half_away_from_zero_on_the_exact_value) {
    for (int64_t unit = 1; unit <= 100; unit += 99) {
        for (int64_t denominator = 1; denominator <= 13; denominator++) {
            for (int64_t numerator = -2700; numerator <= 2700; numerator++) {
                Money rounded = money_round(numerator, denominator, unit);
                cr_assert_eq(rounded.oere, nearest(numerator, denominator, unit), "%ld/%ld unit %ld",
                             (long)numerator, (long)denominator, (long)unit);
            }
        }
    }
}

Test(money, rounding_down_goes_towards_minus_infinity) {
    static const struct {
        int64_t numerator, denominator, unit, expected;
    } cases[] = {{199, 1, 100, 100}, {200, 1, 100, 200},   {0, 7, 100, 0},   {99, 1, 100, 0},
                 {-1, 1, 100, -100}, {-100, 1, 100, -100}, {999, 10, 1, 99}, {-999, 10, 1, -100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Money rounded = money_round_down(cases[i].numerator, cases[i].denominator, cases[i].unit);
        cr_expect_eq(rounded.oere, cases[i].expected, "case %zu", i);
    }
}

Test(money, the_largest_products_of_the_law_do_not_overflow) {
    /* A row's amount at its limit, cut by the longest pay period. */
    Wide days = 2994988;
    cr_expect_eq(money_round((Wide)5 * AMOUNT_MAX_OERE * days, days, 1).oere, 5 * AMOUNT_MAX_OERE);
    Wide all_rows = (Wide)5 * AMOUNT_MAX_OERE * ROWS_PER_PARTICIPANT_MAX;
    cr_expect(all_rows < INT64_MAX);
    cr_expect_eq(money_round(all_rows * 5500, 10000, 1).oere, (int64_t)(all_rows * 55 / 100));
}

Test(money, formats_and_parses_both_ways) {
    static const struct {
        const char *text;
        int64_t oere;
    } cases[] = {{"0,00", 0},           {"0,01", 1},     {"-0,01", -1},
                 {"1,00", 100},         {"-1,50", -150}, {"9999999999,99", AMOUNT_MAX_OERE},
                 {"12345,67", 1234567}, {"10,05", 1005}, {"-9999999999,99", -AMOUNT_MAX_OERE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MONEY_TEXT_SIZE];
        int length = money_format((Money){cases[i].oere}, ',', text);
        cr_expect_str_eq(text, cases[i].text);
        cr_expect_eq((size_t)length, strlen(text));
        Money back;
        cr_expect(money_parse(text, (uint32_t)length, ',', &back));
        cr_expect_eq(back.oere, cases[i].oere);
    }
    char text[MONEY_TEXT_SIZE];
    money_format((Money){INT64_MAX}, '.', text);
    cr_expect_str_eq(text, "92233720368547758.07");
}

Test(money, reads_kroner_with_at_most_two_decimals) {
    static const struct {
        const char *text;
        bool readable;
        int64_t oere;
    } cases[] = {{"5", true, 500},
                 {"5,1", true, 510},
                 {"5,12", true, 512},
                 {"-5", true, -500},
                 {"007", true, 700},
                 {"-0", true, 0},
                 {"5,123", false, 0},
                 {"5,", false, 0},
                 {",5", false, 0},
                 {"", false, 0},
                 {"-", false, 0},
                 {"+5", false, 0},
                 {"1.234,00", false, 0},
                 {"5.10", false, 0},
                 {"5 ", false, 0},
                 {" 5", false, 0},
                 {"1e3", false, 0},
                 {"0x10", false, 0},
                 {"--5", false, 0},
                 {"5,-1", false, 0},
                 {"10000000000", false, 0},
                 {"9999999999,99", true, AMOUNT_MAX_OERE},
                 {"99999999999999999999999999", false, 0},
                 {"5,1,2", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Money amount = MONEY_ZERO;
        bool readable = money_parse(cases[i].text, (uint32_t)strlen(cases[i].text), ',', &amount);
        cr_expect_eq(readable, cases[i].readable, "'%s'", cases[i].text);
        cr_expect_eq(amount.oere, cases[i].oere, "'%s'", cases[i].text);
    }
    Money amount;
    cr_expect(money_parse("5.10", 4, '.', &amount) && amount.oere == 510);
    cr_expect(!money_parse("5,10", 4, '.', &amount));
    cr_expect(money_parse("12,5", 2, ',', &amount) && amount.oere == 1200, "nothing behind the size is read");
}
