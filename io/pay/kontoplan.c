#include "io/pay/kontoplan.h"

#include <jansson.h>
#include <string.h>

#include "io/csv/csv_table.h"

#define KONTO_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-"

enum { FIELD_ROLE, FIELD_KONTO, FIELD_NAVN_DA, FIELD_NAVN_EN, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {"rolle", "konto", "navn_da", "navn_en"};

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

/* What is wrong with a row, or NULL. */
static const char *row_fault(Kontoplan *kontoplan, const Text *fields) {
    const Text konto = fields[FIELD_KONTO];
    for (int role = 0; role < KONTO_ROLE_COUNT; role++) {
        char *place = kontoplan->konto[role];
        if (!text_is(fields[FIELD_ROLE], role_names[role]))
            continue;
        if (place[0] != '\0')
            return "rolle: this role has a row already";
        if (konto.size_bytes == 0 || !text_copy(konto, place, KONTO_SIZE))
            return "konto: expected 1 to 40 characters";
        return strspn(place, KONTO_CHARACTERS) == konto.size_bytes
                   ? NULL
                   : "konto: expected letters, digits and . _ / - only";
    }
    return "rolle: there is no such role";
}

static Status take_row(void *context, const CsvTableRow *row, Error *error) {
    const char *fault = row_fault(context, row->fields);
    return fault == NULL ? STATUS_OK : csv_table_refuse(row, fault, error);
}

Status kontoplan_load(const char *path, Kontoplan *kontoplan, Error *error) {
    const CsvTable table = {.built_in = "config/kontoplan.csv",
                            .columns = field_names,
                            .column_count = FIELD_COUNT,
                            .fault = STATUS_CONFIG,
                            .take = take_row,
                            .context = kontoplan};
    *kontoplan = (Kontoplan){0};
    Status status = csv_table_read(path, &table, error);
    for (int role = 0; status == STATUS_OK && role < KONTO_ROLE_COUNT; role++)
        if (kontoplan->konto[role][0] == '\0')
            status = error_set(error, STATUS_CONFIG, "%.200s: role %s has no account",
                               path == NULL ? table.built_in : path, role_names[role]);
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
