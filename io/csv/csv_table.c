#include "io/csv/csv_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/embedded.h"

typedef struct {
    const CsvTable *table;
    const char *name;
    CsvReader *csv;
    int32_t place[CSV_TABLE_COLUMNS_MAX]; /* of each column in the file */
} Reading;

bool text_copy(Text text, char *place, size_t size_bytes) {
    if (text.size_bytes >= size_bytes)
        return false;
    memcpy(place, text.bytes, text.size_bytes);
    place[text.size_bytes] = '\0';
    return true;
}

bool text_is(Text text, const char *word) {
    return text.size_bytes == strlen(word) && memcmp(text.bytes, word, text.size_bytes) == 0;
}

Status csv_table_refuse(const CsvTableRow *row, const char *what, Error *error) {
    return error_set(error, row->fault, "%.200s:%d: %s", row->name, row->line, what);
}

/* The header as it is expected, as the error's detail. */
static Status refuse_header(const CsvTable *table, const CsvTableRow *at, const char *what, Error *error) {
    char names[ERROR_TEXT_SIZE] = "";
    for (int32_t i = 0; i < table->column_count; i++) {
        const size_t size = strlen(names);
        snprintf(names + size, sizeof names - size, "%s%s", i == 0 ? "" : ";", table->columns[i]);
    }
    (void)csv_table_refuse(at, what, error);
    error_detail(error, "the header is %s", names);
    return table->fault;
}

static Status take_header(Reading *reading, const CsvRow *row, const CsvTableRow *at, Error *error) {
    const CsvTable *table = reading->table;
    for (int32_t c = 0; c < table->column_count; c++) {
        reading->place[c] = -1;
        for (int32_t i = 0; i < row->field_count && i < table->column_count; i++)
            if ((table->any_order || i == c) && text_is(row->fields[i], table->columns[c]))
                reading->place[c] = i;
        if (reading->place[c] < 0)
            return refuse_header(table, at, "in the header a column is missing or in another place", error);
    }
    return row->field_count == table->column_count
               ? STATUS_OK
               : refuse_header(table, at, "the header has too many columns", error);
}

static Status take_row(const Reading *reading, const CsvRow *row, CsvTableRow *at, Error *error) {
    const CsvTable *table = reading->table;
    Text fields[CSV_TABLE_COLUMNS_MAX];
    if (row->field_count != table->column_count)
        return csv_table_refuse(at, "the row has another number of fields than the header", error);
    for (int32_t c = 0; c < table->column_count; c++)
        fields[c] = row->fields[reading->place[c]];
    at->fields = fields;
    return table->take(table->context, at, error);
}

static Status read_rows(Reading *reading, Error *error) {
    const CsvTable *table = reading->table;
    bool header_read = false;
    for (;;) {
        CsvRow row;
        Status status = csv_reader_next(reading->csv, &row, error);
        if (status != STATUS_OK)
            return status;
        CsvTableRow at = {.name = reading->name, .line = row.line, .fault = table->fault};
        if (row.event == CSV_EVENT_END) {
            at.line = 1;
            return header_read ? STATUS_OK : refuse_header(table, &at, "there is no header", error);
        }
        if (table->comments && row.raw.size_bytes > 0 && row.raw.bytes[0] == '#')
            continue;
        if (row.event != CSV_EVENT_ROW || row.bad_byte >= 0)
            return csv_table_refuse(&at, "the row is no CSV in UTF-8", error);
        status = header_read ? take_row(reading, &row, &at, error) : take_header(reading, &row, &at, error);
        if (status != STATUS_OK)
            return status;
        header_read = true;
    }
}

Status csv_table_read(const char *path, const CsvTable *table, Error *error) {
    assert(table->column_count <= CSV_TABLE_COLUMNS_MAX);
    Reading reading = {.table = table, .name = path == NULL ? table->built_in : path};
    const EmbeddedFile *file = path == NULL ? embedded_find(table->built_in) : NULL;
    if (path == NULL && file == NULL)
        return error_set(error, STATUS_INTERNAL, "%s is not part of this program", table->built_in);
    Status status = path != NULL ? csv_reader_open(path, path, false, &reading.csv, error)
                                 : csv_reader_open_memory(table->built_in, file->bytes, file->size_bytes,
                                                          &reading.csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_rows(&reading, error);
    csv_reader_close(reading.csv);
    return status;
}
