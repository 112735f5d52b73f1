#include "io/run/run_workers.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/base/log.h"

#define ARGUMENTS_MAX (2 * OPTION_VALUES_MAX + 8)
#define OPTION_NAME_SIZE 24
#define NUMBER_SIZE 16

typedef struct {
    pid_t pid; /* 0: ended */
    int32_t number;
} Worker;

typedef struct {
    Pg *pg;
    const ShardRules *rules;
    const Invocation *invocation;
    Worker workers[WORKERS_MAX];
    int32_t count;
    int32_t alive;
    int32_t restarts_left;
    int32_t failed;
    Status first_failure;
} Crew;

Status jobs_from_option(const Invocation *invocation, int32_t *jobs, Error *error) {
    const char *text = option_value(invocation, "jobs");
    *jobs = settings_number(invocation->settings, "drift", "arbejdere");
    if (text == NULL)
        return STATUS_OK;
    if (strlen(text) > 2 || strspn(text, "0123456789") != strlen(text) || strtol(text, NULL, 10) < 1 ||
        strtol(text, NULL, 10) > WORKERS_MAX)
        return error_set(error, STATUS_USAGE, "--jobs %.40s: expected a number from 1 to %d", text,
                         WORKERS_MAX);
    *jobs = (int32_t)strtol(text, NULL, 10);
    return STATUS_OK;
}

/* --- Starting one ----------------------------------------------------------------------------------------------------- */

/* The options that every command has, as they were given. */
static bool is_common(const char *name) {
    for (const Option *option = common_options; option->name != NULL; option++)
        if (strcmp(option->name, name) == 0)
            return true;
    return false;
}

/* Never returns. What it writes to is on its stack: the program that is started gets its own. */
static void become_worker(const Crew *crew, const Worker *worker, pid_t parent) {
    static char program[] = "ydelse", verb[] = "work", label[] = "--label";
    char run[NUMBER_SIZE], number[NUMBER_SIZE];
    char names[OPTION_VALUES_MAX][OPTION_NAME_SIZE];
    char *arguments[ARGUMENTS_MAX] = {program, verb, run, label, number};
    int count = 5;
    snprintf(run, sizeof run, "%d", crew->rules->run_id);
    snprintf(number, sizeof number, "%d", worker->number);
    for (int i = 0; i < crew->invocation->option_count; i++) {
        const OptionValue *option = &crew->invocation->options[i];
        if (!is_common(option->name))
            continue;
        snprintf(names[i], OPTION_NAME_SIZE, "--%s", option->name);
        arguments[count++] = names[i];
        if (option->value[0] != '\0')
            arguments[count++] = strdup(option->value);
    }
    /* When this process dies the kernel kills its workers; they look whether it died before they asked for that. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(STATUS_INTERNAL);
    execv("/proc/self/exe", arguments);
    _exit(STATUS_INTERNAL);
}

static Status start(Crew *crew, Worker *worker, Error *error) {
    const pid_t parent = getpid();
    fflush(NULL); /* nothing that waits in a buffer is written twice */
    worker->pid = fork();
    if (worker->pid == 0)
        become_worker(crew, worker, parent);
    if (worker->pid < 0) {
        worker->pid = 0;
        return error_errno(error, STATUS_INTERNAL, "start", "a worker");
    }
    crew->alive++;
    log_detail("run %d: worker %d is process %ld", crew->rules->run_id, worker->number, (long)worker->pid);
    return STATUS_OK;
}

/* --- Waiting for them -------------------------------------------------------------------------------------------------- */

static void end_all(Crew *crew) {
    for (int32_t i = 0; i < crew->count; i++)
        if (crew->workers[i].pid != 0)
            kill(crew->workers[i].pid, SIGKILL); /* it may stand still */
    for (int32_t i = 0; i < crew->count; i++) {
        while (crew->workers[i].pid != 0 && waitpid(crew->workers[i].pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        crew->workers[i].pid = 0;
    }
    crew->alive = 0;
}

/* Waits for the next one to end. */
static Worker *wait_for_one(Crew *crew, int *code) {
    pid_t pid;
    do
        pid = waitpid(-1, code, 0);
    while (pid < 0 && errno == EINTR);
    for (int32_t i = 0; i < crew->count; i++)
        if (crew->workers[i].pid == pid)
            return &crew->workers[i];
    return NULL;
}

static void tell_failure(Crew *crew, const Worker *worker, int code) {
    if (WIFSIGNALED(code))
        log_warning("run %d: worker %d was ended by signal %d", crew->rules->run_id, worker->number,
                    WTERMSIG(code));
    else
        log_warning("run %d: worker %d ended with exit code %d", crew->rules->run_id, worker->number,
                    WEXITSTATUS(code));
    if (crew->failed++ == 0)
        crew->first_failure = WIFSIGNALED(code) ? STATUS_INTERNAL : (Status)WEXITSTATUS(code);
}

/* What it had claimed is open again; a dead one is replaced while there is something to do for it. */
static Status after_failure(Crew *crew, Worker *worker, pid_t pid, int code, Error *error) {
    const bool died = WIFSIGNALED(code);
    char label[NUMBER_SIZE], name[WORKER_NAME_SIZE];
    ShardProgress progress;
    int32_t released;
    snprintf(label, sizeof label, "%d", worker->number);
    worker_name(pid, label, name);
    Status status = shard_release(crew->pg, crew->rules->run_id, name, &released, error);
    if (status == STATUS_OK)
        status = shard_progress(crew->pg, crew->rules, &progress, error);
    if (status != STATUS_OK)
        return status;
    if (progress.poisoned >= 0) {
        (void)shard_poisoned(crew->rules, &progress, error);
        if (!died) /* a disk that is full, or a server that is gone, is no mistake of the program */
            error->status = (Status)WEXITSTATUS(code);
        return error->status;
    }
    if (!died || progress.done == progress.shards || crew->restarts_left == 0)
        return STATUS_OK;
    crew->restarts_left--;
    return start(crew, worker, error);
}

static Status watch(Crew *crew, Error *error) {
    Status status = STATUS_OK;
    while (status == STATUS_OK && crew->alive > 0) {
        int code = 0;
        Worker *worker = wait_for_one(crew, &code);
        if (worker == NULL)
            return error_errno(error, STATUS_INTERNAL, "wait for", "a worker");
        const pid_t pid = worker->pid;
        worker->pid = 0;
        crew->alive--;
        if (WIFEXITED(code) && WEXITSTATUS(code) == 0)
            continue;
        tell_failure(crew, worker, code);
        status = after_failure(crew, worker, pid, code, error);
    }
    return status;
}

static Status judge(const Crew *crew, Error *error) {
    ShardProgress progress;
    const Status status = shard_progress(crew->pg, crew->rules, &progress, error);
    if (status != STATUS_OK || progress.done == progress.shards)
        return status;
    return error_set(error, crew->failed > 0 ? crew->first_failure : STATUS_INTERNAL,
                     "%d workers of run %d failed: %d of %d shards are done", crew->failed,
                     crew->rules->run_id, progress.done, progress.shards);
}

Status run_workers(Pg *pg, const ShardRules *rules, int32_t jobs, const Invocation *invocation,
                   Error *error) {
    Status status = STATUS_OK;
    Crew *crew = calloc(1, sizeof *crew);
    if (crew == NULL)
        return error_no_memory(error);
    crew->pg = pg;
    crew->rules = rules;
    crew->invocation = invocation;
    crew->count = jobs;
    crew->restarts_left = jobs * rules->attempts_max;
    for (int32_t i = 0; i < jobs && status == STATUS_OK; i++) {
        crew->workers[i].number = i + 1;
        status = start(crew, &crew->workers[i], error);
    }
    if (status == STATUS_OK)
        status = watch(crew, error);
    end_all(crew);
    if (status == STATUS_OK)
        status = judge(crew, error);
    free(crew);
    return status;
}
