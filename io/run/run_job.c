#include "io/run/run_job.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/base/log.h"
#include "io/base/stop_point.h"
#include "io/run/run_seal.h"
#include "io/run/run_work.h"
#include "io/run/run_workers.h"

typedef struct {
    Pg *pg;
    const RunJob *job;
    RunJobOutcome *outcome;
} Stage;

/* In a dry run everything happens in one transaction that is rolled back. */
static Status begin(const Stage *stage, Error *error) {
    return stage->job->dry_run ? STATUS_OK : pg_script(stage->pg, "BEGIN", error);
}

static Status commit(const Stage *stage, Error *error) {
    return stage->job->dry_run ? STATUS_OK : pg_script(stage->pg, "COMMIT", error);
}

static Status clean_up(const Stage *stage, Error *error) {
    int32_t count = 0;
    Status status = begin(stage, error);
    if (status == STATUS_OK)
        status = run_clean_up(stage->pg, &count, error);
    if (status == STATUS_OK)
        status = commit(stage, error);
    if (status == STATUS_OK && count > 0)
        log_warning("run: an earlier run did not reach its seal; what it left is dropped");
    return status;
}

static Status load_input(const Stage *stage, Error *error) {
    const RunJob *job = stage->job;
    LoadReport *report = &stage->outcome->load;
    char path[4096];
    char *paths[] = {path};
    Status status;
    if (job->input == NULL)
        return STATUS_OK;
    if (strlen(job->input) >= sizeof path)
        return error_set(error, STATUS_NO_INPUT, "the path of the input is too long");
    strcpy(path, job->input);
    const LoadRequest request = {
        .paths = paths, .path_count = 1, .dialect = *job->dialect, .danish = job->danish};
    if (!job->dry_run) {
        status = load_and_commit(stage->pg, &request, job->wait_seconds, report, error);
    } else {
        status = pg_lock(stage->pg, PG_LOCK_LOAD, job->wait_seconds, error);
        if (status == STATUS_OK)
            status = load_delivery(stage->pg, &request, report, error);
    }
    if (status != STATUS_OK)
        return status;
    load_report_print(report, job->dry_run, job->danish);
    stage->outcome->load_status = load_report_status(report, error);
    log_info("run: input loaded");
    return stage->outcome->load_status == STATUS_FINDINGS ? STATUS_OK : stage->outcome->load_status;
}

static Status plan(const Stage *stage, Error *error) {
    const RunJob *job = stage->job;
    RunPlan *made = &stage->outcome->plan;
    Status status = job->before_plan == NULL ? STATUS_OK : job->before_plan(job->context, stage->pg, error);
    if (status == STATUS_OK)
        status = begin(stage, error);
    if (status == STATUS_OK)
        status = run_plan_make(stage->pg, &job->request, made, error);
    if (status == STATUS_OK && job->plan_only && job->before_seal != NULL)
        status = job->before_seal(job->context, stage->pg, made, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_PLANNING);
    if (status == STATUS_OK)
        status = commit(stage, error);
    if (status != STATUS_OK)
        return status;
    log_run_set(made->run_id);
    log_info("run %d: planned, %d month%s, %s, %d shard%s", made->run_id, made->month_count,
             made->month_count == 1 ? "" : "s",
             run_plan_has_everyone(made) ? "everyone"
             : job->request.cpr != NULL  ? "one participant"
                                         : "only what new facts touch",
             made->shard_count, made->shard_count == 1 ? "" : "s");
    stop_point(STOP_RUN_PLANNED);
    return STATUS_OK;
}

/* In this process. A dry run is one transaction, in which the claims are, too. */
static Status work_alone(const Stage *stage, const ShardRules *rules, Error *error) {
    char name[WORKER_NAME_SIZE];
    int32_t left;
    Pg *claims = NULL;
    Status status = STATUS_OK;
    worker_name(getpid(), NULL, name);
    if (!stage->job->dry_run)
        status = pg_connect(command_dsn(stage->job->invocation), &claims, error);
    const RunWork work = {.plan = &stage->outcome->plan,
                          .rules = *rules,
                          .worker = name,
                          .claims = stage->job->dry_run ? stage->pg : claims,
                          .alone = true,
                          .wait = true};
    if (status == STATUS_OK)
        status = run_work(stage->pg, &work, &left, error);
    pg_close(claims);
    return status;
}

static Status work(const Stage *stage, Error *error) {
    const RunJob *job = stage->job;
    const RunPlan *made = &stage->outcome->plan;
    const ShardRules rules = shard_rules(job->request.settings, made->run_id);
    const int32_t jobs = job->request.jobs < made->shard_count ? job->request.jobs : made->shard_count;
    const Status status = jobs > 1 && !job->dry_run
                              ? run_workers(stage->pg, &rules, jobs, job->invocation, error)
                              : work_alone(stage, &rules, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_WORKED);
    return status;
}

static Status seal(const Stage *stage, Error *error) {
    const RunJob *job = stage->job;
    const RunPlan *made = &stage->outcome->plan;
    Status status = begin(stage, error);
    if (status == STATUS_OK && job->before_seal != NULL)
        status = job->before_seal(job->context, stage->pg, made, error);
    if (status == STATUS_OK)
        status = run_seal(stage->pg, made->run_id, error);
    if (status == STATUS_OK && job->before_commit != NULL)
        status = job->before_commit(job->context, stage->pg, made, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_SEALING);
    if (status == STATUS_OK)
        status = commit(stage, error);
    if (status != STATUS_OK)
        return status;
    stop_point(STOP_RUN_SEALED);
    if (!job->dry_run)
        log_info("run %d: sealed", made->run_id);
    return STATUS_OK;
}

/* What a failed run leaves is dropped at once when the database still answers, else by the next run. */
static void abandon(const Stage *stage) {
    Error ignored;
    int32_t count;
    if (pg_in_transaction(stage->pg))
        (void)pg_script(stage->pg, "ROLLBACK", &ignored);
    if (stage->outcome->plan.run_id != 0 && !stage->job->dry_run)
        (void)run_clean_up(stage->pg, &count, &ignored);
}

Status run_job(Pg *pg, const RunJob *job, RunJobOutcome *outcome, Error *error) {
    Error ignored;
    const Stage stage = {pg, job, outcome};
    *outcome = (RunJobOutcome){.load_status = STATUS_OK};
    Status status = pg_lock(pg, PG_LOCK_RUN, job->wait_seconds, error);
    if (status != STATUS_OK)
        return status;
    if (job->dry_run && job->request.jobs > 1)
        log_info("run: a dry run is one transaction, which has one worker");
    if (job->dry_run)
        status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = clean_up(&stage, error);
    if (status == STATUS_OK)
        status = load_input(&stage, error);
    if (status == STATUS_OK)
        status = plan(&stage, error);
    if (status == STATUS_OK && !job->plan_only)
        status = work(&stage, error);
    if (status == STATUS_OK && !job->plan_only)
        status = seal(&stage, error);
    if (status == STATUS_OK && !job->plan_only && job->after != NULL)
        status = job->after(job->context, pg, &outcome->plan, error);
    if (status != STATUS_OK)
        abandon(&stage);
    else if (job->dry_run)
        (void)pg_script(pg, "ROLLBACK", &ignored);
    return status;
}

void run_job_outcome_free(RunJobOutcome *outcome) {
    run_plan_free(&outcome->plan);
    load_report_free(&outcome->load);
}
