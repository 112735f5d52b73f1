/* Settling: a file of answers is read, stored, and its payments are moved, in one transaction.
 *
 * Killed at any moment it has happened as a whole or not at all; the same file again changes nothing, so that a lost
 * answer of the database is no failure: settle the file again.
 */
#ifndef YDELSE_IO_PAY_SETTLE_H
#define YDELSE_IO_PAY_SETTLE_H

#include <stdbool.h>

#include "io/command/command.h"
#include "io/pay/answer.h"
#include "io/pg/pg.h"

typedef struct {
    int64_t answer_file_id;
    bool known;      /* these bytes were here before; nothing was changed */
    int64_t reading; /* which reading of these bytes; above 1: what could not be used before */
    PgRows *summary; /* of sql/queries/answer_summary.sql */
    PgRows *answers; /* of answer_list.sql: those that somebody must look at */
    PgRows *batches; /* of answer_batches.sql */
} Settlement;

/* dry_run: everything is done and rolled back. Free also after an error. */
Status settle_file(Pg *pg, const AnswerCodes *codes, const char *path, bool dry_run, Settlement *settlement,
                   Error *error);
void settlement_free(Settlement *settlement);

#endif
