/* The order of the law: one participant and one month in, one result out.
 *
 * Pure: no allocation, no I/O, no clock. Same input, same bytes.
 */
#ifndef YDELSE_ENGINE_CALC_H
#define YDELSE_ENGINE_CALC_H

#include "engine/policy.h"
#include "engine/rate.h"
#include "engine/result.h"
#include "engine/trace.h"

/* What is the same for everyone in a month. */
typedef struct {
    Month month;
    Date first; /* of its days */
    int32_t length;
    Month rules_month; /* whose dated rules hold: the month itself, but where a difference is split */
    Policy policy;
    MonthRates rates;
} MonthLaw;

typedef enum {
    MONTH_COVERED,
    MONTH_BEFORE_LAW,  /* before 2013-01: exit 64 */
    MONTH_AFTER_RATES, /* after the last `ydelse` row: exit 78 */
} MonthCoverage;

/* The first month of the act: ressourceforløb from 2013-01. */
#define MONTH_OF_FIRST_LAW ((Month){2013 * 12})

MonthCoverage month_coverage(const RateTable *table, Month month);

/* Sets the month and its days, nothing else. */
void month_law_begin(MonthLaw *law, Month month);
void month_law_prepare(const RateTable *table, const Policy *policy, Month month, MonthLaw *law);

/* Computes the month. result->udfald is UDFALD_INTET when there is no result. trace may be NULL. */
void calc_month(const MonthLaw *law, const Facts *facts, const Trace *trace, Result *result);

#endif
