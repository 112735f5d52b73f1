#!/bin/sh
# Does a test notice? Makes one small mistake at a time in engine/ (mutate.c), builds the engine with it, and runs the
# unit, property and golden tests until the first that fails. Prints the mistakes that none noticed and a count.
#   mutate.sh BUILD-FOLDER "COMPILER WITH OPTIONS" "LIBRARIES"        (make mutation calls it)
# MUTANTS=N tries a sample of N (default 0: all), SAMPLE_SEED says which; SECONDS_MAX=N stops after N seconds;
# FILES="engine/..." only these; ONLY=FILE only the changed lines in that file, as this script prints them; JOBS=N workers.
# Survivors that tests/mutation/survivors.txt explains are counted apart. The exit code is 1 for a survivor that it does not
# explain, for an explanation of a mistake that cannot be made any more, and when it explains more than it allows itself.
# Everything lies in BUILD-FOLDER/mutation.
set -u
LC_ALL=C
export LC_ALL
tab=$(printf '\t')
build=$1
compile=$2
libraries=$3
JOBS=${JOBS:-$(nproc)}
MUTANTS=${MUTANTS:-0}
SAMPLE_SEED=${SAMPLE_SEED:-1}
SECONDS_MAX=${SECONDS_MAX:-0}
all_files=$(echo engine/*.c engine/bankday.h engine/calc.h engine/date.h engine/digits.h engine/finding.h engine/money.h engine/work.h)
FILES=${FILES:-$all_files}
link="gcc -fuse-ld=gold"
work=$build/mutation
objects=$build/obj
started=$(date +%s)

# Only the tests that look at the engine: a test of the files or the database costs time and sees no more.
tests=""
for name in bankday calc_limits cause cause_carry cpr date engine explanation money refusion tables trace trace_rows; do
    [ ! -f "$objects/tests/unit/test_$name.o" ] || tests="$tests $objects/tests/unit/test_$name.o"
done
tests="$tests $(echo "$objects"/tests/property/*.o "$objects"/tests/golden/*.o "$objects"/tests/support/process.o \
    "$objects"/tests/unit/trace_lines.o)"
library="$(echo "$objects"/io/*/*.o "$objects"/gen/*.o | tr ' ' '\n' | grep -v /io/command/main.o | tr '\n' ' ')"

# The kernel's own tests need nothing but the engine: linked in a moment, they notice nearly every mistake in it.
kernel_sources="engine/money.c engine/money.h engine/date.c engine/date.h engine/cpr.c engine/digits.h"
kernel_tests="$objects/tests/property/person.o"
for name in money money_limits date cpr; do kernel_tests="$kernel_tests $objects/tests/unit/test_$name.o"; done

rm -rf "$work"
mkdir -p "$work"
mutate=$work/mutate
$compile -o "$mutate" tests/mutation/mutate.c || exit 70
# Linked once: only the engine changes.
ld -r -o "$work/tests.o" $tests $library && ld -r -o "$work/program.o" $objects/io/command/main.o $library || exit 70

# build_object SOURCE FOLDER: compiled from stdin, so that the name of the file is not in it and equal code is equal.
build_object() {
    object=${1##*/}
    $compile -I"$2" -x c -c -o "$2/${object%.c}.o" - <"$3" 2>/dev/null
}

mkdir -p "$work/original"
for source in engine/*.c; do
    build_object "$source" "$work/original" "$source" || { echo "mutate.sh: $source does not compile" >&2; exit 70; }
done

# engine_with FOLDER: the engine's objects, those of the folder instead of the original ones, in $engine.
engine_with() {
    engine=""
    for object in "$work"/original/*.o; do
        changed=$1/${object##*/}
        if [ -f "$changed" ]; then engine="$engine $changed"; else engine="$engine $object"; fi
    done
}

# Cheapest first, because most mistakes fall there: a few people, the steps they are told, the unit tests, what runs the
# program (golden cases, explanations), many people. A test that needs ten times the processor time it should is a mistake
# noticed; the time on the clock says nothing on a machine that is busy with other things.
noticed() (
    # shellcheck disable=SC3045 # dash has it
    ulimit -t 20
    engine_with "$1"
    case " $kernel_sources " in *" $2 "*)
        $link -no-pie -o "$1/kernel" $kernel_tests $engine -lcriterion -lgmp || exit 0
        timeout -k 1 300 "$1/kernel" -j1 --fail-fast --quiet >/dev/null 2>&1 || exit 0 ;;
    esac
    $link -no-pie -o "$1/tests" "$work/tests.o" $engine $libraries || exit 0
    run="timeout -k 1 900 $1/tests -j1 --fail-fast --quiet"
    YDELSE_PERSONS=600 $run --filter 'property_exact/every*' >/dev/null 2>&1 || exit 0
    $run --filter 'trace*/*' >/dev/null 2>&1 || exit 0
    YDELSE_PERSONS=2000 $run --filter '!(golden*|explanation|trace*|property_*)/*' >/dev/null 2>&1 || exit 0
    $link -pie -o "$1/ydelse" "$work/program.o" $engine $libraries || exit 0
    YDELSE_PROGRAM=$1/ydelse $run --filter '@(golden*|explanation)/*' >/dev/null 2>&1 || exit 0
    YDELSE_PERSONS=15000 $run --filter '@(cause|property_exact|property_limits)/*' >/dev/null 2>&1 || exit 0
    exit 1
)

# Says what became of one mutant: invalid, same (the compiler makes the same code), killed, survived.
judge() {
    folder=$1 source=$2 number=$3
    rm -rf "$folder"
    mkdir -p "$folder/engine"
    "$mutate" apply "$source" "$number" >"$folder/$source"
    case $source in
    *.c) files=$source ;;
    *) files=$(echo engine/*.c) ;;
    esac
    same=yes
    for file in $files; do
        mutated=$file
        [ "$file" != "$source" ] || mutated=$folder/$source
        build_object "$file" "$folder" "$mutated" || { echo invalid; return; }
        cmp -s "$folder/${object%.c}.o" "$work/original/${object%.c}.o" || same=no
    done
    if [ $same = yes ]; then
        echo same
    elif noticed "$folder" "$source"; then
        echo killed
    else
        echo survived
    fi
}

worker() {
    while IFS=$tab read -r source number place line; do
        if [ "$SECONDS_MAX" -gt 0 ] && [ $(($(date +%s) - started)) -ge "$SECONDS_MAX" ]; then
            break
        fi
        printf '%s\t%s\t%s\n' "$(judge "$work/worker$1" "$source" "$number")" "$place" "$line" >>"$work/verdicts$1"
    done <"$work/list$1"
}

for source in $FILES; do
    "$mutate" list "$source" | while IFS= read -r line; do printf '%s\t%s\n' "$source" "$line"; done
done >"$work/list"
# What is explained is a debt that must not grow, and an explanation ends with the line it is about.
grep '^engine/' tests/mutation/survivors.txt >"$work/explained" 2>/dev/null || :
allowed=$(sed -n 's/^At most \([0-9]*\) lines.*/\1/p' tests/mutation/survivors.txt)
code=0
if [ "$(wc -l <"$work/explained")" -gt "${allowed:-0}" ]; then
    echo "mutate.sh: tests/mutation/survivors.txt explains $(wc -l <"$work/explained") lines, and says at most ${allowed:-0}" >&2
    code=1
fi
if [ "$FILES" = "$all_files" ]; then
    awk -F '\t' -v list="$work/list" 'BEGIN {while ((getline line < list) > 0) {split(line, field, "\t"); made[field[4]] = 1}}
        !($0 in made) {print "mutate.sh: explained, but no such mistake can be made any more: " $0; missing = 1}
        END {exit missing}' "$work/explained" >&2 || code=1
fi
if [ -n "${ONLY:-}" ]; then
    awk -F '\t' 'NR == FNR {wanted[$0] = 1; next} $4 in wanted' "$ONLY" "$work/list" >"$work/only"
    mv "$work/only" "$work/list"
fi
if [ "$MUTANTS" -gt 0 ]; then
    # By a number made of the changed line: the same sample everywhere, and a change elsewhere leaves it as it is.
    awk -F '\t' -v seed="$SAMPLE_SEED" 'BEGIN {for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i}
        {hash = 5381 + seed; for (i = 1; i <= length($4); i++) hash = (hash * 33 + code[substr($4, i, 1)]) % 4294967291
         printf "%010d\t%s\n", (hash * 48271) % 4294967291, $0}' "$work/list" | sort | head -n "$MUTANTS" | cut -f 2- >"$work/sample"
    mv "$work/sample" "$work/list"
fi

# The tests must pass on the engine as it is; otherwise everything would count as killed.
mkdir -p "$work/unchanged"
if noticed "$work/unchanged" engine/money.c; then
    echo "mutate.sh: the tests fail on the unchanged engine" >&2
    exit 70
fi

i=0
while [ "$i" -lt "$JOBS" ]; do
    awk -v i="$i" -v jobs="$JOBS" 'NR % jobs == i' "$work/list" >"$work/list$i"
    : >"$work/verdicts$i"
    worker "$i" &
    i=$((i + 1))
done
wait
cat "$work"/verdicts[0-9]* >"$work/verdicts"

count() { grep -c "^$1$tab" "$work/verdicts"; }
grep "^survived$tab" "$work/verdicts" | sort -t: -k1,1 -k2,2n >"$work/survived"
# The third field is the changed line; an explanation names it word for word.
awk -F '\t' -v explained="$work/explained" 'BEGIN {while ((getline line < explained) > 0) known[line] = 1} !($3 in known)' "$work/survived" >"$work/unexplained"
cut -f 2- "$work/unexplained"
unexplained=$(wc -l <"$work/unexplained")
echo "mutants $(wc -l <"$work/list"), tried $(wc -l <"$work/verdicts"), no C $(count invalid), same code $(count same), killed $(count killed), survived $(count survived), of them explained $(($(count survived) - unexplained))"
[ "$unexplained" -eq 0 ] && exit "$code"
exit 1
