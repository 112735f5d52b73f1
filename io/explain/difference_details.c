/* What stands behind the parts of a difference: rates, days, groups, levels, amounts. */
#include <stdlib.h>
#include <string.h>

#include "io/explain/difference.h"

static DifferenceDetail *detail_add(Difference *difference, Cause cause, const char *name) {
    if (difference->detail_count == difference->detail_capacity) {
        const int32_t capacity = difference->detail_capacity == 0 ? 16 : difference->detail_capacity * 2;
        DifferenceDetail *moved = realloc(difference->details, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL) {
            difference->out_of_memory = true;
            return NULL;
        }
        difference->details = moved;
        difference->detail_capacity = capacity;
    }
    DifferenceDetail *detail = &difference->details[difference->detail_count++];
    *detail = (DifferenceDetail){.cause = cause, .rate = -1};
    snprintf(detail->name, sizeof detail->name, "%s", name);
    return detail;
}

static void amount_add(Difference *difference, Cause cause, const char *name, Money before, Money after) {
    if (before.oere == after.oere)
        return;
    DifferenceDetail *detail = detail_add(difference, cause, name);
    if (detail != NULL) {
        detail->is_amount = true;
        detail->amount[0] = before;
        detail->amount[1] = after;
    }
}

static void text_add(Difference *difference, Cause cause, const char *name, const char *before,
                     const char *after) {
    if (strcmp(before, after) == 0)
        return;
    DifferenceDetail *detail = detail_add(difference, cause, name);
    if (detail != NULL) {
        snprintf(detail->text[0], sizeof detail->text[0], "%s", before);
        snprintf(detail->text[1], sizeof detail->text[1], "%s", after);
    }
}

/* The value of each series that the calculation used last; MONEY_NONE: it did not. */
static void rates_used(const Explanation *explanation, Money values[RATE_COUNT]) {
    for (int id = 0; id < RATE_COUNT; id++)
        values[id] = MONEY_NONE;
    for (int32_t i = 0; i < explanation->step_count; i++)
        for (int r = 0; r < STEP_RATES_MAX; r++) {
            const RateRow *rate = explanation->steps[i].step.rate[r];
            if (rate != NULL)
                values[rate->id] = (Money){rate->value_hundredths};
        }
}

static void rates_find(Difference *difference) {
    Money before[RATE_COUNT], after[RATE_COUNT];
    rates_used(&difference->explanation[0], before);
    rates_used(&difference->explanation[1], after);
    for (int id = 0; id < RATE_COUNT; id++) {
        char name[64];
        snprintf(name, sizeof name, "sats %s %s", rate_series[id].name, rate_series[id].group);
        /* Obligatory pension is paid on top: it moves nothing that is split. */
        if (id == RATE_OBLIGATORISK_PENSION || !money_given(before[id]) || !money_given(after[id]) ||
            before[id].oere == after[id].oere)
            continue;
        amount_add(difference, CAUSE_SATSER, name, before[id], after[id]);
        if (!difference->out_of_memory)
            difference->details[difference->detail_count - 1].rate = id;
    }
}

static void policies_find(Difference *difference) {
    for (int key = 0; key < POLICY_COUNT; key++) {
        char name[64], before[POLICY_TEXT_SIZE], after[POLICY_TEXT_SIZE];
        snprintf(name, sizeof name, "politik %s", policy_table[key].key);
        policy_value_text(&difference->side[0].law->policy, (PolicyKey)key, before);
        policy_value_text(&difference->side[1].law->policy, (PolicyKey)key, after);
        text_add(difference, CAUSE_SATSER, name, before, after);
    }
}

/* The steps that give the base amounts, and those that give the parts of the gross benefit; others of their rules
 * only name rows. */
static bool is_segment(const Step *step, bool base) {
    if (!base)
        return step->rule == RULE_BRUTTO && step->adds_to == STEP_ADDS_TO(brutto);
    const bool base_rule = step->rule == RULE_GRUNDBELOEB_RF || step->rule == RULE_GRUNDBELOEB_JA ||
                           step->rule == RULE_SELVSTAENDIG;
    return base_rule && step->factor[0].kind != FACTOR_NONE && step->note != NULL;
}

/* "IKKE 14, FORS 17": the days of each group or level, in the order of the month. */
static void days_by_note(const Explanation *explanation, bool base, char text[DETAIL_TEXT_SIZE]) {
    const char *note = NULL;
    int32_t days = 0;
    size_t size = 0;
    text[0] = '\0';
    for (int32_t i = 0; i <= explanation->step_count; i++) {
        const Step *step = i < explanation->step_count ? &explanation->steps[i].step : NULL;
        if (step != NULL && !is_segment(step, base))
            continue;
        if (note != NULL && (step == NULL || strcmp(note, step->note) != 0)) {
            const int more =
                snprintf(text + size, DETAIL_TEXT_SIZE - size, "%s%s %d", size == 0 ? "" : ", ", note, days);
            size += more > 0 && size + (size_t)more < DETAIL_TEXT_SIZE ? (size_t)more : 0;
            days = 0;
        }
        if (step != NULL) {
            note = step->note;
            days += date_count(step->first, step->last);
        }
    }
}

static void days_find(Difference *difference) {
    const Result *before = &difference->split.before, *after = &difference->split.after;
    char one[DETAIL_TEXT_SIZE], other[DETAIL_TEXT_SIZE];
    snprintf(one, sizeof one, "%d/%d", before->aktive_dage, month_days(before->month));
    snprintf(other, sizeof other, "%d/%d", after->aktive_dage, month_days(after->month));
    text_add(difference, CAUSE_DAGE, "aktive_dage", one, other);
    if (before->aktive_dage > 0 && after->aktive_dage > 0)
        text_add(difference, CAUSE_DAGE, "ordning", before->ordning == ORDNING_JA ? "JA" : "RF",
                 after->ordning == ORDNING_JA ? "JA" : "RF");
    days_by_note(&difference->explanation[0], true, one);
    days_by_note(&difference->explanation[1], true, other);
    text_add(difference, CAUSE_BARN_ALDER, "gruppe", one, other);
    days_by_note(&difference->explanation[0], false, one);
    days_by_note(&difference->explanation[1], false, other);
    text_add(difference, CAUSE_NIVEAU, "niveau", one, other);
}

static void amounts_find(Difference *difference) {
    static const struct {
        Cause cause;
        AmountId amount;
    } behind[] = {{CAUSE_LOEN, AMOUNT_fradrag_loen},
                  {CAUSE_LOEN, AMOUNT_fradrag_sygeloen},
                  {CAUSE_LOEN, AMOUNT_fradrag_tilbud},
                  {CAUSE_ANDEN_INDKOMST, AMOUNT_fradrag_anden},
                  {CAUSE_FERIE, AMOUNT_fradrag_ferie},
                  {CAUSE_SANKTION, AMOUNT_sanktion},
                  {CAUSE_SKAT, AMOUNT_skat}};
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        amount_add(difference, behind[i].cause, amount_name[behind[i].amount],
                   difference->split.before.amount[behind[i].amount],
                   difference->split.after.amount[behind[i].amount]);
}

/* What the steps of a rule came to; MONEY_NONE: it played no part. */
static Money sum_of(const Explanation *explanation, RuleId rule) {
    Money sum = MONEY_NONE;
    for (int32_t i = 0; i < explanation->step_count; i++) {
        const Step *step = &explanation->steps[i].step;
        if (step->rule == rule && step->factor[0].kind != FACTOR_NONE)
            sum = money_add(money_or_zero(sum), step->amount);
    }
    return sum;
}

static void reductions_find(Difference *difference) {
    const Explanation *before = &difference->explanation[0], *after = &difference->explanation[1];
    amount_add(difference, CAUSE_NIVEAU, "mindstesats", sum_of(before, RULE_MINDSTESATS),
               sum_of(after, RULE_MINDSTESATS));
    amount_add(difference, CAUSE_NIVEAU, "selvstaendig", sum_of(before, RULE_SELVSTAENDIG),
               sum_of(after, RULE_SELVSTAENDIG));
}

static void held_find(Difference *difference) {
    char before[FINDING_LIST_SIZE], after[FINDING_LIST_SIZE];
    finding_set_format(&difference->split.before.findings, before);
    finding_set_format(&difference->split.after.findings, after);
    text_add(difference, CAUSE_TILBAGEHOLDT, "fund", before, after);
}

/* Details of parts that are there; what else differs has moved nothing. */
static void details_keep(Difference *difference) {
    uint32_t parts = 0;
    int32_t kept = 0;
    for (int32_t i = 0; i < difference->split.part_count; i++)
        parts |= UINT32_C(1) << difference->split.part[i].cause;
    for (int32_t i = 0; i < difference->detail_count; i++)
        if (parts >> difference->details[i].cause & 1)
            difference->details[kept++] = difference->details[i];
    difference->detail_count = kept;
}

void difference_details_find(Difference *difference) {
    rates_find(difference);
    policies_find(difference);
    days_find(difference);
    amounts_find(difference);
    reductions_find(difference);
    held_find(difference);
    details_keep(difference);
}
