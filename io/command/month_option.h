/* A month given by a person: read, and held against what the law and the rates cover. */
#ifndef YDELSE_IO_COMMAND_MONTH_OPTION_H
#define YDELSE_IO_COMMAND_MONTH_OPTION_H

#include "engine/calc.h"
#include "io/command/command.h"

/* --month M; STATUS_USAGE when it is missing or unreadable. */
Status month_from_option(const Invocation *invocation, Month *month, Error *error);

/* The law of a month. A month outside of it is refused with the covered interval: before it STATUS_USAGE, after it
 * STATUS_CONFIG. */
Status month_law_for(const RateTable *rates, const Policy *policy, Month month, MonthLaw *law, Error *error);

#endif
