#!/bin/sh
# Seals a run when all its workers have ended well (submit.sh starts it). Exit code 1 means sealed, with news to look at;
# for Slurm that is success.
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=128M
code=0
"${YDELSE:-ydelse}" seal "$1" || code=$?
[ "$code" -ne 1 ] || exit 0
exit "$code"
