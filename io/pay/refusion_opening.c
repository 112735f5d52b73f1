/* The opening counters of the refusion estimate. */
#include <stdlib.h>

#include "io/csv/csv_table.h"
#include "io/pay/refusion_report.h"

enum { CPR_NUMMER, UGER, SIDSTE_UGE, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {"cpr_nummer", "uger", "sidste_uge"};

#define WEEKS_DIGITS_MAX 4

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
static const char *row_fault(const Text *fields, RefusionOpening *one) {
    if (!cpr_parse(fields[CPR_NUMMER].bytes, fields[CPR_NUMMER].size_bytes, &one->cpr))
        return "cpr_nummer: expected ten digits with a date";
    if (!weeks_parse(fields[UGER], &one->weeks))
        return "uger: expected a number of weeks, 1 to 9999";
    if (!week_parse(fields[SIDSTE_UGE].bytes, fields[SIDSTE_UGE].size_bytes, &one->last) ||
        one->last.index < 0)
        return "sidste_uge: expected a week like 2015-W53";
    return NULL;
}

static Status take_row(void *context, const CsvTableRow *row, Error *error) {
    RefusionOpenings *openings = context;
    RefusionOpening one = {.line = row->line};
    const char *fault = row_fault(row->fields, &one);
    if (fault != NULL)
        return csv_table_refuse(row, fault, error);
    if (openings->count == REFUSION_OPENINGS_MAX)
        return csv_table_refuse(row, "there are too many rows", error);
    if (openings->count == openings->capacity) {
        const int32_t capacity = openings->capacity == 0 ? 1024 : openings->capacity * 2;
        RefusionOpening *moved = realloc(openings->rows, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return error_no_memory(error);
        openings->rows = moved;
        openings->capacity = capacity;
    }
    openings->rows[openings->count++] = one;
    return STATUS_OK;
}

/* By CPR number, then as they stand in the file. */
static int compare_openings(const void *a, const void *b) {
    const RefusionOpening *left = a, *right = b;
    if (left->cpr.number != right->cpr.number)
        return left->cpr.number > right->cpr.number ? 1 : -1;
    return (left->line > right->line) - (left->line < right->line);
}

Status refusion_openings_read(const char *path, RefusionOpenings *openings, Error *error) {
    const CsvTable table = {.columns = field_names,
                            .column_count = FIELD_COUNT,
                            .fault = STATUS_DATA,
                            .take = take_row,
                            .context = openings};
    *openings = (RefusionOpenings){.rows = NULL};
    const Status status = csv_table_read(path, &table, error);
    if (status != STATUS_OK)
        return status;
    if (openings->count > 0)
        qsort(openings->rows, (size_t)openings->count, sizeof openings->rows[0], compare_openings);
    for (int32_t i = 1; i < openings->count; i++)
        if (openings->rows[i].cpr.number == openings->rows[i - 1].cpr.number)
            return error_set(error, STATUS_DATA,
                             "%.200s:%d: cpr_nummer: this person has a row already, line %d", path,
                             openings->rows[i].line, openings->rows[i - 1].line);
    return STATUS_OK;
}

void refusion_openings_free(RefusionOpenings *openings) {
    free(openings->rows);
    *openings = (RefusionOpenings){.rows = NULL};
}
