/* ydelse approve: a second person says yes to a payment batch. */
#include <stdio.h>

#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/pay/payment_db.h"

static const Option options[] = {
    {"despite-limits", "REASON", "approve a batch over a limit; the reason is kept", false, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/pay_approve.sql. */
enum { CHANGED, KOMMUNEKODE, DUE_DATE, PAYMENT_COUNT, AMOUNT_OERE, APPROVED_BY };

static void print_approval(const char *batch_id, const PgRows *rows, bool danish) {
    const bool changed = pg_text(rows, 0, CHANGED)[0] == 't';
    printf("%s %s ", payment_words(danish, "bunke", "batch"), batch_id);
    if (changed)
        printf("%s", payment_words(danish, "er godkendt af", "is approved by"));
    else
        printf("%s", payment_words(danish, "var allerede godkendt af", "was approved already by"));
    printf(" %s: %s %s, %s ", pg_text(rows, 0, APPROVED_BY), payment_words(danish, "kommune", "municipality"),
           pg_text(rows, 0, KOMMUNEKODE), pg_text(rows, 0, PAYMENT_COUNT));
    printf("%s, ", payment_noun(pg_integer(rows, 0, PAYMENT_COUNT), danish));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(" kr., %s %s\n", payment_words(danish, "til betaling", "to be paid on"),
           pg_text(rows, 0, DUE_DATE));
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    Status status = payment_batch_operand(invocation, error);
    if (status != STATUS_OK)
        return status;
    const PgParameter parameters[] = {{"batch_id", invocation->operands[0]},
                                      {"despite_limits", option_value(invocation, "despite-limits")}};
    status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = payment_limits_set(pg, invocation->settings, error);
    if (status == STATUS_OK) {
        stop_point(STOP_APPROVE_BEGUN);
        status = payment_query(pg, "pay_approve", 2, parameters, &rows, error);
        stop_point(STOP_APPROVE_APPROVED);
    }
    if (status == STATUS_OK)
        print_approval(invocation->operands[0], rows, command_danish(invocation));
    pg_rows_free(rows);
    return status;
}

const Command command_approve = {
    .name = "approve",
    .summary = "approve a payment batch, as another person than its maker",
    .operands = "BATCH",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "The database refuses an approval by the database user who made the batch (exit 77). A batch over a "
        "limit\n"
        "(`ydelse pay` lists them, by the settings betaling.graense_* of the maker; they are held against "
        "yours once\n"
        "more) is refused with exit 77, too, until --despite-limits tells why it is right; the log keeps "
        "who and why.\n"
        "Approving what you have approved already changes nothing. Then: `ydelse emit BATCH`.",
    .examples =
        "  PGUSER=lone ydelse approve 7\n"
        "  PGUSER=lone ydelse approve 8 --despite-limits \"efterbetaling efter afgørelse AFG-2024-17\"\n",
    .run = run,
};
