/* The corners of the engine that no participant reaches: tables, check digits, limits, texts. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "engine/bankday.h"
#include "engine/calc.h"
#include "engine/work.h"
#include "io/law/rate_file.h"

Test(engine, each_digit_of_a_cpr_number_has_its_weight_in_modulus_11) {
    /* The last digit that makes 1 at one of the first nine places come out: 11 minus the weight. */
    static const uint64_t last_digit[9] = {7, 8, 9, 4, 5, 6, 7, 8, 9};
    uint64_t place = UINT64_C(1000000000);
    for (int i = 0; i < 9; i++, place /= 10) {
        for (uint64_t last = 0; last < 10; last++) {
            cr_expect_eq(cpr_modulus11((Cpr){place + last}), last == last_digit[i], "place %d, last digit %d",
                         i, (int)last);
        }
    }
}

Test(engine, each_digit_of_a_se_number_has_its_weight_in_modulus_11) {
    static const char last_digit[7] = {'9', '4', '5', '6', '7', '8', '9'};
    for (int i = 0; i < 7; i++) {
        for (char last = '0'; last <= '9'; last++) {
            char text[9] = "00000000";
            text[i] = '1';
            text[7] = last;
            cr_expect_eq(se_modulus11(text, 8), last == last_digit[i], "%s", text);
        }
    }
    static const char *const bad[] = {"0000000", "000000000", "0000000/", "0000000:", "00000 00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect(!se_modulus11(bad[i], (uint32_t)strlen(bad[i])), "%s", bad[i]);
    }
}

static Text text_of(const char *text) {
    return (Text){text, (uint32_t)strlen(text)};
}

Test(engine, every_series_of_rates_is_found_by_both_its_names) {
    RateId id;
    for (int32_t i = 0; i < RATE_COUNT; i++) {
        cr_expect(rate_series_find(text_of(rate_series[i].name), text_of(rate_series[i].group), &id));
        cr_expect_eq((int32_t)id, i);
    }
    cr_expect(!rate_series_find(text_of("ydelse"), text_of("EGEN"), &id));
    cr_expect(!rate_series_find(text_of("ydels"), text_of("FORS"), &id));
    cr_expect(!rate_series_find(text_of("ydelsf"), text_of("FORS"), &id));
}

Test(engine, the_tables_cover_the_months_from_the_first_law_to_the_last_day_of_a_rate) {
    RateRow rows[] = {{.id = RATE_YDELSE_FORS, .first = {0}, .last = date_from_ymd(2020, 1, 31)},
                      {.id = RATE_YDELSE_HJ25, .first = {0}, .last = date_from_ymd(2020, 2, 1)},
                      {.id = RATE_YDELSE_IKKE, .first = {0}, .last = date_from_ymd(2019, 12, 31)},
                      {.id = RATE_ATP_SAMLET, .first = {0}, .last = DATE_NONE}};
    RateTable table = {rows, 4};
    cr_expect_eq(month_coverage(&table, month_from_ym(2012, 12)), MONTH_BEFORE_LAW);
    cr_expect_eq(month_coverage(&table, month_from_ym(2013, 1)), MONTH_COVERED);
    cr_expect_eq(month_coverage(&table, month_from_ym(2020, 2)), MONTH_COVERED);
    cr_expect_eq(month_coverage(&table, month_from_ym(2020, 3)), MONTH_AFTER_RATES);
    rows[2].last = DATE_NONE;
    cr_expect_eq(rate_table_last_day(&table).day, DATE_MAX_DAY);
    rows[2].last = rows[0].last = date_from_ymd(2021, 12, 31);
    cr_expect_eq(rate_table_last_day(&table).day, date_from_ymd(2021, 12, 31).day);
    rows[2].last = date_from_ymd(2022, 12, 31);
    cr_expect_eq(rate_table_last_day(&table).day, date_from_ymd(2022, 12, 31).day);
    RateTable only = {rows + 2, 1};
    cr_expect_eq(rate_table_last_day(&only).day, date_from_ymd(2022, 12, 31).day);
    RateTable none = {rows + 3, 1}, empty = {rows, 0};
    cr_expect(!date_given(rate_table_last_day(&none)));
    cr_expect_eq(month_coverage(&none, month_from_ym(2020, 1)), MONTH_AFTER_RATES);
    cr_expect_eq(month_coverage(&empty, month_from_ym(2020, 1)), MONTH_AFTER_RATES);
}

/* The last day is that of each group of `ydelse`, and of nothing else. */
Test(engine, only_rates_of_ydelse_say_how_far_the_tables_reach) {
    for (int32_t i = 0; i < RATE_COUNT; i++) {
        RateRow row = {.id = (RateId)i, .first = {0}, .last = {100}};
        bool is_ydelse = strcmp(rate_series[i].name, "ydelse") == 0;
        RateTable table = {&row, 1};
        cr_expect_eq(rate_table_last_day(&table).day, is_ydelse ? 100 : DATE_NONE.day, "%d", i);
    }
}

/* A new row in the middle of a month is a change on that day, in every series. */
Test(engine, every_series_may_change_inside_a_month) {
    for (int32_t i = 0; i < RATE_COUNT; i++) {
        RateRow rows[] = {{.id = (RateId)i, .first = {0}, .last = date_from_ymd(2024, 3, 15)},
                          {.id = (RateId)i, .first = date_from_ymd(2024, 3, 16), .last = DATE_NONE}};
        RateTable table = {rows, 2};
        static MonthRates rates;
        month_rates_fill(&table, month_from_ym(2024, 3), &rates);
        cr_expect_eq(rates.changes[i], UINT32_C(1) << 15, "%s", rate_series[i].name);
        cr_expect(rates.on_day[i][14] == &rows[0] && rates.on_day[i][15] == &rows[1]);
    }
}

/* The rate tables with a row of one series cut in two: from the 16th of the month its value is another. */
static void rates_split(const RateTable *table, RateId id, Month month, RateRow *rows, RateTable *split) {
    Date change = {month_first(month).day + 15};
    memcpy(rows, table->rows, (size_t)table->count * sizeof *rows);
    *split = (RateTable){rows, table->count + 1};
    for (int32_t i = 0; i < table->count; i++) {
        if (rows[i].id == id && rows[i].first.day < change.day &&
            change.day <= date_or_last(rows[i].last).day) {
            rows[table->count] = rows[i];
            rows[i].last = (Date){change.day - 1};
        }
    }
    rows[table->count].first = change;
    rows[table->count].value_hundredths -= 100;
}

typedef struct {
    RateId id;
    TidligereYdelse tidligere;
    bool at_home, child;
} SplitCase;

/* Cuts a month of someone whose amount rests on the case's rate into segments. */
static void segments_make(const MonthLaw *law, const SplitCase *split, Segment segments[2]) {
    Deltager deltager = {.foedselsdato = date_from_ymd(2005, 1, 1), .doedsdato = DATE_NONE};
    Forloeb forloeb = {.tidligere_ydelse = split->tidligere,
                       .startdato = date_from_ymd(2024, 1, 1),
                       .slutdato = DATE_NONE,
                       .niveau_slutdato = DATE_LAST,
                       .ugebeloeb = {AMOUNT_MAX_OERE}};
    Periode home = {.art = PERIODE_HJEMMEBOENDE, .foerste_dag = {0}, .sidste_dag = DATE_NONE};
    Barn child = {.forhold = FORHOLD_BIDRAG,
                  .i_riget = true,
                  .foedselsdato = date_from_ymd(2024, 1, 1),
                  .forsoergelse_fra = DATE_NONE,
                  .forsoergelse_til = DATE_NONE};
    Facts facts = {.deltager = &deltager,
                   .forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = &home,
                   .perioder_count = split->at_home ? 1 : 0,
                   .boern = &child,
                   .boern_count = split->child ? 1 : 0};
    Result result = {0};
    Work work = {.law = law, .facts = &facts, .result = &result};
    active_days_fill(&facts, &law->policy, law->month, &work, &work.days);
    work.active_count = day_count(work.days.active);
    work.last_active = day_last(work.days.active);
    brutto_compute(&work);
    cr_expect_eq(work.segment_count, 2, "%s", rate_series[split->id].name);
    memcpy(segments, work.segment, 2 * sizeof *segments);
}

/* What lies behind the amount of a day may change inside a month: a segment begins there, and only there. */
Test(engine, a_rate_that_changes_inside_the_month_begins_a_segment) {
    static const SplitCase cases[] = {{RATE_SYGEDAGPENGE_MAX, TIDLIGERE_SYGEDAGPENGE, false, false},
                                      {RATE_LEDIGHEDSYDELSE_MAX, TIDLIGERE_LEDIGHEDSYDELSE, false, false},
                                      {RATE_YDELSE_IKKE, TIDLIGERE_INGEN, false, false},
                                      {RATE_YDELSE_FORS, TIDLIGERE_INGEN, false, true},
                                      {RATE_YDELSE_HJ25, TIDLIGERE_INGEN, true, false},
                                      {RATE_BIDRAGSTILLAEG, TIDLIGERE_INGEN, true, true}};
    Month month = month_from_ym(2025, 8);
    Policy policy = policy_default();
    RateSet set;
    Error error;
    cr_assert_eq(rate_set_load(NULL, &set, &error), STATUS_OK, "%s", error.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static RateRow rows[512];
        static MonthLaw law;
        RateTable split;
        Segment segment[2];
        rates_split(&set.table, cases[i].id, month, rows, &split);
        month_law_prepare(&split, &policy, month, &law);
        segments_make(&law, &cases[i], segment);
        cr_expect_eq(segment[1].first.day, month_first(month).day + 15);
        cr_expect_lt(segment[1].terms.base.oere + segment[1].terms.week.oere,
                     segment[0].terms.base.oere + segment[0].terms.week.oere);
    }
    rate_set_free(&set);
}

/* Two rows of the same series: one ends on the 10th, the other begins on the 8th and is open. */
Test(engine, of_overlapping_rates_the_first_counts_on_every_day) {
    RateRow rows[] = {
        {.id = RATE_FRIKORT, .first = date_from_ymd(2020, 1, 3), .last = date_from_ymd(2020, 1, 10)},
        {.id = RATE_FRIKORT, .first = date_from_ymd(2020, 1, 8), .last = DATE_NONE},
        {.id = RATE_TIMEFRADRAG, .first = date_from_ymd(2019, 1, 1), .last = date_from_ymd(2020, 1, 31)},
        {.id = RATE_FRIKORT, .first = date_from_ymd(2019, 1, 1), .last = date_from_ymd(2020, 1, 31)}};
    RateTable table = {rows, 3}; /* the fourth row does not belong to it */
    static MonthRates month;
    month_rates_fill(&table, month_from_ym(2020, 1), &month);
    cr_expect_eq(month.month.index, month_from_ym(2020, 1).index);
    for (int32_t d = 0; d < 31; d++) {
        const RateRow *expected = d < 2 ? NULL : d < 10 ? &rows[0] : &rows[1];
        cr_expect_eq(month.on_day[RATE_FRIKORT][d], expected, "day %d", d + 1);
        cr_expect_eq(month.on_day[RATE_TIMEFRADRAG][d], &rows[2], "day %d", d + 1);
        cr_expect_eq(rate_on(&table, RATE_FRIKORT, date_from_ymd(2020, 1, d + 1)), expected, "day %d", d + 1);
    }
    cr_expect_eq(month.changes[RATE_FRIKORT], UINT32_C(1) << 2 | UINT32_C(1) << 10);
    cr_expect_eq(month.changes[RATE_TIMEFRADRAG], 0);
    month_rates_fill(&table, month_from_ym(2020, 2), &month);
    cr_expect_eq(month.on_day[RATE_FRIKORT][28], &rows[1]);
    cr_expect_null(month.on_day[RATE_FRIKORT][29], "February 2020 has 29 days");
    cr_expect_null(month.on_day[RATE_TIMEFRADRAG][0]);
    cr_expect_eq(month.changes[RATE_FRIKORT], 0);
}

Test(engine, bytes_are_compared_and_the_shorter_text_comes_first) {
    static const char *const sorted[] = {"", "A", "AA", "AB", "B", "a", "\xc3\xa6"};
    int count = (int)(sizeof sorted / sizeof *sorted);
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            int order = text_compare(text_of(sorted[i]), text_of(sorted[j]));
            cr_expect_eq((order > 0) - (order < 0), (i > j) - (i < j), "'%s' '%s'", sorted[i], sorted[j]);
        }
    }
    cr_expect_eq(text_compare((Text){NULL, 0}, (Text){NULL, 0}), 0);
}

Test(engine, the_days_of_a_range_in_a_month) {
    Date first = date_from_ymd(2024, 2, 1);
    cr_expect_eq(day_mask(first, 29, (Date){first.day - 1}, (Date){first.day - 1}), 0);
    cr_expect_eq(day_mask(first, 29, (Date){DATE_MIN_DAY}, first), 1);
    cr_expect_eq(day_mask(first, 29, (Date){first.day + 28}, DATE_LAST), UINT32_C(1) << 28);
    cr_expect_eq(day_mask(first, 29, (Date){first.day + 29}, DATE_LAST), 0);
    cr_expect_eq(day_mask(first, 29, (Date){first.day + 5}, (Date){first.day + 4}), 0);
    cr_expect_eq(day_mask(first, 31, first, DATE_LAST), UINT32_C(0x7FFFFFFF));
    cr_expect_eq(day_mask(first, 29, first, (Date){first.day + 28}), UINT32_C(0x1FFFFFFF));
    cr_expect_eq(day_mask(first, 29, first, (Date){first.day + 29}), UINT32_C(0x1FFFFFFF),
                 "the 1st of March");
}

Test(engine, names_of_outcomes_and_severities) {
    static const char *const outcomes[] = {"INTET", "BETALES", "NUL", "FOERTIDSPENSION", "TILBAGEHOLDT"};
    for (int i = 0; i < 5; i++) {
        cr_expect_str_eq(udfald_name((Udfald)i), outcomes[i]);
    }
    static const char *const severities[] = {"info", "warning", "held", "reject"};
    for (int i = 0; i < 4; i++) {
        cr_expect_str_eq(severity_name((Severity)i), severities[i]);
    }
}

Test(engine, every_code_and_every_amount_is_printed_in_its_place) {
    Result result = {
        .cpr = {6101801234}, .month = month_from_ym(2024, 12), .udfald = UDFALD_NUL, .aktive_dage = 10};
    char expected[RESULT_LINE_SIZE] = "6101801234;2024-12;NUL;10", line[RESULT_LINE_SIZE], part[64];
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        result.amount[i].oere = 100 * i + i;
        snprintf(part, sizeof part, ";%d,%02d", i, i);
        strcat(expected, part);
    }
    strcat(expected, ";");
    const char *comma = "";
    for (int i = 0; i < FINDING_COUNT; i++) {
        finding_set_add(&result.findings, (FindingCode)i);
        cr_expect(finding_set_has(&result.findings, (FindingCode)i));
        if (finding_table[i].severity != SEVERITY_INFO) {
            strcat(expected, comma);
            strcat(expected, finding_table[i].code);
            comma = ",";
        }
    }
    strcat(expected, "\n");
    cr_expect_eq((size_t)result_format(&result, line), strlen(expected));
    cr_expect_str_eq(line, expected);
    result.aktive_dage = 9;
    result_format(&result, line);
    cr_expect_eq(strncmp(line, "6101801234;2024-12;NUL;9;0,00;", 30), 0, "%s", line);
}

Test(engine, every_percentage_is_read_and_written) {
    Policy policy = policy_default();
    char text[POLICY_TEXT_SIZE], expected[POLICY_TEXT_SIZE];
    for (int i = 0; i <= 100; i++) {
        snprintf(expected, sizeof expected, "%d", i);
        cr_expect_eq(policy_set(&policy, "modregning_pct", expected), POLICY_SET);
        cr_expect_eq(policy.value[POLICY_MODREGNING_PCT], i);
        policy_value_text(&policy, POLICY_MODREGNING_PCT, text);
        cr_expect_str_eq(text, expected);
    }
}

Test(engine, the_banks_are_closed_around_easter_in_every_readable_year) {
    static const int32_t closed[] = {-3, -2, 1, 39, 40, 50};
    for (int32_t year = 1800; year <= 9999; year++) {
        for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
            Date day = {easter_sunday(year).day + closed[i]};
            cr_expect(!bankday_is(day), "%d days from Easter %d", closed[i], year);
        }
        cr_expect_eq(bankday_is((Date){easter_sunday(year).day + 26}), year > 2023, "Great Prayer Day %d",
                     year);
    }
}

Test(engine, amounts_are_read_up_to_the_limit) {
    static const struct {
        const char *text;
        int64_t oere; /* -1: refused */
    } cases[] = {
        {"9999999999,99", AMOUNT_MAX_OERE}, {"10000000000", -1},        {"10000000000,00", -1},
        {"9999999999", 999999999900},       {"999999999999", -1},       {"999999999998", -1},
        {"99999999999999999999", -1},       {"0000000000000000,01", 1}, {"9999999999,9", 999999999990},
        {"00000000000000000012", 1200},     {"99999999999999999", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Money amount = {-1};
        cr_expect_eq(money_parse(cases[i].text, (uint32_t)strlen(cases[i].text), ',', &amount),
                     cases[i].oere >= 0);
        cr_expect_eq(amount.oere, cases[i].oere, "%s", cases[i].text);
    }
}

Test(engine, no_value_is_taken_from_the_next_policy) {
    Policy policy = policy_default();
    for (int k = 0; k + 1 < POLICY_COUNT; k++) {
        cr_expect_eq(policy_set(&policy, policy_table[k].key, policy_table[k + 1].key), POLICY_UNKNOWN_VALUE);
    }
}

Test(engine, signs_beside_the_digits_are_no_digits_and_both_hyphens_are_needed) {
    static const char *const bad[] = {"2024-01-0:", "2024-01-2/", "2024-0:-01", "202:-01-01",
                                      "2024-1/-01", "2024-01/01", "2024/01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Date date;
        Month month;
        cr_expect(!date_parse(bad[i], 10, &date), "%s", bad[i]);
        cr_expect(i < 2 || i > 4 || !month_parse(bad[i], 7, &month), "%s", bad[i]);
    }
}

/* Is someone born on the day told, in a month, of having reached folkepension age? There are no rates so far ahead. */
static bool told_of_pension(Date born, Month month) {
    static MonthLaw law;
    RateTable none = {NULL, 0};
    Policy policy = policy_default();
    month_law_prepare(&none, &policy, month, &law);
    Deltager deltager = {.foedselsdato = born, .doedsdato = DATE_NONE};
    Forloeb forloeb = {.startdato = date_from_ymd(2013, 1, 1),
                       .bevilget_dato = date_from_ymd(2013, 1, 1),
                       .slutdato = DATE_NONE,
                       .niveau_slutdato = DATE_NONE,
                       .ugebeloeb = MONEY_NONE};
    Facts facts = {.deltager = &deltager, .forloeb = &forloeb, .forloeb_count = 1};
    Result result;
    calc_month(&law, &facts, NULL, &result);
    return finding_set_has(&result.findings, FINDING_FOLKEPENSIONSALDER);
}

Test(engine, folkepension_age_by_date_of_birth) {
    static const struct {
        int32_t year, month, half_years; /* of those born from the first of the month on */
    } ages[] = {{1953, 1, 130}, {1954, 1, 131}, {1954, 7, 132}, {1955, 1, 133},
                {1955, 7, 134}, {1963, 1, 136}, {1967, 1, 138}, {1971, 1, 140}};
    int count = (int)(sizeof ages / sizeof *ages);
    for (int i = 0; i < count; i++) {
        Date from = date_from_ymd(ages[i].year, ages[i].month, 1);
        Date until = i + 1 == count ? date_from_ymd(1999, 12, 1)
                                    : (Date){date_from_ymd(ages[i + 1].year, ages[i + 1].month, 1).day - 1};
        Date births[] = {from, until};
        for (int b = 0; b < 2; b++) {
            Month reached = month_of(date_add_months(births[b], ages[i].half_years * 6));
            cr_expect(told_of_pension(births[b], reached), "%d-%02d", ages[i].year, ages[i].month);
            cr_expect(!told_of_pension(births[b], (Month){reached.index - 1}), "%d-%02d", ages[i].year,
                      ages[i].month);
        }
    }
}

/* Easter by another way than the engine's (Oudin, 1940). */
static Date easter_by_oudin(int32_t year) {
    int32_t century = year / 100, golden = year % 19;
    int32_t h = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    int32_t i = h - h / 28 * (1 - 29 / (h + 1) * ((21 - golden) / 11));
    int32_t j = (year + year / 4 + i + 2 - century + century / 4) % 7;
    int32_t month = 3 + (i - j + 40) / 44;
    return date_from_ymd(year, month, i - j + 28 - 31 * (month / 4));
}

Test(engine, easter_is_the_same_by_another_way) {
    for (int32_t year = 1800; year <= 9999; year++) {
        cr_expect_eq(easter_sunday(year).day, easter_by_oudin(year).day, "%d", year);
    }
}

/* The calendar is asked only near the day: what is said without it is what it would say, for every start and month. */
Test(engine, days_after_an_anniversary_are_those_of_the_calendar) {
    static const int32_t ages[] = {0, 1, 11, 12, 24, 36, 60, 216, 300, 780, 786, 840};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        for (int32_t day = -366; day <= 2 * 1461; day++) {
            const Date start = {day};
            const Date from = date_add_months(start, ages[i]);
            for (int32_t off = -2; off <= 2; off++) {
                const Month month = {month_of(from).index + off};
                const Date first = month_first(month);
                const int32_t length = month_days(month);
                if (day_mask_after(first, length, start, ages[i]) !=
                    day_mask(first, length, from, DATE_LAST)) {
                    cr_expect(false, "%d months after day %d", ages[i], day);
                }
            }
        }
    }
}

/* The last day before each scheme is held and the next is not; no command computes a month of RF before 2013. */
Test(engine, a_day_before_the_scheme_is_held) {
    static MonthLaw law;
    law.policy = policy_default();
    Deltager deltager = {.foedselsdato = date_from_ymd(1980, 1, 1), .doedsdato = DATE_NONE};
    const Date last[] = {
        [ORDNING_RF] = date_from_ymd(2012, 12, 31), [ORDNING_JA] = date_from_ymd(2014, 6, 30)};
    for (int i = 0; i < 4; i++) {
        Date day = {last[i / 2].day + i % 2};
        Forloeb forloeb = {
            .ordning = (Ordning)(i / 2), .startdato = day, .slutdato = day, .bevilget_dato = day};
        Facts facts = {.deltager = &deltager, .forloeb = &forloeb, .forloeb_count = 1};
        Result result = {0};
        month_law_begin(&law, month_of(day));
        Work work = {.law = &law, .facts = &facts, .result = &result};
        active_days_fill(&facts, &law.policy, law.month, &work, &work.days);
        cr_expect_eq(work.held, i % 2 == 0, "case %d", i);
    }
}

/* Bytes behind the shorter text are not looked at. */
Test(engine, texts_are_ordered_as_bytes_the_shorter_first) {
    static const struct {
        Text a, b;
        int sign;
    } cases[] = {{{"az", 1}, {"ab", 2}, -1}, {{"ab", 2}, {"az", 1}, 1}, {{"a", 1}, {"b", 1}, -1},
                 {{"ab", 2}, {"ab", 2}, 0},  {{"", 0}, {"a", 1}, -1},   {{"\xc3", 1}, {"z", 1}, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int order = text_compare(cases[i].a, cases[i].b);
        cr_expect_eq((order > 0) - (order < 0), cases[i].sign, "case %zu", i);
    }
}
