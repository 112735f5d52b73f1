#!/bin/sh
# The sweeps over everything that can go wrong, in parts side by side, each with a server of its own.
#   faults.sh points PROGRAM TESTS PARTS [COMMAND]          every command disturbed at every named point
#   faults.sh calls  PROGRAM TESTS PARTS [COMMAND [STRIDE]] every call that can fail, failing (or every STRIDE-th)
# Prints a table, of one command when it is named; ends with 1 when something was not as it must be.
set -eu
what=$1
program=$2
tests=$3
parts=$4
only=${5-}
stride=${6:-1}
folder=$(mktemp -d)
children=""
clean_up() {
    # shellcheck disable=SC2086 # a list
    [ -z "$children" ] || kill $children 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# In a program that is built without sanitizers they say nothing.
ASAN_OPTIONS=exitcode=99:allocator_may_return_null=1
LSAN_OPTIONS=exitcode=99:suppressions=$PWD/tests/sanitize/leaks_of_libraries.txt:print_suppressions=0
export ASAN_OPTIONS LSAN_OPTIONS
part=0
while [ "$part" -lt "$parts" ]; do
    part=$((part + 1))
    case $what in
    points) wish="YDELSE_FAULTS=$part/$parts YDELSE_FAULTS_OF=$only" filter=faults/at_every_point_everything ;;
    calls) wish="YDELSE_CALLS=$stride:$part/$parts YDELSE_CALLS_OF=$only" filter='failing_calls/*' ;;
    esac
    env "${wish%% *}" "${wish#* }" tests/support/with_postgres.sh --small-disk 1000 "$program" "$tests" \
        --filter "$filter" >"$folder/$part" 2>"$folder/$part.err" &
    children="$children $!"
done
failed=0
for child in $children; do
    wait "$child" || failed=1
done
children=""
cat "$folder"/[0-9] | grep '^ *[0-9]*|' | sort -n >"$folder/table" || true

if [ "$what" = points ]; then
    echo 'The database after the disturbance: - as before the command, + as after it, ~ on the way. Then the command is given'
    echo 'again, what follows it is played, and everything is compared with an undisturbed one.'
    echo
    echo '  #|command                 |point               |fault              |exit|after|again|digest|paid  |message'
    cat "$folder/table"
    echo
    awk -F '|' -f tests/faults/summary.awk "$folder/table"
else
    echo 'calls: how many the command makes; tried: how many of them failed, one at a time; done: it came to its end all the'
    echo 'same; stored: it did not, but its work was committed. Each was tried again to its end.'
    echo
    echo '  #|command         |kind     |calls  |tried  |done   |stored |complaints'
    cat "$folder/table"
    awk -F '|' '{ calls += $4; tried += $5; complaints += $8 }
        END { printf "\n%d calls, %d of them failed, %d complaints\n", calls, tried, complaints }' "$folder/table"
fi
cat "$folder"/*.err >&2
[ "$failed" -eq 0 ] || { echo "not as it must be: see above" >&2; exit 1; }
echo "no complaint: each ended as an undisturbed one, and nothing was paid twice"
