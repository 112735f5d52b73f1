/* A chunk's decision: ask the database for all versions of its ids and for its participants, fold each id, and
 * write what follows. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/base/bucket.h"
#include "io/base/mask.h"
#include "io/load/load_internal.h"

#define SQL_SIZE 2048

/* What one round needs and the next one does not. */
typedef struct {
    LoadRows *rows;
    PgRows *found;           /* the versions' texts */
    StoredVersion *versions; /* sorted by id, then by arrival */
    int32_t version_count;
    KnownParticipants asked; /* participants found by asking; complete for this chunk with rows->known */
    Version *fold;
    VersionOutcome *outcomes;
    int32_t fold_capacity;
} Round;

/* --- Groups -------------------------------------------------------------------------------------------------- */

static bool text_equals(Text a, Text b) {
    return a.size_bytes == b.size_bytes && memcmp(a.bytes, b.bytes, a.size_bytes) == 0;
}

ChunkGroup *load_chunk_group(LoadRows *rows, Text id) {
    const uint64_t hash = XXH3_64bits(id.bytes, id.size_bytes);
    uint32_t slot = (uint32_t)hash & (CHUNK_SLOTS - 1);
    while (rows->slots[slot] != 0) {
        ChunkGroup *group = &rows->groups[rows->slots[slot] - 1];
        if (group->hash == hash && text_equals(group->id, id))
            return group;
        slot = (slot + 1) & (CHUNK_SLOTS - 1);
    }
    assert(rows->group_count < CHUNK_ROWS_MAX);
    ChunkGroup *group = &rows->groups[rows->group_count++];
    *group = (ChunkGroup){.hash = hash, .id = id, .first_row = -1, .last_row = -1};
    rows->slots[slot] = rows->group_count;
    return group;
}

static void group_rows(LoadRows *rows) {
    for (int32_t i = 0; i < rows->chunk_count; i++) {
        ChunkGroup *group = load_chunk_group(rows, rows->chunk[i].id);
        rows->chunk[i].next = -1;
        if (group->last_row < 0)
            group->first_row = i;
        else
            rows->chunk[group->last_row].next = i;
        group->last_row = i;
    }
}

void load_chunk_clear(LoadRows *rows) {
    rows->chunk_count = 0;
    rows->group_count = 0;
    rows->chunk_bytes = 0;
    memset(rows->slots, 0, CHUNK_SLOTS * sizeof rows->slots[0]);
    arena_reset(&rows->arena, (ArenaMark){0});
}

/* --- What the database has ------------------------------------------------------------------------------------- */

static Text row_text(const PgRows *found, int row, int column) {
    const char *text = pg_text(found, row, column);
    return (Text){text, (uint32_t)strlen(text)};
}

static Posttype posttype_of(char letter) {
    return letter == 'R' ? POSTTYPE_R : letter == 'T' ? POSTTYPE_T : POSTTYPE_N;
}

static uint64_t hex_digits(const char *text, int32_t *position) {
    uint64_t value = 0;
    for (int32_t digits = 0; digits < 16; (*position)++) {
        const char c = text[*position];
        if (c == '-')
            continue;
        value = value << 4 | (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
        digits++;
    }
    return value;
}

static ContentHash content_of(const char *uuid) {
    ContentHash content;
    int32_t position = 0;
    content.high = hex_digits(uuid, &position);
    content.low = hex_digits(uuid, &position);
    return content;
}

static void read_version(const PgRows *found, int row, StoredVersion *version) {
    *version = (StoredVersion){
        .id = row_text(found, row, 0),
        .file_id = (int32_t)pg_integer(found, row, 1),
        .line = (int32_t)pg_integer(found, row, 2),
        .posttype = posttype_of(pg_text(found, row, 3)[0]),
        .content = content_of(pg_text(found, row, 4)),
        .bucket = (int16_t)pg_integer(found, row, 5),
        .cpr = row_text(found, row, 6),
        .ended = pg_text(found, row, 7)[0] == 't',
        .reject_id = pg_integer(found, row, 8),
        .reject_code = row_text(found, row, 9),
        .corrected = pg_text(found, row, 10)[0] == 't',
    };
}

static Status ask_versions(Round *round, Error *error) {
    LoadRows *rows = round->rows;
    char sql[SQL_SIZE];
    PgArray ids = {0};
    for (int32_t i = 0; i < rows->group_count; i++)
        if (!pg_array_add(&ids, rows->groups[i].id)) {
            pg_array_free(&ids);
            return error_no_memory(error);
        }
    pg_fact_sql(
        rows->kind,
        "SELECT f.{id} AS id, f.file_id, f.line, f.posttype, f.content, f.bucket, f.cpr_nummer, "
        "e.line IS NOT NULL, 0, '', false FROM ydelse.fact_{kind} f LEFT JOIN ydelse.fact_ended e "
        "ON e.bucket = f.bucket AND e.file_id = f.file_id AND e.line = f.line WHERE f.{id} = ANY($1::text[]) "
        "UNION ALL SELECT w.{id}, w.file_id, w.line, w.posttype, w.content, w.bucket, w.cpr_nummer, false, "
        "w.reject_id, r.code, EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = w.reject_id) "
        "FROM ydelse.waiting_{kind} w JOIN ydelse.reject r USING (reject_id) "
        "WHERE w.{id} = ANY($1::text[]) "
        "AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = w.reject_id "
        "AND d.outcome <> 'corrected') ORDER BY 1, 2, 3",
        sql, sizeof sql);
    const char *const values[] = {pg_array_text(&ids)};
    const Status status = pg_query(rows->pg, sql, 1, values, &round->found, error);
    pg_array_free(&ids);
    return status;
}

static Status read_versions(Round *round, Error *error) {
    const Status status = ask_versions(round, error);
    if (status != STATUS_OK)
        return status;
    round->version_count = pg_row_count(round->found);
    round->versions = calloc((size_t)round->version_count + 1, sizeof round->versions[0]);
    if (round->versions == NULL)
        return error_no_memory(error);
    ChunkGroup *group = NULL;
    for (int32_t i = 0; i < round->version_count; i++) {
        StoredVersion *version = &round->versions[i];
        read_version(round->found, i, version);
        if (group == NULL || !text_equals(group->id, version->id)) {
            group = load_chunk_group(round->rows, version->id);
            group->first_version = i;
        }
        group->version_count++;
    }
    return STATUS_OK;
}

static bool parse_cpr(Text text, Cpr *cpr) {
    return cpr_parse(text.bytes, text.size_bytes, cpr);
}

/* The participants of the chunk that are not remembered, each once. */
static bool collect_unknown(Round *round, PgArray *unknown) {
    KnownParticipants listed = {0};
    const LoadRows *rows = round->rows;
    bool enough = true;
    for (int32_t i = 0; i < rows->chunk_count + round->version_count && enough; i++) {
        Cpr cpr;
        char text[CPR_TEXT_SIZE];
        if (i < rows->chunk_count)
            cpr = rows->chunk[i].cpr;
        else if (round->versions[i - rows->chunk_count].reject_id == 0 ||
                 !parse_cpr(round->versions[i - rows->chunk_count].cpr, &cpr))
            continue;
        if (cpr.number == CPR_UNKNOWN.number || known_has(&rows->known, cpr) || known_has(&listed, cpr))
            continue;
        known_add(&listed, cpr);
        cpr_format(cpr, text);
        enough = pg_array_add(unknown, (Text){text, CPR_DIGITS});
    }
    known_free(&listed);
    return enough;
}

static Status ask_participants(Round *round, Error *error) {
    LoadRows *rows = round->rows;
    PgArray unknown = {0};
    PgRows *found = NULL;
    Status status = STATUS_OK;
    if (rows->kind == KIND_DELTAGERE)
        return STATUS_OK;
    if (!collect_unknown(round, &unknown))
        status = error_no_memory(error);
    const char *const values[] = {pg_array_text(&unknown)};
    if (status == STATUS_OK && unknown.count > 0)
        status = pg_query(
            rows->pg,
            "SELECT DISTINCT cpr_nummer FROM ydelse.fact_deltagere WHERE cpr_nummer = ANY($1::text[])", 1,
            values, &found, error);
    for (int i = 0; found != NULL && i < pg_row_count(found); i++) {
        Cpr cpr;
        if (parse_cpr(row_text(found, i, 0), &cpr)) {
            known_add(&rows->known, cpr);
            known_add(&round->asked, cpr);
        }
    }
    pg_rows_free(found);
    pg_array_free(&unknown);
    return status;
}

static bool participant_exists(const Round *round, Cpr cpr) {
    return round->rows->kind == KIND_DELTAGERE || known_has(&round->rows->known, cpr) ||
           known_has(&round->asked, cpr);
}

/* --- Folding --------------------------------------------------------------------------------------------------- */

static bool fold_reserve(Round *round, int32_t count) {
    if (count <= round->fold_capacity)
        return true;
    free(round->fold);
    free(round->outcomes);
    round->fold = malloc((size_t)count * 2 * sizeof round->fold[0]);
    round->outcomes = malloc((size_t)count * 2 * sizeof round->outcomes[0]);
    round->fold_capacity = count * 2;
    return round->fold != NULL && round->outcomes != NULL;
}

/* Fills round->fold with all versions of the group, oldest first; returns how many, or -1 without memory. */
static int32_t fold_versions(Round *round, const ChunkGroup *group) {
    int32_t count = group->version_count;
    for (int32_t i = group->first_row; i >= 0; i = round->rows->chunk[i].next)
        count++;
    if (!fold_reserve(round, count))
        return -1;
    int32_t n = 0;
    for (int32_t i = 0; i < group->version_count; i++, n++) {
        const StoredVersion *version = &round->versions[group->first_version + i];
        Cpr cpr;
        /* Whoever has a fact existed then, and participants are never withdrawn. */
        const bool exists =
            version->reject_id == 0 || (parse_cpr(version->cpr, &cpr) && participant_exists(round, cpr));
        round->fold[n] = (Version){version->posttype, version->content, exists};
    }
    for (int32_t i = group->first_row; i >= 0; i = round->rows->chunk[i].next) {
        const ChunkRow *row = &round->rows->chunk[i];
        if (!row->settled)
            round->fold[n++] = (Version){row->posttype, row->content, participant_exists(round, row->cpr)};
    }
    return n;
}

static bool is_stored(VersionOutcome outcome) {
    return outcome == VERSION_STORED || outcome == VERSION_STORED_R_AS_N;
}

static bool is_rejected(VersionOutcome outcome) {
    return !is_stored(outcome) && outcome != VERSION_DUPLICATE;
}

/* The finding about a version, with texts that live as long as the chunk. False: there is none, or no memory. */
static bool describe(Round *round, VersionOutcome outcome, Text id, Text cpr, PendingReject *reject) {
    ResolveFinding about;
    char shown[MASKED_SIZE];
    LoadRows *rows = round->rows;
    if (!resolve_finding(rows->kind, outcome, &about))
        return false;
    if (about.column == kind_table[rows->kind].cpr_column)
        mask_cpr(cpr, shown);
    else
        mask_text(id, shown);
    reject->code = finding_table[about.code].code;
    reject->column = kind_table[rows->kind].columns[about.column].name;
    reject->field_number = rows->field_of_column[about.column] + 1;
    reject->found = arena_copy_string(&rows->arena, shown);
    reject->expected = about.expected;
    reject->id = id;
    reject->cpr = cpr;
    return reject->found != NULL;
}

static void tell(const Round *round, const PendingReject *reject, VersionOutcome outcome, int32_t line) {
    ResolveFinding about;
    const LoadRows *rows = round->rows;
    if (rows->finding == NULL || rows->file == NULL || !resolve_finding(rows->kind, outcome, &about))
        return;
    const InputFinding finding = {
        .code = about.code,
        .file = rows->file,
        .line = line,
        .column = reject->column,
        .field_number = reject->field_number,
        .found = reject->found,
        .expected = reject->expected,
    };
    rows->finding(rows->context, &finding);
}

/* A row of this load. */
static bool decide_row(Round *round, ChunkRow *row, VersionOutcome outcome, bool live) {
    LoadRows *rows = round->rows;
    char cpr_text[CPR_TEXT_SIZE] = "";
    PendingReject reject = {.file_id = rows->file_id, .line = row->line, .raw = row->raw};
    if (row->cpr.number != CPR_UNKNOWN.number)
        cpr_format(row->cpr, cpr_text);
    const Text cpr = arena_copy(&rows->arena, (Text){cpr_text, (uint32_t)strlen(cpr_text)});
    if (cpr.bytes == NULL)
        return false;
    row->outcome = outcome;
    if (describe(round, outcome, row->id, cpr, &reject))
        tell(round, &reject, outcome, row->line);
    if (is_rejected(outcome)) {
        if (reject.found == NULL)
            return false;
        rows->counts.rejected++;
        reject.waiting = row->encoded;
        reject.waiting_size_bytes = row->encoded_size_bytes;
        return row->retried_reject_id != 0 || load_pend_reject(rows, &reject);
    }
    if (row->retried_reject_id != 0 && !load_pend_resolved(rows, row->retried_reject_id, RESOLVED_REPEATED))
        return false;
    if (outcome == VERSION_DUPLICATE) {
        rows->counts.duplicate++;
        return true;
    }
    rows->counts.stored++;
    if (rows->kind == KIND_DELTAGERE)
        known_add(&rows->known, row->cpr);
    if (live || row->posttype == POSTTYPE_T)
        return true;
    const PendingEnd end = {
        .cpr = cpr, .file_id = rows->file_id, .line = row->line, .bucket = bucket_of(cpr.bytes)};
    return load_pend_end(rows, &end);
}

/* A fact of an earlier row: it may stop counting, because it was replaced, withdrawn, or displaced. */
static bool decide_fact(Round *round, const StoredVersion *version, VersionOutcome outcome, bool live) {
    LoadRows *rows = round->rows;
    if (live || version->ended || version->posttype == POSTTYPE_T)
        return true;
    const PendingEnd end = {.cpr = arena_copy(&rows->arena, version->cpr),
                            .file_id = version->file_id,
                            .line = version->line,
                            .bucket = version->bucket};
    if (end.cpr.bytes == NULL || !load_pend_end(rows, &end))
        return false;
    if (!is_rejected(outcome))
        return true;
    PendingReject reject = {.file_id = version->file_id, .line = version->line};
    const Text id = arena_copy(&rows->arena, version->id);
    return id.bytes != NULL && describe(round, outcome, id, end.cpr, &reject) &&
           load_pend_reject(rows, &reject);
}

/* A row that was rejected before: it may count now, or be rejected for another reason. */
static bool decide_waiting(Round *round, const StoredVersion *version, VersionOutcome outcome, bool live) {
    LoadRows *rows = round->rows;
    char number[24];
    const Text id = arena_copy(&rows->arena, version->id);
    const Text cpr = arena_copy(&rows->arena, version->cpr);
    if (id.bytes == NULL || cpr.bytes == NULL)
        return false;
    if (is_rejected(outcome)) {
        PendingReject reject = {.file_id = version->file_id, .line = version->line};
        if (!describe(round, outcome, id, cpr, &reject))
            return false;
        if (version->corrected || strcmp(reject.code, version->reject_code.bytes) == 0)
            return true;
        return load_pend_resolved(rows, version->reject_id, RESOLVED_REPEATED) &&
               load_pend_reject(rows, &reject);
    }
    if (outcome == VERSION_DUPLICATE)
        return load_pend_resolved(rows, version->reject_id, RESOLVED_DUPLICATE);
    const int size = snprintf(number, sizeof number, "%lld", (long long)version->reject_id);
    if (!load_pend_resolved(rows, version->reject_id, RESOLVED_STORED) ||
        !pg_array_add(&rows->woken, (Text){number, (uint32_t)size}))
        return false;
    if (live || version->posttype == POSTTYPE_T)
        return true;
    const PendingEnd end = {
        .cpr = cpr, .file_id = version->file_id, .line = version->line, .bucket = version->bucket};
    return load_pend_end(rows, &end);
}

typedef struct {
    int64_t reject_id;
    bool settled;
} FoldedReject;

static int by_reject_id(const void *left, const void *right) {
    const FoldedReject *a = left;
    const FoldedReject *b = right;
    return (a->reject_id > b->reject_id) - (a->reject_id < b->reject_id);
}

static bool any_retried(const LoadRows *rows, const ChunkGroup *group) {
    for (int32_t i = group->first_row; i >= 0; i = rows->chunk[i].next)
        if (rows->chunk[i].retried_reject_id != 0)
            return true;
    return false;
}

/* Marks rows of repeated files whose rejects are settled by this very fold, because a participant came with the same
 * delivery: they count at their first place, and must not count once more. *any: there are some. */
static bool mark_settled(Round *round, const ChunkGroup *group, bool *any) {
    *any = false;
    if (!any_retried(round->rows, group))
        return true;
    FoldedReject *rejects = malloc(((size_t)group->version_count + 1) * sizeof rejects[0]);
    if (rejects == NULL)
        return false;
    for (int32_t v = 0; v < group->version_count; v++)
        rejects[v] = (FoldedReject){round->versions[group->first_version + v].reject_id,
                                    !is_rejected(round->outcomes[v])};
    qsort(rejects, (size_t)group->version_count, sizeof rejects[0], by_reject_id);
    for (int32_t i = group->first_row; i >= 0; i = round->rows->chunk[i].next) {
        ChunkRow *row = &round->rows->chunk[i];
        const FoldedReject wanted = {.reject_id = row->retried_reject_id};
        const FoldedReject *found =
            row->retried_reject_id == 0
                ? NULL
                : bsearch(&wanted, rejects, (size_t)group->version_count, sizeof rejects[0], by_reject_id);
        if (found != NULL && found->settled)
            *any = row->settled = true;
    }
    free(rejects);
    return true;
}

static bool decide_group(Round *round, const ChunkGroup *group) {
    LoadRows *rows = round->rows;
    int32_t count = fold_versions(round, group);
    if (count < 0)
        return false;
    int32_t live = resolve_fold(rows->kind, round->fold, count, round->outcomes);
    bool any_settled;
    if (!mark_settled(round, group, &any_settled))
        return false;
    if (any_settled) {
        count = fold_versions(round, group);
        live = resolve_fold(rows->kind, round->fold, count, round->outcomes);
    }
    int32_t n = 0;
    bool done = true;
    for (int32_t i = 0; i < group->version_count && done; i++, n++) {
        const StoredVersion *version = &round->versions[group->first_version + i];
        done = version->reject_id == 0 ? decide_fact(round, version, round->outcomes[n], n == live)
                                       : decide_waiting(round, version, round->outcomes[n], n == live);
    }
    for (int32_t i = group->first_row; i >= 0 && done; i = rows->chunk[i].next) {
        ChunkRow *row = &rows->chunk[i];
        if (row->settled) {
            row->outcome = VERSION_DUPLICATE;
            rows->counts.duplicate++;
            continue;
        }
        done = decide_row(round, row, round->outcomes[n], n == live);
        n++;
    }
    return done;
}

/* --- Writing ---------------------------------------------------------------------------------------------------- */

static Status write_facts(LoadRows *rows, Error *error) {
    PgCopyIn *copy = NULL;
    Status status = STATUS_OK;
    for (int32_t i = 0; i < rows->chunk_count && status == STATUS_OK; i++) {
        if (!is_stored(rows->chunk[i].outcome))
            continue;
        if (copy == NULL)
            status = load_copy_begin(rows, &copy, error);
        if (status != STATUS_OK)
            break;
        pg_copy_row(copy, pg_fact_column_count(rows->kind));
        pg_copy_encoded(copy, rows->chunk[i].encoded, rows->chunk[i].encoded_size_bytes);
        const char *end = rows->chunk[i].encoded + rows->chunk[i].encoded_size_bytes;
        if (!leaves_add(&rows->leaves, rows->chunk[i].line, end - FACT_HASH_SIZE))
            status = error_no_memory(error);
    }
    return pg_copy_in_end_after(copy, status, error);
}

Status load_chunk_process(LoadRows *rows, Error *error) {
    Round round = {.rows = rows};
    group_rows(rows);
    Status status = read_versions(&round, error);
    if (status == STATUS_OK)
        status = ask_participants(&round, error);
    for (int32_t i = 0; i < rows->group_count && status == STATUS_OK; i++)
        if (!decide_group(&round, &rows->groups[i]))
            status = error_no_memory(error);
    if (status == STATUS_OK)
        status = write_facts(rows, error);
    if (status == STATUS_OK)
        status = load_write_pending(rows, error);
    pg_rows_free(round.found);
    free(round.versions);
    free(round.fold);
    free(round.outcomes);
    known_free(&round.asked);
    load_chunk_clear(rows);
    return status;
}
