/* Deductions for income (LAS § 68 a, § 69 j(5)-(13); law section 5): wage, pay during sickness, offers, other
 * income and holiday pay, and what is left of the benefit. */
#include "engine/work.h"

#define LOENGRAENSE_JA_2014_SISTER_RULES ((Money){INT64_C(13446) * OERE_PER_KRONE})
#define RF_2022_FIRST_MONTH ((Month){2022 * 12})

/* T of the law: the limit below and above which the two percentages act. */
static Money wage_limit(const Work *work, const RateRow *row) {
    bool ja_2014 = work->ordning == ORDNING_JA && month_year(work->law->month) == 2014;
    if (ja_2014 && work_policy(work, POLICY_LOENGRAENSE_JA_2014) == LOENGRAENSE_JA_2014_13446) {
        return LOENGRAENSE_JA_2014_SISTER_RULES;
    }
    return (Money){rate_value(row)};
}

typedef struct {
    const RateRow *limit_row, *under, *over;
    Money limit;
} WageRates;

/* These are needed by everyone, with or without a wage. */
static WageRates wage_rates(Work *work) {
    bool ja = work->ordning == ORDNING_JA;
    WageRates rates = {
        work_rate(work, ja ? RATE_LOENGRAENSE_JA : RATE_LOENGRAENSE_RF, work->last_active),
        work_rate(work, ja ? RATE_LOENFRADRAG_UNDER_JA : RATE_LOENFRADRAG_UNDER_RF, work->last_active),
        work_rate(work, ja ? RATE_LOENFRADRAG_OVER_JA : RATE_LOENFRADRAG_OVER_RF, work->last_active),
        MONEY_ZERO,
    };
    rates.limit = wage_limit(work, rates.limit_row);
    return rates;
}

static RuleId wage_rule(const Work *work) {
    if (work->ordning == ORDNING_JA) {
        return RULE_LOENFRADRAG_JA;
    }
    return work->law->month.index >= RF_2022_FIRST_MONTH.index ? RULE_LOENFRADRAG_RF_2022
                                                               : RULE_LOENFRADRAG_RF_2013;
}

/* One bracket of the wage deduction: R(percentage x amount). */
static Money bracket(const Work *work, const char *note, Money amount, const RateRow *percentage,
                     const RateRow *limit) {
    Wide numerator = (Wide)amount.oere * rate_value(percentage);
    Money deducted = work_round(work, numerator, PERCENT_DENOMINATOR);
    if (amount.oere != 0) {
        work_step(work, &(Step){.rule = wage_rule(work),
                                .note = note,
                                .numerator = numerator,
                                .denominator = PERCENT_DENOMINATOR,
                                .unit_oere = work_unit(work),
                                .amount = deducted,
                                .first = DATE_NONE,
                                .last = DATE_NONE,
                                .rate = {percentage, limit}});
    }
    return deducted;
}

Money wage_deduction(Work *work, Money wage) {
    WageRates rates = wage_rates(work);
    Money above = money_floor_zero(money_subtract(wage, rates.limit));
    Money below = money_min(wage, rates.limit);
    return money_add(bracket(work, "under", below, rates.under, rates.limit_row),
                     bracket(work, "over", above, rates.over, rates.limit_row));
}

/* A correction larger than what it corrects: counts as 0, someone should look. */
static Money negative_as_zero(Work *work, Money sum) {
    if (sum.oere < 0) {
        work_finding(work, FINDING_NEGATIV_SUM, NULL);
        return MONEY_ZERO;
    }
    return sum;
}

/* Steps 1 and 2: in RF sick pay is wage and the fleks supplement other income. */
static void sums_settle(Work *work) {
    IncomeSums *sums = &work->income;
    if (work->ordning == ORDNING_RF) {
        sums->loen = money_add(sums->loen, sums->sygdom);
        sums->anden = money_add(sums->anden, sums->fleks);
        sums->sygdom = MONEY_ZERO;
        sums->fleks = MONEY_ZERO;
    }
    sums->loen = negative_as_zero(work, sums->loen);
    sums->sygdom = negative_as_zero(work, sums->sygdom);
    sums->fleks = negative_as_zero(work, sums->fleks);
    sums->tilbud = negative_as_zero(work, sums->tilbud);
    sums->anden = negative_as_zero(work, sums->anden);
    sums->frikort = negative_as_zero(work, sums->frikort);
    if (sums->timer_hundredths < 0) {
        work_finding(work, FINDING_NEGATIV_SUM, NULL);
        sums->timer_hundredths = 0;
    }
}

/* W: wages, what the frikort leaves of its income, and holiday supplements paid out. */
static Money wage_total(Work *work) {
    Money free = frikort_free(work, work->income.frikort);
    Money wage = money_add(work->income.loen, money_subtract(work->income.frikort, free));
    return negative_as_zero(work, money_add(wage, ferie_paid_out(work)));
}

static Money sick_pay_deduction(const Work *work) {
    Money deduction = work->income.sygdom;
    if (deduction.oere > 0) {
        deduction = money_add(deduction, work->income.fleks);
        work_step(work, &(Step){.rule = RULE_SYGELOEN_JA, .amount = deduction, .first = DATE_NONE,
                                .last = DATE_NONE});
    }
    return deduction;
}

/* An hourly disregard, the rest krone for krone. */
static Money offer_deduction(Work *work) {
    const RateRow *hourly = work_rate(work, RATE_TIMEFRADRAG, work->last_active);
    if (work->income.tilbud.oere == 0) {
        return MONEY_ZERO;
    }
    const RateRow *hours_max = work_rate(work, RATE_TIMEFRADRAG_MAX, work->last_active);
    int64_t hours = work->income.timer_hundredths;
    if (hours > rate_value(hours_max)) {
        hours = rate_value(hours_max);
    }
    Wide numerator = (Wide)rate_value(hourly) * hours;
    Money disregard = work_round(work, numerator, 100);
    Money deduction = money_floor_zero(money_subtract(work->income.tilbud, disregard));
    work_step(work, &(Step){.rule = RULE_TILBUD, .numerator = numerator, .denominator = 100,
                            .unit_oere = work_unit(work), .amount = deduction, .first = DATE_NONE,
                            .last = DATE_NONE, .rate = {hourly, hours_max}});
    return deduction;
}

/* Other income, and profit: in JA only for the days on which it has not lowered the benefit already. */
static Money other_deduction(Work *work) {
    Money profit = money_floor_zero(work->income.overskud);
    if (profit.oere > 0 && work->ordning == ORDNING_JA) {
        Wide numerator = (Wide)profit.oere * day_count(work->days.active & ~selvstaendig_days(work));
        profit = work_round(work, numerator, work->active_count);
        work_step(work, &(Step){.rule = RULE_OVERSKUD, .numerator = numerator,
                                .denominator = work->active_count, .unit_oere = work_unit(work),
                                .amount = profit, .first = DATE_NONE, .last = DATE_NONE});
    }
    Money deduction = money_add(work->income.anden, profit);
    if (deduction.oere != 0) {
        work_step(work, &(Step){.rule = RULE_ANDEN_INDKOMST, .amount = deduction, .first = DATE_NONE,
                                .last = DATE_NONE});
    }
    return deduction;
}

void fradrag_compute(Work *work) {
    Money *amount = work->result->amount;
    income_sums(work, work->law->month, &work->days, true, &work->income);
    sums_settle(work);
    Money wage = wage_total(work);
    amount[AMOUNT_fradrag_loen] = wage_deduction(work, wage);
    amount[AMOUNT_fradrag_sygeloen] = sick_pay_deduction(work);
    amount[AMOUNT_fradrag_tilbud] = offer_deduction(work);
    amount[AMOUNT_fradrag_anden] = other_deduction(work);
    amount[AMOUNT_fradrag_ferie] = ferie_deduction(work, wage);
    Money rest = work->gross;
    for (int32_t i = AMOUNT_fradrag_loen; i <= AMOUNT_fradrag_ferie; i++) {
        rest = money_subtract(rest, amount[i]);
    }
    work->after = money_floor_zero(rest);
    work_step(work, &(Step){.rule = RULE_EFTER_INDKOMST, .amount = work->after, .first = DATE_NONE,
                            .last = DATE_NONE});
}
