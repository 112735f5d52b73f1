#include "io/pay/pay_again.h"

#include <stdio.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "io/pay/payment_db.h"
#include "io/pg/pg_array.h"

#define EVERYTHING "all"

/* The columns of sql/queries/pay_again.sql. */
enum { END_TO_END_ID, MONTH, AMOUNT_OERE };

/* The names as an array; everything: `all` is one of them. */
static Status read_names(const Invocation *invocation, PgArray *names, bool *everything, Error *error) {
    *everything = false;
    for (int i = 0; i < invocation->option_count; i++) {
        const OptionValue *option = &invocation->options[i];
        if (strcmp(option->name, "again") != 0)
            continue;
        if (strcmp(option->value, EVERYTHING) == 0)
            *everything = true;
        else if (!pg_array_add(names, (Text){option->value, (uint32_t)strlen(option->value)}))
            return error_no_memory(error);
    }
    if (*everything && names->count > 0)
        return error_set(error, STATUS_USAGE, "--again all: expected no other --again beside it");
    return STATUS_OK;
}

static void print_released(const PgRows *rows, bool danish) {
    Money total = MONEY_ZERO;
    for (int row = 0; row < pg_row_count(rows); row++)
        total = money_add(total, (Money){pg_integer(rows, row, AMOUNT_OERE)});
    printf("%s: %d %s, ", payment_words(danish, "frigivet til næste bunke", "released for the next batch"),
           pg_row_count(rows), payment_noun(pg_row_count(rows), danish));
    print_kroner(total, 0);
    printf(" kr.\n");
    for (int row = 0; row < pg_row_count(rows); row++) {
        printf("  %s  %s", pg_text(rows, row, END_TO_END_ID), pg_text(rows, row, MONTH));
        print_kroner((Money){pg_integer(rows, row, AMOUNT_OERE)}, 18);
        printf("\n");
    }
}

Status pay_again(Pg *pg, const Invocation *invocation, Error *error) {
    PgArray names = {0};
    PgRows *rows = NULL;
    bool everything;
    const char *reason = option_value(invocation, "reason");
    Status status = read_names(invocation, &names, &everything, error);
    if (status == STATUS_OK) {
        const PgParameter parameters[] = {{"ids", everything ? NULL : pg_array_text(&names)},
                                          {"reason", reason}};
        stop_point(STOP_AGAIN_BEGUN);
        status = payment_query(pg, "pay_again", 2, parameters, &rows, error);
        stop_point(STOP_AGAIN_RELEASED);
    }
    if (status == STATUS_OK)
        print_released(rows, command_danish(invocation));
    pg_rows_free(rows);
    pg_array_free(&names);
    return status;
}
