/* Facts on the wire: the columns of a kind's table in PostgreSQL, to and from Values, by the table of columns. */
#ifndef YDELSE_IO_PG_PG_FACT_H
#define YDELSE_IO_PG_PG_FACT_H

#include "io/base/sha256.h"
#include "io/intake/intake.h"
#include "io/intake/kind.h"
#include "io/load/salt.h"
#include "io/pg/pg.h"

/* delivery_id, file_id, line, bucket, posttype, content, salt first, row_hash last */
#define FACT_OWN_COLUMNS 8
#define FACT_HASH_SIZE 16
#define FACT_COLUMNS_SIZE 1024

/* Number of columns of fact_<kind>: its own and those of the file but posttype, which is among its own. */
int pg_fact_column_count(KindId kind);

/* "delivery_id, file_id, line, ...": the columns in the order in which they are encoded. */
void pg_fact_columns(KindId kind, char text[FACT_COLUMNS_SIZE]);

/* SQL about a kind's tables: {kind}, {id} and {columns} in the pattern become the kind's name, the column that
 * names a row, and pg_fact_columns. Asserts that sql is large enough. */
void pg_fact_sql(KindId kind, const char *pattern, char *sql, size_t sql_size);

typedef struct {
    int32_t delivery_id;
    int32_t file_id;
    int32_t line;
    Posttype posttype;
    ContentHash content;
    char salt[SALT_SIZE];
} FactOrigin;

/* Bytes that pg_fact_encode may need at most. */
size_t pg_fact_size_max(KindId kind, const Value *values);
/* Writes the fields of a row (without their count); returns the place after them. sha is one that was begun; it is
 * left as one that was just begun. The last FACT_HASH_SIZE bytes are row_hash. */
char *pg_fact_encode(KindId kind, const FactOrigin *origin, const Value *values, Sha256 *sha, char *target);
/* row_hash of fields as they are encoded, from delivery_id (which it leaves out) to the last one before row_hash. */
void pg_fact_hash(Sha256 *sha, const char *fields, size_t size_bytes, char hash[FACT_HASH_SIZE]);

/* The bucket of the row's participant, BUCKET_NONE when it names none. */
int16_t pg_fact_bucket(KindId kind, const Value *values);

/* A column's Value from a field of COPY; the text is borrowed from the field. Codes become numbers again; of a
 * date or an amount there is no text. Asserts that a code is known. */
void pg_fact_decode(const Column *column, PgField field, Value *value);

#endif
