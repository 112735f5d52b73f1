/* A participant's bucket: XXH3-64 of the ten digits of the CPR number, modulo 256.
 *
 * Buckets are the shards of a run and the parts of a result digest, so the function never changes. */
#ifndef YDELSE_IO_BASE_BUCKET_H
#define YDELSE_IO_BASE_BUCKET_H

#include "engine/cpr.h"

#define BUCKET_COUNT 256
#define BUCKET_NONE (-1) /* a withdrawal that names no participant */

/* digits holds CPR_DIGITS bytes. */
int16_t bucket_of(const char *digits);

#endif
