/* The program as a shell sees it: help, version, exit codes, stdout against stderr. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/show/text.h"
#include "tests/support/process.h"

static const char *const commands[] = {
    "check",  "calc",   "explain", "rates",  "migrate",  "load",       "run",  "pay", "approve", "emit",
    "cancel", "status", "rejects", "verify", "simulate", "completion", "help", "man", NULL};

/* An environment without any server or settings of whoever runs the tests. */
static const char *const bare[] = {"PGHOST",    "PGPORT",        "PGUSER", "PGDATABASE",
                                   "PGSERVICE", "YDELSE_CONFIG", NULL};

static Process run(const char *const *arguments) {
    return ydelse_run(arguments, bare);
}

Test(cli, help_lists_every_command) {
    Process process = run((const char *const[]){"--help", NULL});
    cr_expect_eq(process.exit_code, 0);
    cr_expect_str_eq(process.err, "");
    for (int i = 0; commands[i] != NULL; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n  %s ", commands[i]);
        cr_expect_not_null(strstr(process.out, line), "no %s", commands[i]);
    }
    process_free(&process);
}

Test(cli, every_command_has_help_with_usage_and_examples) {
    for (int i = 0; commands[i] != NULL; i++) {
        char usage[64];
        Process process = run((const char *const[]){commands[i], "--help", NULL});
        snprintf(usage, sizeof usage, "usage: ydelse %s", commands[i]);
        cr_expect_eq(process.exit_code, 0, "%s", commands[i]);
        cr_expect_str_eq(process.err, "", "%s", commands[i]);
        cr_expect_eq(strncmp(process.out, usage, strlen(usage)), 0, "%s", commands[i]);
        cr_expect_not_null(strstr(process.out, "\nexamples:\n"), "%s", commands[i]);
        cr_expect_not_null(strstr(process.out, "\ncommon options:\n"), "%s", commands[i]);
        bool example = false; /* examples and tables are as wide as they are */
        for (char *line = strtok(process.out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            example = example || strcmp(line, "examples:") == 0;
            const bool free =
                example || (text_is_laid_out(line, strlen(line)) && strncmp(line, "  --", 4) != 0);
            cr_expect_leq(text_width(line), free ? 140 : TEXT_LINE_WIDTH, "%s: %s", commands[i], line);
        }
        process_free(&process);
    }
}

Test(cli, help_of_a_command_is_its_help_and_a_mistyped_one_gets_a_suggestion) {
    Process option = run((const char *const[]){"run", "--help", NULL});
    Process command = run((const char *const[]){"help", "run", NULL});
    cr_expect_str_eq(command.out, option.out);
    process_free(&option);
    process_free(&command);
    option = run((const char *const[]){"--help", NULL});
    command = run((const char *const[]){"help", NULL});
    cr_expect_str_eq(command.out, option.out);
    process_free(&option);
    process_free(&command);
    command = run((const char *const[]){"help", "rnu", NULL});
    cr_expect_eq(command.exit_code, 64);
    cr_expect_not_null(strstr(command.err, "did you mean `ydelse run`?"), "%s", command.err);
    process_free(&command);
}

Test(cli, help_of_a_code_is_what_it_means_and_what_to_do) {
    Process process = run((const char *const[]){"help", "UKENDT_KODE", NULL});
    cr_expect_str_eq(process.out, "UKENDT_KODE (reject)\n  Koden er ukendt.\n  Skriv en af de koder, der "
                                  "ventes, og send rækken igen.\n");
    process_free(&process);
    process = run((const char *const[]){"help", "codes", "--lang", "en", NULL});
    for (int code = 0; code < FINDING_COUNT; code++) {
        cr_expect_not_null(strstr(process.out, finding_table[code].code), "%s", finding_table[code].code);
        cr_expect_not_null(strstr(process.out, finding_table[code].advice_en), "%s",
                           finding_table[code].code);
    }
    cr_expect_null(strstr(process.out, "%s"));
    process_free(&process);
}

Test(cli, version_names_the_sources) {
    Process process = run((const char *const[]){"--version", NULL});
    cr_expect_eq(process.exit_code, 0);
    cr_expect_eq(strncmp(process.out, "ydelse ", 7), 0);
    cr_expect_not_null(strstr(process.out, "\nsources "));
    cr_expect_not_null(strstr(process.out, "\nschema 00"), "the schema that it needs: %s", process.out);
    process_free(&process);
}

Test(cli, wrong_usage_exits_64_with_a_message_on_stderr_alone) {
    static const struct {
        const char *arguments[8];
        const char *message;
    } cases[] = {
        {{NULL}, "a command is missing"},
        {{"clac", "--month", "2024-03"}, "did you mean `ydelse calc`?"},
        {{"stauts"}, "did you mean `ydelse status`?"},
        {{"simluat", "--policy", "skat=ja"}, "did you mean `ydelse simulate`?"},
        {{"xx"}, "see `ydelse --help`"},
        {{"helt-forkert"}, "unknown command helt-forkert"},
        {{"--verson"}, "unknown option --verson"},
        {{"calc"}, "--month M is required"},
        {{"calc", "--mnth", "2024-03"}, "did you mean --month?"},
        {{"calc", "--month", "2024-03", "--input", "samples/lille", "--policy", "skat=jo"},
         "policy.skat = jo"},
        {{"calc", "--month", "marts", "--input", "samples/lille"}, "marts"},
        {{"calc", "--month", "2012-12", "--input", "samples/lille"}, "2013-01"},
        {{"check"}, "FILE-OR-DIR... is missing"},
        {{"run", "--month", "2024-13"}, "2024-13"},
        {{"pay", "--due", "i morgen"}, "i morgen"},
        {{"approve", "en"}, "en"},
        {{"serve", "--address", "0.0.0.0"}, "no loopback address"},
        {{"serve", "--address", "192.168.0.1"}, "no loopback address"},
        {{"serve", "--address", "::"}, "no loopback address"},
        {{"serve", "--address", "localhost"}, "no loopback address"},
        {{"serve", "--port", "65536"}, "from 0 to 65535"},
        {{"status", "--set", "a.b=c"}, "unknown section [a]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = run(cases[i].arguments);
        cr_expect_eq(process.exit_code, 64, "case %zu: exit %d: %s", i, process.exit_code, process.err);
        cr_expect_str_eq(process.out, "", "case %zu", i);
        cr_expect_not_null(strstr(process.err, cases[i].message), "case %zu: %s", i, process.err);
        process_free(&process);
    }
}

Test(cli, missing_input_exits_66) {
    static const char *const cases[][10] = {
        {"check", "findes/ikke"},
        {"check", "samples/findes-ikke.csv"},
        {"calc", "--month", "2024-03", "--input", "findes/ikke"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = run(cases[i]);
        cr_expect_eq(process.exit_code, 66, "case %zu: exit %d: %s", i, process.exit_code, process.err);
        cr_expect_str_eq(process.out, "", "case %zu", i);
        process_free(&process);
    }
}

Test(cli, no_server_exits_69) {
    static const char *const cases[][10] = {
        {"migrate", "--dsn", "host=/findes/ikke"},
        {"load", "samples/lille", "--dsn", "host=/findes/ikke"},
        {"run", "--month", "2024-03", "--dsn", "host=/findes/ikke"},
        {"pay", "--due", "2024-03-27", "--set", "drift.idag=2024-03-20", "--dsn", "host=/findes/ikke"},
        {"approve", "1", "--dsn", "host=/findes/ikke"},
        {"emit", "1", "--format", "pain.001.001.09", "--dsn", "host=/findes/ikke"},
        {"cancel", "1", "--reason", "prøve", "--dsn", "host=/findes/ikke"},
        {"status", "--dsn", "host=/findes/ikke"},
        {"rejects", "--dsn", "host=/findes/ikke"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = run(cases[i]);
        cr_expect_eq(process.exit_code, 69, "%s: exit %d: %s", cases[i][0], process.exit_code, process.err);
        cr_expect_str_eq(process.out, "", "%s", cases[i][0]);
        process_free(&process);
    }
}

Test(cli, settings_that_are_wrong_exit_78_with_file_and_line) {
    char *folder = temporary_folder();
    char path[600];
    snprintf(path, sizeof path, "%s/forkert.ini", folder);
    write_text_file(path, "[policy]\nskat = ja\nmoms = 25\n");
    Process process = run((const char *const[]){"check", "samples/lille", "--config", path, NULL});
    cr_expect_eq(process.exit_code, 78);
    cr_expect_not_null(strstr(process.err, "forkert.ini:3: unknown setting policy.moms"), "%s", process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli, output_that_cannot_be_written_exits_74) {
    static const char *const cases[] = {
        "\"$YDELSE_PROGRAM\" --help >/dev/full",
        "\"$YDELSE_PROGRAM\" --help >&-",
        "\"$YDELSE_PROGRAM\" calc --month 2024-03 --input samples/lille -q >/dev/full",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = shell_run(cases[i]);
        cr_expect_eq(process.exit_code, 74, "%s: exit %d: %s", cases[i], process.exit_code, process.err);
        cr_expect_not_null(strstr(process.err, "cannot write"), "%s: %s", cases[i], process.err);
        process_free(&process);
    }
}

Test(cli, a_reader_that_goes_away_is_no_news) {
    /* The reader ends before the program writes: the first sleep makes sure. */
    Process process = shell_run("{ sleep 0.3; \"$YDELSE_PROGRAM\" --help; echo \"$?\" >&2; } | true");
    cr_expect_str_eq(process.err, "74\n", "%s", process.err);
    process_free(&process);
}

Test(cli, bash_completes_commands_options_and_choices) {
    static const struct {
        const char *words, *expected;
    } cases[] = {
        {"ydelse sim", "[simulate]"},
        {"ydelse simulate --li", "[--list]"},
        {"ydelse simulate --format ''", "[text csv json]"},
        {"ydelse rates ch", "[check]"},
        {"ydelse run --lang d", "[da]"},
        {"ydelse help sim", "[simulate]"},
        {"ydelse run --log-format j", "[json journal]"},
        {"ydelse explain --cpr ''", "[]"},
        {"ydelse simulate --rates x", "[]"},
        {"ydelse no-such --li", "[]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 "bash -c 'eval \"$(\"$YDELSE_PROGRAM\" completion bash)\"; COMP_WORDS=(\"$@\"); "
                 "COMP_CWORD=$(($# - 1)); "
                 "_ydelse; echo \"[${COMPREPLY[*]}]\"' bash %s",
                 cases[i].words);
        Process process = shell_run(command);
        cr_expect_not_null(strstr(process.out, cases[i].expected), "%s: %s%s", cases[i].words, process.out,
                           process.err);
        cr_expect_str_eq(process.err, "");
        process_free(&process);
    }
    Process process = run((const char *const[]){"completion", "fish", NULL});
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
}
