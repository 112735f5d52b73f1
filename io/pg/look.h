/* Looking at people: logged before anything is seen (sql/0018_access.sql).
 *
 * A command that shows people opens a look first, outside of any transaction. Who may not read the tables reads the
 * views of the same names from then on (schema ydelse_look, put before the others in search_path); so queries that show
 * people name result, fact_<kind>, run_scope and the like without a schema.
 */
#ifndef YDELSE_IO_PG_LOOK_H
#define YDELSE_IO_PG_LOOK_H

#include "engine/cpr.h"
#include "engine/date.h"
#include "io/pg/pg.h"

typedef struct {
    const char *command; /* the verb */
    const Cpr *cpr;      /* whose; NULL: a list, or everybody */
    bool everyone;       /* without cpr: not a list, but everybody */
    const Month *month;  /* or NULL */
    const char *detail;  /* which runs, which options; NULL: none. No CPR number. */
} Look;

/* STATUS_NOT_PERMITTED when the user may not look so. Nothing is logged in a session that cannot write, or for a user
 * who has nothing but the right to read the tables. */
Status look_open(Pg *pg, const Look *look, Error *error);

#endif
