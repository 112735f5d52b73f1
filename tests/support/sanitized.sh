#!/bin/sh
# Runs a command whose programs are built with sanitizers, and fails when any of their processes complained.
#   sanitized.sh COMMAND...
#   sanitized.sh --prove-it 'FAULT...' FAULTS [TESTS]   show that planted faults are found, also a leak in a test, and
#                                                       that a clean run passes
# Criterion does not see a leak of a test's process, and nobody sees one of a program that a test starts: so the
# reports go to files, and a file there is a failure.
set -eu
folder=$(pwd -P)/build/sanitize/reports
self=$0

if [ "$1" = --prove-it ]; then
    for fault in $2; do
        if "$self" "$3" "$fault" >/dev/null 2>&1; then
            echo "sanitize: the planted fault '$fault' was not found: the check is blind" >&2
            exit 1
        fi
    done
    if [ $# -gt 3 ] && YDELSE_PLANT_LEAK=1 "$self" "$4" --filter 'planted/*' >/dev/null 2>&1; then
        echo "sanitize: the planted leak inside a test was not found: the check is blind" >&2
        exit 1
    fi
    "$self" "$3" none || { echo "sanitize: a run without a fault failed" >&2; exit 1; }
    echo "sanitize: planted faults are found: $2"
    exit 0
fi

rm -rf "$folder"
mkdir -p "$folder"
chmod 1777 "$folder"
ASAN_OPTIONS="abort_on_error=1:detect_leaks=1:strict_string_checks=1:log_path=$folder/asan"
UBSAN_OPTIONS="print_stacktrace=1:log_path=$folder/ubsan"
LSAN_OPTIONS="suppressions=$(pwd -P)/tests/sanitize/leaks_of_libraries.txt:print_suppressions=0"
# What one thread sends to the database and another one receives is no order between them (io_sync).
TSAN_OPTIONS="io_sync=0:suppressions=$(pwd -P)/tests/sanitize/races_of_libraries.txt:log_path=$folder/tsan"
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS
code=0
"$@" || code=$?
for report in "$folder"/*; do
    [ -e "$report" ] || continue
    echo "sanitize: $report" >&2
    head -n 60 "$report" >&2
    [ "$code" -ne 0 ] || code=1
done
exit "$code"
