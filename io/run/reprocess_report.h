/* What a reprocessing changes, shown before it takes effect: totals by month and municipality, then who, with the
 * amount before, the amount after, the difference, and why.
 *
 * Text shows CPR numbers masked; CSV and JSON, which are for programs, whole.
 */
#ifndef YDELSE_IO_RUN_REPROCESS_REPORT_H
#define YDELSE_IO_RUN_REPROCESS_REPORT_H

#include <stdio.h>

#include "io/pg/pg.h"
#include "io/run/run_plan.h"
#include "io/show/table.h"

/* So many differences are listed as text, the largest first; the others are counted. */
#define REPROCESS_SHOWN_MAX 50

typedef struct {
    TableFormat format;
    bool danish;
    bool dry_run;
    const char *reason;
    bool one_person;
    Month first_month;
    Month last_month;
    Month oldest_month; /* months before it are not paid by themselves */
} ReprocessReport;

typedef struct {
    int64_t computed; /* person-months with a result */
    int64_t held;
    int64_t differences; /* person-months listed */
} ReprocessCounts;

/* To be called between the seal of the run and its commit. */
Status reprocess_report_write(FILE *out, Pg *pg, int32_t run_id, const ReprocessReport *report,
                              ReprocessCounts *counts, Error *error);

#endif
