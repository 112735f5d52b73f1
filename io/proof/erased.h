/* Telling that something is not there because it was erased (sql/0012_retention.sql), by whom and when. */
#ifndef YDELSE_IO_PROOF_ERASED_H
#define YDELSE_IO_PROOF_ERASED_H

#include "engine/date.h"
#include "io/pg/pg.h"

/* Something of this month was not found: when months so early were erased, the error's hint says so. The error stays
 * what it is, also when the database cannot be asked. */
void erased_month_hint(Pg *pg, Month month, Error *error);

/* The same for a run. Whether it was erased. */
bool erased_run_hint(Pg *pg, int32_t run_id, Error *error);

#endif
