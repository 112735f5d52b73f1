#!/bin/sh
# `make bench`: one line per figure, `name value unit`, and build/bench.json. Medians of $BENCH_REPEATS.
#   bench.sh N       run beside a throwaway cluster (tests/support/with_postgres.sh); it does not wait for the disk,
#                    neither for ours nor for psql's \copy, so use the ratios.
set -eu
people=$1
repeats=${BENCH_REPEATS:-3}
month=2024-03
delivery=build/samples/$people
work=$(mktemp -d)
figures=$work/figures
trap 'rm -rf "$work"' EXIT
kinds="deltagere forloeb boern perioder indkomst feriepenge sanktioner skattekort"

figure() { printf '%s %s %s\n' "$1" "$2" "$3" | tee -a "$figures"; }

median() { sort -n "$1" | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }

# measured NAME COMMAND...: appends to NAME.seconds and NAME.megabytes. Exit 1 (rejects, held) is a good end.
measured() {
    name=$1
    shift
    code=0
    build/bench/measure "$@" 3>"$work/measured" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" -le 1 ] || { cat "$work/err" >&2; exit "$code"; }
    read -r seconds megabytes _ <"$work/measured"
    echo "$seconds" >>"$work/$name.seconds"
    echo "$megabytes" >>"$work/$name.megabytes"
}

fresh_database() {
    PGOPTIONS="-c client_min_messages=warning" psql -X -q -d postgres -c "DROP DATABASE IF EXISTS bench" -c "CREATE DATABASE bench TEMPLATE $1"
}

# What a script of one's own would need before it had computed anything: every column as text.
write_copy_script() {
    for kind in $kinds; do
        [ -f "$delivery/$kind.csv" ] || continue
        columns=$(head -n 1 "$delivery/$kind.csv" | tr -d '\r' | sed 's/;/ text, /g')
        grep -v '^#SLUT' "$delivery/$kind.csv" >"$work/$kind.csv"
        printf 'CREATE TABLE %s (%s text);\n' "$kind" "$columns"
        printf '%s\n' "\\copy $kind FROM '$work/$kind.csv' (FORMAT csv, DELIMITER ';', HEADER)"
    done
}

build/bench/engine 2>/dev/null >"$work/engine"
while read -r name value unit; do figure "$name" "$value" "$unit"; done <"$work/engine"

write_copy_script >"$work/copy.sql"
# Side by side in each round, so that what else the machine does meets all alike.
round=0
while [ "$round" -lt "$repeats" ]; do
    round=$((round + 1))
    measured calc "$YDELSE_PROGRAM" calc -q --month "$month" --input "$delivery" --output "$work/results.csv"
    rm -f "$work/results.csv"
    fresh_database template0
    PGDATABASE=bench measured copy psql -X -q -v ON_ERROR_STOP=1 -f "$work/copy.sql"
    [ "$(psql -X -At -d bench -c 'SELECT count(*) FROM deltagere')" -eq "$people" ] || { echo "bench.sh: \\copy lost rows" >&2; exit 70; }
    fresh_database "$YDELSE_TEST_TEMPLATE"
    export PGDATABASE=bench
    measured load "$YDELSE_PROGRAM" load -q "$delivery"
    measured run "$YDELSE_PROGRAM" run -q --month "$month"
    measured run_again "$YDELSE_PROGRAM" run -q --month "$month"
    unset PGDATABASE
done

# Nights of a database that owes six months: without news, with one row of income in a hundred corrected or late, and
# everything computed again.
write_news() {
    awk -F';' -v OFS=';' -v round="$1" 'NR == 1 {print "posttype;" $0} NR == 1 || /^#/ {next}
        NR % 200 == round {$9 = "1234,5" round; print "R;" $0} NR % 200 == 100 + round {$1 = "SEN" round $1; print "N;" $0}' \
        "$delivery/indkomst.csv" >"$work/news/indkomst-$1.csv"
}
mkdir "$work/news"
fresh_database "$YDELSE_TEST_TEMPLATE"
export PGDATABASE=bench
"$YDELSE_PROGRAM" run -q --month "$month" --input "$delivery" --set cutover.alle=2023-10 >"$work/out" 2>"$work/err" || [ $? -eq 1 ]
round=0
while [ "$round" -lt "$repeats" ]; do
    round=$((round + 1))
    measured night_no_news "$YDELSE_PROGRAM" run -q --month "$month"
    write_news "$round"
    measured night_1_percent "$YDELSE_PROGRAM" run -q --month "$month" --input "$work/news/indkomst-$round.csv"
    measured night_full "$YDELSE_PROGRAM" run -q --month "$month" --full
done
touched=$(psql -X -At -c "SELECT count(DISTINCT cpr) / $repeats FROM ydelse.run_scope")
unset PGDATABASE
psql -X -q -d postgres -c "DROP DATABASE bench"

ratio() { awk -v a="$(median "$work/$1.seconds")" -v b="$(median "$work/$2.seconds")" 'BEGIN {printf "%.2f", a / b}'; }
for name in calc copy load run run_again; do
    figure "${name}_${people}_seconds" "$(median "$work/$name.seconds")" s
    [ "$name" = copy ] || figure "${name}_${people}_peak_memory" "$(median "$work/$name.megabytes")" MB
done
figure "calc_to_copy" "$(ratio calc copy)" ratio
for name in night_no_news night_1_percent night_full; do
    figure "${name}_${people}_seconds" "$(median "$work/$name.seconds")" s
    figure "${name}_${people}_peak_memory" "$(median "$work/$name.megabytes")" MB
done
figure "night_1_percent_${people}_people" "$touched" people
figure "night_no_news_to_full" "$(ratio night_no_news night_full)" ratio
figure "night_1_percent_to_full" "$(ratio night_1_percent night_full)" ratio
paste "$work/load.seconds" "$work/run.seconds" | awk '{print $1 + $2}' >"$work/both.seconds"
figure "load_and_run_to_copy" "$(ratio both copy)" ratio

awk 'BEGIN {printf "{\n"} {printf "%s  \"%s\": {\"value\": %s, \"unit\": \"%s\"}", (NR > 1 ? ",\n" : ""), $1, $2, $3}
     END {printf "\n}\n"}' "$figures" >build/bench.json
