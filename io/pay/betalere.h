/* The paying municipalities: name, CVR and SE number, account and bank (config/betalere.csv).
 *
 * The built-in table has invented accounts; setting betaling.betalere names the real one. A municipality that is
 * not in it is not set up and cannot pay.
 */
#ifndef YDELSE_IO_PAY_BETALERE_H
#define YDELSE_IO_PAY_BETALERE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/base/error.h"

#define BETALERE_MAX 200
#define BETALER_NAME_SIZE 281 /* 140 characters of at most two bytes, as Danish names have */

typedef struct {
    char kommunekode[5];
    char navn[BETALER_NAME_SIZE];
    char cvr[9];
    char se_nummer[9]; /* "" when not given */
    char konto_iban[19];
    char bic[12];
} Betaler;

typedef struct {
    Betaler rows[BETALERE_MAX];
    int32_t count;
} Betalere;

/* path NULL: the built-in table. Every field is checked (IBAN check digits included): STATUS_CONFIG with file
 * and line, STATUS_NO_INPUT when the file is not there. */
Status betalere_load(const char *path, Betalere *betalere, Error *error);

/* NULL when the municipality is not set up. */
const Betaler *betalere_find(const Betalere *betalere, const char *kommunekode);

/* All of them as a JSON array of objects with the names of the columns; NULL when there is no memory. The caller
 * frees it. */
char *betalere_json(const Betalere *betalere);

/* A Danish IBAN: DK, 16 digits, remainder 1 modulo 97 (ISO 13616). */
bool iban_is_danish(const char *iban);

#endif
