/* ydelse recall: note that the bank was asked to stop a batch whose file is out. */
#include <stdio.h>

#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/pay/payment_db.h"

static const Option options[] = {
    {"reason", "TEXT", "why; kept with the batch", true, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/pay_recall.sql. */
enum { CHANGED, KOMMUNEKODE, DUE_DATE, PAYMENT_COUNT, AMOUNT_OERE, MESSAGE_ID };

static void print_recall(const char *batch, const PgRows *rows, bool danish) {
    printf("%s %s %s: %s, %s %s, ", payment_words(danish, "bunke", "batch"), batch,
           pg_text(rows, 0, CHANGED)[0] == 't'
               ? payment_words(danish, "er tilbagekaldt", "is recalled")
               : payment_words(danish, "var allerede tilbagekaldt", "was recalled already"),
           pg_text(rows, 0, KOMMUNEKODE), pg_text(rows, 0, PAYMENT_COUNT),
           payment_noun(pg_integer(rows, 0, PAYMENT_COUNT), danish));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(danish
               ? " kr.\n"
                 "Banken ved det ikke endnu: bed den efter dens egen procedure for tilbagekaldelse om at "
                 "standse\n"
                 "meddelelse %s til udførelse %s. Betalingerne er sendt, indtil banken svarer; læs dens svar "
                 "med\n`ydelse settle FIL`.\n"
               : " kr.\n"
                 "The bank does not know yet: ask it, by its own procedure for recalls, to stop message\n"
                 "%s for execution on %s. The payments stay sent until the bank answers; read its answer "
                 "with\n`ydelse settle FILE`.\n",
           pg_text(rows, 0, MESSAGE_ID), pg_text(rows, 0, DUE_DATE));
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    const char *reason = option_value(invocation, "reason");
    Status status = payment_batch_operand(invocation, error);
    if (status == STATUS_OK)
        status = payment_reason_option(reason, error);
    const PgParameter parameters[] = {{"batch_id", invocation->operands[0]}, {"reason", reason}};
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK) {
        stop_point(STOP_RECALL_BEGUN);
        status = payment_query(pg, "pay_recall", 2, parameters, &rows, error);
        stop_point(STOP_RECALL_RECALLED);
    }
    if (status == STATUS_OK)
        print_recall(invocation->operands[0], rows, command_danish(invocation));
    pg_rows_free(rows);
    return status;
}

const Command command_recall = {
    .name = "recall",
    .summary = "note that the bank is asked to stop a batch whose file is out",
    .operands = "BATCH",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "For an emitted batch that is not answered yet. The recall itself is the bank's own procedure: this "
        "notes\n"
        "who asked for it, when and why, and `ydelse status` lists the batch. Its payments stay sent, and "
        "cannot "
        "be\n"
        "paid again, until the bank has answered and `ydelse settle` has read it (RJCT with reason CUST).\n"
        "A batch that is not emitted is given up with `ydelse cancel`.",
    .examples = "  ydelse recall 7 --reason \"wrong day of execution\"\n",
    .run = run,
};
