/* The law once more: one person and month, day by day and in exact fractions, as slow and as plain as it gets.
 *
 * Written from the act's formulas, not from the engine: it shares the structs of facts and rates with it, the
 * calendar (engine/date.h) and the banking days, and nothing else.
 */
#ifndef YDELSE_TESTS_PROPERTY_EXACT_H
#define YDELSE_TESTS_PROPERTY_EXACT_H

#include "tests/property/person.h"
#include "tests/property/ratio.h"

typedef struct {
    Udfald udfald;
    int32_t aktive_dage;
    int64_t amount_oere[AMOUNT_COUNT];
    FindingSet findings;
} ExactResult;

ExactResult exact_month(const RateTable *rates, const Person *person);
/* Outcome, active days, findings and every amount are the same. */
bool exact_is(const ExactResult *exact, const Result *result);
/* Both as lines of a result on stderr, for the one who reads the failure. */
void exact_print(const ExactResult *exact, const Result *result);

/* --- shared by exact_*.c ------------------------------------------------------------------------------------------ */

/* What one active day is worth (sections 2 to 4). */
typedef struct {
    int32_t course;                 /* index of the course that counts */
    int32_t group;                  /* 'F' FORS, 'I' IKKE, 'H' HJ25, 'B' HJ25B */
    int32_t level;                  /* 'B' BASIS, 'S' SYG, 'L' LED */
    int64_t base, week, share, cap; /* cap: -1 none */
} ExactDay;

typedef struct {
    const RateTable *rates;
    const Person *person;
    ExactResult *result;
    Date first, last; /* of the month */
    Date first_active, last_active;
    int32_t active, length; /* days */
    bool held;
    ExactDay day[DAYS_PER_MONTH_MAX]; /* of active days */
    bool is_active[DAYS_PER_MONTH_MAX];
    bool judged_ja; /* scheme(M) */
    Ratio gross, after, sanctions;
} Exact;

/* exact_days.c: sections 1 to 3 */
int32_t exact_course_on(const Person *person, Date day); /* index, or -1 */
bool exact_is_active(const Person *person, Date day);
bool exact_covered_by_period(const Person *person, PeriodeArt art, Date day);
/* False when there is nothing to pay: the result says why. */
bool exact_days(Exact *exact);
int64_t exact_rate(Exact *exact, RateId id, Date day);
void exact_finding(Exact *exact, FindingCode code);
Ratio exact_round(const Exact *exact, Ratio value); /* R(x) of the policy */

/* exact_income.c: section 5; sets after and the five deductions */
void exact_income(Exact *exact);

#endif
