#include <criterion/criterion.h>

#include "engine/bankday.h"

/* The last banking day of each month, January to December. */
typedef struct {
    int32_t year;
    int32_t day[12];
} YearRow;

static const YearRow last_banking_days[] = {
    {2013, {31, 28, 27, 30, 31, 28, 31, 30, 30, 31, 29, 30}},
    {2014, {31, 28, 31, 30, 28, 30, 31, 29, 30, 31, 28, 30}},
    {2015, {30, 27, 31, 30, 29, 30, 31, 31, 30, 30, 30, 30}},
    {2016, {29, 29, 31, 29, 31, 30, 29, 31, 30, 31, 30, 30}},
    {2017, {31, 28, 31, 28, 31, 30, 31, 31, 29, 31, 30, 29}},
    {2018, {31, 28, 28, 30, 31, 29, 31, 31, 28, 31, 30, 28}},
    {2019, {31, 28, 29, 30, 29, 28, 31, 30, 30, 31, 29, 30}},
    {2020, {31, 28, 31, 30, 29, 30, 31, 31, 30, 30, 30, 30}},
    {2021, {29, 26, 31, 29, 31, 30, 30, 31, 30, 29, 30, 30}},
    {2022, {31, 28, 31, 29, 31, 30, 29, 31, 30, 31, 30, 30}},
    {2023, {31, 28, 31, 28, 31, 30, 31, 31, 29, 31, 30, 29}},
    {2024, {31, 29, 27, 30, 31, 28, 31, 30, 30, 31, 29, 30}},
    {2025, {31, 28, 31, 30, 28, 30, 31, 29, 30, 31, 28, 30}},
    {2026, {30, 27, 31, 30, 29, 30, 31, 31, 30, 30, 30, 30}},
    {2027, {29, 26, 31, 30, 31, 30, 30, 31, 30, 29, 30, 30}},
    {2028, {31, 29, 31, 28, 31, 30, 31, 31, 29, 31, 30, 29}},
};

static Date date_of(const char *text) {
    Date date = DATE_NONE;
    cr_assert(date_parse(text, 10, &date), "%s is a date", text);
    return date;
}

static void expect_date(Date actual, const char *expected, const char *what) {
    char text[DATE_TEXT_SIZE];
    date_format(actual, text);
    cr_expect_str_eq(text, expected, "%s: %s, expected %s", what, text, expected);
}

Test(bankday, last_of_every_month_2013_to_2028) {
    for (size_t i = 0; i < sizeof last_banking_days / sizeof last_banking_days[0]; i++) {
        const YearRow *row = &last_banking_days[i];
        for (int32_t month = 1; month <= 12; month++) {
            const Date date = bankday_last_of_month(month_from_ym(row->year, month));
            int32_t year, number, day;
            date_to_ymd(date, &year, &number, &day);
            cr_expect(year == row->year && number == month && day == row->day[month - 1],
                      "%04d-%02d: %d, expected %d", row->year, month, day, row->day[month - 1]);
        }
    }
}

Test(bankday, easter) {
    static const char *const sundays[] = {
        "1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23",
        "2011-04-24", "2013-03-31", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05",
        "2027-03-28", "2028-04-16", "2038-04-25", "2285-03-22", "2049-04-18", "2076-04-19"};
    for (size_t i = 0; i < sizeof sundays / sizeof sundays[0]; i++) {
        int32_t year, month, day;
        date_to_ymd(date_of(sundays[i]), &year, &month, &day);
        expect_date(easter_sunday(year), sundays[i], "Easter");
    }
    /* Always a Sunday from 22 March to 25 April. */
    for (int32_t year = 1800; year <= 9999; year++) {
        const Date easter = easter_sunday(year);
        cr_expect(date_weekday(easter) == 6, "Easter %d is a Sunday", year);
        cr_expect(easter.day >= date_from_ymd(year, 3, 22).day &&
                      easter.day <= date_from_ymd(year, 4, 25).day,
                  "Easter %d is in its range", year);
    }
}

Test(bankday, closed_days) {
    static const struct {
        const char *date;
        bool open;
    } cases[] = {
        {"2023-05-05", false},                        /* Great Prayer Day, the last one */
        {"2024-04-26", true},                         /* what would have been the next one */
        {"2013-04-26", false}, {"2026-05-01", true},  /* 1 May and Great Prayer Day would meet */
        {"2024-03-27", true},  {"2024-03-28", false}, /* Maundy Thursday */
        {"2024-03-29", false}, {"2024-04-01", false}, {"2024-04-02", true},
        {"2024-05-09", false}, /* Ascension */
        {"2024-05-10", false}, /* the Friday after */
        {"2024-05-20", false}, /* Whit Monday */
        {"2024-05-21", true},  {"2024-06-04", true},  {"2024-06-05", false},
        {"2024-06-06", true},  {"2024-12-23", true},  {"2024-12-24", false},
        {"2024-12-25", false}, {"2024-12-26", false}, {"2024-12-27", true},
        {"2024-12-28", false}, {"2024-12-30", true},  {"2024-12-31", false},
        {"2025-01-01", false}, {"2025-01-02", true},  {"2024-11-30", false},
        {"2024-12-01", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect(bankday_is(date_of(cases[i].date)) == cases[i].open, "%s", cases[i].date);
}

Test(bankday, closed_weekdays_per_year) {
    /* Seven movable closed weekdays, eight with Great Prayer Day; 5 June can meet Ascension, the Friday after it
     * or Whit Monday. */
    for (int32_t year = 2013; year <= 2060; year++) {
        int32_t closed = 0;
        int32_t fixed = 0;
        for (Date date = date_from_ymd(year, 1, 1); date.day <= date_from_ymd(year, 12, 31).day; date.day++)
            if (date_weekday(date) < 5 && !bankday_is(date))
                closed++;
        static const int32_t days[][2] = {{1, 1}, {6, 5}, {12, 24}, {12, 25}, {12, 26}, {12, 31}};
        const Date easter = easter_sunday(year);
        for (size_t i = 0; i < 6; i++) {
            const Date date = date_from_ymd(year, days[i][0], days[i][1]);
            const int32_t offset = date.day - easter.day;
            if (date_weekday(date) < 5 && offset != 39 && offset != 40 && offset != 50)
                fixed++;
        }
        const int32_t movable = year <= 2023 ? 7 : 6;
        cr_expect(closed == fixed + movable, "%d: %d closed weekdays, expected %d", year, closed,
                  fixed + movable);
    }
}

Test(bankday, lead) {
    static const struct {
        const char *today;
        const char *earliest;
    } cases[] = {
        {"2024-03-25", "2024-03-27"}, /* Monday */
        {"2024-03-26", "2024-04-02"}, /* over Easter */
        {"2024-03-30", "2024-04-03"}, /* asked on a closed day: it is no lead day */
        {"2024-12-23", "2024-12-30"}, {"2024-12-30", "2025-01-03"}, {"2026-11-21", "2026-11-24"},
        {"2026-11-20", "2026-11-24"}, {"2026-11-26", "2026-11-30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_date(bankday_earliest_execution(date_of(cases[i].today), BANKDAY_LEAD_DAYS), cases[i].earliest,
                    cases[i].today);
    expect_date(bankday_add(date_of("2024-03-30"), 0), "2024-03-30", "count 0");
    expect_date(bankday_earliest_execution(date_of("2024-03-30"), 0), "2024-04-02", "no lead, a closed day");
}

Test(bankday, first_of_month) {
    expect_date(bankday_first_of_month(month_from_ym(2024, 4)), "2024-04-02", "after Easter");
    expect_date(bankday_first_of_month(month_from_ym(2025, 1)), "2025-01-02", "after New Year");
    expect_date(bankday_first_of_month(month_from_ym(2025, 3)), "2025-03-03", "after a weekend");
    expect_date(bankday_on_or_after(date_of("2024-04-02")), "2024-04-02", "a banking day is its own");
    expect_date(bankday_on_or_before(date_of("2024-04-01")), "2024-03-27", "back over Easter");
}

Test(bankday, ends_of_the_range) {
    expect_date(bankday_on_or_after(date_of("9999-12-31")), "9999-12-31", "no day after the last");
    expect_date(bankday_on_or_before(date_of("1800-01-01")), "1800-01-01", "no day before the first");
    expect_date(bankday_earliest_execution(date_of("9999-12-31"), 2), "9999-12-31", "no day after the last");
}

Test(bankday, disposition) {
    const Month march = month_from_ym(2024, 3);
    expect_date(bankday_disposition(march, BETALINGSDAG_SIDSTE_BANKDAG), "2024-03-27", "last of M");
    expect_date(bankday_disposition(march, BETALINGSDAG_FOERSTE_BANKDAG), "2024-04-02", "first of M + 1");
}

Test(bankday, due_months) {
    static const struct {
        const char *date;
        Betalingsdag policy;
        const char *month;
    } cases[] = {
        {"2024-03-26", BETALINGSDAG_SIDSTE_BANKDAG, "2024-02"},
        {"2024-03-27", BETALINGSDAG_SIDSTE_BANKDAG, "2024-03"},
        {"2024-04-29", BETALINGSDAG_SIDSTE_BANKDAG, "2024-03"},
        {"2024-04-30", BETALINGSDAG_SIDSTE_BANKDAG, "2024-04"},
        {"2024-04-01", BETALINGSDAG_FOERSTE_BANKDAG, "2024-02"},
        {"2024-04-02", BETALINGSDAG_FOERSTE_BANKDAG, "2024-03"},
        {"2024-04-30", BETALINGSDAG_FOERSTE_BANKDAG, "2024-03"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_SIZE];
        month_format(bankday_newest_due_month(date_of(cases[i].date), cases[i].policy), text);
        cr_expect_str_eq(text, cases[i].month, "%s: %s, expected %s", cases[i].date, text, cases[i].month);
    }
    /* Every day of sixteen years: the definition itself. */
    for (int32_t policy = 0; policy <= 1; policy++) {
        const Betalingsdag payday = policy == 0 ? BETALINGSDAG_SIDSTE_BANKDAG : BETALINGSDAG_FOERSTE_BANKDAG;
        const Date last = date_of("2028-12-31");
        for (Date date = date_of("2013-01-01"); date.day <= last.day; date.day++) {
            const Month newest = bankday_newest_due_month(date, payday);
            cr_expect(bankday_disposition(newest, payday).day <= date.day &&
                          bankday_disposition((Month){newest.index + 1}, payday).day > date.day,
                      "day %d", date.day);
        }
    }
}

Test(bankday, oldest_month) {
    static const struct {
        const char *today;
        int32_t years;
        const char *month;
    } cases[] = {
        {"2026-11-21", 3, "2023-11"}, /* 2023-10 was due on 2023-10-31 */
        {"2026-10-31", 3, "2023-10"}, {"2026-11-01", 3, "2023-11"}, {"2026-11-30", 3, "2023-11"},
        {"2026-12-01", 3, "2023-12"}, {"2027-03-27", 3, "2024-03"}, {"2027-03-28", 3, "2024-04"},
        {"2024-03-27", 0, "2024-03"}, {"2024-03-28", 0, "2024-04"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_SIZE];
        month_format(
            bankday_oldest_month(date_of(cases[i].today), cases[i].years, BETALINGSDAG_SIDSTE_BANKDAG), text);
        cr_expect_str_eq(text, cases[i].month, "%s: %s, expected %s", cases[i].today, text, cases[i].month);
    }
}
