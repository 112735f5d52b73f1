/* The digests of a load: for each file the SHA-256 over the row hashes of the facts stored from it, in order of line,
 * and for the delivery those of everything else (sql/0001: load_digest).
 *
 * Rows are not stored in the order of their lines: those whose fate must be looked up come later. So the hashes are
 * kept until the file ends, LEAVES_MAX of them; of a larger file the database is asked.
 */
#ifndef YDELSE_IO_LOAD_LOAD_DIGEST_H
#define YDELSE_IO_LOAD_LOAD_DIGEST_H

#include "io/pg/pg_fact.h"

#define LEAVES_MAX (1 << 20) /* 20 MB */

typedef struct {
    int32_t line;
    char hash[FACT_HASH_SIZE];
} Leaf;

/* Begins as {0}. */
typedef struct {
    Leaf *leaves;
    int32_t count, capacity;
    bool in_order;
    bool too_many;
} Leaves;

/* False when there is no memory. */
bool leaves_add(Leaves *leaves, int32_t line, const char hash[FACT_HASH_SIZE]);
void leaves_clear(Leaves *leaves);
void leaves_free(Leaves *leaves);

/* The file has ended and its rows are in the database: writes its digest, unless nothing of it was stored. sha as in
 * pg_fact_encode. */
Status load_digest_file(Pg *pg, Leaves *leaves, Sha256 *sha, KindId kind, int32_t delivery_id,
                        int32_t file_id, Error *error);

/* Everything else of the delivery. woken[kind]: rows of the kind that waited became facts. */
Status load_digest_rest(Pg *pg, int32_t delivery_id, const bool woken[KIND_COUNT], Error *error);

#endif
