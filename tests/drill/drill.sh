#!/bin/sh
# A disaster, and what the operator does about it (config/README.md, "Backup and restore"): `make drill`.
# Three databases: the one that is lost, one restored from its newest backup, one restored from a backup that is older
# than the last payment file. PGHOST is the server that is restored to; $DRILL_FROM the one that is lost (default: the
# same). Every line says what was done and what came of it; the first thing that is not as it must be ends the drill.
set -eu
program=${YDELSE_PROGRAM:-build/ydelse}
lost_host=${DRILL_FROM:-$PGHOST}
new_host=$PGHOST
suffix=$$
folder=$(mktemp -d)
second=drill_bo_$suffix
YDELSE_DRIFT_IDAG=2024-03-20
YDELSE_BETALING_SENDT=$folder/sendt.csv
export YDELSE_DRIFT_IDAG YDELSE_BETALING_SENDT
PGOPTIONS="-c client_min_messages=warning"
export PGOPTIONS

say() { printf 'drill: %s\n' "$*"; }
fail() {
    printf 'drill: WRONG: %s\n' "$*" >&2
    cat "$folder/out" "$folder/err" 2>/dev/null | head -n 40 | sed 's/^/       /' >&2
    exit 1
}
on() {
    PGHOST=$1
    PGDATABASE=$2
    export PGHOST PGDATABASE
}
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }

clean_up() {
    for name in lost newest older; do
        PGHOST=$lost_host PGDATABASE=postgres sql "DROP DATABASE IF EXISTS drill_${name}_$suffix WITH (FORCE)" || true
        PGHOST=$new_host PGDATABASE=postgres sql "DROP DATABASE IF EXISTS drill_${name}_$suffix WITH (FORCE)" || true
    done
    for host in "$lost_host" "$new_host"; do
        PGHOST=$host PGDATABASE=postgres sql "DROP ROLE IF EXISTS $second" || true
    done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# expect CODES COMMAND...: the exit code is one of "0 1"; stdout to $folder/out, stderr to $folder/err.
expect() {
    wanted=$1
    shift
    code=0
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    case " $wanted " in
    *" $code "*) ;;
    *) fail "ydelse $*: exit $code, not $wanted" ;;
    esac
}
as_second() { PGUSER=$second expect "$@"; }

expect_same() { [ "$2" = "$3" ] || fail "$1: $2, not $3"; }

make_database() {
    on "$1" postgres
    sql "CREATE DATABASE $2"
    sql "DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$second') THEN
         CREATE ROLE $second LOGIN IN ROLE ydelse_finance; END IF; END \$\$"
    on "$1" "$2"
}

restore() {
    make_database "$new_host" "$2"
    pg_restore --exit-on-error --no-comments -d "$2" "$1" || fail "pg_restore of $1"
}

# Everything sent, by payment id: what must never be there twice, and never be lost.
payments='SELECT end_to_end_id, cpr, month, amount_oere FROM ydelse.payment ORDER BY 1'
pay_all() { # the files of all batches, as $folder/<batch>.xml
    expect "0 1" pay --due 2024-03-27 --allow-replacement-cpr
    cp "$folder/err" "$folder/pay.err"
    for batch in $(sql "SELECT batch_id FROM ydelse.batch WHERE state = 'draft' ORDER BY 1"); do
        as_second 0 approve "$batch"
    done
    approved=$(sql "SELECT batch_id FROM ydelse.batch WHERE state = 'approved' ORDER BY 1")
}

# --- Before ---------------------------------------------------------------------------------------------------------
lost=drill_lost_$suffix
make_database "$lost_host" "$lost"
expect 0 migrate -q
sql "GRANT CONNECT ON DATABASE $lost TO ydelse_finance"
expect "0 1" load samples/lille -q
expect "0 1" run --month 2024-03 -q
pg_dump -Fc -f "$folder/older.dump"
say "a backup is taken after run 1"

head -n 1 samples/lille/indkomst.csv >"$folder/indkomst.csv"
sed -n '2,12s/^\([^;]*\);/\1-drill;/p' samples/lille/indkomst.csv >>"$folder/indkomst.csv"
expect "0 1" load "$folder/indkomst.csv" -q
expect "0 1" run --month 2024-03 -q
pay_all
[ -n "$approved" ] || fail "nothing to pay"
for batch in $approved; do expect 0 emit "$batch" --output "$folder/$batch.xml" -q; done
seal=$(sql "SELECT encode(seal, 'hex') FROM ydelse.run ORDER BY run_id DESC LIMIT 1")
sql "$payments" >"$folder/sent"
say "run 2 follows new facts, $(wc -l <"$folder/sent") payments are sent; the list outside of the database names the files:"
sed 's/^/       /' "$folder/sendt.csv"
pg_dump -Fc -f "$folder/newest.dump"
say "a backup is taken after the files; the database is lost"

# --- The newest backup -------------------------------------------------------------------------------------------------
newest=drill_newest_$suffix
restore "$folder/newest.dump" "$newest"
expect 0 verify --seal "$seal"
say "restored from the newest backup: verify is clean, the chain holds the last printed seal"
expect 0 replay --run 2
say "replay computes run 2 again: equal"
sed -n '14,18s/^\([^;]*\);/\1-next;/p' samples/lille/indkomst.csv >"$folder/more"
{ head -n 1 samples/lille/indkomst.csv; cat "$folder/more"; } >"$folder/indkomst-2.csv"
expect "0 1" load "$folder/indkomst-2.csv" -q
expect "0 1" run --month 2024-03 -q
pay_all
mv "$folder/sendt.csv" "$folder/away"
for batch in $approved; do expect 77 emit "$batch"; done
mv "$folder/away" "$folder/sendt.csv"
for batch in $approved; do expect 0 emit "$batch" --output "$folder/next-$batch.xml" -q; done
expect_same "paid more than is owed and decided" "$(sql "SELECT count(*) FROM (SELECT line_id FROM ydelse.payment_part WHERE active GROUP BY 1 HAVING count(*) > 1) x")" 0
sql "$payments" | head -n "$(wc -l <"$folder/sent")" >"$folder/kept"
cmp -s "$folder/sent" "$folder/kept" || fail "payments that were sent are not those of before"
say "the next night runs, pays only what is new, and pays nothing twice"
# What this database sent is undone for the next act: it happened in another world.
head -n "$(($(wc -l <"$folder/sendt.csv") - $(echo $approved | wc -w)))" "$folder/sendt.csv" >"$folder/list"
cat "$folder/list" >"$folder/sendt.csv"

# --- A backup that is older than the last files ----------------------------------------------------------------------
older=drill_older_$suffix
restore "$folder/older.dump" "$older"
expect 0 verify
expect 1 verify --seal "$seal"
say "restored from the older backup: verify alone is clean, the last printed seal is missing (exit 1)"
pay_all
grep -q 'warning: .*older backup' "$folder/pay.err" || fail "pay did not warn"
for batch in $approved; do
    expect 77 emit "$batch" --output "$folder/twice-$batch.xml"
    [ ! -e "$folder/twice-$batch.xml" ] || fail "a second file was written"
done
say "emit refuses (exit 77): $(sed -n 's/^ydelse: error: //p' "$folder/err")"
for batch in $(sql "SELECT batch_id FROM ydelse.batch WHERE state IN ('draft', 'approved')"); do
    expect 0 cancel "$batch" --reason 'before the redo' -q
done
on "$new_host" postgres
sql "DROP DATABASE $older WITH (FORCE)"

restore "$folder/older.dump" "$older"
expect "0 1" load "$folder/indkomst.csv" -q
expect "0 1" run --month 2024-03 -q
pay_all
for batch in $approved; do
    [ "$batch" != "$(echo $approved | cut -d ' ' -f 1)" ] || first=$batch
    expect 0 emit "$batch" --as-sent "$folder/$batch.xml"
done
sql "$payments" >"$folder/redone"
cmp -s "$folder/sent" "$folder/redone" || fail "the payments are not those that were sent"
say "restored again; the delivery, the run and the batches are made again and the sent files are stored as they were:"
say "payments, amounts and ids are those that were sent ($(wc -l <"$folder/redone"))"
expect 65 emit "$first" --as-sent "$folder/indkomst.csv"
expect "0 1" pay --due 2024-03-27 --allow-replacement-cpr
expect_same "draft batches" "$(sql "SELECT count(*) FROM ydelse.batch WHERE state = 'draft'")" 0
expect 0 verify
say "nothing is owed twice, verify is clean"
say "done"
