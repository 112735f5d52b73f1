#!/bin/sh
# Hostile files, each through a pipe so that no disk is needed, and what became of them: exit code, peak memory, the first
# finding. Fails when an exit code is another one, when memory is not bounded, or when the expected finding is missing.
#   hostile.sh YDELSE MEASURE GENERATE BYTES ROWS COLUMNS
# BYTES is the size of the large files, ROWS and COLUMNS the number of findings and of columns. With $CASES only those are tried.
set -eu
ydelse=$1
measure=$2
generate=$3
bytes=$4
rows=$5
columns=$6

# A reader needs its blocks and the row it holds; what is told of a file is held up to 100,000 findings.
memory_max=40

folder=$(mktemp -d "${TMPDIR:-/tmp}/ydelse-hostile-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP
mkfifo "$folder/forloeb.csv" "$folder/deltagere.csv"
failed=0

# show NAME SIZE EXPECTED_CODE EXPECTED_TEXT MEMORY_MAX [KIND...]
# With kinds, a file of each is read beside the others, as many as there are processors.
show() {
    case " ${CASES:-$1} " in *" $1 "*) ;; *) return 0 ;; esac
    name=$1 size=$2 expected_code=$3 expected_text=$4 limit=$5
    shift 5
    [ $# -gt 0 ] || set -- forloeb
    writers=""
    for kind in "$@"; do
        "$generate" "${name%_beside}" "$size" >"$folder/$kind.csv" 2>/dev/null &
        writers="$writers $!"
        shift
        set -- "$@" "$folder/$kind.csv"
    done
    "$measure" "$ydelse" check --lang en "$@" 3>"$folder/cost" >"$folder/all" 2>&1 || true
    for writer in $writers; do
        # Where the program ended without opening the pipe, its writer waits for ever.
        kill "$writer" 2>/dev/null || true
        wait "$writer" 2>/dev/null || true
    done
    head -c 4000000 "$folder/all" >"$folder/out"
    read -r seconds peak code <"$folder/cost"
    found=$(grep -o -m 1 -e "$expected_text" "$folder/out" || true)
    verdict=ok
    [ "$code" = "$expected_code" ] || verdict="exit $expected_code expected"
    [ -n "$found" ] || verdict="'$expected_text' expected"
    # A sanitizer's own memory says nothing of ours.
    [ -n "${ASAN_OPTIONS:-}" ] || [ "${peak%.*}" -lt "$limit" ] || verdict="less than $limit MB expected"
    [ "$verdict" = ok ] || { failed=1; head -n 5 "$folder/out" >&2; }
    printf '%-20s %12s %8s %7s %5s  %-42.42s %s\n' "$name" "$size" "$seconds" "$peak" "$code" "$found" "$verdict"
}

printf '%-20s %12s %8s %7s %5s  %-42s %s\n' input size seconds MB exit "first finding" verdict
show bytes_of_rejects "$bytes" 1 "FELTANTAL" "$memory_max"
show one_row "$bytes" 1 "RAEKKE_FOR_LANG" "$memory_max"
show no_line_end "$bytes" 65 "FIL_UDEN_HOVED" "$memory_max"
show nul_bytes "$bytes" 1 "RAEKKE_FOR_LANG" "$memory_max"
show bad_utf8 "$bytes" 1 "TEGNSAET" "$memory_max"
show open_quote "$bytes" 65 "FIL_UAFSLUTTET_CITAT\|RAEKKE_FOR_LANG" "$memory_max"
show quotes "$bytes" 1 "RAEKKE_FOR_LANG\|FIL_UAFSLUTTET_CITAT" "$memory_max"
if [ "$bytes" -lt 2147483647 ]; then
    show line_feeds "$bytes" 1 "DELTAGER_UKENDT" "$memory_max"
else
    show line_feeds "$bytes" 65 "has more than 2^31 - 1 lines" "$memory_max"
fi
show columns_in_header "$columns" 65 "FIL_UKENDT_KOLONNE\|FIL_UDEN_HOVED" "$memory_max"
show columns_in_row "$columns" 1 "FELTANTAL\|RAEKKE_FOR_LANG" "$memory_max"
show many_rejects "$rows" 1 "UKENDT_KODE" "$memory_max"
# Of deltagere.csv the columns are wrong, which is told first: what is told of the file beside it has to wait, on a disk.
show many_rejects_beside "$rows" 1 "UKENDT_KODE\|FIL_" "$memory_max" deltagere forloeb
# What is kept of a row that counts is a small constant, 300 bytes at most.
show one_id "$rows" 1 "DELTAGER_UKENDT" $((memory_max + rows * 300 / 1000000))
show good_rows "$rows" 1 "DELTAGER_UKENDT" $((memory_max + rows * 300 / 1000000))
exit $failed
