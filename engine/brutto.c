/* Segments of equal days and the gross benefit (law section 4). */
#include "engine/work.h"

static const char *const niveau_names[] = {"BASIS", "SYG", "LED"};

/* The course that counts on a covered day. */
static const Forloeb *course_on(const Work *work, int32_t day) {
    int32_t i = 0;
    while ((work->days.course[i].days >> day & 1) == 0) {
        i++;
    }
    return work->days.course[i].forloeb;
}

static void terms_on(Work *work, int32_t day, DayTerms *terms) {
    terms->forloeb = course_on(work, day);
    terms->gruppe = gruppe_on(work, day);
    terms->base = base_on(work, terms->gruppe, day);
    niveau_on(work, terms->forloeb, day, terms);
    share_on(work, terms->forloeb, day, terms);
    terms->cap = cap_on(work, day);
}

static bool terms_equal(const DayTerms *a, const DayTerms *b) {
    return a->forloeb == b->forloeb && a->gruppe == b->gruppe && a->niveau == b->niveau &&
           a->base.oere == b->base.oere && a->week.oere == b->week.oere &&
           a->share_hundredths == b->share_hundredths && a->cap.oere == b->cap.oere;
}

/* The self-employed share acts on the base amount only. */
static bool is_whole(const DayTerms *terms) {
    return terms->niveau != NIVEAU_BASIS || terms->share_hundredths == FULL_SHARE_HUNDREDTHS;
}

/* The row behind the base amount; a HJ25B amount has its own step. */
static const RateRow *base_rate(const Work *work, const Segment *segment) {
    static const RateId ids[] = {RATE_YDELSE_FORS, RATE_YDELSE_HJ25, RATE_YDELSE_HJ25, RATE_YDELSE_IKKE};
    int32_t day = segment->first.day - work->days.first.day;
    return work->law->rates.on_day[ids[segment->terms.gruppe]][day];
}

static void former_level_explain(const Work *work, const Segment *segment, int32_t days, Money amount) {
    const DayTerms *terms = &segment->terms;
    niveau_explain(work, segment);
    Step step = {.rule = terms->niveau == NIVEAU_SYG ? RULE_NIVEAU_SYG : RULE_NIVEAU_LED,
                 .note = niveau_names[terms->niveau],
                 .amount = amount,
                 .unit_oere = work_unit(work),
                 .first = segment->first,
                 .last = segment->last,
                 .row = &terms->forloeb->source};
    step.factor[0] = (Factor){FACTOR_KRONER, terms->week.oere, 1};
    if (work_policy(work, POLICY_SYG_MAANED) == SYG_MAANED_HVERDAGE) {
        step.factor[1] = (Factor){FACTOR_DAYS, date_weekdays(segment->first, segment->last), 5};
    } else {
        step.factor[1] = (Factor){FACTOR_SHARE, 52, 12};
        step.factor[2] = (Factor){FACTOR_DAYS, days, work->days.length};
    }
    work_step(work, &step);
}

/* The weekly amount of the segment's days, by the policy `syg_maaned`. */
static Money former_level(const Work *work, const Segment *segment, int32_t days) {
    const Money week = segment->terms.week;
    Money amount;
    if (work_policy(work, POLICY_SYG_MAANED) == SYG_MAANED_HVERDAGE) {
        amount = work_round(work, (Wide)week.oere * date_weekdays(segment->first, segment->last), 5);
    } else {
        amount = work_round(work, (Wide)week.oere * 52 * days, (Wide)12 * work->days.length);
    }
    if (work_is_traced(work)) {
        former_level_explain(work, segment, days, amount);
    }
    return amount;
}

static void base_explain(const Work *work, const Segment *segment, int32_t days, Money amount) {
    const DayTerms *terms = &segment->terms;
    bool whole = is_whole(terms);
    gruppe_explain(work, segment);
    Step step = {.rule = base_rule(terms->forloeb->ordning),
                 .note = gruppe_names[terms->gruppe],
                 .amount = amount,
                 .unit_oere = work_unit(work),
                 .first = segment->first,
                 .last = segment->last,
                 .rate = {base_rate(work, segment), whole ? NULL : terms->share_rate},
                 .row = &terms->forloeb->source};
    step.factor[0] = (Factor){FACTOR_KRONER, terms->base.oere, 1};
    step.factor[1] = (Factor){FACTOR_DAYS, days, work->days.length};
    if (!whole) {
        step.rule = RULE_SELVSTAENDIG;
        step.factor[2] = (Factor){FACTOR_PERCENT, terms->share_hundredths, PERCENT_DENOMINATOR};
        share_explain(work, segment);
    }
    work_step(work, &step);
}

/* The share of the base amount: the whole of it but for partly unfit self-employed people. */
static Money base_amount(const Work *work, const Segment *segment, int32_t days) {
    const DayTerms *terms = &segment->terms;
    Money amount = is_whole(terms) ? work_round(work, (Wide)terms->base.oere * days, work->days.length)
                                   : work_round(work, (Wide)terms->base.oere * terms->share_hundredths * days,
                                                (Wide)PERCENT_DENOMINATOR * work->days.length);
    if (work_is_traced(work)) {
        base_explain(work, segment, days, amount);
    }
    return amount;
}

/* min(gross, reduced level), when a decision has set one. */
static Money reduced_level(const Work *work, const Segment *segment, int32_t days, Money gross) {
    Money cap = segment->terms.cap;
    if (!money_given(cap)) {
        return gross;
    }
    Money highest = work_round(work, (Wide)cap.oere * days, work->days.length);
    if (work_is_traced(work)) {
        cap_explain(work, segment);
        work_step(work,
                  &(Step){.rule = RULE_MINDSTESATS,
                          .amount = highest,
                          .factor = {{FACTOR_KRONER, cap.oere, 1}, {FACTOR_DAYS, days, work->days.length}},
                          .unit_oere = work_unit(work),
                          .first = segment->first,
                          .last = segment->last});
    }
    return money_min(gross, highest);
}

static void segment_gross(const Work *work, Segment *segment) {
    int32_t days = date_count(segment->first, segment->last);
    Money gross = base_amount(work, segment, days);
    if (segment->terms.niveau != NIVEAU_BASIS) {
        gross = money_max(former_level(work, segment, days), gross); /* never under the group amount */
    }
    segment->gross = reduced_level(work, segment, days, gross);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_BRUTTO,
                                .note = niveau_names[segment->terms.niveau],
                                .adds_to = STEP_ADDS_TO(brutto),
                                .amount = segment->gross,
                                .term = {gross},
                                .term_count = 1,
                                .first = segment->first,
                                .last = segment->last});
    }
}

/* Days at which a segment may begin: every change of what decides the amount, and every gap. */
static DayMask segment_starts(const Work *work) {
    DayMask active = work->days.active;
    DayMask changes = gruppe_changes(work) | niveau_changes(work) | nedsaettelse_changes(work);
    return active & (changes | ~(active << 1));
}

static bool continues(const Segment *previous, const Segment *next) {
    return previous->last.day + 1 == next->first.day && terms_equal(&previous->terms, &next->terms);
}

/* Cuts the active days into maximal runs of equal terms. */
static void segments_fill(Work *work) {
    DayMask active = work->days.active;
    DayMask starts = segment_starts(work);
    for (DayMask rest = starts; rest != 0; rest &= rest - 1) {
        int32_t from = day_first(rest);
        /* The next start or gap ends it; bit 31 is beyond every month, so there always is one. */
        DayMask later_breaks = ((rest & (rest - 1)) | ~active) & ~((UINT32_C(2) << from) - 1);
        int32_t until = day_first(later_breaks) - 1;
        Segment *next = &work->segment[work->segment_count];
        next->first = (Date){work->days.first.day + from};
        next->last = (Date){work->days.first.day + until};
        terms_on(work, from, &next->terms);
        if (work->segment_count > 0 && continues(&work->segment[work->segment_count - 1], next)) {
            work->segment[work->segment_count - 1].last = next->last;
        } else {
            work->segment_count++;
        }
    }
}

/* scheme(M): the scheme with the most active days, when equal that of the last active day. */
static Ordning month_scheme(const Work *work) {
    int32_t days[2] = {0, 0};
    for (int32_t i = 0; i < work->segment_count; i++) {
        const Segment *segment = &work->segment[i];
        days[segment->terms.forloeb->ordning] += date_count(segment->first, segment->last);
    }
    if (days[ORDNING_RF] == days[ORDNING_JA]) {
        return work->segment[work->segment_count - 1].terms.forloeb->ordning;
    }
    return days[ORDNING_RF] > days[ORDNING_JA] ? ORDNING_RF : ORDNING_JA;
}

static void gross_explain(const Work *work) {
    Step total = {.rule = RULE_BRUTTO, .note = "brutto_i_alt", .amount = work->gross, STEP_NO_DAYS};
    for (int32_t i = 0; i < work->segment_count; i++) {
        segment_term(work, &total, work->segment[i].gross);
    }
    work_step(work, &total);
}

void brutto_compute(Work *work) {
    nedsaettelse_findings(work);
    gruppe_begin(work);
    segments_fill(work);
    work->ordning = month_scheme(work);
    work->result->gruppe = work->segment[work->segment_count - 1].terms.gruppe;
    work->gross = MONEY_ZERO;
    for (int32_t i = 0; i < work->segment_count; i++) {
        segment_gross(work, &work->segment[i]);
        work->gross = money_add(work->gross, work->segment[i].gross);
    }
    if (work->segment_count > 1 && work_is_traced(work)) {
        gross_explain(work);
    }
}
