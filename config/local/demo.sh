#!/bin/sh
# The sample month from files to payment files, by the users who would do it; what `make run` does after building.
#
#   nat    the nightly job: loads the delivery and runs the month      (role ydelse_batch)
#   anna   collects what is owed into payment batches                  (role ydelse_finance)
#   bo     approves them and writes the payment files                  (role ydelse_finance)
#
# It may be run again at any time: what is done is not done twice. It runs as on 20 March 2024, because the sample
# month is paid on 27 March 2024, the last banking day before Easter. The people in the samples have replacement
# CPR numbers, which are only paid when that is asked for.
# On another server (PGHOST and the like) these users are made when PGUSER may make roles.
set -eu
cd "$(dirname "$0")/../.."
program=$(pwd -P)/build/ydelse
month=2024-03
due=2024-03-27
delivery=samples/lille
out=.local/out
YDELSE_DRIFT_IDAG=2024-03-20
PGCLIENTENCODING=UTF8
export YDELSE_DRIFT_IDAG PGCLIENTENCODING

title() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
table() { psql -X -q -v ON_ERROR_STOP=1 -P border=0 -P footer=off -c "$1" | sed -e '/^ *$/d' -e 's/^/   /' -e 's/ *$//'; }

# Runs ydelse as a user. Exit 1 means done, with rejects or held people: the samples have them on purpose.
as() {
    user=$1
    shift
    code=0
    printf '   $ ydelse %s        (%s)\n' "$*" "$user"
    PGUSER=$user "$program" "$@" || code=$?
    case $code in
    0) ;;
    1) note "(exit 1: gjort, men der er afviste rækker eller tilbageholdte personer, som der skal ses på)" ;;
    *) exit "$code" ;;
    esac
}

make_user() {
    if [ "$(sql "SELECT count(*) FROM pg_roles WHERE rolname = '$1'")" -eq 0 ]; then
        sql "CREATE ROLE $1 LOGIN IN ROLE $2" || {
            echo "demo.sh: the user $1 (role $2) is missing and $PGUSER may not make it" >&2
            exit 77
        }
    fi
}

config/local/cluster.sh start
eval "$(config/local/cluster.sh env)"
: "${PGUSER:=$(id -un)}"
owner=$PGUSER
mkdir -p "$out"

title "1. Databasen"
as "$owner" migrate
make_user nat ydelse_batch
make_user anna ydelse_finance
make_user bo ydelse_finance

title "2. Leverancen $delivery indlæses"
as nat load "$delivery"

title "3. Måneden $month beregnes"
as nat run --month "$month"

title "4. Betalingen samles (anna)"
as anna pay --due "$due" --allow-replacement-cpr

# Batches of an interrupted run are taken up where they were left.
drafts=$(sql "SELECT batch_id FROM ydelse.batch WHERE state = 'draft' AND due_date = '$due' AND made_by = 'anna' ORDER BY 1")
title "5. Betalingen godkendes af en anden (bo)"
[ -n "$drafts" ] || note "Der er intet at godkende."
for batch in $drafts; do as bo approve "$batch"; done

approved=$(sql "SELECT batch_id FROM ydelse.batch WHERE state = 'approved' AND due_date = '$due' AND made_by = 'anna' ORDER BY 1")
title "6. Betalingsfilerne skrives (bo)"
[ -n "$approved" ] || note "Der er intet nyt at betale: alt skyldigt for måneden er allerede sendt."
for batch in $approved; do
    as bo emit "$batch" --format pain.001.001.09 --output "$out/betaling-$batch.xml"
done

# The outputs of runs that have none yet; a second time they are the same bytes.
title "7. Bogføring og indberetning (bo)"
for run in $(sql "SELECT run_id FROM ydelse.run WHERE state = 'sealed' AND delta_lines > 0 ORDER BY run_id"); do
    as bo postings --run "$run" --output "$out/posteringer-$run.csv"
    as bo extract --run "$run" --output "$out/udtraek-$run.csv"
done
newest=$(ls -t "$out"/posteringer-*.csv 2>/dev/null | head -1)
if [ -n "$newest" ]; then
    note "$newest, en bevægelse er en debet og en kredit:"
    sed -n '2,3s/^/     /p' "$newest"
fi

title "8. Kontrol: betalinger, posteringer og udtræk mod det skyldige (bo)"
as bo control --output "$out/kontrol.txt"
awk 'NR > 1 {n++} END {printf "   %d summer pr. kommune, måned og komponent er ens til øren (%s)\n", n, FILENAME}' "$out/kontrol.txt"

# --- What happened, for someone who pays benefits ------------------------------------------------------------

names=$(awk -F ';' 'NR > 1 {printf "%s(\047%s\047, \047%s\047)", separator, $1, $2; separator = ", "}' config/koder/kommuner.csv)
kroner="lpad(translate(to_char(coalesce(%s, 0) / 100.0, 'FM999,999,999,990.00'), ',.', '.,'), 16)"
in_kroner() { printf "$kroner" "$1"; }

title "Resultat for $month"
printf '\n   Rækker i leverancen\n'
table "WITH file AS (SELECT file_id, name, rows_read, rows_stored, rows_duplicate, rows_rejected
                       FROM ydelse.input_file WHERE repeats IS NULL)
       SELECT name AS fil, rows_read AS læst, rows_stored AS gemt, rows_duplicate AS dublet, rows_rejected AS afvist
         FROM (SELECT * FROM file
               UNION ALL
               SELECT NULL, 'I alt', sum(rows_read), sum(rows_stored), sum(rows_duplicate), sum(rows_rejected) FROM file) x
        ORDER BY file_id NULLS LAST"
printf '\n   Personer\n'
table "SELECT count(*) AS beregnet, count(*) FILTER (WHERE udfald = 'BETALES') AS betales,
              count(*) FILTER (WHERE udfald = 'NUL') AS nul,
              count(*) FILTER (WHERE udfald = 'FOERTIDSPENSION') AS førtidspension,
              count(*) FILTER (WHERE udfald = 'TILBAGEHOLDT') AS tilbageholdt
         FROM ydelse.result_current WHERE month = '$month-01'"
printf '\n   Kroner pr. kommune\n'
table "WITH name (kode, navn) AS (VALUES $names),
            owed AS (SELECT kommunekode, count(*) FILTER (WHERE til_udbetaling > 0) AS people,
                            sum(til_udbetaling) AS til_udbetaling, sum(atp_egen) AS atp_egen,
                            sum(atp_kommune) AS atp_kommune, sum(pension) AS pension
                       FROM ydelse.entitlement_latest WHERE month = '$month-01' GROUP BY kommunekode),
            sent AS (SELECT b.kommunekode, sum(p.amount_oere) AS sent
                       FROM ydelse.payment p JOIN ydelse.batch b USING (batch_id)
                      WHERE p.month = '$month-01' AND p.state IN ('sent', 'accepted') GROUP BY b.kommunekode),
            line AS (SELECT kommunekode, navn, people, til_udbetaling, coalesce(sent, 0) AS sent, atp_egen,
                            atp_kommune, pension
                       FROM owed LEFT JOIN sent USING (kommunekode) LEFT JOIN name ON kode = kommunekode)
       SELECT kommunekode AS kode, navn AS kommune, people AS personer, $(in_kroner til_udbetaling) AS til_udbetaling,
              $(in_kroner sent) AS sendt, $(in_kroner 'til_udbetaling - sent') AS ikke_sendt,
              $(in_kroner atp_egen) AS egen_atp, $(in_kroner atp_kommune) AS kommunens_atp, $(in_kroner pension) AS pension
         FROM (SELECT * FROM line
               UNION ALL
               SELECT NULL, 'I alt', sum(people), sum(til_udbetaling), sum(sent), sum(atp_egen), sum(atp_kommune),
                      sum(pension) FROM line) x
        ORDER BY kommunekode NULLS LAST"
printf '\n   Betalingsfiler (dispositionsdato %s)\n' "$due"
table "SELECT '$out/betaling-' || b.batch_id || '.xml' AS fil, b.payer_name AS kommune, b.payment_count AS betalinger,
              $(in_kroner b.total_oere) AS kroner, b.made_by AS samlet_af, b.approved_by AS godkendt_af,
              left(encode(f.sha256, 'hex'), 16) AS sha256
         FROM ydelse.batch b JOIN ydelse.payment_file f USING (batch_id)
        WHERE b.due_date = '$due' ORDER BY b.batch_id"
count=$(echo "$approved" | wc -w)
total=$(sql "SELECT trim($(in_kroner 'sum(total_oere)')) FROM ydelse.batch WHERE batch_id IN ($(echo ${approved:-0} | tr ' ' ','))")
first=$(sql "SELECT coalesce(min(batch_id), 1) FROM ydelse.payment_file")
if [ "$count" -gt 0 ]; then
    printf '\n   Denne gang: %s betalingsfiler, %s kr.\n' "$count" "$total"
else
    printf '\n   Denne gang: intet nyt skyldes, intet er sendt.\n'
fi

see() { printf '     %-70s %s\n' "$1" "$2"; }
printf '\n   Se videre\n'
see "head -60 $out/betaling-$first.xml" "en betalingsfil"
see "cat $out/kontrol.txt" "summerne ved siden af hinanden"
see "make psql SQL='SELECT * FROM batch_overview'" "betalingerne"
see "make psql SQL='SELECT file_name, line, code FROM reject_open'" "de afviste rækker"
see "make psql SQL='SELECT run_id, month, state, started_by FROM run'" "kørslerne"
see "build/ydelse calc --month $month --input $delivery | head" "det samme, uden database"
see "make run" "igen: intet nyt skyldes"
