/* ydelse cancel: give a payment batch up before its file goes out. */
#include <stdio.h>
#include <string.h>

#include "io/mask.h"
#include "io/payment_db.h"

static const Option options[] = {
    {"reason", "TEXT", "why; kept with the batch", true, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/pay_cancel.sql. */
enum { CHANGED, KOMMUNEKODE, DUE_DATE, PAYMENT_COUNT, AMOUNT_OERE };

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    const char *reason = option_value(invocation, "reason");
    Status status = payment_batch_operand(invocation, error);
    if (status != STATUS_OK)
        return status;
    if (strspn(reason, " \t\r\n") == strlen(reason))
        return error_set(error, STATUS_USAGE, "--reason: expected a text");
    if (mask_is_needed(reason))
        return error_set(error, STATUS_USAGE,
                         "--reason: leave CPR numbers out; everyone who may see batches can read it");
    const PgParameter parameters[] = {{"batch_id", invocation->operands[0]}, {"reason", reason}};
    status = payment_connect(invocation, &pg, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "pay_cancel", 2, parameters, &rows, error);
    if (status == STATUS_OK) {
        const bool danish = command_danish(invocation);
        const bool changed = pg_text(rows, 0, CHANGED)[0] == 't';
        printf("batch %s %s: %s %s, ", invocation->operands[0],
               changed ? payment_words(danish, "er annulleret", "is cancelled")
                       : payment_words(danish, "var allerede annulleret", "was cancelled already"),
               pg_text(rows, 0, PAYMENT_COUNT),
               payment_words(danish, "betalinger er åbne igen", "payments are open again"));
        print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
        printf(" kr.\n");
    }
    pg_rows_free(rows);
    pg_close(pg);
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
        "emitted cannot be cancelled: only the bank can recall it.",
    .examples = "  ydelse cancel 7 --reason \"a payee has died\"\n",
    .run = run,
};
