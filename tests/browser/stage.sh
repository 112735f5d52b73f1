#!/bin/sh
# A console to look at: a database with the sample months, users with passwords, and `ydelse serve` on any free port.
#   with_postgres.sh build/ydelse tests/browser/stage.sh [COMMAND...]
# COMMAND gets the console's address in $CONSOLE; without one it serves until it is interrupted.
# Users, password "hemmelig-<name>": anna and bo (finance), rita (auditor), nat (batch), odense (finance of 0461 only),
# uden (no role).
set -eu
program=${YDELSE_PROGRAM:?is set by with_postgres.sh}
folder=$(mktemp -d /tmp/ydelse-console-XXXXXX)
server=""
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

sql() { psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
# Exit 1 means done, with rejects or held people: the samples have them on purpose.
as() {
    user=$1
    shift
    code=0
    PGUSER=$user "$program" "$@" >"$folder/out" 2>&1 || code=$?
    [ "$code" -le 1 ] || { cat "$folder/out" >&2; exit "$code"; }
}
# A member of ydelse_password must give it; here the job is done by a twin who is trusted.
make_user() {
    sql "CREATE ROLE $1 LOGIN PASSWORD 'hemmelig-$1' IN ROLE ydelse_password${2:+, $2}"
}

PGDATABASE=postgres sql "CREATE DATABASE console TEMPLATE $YDELSE_TEST_TEMPLATE"
PGDATABASE=console
YDELSE_DRIFT_IDAG=2024-03-20
export PGDATABASE YDELSE_DRIFT_IDAG
make_user anna ydelse_finance
make_user bo ydelse_finance
make_user rita ydelse_auditor
make_user nat ydelse_batch
make_user odense ydelse_finance
make_user uden ""
sql "INSERT INTO ydelse.finance_municipality VALUES ('odense', '0461')"
sql "CREATE ROLE maskine LOGIN IN ROLE ydelse_batch"

# Four months of a delivery, then a correction of wages and the month once more: two runs that differ.
as maskine load samples/lille
for month in 2023-12 2024-01 2024-02 2024-03; do as maskine run --month "$month"; done
awk -F ';' -v OFS=';' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; print "posttype", $0; next}
    $at["indkomsttype"] == "00" && done < 6 {$at["felt_0013"] = "6543,21"; print "R", $0; done++}' \
    samples/lille/indkomst.csv >"$folder/indkomst-rettet.csv"
as maskine load "$folder/indkomst-rettet.csv"
# So many rejects that a list has a second page.
awk -F ';' -v OFS=';' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; print; next}
    NR == 2 {for (i = 1; i <= 130; i++) {$at["post_id"] = "L-" i; $at["felt_0013"] = i ".000,00"; print}}' \
    samples/lille/indkomst.csv >"$folder/indkomst-ulaeselig.csv"
as maskine load "$folder/indkomst-ulaeselig.csv"
as maskine run --month 2024-03
PGPASSWORD=hemmelig-anna as anna pay --due 2024-03-27 --allow-replacement-cpr
# One batch is on its way already.
PGPASSWORD=hemmelig-bo as bo approve 1 --despite-limits "efterbetaling"
PGPASSWORD=hemmelig-bo as bo emit 1 --output "$folder/betaling.xml"

mkfifo "$folder/address"
"$program" serve --port 0 >"$folder/address" 2>"${CONSOLE_LOG:-$folder/log}" &
server=$!
read -r CONSOLE <"$folder/address"
CONSOLE=${CONSOLE%/}
export CONSOLE
if [ $# -gt 0 ]; then
    "$@"
else
    echo "The console is at $CONSOLE (users anna, bo, rita, nat, odense; password hemmelig-<user>). Ctrl-C ends it."
    wait "$server"
fi
