/* ydelse reprocess: compute months again on purpose, show what changes, and seal it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bankday.h"
#include "io/base/mask.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/cpr_option.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/law/month_law.h"
#include "io/pay/payment_db.h"
#include "io/pg/look.h"
#include "io/run/reprocess_report.h"
#include "io/run/run_job.h"
#include "io/run/run_workers.h"

typedef struct {
    RunJob job;
    RateSet rates;
    char cpr[CPR_TEXT_SIZE];
    const char *output; /* or NULL: stdout */
    ReprocessReport report;
    ReprocessCounts counts;
} Reprocess;

/* --- Options ----------------------------------------------------------------------------------------------------- */

static Status read_months(Reprocess *reprocess, const Invocation *invocation, Error *error) {
    RunRequest *request = &reprocess->job.request;
    request->first_month = option_month(invocation, "month");
    request->month = option_month(invocation, option_given(invocation, "to") ? "to" : "month");
    if (request->month.index < request->first_month.index)
        return error_set(error, STATUS_USAGE, "--to %.40s is before --month", option_value(invocation, "to"));
    if (request->first_month.index < MONTH_OF_FIRST_LAW.index)
        return error_set(error, STATUS_USAGE, "--month %.40s: the act begins with 2013-01",
                         option_value(invocation, "month"));
    return STATUS_OK;
}

static Status read_reason(Reprocess *reprocess, const Invocation *invocation, Error *error) {
    const char *reason = option_value(invocation, "reason");
    if (reason == NULL || strspn(reason, " \t\r\n") == strlen(reason))
        return error_set(error, STATUS_USAGE, "--reason: expected a text");
    if (text_width(reason) > RUN_REASON_SIZE_MAX)
        return error_set(error, STATUS_USAGE, "--reason: at most %d characters", RUN_REASON_SIZE_MAX);
    if (mask_is_needed(reason))
        return error_set(error, STATUS_USAGE,
                         "--reason: leave CPR numbers out; everyone who may see runs can read it");
    reprocess->job.request.reason = reason;
    reprocess->report.reason = reason;
    return STATUS_OK;
}

static Status read_person(Reprocess *reprocess, const Invocation *invocation, Error *error) {
    Cpr cpr;
    if (!option_given(invocation, "cpr"))
        return STATUS_OK;
    const Status status = cpr_from_option(invocation, &cpr, error);
    if (status != STATUS_OK)
        return status;
    cpr_format(cpr, reprocess->cpr);
    reprocess->job.request.cpr = reprocess->cpr;
    reprocess->report.one_person = true;
    return STATUS_OK;
}

static void prepare_report(Reprocess *reprocess, const Invocation *invocation) {
    const Settings *settings = invocation->settings;
    const Policy policy = settings_policy(settings);
    ReprocessReport *report = &reprocess->report;
    report->danish = command_danish(invocation);
    report->dry_run = reprocess->job.dry_run;
    report->first_month = reprocess->job.request.first_month;
    report->last_month = reprocess->job.request.month;
    report->oldest_month =
        bankday_oldest_month(settings_today(settings), payment_setting_number(settings, "foraeldelse_aar"),
                             (Betalingsdag)policy.value[POLICY_BETALINGSDAG]);
}

/* The preview names people with their amounts. */
static Status open_look(Pg *pg, const Reprocess *reprocess, Error *error) {
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], detail[2 * DATE_TEXT_SIZE + 1];
    Cpr cpr;
    month_format(reprocess->job.request.first_month, first);
    month_format(reprocess->job.request.month, last);
    snprintf(detail, sizeof detail, "%s %s", first, last);
    const bool of_person =
        reprocess->report.one_person && cpr_parse(reprocess->cpr, (uint32_t)strlen(reprocess->cpr), &cpr);
    const Status status = look_open(pg,
                                    &(Look){.command = "reprocess",
                                            .cpr = of_person ? &cpr : NULL,
                                            .everyone = !of_person,
                                            .month = of_person ? &reprocess->job.request.first_month : NULL,
                                            .detail = detail},
                                    error);
    if (status == STATUS_NOT_PERMITTED)
        error_hint(error, "the user must be a member of the role ydelse_batch");
    return status;
}

/* --- The run ------------------------------------------------------------------------------------------------------- */

/* The preview is what the run has sealed in a transaction that is not committed yet: these very lines, or none. */
static Status print_preview(void *context, Pg *pg, const RunPlan *plan, Error *error) {
    Reprocess *reprocess = context;
    OutputFile output = {.stream = NULL};
    Status status = output_file_open_private(reprocess->output, &output, error);
    if (status == STATUS_OK)
        status = reprocess_report_write(output.stream, pg, plan->run_id, &reprocess->report,
                                        &reprocess->counts, error);
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    return status;
}

static Status read_options(Reprocess *reprocess, const Invocation *invocation, Error *error) {
    RunJob *job = &reprocess->job;
    job->request.reprocess = true;
    job->request.settings = invocation->settings;
    job->request.rates = &reprocess->rates;
    job->dry_run = option_given(invocation, "dry-run");
    job->danish = command_danish(invocation);
    job->wait_seconds = settings_wait_seconds(invocation->settings);
    job->before_commit = print_preview;
    job->invocation = invocation;
    job->context = reprocess;
    reprocess->output = option_value(invocation, "output");
    reprocess->report.format = listing_format(invocation);
    Status status = read_months(reprocess, invocation, error);
    if (status == STATUS_OK)
        status = jobs_from_option(invocation, &job->request.jobs, error);
    if (status == STATUS_OK)
        status = read_reason(reprocess, invocation, error);
    if (status == STATUS_OK)
        status = read_person(reprocess, invocation, error);
    prepare_report(reprocess, invocation);
    if (status == STATUS_OK)
        status = code_lists_load(error);
    return status != STATUS_OK ? status
                               : rate_set_load(option_value(invocation, "rates"), &reprocess->rates, error);
}

static Status run_command(const Invocation *invocation, Error *error) {
    Reprocess reprocess = {.output = NULL};
    RunJobOutcome outcome = {.load_status = STATUS_OK};
    Pg *pg = NULL;
    Status status = read_options(&reprocess, invocation, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = open_look(pg, &reprocess, error);
    if (status == STATUS_OK)
        status = run_job(pg, &reprocess.job, &outcome, error);
    if (status == STATUS_OK &&
        (reprocess.counts.held > 0 || (reprocess.job.dry_run && reprocess.counts.differences > 0)))
        status = STATUS_FINDINGS;
    run_job_outcome_free(&outcome);
    rate_set_free(&reprocess.rates);
    return status;
}

static const Option options[] = {
    {"month", "M", "the first month, YYYY-MM", true, false},
    {"to", "M2", "the last month (default: the first one)", false, false},
    {"cpr", "C|-", "only this participant; - reads the number from stdin", false, false},
    {"reason", "TEXT", "why; kept with the run and under its seal", true, false},
    {"dry-run", NULL, "stop after the preview and store nothing", false, false},
    {"rates", "F", "rate tables: a file or folder (default: the built-in ones)", false, false},
    {"policy", "K=V", "one policy, e.g. skat=ja", false, true},
    {"jobs", "N", "workers, each a process with connections of its own (default: drift.arbejdere)", false,
     false},
    TABLE_FORMAT_OPTION,
    {"output", "F", "write the preview to this file, readable by its owner only (default: stdout)", false,
     false},
    {NULL, NULL, NULL, false, false},
};

const Command command_reprocess = {
    .name = "reprocess",
    .summary = "compute months again on purpose; emits only differences",
    .operands = "",
    .options = options,
    .description = "Computes the months for everyone, or for one participant, by what is known now and the "
                   "law as it is now.\n"
                   "First comes a preview: by month and municipality how many were computed and changed and "
                   "by how much, then\n"
                   "who, with the amount before, after, and why. Then the run is sealed with its reason and "
                   "the database user.\n"
                   "Only differences are owed: a higher amount is paid by the next `ydelse pay`, a lower one "
                   "is a claim\n"
                   "(`ydelse claims`). The nightly run does this by itself for new facts; reprocess is for "
                   "corrected rates,\n"
                   "another policy, a corrected program.\n"
                   "\n"
                   "Text shows CPR numbers masked and the 50 largest differences; CSV and JSON have all of "
                   "them, CPR numbers\n"
                   "included: write these with --output. Months before the cut-over are computed but not "
                   "owed; months older\n"
                   "than setting betaling.foraeldelse_aar are marked, since `pay` only lists them. What is "
                   "held stays owed as it was.\n"
                   "\n"
                   "Exit code 1 when participants are held, and with --dry-run when there are differences; "
                   "65 when a month was\n"
                   "never computed (`ydelse run --month M` does that) or the participant is unknown. Needs "
                   "the role ydelse_batch.",
    .examples =
        "  ydelse reprocess --month 2024-01 --to 2024-06 --reason \"ny sats for maj\" --dry-run\n"
        "  ydelse reprocess --month 2024-01 --reason \"klage, sag 12\" --cpr - < cpr.txt\n"
        "  ydelse reprocess --month 2024-01 --reason kontrol --dry-run --format csv --output forskelle.csv",
    .run = run_command,
};
