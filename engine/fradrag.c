/* Deductions for income (LAS § 68 a, § 69 j(5)-(13); law section 5): wage, pay during sickness, offers, other
 * income and holiday pay, and what is left of the benefit. */
#include "engine/work.h"

#define LOENGRAENSE_JA_2014_SISTER_RULES ((Money){INT64_C(13446) * OERE_PER_KRONE})
#define RF_2022_FIRST_MONTH ((Month){2022 * 12})

/* T of the law: the limit below and above which the two percentages act. */
static Money wage_limit(const Work *work, const RateRow *row) {
    bool ja_2014 = work->ordning == ORDNING_JA && month_year(work->law->rules_month) == 2014;
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
    return work->law->rules_month.index >= RF_2022_FIRST_MONTH.index ? RULE_LOENFRADRAG_RF_2022
                                                                     : RULE_LOENFRADRAG_RF_2013;
}

/* One bracket of the wage deduction: R(percentage x amount). */
static Money bracket(const Work *work, const char *note, Money amount, const RateRow *percentage,
                     const RateRow *limit, int32_t adds_to) {
    if (amount.oere == 0) {
        return MONEY_ZERO;
    }
    Money deducted = work_round(work, (Wide)amount.oere * rate_value(percentage), PERCENT_DENOMINATOR);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = wage_rule(work),
                                .note = note,
                                .adds_to = adds_to,
                                .amount = deducted,
                                .factor = {{FACTOR_KRONER, amount.oere, 1},
                                           {FACTOR_PERCENT, rate_value(percentage), PERCENT_DENOMINATOR}},
                                .unit_oere = work_unit(work),
                                STEP_NO_DAYS,
                                .rate = {percentage, limit}});
    }
    return deducted;
}

Money wage_deduction(Work *work, Money wage, int32_t adds_to) {
    WageRates rates = wage_rates(work);
    Money above = money_floor_zero(money_subtract(wage, rates.limit));
    Money below = money_min(wage, rates.limit);
    Money of_below = bracket(work, "under", below, rates.under, rates.limit_row, adds_to);
    Money of_above = bracket(work, "over", above, rates.over, rates.limit_row, adds_to);
    return money_add(of_below, of_above);
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
        if (sums->sygdom.oere != 0) {
            if (work_is_traced(work)) {
                work_step(work, &(Step){.rule = RULE_SYGELOEN_RF, .amount = sums->sygdom, STEP_NO_DAYS});
            }
        }
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
    const IncomeSums *sums = &work->income;
    Money free = frikort_free(work, sums->frikort);
    Money holiday = ferie_paid_out(work);
    Money wage = money_add(money_add(sums->loen, money_subtract(sums->frikort, free)), holiday);
    if (wage.oere < 0) {
        work_finding(work, FINDING_FERIETILLAEG_NEGATIVT, NULL);
    }
    wage = money_floor_zero(wage);
    if (!work_is_traced(work)) {
        return wage;
    }
    Step step = {.rule = wage_rule(work), .note = "i_alt", .amount = wage, STEP_NO_DAYS};
    step_term(&step, sums->loen);
    step_term(&step, sums->frikort);
    step_term(&step, money_subtract(MONEY_ZERO, free));
    step_term(&step, holiday);
    if (step.term_count > 0) {
        work_step(work, &step);
    }
    return wage;
}

static Money sick_pay_deduction(const Work *work) {
    Money deduction = work->income.sygdom;
    if (deduction.oere <= 0) {
        return deduction;
    }
    deduction = money_add(deduction, work->income.fleks);
    if (work_is_traced(work)) {
        Step step = {.rule = RULE_SYGELOEN_JA,
                     .adds_to = STEP_ADDS_TO(fradrag_sygeloen),
                     .amount = deduction,
                     STEP_NO_DAYS};
        step_term(&step, work->income.sygdom);
        step_term(&step, work->income.fleks);
        work_step(work, &step);
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
    Money disregard = work_round(work, (Wide)rate_value(hourly) * hours, 100);
    Money deduction = money_floor_zero(money_subtract(work->income.tilbud, disregard));
    offer_hours_explain(work);
    if (work_is_traced(work)) {
        work_step(work,
                  &(Step){.rule = RULE_TILBUD,
                          .note = "timer",
                          .amount = disregard,
                          .factor = {{FACTOR_KRONER, rate_value(hourly), 1}, {FACTOR_HOURS, hours, 100}},
                          .unit_oere = work_unit(work),
                          STEP_NO_DAYS,
                          .rate = {hourly, hours_max}});
    }
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_TILBUD,
                                .adds_to = STEP_ADDS_TO(fradrag_tilbud),
                                .amount = deduction,
                                .term = {work->income.tilbud, money_subtract(MONEY_ZERO, disregard)},
                                .term_count = 2,
                                STEP_NO_DAYS});
    }
    return deduction;
}

/* Other income, and profit: in JA only for the days on which it has not lowered the benefit already. */
static Money other_deduction(Work *work) {
    Money profit = money_floor_zero(work->income.overskud);
    if (profit.oere > 0) {
        bool by_days = work->ordning == ORDNING_JA;
        int32_t days = by_days ? day_count(work->days.active & ~selvstaendig_days(work)) : work->active_count;
        Factor kroner = {FACTOR_KRONER, profit.oere, 1};
        if (by_days) {
            profit = work_round(work, (Wide)profit.oere * days, work->active_count);
            selvstaendig_explain(work, RULE_OVERSKUD);
        }
        if (work_is_traced(work)) {
            work_step(work, &(Step){.rule = RULE_OVERSKUD,
                                    .adds_to = STEP_ADDS_TO(fradrag_anden),
                                    .amount = profit,
                                    .factor = {kroner, {FACTOR_DAYS, days, work->active_count}},
                                    .unit_oere = by_days ? work_unit(work) : 0,
                                    STEP_NO_DAYS});
        }
    }
    if (work->income.anden.oere != 0) {
        if (work_is_traced(work)) {
            work_step(work, &(Step){.rule = RULE_ANDEN_INDKOMST,
                                    .adds_to = STEP_ADDS_TO(fradrag_anden),
                                    .amount = work->income.anden,
                                    STEP_NO_DAYS});
        }
    }
    return money_add(work->income.anden, profit);
}

static void after_income_explain(const Work *work) {
    if (!work_is_traced(work)) {
        return;
    }
    Step step = {.rule = RULE_EFTER_INDKOMST,
                 .adds_to = STEP_ADDS_TO(efter_indkomst),
                 .amount = work->after,
                 STEP_NO_DAYS};
    step_term(&step, work->gross);
    for (int32_t i = AMOUNT_fradrag_loen; i <= AMOUNT_fradrag_ferie; i++) {
        step_term(&step, money_subtract(MONEY_ZERO, work->result->amount[i]));
    }
    work_step(work, &step);
}

void fradrag_compute(Work *work) {
    Money *amount = work->result->amount;
    income_sums(work, &work->days, true, &work->income);
    sums_settle(work);
    Money wage = wage_total(work);
    amount[AMOUNT_fradrag_loen] = wage_deduction(work, wage, STEP_ADDS_TO(fradrag_loen));
    amount[AMOUNT_fradrag_sygeloen] = sick_pay_deduction(work);
    amount[AMOUNT_fradrag_tilbud] = offer_deduction(work);
    amount[AMOUNT_fradrag_anden] = other_deduction(work);
    amount[AMOUNT_fradrag_ferie] = ferie_deduction(work, wage);
    Money rest = work->gross;
    for (int32_t i = AMOUNT_fradrag_loen; i <= AMOUNT_fradrag_ferie; i++) {
        rest = money_subtract(rest, amount[i]);
    }
    work->after = money_floor_zero(rest);
    after_income_explain(work);
}
