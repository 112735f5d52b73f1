/* ydelse replay: compute as known then, compare with what was sealed, write nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/progress.h"
#include "io/command/as_of.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/law/month_law.h"
#include "io/pg/look.h"
#include "io/proof/erased.h"
#include "io/proof/replay_print.h"

typedef struct {
    const Invocation *invocation;
    Pg *pg;
    const char *law_time; /* "": each run's own law */
    int32_t data_as_of;   /* 0: each run's own data */
    RunRecord *runs;
    int32_t run_count;
    ReplayPrinter printer;
    int32_t different_count;
    int64_t results;
} Replays;

/* --- Which runs ----------------------------------------------------------------------------------------------------- */

static Status check_options(const Invocation *invocation, Error *error) {
    const bool walk = option_given(invocation, "from") || option_given(invocation, "to");
    const bool run = option_given(invocation, "run"), month = option_given(invocation, "month");
    if (!walk && !run && !month)
        return error_set(error, STATUS_USAGE, "say which: --month M, --run N, or --from M --to M");
    if (walk && (run || month))
        return error_set(error, STATUS_USAGE, "--from and --to walk all runs: without --month and --run");
    if (walk && (!option_given(invocation, "from") || !option_given(invocation, "to")))
        return error_set(error, STATUS_USAGE, "--from and --to belong together");
    if (walk && option_given(invocation, "data-as-of"))
        return error_set(error, STATUS_USAGE,
                         "--from and --to: each run has its own data, without --data-as-of");
    return STATUS_OK;
}

static Status one_run(Replays *replays, const char *number, Error *error) {
    int32_t run_id;
    Status status = run_number_parse(number, "--run", &run_id, error);
    replays->runs = calloc(1, sizeof replays->runs[0]);
    if (status == STATUS_OK && replays->runs == NULL)
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = run_record_get(replays->pg, run_id, &replays->runs[0], error);
    replays->run_count = 1;
    return status;
}

/* A run of a month other than --month asks for is a mistake of whoever typed it. */
static Status check_month(const Replays *replays, Error *error) {
    if (option_given(replays->invocation, "month") &&
        option_month(replays->invocation, "month").index != replays->runs[0].month.index)
        return error_set(error, STATUS_USAGE, "run %d is not of --month %.40s", replays->runs[0].run_id,
                         option_value(replays->invocation, "month"));
    return STATUS_OK;
}

/* A month of which some runs are erased is replayed by those that are left, and says so. */
static void note_erased(Pg *pg, Month month) {
    Error note = {.status = STATUS_OK};
    erased_month_hint(pg, month, &note);
    if (note.hint[0] != '\0')
        log_warning("replay: earlier runs of the month: %s", note.hint);
}

static Status find_runs(Replays *replays, Error *error) {
    const Invocation *invocation = replays->invocation;
    const bool walk = option_given(invocation, "from");
    const char *number = option_value(invocation, "run");
    if (number != NULL) {
        const Status status = one_run(replays, number, error);
        return status == STATUS_OK ? check_month(replays, error) : status;
    }
    const RunSelection selection = {.first = option_month(invocation, walk ? "from" : "month"),
                                    .last = option_month(invocation, walk ? "to" : "month"),
                                    .data_as_of_max = replays->data_as_of,
                                    .holding = !walk};
    Status status = run_records_list(replays->pg, &selection, &replays->runs, &replays->run_count, error);
    if (status == STATUS_OK && replays->run_count == 0)
        status = error_set(error, STATUS_NO_INPUT, "no run was sealed there%s",
                           replays->data_as_of == 0 ? "" : " with the data known then");
    if (status == STATUS_NO_INPUT)
        erased_month_hint(replays->pg, selection.first, error);
    else if (status == STATUS_OK && !walk)
        note_erased(replays->pg, selection.first);
    return status;
}

/* --- One run ---------------------------------------------------------------------------------------------------------- */

static Status read_known(const Replays *replays, const ReplayRequest *request, ReplayKnown *known,
                         Error *error) {
    char run[16], as_of[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", request->run.run_id);
    snprintf(as_of, sizeof as_of, "%d", request->data_as_of);
    const PgParameter parameters[] = {{"run", run}, {"as_of", as_of}, {"time", replays->law_time}};
    Status status = pg_query_file(replays->pg, "replay_known", 3, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) != 1)
        status = error_set(error, STATUS_INTERNAL, "what run %s was computed with is gone", run);
    for (int side = 0; status == STATUS_OK && side < 2; side++) {
        snprintf(known->loaded_at[side], REPLAY_TIME_SIZE, "%s", pg_text(rows, 0, side));
        snprintf(known->satser_hex[side], SHA256_HEX_SIZE, "%s", pg_text(rows, 0, 2 + 2 * side));
        snprintf(known->politik_hex[side], SHA256_HEX_SIZE, "%s", pg_text(rows, 0, 3 + 2 * side));
    }
    if (status == STATUS_OK) {
        known->data_as_of = request->data_as_of;
        known->months_everyone = pg_integer(rows, 0, 6);
        known->months_touched = pg_integer(rows, 0, 7);
    }
    pg_rows_free(rows);
    return status;
}

/* What was known then is asked of the last run; what earlier ones still hold was computed by what they knew. */
static int32_t data_of(const Replays *replays, const RunRecord *run) {
    const bool last = run == &replays->runs[replays->run_count - 1];
    return replays->data_as_of == 0 || !last ? run->data_as_of : replays->data_as_of;
}

static Status replay_one(Replays *replays, const RunRecord *run, ReplayOutcome *outcome, Error *error) {
    ReplayRequest request = {.run = *run, .data_as_of = data_of(replays, run)};
    const ReplaySink sink = {replay_print_difference, &replays->printer};
    StoredLaw law = {.rates = {.memory = NULL}};
    ReplayKnown known = {.data_as_of = 0};
    Error ignored;
    replays->printer.run = run;
    /* A transaction for each run: a walk of an hour must not stand in the way of the next night. */
    Status status = pg_script(replays->pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
    if (status == STATUS_OK)
        status = replays->law_time[0] == '\0' ? stored_law_of_run(replays->pg, run->run_id, &law, error)
                                              : stored_law_as_of(replays->pg, replays->law_time, &law, error);
    request.law = &law;
    if (status == STATUS_OK)
        status = read_known(replays, &request, &known, error);
    if (status == STATUS_OK)
        status = replay_run(replays->pg, &request, &sink, outcome, error);
    if (status == STATUS_OK)
        replay_print_run(&replays->printer, &known, outcome);
    stored_law_free(&law);
    if (pg_in_transaction(replays->pg))
        (void)pg_script(replays->pg, "ROLLBACK", &ignored);
    return status;
}

/* --- Progress ----------------------------------------------------------------------------------------------------------- */

/* Where no bar can be drawn, a line for each run. */
static void show_progress(const Replays *replays, int32_t done, const ReplayOutcome *outcome) {
    const RunRecord *run = &replays->runs[done - 1];
    char month[DATE_TEXT_SIZE];
    if (log_terminal()) {
        progress_at(done, replays->run_count, replays->results);
        return;
    }
    month_format(run->month, month);
    log_info("replay: %d/%d run %d, %s: %" PRId64 " results, %s", done, replays->run_count, run->run_id,
             month, outcome->results, outcome->equal ? "equal" : "DIFFERENT");
}

static Status replay_all(Replays *replays, Error *error) {
    Status status = STATUS_OK;
    progress_begin(PROGRESS_REPLAY);
    for (int32_t i = 0; i < replays->run_count && status == STATUS_OK; i++) {
        ReplayOutcome outcome;
        status = replay_one(replays, &replays->runs[i], &outcome, error);
        if (status != STATUS_OK)
            break;
        replays->different_count += !outcome.equal;
        replays->results += outcome.results;
        if (replays->run_count > 1)
            show_progress(replays, i + 1, &outcome);
    }
    progress_end();
    if (status != STATUS_OK)
        return status;
    if (replays->run_count > 1 && replays->printer.format == TABLE_TEXT)
        printf(replays->printer.danish ? "%d kørsler beregnet igen, %d afviger\n"
                                       : "%d runs computed again, %d differ\n",
               replays->run_count, replays->different_count);
    if (fflush(stdout) != 0)
        return error_errno(error, STATUS_IO, "write", "stdout");
    return replays->different_count == 0 ? STATUS_OK : STATUS_FINDINGS;
}

/* --- The command ---------------------------------------------------------------------------------------------------------- */

static Status read_as_of(Replays *replays, Error *error) {
    const char *data = option_value(replays->invocation, "data-as-of");
    const char *law = option_value(replays->invocation, "law-as-of");
    replays->law_time = law == NULL ? "" : law;
    const Status status =
        data == NULL ? STATUS_OK : delivery_as_of(replays->pg, data, &replays->data_as_of, error);
    return status == STATUS_OK && law != NULL ? time_check(replays->pg, law, "--law-as-of", error) : status;
}

/* One look for all of them. */
static Status look_at_runs(const Replays *replays, Error *error) {
    char detail[64];
    snprintf(detail, sizeof detail, replays->run_count > 1 ? "%d-%d" : "%d",
             replays->run_count == 0 ? 0 : replays->runs[0].run_id,
             replays->run_count == 0 ? 0 : replays->runs[replays->run_count - 1].run_id);
    return look_open(replays->pg, &(Look){.command = "replay", .everyone = true, .detail = detail}, error);
}

static Status run_replay(const Invocation *invocation, Error *error) {
    Replays replays = {.invocation = invocation};
    replays.printer = (ReplayPrinter){
        .out = stdout, .format = listing_format(invocation), .danish = command_danish(invocation)};
    Status status = check_options(invocation, error);
    if (status == STATUS_OK)
        status = code_lists_load(error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &replays.pg, error);
    if (status == STATUS_OK)
        status = read_as_of(&replays, error);
    if (status == STATUS_OK)
        status = find_runs(&replays, error);
    if (status == STATUS_OK)
        status = look_at_runs(&replays, error);
    if (status == STATUS_OK) {
        replays.printer.whole = replays.run_count == 1;
        replay_print_begin(&replays.printer);
        status = replay_all(&replays, error);
    }
    if (status == STATUS_NOT_PERMITTED)
        error_hint(error, "replay reads facts and results of everybody: as ydelse_auditor, ydelse_batch or "
                          "the owner");
    free(replays.runs);
    return status;
}

static const Option options[] = {
    {"month", "M", "the month as it stands: every sealed run whose results it holds, YYYY-MM", false, false},
    {"run", "N", "this run", false, false},
    {"from", "M", "every sealed run of the months from this one on", false, false},
    {"to", "M", "... to this one", false, false},
    {"data-as-of", "T", "what was known then: a delivery's number, or a time", false, false},
    {"law-as-of", "T", "the newest rates and policies that were stored by this time", false, false},
    {"format", "text|csv|json", "text (default), the rows that differ as CSV, or JSON lines", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_replay = {
    .name = "replay",
    .summary = "compute a sealed run again and compare; write nothing",
    .operands = "",
    .options = options,
    .description =
        "Computes a sealed run again from the facts that were known to it, with the rates and "
        "policies it used, and\n"
        "holds three things against each other: the hashes that were sealed, the results that are "
        "stored, and the\n"
        "results that are computed now. Where they differ, every field is printed as\n"
        "koersel;maaned;cpr_nummer;felt;gemt;beregnet;segl: segl says whom the seal proves right, "
        "\"gemt\" (the\n"
        "calculation has changed), \"beregnet\" (what is stored was changed), or \"ingen\". felt "
        "\"raekke\": the row is on\n"
        "one side only.\n"
        "--month takes the last run that computed everybody of the month and each later one that corrected "
        "somebody in\n"
        "it, by whatever month that is named: the month as it stands. A run is computed as a whole, with its "
        "other months.\n"
        "With --data-as-of it is the month as it stood with what was known then, and the last of the runs is "
        "computed with\n"
        "that; --law-as-of computes with other rates and policies: the differences are then what they "
        "change.\n"
        "Reads in one read-only transaction for each run; works on a restored copy and with "
        "nothing but the right to\n"
        "read. Exit code 0 when all is equal, 1 when something differs, 65 or 66 when nothing is "
        "sealed there.",
    .examples = "  ydelse replay --month 2024-03\n"
                "  ydelse replay --month 2024-03 --data-as-of 2024-04-01 --format csv\n"
                "  ydelse replay --from 2013-01 --to 2026-12",
    .run = run_replay,
};
