/* The SHA-256 that PostgreSQL gives for sha256(record_send(ROW(...))), without PostgreSQL: what the seals hash rows by.
 *
 * A record is its number of columns, then each column's type, size and value, big-endian.
 */
#ifndef YDELSE_IO_LOAD_RECORD_HASH_H
#define YDELSE_IO_LOAD_RECORD_HASH_H

#include "engine/date.h"
#include "engine/facts.h"
#include "io/base/sha256.h"

#define RECORD_SIZE_MAX 1024

typedef struct {
    char bytes[RECORD_SIZE_MAX];
    size_t size_bytes;
    int32_t columns;
    bool overflow;
} RecordHash;

void record_begin(RecordHash *record);
void record_put_int2(RecordHash *record, int16_t value);
void record_put_int4(RecordHash *record, int32_t value);
void record_put_int8(RecordHash *record, int64_t value);
void record_put_date(RecordHash *record, Date value);
void record_put_text(RecordHash *record, const char *value);
void record_put_int8_array(RecordHash *record, const int64_t *values, int32_t count);
/* False when the record did not fit or there is no memory. */
bool record_end(RecordHash *record, uint8_t digest[SHA256_SIZE]);

#endif
