#!/bin/sh
# A month on many machines: plans a run, starts its workers as a job array, and a job that seals it when all are done.
#   submit.sh TASKS run-option...        e.g.  submit.sh 40 --month 2024-03
# Prints the run's number, the array's and the sealing job's. The workers and whoever submits find the database by PG*
# variables, a service file, or ~/.pgpass, which every node must see; so they must see this folder and the program
# ($YDELSE, default: ydelse in PATH). Options of sbatch (partition, account, time limit) by SBATCH_* variables.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
YDELSE=${YDELSE:-ydelse}
export YDELSE
if [ $# -lt 2 ]; then
    echo "usage: submit.sh TASKS run-option..." >&2
    exit 64
fi
tasks=$1
shift

run=$("$YDELSE" run "$@" --jobs "$((tasks < 64 ? tasks : 64))" --plan-only)
# A task whose node is lost is started anew on another one; its shard is claimed again when the lease is over.
workers=$(sbatch --parsable --requeue --job-name="ydelse-$run" --array="1-$tasks" "$here/worker.sh" "$run")
seal=$(sbatch --parsable --job-name="ydelse-seal-$run" --dependency="afterok:$workers" --kill-on-invalid-dep=yes \
    "$here/seal.sh" "$run")
echo "run=$run workers=$workers seal=$seal"
