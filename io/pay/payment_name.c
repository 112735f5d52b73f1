#include "io/pay/payment_name.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHARACTER_BROKEN '?'

/* Reads one character and moves *at behind it; a byte that starts no valid sequence gives CHARACTER_BROKEN. */
static uint32_t next_character(const unsigned char **at) {
    const unsigned char *bytes = *at;
    const unsigned char lead = bytes[0];
    *at = bytes + 1;
    if (lead < 0x80)
        return lead;
    uint32_t count = 0;
    uint32_t least = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        count = 1;
        least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        count = 2;
        least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        count = 3;
        least = 0x10000;
    } else {
        return CHARACTER_BROKEN;
    }
    uint32_t character = lead & (0x3FU >> count);
    for (uint32_t i = 1; i <= count; i++) {
        /* The NUL at the end is no continuation byte, so nothing behind it is read. */
        if ((bytes[i] & 0xC0) != 0x80)
            return CHARACTER_BROKEN;
        character = character << 6 | (bytes[i] & 0x3FU);
    }
    if (character < least || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        return CHARACTER_BROKEN;
    *at = bytes + 1 + count;
    return character;
}

/* Blanks, and everything that XML 1.0 forbids or that is a control character, count as a blank. */
static bool is_blank(uint32_t character) {
    return character <= 0x20 || (character >= 0x7F && character <= 0xA0) || character == 0x2028 ||
           character == 0x2029 || character == 0xFFFE || character == 0xFFFF;
}

static size_t put_character(uint32_t character, char *text) {
    if (character < 0x80) {
        text[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        text[0] = (char)(0xC0 | character >> 6);
        text[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        text[0] = (char)(0xE0 | character >> 12);
        text[1] = (char)(0x80 | (character >> 6 & 0x3F));
        text[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    text[0] = (char)(0xF0 | character >> 18);
    text[1] = (char)(0x80 | (character >> 12 & 0x3F));
    text[2] = (char)(0x80 | (character >> 6 & 0x3F));
    text[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

typedef struct {
    uint32_t first; /* the letters first..last */
    uint32_t last;
    const char *ascii; /* what each of them becomes */
} Transliteration;

/* Latin-1 and Latin Extended-A, U+00C0 to U+017F; in order. The capital Danish letters are written as they
 * stand in names in capitals and in names with one capital alike: AE, OE, AA. */
static const Transliteration transliterations[] = {
    {0x00C0, 0x00C3, "A"},  {0x00C4, 0x00C4, "AE"}, {0x00C5, 0x00C5, "AA"}, {0x00C6, 0x00C6, "AE"},
    {0x00C7, 0x00C7, "C"},  {0x00C8, 0x00CB, "E"},  {0x00CC, 0x00CF, "I"},  {0x00D0, 0x00D0, "D"},
    {0x00D1, 0x00D1, "N"},  {0x00D2, 0x00D5, "O"},  {0x00D6, 0x00D6, "OE"}, {0x00D8, 0x00D8, "OE"},
    {0x00D9, 0x00DB, "U"},  {0x00DC, 0x00DC, "UE"}, {0x00DD, 0x00DD, "Y"},  {0x00DE, 0x00DE, "TH"},
    {0x00DF, 0x00DF, "ss"}, {0x00E0, 0x00E3, "a"},  {0x00E4, 0x00E4, "ae"}, {0x00E5, 0x00E5, "aa"},
    {0x00E6, 0x00E6, "ae"}, {0x00E7, 0x00E7, "c"},  {0x00E8, 0x00EB, "e"},  {0x00EC, 0x00EF, "i"},
    {0x00F0, 0x00F0, "d"},  {0x00F1, 0x00F1, "n"},  {0x00F2, 0x00F5, "o"},  {0x00F6, 0x00F6, "oe"},
    {0x00F8, 0x00F8, "oe"}, {0x00F9, 0x00FB, "u"},  {0x00FC, 0x00FC, "ue"}, {0x00FD, 0x00FD, "y"},
    {0x00FE, 0x00FE, "th"}, {0x00FF, 0x00FF, "y"},  {0x0100, 0x0105, "Aa"}, {0x0106, 0x010D, "Cc"},
    {0x010E, 0x0111, "Dd"}, {0x0112, 0x011B, "Ee"}, {0x011C, 0x0123, "Gg"}, {0x0124, 0x0127, "Hh"},
    {0x0128, 0x0131, "Ii"}, {0x0134, 0x0135, "Jj"}, {0x0136, 0x0137, "Kk"}, {0x0139, 0x0142, NULL},
    {0x0143, 0x0148, NULL}, {0x014C, 0x0151, "Oo"}, {0x0152, 0x0152, "OE"}, {0x0153, 0x0153, "oe"},
    {0x0154, 0x0159, "Rr"}, {0x015A, 0x0161, "Ss"}, {0x0162, 0x0167, "Tt"}, {0x0168, 0x0173, "Uu"},
    {0x0174, 0x0175, "Ww"}, {0x0176, 0x0177, "Yy"}, {0x0178, 0x0178, "Y"},  {0x0179, 0x017E, NULL},
};

/* In these ranges of Extended-A the capitals have odd numbers; NULL above. */
static char odd_capital(uint32_t character) {
    const char small = character <= 0x0142 ? 'l' : character <= 0x0148 ? 'n' : 'z';
    return (char)(character % 2 == 1 ? small - ('a' - 'A') : small);
}

/* Writes the ASCII form of a character; returns its size, 1 or 2. */
static size_t put_ascii(uint32_t character, char *text) {
    text[0] = character < 0x80 ? (char)character : CHARACTER_BROKEN;
    if (character < 0x80)
        return 1;
    if (character == 0x2018 || character == 0x2019) {
        text[0] = '\'';
        return 1;
    }
    if (character >= 0x2010 && character <= 0x2015) {
        text[0] = '-';
        return 1;
    }
    for (size_t i = 0; i < sizeof transliterations / sizeof transliterations[0]; i++) {
        const Transliteration *row = &transliterations[i];
        if (character < row->first || character > row->last)
            continue;
        if (row->ascii == NULL) {
            text[0] = odd_capital(character);
            return 1;
        }
        if (row->first < 0x0100 || row->first == row->last) {
            const size_t size = strlen(row->ascii);
            memcpy(text, row->ascii, size);
            return size;
        }
        text[0] = row->ascii[character % 2]; /* even: the capital */
        return 1;
    }
    return 1;
}

void payment_name(const char *name, bool transliterate, char *text) {
    const unsigned char *at = (const unsigned char *)name;
    size_t size = 0;
    size_t characters = 0;
    bool blank_before = false;
    while (*at != '\0') {
        const uint32_t character = next_character(&at);
        if (is_blank(character)) {
            blank_before = characters > 0;
            continue;
        }
        char form[4];
        const size_t form_size = transliterate ? put_ascii(character, form) : put_character(character, form);
        const size_t needed = (blank_before ? 1U : 0U) + (transliterate ? form_size : 1U);
        if (characters + needed > PAYMENT_NAME_CHARACTERS_MAX)
            break;
        if (blank_before)
            text[size++] = ' ';
        memcpy(text + size, form, form_size);
        size += form_size;
        characters += needed;
        blank_before = false;
    }
    text[size] = '\0';
    if (size == 0)
        memcpy(text, PAYMENT_NAME_MISSING, sizeof PAYMENT_NAME_MISSING);
}
