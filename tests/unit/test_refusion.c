#include <criterion/criterion.h>
#include <stdint.h>

#include "engine/refusion.h"

static Date date_of(const char *text) {
    Date date = DATE_NONE;
    cr_assert(date_parse(text, 10, &date), "%s is a date", text);
    return date;
}

static void expect_week(const char *date, const char *expected) {
    char text[WEEK_TEXT_SIZE];
    Week week;
    week_format(week_of(date_of(date)), text);
    cr_expect_str_eq(text, expected, "%s: %s, expected %s", date, text, expected);
    cr_expect(week_parse(expected, 8, &week) && week.index == week_of(date_of(date)).index, "%s", expected);
}

Test(refusion, weeks_are_those_of_the_calendar) {
    expect_week("1969-12-29", "1970-W01");
    expect_week("2014-07-01", "2014-W27");
    expect_week("2015-12-27", "2015-W52");
    expect_week("2015-12-28", "2015-W53");
    expect_week("2016-01-03", "2015-W53");
    expect_week("2016-01-04", "2016-W01");
    expect_week("2019-12-30", "2020-W01");
    expect_week("2020-12-31", "2020-W53");
    expect_week("2021-01-03", "2020-W53");
    expect_week("2022-01-02", "2021-W52");
    static const char *const wrong[] = {"2016-W53", "2016-W00", "2016-W54",
                                        "2016-w01", "2016W011", "2016-W1x"};
    Week week;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect(!week_parse(wrong[i], 8, &week), "%s", wrong[i]);
    cr_expect(!week_parse("2016-W1", 7, &week));
    for (Date day = date_of("2013-01-01"); day.day < date_of("2030-01-01").day; day.day++) {
        const Date monday = week_first(week_of(day));
        cr_assert(date_weekday(monday) == 0 && monday.day <= day.day && day.day < monday.day + 7);
    }
}

/* March 2024 has 31 days, the 1st is a Friday. 100,00 kr. = 10000 oere = 31 * 322 + 18: the first 18 days have 323.
 * W09 1-3 (3 days), W10 4-10 (7), W11 11-17 (7), W12 18-24 (7), W13 25-31 (7):
 * 3 * 323 = 969; 7 * 323 = 2261; 2261; 323 + 6 * 322 = 2255; 7 * 322 = 2254. */
Test(refusion, a_month_is_spread_over_its_days) {
    static const int64_t costs[] = {969, 2261, 2261, 2255, 2254};
    RefusionPart part[REFUSION_WEEKS_MAX];
    cr_assert_eq(refusion_spread((Money){10000}, month_from_ym(2024, 3), 0x7FFFFFFF, part), 5);
    for (int32_t i = 0; i < 5; i++) {
        cr_expect_eq(part[i].cost.oere, costs[i], "week %d: %lld", i, (long long)part[i].cost.oere);
        cr_expect_eq(part[i].days, i == 0 ? 3 : 7);
        cr_expect(part[i].counts);
    }
    /* 31 days from a Sunday on touch six weeks. */
    cr_expect_eq(refusion_spread((Money){1}, month_from_ym(2023, 1), 0x7FFFFFFF, part), 6);
    cr_expect(part[0].cost.oere == 1 && part[5].cost.oere == 0);
    /* Monday 2014-06-30 is in the week of the first day that counts, and does not count. */
    cr_expect_eq(refusion_spread((Money){100}, month_from_ym(2014, 6), UINT32_C(1) << 29, part), 1);
    cr_expect(!part[0].counts && part[0].week.index == week_of(date_of("2014-07-01")).index);
    cr_expect_eq(refusion_spread((Money){100}, month_from_ym(2014, 7), 1, part), 1);
    cr_expect(part[0].counts);
}

static RefusionStep step_of_number(int32_t number) {
    return refusion_step(week_of(date_of("2016-01-04")), number);
}

Test(refusion, the_number_of_the_week_decides) {
    cr_expect_eq(step_of_number(1), REFUSION_80);
    cr_expect_eq(step_of_number(4), REFUSION_80);
    cr_expect_eq(step_of_number(5), REFUSION_40);
    cr_expect_eq(step_of_number(26), REFUSION_40);
    cr_expect_eq(step_of_number(27), REFUSION_30);
    cr_expect_eq(step_of_number(52), REFUSION_30);
    cr_expect_eq(step_of_number(53), REFUSION_20);
    cr_expect_eq(step_of_number(1000), REFUSION_20);
    cr_expect_eq(refusion_step(week_of(date_of("2016-01-03")), 1), REFUSION_NONE);
    cr_expect_eq(refusion_of((Money){1001}, REFUSION_80).oere, 801); /* 800,8 */
    cr_expect_eq(refusion_of((Money){1003}, REFUSION_30).oere, 301); /* 300,9 */
    cr_expect_eq(refusion_of((Money){1001}, REFUSION_NONE).oere, 0);
}

Test(refusion, weeks_are_counted_once_and_an_opening_goes_on) {
    RefusionLedger ledger = {.count = 0};
    cr_expect_eq(refusion_week_number(&ledger, (Week){2000}), 1);
    cr_expect_eq(refusion_week_number(&ledger, (Week){2000}), 1);
    cr_expect_eq(refusion_week_number(&ledger, (Week){2001}), 2);
    cr_expect_eq(refusion_week_number(&ledger, (Week){2010}), 3);
    RefusionLedger opened = {.count = 0};
    refusion_open(&opened, 26, (Week){2000});
    cr_expect_eq(refusion_week_number(&opened, (Week){1999}), 26);
    cr_expect_eq(refusion_week_number(&opened, (Week){2000}), 26);
    cr_expect_eq(refusion_week_number(&opened, (Week){2001}), 27);
}

Test(refusion, fifty_two_weeks_without_begin_again) {
    RefusionLedger ledger = {.count = 0};
    refusion_open(&ledger, 60, (Week){2000});
    cr_expect_eq(refusion_week_number(&ledger, (Week){2052}), 61, "51 weeks without");
    /* The 52nd within three years, not in a row. */
    cr_expect_eq(refusion_week_number(&ledger, (Week){2054}), 1);
    cr_expect_eq(refusion_week_number(&ledger, (Week){2055}), 2);
    cr_expect_eq(refusion_week_number(&ledger, (Week){2057}), 3, "the weeks before count no longer");
    RefusionLedger once = {.count = 0};
    refusion_open(&once, 60, (Week){2000});
    cr_expect_eq(refusion_week_number(&once, (Week){2053}), 1, "52 in a row");
    refusion_week_number(&once, (Week){2054});
    cr_expect_eq(refusion_week_number(&once, (Week){3000}), 1, "many years");
}

/* 51 weeks without, then 105 with: together three years. The first of the 51 has left the window when the next one
 * without comes, so the count goes on; a week earlier it would begin again. */
Test(refusion, weeks_without_are_forgotten_after_three_years) {
    for (int32_t with = 104; with <= 105; with++) {
        RefusionLedger ledger = {.count = 0};
        refusion_open(&ledger, 60, (Week){2000});
        for (int32_t i = 0; i < with; i++)
            refusion_week_number(&ledger, (Week){2052 + i});
        cr_expect_eq(refusion_week_number(&ledger, (Week){2052 + with + 1}), with == 104 ? 1 : 60 + 105 + 1,
                     "%d weeks with", with);
    }
}

static uint64_t next(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* Over random lives: the weeks cost what the months do, and the state pays 20 to 80 per cent from 2016 on. */
Test(refusion, weeks_add_up_and_the_share_is_bounded) {
    for (uint64_t seed = 1; seed <= 400; seed++) {
        uint64_t random = seed;
        RefusionLedger ledger = {.count = 0};
        int64_t months_oere = 0, weeks_oere = 0;
        int32_t number_before = 0;
        for (Month month = month_from_ym(2014, 7); month.index < month_from_ym(2022, 1).index;
             month.index++) {
            RefusionPart part[REFUSION_WEEKS_MAX];
            const uint32_t all = UINT32_MAX >> (32 - month_days(month));
            const uint32_t days = next(&random) % 3 == 0 ? (uint32_t)(next(&random) * 3) & all : all;
            if (days == 0 || next(&random) % 8 == 0)
                continue;
            const Money amount = {(int64_t)(next(&random) % 2500000) + 1};
            const int32_t count = refusion_spread(amount, month, days, part);
            months_oere += amount.oere;
            for (int32_t i = 0; i < count; i++) {
                const int32_t number = refusion_week_number(&ledger, part[i].week);
                const RefusionStep step = refusion_step(part[i].week, number);
                const int64_t paid = refusion_of(part[i].cost, step).oere;
                weeks_oere += part[i].cost.oere;
                cr_assert(number == 1 || number == number_before || number == number_before + 1);
                number_before = number;
                if (part[i].week.index < week_of(date_of("2016-01-04")).index)
                    cr_assert_eq(paid, 0);
                else
                    cr_assert(paid >= refusion_of(part[i].cost, REFUSION_20).oere &&
                              paid <= refusion_of(part[i].cost, REFUSION_80).oere);
            }
        }
        cr_assert_eq(months_oere, weeks_oere, "seed %llu", (unsigned long long)seed);
    }
}
