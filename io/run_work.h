/* The work of a run: facts in, results out into the table of an attempt, bucket by bucket.
 *
 * Participants are taken in slices (io/person_months.h), so memory does not grow with their number. Nothing of it can
 * be seen before the run is sealed.
 */
#ifndef YDELSE_IO_RUN_WORK_H
#define YDELSE_IO_RUN_WORK_H

#include "io/run_plan.h"

/* Computes every open shard of the run. The caller has an open transaction; when it is over, all shards are done. */
Status run_work(Pg *pg, const RunPlan *plan, Error *error);

#endif
