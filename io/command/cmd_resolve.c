/* ydelse resolve: two people say whether a payment that the bank rejected and later accepted was made. */
#include <stdio.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/pay/payment_db.h"
#include "io/pg/look.h"

static const Option options[] = {
    {"outcome", "O", "betalt (it was paid) or ikke_betalt (it was not, or the money is back)", true, false},
    {"reason", "TEXT", "what the bank says; kept with the batch", true, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/payment_resolve.sql. */
enum { STEP, KOMMUNEKODE, MONTH, AMOUNT_OERE, PROPOSED_BY };

static void print_step(const Invocation *invocation, const PgRows *rows) {
    const bool danish = command_danish(invocation);
    const char *step = pg_text(rows, 0, STEP);
    const bool paid = strcmp(option_value(invocation, "outcome"), "betalt") == 0;
    printf("%s (%s, %s, ", invocation->operands[0], pg_text(rows, 0, KOMMUNEKODE), pg_text(rows, 0, MONTH));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(" kr.): ");
    if (strcmp(step, "var_afgjort") == 0)
        printf(danish ? "var allerede afgjort som %s (foreslået af %s)\n"
                      : "was resolved as %s already (proposed by %s)\n",
               option_value(invocation, "outcome"), pg_text(rows, 0, PROPOSED_BY));
    else if (strcmp(step, "afgjort") != 0)
        printf(danish ? "foreslået som %s; en anden skal give samme kommando, før det gælder\n"
                      : "proposed as %s; another person must give the same command before it counts\n",
               option_value(invocation, "outcome"));
    else if (paid)
        printf(danish ? "afgjort som betalt (foreslået af %s): betalingen står ved magt\n"
                      : "resolved as betalt (proposed by %s): the payment stands\n",
               pg_text(rows, 0, PROPOSED_BY));
    else
        printf(
            danish
                ? "afgjort som ikke betalt (foreslået af %s): den kan betales igen med `ydelse pay --again`\n"
                : "resolved as ikke_betalt (proposed by %s): it can be paid again with `ydelse pay "
                  "--again`\n",
            pg_text(rows, 0, PROPOSED_BY));
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    const char *outcome = option_value(invocation, "outcome");
    const char *reason = option_value(invocation, "reason");
    if (strcmp(outcome, "betalt") != 0 && strcmp(outcome, "ikke_betalt") != 0)
        return error_set(error, STATUS_USAGE, "--outcome %.40s: expected betalt or ikke_betalt", outcome);
    const PgParameter parameters[] = {
        {"payment", invocation->operands[0]}, {"outcome", outcome}, {"reason", reason}};
    Status status = payment_reason_option(reason, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, &(Look){.command = "resolve", .detail = outcome}, &pg, error);
    if (status == STATUS_OK)
        status = pg_lock(pg, PG_LOCK_PAY, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK) {
        stop_point(STOP_RESOLVE_BEGUN);
        status = payment_query(pg, "payment_resolve", 3, parameters, &rows, error);
        stop_point(STOP_RESOLVE_RESOLVED);
    }
    if (status == STATUS_OK)
        print_step(invocation, rows);
    pg_rows_free(rows);
    return status;
}

const Command command_resolve = {
    .name = "resolve",
    .summary = "two people say whether a payment that was rejected and later accepted was made",
    .operands = "PAYMENT",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "When the bank accepts a payment that it rejected before, nothing changes by itself, and nobody can "
        "let "
        "it be\n"
        "paid again: ask the bank what happened. Then one person says so with this command and another one "
        "gives "
        "the\n"
        "same command; only then it counts. PAYMENT is the EndToEndId, as in `ydelse rejected`.\n"
        "\n"
        "  betalt        the payment stands as accepted, and what is owed falls by it\n"
        "  ikke_betalt   it stays rejected; `ydelse pay --again` lets it be paid again\n"
        "\n"
        "When the money has been paid again meanwhile (DOBBELT), betalt is refused: take the new payment out "
        "of its "
        "batch\n"
        "while that is possible, else ask the bank to return one of the two and read its answer with `ydelse "
        "settle`.\n"
        "Then the first is betalt when the second came back, and ikke_betalt when the first did. Exit code "
        "77 when "
        "there\n"
        "is nothing to resolve or it may not be resolved so.",
    .examples = "  ydelse resolve YD1234-1 --outcome betalt --reason \"the bank's letter of 4 April\"\n",
    .run = run,
};
