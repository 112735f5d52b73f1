#include "io/run/status.h"

Status status_read(Pg *pg, const Settings *settings, PgRows **rows, Error *error) {
    char today[DATE_TEXT_SIZE];
    date_format(settings_today(settings), today);
    const PgParameter parameters[] = {{"today", today}};
    const Status status = pg_require_schema(pg, error);
    return status == STATUS_OK ? pg_query_file(pg, "status", 1, parameters, rows, error) : status;
}

Status status_parse(const char *text, json_t **status, Error *error) {
    json_error_t trouble;
    *status = json_loads(text, 0, &trouble);
    return *status == NULL ? error_set(error, STATUS_INTERNAL, "the status is no JSON: %s", trouble.text)
                           : STATUS_OK;
}
