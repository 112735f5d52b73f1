/* ydelse creditors: what is owed to others than the participants. */
#include <string.h>

#include "io/base/output_file.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/law/month_law.h"
#include "io/pay/kontoplan.h"
#include "io/pay/payment_db.h"
#include "io/pg/pg_table.h"

/* The columns of sql/queries/creditors.sql, and the two that are made of them. */
enum { CREDITOR, COMPONENT, KOMMUNE, MONTH, PEOPLE, FIRST, CORRECTED, OWED, PAID_BY, KONTO, COLUMN_COUNT };

static const TableColumn columns[COLUMN_COUNT] = {
    [CREDITOR] = {"kreditor", "kreditor", "creditor", CELL_TEXT},
    [COMPONENT] = {"komponent", "komponent", "component", CELL_TEXT},
    [KOMMUNE] = {"kommunekode", "kommune", "municipality", CELL_TEXT},
    [MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [PEOPLE] = {"personer", "personer", "people", CELL_NUMBER},
    [FIRST] = {"foerste", "først beregnet, kr.", "first computed, kr.", CELL_KRONER},
    [CORRECTED] = {"rettelser", "rettelser, kr.", "corrections, kr.", CELL_KRONER},
    [OWED] = {"skyldig", "skyldig, kr.", "owed, kr.", CELL_KRONER},
    [PAID_BY] = {"betales_af", "betales af", "paid by", CELL_TEXT},
    [KONTO] = {"konto", "konto", "account", CELL_TEXT},
};

/* Which account has what is owed; and it is the state that pays the obligatory pension (section 80 c). */
static const struct {
    const char *component;
    KontoRole role;
    const char *paid_by_da, *paid_by_en;
} components[] = {
    {"skat", KONTO_SKYLDIG_SKAT, "kommunen", "municipality"},
    {"atp_egen", KONTO_SKYLDIG_ATP, "kommunen", "municipality"},
    {"atp_kommune", KONTO_SKYLDIG_ATP, "kommunen", "municipality"},
    {"pension", KONTO_SKYLDIG_PENSION, "staten", "state"},
};

static void put_row(Table *table, const PgRows *rows, int row, const Kontoplan *kontoplan) {
    for (int column = CREDITOR; column <= OWED; column++)
        table_pg_cell(table, rows, row, column);
    for (size_t i = 0; i < sizeof components / sizeof components[0]; i++)
        if (strcmp(components[i].component, pg_text(rows, row, COMPONENT)) == 0) {
            table_text(table, table->format != TABLE_TEXT || table->danish ? components[i].paid_by_da
                                                                           : components[i].paid_by_en);
            table_text(table, kontoplan->konto[components[i].role]);
        }
}

static Status write_table(const Invocation *invocation, const PgRows *rows, const Kontoplan *kontoplan,
                          Error *error) {
    Listing listing;
    const Status status = listing_begin(&listing, invocation, columns, COLUMN_COUNT, error);
    if (status != STATUS_OK)
        return status;
    for (int row = 0; row < pg_row_count(rows); row++)
        put_row(&listing.table, rows, row, kontoplan);
    return listing_close(&listing, listing_end(&listing, error), error);
}

static Status run(const Invocation *invocation, Error *error) {
    const char *kommune = option_value(invocation, "kommune");
    char month_text[DATE_TEXT_SIZE];
    Kontoplan kontoplan;
    Pg *pg = NULL;
    PgRows *rows = NULL;
    date_format(month_first(option_month(invocation, "month")), month_text);
    Status status =
        kontoplan_load(setting_get(invocation->settings, "betaling", "kontoplan"), &kontoplan, error);
    const PgParameter parameters[] = {{"month", month_text}, {"kommune", kommune}};
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "creditors", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = write_table(invocation, rows, &kontoplan, error);
    pg_rows_free(rows);
    return status;
}

static const Option options[] = {
    {"month", "M", "the month the benefit is for, YYYY-MM", true, false},
    {"kommune", "K", "only this municipality (four digits)", false, false},
    TABLE_FORMAT_OPTION,
    LISTING_OUTPUT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_creditors = {
    .name = "creditors",
    .summary = "what a month owes to the tax authority, to ATP, and in obligatory pension",
    .operands = "",
    .options = options,
    .description = "Tax (skat: only when policy skat=ja withholds it), ATP (atp_egen: withheld from the "
                   "benefit; atp_kommune: "
                   "the\n"
                   "municipality's share) and obligatory pension (pension: paid by the state on top) of a "
                   "month, by creditor, "
                   "component\n"
                   "and municipality: what was computed first, the corrections since, and what is owed "
                   "altogether. It comes "
                   "from the\n"
                   "delta lines, so it is what is posted to skyldig_skat, skyldig_atp and skyldig_pension. "
                   "None of it is in a "
                   "payment\n"
                   "to the NemKonto.",
    .examples = "  ydelse creditors --month 2024-03\n  ydelse creditors --month 2024-03 --kommune 0101 "
                "--format csv\n",
    .run = run,
};
