/* What a command lists: a table (io/show/table.h) in --format and the language, on stdout or in the file --output, which
 * only its owner can read.
 *
 *     status = listing_begin(&listing, invocation, columns, count, error);
 *     if OK: the rows into &listing.table; status = listing_end(&listing, error);
 *            what else is to stand below the table: listing.output.stream
 *     status = listing_close(&listing, status, error);   always, when it was begun
 */
#ifndef YDELSE_IO_COMMAND_LISTING_H
#define YDELSE_IO_COMMAND_LISTING_H

#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/pg/pg_table.h"

typedef struct {
    OutputFile output;
    Table table;
} Listing;

/* For a command's table of options. */
#define LISTING_OUTPUT_OPTION                                                                                \
    { "output", "F", "write to this file, readable by its owner only (default: stdout)", false, false }

/* --format, which is one of its choices by now; text when it is not given. */
TableFormat listing_format(const Invocation *invocation);

Status listing_begin(Listing *listing, const Invocation *invocation, const TableColumn *columns,
                     int32_t column_count, Error *error);
Status listing_end(Listing *listing, Error *error);
/* status is how the listing went: a file of one that failed is dropped. */
Status listing_close(Listing *listing, Status status, Error *error);

/* Rows whose columns are those of the table. */
void listing_put(Listing *listing, const PgRows *rows);

/* The whole of it for rows whose columns are those of the table. */
Status listing_of_rows(const Invocation *invocation, const TableColumn *columns, int32_t column_count,
                       const PgRows *rows, Error *error);

#endif
