/* Facts and waiting rows: each row's hash is taken again from its columns as COPY gives them, and the digest of the rows
 * that a delivery stored of a file is held against load_digest. Rows come in the order of the digest. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pg/pg_encode.h"
#include "io/pg/pg_fact.h"
#include "io/proof/verify.h"

#define SQL_SIZE (2 * FACT_COLUMNS_SIZE + 1024)
#define FIELDS_MAX (COLUMNS_MAX + FACT_OWN_COLUMNS + 2)
#define KEY_SIZE 160

enum { FIELD_DELIVERY, FIELD_FILE, FIELD_LINE }; /* the first fields of a row */

typedef struct {
    VerifyReport *report;
    PgRows *files;    /* file_id, name; by file_id */
    PgRows *expected; /* delivery_id, file_id, rows, digest in hex; in their order */
    int expected_next;
    char table[64];
    Sha256 row, group;
    /* The group being read. */
    int32_t delivery_id, file_id, last_line;
    int64_t rows;
} FactCheck;

static void key_of(const FactCheck *check, int32_t file_id, int32_t line, char key[KEY_SIZE]) {
    int low = 0, high = pg_row_count(check->files) - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (pg_integer(check->files, middle, 0) < file_id)
            low = middle + 1;
        else
            high = middle;
    }
    const bool known = low <= high && pg_integer(check->files, low, 0) == file_id;
    if (line > 0)
        snprintf(key, KEY_SIZE, "%.100s:%d (fil %d)", known ? pg_text(check->files, low, 1) : "?", line,
                 file_id);
    else
        snprintf(key, KEY_SIZE, "%.100s (fil %d)", known ? pg_text(check->files, low, 1) : "?", file_id);
}

static void wrong(FactCheck *check, WrongCode code, int32_t file_id, int32_t line, const char *expected,
                  const char *found) {
    char key[KEY_SIZE];
    key_of(check, file_id, line, key);
    verify_wrong(check->report, VERIFY_fakta, code, check->table, key, expected, found);
}

/* --- Groups ---------------------------------------------------------------------------------------------------------- */

/* Below, at or above 0: the next expected group comes before, is, or comes after this one. */
static int next_against(const FactCheck *check, int32_t delivery_id, int32_t file_id) {
    const int64_t delivery = pg_integer(check->expected, check->expected_next, 0);
    const int64_t file = pg_integer(check->expected, check->expected_next, 1);
    if (delivery != delivery_id)
        return delivery < delivery_id ? -1 : 1;
    return file < file_id ? -1 : file > file_id;
}

/* Expected groups before this one have no row at all. */
static void pass_missing(FactCheck *check, int32_t delivery_id, int32_t file_id) {
    while (check->expected_next < pg_row_count(check->expected) &&
           next_against(check, delivery_id, file_id) < 0) {
        wrong(check, WRONG_RAEKKER_MANGLER, (int32_t)pg_integer(check->expected, check->expected_next, 1), 0,
              pg_text(check->expected, check->expected_next, 2), "0");
        check->expected_next++;
    }
}

static bool group_is_expected(const FactCheck *check) {
    return check->expected_next < pg_row_count(check->expected) &&
           next_against(check, check->delivery_id, check->file_id) == 0;
}

static void end_group(FactCheck *check) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    char texts[2][96];
    if (check->rows == 0)
        return;
    sha256_next(&check->group, digest);
    sha256_hex(digest, hex);
    if (group_is_expected(check)) {
        const int at = check->expected_next++;
        if (strcmp(pg_text(check->expected, at, 3), hex) != 0 ||
            pg_integer(check->expected, at, 2) != check->rows) {
            snprintf(texts[0], sizeof texts[0], "%.20s, %.16s", pg_text(check->expected, at, 2),
                     pg_text(check->expected, at, 3));
            snprintf(texts[1], sizeof texts[1], "%lld, %.16s", (long long)check->rows, hex);
            wrong(check, WRONG_RAEKKER_AFVIGER, check->file_id, 0, texts[0], texts[1]);
        }
    }
    verify_rows(check->report, VERIFY_fakta, check->rows);
    check->rows = 0;
}

/* --- Rows ------------------------------------------------------------------------------------------------------------ */

/* From the size of the first field to the end of the last one before row_hash: they lie side by side. */
static void check_hash(FactCheck *check, const PgField *fields, int hash_field) {
    char hash[FACT_HASH_SIZE];
    const char *first = fields[FIELD_DELIVERY].bytes - 4;
    const char *end = fields[hash_field].bytes - 4;
    pg_fact_hash(&check->row, first, (size_t)(end - first), hash);
    if (memcmp(hash, fields[hash_field].bytes, FACT_HASH_SIZE) != 0)
        wrong(check, WRONG_RAEKKE_AENDRET, check->file_id, check->last_line, "", "");
}

static void take_row(FactCheck *check, const PgField *fields, int hash_field) {
    const int32_t delivery_id = pg_field_int4(fields[FIELD_DELIVERY]);
    const int32_t file_id = pg_field_int4(fields[FIELD_FILE]);
    const int32_t line = pg_field_int4(fields[FIELD_LINE]);
    char delivery[16];
    if (check->rows == 0 || delivery_id != check->delivery_id || file_id != check->file_id) {
        end_group(check);
        pass_missing(check, delivery_id, file_id);
        check->delivery_id = delivery_id;
        check->file_id = file_id;
    } else if (line == check->last_line) {
        wrong(check, WRONG_RAEKKE_DOBBELT, file_id, line, "", "");
    }
    check->last_line = line;
    check->rows++;
    if (!group_is_expected(check)) {
        snprintf(delivery, sizeof delivery, "%d", delivery_id);
        wrong(check, WRONG_RAEKKE_UKENDT, file_id, line, "", delivery);
    }
    if (fields[hash_field].size_bytes != FACT_HASH_SIZE) {
        wrong(check, WRONG_RAEKKE_AENDRET, file_id, line, "", "");
        return;
    }
    if (fields[hash_field + 1].bytes[0] == 0) /* not erased */
        check_hash(check, fields, hash_field);
    sha256_add(&check->group, fields[hash_field].bytes, FACT_HASH_SIZE);
}

/* The rows as they are encoded, and false; of erased ones the leaf in its place, and true. An order of line and reject makes
 * waiting rows unique. */
static void rows_sql(KindId kind, bool waiting, const char *table, char sql[SQL_SIZE]) {
    char nulls[FACT_COLUMNS_SIZE];
    char pattern[SQL_SIZE];
    int size = 0;
    for (int i = 3; i < pg_fact_column_count(kind) - 1; i++) /* between line and row_hash */
        size += snprintf(nulls + size, sizeof nulls - (size_t)size, "NULL, ");
    const int written = snprintf(
        pattern, sizeof pattern,
        "COPY (SELECT %s FROM (SELECT {columns}, false AS erased, %s AS place FROM ydelse.%s UNION ALL "
        "SELECT delivery_id, file_id, line, %sencode(substr(row_hash, 1, 16), 'hex')::uuid, true, reject_id "
        "FROM ydelse.erased_row WHERE relation = '%s') r ORDER BY delivery_id, file_id, line, place) "
        "TO STDOUT (FORMAT binary)",
        "{columns}, erased", waiting ? "reject_id" : "0::bigint", table, nulls, table);
    assert(written < SQL_SIZE);
    (void)written;
    pg_fact_sql(kind, pattern, sql, SQL_SIZE);
}

static Status read_table(Pg *pg, FactCheck *check, KindId kind, bool waiting, Error *error) {
    char sql[SQL_SIZE];
    PgField fields[FIELDS_MAX];
    PgCopyOut *copy;
    bool more = true;
    const int field_count = pg_fact_column_count(kind) + 1;
    rows_sql(kind, waiting, check->table, sql);
    Status status = pg_copy_out_begin(pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, field_count, &more, error);
        if (status == STATUS_OK && more)
            take_row(check, fields, field_count - 2);
    }
    pg_copy_out_close(copy);
    end_group(check);
    pass_missing(check, INT32_MAX, INT32_MAX);
    return status;
}

/* --- Beside the rows ------------------------------------------------------------------------------------------------- */

/* A fact counts from the delivery of its file, or from the one that accepted it after it was rejected; its bucket is
 * that of its participant; a waiting row is that of its reject. */
static Status check_places(Pg *pg, FactCheck *check, KindId kind, Error *error) {
    char sql[2048];
    PgRows *rows = NULL;
    pg_fact_sql(
        kind,
        "SELECT 'fact_{kind}', f.file_id, f.line, i.delivery_id, f.delivery_id FROM ydelse.fact_{kind} f "
        "LEFT JOIN ydelse.input_file i ON i.file_id = f.file_id AND i.kind = '{kind}' "
        "WHERE f.delivery_id IS DISTINCT FROM i.delivery_id AND NOT EXISTS (SELECT FROM ydelse.reject r "
        "JOIN ydelse.reject_resolved d USING (reject_id) WHERE r.file_id = f.file_id AND r.line = f.line "
        "AND d.delivery_id = f.delivery_id AND d.outcome = 'stored' AND i.file_id IS NOT NULL) "
        "UNION ALL SELECT 'waiting_{kind}', w.file_id, w.line, r.delivery_id, w.delivery_id "
        "FROM ydelse.waiting_{kind} w LEFT JOIN ydelse.reject r ON r.reject_id = w.reject_id "
        "AND r.file_id = w.file_id AND r.line = w.line AND r.kind = '{kind}' "
        "WHERE r.delivery_id IS DISTINCT FROM w.delivery_id LIMIT 2000",
        sql, sizeof sql);
    const Status status = pg_query(pg, sql, 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        snprintf(check->table, sizeof check->table, "%.60s", pg_text(rows, i, 0));
        wrong(check, WRONG_KENDT_FRA, (int32_t)pg_integer(rows, i, 1), (int32_t)pg_integer(rows, i, 2),
              pg_text(rows, i, 3), pg_text(rows, i, 4));
    }
    pg_rows_free(rows);
    return status;
}

static Status check_table(Pg *pg, FactCheck *check, KindId kind, bool waiting, Error *error) {
    const char *const values[] = {check->table};
    snprintf(check->table, sizeof check->table, "%s_%s", waiting ? "waiting" : "fact", kind_table[kind].name);
    check->expected_next = 0;
    Status status =
        pg_query(pg,
                 "SELECT delivery_id, file_id, rows, encode(digest, 'hex') FROM ydelse.load_digest WHERE "
                 "relation = $1 ORDER BY delivery_id, file_id",
                 1, values, &check->expected, error);
    if (status == STATUS_OK)
        status = read_table(pg, check, kind, waiting, error);
    pg_rows_free(check->expected);
    check->expected = NULL;
    return status;
}

static Status check_kinds(Pg *pg, FactCheck *check, Error *error) {
    Status status = pg_query(pg, "SELECT file_id, name FROM ydelse.input_file ORDER BY file_id", 0, NULL,
                             &check->files, error);
    for (int32_t kind = 0; kind < KIND_COUNT && status == STATUS_OK; kind++) {
        status = check_table(pg, check, (KindId)kind, false, error);
        if (status == STATUS_OK)
            status = check_table(pg, check, (KindId)kind, true, error);
        if (status == STATUS_OK)
            status = check_places(pg, check, (KindId)kind, error);
    }
    return status;
}

Status verify_facts(Pg *pg, VerifyReport *report, Error *error) {
    FactCheck check = {.report = report};
    Status status = STATUS_OK;
    if (!sha256_begin(&check.row) || !sha256_begin(&check.group))
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = check_kinds(pg, &check, error);
    pg_rows_free(check.files);
    sha256_abandon(&check.row);
    sha256_abandon(&check.group);
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_filer, "verify_files", 0, NULL, error);
    const int64_t before = verify_wrong_of(report, VERIFY_afviste);
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_afviste, "verify_rejects", 0, NULL, error);
    if (status == STATUS_OK && verify_wrong_of(report, VERIFY_afviste) != before)
        status = verify_query(pg, report, VERIFY_afviste, "verify_live", 0, NULL, error);
    return status;
}
