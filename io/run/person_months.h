/* The person-months of a run with their facts, as known at its delivery, in the order of its digest: bucket, month,
 * CPR number.
 *
 * Participants are read in slices of whole buckets, so memory does not grow with their number. Between two slices no
 * COPY is open on the connection.
 *
 *     person_months_begin(...)
 *     while (person_months_slice(..., &more) == STATUS_OK && more)
 *         while (person_months_next(..., &one))
 *             calc_month(one.law, &one.facts, ...)
 *     person_months_free(...)
 */
#ifndef YDELSE_IO_RUN_PERSON_MONTHS_H
#define YDELSE_IO_RUN_PERSON_MONTHS_H

#include "engine/facts.h"
#include "io/run/run_plan.h"

/* Participants of a slice of one month, unless a single bucket has more; fewer when the plan has more months, as each
 * participant then has more facts. A bucket may have so many at most. */
#define SLICE_PARTICIPANTS_MAX 16384
#define SLICE_MONTHS 12 /* of income, which a single month may need */
#define BUCKET_PARTICIPANTS_MAX 262144

typedef struct {
    int16_t bucket;
    int32_t participant; /* the number of the participant among those of the bucket that the slice has read */
    const MonthLaw *law; /* the plan's */
    Facts facts;         /* borrowed until the next slice */
} PersonMonth;

typedef struct PersonMonths PersonMonths;

/* Borrows the plan: its delivery, its months, and for months that are not for everyone its run's scope. */
Status person_months_begin(Pg *pg, const RunPlan *plan, PersonMonths **months, Error *error);
/* The same for a range of buckets. */
Status person_months_begin_range(Pg *pg, const RunPlan *plan, int16_t first_bucket, int16_t last_bucket,
                                 PersonMonths **months, Error *error);
/* Before the first slice: only these buckets (BUCKET_COUNT of them). */
void person_months_choose(PersonMonths *months, const bool *chosen);
/* Reads the next slice; *more false: there is none. */
Status person_months_slice(PersonMonths *months, bool *more, Error *error);
/* The last bucket that the slices so far have covered; -1 before the first. */
int16_t person_months_last_bucket(const PersonMonths *months);
/* The next person-month of the slice; false at its end. */
bool person_months_next(PersonMonths *months, PersonMonth *one);
void person_months_free(PersonMonths *months);

#endif
