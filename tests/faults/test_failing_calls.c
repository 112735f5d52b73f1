/* Every call that can fail, failing: the n-th request for memory, read, write, and call of libpq, for every n until the
 * command passes untouched. It must not crash or leak, tell what happened by exit code and message, and leave the
 * database as it was or as it must be; and the same command once more ends as an undisturbed one.
 *
 *   YDELSE_CALLS=1      every n (`make faults-calls`); =7: every seventh; =7:1/2: the first half of the commands; otherwise a
 *                       small sample
 *   YDELSE_CALLS_OF=run only this command
 *
 * The program is $YDELSE_PROGRAM-failing (tests/faults/failing_calls.c).
 */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/faults/scene.h"
#include "tests/support/process.h"

#define EXITS_MAX 5
#define AGAIN_EVERY 20 /* of those that leave things as they were */

static const struct {
    const char *name;
    int exits[EXITS_MAX]; /* beside done; ended by 0 */
} kinds[] = {
    {"memory", {70}},   {"read", {74, 66, 78}}, /* 78: of the settings */ {"write", {74, 73}},
    {"database", {69}}, {"libpq", {70, 69}},    {"copy", {70, 69}},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static int complaints;
static char program[512];

__attribute__((format(printf, 4, 5))) static void complain(const SceneCommand *command, const char *kind,
                                                           long n, const char *format, ...) {
    va_list values;
    fprintf(stderr, "%s, %s %ld: ", command->name, kind, n);
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    complaints++;
}

/* How many calls of each kind an undisturbed command makes. */
static void count_calls(const SceneCommand *command, long counts[KIND_COUNT]) {
    char path[600], variable[640], line[64];
    snprintf(path, sizeof path, "%s/count", scene_folder());
    snprintf(variable, sizeof variable, "YDELSE_FAIL_COUNT=%s", path);
    unlink(path);
    scene_set(command);
    const int exit_code = scene_run(program, command, NULL, (const char *const[]){variable, NULL});
    cr_assert(exit_code <= 1, "%s: exit %d\n%s", command->name, exit_code, scene_stderr());
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s tells no counts", program);
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t kind = 0; kind < KIND_COUNT; kind++) {
            const size_t size = strlen(kinds[kind].name);
            if (strncmp(line, kinds[kind].name, size) == 0 && line[size] == ' ')
                counts[kind] = strtol(line + size, NULL, 10);
        }
    fclose(file);
}

static bool is_expected(size_t kind, int exit_code) {
    for (int i = 0; i < EXITS_MAX && kinds[kind].exits[i] != 0; i++)
        if (kinds[kind].exits[i] == exit_code)
            return true;
    return exit_code <= 1;
}

static void check_again(const SceneCommand *command, const char *kind, long n, char state) {
    const int exit_code = scene_run(NULL, command, NULL, NULL);
    if (!scene_is_exit_again(command, state, exit_code))
        complain(command, kind, n, "once more: exit %d\n%s", exit_code, scene_stderr());
    const char come_to = scene_state(command);
    if (come_to != '+' || !scene_ends_well(command))
        complain(command, kind, n, "once more: not what an undisturbed one comes to (%c)", come_to);
    if (scene_leftovers() != 0)
        complain(command, kind, n, "once more: something is left over");
    if (!scene_is_sound())
        complain(command, kind, n, "once more: verify says\n%s", scene_stderr());
}

/* Returns the state. */
static char try_call(const SceneCommand *command, size_t kind, long n, int *exit_code) {
    char variable[64], line[SCENE_MESSAGE_SIZE];
    snprintf(variable, sizeof variable, "YDELSE_FAIL=%s:%ld", kinds[kind].name, n);
    *exit_code = scene_run(program, command, NULL, (const char *const[]){variable, NULL});
    if (!is_expected(kind, *exit_code))
        complain(command, kinds[kind].name, n, "exit %d\n%s", *exit_code, scene_stderr());
    if (*exit_code > 1 && scene_message(line)[0] == '\0')
        complain(command, kinds[kind].name, n, "exit %d without a message", *exit_code);
    if (scene_shows_cpr())
        complain(command, kinds[kind].name, n, "it shows a CPR number: %s", scene_stderr());
    const char state = scene_state(command);
    if (state == '?' || (*exit_code <= 1 && state != '+'))
        complain(command, kinds[kind].name, n, "exit %d, and neither as before nor as it must be",
                 *exit_code);
    return state;
}

/* From the first-th on, every stride-th. */
static void try_kind(const SceneCommand *command, size_t kind, long first, long count, long stride,
                     int number) {
    long tried = 0, done = 0, kept = 0;
    const int complained = complaints;
    int exit_code = 0;
    scene_set(command);
    for (long n = first; n <= count; n += stride, tried++) {
        const char state = try_call(command, kind, n, &exit_code);
        done += exit_code <= 1;
        kept += state == '+' && exit_code > 1;
        const bool as_before = scene_reads(command) || (state == '-' && !command->uses_attempts);
        if (as_before && tried % AGAIN_EVERY != 0)
            continue;
        if (!scene_reads(command))
            check_again(command, kinds[kind].name, n, state);
        scene_set(command);
    }
    scene_set(command); /* a schema that is there and empty makes a call more of migrate */
    if (count > 0 && (try_call(command, kind, count + stride, &exit_code) != '+' || exit_code > 1))
        complain(command, kinds[kind].name, count + stride, "no call fails, and exit %d", exit_code);
    if (number > 0)
        printf("%3d|%-16s|%-9s|%7ld|%7ld|%7ld|%7ld|%10d\n", number, command->name, kinds[kind].name, count,
               tried, done, kept, complaints - complained);
    fflush(stdout);
}

static const char *const commands[] = {"check",         "calc",          "load",       "run",
                                       "pay",           "approve",       "emit",       "settle",
                                       "explain",       "verify",        "report",     "export",
                                       "cancel",        "recall",        "load again", "run again",
                                       "claims decide", "claims close",  "resolve",    "resolve (second)",
                                       "pay --again",   "plan",          "work",       "seal",
                                       "reprocess",     "erase --order", "erase",      "migrate"};

/* number: of the command's first line in the table. */
static void try_command(const SceneCommand *command, long stride, int number) {
    long counts[KIND_COUNT] = {0};
    count_calls(command, counts);
    for (size_t kind = 0; kind < KIND_COUNT; kind++)
        if (counts[kind] > 0)
            try_kind(command, kind, 1, counts[kind], stride, number + (int)kind);
}

/* Two calls each of some kinds of some commands, and the last of a load, whose digest once left out rows. */
static void try_some(void) {
    static const struct {
        const char *command, *kind;
        long last; /* so many at the end, each; 0: two */
    } some[] = {{"calc", "memory", 0}, {"load", "libpq", 0}, {"run", "database", 0},
                {"run", "copy", 0},    {"emit", "write", 0}, {"load again", "memory", 12}};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        const SceneCommand *command = scene_command(some[i].command);
        size_t kind = 0;
        while (strcmp(kinds[kind].name, some[i].kind) != 0)
            kind++;
        long counts[KIND_COUNT] = {0};
        count_calls(command, counts);
        const long first = some[i].last == 0 ? 1 : counts[kind] - some[i].last + 1;
        try_kind(command, kind, first, counts[kind], some[i].last == 0 ? (counts[kind] + 1) / 2 : 1, 0);
    }
}

Test(failing_calls, every_one_fails_well) {
    const char *asked = getenv("YDELSE_CALLS");
    const char *only = getenv("YDELSE_CALLS_OF");
    const bool whole = asked != NULL;
    char *end = NULL;
    const long stride = whole ? strtol(asked, &end, 10) : 0;
    int part = 1, parts = 1;
    if (whole && *end != '\0')
        cr_assert_eq(sscanf(end, ":%d/%d", &part, &parts), 2, "YDELSE_CALLS=%s: expected 7 or 7:1/2", asked);
    snprintf(program, sizeof program, "%s-failing", ydelse_program());
    cr_assert(access(program, X_OK) == 0, "%s is not built", program);
    scene_begin();
    if (!whole)
        try_some();
    for (size_t i = 0; whole && i < sizeof commands / sizeof commands[0]; i++)
        if ((only == NULL || only[0] == '\0' || strcmp(only, commands[i]) == 0) && (int)i % parts == part - 1)
            try_command(scene_command(commands[i]), stride, 1 + (int)(i * KIND_COUNT));
    scene_end();
    cr_expect_eq(complaints, 0);
}
