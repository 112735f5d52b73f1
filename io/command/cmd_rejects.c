/* ydelse rejects: the rows that could not be used and still wait for somebody. */
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/intake/intake.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/show/table.h"

typedef enum {
    FIELD_ID,
    FIELD_DELIVERY,
    FIELD_FILE,
    FIELD_LINE,
    FIELD_KIND,
    FIELD_CODE,
    FIELD_COLUMN,
    FIELD_NUMBER,
    FIELD_FOUND,
    FIELD_EXPECTED,
    FIELD_SINCE,
    FIELD_AGE,
    FIELD_WHOLE_FILE,
    FIELD_RAW,
} Field;

/* In CSV and JSON; the row as it stood is the last one, and only with --raw. */
static const TableColumn columns[] = {
    {"afvist_id", "", "", CELL_NUMBER}, {"leverance", "", "", CELL_NUMBER},
    {"fil", "", "", CELL_TEXT},         {"linje", "", "", CELL_NUMBER},
    {"slags", "", "", CELL_TEXT},       {"kode", "", "", CELL_TEXT},
    {"kolonne", "", "", CELL_TEXT},     {"felt", "", "", CELL_NUMBER},
    {"fundet", "", "", CELL_TEXT},      {"ventet", "", "", CELL_TEXT},
    {"siden", "", "", CELL_TEXT},       {"alder_dage", "", "", CELL_NUMBER},
    {"hele_filen", "", "", CELL_TEXT},  {"vejledning", "", "", CELL_TEXT},
    {"raekke", "", "", CELL_TEXT},
};
#define COLUMN_TOTAL (int32_t)(sizeof columns / sizeof columns[0])

static bool whole_file(const PgRows *rows, int row) {
    return pg_text(rows, row, FIELD_WHOLE_FILE)[0] == 't';
}

/* A cell as people read it: what was found and expected is stored by its English name. */
static const char *cell(const PgRows *rows, int row, Field field, bool danish) {
    const char *text = pg_text(rows, row, field);
    if (field == FIELD_WHOLE_FILE)
        return whole_file(rows, row) ? "J" : "N";
    if (field == FIELD_FOUND && text[0] == '\0')
        text = "nothing";
    return field == FIELD_FOUND || field == FIELD_EXPECTED ? input_finding_phrase(text, danish) : text;
}

static const char *advice(const char *code, bool danish) {
    const FindingDefinition *definition = finding_find(code);
    if (definition == NULL)
        return "";
    return danish ? definition->advice_da : definition->advice_en;
}

static void put_field(Table *table, const PgRows *rows, int row, Field field, bool danish) {
    if (columns[field].kind == CELL_TEXT)
        table_text(table, cell(rows, row, field, danish));
    else if (pg_is_null(rows, row, (int)field))
        table_empty(table);
    else
        table_number(table, pg_integer(rows, row, (int)field));
}

static Status print_table(FILE *out, TableFormat format, const PgRows *rows, bool raw, bool danish,
                          Error *error) {
    Table table;
    table_begin(&table, out, format, danish, columns, raw ? COLUMN_TOTAL : COLUMN_TOTAL - 1);
    for (int i = 0; i < pg_row_count(rows); i++) {
        for (int field = 0; field < FIELD_RAW; field++)
            put_field(&table, rows, i, (Field)field, danish);
        table_text(&table, advice(pg_text(rows, i, FIELD_CODE), danish));
        if (raw)
            table_text(&table, pg_text(rows, i, FIELD_RAW));
    }
    return table_end(&table, error);
}

/* How many there are of each code, how old the oldest is, and what is to be done. */
static void print_codes(FILE *out, const PgRows *rows, bool danish) {
    for (int code = 0; code < FINDING_COUNT; code++) {
        const FindingDefinition *definition = &finding_table[code];
        int64_t count = 0;
        int64_t oldest = 0;
        for (int i = 0; i < pg_row_count(rows); i++)
            if (!whole_file(rows, i) && strcmp(pg_text(rows, i, FIELD_CODE), definition->code) == 0) {
                const int64_t age = pg_integer(rows, i, FIELD_AGE);
                oldest = age > oldest ? age : oldest;
                count++;
            }
        if (count > 0)
            fprintf(out,
                    danish ? "%s: rækker: %lld, ældste: %lld dage. %s\n"
                           : "%s: rows: %lld, oldest: %lld days. %s\n",
                    definition->code, (long long)count, (long long)oldest,
                    danish ? definition->advice_da : definition->advice_en);
    }
}

static void print_text(FILE *out, const PgRows *rows, bool raw, bool danish) {
    for (int i = 0; i < pg_row_count(rows); i++) {
        fprintf(out, "%s:%s: %s", pg_text(rows, i, FIELD_FILE), pg_text(rows, i, FIELD_LINE),
                pg_text(rows, i, FIELD_CODE));
        if (pg_text(rows, i, FIELD_COLUMN)[0] != '\0')
            fprintf(out, ": %s", pg_text(rows, i, FIELD_COLUMN));
        fprintf(out,
                danish ? ": %s; ventet: %s; siden %s (%s dage)%s\n"
                       : ": %s; expected: %s; since %s (%s days)%s\n",
                cell(rows, i, FIELD_FOUND, danish), cell(rows, i, FIELD_EXPECTED, danish),
                pg_text(rows, i, FIELD_SINCE), pg_text(rows, i, FIELD_AGE),
                !whole_file(rows, i) ? ""
                : danish             ? "; hele filen er afvist"
                                     : "; the whole file is rejected");
        if (raw && !pg_is_null(rows, i, FIELD_RAW))
            fprintf(out, "    %s\n", pg_text(rows, i, FIELD_RAW));
    }
    print_codes(out, rows, danish);
}

/* Rejects may hold CPR numbers, so nobody else may read the file, from its first moment on. */
static Status write_rejects(const Invocation *invocation, const PgRows *rows, TableFormat format, bool raw,
                            Error *error) {
    OutputFile output;
    Status status = output_file_open_private(option_value(invocation, "output"), &output, error);
    if (status != STATUS_OK)
        return status;
    if (format == TABLE_TEXT)
        print_text(output.stream, rows, raw, command_danish(invocation));
    else
        status = print_table(output.stream, format, rows, raw, command_danish(invocation), error);
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    const bool raw = option_given(invocation, "raw");
    char today[DATE_TEXT_SIZE];
    date_format(settings_today(invocation->settings), today);
    const PgParameter parameters[] = {{"raw", raw ? "t" : "f"}, {"today", today}};
    Pg *pg = NULL;
    PgRows *rows = NULL;
    Status status = command_connect(invocation, &(Look){.command = "rejects", .detail = raw ? "--raw" : NULL},
                                    &pg, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "rejects", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = write_rejects(invocation, rows, listing_format(invocation), raw, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0)
        status = STATUS_FINDINGS;
    pg_rows_free(rows);
    return status;
}

static const Option options[] = {
    LISTING_OUTPUT_OPTION,
    {"format", "text|csv|json", "one line per reject (default), CSV, or JSON", false, false},
    {"raw", NULL, "with the rows as they stood: these hold CPR numbers", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_rejects = {
    .name = "rejects",
    .summary = "list or export the rows that could not be used",
    .operands = "",
    .options = options,
    .description =
        "Rejected rows that are still open, in order of file and line, with the day they came and their age; "
        "then\n"
        "how many there are of each code, and what to do. A reject is closed\n"
        "  by its file, sent again, when the row can be used now;\n"
        "  by its participant, when it waited for that one;\n"
        "  by a later row with the same id that is accepted; when the id could not be read, by the "
        "participant's\n"
        "  row of the same kind with the same dates and codes;\n"
        "  a file rejected as a whole: by the same file mended (same name, same rows).\n"
        "What was found is shown masked; --raw adds the rows as they stood, in hex where they are no UTF-8.\n"
        "Exit code 1 when there are any.",
    .examples = "  ydelse rejects\n  ydelse rejects --format csv --raw --output afvist.csv",
    .run = run,
};
