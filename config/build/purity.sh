#!/bin/sh
# Proves that an archive needs no more from outside than an allow-list names.
#   purity.sh ARCHIVE ALLOWED
set -eu
LC_ALL=C
export LC_ALL
archive=$1
allowed=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm --undefined-only --format=posix "$archive" | awk 'NF >= 2 && $2 == "U" {print $1}' | sort -u >"$work/needed"
nm --defined-only --format=posix "$archive" | awk 'NF >= 2 {print $1}' | sort -u >"$work/defined"
sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$allowed" | sort -u >"$work/allowed"
comm -23 "$work/needed" "$work/defined" >"$work/outside"
comm -23 "$work/outside" "$work/allowed" >"$work/forbidden"
# Data that can change would make two calls differ: tables of constants (.data.rel.ro) are all that is allowed.
size -A "$archive" | awk '/^[^ ]+ +:|^[^ ]+\.o/ {member = $1} $1 ~ /^\.(data|bss|tdata|tbss)$/ && $2 > 0 {print member ": " $1}' \
    >"$work/state"
if [ -s "$work/state" ]; then
    echo "purity: changeable data in $archive:" >&2
    sed 's/^/  /' "$work/state" >&2
fi
if [ -s "$work/forbidden" ]; then
    echo "purity: $archive needs what $allowed does not name:" >&2
    while IFS= read -r symbol; do
        echo "  $symbol" >&2
        nm -A --undefined-only "$archive" | awk -v s="$symbol" '$NF == s {print "    in " $1}' >&2
    done <"$work/forbidden"
fi
[ ! -s "$work/state" ] && [ ! -s "$work/forbidden" ] || exit 1
echo "purity: $archive is pure; from outside it uses: $(tr '\n' ' ' <"$work/outside")"
