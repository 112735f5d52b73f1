/* bytea as libpq's text: "\x" and two hex digits per byte. */
#ifndef YDELSE_IO_PG_BYTEA_H
#define YDELSE_IO_PG_BYTEA_H

#include <stddef.h>

/* The text of bytes; NULL when there is no memory. The caller frees it. */
char *bytea_text(const char *bytes, size_t size_bytes);

/* The bytes of such a text, with a NUL after them that size_bytes does not count; NULL when there is no memory. The
 * caller frees them. */
char *bytea_bytes(const char *text, size_t *size_bytes);

#endif
