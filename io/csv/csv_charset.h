/* The two charsets of input. */
#ifndef YDELSE_IO_CSV_CSV_CHARSET_H
#define YDELSE_IO_CSV_CSV_CHARSET_H

#include <stdbool.h>

#include "engine/facts.h"

/* Index of the first byte that is no UTF-8 (overlong forms and surrogates included) or is NUL, or -1. */
int32_t utf8_bad_byte(const char *bytes, size_t size_bytes);

/* Index of the first NUL, or -1: every other byte is ISO 8859-1. */
int32_t latin1_bad_byte(const char *bytes, size_t size_bytes);

/* Writes at most 2 * size_bytes bytes of UTF-8; returns how many. */
size_t latin1_to_utf8(const char *bytes, size_t size_bytes, char *utf8);

#endif
