/* A month given by a person, held against what the law and the rates cover. */
#ifndef YDELSE_IO_LAW_MONTH_LAW_H
#define YDELSE_IO_LAW_MONTH_LAW_H

#include "engine/calc.h"
#include "io/base/error.h"

/* The law of a month. A month outside of it is refused with the covered interval: before it STATUS_USAGE, after it
 * STATUS_CONFIG. */
Status month_law_for(const RateTable *rates, const Policy *policy, Month month, MonthLaw *law, Error *error);

#endif
