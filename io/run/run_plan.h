/* The plan of a run: its identity and law, its months, and who is to be computed (sql/0003: run_open and others). */
#ifndef YDELSE_IO_RUN_RUN_PLAN_H
#define YDELSE_IO_RUN_RUN_PLAN_H

#include "engine/calc.h"
#include "io/law/rate_file.h"
#include "io/pg/pg.h"

/* A nightly run, unless reprocess. */
typedef struct {
    Month month;
    bool full;                  /* everyone, every month from the cut-over on */
    bool reprocess;             /* first_month to month on purpose, for everyone or for cpr alone */
    Month first_month;          /* of a reprocessing */
    const char *cpr;            /* of a reprocessing, or NULL */
    const char *reason;         /* or NULL; at most RUN_REASON_SIZE_MAX characters */
    const char *accept_cutover; /* why the cut-over is another one than before, or NULL */
    const Settings *settings;
    const RateSet *rates;
    int32_t jobs; /* workers; 0: one */
    bool apart;   /* it is worked at and sealed by others */
} RunRequest;

#define RUN_REASON_SIZE_MAX 500

typedef struct {
    bool everyone; /* else those in run_scope */
    MonthLaw law;
} RunMonth;

typedef struct {
    int32_t run_id;
    int32_t data_as_of;
    RunMonth *months; /* ascending; the last one is the run's own */
    int32_t month_count;
    int64_t scope_count; /* person-months in run_scope */
    int32_t shard_count;
} RunPlan;

/* Writes the plan; the caller has the run lock and an open transaction. STATUS_NO_INPUT when nothing was loaded,
 * STATUS_DATA when a month to be reprocessed was never computed or the participant is unknown. */
Status run_plan_make(Pg *pg, const RunRequest *request, RunPlan *plan, Error *error);
void run_plan_free(RunPlan *plan);

/* Whether any month is computed for everyone. */
bool run_plan_has_everyone(const RunPlan *plan);

#endif
