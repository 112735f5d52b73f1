#!/bin/sh
# `make lint`: every check runs, then the exit code says whether all were clean.
#   lint.sh COMPILER-OPTIONS...
set -u
LC_ALL=C
export LC_ALL
failed=""
lines_max=700

sources=$(find engine io tests samples -name '*.[ch]' | sort)
program_sources=$(find engine io -name '*.c' | sort)
scripts=$(find config tests .ci -type f -exec sh -c 'head -n 1 "$1" | grep -q "^#!/bin/sh" && echo "$1"' sh {} \; | sort)

check() {
    echo "lint: $1"
    shift
    "$@" || failed="$failed x"
}

check_lengths() {
    wc -l $sources $scripts | awk -v max="$lines_max" '$2 != "total" && $1 > max {print "  " $2 ": " $1 " lines, at most " max; bad = 1} END {exit bad}'
}

# No file of ours ends lines in CR or leaves blanks at their end; samples may, on purpose.
check_blanks() {
    tab=$(printf '\t')
    ! grep -nE "[[:blank:]]+\$|$tab" $(find engine io tests -name '*.[ch]') $scripts config/*.ini | head -n 20 | grep .
}

check_tidy() {
    printf '%s\n' $program_sources | xargs -P "$(nproc)" -I '{}' clang-tidy --quiet '{}' -- "$@" 2>/dev/null
}

check "formatting (clang-format; \`make format\` mends it)" clang-format --dry-run --Werror $sources
check "length of files (at most $lines_max lines)" check_lengths
check "blanks at line ends, tabs" check_blanks
check "shell scripts (shellcheck)" shellcheck -x -S warning -e SC2046 $scripts
# uninitvar: it does not follow a value set through a pointer in another file; the compiler and ASan do.
check "cppcheck" cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=uninitvar --suppress=ctuuninitvar \
    --suppress=arrayIndexOutOfBoundsCond:engine/policy.c --error-exitcode=1 -I . -I build/gen $program_sources
check "clang-tidy" check_tidy "$@"
[ -z "$failed" ] || { echo "lint: failed" >&2; exit 1; }
echo "lint: clean"
