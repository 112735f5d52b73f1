/* Reductions of the day's amount: partly unfit self-employed people (LAS § 69 j(4)) and the reduced level that
 * a decision sets (MINDSTESATS; law section 4). */
#include "engine/work.h"

static DayMask period_days(const Work *work, const Periode *periode) {
    return work_mask(work, periode->foerste_dag, date_or_last(periode->sidste_dag));
}

static DayMask days_of_kind(const Work *work, PeriodeArt art) {
    DayMask days = 0;
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        if (work->facts->perioder[i].art == art) {
            days |= period_days(work, &work->facts->perioder[i]);
        }
    }
    return days;
}

DayMask selvstaendig_days(const Work *work) {
    return days_of_kind(work, PERIODE_SELVSTAENDIG_KVART) | days_of_kind(work, PERIODE_SELVSTAENDIG_HALV);
}

/* Both kinds on one day: the smaller share, with a warning (nedsaettelse_findings). */
void share_on(Work *work, const Forloeb *forloeb, int32_t day, DayTerms *terms) {
    terms->share_hundredths = FULL_SHARE_HUNDREDTHS;
    terms->share_rate = NULL;
    if (forloeb->ordning != ORDNING_JA) {
        return;
    }
    DayMask bit = UINT32_C(1) << day;
    bool half = (days_of_kind(work, PERIODE_SELVSTAENDIG_HALV) & bit) != 0;
    bool quarter = (days_of_kind(work, PERIODE_SELVSTAENDIG_KVART) & bit) != 0;
    if (half || quarter) {
        terms->share_rate =
            work_rate(work, half ? RATE_SELVSTAENDIG_HALV : RATE_SELVSTAENDIG_KVART, work->last_active);
        terms->share_hundredths = rate_value(terms->share_rate);
    }
}

static bool reduced_level_applies(const Work *work, const Periode *periode) {
    return periode->art == PERIODE_MINDSTESATS && periode->afgoerelse && money_given(periode->beloeb) &&
           work_policy(work, POLICY_BRUG_MINDSTESATS) == BRUG_JA;
}

Money cap_on(const Work *work, int32_t day) {
    Money cap = MONEY_NONE;
    DayMask bit = UINT32_C(1) << day;
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        if (reduced_level_applies(work, periode) && (period_days(work, periode) & bit) != 0) {
            cap = money_given(cap) ? money_min(cap, periode->beloeb) : periode->beloeb;
        }
    }
    return cap;
}

DayMask nedsaettelse_changes(const Work *work) {
    DayMask changes = 0;
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        bool self_employed =
            periode->art == PERIODE_SELVSTAENDIG_KVART || periode->art == PERIODE_SELVSTAENDIG_HALV;
        if (self_employed || reduced_level_applies(work, periode)) {
            changes |= day_edges(period_days(work, periode));
        }
    }
    return changes;
}

void share_explain(const Work *work, const Segment *segment) {
    DayMask on = work_mask(work, segment->first, segment->last);
    bool half = (days_of_kind(work, PERIODE_SELVSTAENDIG_HALV) & on) != 0;
    PeriodeArt art = half ? PERIODE_SELVSTAENDIG_HALV : PERIODE_SELVSTAENDIG_KVART;
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        DayMask days = period_days(work, periode);
        if (periode->art == art && (days & on) != 0) {
            work_row(work, RULE_SELVSTAENDIG, periode_art_name(art), days, &periode->source);
        }
    }
}

void cap_explain(const Work *work, const Segment *segment) {
    DayMask on = work_mask(work, segment->first, segment->last);
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        DayMask days = period_days(work, periode);
        bool lowest = periode->beloeb.oere == segment->terms.cap.oere;
        if (reduced_level_applies(work, periode) && lowest && (days & on) != 0) {
            work_row(work, RULE_MINDSTESATS, periode_art_name(periode->art), days, &periode->source);
        }
    }
}

void selvstaendig_explain(const Work *work, RuleId rule) {
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        bool self_employed =
            periode->art == PERIODE_SELVSTAENDIG_KVART || periode->art == PERIODE_SELVSTAENDIG_HALV;
        DayMask days = period_days(work, periode) & work->days.active;
        if (self_employed && days != 0) {
            work_row(work, rule, periode_art_name(periode->art), days, &periode->source);
        }
    }
}

/* The active days of courses in jobafklaringsforløb. */
static DayMask active_ja_days(const Work *work) {
    DayMask days = 0;
    for (int32_t i = 0; i < work->days.course_count; i++) {
        if (work->days.course[i].forloeb->ordning == ORDNING_JA) {
            days |= work->days.course[i].days;
        }
    }
    return days & work->days.active;
}

void nedsaettelse_findings(Work *work) {
    DayMask both =
        days_of_kind(work, PERIODE_SELVSTAENDIG_KVART) & days_of_kind(work, PERIODE_SELVSTAENDIG_HALV);
    if (both & active_ja_days(work)) {
        work_finding(work, FINDING_SELVSTAENDIG_BEGGE, NULL);
    }
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        if (periode->art != PERIODE_MINDSTESATS || (period_days(work, periode) & work->days.active) == 0) {
            continue;
        }
        if (!periode->afgoerelse) {
            work_finding(work, FINDING_AFGOERELSE_MANGLER, &periode->source);
        } else if (work_policy(work, POLICY_BRUG_MINDSTESATS) == BRUG_NEJ) {
            work_finding(work, FINDING_AUTOMATIK_SLUKKET, &periode->source);
        } else if (!money_given(periode->beloeb)) {
            work_finding(work, FINDING_MINDSTESATS_UDEN_BELOEB, &periode->source);
        }
    }
}
