/* ydelse cancel: give a payment batch up before its file goes out. */
#include <stdio.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/pay/payment_db.h"

static const Option options[] = {
    {"reason", "TEXT", "why; kept with the batch", true, false},
    {"payment", "EEID", "take only this payment out (its EndToEndId); an approval is void", false, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/pay_cancel.sql. */
enum { CHANGED, KOMMUNEKODE, DUE_DATE, PAYMENT_COUNT, AMOUNT_OERE };

/* The columns of sql/queries/pay_remove.sql after those above. */
enum { WAS_STATE = AMOUNT_OERE + 1 };

static void print_removed(const Invocation *invocation, const PgRows *rows) {
    const bool danish = command_danish(invocation);
    const bool changed = pg_text(rows, 0, CHANGED)[0] == 't';
    printf("%s %s: %s %s, %s %s %s, ", option_value(invocation, "payment"),
           changed ? payment_words(danish, "er taget ud", "is taken out")
                   : payment_words(danish, "var allerede taget ud", "was taken out already"),
           payment_words(danish, "bunke", "batch"), invocation->operands[0], pg_text(rows, 0, PAYMENT_COUNT),
           payment_noun(pg_integer(rows, 0, PAYMENT_COUNT), danish),
           payment_words(danish, "tilbage", "left"));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(" kr.\n");
    if (changed && strcmp(pg_text(rows, 0, WAS_STATE), "approved") == 0)
        puts(payment_words(danish, "godkendelsen er bortfaldet: bunken skal godkendes igen",
                           "the approval is void: the batch must be approved again"));
}

static void print_cancelled(const Invocation *invocation, const PgRows *rows) {
    const bool danish = command_danish(invocation);
    const bool changed = pg_text(rows, 0, CHANGED)[0] == 't';
    printf("%s %s %s: %s %s, ", payment_words(danish, "bunke", "batch"), invocation->operands[0],
           changed ? payment_words(danish, "er annulleret", "is cancelled")
                   : payment_words(danish, "var allerede annulleret", "was cancelled already"),
           pg_text(rows, 0, PAYMENT_COUNT),
           pg_integer(rows, 0, PAYMENT_COUNT) == 1
               ? payment_words(danish, "betaling er åben igen", "payment is open again")
               : payment_words(danish, "betalinger er åbne igen", "payments are open again"));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(" kr.\n");
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    const char *reason = option_value(invocation, "reason");
    Status status = payment_batch_operand(invocation, error);
    if (status != STATUS_OK)
        return status;
    status = payment_reason_option(reason, error);
    if (status != STATUS_OK)
        return status;
    const char *payment = option_value(invocation, "payment");
    const PgParameter parameters[] = {
        {"batch_id", invocation->operands[0]}, {"reason", reason}, {"end_to_end_id", payment}};
    status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK) {
        stop_point(STOP_CANCEL_BEGUN);
        status = payment_query(pg, payment == NULL ? "pay_cancel" : "pay_remove", payment == NULL ? 2 : 3,
                               parameters, &rows, error);
        stop_point(STOP_CANCEL_CANCELLED);
    }
    if (status == STATUS_OK && payment == NULL)
        print_cancelled(invocation, rows);
    else if (status == STATUS_OK)
        print_removed(invocation, rows);
    pg_rows_free(rows);
    return status;
}

const Command command_cancel = {
    .name = "cancel",
    .summary = "give a payment batch up before its file goes out",
    .operands = "BATCH",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "What was in the batch is owed again, and the next `ydelse pay` takes it. A batch whose file was\n"
        "emitted cannot be cancelled: only the bank can recall it (`ydelse recall`).\n"
        "\n"
        "With --payment only that payment is taken out and is owed again; the rest stays, as a draft that "
        "must be\n"
        "approved (again).",
    .examples = "  ydelse cancel 7 --reason \"a wrong date\"\n  ydelse cancel 7 --payment YD31-1 --reason "
                "\"the payee has died\"\n",
    .run = run,
};
