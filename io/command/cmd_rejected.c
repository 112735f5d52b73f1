/* ydelse rejected: payments that came back, why, and what to do about them. */
#include <stdio.h>
#include <string.h>

#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/pay/answer.h"
#include "io/pay/payment_db.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"

static const Option options[] = {
    {"kommune", "K", "only this municipality (four digits)", false, false},
    TABLE_FORMAT_OPTION,
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/rejected.sql, and what is made of its code. */
enum {
    END_TO_END_ID,
    KOMMUNEKODE,
    MONTH,
    AMOUNT,
    STATE,
    CODE,
    REASON,
    ANSWERED,
    DAYS,
    PLACE,
    AGAIN,
    PROPOSED,
    PROPOSED_BY,
    LIST_COUNT
};
enum { MEANING = LIST_COUNT, ADVICE, COLUMN_COUNT };

static const TableColumn columns[COLUMN_COUNT] = {
    [END_TO_END_ID] = {"end_to_end_id", "betaling", "payment", CELL_TEXT},
    [KOMMUNEKODE] = {"kommunekode", "kommune", "munic.", CELL_TEXT},
    [MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [AMOUNT] = {"beloeb", "beløb, kr.", "amount, kr.", CELL_KRONER},
    [STATE] = {"tilstand", "tilstand", "state", CELL_TEXT},
    [CODE] = {"kode", "kode", "code", CELL_TEXT},
    [REASON] = {"grund", "grund", "reason", CELL_TEXT},
    [ANSWERED] = {"besvaret", "besvaret", "answered", CELL_TEXT},
    [DAYS] = {"dage", "dage", "days", CELL_NUMBER},
    [PLACE] = {"deltager", "deltager (fil:linje)", "participant (file:line)", CELL_TEXT},
    [AGAIN] = {"betalt_igen_med", "betalt igen med", "paid again by", CELL_TEXT},
    [PROPOSED] = {"foreslaaet", "foreslået", "proposed", CELL_TEXT},
    [PROPOSED_BY] = {"foreslaaet_af", "af", "by", CELL_TEXT},
    [MEANING] = {"betydning", "betydning", "meaning", CELL_TEXT},
    [ADVICE] = {"goer", "gør", "what to do", CELL_TEXT},
};

static void put_row(Table *table, const AnswerCodes *codes, const PgRows *rows, int row) {
    const AnswerCode *code = answer_code_stored(codes, pg_text(rows, row, CODE), pg_text(rows, row, REASON));
    for (int column = 0; column < LIST_COUNT; column++) {
        char shown[MASKED_SIZE];
        if (columns[column].kind != CELL_TEXT || pg_is_null(rows, row, column)) {
            table_pg_cell(table, rows, row, column);
            continue;
        }
        payment_place(pg_text(rows, row, column), shown);
        table_text(table, shown);
    }
    const char *state = pg_text(rows, row, STATE);
    if (code == NULL)
        table_empty(table);
    else
        table_text(table, table->danish ? code->name_da : code->name_en);
    if (strcmp(state, "MODSTRID") == 0)
        table_text(table,
                   payment_words(table->danish,
                                 "Banken har senere accepteret den: spørg banken, og afgør det med to "
                                 "personer (ydelse resolve)",
                                 "The bank accepted it later: ask the bank, then two people resolve it "
                                 "(ydelse resolve)"));
    else if (strcmp(state, "DOBBELT") == 0)
        table_text(table, payment_words(
                              table->danish,
                              "Måske betalt to gange: bed banken om den ene retur, læs dens svar, og afgør "
                              "det (ydelse resolve)",
                              "Perhaps paid twice: ask the bank to return one, read its answer, then resolve "
                              "it (ydelse resolve)"));
    else if (code == NULL)
        table_empty(table);
    else
        table_text(table, table->danish ? code->advice_da : code->advice_en);
}

static Status print_rows(const AnswerCodes *codes, const PgRows *rows, TableFormat format, bool danish,
                         Error *error) {
    Table table;
    table_begin(&table, stdout, format, danish, columns, COLUMN_COUNT);
    for (int row = 0; row < pg_row_count(rows); row++)
        put_row(&table, codes, rows, row);
    if (format == TABLE_TEXT && pg_row_count(rows) == 0)
        puts(payment_words(danish, "ingen afviste betalinger", "no rejected payments"));
    return table_end(&table, error);
}

static Status run(const Invocation *invocation, Error *error) {
    AnswerCodes codes;
    char today[DATE_TEXT_SIZE];
    const char *kommune = option_value(invocation, "kommune");
    Pg *pg = NULL;
    PgRows *rows = NULL;
    (void)payment_today(invocation->settings, today);
    const PgParameter parameters[] = {{"today", today}, {"kommune", kommune}};
    Status status = answer_codes_load(&codes, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, &(Look){.command = "rejected", .detail = kommune}, &pg, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "rejected", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = print_rows(&codes, rows, listing_format(invocation), command_danish(invocation), error);
    pg_rows_free(rows);
    return status;
}

const Command command_rejected = {
    .name = "rejected",
    .summary = "payments that the bank rejected, why, and what to do about them",
    .operands = "",
    .options = options,
    .description =
        "Lists the payments whose money is owed again because the bank or the NemKonto rejected "
        "them, with the "
        "reason,\n"
        "the number of days since, and what to do. The participant is named by file and line.\n"
        "\n"
        "AFVIST waits: `ydelse pay` leaves it out until somebody has said `ydelse pay --again "
        "PAYMENT --reason "
        "TEXT`.\n"
        "FRIGIVET is released and paid by the next batch, as the next attempt. MODSTRID was "
        "accepted after its\n"
        "rejection: it cannot be paid again before two people have resolved it (`ydelse resolve`). "
        "DOBBELT, too,\n"
        "but its money has been sent again since: perhaps it was paid twice.",
    .examples = "  ydelse rejected\n  ydelse rejected --kommune 0101 --format csv\n",
    .run = run,
};
