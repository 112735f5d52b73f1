#include "io/load/load_file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/base/progress.h"
#include "io/base/sha256.h"
#include "io/pg/pg_fact.h"

/* A row of this file that was rejected when its content came before. */
typedef struct {
    int32_t line;
    bool waits; /* for its participant: it keeps its first place and is not tried from here */
    int64_t reject_id;
} OpenReject;

/* The file as it came before; file_id 0: never. */
typedef struct {
    int32_t file_id;
    bool file_rejected;
    int64_t rows_read;
    char sha256[SHA256_HEX_SIZE]; /* of the file that is read, when it was asked for */
} Original;

typedef struct {
    LoadState *state;
    const InputFile *file;
    InputFinding rejecting; /* the finding that made the whole file unusable; code FINDING_COUNT: none */
    char rejecting_found[MASKED_SIZE];
    char rejecting_expected[512];
    char rejecting_column[128];
    const OpenReject *open; /* only when the content came before; sorted by line */
    int32_t open_count;
    int32_t open_next;
    bool repeats;
    int64_t skipped; /* rows of a repeated file that need no second look */
    int64_t still_rejected;
    bool changed; /* a repeated file brought something after all */
} FileLoad;

/* --- Showing findings --------------------------------------------------------------------------------------- */

static int32_t shown_count;
static const InputFile *shown_file;

static void shown_end(void) {
    char line[FINDING_LINE_SIZE];
    if (shown_count > FINDINGS_SHOWN_MAX) {
        snprintf(line, sizeof line, "%.255s: ... %d more findings; `ydelse rejects` lists the rejected rows",
                 shown_file->name, shown_count - FINDINGS_SHOWN_MAX);
        log_line(line);
    }
    shown_count = 0;
    shown_file = NULL;
}

void load_finding_show(void *context, const InputFinding *finding) {
    const LoadRequest *request = context;
    char line[FINDING_LINE_SIZE];
    if (finding->file != shown_file)
        shown_end();
    shown_file = finding->file;
    if (++shown_count > FINDINGS_SHOWN_MAX)
        return;
    input_finding_format(finding, request->danish, line);
    log_line(line);
}

#define PROGRESS_ROWS 1024

/* --- What the reader hands over -------------------------------------------------------------------------------- */

/* The open reject of a line of a repeated file, or NULL. Lines come in rising order. */
static const OpenReject *open_reject(FileLoad *load, int32_t line) {
    while (load->open_next < load->open_count && load->open[load->open_next].line < line)
        load->open_next++;
    if (load->open_next == load->open_count || load->open[load->open_next].line != line)
        return NULL;
    return &load->open[load->open_next];
}

static void tell_progress(LoadState *state, const InputRow *row) {
    state->bytes_seen += row->raw.size_bytes + 1;
    if (++state->rows_seen % PROGRESS_ROWS == 0)
        progress_at(state->bytes_seen, state->bytes_total, state->rows_seen);
}

static void take_row(void *context, const InputRow *row) {
    FileLoad *load = context;
    tell_progress(load->state, row);
    if (!load->repeats) {
        load_rows_add(load->state->rows, row, 0);
        return;
    }
    const OpenReject *open = open_reject(load, row->line);
    if (open == NULL)
        load->skipped++;
    else if (open->waits)
        load->still_rejected++;
    else
        load_rows_add(load->state->rows, row, open->reject_id);
}

static void take_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    FileLoad *load = context;
    if (!load->repeats) {
        load_finding_show(load->state->request, finding);
        load_rows_reject(load->state->rows, finding, raw, id, cpr);
    } else if (open_reject(load, finding->line) == NULL) {
        load->skipped++;
    } else {
        load->still_rejected++;
    }
}

static void take_finding(void *context, const InputFinding *finding) {
    FileLoad *load = context;
    if (load->repeats)
        return;
    load_finding_show(load->state->request, finding);
    if (!finding->rejects_file || load->rejecting.code != FINDING_COUNT)
        return;
    snprintf(load->rejecting_found, sizeof load->rejecting_found, "%s", finding->found);
    snprintf(load->rejecting_expected, sizeof load->rejecting_expected, "%s", finding->expected);
    snprintf(load->rejecting_column, sizeof load->rejecting_column, "%s", finding->column);
    load->rejecting = *finding;
    load->rejecting.found = load->rejecting_found;
    load->rejecting.expected = load->rejecting_expected;
    load->rejecting.column = load->rejecting_column;
}

static void take_file_rejected(void *context, const InputFile *file) {
    (void)context;
    (void)file;
}

static void take_rejected_row(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    const FileLoad *load = context;
    load_rows_reject(load->state->rows, finding, raw, id, cpr);
}

static IntakeSink sink_of(FileLoad *load) {
    return (IntakeSink){
        .row = take_row,
        .reject = take_reject,
        .finding = take_finding,
        .file_rejected = take_file_rejected,
        .context = load,
    };
}

/* --- Has it been here before? ------------------------------------------------------------------------------------ */

static Status file_sha256(const InputFile *file, char hex[SHA256_HEX_SIZE], Error *error) {
    char buffer[65536];
    uint8_t digest[SHA256_SIZE];
    Sha256 sha;
    int descriptor;
    const Status status = input_file_open(file, &descriptor, error);
    if (status != STATUS_OK)
        return status;
    FILE *stream = fdopen(descriptor, "rb");
    if (stream == NULL || !sha256_begin(&sha)) {
        if (stream == NULL)
            close(descriptor);
        else
            fclose(stream);
        return error_no_memory(error);
    }
    size_t size;
    while ((size = fread(buffer, 1, sizeof buffer, stream)) > 0)
        sha256_add(&sha, buffer, size);
    const bool failed = ferror(stream) != 0;
    sha256_end(&sha, digest);
    fclose(stream);
    if (failed)
        return error_errno(error, STATUS_IO, "read", file->name);
    sha256_hex(digest, hex);
    return STATUS_OK;
}

/* The file is read for its hash only when one of its kind and size came before. */
static Status find_original(const LoadState *state, const InputFile *file, Original *original, Error *error) {
    struct stat info;
    char size[24];
    char hash[SHA256_HEX_SIZE + 2];
    PgRows *rows = NULL;
    *original = (Original){0};
    if (stat(file->path, &info) != 0)
        return error_errno(error, STATUS_NO_INPUT, "open", file->name);
    snprintf(size, sizeof size, "%lld", (long long)info.st_size);
    const char *kind = kind_table[file->kind].name;
    const char *const first[] = {kind, size};
    Status status =
        pg_query(state->pg, "SELECT FROM ydelse.input_file WHERE kind = $1 AND size_bytes = $2 LIMIT 1", 2,
                 first, &rows, error);
    const bool candidate = status == STATUS_OK && pg_row_count(rows) > 0;
    pg_rows_free(rows);
    rows = NULL;
    if (!candidate)
        return status;
    memcpy(hash, "\\x", 2);
    status = file_sha256(file, hash + 2, error);
    const char *const second[] = {kind, hash};
    if (status == STATUS_OK)
        status =
            pg_query(state->pg,
                     "SELECT file_id, file_rejected, rows_read FROM ydelse.input_file WHERE kind = $1 AND "
                     "sha256 = $2 AND repeats IS NULL ORDER BY file_rejected, file_id DESC LIMIT 1",
                     2, second, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0)
        *original = (Original){.file_id = (int32_t)pg_integer(rows, 0, 0),
                               .file_rejected = pg_text(rows, 0, 1)[0] == 't',
                               .rows_read = pg_integer(rows, 0, 2)};
    memcpy(original->sha256, hash + 2, sizeof original->sha256);
    pg_rows_free(rows);
    return status;
}

/* Those that stay open. A withdrawal whose row was withdrawn since is none of them, also when that was by another file of
 * this delivery: what two deliveries come to, one with both their files does, too. */
static Status open_rejects(const LoadState *state, KindId kind, const Original *original, OpenReject **open,
                           int32_t *count, Error *error) {
    char sql[768];
    char file_id[16];
    char delivery[16];
    PgRows *rows = NULL;
    snprintf(file_id, sizeof file_id, "%d", original->file_id);
    snprintf(delivery, sizeof delivery, "%d", state->delivery_id);
    pg_fact_sql(kind,
                "SELECT r.line, r.code = 'DELTAGER_UKENDT', r.reject_id FROM ydelse.reject_open r "
                "WHERE NOT r.whole_file AND r.file_id IN (SELECT i.file_id FROM ydelse.input_file i "
                "WHERE i.file_id = $1 OR i.repeats = $1) AND NOT (r.code = 'TRUKKET_UDEN_RAEKKE' AND EXISTS ("
                "SELECT FROM ydelse.fact_{kind} f WHERE f.{id} = r.post_id AND f.delivery_id = $2 "
                "AND f.posttype = 'T')) ORDER BY r.line",
                sql, sizeof sql);
    const char *const values[] = {file_id, delivery};
    const Status status = pg_query(state->pg, sql, 2, values, &rows, error);
    if (status != STATUS_OK)
        return status;
    *count = pg_row_count(rows);
    *open = calloc((size_t)*count + 1, sizeof **open);
    for (int32_t i = 0; i < *count && *open != NULL; i++)
        (*open)[i] = (OpenReject){(int32_t)pg_integer(rows, i, 0), pg_text(rows, i, 1)[0] == 't',
                                  pg_integer(rows, i, 2)};
    pg_rows_free(rows);
    return *open == NULL ? error_no_memory(error) : STATUS_OK;
}

/* --- Recording ----------------------------------------------------------------------------------------------------- */

static Status record_file(LoadState *state, const InputFile *file, const IntakeOutcome *outcome,
                          const LoadedFile *loaded, int32_t repeats, Error *error) {
    char numbers[8][24];
    char hash[SHA256_HEX_SIZE + 2] = "\\x";
    const int64_t values[] = {
        state->next_file_id, state->delivery_id,     outcome->size_bytes,   loaded->rows_read,
        loaded->rows_stored, loaded->rows_duplicate, loaded->rows_rejected, repeats};
    const char decimal_sign[] = {state->request->dialect.decimal_sign, '\0'};
    for (int i = 0; i < 8; i++)
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)values[i]);
    sha256_hex(outcome->sha256, hash + 2);
    const char *const parameters[] = {numbers[0],
                                      numbers[1],
                                      file->name,
                                      kind_table[file->kind].name,
                                      hash,
                                      numbers[2],
                                      state->request->dialect.charset == CHARSET_UTF8 ? "utf-8" : "latin1",
                                      decimal_sign,
                                      numbers[3],
                                      numbers[4],
                                      numbers[5],
                                      numbers[6],
                                      loaded->file_rejected ? "t" : "f",
                                      repeats == 0 ? NULL : numbers[7]};
    state->next_file_id++;
    state->anything_new = true;
    return pg_query(
        state->pg,
        "INSERT INTO ydelse.input_file (file_id, delivery_id, name, kind, sha256, size_bytes, charset, "
        "decimal_sign, rows_read, rows_stored, rows_duplicate, rows_rejected, file_rejected, repeats) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        14, parameters, NULL, error);
}

static void set_counts(LoadedFile *loaded, const IntakeOutcome *outcome, const LoadCounts *counts) {
    loaded->rows_read = outcome->rows_read;
    loaded->rows_stored = counts->stored;
    loaded->rows_duplicate = counts->duplicate;
    loaded->rows_rejected = counts->rejected;
    loaded->file_rejected = outcome->file_rejected;
    assert(loaded->rows_read == loaded->rows_stored + loaded->rows_duplicate + loaded->rows_rejected);
}

/* --- The three ways of a file ---------------------------------------------------------------------------------------- */

/* Its rows are read once more and kept as rejects, all of them. */
static Status store_rejected_file(FileLoad *load, LoadedFile *loaded, Error *error) {
    LoadState *state = load->state;
    IntakeSink sink = sink_of(load);
    IntakeOutcome outcome = {0};
    LoadCounts counts;
    sink.reject = take_rejected_row;
    assert(load->rejecting.code != FINDING_COUNT);
    load_rows_file_begin(state->rows, load->file, state->next_file_id);
    load_rows_reject_file(state->rows, &load->rejecting);
    Status status =
        intake_reject_all(load->file, &state->request->dialect, &load->rejecting, &sink, &outcome, error);
    if (status == STATUS_OK)
        status = load_rows_file_end(state->rows, &counts, error);
    if (status != STATUS_OK)
        return status;
    outcome.file_rejected = true;
    set_counts(loaded, &outcome, &counts);
    return record_file(state, load->file, &outcome, loaded, 0, error);
}

/* The rejects of a file that was unusable and now is not. */
static Status resolve_original(const LoadState *state, const Original *original, Error *error) {
    char file_id[16];
    char delivery[16];
    snprintf(file_id, sizeof file_id, "%d", original->file_id);
    snprintf(delivery, sizeof delivery, "%d", state->delivery_id);
    const char *const values[] = {file_id, delivery};
    return pg_query(state->pg,
                    "INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome) "
                    "SELECT reject_id, $2::integer, 'repeated' FROM ydelse.reject_open WHERE file_id = $1",
                    2, values, NULL, error);
}

/* What came before is not stored again, so it must be what was read. */
static Status check_same(const InputFile *file, const Original *original, const IntakeOutcome *outcome,
                         Error *error) {
    char hash[SHA256_HEX_SIZE];
    sha256_hex(outcome->sha256, hash);
    return strcmp(hash, original->sha256) == 0
               ? STATUS_OK
               : error_set(error, STATUS_TRY_AGAIN, "%s was changed while it was read", file->name);
}

static Status load_new_file(FileLoad *load, const Original *original, LoadedFile *loaded, Error *error) {
    LoadState *state = load->state;
    const IntakeSink sink = sink_of(load);
    IntakeOutcome outcome = {0};
    LoadCounts counts;
    load_rows_file_begin(state->rows, load->file, state->next_file_id);
    Status status = intake_read(load->file, &state->request->dialect, &sink, &outcome, error);
    if (status == STATUS_OK && original->file_id != 0)
        status = check_same(load->file, original, &outcome, error);
    if (status != STATUS_OK)
        return status;
    if (outcome.file_rejected) {
        load_rows_file_undo(state->rows);
        status = pg_script(state->pg, "ROLLBACK TO SAVEPOINT file", error);
        if (status != STATUS_OK)
            return status;
        if (original->file_id == 0)
            return store_rejected_file(load, loaded, error);
        counts = (LoadCounts){.rejected = outcome.rows_read};
        set_counts(loaded, &outcome, &counts);
        loaded->known_before = true;
        return STATUS_OK;
    }
    status = load_rows_file_end(state->rows, &counts, error);
    if (status != STATUS_OK)
        return status;
    set_counts(loaded, &outcome, &counts);
    if (original->file_id != 0)
        status = resolve_original(state, original, error);
    if (status == STATUS_OK)
        status = record_file(state, load->file, &outcome, loaded, 0, error);
    return status;
}

static Status try_rejects_again(FileLoad *load, const Original *original, LoadedFile *loaded, Error *error) {
    LoadState *state = load->state;
    const IntakeSink sink = sink_of(load);
    IntakeOutcome outcome = {0};
    LoadCounts counts;
    load_rows_file_begin(state->rows, load->file, state->next_file_id);
    Status status = intake_read(load->file, &state->request->dialect, &sink, &outcome, error);
    if (status == STATUS_OK)
        status = check_same(load->file, original, &outcome, error);
    if (status == STATUS_OK && outcome.file_rejected) {
        load_rows_file_undo(state->rows); /* read by another dialect; what was stored stays */
        return pg_script(state->pg, "ROLLBACK TO SAVEPOINT file", error);
    }
    if (status == STATUS_OK)
        status = load_rows_file_end(state->rows, &counts, error);
    if (status != STATUS_OK)
        return status;
    load->changed = counts.stored + counts.duplicate > 0;
    counts.duplicate += load->skipped;
    counts.rejected += load->still_rejected;
    set_counts(loaded, &outcome, &counts);
    return load->changed ? record_file(state, load->file, &outcome, loaded, original->file_id, error)
                         : STATUS_OK;
}

static Status load_repeated_file(FileLoad *load, const Original *original, LoadedFile *loaded, Error *error) {
    OpenReject *open = NULL;
    Status status = open_rejects(load->state, load->file->kind, original, &open, &load->open_count, error);
    if (status != STATUS_OK)
        return status;
    load->open = open;
    load->repeats = true;
    loaded->known_before = true;
    loaded->rows_read = original->rows_read;
    loaded->rows_rejected = load->open_count;
    loaded->rows_duplicate = original->rows_read - load->open_count;
    bool try_again = false;
    for (int32_t i = 0; i < load->open_count; i++)
        try_again = try_again || !open[i].waits;
    if (try_again)
        status = try_rejects_again(load, original, loaded, error);
    if (!load->changed)
        loaded->same_as = original->file_id;
    free(open);
    return status;
}

Status load_file(LoadState *state, const InputFile *file, LoadedFile *loaded, Error *error) {
    Original original;
    FileLoad load = {.state = state, .file = file, .rejecting = {.code = FINDING_COUNT}};
    Status status = find_original(state, file, &original, error);
    if (status == STATUS_OK)
        status = load_rows_savepoint(state->rows, error);
    if (status == STATUS_OK && original.file_id != 0 && !original.file_rejected)
        status = load_repeated_file(&load, &original, loaded, error);
    else if (status == STATUS_OK)
        status = load_new_file(&load, &original, loaded, error);
    shown_end();
    if (status == STATUS_OK)
        status = pg_script(state->pg, "RELEASE SAVEPOINT file", error);
    return status;
}
