/* Fields of PostgreSQL's binary COPY format written into memory: each function writes one field (its size, then
 * its bytes, big-endian) and returns the place after it. The caller makes room: PG_FIELD_SIZE(bytes). */
#ifndef YDELSE_IO_PG_PG_ENCODE_H
#define YDELSE_IO_PG_PG_ENCODE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PG_FIELD_SIZE(size_bytes) (4 + (size_t)(size_bytes))
#define PG_EPOCH_DAY 10957 /* 2000-01-01, in days since 1970-01-01 */

static inline char *pg_encode_16(char *target, uint16_t value) {
    const uint16_t big = __builtin_bswap16(value);
    memcpy(target, &big, sizeof big);
    return target + sizeof big;
}

static inline char *pg_encode_32(char *target, uint32_t value) {
    const uint32_t big = __builtin_bswap32(value);
    memcpy(target, &big, sizeof big);
    return target + sizeof big;
}

static inline char *pg_encode_64(char *target, uint64_t value) {
    const uint64_t big = __builtin_bswap64(value);
    memcpy(target, &big, sizeof big);
    return target + sizeof big;
}

static inline char *pg_encode_null(char *target) {
    return pg_encode_32(target, UINT32_MAX);
}

static inline char *pg_encode_bytes(char *target, const void *bytes, size_t size_bytes) {
    target = pg_encode_32(target, (uint32_t)size_bytes);
    if (size_bytes > 0)
        memcpy(target, bytes, size_bytes);
    return target + size_bytes;
}

/* "char" and boolean */
static inline char *pg_encode_byte(char *target, char value) {
    return pg_encode_bytes(target, &value, 1);
}

static inline char *pg_encode_int2(char *target, int16_t value) {
    return pg_encode_16(pg_encode_32(target, 2), (uint16_t)value);
}

static inline char *pg_encode_int4(char *target, int32_t value) {
    return pg_encode_32(pg_encode_32(target, 4), (uint32_t)value);
}

static inline char *pg_encode_int8(char *target, int64_t value) {
    return pg_encode_64(pg_encode_32(target, 8), (uint64_t)value);
}

static inline char *pg_encode_date(char *target, int32_t day_since_1970) {
    return pg_encode_int4(target, day_since_1970 - PG_EPOCH_DAY);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are swapped for the wire");

#endif
