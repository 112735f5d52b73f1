/* What is carried from one month to another while a difference is split: which rows, for which days. */
#include <criterion/criterion.h>

#include "engine/cause_carry.h"

static Date day(int32_t year, int32_t month, int32_t of_month) {
    return date_from_ymd(year, month, of_month);
}

/* From July 2024, active from the 5th to the 25th, to August, which is as long. */
static Carry july_to_august(void) {
    return (Carry){.from = month_from_ym(2024, 7),
                   .to = month_from_ym(2024, 8),
                   .first_active = day(2024, 7, 5),
                   .last_active = day(2024, 7, 25),
                   .holiday_days = {0, 1}};
}

static void expect_range(int32_t first, int32_t last, int32_t carried_first, int32_t carried_last) {
    const Carry carry = july_to_august();
    Date from = day(2024, 7, first), until = day(2024, 7, last);
    cr_assert(carry_range(&carry, &from, &until), "%d-%d", first, last);
    cr_expect_eq(from.day, day(2024, 8, carried_first).day, "%d-%d", first, last);
    cr_expect_eq(until.day, day(2024, 8, carried_last).day, "%d-%d", first, last);
}

/* What holds on the first active day held from the first of the month, what holds on the last one to its end. */
Test(cause_carry, days_move_and_the_outermost_active_ones_reach_the_ends) {
    const Carry carry = july_to_august();
    expect_range(6, 24, 6, 24);
    expect_range(1, 5, 1, 5);
    expect_range(5, 24, 1, 24);
    expect_range(25, 25, 25, 31);
    expect_range(6, 31, 6, 31);
    Date first = day(2024, 7, 1), last = day(2024, 7, 4);
    cr_expect_not(carry_range(&carry, &first, &last));
    first = day(2024, 7, 26);
    last = DATE_LAST;
    cr_expect_not(carry_range(&carry, &first, &last));
}

Test(cause_carry, a_last_day_stays_on_its_side_of_the_month) {
    const Carry carry = july_to_august();
    cr_expect_eq(carry_last_day(&carry, day(2024, 7, 4)).day, day(2024, 7, 4).day);
    cr_expect_eq(carry_last_day(&carry, day(2024, 7, 5)).day, day(2024, 8, 5).day);
    cr_expect_eq(carry_last_day(&carry, day(2024, 7, 24)).day, day(2024, 8, 24).day);
    cr_expect_eq(carry_last_day(&carry, day(2024, 7, 25)).day, day(2024, 8, 31).day);
    cr_expect_eq(carry_last_day(&carry, day(2025, 1, 1)).day, day(2025, 1, 1).day);
    Carry shorter = carry; /* to February: the 30th is not in it */
    shorter.to = month_from_ym(2025, 2);
    shorter.last_active = day(2024, 7, 31);
    cr_expect_eq(carry_last_day(&shorter, day(2024, 7, 30)).day, day(2025, 2, 28).day);
    cr_expect_eq(carry_last_day(&shorter, day(2024, 7, 31)).day, day(2025, 2, 28).day);
    Carry back = carry;
    back.to = month_from_ym(2024, 6); /* over before the first active day, and still over in June */
    cr_expect_eq(carry_last_day(&back, day(2024, 7, 4)).day, day(2024, 5, 31).day);
}

static Periode period(PeriodeArt art, Date first, Date last) {
    return (Periode){.art = art, .foerste_dag = first, .sidste_dag = last, .beloeb = MONEY_NONE};
}

/* Living at home counts to the day before the 25th birthday; what does not touch an active day is left out. */
Test(cause_carry, only_periods_on_active_days_are_carried) {
    const Carry carry = july_to_august();
    const Deltager deltager = {.foedselsdato = day(1999, 7, 15), .doedsdato = DATE_NONE};
    const Periode perioder[] = {
        period(PERIODE_HJEMMEBOENDE, day(2024, 7, 26), DATE_NONE),
        period(PERIODE_HJEMMEBOENDE, day(2024, 7, 10), DATE_NONE),
        period(PERIODE_MINDSTESATS, day(2024, 7, 1), day(2024, 7, 4)),
        period(PERIODE_SELVSTAENDIG_HALV, day(2024, 7, 20), DATE_NONE),
    };
    const Facts facts = {.deltager = &deltager, .perioder = perioder, .perioder_count = 4};
    Periode rows[4];
    cr_assert_eq(carry_at_home(&carry, &facts, rows), 1);
    cr_expect_eq(rows[0].art, PERIODE_HJEMMEBOENDE);
    cr_expect_eq(rows[0].foerste_dag.day, day(2024, 8, 10).day);
    cr_expect_eq(rows[0].sidste_dag.day, day(2024, 8, 14).day);
    cr_assert_eq(carry_reductions(&carry, &facts, rows), 1);
    cr_expect_eq(rows[0].art, PERIODE_SELVSTAENDIG_HALV);
    cr_expect_eq(rows[0].foerste_dag.day, day(2024, 8, 20).day);
    cr_expect_eq(rows[0].sidste_dag.day, day(2024, 8, 31).day);
}

/* Every row stands behind the one before it. */
Test(cause_carry, two_periods_at_home_are_two_rows) {
    const Carry carry = july_to_august();
    const Deltager deltager = {.foedselsdato = day(2002, 1, 1), .doedsdato = DATE_NONE};
    const Periode perioder[] = {
        period(PERIODE_HJEMMEBOENDE, day(2024, 7, 6), day(2024, 7, 8)),
        period(PERIODE_HJEMMEBOENDE, day(2024, 7, 10), day(2024, 7, 12)),
        period(PERIODE_HJEMMEBOENDE, day(2024, 7, 14), day(2024, 7, 16)),
    };
    const Facts facts = {.deltager = &deltager, .perioder = perioder, .perioder_count = 3};
    Periode rows[3];
    cr_assert_eq(carry_at_home(&carry, &facts, rows), 3);
    for (int32_t i = 0; i < 3; i++)
        cr_expect_eq(rows[i].foerste_dag.day, day(2024, 8, 6 + 4 * i).day, "row %d", i);
}

/* The card that is in force on the last day is the one that is carried, also one that began within the month. */
Test(cause_carry, the_tax_card_of_the_last_day_is_carried) {
    const Carry carry = july_to_august();
    const Skattekort cards[] = {
        {.foerste_dag = day(2024, 1, 1), .sidste_dag = day(2024, 7, 14)},
        {.foerste_dag = day(2024, 7, 15), .sidste_dag = DATE_NONE},
        {.foerste_dag = day(2024, 7, 31), .sidste_dag = day(2024, 7, 31)},
        {.foerste_dag = day(2024, 8, 1), .sidste_dag = DATE_NONE},
    };
    const Facts facts = {.skattekort = cards, .skattekort_count = 4};
    Skattekort rows[4];
    cr_assert_eq(carry_tax_cards(&carry, &facts, rows), 2);
    cr_expect_eq(rows[0].foerste_dag.day, day(2024, 7, 15).day);
    cr_expect_eq(rows[1].foerste_dag.day, day(2024, 7, 31).day);
    cr_expect_not(date_given(rows[1].sidste_dag));
}

static void expect_row(const Indkomst *row, Klasse klasse, int64_t oere, int64_t hours_hundredths) {
    cr_expect_eq(row->klasse, klasse);
    cr_expect_eq(row->felt_0013.oere, oere, "%d: %lld", (int)klasse, (long long)row->felt_0013.oere);
    cr_expect_eq(row->felt_0200_hundredths, hours_hundredths);
    cr_expect_not(date_given(row->loenperiode_start) || date_given(row->loenperiode_slut));
    cr_expect_eq(row->dispositionsdato.day, day(2024, 8, 31).day);
}

/* A row for each sum that there is, with hours only for pay in offers, which counts by them. */
Test(cause_carry, sums_of_income_are_carried_as_rows_of_their_class) {
    Carry carry = july_to_august();
    Indkomst rows[CARRY_INCOME_ROWS_MAX];
    cr_expect_eq(carry_wage(&carry, rows), 0);
    cr_expect_eq(carry_other_income(&carry, rows), 0);
    carry.income = (IncomeSums){.loen = {1},
                                .sygdom = {-2},
                                .tilbud = {3},
                                .timer_hundredths = 50,
                                .fleks = {4},
                                .overskud = {-5},
                                .anden = {6}};
    cr_assert_eq(carry_wage(&carry, rows), 3);
    expect_row(&rows[0], KLASSE_LOEN, 1, 0);
    expect_row(&rows[1], KLASSE_LOEN_SYGDOM, -2, 0);
    expect_row(&rows[2], KLASSE_TILBUD, 3, 50);
    cr_assert_eq(carry_other_income(&carry, rows), 3);
    expect_row(&rows[0], KLASSE_FLEKSTILSKUD, 4, 0);
    expect_row(&rows[1], KLASSE_OVERSKUD, -5, 0);
    expect_row(&rows[2], KLASSE_ANDEN, 6, 0);
    /* Income beyond the frikort is wage; what is below 0 without it counts as 0. */
    carry.frikort_wage.oere = 7;
    cr_assert_eq(carry_wage(&carry, rows), 3);
    expect_row(&rows[0], KLASSE_LOEN, 8, 0);
    carry.income.loen.oere = -9;
    cr_assert_eq(carry_wage(&carry, rows), 3);
    expect_row(&rows[0], KLASSE_LOEN, 7, 0);
    carry.frikort_wage.oere = 0;
    cr_assert_eq(carry_wage(&carry, rows), 3);
    expect_row(&rows[0], KLASSE_LOEN, -9, 0);
    /* Hours without pay are carried, too. */
    carry.income = (IncomeSums){.timer_hundredths = 50};
    cr_assert_eq(carry_wage(&carry, rows), 1);
    expect_row(&rows[0], KLASSE_TILBUD, 0, 50);
}

/* Carried holiday under one course; its rows, the amount first. */
static int32_t carry_held(Money amount, HolidayDays days, Date first, Date last, Feriepenge *rows) {
    Carry carry = july_to_august();
    carry.holiday = amount;
    carry.holiday_days = days;
    const Forloeb forloeb = {.startdato = first, .slutdato = last};
    const Deltager deltager = {.doedsdato = DATE_NONE};
    const Facts courses = {.deltager = &deltager, .forloeb = &forloeb, .forloeb_count = 1};
    return carry_holiday(&carry, &courses, rows);
}

Test(cause_carry, holiday_pay_is_carried_to_the_oere) {
    Feriepenge rows[CARRY_HOLIDAY_ROWS_MAX];
    const HolidayDays third = {1, 3};
    cr_expect_eq(carry_held((Money){0}, third, day(2024, 1, 1), DATE_NONE, rows), 0);
    for (int64_t oere = 1; oere <= 2; oere++) {
        cr_assert_eq(carry_held((Money){oere}, third, day(2024, 1, 1), DATE_NONE, rows), 2);
        cr_expect_eq(rows[0].beloeb_brutto.oere, oere);
        cr_expect_eq(rows[0].foerste_feriedag.day, day(2024, 8, 30).day, "the last weekday");
        cr_expect_eq(rows[0].sidste_feriedag.day, day(2024, 8, 30).day);
        cr_expect_eq(rows[0].antal_feriedage_hundredths, 0);
        cr_expect_eq(rows[1].beloeb_brutto.oere, 0);
    }
    /* A day of a holiday of three weekdays: Friday, Monday, Tuesday. */
    cr_expect_eq(rows[1].antal_feriedage_hundredths, 100);
    cr_expect_eq(rows[1].sidste_feriedag.day, day(2024, 9, 3).day);
    /* From a Wednesday: to the Friday. */
    cr_assert_eq(carry_held((Money){1}, third, day(2024, 1, 1), day(2024, 8, 28), rows), 2);
    cr_expect_eq(rows[1].sidste_feriedag.day, day(2024, 8, 30).day);
}

/* Without a course in the month the last day of it stands for the holiday, its days in hundredths. */
Test(cause_carry, holiday_pay_of_a_month_without_a_course_lies_on_its_last_day) {
    Feriepenge rows[CARRY_HOLIDAY_ROWS_MAX];
    cr_assert_eq(carry_held((Money){100}, (HolidayDays){1, 3}, day(2025, 1, 1), DATE_NONE, rows), 2);
    cr_expect_eq(rows[0].foerste_feriedag.day, day(2024, 8, 31).day);
    cr_expect_eq(rows[1].antal_feriedage_hundredths, 33);
}

/* Where no weekday is covered, or the fraction is too long, the days are rounded to hundredths. */
Test(cause_carry, days_of_holiday_are_exact_where_they_can_be) {
    Feriepenge rows[CARRY_HOLIDAY_ROWS_MAX];
    const Date saturday = day(2024, 8, 17), sunday = day(2024, 8, 18);
    const Money amount = {100};
    cr_assert_eq(carry_held(amount, (HolidayDays){1, 3}, saturday, sunday, rows), 2);
    cr_expect_eq(rows[1].antal_feriedage_hundredths, 33);
    cr_expect_eq(rows[1].foerste_feriedag.day, sunday.day);
    cr_expect_eq(rows[1].sidste_feriedag.day, sunday.day);
    const Wide most = 1000000000000;
    const struct {
        HolidayDays days;
        bool exact;
    } cases[] = {{{1, 100000}, true},    {{1, 100001}, false}, {{most, 1}, true},
                 {{most + 1, 2}, false}, {{-most, 1}, true},   {{-most - 1, 2}, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const HolidayDays days = cases[i].days;
        cr_assert_eq(carry_held(amount, days, day(2024, 1, 1), DATE_NONE, rows), 2);
        const Wide hundredths = cases[i].exact ? days.numerator * 100
                                               : money_round(days.numerator * 100, days.denominator, 1).oere;
        cr_expect_eq(rows[1].antal_feriedage_hundredths, (int64_t)hundredths, "case %zu", i);
        const int32_t length = cases[i].exact ? (int32_t)days.denominator : 1;
        cr_expect_eq(date_weekdays(rows[1].foerste_feriedag, rows[1].sidste_feriedag), length, "case %zu", i);
    }
}
