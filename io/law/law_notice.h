/* What a run says when the law has changed for months that it did not compute: which they are, and the command that
 * computes them again. A nightly run applies new rates or policies to its own month only. */
#ifndef YDELSE_IO_LAW_LAW_NOTICE_H
#define YDELSE_IO_LAW_LAW_NOTICE_H

#include "io/pg/pg.h"

/* Prints nothing when there are none. */
Status law_notice_print(Pg *pg, int32_t run_id, bool danish, Error *error);

#endif
