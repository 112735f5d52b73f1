#!/bin/sh
# Checks the protocol of runs and workers with spin: the model as it is, with mistakes planted in it, and that what must be
# possible is. Prints states and depth of each search.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d "${TMPDIR:-/tmp}/ydelse-model-XXXXXX")
trap 'rm -rf "$folder"' EXIT
model=$(pwd)/tests/model/run.pml
workers=${1:-2}
cd "$folder"
failed=0

# search NAME EXPECTED FLAGS...: EXPECTED is sound, or the part of the assertion that must break.
search() {
    name=$1
    expected=$2
    shift 2
    rm -f pan* ./*.trail
    spin -a -DWORKERS="$workers" "$@" "$model" >spin.log 2>&1 || { cat spin.log >&2; exit 70; }
    ${CC:-gcc} -O2 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=2048 -DMEMLIM=2000 -o pan pan.c
    ./pan -m1000000 >log 2>&1 || true
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' log)
    depth=$(sed -n 's/.*depth reached \([0-9]*\),.*/\1/p' log)
    found=$(sed -n 's/^pan:[0-9]*: \(.*\) (at depth.*/\1/p' log | head -n 1)
    verdict=ok
    if [ "$expected" = sound ]; then
        [ -z "$found" ] && grep -q 'errors: 0' log || verdict="NOT SOUND: $found"
        grep -q 'max search depth too small\|reached -DMEMLIM' log && verdict="NOT SEARCHED TO ITS END"
    else
        [ -n "$found" ] || verdict="NOT FOUND"
    fi
    [ "$verdict" = ok ] || failed=1
    printf '%-34s %12s %8s  %-52.52s %s\n' "$name" "$states" "$depth" "${found:-every state is sound}" "$verdict"
}

printf '%-34s %12s %8s  %-52s %s\n' model states depth found verdict
search "as it is" sound
for mistake in CLAIM_UNLOCKED TOKEN_UNCHECKED TOKEN_STAYS KEY_SHARE RUN_UNCHECKED SEAL_UNLOCKED SEAL_PARTLY DROP_FIRST; do
    search "mistake: $mistake" broken "-DMISTAKE_$mistake"
done
for possible in SEAL TAKEOVER LATE_CLAIM LATE_REFUSED TOKEN_REFUSED SECOND_SEALER GIVEN_UP; do
    search "possible: $possible" broken "-DREACH_$possible"
done
exit $failed
