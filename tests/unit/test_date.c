#include <criterion/criterion.h>
#include <string.h>

#include "engine/date.h"

/* A calendar that counts day by day, to hold the closed formulas against. */
typedef struct {
    int32_t year, month, day;
} Walk;

static int32_t walk_month_days(int32_t year, int32_t month) {
    if (month == 2) {
        bool leap = year % 400 == 0 || (year % 100 != 0 && year % 4 == 0);
        return leap ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void walk_step(Walk *walk) {
    if (++walk->day > walk_month_days(walk->year, walk->month)) {
        walk->day = 1;
        if (++walk->month > 12) {
            walk->month = 1;
            walk->year++;
        }
    }
}

Test(date, every_readable_day_agrees_with_a_calendar_walked_day_by_day) {
    Walk walk = {1800, 1, 1};
    int32_t weekday = 2; /* 1 January 1800 was a Wednesday */
    for (int32_t day = DATE_MIN_DAY; day <= DATE_MAX_DAY; day++) {
        int32_t year, month, day_of_month;
        date_to_ymd((Date){day}, &year, &month, &day_of_month);
        cr_assert(year == walk.year && month == walk.month && day_of_month == walk.day, "day %d", day);
        cr_assert_eq(date_from_ymd(year, month, day_of_month).day, day);
        cr_assert_eq(date_weekday((Date){day}), weekday);
        walk_step(&walk);
        weekday = (weekday + 1) % 7;
    }
    cr_expect_eq(walk.year, 10000);
}

/* A calendar of months that is walked, too: the first day of each month from year 1 on, and how long it is. */
#define WALKED_YEARS 20000
static int32_t month_starts[WALKED_YEARS * 12 + 1];

static void walk_months(void) {
    month_starts[0] = -719162; /* 1 January of year 1, 719162 days before 1970 */
    for (int32_t i = 0; i < WALKED_YEARS * 12; i++)
        month_starts[i + 1] = month_starts[i] + walk_month_days(i / 12 + 1, i % 12 + 1);
}

static int32_t walked_sum(int32_t month, int32_t day_of_month, int32_t months) {
    const int32_t target = month + months;
    const int32_t length = month_starts[target + 1] - month_starts[target];
    return day_of_month > length ? month_starts[target + 1] : month_starts[target] + day_of_month - 1;
}

/* The last days of every readable month, and as many months more or less as there may be. */
Test(date, months_are_added_as_a_walked_calendar_has_them) {
    static const int32_t steps[] = {
        DATE_ADD_MONTHS_MIN, -1201, -25 * 12, -18 * 12, -1, 0, 1, 5, 12, 18 * 12, 798, DATE_ADD_MONTHS_MAX};
    int32_t wrong = 0;
    walk_months();
    for (int32_t month = 1799 * 12; month < 9999 * 12; month++) {
        const int32_t length = month_starts[month + 1] - month_starts[month];
        const int32_t days[] = {1, 15, 28, length - 1, length};
        for (size_t d = 0; d < sizeof days / sizeof *days; d++)
            for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
                wrong += date_add_months((Date){month_starts[month] + days[d] - 1}, steps[s]).day !=
                         walked_sum(month, days[d], steps[s]);
    }
    cr_expect_eq(wrong, 0, "%d", wrong);
    cr_expect_eq(month_starts[1969 * 12], 0);
}

/* One count over all readable days; any part of them is the difference of two. */
Test(date, weekdays_are_counted_over_all_readable_days) {
    int32_t count = 0, wrong = 0;
    for (int32_t day = DATE_MIN_DAY; day <= DATE_MAX_DAY; day++) {
        count += date_weekday((Date){day}) < 5 ? 1 : 0;
        wrong += date_weekdays((Date){DATE_MIN_DAY}, (Date){day}) != count;
    }
    cr_expect_eq(wrong, 0, "%d", wrong);
}

/* From 1 March of year 0 to where a date may be moved: what the analysis of make prove takes as given. */
Test(date, the_parts_of_every_day_lie_within_their_bounds) {
    int32_t wrong = 0;
    for (int32_t day = -719468; day <= 6600000; day++) {
        int32_t year, month, day_of_month;
        date_to_ymd((Date){day}, &year, &month, &day_of_month);
        wrong += year < 0 || year > 20100 || month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31;
    }
    cr_expect_eq(wrong, 0);
    const Date furthest = date_add_months(DATE_LAST, DATE_ADD_MONTHS_MAX);
    cr_expect_leq(furthest.day, 6600000, "%d", furthest.day);
}

Test(date, weekdays_are_counted_as_one_by_one) {
    for (int32_t start = -40; start <= 40; start++) {
        int32_t count = 0;
        for (int32_t last = start; last <= start + 60; last++) {
            count += date_weekday((Date){last}) < 5 ? 1 : 0;
            cr_assert_eq(date_weekdays((Date){start}, (Date){last}), count, "%d..%d", start, last);
        }
        cr_assert_eq(date_weekdays((Date){start}, (Date){start - 1}), 0);
    }
    cr_expect_eq(date_weekdays((Date){DATE_MIN_DAY}, (Date){DATE_MIN_DAY + 6}), 5);
}

static Date date(const char *text) {
    Date result = DATE_NONE;
    cr_assert(date_parse(text, (uint32_t)strlen(text), &result), "%s", text);
    return result;
}

Test(date, birthdays_fall_on_the_day_and_for_29_february_on_1_march) {
    static const struct {
        char birth[12];
        int32_t years;
        char expected[12];
    } cases[] = {{"2006-05-17", 18, "2024-05-17"}, {"2004-02-29", 18, "2022-03-01"},
                 {"2004-02-29", 20, "2024-02-29"}, {"1999-02-29", 0, ""},
                 {"2000-02-29", 25, "2025-03-01"}, {"1900-12-31", 1, "1901-12-31"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].expected[0] == '\0') {
            Date unused;
            cr_expect(!date_parse(cases[i].birth, 10, &unused));
            continue;
        }
        Date birthday = date_birthday(date(cases[i].birth), cases[i].years);
        cr_expect_eq(birthday.day, date(cases[i].expected).day, "%s + %d", cases[i].birth, cases[i].years);
    }
    cr_expect_eq(date_add_months(date("1954-08-31"), 798).day, date("2021-03-01").day);
}

Test(date, unreadable_dates_and_months_are_refused) {
    static const char *const bad[] = {"",           "2024-2-01",  "2024-02-30", "2023-02-29", "2024-13-01",
                                      "2024-00-10", "2024-01-00", "20240101",   "2024/01/01", "2024-01-01 ",
                                      "1799-12-31", "01-01-2024", "2024-01-1x", "-024-01-01", "٢٠٢٤-٠١-٠١"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Date unused;
        cr_expect(!date_parse(bad[i], (uint32_t)strlen(bad[i]), &unused), "'%s'", bad[i]);
    }
    Month month;
    cr_expect(month_parse("2024-03", 7, &month) && month_year(month) == 2024 && month_number(month) == 3);
    cr_expect(!month_parse("2024-13", 7, &month) && !month_parse("2024-3", 6, &month));
    cr_expect(!month_parse("2024-03-01", 10, &month));
}

Test(date, months_know_their_days_and_write_themselves) {
    char text[DATE_TEXT_SIZE];
    Month february = month_from_ym(2024, 2);
    cr_expect_eq(month_days(february), 29);
    cr_expect_eq(month_of(month_last(february)).index, february.index);
    month_format(february, text);
    cr_expect_str_eq(text, "2024-02");
    date_format(month_last(february), text);
    cr_expect_str_eq(text, "2024-02-29");
    date_format(DATE_NONE, text);
    cr_expect_str_eq(text, "");
    cr_expect_eq(month_last(month_from_ym(2023, 12)).day + 1, month_first(month_from_ym(2024, 1)).day);
}

Test(date, days_outside_the_calendar_and_the_readable_years_are_not_valid) {
    static const int32_t bad[][3] = {{1799, 12, 31}, {10000, 1, 1}, {2024, 0, 1},  {2024, 13, 1},
                                     {2024, 1, 0},   {2024, 4, 31}, {2023, 2, 29}, {2024, 2, 30}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect(!date_is_valid_ymd(bad[i][0], bad[i][1], bad[i][2]), "%d-%d-%d", bad[i][0], bad[i][1],
                  bad[i][2]);
    }
    cr_expect(date_is_valid_ymd(1800, 1, 1) && date_is_valid_ymd(9999, 12, 31) &&
              date_is_valid_ymd(2024, 2, 29));
}

/* Up to the last one, where a division that is off by little still gave the right year of all others. */
Test(date, every_day_that_can_be_written_is_read_again) {
    char text[DATE_TEXT_SIZE];
    Date read;
    for (Date day = {DATE_MIN_DAY}; day.day <= DATE_MAX_DAY; day.day++) {
        date_format(day, text);
        cr_assert(date_parse(text, (uint32_t)strlen(text), &read), "%s", text);
        cr_assert_eq(read.day, day.day, "%s", text);
    }
}
