#!/bin/sh
# Runs a command beside a throwaway PostgreSQL cluster, which is stopped and removed however the command ends.
#   with_postgres.sh [--small-disk MB] PROGRAM COMMAND...
# PROGRAM is the ydelse that makes the template database. The command finds the cluster by PGHOST, PGPORT and
# PGUSER (the owner, no superuser; $YDELSE_TEST_SUPERUSER is one), and the template's name in
# $YDELSE_TEST_TEMPLATE. Its exit code is passed on.
# With --small-disk the cluster lies on a disk of its own, which can be filled, and keeps what it has committed when it
# is stopped hard: `$YDELSE_TEST_SERVER stop` and `start` do that, and $YDELSE_TEST_DISK is a folder on the disk. The
# disk is a tmpfs in a mount namespace of its own, which ends with this script; a user who is not root gets one, too.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd -P)
disk_mb=""
if [ "$1" = --small-disk ]; then
    if [ "$(id -u)" -eq 0 ]; then
        exec unshare --mount -- "$0" --mounted-disk "$@"
    fi
    exec unshare --user --map-current-user --keep-caps --mount -- "$0" --mounted-disk "$@"
fi
if [ "$1" = --mounted-disk ]; then
    disk_mb=$3
    shift 3
fi
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
    # Lazily when the server is not quite gone: nobody else sees it any more.
    [ -z "$disk_mb" ] || umount "$folder/output" 2>/dev/null || umount -l "$folder/output" 2>/dev/null || true
    [ -z "$disk_mb" ] || umount "$folder" 2>/dev/null || umount -l "$folder" 2>/dev/null || true
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

[ -z "$disk_mb" ] || mount -t tmpfs -o "size=${disk_mb}m" tmpfs "$folder" || fail "a disk of its own cannot be mounted"
chown "$pg_user" "$folder"
chmod 700 "$folder"
as_pg_user "$pg_bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
    ${disk_mb:+--wal-segsize=1} --no-instructions >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; fail "initdb failed"; }
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
if [ -n "$disk_mb" ]; then
    # What was committed must survive a hard stop of the server, and the log of changes must need the disk soon.
    printf 'synchronous_commit = on\nmin_wal_size = 2MB\nmax_wal_size = 32MB\n' >>"$folder/data/postgresql.conf"
    YDELSE_TEST_SERVER=$folder/server
    YDELSE_TEST_DISK=$folder
    YDELSE_TEST_OUTPUT=$folder/output
    export YDELSE_TEST_SERVER YDELSE_TEST_DISK YDELSE_TEST_OUTPUT
    mkdir "$folder/output"
    mount -t tmpfs -o size=8m tmpfs "$folder/output" || fail "a disk for output cannot be mounted"
    cat >"$YDELSE_TEST_SERVER" <<EOF
#!/bin/sh
. '$here/config/local/postgres.sh'
case \$1 in
stop) as_pg_user '$pg_bin/pg_ctl' -D '$folder/data' -m immediate -t 60 -w stop ;;
start) as_pg_user '$pg_bin/pg_ctl' -D '$folder/data' -l '$folder/server.log' -t 60 -w start ;;
esac
EOF
    chmod 755 "$YDELSE_TEST_SERVER"
fi
# Everybody is trusted, but the members of this role: who logs in to the console must prove who they are.
sed -i '1i local all +ydelse_password scram-sha-256' "$folder/data/pg_hba.conf"
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
    -c "CREATE ROLE ydelse_owner LOGIN CREATEDB CREATEROLE" -c "CREATE ROLE ydelse_password" \
    -c "CREATE DATABASE $YDELSE_TEST_TEMPLATE OWNER ydelse_owner" || fail "cannot make the template database"
PGDATABASE=$YDELSE_TEST_TEMPLATE "$program" migrate -q || fail "cannot migrate the template database"

# In the background, so that a signal to this shell is acted on at once.
"$@" <&0 &
child=$!
code=0
wait "$child" || code=$?
child=""
exit "$code"
