/* The simple CSV of NemKonto answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv/csv_reader.h"
#include "io/intake/decode.h"
#include "io/pay/answer.h"

#define NAME "end_to_end_id;svar;tidspunkt"
#define EXPECTED_SIZE 256
#define VALUE_SIZE 64

typedef enum { END_TO_END_ID, SVAR, TIDSPUNKT, FIELD_COUNT } FieldId;
static const char *const field_names[FIELD_COUNT] = {"end_to_end_id", "svar", "tidspunkt"};

typedef struct {
    const AnswerCodes *codes;
    const char *name;
    AnswerFile *file;
    int32_t place[FIELD_COUNT]; /* the column of each field */
    bool trailer_seen;
} Reading;

/* A copy that ends; what is too long for it is cut, and never a value that is allowed. */
static const char *text_of(Text text, char value[VALUE_SIZE]) {
    const size_t size = text.size_bytes < VALUE_SIZE - 1 ? text.size_bytes : VALUE_SIZE - 1;
    memcpy(value, text.bytes, size);
    value[size] = '\0';
    return value;
}

static Status take_header(Reading *reading, const CsvRow *row, Error *error) {
    char value[VALUE_SIZE];
    for (int32_t field = 0; field < FIELD_COUNT; field++)
        reading->place[field] = -1;
    for (int32_t column = 0; column < row->field_count; column++) {
        int32_t field = 0;
        const char *name = column < CSV_FIELDS_MAX ? text_of(row->fields[column], value) : "";
        while (field < FIELD_COUNT && strcmp(field_names[field], name) != 0)
            field++;
        if (field == FIELD_COUNT || reading->place[field] >= 0)
            return answer_refuse(reading->name, row->line, name, "the columns " NAME ", each once", error);
        reading->place[field] = column;
    }
    for (int32_t field = 0; field < FIELD_COUNT; field++)
        if (reading->place[field] < 0)
            return answer_refuse(reading->name, row->line, "no such column", field_names[field], error);
    return STATUS_OK;
}

static Status take_trailer(Reading *reading, const CsvRow *row, Error *error) {
    char value[VALUE_SIZE];
    char expected[VALUE_SIZE];
    snprintf(expected, sizeof expected, "#SLUT;%d;", reading->file->count);
    reading->trailer_seen = true;
    if (row->field_count < 2 || row->field_count > 3 || row->fields[1].size_bytes == 0)
        return answer_refuse(reading->name, row->line, "another trailer", expected, error);
    char *end;
    const long rows = strtol(text_of(row->fields[1], value), &end, 10);
    if (*end != '\0' || rows != reading->file->count)
        return answer_refuse(reading->name, row->line, value, expected, error);
    /* There is nothing to add up. */
    if (row->field_count == 3 && row->fields[2].size_bytes > 0 &&
        strcmp(text_of(row->fields[2], value), "0,00") != 0 && strcmp(value, "0") != 0)
        return answer_refuse(reading->name, row->line, value, "no sum: there are no amounts", error);
    return STATUS_OK;
}

static Status take_answer(Reading *reading, const CsvRow *row, Error *error) {
    char value[VALUE_SIZE];
    char expected[EXPECTED_SIZE];
    Answer answer = {.line = row->line, .level = ANSWER_TRANSACTION};
    const Text id = row->fields[reading->place[END_TO_END_ID]];
    if (!answer_id_take(id, answer.id))
        return answer_refuse(reading->name, row->line, text_of(id, value),
                             "end_to_end_id: an EndToEndId of 1 to 35 characters", error);
    text_of(row->fields[reading->place[SVAR]], value);
    answer.code = answer_code_find(reading->codes, ANSWER_LIST_NEMKONTO, value);
    if (answer.code == NULL) {
        memcpy(expected, "svar: ", sizeof "svar: ");
        answer_codes_expected(reading->codes, ANSWER_LIST_NEMKONTO, false, expected + 6, sizeof expected - 6);
        return answer_refuse(reading->name, row->line, value, expected, error);
    }
    if (!decode_is_time(row->fields[reading->place[TIDSPUNKT]]))
        return answer_refuse(reading->name, row->line, text_of(row->fields[reading->place[TIDSPUNKT]], value),
                             "tidspunkt: a date, or an RFC 3339 time with its offset", error);
    return answer_add(reading->file, reading->name, &answer, error);
}

static Status take_row(Reading *reading, const CsvRow *row, bool is_first, Error *error) {
    char value[VALUE_SIZE];
    if (row->event != CSV_EVENT_ROW)
        return answer_refuse(reading->name, row->line,
                             row->event == CSV_EVENT_BAD_QUOTE  ? "a misplaced quote"
                             : row->event == CSV_EVENT_TOO_LONG ? "a row that is too long"
                                                                : "a quote that never ends",
                             "a row of " NAME, error);
    if (row->bad_byte >= 0)
        return answer_refuse(reading->name, row->line, "a byte that is no UTF-8", "UTF-8", error);
    if (is_first)
        return take_header(reading, row, error);
    if (reading->trailer_seen)
        return answer_refuse(reading->name, row->line, "a row", "nothing after #SLUT", error);
    if (strcmp(text_of(row->fields[0], value), "#SLUT") == 0)
        return take_trailer(reading, row, error);
    if (row->field_count != FIELD_COUNT)
        return answer_refuse(reading->name, row->line, "another number of fields", "3 fields", error);
    return take_answer(reading, row, error);
}

Status answer_csv_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                       AnswerFile *file, Error *error) {
    Reading reading = {.codes = codes, .name = name, .file = file};
    CsvReader *reader = NULL;
    CsvRow row;
    bool is_first = true;
    Status status = csv_reader_open_memory(name, bytes, size_bytes, &reader, error);
    while (status == STATUS_OK) {
        status = csv_reader_next(reader, &row, error);
        if (status != STATUS_OK || row.event == CSV_EVENT_END)
            break;
        status = take_row(&reading, &row, is_first, error);
        is_first = false;
    }
    csv_reader_close(reader);
    return status;
}
