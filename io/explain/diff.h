/* What two runs hold differently: every person-month whose result after one run is another than after the other,
 * split by cause.
 *
 * The differing results are found by the database alone. Facts are read for them only, in slices, so memory grows
 * neither with the participants nor with the differences. What is found lies in temporary tables of the connection
 * (sql/queries/diff_tables.sql) until it is closed.
 */
#ifndef YDELSE_IO_EXPLAIN_DIFF_H
#define YDELSE_IO_EXPLAIN_DIFF_H

#include "engine/cause.h"
#include "io/pg/pg.h"

typedef struct {
    int32_t before, after;   /* sealed runs, either may be the later one */
    Month month;             /* or MONTH_NONE: all that were computed between the two */
    const char *kommunekode; /* or "": every one */
} DiffRequest;

/* Finds and splits; *found: how many person-months differ. */
Status diff_find(Pg *pg, const DiffRequest *request, int64_t *found, Error *error);

typedef struct {
    int64_t people, person_months;
    Money up, down, net; /* of til_udbetaling */
} DiffSum;

/* By cause in their order, by municipality, and in all. */
typedef enum { DIFF_BY_CAUSE, DIFF_BY_KOMMUNE, DIFF_IN_ALL } DiffGrouping;
Status diff_sums(Pg *pg, void (*visit)(void *context, DiffGrouping by, const char *value, const DiffSum *sum),
                 void *context, Error *error);

/* One part of the difference of one person-month. */
typedef struct {
    char cpr[CPR_TEXT_SIZE];
    char kommunekode[8];
    Month month;
    int32_t before_run, after_run;            /* 0: no result */
    char before_udfald[24], after_udfald[24]; /* "" */
    Money before, after;                      /* til_udbetaling */
    CausePart part;
} DiffPart;

/* In order of CPR number, month, cause; largest > 0: those of so many person-months, the largest differences first. */
Status diff_parts(Pg *pg, int32_t largest, void (*visit)(void *context, const DiffPart *part), void *context,
                  Error *error);

#endif
