/* Why two results of one participant differ: the difference split by cause, to the øre.
 *
 * Two states, each a month's law and the facts known of the participant, are brought together by exchanging one
 * input at a time, always in the order of CAUSE_LIST, and computing after each exchange. What the amounts move by
 * with an exchange is that cause's part, so the parts add up to the difference whatever happens in between. Two runs
 * of one month and two months are split alike; between two months an exchange means:
 *
 *   satser          the law of the later state (rates, dated rules, policies) on the days of the earlier month: the
 *                   rate of the same day of the month, of the last day where there is none
 *   dage            the calendar and the courses: which days are active and in which scheme. All that is not exchanged
 *                   yet is carried over as it was: children, age and periods day by day (a state that began before the
 *                   first active day or lasted beyond the last one holds from the first or to the last of the month),
 *                   income and holiday pay with the sums that counted
 *   barn_alder      children, date of birth, living at home
 *   niveau          former benefit, sickness-benefit level, self-employed share, reduced level
 *   loen            wage, pay during sickness, pay in offers, income on the frikort
 *   anden_indkomst  every other income, and which of it is the benefit itself (the paying unit's SE number)
 *   ferie           holiday pay and supplements
 *   sanktion        sanctions
 *   skat            tax cards
 *   person          death
 *
 * An exchange after which nothing certain could be said (held) is made together with the next one. When one of the
 * two results is held, or is not there, the difference has one part: tilbageholdt, begynder or ophoerer.
 * Pure, like calc_month; what it needs of memory the caller gives.
 */
#ifndef YDELSE_ENGINE_CAUSE_H
#define YDELSE_ENGINE_CAUSE_H

#include "engine/calc.h"

/* Those before PROGRAM are exchanged, in this order. PROGRAM and UDEN_BELOEB are for whoever holds stored results
 * against computed ones: another version of the program; a difference without money. */
#define CAUSE_LIST(X)                                                                                        \
    X(SATSER, "satser")                                                                                      \
    X(DAGE, "dage")                                                                                          \
    X(BARN_ALDER, "barn_alder")                                                                              \
    X(NIVEAU, "niveau")                                                                                      \
    X(LOEN, "loen")                                                                                          \
    X(ANDEN_INDKOMST, "anden_indkomst")                                                                      \
    X(FERIE, "ferie")                                                                                        \
    X(SANKTION, "sanktion")                                                                                  \
    X(SKAT, "skat")                                                                                          \
    X(PERSON, "person")                                                                                      \
    X(PROGRAM, "program")                                                                                    \
    X(TILBAGEHOLDT, "tilbageholdt")                                                                          \
    X(BEGYNDER, "begynder")                                                                                  \
    X(OPHOERER, "ophoerer")                                                                                  \
    X(UDEN_BELOEB, "uden_beloeb")

typedef enum {
#define X(id, name) CAUSE_##id,
    CAUSE_LIST(X)
#undef X
        CAUSE_COUNT
} Cause;

/* As outputs spell them. */
extern const char *const cause_name[CAUSE_COUNT];

typedef struct {
    const MonthLaw *law;
    const Facts *facts; /* NULL: the participant is not known */
} CauseState;

typedef struct {
    Cause cause;
    Money ydelse;
    Money til_udbetaling;
} CausePart;

typedef struct {
    Result before, after; /* udfald UDFALD_INTET: there is none */
    Money ydelse;         /* after - before, and the sum of the parts */
    Money til_udbetaling;
    CausePart part[CAUSE_COUNT]; /* in order; an exchange that moves nothing has none */
    int32_t part_count;
} CauseSplit;

/* Bytes of memory (aligned as malloc does) that cause_split needs for these two. */
size_t cause_memory_size(const CauseState *before, const CauseState *after);

void cause_split(const CauseState *before, const CauseState *after, void *memory, CauseSplit *split);

/* Adds a part that was found elsewhere, and its amounts to the difference. */
void cause_part_add(CauseSplit *split, Cause cause, Money ydelse, Money til_udbetaling);

/* Which exchanges a row takes part in, as bits 1 << cause; 0: it moves no amount. */
uint32_t cause_of_periode(const Periode *row);
uint32_t cause_of_indkomst(const Indkomst *row, const Deltager *deltager);

#endif
