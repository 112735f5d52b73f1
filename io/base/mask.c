#include "io/base/mask.h"

#include <stdbool.h>
#include <string.h>

#include "io/csv/csv_charset.h"

#define ELLIPSIS "..."
#define CPR_DATE_DIGITS 6
#define CPR_SERIAL_DIGITS 4
#define CPR_GAP_MAX 3
#define HASH_HEX_DIGITS 64

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static size_t digit_run(const char *bytes, size_t size) {
    size_t run = 0;
    while (run < size && is_digit(bytes[run]))
        run++;
    return run;
}

static size_t gap_run(const char *bytes, size_t size) {
    size_t run = 0;
    while (run < size && run < CPR_GAP_MAX && strchr("-/ .\t", bytes[run]) != NULL && bytes[run] != '\0')
        run++;
    return run;
}

static bool is_hex(char byte) {
    return is_digit(byte) || (byte >= 'a' && byte <= 'f');
}

static bool is_word(char byte) {
    return is_hex(byte) || (byte >= 'g' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte & 0x80) != 0;
}

/* The size of the hash or seal that begins here, 0: none. It is a word of its own and not all digits: the digits in
 * it are no number of anybody, and masking them would hide what differs. */
static size_t hash_run(const char *bytes, size_t at, size_t size) {
    size_t run = 0;
    bool letter = false;
    if (at > 0 && is_word(bytes[at - 1]))
        return 0;
    for (; at + run < size && is_hex(bytes[at + run]); run++)
        letter = letter || !is_digit(bytes[at + run]);
    const bool ends = at + run == size || !is_word(bytes[at + run]);
    return run == HASH_HEX_DIGITS && letter && ends ? run : 0;
}

/* Overwrites the serial numbers in place. */
static void mask_serials(char *bytes, size_t size) {
    size_t at = 0;
    while (at < size) {
        const size_t hash = hash_run(bytes, at, size);
        if (hash > 0) {
            at += hash;
            continue;
        }
        const size_t digits = digit_run(bytes + at, size - at);
        if (digits >= CPR_DATE_DIGITS + CPR_SERIAL_DIGITS) {
            memset(bytes + at + CPR_DATE_DIGITS, '*', digits - CPR_DATE_DIGITS);
        } else if (digits >= CPR_DATE_DIGITS) {
            const size_t gap = gap_run(bytes + at + digits, size - at - digits);
            const size_t serial_at = at + digits + gap;
            const size_t serial = digit_run(bytes + serial_at, size - serial_at);
            if (gap > 0 && serial >= CPR_SERIAL_DIGITS)
                memset(bytes + serial_at, '*', serial);
        }
        at += digits > 0 ? digits : 1;
    }
}

static void mask_after_date(char *bytes, size_t size) {
    size_t digits = 0;
    for (size_t i = 0; i < size; i++)
        if (is_digit(bytes[i]) && ++digits > CPR_DATE_DIGITS)
            bytes[i] = '*';
}

/* One line of valid UTF-8, cut where a character begins. Bytes from 0x80 to 0x9F, the second control block of
 * ISO 8859-1, are the two-byte sequences C2 80 to C2 9F. */
static void make_printable(char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x20 || byte == 0x7F)
            bytes[i] = '?';
    }
    for (size_t i = 0; i + 1 < size; i++)
        if ((unsigned char)bytes[i] == 0xC2 && (unsigned char)bytes[i + 1] < 0xA0)
            bytes[i] = bytes[i + 1] = '?';
    for (;;) {
        const int32_t bad = utf8_bad_byte(bytes, size);
        if (bad < 0)
            return;
        bytes[bad] = '?';
    }
}

/* Masked before it is cut, so that a cut cannot hide that a number was one. */
static void show(Text text, void (*mask)(char *bytes, size_t size), char shown[MASKED_SIZE]) {
    char copy[4 * MASKED_SIZE];
    const bool is_long = text.size_bytes > sizeof copy;
    size_t size = is_long ? sizeof copy : text.size_bytes;
    if (size > 0)
        memcpy(copy, text.bytes, size);
    mask(copy, size);
    make_printable(copy, size);
    const bool is_cut = size > MASKED_SIZE - 1;
    if (is_cut) {
        size = MASKED_SIZE - 1 - strlen(ELLIPSIS);
        while (size > 0 && ((unsigned char)copy[size] & 0xC0) == 0x80)
            size--;
    }
    memcpy(shown, copy, size);
    strcpy(shown + size, is_cut ? ELLIPSIS : "");
}

void mask_message(char *message) {
    mask_serials(message, strlen(message));
}

void mask_unprintable(char *message) {
    make_printable(message, strlen(message));
}

bool mask_is_needed(const char *text) {
    char copy[1024];
    const size_t size = strlen(text);
    for (size_t at = 0; at < size; at += sizeof copy / 2) {
        const size_t part = size - at < sizeof copy ? size - at : sizeof copy;
        memcpy(copy, text + at, part);
        mask_serials(copy, part);
        if (memcmp(copy, text + at, part) != 0)
            return true;
    }
    return false;
}

void mask_text(Text text, char shown[MASKED_SIZE]) {
    show(text, mask_serials, shown);
}

void mask_cpr(Text text, char shown[MASKED_SIZE]) {
    show(text, mask_after_date, shown);
}
