/* The accounts of the books: an account number for each role that postings use (config/kontoplan.csv).
 *
 * The roles are closed: every one of them must be there, once, and no other. The built-in table has numbers that must be
 * replaced; setting betaling.kontoplan names the real one.
 */
#ifndef YDELSE_IO_PAY_KONTOPLAN_H
#define YDELSE_IO_PAY_KONTOPLAN_H

#include "io/pay/betalere.h"

typedef enum {
    KONTO_YDELSE_RF,
    KONTO_YDELSE_JA,
    KONTO_ATP_KOMMUNE,
    KONTO_SKYLDIG_ATP,
    KONTO_SKYLDIG_SKAT,
    KONTO_SKYLDIG_PENSION,
    KONTO_MELLEMREGNING_NEMKONTO,
    KONTO_MELLEMREGNING_STAT,
    KONTO_TILGODEHAVENDE,
    KONTO_ROLE_COUNT,
} KontoRole;

#define KONTO_SIZE 41

typedef struct {
    char konto[KONTO_ROLE_COUNT][KONTO_SIZE]; /* letters, digits, . _ / - */
} Kontoplan;

/* path NULL: the built-in table. STATUS_CONFIG with file and line, STATUS_NO_INPUT when the file is not there. */
Status kontoplan_load(const char *path, Kontoplan *kontoplan, Error *error);

/* What outputs are made with (sql/0016): {"accounts": {role: account}, "cvr": {kommunekode: CVR number}}; NULL when there
 * is no memory. The caller frees it. */
char *kontoplan_config(const Kontoplan *kontoplan, const Betalere *betalere);

#endif
