/* How a night is watched: the figures for Prometheus, the program that is started at a failure, the bar. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define FAMILIES_MAX 100
#define NAME_SIZE 80

typedef struct {
    char names[FAMILIES_MAX][NAME_SIZE];
    char types[FAMILIES_MAX][16];
    int count;
} Families;

static char file[600];   /* the metrics of this test */
static char option[700]; /* --set for it */
static char hook[600];   /* the program for failures; it writes to hook.out */
static char hook_option[700];

static void set_up(void) {
    night_begin();
    snprintf(file, sizeof file, "%s/ydelse.prom", night_folder);
    snprintf(option, sizeof option, "drift.metrikfil=%s", file);
    snprintf(hook, sizeof hook, "%s/ved fejl; true", night_folder);
    snprintf(hook_option, sizeof hook_option, "drift.ved_fejl=%s", hook);
}

TestSuite(nightly, .init = set_up, .fini = night_end);

static void write_hook(const char *text) {
    char program[2048];
    snprintf(program, sizeof program, "#!/bin/sh\n%s\n", text);
    write_text_file(hook, program);
    chmod(hook, 0700);
}

/* --- The text format, read strictly ------------------------------------------------------------------------------------- */

static bool is_suffixed(const char *name, const char *suffix) {
    const size_t size = strlen(name);
    return size > strlen(suffix) && strcmp(name + size - strlen(suffix), suffix) == 0;
}

static void check_family(const char *name, const char *type) {
    const bool counter = strcmp(type, "counter") == 0;
    cr_expect(counter || strcmp(type, "gauge") == 0, "%s: %s", name, type);
    cr_expect_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name), "%s", name);
    cr_expect_eq(strncmp(name, "ydelse_", 7), 0, "%s", name);
    cr_expect_eq(is_suffixed(name, "_total"), counter, "%s is a %s", name, type);
    cr_expect(!is_suffixed(name, "_count") && !is_suffixed(name, "_sum") && !is_suffixed(name, "_bucket"),
              "%s", name);
    cr_expect(strstr(name, "seconds") == NULL || is_suffixed(name, "_seconds"), "%s", name);
}

/* name{label="value",...} number */
static void check_sample(const char *line, const char *name) {
    const size_t size = strlen(name);
    cr_expect_eq(strncmp(line, name, size), 0, "%s stands under %s", line, name);
    const char *at = line + size;
    if (*at == '{') {
        do {
            at++;
            const size_t label = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
            cr_expect_gt(label, 0, "%s", line);
            at += label;
            cr_expect_eq(strncmp(at, "=\"", 2), 0, "%s", line);
            at += 2;
            while (*at != '"' && *at != '\0')
                at += *at == '\\' ? 2 : 1;
            at += *at == '"';
        } while (*at == ',');
        cr_expect_eq(*at, '}', "%s", line);
        at++;
    }
    cr_expect(*at == ' ' && (isdigit((unsigned char)at[1]) || at[1] == '-'), "%s", line);
    char *end = NULL;
    (void)strtod(at, &end);
    cr_expect_eq(*end, '\0', "%s: %s", line, end);
}

/* Every sample stands under its TYPE, every TYPE under its HELP, every family once. */
static void check_metrics(const char *text, Families *families) {
    char *copy = strdup(text);
    char helped[NAME_SIZE] = "";
    *families = (Families){.count = 0};
    cr_expect(text[0] != '\0' && text[strlen(text) - 1] == '\n');
    for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char name[NAME_SIZE];
        char type[16];
        if (sscanf(line, "# HELP %79s", name) == 1) {
            cr_expect_gt(strlen(line), strlen("# HELP ") + strlen(name) + 1, "%s says nothing", name);
            snprintf(helped, sizeof helped, "%s", name);
        } else if (sscanf(line, "# TYPE %79s %15s", name, type) == 2) {
            cr_assert_lt(families->count, FAMILIES_MAX);
            cr_expect_str_eq(name, helped);
            for (int i = 0; i < families->count; i++)
                cr_expect_str_neq(families->names[i], name);
            check_family(name, type);
            snprintf(families->names[families->count], NAME_SIZE, "%s", name);
            snprintf(families->types[families->count++], 16, "%s", type);
        } else {
            cr_assert_gt(families->count, 0, "%s", line);
            check_sample(line, families->names[families->count - 1]);
            cr_expect_null(strstr(strstr(text, line) + 1, line), "%s stands there twice", line);
        }
    }
    free(copy);
}

static char *read_metrics(Families *families) {
    size_t size;
    char *text = read_whole_file(file, &size);
    check_metrics(text, families);
    return text;
}

static void expect_metric(const char *text, const char *series, const char *value) {
    char line[256];
    snprintf(line, sizeof line, "\n%s %s\n", series, value);
    cr_expect_not_null(strstr(text, line), "no%sin\n%s", line, text);
}

static void expect_metric_of(const char *text, const char *series, const char *sql) {
    char value[32];
    snprintf(value, sizeof value, "%lld", (long long)test_sql_int64(night_pg, sql));
    expect_metric(text, series, value);
}

/* --- Figures ------------------------------------------------------------------------------------------------------------- */

Test(nightly, figures_are_written_after_load_and_run_and_agree_with_the_database) {
    Families families;
    struct stat info;
    free(night_program(1, "load", "samples/lille", "--set", option, "-q", NULL, NULL));
    char *text = read_metrics(&families);
    expect_metric(text, "ydelse_command_exit_code{command=\"load\"}", "1");
    free(text);
    free(night_program(1, "run", "--month", "2024-03", "--set", option, "-q", NULL));
    cr_expect_eq(stat(file, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0644, "%o", (unsigned)info.st_mode);
    text = read_metrics(&families);
    expect_metric(text, "ydelse_database_up", "1");
    expect_metric(text, "ydelse_command_exit_code{command=\"load\"}", "1");
    expect_metric(text, "ydelse_command_exit_code{command=\"run\"}", "1");
    expect_metric(text, "ydelse_run_sealed_last_id", "1");
    expect_metric_of(text, "ydelse_rows_read_total", "SELECT sum(rows_read)::bigint FROM ydelse.input_file");
    expect_metric_of(text, "ydelse_rows_stored_total",
                     "SELECT sum(rows_stored)::bigint FROM ydelse.input_file");
    expect_metric_of(text, "ydelse_rows_rejected_total",
                     "SELECT sum(rows_rejected)::bigint FROM ydelse.input_file");
    expect_metric_of(text, "ydelse_schema_version", "SELECT max(number) FROM ydelse.migration");
    expect_metric_of(text, "ydelse_run_sealed_last_results{outcome=\"BETALES\"}",
                     "SELECT betales FROM ydelse.run");
    expect_metric_of(text, "ydelse_run_sealed_last_timestamp_seconds",
                     "SELECT extract(epoch FROM ended_at)::bigint FROM ydelse.run");
    expect_metric_of(text, "ydelse_held_people", "SELECT count(DISTINCT cpr) FROM ydelse.result_held_now");
    char *owed =
        test_sql_text(night_pg, "SELECT (sum(net_oere) / 100.0)::numeric(12, 2) FROM ydelse.owed_open "
                                "WHERE net_oere > 0 AND kommunekode = '0101'");
    expect_metric(text, "ydelse_owed_open_kroner{kommunekode=\"0101\"}", owed);
    free(owed);
    /* The same to stdout, but for how long commands took. */
    char *printed = night_program(0, "status", "--format", "prometheus", "--set", option, NULL, NULL);
    cr_expect_str_eq(printed, text);
    free(printed);
    free(text);
}

Test(nightly, every_figure_is_in_the_operators_handbook_with_its_type) {
    Families families;
    size_t size;
    char *handbook = read_whole_file("config/README.md", &size);
    char *text = night_program(0, "status", "--format", "prometheus", NULL, NULL, NULL, NULL);
    check_metrics(text, &families);
    int listed = 0;
    for (int i = 0; i < families.count; i++) {
        char row[NAME_SIZE + 40];
        snprintf(row, sizeof row, "\n| `%s` | %s |", families.names[i], families.types[i]);
        cr_expect_not_null(strstr(handbook, row), "config/README.md lacks%s", row);
    }
    for (const char *at = strstr(handbook, "\n| `ydelse_"); at != NULL; at = strstr(at + 1, "\n| `ydelse_"))
        listed++;
    cr_expect_eq(listed, families.count, "%d are listed, %d printed", listed, families.count);
    free(text);
    free(handbook);
}

Test(nightly, a_failed_run_leaves_figures_that_say_so) {
    Families families;
    free(night_program(66, "run", "--month", "2024-03", "--input", "findes/ikke", "--set", option));
    char *text = read_metrics(&families);
    expect_metric(text, "ydelse_command_exit_code{command=\"run\"}", "66");
    expect_metric(text, "ydelse_database_up", "1");
    free(text);
    free(night_program(69, "load", "samples/lille", "--dsn", "host=/findes/ikke", "--set", option, NULL));
    text = read_metrics(&families);
    expect_metric(text, "ydelse_command_exit_code{command=\"run\"}", "66");
    expect_metric(text, "ydelse_command_exit_code{command=\"load\"}", "69");
    expect_metric(text, "ydelse_database_up", "0");
    cr_expect_null(strstr(text, "ydelse_held_people"), "a figure of the database, though it did not answer");
    free(text);
    /* A dry run is no night. */
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", "--dry-run", "-q"));
    text = read_metrics(&families);
    expect_metric(text, "ydelse_command_exit_code{command=\"run\"}", "66");
    free(text);
}

Test(nightly, figures_that_cannot_be_written_are_a_warning) {
    const char *const arguments[] = {
        "load", "samples/lille", "-q", "--set", "drift.metrikfil=/findes/ikke.prom", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    cr_expect_not_null(strstr(process.err, "warning: metrics: cannot create /findes/ikke.prom"), "%s",
                       process.err);
    process_free(&process);
}

/* --- The program at a failure ------------------------------------------------------------------------------------------ */

static Process run_with_hook(const char *a1, const char *a2, const char *a3, const char *a4, const char *a5) {
    const char *const arguments[] = {"--set", hook_option, NULL};
    const char *words[12] = {a1, a2, a3, a4, a5};
    int count = 0;
    while (count < 5 && words[count] != NULL)
        count++;
    for (int i = 0; arguments[i] != NULL; i++)
        words[count++] = arguments[i];
    words[count] = NULL;
    return ydelse_run(words, (const char *const[]){"PGPASSWORD=hemmelig", NULL});
}

Test(nightly, a_failure_starts_the_program_without_a_shell) {
    char output[700];
    char wanted[256];
    size_t size;
    write_hook("echo hook says hello; { echo "
               "\"$YDELSE_COMMAND|$YDELSE_EXIT_CODE|$YDELSE_MESSAGE|$PGPASSWORD|$#\"; cat; } "
               ">\"$(dirname \"$0\")/hook.out\"");
    snprintf(output, sizeof output, "%s/hook.out", night_folder);
    Process process = run_with_hook("run", "--month", "2024-03", "--input", "findes/7001801001");
    cr_expect_eq(process.exit_code, 66, "%s", process.err);
    cr_expect_str_eq(process.out, "", "%s", process.out);
    cr_expect_not_null(strstr(process.err, "hook says hello"), "%s", process.err);
    char *text = read_whole_file(output, &size);
    snprintf(wanted, sizeof wanted, "run|66|cannot ");
    cr_expect_eq(strncmp(text, wanted, strlen(wanted)), 0, "%s", text);
    cr_expect_null(strstr(text, "7001801001"), "%s", text);
    cr_expect_not_null(strstr(text, "||0\n"), "no password, no argument: %s", text);
    free(text);
    process_free(&process);
}

Test(nightly, news_a_dry_run_and_other_commands_start_nothing) {
    char output[700];
    struct stat info;
    write_hook("touch \"$(dirname \"$0\")/hook.out\"");
    snprintf(output, sizeof output, "%s/hook.out", night_folder);
    Process process = run_with_hook("load", "samples/lille", NULL, NULL, NULL);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    process_free(&process);
    process = run_with_hook("check", "findes/ikke", NULL, NULL, NULL);
    cr_expect_eq(process.exit_code, 66, "%s", process.err);
    process_free(&process);
    cr_expect_neq(stat(output, &info), 0, "the program was started");
}

Test(nightly, a_program_that_fails_or_hangs_is_a_warning) {
    static const struct {
        const char *text, *warning;
    } cases[] = {
        {"exit 3", "ended with exit code 3"},
        {"kill -9 $$", "ended with signal 9"},
        {"sleep 100 & sleep 100", "did not end within 0 seconds and was killed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_hook(cases[i].text);
        setenv("YDELSE_DRIFT_VED_FEJL_SEKUNDER", i == 2 ? "0" : "60", 1);
        Process process = run_with_hook("load", "findes/ikke", NULL, NULL, NULL);
        cr_expect_eq(process.exit_code, 66, "%s", process.err);
        cr_expect_not_null(strstr(process.err, cases[i].warning), "%s", process.err);
        process_free(&process);
    }
    snprintf(hook_option, sizeof hook_option, "drift.ved_fejl=/findes/ikke");
    Process process = run_with_hook("load", "findes/ikke", NULL, NULL, NULL);
    cr_expect_eq(process.exit_code, 66, "%s", process.err);
    cr_expect_not_null(strstr(process.err, "warning: cannot start /findes/ikke: "), "%s", process.err);
    process_free(&process);
    process =
        ydelse_run((const char *const[]){"load", "x", "--set", "drift.ved_fejl=sh -c true", NULL}, NULL);
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
}

/* --- The bar -------------------------------------------------------------------------------------------------------------- */

Test(nightly, a_terminal_gets_a_bar_and_nothing_else_does) {
    static const struct {
        const char *environment, *options;
        bool bar;
    } cases[] = {
        {"TERM=xterm", "", true},
        {"TERM=xterm", "-q", false},
        {"TERM=dumb", "", false},
        {"TERM=xterm", "--log-format json", false},
    };
    free(night_program(1, "load", "samples/lille", "-q", NULL, NULL, NULL, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 "%s script -qec '\"$YDELSE_PROGRAM\" run --full --month 2024-03 %s' /dev/null </dev/null",
                 cases[i].environment, cases[i].options);
        Process process = shell_run(command);
        const char *bar = strstr(process.out, "\rberegner [");
        cr_expect(process.exit_code == 0 || process.exit_code == 1, "case %zu: %s", i, process.out);
        cr_expect_eq(bar != NULL, cases[i].bar, "case %zu: %s", i, process.out);
        /* What comes after begins on a clean line. */
        cr_expect(bar == NULL || strstr(bar, "\r\033[Kydelse: ") != NULL, "case %zu: %s", i, process.out);
        process_free(&process);
    }
}
