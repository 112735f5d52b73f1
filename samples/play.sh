#!/bin/sh
# Plays a history of `build/generate --history` against a database, night after night: load and run.
#   samples/play.sh FOLDER [OPTION...]     options go to every `ydelse run`; the database is found as always (PGHOST, ...)
# PLAY_FROM and PLAY_TO play only those nights, counted from 1. Exit 1 of a run (rejects, held participants) is a good end.
set -eu
folder=$1
shift
program=${YDELSE_PROGRAM:-build/ydelse}
number=0
while IFS=';' read -r night month; do
    [ "$night" != night ] || continue
    number=$((number + 1))
    [ "$number" -ge "${PLAY_FROM:-1}" ] || continue
    [ "$number" -le "${PLAY_TO:-$number}" ] || continue
    input=""
    for file in "$folder/$night"/*.csv; do
        [ ! -f "$file" ] || input="--input=$folder/$night" # a night may bring nothing
    done
    code=0
    "$program" run -q --month "$month" ${input:+"$input"} "$@" </dev/null || code=$?
    [ "$code" -le 1 ] || { echo "play.sh: night $night ends with $code" >&2; exit "$code"; }
done <"$folder/nights.csv"
