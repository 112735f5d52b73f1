/* Where results are written to: what somebody has put there must neither get them nor be overwritten through a link. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/process.h"

#define RESULT "cpr_nummer;maaned;"

/* Runs calc of the small sample with this --output in a new folder, where `make` was done before and `then` shows what came
 * of it on stdout. */
static void expect_output(const char *make, const char *output, int exit_code, const char *then,
                          const char *shown) {
    char command[2048];
    char *folder = temporary_folder();
    snprintf(command, sizeof command,
             "case $YDELSE_PROGRAM in /*) ;; *) YDELSE_PROGRAM=$PWD/$YDELSE_PROGRAM;; esac; "
             "SAMPLE=$PWD/samples/lille; "
             "cd '%s'; %s; timeout 60 \"$YDELSE_PROGRAM\" calc --lang en --month 2024-03 --input \"$SAMPLE\" "
             "--output %s; code=$?; %s; exit $code",
             folder, make, output, then);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, exit_code, "%s, --output %s: exit %d\n%s", make, output,
                 process.exit_code, process.err);
    cr_expect_not_null(strstr(process.out, shown), "%s, --output %s: not shown: %s\n%.500s%.500s", make,
                       output, shown, process.out, process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(hostile_output, places_to_write_to) {
    static const struct {
        const char *make, *output;
        int exit_code;
        const char *then, *shown;
    } cases[] = {
        {"mkdir x", "x", 73, "ls", "x\n"},
        {"true", "no/such/folder", 73, "ls; echo empty", "empty"},
        {"true", "''", 73, "ls; echo empty", "empty"},
        {"true", "x/", 73, "ls; echo empty", "empty"},
        {"true", "\"$(printf '%0300d' 0)\"", 73, "ls; echo empty", "empty"},
        {"true", "\"$(printf 'a\\nb')\"", 1, "cat a*", RESULT},
        {"true", "\"x'; DROP TABLE run; --\"", 1, "cat x*", RESULT},
        {"true", "-x", 1, "cat ./-x", RESULT},
        /* A link is replaced: nothing is written to where it leads. */
        {"echo old > other; ln -s other x", "x", 1, "cat other; head -c 18 x", "old\n" RESULT},
        {"ln -s nowhere x", "x", 1, "[ ! -e nowhere ] && cat x", RESULT},
        {"ln -s x x", "x", 1, "cat x", RESULT},
        /* Nobody else may read what was there with another mode. */
        {"echo old > x; chmod 666 x", "x", 1, "stat -c %a x", "600\n"},
        {"true", "/dev/null", 1, "true", ""},
        {"true", "/dev/full", 74, "true", ""},
        /* Links to a descriptor stay, whatever file is behind them. */
        {"ln -s /proc/self/fd/1 x; exec 3>&1 >there", "x", 1, "exec >&3; test -L x && cat there", RESULT},
        {"ln -s /proc/self/fd/2 x; exec 3>&2 2>there", "x", 73, "test -L x && cat there", "cannot create x"},
        {"mkfifo x; timeout 20 cat x >heard & sleep 0.1", "x", 1, "wait; head -c 18 heard", RESULT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_output(cases[i].make, cases[i].output, cases[i].exit_code, cases[i].then, cases[i].shown);
}

/* What was delivered stays as it came. */
Test(hostile_output, no_input_is_written_over) {
    expect_output("cp \"$SAMPLE\"/*.csv .; SAMPLE=.", "./deltagere.csv", 73,
                  "cmp deltagere.csv \"$OLDPWD\"/samples/lille/deltagere.csv && echo same", "same");
    expect_output("cp \"$SAMPLE\"/*.csv .; SAMPLE=.; ln -s deltagere.csv x", "x", 1,
                  "test -L x || head -c 18 x", RESULT);
    expect_output(
        "cp \"$SAMPLE\"/*.csv .; SAMPLE=.", "x", 1,
        "\"$YDELSE_PROGRAM\" explain --cpr 8412821018 --month 2024-03 --input . --output boern.csv; "
        "echo $?; cmp boern.csv \"$OLDPWD\"/samples/lille/boern.csv && echo same",
        "73\nsame");
}

/* Somebody who may write into the folder of the results waits there to read along. */
Test(hostile_output, the_pipe_of_somebody_else_gets_nothing) {
    if (geteuid() != 0)
        cr_skip_test("only root can make files of others");
    expect_output("mkfifo -m 666 x; chown 65534:65534 x; timeout 20 cat x > heard & sleep 0.1", "x", 73,
                  "wait; [ ! -s heard ] && echo nothing", "nothing");
}

/* Five seconds, so this test takes as long. */
Test(hostile_output, a_pipe_that_nobody_reads_is_given_up) {
    expect_output("mkfifo x", "x", 73, "true", "");
}
