/* Group and base amount of a day (LAS § 68(2), § 69 j(2); law section 2). */
#include "engine/work.h"

/* BIDRAG is an amount of money to 2025-06, a supplement for each child from 2025-07 (LBK 1004/2025). */
#define BIDRAGSTILLAEG_FIRST_MONTH ((Month){2025 * 12 + 6})

#define CHILD_UNDER_YEARS 18
#define AT_HOME_UNDER_YEARS 25

static DayMask child_days(const Work *work, const Barn *barn) {
    if (!barn->i_riget) {
        return 0;
    }
    Date first = barn->foedselsdato;
    if (date_given(barn->forsoergelse_fra)) {
        first = date_max(first, barn->forsoergelse_fra);
    }
    DayMask grown_up =
        day_mask_after(work->days.first, work->days.length, barn->foedselsdato, 12 * CHILD_UNDER_YEARS);
    return work_mask(work, first, date_or_last(barn->forsoergelse_til)) & ~grown_up;
}

static DayMask living_at_home_days(const Work *work) {
    DayMask days = 0;
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        if (periode->art == PERIODE_HJEMMEBOENDE) {
            days |= work_mask(work, periode->foerste_dag, date_or_last(periode->sidste_dag));
        }
    }
    if (days == 0) {
        return 0;
    }
    return days & ~day_mask_after(work->days.first, work->days.length, work->facts->deltager->foedselsdato,
                                  12 * AT_HOME_UNDER_YEARS);
}

void gruppe_begin(Work *work) {
    GroupDays group = {.hjemmeboende = living_at_home_days(work)};
    group.changes = day_edges(group.hjemmeboende);
    for (int32_t i = 0; i < work->facts->boern_count; i++) {
        const Barn *barn = &work->facts->boern[i];
        DayMask days = child_days(work, barn);
        if (barn->forhold == FORHOLD_FORSOERGER) {
            group.forsoerger |= days;
        } else {
            group.bidrag |= days;
        }
        group.changes |= day_edges(days);
    }
    work->group = group;
}

/* The day whose group and children hold on `day`, by the policy `gruppe_skift`. */
static int32_t group_day(const Work *work, int32_t day) {
    bool whole_month = work_policy(work, POLICY_GRUPPE_SKIFT) == GRUPPE_SKIFT_MAANED_START;
    return whole_month ? day_first(work->days.active) : day;
}

Gruppe gruppe_on(const Work *work, int32_t day) {
    DayMask bit = UINT32_C(1) << group_day(work, day);
    if (work->group.forsoerger & bit) {
        return GRUPPE_FORS;
    }
    bool supports = (work->group.bidrag & bit) != 0;
    if (work->group.hjemmeboende & bit) {
        return supports ? GRUPPE_HJ25B : GRUPPE_HJ25;
    }
    return supports ? GRUPPE_FORS : GRUPPE_IKKE;
}

static bool supported_on(const Work *work, const Barn *barn, DayMask bit) {
    return barn->forhold == FORHOLD_BIDRAG && (child_days(work, barn) & bit) != 0;
}

/* What a child that the person supports adds to the HJ25 rate; supplement NULL: the child's own amount. */
static Money child_support(const Barn *barn, const RateRow *supplement) {
    return supplement == NULL ? money_or_zero(barn->bidrag_beloeb) : (Money){rate_value(supplement)};
}

/* What all of them add. */
static Money support_amount(Work *work, int32_t day) {
    bool by_supplement = work->law->rules_month.index >= BIDRAGSTILLAEG_FIRST_MONTH.index;
    const RateRow *supplement = by_supplement ? work_rate(work, RATE_BIDRAGSTILLAEG, day) : NULL;
    DayMask bit = UINT32_C(1) << group_day(work, day);
    Money sum = MONEY_ZERO;
    for (int32_t i = 0; i < work->facts->boern_count; i++) {
        const Barn *barn = &work->facts->boern[i];
        if (!supported_on(work, barn, bit)) {
            continue;
        }
        sum = money_add(sum, child_support(barn, supplement));
        if (!by_supplement && !money_given(barn->bidrag_beloeb)) {
            work_finding(work, FINDING_BIDRAG_UDEN_BELOEB, &barn->source);
        }
    }
    return sum;
}

static Money base_hj25b(Work *work, int32_t day) {
    Money alone = {rate_value(work_rate(work, RATE_YDELSE_HJ25, day))};
    Money highest = {rate_value(work_rate(work, RATE_YDELSE_FORS, day))};
    return money_min(money_add(alone, support_amount(work, day)), highest);
}

Money base_on(Work *work, Gruppe gruppe, int32_t day) {
    switch (gruppe) {
    case GRUPPE_FORS:
        return (Money){rate_value(work_rate(work, RATE_YDELSE_FORS, day))};
    case GRUPPE_HJ25:
        return (Money){rate_value(work_rate(work, RATE_YDELSE_HJ25, day))};
    case GRUPPE_HJ25B:
        return base_hj25b(work, day);
    case GRUPPE_IKKE:
    case GRUPPE_COUNT:
        break;
    }
    return (Money){rate_value(work_rate(work, RATE_YDELSE_IKKE, day))};
}

DayMask gruppe_changes(const Work *work) {
    const MonthRates *rates = &work->law->rates;
    return work->group.changes | rates->changes[RATE_YDELSE_FORS] | rates->changes[RATE_YDELSE_HJ25] |
           rates->changes[RATE_YDELSE_IKKE] | rates->changes[RATE_BIDRAGSTILLAEG];
}

/* The children of one kind that the group of some days rests on. */
static void children_explain(const Work *work, RuleId rule, Forhold forhold, DayMask on) {
    for (int32_t i = 0; i < work->facts->boern_count; i++) {
        const Barn *barn = &work->facts->boern[i];
        DayMask days = child_days(work, barn);
        if (barn->forhold == forhold && (days & on) != 0) {
            work_row(work, rule, forhold == FORHOLD_FORSOERGER ? "FORSOERGER" : "BIDRAG", days,
                     &barn->source);
        }
    }
}

/* Living at home, and the age. */
static void living_at_home_explain(const Work *work, RuleId rule, DayMask on) {
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        DayMask days = work_mask(work, periode->foerste_dag, date_or_last(periode->sidste_dag));
        if (periode->art == PERIODE_HJEMMEBOENDE && (days & on) != 0) {
            work_row(work, rule, periode_art_name(periode->art), days, &periode->source);
        }
    }
    work_row(work, rule, "foedselsdato", 0, &work->facts->deltager->source);
}

/* Each child's part, then the sum, at most the rate for providers. */
static void hj25b_explain(const Work *work, const Segment *segment, DayMask bit) {
    const MonthRates *rates = &work->law->rates;
    int32_t day = segment->first.day - work->days.first.day;
    bool by_supplement = work->law->rules_month.index >= BIDRAGSTILLAEG_FIRST_MONTH.index;
    const RateRow *supplement = by_supplement ? rates->on_day[RATE_BIDRAGSTILLAEG][day] : NULL;
    const RateRow *alone = rates->on_day[RATE_YDELSE_HJ25][day];
    RuleId rule = by_supplement ? RULE_HJ25B_TILLAEG : RULE_HJ25B_BIDRAG;
    Money support = MONEY_ZERO;
    for (int32_t i = 0; i < work->facts->boern_count; i++) {
        const Barn *barn = &work->facts->boern[i];
        if (supported_on(work, barn, bit)) {
            Money part = child_support(barn, supplement);
            if (work_is_traced(work)) {
                work_step(work, &(Step){.rule = rule,
                                        .note = "BIDRAG",
                                        .amount = part,
                                        STEP_NO_DAYS,
                                        .rate = {supplement},
                                        .row = &barn->source});
            }
            support = money_add(support, part);
        }
    }
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = rule,
                                .note = "HJ25B",
                                .amount = segment->terms.base,
                                .term = {{rate_value(alone)}, support},
                                .term_count = 2,
                                .first = segment->first,
                                .last = segment->last,
                                .rate = {alone, rates->on_day[RATE_YDELSE_FORS][day]}});
    }
}

void gruppe_explain(const Work *work, const Segment *segment) {
    RuleId rule = base_rule(segment->terms.forloeb->ordning);
    DayMask bit = UINT32_C(1) << group_day(work, segment->first.day - work->days.first.day);
    bool whole_month = work_policy(work, POLICY_GRUPPE_SKIFT) == GRUPPE_SKIFT_MAANED_START;
    DayMask on = whole_month ? bit : work_mask(work, segment->first, segment->last);
    bool provider = (work->group.forsoerger & bit) != 0;
    switch (segment->terms.gruppe) {
    case GRUPPE_FORS:
        children_explain(work, rule, provider ? FORHOLD_FORSOERGER : FORHOLD_BIDRAG, on);
        break;
    case GRUPPE_HJ25B:
        hj25b_explain(work, segment, bit);
        living_at_home_explain(work, rule, on);
        break;
    case GRUPPE_HJ25:
        living_at_home_explain(work, rule, on);
        break;
    case GRUPPE_IKKE:
    case GRUPPE_COUNT:
        break;
    }
}
