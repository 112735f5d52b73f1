/* Active days (law section 1): which days of the month a course covers and nothing stops. */
#include "engine/work.h"

/* A course ends at the latest on the day of death. */
static Date course_last(const Facts *facts, const Forloeb *forloeb) {
    return date_min(date_or_last(forloeb->slutdato), date_or_last(facts->deltager->doedsdato));
}

int32_t course_days(const Facts *facts, Date first, Date last, bool weekdays_only) {
    int32_t count = 0;
    /* Courses come sorted by start, so one sweep counts their union. */
    for (int32_t i = 0; i < facts->forloeb_count && first.day <= last.day; i++) {
        const Forloeb *forloeb = &facts->forloeb[i];
        Date from = date_max(first, forloeb->startdato);
        Date until = date_min(last, course_last(facts, forloeb));
        if (from.day > until.day) {
            continue;
        }
        count += weekdays_only ? date_weekdays(from, until) : date_count(from, until);
        first = (Date){until.day + 1};
    }
    return count;
}

/* How long the act allows a course to last, in years. */
static int32_t years_allowed(const Forloeb *forloeb) {
    if (forloeb->ordning == ORDNING_JA) {
        return 2;
    }
    bool granted_from_2022 = forloeb->bevilget_dato.day >= date_from_parts(2022, 1, 1).day;
    return granted_from_2022 ? 3 : 5;
}

#define FOLKEPENSION_AGE_MONTHS_MIN 780 /* of the oldest: 65 years */

/* How old a person is when folkepension begins. */
static int32_t folkepension_age_months(Date birth) {
    static const struct {
        int16_t year, month; /* born from the 1st of this month on */
        int16_t age_months;
    } steps[] = {{1971, 1, 840}, {1967, 1, 828}, {1963, 1, 816}, {1955, 7, 804},
                 {1955, 1, 798}, {1954, 7, 792}, {1954, 1, 786}};
    const Month born = month_of(birth);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (born.index >= month_from_ym(steps[i].year, steps[i].month).index) {
            return steps[i].age_months;
        }
    }
    return FOLKEPENSION_AGE_MONTHS_MIN;
}

/* The days of the month on which a person is that old. */
static DayMask folkepension_days(const ActiveDays *days, Date birth) {
    if (day_mask_after(days->first, days->length, birth, FOLKEPENSION_AGE_MONTHS_MIN) == 0) {
        return 0;
    }
    return day_mask_after(days->first, days->length, birth, folkepension_age_months(birth));
}

/* The tests on the course that counts: held, or worth a look. */
static void course_findings(Work *work, const CountingCourse *course) {
    const Forloeb *forloeb = course->forloeb;
    Date before_law =
        forloeb->ordning == ORDNING_RF ? date_from_parts(2012, 12, 31) : date_from_parts(2014, 6, 30);
    if (course->days & work_mask(work, (Date){DATE_MIN_DAY}, before_law)) {
        work_hold(work, FINDING_FORLOEB_FOER_LOVEN, &forloeb->source);
    }
    bool granted_too_late = forloeb->bevilget_dato.day > date_from_parts(2026, 1, 31).day;
    if (forloeb->ordning == ORDNING_RF && granted_too_late) {
        work_hold(work, FINDING_RF_LUKKET, &forloeb->source);
    }
    DayMask too_long =
        day_mask_after(work->days.first, work->days.length, forloeb->startdato, 12 * years_allowed(forloeb));
    if (course->days & too_long) {
        work_finding(work, FINDING_VARIGHED_OVER_LOVENS, &forloeb->source);
    }
}

/* Two courses with the same start that cover the same day, even when a third counts there: as they begin
 * together, both having days in the month is enough. */
static void same_start_findings(Work *work) {
    const Facts *facts = work->facts;
    const Forloeb *earlier = NULL;
    for (int32_t i = 0; i < facts->forloeb_count; i++) {
        const Forloeb *forloeb = &facts->forloeb[i];
        if (work_mask(work, forloeb->startdato, course_last(facts, forloeb)) == 0) {
            continue;
        }
        if (earlier != NULL && earlier->startdato.day == forloeb->startdato.day) {
            work_hold(work, FINDING_FORLOEB_SAMME_START, &forloeb->source);
        }
        earlier = forloeb;
    }
}

/* Condition 1: for each day the course with the latest start. Courses come sorted by start. */
static void courses_fill(const Facts *facts, Work *work, ActiveDays *days) {
    bool overlap = false;
    for (int32_t i = facts->forloeb_count - 1; i >= 0; i--) {
        const Forloeb *forloeb = &facts->forloeb[i];
        DayMask mask = day_mask(days->first, days->length, forloeb->startdato, course_last(facts, forloeb));
        overlap = overlap || (mask & days->covered) != 0;
        DayMask counting = mask & ~days->covered;
        if (counting != 0) {
            days->course[days->course_count++] = (CountingCourse){forloeb, counting};
            days->covered |= counting;
        }
    }
    if (work == NULL) {
        return;
    }
    if (overlap) {
        work_finding(work, FINDING_FORLOEB_OVERLAPPER, &days->course[0].forloeb->source);
        same_start_findings(work);
    }
    for (int32_t i = 0; i < days->course_count; i++) {
        course_findings(work, &days->course[i]);
    }
    if (days->covered & folkepension_days(days, facts->deltager->foedselsdato)) {
        work_finding(work, FINDING_FOLKEPENSIONSALDER, &facts->deltager->source);
    }
}

/* The switch of a kind of period that stops the benefit; POLICY_COUNT: it stops nothing. */
static PolicyKey stop_switch(PeriodeArt art) {
    switch (art) {
    case PERIODE_OPHOER:
        return POLICY_BRUG_OPHOER;
    case PERIODE_UDLAND:
        return POLICY_BRUG_UDLAND;
    case PERIODE_FAENGSEL:
        return POLICY_BRUG_FAENGSEL;
    case PERIODE_HJEMMEBOENDE:
    case PERIODE_SELVSTAENDIG_KVART:
    case PERIODE_SELVSTAENDIG_HALV:
    case PERIODE_MINDSTESATS:
    case PERIODE_FERIE:
    case PERIODE_SPAERRING:
        break;
    }
    return POLICY_COUNT;
}

/* Condition 2: the days stopped by a decision. */
static DayMask stopped_days(const Facts *facts, const Policy *policy, Work *work, const ActiveDays *days) {
    DayMask stopped = 0;
    for (int32_t i = 0; i < facts->perioder_count; i++) {
        const Periode *periode = &facts->perioder[i];
        PolicyKey key = stop_switch(periode->art);
        if (key == POLICY_COUNT) {
            continue;
        }
        DayMask mask = days->covered & day_mask(days->first, days->length, periode->foerste_dag,
                                                date_or_last(periode->sidste_dag));
        bool in_use = policy->value[key] == BRUG_JA;
        if (periode->afgoerelse && in_use) {
            stopped |= mask;
        } else if (work != NULL && mask != 0) {
            work_finding(work, periode->afgoerelse ? FINDING_AUTOMATIK_SLUKKET : FINDING_AFGOERELSE_MANGLER,
                         &periode->source);
        }
    }
    return stopped;
}

void active_days_fill(const Facts *facts, const Policy *policy, Month month, Work *work, ActiveDays *days) {
    days->first = work != NULL ? work->law->first : month_first(month);
    days->length = work != NULL ? work->law->length : month_days(month);
    days->course_count = 0;
    days->covered = 0;
    courses_fill(facts, work, days);
    DayMask running = days->covered & ~stopped_days(facts, policy, work, days);
    DayMask pension = 0;
    for (int32_t i = 0; i < days->course_count; i++) {
        if (days->course[i].forloeb->tidligere_ydelse == TIDLIGERE_FOERTIDSPENSION) {
            pension |= days->course[i].days;
        }
    }
    days->foertidspension = (running & pension) != 0;
    days->active = running & ~pension;
}

/* The periods that stop days of a course, by decision; none when the rule is switched off. */
static void stops_explain(const Work *work) {
    for (int32_t i = 0; i < work->facts->perioder_count; i++) {
        const Periode *periode = &work->facts->perioder[i];
        PolicyKey key = stop_switch(periode->art);
        if (key == POLICY_COUNT || !periode->afgoerelse || work_policy(work, key) != BRUG_JA) {
            continue;
        }
        DayMask days =
            work->days.covered & work_mask(work, periode->foerste_dag, date_or_last(periode->sidste_dag));
        if (days != 0) {
            work_row(work, RULE_AKTIVE_DAGE, periode_art_name(periode->art), days, &periode->source);
        }
    }
}

void active_days_explain(const Work *work) {
    if (!work_is_traced(work)) {
        return;
    }
    /* The course that began last comes first in the list; people read in the order of time. */
    for (int32_t i = work->days.course_count - 1; i >= 0; i--) {
        const CountingCourse *course = &work->days.course[i];
        work_row(work, RULE_AKTIVE_DAGE, ordning_name(course->forloeb->ordning), course->days,
                 &course->forloeb->source);
    }
    const Deltager *deltager = work->facts->deltager;
    DayMask death =
        date_given(deltager->doedsdato) ? work_mask(work, deltager->doedsdato, deltager->doedsdato) : 0;
    if (death != 0) {
        work_row(work, RULE_AKTIVE_DAGE, "doedsdato", death, &deltager->source);
    }
    stops_explain(work);
    work_step(work, &(Step){.rule = RULE_AKTIVE_DAGE,
                            .first = {work->days.first.day + day_first(work->days.active)},
                            .last = {work->days.first.day + day_last(work->days.active)},
                            .factor = {{FACTOR_DAYS, work->active_count, work->days.length}}});
}

void foertidspension_explain(const Work *work) {
    for (int32_t i = work->days.course_count - 1; i >= 0; i--) {
        const CountingCourse *course = &work->days.course[i];
        if (course->forloeb->tidligere_ydelse == TIDLIGERE_FOERTIDSPENSION) {
            work_row(work, RULE_FOERTIDSPENSION, "FOERTIDSPENSION", course->days, &course->forloeb->source);
        }
    }
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_FOERTIDSPENSION, STEP_NO_DAYS});
    }
}
