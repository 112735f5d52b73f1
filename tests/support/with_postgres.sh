#!/bin/sh
# Runs a command beside a throwaway PostgreSQL cluster, which is stopped and removed however the command ends.
#   with_postgres.sh PROGRAM COMMAND...
# PROGRAM is the ydelse that makes the template database. The command finds the cluster by PGHOST, PGPORT and
# PGUSER (the owner, no superuser; $YDELSE_TEST_SUPERUSER is one), and the template's name in
# $YDELSE_TEST_TEMPLATE. Its exit code is passed on.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd -P)
program=$1
shift

for variable in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do unset "$variable"; done
. "$here/config/local/postgres.sh"
pg_bin=$(find_pg_bin)

# Under /tmp, not $TMPDIR: a socket's path has at most 107 bytes.
folder=$(mktemp -d /tmp/ydelse-test-pg-XXXXXX)
child=""

clean_up() {
    trap '' INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    fi
    if [ -f "$folder/data/postmaster.pid" ]; then
        as_pg_user "$pg_bin/pg_ctl" -D "$folder/data" -m immediate -t 30 stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "with_postgres.sh: $1" >&2
    [ ! -f "$folder/server.log" ] || tail -n 20 "$folder/server.log" >&2
    exit 69
}

chown "$pg_user" "$folder"
chmod 700 "$folder"
as_pg_user "$pg_bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
    --no-instructions >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; fail "initdb failed"; }
# Nothing here must survive a crash, so nothing waits for the disk.
cat >>"$folder/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$folder'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
log_min_messages = warning
timezone = 'UTC'
EOF
as_pg_user "$pg_bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -t 60 -w start >/dev/null || fail "the server did not start"

PGHOST=$folder
PGPORT=5432
PGUSER=ydelse_owner
YDELSE_TEST_SUPERUSER=postgres
YDELSE_TEST_TEMPLATE=ydelse_template
YDELSE_PROGRAM=$program
export PGHOST PGPORT PGUSER YDELSE_TEST_SUPERUSER YDELSE_TEST_TEMPLATE YDELSE_PROGRAM
# The owner is no superuser: what needs one must not creep in.
psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres \
    -c "CREATE ROLE ydelse_owner LOGIN CREATEDB CREATEROLE" \
    -c "CREATE DATABASE $YDELSE_TEST_TEMPLATE OWNER ydelse_owner" || fail "cannot make the template database"
PGDATABASE=$YDELSE_TEST_TEMPLATE "$program" migrate -q || fail "cannot migrate the template database"

# In the background, so that a signal to this shell is acted on at once.
"$@" <&0 &
child=$!
code=0
wait "$child" || code=$?
child=""
exit "$code"
