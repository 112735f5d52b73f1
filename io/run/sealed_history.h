/* What was sealed over many months, and which of it holds: for each month and participant the result of the last sealed
 * run that computed them, as the view result_current tells, but for any past delivery too.
 */
#ifndef YDELSE_IO_RUN_SEALED_HISTORY_H
#define YDELSE_IO_RUN_SEALED_HISTORY_H

#include "engine/result.h"
#include "io/pg/pg.h"

typedef struct {
    Month month;
    int32_t run_id;       /* the newest sealed run that completed the month */
    int32_t first_run_id; /* the newest one that computed everyone: no earlier result holds */
} SealedMonth;

typedef struct {
    Month first, last;   /* of the months that there are */
    SealedMonth *months; /* ascending; a month without a sealed run is not there */
    int32_t month_count;
    int32_t run_id_max; /* the newest of all these runs */
    int32_t data_as_of; /* the delivery that it knew */
} SealedHistory;

/* The months first..last as runs sealed them that knew no delivery after data_as_of_max (0: every run). STATUS_NO_INPUT
 * when there is none. */
Status sealed_history_read(Pg *pg, Month first, Month last, int32_t data_as_of_max, SealedHistory *history,
                           Error *error);
void sealed_history_free(SealedHistory *history);

/* The amounts that a result owes and that make up what it costs: ydelse to til_udbetaling. */
#define OWED_FIRST AMOUNT_ydelse
#define OWED_COUNT (AMOUNT_COUNT - OWED_FIRST)

typedef struct {
    int16_t bucket;
    Month month;
    Cpr cpr;
    int32_t run_id;
    Udfald udfald;
    Money owed[OWED_COUNT]; /* from OWED_FIRST on */
} SealedResult;

/* The results that hold in the months of a history, of the buckets first..last, by bucket, month, CPR number.
 * A COPY is open on the connection until sealed_results_end, which is harmless on NULL. */
typedef struct SealedResults SealedResults;
Status sealed_results_begin(Pg *pg, const SealedHistory *history, int16_t first_bucket, int16_t last_bucket,
                            SealedResults **results, Error *error);
/* *more false: the end. */
Status sealed_results_next(SealedResults *results, SealedResult *one, bool *more, Error *error);
void sealed_results_end(SealedResults *results);

#endif
