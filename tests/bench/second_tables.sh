#!/bin/sh
# Prints the SQL that makes the input relations of sql/second/second.sql from files of the input format, as somebody would
# who has PostgreSQL or DuckDB and no engine. Both take the same text.
#   second_tables.sh DIR MONTH postgres|duckdb     DIR: files without trailers; the rows must all count (N, no rejects)
# In PostgreSQL the tables raw_<kind> hold the files already, all columns as text; DuckDB reads them itself.
set -eu
folder=$1
month=$2
database=$3

# The CPR number's date of birth: day + 60 is a replacement number, the seventh digit gives the century.
born() {
    printf "make_date(CASE WHEN substr(%s, 7, 1) <= '3' THEN 1900 WHEN substr(%s, 7, 1) IN ('4', '9') THEN " "$1" "$1"
    printf "CASE WHEN substr(%s, 5, 2) <= '36' THEN 2000 ELSE 1900 END ELSE CASE WHEN substr(%s, 5, 2) <= '57' " "$1" "$1"
    printf "THEN 2000 ELSE 1800 END END + CAST(substr(%s, 5, 2) AS integer), CAST(substr(%s, 3, 2) AS integer), " "$1" "$1"
    printf "CAST(substr(%s, 1, 2) AS integer) %% 60)" "$1"
}

# typed TYPE NAME: the value of a column, NULL when the file does not have it.
typed() {
    type=$1
    name=$2
    case ";$header;" in
    *";$name;"*) value="nullif($name, '')" ;;
    *) value="NULL" ;;
    esac
    case $type in
    text) printf "CAST(%s AS text)" "$value" ;;
    date) printf "CAST(%s AS date)" "$value" ;;
    month) printf "CAST(%s || '-01' AS date)" "$value" ;;
    whole) printf "CAST(%s AS bigint)" "$value" ;;
    amount) printf "CAST(CAST(replace(%s, ',', '.') AS decimal(18, 2)) * 100 AS bigint)" "$value" ;;
    esac
}

# kind NAME TYPE:COLUMN...: the columns of a kind.
kind() {
    kind=$1
    shift
    header=$(head -n 1 "$folder/$kind.csv" | tr -d '\r')
    printf 'CREATE TABLE %s AS SELECT ' "$kind"
    separator=""
    for column in "$@"; do
        type=${column%%:*}
        name=${column#*:}
        printf '%s' "$separator"
        # The date of birth that is given counts before the one in the number.
        if [ "${type%(*}" = born ]; then
            number=${type#born(}
            printf 'coalesce('
            typed date "$name"
            printf ', '
            born "${number%)}"
            printf ')'
        else
            typed "$type" "$name"
        fi
        printf ' AS %s' "$name"
        separator=", "
    done
    if [ "$database" = postgres ]; then
        printf ' FROM raw_%s;\n' "$kind"
    else
        printf " FROM read_csv('%s/%s.csv', delim = ';', header = true, all_varchar = true);\n" "$folder" "$kind"
    fi
}

echo "CREATE TABLE parameter AS SELECT CAST('$month-01' AS date) AS maaned;"
echo "CREATE TABLE politik (noegle text, vaerdi text);"
echo "INSERT INTO politik VALUES ('gruppe_skift', 'dag'), ('syg_maaned', '52_12'), ('afrunding', 'oere'),
    ('loengraense_ja_2014', 'lov'), ('sanktion_fjerner_atp', 'nej'), ('skat', 'nej');"
echo "CREATE TABLE satser (sats text, gruppe text, gaelder_fra date, gaelder_til date, vaerdi bigint);"
cat config/satser/*.csv | awk -F';' -v quote="'" '
    function text(value) {return quote value quote}
    $3 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/ && $5 ~ /^[0-9]+(,[0-9]+)?$/ {
        split($5, parts, ",")
        print "INSERT INTO satser VALUES (" text($1) ", " text($2) ", " text($3) ", " ($4 == "" ? "NULL" : text($4)) ", " \
              parts[1] substr(parts[2] "00", 1, 2) ");"
    }'
kind deltagere text:cpr_nummer text:kommunekode 'born(cpr_nummer):foedselsdato' date:doedsdato text:se_nummer
kind forloeb text:forloeb_id text:cpr_nummer text:ordning date:startdato date:slutdato date:bevilget_dato \
    text:tidligere_ydelse amount:ugebeloeb date:niveau_slutdato
kind boern text:post_id text:cpr_nummer 'born(barn_cpr):barn_foedselsdato' text:forhold date:forsoergelse_fra \
    date:forsoergelse_til text:i_riget amount:bidrag_beloeb
kind perioder text:post_id text:cpr_nummer text:art date:foerste_dag date:sidste_dag amount:beloeb text:afgoerelse_id
kind indkomst text:post_id text:cpr_nummer text:arbejdsgiver_se text:indkomsttype text:klasse date:loenperiode_start \
    date:loenperiode_slut date:dispositionsdato amount:felt_0013 amount:felt_0014 amount:felt_0036 amount:felt_0038 \
    amount:felt_0147 amount:felt_0148 amount:felt_0198 amount:felt_0200
kind feriepenge text:post_id text:cpr_nummer text:art text:udbetalingstype text:ferieaar date:foerste_feriedag \
    date:sidste_feriedag amount:antal_feriedage amount:beloeb_brutto date:udbetalingsdato
kind sanktioner text:sanktion_id text:cpr_nummer text:art date:haendelsesdato whole:dage month:virkningsmaaned \
    date:foerste_dag date:sidste_dag text:afgoerelse_id
kind skattekort text:post_id text:cpr_nummer date:foerste_dag date:sidste_dag text:korttype amount:traekprocent \
    amount:maanedsfradrag amount:frikort_graense
