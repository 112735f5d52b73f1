/* All sealed history computed again under other rates and policies: who changes, and by how much.
 *
 * The results that hold are the baseline. Each is first computed again under the law of its run, from the facts that the
 * newest of these runs knew; where that gives the sealed outcome and amounts, it is computed once more under the other
 * law, and the difference counts. Where it does not (another program sealed it, or facts came that no run of the month
 * has seen), the person-month is counted apart and is no part of any sum: its difference would not be the law's.
 * Neither is one that is held under either law, as nobody can say what it owes.
 *
 * Nothing is written. Memory is bounded by slices of participants and does not grow with their number.
 */
#ifndef YDELSE_IO_LAW_SIMULATION_H
#define YDELSE_IO_LAW_SIMULATION_H

#include "io/law/simulated_law.h"
#include "io/run/sealed_history.h"

/* One way to part the person-months. A group or scheme of GRUPPE_COUNT or ORDNING_NONE: no active day. */
#define ORDNING_NONE (ORDNING_JA + 1)
#define SIMULATION_GROUPS (GRUPPE_COUNT + 1)
#define SIMULATION_SCHEMES (ORDNING_NONE + 1)
#define SIMULATION_YEARS_MAX 100
#define SIMULATION_KOMMUNER 1000 /* codes 0000..0999 */

typedef struct {
    /* A person is counted once in each sum; winners and losers by what they get over all months of the sum. */
    int64_t people, changed_people, winners, losers;
    int64_t person_months, changed; /* changed: the outcome or an amount owed is another */
    Money before, after;            /* til_udbetaling */
    Money up, down; /* of the person-months that get more, and less (negative); after = before + both */
    Money cost;     /* by how much ydelse, the municipality's ATP and the pension change */
} SimulationSum;

typedef struct {
    SimulationSum total;
    SimulationSum group[SIMULATION_GROUPS]; /* under the sealed law, else under the other one */
    SimulationSum scheme[SIMULATION_SCHEMES];
    SimulationSum year[SIMULATION_YEARS_MAX];   /* from first_year */
    SimulationSum kommune[SIMULATION_KOMMUNER]; /* of the newest facts */
    int32_t first_year;
    int64_t held;           /* under either law */
    int64_t not_reproduced; /* a sealed result that is not what is computed now */
    int64_t not_sealed;     /* computed now, and no sealed result */
} Simulation;

/* A person-month that changes. A result that is not there has amounts of zero. */
typedef struct {
    Cpr cpr;
    Month month;
    int32_t kommunekode, group, scheme;
    Money ydelse_before, ydelse_after;
    Money before, after; /* til_udbetaling */
} SimulatedChange;

typedef struct {
    void (*changed)(void *context, const SimulatedChange *change);
    void *context;
} SimulationSink;

/* What is computed: the participants of some buckets in all months of a history. */
typedef struct {
    const char *dsn; /* NULL: libpq's own conventions */
    const SealedHistory *history;
    SimulatedLaws *laws;
    const SimulationSink *sink; /* NULL: nobody wants the changes; they come by bucket, month, CPR number */
    int16_t first_bucket, last_bucket;
} SimulationPart;

/* A connection in a transaction that only reads. */
Status simulation_connect(const char *dsn, Pg **pg, Error *error);
/* On two connections of its own, as results and facts are read side by side. */
Status simulate_part(const SimulationPart *part, Simulation *simulation, Error *error);

/* Every bucket, by so many processes (1: by this one). The same sums and the same changes in the same order, whatever
 * their number. simulation_jobs.c */
#define SIMULATION_JOBS_MAX 64
Status simulate_in_jobs(const SimulationPart *whole, int32_t jobs, Simulation *simulation, Error *error);

#endif
