#include "io/load/load_rows.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/load/load_internal.h"

#define SQL_SIZE (FACT_COLUMNS_SIZE + 128)
#define PENDING_REJECTS_MAX 16384

void load_fail(LoadRows *rows, Status status, const Error *error) {
    if (rows->status != STATUS_OK || status == STATUS_OK)
        return;
    rows->status = status;
    rows->error = *error;
}

static void fail_memory(LoadRows *rows) {
    Error error;
    load_fail(rows, error_no_memory(&error), &error);
}

/* --- Beginning and end ------------------------------------------------------------------------------------------- */

static bool allocate(LoadRows *rows) {
    rows->chunk = malloc(CHUNK_ROWS_MAX * sizeof rows->chunk[0]);
    rows->groups = malloc(CHUNK_ROWS_MAX * sizeof rows->groups[0]);
    rows->slots = calloc(CHUNK_SLOTS, sizeof rows->slots[0]);
    return rows->chunk != NULL && rows->groups != NULL && rows->slots != NULL && seen_begin(&rows->seen) &&
           sha256_begin(&rows->sha);
}

Status load_rows_begin(Pg *pg, int32_t delivery_id, LoadFinding *finding, void *context, LoadRows **rows,
                       Error *error) {
    PgRows *newest = NULL;
    Status status = pg_query(
        pg,
        "SELECT 1 + greatest((SELECT max(reject_id) FROM ydelse.reject), (SELECT max(reject_id) FROM "
        "ydelse.erased_row WHERE relation = 'reject'), 0)",
        0, NULL, &newest, error);
    if (status != STATUS_OK)
        return status;
    *rows = calloc(1, sizeof **rows);
    if (*rows == NULL || !allocate(*rows)) {
        load_rows_free(*rows);
        *rows = NULL;
        pg_rows_free(newest);
        return error_no_memory(error);
    }
    (*rows)->pg = pg;
    (*rows)->delivery_id = delivery_id;
    (*rows)->finding = finding;
    (*rows)->context = context;
    (*rows)->next_reject_id = pg_integer(newest, 0, 0);
    pg_rows_free(newest);
    return STATUS_OK;
}

void load_rows_free(LoadRows *rows) {
    if (rows == NULL)
        return;
    load_rows_file_undo(rows);
    known_free(&rows->known);
    seen_free(&rows->seen);
    arena_free(&rows->arena);
    pg_array_free(&rows->woken);
    leaves_free(&rows->leaves);
    sha256_abandon(&rows->sha);
    load_straight_free(&rows->straight_rows);
    free(rows->chunk);
    free(rows->groups);
    free(rows->slots);
    free(rows->rejects);
    free(rows->ends);
    free(rows->resolved);
    free(rows);
}

Status load_rows_remember_participants(LoadRows *rows, Error *error) {
    PgCopyOut *copy;
    PgField field;
    bool more = true;
    Status status = pg_copy_out_begin(
        rows->pg,
        "COPY (SELECT cpr_nummer FROM ydelse.fact_deltagere WHERE posttype <> 'T') TO STDOUT (FORMAT binary)",
        &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        Cpr cpr;
        status = pg_copy_out_next(copy, &field, 1, &more, error);
        if (status == STATUS_OK && more && cpr_parse(field.bytes, (uint32_t)field.size_bytes, &cpr))
            known_add(&rows->known, cpr);
    }
    pg_copy_out_close(copy);
    return status;
}

int64_t load_rows_resolved(const LoadRows *rows) {
    return rows->resolved_count;
}

/* --- Kinds --------------------------------------------------------------------------------------------------------- */

#define INDEX_SQL_SIZE 128

static Status index_function(LoadRows *rows, const char *function, Error *error) {
    char sql[INDEX_SQL_SIZE];
    snprintf(sql, sizeof sql, "SELECT ydelse.%s('%s')", function, kind_table[rows->kind].name);
    return pg_script(rows->pg, sql, error);
}

Status load_rows_kind_begin(LoadRows *rows, KindId kind, Error *error) {
    char sql[256];
    PgRows *found = NULL;
    rows->kind = kind;
    pg_fact_sql(
        kind,
        "SELECT WHERE EXISTS (SELECT FROM ydelse.fact_{kind}) OR EXISTS (SELECT FROM ydelse.waiting_{kind})",
        sql, sizeof sql);
    Status status = pg_query(rows->pg, sql, 0, NULL, &found, error);
    if (status != STATUS_OK)
        return status;
    rows->straight = pg_row_count(found) == 0;
    pg_rows_free(found);
    seen_clear(&rows->seen);
    if (rows->straight)
        status = index_function(rows, "fact_index_drop", error);
    return status;
}

static Status end_straight_copy(LoadRows *rows, Error *error) {
    Status status = load_straight_send(rows, error);
    status = pg_copy_in_end_after(rows->copy, status, error);
    rows->copy = NULL;
    return status;
}

/* From here on ids are asked for, so the indexes must be there. */
static Status leave_straight(LoadRows *rows, Error *error) {
    Status status = end_straight_copy(rows, error);
    if (rows->straight && status == STATUS_OK)
        status = index_function(rows, "fact_index_create", error);
    rows->straight = false;
    return status;
}

Status load_rows_kind_end(LoadRows *rows, Error *error) {
    const Status status = end_straight_copy(rows, error);
    assert(!rows->index_due);
    rows->index_due = rows->straight;
    rows->index_kind = rows->kind;
    rows->straight = false;
    return status;
}

/* The indexes are made before the savepoint: they stay when the file is rejected. */
Status load_rows_savepoint(LoadRows *rows, Error *error) {
    char sql[INDEX_SQL_SIZE];
    if (!rows->index_due)
        return pg_script(rows->pg, "SAVEPOINT file", error);
    rows->index_due = false;
    snprintf(sql, sizeof sql, "SELECT ydelse.fact_index_create('%s'); SAVEPOINT file",
             kind_table[rows->index_kind].name);
    return pg_script_send(rows->pg, sql, error);
}

Status load_rows_end(LoadRows *rows, Error *error) {
    if (!rows->index_due)
        return STATUS_OK;
    rows->index_due = false;
    rows->kind = rows->index_kind;
    return index_function(rows, "fact_index_create", error);
}

/* --- Files --------------------------------------------------------------------------------------------------------- */

void load_rows_file_begin(LoadRows *rows, const InputFile *file, int32_t file_id) {
    rows->file = file;
    rows->file_id = file_id;
    rows->counts = (LoadCounts){0};
    rows->straight_before = rows->straight;
    memset(rows->field_of_column, -1, sizeof rows->field_of_column);
}

Status load_copy_begin(LoadRows *rows, PgCopyIn **copy, Error *error) {
    char sql[SQL_SIZE];
    pg_fact_sql(rows->kind, "COPY ydelse.fact_{kind} ({columns}) FROM STDIN (FORMAT binary)", sql,
                sizeof sql);
    return pg_copy_in_begin(rows->pg, sql, copy, error);
}

/* Writes all that is gathered; the COPY of straight rows ends first, for there is one COPY at a time. */
static void flush(LoadRows *rows) {
    Error error;
    Status status = STATUS_OK;
    if (rows->chunk_count > 0) {
        status = leave_straight(rows, &error);
        if (status == STATUS_OK)
            status = load_chunk_process(rows, &error);
    } else {
        status = end_straight_copy(rows, &error);
        if (status == STATUS_OK)
            status = load_write_pending(rows, &error);
        load_chunk_clear(rows);
    }
    load_fail(rows, status, &error);
}

static void flush_when_full(LoadRows *rows) {
    if (rows->chunk_count == CHUNK_ROWS_MAX || rows->chunk_bytes >= CHUNK_BYTES_MAX ||
        rows->reject_count >= PENDING_REJECTS_MAX)
        flush(rows);
}

Status load_rows_file_end(LoadRows *rows, LoadCounts *counts, Error *error) {
    if (rows->status == STATUS_OK)
        flush(rows);
    if (rows->status == STATUS_OK) {
        const Status status = load_digest_file(rows->pg, &rows->leaves, &rows->sha, rows->kind,
                                               rows->delivery_id, rows->file_id, error);
        load_fail(rows, status, error);
    }
    leaves_clear(&rows->leaves);
    *counts = rows->counts;
    rows->file = NULL;
    if (rows->status != STATUS_OK)
        *error = rows->error;
    return rows->status;
}

void load_rows_file_undo(LoadRows *rows) {
    Error ignored;
    if (rows->copy != NULL)
        (void)pg_copy_in_end(rows->copy, "the file is rejected", NULL, &ignored);
    rows->copy = NULL;
    load_straight_drop(&rows->straight_rows);
    rows->straight = rows->straight_before;
    rows->reject_count = rows->end_count = rows->resolved_pending = 0;
    pg_array_clear(&rows->woken);
    leaves_clear(&rows->leaves);
    if (rows->slots != NULL)
        load_chunk_clear(rows);
    rows->counts = (LoadCounts){0};
    if (rows->kind == KIND_DELTAGERE)
        known_clear(&rows->known);
    rows->file = NULL;
}

/* --- Rows ---------------------------------------------------------------------------------------------------------- */

/* False when there is no salt for the row; then the load has failed. */
static bool origin_of(LoadRows *rows, const InputRow *row, FactOrigin *origin) {
    Error error;
    *origin = (FactOrigin){
        .delivery_id = rows->delivery_id,
        .file_id = rows->file_id,
        .line = row->line,
        .posttype = row->posttype,
        .content = row->content,
    };
    if (salt_next(&rows->salts, origin->salt))
        return true;
    load_fail(rows, error_errno(&error, STATUS_INTERNAL, "draw", "random bytes"), &error);
    return false;
}

static Cpr participant_of(const LoadRows *rows, const InputRow *row) {
    const int64_t number = row->values[kind_table[rows->kind].cpr_column].number;
    return number == VALUE_NONE ? CPR_UNKNOWN : (Cpr){(uint64_t)number};
}

/* A row with a new id, of a participant who is there: what resolve_fold says of it alone is final. */
static void add_straight(LoadRows *rows, const InputRow *row, Cpr cpr) {
    Error error;
    VersionOutcome outcome;
    FactOrigin origin;
    char *place = NULL;
    const Version version = {row->posttype, row->content, true};
    resolve_fold(rows->kind, &version, 1, &outcome);
    assert(outcome == VERSION_STORED);
    load_fail(rows, load_straight_room(rows, pg_fact_size_max(rows->kind, row->values), &place, &error),
              &error);
    if (place == NULL || !origin_of(rows, row, &origin))
        return;
    const char *end = pg_fact_encode(rows->kind, &origin, row->values, &rows->sha, place);
    if (!leaves_add(&rows->leaves, row->line, end - FACT_HASH_SIZE)) {
        fail_memory(rows);
        return;
    }
    load_straight_keep(rows, end, pg_fact_bucket(rows->kind, row->values));
    rows->counts.stored++;
    if (rows->kind == KIND_DELTAGERE)
        known_add(&rows->known, cpr);
}

static void add_to_chunk(LoadRows *rows, const InputRow *row, Cpr cpr, int64_t retried_reject_id) {
    FactOrigin origin;
    if (!origin_of(rows, row, &origin))
        return;
    const Text id = arena_copy(&rows->arena, row->values[kind_table[rows->kind].id_column].text);
    const Text raw = arena_copy(&rows->arena, row->raw);
    const size_t size_max = pg_fact_size_max(rows->kind, row->values);
    char *encoded = arena_alloc(&rows->arena, size_max, 1);
    if (id.bytes == NULL || raw.bytes == NULL || encoded == NULL) {
        fail_memory(rows);
        return;
    }
    const char *end = pg_fact_encode(rows->kind, &origin, row->values, &rows->sha, encoded);
    rows->chunk_bytes += size_max + raw.size_bytes + id.size_bytes;
    rows->chunk[rows->chunk_count++] = (ChunkRow){
        .id = id,
        .raw = raw,
        .encoded = encoded,
        .encoded_size_bytes = (size_t)(end - encoded),
        .cpr = cpr,
        .content = row->content,
        .retried_reject_id = retried_reject_id,
        .line = row->line,
        .next = -1,
        .posttype = row->posttype,
    };
    flush_when_full(rows);
}

/* Every row passes the filter while rows go straight, so that the next one with its id is noticed. */
void load_rows_add(LoadRows *rows, const InputRow *row, int64_t retried_reject_id) {
    if (rows->status != STATUS_OK)
        return;
    const Cpr cpr = participant_of(rows, row);
    const Text id = row->values[kind_table[rows->kind].id_column].text;
    memcpy(rows->field_of_column, row->field_of_column, (size_t)kind_table[rows->kind].column_count);
    const bool seen = rows->straight && seen_add(&rows->seen, XXH3_64bits(id.bytes, id.size_bytes));
    if (rows->straight && !seen && row->posttype == POSTTYPE_N && retried_reject_id == 0 &&
        (rows->kind == KIND_DELTAGERE || known_has(&rows->known, cpr)))
        add_straight(rows, row, cpr);
    else
        add_to_chunk(rows, row, cpr, retried_reject_id);
}

static bool pend_finding(LoadRows *rows, const InputFinding *finding, Text raw, Text id, Text cpr) {
    PendingReject reject = {
        .file_id = rows->file_id,
        .line = finding->line,
        .field_number = finding->field_number,
        .whole_file = finding->rejects_file,
        .code = finding_table[finding->code].code,
        .column = arena_copy_string(&rows->arena, finding->column == NULL ? "" : finding->column),
        .found = arena_copy_string(&rows->arena, finding->found == NULL ? "" : finding->found),
        .expected = arena_copy_string(&rows->arena, finding->expected == NULL ? "" : finding->expected),
        .raw = {NULL, 0},
        .id = arena_copy(&rows->arena, id),
        .cpr = arena_copy(&rows->arena, cpr),
    };
    if (raw.bytes != NULL)
        reject.raw = arena_copy(&rows->arena, raw);
    rows->chunk_bytes += raw.size_bytes + id.size_bytes;
    return reject.column != NULL && reject.found != NULL && reject.expected != NULL &&
           reject.id.bytes != NULL && reject.cpr.bytes != NULL &&
           (raw.bytes == NULL || reject.raw.bytes != NULL) && load_pend_reject(rows, &reject);
}

void load_rows_reject(LoadRows *rows, const InputFinding *finding, Text raw, Text id, Text cpr) {
    if (rows->status != STATUS_OK)
        return;
    rows->counts.rejected++;
    if (!pend_finding(rows, finding, raw, id, cpr))
        fail_memory(rows);
    else
        flush_when_full(rows);
}

void load_rows_reject_file(LoadRows *rows, const InputFinding *finding) {
    if (rows->status != STATUS_OK)
        return;
    assert(finding->rejects_file);
    if (!pend_finding(rows, finding, (Text){NULL, 0}, (Text){"", 0}, (Text){"", 0}))
        fail_memory(rows);
}

/* --- Waking ---------------------------------------------------------------------------------------------------------- */

/* Folds the next ids after `after` that wait for a participant of this delivery; *count tells how many. */
static Status wake_some(LoadRows *rows, Text *after, int *count, Error *error) {
    char sql[768];
    char delivery[16];
    PgRows *found = NULL;
    char limit[16];
    snprintf(delivery, sizeof delivery, "%d", rows->delivery_id);
    snprintf(limit, sizeof limit, "%d", CHUNK_ROWS_MAX);
    pg_fact_sql(rows->kind,
                "SELECT DISTINCT w.{id} FROM ydelse.waiting_{kind} w WHERE w.{id} > $1 "
                "AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = w.reject_id "
                "AND d.outcome <> 'corrected') AND EXISTS (SELECT FROM ydelse.fact_deltagere d WHERE "
                "d.cpr_nummer = w.cpr_nummer "
                "AND d.delivery_id = $2) ORDER BY 1 LIMIT $3",
                sql, sizeof sql);
    const char *const values[] = {after->bytes, delivery, limit};
    Status status = pg_query(rows->pg, sql, 3, values, &found, error);
    if (status != STATUS_OK)
        return status;
    *count = pg_row_count(found);
    for (int i = 0; i < *count; i++) {
        const char *text = pg_text(found, i, 0);
        const Text copied = arena_copy(&rows->arena, (Text){text, (uint32_t)strlen(text)});
        if (copied.bytes == NULL) {
            pg_rows_free(found);
            return error_no_memory(error);
        }
        load_chunk_group(rows, copied);
    }
    pg_rows_free(found);
    return STATUS_OK;
}

static Status wake_kind(LoadRows *rows, Error *error) {
    char last[ID_SIZE_MAX + 1] = "";
    int count = 0;
    Status status = STATUS_OK;
    do {
        Text after = {last, (uint32_t)strlen(last)};
        status = wake_some(rows, &after, &count, error);
        if (status == STATUS_OK && count > 0) {
            const Text newest = rows->groups[rows->group_count - 1].id;
            assert(newest.size_bytes <= ID_SIZE_MAX);
            memcpy(last, newest.bytes, newest.size_bytes);
            last[newest.size_bytes] = '\0';
            status = load_chunk_process(rows, error);
        }
    } while (status == STATUS_OK && count == CHUNK_ROWS_MAX);
    return status;
}

Status load_rows_wake(LoadRows *rows, Error *error) {
    Status status = STATUS_OK;
    rows->file = NULL;
    memset(rows->field_of_column, -1, sizeof rows->field_of_column);
    for (int32_t kind = KIND_FORLOEB; kind < KIND_COUNT && status == STATUS_OK; kind++) {
        rows->kind = (KindId)kind;
        status = wake_kind(rows, error);
    }
    return status;
}

Status load_rows_digests(LoadRows *rows, Error *error) {
    return load_digest_rest(rows->pg, rows->delivery_id, rows->woken_kinds, error);
}
