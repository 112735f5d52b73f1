/* ydelse migrate: bring the schema up to date. */
#include <stdlib.h>

#include "io/base/log.h"
#include "io/command/command.h"
#include "io/pg/migrate.h"

/* A migration is short and done once for all: waiting for another one is always right. */
#define MIGRATE_WAIT_SECONDS 60

static const Option options[] = {
    {"check", NULL, "change nothing; exit 78 when the schema is older than the program", false, false},
    {NULL, NULL, NULL, false, false},
};

static Status check(Pg *pg, SchemaState *state, Error *error) {
    const Status status = migrate_state(pg, state, error);
    if (status != STATUS_OK)
        return status;
    if (state->pending > 0) {
        error_set(error, STATUS_CONFIG, "the schema is too old: %d migrations are to be applied",
                  state->pending);
        error_detail(error, "applied: %d, this program needs: %d", state->applied, state->known);
        error_hint(error, "run `ydelse migrate`");
        return STATUS_CONFIG;
    }
    if (state->applied > state->known)
        log_warning("the schema (%d) is newer than this program (%d)", state->applied, state->known);
    log_info("migrate: schema %d is up to date", state->applied);
    return STATUS_OK;
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    SchemaState state;
    Status status = pg_connect(command_dsn(invocation), &pg, error);
    if (status != STATUS_OK)
        return status;
    if (option_given(invocation, "check"))
        status = check(pg, &state, error);
    else
        status = migrate_apply(pg, MIGRATE_WAIT_SECONDS, &state, error);
    if (status == STATUS_OK && !option_given(invocation, "check"))
        log_info("migrate: %d applied, the schema is at %d", state.pending, state.known);
    pg_close(pg);
    return status;
}

const Command command_migrate = {
    .name = "migrate",
    .summary = "bring the database's schema up to date",
    .operands = "",
    .options = options,
    .description =
        "Applies the migrations that the database lacks, each in its own transaction, and records them.\n"
        "Running it again changes nothing. A migration that was applied and differs from this program's\n"
        "is an error (78). The user who migrates owns the schema.",
    .examples = "  ydelse migrate\n  ydelse migrate --check && echo up to date\n",
    .run = run,
};
