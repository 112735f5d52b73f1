/* The laws of a simulation: what each sealed run took the law to be, and what is tried in its place.
 *
 * Only what is named is exchanged: without other rates those of the run stay, and every policy that is not named.
 * Rates that replace the tables must cover what the tables cover, so that nobody loses a benefit because a row was left
 * out of a file; laid over them they may be a single row.
 */
#ifndef YDELSE_IO_LAW_SIMULATED_LAW_H
#define YDELSE_IO_LAW_SIMULATED_LAW_H

#include "io/law/stored_law.h"
#include "io/run/sealed_history.h"

#define POLICY_CHANGES_MAX POLICY_COUNT

typedef struct {
    const RateSet *rates;                     /* NULL: as they were; borrowed */
    bool over;                                /* the rates replace only the days that they name */
    const char *policies[POLICY_CHANGES_MAX]; /* "key=value", known to be good; borrowed */
    int32_t policy_count;
} LawChange;

typedef struct SimulatedLaws SimulatedLaws;

/* Reads the laws of the history and prepares those of each month's newest run. Borrows change and history.
 * STATUS_CONFIG when the other rates leave something out. */
Status simulated_laws_read(Pg *pg, const SealedHistory *history, const LawChange *change,
                           SimulatedLaws **laws, Error *error);
/* The law of a month as a run of the history had it, and the law in its place. */
Status simulated_laws_at(SimulatedLaws *laws, int32_t run_id, Month month, const MonthLaw **sealed,
                         const MonthLaw **other, Error *error);
/* NULL is nothing to free. */
void simulated_laws_free(SimulatedLaws *laws);

#endif
