/* Level of a day: base amount, or what the person had before (LAS § 68(4)-(5); law section 3). */
#include "engine/work.h"

/* The weekly amount used: the person's own, at most the cap of the day. */
static Money week_amount(Work *work, const Forloeb *forloeb, RateId cap_id, int32_t day) {
    if (!money_given(forloeb->ugebeloeb)) {
        work_finding(work, FINDING_UGEBELOEB_MANGLER, &forloeb->source);
        return MONEY_ZERO;
    }
    return money_min(forloeb->ugebeloeb, (Money){rate_value(work_rate(work, cap_id, day))});
}

static Niveau niveau_of(Work *work, const Forloeb *forloeb, int32_t day) {
    if (forloeb->ordning == ORDNING_JA) {
        return NIVEAU_BASIS;
    }
    if (forloeb->tidligere_ydelse == TIDLIGERE_LEDIGHEDSYDELSE) {
        return NIVEAU_LED;
    }
    if (forloeb->tidligere_ydelse != TIDLIGERE_SYGEDAGPENGE) {
        return NIVEAU_BASIS;
    }
    if (!date_given(forloeb->niveau_slutdato)) {
        work_finding(work, FINDING_NIVEAU_SLUT_MANGLER, &forloeb->source);
        return NIVEAU_BASIS;
    }
    return work->days.first.day + day <= forloeb->niveau_slutdato.day ? NIVEAU_SYG : NIVEAU_BASIS;
}

void niveau_on(Work *work, const Forloeb *forloeb, int32_t day, DayTerms *terms) {
    terms->niveau = niveau_of(work, forloeb, day);
    switch (terms->niveau) {
    case NIVEAU_BASIS:
        terms->week = MONEY_ZERO;
        break;
    case NIVEAU_SYG:
        terms->week = week_amount(work, forloeb, RATE_SYGEDAGPENGE_MAX, day);
        break;
    case NIVEAU_LED:
        terms->week = week_amount(work, forloeb, RATE_LEDIGHEDSYDELSE_MAX, day);
        break;
    }
}

void niveau_explain(const Work *work, const Segment *segment) {
    const Forloeb *forloeb = segment->terms.forloeb;
    bool sick = segment->terms.niveau == NIVEAU_SYG;
    if (!money_given(forloeb->ugebeloeb)) {
        return; /* counts as 0; a finding says so */
    }
    int32_t day = segment->first.day - work->days.first.day;
    RateId cap = sick ? RATE_SYGEDAGPENGE_MAX : RATE_LEDIGHEDSYDELSE_MAX;
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = sick ? RULE_NIVEAU_SYG : RULE_NIVEAU_LED,
                                .note = "ugebeloeb",
                                .amount = segment->terms.week,
                                .term = {forloeb->ugebeloeb},
                                .term_count = 1,
                                .first = segment->first,
                                .last = segment->last,
                                .rate = {work->law->rates.on_day[cap][day]},
                                .row = &forloeb->source});
    }
}

DayMask niveau_changes(const Work *work) {
    const MonthRates *rates = &work->law->rates;
    DayMask changes = rates->changes[RATE_SYGEDAGPENGE_MAX] | rates->changes[RATE_LEDIGHEDSYDELSE_MAX];
    for (int32_t i = 0; i < work->days.course_count; i++) {
        const CountingCourse *course = &work->days.course[i];
        changes |= day_edges(course->days);
        if (date_given(course->forloeb->niveau_slutdato)) {
            Date after = {course->forloeb->niveau_slutdato.day + 1};
            changes |= work_mask(work, after, after);
        }
    }
    return changes;
}
