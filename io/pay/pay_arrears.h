/* Paying what is owed for a month that is too old to be paid by itself: somebody's decision (sql/0015_arrears.sql). */
#ifndef YDELSE_IO_PAY_PAY_ARREARS_H
#define YDELSE_IO_PAY_PAY_ARREARS_H

#include "io/command/command.h"
#include "io/pg/pg.h"

/* What --arrears, --amount and --decision must look like. */
Status pay_arrears_check(const Invocation *invocation, Error *error);

/* Records the decision about the line that --arrears names, for the next batch, and prints it. Months before
 * first_month (YYYY-MM-DD) are old. No such line 66, another amount 65, decided otherwise 77. */
Status pay_arrears(Pg *pg, const Invocation *invocation, const char *first_month, Error *error);

#endif
