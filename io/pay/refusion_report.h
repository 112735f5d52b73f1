/* The refusion estimate over the sealed results that hold (engine/refusion.h).
 *
 * Each person's weeks are counted from the sealed months and an opening; which days a month's benefit is spread over is
 * computed again from the facts that the newest sealed run knew, under the policies of the run that sealed the month.
 * Where that gives another number of active days than was sealed, the days known now are taken (none: the whole month)
 * and the person-month is counted as uncertain. Months that are held cost nothing and count no week.
 *
 * Nothing is written. Memory is bounded by slices of participants, and by municipalities and months for the sums.
 */
#ifndef YDELSE_IO_PAY_REFUSION_REPORT_H
#define YDELSE_IO_PAY_REFUSION_REPORT_H

#include "engine/cpr.h"
#include "engine/refusion.h"
#include "io/pg/pg.h"

#define REFUSION_KOMMUNER 1000
#define REFUSION_MONTHS_MAX 240
#define REFUSION_OPENINGS_MAX 1000000

/* A count from elsewhere. */
typedef struct {
    Cpr cpr;
    int32_t weeks;
    Week last;
    int32_t line; /* of the file */
} RefusionOpening;

typedef struct {
    RefusionOpening *rows; /* by CPR number */
    int32_t count, capacity;
} RefusionOpenings;

/* A CSV file with the columns cpr_nummer;uger;sidste_uge (2015-W53), one row per person. STATUS_DATA names the line. */
Status refusion_openings_read(const char *path, RefusionOpenings *openings, Error *error);
void refusion_openings_free(RefusionOpenings *openings);

/* What one person's month costs in one week. */
typedef struct {
    Cpr cpr;
    Month month;
    int32_t kommunekode;
    RefusionPart part;
    int32_t number; /* of the week; 0: before weeks were counted */
    RefusionStep step;
    Money refusion;
} RefusionRow;

typedef struct {
    int64_t people;
    Money cost;
    Money refusion[REFUSION_STEP_COUNT];
} RefusionSum;

typedef struct {
    Month first, last; /* of the months that are shown */
    RefusionSum *sums; /* REFUSION_KOMMUNER x months x REFUSION_WEEKS_MAX: refusion_sum */
    int64_t person_months, held, uncertain;
} RefusionReport;

typedef struct {
    void (*row)(void *context, const RefusionRow *row);
    void *context;
} RefusionSink;

/* In a transaction that only reads. sink NULL: nobody wants the rows; they come by bucket, CPR number, month, week.
 * STATUS_NO_INPUT when no run was sealed. */
Status refusion_report(Pg *pg, Month first, Month last, const RefusionOpenings *openings,
                       const RefusionSink *sink, RefusionReport *report, Error *error);
void refusion_report_free(RefusionReport *report);

/* The sum of a municipality, month and week of that month, 0 to REFUSION_WEEKS_MAX - 1. */
RefusionSum *refusion_sum(const RefusionReport *report, int32_t kommunekode, Month month, int32_t week);

#endif
