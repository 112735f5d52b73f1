/* ydelse seal: seal a run whose shards are done, or give it up. */
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/base/stop_point.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/law/law_notice.h"
#include "io/pay/payment_db.h"
#include "io/run/news.h"
#include "io/run/run_record.h"
#include "io/run/run_seal.h"
#include "io/run/run_shard.h"

#define ABANDON_SIZE_MAX 400

static Status check_reason(const char *reason, Error *error) {
    if (reason == NULL)
        return STATUS_OK;
    if (strspn(reason, " \t\r\n") == strlen(reason))
        return error_set(error, STATUS_USAGE, "--abandon: expected a reason");
    if (text_width(reason) > ABANDON_SIZE_MAX)
        return error_set(error, STATUS_USAGE, "--abandon: at most %d characters", ABANDON_SIZE_MAX);
    if (mask_is_needed(reason))
        return error_set(error, STATUS_USAGE,
                         "--abandon: leave CPR numbers out; everyone who may see runs can read it");
    return STATUS_OK;
}

static Status seal(Pg *pg, int32_t run_id, Error *error) {
    Status status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = run_seal(pg, run_id, error);
    if (status == STATUS_OK)
        stop_point(STOP_RUN_SEALING);
    if (status == STATUS_OK)
        status = pg_script(pg, "COMMIT", error);
    if (status == STATUS_OK) {
        stop_point(STOP_RUN_SEALED);
        log_info("run %d: sealed", run_id);
    }
    return status;
}

static Status print(const Invocation *invocation, Pg *pg, int32_t run_id, bool *has_news, Error *error) {
    const bool danish = command_danish(invocation);
    Status status = run_summary_print(pg, run_id, danish, false, error);
    if (status == STATUS_OK)
        status = law_notice_print(pg, run_id, danish, error);
    return status != STATUS_OK
               ? status
               : news_print(pg, run_id, settings_today(invocation->settings), danish, has_news, error);
}

static Status seal_and_print(const Invocation *invocation, Pg *pg, int32_t run_id, bool *has_news,
                             Error *error) {
    const ShardRules rules = shard_rules(invocation->settings, run_id);
    ShardProgress progress;
    Status status = shard_progress(pg, &rules, &progress, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(progress.state, "failed") == 0)
        return error_set(error, STATUS_DATA, "run %d was given up", run_id);
    if (strcmp(progress.state, "sealed") == 0)
        log_info("run %d is sealed already", run_id);
    else if (!progress.apart)
        status = error_set(error, STATUS_TRY_AGAIN,
                           "run %d belongs to a `ydelse run` that has ended: the next one cleans up after it",
                           run_id);
    else
        status = seal(pg, run_id, error);
    return status == STATUS_OK ? print(invocation, pg, run_id, has_news, error) : status;
}

static Status run_command(const Invocation *invocation, Error *error) {
    const char *reason = option_value(invocation, "abandon");
    int32_t run_id;
    bool has_news = false;
    Pg *pg = NULL;
    Status status = run_number_parse(invocation->operands[0], "seal", &run_id, error);
    if (status == STATUS_OK)
        status = check_reason(reason, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = pg_lock(pg, PG_LOCK_RUN, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK && reason != NULL) {
        status = run_abandon(pg, run_id, reason, error);
        if (status == STATUS_OK)
            log_info("run %d: given up; its workers are refused from now on", run_id);
    } else if (status == STATUS_OK) {
        status = seal_and_print(invocation, pg, run_id, &has_news, error);
    }
    return status == STATUS_OK && has_news ? STATUS_FINDINGS : status;
}

static const Option options[] = {
    {"abandon", "REASON", "give the run up instead: nothing of it will ever be seen", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_seal = {
    .name = "seal",
    .summary = "seal a planned run whose shards are done, or give it up",
    .operands = "RUN",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "The end of a run that was planned by `ydelse run --plan-only` and computed by `ydelse work`: one "
        "transaction in\n"
        "which every shard is counted and the results, what is owed, and the seal become visible together. "
        "Prints what\n"
        "`ydelse run` prints. A run that is sealed already is printed again and not changed.\n"
        "\n"
        "Until it is sealed or given up the run stays open, whatever became of its workers, and no other run "
        "begins.\n"
        "\n"
        "Exit code 1: news, as of `ydelse run`. 65: there is no such run, or it was given up. 75: shards are "
        "not done yet,\n"
        "or another run is at work. Needs the role ydelse_batch.",
    .examples = "  ydelse seal 7\n  ydelse seal 7 --abandon \"wrong rates\"",
    .run = run_command,
    .nightly = true,
};
