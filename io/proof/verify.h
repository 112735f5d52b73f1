/* ydelse verify: everything that is stored is held against what else is stored, against the program, and against a
 * computation done again. One bad thing is told and the checks go on.
 *
 * The checks read in one transaction, so that they see one state of the database. They trust nothing that is stored,
 * but the functions of the schema, which are first held against the migrations in the program. Rows are streamed;
 * memory does not grow with their number. A key never shows a whole CPR number.
 */
#ifndef YDELSE_IO_PROOF_VERIFY_H
#define YDELSE_IO_PROOF_VERIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "io/base/error.h"
#include "io/pg/pg.h"
#include "io/show/table.h"

typedef enum {
#define CHECK(name, danish, english) VERIFY_##name,
#include "io/proof/verify.def"
    VERIFY_COUNT
} VerifyCheck;

typedef enum {
#define WRONG(code, danish, english) WRONG_##code,
#include "io/proof/verify.def"
    WRONG_COUNT
} WrongCode;

/* So many wrong things of each check are listed; all are counted. */
#define WRONG_LISTED_MAX 1000
#define VERIFY_TEXT_SIZE 192

typedef struct VerifyReport VerifyReport;

/* NULL without memory. */
VerifyReport *verify_report_begin(void);
void verify_report_free(VerifyReport *report);
/* How many rows a check has looked at. */
void verify_rows(VerifyReport *report, VerifyCheck check, int64_t rows);
/* Something is wrong: in this table, with this key. Texts are copied, cut and masked. */
void verify_wrong(VerifyReport *report, VerifyCheck check, WrongCode code, const char *table, const char *key,
                  const char *expected, const char *found);
int64_t verify_wrong_count(const VerifyReport *report);
/* How many wrong things of a check there are so far. */
int64_t verify_wrong_of(const VerifyReport *report, VerifyCheck check);

/* Text: a line for each wrong thing, then one for each check. CSV and JSON: one list, the checks first. */
Status verify_report_print(const VerifyReport *report, TableFormat format, bool danish, FILE *out,
                           Error *error);

/* A query of sql/queries/ that gives (code, table, key, expected, found) for every wrong thing; code ROWS: found is
 * how many rows it looked at. */
Status verify_query(Pg *pg, VerifyReport *report, VerifyCheck check, const char *name, int parameter_count,
                    const PgParameter *parameters, Error *error);

/* The checks, in the order in which they are done. */
Status verify_schema(Pg *pg, VerifyReport *report, Error *error);
/* Not one of verify_checks: it makes the schema anew. */
Status verify_catalog(Pg *pg, VerifyReport *report, Error *error);
Status verify_deliveries(Pg *pg, VerifyReport *report, Error *error);
Status verify_facts(Pg *pg, VerifyReport *report, Error *error);
/* seal_hex: the chain must have this seal; NULL: none is asked for. */
Status verify_seals(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error);
Status verify_results(Pg *pg, VerifyReport *report, Error *error);
Status verify_batches(Pg *pg, VerifyReport *report, Error *error);
Status verify_answers(Pg *pg, VerifyReport *report, Error *error);
Status verify_claims(Pg *pg, VerifyReport *report, Error *error);
Status verify_erasures(Pg *pg, VerifyReport *report, Error *error);
Status verify_payment_files(Pg *pg, VerifyReport *report, Error *error);

/* All of them but verify_catalog, in the caller's transaction. */
Status verify_checks(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error);
/* All of them, in one transaction that changes nothing. */
Status verify_all(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error);

#endif
