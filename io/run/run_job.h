/* The stages of a run, in order: clean up after a killed one, load, plan, work, seal. `run` and `reprocess` are
 * commands over it.
 *
 * Each stage commits by itself, so that a killed run leaves nothing that can be seen and the next one finds what to
 * clean up. A dry run is one transaction over all stages that is rolled back: what it computes is what a real one
 * would.
 */
#ifndef YDELSE_IO_RUN_RUN_JOB_H
#define YDELSE_IO_RUN_RUN_JOB_H

#include "io/command/command.h"
#include "io/load/load.h"
#include "io/run/run_plan.h"

typedef struct {
    RunRequest request;
    const char *input;      /* a delivery to load first, or NULL */
    const Dialect *dialect; /* of the input */
    bool dry_run;
    bool danish; /* the language of what is printed */
    int wait_seconds;
    bool plan_only;               /* others compute and seal: request.apart */
    const Invocation *invocation; /* for its connection, and for workers beside this process */
    /* Any of these may be NULL. A status other than STATUS_OK ends the run, which is then not sealed. */
    Status (*before_plan)(void *context, Pg *pg, Error *error); /* what was loaded can be seen */
    Status (*before_seal)(void *context, Pg *pg, const RunPlan *plan,
                          Error *error); /* nothing sealed; planned when others seal */
    Status (*before_commit)(void *context, Pg *pg, const RunPlan *plan,
                            Error *error); /* sealed, not yet visible */
    Status (*after)(void *context, Pg *pg, const RunPlan *plan,
                    Error *error); /* sealed; a dry run not yet undone */
    void *context;
} RunJob;

typedef struct {
    RunPlan plan;
    LoadReport load;
    Status load_status; /* STATUS_FINDINGS when rows were rejected */
} RunJobOutcome;

/* Takes the run lock and does all of it. When it fails, what it left is dropped at once if the database still
 * answers, else by the next run. The outcome is to be freed in any case. */
Status run_job(Pg *pg, const RunJob *job, RunJobOutcome *outcome, Error *error);
void run_job_outcome_free(RunJobOutcome *outcome);

#endif
