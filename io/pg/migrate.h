/* The schema's version: numbered files sql/NNNN_topic.sql, applied once each, in order, each in a transaction.
 *
 * What was applied is recorded with the SHA-256 of the file; a file that was changed after it was applied is an
 * error. There is no way back: a correction is a new file.
 */
#ifndef YDELSE_IO_PG_MIGRATE_H
#define YDELSE_IO_PG_MIGRATE_H

#include "io/pg/pg.h"

typedef struct {
    int32_t applied; /* number of the newest applied migration, 0: none */
    int32_t known;   /* number of the newest migration in this program */
    int32_t pending; /* how many are to be applied */
} SchemaState;

/* The number of the newest migration in this program: the schema that it needs. */
int32_t migrate_known(void);

/* STATUS_CONFIG when an applied file was changed. */
Status migrate_state(Pg *pg, SchemaState *state, Error *error);

/* Makes the whole schema in the caller's transaction, which has none and rolls it back (verify); it is not recorded. */
Status migrate_here(Pg *pg, Error *error);

/* Applies what is pending, under the migration lock; logs one line per file. */
Status migrate_apply(Pg *pg, int wait_seconds, SchemaState *state, Error *error);

#endif
