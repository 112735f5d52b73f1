/* Names as they may stand in a payment file.
 *
 * In: bytes meant as UTF-8. Out: at most 140 characters that XML 1.0 allows, no blank at either end and no two
 * in a row, never empty. What is no character of XML becomes a blank, broken UTF-8 a question mark per byte.
 */
#ifndef YDELSE_IO_PAY_PAYMENT_NAME_H
#define YDELSE_IO_PAY_PAYMENT_NAME_H

#include <stdbool.h>

#define PAYMENT_NAME_CHARACTERS_MAX 140
/* Four bytes per character at most, and the NUL. */
#define PAYMENT_NAME_SIZE (4 * PAYMENT_NAME_CHARACTERS_MAX + 1)
/* What stands where a name is missing: the schema asks for one, the bank pays by the CPR number. */
#define PAYMENT_NAME_MISSING "NAVN MANGLER"

/* Writes the name to text, which holds PAYMENT_NAME_SIZE bytes. With transliterate the result is ASCII: ae, oe,
 * aa for the Danish letters, the plain letter for accented ones, a question mark for any other. */
void payment_name(const char *name, bool transliterate, char *text);

#endif
