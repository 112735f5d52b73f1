/* The opening counters of the refusion estimate. */
#include <stdlib.h>
#include <string.h>

#include "io/csv_reader.h"
#include "io/refusion_report.h"

enum { CPR_NUMMER, UGER, SIDSTE_UGE, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {"cpr_nummer", "uger", "sidste_uge"};

#define WEEKS_DIGITS_MAX 4

static Status refuse(const char *path, int32_t line, const char *what, Error *error) {
    return error_set(error, STATUS_DATA, "%.200s:%d: %s", path, line, what);
}

static bool is_header(const CsvRow *row) {
    for (int32_t i = 0; i < FIELD_COUNT && row->field_count == FIELD_COUNT; i++)
        if (row->fields[i].size_bytes != strlen(field_names[i]) ||
            memcmp(row->fields[i].bytes, field_names[i], row->fields[i].size_bytes) != 0)
            return false;
    return row->field_count == FIELD_COUNT;
}

static bool weeks_parse(Text text, int32_t *weeks) {
    *weeks = 0;
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || text.size_bytes > WEEKS_DIGITS_MAX)
            return false;
        *weeks = *weeks * 10 + (text.bytes[i] - '0');
    }
    return *weeks > 0;
}

/* No message carries a value: it may be a CPR number. */
static const char *row_fault(const CsvRow *row, RefusionOpening *one) {
    const Text *fields = row->fields;
    if (row->field_count != FIELD_COUNT)
        return "the row has another number of fields than the header";
    if (!cpr_parse(fields[CPR_NUMMER].bytes, fields[CPR_NUMMER].size_bytes, &one->cpr))
        return "cpr_nummer: expected ten digits with a date";
    if (!weeks_parse(fields[UGER], &one->weeks))
        return "uger: expected a number of weeks, 1 to 9999";
    if (!week_parse(fields[SIDSTE_UGE].bytes, fields[SIDSTE_UGE].size_bytes, &one->last) ||
        one->last.index < 0)
        return "sidste_uge: expected a week like 2015-W53";
    return NULL;
}

static Status add(RefusionOpenings *openings, const RefusionOpening *one, Error *error) {
    if (openings->count == REFUSION_OPENINGS_MAX)
        return error_set(error, STATUS_DATA, "more than %d openings", REFUSION_OPENINGS_MAX);
    if (openings->count == openings->capacity) {
        const int32_t capacity = openings->capacity == 0 ? 1024 : openings->capacity * 2;
        RefusionOpening *moved = realloc(openings->rows, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return error_set(error, STATUS_INTERNAL, "out of memory");
        openings->rows = moved;
        openings->capacity = capacity;
    }
    openings->rows[openings->count++] = *one;
    return STATUS_OK;
}

static Status read_rows(const char *path, CsvReader *csv, RefusionOpenings *openings, Error *error) {
    bool header = false;
    for (;;) {
        CsvRow row;
        RefusionOpening one;
        const char *fault;
        Status status = csv_reader_next(csv, &row, error);
        if (status != STATUS_OK)
            return status;
        if (row.event == CSV_EVENT_END)
            return header ? STATUS_OK : refuse(path, 1, "the header is missing", error);
        if (row.event != CSV_EVENT_ROW)
            return refuse(path, row.line, "a quote is misplaced, or the row is too long", error);
        if (!header) {
            header = is_header(&row);
            if (!header)
                return refuse(path, row.line, "expected the header cpr_nummer;uger;sidste_uge", error);
            continue;
        }
        fault = row_fault(&row, &one);
        status = fault != NULL ? refuse(path, row.line, fault, error) : add(openings, &one, error);
        if (status != STATUS_OK)
            return status;
    }
}

static int compare_openings(const void *a, const void *b) {
    const uint64_t left = ((const RefusionOpening *)a)->cpr.number;
    const uint64_t right = ((const RefusionOpening *)b)->cpr.number;
    return (left > right) - (left < right);
}

Status refusion_openings_read(const char *path, RefusionOpenings *openings, Error *error) {
    CsvReader *csv = NULL;
    *openings = (RefusionOpenings){.rows = NULL};
    Status status = csv_reader_open(path, path, false, &csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_rows(path, csv, openings, error);
    csv_reader_close(csv);
    if (status == STATUS_OK && openings->count > 0)
        qsort(openings->rows, (size_t)openings->count, sizeof openings->rows[0], compare_openings);
    for (int32_t i = 1; status == STATUS_OK && i < openings->count; i++)
        if (openings->rows[i].cpr.number == openings->rows[i - 1].cpr.number)
            status = error_set(error, STATUS_DATA, "%.200s: a person has two rows", path);
    return status;
}

void refusion_openings_free(RefusionOpenings *openings) {
    free(openings->rows);
    *openings = (RefusionOpenings){.rows = NULL};
}
