/* The law as a run stored it: its rate tables and policies, read back from law_set (sql/0003). */
#ifndef YDELSE_IO_LAW_STORED_LAW_H
#define YDELSE_IO_LAW_STORED_LAW_H

#include "io/law/month_law.h"
#include "io/law/rate_file.h"
#include "io/pg/pg.h"

typedef struct {
    RateSet rates;
    Policy policy;
} StoredLaw;

/* From the contents of a set of rates and a set of policies. STATUS_INTERNAL when this program cannot read them. */
Status stored_law_parse(const char *satser, const char *politik, StoredLaw *law, Error *error);
/* The sets that a run names. STATUS_DATA when there is no such run. */
Status stored_law_of_run(Pg *pg, int32_t run_id, StoredLaw *law, Error *error);
/* The newest sets of rates and policies that were stored by a time (anything timestamptz reads); STATUS_DATA when none
 * was. */
Status stored_law_as_of(Pg *pg, const char *time, StoredLaw *law, Error *error);
/* Harmless on a law that is all zero. */
void stored_law_free(StoredLaw *law);

/* The law of a month, as month_law_for. */
Status stored_law_month(const StoredLaw *stored, Month month, MonthLaw *law, Error *error);

#endif
