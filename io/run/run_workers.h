/* The workers of a run as processes of this machine: `run --jobs N` starts `ydelse work RUN` so often.
 *
 * They are started anew (fork and exec), so none has a connection or memory of the program that starts them. When that
 * program dies they are killed by the kernel.
 */
#ifndef YDELSE_IO_RUN_RUN_WORKERS_H
#define YDELSE_IO_RUN_RUN_WORKERS_H

#include "io/command/command.h"
#include "io/run/run_shard.h"

#define WORKERS_MAX 64

/* --jobs N, else setting drift.arbejdere. */
Status jobs_from_option(const Invocation *invocation, int32_t *jobs, Error *error);

/* Waits until all shards of the run are done. A worker that dies is replaced, and its shard opened again at once; one
 * that fails is not, and the others go on. STATUS_OK whenever all shards are done in the end; else the exit code of the
 * first worker that failed, or STATUS_INTERNAL. No worker is left behind. */
Status run_workers(Pg *pg, const ShardRules *rules, int32_t jobs, const Invocation *invocation, Error *error);

#endif
