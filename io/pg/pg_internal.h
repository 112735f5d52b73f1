/* What the files io/pg/ share: the connection behind Pg, and how libpq's errors become ours. */
#ifndef YDELSE_IO_PG_PG_INTERNAL_H
#define YDELSE_IO_PG_PG_INTERNAL_H

#include <libpq-fe.h>

#include "io/pg/pg.h"

struct Pg {
    PGconn *connection;
    bool copying; /* one COPY at a time on a connection */
    bool sent;    /* a script whose results nobody has taken yet */
    char *
        stand_ins; /* " name name ": what is read in ydelse_verify instead of ydelse; NULL: nothing (pg_stand_in.c) */
};

struct PgRows {
    PGresult *result;
};

/* Fills error from a failed result (NULL: the connection itself) and returns its status. CPR-like runs of
 * digits are masked: the server quotes values in its messages. */
Status pg_error_from(PGconn *connection, const PGresult *result, const char *what, Error *error);

/* Waits for a script that was sent, if there is one, and takes its results. */
Status pg_settle(Pg *pg, Error *error);

/* The text with the stand-ins' schema, when there are any: sql itself, or *owned, which the caller frees. NULL without
 * memory. */
const char *pg_stand_in_text(const Pg *pg, const char *sql, char **owned);

#endif
