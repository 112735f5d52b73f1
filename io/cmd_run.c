/* ydelse run: the nightly job. Load, find what is to be computed, compute, store, seal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/code_list.h"
#include "io/command.h"
#include "io/dialect.h"
#include "io/load.h"
#include "io/log.h"
#include "io/run_plan.h"
#include "io/run_seal.h"
#include "io/run_work.h"
#include "io/stop_point.h"

#define JOBS_MAX 64

typedef struct {
    const Invocation *invocation;
    Pg *pg;
    RateSet rates;
    RunRequest request;
    RunPlan plan;
    LoadReport load;
    Status load_status;
    bool dry_run;
    int64_t held;
} Run;

/* --- Options --------------------------------------------------------------------------------------------------- */

static Status read_options(Run *run, Error *error) {
    const Invocation *invocation = run->invocation;
    const char *month = option_value(invocation, "month");
    const char *jobs = option_value(invocation, "jobs");
    if (!month_parse(month, (uint32_t)strlen(month), &run->request.month))
        return error_set(error, STATUS_USAGE, "--month %.40s: expected YYYY-MM", month);
    if (run->request.month.index < MONTH_OF_FIRST_LAW.index)
        return error_set(error, STATUS_USAGE, "--month %.40s: the act begins with 2013-01", month);
    if (jobs != NULL && (strlen(jobs) > 2 || strspn(jobs, "0123456789") != strlen(jobs) ||
                         strtol(jobs, NULL, 10) < 1 || strtol(jobs, NULL, 10) > JOBS_MAX))
        return error_set(error, STATUS_USAGE, "--jobs %.40s: expected a number from 1 to %d", jobs, JOBS_MAX);
    run->request.full = option_given(invocation, "full");
    run->request.settings = invocation->settings;
    run->dry_run = option_given(invocation, "dry-run");
    run->request.rates = &run->rates;
    const Status status = code_lists_load(error);
    return status != STATUS_OK ? status
                               : rate_set_load(option_value(invocation, "rates"), &run->rates, error);
}

/* --- Stages ------------------------------------------------------------------------------------------------------ */

/* In a dry run everything happens in one transaction that is rolled back. */
static Status begin(const Run *run, Error *error) {
    return run->dry_run ? STATUS_OK : pg_script(run->pg, "BEGIN", error);
}

static Status commit(const Run *run, Error *error) {
    return run->dry_run ? STATUS_OK : pg_script(run->pg, "COMMIT", error);
}

static Status clean_up(const Run *run, Error *error) {
    int32_t count = 0;
    Status status = begin(run, error);
    if (status == STATUS_OK)
        status = run_clean_up(run->pg, &count, error);
    if (status == STATUS_OK)
        status = commit(run, error);
    if (status == STATUS_OK && count > 0)
        log_warning("run: an earlier run did not reach its seal; what it left is dropped");
    return status;
}

static Status load_input(Run *run, Error *error) {
    const char *folder = option_value(run->invocation, "input");
    char path[4096];
    char *paths[] = {path};
    LoadRequest request = {.paths = paths, .path_count = 1, .danish = command_danish(run->invocation)};
    if (folder == NULL)
        return STATUS_OK;
    if (strlen(folder) >= sizeof path)
        return error_set(error, STATUS_NO_INPUT, "the path of the input is too long");
    strcpy(path, folder);
    const int wait_seconds = settings_wait_seconds(run->invocation->settings);
    Status status = dialect_from_options(run->invocation, &request.dialect, error);
    if (status == STATUS_OK && !run->dry_run)
        status = load_and_commit(run->pg, &request, wait_seconds, &run->load, error);
    else if (status == STATUS_OK) {
        status = pg_lock(run->pg, PG_LOCK_LOAD, wait_seconds, error);
        if (status == STATUS_OK)
            status = load_delivery(run->pg, &request, &run->load, error);
    }
    if (status != STATUS_OK)
        return status;
    load_report_print(&run->load, request.danish);
    run->load_status = load_report_status(&run->load, error);
    log_info("run: input loaded");
    return run->load_status == STATUS_FINDINGS ? STATUS_OK : run->load_status;
}

static Status plan(Run *run, Error *error) {
    Status status = begin(run, error);
    if (status == STATUS_OK)
        status = run_plan_make(run->pg, &run->request, &run->plan, error);
    if (status == STATUS_OK)
        status = commit(run, error);
    if (status != STATUS_OK)
        return status;
    log_info("run %d: planned, %d months, %s", run->plan.run_id, run->plan.month_count,
             run_plan_has_everyone(&run->plan) ? "everyone" : "only what new facts touch");
    stop_point(STOP_RUN_PLANNED);
    return STATUS_OK;
}

static Status work(Run *run, Error *error) {
    Status status = begin(run, error);
    if (status == STATUS_OK)
        status = run_work(run->pg, &run->plan, error);
    if (status == STATUS_OK)
        status = commit(run, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_WORKED);
    return status;
}

static Status seal(Run *run, Error *error) {
    Status status = begin(run, error);
    if (status == STATUS_OK)
        status = run_seal(run->pg, run->plan.run_id, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_SEALING);
    if (status == STATUS_OK)
        status = commit(run, error);
    if (status != STATUS_OK)
        return status;
    stop_point(STOP_RUN_SEALED);
    log_info("run %d: sealed", run->plan.run_id);
    return STATUS_OK;
}

/* What a failed run leaves is dropped at once when the database still answers, else by the next run. */
static void abandon(const Run *run) {
    Error ignored;
    int32_t count;
    if (pg_in_transaction(run->pg))
        (void)pg_script(run->pg, "ROLLBACK", &ignored);
    if (run->plan.run_id != 0 && !run->dry_run)
        (void)run_clean_up(run->pg, &count, &ignored);
}

static Status run_stages(Run *run, Error *error) {
    Error ignored;
    Status status = run->dry_run ? pg_script(run->pg, "BEGIN", error) : STATUS_OK;
    if (status == STATUS_OK)
        status = clean_up(run, error);
    if (status == STATUS_OK)
        status = load_input(run, error);
    if (status == STATUS_OK)
        status = plan(run, error);
    if (status == STATUS_OK)
        status = work(run, error);
    if (status == STATUS_OK)
        status = seal(run, error);
    if (status == STATUS_OK)
        status = run_summary_print(run->pg, run->plan.run_id, command_danish(run->invocation), run->dry_run,
                                   &run->held, error);
    if (status != STATUS_OK)
        abandon(run);
    else if (run->dry_run)
        (void)pg_script(run->pg, "ROLLBACK", &ignored);
    return status;
}

static Status run_command(const Invocation *invocation, Error *error) {
    Run run = {.invocation = invocation};
    Status status = read_options(&run, error);
    if (status == STATUS_OK)
        status = pg_connect(command_dsn(invocation), &run.pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(run.pg, error);
    if (status == STATUS_OK)
        status = pg_lock(run.pg, PG_LOCK_RUN, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK)
        status = run_stages(&run, error);
    if (status == STATUS_OK && (run.held > 0 || run.load_status == STATUS_FINDINGS))
        status = STATUS_FINDINGS;
    run_plan_free(&run.plan);
    load_report_free(&run.load);
    rate_set_free(&run.rates);
    pg_close(run.pg);
    return status;
}

static const Option options[] = {
    {"month", "M", "the month, YYYY-MM", true, false},
    {"input", "DIR", "load this delivery first", false, false},
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {"rates", "F", "rate tables: a file or folder (default: the built-in ones)", false, false},
    {"policy", "K=V", "one policy, e.g. skat=ja", false, true},
    {"full", NULL, "compute everyone, in every month from the cut-over on", false, false},
    {"dry-run", NULL, "compute and print what would change; store nothing", false, false},
    {"jobs", "N", "number of workers (one is used for now)", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_run = {
    .name = "run",
    .summary = "the nightly job: load, compute what is new, store, seal",
    .operands = "",
    .options = options,
    .description =
        "Computes month M, and every earlier month from the cut-over on that new facts touch. The first run "
        "of a\n"
        "month computes everyone; later ones only the participants whose facts changed. Results, what is "
        "owed, and\n"
        "the seal become visible together, in one transaction, or not at all; a killed run leaves nothing, "
        "and the\n"
        "next one cleans up after it. The summary goes to stdout, one line per stage to stderr.\n"
        "Exit code 1 when rows were rejected or participants are held, 75 when another run is at work.",
    .examples = "  ydelse run --month 2024-03 --input samples/lille\n  ydelse run --month 2024-03 --dry-run",
    .run = run_command,
};
