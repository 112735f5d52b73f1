#!/bin/sh
# The service and the timer of config/systemd under a real systemd: it is booted in namespaces of its own, on a root of
# its own in memory, beside a throwaway cluster whose socket it sees. As root.
#   with_postgres.sh build/ydelse tests/systemd/night.sh [FOLDER]
# What was seen stands in FOLDER (build/systemd) afterwards.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd -P)
program=${YDELSE_PROGRAM:?is set by with_postgres.sh}
if [ "${1-}" = --namespaced ]; then
    exec "$here/tests/systemd/boot.sh" "$2" "$3"
fi
[ "$(id -u)" -eq 0 ] || { echo "night.sh: namespaces with a systemd in them are root's" >&2; exit 77; }
[ -x /lib/systemd/systemd ] || { echo "night.sh: there is no systemd here (Debian's package systemd)" >&2; exit 69; }
seen=${1:-$here/build/systemd}
rm -rf "$seen"
mkdir -p "$seen/in"

# The service's user is one of the database by its own name, and a member of ydelse_batch.
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
sql postgres "CREATE DATABASE ydelse TEMPLATE $YDELSE_TEST_TEMPLATE"
sql ydelse "CREATE ROLE ydelse LOGIN IN ROLE ydelse_batch"
chmod 711 "$PGHOST"
chmod 777 "$PGHOST"/.s.PGSQL.*

# What the machine has: the program, its units as they stand, settings, a delivery.
cp "$(realpath "$program")" "$seen/in/ydelse"
cp "$here"/config/systemd/ydelse.service "$here"/config/systemd/ydelse.timer "$seen/in/"
cp -r "$here/samples/lille" "$seen/in/delivery"
cp "$here/tests/systemd/inside.sh" "$seen/in/"
cat >"$seen/in/ydelse.ini" <<INI
[drift]
metrikfil = /var/lib/ydelse/ydelse.prom
ved_fejl = /usr/local/bin/ved-fejl
INI

# Some seconds are enough. With the first process of the namespaces everything in them ends.
unshare --mount --pid --fork --cgroup --ipc --uts --kill-child \
    "$0" --namespaced "$PGHOST" "$seen" </dev/null >"$seen/boot.log" 2>&1 &
machine=$!
trap 'kill -KILL "$machine" 2>/dev/null || true' EXIT INT TERM # unshare is deaf to the others
tries=0
until grep -qs ' checks, ' "$seen/report"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 900 ] || ! kill -0 "$machine" 2>/dev/null; then
        cat "$seen/boot.log" "$seen/report" "$seen/trouble" >&2 2>/dev/null || true
        echo "night.sh: systemd did not come to the end" >&2
        exit 70
    fi
    sleep 0.1
done
cat "$seen/report"
if command -v promtool >/dev/null 2>&1; then
    promtool check metrics <"$seen/first.prom" && echo "promtool has nothing to say about the metrics file"
else
    echo "no promtool here: the metrics file was not checked by it"
fi
grep -q ' 0 failed$' "$seen/report"
