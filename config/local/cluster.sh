#!/bin/sh
# The private PostgreSQL cluster of this checkout: for `make run`, `make psql`, and trying things out.
#   cluster.sh start     make it when it is not there, start it when it is not running, recover it when it was killed
#   cluster.sh env       print the PG* settings to reach it, for eval
#   cluster.sh psql      psql on it (starts it); $SQL: that, else interactive
#   cluster.sh stop      stop it
#   cluster.sh remove    stop it and delete its data
#
# * Only a unix socket, in a folder of mode 0700: whoever can open the socket is this user or root, so the server
#   trusts it. The folder is under /tmp because a socket's path has at most 107 bytes, however deep the checkout is.
# * PostgreSQL refuses to run as root. For root it runs as the user postgres of Debian's package.
# * The data lies in .local/pg. When root alone can enter the checkout, the user postgres could not reach it there:
#   then it lies in /var/lib/ydelse/<hash of the checkout's path>, and .local/pg is a link to it.
# * With PGHOST, PGHOSTADDR, PGPORT or PGSERVICE set, that server is used, and nothing is started here.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd -P)
local_folder=$root/.local
hash=$(printf '%s' "$root" | sha256sum | cut -c 1-12)
database=ydelse
owner=ydelse

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "cluster.sh: $1"
    exit "${2:-69}"
}

is_foreign() {
    [ -n "${PGHOST:-}${PGHOSTADDR:-}${PGPORT:-}${PGSERVICE:-}" ]
}

# --- Where things are ---------------------------------------------------------------------------------------

locate() {
    . "$root/config/local/postgres.sh"
    pg_uid=$(id -u "$pg_user")
    socket_folder=/tmp/ydelse-$pg_uid-$hash
    link=$local_folder/pg
    mkdir -p "$local_folder"
    if [ -L "$link" ]; then
        data=$(readlink "$link")
        [ "$data" = "/var/lib/ydelse/$hash" ] ||
            fail "$link points to the data of a checkout at another place ($data); remove the link to start anew" 78
    elif as_pg_user test -x "$local_folder"; then
        data=$link
    elif [ -d "$link" ]; then
        fail "the user $pg_user can no longer enter $local_folder, where the data is; open the folders above it" 77
    else
        data=/var/lib/ydelse/$hash
    fi
    version=""
    [ ! -f "$data/PG_VERSION" ] || version=$(cat "$data/PG_VERSION")
    pg_bin=$(find_pg_bin "$version")
    if [ -n "$version" ] && [ "$("$pg_bin/postgres" --version | sed 's/.* \([0-9]*\)\..*/\1/')" != "$version" ]; then
        fail "$data is of PostgreSQL $version, and only another version is installed"
    fi
}

# A folder must be a real one, ours, and closed to others: /tmp is open to all.
check_folder() {
    [ ! -L "$1" ] || fail "$1 is a symbolic link; remove it" 77
    found=$(stat -c '%F %u %a' "$1")
    [ "$found" = "directory $pg_uid 700" ] || fail "$1 is not a folder of $pg_user with mode 700 ($found); remove it" 77
}

make_socket_folder() {
    if [ ! -e "$socket_folder" ] && [ ! -L "$socket_folder" ]; then
        as_pg_user mkdir -m 700 "$socket_folder" || fail "cannot make $socket_folder"
    fi
    check_folder "$socket_folder"
}

# --- Is it running? -------------------------------------------------------------------------------------------

# The processes of this cluster: the server makes its data folder its working folder. A process id alone proves
# nothing: after a restart of the machine another process may have it.
list_processes() {
    as_pg_user sh -c 'for process in /proc/[0-9]*; do
        [ "$(readlink "$process/cwd" 2>/dev/null)" = "$1" ] && [ "$(basename "$(readlink "$process/exe")")" = postgres ] \
            && echo "${process#/proc/}"
    done; true' sh "$(readlink -f "$data")"
}

main_process() {
    pid=$(sed -n 1p "$data/postmaster.pid" 2>/dev/null) || true
    [ -n "$pid" ] && list_processes | grep -x "$pid"
}

# 0 answers, 1 starting or recovering, 2 no answer
answers() {
    code=0
    "$pg_bin/pg_isready" -q -h "$socket_folder" -p 5432 || code=$?
    return "$code"
}

wait_until_it_answers() {
    tries=0
    while [ "$tries" -lt 600 ]; do
        code=0
        answers || code=$?
        [ "$code" -ne 0 ] || return 0
        [ "$code" -eq 1 ] || return 1
        tries=$((tries + 1))
        sleep 0.1
    done
    return 1
}

# --- Making, starting, stopping ---------------------------------------------------------------------------------

make_data_folder() {
    say "Making a private PostgreSQL cluster in $data"
    new=$data.new
    if [ "$data" != "$link" ]; then
        mkdir -p "$(dirname "$data")"
        chmod 755 "$(dirname "$data")"
    fi
    rm -rf "$new"
    mkdir -m 700 "$new"
    chown "$pg_user" "$new"
    log=$local_folder/initdb.log
    as_pg_user "$pg_bin/initdb" -D "$new" -U postgres -A trust -E UTF8 --locale=C --no-instructions >"$log" 2>&1 ||
        { cat "$log" >&2; fail "initdb failed"; }
    rm -f "$log"
    # wal_level minimal: nothing here is replicated or archived, and COPY into a new table then writes no log.
    cat >>"$new/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = 128MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
timezone = 'Europe/Copenhagen'
EOF
    # Renamed when complete: one that was interrupted is never taken for a cluster.
    mv "$new" "$data"
}

start_server() {
    # What a killed server left. Its children end by themselves when they notice; a new one must wait for them.
    tries=0
    while [ -n "$(list_processes)" ] && [ "$tries" -lt 100 ]; do
        [ "$tries" -ne 0 ] || say "Waiting for the processes of a killed server to end"
        tries=$((tries + 1))
        sleep 0.2
    done
    left=$(list_processes | tr '\n' ' ')
    [ -z "$left" ] || fail "processes of an earlier server still use $data: $left"
    if [ -f "$data/postmaster.pid" ]; then
        say "The private cluster was not stopped properly; PostgreSQL recovers it"
        rm -f "$data/postmaster.pid"
    fi
    rm -f "$socket_folder/.s.PGSQL.5432" "$socket_folder/.s.PGSQL.5432.lock"
    # Descriptor 9 is the lock of this script; a server that held it would lock everyone out.
    if ! as_pg_user "$pg_bin/pg_ctl" -D "$data" -l "$data/server.log" -o "-k $socket_folder -p 5432" -t 120 -w start \
        >/dev/null 2>&1 9>&-; then
        tail -n 20 "$data/server.log" >&2 || true
        fail "the private cluster does not start; its log is $data/server.log"
    fi
}

stop_server() {
    if [ -n "$(main_process)" ]; then
        as_pg_user "$pg_bin/pg_ctl" -D "$data" -m fast -t 60 -w stop >/dev/null
    fi
}

as_superuser() {
    PGOPTIONS='' psql -X -q -v ON_ERROR_STOP=1 -h "$socket_folder" -p 5432 -U postgres "$@" 9>&-
}

# The owner may make roles, for the migration makes the three group roles; it is no superuser.
make_database() {
    as_superuser -d postgres -At -c "SELECT 1 FROM pg_roles WHERE rolname = '$owner'" | grep -q 1 ||
        as_superuser -d postgres -c "CREATE ROLE $owner LOGIN CREATEROLE CREATEDB"
    as_superuser -d postgres -At -c "SELECT 1 FROM pg_database WHERE datname = '$database'" | grep -q 1 ||
        as_superuser -d postgres -c "CREATE DATABASE $database OWNER $owner"
}

start() {
    locate
    exec 9>"$local_folder/cluster.lock"
    flock -w 180 9 || fail "another cluster.sh is at work" 75
    [ -e "$data" ] || make_data_folder
    check_folder "$data"
    [ -f "$data/PG_VERSION" ] || fail "$data holds no PostgreSQL cluster" 78
    [ -L "$link" ] || [ "$data" = "$link" ] || ln -s "$data" "$link"
    make_socket_folder
    if [ -n "$(main_process)" ] && ! wait_until_it_answers; then
        say "The private cluster runs but does not answer; it is started anew"
        stop_server
    fi
    [ -n "$(main_process)" ] || start_server
    make_database
    exec 9>&-
}

print_environment() {
    cat <<EOF
PGHOST=$socket_folder PGPORT=5432 PGDATABASE=$database PGUSER=$owner
export PGHOST PGPORT PGDATABASE PGUSER
EOF
}

# --- Commands -------------------------------------------------------------------------------------------------

case ${1:-} in
start)
    is_foreign || start
    ;;
env)
    if ! is_foreign; then
        locate
        print_environment
    fi
    ;;
psql)
    if ! is_foreign; then
        start
        eval "$(print_environment)"
    fi
    # The schema's tables are found by their bare names.
    PGOPTIONS="${PGOPTIONS:-} -c search_path=ydelse,public"
    export PGOPTIONS
    if [ -n "${SQL:-}" ]; then
        exec psql -X -v ON_ERROR_STOP=1 -c "$SQL"
    fi
    exec psql
    ;;
stop)
    ! is_foreign || fail "PGHOST or the like is set: that server is not this script's to stop" 64
    [ -d "$local_folder" ] || exit 0
    locate
    stop_server
    ;;
remove)
    [ -d "$local_folder" ] || exit 0
    locate
    stop_server
    rm -rf "$data" "$data.new" "$link"
    [ ! -d "$socket_folder" ] || { check_folder "$socket_folder" && rm -rf "$socket_folder"; }
    ;;
*)
    say "usage: cluster.sh start | env | psql | stop | remove"
    exit 64
    ;;
esac
