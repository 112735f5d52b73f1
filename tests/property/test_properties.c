/* What must hold for every participant, over random ones (the seed is printed, a counter-example is shrunk). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/refusion.h"
#include "engine/work.h"
#include "io/explain/explain_words.h"
#include "io/law/rate_file.h"
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

static bool refusion_days_differ(Person *person, const void *rates) {
    const Result result = person_calc(rates, person);
    const Facts facts = person_facts(person);
    const uint32_t days = refusion_active_days(&facts, &person->policy, person->month);
    return result.udfald == UDFALD_BETALES && __builtin_popcount(days) != result.aktive_dage;
}

Test(property, refusion_spreads_a_month_over_the_days_it_was_paid_for) {
    check_all(refusion_days_differ);
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
    int64_t wrong;    /* steps whose factors or terms do not give their amount */
    int64_t nameless; /* steps that should name an input row and do not, and notes without words */
    int32_t rows;     /* steps before this one that only name a row */
} StepCheck;

/* A sum may meet a bound of its rule: nothing below 0, and what the rule calls a highest amount. */
static bool terms_fit(const Step *step) {
    Money sum = MONEY_ZERO;
    for (int32_t i = 0; i < step->term_count; i++) {
        sum = money_add(sum, step->term[i]);
    }
    sum = money_round(sum.oere, 1, step->unit_oere == 0 ? 1 : step->unit_oere);
    if (sum.oere == step->amount.oere || (sum.oere < 0 && step->amount.oere == 0)) {
        return true;
    }
    bool has_highest = step->rule == RULE_HJ25B_BIDRAG || step->rule == RULE_HJ25B_TILLAEG ||
                       step->rule == RULE_NIVEAU_SYG || step->rule == RULE_NIVEAU_LED ||
                       step->rule == RULE_BRUTTO || step->rule == RULE_FRIKORT ||
                       step->rule == RULE_FERIE_HOLDT;
    return has_highest && step->amount.oere < sum.oere;
}

static bool factors_fit(const Step *step) {
    if (step->unit_oere == 0 || step->rule == RULE_ATP) {
        return true; /* ATP: the own share is at most the benefit */
    }
    Wide numerator = 1, denominator = 1;
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        numerator *= step->factor[i].numerator;
        denominator *= step->factor[i].denominator == 0 ? 1 : step->factor[i].denominator;
    }
    Money expected = step->rounded_down ? money_round_down(numerator, denominator, step->unit_oere)
                                        : money_round(numerator, denominator, step->unit_oere);
    return expected.oere == step->amount.oere;
}

/* The steps that rest on the facts themselves, not on other steps. */
static bool needs_row(const Step *step) {
    bool by_note = step->note != NULL;
    switch ((int)step->rule) {
    case RULE_AKTIVE_DAGE:
    case RULE_FOERTIDSPENSION:
    case RULE_SELVSTAENDIG:
    case RULE_MINDSTESATS:
        return true;
    case RULE_GRUNDBELOEB_RF:
    case RULE_GRUNDBELOEB_JA:
        return strcmp(step->note, "IKKE") != 0;
    case RULE_SANKTION_TREDJEDEL:
        return step->adds_to != STEP_IS_DETAIL;
    case RULE_TILBUD:
        return by_note && step->amount.oere != 0;
    case RULE_FRIKORT:
        return by_note && strcmp(step->note, "brugt") == 0 && step->amount.oere != 0;
    default:
        return false;
    }
}

/* The steps that have their one row in themselves. */
static bool needs_own_row(const Step *step) {
    switch ((int)step->rule) {
    case RULE_GRUNDBELOEB_RF:
    case RULE_GRUNDBELOEB_JA:
    case RULE_NIVEAU_SYG:
    case RULE_NIVEAU_LED:
    case RULE_INDKOMST_UDBETALT:
    case RULE_INDKOMST_LOENPERIODE:
    case RULE_FERIE_TILLAEG:
    case RULE_SANKTION_PUNKT:
        return true;
    case RULE_SANKTION_PERIODE:
        return step->adds_to != STEP_IS_DETAIL;
    case RULE_SKAT:
        return strcmp(step->note == NULL ? "intet_kort" : step->note, "intet_kort") != 0;
    default:
        return step->only_row;
    }
}

static void step_checked(void *context, const Step *step) {
    StepCheck *check = context;
    if (step->note != NULL &&
        (note_words(step->note, true) == NULL || note_words(step->note, false) == NULL)) {
        printf("no words for the note %s\n", step->note);
        check->nameless++;
    }
    check->nameless += needs_own_row(step) && step->row == NULL ? 1 : 0;
    if (step->only_row) {
        check->nameless += step->note == NULL ? 1 : 0;
        check->rows++;
        return;
    }
    check->nameless += needs_row(step) && check->rows == 0 ? 1 : 0;
    check->rows = 0;
    bool fits =
        step->term_count > 0 ? terms_fit(step) : step->factor[0].kind == FACTOR_NONE || factors_fit(step);
    check->wrong += fits ? 0 : 1;
}

static void finding_ignored(void *context, FindingCode code, const Source *row) {
    (void)context, (void)code, (void)row;
}

static StepCheck steps_of(Person *person, const void *rates, Result *result) {
    static MonthLaw law;
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    StepCheck check = {0};
    Trace trace = {step_checked, finding_ignored, &check};
    calc_month(&law, &facts, &trace, result);
    return check;
}

static bool sums_fail(Person *person, const void *rates) {
    Result result;
    return steps_of(person, rates, &result).wrong != 0;
}

Test(property, the_factors_or_terms_of_every_step_give_its_amount) {
    check_all(sums_fail);
}

static bool rows_fail(Person *person, const void *rates) {
    Result result;
    StepCheck check = steps_of(person, rates, &result);
    return check.nameless != 0 || check.rows != 0;
}

Test(property, every_step_that_rests_on_input_names_the_row) {
    check_all(rows_fail);
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
    Result with, without = person_calc(rates, person);
    steps_of(person, rates, &with);
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
