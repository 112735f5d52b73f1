#!/bin/sh
# Runs every command that the documents and the help show: `make test` calls it beside a cluster (tests/docs/test_docs.c).
#
# * Indented and fenced lines of the documents, and the examples of every --help, are run in a folder with the samples
#   and a database with a night in it; each must end with 0 or 1. One that cannot run as it stands (a number that is not
#   there, a file of the reader's) has an entry in commands.txt, which says what is run instead.
# * `make TARGET` must name a target; it is not made here.
# * Commands within a sentence, and the rows of README's table, must name a command and options that it has.
# An entry that nothing shows any more fails, too.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd -P)
program=$(cd "$here" && readlink -f "${YDELSE_PROGRAM:-build/ydelse}")
documents="README.md config/README.md config/handbook/audit.md config/handbook/finance.md config/handbook/formats.md"
work=$(mktemp -d)
database=docs_$$
wrong=0
ran=0
YDELSE_DRIFT_IDAG=2024-03-20
PGOPTIONS="-c client_min_messages=warning"
TERM=dumb
export YDELSE_DRIFT_IDAG PGOPTIONS TERM
PGDATABASE=postgres
export PGDATABASE
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
complain() {
    printf 'docs: %s\n' "$*"
    wrong=$((wrong + 1))
}

clean_up() {
    PGDATABASE=postgres
    sql "DROP DATABASE IF EXISTS $database WITH (FORCE)" || true
    sql "DROP ROLE IF EXISTS lone" || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- What is shown ----------------------------------------------------------------------------------------------------

# Indented by four, or within a fence, and beginning (after VARIABLE=value) with one of ours; without the comment.
shown_in_documents() {
    for document in $documents; do
        awk '/^```/ {fence = !fence; next}
             fence || /^    [^ ]/ {sub(/^    /, ""); sub(/[ ]+# .*$/, ""); sub(/ +$/, "")
                 if ($0 ~ /^([A-Z_]+=[^ ]* )*(build\/)?ydelse / || $0 ~ /^make / || $0 ~ /\| (build\/)?ydelse /) print}' \
            "$here/$document"
    done
}
shown_in_help() {
    for command in $commands; do
        sed -n '/^examples:/,$p' "$work/help/$command" | sed -e 1d -e 's/^  //' -e '/^ *$/d'
    done
}

# `ydelse ...` within a sentence.
shown_in_sentences() {
    for document in $documents; do
        grep -v '^    ' "$here/$document" | grep -o '`\(build/\)\?ydelse [^`]*`' | tr -d '`' | sed -e 's/^build.//' -e 's/^ydelse //'
    done
}
shown_in_table() {
    sed -n '/^## Commands/,/^## /s/^| \(`.*`\) |.*/\1/p' "$here/README.md" | sed 's/`, `/\n/g' | tr -d '`' | grep -v '^-'
}

# --- Words: a command and its options -------------------------------------------------------------------------------

check_words() {
    words=$1
    set -f
    # shellcheck disable=SC2086
    set -- $words
    set +f
    command=$1
    case $command in "<command>" | --help | --version) return ;; esac
    [ -f "$work/help/$command" ] || {
        complain "no such command: ydelse $words"
        return
    }
    for word in "$@"; do
        word=$(printf '%s' "$word" | tr -d '[]')
        case $word in
        --*) grep -q -- "^  ${word%%=*}\( \|\$\)" "$work/help/$command" || complain "ydelse $words: no option $word" ;;
        esac
    done
}

# --- Running -------------------------------------------------------------------------------------------------------

# The entry of a command in commands.txt, if any: $run and $codes.
find_entry() {
    awk -v shown="- $1" '$0 == shown {found = 1; next}
        found && /^\+ / {print substr($0, 3); next} found && /^= / {print "codes " substr($0, 3); next} found {exit}' \
        "$here/tests/docs/commands.txt" >"$work/entry"
    run=$(grep -v '^codes ' "$work/entry" || true)
    codes=$(sed -n 's/^codes //p' "$work/entry")
    if [ -n "$run" ] || [ -n "$codes" ]; then printf '%s\n' "- $1" >>"$work/used"; fi
    [ -n "$run" ] || run=$1
    [ -n "$codes" ] || codes="0 1"
}

run_shown() {
    case $1 in
    "make "*)
        target=$(printf '%s\n' "$1" | cut -d ' ' -f 2)
        grep -q "^$target:" "$here/Makefile" || complain "no such target: $1"
        return
        ;;
    esac
    find_entry "$1"
    case $run in
    *[\ =\>]/etc/* | *[\ =\>]/usr/* | *[\ =\>]/srv/* | *[\ =\>]/var/*)
        complain "$1: leaves the scratch folder; say in commands.txt what to run"
        return
        ;;
    esac
    code=0
    (cd "$work/place" && timeout 60 bash -o pipefail -c "$run") </dev/null >"$work/out" 2>"$work/err" || code=$?
    ran=$((ran + 1))
    case " $codes " in
    *" $code "*) ;;
    *)
        complain "$1: exit $code, not $codes"
        [ "$run" = "$1" ] || echo "      run as: $run"
        sed 's/^/      /' "$work/err" | head -n 5
        ;;
    esac
}

# --- A place to run them -------------------------------------------------------------------------------------------

mkdir -p "$work/help" "$work/place/build" "$work/bin"
ln -s "$here/samples" "$here/config" "$work/place/"
ln -s "$program" "$work/place/build/ydelse"
ln -s "$program" "$work/bin/ydelse"
PATH=$work/bin:$PATH
export PATH
commands=$(ydelse help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
for command in $commands; do ydelse help "$command" >"$work/help/$command"; done

sql "CREATE DATABASE $database"
sql "CREATE ROLE lone LOGIN IN ROLE ydelse_finance"
PGDATABASE=$database
quietly() { "$@" >"$work/out" 2>&1 || [ $? -eq 1 ] || { cat "$work/out"; exit 1; }; }
quietly ydelse migrate
quietly ydelse load samples/lille
quietly ydelse run --month 2024-02
quietly ydelse run --month 2024-03
. "$here/tests/docs/state.sh"
: >"$work/used"
{ shown_in_help; shown_in_documents; } | awk '!seen[$0]++' >"$work/shown"
while IFS= read -r line <&3; do run_shown "$line"; done 3<"$work/shown"
{ shown_in_sentences; shown_in_table; } | sort -u >"$work/words"
while IFS= read -r line; do check_words "$line"; done <"$work/words"
for command in $commands; do
    shown_in_table | grep -q "^$command\( \|\$\)" || complain "README's table lacks $command"
done
grep '^- ' "$here/tests/docs/commands.txt" | sort >"$work/entries"
sort -u "$work/used" | comm -23 "$work/entries" - | while IFS= read -r line; do echo "docs: nothing shows this any more: $line"; done >"$work/stale"
cat "$work/stale"
[ ! -s "$work/stale" ] || wrong=$((wrong + 1))
echo "docs: $ran commands run, $(wc -l <"$work/words") more read, $wrong wrong"
[ "$wrong" -eq 0 ]
