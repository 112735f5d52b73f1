#include "io/law/rate_file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/base/arena.h"
#include "io/base/embedded.h"
#include "io/base/sha256.h"
#include "io/csv/csv_reader.h"

#define RATE_ROWS_MAX 4096
#define RATE_FILES_MAX 256
#define EMBEDDED_FOLDER "config/satser/"
/* What lies beside the rates without being rates: yearly percentages, and excused findings of `rates check`. */
static const char *const other_names[] = {"regulering.csv", "undtagelser.csv"};
#define CANONICAL_LINE_SIZE 1024
#define RATE_TEXT_SIZE_MAX 200

typedef enum {
    RATE_COLUMN_SATS,
    RATE_COLUMN_GRUPPE,
    RATE_COLUMN_GAELDER_FRA,
    RATE_COLUMN_GAELDER_TIL,
    RATE_COLUMN_VAERDI,
    RATE_COLUMN_ENHED,
    RATE_COLUMN_LOVHENVISNING,
    RATE_COLUMN_KILDE,
    RATE_COLUMN_STATUS,
    RATE_COLUMNS,
} RateColumn;

static const char *const column_names[RATE_COLUMNS] = {
    "sats", "gruppe", "gaelder_fra", "gaelder_til", "vaerdi", "enhed", "lovhenvisning", "kilde", "status"};

typedef struct {
    Arena arena;
    RateRow *rows;
    int32_t count;
    const char *names[RATE_FILES_MAX]; /* in the arena, by Source.file */
    int32_t file_count;
} RateMemory;

/* Where in the input, for errors. */
typedef struct {
    RateMemory *memory;
    const char *name;
    int8_t field[RATE_COLUMNS];
    CsvRow row;
    Error *error;
} RateReader;

/* --- One row -------------------------------------------------------------------------------------------------- */

static bool text_is(Text text, const char *literal) {
    return text.size_bytes == strlen(literal) && memcmp(text.bytes, literal, text.size_bytes) == 0;
}

static Text cell(const RateReader *reader, RateColumn column) {
    return reader->row.fields[reader->field[column]];
}

static Status bad_cell(const RateReader *reader, RateColumn column, const char *expected) {
    const Text found = cell(reader, column);
    const int shown = found.size_bytes < 60 ? (int)found.size_bytes : 60;
    return error_set(reader->error, STATUS_CONFIG, "%s:%d: %s (field %d): found \"%.*s\", expected %s",
                     reader->name, reader->row.line, column_names[column], reader->field[column] + 1, shown,
                     found.bytes, expected);
}

static Status read_series(const RateReader *reader, RateRow *row) {
    char expected[96];
    if (!rate_series_find(cell(reader, RATE_COLUMN_SATS), cell(reader, RATE_COLUMN_GRUPPE), &row->id)) {
        const Text group = cell(reader, RATE_COLUMN_GRUPPE);
        snprintf(expected, sizeof expected, "a known rate with its group (\"%.*s\")",
                 group.size_bytes < 40 ? (int)group.size_bytes : 40, group.bytes);
        return bad_cell(reader, RATE_COLUMN_SATS, expected);
    }
    if (!text_is(cell(reader, RATE_COLUMN_ENHED), rate_series[row->id].unit))
        return bad_cell(reader, RATE_COLUMN_ENHED, rate_series[row->id].unit);
    return STATUS_OK;
}

static Status read_dates(const RateReader *reader, RateRow *row) {
    const Text first = cell(reader, RATE_COLUMN_GAELDER_FRA);
    const Text last = cell(reader, RATE_COLUMN_GAELDER_TIL);
    if (!date_parse(first.bytes, first.size_bytes, &row->first))
        return bad_cell(reader, RATE_COLUMN_GAELDER_FRA, "a date YYYY-MM-DD");
    row->last = DATE_NONE;
    if (last.size_bytes > 0 && !date_parse(last.bytes, last.size_bytes, &row->last))
        return bad_cell(reader, RATE_COLUMN_GAELDER_TIL, "a date YYYY-MM-DD or nothing");
    if (date_or_last(row->last).day < row->first.day)
        return bad_cell(reader, RATE_COLUMN_GAELDER_TIL, "a day not before gaelder_fra");
    return STATUS_OK;
}

static Status read_value(const RateReader *reader, RateRow *row) {
    const Text text = cell(reader, RATE_COLUMN_VAERDI);
    Money value;
    if (!money_parse(text.bytes, text.size_bytes, ',', &value) || value.oere < 0)
        return bad_cell(reader, RATE_COLUMN_VAERDI, "a number like 1234,56");
    row->value_hundredths = value.oere;
    return STATUS_OK;
}

static Status read_status(const RateReader *reader, RateRow *row) {
    const Text text = cell(reader, RATE_COLUMN_STATUS);
    for (int32_t i = RATE_PUBLISHED; i <= RATE_DERIVED; i++) {
        if (text_is(text, rate_status_name[i])) {
            row->status = (RateStatus)i;
            return STATUS_OK;
        }
    }
    return bad_cell(reader, RATE_COLUMN_STATUS, "published, single or derived");
}

static Status read_text(const RateReader *reader, RateColumn column, const char **text) {
    const Text found = cell(reader, column);
    if (found.size_bytes > RATE_TEXT_SIZE_MAX)
        return bad_cell(reader, column, "at most 200 bytes");
    *text = arena_copy(&reader->memory->arena, found).bytes;
    return *text != NULL ? STATUS_OK : error_no_memory(reader->error);
}

static Status read_row(const RateReader *reader) {
    RateMemory *memory = reader->memory;
    RateRow row = {.source = {memory->file_count, reader->row.line}};
    if (memory->count == RATE_ROWS_MAX)
        return error_set(reader->error, STATUS_CONFIG, "%s:%d: more than %d rates", reader->name,
                         reader->row.line, RATE_ROWS_MAX);
    Status status = read_series(reader, &row);
    if (status == STATUS_OK)
        status = read_dates(reader, &row);
    if (status == STATUS_OK)
        status = read_value(reader, &row);
    if (status == STATUS_OK)
        status = read_status(reader, &row);
    if (status == STATUS_OK)
        status = read_text(reader, RATE_COLUMN_LOVHENVISNING, &row.legal_basis);
    if (status == STATUS_OK)
        status = read_text(reader, RATE_COLUMN_KILDE, &row.source_text);
    if (status == STATUS_OK)
        memory->rows[memory->count++] = row;
    return status;
}

/* --- One file --------------------------------------------------------------------------------------------------- */

static Status read_header(RateReader *reader) {
    const CsvRow *row = &reader->row;
    memset(reader->field, -1, sizeof reader->field);
    for (int32_t field = 0; field < row->field_count && field < CSV_FIELDS_MAX; field++) {
        const Text name = row->fields[field];
        int32_t column = 0;
        while (column < RATE_COLUMNS && !text_is(name, column_names[column]))
            column++;
        if (column == RATE_COLUMNS || reader->field[column] >= 0)
            return error_set(reader->error, STATUS_CONFIG, "%s:%d: field %d: the column \"%.*s\" is %s",
                             reader->name, row->line, field + 1,
                             name.size_bytes < 60 ? (int)name.size_bytes : 60, name.bytes,
                             column == RATE_COLUMNS ? "unknown" : "there twice");
        reader->field[column] = (int8_t)field;
    }
    for (int32_t column = 0; column < RATE_COLUMNS; column++)
        if (reader->field[column] < 0)
            return error_set(reader->error, STATUS_CONFIG, "%s:%d: the column %s is missing", reader->name,
                             row->line, column_names[column]);
    return STATUS_OK;
}

static Status bad_event(const RateReader *reader) {
    const char *what = "a row cannot be read";
    switch (reader->row.event) {
    case CSV_EVENT_BAD_QUOTE:
        what = "a misplaced quote";
        break;
    case CSV_EVENT_TOO_LONG:
        what = "the row is too long";
        break;
    case CSV_EVENT_OPEN_QUOTE:
        what = "a quote that never ends";
        break;
    case CSV_EVENT_END:
        what = "the file has no header row";
        break;
    case CSV_EVENT_ROW:
        what = reader->row.bad_byte >= 0 ? "bytes that are no UTF-8"
                                         : "a row with another number of fields than the header";
        break;
    }
    return error_set(reader->error, STATUS_CONFIG, "%s:%d: %s", reader->name, reader->row.line, what);
}

/* Reads all rows of an opened file. */
static Status read_rates(RateReader *reader, CsvReader *csv) {
    int32_t header_count = 0;
    for (bool is_header = true;; is_header = false) {
        const CsvRow *row = &reader->row;
        Status status = csv_reader_next(csv, &reader->row, reader->error);
        if (status != STATUS_OK)
            return status;
        if (row->event == CSV_EVENT_END && !is_header)
            return STATUS_OK;
        if (row->event != CSV_EVENT_ROW || row->bad_byte >= 0 ||
            (!is_header && row->field_count != header_count))
            return bad_event(reader);
        header_count = is_header ? row->field_count : header_count;
        status = is_header ? read_header(reader) : read_row(reader);
        if (status != STATUS_OK)
            return status;
    }
}

static Status read_file(RateMemory *memory, const char *name, CsvReader *csv, Error *error) {
    if (memory->file_count == RATE_FILES_MAX)
        return error_set(error, STATUS_CONFIG, "more than %d files of rates", RATE_FILES_MAX);
    RateReader reader = {.memory = memory, .error = error};
    reader.name = arena_copy_string(&memory->arena, name);
    if (reader.name == NULL)
        return error_no_memory(error);
    memory->names[memory->file_count] = reader.name;
    const Status status = read_rates(&reader, csv);
    memory->file_count++;
    return status;
}

/* --- Embedded, file, or folder --------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end) {
    const size_t size = strlen(text);
    const size_t end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static bool is_rate_name(const char *name) {
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++)
        if (strcmp(name, other_names[i]) == 0)
            return false;
    return ends_with(name, ".csv");
}

static Status read_embedded(RateMemory *memory, Error *error) {
    Status status = STATUS_OK;
    for (const EmbeddedFile *file = embedded_next(EMBEDDED_FOLDER, NULL); file != NULL && status == STATUS_OK;
         file = embedded_next(EMBEDDED_FOLDER, file)) {
        CsvReader *csv;
        if (!is_rate_name(file->name + strlen(EMBEDDED_FOLDER)))
            continue;
        status = csv_reader_open_memory(file->name, file->bytes, file->size_bytes, &csv, error);
        if (status != STATUS_OK)
            return status;
        status = read_file(memory, file->name, csv, error);
        csv_reader_close(csv);
    }
    return status;
}

static Status read_path(RateMemory *memory, const char *path, Error *error) {
    CsvReader *csv;
    Status status = csv_reader_open(path, path, false, &csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_file(memory, path, csv, error);
    csv_reader_close(csv);
    return status;
}

static int compare_names(const void *a, const void *b) {
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* The names of the rate files of a folder, sorted; in the arena. */
static Status list_folder(RateMemory *memory, const char *folder, const char **paths, int32_t *count,
                          Error *error) {
    DIR *entries = opendir(folder);
    Status status = STATUS_OK;
    *count = 0;
    if (entries == NULL)
        return error_errno(error, STATUS_IO, "open", folder);
    for (const struct dirent *entry = readdir(entries); entry != NULL && status == STATUS_OK;
         entry = readdir(entries)) {
        const size_t size = strlen(folder) + strlen(entry->d_name) + 2;
        if (!is_rate_name(entry->d_name))
            continue;
        char *path = arena_alloc(&memory->arena, size, 1);
        if (path == NULL || *count == RATE_FILES_MAX) {
            status = path == NULL
                         ? error_no_memory(error)
                         : error_set(error, STATUS_CONFIG, "more than %d files of rates", RATE_FILES_MAX);
            break;
        }
        snprintf(path, size, "%s/%s", folder, entry->d_name);
        paths[(*count)++] = path;
    }
    closedir(entries);
    qsort(paths, (size_t)*count, sizeof paths[0], compare_names);
    return status;
}

static Status read_given(RateMemory *memory, const char *path, Error *error) {
    const char *paths[RATE_FILES_MAX];
    int32_t count;
    struct stat state;
    if (stat(path, &state) != 0)
        return error_errno(error, errno == ENOENT ? STATUS_NO_INPUT : STATUS_IO, "open", path);
    if (!S_ISDIR(state.st_mode))
        return read_path(memory, path, error);
    Status status = list_folder(memory, path, paths, &count, error);
    for (int32_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_path(memory, paths[i], error);
    return status;
}

/* --- The table as a whole --------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
    const RateRow *left = a;
    const RateRow *right = b;
    if (left->id != right->id)
        return left->id < right->id ? -1 : 1;
    return (left->first.day > right->first.day) - (left->first.day < right->first.day);
}

/* On one day a rate has one value. */
static Status check_overlaps(const RateMemory *memory, Error *error) {
    for (int32_t i = 1; i < memory->count; i++) {
        const RateRow *before = &memory->rows[i - 1];
        const RateRow *row = &memory->rows[i];
        if (before->id == row->id && row->first.day <= date_or_last(before->last).day)
            return error_set(
                error, STATUS_CONFIG, "%s:%d: gaelder_fra: %s %s already has a value for that day from %s:%d",
                memory->names[row->source.file], row->source.line, rate_series[row->id].name,
                rate_series[row->id].group, memory->names[before->source.file], before->source.line);
    }
    return STATUS_OK;
}

static int format_canonical(const RateRow *row, char *line) {
    char first[DATE_TEXT_SIZE];
    char last[DATE_TEXT_SIZE];
    char value[MONEY_TEXT_SIZE];
    date_format(row->first, first);
    date_format(row->last, last);
    money_format((Money){row->value_hundredths}, ',', value);
    const RateSeries *series = &rate_series[row->id];
    const int written = snprintf(line, CANONICAL_LINE_SIZE, "%s;%s;%s;%s;%s;%s;%s;%s;%s\n", series->name,
                                 series->group, first, last, value, series->unit, row->legal_basis,
                                 row->source_text, rate_status_name[row->status]);
    assert(written > 0 && written < CANONICAL_LINE_SIZE);
    return written;
}

/* The same rates give the same text, however they were spread over files. */
static Status make_canonical(RateMemory *memory, RateSet *set, Error *error) {
    char line[CANONICAL_LINE_SIZE];
    size_t size = 0;
    for (int32_t i = 0; i < memory->count; i++)
        size += (size_t)format_canonical(&memory->rows[i], line);
    char *text = arena_alloc(&memory->arena, size + 1, 1);
    if (text == NULL)
        return error_no_memory(error);
    size_t used = 0;
    for (int32_t i = 0; i < memory->count; i++) {
        const size_t written = (size_t)format_canonical(&memory->rows[i], line);
        memcpy(text + used, line, written);
        used += written;
    }
    text[used] = '\0';
    set->canonical_text = text;
    return sha256_bytes(text, used, set->sha256) ? STATUS_OK : error_no_memory(error);
}

/* What a set is made from: canonical text, else a path, else the embedded tables. */
typedef struct {
    const char *name;
    const char *text;
    const char *path;
} RateOrigin;

/* Canonical text has no header; the reader wants one. */
static Status read_canonical(RateMemory *memory, const RateOrigin *origin, Error *error) {
    const size_t size = strlen(origin->text) + CANONICAL_LINE_SIZE;
    char *text = arena_alloc(&memory->arena, size, 1);
    CsvReader *csv;
    if (text == NULL)
        return error_no_memory(error);
    size_t used = 0;
    for (int32_t i = 0; i < RATE_COLUMNS; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ";", column_names[i]);
    used += (size_t)snprintf(text + used, size - used, "\n%s", origin->text);
    Status status = csv_reader_open_memory(origin->name, text, used, &csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_file(memory, origin->name, csv, error);
    csv_reader_close(csv);
    return status;
}

static Status fill_set(RateMemory *memory, const RateOrigin *origin, RateSet *set, Error *error) {
    Status status = origin->text != NULL   ? read_canonical(memory, origin, error)
                    : origin->path != NULL ? read_given(memory, origin->path, error)
                                           : read_embedded(memory, error);
    if (status != STATUS_OK)
        return status;
    qsort(memory->rows, (size_t)memory->count, sizeof memory->rows[0], compare_rows);
    set->table = (RateTable){memory->rows, memory->count};
    status = check_overlaps(memory, error);
    return status == STATUS_OK ? make_canonical(memory, set, error) : status;
}

static Status load_set(const RateOrigin *origin, RateSet *set, Error *error) {
    RateMemory *memory = calloc(1, sizeof *memory);
    *set = (RateSet){.memory = memory};
    if (memory == NULL)
        return error_no_memory(error);
    memory->rows = malloc(RATE_ROWS_MAX * sizeof memory->rows[0]);
    const Status status =
        memory->rows == NULL ? error_no_memory(error) : fill_set(memory, origin, set, error);
    if (status != STATUS_OK)
        rate_set_free(set);
    return status;
}

Status rate_set_load(const char *path, RateSet *set, Error *error) {
    return load_set(&(RateOrigin){.path = path}, set, error);
}

Status rate_set_load_canonical(const char *name, const char *text, RateSet *set, Error *error) {
    return load_set(&(RateOrigin){.name = name, .text = text}, set, error);
}

void rate_set_free(RateSet *set) {
    RateMemory *memory = set->memory;
    if (memory != NULL) {
        arena_free(&memory->arena);
        free(memory->rows);
        free(memory);
    }
    *set = (RateSet){0};
}
