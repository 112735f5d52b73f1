/* ydelse held: who is held, for what, and since when. */
#include <string.h>

#include "engine/finding.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/show/table.h"

typedef enum {
    FIELD_CPR,
    FIELD_KOMMUNEKODE,
    FIELD_CODE,
    FIELD_MONTHS,
    FIELD_FIRST,
    FIELD_LAST,
    FIELD_RUN,
    FIELD_SINCE,
    FIELD_DAYS,
    FIELD_ADVICE,
    FIELD_COUNT,
} Field;

static const TableColumn columns[FIELD_COUNT] = {
    [FIELD_CPR] = {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    [FIELD_KOMMUNEKODE] = {"kommunekode", "kommune", "municipality", CELL_TEXT},
    [FIELD_CODE] = {"kode", "kode", "code", CELL_TEXT},
    [FIELD_MONTHS] = {"maaneder", "måneder", "months", CELL_NUMBER},
    [FIELD_FIRST] = {"foerste_maaned", "første", "first", CELL_TEXT},
    [FIELD_LAST] = {"sidste_maaned", "sidste", "last", CELL_TEXT},
    [FIELD_RUN] = {"siden_koersel", "siden kørsel", "since run", CELL_NUMBER},
    [FIELD_SINCE] = {"siden", "siden", "since", CELL_TEXT},
    [FIELD_DAYS] = {"alder_dage", "dage", "days", CELL_NUMBER},
    [FIELD_ADVICE] = {"vejledning", "hvad kan gøres", "what can be done", CELL_TEXT},
};

static Status write_list(const Invocation *invocation, const PgRows *rows, Error *error) {
    Listing listing;
    const Status status = listing_begin(&listing, invocation, columns, FIELD_COUNT, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < pg_row_count(rows); i++) {
        const FindingDefinition *definition = finding_find(pg_text(rows, i, FIELD_CODE));
        for (int field = 0; field < FIELD_ADVICE; field++)
            table_pg_cell(&listing.table, rows, i, field);
        table_text(&listing.table, definition == NULL     ? ""
                                   : listing.table.danish ? definition->advice_da
                                                          : definition->advice_en);
    }
    return listing_close(&listing, listing_end(&listing, error), error);
}

static Status run(const Invocation *invocation, Error *error) {
    char today[DATE_TEXT_SIZE];
    Pg *pg = NULL;
    PgRows *rows = NULL;
    date_format(settings_today(invocation->settings), today);
    const PgParameter parameters[] = {{"today", today}};
    Status status = command_connect(invocation, &(Look){.command = "held"}, &pg, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "held", 1, parameters, &rows, error);
    if (status == STATUS_OK)
        status = write_list(invocation, rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0)
        status = STATUS_FINDINGS;
    pg_rows_free(rows);
    return status;
}

static const Option options[] = {
    LISTING_OUTPUT_OPTION,
    TABLE_FORMAT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_held = {
    .name = "held",
    .summary = "list who is held, for what, since when, and what to do",
    .operands = "",
    .options = options,
    .description = "A participant is held when it cannot be said for certain what is owed: nothing is paid "
                   "and nothing is\n"
                   "taken back. One row per participant and finding that holds somebody, the oldest first, "
                   "with the months\n"
                   "held and the run since which this has been so without interruption; the age is counted "
                   "in days to the\n"
                   "business date. `ydelse explain` shows the rows behind it. The list holds CPR numbers.\n"
                   "Exit code 1 when anybody is held.",
    .examples = "  ydelse held\n  ydelse held --format csv --output tilbageholdt.csv",
    .run = run,
};
