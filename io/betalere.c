#include "io/betalere.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"
#include "io/csv_reader.h"
#include "io/embedded.h"
#include "io/log.h"

#define BUILT_IN "config/betalere.csv"
#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef enum {
    FIELD_KOMMUNEKODE,
    FIELD_NAVN,
    FIELD_CVR,
    FIELD_SE_NUMMER,
    FIELD_KONTO_IBAN,
    FIELD_BIC,
    FIELD_BEMAERKNING,
    FIELD_COUNT,
} FieldId;

static const char *const field_names[FIELD_COUNT] = {"kommunekode", "navn", "cvr",        "se_nummer",
                                                     "konto_iban",  "bic",  "bemaerkning"};

typedef struct {
    const char *name;
    CsvReader *csv;
    int32_t place[FIELD_COUNT]; /* the column of each field */
    Betalere *betalere;
} Reading;

/* --- What a field may be ------------------------------------------------------------------------------- */

static bool is_digits(const char *text, size_t count) {
    return strlen(text) == count && strspn(text, DIGITS) == count;
}

bool iban_is_danish(const char *iban) {
    if (strncmp(iban, "DK", 2) != 0 || !is_digits(iban + 2, 16))
        return false;
    /* The first four characters go to the end; letters count from A = 10, so DK is 1320. */
    char digits[21];
    memcpy(digits, iban + 4, 14);
    memcpy(digits + 14, "1320", 4);
    memcpy(digits + 18, iban + 2, 2);
    digits[20] = '\0';
    int32_t remainder = 0;
    for (const char *digit = digits; *digit != '\0'; digit++)
        remainder = (remainder * 10 + (*digit - '0')) % 97;
    return remainder == 1;
}

static bool is_bic(const char *bic) {
    const size_t size = strlen(bic);
    return (size == 8 || size == 11) && strspn(bic, LETTERS DIGITS) == size && strspn(bic + 4, LETTERS) >= 2;
}

/* What is wrong with a row, or NULL. */
static const char *row_fault(const Betalere *betalere, const Betaler *row) {
    if (!is_digits(row->kommunekode, 4))
        return "kommunekode: expected four digits";
    if (betalere_find(betalere, row->kommunekode) != NULL)
        return "kommunekode: this municipality has a row already";
    if (row->navn[0] == '\0')
        return "navn: expected a name";
    if (!is_digits(row->cvr, 8))
        return "cvr: expected eight digits";
    if (row->se_nummer[0] != '\0' && !is_digits(row->se_nummer, 8))
        return "se_nummer: expected eight digits or nothing";
    if (!iban_is_danish(row->konto_iban))
        return "konto_iban: expected DK and 16 digits whose check digits are right";
    if (!is_bic(row->bic))
        return "bic: expected eight or eleven capital letters and digits";
    return NULL;
}

/* --- Reading ------------------------------------------------------------------------------------------- */

static Status refuse(const Reading *reading, int32_t line, const char *what, Error *error) {
    return error_set(error, STATUS_CONFIG, "%.200s:%d: %s", reading->name, line, what);
}

static bool text_equals(Text text, const char *word) {
    return text.size_bytes == strlen(word) && memcmp(text.bytes, word, text.size_bytes) == 0;
}

static Status take_header(Reading *reading, const CsvRow *row, Error *error) {
    for (int32_t f = 0; f < FIELD_COUNT; f++) {
        reading->place[f] = -1;
        for (int32_t i = 0; i < row->field_count && i < FIELD_COUNT; i++)
            if (text_equals(row->fields[i], field_names[f]))
                reading->place[f] = i;
        if (reading->place[f] < 0) {
            refuse(reading, row->line, "a column is missing", error);
            error_detail(error, "column %s", field_names[f]);
            return STATUS_CONFIG;
        }
    }
    if (row->field_count != FIELD_COUNT)
        return refuse(reading, row->line, "there is a column too many", error);
    return STATUS_OK;
}

/* Copies a field; false when it does not fit, so that nothing is ever cut. */
static bool copy_field(const Reading *reading, const CsvRow *row, FieldId field, char *place,
                       size_t size_bytes) {
    const Text text = row->fields[reading->place[field]];
    if (text.size_bytes >= size_bytes)
        return false;
    memcpy(place, text.bytes, text.size_bytes);
    place[text.size_bytes] = '\0';
    return true;
}

static Status take_row(Reading *reading, const CsvRow *row, Error *error) {
    Betalere *betalere = reading->betalere;
    if (row->field_count != FIELD_COUNT)
        return refuse(reading, row->line, "the row has another number of fields than the header", error);
    if (betalere->count == BETALERE_MAX)
        return refuse(reading, row->line, "there are too many rows", error);
    Betaler *place = &betalere->rows[betalere->count];
    if (!copy_field(reading, row, FIELD_KOMMUNEKODE, place->kommunekode, sizeof place->kommunekode) ||
        !copy_field(reading, row, FIELD_NAVN, place->navn, sizeof place->navn) ||
        !copy_field(reading, row, FIELD_CVR, place->cvr, sizeof place->cvr) ||
        !copy_field(reading, row, FIELD_SE_NUMMER, place->se_nummer, sizeof place->se_nummer) ||
        !copy_field(reading, row, FIELD_KONTO_IBAN, place->konto_iban, sizeof place->konto_iban) ||
        !copy_field(reading, row, FIELD_BIC, place->bic, sizeof place->bic))
        return refuse(reading, row->line, "a field is too long", error);
    const char *fault = row_fault(betalere, place);
    if (fault != NULL)
        return refuse(reading, row->line, fault, error);
    if (!se_modulus11(place->cvr, 8))
        log_warning("%s:%d: cvr: the check digit is wrong", reading->name, row->line);
    betalere->count++;
    return STATUS_OK;
}

static Status read_rows(Reading *reading, Error *error) {
    bool header_read = false;
    for (;;) {
        CsvRow row;
        Status status = csv_reader_next(reading->csv, &row, error);
        if (status != STATUS_OK)
            return status;
        if (row.event == CSV_EVENT_END)
            return header_read ? STATUS_OK : refuse(reading, 1, "there is no header", error);
        if (row.event != CSV_EVENT_ROW || row.bad_byte >= 0)
            return refuse(reading, row.line, "the row is no CSV in UTF-8", error);
        status = header_read ? take_row(reading, &row, error) : take_header(reading, &row, error);
        if (status != STATUS_OK)
            return status;
        header_read = true;
    }
}

Status betalere_load(const char *path, Betalere *betalere, Error *error) {
    Reading reading = {.name = path == NULL ? BUILT_IN : path, .betalere = betalere};
    betalere->count = 0;
    Status status;
    if (path != NULL) {
        status = csv_reader_open(path, path, false, &reading.csv, error);
    } else {
        const EmbeddedFile *file = embedded_find(BUILT_IN);
        if (file == NULL)
            return error_set(error, STATUS_INTERNAL, "%s is not part of this program", BUILT_IN);
        status = csv_reader_open_memory(BUILT_IN, file->bytes, file->size_bytes, &reading.csv, error);
    }
    if (status != STATUS_OK)
        return status;
    status = read_rows(&reading, error);
    csv_reader_close(reading.csv);
    return status;
}

/* --- Using --------------------------------------------------------------------------------------------- */

const Betaler *betalere_find(const Betalere *betalere, const char *kommunekode) {
    for (int32_t i = 0; i < betalere->count; i++)
        if (strcmp(betalere->rows[i].kommunekode, kommunekode) == 0)
            return &betalere->rows[i];
    return NULL;
}

char *betalere_json(const Betalere *betalere) {
    char *text = NULL;
    json_t *array = json_array();
    for (int32_t i = 0; array != NULL && i < betalere->count; i++) {
        const Betaler *row = &betalere->rows[i];
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kommunekode", row->kommunekode, "navn",
                                   row->navn, "cvr", row->cvr, "se_nummer", row->se_nummer, "konto_iban",
                                   row->konto_iban, "bic", row->bic);
        if (object == NULL || json_array_append_new(array, object) != 0)
            goto out;
    }
    if (array != NULL)
        text = json_dumps(array, JSON_COMPACT);
out:
    json_decref(array);
    return text;
}
