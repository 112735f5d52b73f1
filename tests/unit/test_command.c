#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/command/command.h"

/* What the invented command below was called with. */
static char seen[512];

static Status note_invocation(const Invocation *invocation, Error *error) {
    (void)error;
    snprintf(seen, sizeof seen,
             "month=%s jobs=%s dry=%d policies=%s danish=%d skat=%s idag=%s operands=%d:%s",
             option_value(invocation, "month"),
             option_given(invocation, "jobs") ? option_value(invocation, "jobs") : "-",
             option_given(invocation, "dry-run"),
             option_given(invocation, "policy") ? option_value(invocation, "policy") : "-",
             command_danish(invocation), setting_get(invocation->settings, "policy", "skat"),
             setting_get(invocation->settings, "drift", "idag") == NULL
                 ? "-"
                 : setting_get(invocation->settings, "drift", "idag"),
             invocation->operand_count, invocation->operand_count > 0 ? invocation->operands[0] : "-");
    return STATUS_FINDINGS;
}

static const Option options[] = {
    {"month", "M", "the month", true, false},
    {"jobs", "N", "workers", false, false},
    {"dry-run", NULL, "nothing is stored", false, false},
    {"policy", "K=V", "a policy", false, true},
    {NULL, NULL, NULL, false, false},
};

static const Command invented = {
    .name = "prove",
    .summary = "an invented command",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = 2,
    .options = options,
    .run = note_invocation,
};

typedef struct {
    const char *arguments[12];
    Status status;
    const char *expected; /* in what was seen, or in message and hint */
} Case;

static Status invoke(const char *const *arguments, Error *error) {
    char *argv[16] = {strdup("prove")};
    int argc = 1;
    for (; arguments[argc - 1] != NULL; argc++)
        argv[argc] = strdup(arguments[argc - 1]);
    argv[argc] = NULL;
    seen[0] = '\0';
    const Status status = command_invoke(&invented, argc, argv, error);
    for (int i = 1; i < argc;
         i++) /* getopt has sorted the pointers; those to operands were printed already */
        free(argv[i]);
    free(argv[0]);
    return status;
}

static void run_cases(const Case *cases, size_t count) {
    setenv("YDELSE_CONFIG", "/dev/null", 1);
    for (size_t i = 0; i < count; i++) {
        Error error = {.status = STATUS_OK};
        const Status status = invoke(cases[i].arguments, &error);
        char found[1200];
        snprintf(found, sizeof found, "%s%s %s", seen, error.message, error.hint);
        cr_expect_eq(status, cases[i].status, "case %zu: status %d: %s", i, (int)status, found);
        cr_expect_not_null(strstr(found, cases[i].expected), "case %zu: found: %s; wanted: %s", i, found,
                           cases[i].expected);
    }
}

Test(command, options_and_operands_are_understood_in_any_order) {
    static const Case cases[] = {
        {{"--month", "2024-03", "a"},
         STATUS_FINDINGS,
         "month=2024-03 jobs=- dry=0 policies=- danish=1 skat=nej"},
        {{"a", "--month=2024-03", "b"}, STATUS_FINDINGS, "operands=2:a"},
        {{"--month", "2024-03", "--jobs", "2", "--jobs", "4", "--dry-run", "a"},
         STATUS_FINDINGS,
         "jobs=4 dry=1"},
        {{"--month", "2024-03", "--", "--jobs"},
         STATUS_FINDINGS,
         "jobs=- dry=0 policies=- danish=1 skat=nej idag=- "
         "operands=1:--jobs"},
        {{"--month", "2024-03", "--policy", "skat=ja", "a"}, STATUS_FINDINGS, "skat=ja"},
        {{"--month", "2024-03", "--policy", "skat=ja", "--policy", "skat=nej", "a"},
         STATUS_FINDINGS,
         "skat=nej"},
        {{"--month", "2024-03", "--lang", "en", "a"}, STATUS_FINDINGS, "danish=0"},
        {{"--month", "2024-03", "--set", "drift.idag=2024-03-20", "a"}, STATUS_FINDINGS, "idag=2024-03-20"},
        {{"--month", "2024-03", "-q", "a"}, STATUS_FINDINGS, "operands=1:a"},
        {{"--month", "2024-03", "-v", "-"}, STATUS_FINDINGS, "operands=1:-"},
    };
    run_cases(cases, sizeof cases / sizeof cases[0]);
}

Test(command, wrong_usage_is_refused_before_anything_is_done) {
    static const Case cases[] = {
        {{"a"}, STATUS_USAGE, "prove: --month M is required"},
        {{"--month", "2024-03"}, STATUS_USAGE, "FILE... is missing"},
        {{"--month", "2024-03", "a", "b", "c"}, STATUS_USAGE, "unexpected argument c"},
        {{"--mnth", "2024-03", "a"}, STATUS_USAGE, "did you mean --month?"},
        {{"--dryrun", "--month", "2024-03", "a"}, STATUS_USAGE, "did you mean --dry-run?"},
        {{"--motnh", "2024-03", "a"}, STATUS_USAGE, "did you mean --month?"},
        {{"--polcy=skat=ja", "a"}, STATUS_USAGE, "did you mean --policy?"},
        {{"--jbos", "2", "a"}, STATUS_USAGE, "did you mean --jobs?"},
        {{"--mth", "2", "a"}, STATUS_USAGE, "did you mean --month?"},
        {{"--xx", "a"}, STATUS_USAGE, "see `ydelse prove --help`"},
        {{"--mon-dag", "a"}, STATUS_USAGE, "see `ydelse prove --help`"},
        {{"--xyzxyzxyz", "a"}, STATUS_USAGE, "unknown option --xyzxyzxyz see `ydelse prove --help`"},
        {{"-z", "a"}, STATUS_USAGE, "unknown option -z"},
        {{"a", "--month"}, STATUS_USAGE, "option --month needs a value"},
        {{"--dry-run=1", "--month", "2024-03", "a"}, STATUS_USAGE, "--dry-run"},
        {{"--month", "2024-03", "--policy", "skat", "a"}, STATUS_USAGE, "expected KEY=VALUE"},
        {{"--month", "2024-03", "--policy", "skat=måske", "a"}, STATUS_USAGE, "policy.skat = måske"},
        {{"--month", "2024-03", "--policy", "told=ja", "a"}, STATUS_USAGE, "unknown setting policy.told"},
        {{"--month", "2024-03", "--set", "drift", "a"}, STATUS_USAGE, "expected SECTION.KEY=VALUE"},
        {{"--month", "2024-03", "--set", "drift.imorgen=1", "a"},
         STATUS_USAGE,
         "unknown setting drift.imorgen"},
        {{"--month", "2024-03", "--lang", "sv", "a"}, STATUS_USAGE, "expected da or en"},
        {{"--month", "2024-03", "--config", "/findes/ikke", "a"}, STATUS_CONFIG, "/findes/ikke"},
    };
    run_cases(cases, sizeof cases / sizeof cases[0]);
    cr_expect_str_eq(seen, "", "the command ran");
}

Test(command, too_many_options_are_refused) {
    Error error = {.status = STATUS_OK};
    char name[] = "prove";
    char option[] = "--dry-run";
    char *argv[OPTION_VALUES_MAX + 4] = {name};
    int argc = 1;
    while (argc < OPTION_VALUES_MAX + 3)
        argv[argc++] = option;
    argv[argc] = NULL;
    cr_expect_eq(command_invoke(&invented, argc, argv, &error), STATUS_USAGE);
    cr_expect_not_null(strstr(error.message, "more than"), "%s", error.message);
}

Test(command, quiet_and_verbose_set_the_log_level) {
    Error error = {.status = STATUS_OK};
    setenv("YDELSE_CONFIG", "/dev/null", 1);
    invoke((const char *const[]){"--month", "2024-03", "-q", "a", NULL}, &error);
    cr_expect_eq(log_level(), LOG_QUIET);
    invoke((const char *const[]){"--month", "2024-03", "-v", "a", NULL}, &error);
    cr_expect_eq(log_level(), LOG_DETAIL);
}
