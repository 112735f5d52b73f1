#include "io/pg/pg_table.h"

#include <assert.h>

void table_pg_cell(Table *table, const PgRows *rows, int row, int column) {
    if (pg_is_null(rows, row, column)) {
        table_empty(table);
        return;
    }
    switch (table->columns[table->at].kind) {
    case CELL_NUMBER:
        table_number(table, pg_integer(rows, row, column));
        break;
    case CELL_KRONER:
        table_kroner(table, (Money){pg_integer(rows, row, column)});
        break;
    case CELL_TEXT:
        table_text(table, pg_text(rows, row, column));
        break;
    case CELL_DATE: /* of dates the database gives texts */
        assert(false);
    }
}
