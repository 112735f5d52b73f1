#include "io/pay/betalere.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"
#include "io/base/log.h"
#include "io/csv/csv_table.h"

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

static Status take_row(void *context, const CsvTableRow *row, Error *error) {
    Betalere *betalere = context;
    const Text *fields = row->fields;
    if (betalere->count == BETALERE_MAX)
        return csv_table_refuse(row, "there are too many rows", error);
    Betaler *place = &betalere->rows[betalere->count];
    if (!text_copy(fields[FIELD_KOMMUNEKODE], place->kommunekode, sizeof place->kommunekode) ||
        !text_copy(fields[FIELD_NAVN], place->navn, sizeof place->navn) ||
        !text_copy(fields[FIELD_CVR], place->cvr, sizeof place->cvr) ||
        !text_copy(fields[FIELD_SE_NUMMER], place->se_nummer, sizeof place->se_nummer) ||
        !text_copy(fields[FIELD_KONTO_IBAN], place->konto_iban, sizeof place->konto_iban) ||
        !text_copy(fields[FIELD_BIC], place->bic, sizeof place->bic))
        return csv_table_refuse(row, "a field is too long", error);
    const char *fault = row_fault(betalere, place);
    if (fault != NULL)
        return csv_table_refuse(row, fault, error);
    if (!se_modulus11(place->cvr, 8))
        log_warning("%s:%d: cvr: the check digit is wrong", row->name, row->line);
    betalere->count++;
    return STATUS_OK;
}

Status betalere_load(const char *path, Betalere *betalere, Error *error) {
    const CsvTable table = {.built_in = "config/betalere.csv",
                            .columns = field_names,
                            .column_count = FIELD_COUNT,
                            .any_order = true,
                            .fault = STATUS_CONFIG,
                            .take = take_row,
                            .context = betalere};
    betalere->count = 0;
    return csv_table_read(path, &table, error);
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
