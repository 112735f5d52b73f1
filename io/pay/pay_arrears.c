#include "io/pay/pay_arrears.h"

#include <stdio.h>
#include <string.h>

#include "io/pay/payment_db.h"

/* The columns of sql/queries/pay_arrears.sql. */
enum { CHANGED, KOMMUNEKODE, MONTH, AMOUNT_OERE };

Status pay_arrears_check(const Invocation *invocation, Error *error) {
    const char *line = option_value(invocation, "arrears");
    const size_t size = strlen(line);
    char oere[PAYMENT_OERE_SIZE];
    const char *amount;
    if (size < 1 || size > 18 || strspn(line, "0123456789") != size || line[0] == '0')
        return error_set(error, STATUS_USAGE, "--arrears %.40s: expected the number of a line", line);
    Status status = payment_text_option("decision", option_value(invocation, "decision"),
                                        PAYMENT_DECISION_SIZE_MAX, error);
    if (status == STATUS_OK)
        status = payment_amount_option(option_value(invocation, "amount"), oere, &amount, error);
    if (status == STATUS_OK && amount == NULL)
        status = error_set(error, STATUS_USAGE, "--arrears needs --amount, what the decision is about");
    return status;
}

Status pay_arrears(Pg *pg, const Invocation *invocation, const char *first_month, Error *error) {
    const bool danish = command_danish(invocation);
    const char *line = option_value(invocation, "arrears");
    char oere[PAYMENT_OERE_SIZE];
    const char *amount;
    PgRows *rows = NULL;
    Status status = payment_amount_option(option_value(invocation, "amount"), oere, &amount, error);
    const PgParameter parameters[] = {{"line", line},
                                      {"amount", amount},
                                      {"decision", option_value(invocation, "decision")},
                                      {"first_month", first_month}};
    if (status == STATUS_OK)
        status = payment_query(pg, "pay_arrears", 4, parameters, &rows, error);
    if (status == STATUS_OK) {
        printf("%s %s %s: %s, %s, ", payment_words(danish, "linje", "line"), line,
               pg_text(rows, 0, CHANGED)[0] == 't'
                   ? payment_words(danish, "betales med næste bunke", "is paid by the next batch")
                   : payment_words(danish, "var allerede besluttet sådan", "was decided so already"),
               pg_text(rows, 0, KOMMUNEKODE), pg_text(rows, 0, MONTH));
        print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
        printf(" kr.\n");
    }
    pg_rows_free(rows);
    return status;
}
