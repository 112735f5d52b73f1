#!/bin/sh
# Installs the Debian packages that are missing, when root; otherwise says which they are and fails.
#   install.sh [GROUP]...     a group is a list packages_GROUP below; none: build test
# Fast when nothing is missing: one call of dpkg-query.
# shellcheck disable=SC2034 # the lists are found by their names
set -eu

packages_build="gcc libc6-dev binutils make pkg-config libcsv-dev libpq-dev libssl-dev libjansson-dev
    libinih-dev libmicrohttpd-dev libxml2-dev libxxhash-dev"
packages_test="libcriterion-dev libgmp-dev libxml2-utils postgresql-15 postgresql-client-15
    groff-base mandoc valgrind"
packages_lint="clang-format clang-tidy cppcheck shellcheck"
packages_coverage="gcovr"
packages_slurm="slurm-wlm"
packages_kubernetes="python3 python3-yaml"
packages_model="spin"
# promtool comes with prometheus.
packages_systemd="systemd prometheus"
packages_prove="frama-c-base"
# The Node.js of others brings npm along, and Debian's package does not go with it.
packages_bench="nodejs$(command -v npm >/dev/null 2>&1 || echo ' npm')"
packages_browser="chromium fonts-liberation $packages_bench"
packages_fuzz="clang-14 libclang-rt-14-dev llvm-14 afl++"

wanted=""
[ $# -gt 0 ] || set -- build test
for group in "$@"; do
    eval "list=\${packages_$group-}"
    [ -n "$list" ] || { echo "install.sh: unknown group: $group" >&2; exit 64; }
    wanted="$wanted $list"
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian. Install what these packages hold, then build with \`make\`:" >&2
    echo "   " $wanted >&2
    exit 69
fi

# dpkg-query fails when one of them is unknown to it; its answer about the others is still right.
list_missing() {
    installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^ii[^ ]* *//p')
    for package in $wanted; do
        printf '%s\n' "$installed" | grep -qx "$package" || printf '%s ' "$package"
    done
}

missing=$(list_missing)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "These packages are missing: $missing" >&2
    echo "Install them as root:  apt-get update && apt-get install -y --no-install-recommends $missing" >&2
    exit 77
fi

echo "Installing: $missing" >&2
export DEBIAN_FRONTEND=noninteractive
install_missing() {
    apt-get install -y -q --no-install-recommends $missing </dev/null >&2
}
# A fresh machine has no package lists; those of an old one may be outdated.
if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
    apt-get update -q >&2
fi
if ! install_missing; then
    apt-get update -q >&2
    install_missing
fi
missing=$(list_missing)
if [ -n "$missing" ]; then
    echo "Still missing after the installation: $missing" >&2
    exit 69
fi
