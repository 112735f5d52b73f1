#!/bin/sh
# A month on a Kubernetes cluster: plans a run, then makes its workers (an indexed Job) and the Job that seals it.
#   start.sh WORKERS MONTH [IMAGE]           e.g.  start.sh 40 2024-03 registry.kommune.dk/ydelse:0.1.0
# The secret ydelse-database holds the PG* variables (PGHOST, PGUSER, PGPASSWORD, PGSSLMODE=verify-full, ...). IMAGE has
# the program as its entrypoint. With KUBECTL=echo-like programs one may look at what is made.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
kubectl=${KUBECTL:-kubectl}
if [ $# -lt 2 ]; then
    echo "usage: start.sh WORKERS MONTH [IMAGE]" >&2
    exit 64
fi
jobs=$1
month=$2
image=${3:-registry.example/ydelse:0.1.0}
fill() {
    sed -e "s|@RUN@|${run:-}|g" -e "s|@JOBS@|$jobs|g" -e "s|@MONTH@|$month|g" \
        -e "s|registry.example/ydelse:0.1.0|$image|g" "$here/$1.yaml"
}

plan=$(fill plan | $kubectl create -f - -o name)
$kubectl wait --for=condition=complete --timeout=600s "$plan" >&2
run=$($kubectl logs "$plan" | tail -n 1)
case $run in
'' | *[!0-9]*)
    echo "start.sh: the plan printed no number of a run: $run" >&2
    exit 70
    ;;
esac
fill work | $kubectl create -f - >&2
fill seal | $kubectl create -f - >&2
echo "run=$run"
