#include "engine/calc.h"

#include <assert.h>
#include <string.h>

#include "engine/work.h"

MonthCoverage month_coverage(const RateTable *table, Month month) {
    if (month.index < MONTH_OF_FIRST_LAW.index) {
        return MONTH_BEFORE_LAW;
    }
    Date last = rate_table_last_day(table);
    return date_given(last) && month_first(month).day <= last.day ? MONTH_COVERED : MONTH_AFTER_RATES;
}

void month_law_begin(MonthLaw *law, Month month) {
    law->month = month;
    law->first = month_first(month);
    law->length = month_days(month);
}

void month_law_prepare(const RateTable *table, const Policy *policy, Month month, MonthLaw *law) {
    month_law_begin(law, month);
    law->rules_month = month;
    law->policy = *policy;
    month_rates_fill(table, month, &law->rates);
}

/* Sections 6 and 7 in their order: sanctions, the benefit, contributions. */
static void ydelse_compute(Work *work) {
    Money *amount = work->result->amount;
    sanktion_compute(work);
    Money ydelse = money_floor_zero(money_subtract(work->after, amount[AMOUNT_sanktion]));
    if (work_policy(work, POLICY_AFRUNDING) == AFRUNDING_KRONE_RESULTAT) {
        ydelse = round_krone(ydelse.oere, 1);
    }
    amount[AMOUNT_ydelse] = ydelse;
    if (work_is_traced(work)) {
        Step step = {.rule = RULE_YDELSE, .adds_to = STEP_ADDS_TO(ydelse), .amount = ydelse, STEP_NO_DAYS};
        step_term(&step, work->after);
        step_term(&step, money_subtract(MONEY_ZERO, amount[AMOUNT_sanktion]));
        step.unit_oere = work_policy(work, POLICY_AFRUNDING) == AFRUNDING_KRONE_RESULTAT ? OERE_PER_KRONE : 0;
        work_step(work, &step);
    }
    bidrag_compute(work);
}

/* Sections 2 to 7 for someone with an active day. */
static void active_month_compute(Work *work) {
    Result *result = work->result;
    DayMask active = work->days.active;
    work->active_count = day_count(active);
    work->last_active = day_last(active);
    active_days_explain(work);
    brutto_compute(work);
    result->ordning = work->ordning;
    result->aktive_dage = work->active_count;
    result->amount[AMOUNT_brutto] = work->gross;
    fradrag_compute(work);
    result->amount[AMOUNT_efter_indkomst] = work->after;
    ydelse_compute(work);
    assert(result->amount[AMOUNT_til_udbetaling].oere >= 0);
    result->udfald = result->amount[AMOUNT_til_udbetaling].oere > 0 ? UDFALD_BETALES : UDFALD_NUL;
}

/* A held person has every amount 0; the findings say why. */
static void result_hold(Result *result) {
    memset(result->amount, 0, sizeof result->amount);
    result->aktive_dage = 0;
    result->udfald = UDFALD_TILBAGEHOLDT;
}

/* Within these numbers of rows no sum can overflow (money.h). */
static bool has_too_many_rows(const Facts *facts) {
    const int32_t most = ROWS_PER_PARTICIPANT_MAX;
    return facts->forloeb_count > most || facts->boern_count > most || facts->perioder_count > most ||
           facts->indkomst_count > most || facts->feriepenge_count > most || facts->sanktioner_count > most ||
           facts->skattekort_count > most;
}

/* Everything but the days and the segments, which are filled as far as they are used: to clear them would cost more than
 * most people's whole month. */
static void work_begin(const MonthLaw *law, const Facts *facts, const Trace *trace, Result *result,
                       Work *work) {
    work->law = law;
    work->facts = facts;
    work->trace = trace;
    work->result = result;
    work->held = false;
    work->active_count = 0;
    work->segment_count = 0;
    work->ordning = ORDNING_RF;
    work->last_active = 0;
    work->income = (IncomeSums){0};
    work->gross = MONEY_ZERO;
    work->after = MONEY_ZERO;
}

void work_month(const MonthLaw *law, const Facts *facts, const Trace *trace, Result *result, Work *work) {
    memset(result, 0, sizeof *result);
    result->cpr = facts->deltager->cpr;
    result->month = law->month;
    result->kommunekode = facts->deltager->kommunekode;
    work_begin(law, facts, trace, result, work);
    active_days_fill(facts, &law->policy, law->month, work, &work->days);
    if (work->days.covered == 0) {
        return;
    }
    if (cpr_is_replacement(result->cpr)) {
        work_finding(work, FINDING_ERSTATNINGSNUMMER, &facts->deltager->source);
    }
    if (has_too_many_rows(facts)) {
        work_hold(work, FINDING_BEREGNING_FOR_STOR, &facts->deltager->source);
    }
    if (work->held) {
        result_hold(result); /* the tests of section 1 have failed: the rest would be guesswork */
        return;
    }
    if (work->days.active != 0) {
        active_month_compute(work);
    } else if (work->days.foertidspension) {
        result->udfald = UDFALD_FOERTIDSPENSION;
        foertidspension_explain(work);
    }
    if (work->held) {
        result_hold(result);
    }
}

void calc_month(const MonthLaw *law, const Facts *facts, const Trace *trace, Result *result) {
    Work work;
    work_month(law, facts, trace, result, &work);
}
