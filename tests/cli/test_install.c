/* `make install`: what is put where, and whether it works from there. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

static char *destination;

static void install(void) {
    char command[1200];
    destination = temporary_folder();
    snprintf(command, sizeof command, "config/build/place.sh install '%s' /opt/y \"$YDELSE_PROGRAM\"",
             destination);
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}

static void remove_all(void) {
    temporary_folder_remove(destination);
}

TestSuite(install, .init = install, .fini = remove_all);

/* Runs a command in the folder of the prefix; expects it to end well. Returns stdout, to be freed. */
static char *in_prefix(const char *text) {
    char command[2048];
    snprintf(command, sizeof command, "cd '%s/opt/y' && %s", destination, text);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, 0, "%s: exit %d: %s%s", text, process.exit_code, process.out,
                 process.err);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

Test(install, the_program_runs_from_there_with_the_examples_it_brought) {
    char *out = in_prefix(
        "bin/ydelse rates check --rates share/ydelse/satser --config share/ydelse/ydelse.ini.example");
    free(out);
    out = in_prefix("bin/ydelse check \"$OLDPWD/samples/lille/deltagere.csv\" --config "
                    "share/ydelse/ydelse.ini.example || test $? -eq 1");
    cr_expect_not_null(strstr(out, "deltagere.csv"), "%s", out);
    free(out);
    out = in_prefix("bash -c '. share/bash-completion/completions/ydelse; COMP_WORDS=(ydelse sta); "
                    "COMP_CWORD=1; _ydelse; "
                    "echo ${COMPREPLY[*]}'");
    cr_expect_str_eq(out, "statement status\n");
    free(out);
}

Test(install, what_names_the_program_names_its_place) {
    char *out = in_prefix("grep -rl /usr/local/bin/ lib share/ydelse/cron 2>/dev/null | wc -l");
    cr_expect_str_eq(out, "0\n");
    free(out);
}

Test(install, every_command_has_a_page_without_complaints) {
    char *out = in_prefix("cd share/man/man1 && for name in $(../../../bin/ydelse --help | sed -n "
                          "'/^commands:/,/^$/s/^  \\([a-z]*\\) .*/"
                          "\\1/p'); do test -s ydelse-$name.1 || echo $name; done; test -s ydelse.1");
    cr_expect_str_eq(out, "", "no page: %s", out);
    free(out);
    out = in_prefix("for page in share/man/man1/*.1; do groff -ww -K utf8 -man -Tutf8 -z $page; done 2>&1");
    cr_expect_str_eq(out, "", "%s", out);
    free(out);
    /* No date on purpose: the same sources make the same bytes. */
    out = in_prefix("mandoc -T lint -W warning share/man/man1/*.1 | { grep -v 'missing date' || true; }");
    cr_expect_str_eq(out, "", "%s", out);
    free(out);
}

Test(install, a_page_reads_well) {
    char *out = in_prefix(
        "groff -K utf8 -man -Tutf8 share/man/man1/ydelse-run.1 | sed 's/\\x1b\\[[0-9;]*m//g; s/.\\x08//g'");
    static const char *const expected[] = {"NAME\n       ydelse-run - the nightly job",
                                           "SYNOPSIS",
                                           "--month M\n",
                                           "COMMON OPTIONS",
                                           "EXIT STATUS",
                                           "ydelse run --month 2024-03 --dry-run\n"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        cr_expect_not_null(strstr(out, expected[i]), "no %s in\n%s", expected[i], out);
    free(out);
}

Test(install, uninstall_leaves_nothing) {
    char command[1200];
    snprintf(command, sizeof command,
             "config/build/place.sh uninstall '%s' /opt/y \"$YDELSE_PROGRAM\" && find '%s' -type f",
             destination, destination);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    cr_expect_str_eq(process.out, "");
    process_free(&process);
}
