/* What of the input may be shown in a message: one line, of bounded size, without CPR numbers. */
#ifndef YDELSE_IO_BASE_MASK_H
#define YDELSE_IO_BASE_MASK_H

#include "engine/facts.h"

/* A shown text has at most so many bytes and its NUL; "..." ends one that was cut. */
#define MASKED_SIZE 96

/* Copies text for a message. The last four digits of everything that looks like a CPR number (ten digits or
 * more in a row, or six and four with a hyphen or blanks between) become '*', bytes that are no UTF-8 and
 * control characters become '?'. A SHA-256 in hex, a word of 64 digits and letters a to f, is left as it is. */
void mask_text(Text text, char shown[MASKED_SIZE]);

/* The same for the value of a CPR column, where a number that is one digit too short is still someone's: only
 * the first six digits are kept. */
void mask_cpr(Text text, char shown[MASKED_SIZE]);

/* Masks what looks like a CPR number in a message, in place. Any length. */
void mask_message(char *message);

/* What is no printable UTF-8 becomes '?', in place, so that a message is one line whatever it quotes. Any length. */
void mask_unprintable(char *message);

/* Whether a text holds what looks like a CPR number. */
bool mask_is_needed(const char *text);

#endif
