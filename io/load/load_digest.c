#include "io/load/load_digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pg/pg_array.h"

bool leaves_add(Leaves *leaves, int32_t line, const char hash[FACT_HASH_SIZE]) {
    if (leaves->count == LEAVES_MAX) {
        leaves->too_many = true;
        return true;
    }
    if (leaves->count == leaves->capacity) {
        const int32_t capacity = leaves->capacity == 0 ? 1024 : leaves->capacity * 2;
        Leaf *moved = realloc(leaves->leaves, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        leaves->leaves = moved;
        leaves->capacity = capacity;
    }
    leaves->in_order =
        leaves->count == 0 || (leaves->in_order && leaves->leaves[leaves->count - 1].line < line);
    leaves->leaves[leaves->count].line = line;
    memcpy(leaves->leaves[leaves->count].hash, hash, FACT_HASH_SIZE);
    leaves->count++;
    return true;
}

void leaves_clear(Leaves *leaves) {
    leaves->count = 0;
    leaves->too_many = false;
}

void leaves_free(Leaves *leaves) {
    free(leaves->leaves);
    *leaves = (Leaves){0};
}

static int by_line(const void *a, const void *b) {
    const Leaf *left = a;
    const Leaf *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

static Status write_digest(Pg *pg, const Leaves *leaves, Sha256 *sha, const char *const place[3],
                           Error *error) {
    char rows[16];
    char hex[SHA256_HEX_SIZE + 2] = "\\x";
    uint8_t digest[SHA256_SIZE];
    for (int32_t i = 0; i < leaves->count; i++)
        sha256_add(sha, leaves->leaves[i].hash, FACT_HASH_SIZE);
    sha256_next(sha, digest);
    sha256_hex(digest, hex + 2);
    snprintf(rows, sizeof rows, "%d", leaves->count);
    const char *const values[] = {place[0], place[1], place[2], rows, hex};
    return pg_query(pg,
                    "INSERT INTO ydelse.load_digest (delivery_id, file_id, relation, rows, digest) "
                    "VALUES ($1, $2, 'fact_' || $3, $4, $5)",
                    5, values, NULL, error);
}

static Status ask_digest(Pg *pg, KindId kind, const char *const place[3], Error *error) {
    char sql[512];
    pg_fact_sql(kind,
                "INSERT INTO ydelse.load_digest (delivery_id, file_id, relation, rows, digest) "
                "SELECT delivery_id, file_id, 'fact_' || $3, count(*), "
                "sha256(string_agg(uuid_send(row_hash), ''::bytea ORDER BY line)) FROM ydelse.fact_{kind} "
                "WHERE delivery_id = $1 AND file_id = $2 GROUP BY delivery_id, file_id",
                sql, sizeof sql);
    return pg_query(pg, sql, 3, place, NULL, error);
}

Status load_digest_file(Pg *pg, Leaves *leaves, Sha256 *sha, KindId kind, int32_t delivery_id,
                        int32_t file_id, Error *error) {
    char delivery[16];
    char file[16];
    snprintf(delivery, sizeof delivery, "%d", delivery_id);
    snprintf(file, sizeof file, "%d", file_id);
    const char *const place[] = {delivery, file, kind_table[kind].name};
    if (leaves->too_many)
        return ask_digest(pg, kind, place, error);
    if (leaves->count == 0)
        return STATUS_OK;
    if (!leaves->in_order)
        qsort(leaves->leaves, (size_t)leaves->count, sizeof leaves->leaves[0], by_line);
    return write_digest(pg, leaves, sha, place, error);
}

Status load_digest_rest(Pg *pg, int32_t delivery_id, const bool woken[KIND_COUNT], Error *error) {
    char delivery[16];
    PgArray kinds = {0};
    bool enough = true;
    for (int32_t kind = 0; kind < KIND_COUNT && enough; kind++)
        if (woken[kind]) {
            const char *name = kind_table[kind].name;
            enough = pg_array_add(&kinds, (Text){name, (uint32_t)strlen(name)});
        }
    snprintf(delivery, sizeof delivery, "%d", delivery_id);
    const char *const values[] = {delivery, pg_array_text(&kinds)};
    const Status status =
        enough ? pg_query(pg, "SELECT ydelse.load_digest_rest($1, $2::text[])", 2, values, NULL, error)
               : error_no_memory(error);
    pg_array_free(&kinds);
    return status;
}
