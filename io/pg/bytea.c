#include "io/pg/bytea.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

char *bytea_text(const char *bytes, size_t size_bytes) {
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * size_bytes + 3);
    if (text == NULL)
        return NULL;
    char *place = text;
    *place++ = '\\';
    *place++ = 'x';
    for (size_t i = 0; i < size_bytes; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        *place++ = digits[byte >> 4];
        *place++ = digits[byte & 0x0F];
    }
    *place = '\0';
    return text;
}

static unsigned hex_value(char digit) {
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

char *bytea_bytes(const char *text, size_t *size_bytes) {
    assert(text[0] == '\\' && text[1] == 'x');
    *size_bytes = strlen(text + 2) / 2;
    char *bytes = malloc(*size_bytes + 1);
    if (bytes == NULL)
        return NULL;
    for (size_t i = 0; i < *size_bytes; i++)
        bytes[i] = (char)(hex_value(text[2 + 2 * i]) << 4 | hex_value(text[3 + 2 * i]));
    bytes[*size_bytes] = '\0';
    return bytes;
}
