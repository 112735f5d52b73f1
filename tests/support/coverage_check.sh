#!/bin/sh
# The engine's coverage, from the counters of the last run: every line but those that tests/coverage_excuses.txt names
# with a reason, and 95 % of the branches.
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

report --branches --fail-under-branch 95 --txt "$folder/branches.txt" || code=1
awk '/^TOTAL/ {print "branches of engine/: " $0}' "$folder/branches.txt"
exit $code
