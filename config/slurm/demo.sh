#!/bin/sh
# A month over four nodes that this machine plays: a Slurm controller, four node daemons, a generated delivery. One node is
# lost while its worker has a shard, and the digest is held against that of one machine.
#   with_postgres.sh build/ydelse config/slurm/demo.sh [PEOPLE]
# Everything lies in a folder of its own and is taken away however it ends. auth/none lets anyone on the machine submit
# jobs as anyone: for this demonstration only.
set -eu
cd "$(dirname "$0")/../.."
people=${1:-3000}
month=2024-03
ports=${SLURM_DEMO_PORT:-17611} # this one for the controller, the next four for the nodes
folder=$(mktemp -d /tmp/ydelse-slurm-XXXXXX)
YDELSE=$(pwd -P)/build/ydelse
SLURM_CONF=$folder/slurm.conf
YDELSE_DRIFT_LEJE_SEKUNDER=5
YDELSE_DRIFT_DELMAENGDER=16
export YDELSE SLURM_CONF YDELSE_DRIFT_LEJE_SEKUNDER YDELSE_DRIFT_DELMAENGDER
daemons=""

say() { printf '\n== %s\n' "$*"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
fail() {
    echo "demo.sh: $1" >&2
    for log in "$folder"/*.log "$folder"/*.out; do
        [ ! -s "$log" ] || { echo "--- $log" && tail -n 15 "$log"; } >&2
    done
    exit 70
}

# What a node runs has its name and our configuration in its environment; the step daemon is the parent of its script.
node_processes() {
    # Processes come and go while grep reads, and those of others cannot be read.
    files=$(grep -lsazx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ 2>/dev/null | xargs -r grep -lsazx "SLURM_CONF=$SLURM_CONF" || true)
    for file in $files; do
        process=${file#/proc/}
        process=${process%/environ}
        echo "$process"
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null || true)
        case $(tr '\0' ' ' 2>/dev/null <"/proc/$parent/cmdline") in slurmstepd*) echo "$parent" ;; esac
    done | sort -u
}

clean_up() {
    trap '' INT TERM HUP
    scancel --quiet --full --user="$(id -un)" 2>/dev/null || true
    for node in n1 n2 n3 n4; do
        for process in $(node_processes $node); do kill -KILL "$process" 2>/dev/null || true; done
    done
    for process in $daemons; do kill -TERM "$process" 2>/dev/null || true; done
    for process in $daemons; do wait "$process" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Tries a command until it succeeds, for so many seconds at most.
await() {
    seconds=$1
    shift
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt $((seconds * 5)) ] || fail "nothing came of waiting for: $*"
        sleep 0.2
    done
}

write_configuration() {
    cat >"$SLURM_CONF" <<CONF
ClusterName=ydelse
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$ports
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=15
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool.%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.%n.log
# Without control groups, which a container may not have.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
# The nodes are this machine: what they say they have holds, not what is found.
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SlurmdTimeout=6
ReturnToService=2
KillWait=1
NodeName=n1 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$((ports + 1)) CPUs=1 RealMemory=512
NodeName=n2 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$((ports + 2)) CPUs=1 RealMemory=512
NodeName=n3 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$((ports + 3)) CPUs=1 RealMemory=512
NodeName=n4 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$((ports + 4)) CPUs=1 RealMemory=512
PartitionName=alle Nodes=n[1-4] Default=YES MaxTime=INFINITE State=UP
CONF
    mkdir "$folder/state"
}

start_daemons() {
    slurmctld -D -i -f "$SLURM_CONF" >"$folder/slurmctld.out" 2>&1 &
    daemons="$daemons $!"
    for node in n1 n2 n3 n4; do
        slurmd -D -N $node -f "$SLURM_CONF" >"$folder/slurmd.$node.out" 2>&1 &
        daemons="$daemons $!"
        [ $node != n2 ] || lost_daemon=$!
    done
}

nodes_are_idle() { [ "$(sinfo -h -t idle -o '%D' 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')" -eq 4 ]; }
stands_still() {
    for process in $(node_processes n2); do
        if grep -q '^State:.T' "/proc/$process/status" 2>/dev/null; then return 0; fi
    done
    return 1
}
node_is_down() { [ -n "$(sinfo -h -N -n n2 -t down -o '%N' 2>/dev/null)" ]; }
job_is_over() { [ -z "$(squeue -h -j "$1" 2>/dev/null)" ]; }
show_jobs() { squeue -a -r -S i -o '   %.10i %.12j %.10T %.5N %.20r'; }
show_shards() {
    sql "SELECT '   ' || rpad(coalesce(split_part(worker, '/', 3), '-'), 6) || rpad(state, 9) || 'shards '
                || string_agg(shard || CASE WHEN fencing_token > 1 THEN ' (attempt ' || fencing_token || ')' ELSE '' END,
                              ', ' ORDER BY shard)
           FROM ydelse.run_shard WHERE run_id = $1 GROUP BY worker, state ORDER BY 1"
}

without_municipalities() { sed -e '/^kommune  /d' -e '/^[0-9][0-9][0-9][0-9]  /d' -e 's/^/   /'; }

say "1. A delivery of $people people, loaded into a database of its own"
PGDATABASE=slurm_demo
sql_on() { PGDATABASE=postgres psql -X -q -v ON_ERROR_STOP=1 -c "$1"; }
sql_on "CREATE DATABASE $PGDATABASE TEMPLATE $YDELSE_TEST_TEMPLATE"
export PGDATABASE
build/generate --people "$people" --month $month --output "$folder/delivery" >/dev/null
"$YDELSE" load "$folder/delivery" | tail -n 2 | sed 's/^/   /'

say "2. A controller and four nodes on this machine ($(slurmctld -V))"
write_configuration
start_daemons
await 60 nodes_are_idle
sinfo -N -o '   %5N %6T %4c %6m %P'

say "3. The run is planned, its workers and its seal are submitted"
# The worker of n2 stands still in the middle of a shard, so that the node is lost when it hurts.
cat >"$folder/node.sh" <<NODE
#!/bin/sh
[ "\$SLURMD_NODENAME" != n2 ] || export YDELSE_PAUSE_AT=run-working
exec "$YDELSE" "\$@"
NODE
chmod +x "$folder/node.sh"
(
    cd "$folder"
    YDELSE=$folder/node.sh "$OLDPWD/config/slurm/submit.sh" 4 --month $month
) >"$folder/submitted" 2>"$folder/submit.log" || fail "nothing was submitted"
sed 's/^/   /' "$folder/submit.log" "$folder/submitted"
run=$(sed -n 's/.*run=\([0-9]*\).*/\1/p' "$folder/submitted")
workers=$(sed -n 's/.*workers=\([0-9]*\).*/\1/p' "$folder/submitted")
seal=$(sed -n 's/.*seal=\([0-9]*\).*/\1/p' "$folder/submitted")
await 60 stands_still
show_jobs
show_shards "$run"

say "4. Node n2 is lost: its daemon, its step and its worker are killed"
for process in $lost_daemon $(node_processes n2); do kill -KILL "$process" 2>/dev/null || true; done
await 60 node_is_down
sinfo -N -o '   %5N %6T'
show_jobs

say "5. Its task is started anew on another node, its shard claimed again; then the run is sealed"
await 240 job_is_over "$workers"
await 120 job_is_over "$seal"
show_shards "$run"
cat "$folder"/slurm-"$workers"_*.out | sed 's/^/   /'
without_municipalities <"$folder/slurm-$seal.out"
[ "$(sql "SELECT state FROM ydelse.run WHERE run_id = $run")" = sealed ] || fail "run $run is not sealed"

say "6. The same month on one machine, everyone computed again"
"$YDELSE" run --month $month --full 2>&1 | without_municipalities
sql "SELECT '   run ' || run_id || CASE run_id WHEN $run THEN ', four nodes: ' ELSE ', one machine: ' END
            || encode(result_digest, 'hex') FROM ydelse.run WHERE state = 'sealed' ORDER BY run_id"
[ "$(sql "SELECT count(DISTINCT result_digest) FROM ydelse.run WHERE state = 'sealed'")" -eq 1 ] || fail "the digests differ"
[ "$(sql "SELECT sum(delta_lines) FROM ydelse.run WHERE run_id <> $run")" -eq 0 ] || fail "one machine owes something else"
[ "$(sql "SELECT count(*) FROM pg_class WHERE relnamespace = 'ydelse'::regnamespace AND relname ~ 'attempt_[0-9]+_[0-9]+$'")" \
    -eq 0 ] || fail "tables of attempts are left"
printf '   the same digest, and nothing more is owed\n'
