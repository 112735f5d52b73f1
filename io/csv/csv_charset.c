#include "io/csv/csv_charset.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_ONES UINT64_C(0x0101010101010101)

/* Eight bytes at once: none of them NUL, none beyond ASCII. The subtraction borrows into the high bit of a
 * byte only where a byte was zero, or above one; either way the word is then looked at byte by byte. */
static bool is_plain_word(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (((word - LOW_ONES) | word) & HIGH_BITS) == 0;
}

static bool is_continuation(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/* The length of the UTF-8 sequence at bytes, 0 when there is none (Unicode standard, table 3-7). */
static size_t utf8_length(const unsigned char *bytes, size_t left) {
    const unsigned char lead = bytes[0];
    if (lead < 0x80)
        return lead == 0 ? 0 : 1;
    if (lead < 0xC2 || lead > 0xF4 || left < 2)
        return 0;
    const unsigned char second = bytes[1];
    if (!is_continuation(second))
        return 0;
    if (lead < 0xE0)
        return 2;
    if (left < 3 || !is_continuation(bytes[2]))
        return 0;
    if (lead < 0xF0)
        return (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ? 0 : 3;
    if (left < 4 || !is_continuation(bytes[3]))
        return 0;
    return (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F) ? 0 : 4;
}

/* Nearly every row is plain from end to end; its last word overlaps the one before. */
static bool is_plain(const char *bytes, size_t size_bytes) {
    size_t at = 0;
    if (size_bytes < 8)
        return false;
    while (size_bytes - at >= 8) {
        if (!is_plain_word(bytes + at))
            return false;
        at += 8;
    }
    return is_plain_word(bytes + size_bytes - 8);
}

int32_t utf8_bad_byte(const char *bytes, size_t size_bytes) {
    size_t at = 0;
    if (is_plain(bytes, size_bytes))
        return -1;
    while (at < size_bytes) {
        while (size_bytes - at >= 8 && is_plain_word(bytes + at))
            at += 8;
        if (at == size_bytes)
            break;
        const size_t length = utf8_length((const unsigned char *)bytes + at, size_bytes - at);
        if (length == 0)
            return (int32_t)at;
        at += length;
    }
    return -1;
}

int32_t latin1_bad_byte(const char *bytes, size_t size_bytes) {
    const char *nul = size_bytes > 0 ? memchr(bytes, '\0', size_bytes) : NULL;
    return nul == NULL ? -1 : (int32_t)(nul - bytes);
}

size_t latin1_to_utf8(const char *bytes, size_t size_bytes, char *utf8) {
    size_t size = 0;
    for (size_t i = 0; i < size_bytes; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x80) {
            utf8[size++] = (char)byte;
            continue;
        }
        utf8[size++] = (char)(0xC0 | byte >> 6);
        utf8[size++] = (char)(0x80 | (byte & 0x3F));
    }
    return size;
}
