#include "io/proof/erased.h"

#include <stdio.h>

/* The columns of sql/queries/erasure_of.sql. */
enum { ERASURE, ON_DAY, BY_USER, BEFORE };

static bool hint(Pg *pg, const char *run, const char *month, Error *error) {
    const PgParameter parameters[] = {{"run", run}, {"month", month}};
    PgRows *rows = NULL;
    Error ignored;
    bool erased = false;
    if (pg_query_file(pg, "erasure_of", 2, parameters, &rows, &ignored) == STATUS_OK)
        erased = pg_row_count(rows) > 0;
    if (erased)
        error_hint(error, "erased on %s, by %s (erasure %s: what concerned months before %s)",
                   pg_text(rows, 0, ON_DAY), pg_text(rows, 0, BY_USER), pg_text(rows, 0, ERASURE),
                   pg_text(rows, 0, BEFORE));
    pg_rows_free(rows);
    return erased;
}

void erased_month_hint(Pg *pg, Month month, Error *error) {
    char first[DATE_TEXT_SIZE];
    date_format(month_first(month), first);
    (void)hint(pg, "0", first, error);
}

bool erased_run_hint(Pg *pg, int32_t run_id, Error *error) {
    char number[16];
    snprintf(number, sizeof number, "%d", run_id);
    return hint(pg, number, "infinity", error);
}
