/* Holiday pay (LAS § 68 a, § 69 j(12)-(13); law section 5): supplements are wage when they are paid out,
 * holiday pay is deducted when the holiday is held, at most in the benefit of its days. */
#include "engine/work.h"

#include "engine/bankday.h"

#define DAYS_DENOMINATOR_MAX ((Wide)1000000000000000)  /* 10^15 */
#define DAYS_NUMERATOR_MAX ((Wide)1000000000000000000) /* 10^18 */

static Wide common_divisor(Wide a, Wide b) {
    while (b != 0) {
        Wide rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* False when the sum is beyond the limits: so many different holidays do not fit one person's month. */
static bool days_add(HolidayDays *sum, Wide numerator, Wide denominator) {
    Wide divisor = common_divisor(numerator, denominator);
    numerator /= divisor;
    denominator /= divisor;
    Wide shared = common_divisor(sum->denominator, denominator);
    Wide factor = denominator / shared;
    if (sum->denominator * factor > DAYS_DENOMINATOR_MAX) {
        return false;
    }
    Wide total = sum->numerator * factor + numerator * (sum->denominator / shared);
    if (total > DAYS_NUMERATOR_MAX || total < -DAYS_NUMERATOR_MAX) {
        return false;
    }
    sum->numerator = total;
    sum->denominator *= factor;
    return true;
}

static bool in_month(const Work *work, Date day) {
    return work_mask(work, day, day) != 0;
}

Money ferie_paid_out(Work *work) {
    Money sum = MONEY_ZERO;
    for (int32_t i = 0; i < work->facts->feriepenge_count; i++) {
        const Feriepenge *row = &work->facts->feriepenge[i];
        bool supplement = row->art == FERIE_FT || row->art == FERIE_FF;
        if (!supplement || row->ferieaar == FERIEAAR_INDEFROSSET || !in_month(work, row->udbetalingsdato)) {
            continue;
        }
        sum = money_add(sum, row->beloeb_brutto);
        if (work_is_traced(work)) {
            work_step(work, &(Step){.rule = RULE_FERIE_TILLAEG,
                                    .note = row->art == FERIE_FT ? "FT" : "FF",
                                    .amount = row->beloeb_brutto,
                                    .first = row->udbetalingsdato,
                                    .last = row->udbetalingsdato,
                                    .row = &row->source});
        }
    }
    return sum;
}

/* Five holiday days a week, fewer where public holidays lie in it: does the number fit the dates? */
static void days_findings(Work *work, const Feriepenge *row, int32_t weekdays) {
    int64_t days = row->antal_feriedage_hundredths < 0 ? -row->antal_feriedage_hundredths
                                                       : row->antal_feriedage_hundredths;
    if (days == (int64_t)weekdays * 100) {
        return; /* it fits, whatever lies in it */
    }
    int32_t holidays = 0;
    Date last = row->sidste_feriedag;
    /* Beyond a year nothing fits that is not the plain number of weekdays. */
    if (date_count(row->foerste_feriedag, last) <= 366) {
        for (Date day = row->foerste_feriedag; day.day <= last.day; day.day++) {
            holidays += date_weekday(day) < 5 && !bankday_is(day) ? 1 : 0;
        }
    }
    if (days > (int64_t)weekdays * 100 || days < (int64_t)(weekdays - holidays) * 100) {
        work_finding(work, FINDING_FERIEDAGE_PASSER_IKKE, &row->source);
    }
}

/* R(amount x days inside courses / all days), for the days of one holiday up to and including `until`. */
static Money held_until(const Work *work, const Feriepenge *row, const char *note, int32_t inside,
                        int32_t all, Date until) {
    Wide brutto = row->beloeb_brutto.oere;
    Money held = work_round(work, brutto * inside, all);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_FERIE_HOLDT,
                                .note = note,
                                .amount = held,
                                .factor = {{FACTOR_KRONER, brutto, 1}, {FACTOR_DAYS, inside, all}},
                                .unit_oere = work_unit(work),
                                .first = row->foerste_feriedag,
                                .last = until,
                                .row = &row->source});
    }
    return held;
}

/* The part of one holiday that lies in the month, added to the sums of amount and days. */
static void holiday_count(Work *work, const Feriepenge *row, Money *amount, HolidayDays *days) {
    Date first = row->foerste_feriedag, last = row->sidste_feriedag;
    Date month_end = date_min(last, (Date){work->days.first.day + work->days.length - 1});
    Date month_before = {work->days.first.day - 1};
    if (last.day < work->days.first.day || first.day > month_end.day) {
        return;
    }
    int32_t all = date_weekdays(first, last);
    days_findings(work, row, all);
    bool weekdays_only = all > 0;
    if (!weekdays_only) {
        all = date_count(first, last);
    }
    int32_t inside = course_days(work->facts, first, month_end, weekdays_only);
    int32_t inside_before = course_days(work->facts, first, month_before, weekdays_only);
    Money part = held_until(work, row, "FG_til_nu", inside, all, month_end);
    if (inside_before > 0) {
        Money before = held_until(work, row, "FG_foer", inside_before, all, month_before);
        Money of_month = money_subtract(part, before);
        if (work_is_traced(work)) {
            work_step(work, &(Step){.rule = RULE_FERIE_HOLDT,
                                    .note = "FG_maaned",
                                    .amount = of_month,
                                    .term = {part, money_subtract(MONEY_ZERO, before)},
                                    .term_count = 2,
                                    STEP_NO_DAYS});
        }
        part = of_month;
    }
    *amount = money_add(*amount, part);
    Wide held = (Wide)row->antal_feriedage_hundredths * (inside - inside_before);
    if (held != 0 && !days_add(days, held, (Wide)100 * all)) {
        work_hold(work, FINDING_BEREGNING_FOR_STOR, &row->source);
    }
}

/* The benefit of the days that the holidays cover: R(gross x min(v x 7/5, active) / active). */
static Money holiday_cap(const Work *work, HolidayDays days) {
    Step step = {.rule = RULE_FERIE_HOLDT, .note = "FG_hoejst", .unit_oere = work_unit(work), STEP_NO_DAYS};
    step.factor[0] = (Factor){FACTOR_KRONER, work->gross.oere, 1};
    Wide held = days.numerator < 0 ? 0 : days.numerator;
    if (held * 7 >= days.denominator * 5 * work->active_count) {
        step.factor[1] = (Factor){FACTOR_DAYS, work->active_count, work->active_count};
        step.amount = work->gross;
    } else {
        step.factor[1] = (Factor){FACTOR_DAYS, held, days.denominator};
        step.factor[2] = (Factor){FACTOR_SHARE, 7, 5};
        step.factor[3] = (Factor){FACTOR_SHARE, 1, work->active_count};
        step.amount =
            work_round(work, held * 7 * work->gross.oere, days.denominator * 5 * work->active_count);
    }
    work_step(work, &step);
    return step.amount;
}

bool ferie_held(Work *work, Money *amount, HolidayDays *days) {
    bool any = false;
    *amount = MONEY_ZERO;
    *days = (HolidayDays){0, 1};
    for (int32_t i = 0; i < work->facts->feriepenge_count; i++) {
        const Feriepenge *row = &work->facts->feriepenge[i];
        if (row->art != FERIE_FG || row->ferieaar == FERIEAAR_INDEFROSSET) {
            continue;
        }
        if (row->udbetalingstype == UDBETALING_UDB1) {
            holiday_count(work, row, amount, days);
            any = true;
        } else if (in_month(work, row->udbetalingsdato)) {
            work_finding(work, FINDING_FERIE_KRAEVER_AFGOERELSE, &row->source);
        }
    }
    return any;
}

Money ferie_deduction(Work *work, Money wage) {
    Money amount;
    HolidayDays days;
    if (!ferie_held(work, &amount, &days) || amount.oere <= 0) {
        return MONEY_ZERO;
    }
    Money both = money_add(wage, amount);
    Step sum = {.rule = RULE_FERIE_HOLDT, .note = "FG_og_loen", .amount = both, STEP_NO_DAYS};
    step_term(&sum, wage);
    step_term(&sum, amount);
    work_step(work, &sum);
    Money with = wage_deduction(work, both, STEP_IS_DETAIL);
    Money without = work->result->amount[AMOUNT_fradrag_loen];
    Money deduction = money_min(money_subtract(with, without), holiday_cap(work, days));
    Step step = {
        .rule = RULE_FERIE_HOLDT, .adds_to = STEP_ADDS_TO(fradrag_ferie), .amount = deduction, STEP_NO_DAYS};
    step_term(&step, with);
    step_term(&step, money_subtract(MONEY_ZERO, without));
    work_step(work, &step);
    return deduction;
}
