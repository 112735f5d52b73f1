/* ydelse rejects: the rows that could not be used and still wait for somebody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/finding.h"
#include "io/base/mask.h"
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

/* How many rejects there are of a code, and how old the oldest is. */
typedef struct {
    int64_t count, oldest_days;
} CodeCount;

/* What is written, row by row: there may be millions. */
typedef struct {
    FILE *out;
    TableFormat format;
    bool raw, danish;
    Table table;
    CodeCount codes[FINDING_COUNT];
    int64_t row_count;
    bool out_of_memory;
} RejectListing;

static void put_field(Table *table, const PgRows *rows, int row, Field field, bool danish) {
    if (columns[field].kind == CELL_TEXT)
        table_text(table, cell(rows, row, field, danish));
    else if (pg_is_null(rows, row, (int)field))
        table_empty(table);
    else
        table_number(table, pg_integer(rows, row, (int)field));
}

static void put_row(RejectListing *listing, const PgRows *rows, int row) {
    for (int field = 0; field < FIELD_RAW; field++)
        put_field(&listing->table, rows, row, (Field)field, listing->danish);
    table_text(&listing->table, advice(pg_text(rows, row, FIELD_CODE), listing->danish));
    if (listing->raw)
        table_text(&listing->table, pg_text(rows, row, FIELD_RAW));
}

static void count_code(RejectListing *listing, const PgRows *rows, int row) {
    const FindingDefinition *definition = finding_find(pg_text(rows, row, FIELD_CODE));
    if (definition == NULL || whole_file(rows, row))
        return;
    CodeCount *code = &listing->codes[definition - finding_table];
    const int64_t age_days = pg_integer(rows, row, FIELD_AGE);
    code->count++;
    code->oldest_days = age_days > code->oldest_days ? age_days : code->oldest_days;
}

/* The sender wrote it, and a terminal obeys what is no text. */
static void print_raw(RejectListing *listing, const char *raw) {
    char *shown = strdup(raw);
    if (shown == NULL) {
        listing->out_of_memory = true;
        return;
    }
    mask_unprintable(shown);
    fprintf(listing->out, "    %s\n", shown);
    free(shown);
}

static void print_row(RejectListing *listing, const PgRows *rows, int row) {
    FILE *out = listing->out;
    const bool danish = listing->danish;
    count_code(listing, rows, row);
    fprintf(out, "%s:%s: %s", pg_text(rows, row, FIELD_FILE), pg_text(rows, row, FIELD_LINE),
            pg_text(rows, row, FIELD_CODE));
    if (pg_text(rows, row, FIELD_COLUMN)[0] != '\0')
        fprintf(out, ": %s", pg_text(rows, row, FIELD_COLUMN));
    fprintf(out,
            danish ? ": %s; ventet: %s; siden %s (%s dage)%s\n"
                   : ": %s; expected: %s; since %s (%s days)%s\n",
            cell(rows, row, FIELD_FOUND, danish), cell(rows, row, FIELD_EXPECTED, danish),
            pg_text(rows, row, FIELD_SINCE), pg_text(rows, row, FIELD_AGE),
            !whole_file(rows, row) ? ""
            : danish               ? "; hele filen er afvist"
                                   : "; the whole file is rejected");
    if (listing->raw && !pg_is_null(rows, row, FIELD_RAW))
        print_raw(listing, pg_text(rows, row, FIELD_RAW));
}

/* Of each code what is to be done. */
static void print_codes(const RejectListing *listing) {
    for (int code = 0; code < FINDING_COUNT; code++) {
        const FindingDefinition *definition = &finding_table[code];
        const CodeCount *count = &listing->codes[code];
        if (count->count > 0)
            fprintf(listing->out,
                    listing->danish ? "%s: rækker: %lld, ældste: %lld dage. %s\n"
                                    : "%s: rows: %lld, oldest: %lld days. %s\n",
                    definition->code, (long long)count->count, (long long)count->oldest_days,
                    listing->danish ? definition->advice_da : definition->advice_en);
    }
}

static Status write_pages(Pg *pg, RejectListing *listing, Error *error) {
    Status status;
    int count;
    do {
        PgRows *rows = NULL;
        status = pg_cursor_next(pg, "rejects", &rows, error);
        count = status == STATUS_OK ? pg_row_count(rows) : 0;
        for (int row = 0; row < count; row++) {
            if (listing->format == TABLE_TEXT)
                print_row(listing, rows, row);
            else
                put_row(listing, rows, row);
        }
        listing->row_count += count;
        pg_rows_free(rows);
    } while (count > 0);
    return status;
}

static Status write_listing(Pg *pg, RejectListing *listing, Error *error) {
    if (listing->format == TABLE_TEXT) {
        const Status status = write_pages(pg, listing, error);
        print_codes(listing);
        return status == STATUS_OK && listing->out_of_memory ? error_no_memory(error) : status;
    }
    Error ignored;
    table_begin(&listing->table, listing->out, listing->format, listing->danish, columns,
                listing->raw ? COLUMN_TOTAL : COLUMN_TOTAL - 1);
    const Status status = write_pages(pg, listing, error);
    const Status ended = table_end(&listing->table, status == STATUS_OK ? error : &ignored);
    return status == STATUS_OK ? ended : status;
}

/* Rejects may hold CPR numbers, so nobody else may read the file, from its first moment on. */
static Status write_rejects(const Invocation *invocation, Pg *pg, RejectListing *listing, Error *error) {
    OutputFile output;
    Status status = output_file_open_private(option_value(invocation, "output"), &output, error);
    if (status != STATUS_OK)
        return status;
    listing->out = output.stream;
    status = write_listing(pg, listing, error);
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
    RejectListing listing = {
        .format = listing_format(invocation), .raw = raw, .danish = command_danish(invocation)};
    Status status = command_connect(invocation, &(Look){.command = "rejects", .detail = raw ? "--raw" : NULL},
                                    &pg, error);
    if (status == STATUS_OK)
        status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = pg_cursor_open(pg, "rejects", 2, parameters, error);
    if (status == STATUS_OK)
        status = write_rejects(invocation, pg, &listing, error);
    if (status == STATUS_OK && listing.row_count > 0)
        status = STATUS_FINDINGS;
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
