/* The lint of the rate tables: what a careless row could hide.
 *
 *   HUL        days between two rows of a series without a rate
 *   OVERLAP    two rows of a series on the same day
 *   STARTDAG   a row that begins on another day than 1 January (weekly caps: the first Monday of January)
 *   KILDE      no source or no legal basis
 *   SPRING     a value that does not follow from last year's by the year's percentage (regulering.csv)
 *   REGULERING a year without its percentage
 *   UBRUGT     a row that no formula reads, or that ends before the first month of the act
 *   UNDTAGELSE a listed exception that excuses nothing
 * Known exceptions with their reason stand beside the rates (undtagelser.csv). Wrong units, unreadable values
 * and unknown series stop the reading of the table already (io/law/rate_file.h).
 */
#ifndef YDELSE_IO_LAW_RATE_CHECK_H
#define YDELSE_IO_LAW_RATE_CHECK_H

#include <stdio.h>

#include "engine/rate.h"
#include "io/base/error.h"

/* Checks the table; folder NULL: the embedded regulering.csv and undtagelser.csv, else those of the folder.
 * Writes one line per complaint to out; *complaints counts them. */
Status rate_check(const RateTable *table, const char *folder, FILE *out, int32_t *complaints, Error *error);

#endif
