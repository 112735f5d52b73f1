#!/bin/sh
# Coverage, from the counters of the last run: every line of engine/ but those that tests/coverage_excuses.txt names with a
# reason, and as much of each folder as tests/coverage_least.txt says.
#   coverage_check.sh OBJECT-FOLDER
# An excuse begins with "engine/FILE: the line without the blanks before it"; its reason follows, indented.
set -u
LC_ALL=C
export LC_ALL
folder=$1
excuses=tests/coverage_excuses.txt
code=0

report() {
    gcovr --root . --object-directory "$folder" --filter engine/ --exclude-unreachable-branches "$@" "$folder"
}

# file:number of each line that did not run; gcovr writes them as "7,12-14" in the last column.
report --txt - | awk '/^engine\// && NF == 5 {
    count = split($5, ranges, ",")
    for (i = 1; i <= count; i++) {
        ends = split(ranges[i], range, "-")
        for (line = range[1]; line <= range[ends]; line++) print $1 ":" line
    }
}' >"$folder/missed"

while IFS=: read -r file line; do
    text=$(sed -n "${line}s/^ *//p" "$file")
    [ "$text" != "}" ] || continue
    if ! grep -qxF -e "$file: $text" "$excuses"; then
        echo "$file:$line: no test runs this line, and $excuses has no excuse: $text" >&2
        code=1
    fi
done <"$folder/missed"

# "FOLDER line|branch LEAST"
grep -E '^[a-z]+/ (line|branch) ' tests/coverage_least.txt >"$folder/least"
while read -r part what least; do
    gcovr --root . --object-directory "$folder" --filter "$part" --exclude-unreachable-branches --json-summary-pretty \
        --json-summary "$folder/summary.json" "$folder"
    found=$(sed -n "s/^    \"${what}_percent\": *\([0-9.]*\).*/\1/p" "$folder/summary.json" | head -n 1)
    printf '%-8s %-8s %6s %% (at least %s %%)\n' "$part" "$what" "${found:-none}" "$least"
    if ! awk -v found="${found:-0}" -v least="$least" 'BEGIN { exit !(found + 0 >= least + 0) }'; then
        echo "coverage: $part has less than $least % of $what coverage" >&2
        code=1
    fi
done <"$folder/least"
exit $code
