/* What must hold for every participant, over random ones (the seed is printed, a counter-example is shrunk). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/work.h"
#include "io/explanation.h"
#include "io/rate_file.h"
#include "tests/property/person.h"

static RateSet rate_set;

static void rates_open(void) {
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rate_set, &error), STATUS_OK, "%s", error.message);
}

static void rates_close(void) {
    rate_set_free(&rate_set);
}

static void check_all(bool (*fails)(Person *person, const void *context)) {
    for (uint64_t i = 0; i < person_count(); i++) {
        Person person = person_make(person_first_seed() + i);
        if (fails(&person, &rate_set.table)) {
            person_shrink_and_print(&person, fails, &rate_set.table);
            cr_assert_fail("seed %llu", (unsigned long long)(person_first_seed() + i));
        }
    }
}

TestSuite(property, .init = rates_open, .fini = rates_close);

static bool ydelse_out_of_bounds(Person *person, const void *rates) {
    Result result = person_calc(rates, person);
    int64_t ydelse = result.amount[AMOUNT_ydelse].oere;
    int64_t gross = result.amount[AMOUNT_brutto].oere;
    if (person->policy.value[POLICY_AFRUNDING] == AFRUNDING_KRONE_RESULTAT) {
        gross += 50; /* rounded up to whole kroner at the end */
    }
    return ydelse < 0 || ydelse > gross || result.amount[AMOUNT_til_udbetaling].oere < 0;
}

Test(property, the_benefit_lies_between_zero_and_gross) {
    check_all(ydelse_out_of_bounds);
}

static bool explanation_fails(Person *person, const void *rates) {
    static MonthLaw law;
    Result result = person_calc(rates, person);
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    Explanation explanation;
    Error error;
    Status status = explanation_make(&law, &facts, &result, &explanation, &error);
    explanation_free(&explanation);
    return status != STATUS_OK;
}

Test(property, the_steps_of_every_explanation_add_up_to_the_result) {
    check_all(explanation_fails);
}

typedef struct {
    int64_t rounded; /* steps whose factors do not give their amount */
} FactorCheck;

static void factor_step(void *context, const Step *step) {
    FactorCheck *check = context;
    bool is_minimum = step->rule == RULE_ATP; /* own share is at most the benefit */
    if (step->unit_oere == 0 || step->factor[0].kind == FACTOR_NONE || is_minimum) {
        return;
    }
    Wide numerator = 1, denominator = 1;
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        numerator *= step->factor[i].numerator;
        denominator *= step->factor[i].denominator;
    }
    Money expected = step->rounded_down ? money_round_down(numerator, denominator, step->unit_oere)
                                        : money_round(numerator, denominator, step->unit_oere);
    check->rounded += expected.oere != step->amount.oere ? 1 : 0;
}

static void finding_ignored(void *context, FindingCode code, const Source *row) {
    (void)context, (void)code, (void)row;
}

static bool factors_fail(Person *person, const void *rates) {
    static MonthLaw law;
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    FactorCheck check = {0};
    Trace trace = {factor_step, finding_ignored, &check};
    Result result;
    calc_month(&law, &facts, &trace, &result);
    return check.rounded != 0;
}

Test(property, the_factors_of_every_step_round_to_its_amount) {
    check_all(factors_fail);
}

static bool more_income_raises(Person *person, const void *rates) {
    Result before = person_calc(rates, person);
    for (int32_t i = 0; i < person->count[3]; i++) {
        Person richer = *person;
        richer.indkomst[i].felt_0013.oere += 123456;
        Result after = person_calc(rates, &richer);
        if (after.amount[AMOUNT_efter_indkomst].oere > before.amount[AMOUNT_efter_indkomst].oere) {
            return true;
        }
    }
    return false;
}

Test(property, more_income_never_raises_what_is_left) {
    check_all(more_income_raises);
}

static bool segments_miss_days(Person *person, const void *rates) {
    static MonthLaw law;
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    Result result = {0};
    Work work = {.law = &law, .facts = &facts, .result = &result};
    active_days_fill(&facts, &law.policy, law.month, &work, &work.days);
    if (work.days.active == 0) {
        return false;
    }
    work.active_count = day_count(work.days.active);
    work.last_active = day_last(work.days.active);
    brutto_compute(&work);
    DayMask seen = 0;
    for (int32_t i = 0; i < work.segment_count; i++) {
        DayMask days = work_mask(&work, work.segment[i].first, work.segment[i].last);
        if (days == 0 || (days & seen) != 0 || (seen != 0 && day_first(days) < day_last(seen))) {
            return true;
        }
        seen |= days;
    }
    return seen != work.days.active;
}

Test(property, segments_cover_exactly_the_active_days_in_order) {
    check_all(segments_miss_days);
}

static bool later_rate_matters(Person *person, const void *rates) {
    const RateTable *table = rates;
    RateRow rows[512];
    cr_assert_leq(table->count, 512);
    memcpy(rows, table->rows, (size_t)table->count * sizeof *rows);
    for (int32_t i = 0; i < table->count; i++) {
        if (rows[i].first.day > month_last(person->month).day) {
            rows[i].value_hundredths = rows[i].value_hundredths * 3 + 17;
        }
    }
    RateTable changed = {rows, table->count};
    Result before = person_calc(table, person), after = person_calc(&changed, person);
    return memcmp(&before, &after, sizeof before) != 0;
}

Test(property, a_rate_dated_after_the_month_never_changes_it) {
    check_all(later_rate_matters);
}

static bool trace_matters(Person *person, const void *rates) {
    static MonthLaw law;
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    FactorCheck check = {0};
    Trace trace = {factor_step, finding_ignored, &check};
    Result with, without = person_calc(rates, person);
    calc_month(&law, &facts, &trace, &with);
    return memcmp(&with, &without, sizeof with) != 0;
}

Test(property, listening_changes_nothing) {
    check_all(trace_matters);
}

/* Half of the rows, with the others still lying behind them in the arrays, and with nothing there. */
static bool leftovers_matter(Person *person, const void *rates) {
    Person fewer = *person;
    for (int32_t kind = 0; kind < 7; kind++) {
        fewer.count[kind] = (fewer.count[kind] + 1) / 2;
    }
    Person clean = fewer;
    for (int32_t i = 0; i < PERSON_ROWS_MAX; i++) {
        clean.forloeb[i] = i < clean.count[0] ? clean.forloeb[i] : (Forloeb){.startdato = DATE_LAST};
        clean.boern[i] = i < clean.count[1] ? clean.boern[i] : (Barn){.foedselsdato = DATE_LAST};
        clean.perioder[i] = i < clean.count[2] ? clean.perioder[i] : (Periode){.foerste_dag = DATE_LAST};
        clean.indkomst[i] =
            i < clean.count[3] ? clean.indkomst[i] : (Indkomst){.dispositionsdato = DATE_LAST};
        clean.feriepenge[i] =
            i < clean.count[4] ? clean.feriepenge[i] : (Feriepenge){.ferieaar = FERIEAAR_INDEFROSSET};
        clean.sanktioner[i] =
            i < clean.count[5] ? clean.sanktioner[i] : (Sanktion){.virkningsmaaned = MONTH_NONE};
        clean.skattekort[i] =
            i < clean.count[6] ? clean.skattekort[i] : (Skattekort){.foerste_dag = DATE_LAST};
    }
    Result with = person_calc(rates, &fewer), without = person_calc(rates, &clean);
    return memcmp(&with, &without, sizeof with) != 0;
}

Test(property, rows_beyond_the_count_are_not_read) {
    check_all(leftovers_matter);
}
