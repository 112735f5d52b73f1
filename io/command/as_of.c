#include "io/command/as_of.h"

#include <string.h>

static bool is_number(const char *text) {
    const size_t size = strlen(text);
    return size > 0 && size <= 9 && strspn(text, "0123456789") == size;
}

Status time_check(Pg *pg, const char *text, const char *option, Error *error) {
    const char *const values[] = {text};
    const Status status = pg_query(pg, "SELECT $1::timestamptz", 1, values, NULL, error);
    /* Class 22 is trouble with the value, not with the database. */
    if (status != STATUS_OK && strncmp(error->sqlstate, "22", 2) == 0) {
        error_set(error, STATUS_USAGE, "%s %.40s: expected a time", option, text);
        error_hint(error, "e.g. 2024-04-01, or 2024-04-01T03:00:00+02");
        return STATUS_USAGE;
    }
    return status;
}

Status delivery_as_of(Pg *pg, const char *text, int32_t *delivery_id, Error *error) {
    const bool by_number = is_number(text);
    const PgParameter parameters[] = {{"number", by_number ? text : "0"}, {"time", by_number ? "" : text}};
    PgRows *rows = NULL;
    Status status = by_number ? STATUS_OK : time_check(pg, text, "--data-as-of", error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "delivery_as_of", 2, parameters, &rows, error);
    if (status == STATUS_OK && pg_is_null(rows, 0, 0))
        status = error_set(error, STATUS_NO_INPUT,
                           by_number ? "there is no delivery %.40s" : "nothing was loaded by %.40s", text);
    if (status == STATUS_OK)
        *delivery_id = (int32_t)pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status;
}
