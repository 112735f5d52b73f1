#include "io/run/nightly.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/run/metrics.h"
#include "io/run/status.h"

extern char **environ;

#define HOOK_LOOKS_PER_SECOND 20
#define VARIABLES_ADDED 3

int64_t nightly_clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- Figures ---------------------------------------------------------------------------------------------------------- */

/* A connection of its own: that of the command may be what failed. NULL when there is no answer. */
static json_t *read_status(const Invocation *invocation) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    json_t *status = NULL;
    Error error;
    Status got = pg_connect(command_dsn(invocation), &pg, &error);
    if (got == STATUS_OK)
        got = status_read(pg, invocation->settings, &rows, &error);
    if (got == STATUS_OK)
        got = status_parse(pg_text(rows, 0, 0), &status, &error);
    if (got != STATUS_OK)
        log_detail("metrics: %s", error.message);
    pg_rows_free(rows);
    pg_close(pg);
    return status;
}

static void write_metrics(const Invocation *invocation, const char *path, int64_t began_ms, Status status) {
    CommandEnds ends;
    CommandEnd end = {.exit_code = (int)status,
                      .end_seconds = (int64_t)time(NULL),
                      .duration_ms = nightly_clock_ms() - began_ms};
    Error error;
    snprintf(end.command, sizeof end.command, "%s", invocation->command->name);
    command_ends_read(path, &ends);
    command_ends_put(&ends, &end);
    /* Not asked again, perhaps for minutes, when it did not answer. */
    json_t *document = status == STATUS_UNAVAILABLE ? NULL : read_status(invocation);
    if (metrics_write(path, document, &ends, &error) != STATUS_OK)
        log_warning("metrics: %s", error.message);
    json_decref(document);
}

/* --- The program of the operator ---------------------------------------------------------------------------------------- */

/* Ours but for a password, then the three; NULL without memory. The strings are borrowed. */
static char **hook_environment(char *const added[VARIABLES_ADDED]) {
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL)
        count++;
    char **variables = calloc(count + VARIABLES_ADDED + 1, sizeof variables[0]);
    size_t kept = 0;
    for (size_t i = 0; i < count && variables != NULL; i++)
        if (strncmp(environ[i], "PGPASSWORD=", 11) != 0)
            variables[kept++] = environ[i];
    for (size_t i = 0; i < VARIABLES_ADDED && variables != NULL; i++)
        variables[kept++] = added[i];
    return variables;
}

/* 0, or what went wrong. */
static int spawn(const char *program, char **variables, pid_t *pid) {
    char name[4096];
    char *const arguments[] = {name, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    snprintf(name, sizeof name, "%s", program);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    int trouble = posix_spawn_file_actions_init(&actions);
    if (trouble != 0)
        return trouble;
    trouble = posix_spawnattr_init(&attributes);
    if (trouble == 0) {
        trouble = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (trouble == 0)
            trouble = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        if (trouble == 0)
            trouble = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
        if (trouble == 0)
            trouble = posix_spawnattr_setsigdefault(&attributes, &defaults);
        if (trouble == 0)
            trouble = posix_spawn(pid, program, &actions, &attributes, arguments, variables);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return trouble;
}

/* Its end within the time it has, else it is killed with what it started. */
static void wait_for_hook(const char *program, pid_t pid, int seconds_max) {
    const struct timespec pause = {.tv_nsec = 1000000000 / HOOK_LOOKS_PER_SECOND};
    int code = 0;
    for (int looks = 0;; looks++) {
        const pid_t ended = waitpid(pid, &code, WNOHANG);
        if (ended == pid)
            break;
        if (ended < 0 && errno != EINTR)
            return;
        if (looks == seconds_max * HOOK_LOOKS_PER_SECOND) {
            kill(-pid, SIGKILL);
            (void)waitpid(pid, &code, 0);
            log_warning("%s did not end within %d seconds and was killed", program, seconds_max);
            return;
        }
        nanosleep(&pause, NULL);
    }
    if (!WIFEXITED(code) || WEXITSTATUS(code) != 0)
        log_warning("%s ended with %s %d", program, WIFEXITED(code) ? "exit code" : "signal",
                    WIFEXITED(code) ? WEXITSTATUS(code) : WTERMSIG(code));
}

static void run_hook(const Invocation *invocation, const char *program, Status status, const Error *error) {
    char command[64];
    char exit_code[32];
    char message[ERROR_TEXT_SIZE + 32];
    char *const added[VARIABLES_ADDED] = {command, exit_code, message};
    pid_t pid = 0;
    snprintf(command, sizeof command, "YDELSE_COMMAND=%s", invocation->command->name);
    snprintf(exit_code, sizeof exit_code, "YDELSE_EXIT_CODE=%d", (int)status);
    snprintf(message, sizeof message, "YDELSE_MESSAGE=%s", error->message);
    mask_message(message);
    char **variables = hook_environment(added);
    const int trouble = variables == NULL ? ENOMEM : spawn(program, variables, &pid);
    free(variables);
    if (trouble != 0)
        log_warning("cannot start %s: %s", program, strerror(trouble));
    else
        wait_for_hook(program, pid, settings_hook_seconds(invocation->settings));
}

void nightly_end(const Invocation *invocation, int64_t began_ms, Status status, const Error *error) {
    const char *path = setting_get(invocation->settings, "drift", "metrikfil");
    const char *program = setting_get(invocation->settings, "drift", "ved_fejl");
    if (option_given(invocation, "dry-run"))
        return;
    if (path != NULL)
        write_metrics(invocation, path, began_ms, status);
    if (program != NULL && status != STATUS_OK && status != STATUS_FINDINGS)
        run_hook(invocation, program, status, error);
}
