/* The database's own refusals (SQLSTATE YDnnn, 42501) as exit codes: a command has a table of those it can meet. */
#ifndef YDELSE_IO_PG_REFUSAL_H
#define YDELSE_IO_PG_REFUSAL_H

#include "io/base/error.h"

typedef struct {
    const char *sqlstate;
    Status status;
    const char *hint; /* when the database gave none; may be "" */
} Refusal;

/* Translates an error that pg_query and the like gave. The table is ended by a NULL sqlstate. Returns the status. */
Status refusal_translate(const Refusal *table, Error *error);

#endif
