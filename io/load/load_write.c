/* What a chunk leaves behind beside its facts: rejects, waiting rows, ended versions, resolved rejects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv/csv_charset.h"
#include "io/load/load_internal.h"

#define REJECT_COLUMNS 14
#define SQL_SIZE (2 * FACT_COLUMNS_SIZE + 512)

static const char *const resolved_names[] = {
    [RESOLVED_STORED] = "stored", [RESOLVED_DUPLICATE] = "duplicate", [RESOLVED_REPEATED] = "repeated"};

/* Room for one more; doubles. */
static void *reserve(void *items, int32_t count, int32_t *capacity, size_t item_size_bytes) {
    if (count < *capacity)
        return items;
    const int32_t wanted = *capacity == 0 ? 256 : *capacity * 2;
    void *moved = realloc(items, (size_t)wanted * item_size_bytes);
    if (moved != NULL)
        *capacity = wanted;
    return moved;
}

bool load_pend_reject(LoadRows *rows, PendingReject *reject) {
    PendingReject *items = reserve(rows->rejects, rows->reject_count, &rows->reject_capacity, sizeof *items);
    if (items == NULL)
        return false;
    rows->rejects = items;
    reject->reject_id = rows->next_reject_id++;
    items[rows->reject_count++] = *reject;
    return true;
}

bool load_pend_end(LoadRows *rows, const PendingEnd *end) {
    PendingEnd *items = reserve(rows->ends, rows->end_count, &rows->end_capacity, sizeof *items);
    if (items == NULL)
        return false;
    rows->ends = items;
    items[rows->end_count++] = *end;
    return true;
}

bool load_pend_resolved(LoadRows *rows, int64_t reject_id, ResolvedOutcome outcome) {
    PendingResolved *items =
        reserve(rows->resolved, rows->resolved_pending, &rows->resolved_capacity, sizeof *items);
    if (items == NULL)
        return false;
    rows->resolved = items;
    items[rows->resolved_pending++] = (PendingResolved){reject_id, outcome};
    return true;
}

/* What could be read of a broken row may be no text at all; then the raw row is all there is. */
static void put_readable(PgCopyIn *copy, Text text) {
    const bool readable = utf8_bad_byte(text.bytes, text.size_bytes) < 0;
    pg_put_text(copy, text.bytes, readable ? text.size_bytes : 0);
}

static void put_reject(PgCopyIn *copy, const LoadRows *rows, const PendingReject *reject) {
    const char *kind = kind_table[rows->kind].name;
    pg_copy_row(copy, REJECT_COLUMNS);
    pg_put_int8(copy, reject->reject_id);
    pg_put_int4(copy, rows->delivery_id);
    pg_put_int4(copy, reject->file_id);
    pg_put_int4(copy, reject->line);
    pg_put_text(copy, kind, strlen(kind));
    pg_put_text(copy, reject->code, strlen(reject->code));
    pg_put_text(copy, reject->column, strlen(reject->column));
    pg_put_int4(copy, reject->field_number);
    pg_put_text(copy, reject->found, strlen(reject->found));
    pg_put_text(copy, reject->expected, strlen(reject->expected));
    pg_put_bool(copy, reject->whole_file);
    if (reject->raw.bytes == NULL)
        pg_put_null(copy);
    else
        pg_put_bytes(copy, reject->raw.bytes, reject->raw.size_bytes);
    put_readable(copy, reject->id);
    put_readable(copy, reject->cpr);
}

static Status write_rejects(LoadRows *rows, int32_t *waiting_count, Error *error) {
    PgCopyIn *copy;
    *waiting_count = 0;
    const Status status =
        pg_copy_in_begin(rows->pg,
                         "COPY ydelse.reject (reject_id, delivery_id, file_id, line, kind, "
                         "code, column_name, field_number, found, "
                         "expected, whole_file, raw, post_id, cpr) FROM STDIN (FORMAT binary)",
                         &copy, error);
    if (status != STATUS_OK)
        return status;
    for (int32_t i = 0; i < rows->reject_count; i++) {
        put_reject(copy, rows, &rows->rejects[i]);
        *waiting_count += rows->rejects[i].waiting != NULL ? 1 : 0;
    }
    return pg_copy_in_end(copy, NULL, NULL, error);
}

static Status write_waiting(LoadRows *rows, Error *error) {
    char sql[SQL_SIZE];
    PgCopyIn *copy;
    pg_fact_sql(rows->kind, "COPY ydelse.waiting_{kind} ({columns}, reject_id) FROM STDIN (FORMAT binary)",
                sql, sizeof sql);
    const Status status = pg_copy_in_begin(rows->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    for (int32_t i = 0; i < rows->reject_count; i++) {
        if (rows->rejects[i].waiting == NULL)
            continue;
        pg_copy_row(copy, pg_fact_column_count(rows->kind) + 1);
        pg_copy_encoded(copy, rows->rejects[i].waiting, rows->rejects[i].waiting_size_bytes);
        pg_put_int8(copy, rows->rejects[i].reject_id);
    }
    return pg_copy_in_end(copy, NULL, NULL, error);
}

static Status write_ends(LoadRows *rows, Error *error) {
    PgCopyIn *copy;
    const Status status = pg_copy_in_begin(
        rows->pg,
        "COPY ydelse.fact_ended (bucket, cpr, file_id, line, delivery_id) FROM STDIN (FORMAT binary)", &copy,
        error);
    if (status != STATUS_OK)
        return status;
    for (int32_t i = 0; i < rows->end_count; i++) {
        pg_copy_row(copy, 5);
        pg_put_int2(copy, rows->ends[i].bucket);
        pg_put_text(copy, rows->ends[i].cpr.bytes, rows->ends[i].cpr.size_bytes);
        pg_put_int4(copy, rows->ends[i].file_id);
        pg_put_int4(copy, rows->ends[i].line);
        pg_put_int4(copy, rows->delivery_id);
    }
    return pg_copy_in_end(copy, NULL, NULL, error);
}

/* Rows that waited become facts, known from this delivery on, with the file and line they came from. */
static Status write_woken(LoadRows *rows, Error *error) {
    char columns[FACT_COLUMNS_SIZE];
    char sql[SQL_SIZE];
    char delivery[16];
    pg_fact_columns(rows->kind, columns);
    snprintf(delivery, sizeof delivery, "%d", rows->delivery_id);
    snprintf(sql, sizeof sql,
             "INSERT INTO ydelse.fact_%s (%s) SELECT $1, %s FROM ydelse.waiting_%s WHERE reject_id = "
             "ANY($2::bigint[]) "
             "ORDER BY file_id, line",
             kind_table[rows->kind].name, columns, columns + strlen("delivery_id, "),
             kind_table[rows->kind].name);
    rows->woken_kinds[rows->kind] = true;
    const char *const values[] = {delivery, pg_array_text(&rows->woken)};
    return pg_query(rows->pg, sql, 2, values, NULL, error);
}

static Status write_resolved(LoadRows *rows, Error *error) {
    PgCopyIn *copy;
    const Status status = pg_copy_in_begin(
        rows->pg, "COPY ydelse.reject_resolved (reject_id, delivery_id, outcome) FROM STDIN (FORMAT binary)",
        &copy, error);
    if (status != STATUS_OK)
        return status;
    for (int32_t i = 0; i < rows->resolved_pending; i++) {
        const char *name = resolved_names[rows->resolved[i].outcome];
        pg_copy_row(copy, 3);
        pg_put_int8(copy, rows->resolved[i].reject_id);
        pg_put_int4(copy, rows->delivery_id);
        pg_put_text(copy, name, strlen(name));
        rows->resolved_count += rows->resolved[i].outcome == RESOLVED_REPEATED ? 0 : 1;
    }
    return pg_copy_in_end(copy, NULL, NULL, error);
}

Status load_write_pending(LoadRows *rows, Error *error) {
    Status status = STATUS_OK;
    int32_t waiting_count = 0;
    if (rows->reject_count > 0)
        status = write_rejects(rows, &waiting_count, error);
    if (status == STATUS_OK && waiting_count > 0)
        status = write_waiting(rows, error);
    if (status == STATUS_OK && rows->woken.count > 0)
        status = write_woken(rows, error);
    if (status == STATUS_OK && rows->end_count > 0)
        status = write_ends(rows, error);
    if (status == STATUS_OK && rows->resolved_pending > 0)
        status = write_resolved(rows, error);
    rows->reject_count = rows->end_count = rows->resolved_pending = 0;
    pg_array_clear(&rows->woken);
    return status;
}
