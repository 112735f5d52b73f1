/* Sanctions (LAS §§ 69 a-69 f, 69 l-69 q; law section 6): only with a decision, and in proportion to what
 * income has left of the benefit. */
#include "engine/work.h"

#define MONTHS_TO_ACT 3
#define DAYS_OF_WORK_PER_YEAR 260

static const PolicyKey sanktion_switch[] = {
    [SANKTION_PERIODE] = POLICY_BRUG_SANKTION_PERIODE,
    [SANKTION_PUNKT] = POLICY_BRUG_SANKTION_PUNKT,
    [SANKTION_TREDJEDEL] = POLICY_BRUG_SANKTION_TREDJEDEL,
};

/* The active days that a TREDJEDEL row covers. */
static DayMask third_mask(const Work *work, const Sanktion *row) {
    return work_mask(work, row->foerste_dag, row->sidste_dag) & work->days.active;
}

/* Does the row say something about this month? */
static bool concerns_month(const Work *work, const Sanktion *row) {
    if (row->art == SANKTION_TREDJEDEL) {
        return third_mask(work, row) != 0;
    }
    return row->virkningsmaaned.index == work->law->month.index;
}

static bool in_time(const Sanktion *row) {
    if (row->art == SANKTION_TREDJEDEL) {
        return true;
    }
    int32_t later = row->virkningsmaaned.index - month_of(row->haendelsesdato).index;
    return later >= 0 && later <= MONTHS_TO_ACT;
}

/* A person at the rate for living at home is not cut by a third. */
static bool third_is_barred(const Work *work) {
    const DayTerms *terms = &work->segment[0].terms;
    bool low_group = terms->gruppe == GRUPPE_HJ25 || terms->gruppe == GRUPPE_HJ25B;
    return low_group && terms->niveau == NIVEAU_BASIS;
}

/* Whether a row that concerns the month counts in it; why not, when it does not. */
static bool applies(const Work *work, const Sanktion *row, FindingCode *why) {
    if (!row->afgoerelse) {
        *why = FINDING_AFGOERELSE_MANGLER;
    } else if (work_policy(work, sanktion_switch[row->art]) == BRUG_NEJ) {
        *why = FINDING_AUTOMATIK_SLUKKET;
    } else if (!in_time(row)) {
        *why = FINDING_SANKTION_FOR_SEN;
    } else if (row->art == SANKTION_TREDJEDEL && third_is_barred(work)) {
        *why = FINDING_TREDJEDEL_LAV_SATS;
    } else {
        return true;
    }
    return false;
}

static bool counts(Work *work, const Sanktion *row) {
    FindingCode why;
    if (!concerns_month(work, row)) {
        return false;
    }
    if (!applies(work, row, &why)) {
        work_finding(work, why, &row->source);
        return false;
    }
    return true;
}

/* K(b0 x 12 / 260): the day rate of the first active day's own amount. */
static Money day_rate(const Work *work) {
    const DayTerms *terms = &work->segment[0].terms;
    Wide own = (Wide)terms->base.oere * terms->share_hundredths;
    if (money_given(terms->cap) && own > (Wide)terms->cap.oere * PERCENT_DENOMINATOR) {
        own = (Wide)terms->cap.oere * PERCENT_DENOMINATOR;
    }
    Money rate = round_krone(own * 12, (Wide)PERCENT_DENOMINATOR * DAYS_OF_WORK_PER_YEAR);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_SANKTION_PERIODE,
                                .note = "dagsats",
                                .amount = rate,
                                .factor = {{FACTOR_KRONER, own, PERCENT_DENOMINATOR},
                                           {FACTOR_SHARE, 12, DAYS_OF_WORK_PER_YEAR}},
                                .unit_oere = OERE_PER_KRONE,
                                STEP_NO_DAYS});
    }
    return rate;
}

/* R(times x amount x after / gross) */
static Money in_proportion(const Work *work, Step *step, Money amount, int32_t times) {
    if (work->gross.oere == 0) {
        return MONEY_ZERO;
    }
    step->adds_to = STEP_ADDS_TO(sanktion);
    step->amount = work_round(work, (Wide)amount.oere * times * work->after.oere, work->gross.oere);
    step->unit_oere = work_unit(work);
    step->factor[0] = (Factor){FACTOR_KRONER, amount.oere, 1};
    step->factor[1] = (Factor){FACTOR_AMOUNTS, work->after.oere, work->gross.oere};
    if (step->rule == RULE_SANKTION_PERIODE) {
        step->factor[2] = step->factor[1];
        step->factor[1] = (Factor){FACTOR_DAYS, times, 1};
    }
    work_step(work, step);
    return step->amount;
}

static Money days_sanction(const Work *work, const Sanktion *row) {
    Step step = {.rule = RULE_SANKTION_PERIODE, .row = &row->source, STEP_NO_DAYS};
    return in_proportion(work, &step, day_rate(work), row->dage);
}

static Money single_sanction(Work *work, const Sanktion *row) {
    const DayTerms *terms = &work->segment[0].terms;
    bool high = terms->gruppe == GRUPPE_FORS || terms->gruppe == GRUPPE_IKKE || terms->niveau != NIVEAU_BASIS;
    const RateRow *rate =
        work_rate(work, high ? RATE_PUNKTSANKTION_HOEJ : RATE_PUNKTSANKTION_LAV, work->last_active);
    Step step = {.rule = RULE_SANKTION_PUNKT, .rate = {rate}, .row = &row->source, STEP_NO_DAYS};
    return in_proportion(work, &step, (Money){rate_value(rate)}, 1);
}

/* The row with the earliest event, then the smallest id; rows come sorted by id. */
static const Sanktion *earlier_of(Work *work, const Sanktion *chosen, const Sanktion *row) {
    if (chosen == NULL) {
        return row;
    }
    bool row_is_earlier = row->haendelsesdato.day < chosen->haendelsesdato.day;
    work_finding(work, FINDING_PUNKT_FLERE, row_is_earlier ? &chosen->source : &row->source);
    return row_is_earlier ? row : chosen;
}

/* The decisions behind the days, and what the other sanctions have left. */
static void third_explain(const Work *work, Money rest, Money others) {
    Step step = {.rule = RULE_SANKTION_TREDJEDEL, .note = "rest", .amount = rest, STEP_NO_DAYS};
    step_term(&step, work->after);
    step_term(&step, money_subtract(MONEY_ZERO, others));
    if (step.term_count > 1) {
        work_step(work, &step);
    }
    for (int32_t i = 0; i < work->facts->sanktioner_count; i++) {
        const Sanktion *row = &work->facts->sanktioner[i];
        FindingCode why;
        if (row->art == SANKTION_TREDJEDEL && concerns_month(work, row) && applies(work, row, &why)) {
            work_row(work, RULE_SANKTION_TREDJEDEL, "TREDJEDEL", third_mask(work, row), &row->source);
        }
    }
}

/* K(rest x covered / active / 3), the rest being what the other sanctions have left. */
static Money third(const Work *work, Money others, DayMask covered) {
    if (covered == 0 || work->gross.oere == 0) {
        return MONEY_ZERO;
    }
    Money rest = money_floor_zero(money_subtract(work->after, others));
    third_explain(work, rest, others);
    Money cut = round_krone((Wide)rest.oere * day_count(covered), (Wide)work->active_count * 3);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_SANKTION_TREDJEDEL,
                                .adds_to = STEP_ADDS_TO(sanktion),
                                .amount = cut,
                                .factor = {{FACTOR_KRONER, rest.oere, 1},
                                           {FACTOR_DAYS, day_count(covered), work->active_count},
                                           {FACTOR_SHARE, 1, 3}},
                                .unit_oere = OERE_PER_KRONE,
                                STEP_NO_DAYS});
    }
    return cut;
}

void sanktion_compute(Work *work) {
    Money by_days = MONEY_ZERO;
    const Sanktion *single = NULL;
    DayMask third_days = 0;
    for (int32_t i = 0; i < work->facts->sanktioner_count; i++) {
        const Sanktion *row = &work->facts->sanktioner[i];
        if (!counts(work, row)) {
            continue;
        }
        switch (row->art) {
        case SANKTION_PERIODE:
            by_days = money_add(by_days, days_sanction(work, row));
            break;
        case SANKTION_PUNKT:
            single = earlier_of(work, single, row);
            break;
        case SANKTION_TREDJEDEL:
            third_days |= third_mask(work, row);
            break;
        }
    }
    Money sanctions = by_days;
    if (single != NULL) {
        sanctions = money_add(sanctions, single_sanction(work, single));
    }
    work->result->amount[AMOUNT_sanktion] = money_add(sanctions, third(work, sanctions, third_days));
}
