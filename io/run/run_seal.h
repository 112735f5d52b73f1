/* The end of a run: sealing it in one transaction, and saying what it was. */
#ifndef YDELSE_IO_RUN_RUN_SEAL_H
#define YDELSE_IO_RUN_RUN_SEAL_H

#include "io/pg/pg.h"

/* Attaches the results, writes what is owed, and seals (sql/0004: run_seal). The caller's transaction. */
Status run_seal(Pg *pg, int32_t run_id, Error *error);

/* Gives up a run that was planned apart. */
Status run_abandon(Pg *pg, int32_t run_id, const char *reason, Error *error);

/* Marks runs that did not reach their seal as failed and drops what they left; *count is how many. STATUS_TRY_AGAIN when
 * one is open that was planned apart. */
Status run_clean_up(Pg *pg, int32_t *count, Error *error);

/* Prints people, kroner by municipality, what is newly owed, and the seal. */
Status run_summary_print(Pg *pg, int32_t run_id, bool danish, bool dry_run, Error *error);

#endif
