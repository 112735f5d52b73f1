/* Segments of equal days and the gross benefit (law section 4). */
#include "engine/work.h"

static const char *const gruppe_names[] = {"FORS", "HJ25", "HJ25B", "IKKE"};
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
    terms->share_hundredths = share_on(work, terms->forloeb, day);
    terms->cap = cap_on(work, day);
}

static bool terms_equal(const DayTerms *a, const DayTerms *b) {
    return a->forloeb == b->forloeb && a->gruppe == b->gruppe && a->niveau == b->niveau &&
           a->base.oere == b->base.oere && a->week.oere == b->week.oere &&
           a->share_hundredths == b->share_hundredths && a->cap.oere == b->cap.oere;
}

/* The gross amount of a segment at the former level, never under the group amount. */
static Money gross_former_level(const Work *work, const Segment *segment, int32_t days) {
    const DayTerms *terms = &segment->terms;
    Money group_amount = work_round(work, (Wide)terms->base.oere * days, work->days.length);
    Money level;
    if (work_policy(work, POLICY_SYG_MAANED) == SYG_MAANED_HVERDAGE) {
        level = work_round(work, (Wide)terms->week.oere * date_weekdays(segment->first, segment->last), 5);
    } else {
        level = work_round(work, (Wide)terms->week.oere * 52 * days, (Wide)12 * work->days.length);
    }
    Step step = {.rule = terms->niveau == NIVEAU_SYG ? RULE_NIVEAU_SYG : RULE_NIVEAU_LED,
                 .note = niveau_names[terms->niveau],
                 .numerator = (Wide)terms->week.oere * 52 * days,
                 .denominator = (Wide)12 * work->days.length,
                 .unit_oere = work_unit(work),
                 .amount = level,
                 .first = segment->first,
                 .last = segment->last,
                 .row = &terms->forloeb->source};
    if (work_policy(work, POLICY_SYG_MAANED) == SYG_MAANED_HVERDAGE) {
        step.numerator = (Wide)terms->week.oere * date_weekdays(segment->first, segment->last);
        step.denominator = 5;
    }
    work_step(work, &step);
    return money_max(level, group_amount);
}

/* The share of the base amount: the whole of it but for partly unfit self-employed people. */
static Money gross_base(const Work *work, const Segment *segment, int32_t days) {
    const DayTerms *terms = &segment->terms;
    Wide numerator = (Wide)terms->base.oere * terms->share_hundredths * days;
    Wide denominator = (Wide)PERCENT_DENOMINATOR * work->days.length;
    Money gross = work_round(work, numerator, denominator);
    RuleId rule = terms->share_hundredths != FULL_SHARE_HUNDREDTHS ? RULE_SELVSTAENDIG
                  : terms->forloeb->ordning == ORDNING_RF           ? RULE_GRUNDBELOEB_RF
                                                                    : RULE_GRUNDBELOEB_JA;
    work_step(work, &(Step){.rule = rule,
                            .note = gruppe_names[terms->gruppe],
                            .numerator = numerator,
                            .denominator = denominator,
                            .unit_oere = work_unit(work),
                            .amount = gross,
                            .first = segment->first,
                            .last = segment->last,
                            .row = &terms->forloeb->source});
    return gross;
}

static void segment_gross(const Work *work, Segment *segment) {
    int32_t days = date_count(segment->first, segment->last);
    segment->gross = segment->terms.niveau == NIVEAU_BASIS ? gross_base(work, segment, days)
                                                           : gross_former_level(work, segment, days);
    if (!money_given(segment->terms.cap)) {
        return;
    }
    Wide numerator = (Wide)segment->terms.cap.oere * days;
    Money cap = work_round(work, numerator, work->days.length);
    segment->gross = money_min(segment->gross, cap);
    work_step(work, &(Step){.rule = RULE_MINDSTESATS,
                            .numerator = numerator,
                            .denominator = work->days.length,
                            .unit_oere = work_unit(work),
                            .amount = segment->gross,
                            .first = segment->first,
                            .last = segment->last});
}

/* Days at which a segment may begin: every change of what decides the amount, and every gap. */
static DayMask segment_starts(const Work *work) {
    DayMask active = work->days.active;
    DayMask changes = gruppe_changes(work) | niveau_changes(work) | nedsaettelse_changes(work);
    return active & (changes | ~(active << 1));
}

/* Cuts the active days into maximal runs of equal terms. */
static void segments_fill(Work *work) {
    DayMask active = work->days.active;
    DayMask starts = segment_starts(work);
    for (DayMask rest = starts; rest != 0; rest &= rest - 1) {
        int32_t from = day_first(rest);
        DayMask later_breaks = ((rest & (rest - 1)) | ~active) & ~((UINT32_C(2) << from) - 1);
        int32_t until = later_breaks == 0 ? work->days.length - 1 : day_first(later_breaks) - 1;
        DayTerms terms;
        terms_on(work, from, &terms);
        Segment *previous = work->segment_count == 0 ? NULL : &work->segment[work->segment_count - 1];
        Date first = {work->days.first.day + from};
        Date last = {work->days.first.day + until};
        if (previous != NULL && previous->last.day + 1 == first.day && terms_equal(&previous->terms, &terms)) {
            previous->last = last;
        } else {
            work->segment[work->segment_count++] = (Segment){first, last, terms, MONEY_ZERO};
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

void brutto_compute(Work *work) {
    nedsaettelse_findings(work);
    segments_fill(work);
    work->ordning = month_scheme(work);
    work->gross = MONEY_ZERO;
    for (int32_t i = 0; i < work->segment_count; i++) {
        segment_gross(work, &work->segment[i]);
        work->gross = money_add(work->gross, work->segment[i].gross);
    }
    work_step(work, &(Step){.rule = RULE_BRUTTO, .amount = work->gross, .first = work->segment[0].first,
                            .last = work->segment[work->segment_count - 1].last});
}
