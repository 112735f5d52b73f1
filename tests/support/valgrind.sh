#!/bin/sh
# Valgrind's memcheck over what reads, computes, stores, pays, sends, answers and proves a month of the sample delivery, and
# over the unit tests of everything that owns memory. Beside a throwaway cluster (with_postgres.sh). Prints the number of
# programs looked at, of errors found and of bytes lost. That a leak inside a test is found is shown by a planted one.
# A test takes two to three seconds, which is valgrind's start; those that try every number there is, or start programs, are
# left out.
#   valgrind.sh YDELSE TESTS [SUITES]      SUITES: a filter of Criterion; none: commands only
set -u
ydelse=$1
tests=$2
suites=${3:-}
folder=$(mktemp -d "${TMPDIR:-/tmp}/ydelse-valgrind-XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP
failed=0
commands=0
unit_tests=0
errors_all=0
bytes_all=0
# Reachable at the end is what libraries keep for good; everything else that is lost is an error.
memcheck="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect --show-leak-kinds=definite,indirect
    --num-callers=20 --log-file=$folder/log.%p"

# Criterion turns reporting on for the test itself, and off around it, of which valgrind warns.
count_errors() {
    errors=$(cat "$folder"/log.* 2>/dev/null | grep -v ' WARNING: ' | grep -cE '^==[0-9]+== +([A-Z]|[0-9,]+ (\([^)]*\) )?bytes in .* lost)' || true)
    programs=$(find "$folder" -name 'log.*' | wc -l)
    bytes=$(cat "$folder"/log.* 2>/dev/null | awk '/ bytes in .* lost in / { gsub(",", "", $2); sum += $2 } END { print sum + 0 }')
    errors_all=$((errors_all + errors))
    bytes_all=$((bytes_all + bytes))
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
    commands=$((commands + 1))
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

# What people do with what is owed.
YDELSE_DRIFT_IDAG=2024-03-20
export YDELSE_DRIFT_IDAG
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE ROLE anna LOGIN IN ROLE ydelse_finance" -c "CREATE ROLE bo LOGIN IN ROLE ydelse_finance"
owner=$PGUSER
PGUSER=anna
look 1 pay --due 2024-03-27 --allow-replacement-cpr
PGUSER=bo
look 0 approve 1
look 0 emit 1 --format pain.001.001.09 --output "$folder/betaling.xml"
id_of() { sed -n "s/.*<$1>\([^<]*\)<.*/\1/p" "$folder/betaling.xml"; }
{
    printf '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>S1</MsgId></GrpHdr>'
    printf '<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>' "$(id_of MsgId | head -n 1)"
    printf '<OrgnlPmtInfAndSts><OrgnlPmtInfId>%s</OrgnlPmtInfId>' "$(id_of PmtInfId | head -n 1)"
    id_of EndToEndId | awk '{ status = NR > 1 ? "<TxSts>ACSC</TxSts>" : "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"
        print "<TxInfAndSts><OrgnlEndToEndId>" $0 "</OrgnlEndToEndId>" status "</TxInfAndSts>" }'
    printf '</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n'
} >"$folder/svar.xml"
look 1 settle "$folder/svar.xml"
look 0 rejected
PGUSER=anna
look 0 pay --again all --reason "ny konto"
look 0 cancel 2 --reason "forkert dag"
PGUSER=bo
look 0 claims
look 0 postings --run 1 --output "$folder/posteringer.csv"
look 0 extract --run 1 --output "$folder/udtraek.csv"
look 0 control
look 0 status
PGUSER=$owner
look 0 statement --cpr 8702941009 --month 2024-03
look 1 reprocess --month 2024-03 --reason "set efter"

# What it is proved by.
look 0 verify
look 0 verify --second
look 0 replay --run 1
look 0 explain --cpr 8702941009 --month 2024-03
look 0 export --run 1 --output "$folder/eksport"
look 0 verify --export "$folder/eksport"
look 0 report 1 --html "$folder/rapport.html"

if [ -n "$suites" ]; then
    unset YDELSE_DRIFT_IDAG PGDATABASE # the unit tests know what is set
    memcheck="$memcheck --trace-children=yes"
    YDELSE_PLANT_LEAK=1 $memcheck "$tests" -j1 --filter 'planted/*' >"$folder/out" 2>&1 || :
    if ! cat "$folder"/log.* | grep -q 'definitely lost'; then
        echo "valgrind.sh: the planted leak inside a test was not found: the check is blind" >&2
        failed=1
    fi
    rm -f "$folder"/log.*
    code=0
    $memcheck "$tests" -j2 --filter "$suites" >"$folder/out" 2>&1 || code=$?
    unit_tests=$(sed -n 's/.*Tested: \([0-9]*\).*/\1/p' "$folder/out")
    count_errors "tests $suites" "$code"
    if [ "$code" -ne 0 ] || [ "${unit_tests:-0}" -eq 0 ]; then
        tail -n 5 "$folder/out" >&2
        failed=1
    fi
fi
echo "valgrind: $commands commands, ${unit_tests:-0} unit tests: $errors_all errors, $bytes_all bytes lost"
exit $failed
