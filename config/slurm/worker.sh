#!/bin/sh
# A worker of a run (submit.sh starts it). One task claims shard after shard, so that the third of a second that it takes
# to start one is paid once.
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=128M
#SBATCH --open-mode=append
exec "${YDELSE:-ydelse}" work "$1" --label "${SLURMD_NODENAME:-node}.${SLURM_ARRAY_TASK_ID:-0}"
