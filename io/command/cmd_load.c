/* ydelse load: check and store a delivery. */
#include <stdlib.h>

#include "io/command/command.h"
#include "io/command/dialect.h"
#include "io/load/load.h"

static Status load_operands(Pg *pg, const Invocation *invocation, Error *error) {
    LoadReport report = {0};
    LoadRequest request = {
        .paths = invocation->operands,
        .path_count = invocation->operand_count,
        .danish = command_danish(invocation),
    };
    Status status = dialect_from_options(invocation, &request.dialect, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK)
        status = load_and_commit(pg, &request, settings_wait_seconds(invocation->settings), &report, error);
    if (status == STATUS_OK) {
        load_report_print(&report, false, request.danish);
        status = load_report_status(&report, error);
    }
    load_report_free(&report);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    Status status = pg_connect(command_dsn(invocation), &pg, error);
    if (status == STATUS_OK)
        status = load_operands(pg, invocation, error);
    pg_close(pg);
    return status;
}

static const Option options[] = {
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_load = {
    .name = "load",
    .summary = "check and store a delivery",
    .operands = "FILE-OR-DIR...",
    .operands_min = 1,
    .operands_max = -1,
    .options = options,
    .description = "Reads the files as one delivery and stores every row as a fact, counts it as a "
                   "duplicate, or keeps it as a\n"
                   "reject: per file, read = stored + duplicate + rejected. All of it is committed, or "
                   "nothing. The same content\n"
                   "again is a no-op, except that its rejected rows are tried again. Rows whose participant "
                   "is not known are\n"
                   "kept and count by themselves when the participant arrives. The accounting goes to "
                   "stdout, findings to\n"
                   "stderr; `ydelse rejects` lists what is open.\n"
                   "Exit code 1 when rows were rejected, 65 when no file could be used, 75 when another load "
                   "is at work.",
    .examples = "  ydelse load samples/lille\n  ydelse load --charset latin1 indkomst-2024-03.csv",
    .run = run,
    .nightly = true,
};
