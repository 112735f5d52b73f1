#include "io/run/run_output.h"
#include "io/command/database.h"
#include "io/command/listing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/base/sha256.h"
#include "io/pay/kontoplan.h"
#include "io/pay/payment_db.h"
#include "io/pg/bytea.h"
#include "io/pg/look.h"
#include "io/pg/refusal.h"

#define FIELD_SIZE 128

/* The columns of sql/queries/output_store.sql. */
enum { BYTES, HASH, ROWS, AGAIN };

static const Refusal refusals[] = {
    {"YD020", STATUS_NO_INPUT, "`ydelse status` lists the last runs"},
    {"YD021", STATUS_CONFIG, "accounts are in betaling.kontoplan, CVR numbers in betaling.betalere"},
    {"42501", STATUS_NOT_PERMITTED, "the user must be a member of the role ydelse_finance"},
    {NULL, STATUS_OK, NULL},
};

typedef struct {
    char *bytes; /* with a NUL behind them */
    size_t size_bytes;
    char sha256[SHA256_HEX_SIZE];
    int64_t rows;
    bool again;
} Stored;

static Status run_number(const Invocation *invocation, const char **number, Error *error) {
    const char *text = option_value(invocation, "run");
    assert(text != NULL); /* a required option */
    const size_t size = strlen(text);
    *number = text;
    if (size >= 1 && size <= 9 && strspn(text, "0123456789") == size && text[0] != '0')
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--run %.40s: expected the number of a run", text);
}

static Status read_config(const Invocation *invocation, char **config, Error *error) {
    static Betalere betalere; /* 100 kB */
    Kontoplan kontoplan;
    const Settings *settings = invocation->settings;
    Status status = kontoplan_load(setting_get(settings, "betaling", "kontoplan"), &kontoplan, error);
    if (status == STATUS_OK)
        status = betalere_load(setting_get(settings, "betaling", "betalere"), &betalere, error);
    if (status != STATUS_OK)
        return status;
    *config = kontoplan_config(&kontoplan, &betalere);
    return *config == NULL ? error_no_memory(error) : STATUS_OK;
}

/* What is about to leave has the hash under which it is stored. */
static Status check_hash(const Stored *stored, Error *error) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    if (!sha256_bytes(stored->bytes, stored->size_bytes, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    return strcmp(hex, stored->sha256) == 0
               ? STATUS_OK
               : error_set(error, STATUS_INTERNAL, "the file is not the one that is stored");
}

static Status store(Pg *pg, const char *kind, const char *run, const char *config, Stored *stored,
                    Error *error) {
    const PgParameter parameters[] = {{"kind", kind}, {"run", run}, {"config", config}};
    PgRows *rows = NULL;
    Status status = pg_query_file(pg, "output_store", 3, parameters, &rows, error);
    if (status != STATUS_OK)
        return refusal_translate(refusals, error);
    snprintf(stored->sha256, sizeof stored->sha256, "%s", pg_text(rows, 0, HASH));
    stored->rows = pg_integer(rows, 0, ROWS);
    stored->again = pg_text(rows, 0, AGAIN)[0] == 't';
    stored->bytes = bytea_bytes(pg_text(rows, 0, BYTES), &stored->size_bytes);
    pg_rows_free(rows);
    return stored->bytes == NULL ? error_no_memory(error) : check_hash(stored, error);
}

/* --- Writing --------------------------------------------------------------------------------------------- */

static Status put_field(Table *table, const RunOutput *definition, int32_t column, const char *text,
                        size_t size, Error *error) {
    char field[FIELD_SIZE];
    Money amount;
    if (size >= FIELD_SIZE)
        return error_set(error, STATUS_INTERNAL, "the stored file has a field that is too long");
    memcpy(field, text, size);
    field[size] = '\0';
    if (definition->columns[column].kind == CELL_TEXT) {
        table_text(table, field);
        return STATUS_OK;
    }
    assert(definition->columns[column].kind == CELL_KRONER);
    if (!money_parse(field, (uint32_t)size, ',', &amount))
        return error_set(error, STATUS_INTERNAL, "the stored file has an unreadable amount");
    table_kroner(table, amount);
    return STATUS_OK;
}

/* The file has no quotes: its fields are numbers, codes and account numbers. */
static Status put_rows(Table *table, const RunOutput *definition, const Stored *stored, Error *error) {
    Status status = STATUS_OK;
    assert(stored->bytes != NULL); /* or store had failed */
    const char *line = strchr(stored->bytes, '\n');
    while (status == STATUS_OK && line != NULL && *++line != '\0') {
        const char *field = line;
        line = strchr(line, '\n');
        for (int32_t column = 0; status == STATUS_OK && column < definition->column_count; column++) {
            const size_t size = strcspn(field, ";\n");
            status = put_field(table, definition, column, field, size, error);
            field += size + (field[size] == ';');
        }
    }
    return status;
}

static Status write_out(const Invocation *invocation, const RunOutput *definition, TableFormat format,
                        const Stored *stored, Error *error) {
    OutputFile output = {.stream = NULL};
    Table table;
    Error ignored;
    Status status = output_file_open_private(option_value(invocation, "output"), &output, error);
    if (status != STATUS_OK)
        return status;
    if (format == TABLE_CSV) {
        fwrite(stored->bytes, 1, stored->size_bytes, output.stream);
    } else {
        table_begin(&table, output.stream, format, command_danish(invocation), definition->columns,
                    definition->column_count);
        status = put_rows(&table, definition, stored, error);
        if (status == STATUS_OK) {
            status = table_end(&table, error);
        } else {
            table.at = 0; /* a row that is not complete */
            (void)table_end(&table, &ignored);
        }
    }
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    return status;
}

Status run_output(const Invocation *invocation, const RunOutput *definition, Error *error) {
    const char *run = NULL;
    char *config = NULL;
    const char *wanted = option_value(invocation, "format");
    const TableFormat format = wanted == NULL ? TABLE_CSV : listing_format(invocation);
    Pg *pg = NULL;
    Stored stored = {0};
    Status status = run_number(invocation, &run, error);
    if (status == STATUS_OK)
        status = read_config(invocation, &config, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, &(Look){.command = definition->name, .detail = run}, &pg,
                                 error); /* also of postings: they are people's amounts, line by line */
    if (status == STATUS_OK)
        status = store(pg, definition->kind, run, config, &stored, error);
    if (status == STATUS_OK)
        status = write_out(invocation, definition, format, &stored, error);
    if (status == STATUS_OK) {
        if (stored.again)
            log_info("%s: run %s was written before; these are the same bytes", definition->name, run);
        log_info("%s: run %s, %lld rows, %zu bytes, SHA-256 %s", definition->name, run,
                 (long long)stored.rows, stored.size_bytes, stored.sha256);
    }
    free(stored.bytes);
    free(config);
    return status;
}
