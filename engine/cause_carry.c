#include "engine/cause_carry.h"

/* Beyond these a number of holiday days is carried in whole hundredths: an øre may change its cause. */
#define DAYS_DENOMINATOR_MAX 100000
#define DAYS_NUMERATOR_MAX INT64_C(1000000000000)

void carry_begin(Work *work, Month to, Carry *carry) {
    const DayMask days = work->days.active != 0 ? work->days.active : work->days.covered;
    *carry = (Carry){.from = work->law->month, .to = to};
    carry->first_active = (Date){work->days.first.day + day_first(days)};
    carry->last_active = (Date){work->days.first.day + day_last(days)};
    income_sums(work, &work->days, false, &carry->income);
    const Money frikort = money_floor_zero(carry->income.frikort);
    carry->frikort_wage = money_subtract(frikort, frikort_free(work, frikort));
    carry->supplements = ferie_paid_out(work);
    (void)ferie_held(work, &carry->holiday, &carry->holiday_days);
}

/* The same day of the month; it may lie beyond the month's end. */
static Date same_day(const Carry *carry, Date date) {
    return (Date){month_first(carry->to).day + (date.day - month_first(carry->from).day)};
}

bool carry_range(const Carry *carry, Date *first, Date *last) {
    const Date month_end = month_last(carry->to);
    if (last->day < carry->first_active.day || first->day > carry->last_active.day) {
        return false;
    }
    *first = first->day <= carry->first_active.day ? month_first(carry->to) : same_day(carry, *first);
    *last = last->day >= carry->last_active.day ? month_end : date_min(same_day(carry, *last), month_end);
    return first->day <= last->day;
}

Date carry_last_day(const Carry *carry, Date last) {
    const Date month_end = month_last(carry->to);
    if (last.day >= carry->last_active.day) {
        return date_max(last, month_end);
    }
    if (last.day < carry->first_active.day) {
        return date_min(last, (Date){month_first(carry->to).day - 1});
    }
    return date_min(same_day(carry, last), month_end);
}

int32_t carry_boern(const Carry *carry, const Facts *facts, Barn *rows) {
    int32_t count = 0;
    for (int32_t i = 0; i < facts->boern_count; i++) {
        Barn row = facts->boern[i];
        const Date last_under_18 = {date_birthday(row.foedselsdato, 18).day - 1};
        Date first = row.foedselsdato;
        Date last = date_min(date_or_last(row.forsoergelse_til), last_under_18);
        if (date_given(row.forsoergelse_fra)) {
            first = date_max(first, row.forsoergelse_fra);
        }
        if (row.i_riget && carry_range(carry, &first, &last)) {
            row.foedselsdato = row.forsoergelse_fra = first;
            row.forsoergelse_til = last;
            rows[count++] = row;
        }
    }
    return count;
}

static int32_t carry_periode(const Carry *carry, Periode row, Date last, Periode *rows) {
    if (!carry_range(carry, &row.foerste_dag, &last)) {
        return 0;
    }
    row.sidste_dag = last;
    *rows = row;
    return 1;
}

int32_t carry_at_home(const Carry *carry, const Facts *facts, Periode *rows) {
    const Date last_under_25 = {date_birthday(facts->deltager->foedselsdato, 25).day - 1};
    int32_t count = 0;
    for (int32_t i = 0; i < facts->perioder_count; i++) {
        const Periode *row = &facts->perioder[i];
        if (row->art == PERIODE_HJEMMEBOENDE) {
            count += carry_periode(carry, *row, date_min(date_or_last(row->sidste_dag), last_under_25),
                                   rows + count);
        }
    }
    return count;
}

int32_t carry_reductions(const Carry *carry, const Facts *facts, Periode *rows) {
    int32_t count = 0;
    for (int32_t i = 0; i < facts->perioder_count; i++) {
        const Periode *row = &facts->perioder[i];
        if (row->art == PERIODE_SELVSTAENDIG_KVART || row->art == PERIODE_SELVSTAENDIG_HALV ||
            row->art == PERIODE_MINDSTESATS) {
            count += carry_periode(carry, *row, date_or_last(row->sidste_dag), rows + count);
        }
    }
    return count;
}

/* A sum as a row of its class without a pay period, so that the whole of it counts; paid on the last day, so that
 * no course begins later. */
static int32_t income_row(const Carry *carry, Klasse klasse, Money amount, int64_t hours_hundredths,
                          Indkomst *row) {
    if (amount.oere == 0 && hours_hundredths == 0) {
        return 0;
    }
    *row = (Indkomst){.klasse = klasse,
                      .loenperiode_start = DATE_NONE,
                      .loenperiode_slut = DATE_NONE,
                      .dispositionsdato = month_last(carry->to),
                      .felt_0013 = amount,
                      .felt_0200_hundredths = hours_hundredths};
    return 1;
}

int32_t carry_wage(const Carry *carry, Indkomst rows[CARRY_INCOME_ROWS_MAX]) {
    const IncomeSums *income = &carry->income;
    Money wage = income->loen;
    int32_t count = 0;
    if (carry->frikort_wage.oere > 0) { /* a negative sum of wages counts as 0 before it is added */
        wage = money_add(money_floor_zero(wage), carry->frikort_wage);
    }
    count += income_row(carry, KLASSE_LOEN, wage, 0, rows + count);
    count += income_row(carry, KLASSE_LOEN_SYGDOM, income->sygdom, 0, rows + count);
    count += income_row(carry, KLASSE_TILBUD, income->tilbud, income->timer_hundredths, rows + count);
    return count;
}

int32_t carry_other_income(const Carry *carry, Indkomst rows[CARRY_INCOME_ROWS_MAX]) {
    const IncomeSums *income = &carry->income;
    int32_t count = 0;
    count += income_row(carry, KLASSE_FLEKSTILSKUD, income->fleks, 0, rows + count);
    count += income_row(carry, KLASSE_OVERSKUD, income->overskud, 0, rows + count);
    count += income_row(carry, KLASSE_ANDEN, income->anden, 0, rows + count);
    return count;
}

/* The last day of the month that a course covers, a weekday where there is one. */
static Date course_day(const Facts *courses, Month month, bool *weekday) {
    for (int32_t only_weekdays = 1; only_weekdays >= 0; only_weekdays--) {
        for (Date day = month_last(month); day.day >= month_first(month).day; day.day--) {
            if (course_days(courses, day, day, only_weekdays == 1) == 1) {
                *weekday = only_weekdays == 1;
                return day;
            }
        }
    }
    *weekday = false;
    return month_last(month);
}

/* The last of `weekdays` weekdays that begin on a weekday. */
static Date weekdays_after(Date first, int32_t weekdays) {
    Date last = {first.day + (weekdays - 1) / 5 * 7};
    for (int32_t rest = (weekdays - 1) % 5; rest > 0; rest--) {
        do {
            last.day++;
        } while (date_weekday(last) > 4);
    }
    return last;
}

/* The days of holiday, exact: a holiday of `denominator` weekdays of which one, the first, lies in the month. */
static void holiday_days_encode(HolidayDays days, bool weekday, Feriepenge *row) {
    const bool exact = weekday && days.denominator <= DAYS_DENOMINATOR_MAX &&
                       days.numerator <= DAYS_NUMERATOR_MAX && days.numerator >= -DAYS_NUMERATOR_MAX;
    if (exact) {
        row->antal_feriedage_hundredths = (int64_t)days.numerator * 100;
        row->sidste_feriedag = weekdays_after(row->foerste_feriedag, (int32_t)days.denominator);
    } else {
        row->antal_feriedage_hundredths = money_round(days.numerator * 100, days.denominator, 1).oere;
    }
}

int32_t carry_holiday(const Carry *carry, const Facts *courses, Feriepenge rows[CARRY_HOLIDAY_ROWS_MAX]) {
    int32_t count = 0;
    bool weekday;
    const Date day = course_day(courses, carry->to, &weekday);
    if (carry->supplements.oere != 0) {
        rows[count++] = (Feriepenge){.art = FERIE_FT,
                                     .foerste_feriedag = DATE_NONE,
                                     .sidste_feriedag = DATE_NONE,
                                     .beloeb_brutto = carry->supplements,
                                     .udbetalingsdato = month_last(carry->to)};
    }
    if (carry->holiday.oere != 0) {
        const Feriepenge held = {.art = FERIE_FG,
                                 .udbetalingstype = UDBETALING_UDB1,
                                 .foerste_feriedag = day,
                                 .sidste_feriedag = day,
                                 .udbetalingsdato = month_last(carry->to)};
        rows[count] = held;
        rows[count++].beloeb_brutto = carry->holiday;
        rows[count] = held;
        holiday_days_encode(carry->holiday_days, weekday, &rows[count++]);
    }
    return count;
}

#define MONTHS_TO_ACT 3 /* as in sanktion.c: later than that a sanction does not count */

int32_t carry_sanctions(const Carry *carry, const Facts *facts, Sanktion *rows) {
    int32_t count = 0;
    for (int32_t i = 0; i < facts->sanktioner_count; i++) {
        Sanktion row = facts->sanktioner[i];
        if (row.art == SANKTION_TREDJEDEL) {
            if (carry_range(carry, &row.foerste_dag, &row.sidste_dag)) {
                rows[count++] = row;
            }
            continue;
        }
        const int32_t later = row.virkningsmaaned.index - month_of(row.haendelsesdato).index;
        if (row.virkningsmaaned.index == carry->from.index && later >= 0 && later <= MONTHS_TO_ACT) {
            row.virkningsmaaned = carry->to;
            row.haendelsesdato = month_first(carry->to);
            rows[count++] = row;
        }
    }
    return count;
}

int32_t carry_tax_cards(const Carry *carry, const Facts *facts, Skattekort *rows) {
    const Date from_end = month_last(carry->from);
    int32_t count = 0;
    for (int32_t i = 0; i < facts->skattekort_count; i++) {
        Skattekort row = facts->skattekort[i];
        if (row.foerste_dag.day <= from_end.day && from_end.day <= date_or_last(row.sidste_dag).day) {
            row.foerste_dag = date_min(row.foerste_dag, month_last(carry->to));
            row.sidste_dag = DATE_NONE;
            rows[count++] = row;
        }
    }
    return count;
}
