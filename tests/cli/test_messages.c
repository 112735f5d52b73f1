/* Messages on stderr: the formats, what chooses them, and what they must not hold. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

static const char *const bare[] = {"PGHOST",        "PGPORT",         "PGUSER",   "PGDATABASE", "PGSERVICE",
                                   "YDELSE_CONFIG", "JOURNAL_STREAM", "NO_COLOR", NULL};

/* Every line of text as an object of its own; the last one is returned, to be released by the caller. */
static json_t *each_line_is_an_object(char *text, int *lines) {
    json_t *last = NULL;
    *lines = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        json_error_t trouble;
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &trouble);
        cr_expect(json_is_object(object), "%s: %s", trouble.text, line);
        cr_expect(json_is_string(json_object_get(object, "time")), "%s", line);
        cr_expect(json_is_string(json_object_get(object, "level")), "%s", line);
        cr_expect(json_is_string(json_object_get(object, "message")), "%s", line);
        json_decref(last);
        last = object;
        (*lines)++;
    }
    return last;
}

Test(messages, json_is_an_object_a_line_also_for_findings) {
    int lines;
    Process process =
        ydelse_run((const char *const[]){"calc", "--month", "2024-03", "--input", "samples/fejl", "--output",
                                         "/dev/null", "--log-format", "json", NULL},
                   bare);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    json_t *last = each_line_is_an_object(process.err, &lines);
    cr_expect_gt(lines, 10);
    cr_expect_str_eq(json_string_value(json_object_get(last, "command")), "calc");
    cr_expect_str_eq(json_string_value(json_object_get(last, "level")), "info");
    json_decref(last);
    process_free(&process);
}

Test(messages, json_of_an_error_has_its_exit_code_and_hint) {
    static const struct {
        const char *arguments[8];
        int exit_code;
        const char *hint;
    } cases[] = {
        {{"status", "--log-format", "json", "--dsn", "host=/findes/ikke"}, 69, "PG*"},
        {{"calc", "--log-format", "json"}, 64, "calc --help"},
        {{"check", "findes/ikke/7001801001", "--log-format=json"}, 66, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int lines;
        Process process = ydelse_run(cases[i].arguments, bare);
        cr_expect_null(strstr(process.err, "7001801001"), "%s", process.err);
        json_t *error = each_line_is_an_object(process.err, &lines);
        cr_expect_eq(lines, 1, "case %zu: %d lines", i, lines);
        cr_expect_eq(json_integer_value(json_object_get(error, "exit_code")), cases[i].exit_code, "case %zu",
                     i);
        cr_expect_str_eq(json_string_value(json_object_get(error, "level")), "error");
        cr_expect_str_eq(json_string_value(json_object_get(error, "command")), cases[i].arguments[0]);
        const char *hint = json_string_value(json_object_get(error, "hint"));
        cr_expect(cases[i].hint == NULL || (hint != NULL && strstr(hint, cases[i].hint) != NULL), "case %zu",
                  i);
        json_decref(error);
        process_free(&process);
    }
}

Test(messages, json_stays_valid_whatever_the_name_of_a_file) {
    int lines;
    char *folder = temporary_folder();
    char path[600];
    snprintf(path, sizeof path, "%s/\xff\"\\\t.csv", folder);
    Process process = ydelse_run((const char *const[]){"check", path, "--log-format", "json", NULL}, bare);
    cr_expect_eq(process.exit_code, 66);
    json_decref(each_line_is_an_object(process.err, &lines));
    cr_expect_eq(lines, 1);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(messages, the_environment_and_the_settings_choose_too_and_a_wrong_word_is_refused) {
    Process process = shell_run("YDELSE_DRIFT_LOGFORMAT=json \"$YDELSE_PROGRAM\" check samples/findes-ikke");
    cr_expect_eq(process.err[0], '{', "%s", process.err);
    process_free(&process);
    process = shell_run("\"$YDELSE_PROGRAM\" check --set drift.logformat=json samples/findes-ikke");
    cr_expect_eq(process.err[0], '{', "%s", process.err);
    process_free(&process);
    process = ydelse_run((const char *const[]){"check", "samples/lille", "--log-format", "xml", NULL}, bare);
    cr_expect_eq(process.exit_code, 64);
    cr_expect_not_null(strstr(process.err, "auto, text, json or journal"), "%s", process.err);
    process_free(&process);
}

Test(messages, journal_is_chosen_where_stderr_is_the_journal_s_stream) {
    static const struct {
        const char *command, *expected;
    } cases[] = {
        /* The shell's stderr becomes a file whose device and inode are named, as systemd names its socket's. */
        {"JOURNAL_STREAM=$(stat -c %d:%i \"$file\") \"$YDELSE_PROGRAM\" check findes/ikke 2>\"$file\"",
         "<3>ydelse: error: "},
        {"JOURNAL_STREAM=1:2 \"$YDELSE_PROGRAM\" check findes/ikke 2>\"$file\"", "ydelse: error: "},
        {"JOURNAL_STREAM=$(stat -c %d:%i \"$file\") \"$YDELSE_PROGRAM\" check findes/ikke --log-format text "
         "2>\"$file\"",
         "ydelse: error: "},
        {"\"$YDELSE_PROGRAM\" status --dsn host=/findes/ikke --log-format journal 2>\"$file\"",
         "\n<3>  hint: "},
        {"\"$YDELSE_PROGRAM\" calc --month 2024-03 --input samples/fejl --output /dev/null --log-format "
         "journal 2>\"$file\"",
         "\n<6>ydelse: "},
        {"\"$YDELSE_PROGRAM\" calc --month 2024-03 --input samples/fejl --output /dev/null --log-format "
         "journal 2>\"$file\"",
         "\n<4>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[1024];
        snprintf(command, sizeof command, "file=$(mktemp); %s; cat \"$file\"; rm -f \"$file\"",
                 cases[i].command);
        Process process = shell_run(command);
        const char *found = strstr(process.out, cases[i].expected);
        cr_expect(found != NULL && (cases[i].expected[0] == '\n' || found == process.out), "case %zu: %s", i,
                  process.out);
        process_free(&process);
    }
}

/* script(1) gives the program a terminal. */
Test(messages, colours_are_for_terminals_without_no_color) {
    static const struct {
        const char *environment;
        bool coloured;
    } cases[] = {
        {"TERM=xterm", true},
        {"TERM=xterm NO_COLOR=", true},
        {"TERM=xterm NO_COLOR=1", false},
        {"TERM=dumb", false},
        {"TERM=xterm YDELSE_DRIFT_LOGFORMAT=json", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[512];
        snprintf(
            command, sizeof command,
            "env -u NO_COLOR %s script -qec '\"$YDELSE_PROGRAM\" check findes/ikke' /dev/null </dev/null",
            cases[i].environment);
        Process process = shell_run(command);
        cr_expect_eq(process.exit_code, 66, "case %zu: %s%s", i, process.out, process.err);
        cr_expect_eq(strchr(process.out, '\033') != NULL, cases[i].coloured, "case %zu: %s", i, process.out);
        process_free(&process);
    }
}
