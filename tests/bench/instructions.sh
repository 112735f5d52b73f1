#!/bin/sh
# How many instructions the hot paths take, held against tests/bench/instructions.txt. Instructions do not depend on what
# else the machine does: a path that became slower fails here, on a laptop as in CI.
#   instructions.sh PROGRAM ENGINE DELIVERY     build/ydelse, build/bench/engine, and a generated delivery
# A budget is kept when a change is worth its instructions, by writing the new number into the table.
set -eu
program=$1
engine=$2
delivery=$3
budgets=tests/bench/instructions.txt
slack_percent=2 # between compilers' patch levels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# collected FUNCTIONS COMMAND...: what was executed inside the first of the functions, the others within it left out.
collected() {
    toggles=""
    for name in $1; do toggles="$toggles --toggle-collect=$name"; done
    shift
    valgrind --tool=callgrind --callgrind-out-file="$work/out" $toggles "$@" >"$work/stdout" 2>"$work/stderr" ||
        { cat "$work/stderr" >&2; echo "instructions.sh: $1 failed under valgrind" >&2; exit 70; }
    sed -n 's/.*Collected : *//p' "$work/stderr"
}

command -v valgrind >/dev/null || { echo "instructions.sh: valgrind is missing (make packages)" >&2; exit 69; }
people=2000 # of build/bench/engine
rows=$(cat "$delivery"/*.csv | grep -vc '^#SLUT')
{
    echo "engine_instructions_per_person_month $(($(collected calc_month "$engine" 1) / people))"
    # Without SHA-256: how it is done depends on the processor.
    echo "reader_instructions_per_row $(($(collected intake_read_unhashed "$program" check "$delivery") / rows))"
} >"$work/found"

code=0
while read -r name found; do
    budget=$(awk -v name="$name" '$1 == name {print $2}' "$budgets")
    [ -n "$budget" ] || { echo "instructions.sh: $budgets has no budget for $name" >&2; exit 65; }
    if [ "$((found * 100))" -gt "$((budget * (100 + slack_percent)))" ]; then
        echo "$name $found: over its budget of $budget" >&2
        code=1
    elif [ "$((found * 100))" -lt "$((budget * (100 - 5 * slack_percent)))" ]; then
        echo "$name $found: far below its budget of $budget; write the new one into $budgets" >&2
        code=1
    else
        echo "$name $found (budget $budget)"
    fi
done <"$work/found"
exit "$code"
