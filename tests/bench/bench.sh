#!/bin/sh
# `make bench`: one line per figure, `name value unit`, and build/bench.json. Medians of $BENCH_REPEATS, of rounds in which
# everything that is compared is done once, one after the other, so that what else the machine does meets all alike.
#   bench.sh N PART...     beside a throwaway cluster (tests/support/with_postgres.sh), which does not wait for the disk,
#                          neither for ours nor for the others: the ratios are what to look at
# Parts: engine files (calc, load and run, psql, SQL, DuckDB) nights small history.
# What takes long is only done in the first $BENCH_SLOW_REPEATS rounds: SQL in PostgreSQL, full nights, replay and simulate.
set -eu
people=$1
shift
parts=${*:-engine files nights small history}
repeats=${BENCH_REPEATS:-5}
slow_repeats=${BENCH_SLOW_REPEATS:-$repeats}
month=2024-03
delivery=build/samples/$people
duckdb=build/bench/duckdb
work=$(mktemp -d)
figures=$work/figures
trap 'write_json; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
kinds="deltagere forloeb boern perioder indkomst feriepenge sanktioner skattekort"
: >"$figures"

# Also of a benchmark that is stopped: what it has come to so far.
write_json() {
    awk 'BEGIN {printf "{\n"} {printf "%s  \"%s\": {\"value\": %s, \"unit\": \"%s\"}", (NR > 1 ? ",\n" : ""), $1, $2, $3}
         END {printf "\n}\n"}' "$figures" >build/bench.json
}

figure() { printf '%s %s %s\n' "$1" "$2" "$3" | tee -a "$figures"; }

median() { sort -n "$1" | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }

# ratio A B: of two medians.
ratio() { awk -v a="$(median "$work/$1.seconds")" -v b="$(median "$work/$2.seconds")" 'BEGIN {printf "%.2f", a / b}'; }

# added NAME A B...: a figure that is several others in a row, round by round, of the rounds that have all of them.
added() {
    name=$1
    shift
    for part in "$@"; do printf '%s\n' "$work/$part.seconds"; done | xargs paste |
        awk -v parts=$# 'NF == parts {sum = 0; for (i = 1; i <= NF; i++) sum += $i; print sum}' >"$work/$name.seconds"
}

tell_rounds() {
    figure rounds "$repeats" rounds
    figure rounds_of_what_is_slow "$slow_repeats" rounds
}

tell_seconds() { for name in "$@"; do figure "${name}_${people}_seconds" "$(median "$work/$name.seconds")" s; done; }
tell_memory() { for name in "$@"; do figure "${name}_${people}_peak_memory" "$(median "$work/$name.megabytes")" MB; done; }

# measured NAME COMMAND...: appends to NAME.seconds and NAME.megabytes. Exit 1 (rejects, held) is a good end.
measured() {
    name=$1
    shift
    code=0
    build/bench/measure "$@" 3>"$work/measured" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" -le 1 ] || { cat "$work/err" >&2; echo "bench.sh: $name failed" >&2; exit "$code"; }
    read -r seconds megabytes _ <"$work/measured"
    echo "$seconds" >>"$work/$name.seconds"
    echo "$megabytes" >>"$work/$name.megabytes"
}

fresh_database() {
    PGOPTIONS="-c client_min_messages=warning" psql -X -q -d postgres -c "DROP DATABASE IF EXISTS bench" -c "CREATE DATABASE bench TEMPLATE $1"
}

psql_quiet() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

header_of() { head -n 1 "$work/files/$1.csv" | tr -d '\r'; }

# The files as others can read them: without the trailer, which psql and DuckDB do not know.
clean_files() {
    mkdir "$work/files"
    for kind in $kinds; do grep -v '^#SLUT' "$delivery/$kind.csv" >"$work/files/$kind.csv"; done
}

# What a script of one's own would need before it had computed anything: every column as text.
write_copy() {
    for kind in $kinds; do
        printf 'CREATE TABLE raw_%s (%s text);\n' "$kind" "$(header_of "$kind" | sed 's/;/ text, /g')"
        printf '%s\n' "\\copy raw_$kind FROM '$work/files/$kind.csv' (FORMAT csv, DELIMITER ';', HEADER)"
    done >"$work/copy.sql"
}

# The same, with the keys that ours have: the id, the participant. And the results, computed by somebody else: columns,
# checks and keys of result and entitlement, taken from what we stored. Indexes come last, as whoever knows psql does it.
write_copy_keys() {
    for kind in $kinds; do
        case $kind in deltagere) id=cpr_nummer ;; forloeb) id=forloeb_id ;; sanktioner) id=sanktion_id ;; *) id=post_id ;; esac
        columns=$(header_of "$kind" | tr ';' ',' | sed -E 's/,/ text,/g; s/$/ text/
            s/((dag|dato)|(loenperiode_[a-z]+)|(forsoergelse_[a-z]+)) text/\1 date/g')
        printf 'CREATE TABLE raw_%s (%s);\n' "$kind" "$columns"
        printf '%s\n' "\\copy raw_$kind FROM '$work/files/$kind.csv' (FORMAT csv, DELIMITER ';', HEADER)"
        printf 'ALTER TABLE raw_%s ADD PRIMARY KEY (%s);\n' "$kind" "$id"
        [ "$kind" = deltagere ] || printf 'CREATE INDEX ON raw_%s (cpr_nummer);\n' "$kind"
    done >"$work/copy_keys.sql"
    cat >>"$work/copy_keys.sql" <<EOF
CREATE TABLE own_result (LIKE ydelse.result INCLUDING CONSTRAINTS);
\\copy own_result FROM '$work/result.csv' (FORMAT csv)
ALTER TABLE own_result ADD PRIMARY KEY (run_id, month, cpr);
CREATE TABLE own_entitlement (LIKE ydelse.entitlement INCLUDING CONSTRAINTS);
\\copy own_entitlement FROM '$work/entitlement.csv' (FORMAT csv)
ALTER TABLE own_entitlement ADD PRIMARY KEY (month, cpr, revision);
EOF
}

write_second() {
    { echo "CREATE TABLE answer AS"; cat sql/second/second.sql; echo ";"
      echo "SELECT count(*), sum(til_udbetaling) FROM answer;"; } >"$work/answer.sql"
    tests/bench/second_tables.sh "$work/files" "$month" postgres >"$work/second_tables.sql"
    tests/bench/second_tables.sh "$work/files" "$month" duckdb >"$work/duckdb_tables.sql"
    { cat sql/second/postgres_prelude.sql "$work/second_tables.sql"; echo "ANALYZE;"; cat "$work/answer.sql"; } >"$work/second.sql"
}

# Everybody who computed says how many and how much; it must be what calc said.
same_totals() {
    said=$(tr -d '\r' <"$work/out" | grep -E '^[0-9]+[ |][0-9]+$' | tail -n 1 | tr '|' ' ')
    [ "$said" = "$totals" ] || { echo "bench.sh: $1 computed $said, calc $totals" >&2; exit 70; }
}

calc_totals() {
    awk -F';' 'NR > 1 {gsub(",", ""); count++; sum += $18} END {printf "%d %.0f", count, sum}' "$1"
}

# calc, whose lines are sent on to the table of a script of one's own.
write_calc_into_copy() {
    cat >"$work/calc_into_copy.sh" <<EOF
set -eu
{ "$YDELSE_PROGRAM" calc -q --month $month --input $delivery || [ \$? -eq 1 ]; } | psql -X -q -v ON_ERROR_STOP=1 \
    -c "CREATE TABLE paid ($(head -n 1 "$work/results.csv" | sed 's/;/ text, /g') text)" \
    -c "\\copy paid FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)" -c "ALTER TABLE paid ADD PRIMARY KEY (cpr_nummer)"
EOF
}

write_work_by_two() {
    cat >"$work/work_by_two.sh" <<'EOF'
"$1" work -q "$2" &
"$1" work -q "$2"
wait $!
EOF
}

bench_engine() {
    build/bench/engine 200 "$delivery" $month 2>/dev/null >"$work/engine"
    while read -r name value unit; do figure "$name" "$value" "$unit"; done <"$work/engine"
    tests/bench/instructions.sh build/ydelse build/bench/engine build/samples/instructions >"$work/instructions" || true
    while read -r name value _; do figure "$name" "$value" instructions; done <"$work/instructions"
}

# What the comparison needs before its rounds: the files, the results of one run, the scripts of the others.
prepare_files() {
    clean_files
    write_copy
    write_second
    measured warm_up "$YDELSE_PROGRAM" calc -q --month $month --input "$delivery" --output "$work/results.csv"
    totals=$(calc_totals "$work/results.csv")
    write_calc_into_copy
    write_work_by_two
    fresh_database "$YDELSE_TEST_TEMPLATE"
    PGDATABASE=bench measured run_with_input "$YDELSE_PROGRAM" run -q --month $month --input "$delivery"
    psql_quiet -d bench -c "\\copy (SELECT * FROM ydelse.result) TO '$work/result.csv' (FORMAT csv)" \
        -c "\\copy (SELECT * FROM ydelse.entitlement) TO '$work/entitlement.csv' (FORMAT csv)"
    write_copy_keys
}

files_round() {
    measured calc "$YDELSE_PROGRAM" calc -q --month $month --input "$delivery" --output "$work/results.csv"
    fresh_database template0
    PGDATABASE=bench measured copy psql -X -q -v ON_ERROR_STOP=1 -f "$work/copy.sql"
    if [ "$round" -le "$slow_repeats" ]; then
        PGDATABASE=bench measured second_postgres psql -X -q -At -v ON_ERROR_STOP=1 -f "$work/second.sql"
        same_totals "SQL in PostgreSQL"
    fi
    PGDATABASE=bench measured calc_into_copy sh "$work/calc_into_copy.sh"
    measured second_duckdb node tests/bench/duckdb.mjs "$PWD/$duckdb/node_modules" "$(nproc)" sql/second/duckdb_prelude.sql \
        "$work/duckdb_tables.sql" "$work/answer.sql"
    same_totals "SQL in DuckDB"
    fresh_database "$YDELSE_TEST_TEMPLATE"
    PGDATABASE=bench measured copy_keys psql -X -q -v ON_ERROR_STOP=1 -f "$work/copy_keys.sql"
    fresh_database "$YDELSE_TEST_TEMPLATE"
    export PGDATABASE=bench
    measured load "$YDELSE_PROGRAM" load -q "$delivery"
    measured plan "$YDELSE_PROGRAM" run -q --month $month --plan-only
    run=$(tail -n 1 "$work/out")
    measured work "$YDELSE_PROGRAM" work -q "$run"
    measured seal "$YDELSE_PROGRAM" seal -q "$run"
    # The same by one worker and by two, on rows that were read before.
    measured warm_up "$YDELSE_PROGRAM" run -q --month $month --full --plan-only --jobs 2
    run=$(tail -n 1 "$work/out")
    measured work_by_one "$YDELSE_PROGRAM" work -q "$run"
    measured warm_up "$YDELSE_PROGRAM" seal -q "$run"
    measured warm_up "$YDELSE_PROGRAM" run -q --month $month --full --plan-only --jobs 2
    run=$(tail -n 1 "$work/out")
    measured work_by_two sh "$work/work_by_two.sh" "$YDELSE_PROGRAM" "$run"
    unset PGDATABASE
}

bench_files() {
    prepare_files
    round=0
    while [ "$round" -lt "$repeats" ]; do
        round=$((round + 1))
        files_round
    done
    added run plan work seal
    added load_and_run load run
    added sql copy second_postgres
    tell_rounds
    tell_seconds calc calc_into_copy copy copy_keys second_postgres second_duckdb load run work work_by_one work_by_two seal load_and_run
    tell_memory calc load run_with_input work second_duckdb
    figure calc_to_copy "$(ratio calc copy)" ratio
    figure calc_into_copy_to_duckdb "$(ratio calc_into_copy second_duckdb)" ratio
    figure calc_into_copy_to_sql "$(ratio calc_into_copy sql)" ratio
    figure load_and_run_to_copy_with_keys "$(ratio load_and_run copy_keys)" ratio
    figure load_and_run_to_sql "$(ratio load_and_run sql)" ratio
    figure work_by_one_to_two "$(ratio work_by_one work_by_two)" ratio
}

# One row of income in a hundred corrected or late.
write_news() {
    awk -F';' -v OFS=';' -v round="$1" 'NR == 1 {print "posttype;" $0} NR == 1 || /^#/ {next}
        NR % 200 == round {$9 = "1234,5" round; print "R;" $0} NR % 200 == 100 + round {$1 = "SEN" round $1; print "N;" $0}' \
        "$delivery/indkomst.csv" >"$work/news/indkomst-$1.csv"
}

# Nights of a database that owes six months: without news, with some, and everything computed again.
bench_nights() {
    mkdir "$work/news"
    fresh_database "$YDELSE_TEST_TEMPLATE"
    export PGDATABASE=bench
    measured first_night "$YDELSE_PROGRAM" run -q --month $month --input "$delivery" --set cutover.alle=2023-10
    round=0
    while [ "$round" -lt "$repeats" ]; do
        round=$((round + 1))
        measured night_no_news "$YDELSE_PROGRAM" run -q --month $month
        write_news "$round"
        measured night_1_percent "$YDELSE_PROGRAM" run -q --month $month --input "$work/news/indkomst-$round.csv"
        [ "$round" -le "$slow_repeats" ] || continue
        measured night_full "$YDELSE_PROGRAM" run -q --month $month --full
        measured night_full_2_workers "$YDELSE_PROGRAM" run -q --month $month --full --jobs 2
    done
    touched=$(psql -X -At -c "SELECT count(DISTINCT cpr) / $repeats FROM ydelse.run_scope")
    unset PGDATABASE
    tell_rounds
    tell_seconds first_night night_no_news night_1_percent night_full night_full_2_workers
    tell_memory night_no_news night_1_percent night_full
    figure "night_1_percent_${people}_people" "$touched" people
    figure night_no_news_to_full "$(ratio night_no_news night_full)" ratio
    figure night_1_percent_to_full "$(ratio night_1_percent night_full)" ratio
    figure one_worker_to_two "$(ratio night_full night_full_2_workers)" ratio
}

# What somebody at a terminal waits for.
bench_small() {
    fresh_database "$YDELSE_TEST_TEMPLATE"
    export PGDATABASE=bench
    measured small_run "$YDELSE_PROGRAM" run -q --month $month --input "$delivery"
    cpr=$(psql -X -At -c "SELECT cpr FROM ydelse.result ORDER BY cpr OFFSET $((people / 2)) LIMIT 1")
    round=0
    while [ "$round" -lt "$repeats" ]; do
        round=$((round + 1))
        measured start_up "$YDELSE_PROGRAM" --version
        measured explain "$YDELSE_PROGRAM" explain -q --cpr "$cpr" --month $month
    done
    unset PGDATABASE
    figure start_up_seconds "$(median "$work/start_up.seconds")" s
    tell_seconds explain
}

# Ten years of the whole country: every month sealed, computed again, and tried with another policy. The deliveries are
# loaded and sealed once; only what reads them is repeated.
bench_history() {
    crowd=${BENCH_HISTORY_PEOPLE:-35000}
    months=${BENCH_HISTORY_MONTHS:-120}
    years=build/samples/history-$crowd-$months
    [ -f "$years/nights.csv" ] || build/generate --history "$months" --people "$crowd" --from 2014-01 --output "$years" >/dev/null
    last=$(tail -n 1 "$years/nights.csv" | grep -oE '[0-9]{4}-[0-9]{2}' | tail -n 1)
    fresh_database "$YDELSE_TEST_TEMPLATE"
    export PGDATABASE=bench
    for night in "$years"/*/; do measured history_load "$YDELSE_PROGRAM" load -q "$night"; done
    measured history_run "$YDELSE_PROGRAM" run -q --month "$last" --set cutover.alle=2014-01
    round=0
    while [ "$round" -lt "$slow_repeats" ]; do
        round=$((round + 1))
        measured history_replay "$YDELSE_PROGRAM" replay -q --from 2014-01 --to "$last"
        measured history_simulate "$YDELSE_PROGRAM" simulate -q --policy gruppe_skift=maaned_start --jobs "$(nproc)"
    done
    results=$(psql -X -At -c "SELECT count(*) FROM ydelse.result")
    unset PGDATABASE
    figure "history_${crowd}_person_months" "$results" person-months
    tell_rounds
    figure "history_load_${crowd}_seconds" "$(awk '{sum += $1} END {print sum}' "$work/history_load.seconds")" s
    for name in history_run history_replay history_simulate; do
        figure "${name}_${crowd}_seconds" "$(median "$work/$name.seconds")" s
        figure "${name}_${crowd}_peak_memory" "$(median "$work/$name.megabytes")" MB
    done
}

for part in $parts; do
    case $part in
    engine | files | nights | small | history) "bench_$part" ;;
    *) echo "bench.sh: no part is called $part" >&2; exit 64 ;;
    esac
done
psql -X -q -d postgres -c "DROP DATABASE IF EXISTS bench"
