#include "io/load/record_hash.h"

#include <string.h>

#include "io/pg/pg_encode.h"

/* Types of PostgreSQL, which never change. */
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_TEXT 25
#define OID_INT8_ARRAY 1016
#define OID_DATE 1082

#define TYPE_SIZE 4
#define ARRAY_HEADER_SIZE 20 /* dimensions, NULLs, element type, count, first index */
#define ARRAY_VALUES_MAX 16

void record_begin(RecordHash *record) {
    *record = (RecordHash){.size_bytes = TYPE_SIZE};
}

/* Room for a field after its type; NULL: it does not fit. */
static char *begin_field(RecordHash *record, uint32_t type, size_t value_size_bytes) {
    const size_t size = TYPE_SIZE + PG_FIELD_SIZE(value_size_bytes);
    if (record->overflow || size > RECORD_SIZE_MAX - record->size_bytes) {
        record->overflow = true;
        return NULL;
    }
    char *at = pg_encode_32(record->bytes + record->size_bytes, type);
    record->size_bytes += size;
    record->columns++;
    return at;
}

void record_put_int2(RecordHash *record, int16_t value) {
    char *at = begin_field(record, OID_INT2, sizeof value);
    if (at != NULL)
        (void)pg_encode_int2(at, value);
}

void record_put_int4(RecordHash *record, int32_t value) {
    char *at = begin_field(record, OID_INT4, sizeof value);
    if (at != NULL)
        (void)pg_encode_int4(at, value);
}

void record_put_int8(RecordHash *record, int64_t value) {
    char *at = begin_field(record, OID_INT8, sizeof value);
    if (at != NULL)
        (void)pg_encode_int8(at, value);
}

void record_put_date(RecordHash *record, Date value) {
    char *at = begin_field(record, OID_DATE, sizeof value.day);
    if (at != NULL)
        (void)pg_encode_date(at, value.day);
}

void record_put_text(RecordHash *record, const char *value) {
    char *at = begin_field(record, OID_TEXT, strlen(value));
    if (at != NULL)
        (void)pg_encode_bytes(at, value, strlen(value));
}

void record_put_int8_array(RecordHash *record, const int64_t *values, int32_t count) {
    const size_t size = ARRAY_HEADER_SIZE + (size_t)count * PG_FIELD_SIZE(sizeof values[0]);
    char *at = count <= ARRAY_VALUES_MAX ? begin_field(record, OID_INT8_ARRAY, size) : NULL;
    if (at == NULL) {
        record->overflow = true;
        return;
    }
    const uint32_t header[] = {(uint32_t)size, 1, 0, OID_INT8, (uint32_t)count, 1};
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++)
        at = pg_encode_32(at, header[i]);
    for (int32_t i = 0; i < count; i++)
        at = pg_encode_int8(at, values[i]);
}

bool record_end(RecordHash *record, uint8_t digest[SHA256_SIZE]) {
    (void)pg_encode_32(record->bytes, (uint32_t)record->columns);
    return !record->overflow && sha256_bytes(record->bytes, record->size_bytes, digest);
}
