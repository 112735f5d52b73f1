/* What the legal subjects share while one participant's month is computed. Internal to engine/.
 *
 * Days of the month are bits of a DayMask: bit 0 is the 1st. A month has at most 31 segments, so nothing
 * here needs allocation.
 */
#ifndef YDELSE_ENGINE_WORK_H
#define YDELSE_ENGINE_WORK_H

#include "engine/calc.h"

typedef uint32_t DayMask;

#define FULL_SHARE_HUNDREDTHS 10000 /* 100 per cent */
#define PERCENT_DENOMINATOR 10000   /* a rate in hundredths of a per cent, as a fraction */

/* The course that counts on some days (law section 1). */
typedef struct {
    const Forloeb *forloeb;
    DayMask days;
} CountingCourse;

/* Law section 1, for any month. */
typedef struct {
    Date first; /* the 1st of the month */
    int32_t length;
    DayMask covered; /* days that fulfil 1 */
    DayMask active;
    bool foertidspension; /* some day fulfils 1 and 2 but not 3 */
    int32_t course_count;
    CountingCourse course[DAYS_PER_MONTH_MAX];
} ActiveDays;

/* Law section 2: the days of the month on which each of its questions is answered by yes. */
typedef struct {
    DayMask forsoerger, bidrag; /* some child of that kind */
    DayMask hjemmeboende;       /* under 25 and living at home */
    DayMask changes;            /* a child begins or ends to count, or living at home does */
} GroupDays;

typedef enum { NIVEAU_BASIS, NIVEAU_SYG, NIVEAU_LED } Niveau;

/* What decides the amount of one day (law sections 2-4); days of equal terms make a segment. */
typedef struct {
    const Forloeb *forloeb;
    Gruppe gruppe;
    Niveau niveau;
    Money base;                /* a month */
    Money week;                /* a week, 0 at level BASIS */
    int64_t share_hundredths;  /* of the base amount, self-employed */
    const RateRow *share_rate; /* NULL: the whole of it */
    Money cap;                 /* a month, MONEY_NONE: no reduced level */
} DayTerms;

typedef struct {
    Date first;
    Date last;
    DayTerms terms;
    Money gross;
} Segment;

/* Sums of the month by class (law section 5). */
typedef struct {
    Money loen, sygdom, fleks, tilbud, overskud, anden, frikort;
    int64_t timer_hundredths;
} IncomeSums;

typedef struct {
    const MonthLaw *law;
    const Facts *facts;
    const Trace *trace;
    Result *result;
    bool held;
    int32_t active_count;
    int32_t segment_count;
    Ordning ordning;     /* scheme(M) */
    int32_t last_active; /* index of the last active day: the day of most rates */
    GroupDays group;
    IncomeSums income;
    Money gross;
    Money after; /* after income deductions */
    ActiveDays days;
    Segment segment[DAYS_PER_MONTH_MAX];
} Work;

/* --- what every subject needs (work.c) --- */

/* The days of first..last that lie in the month beginning on month_first with length days. */
static inline DayMask day_mask(Date month_first, int32_t length, Date first, Date last) {
    int32_t from = first.day - month_first.day;
    int32_t until = last.day - month_first.day;
    if (from < 0) {
        from = 0;
    }
    if (until >= length) {
        until = length - 1;
    }
    if (until < from) {
        return 0;
    }
    return (DayMask)((UINT64_C(2) << until) - (UINT64_C(1) << from));
}

/* Those from the day on that lies so many months after start (date_add_months). */
DayMask day_mask_after(Date month_first, int32_t length, Date start, int32_t months);

static inline int32_t day_count(DayMask mask) {
    return __builtin_popcount(mask);
}
/* Index of the first and last day of a mask that is not empty. */
static inline int32_t day_first(DayMask mask) {
    return __builtin_ctz(mask);
}
static inline int32_t day_last(DayMask mask) {
    return 31 - __builtin_clz(mask);
}

/* Where a range of days begins, and the day after its end. */
static inline DayMask day_edges(DayMask mask) {
    return mask ^ (mask << 1);
}

/* The days of an inclusive range that lie in the month being computed. */
static inline DayMask work_mask(const Work *work, Date first, Date last) {
    return day_mask(work->days.first, work->days.length, first, last);
}

void work_finding(Work *work, FindingCode code, const Source *row);
/* A finding of severity held: nothing certain can be said, nothing is paid. */
void work_hold(Work *work, FindingCode code, const Source *row);

void work_rate_missing(Work *work);
/* The row of a rate on a day of the month. NULL holds the participant (SATS_MANGLER). */
static inline const RateRow *work_rate(Work *work, RateId id, int32_t day) {
    const RateRow *row = work->law->rates.on_day[id][day];
    if (row == NULL) {
        work_rate_missing(work);
    }
    return row;
}
/* Its value in hundredths, 0 when it is missing. */
static inline int64_t rate_value(const RateRow *row) {
    return row == NULL ? 0 : row->value_hundredths;
}

/* The unit of R in øre under the policy `afrunding`, R(x), and K(x). */
static inline int32_t work_policy(const Work *work, PolicyKey key) {
    return work->law->policy.value[key];
}

static inline int64_t work_unit(const Work *work) {
    return work_policy(work, POLICY_AFRUNDING) == AFRUNDING_KRONE_LINJE ? OERE_PER_KRONE : 1;
}

static inline Money work_round(const Work *work, Wide numerator, Wide denominator) {
    return money_round(numerator, denominator, work_unit(work));
}

static inline Money round_krone(Wide numerator, Wide denominator) {
    return money_round(numerator, denominator, OERE_PER_KRONE);
}

/* Names of codes as the input files spell them, for the notes of steps. */
const char *ordning_name(Ordning ordning);
const char *periode_art_name(PeriodeArt art);

/* What a step without days has for them. */
#define STEP_NO_DAYS .first = DATE_NONE, .last = DATE_NONE

/* Somebody listens. A step is large: where it is made of nothing but what is known, it is not made for nobody. */
static inline bool work_is_traced(const Work *work) {
    return work->trace != NULL;
}

/* Hands a step to the listener; nothing happens without one. */
static inline void work_step(const Work *work, const Step *step) {
    if (work->trace != NULL) {
        work->trace->step(work->trace->context, step);
    }
}

/* One more input row behind the step that follows, with the days of the month it speaks of. */
void work_row(const Work *work, RuleId rule, const char *note, DayMask days, const Source *row);

/* Adds a term to a step; one of 0 says nothing. */
static inline void step_term(Step *step, Money term) {
    if (term.oere != 0) {
        step->term[step->term_count++] = term;
    }
}

/* The same for a sum over the segments; so many that there is no room are left to the reader. */
static inline void segment_term(const Work *work, Step *step, Money term) {
    if (work->segment_count <= STEP_TERMS_MAX) {
        step_term(step, term);
    }
}

/* --- the order (calc.c) --- */

/* calc_month, with what it went by; law, facts and result outlive work. */
void work_month(const MonthLaw *law, const Facts *facts, const Trace *trace, Result *result, Work *work);

/* --- the subjects, in the order of the law --- */

/* aktive_dage.c, section 1. work NULL: silently, for another month than the one computed. */
void active_days_fill(const Facts *facts, const Policy *policy, Month month, Work *work, ActiveDays *days);
/* The step that counts the active days, with the courses and decisions behind it; and the one of a pension. */
void active_days_explain(const Work *work);
void foertidspension_explain(const Work *work);
/* Days (weekdays_only: Mondays to Fridays) of first..last that lie inside any course, active or not. */
int32_t course_days(const Facts *facts, Date first, Date last, bool weekdays_only);

/* gruppe.c, section 2 */
/* Fills work->group, which the next two and gruppe_changes read. */
void gruppe_begin(Work *work);
Gruppe gruppe_on(const Work *work, int32_t day);
Money base_on(Work *work, Gruppe gruppe, int32_t day);
static inline RuleId base_rule(Ordning ordning) {
    return ordning == ORDNING_RF ? RULE_GRUNDBELOEB_RF : RULE_GRUNDBELOEB_JA;
}
/* How a segment's group and base amount came about: the rows, and the sum of a HJ25B amount. */
void gruppe_explain(const Work *work, const Segment *segment);
/* The days before which the group or the base amount may change. */
DayMask gruppe_changes(const Work *work);

/* niveau.c, section 3 */
void niveau_on(Work *work, const Forloeb *forloeb, int32_t day, DayTerms *terms);
/* The weekly amount of a segment that has one. */
void niveau_explain(const Work *work, const Segment *segment);
DayMask niveau_changes(const Work *work);

/* nedsaettelse.c: self-employed share and reduced level */
void share_on(Work *work, const Forloeb *forloeb, int32_t day, DayTerms *terms);
Money cap_on(const Work *work, int32_t day);
DayMask nedsaettelse_changes(const Work *work);
/* Days covered by any SELVSTAENDIG period. */
DayMask selvstaendig_days(const Work *work);
void nedsaettelse_findings(Work *work);
/* The rows behind a segment's self-employed share, and behind its reduced level. */
void share_explain(const Work *work, const Segment *segment);
void cap_explain(const Work *work, const Segment *segment);
/* The rows of every SELVSTAENDIG period in the month. */
void selvstaendig_explain(const Work *work, RuleId rule);

/* brutto.c, section 4 */
void brutto_compute(Work *work);

/* indkomst.c, section 5: classes, period rule, sums */
/* Where a row's two amounts go. */
typedef struct {
    Klasse loen;  /* of felt_0013 - 0198 + 0147 + 0148 */
    Klasse andet; /* of felt_0014 + 0036 + 0038; when equal to loen, the whole amount is one */
} RowClass;
RowClass row_class(const Indkomst *row, const Deltager *deltager);
/* Of the rows of the month whose days these are. */
void income_sums(Work *work, const ActiveDays *days, bool report, IncomeSums *sums);
/* The rows behind the hours of pay in an offer. */
void offer_hours_explain(const Work *work);
/* frikort.c: the part of Q that does not count this month */
Money frikort_free(Work *work, Money frikort_income);
/* fradrag.c: dW, dS, dT, dX and what is left */
void fradrag_compute(Work *work);
/* wage(x) of the law; adds_to as in Step. */
Money wage_deduction(Work *work, Money wage, int32_t adds_to);
/* ferie.c: supplements paid out, and dH */
Money ferie_paid_out(Work *work);
Money ferie_deduction(Work *work, Money wage);
/* An exact number of holiday days, reduced; both stay below the limits or the person is held. */
typedef struct {
    Wide numerator;
    Wide denominator;
} HolidayDays;
/* Holiday pay of the days held in the month, and these days; false: no row of the person can have any. */
bool ferie_held(Work *work, Money *amount, HolidayDays *days);

/* sanktion.c, section 6 */
void sanktion_compute(Work *work);

/* bidrag.c, section 7: ATP, pension, tax, what is paid */
void bidrag_compute(Work *work);

#endif
