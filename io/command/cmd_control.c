/* ydelse control: the sums of delta lines, payments, postings and extracts, beside each other. */
#include <string.h>

#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/explain/explanation.h"
#include "io/pay/payment_db.h"
#include "io/pg/pg_table.h"

/* The columns of sql/queries/control.sql, and the two that are made of them. */
enum { KOMMUNE, MONTH, COMPONENT, LINES, PAYMENTS, POSTINGS, EXTRACTS, DIFFERENCE, WHERE, COLUMN_COUNT };

static const TableColumn columns[COLUMN_COUNT] = {
    [KOMMUNE] = {"kommunekode", "kommune", "municipality", CELL_TEXT},
    [MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [COMPONENT] = {"komponent", "komponent", "component", CELL_TEXT},
    [LINES] = {"delta_linjer", "delta-linjer", "delta lines", CELL_KRONER},
    [PAYMENTS] = {"betalinger", "betalinger", "payments", CELL_KRONER},
    [POSTINGS] = {"posteringer", "posteringer", "postings", CELL_KRONER},
    [EXTRACTS] = {"udtraek", "udtræk", "extracts", CELL_KRONER},
    [DIFFERENCE] = {"forskel", "forskel", "difference", CELL_KRONER},
    [WHERE] = {"afviger", "afviger", "differs", CELL_TEXT},
};

/* Which stores differ from the delta lines, by name; *widest is the difference that is furthest from 0. */
static void judge(const PgRows *rows, int row, char *where, size_t size, Money *widest) {
    const int64_t lines = pg_integer(rows, row, LINES);
    *widest = MONEY_ZERO;
    where[0] = '\0';
    for (int column = PAYMENTS; column <= EXTRACTS; column++) {
        if (pg_is_null(rows, row, column) || pg_integer(rows, row, column) == lines)
            continue;
        const int64_t difference = pg_integer(rows, row, column) - lines;
        const int64_t distance = difference < 0 ? -difference : difference;
        if (distance > (widest->oere < 0 ? -widest->oere : widest->oere))
            widest->oere = difference;
        snprintf(where + strlen(where), size - strlen(where), "%s%s", where[0] == '\0' ? "" : ", ",
                 columns[column].name);
    }
}

static int put_rows(Table *table, const PgRows *rows) {
    int differing = 0;
    for (int row = 0; row < pg_row_count(rows); row++) {
        char where[64];
        Money widest;
        judge(rows, row, where, sizeof where, &widest);
        for (int column = KOMMUNE; column <= EXTRACTS; column++)
            table_pg_cell(table, rows, row, column);
        table_kroner(table, widest);
        table_text(table, where);
        differing += where[0] != '\0';
    }
    return differing;
}

static void tell_missing(const PgRows *missing) {
    for (int row = 0; row < pg_row_count(missing); row++) {
        const bool postings = strcmp(pg_text(missing, row, 1), "posteringer") == 0;
        log_warning("run %s has no %s yet: `ydelse %s --run %s`", pg_text(missing, row, 0),
                    postings ? "postings" : "extract", postings ? "postings" : "extract",
                    pg_text(missing, row, 0));
    }
}

/* A payment of which it is not known whether it was made: no sum is to be trusted before that is resolved. */
static void tell_contradicted(const PgRows *rows) {
    for (int row = 0; row < pg_row_count(rows); row++) {
        char amount[KRONER_TEXT_SIZE];
        kroner_format((Money){pg_integer(rows, row, 2)}, true, amount);
        log_warning(
            "municipality %s: %s rejected and later accepted by the bank, %s kr., of them %s sent again: "
            "`ydelse rejected`",
            pg_text(rows, row, 0), pg_text(rows, row, 1), amount, pg_text(rows, row, 3));
    }
}

static Status write_table(const Invocation *invocation, const PgRows *rows, int *differing, Error *error) {
    Listing listing;
    const Status status = listing_begin(&listing, invocation, columns, COLUMN_COUNT, error);
    if (status != STATUS_OK)
        return status;
    *differing = put_rows(&listing.table, rows);
    return listing_close(&listing, listing_end(&listing, error), error);
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    PgRows *rows = NULL;
    PgRows *missing = NULL;
    PgRows *contradicted = NULL;
    int differing = 0;
    Status status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = pg_script(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error); /* one state */
    if (status == STATUS_OK)
        status = payment_query(pg, "control", 0, NULL, &rows, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "control_missing", 0, NULL, &missing, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "control_contradictions", 0, NULL, &contradicted, error);
    if (status == STATUS_OK)
        status = write_table(invocation, rows, &differing, error);
    if (status == STATUS_OK) {
        tell_missing(missing);
        tell_contradicted(contradicted);
        log_info("control: %d sums, %d of them differ", pg_row_count(rows), differing);
        if (differing > 0 || pg_row_count(missing) > 0 || pg_row_count(contradicted) > 0)
            status = STATUS_FINDINGS;
    }
    pg_rows_free(contradicted);
    pg_rows_free(missing);
    pg_rows_free(rows);
    return status;
}

static const Option options[] = {
    TABLE_FORMAT_OPTION,
    LISTING_OUTPUT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_control = {
    .name = "control",
    .summary = "hold the sums of payments, postings and extracts against the delta lines",
    .operands = "",
    .options = options,
    .description =
        "For every municipality, month and component what each store adds up to, to the oere:\n"
        "\n"
        "  delta_linjer   what is owed, line by line\n"
        "  betalinger     open, in a batch, sent and accepted payments, less claims (til_udbetaling only)\n"
        "  posteringer    the stored files of `ydelse postings`\n"
        "  udtraek        the stored files of `ydelse extract` (component ydelse: til_udbetaling, atp_egen "
        "and skat)\n"
        "\n"
        "Component balance is what all postings of the month add up to: 0. mellemregning_nemkonto and "
        "tilgodehavende\n"
        "are accounts: what the payments and claims say they hold (the first column) against all that was "
        "posted on\n"
        "them, claims and waivers included; what has happened since the last sealed run is left out.\n"
        "\n"
        "The last two columns name the stores that differ and by how much. Exit code 1 when any does, when a "
        "sealed\n"
        "run was not posted or extracted yet, or when the bank has accepted a payment that it rejected "
        "before\n"
        "(`ydelse resolve`). `ydelse verify` has the same control for what was posted and extracted. There "
        "are no people in it.",
    .examples = "  ydelse control\n  ydelse control --format csv --output kontrol.csv\n",
    .run = run,
};
