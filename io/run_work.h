/* The work of a run: facts in, results out into the table of an attempt, bucket by bucket.
 *
 * Participants are taken in slices of whole buckets, so memory does not grow with their number. Within a
 * bucket results come by month, then CPR number: the order of the bucket's digest. Nothing of it can be seen
 * before the run is sealed.
 */
#ifndef YDELSE_IO_RUN_WORK_H
#define YDELSE_IO_RUN_WORK_H

#include "io/run_plan.h"

/* Participants of a slice, unless a single bucket has more; a bucket may have so many at most. */
#define SLICE_PARTICIPANTS_MAX 16384
#define BUCKET_PARTICIPANTS_MAX 262144

/* Computes every open shard of the run. The caller has an open transaction; when it is over, all shards are done. */
Status run_work(Pg *pg, const RunPlan *plan, Error *error);

#endif
