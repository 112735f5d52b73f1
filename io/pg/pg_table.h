/* Rows of a query as rows of a table (io/show/table.h). */
#ifndef YDELSE_IO_PG_PG_TABLE_H
#define YDELSE_IO_PG_PG_TABLE_H

#include "io/pg/pg.h"
#include "io/show/table.h"

/* The next cell from a column of a row, by the kind of the table's column; NULL is empty, amounts are oere. */
void table_pg_cell(Table *table, const PgRows *rows, int row, int column);

#endif
