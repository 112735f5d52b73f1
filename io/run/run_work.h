/* The work of a run: shards claimed one after the other; facts in, results out into the table of an attempt.
 *
 * Participants are taken in slices (io/run/person_months.h), so memory does not grow with their number. Nothing of it can
 * be seen before the run is sealed.
 */
#ifndef YDELSE_IO_RUN_RUN_WORK_H
#define YDELSE_IO_RUN_RUN_WORK_H

#include "io/run/run_plan.h"
#include "io/run/run_shard.h"

typedef struct {
    const RunPlan *plan;
    ShardRules rules;
    const char *worker; /* worker_name */
    /* Where shards are claimed and leases renewed, outside of the transactions of the results; the same connection
     * when the caller has a transaction open (a dry run), in which case nobody else can see the run. */
    Pg *claims;
    bool alone; /* in its process: it may draw how far it is */
    bool wait;  /* for shards that others have claimed, to take over those that they do not finish */
} RunWork;

/* Computes shards until all of the run's are done; without wait, until none is to be had. Each is a transaction of its
 * own on pg, unless one is open. A shard that another worker has taken over is given up with a warning. STATUS_INTERNAL
 * when a shard has been tried too often. *left: shards that are not done, others being at work. */
Status run_work(Pg *pg, const RunWork *work, int32_t *left, Error *error);

#endif
