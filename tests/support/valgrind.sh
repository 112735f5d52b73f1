#!/bin/sh
# Valgrind's memcheck over what reads, computes and stores a month of the sample delivery. Beside a throwaway cluster
# (with_postgres.sh). Prints the number of programs looked at and of errors found.
#   valgrind.sh YDELSE
set -u
ydelse=$1
folder=$(mktemp -d "${TMPDIR:-/tmp}/ydelse-valgrind-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP
failed=0
# Reachable at the end is what libraries keep for good; everything else that is lost is an error.
memcheck="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect --show-leak-kinds=definite,indirect
    --num-callers=20 --log-file=$folder/log.%p"

count_errors() {
    errors=$(cat "$folder"/log.* 2>/dev/null | grep -c '^==[0-9]*== *[A-Z]' || true)
    programs=$(find "$folder" -name 'log.*' | wc -l)
    if [ "$errors" -gt 0 ]; then
        cat "$folder"/log.* | head -n 60 >&2
        failed=1
    fi
    printf '%-44.44s %8s programs %6s errors  exit %s\n' "$1" "$programs" "$errors" "$2"
    rm -f "$folder"/log.*
}

# look EXPECTED_CODE ARGUMENT...
look() {
    expected=$1
    shift
    code=0
    $memcheck "$ydelse" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    count_errors "ydelse $*" "$code"
    if [ "$code" -ne "$expected" ]; then
        echo "  exit $expected was expected" >&2
        tail -n 3 "$folder/err" >&2
        failed=1
    fi
}

PGDATABASE=$YDELSE_TEST_TEMPLATE
export PGDATABASE
look 1 calc --month 2024-03 --input samples/lille --output "$folder/resultat.csv"
look 1 calc --month 2024-03 --input samples/lille --explain
look 1 check samples/fejl
look 0 rates check
look 0 explain --cpr 8702941009 --month 2024-03 --input samples/lille --format html
look 0 explain --cpr 8702941009 --month 2024-03 --input samples/lille --format json
look 1 load samples/fejl
look 1 load samples/lille
look 1 run --month 2024-03
exit $failed
