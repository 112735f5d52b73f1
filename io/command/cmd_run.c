/* ydelse run: the nightly job. Load, find what is to be computed, compute, store, seal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/command/command.h"
#include "io/command/dialect.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/law/law_notice.h"
#include "io/law/month_law.h"
#include "io/load/expected_check.h"
#include "io/pay/payment_db.h"
#include "io/run/news.h"
#include "io/run/run_job.h"
#include "io/run/run_seal.h"
#include "io/run/run_workers.h"

typedef struct {
    RunJob job;
    RateSet rates;
    Dialect dialect;
    Date today;
    bool has_news;
    Expected expected;
    MissingFiles missing;
    const char *override_missing; /* why to go on without what is missing, or NULL */
    char *reason;                 /* the same with what is missing */
} Run;

/* A run that others compute and seal says its number, and nothing else, on stdout. */
static Status read_plan_only(Run *run, const Invocation *invocation, Error *error) {
    if (!option_given(invocation, "plan-only"))
        return STATUS_OK;
    if (option_given(invocation, "dry-run") || option_given(invocation, "input"))
        return error_set(error, STATUS_USAGE, "--plan-only goes without --dry-run and --input");
    run->job.plan_only = run->job.request.apart = true;
    return STATUS_OK;
}

/* Before anything is computed: have the expected files come? */
static Status check_input(void *context, Pg *pg, Error *error) {
    Run *run = context;
    const Status status = expected_check(pg, &run->expected, run->today, &run->missing, error);
    if (status != STATUS_OK)
        return status;
    missing_print(&run->missing, run->job.danish);
    if (run->missing.unknown == 0)
        return STATUS_OK;
    if (run->override_missing == NULL) {
        error_set(error, STATUS_DATA,
                  "%d of the expected input files are missing or too small: nothing is computed",
                  run->missing.unknown);
        error_hint(error, "load them and run again, or go on without them by --override-missing REASON");
        return STATUS_DATA;
    }
    run->reason = missing_reason(&run->missing, run->override_missing);
    if (run->reason == NULL)
        return error_no_memory(error);
    run->job.request.reason = run->reason;
    return STATUS_OK;
}

static Status note_input(void *context, Pg *pg, const RunPlan *plan, Error *error) {
    const Run *run = context;
    return missing_note(pg, plan->run_id, &run->expected, run->today, &run->missing, error);
}

static Status print_summary(void *context, Pg *pg, const RunPlan *plan, Error *error) {
    Run *run = context;
    Status status = run_summary_print(pg, plan->run_id, run->job.danish, run->job.dry_run, error);
    if (status == STATUS_OK)
        status = law_notice_print(pg, plan->run_id, run->job.danish, error);
    return status != STATUS_OK
               ? status
               : news_print(pg, plan->run_id, run->today, run->job.danish, &run->has_news, error);
}

/* An option that is a reason; NULL: not given. */
static Status read_reason(const Invocation *invocation, const char *option, int size_max, const char **reason,
                          Error *error) {
    *reason = option_value(invocation, option);
    if (*reason == NULL)
        return STATUS_OK;
    if (strspn(*reason, " \t\r\n") == strlen(*reason))
        return error_set(error, STATUS_USAGE, "--%s: expected a reason", option);
    if (text_width(*reason) > size_max)
        return error_set(error, STATUS_USAGE, "--%s: at most %d characters", option, size_max);
    if (mask_is_needed(*reason))
        return error_set(error, STATUS_USAGE,
                         "--%s: leave CPR numbers out; everyone who may see runs can read it", option);
    return STATUS_OK;
}

static Status read_options(Run *run, const Invocation *invocation, Error *error) {
    RunRequest *request = &run->job.request;
    Status status = STATUS_OK;
    request->month = option_month(invocation, "month");
    if (request->month.index < MONTH_OF_FIRST_LAW.index)
        status = error_set(error, STATUS_USAGE, "--month %.40s: the act begins with 2013-01",
                           option_value(invocation, "month"));
    if (status == STATUS_OK)
        status = jobs_from_option(invocation, &request->jobs, error);
    if (status == STATUS_OK)
        status = read_plan_only(run, invocation, error);
    if (status == STATUS_OK)
        status = dialect_from_options(invocation, &run->dialect, error);
    request->full = option_given(invocation, "full");
    request->settings = invocation->settings;
    request->rates = &run->rates;
    run->job.input = option_value(invocation, "input");
    run->job.dialect = &run->dialect;
    run->job.dry_run = option_given(invocation, "dry-run");
    run->job.danish = command_danish(invocation);
    run->job.wait_seconds = settings_wait_seconds(invocation->settings);
    run->today = settings_today(invocation->settings);
    run->job.before_plan = check_input;
    run->job.before_seal = note_input; /* so that the seal covers it */
    run->job.after = print_summary;
    run->job.invocation = invocation;
    run->job.context = run;
    if (status == STATUS_OK)
        status =
            read_reason(invocation, "override-missing", OVERRIDE_SIZE_MAX, &run->override_missing, error);
    if (status == STATUS_OK)
        status =
            read_reason(invocation, "accept-cutover", RUN_REASON_SIZE_MAX, &request->accept_cutover, error);
    if (status == STATUS_OK)
        status =
            expected_load(setting_get(invocation->settings, "drift", "forventet"), &run->expected, error);
    if (status == STATUS_OK)
        status = code_lists_load(error);
    return status != STATUS_OK ? status
                               : rate_set_load(option_value(invocation, "rates"), &run->rates, error);
}

static Status run_command(const Invocation *invocation, Error *error) {
    Run run = {.has_news = false};
    RunJobOutcome outcome = {.load_status = STATUS_OK};
    Pg *pg = NULL;
    Status status = read_options(&run, invocation, error);
    if (status == STATUS_OK)
        status = pg_connect(command_dsn(invocation), &pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK)
        status = run_job(pg, &run.job, &outcome, error);
    if (status == STATUS_OK && run.job.plan_only)
        printf("%d\n", outcome.plan.run_id);
    if (status == STATUS_OK && (run.has_news || outcome.load.unknown_count > 0))
        status = STATUS_FINDINGS;
    run_job_outcome_free(&outcome);
    missing_free(&run.missing);
    free(run.reason);
    rate_set_free(&run.rates);
    pg_close(pg);
    return status;
}

static const Option options[] = {
    {"month", "M", "the month, YYYY-MM", true, false},
    {"input", "DIR", "load this delivery first", false, false},
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {"rates", "F", "rate tables: a file or folder (default: the built-in ones)", false, false},
    {"policy", "K=V", "one policy, e.g. skat=ja", false, true},
    {"override-missing", "REASON", "go on without expected files; why is kept with the run", false, false},
    {"accept-cutover", "REASON", "the cut-over is meant to be another one; why is kept with the run", false,
     false},
    {"full", NULL, "compute everyone, in every month from the cut-over on", false, false},
    {"dry-run", NULL, "compute and print what would change; store nothing", false, false},
    {"jobs", "N", "workers, each a process with connections of its own (default: drift.arbejdere)", false,
     false},
    {"plan-only", NULL, "plan, and print the run's number for `ydelse work` and `ydelse seal`", false, false},
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
        "\n"
        "Setting drift.forventet names the files that are expected, by municipality and day "
        "(config/forventet.csv\n"
        "shows how). When one has not come since the last run for an earlier due day, or has far fewer rows "
        "than\n"
        "last time, nothing is computed: exit 65, with a line on stderr for each. --override-missing goes on "
        "and\n"
        "keeps who and why with the run, under its seal; for that due day it is known from then on.\n"
        "\n"
        "A cut-over (settings [cutover]) that is not the one of the last sealed run would owe months that "
        "another system\n"
        "paid, or stop paying months: exit 78, unless --accept-cutover says why; that stands under the seal. "
        "A "
        "later\n"
        "cut-over takes away nothing that is owed already.\n"
        "\n"
        "Exit code 1 means news since the nightly run before: rows or files were rejected and not yet put "
        "right,\n"
        "participants are held who were not held for that, or files of no known kind came. What was known "
        "before\n"
        "is printed with its age, and is no news: such a night exits 0. `ydelse rejects` and `ydelse held` "
        "list\n"
        "all of it, and exit 1 as long as there is any. 75: another run is at work, or one that was planned "
        "by\n"
        "--plan-only is open.\n"
        "\n"
        "--jobs N computes with N workers, who share out the participants; one that is lost is replaced. The "
        "result and\n"
        "its digest are the same for any number. --plan-only stops after the plan: the workers (`ydelse "
        "work`) may then be\n"
        "on any number of machines, and `ydelse seal` ends the run; N says for how many to plan.",
    .examples = "  ydelse run --month 2024-03 --input samples/lille\n  ydelse run --month 2024-03 --dry-run",
    .run = run_command,
    .nightly = true,
};
