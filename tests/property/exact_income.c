/* Section 5: what income takes away. */
#include <string.h>

#include "engine/bankday.h"
#include "tests/property/exact.h"

/* Income of one month by class, after the period rule. */
typedef struct {
    Ratio sum[8]; /* by Klasse */
    int64_t hours;
    bool unjudged_wage;
} ExactSums;

static Ratio positive_or_zero(Exact *exact, Ratio sum) {
    if (sign(sum) < 0) {
        exact_finding(exact, FINDING_NEGATIV_SUM);
    }
    return not_below_zero(sum);
}

static bool is_one_of(int32_t number, const char *numbers) {
    char text[8] = {' ', (char)('0' + number / 10), (char)('0' + number % 10), ' ', '\0'};
    return strstr(numbers, text) != NULL;
}

static bool is_own_benefit(const Person *person, const Indkomst *row) {
    Text own = person->deltager.se_nummer;
    return is_one_of(row->indkomsttype, " 04 06 07 ") && own.size_bytes > 0 &&
           row->arbejdsgiver_se.size_bytes > 0 && text_compare(own, row->arbejdsgiver_se) == 0;
}

static int32_t days_in_courses(const Person *person, Date first, Date last, bool weekdays) {
    int32_t count = 0;
    for (Date day = first; day.day <= last.day; day.day++) {
        count += exact_course_on(person, day) >= 0 && (!weekdays || date_weekday(day) < 5) ? 1 : 0;
    }
    return count;
}

static Date first_active_of(const Person *person, Month month) {
    for (Date day = month_first(month); day.day <= month_last(month).day; day.day++) {
        if (exact_is_active(person, day)) {
            return day;
        }
    }
    return month_first(month);
}

static void row_add(Exact *exact, const Indkomst *row, Month month, ExactSums *sums) {
    const Person *person = exact->person;
    Klasse loen = row->klasse, andet = row->klasse;
    if (row->klasse == KLASSE_NONE) {
        bool ignored = is_own_benefit(person, row) || is_one_of(row->indkomsttype, " 06 09 26 ");
        bool wage = is_one_of(row->indkomsttype, " 00 02 03 08 10 11 ");
        loen = ignored ? KLASSE_IGNORER : wage ? KLASSE_LOEN : KLASSE_ANDEN;
        andet = ignored ? KLASSE_IGNORER : KLASSE_ANDEN;
        sums->unjudged_wage = sums->unjudged_wage || loen == KLASSE_LOEN;
    }
    Ratio amount_loen =
        whole(row->felt_0013.oere - row->felt_0198.oere + row->felt_0147.oere + row->felt_0148.oere);
    Ratio amount_andet = whole(row->felt_0014.oere + row->felt_0036.oere + row->felt_0038.oere);
    if (loen == andet) {
        amount_loen = plus(amount_loen, amount_andet);
        amount_andet = whole(0);
    }
    bool nothing;
    if (month_year(month) >= 2016 && date_given(row->loenperiode_start)) {
        Date first = row->loenperiode_start, last = row->loenperiode_slut;
        int32_t inside = days_in_courses(person, first, last, false);
        Ratio part = ratio(inside, last.day - first.day + 1);
        amount_loen = exact_round(exact, times(amount_loen, part));
        amount_andet = exact_round(exact, times(amount_andet, part));
        nothing = inside == 0;
    } else {
        nothing = row->dispositionsdato.day < first_active_of(person, month).day;
    }
    if (!nothing) {
        sums->sum[loen] = plus(sums->sum[loen], amount_loen);
        sums->sum[andet] = plus(sums->sum[andet], amount_andet);
        sums->hours += loen == KLASSE_TILBUD ? row->felt_0200_hundredths : 0;
    }
}

static ExactSums sums_of(Exact *exact, Month month) {
    ExactSums sums = {.hours = 0};
    for (int32_t i = 0; i < 8; i++) {
        sums.sum[i] = whole(0);
    }
    for (int32_t i = 0; i < exact->person->count[3]; i++) {
        const Indkomst *row = &exact->person->indkomst[i];
        if (month_of(row->dispositionsdato).index == month.index) {
            row_add(exact, row, month, &sums);
        }
    }
    return sums;
}

/* What of Q the social frikort leaves free; no row of the rate means none. */
static Ratio frikort_free_part(Exact *exact, Ratio income) {
    const RateRow *limit = rate_on(exact->rates, RATE_FRIKORT, exact->last_active);
    Ratio used = whole(0);
    Month month = {month_year(exact->person->month) * 12};
    for (; month.index < exact->person->month.index; month.index++) {
        used = plus(used, not_below_zero(sums_of(exact, month).sum[KLASSE_FRIKORT]));
    }
    Ratio left = minus(whole(limit == NULL ? 0 : limit->value_hundredths), used);
    return least(not_below_zero(left), income);
}

static Ratio supplements_paid(const Exact *exact) {
    Ratio sum = whole(0);
    for (int32_t i = 0; i < exact->person->count[4]; i++) {
        const Feriepenge *row = &exact->person->feriepenge[i];
        bool in_month =
            exact->first.day <= row->udbetalingsdato.day && row->udbetalingsdato.day <= exact->last.day;
        if (row->art != FERIE_FG && row->ferieaar != 9999 && in_month) {
            sum = plus(sum, whole(row->beloeb_brutto.oere));
        }
    }
    return sum;
}

/* wage(x) of the law. */
static Ratio wage_taken(Exact *exact, Ratio wage) {
    bool ja = exact->judged_ja;
    Date day = exact->last_active;
    int64_t limit = exact_rate(exact, ja ? RATE_LOENGRAENSE_JA : RATE_LOENGRAENSE_RF, day);
    if (ja && month_year(exact->person->month) == 2014 &&
        exact->person->policy.value[POLICY_LOENGRAENSE_JA_2014] != 0) {
        limit = 1344600;
    }
    Ratio under =
        ratio(exact_rate(exact, ja ? RATE_LOENFRADRAG_UNDER_JA : RATE_LOENFRADRAG_UNDER_RF, day), 10000);
    Ratio above =
        ratio(exact_rate(exact, ja ? RATE_LOENFRADRAG_OVER_JA : RATE_LOENFRADRAG_OVER_RF, day), 10000);
    return plus(exact_round(exact, times(under, least(wage, whole(limit)))),
                exact_round(exact, times(above, not_below_zero(minus(wage, whole(limit))))));
}

/* Does the number of holiday days fit the dates: the weekdays, with or without the public holidays? */
static void holiday_days_test(Exact *exact, const Feriepenge *row, int32_t weekdays) {
    int32_t closed = 0, span = row->sidste_feriedag.day - row->foerste_feriedag.day + 1;
    for (Date day = row->foerste_feriedag; span <= 366 && day.day <= row->sidste_feriedag.day; day.day++) {
        closed += date_weekday(day) < 5 && !bankday_is(day) ? 1 : 0;
    }
    int64_t days = row->antal_feriedage_hundredths;
    days = days < 0 ? -days : days;
    if (days > 100 * (int64_t)weekdays || days < 100 * (int64_t)(weekdays - closed)) {
        exact_finding(exact, FINDING_FERIEDAGE_PASSER_IKKE);
    }
}

/* Adds the part of one holiday in the month to the sums H and v. */
static void holiday_add(Exact *exact, const Feriepenge *row, Ratio *amount, Ratio *days) {
    Date first = row->foerste_feriedag, last = row->sidste_feriedag;
    if (last.day < exact->first.day || exact->last.day < first.day) {
        return;
    }
    int32_t all = 0;
    for (Date day = first; day.day <= last.day; day.day++) {
        all += date_weekday(day) < 5 ? 1 : 0;
    }
    holiday_days_test(exact, row, all);
    bool weekdays = all > 0;
    all = weekdays ? all : last.day - first.day + 1;
    Date until = last.day < exact->last.day ? last : exact->last;
    int32_t inside = days_in_courses(exact->person, first, until, weekdays);
    int32_t before = days_in_courses(exact->person, first, (Date){exact->first.day - 1}, weekdays);
    Ratio brutto = whole(row->beloeb_brutto.oere);
    *amount = plus(*amount, minus(exact_round(exact, times(brutto, ratio(inside, all))),
                                  exact_round(exact, times(brutto, ratio(before, all)))));
    *days = plus(*days, times(ratio(row->antal_feriedage_hundredths, 100), ratio(inside - before, all)));
}

/* dH */
static Ratio holiday_taken(Exact *exact, Ratio wage) {
    Ratio amount = whole(0), days = whole(0);
    for (int32_t i = 0; i < exact->person->count[4]; i++) {
        const Feriepenge *row = &exact->person->feriepenge[i];
        if (row->art != FERIE_FG || row->ferieaar == 9999) {
            continue;
        }
        if (row->udbetalingstype == UDBETALING_UDB1) {
            holiday_add(exact, row, &amount, &days);
        } else if (exact->first.day <= row->udbetalingsdato.day &&
                   row->udbetalingsdato.day <= exact->last.day) {
            exact_finding(exact, FINDING_FERIE_KRAEVER_AFGOERELSE);
        }
    }
    amount = not_below_zero(amount);
    days = least(times(not_below_zero(days), ratio(7, 5)), whole(exact->active));
    Ratio more = minus(wage_taken(exact, plus(wage, amount)), wage_taken(exact, wage));
    return least(more, exact_round(exact, times(exact->gross, over(days, whole(exact->active)))));
}

/* dT: work in an offer. */
static Ratio offer_taken(Exact *exact, Ratio income, int64_t hours) {
    Date day = exact->last_active;
    int64_t hourly = exact_rate(exact, RATE_TIMEFRADRAG, day);
    if (sign(income) == 0) {
        return whole(0);
    }
    Ratio counted = least(ratio(hours, 100), ratio(exact_rate(exact, RATE_TIMEFRADRAG_MAX, day), 100));
    return not_below_zero(minus(income, exact_round(exact, times(whole(hourly), counted))));
}

static Ratio profit_taken(Exact *exact, Ratio profit) {
    profit = not_below_zero(profit);
    if (!exact->judged_ja) {
        return profit;
    }
    int32_t free = 0;
    for (int32_t i = 0; i < exact->length; i++) {
        Date day = {exact->first.day + i};
        free += exact->is_active[i] &&
                        !exact_covered_by_period(exact->person, PERIODE_SELVSTAENDIG_HALV, day) &&
                        !exact_covered_by_period(exact->person, PERIODE_SELVSTAENDIG_KVART, day)
                    ? 1
                    : 0;
    }
    return exact_round(exact, times(profit, ratio(free, exact->active)));
}

void exact_income(Exact *exact) {
    ExactSums sums = sums_of(exact, exact->person->month);
    Ratio w = sums.sum[KLASSE_LOEN], s = sums.sum[KLASSE_LOEN_SYGDOM], f = sums.sum[KLASSE_FLEKSTILSKUD];
    Ratio x = sums.sum[KLASSE_ANDEN];
    if (!exact->judged_ja) {
        w = plus(w, s);
        x = plus(x, f);
        s = f = whole(0);
    } else if (sums.unjudged_wage) {
        exact_finding(exact, FINDING_LOEN_UNDER_SYGDOM);
    }
    w = positive_or_zero(exact, w);
    s = positive_or_zero(exact, s);
    f = positive_or_zero(exact, f);
    x = positive_or_zero(exact, x);
    Ratio b = positive_or_zero(exact, sums.sum[KLASSE_TILBUD]);
    Ratio q = positive_or_zero(exact, sums.sum[KLASSE_FRIKORT]);
    int64_t hours = whole_number(positive_or_zero(exact, whole(sums.hours)));
    w = plus(plus(w, minus(q, frikort_free_part(exact, q))), supplements_paid(exact));
    if (sign(w) < 0) {
        exact_finding(exact, FINDING_FERIETILLAEG_NEGATIVT);
    }
    w = not_below_zero(w);
    Ratio taken[5] = {
        wage_taken(exact, w),         sign(s) > 0 ? plus(s, f) : whole(0),
        offer_taken(exact, b, hours), plus(x, profit_taken(exact, sums.sum[KLASSE_OVERSKUD])),
        holiday_taken(exact, w),
    };
    static const AmountId ids[5] = {AMOUNT_fradrag_loen, AMOUNT_fradrag_sygeloen, AMOUNT_fradrag_tilbud,
                                    AMOUNT_fradrag_anden, AMOUNT_fradrag_ferie};
    exact->after = exact->gross;
    for (int32_t i = 0; i < 5; i++) {
        exact->result->amount_oere[ids[i]] = whole_number(taken[i]);
        exact->after = minus(exact->after, taken[i]);
    }
    exact->after = not_below_zero(exact->after);
}
