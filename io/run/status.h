/* Where things stand, as one JSON document (sql/queries/status.sql): counts and sums, nobody's name or number. */
#ifndef YDELSE_IO_RUN_STATUS_H
#define YDELSE_IO_RUN_STATUS_H

#include <jansson.h>

#include "io/base/settings.h"
#include "io/pg/pg.h"

/* The document's text is the first column of the first row; pg_rows_free releases it. */
Status status_read(Pg *pg, const Settings *settings, PgRows **rows, Error *error);

/* The text parsed; json_decref releases it. */
Status status_parse(const char *text, json_t **status, Error *error);

#endif
