/* ydelse rejects: the rows that could not be used and still wait for somebody. */
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/command.h"
#include "io/intake.h"
#include "io/output_file.h"
#include "io/pg.h"

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

static const char header[] = "afvist_id;leverance;fil;linje;slags;kode;kolonne;felt;fundet;ventet;siden;"
                             "alder_dage;hele_filen;vejledning";

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

/* Quoted when it must be. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
static void print_cell(FILE *out, const char *text) {
    const bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    if (!formula && strpbrk(text, ";\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    if (formula)
        fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void print_csv(FILE *out, const PgRows *rows, bool raw, bool danish) {
    fprintf(out, "%s%s\n", header, raw ? ";raekke" : "");
    for (int i = 0; i < pg_row_count(rows); i++) {
        for (int field = 0; field < FIELD_RAW; field++) {
            print_cell(out, cell(rows, i, (Field)field, danish));
            fputc(';', out);
        }
        print_cell(out, advice(pg_text(rows, i, FIELD_CODE), danish));
        if (raw) {
            fputc(';', out);
            print_cell(out, pg_text(rows, i, FIELD_RAW));
        }
        fputc('\n', out);
    }
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
static Status write_rejects(const Invocation *invocation, const PgRows *rows, bool csv, bool raw,
                            Error *error) {
    OutputFile output;
    const Status status = output_file_open_private(option_value(invocation, "output"), &output, error);
    if (status != STATUS_OK)
        return status;
    if (csv)
        print_csv(output.stream, rows, raw, command_danish(invocation));
    else
        print_text(output.stream, rows, raw, command_danish(invocation));
    return output_file_finish(&output, error);
}

static Status run(const Invocation *invocation, Error *error) {
    const char *format = option_value(invocation, "format");
    const bool csv = format != NULL && strcmp(format, "csv") == 0;
    const bool raw = option_given(invocation, "raw");
    char today[DATE_TEXT_SIZE];
    date_format(settings_today(invocation->settings), today);
    const PgParameter parameters[] = {{"raw", raw ? "t" : "f"}, {"today", today}};
    Pg *pg = NULL;
    PgRows *rows = NULL;
    if (format != NULL && !csv && strcmp(format, "text") != 0)
        return error_set(error, STATUS_USAGE, "--format %.40s: expected text or csv", format);
    Status status = pg_connect(command_dsn(invocation), &pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "rejects", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = write_rejects(invocation, rows, csv, raw, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0)
        status = STATUS_FINDINGS;
    pg_rows_free(rows);
    pg_close(pg);
    return status;
}

static const Option options[] = {
    {"output", "F", "write to this file, which only you can read (default: stdout)", false, false},
    {"format", "text|csv", "one line per reject (default), or CSV", false, false},
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
