/* What a user types or a path holds never carries a CPR number into a message; files with people are the owner's. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/base/mask.h"
#include "tests/support/process.h"

#define NUMBER "6112881008"

Test(privacy, no_message_repeats_a_number_from_the_command_line) {
    static const char *const commands[] = {
        "calc --month 2024-03 --input samples/lille --output /nonexist/" NUMBER ".csv",
        "calc --month 2024-03 --input /tmp/" NUMBER,
        "calc --month 2024-03 --input samples/lille --rates /tmp/" NUMBER,
        "calc --month " NUMBER " --input samples/lille",
        "calc --month 2024-03 --input samples/lille --policy skat=" NUMBER,
        "check /tmp/" NUMBER,
        "explain --month 2024-03 --cpr " NUMBER "1 --input samples/lille",
        "explain --month 2024-03 --cpr " NUMBER " --run " NUMBER,
        "cancel 1 --reason 'fejl hos " NUMBER "'",
        "approve " NUMBER,
        "foo" NUMBER,
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char command[512];
        snprintf(command, sizeof command, "PGHOST=/nonexistent \"$YDELSE_PROGRAM\" %s", commands[i]);
        Process process = shell_run(command);
        cr_expect_geq(process.exit_code, 64, "%s", commands[i]);
        cr_expect_null(strstr(process.err, NUMBER), "%s: %s", commands[i], process.err);
        cr_expect_gt(process.err_size, 0, "%s says nothing", commands[i]);
        process_free(&process);
    }
}

/* The program waits for its rates, a pipe that nobody writes, while its arguments are read as anybody can. */
Test(privacy, the_list_of_processes_does_not_show_it) {
    char *folder = temporary_folder();
    char command[2048];
    /* Before the child becomes the program it is this shell, whose text the pattern does not match. */
    snprintf(command, sizeof command,
             "mkfifo %s/satser.csv && { \"$YDELSE_PROGRAM\" explain --cpr " NUMBER
             " --month 2024-03 --input samples/lille --rates %s/satser.csv & p=$!; n=0; "
             "until tr '\\0' ' ' < /proc/$p/cmdline | grep -E -e '--cpr 611288[*]{4}' || [ $n -ge 100 ]; "
             "do sleep 0.1; n=$((n + 1)); done; kill $p; }",
             folder, folder);
    Process process = shell_run(command);
    cr_expect_not_null(strstr(process.out, "--cpr 611288**** --month 2024-03"), "%s%s", process.out,
                       process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(privacy, a_reason_that_everyone_may_read_takes_no_number) {
    static const char *const commands[] = {"cancel 1 --reason", "seal 1 --abandon"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        char command[200];
        snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" %s 'fejl hos 611288-1008'", commands[i]);
        Process process = shell_run(command);
        cr_expect_eq(process.exit_code, 64, "%s: %d", commands[i], process.exit_code);
        cr_expect_not_null(strstr(process.err, "leave CPR numbers out"), "%s", process.err);
        cr_expect_null(strstr(process.err, "611288-1008"), "%s", process.err);
        process_free(&process);
    }
}

Test(privacy, results_belong_to_their_owner) {
    char *folder = temporary_folder();
    char command[1024], path[600];
    snprintf(path, sizeof path, "%s/resultat.csv", folder);
    snprintf(command, sizeof command,
             "umask 0; \"$YDELSE_PROGRAM\" calc --month 2024-03 --input samples/lille --output %s", path);
    Process process = shell_run(command);
    struct stat state;
    cr_assert_eq(stat(path, &state), 0, "%s", process.err);
    cr_expect_eq(state.st_mode & 0777, 0600);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(privacy, a_number_is_found_wherever_it_stands) {
    char long_text[3000];
    memset(long_text, 'x', sizeof long_text);
    memcpy(long_text + 1020, NUMBER, 10);
    long_text[sizeof long_text - 1] = '\0';
    cr_expect(mask_is_needed(long_text));
    cr_expect(mask_is_needed("611288 1008") && mask_is_needed(NUMBER));
    cr_expect(!mask_is_needed("batch 12 of 2024-03-27, 611288") && !mask_is_needed(""));
    char message[] = "cannot open /tmp/" NUMBER "/x";
    mask_message(message);
    cr_expect_str_eq(message, "cannot open /tmp/611288****/x");
}

Test(privacy, single_files_are_read_by_name_however_the_shell_put_them) {
    Process folder = shell_run("\"$YDELSE_PROGRAM\" check samples/lille");
    Process files = shell_run("\"$YDELSE_PROGRAM\" check $(ls -r samples/lille/*.csv)");
    cr_expect_str_eq(files.out, folder.out);
    process_free(&folder);
    process_free(&files);
}
