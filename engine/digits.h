/* Eight decimal digits read at once, without a branch for each: dates and CPR numbers are most of what is read. */
#ifndef YDELSE_ENGINE_DIGITS_H
#define YDELSE_ENGINE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first digit is the lowest byte");

/* All of the eight bytes are digits: none is below '0', and none reaches the high bit when '9' is moved to it. */
static inline bool digits_are(uint64_t text) {
    return (((text + UINT64_C(0x4646464646464646)) | (text - UINT64_C(0x3030303030303030))) &
            UINT64_C(0x8080808080808080)) == 0;
}

/* Their value: neighbours are joined to pairs, pairs to fours, fours to the whole. */
static inline uint32_t digits_value(uint64_t text) {
    const uint64_t digits = text - UINT64_C(0x3030303030303030);
    const uint64_t pairs = digits * 10 + (digits >> 8);
    const uint64_t first = (pairs & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064);
    const uint64_t second = (pairs >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001);
    return (uint32_t)((first + second) >> 32);
}

#endif
