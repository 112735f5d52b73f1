#include "io/pg/look.h"

#include <assert.h>
#include <string.h>

/* Whether the user may open looks; *reads_tables: reads the tables themselves. */
static Status ask_rights(Pg *pg, bool *opens_looks, bool *reads_tables, Error *error) {
    PgRows *rows = NULL;
    const Status status =
        pg_query(pg,
                 "SELECT has_function_privilege('ydelse.look_open(text,text,text,date,text)', 'EXECUTE'), "
                 "has_table_privilege('ydelse.result', 'SELECT')",
                 0, NULL, &rows, error);
    if (status == STATUS_OK) {
        *opens_looks = pg_text(rows, 0, 0)[0] == 't';
        *reads_tables = pg_text(rows, 0, 1)[0] == 't';
    }
    pg_rows_free(rows);
    return status;
}

Status look_open(Pg *pg, const Look *look, Error *error) {
    char cpr[CPR_TEXT_SIZE], month[DATE_TEXT_SIZE];
    bool opens_looks = false, reads_tables = false;
    assert(!pg_in_transaction(pg));
    if (look->cpr != NULL)
        cpr_format(*look->cpr, cpr);
    if (look->month != NULL)
        date_format(month_first(*look->month), month);
    const PgParameter parameters[] = {
        {"command", look->command},
        {"scope", look->cpr != NULL ? "person"
                  : look->everyone  ? "alle"
                                    : "liste"},
        {"cpr", look->cpr == NULL ? NULL : cpr},
        {"month", look->month == NULL ? NULL : month},
        {"detail", look->detail == NULL ? "" : look->detail},
    };
    Status status = ask_rights(pg, &opens_looks, &reads_tables, error);
    if (status == STATUS_OK && !opens_looks && reads_tables)
        return STATUS_OK;
    if (status == STATUS_OK)
        status =
            pg_query_file(pg, "look_open", sizeof parameters / sizeof parameters[0], parameters, NULL, error);
    if (status == STATUS_NOT_PERMITTED && error->hint[0] == '\0')
        error_hint(error, "auditors look at everybody (ydelse_auditor), finance at persons and lists "
                          "(ydelse_finance)");
    if (status == STATUS_OK && !reads_tables)
        status = pg_script(pg, "SET search_path = ydelse_look, ydelse, pg_catalog", error);
    return status;
}
