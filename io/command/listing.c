#include "io/command/listing.h"

#include <assert.h>

TableFormat listing_format(const Invocation *invocation) {
    TableFormat format;
    Error error;
    const Status status = table_format_parse(option_value(invocation, "format"), &format, &error);
    assert(status == STATUS_OK);
    return format;
}

Status listing_begin(Listing *listing, const Invocation *invocation, const TableColumn *columns,
                     int32_t column_count, Error *error) {
    *listing = (Listing){.output = {.stream = NULL}};
    const Status status =
        output_file_open_private(option_value(invocation, "output"), &listing->output, error);
    if (status == STATUS_OK)
        table_begin(&listing->table, listing->output.stream, listing_format(invocation),
                    command_danish(invocation), columns, column_count);
    return status;
}

void listing_put(Listing *listing, const PgRows *rows) {
    for (int row = 0; row < pg_row_count(rows); row++)
        for (int32_t column = 0; column < listing->table.column_count; column++)
            table_pg_cell(&listing->table, rows, row, column);
}

Status listing_end(Listing *listing, Error *error) {
    return table_end(&listing->table, error);
}

Status listing_close(Listing *listing, Status status, Error *error) {
    if (status == STATUS_OK)
        status = output_file_finish(&listing->output, error);
    output_file_abandon(&listing->output);
    return status;
}

Status listing_of_rows(const Invocation *invocation, const TableColumn *columns, int32_t column_count,
                       const PgRows *rows, Error *error) {
    Listing listing;
    Status status = listing_begin(&listing, invocation, columns, column_count, error);
    if (status != STATUS_OK)
        return status;
    listing_put(&listing, rows);
    return listing_close(&listing, listing_end(&listing, error), error);
}
