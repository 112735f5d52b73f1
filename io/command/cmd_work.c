/* ydelse work: compute shards of a planned run, beside any number of others, on any machine. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/command/command.h"
#include "io/intake/code_list.h"
#include "io/run/run_record.h"
#include "io/run/run_work.h"

typedef struct {
    RunRecord run;
    StoredLaw law;
    RunPlan plan;
    RunWork work;
    ShardProgress progress;
    char name[WORKER_NAME_SIZE];
    Pg *results, *claims;
} Task;

/* What was planned by other sources would be computed by other rules. */
static Status check_program(const char *planned_by, int32_t run_id, Error *error) {
    char program[256];
    snprintf(program, sizeof program, "version=%s\nsources=%s\n", program_version, program_sources_sha256);
    if (strcmp(planned_by, program) == 0)
        return STATUS_OK;
    error_set(error, STATUS_CONFIG, "run %d was planned by another version of the program", run_id);
    error_hint(error, "all its workers must be built from the same sources as the program that planned it");
    return STATUS_CONFIG;
}

static Status read_run(Task *task, Error *error) {
    char run[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", task->run.run_id);
    const PgParameter parameters[] = {{"run", run}};
    Status status = pg_query_file(task->results, "work_run", 1, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0)
        status = error_set(error, STATUS_DATA, "there is no run %d", task->run.run_id);
    if (status == STATUS_OK) {
        (void)month_parse(pg_text(rows, 0, 0), 7, &task->run.month);
        task->run.data_as_of = (int32_t)pg_integer(rows, 0, 1);
        status = check_program(pg_text(rows, 0, 2), task->run.run_id, error);
    }
    pg_rows_free(rows);
    return status;
}

static Status connect(Task *task, const Invocation *invocation, Error *error) {
    Status status = pg_connect(command_dsn(invocation), &task->results, error);
    if (status == STATUS_OK)
        status = pg_require_schema(task->results, error);
    return status == STATUS_OK ? pg_connect(command_dsn(invocation), &task->claims, error) : status;
}

static Status compute(Task *task, Error *error) {
    int32_t left = 0;
    Status status = read_run(task, error);
    if (status == STATUS_OK)
        status = stored_law_of_run(task->results, task->run.run_id, &task->law, error);
    if (status == STATUS_OK)
        status = run_plan_again(task->results, &task->run, &task->law, &task->plan, error);
    task->work.plan = &task->plan;
    task->work.worker = task->name;
    task->work.claims = task->claims;
    if (status == STATUS_OK)
        status = run_work(task->results, &task->work, &left, error);
    if (status == STATUS_OK && left > 0) {
        error_set(error, STATUS_TRY_AGAIN, "%d shards of run %d are with other workers", left,
                  task->run.run_id);
        status = STATUS_TRY_AGAIN;
    }
    return status;
}

static Status begin(Task *task, const Invocation *invocation, Error *error) {
    const char *label = option_value(invocation, "label");
    Status status = run_number_parse(invocation->operands[0], "work", &task->run.run_id, error);
    if (status == STATUS_OK && label != NULL && (label[0] == '\0' || strlen(label) >= WORKER_LABEL_SIZE))
        status =
            error_set(error, STATUS_USAGE, "--label: expected 1 to %d characters", WORKER_LABEL_SIZE - 1);
    if (status != STATUS_OK)
        return status;
    worker_name(getpid(), label, task->name);
    log_worker_set(label == NULL ? task->name : label);
    task->work.rules = shard_rules(invocation->settings, task->run.run_id);
    task->work.wait = !option_given(invocation, "no-wait");
    status = code_lists_load(error);
    if (status == STATUS_OK)
        status = connect(task, invocation, error);
    return status == STATUS_OK ? shard_progress(task->claims, &task->work.rules, &task->progress, error)
                               : status;
}

static Status run_command(const Invocation *invocation, Error *error) {
    Task task = {.results = NULL};
    Status status = begin(&task, invocation, error);
    if (status == STATUS_OK && strcmp(task.progress.state, "sealed") == 0)
        log_info("run %d is sealed: there is nothing to compute", task.run.run_id);
    else if (status == STATUS_OK && strcmp(task.progress.state, "failed") == 0)
        status = error_set(error, STATUS_DATA, "run %d was given up", task.run.run_id);
    else if (status == STATUS_OK)
        status = compute(&task, error);
    run_plan_free(&task.plan);
    stored_law_free(&task.law);
    pg_close(task.results);
    pg_close(task.claims);
    return status;
}

static const Option options[] = {
    {"label", "NAME", "a name for the log and the run's record (default: host/process)", false, false},
    {"no-wait", NULL, "do not wait for shards that others have claimed", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_work = {
    .name = "work",
    .summary = "compute shards of a planned run, beside other workers on any machine",
    .operands = "RUN",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "Claims one shard of the run after the other, computes it by the data and law that the run was "
        "planned with,\n"
        "and stores its results, which nobody sees before `ydelse seal`. Any number of workers may be "
        "started, by anything:\n"
        "`ydelse run --jobs N` does it on one machine, config/slurm/ and config/kubernetes/ on many. Ends "
        "when all shards\n"
        "of the run are done.\n"
        "\n"
        "A claim is a lease (setting drift.leje_sekunder), renewed while the worker computes. When a worker "
        "is lost, its\n"
        "shard is another's once the lease is over; should it come back, the database refuses what it "
        "brings. A shard that\n"
        "was begun drift.forsoeg times and never finished fails the run.\n"
        "\n"
        "Exit code 0: all shards are done, or the run is sealed. 65: there is no such run, or it was given "
        "up. 70: a shard\n"
        "fails again and again. 75: it was given up meanwhile; with --no-wait also: others are at work. 78: "
        "planned by\n"
        "another version of the program. Needs the role ydelse_batch and two connections.",
    .examples = "  run=$(ydelse run --month 2024-03 --plan-only)\n"
                "  ydelse work $run & ydelse work $run & wait\n"
                "  ydelse seal $run",
    .run = run_command,
};
