#include "io/kontoplan.h"

#include <jansson.h>
#include <string.h>

#include "io/csv_reader.h"
#include "io/embedded.h"

#define BUILT_IN "config/kontoplan.csv"
#define HEADER "rolle;konto;navn_da;navn_en"
#define KONTO_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-"

enum { FIELD_ROLE, FIELD_KONTO, FIELD_COUNT = 4 };

static const char *const role_names[KONTO_ROLE_COUNT] = {
    [KONTO_YDELSE_RF] = "ydelse_rf",
    [KONTO_YDELSE_JA] = "ydelse_ja",
    [KONTO_ATP_KOMMUNE] = "atp_kommune",
    [KONTO_SKYLDIG_ATP] = "skyldig_atp",
    [KONTO_SKYLDIG_SKAT] = "skyldig_skat",
    [KONTO_SKYLDIG_PENSION] = "skyldig_pension",
    [KONTO_MELLEMREGNING_NEMKONTO] = "mellemregning_nemkonto",
    [KONTO_MELLEMREGNING_STAT] = "mellemregning_stat",
    [KONTO_TILGODEHAVENDE] = "tilgodehavende",
};

const char *konto_role_name(KontoRole role) {
    return role_names[role];
}

static bool text_equals(Text text, const char *word) {
    return text.size_bytes == strlen(word) && memcmp(text.bytes, word, text.size_bytes) == 0;
}

/* What is wrong with a row, or NULL. */
static const char *take_row(Kontoplan *kontoplan, const CsvRow *row) {
    if (row->field_count != FIELD_COUNT)
        return "expected four fields";
    const Text konto = row->fields[FIELD_KONTO];
    for (int role = 0; role < KONTO_ROLE_COUNT; role++) {
        char *place = kontoplan->konto[role];
        if (!text_equals(row->fields[FIELD_ROLE], role_names[role]))
            continue;
        if (place[0] != '\0')
            return "rolle: this role has a row already";
        if (konto.size_bytes == 0 || konto.size_bytes >= KONTO_SIZE)
            return "konto: expected 1 to 40 characters";
        memcpy(place, konto.bytes, konto.size_bytes);
        place[konto.size_bytes] = '\0';
        return strspn(place, KONTO_CHARACTERS) == konto.size_bytes
                   ? NULL
                   : "konto: expected letters, digits and . _ / - only";
    }
    return "rolle: there is no such role";
}

static Status read_rows(const char *name, CsvReader *csv, Kontoplan *kontoplan, Error *error) {
    for (bool first = true;; first = false) {
        CsvRow row;
        const char *fault = NULL;
        const Status status = csv_reader_next(csv, &row, error);
        if (status != STATUS_OK)
            return status;
        if (row.event == CSV_EVENT_END)
            return STATUS_OK;
        if (row.event != CSV_EVENT_ROW || row.bad_byte >= 0)
            fault = "the row is no CSV in UTF-8";
        else if (first)
            fault = text_equals(row.raw, HEADER) ? NULL : "the header is not " HEADER;
        else
            fault = take_row(kontoplan, &row);
        if (fault != NULL)
            return error_set(error, STATUS_CONFIG, "%.200s:%d: %s", name, row.line, fault);
    }
}

Status kontoplan_load(const char *path, Kontoplan *kontoplan, Error *error) {
    const char *name = path == NULL ? BUILT_IN : path;
    const EmbeddedFile *file = path == NULL ? embedded_find(BUILT_IN) : NULL;
    CsvReader *csv = NULL;
    *kontoplan = (Kontoplan){0};
    if (path == NULL && file == NULL)
        return error_set(error, STATUS_INTERNAL, "%s is not part of this program", BUILT_IN);
    Status status = path != NULL
                        ? csv_reader_open(path, path, false, &csv, error)
                        : csv_reader_open_memory(BUILT_IN, file->bytes, file->size_bytes, &csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_rows(name, csv, kontoplan, error);
    csv_reader_close(csv);
    for (int role = 0; status == STATUS_OK && role < KONTO_ROLE_COUNT; role++)
        if (kontoplan->konto[role][0] == '\0')
            status =
                error_set(error, STATUS_CONFIG, "%.200s: role %s has no account", name, role_names[role]);
    return status;
}

char *kontoplan_config(const Kontoplan *kontoplan, const Betalere *betalere) {
    char *text = NULL;
    json_t *accounts = json_object();
    json_t *cvr = json_object();
    json_t *config = json_pack("{s:O, s:O}", "accounts", accounts, "cvr", cvr);
    bool enough = config != NULL;
    for (int role = 0; enough && role < KONTO_ROLE_COUNT; role++)
        enough = json_object_set_new(accounts, role_names[role], json_string(kontoplan->konto[role])) == 0;
    for (int32_t i = 0; enough && i < betalere->count; i++)
        enough =
            json_object_set_new(cvr, betalere->rows[i].kommunekode, json_string(betalere->rows[i].cvr)) == 0;
    if (enough)
        text = json_dumps(config, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(config);
    json_decref(accounts);
    json_decref(cvr);
    return text;
}
