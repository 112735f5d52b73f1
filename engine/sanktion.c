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

/* Does the row say something about this month? */
static bool concerns_month(const Work *work, const Sanktion *row) {
    if (row->art == SANKTION_TREDJEDEL) {
        return (work_mask(work, row->foerste_dag, row->sidste_dag) & work->days.active) != 0;
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

/* Whether the row counts in this month; says why when it does not. */
static bool counts(Work *work, const Sanktion *row) {
    if (!concerns_month(work, row)) {
        return false;
    }
    FindingCode why;
    if (!row->afgoerelse) {
        why = FINDING_AFGOERELSE_MANGLER;
    } else if (work_policy(work, sanktion_switch[row->art]) == BRUG_NEJ) {
        why = FINDING_AUTOMATIK_SLUKKET;
    } else if (!in_time(row)) {
        why = FINDING_SANKTION_FOR_SEN;
    } else if (row->art == SANKTION_TREDJEDEL && third_is_barred(work)) {
        why = FINDING_TREDJEDEL_LAV_SATS;
    } else {
        return true;
    }
    work_finding(work, why, &row->source);
    return false;
}

/* K(b0 x 12 / 260): the day rate of the first active day's own amount. */
static Money day_rate(const Work *work) {
    const DayTerms *terms = &work->segment[0].terms;
    Wide own = (Wide)terms->base.oere * terms->share_hundredths;
    if (money_given(terms->cap) && own > (Wide)terms->cap.oere * PERCENT_DENOMINATOR) {
        own = (Wide)terms->cap.oere * PERCENT_DENOMINATOR;
    }
    Money rate = round_krone(own * 12, (Wide)PERCENT_DENOMINATOR * DAYS_OF_WORK_PER_YEAR);
    work_step(work, &(Step){.rule = RULE_SANKTION_PERIODE, .note = "dagsats", .amount = rate,
                            .factor = {{FACTOR_KRONER, own, PERCENT_DENOMINATOR},
                                       {FACTOR_SHARE, 12, DAYS_OF_WORK_PER_YEAR}},
                            .unit_oere = OERE_PER_KRONE, STEP_NO_DAYS});
    return rate;
}

/* R(amount x after / gross) */
static Money in_proportion(const Work *work, RuleId rule, Money amount, const RateRow *rate,
                           const Sanktion *row) {
    if (work->gross.oere == 0) {
        return MONEY_ZERO;
    }
    Money cut = work_round(work, (Wide)amount.oere * work->after.oere, work->gross.oere);
    work_step(work, &(Step){.rule = rule, .adds_to = STEP_ADDS_TO(sanktion), .amount = cut,
                            .factor = {{FACTOR_KRONER, amount.oere, 1},
                                       {FACTOR_SHARE, work->after.oere, work->gross.oere}},
                            .unit_oere = work_unit(work), STEP_NO_DAYS, .rate = {rate}, .row = &row->source});
    return cut;
}

static Money single_sanction(Work *work, const Sanktion *row) {
    const DayTerms *terms = &work->segment[0].terms;
    bool high = terms->gruppe == GRUPPE_FORS || terms->gruppe == GRUPPE_IKKE || terms->niveau != NIVEAU_BASIS;
    const RateRow *rate = work_rate(work, high ? RATE_PUNKTSANKTION_HOEJ : RATE_PUNKTSANKTION_LAV,
                                    work->last_active);
    return in_proportion(work, RULE_SANKTION_PUNKT, (Money){rate_value(rate)}, rate, row);
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

/* K(rest x covered / active / 3) */
static Money third(const Work *work, Money rest, DayMask covered) {
    if (covered == 0 || work->gross.oere == 0) {
        return MONEY_ZERO;
    }
    Money cut = round_krone((Wide)rest.oere * day_count(covered), (Wide)work->active_count * 3);
    work_step(work, &(Step){.rule = RULE_SANKTION_TREDJEDEL, .adds_to = STEP_ADDS_TO(sanktion), .amount = cut,
                            .factor = {{FACTOR_KRONER, rest.oere, 1},
                                       {FACTOR_DAYS, day_count(covered), work->active_count},
                                       {FACTOR_SHARE, 1, 3}},
                            .unit_oere = OERE_PER_KRONE, STEP_NO_DAYS});
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
            by_days = money_add(by_days, in_proportion(work, RULE_SANKTION_PERIODE,
                                                       (Money){row->dage * day_rate(work).oere}, NULL, row));
            break;
        case SANKTION_PUNKT:
            single = earlier_of(work, single, row);
            break;
        case SANKTION_TREDJEDEL:
            third_days |= work_mask(work, row->foerste_dag, row->sidste_dag) & work->days.active;
            break;
        }
    }
    Money sanctions = by_days;
    if (single != NULL) {
        sanctions = money_add(sanctions, single_sanction(work, single));
    }
    Money rest = money_floor_zero(money_subtract(work->after, sanctions));
    work->result->amount[AMOUNT_sanktion] = money_add(sanctions, third(work, rest, third_days));
}
