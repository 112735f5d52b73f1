#!/bin/sh
# Fuzzes one entry point or all of them, so many seconds each, and says what was tried and found.
#   fuzz.sh libfuzzer|afl PROGRAM ENTRY|all SECONDS
# New inputs are kept in build/fuzz-corpus/ENTRY, so that the next campaign goes on where this one ended; what breaks a promise
# lies in build/fuzz-found/ENTRY. Mend it, make the input small (libFuzzer: -minimize_crash=1), and put it in
# tests/fuzz/corpus/ENTRY under a name that says what it was.
set -eu
engine=$1
program=$2
entries=$3
seconds=$4
[ "$entries" != all ] || entries="intake delivery values trailer answer settings rates tables person"
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:symbolize=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="print_stacktrace=1"
export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1

fuzz_by_libfuzzer() {
    YDELSE_FUZZ_ENTRY=$1 nice "$program" "$kept" "tests/fuzz/corpus/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -max_len=4096 -dict=tests/fuzz/words.dict -artifact_prefix="$found/" -print_final_stats=1 -close_fd_mask=2 \
        >"$log" 2>&1 || true
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    new=$(sed -n 's/^stat::new_units_added: *//p' "$log")
}

fuzz_by_afl() {
    rm -rf "$found/afl" "$found/seeds"
    mkdir "$found/seeds"
    cp "tests/fuzz/corpus/$1"/* "$found/seeds/"
    cp "$kept"/* "$found/seeds/" 2>/dev/null || true
    YDELSE_FUZZ_ENTRY=$1 nice env -u ASAN_OPTIONS -u UBSAN_OPTIONS timeout -s INT $((seconds + 30)) afl-fuzz -V "$seconds" -t 5000 -m none -x tests/fuzz/words.dict \
        -i "$found/seeds" -o "$found/afl" -- "$program" >"$log" 2>&1 || true
    statistics="$found/afl/default/fuzzer_stats"
    tried=$(sed -n 's/^execs_done *: *//p' "$statistics")
    reached=$(sed -n 's/^edges_found *: *//p' "$statistics")
    new=$(sed -n 's/^corpus_found *: *//p' "$statistics")
    cp "$found"/afl/default/crashes/id* "$found"/afl/default/hangs/id* "$found/" 2>/dev/null || true
    cp "$found"/afl/default/queue/id*,op:* "$kept/" 2>/dev/null || true
    rm -rf "$found/afl" "$found/seeds"
}

failed=0
printf '%-10s %12s %8s %8s %6s\n' entry tried edges new found
for entry in $entries; do
    kept=build/fuzz-corpus/$entry
    found=build/fuzz-found/$entry
    log=$found/log
    mkdir -p "$kept" "$found"
    before=$(find "$found" -type f ! -name log | wc -l)
    "fuzz_by_$engine" "$entry"
    broken=$(($(find "$found" -type f ! -name log | wc -l) - before))
    printf '%-10s %12s %8s %8s %6s\n' "$entry" "${tried:-?}" "${reached:-?}" "${new:-?}" "$broken"
    if [ "$broken" -gt 0 ] || [ -z "$tried" ]; then
        failed=1
        tail -n 3 "$log" >&2
        echo "  see $found; again: YDELSE_FUZZ_ENTRY=$entry $program $found/FILE" >&2
    fi
done
exit $failed
