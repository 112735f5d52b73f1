/* ydelse rejects: the rows that could not be used and still wait for somebody. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/command.h"
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
    FIELD_RAW,
    FIELD_COUNT,
} Field;

static const char header[] = "afvist_id;leverance;fil;linje;slags;kode;kolonne;felt;fundet;ventet";

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

static void print_csv(FILE *out, const PgRows *rows, bool raw) {
    fprintf(out, "%s%s\n", header, raw ? ";raekke" : "");
    for (int i = 0; i < pg_row_count(rows); i++) {
        for (int field = 0; field < (raw ? FIELD_COUNT : FIELD_RAW); field++) {
            if (field > 0)
                fputc(';', out);
            print_cell(out, pg_text(rows, i, field));
        }
        fputc('\n', out);
    }
}

static void print_text(FILE *out, const PgRows *rows, bool raw, bool danish) {
    for (int i = 0; i < pg_row_count(rows); i++) {
        fprintf(out, "%s:%s: %s", pg_text(rows, i, FIELD_FILE), pg_text(rows, i, FIELD_LINE),
                pg_text(rows, i, FIELD_CODE));
        if (pg_text(rows, i, FIELD_COLUMN)[0] != '\0')
            fprintf(out, ": %s", pg_text(rows, i, FIELD_COLUMN));
        fprintf(out, ": %s; %s: %s\n", pg_text(rows, i, FIELD_FOUND), danish ? "ventet" : "expected",
                pg_text(rows, i, FIELD_EXPECTED));
        if (raw && !pg_is_null(rows, i, FIELD_RAW))
            fprintf(out, "    %s\n", pg_text(rows, i, FIELD_RAW));
    }
}

/* Rejects may hold CPR numbers, so nobody else may read the file, from its first moment on. */
static Status write_rejects(const Invocation *invocation, const PgRows *rows, bool csv, bool raw,
                            Error *error) {
    OutputFile output;
    const mode_t before = umask(077);
    const Status status = output_file_open(option_value(invocation, "output"), &output, error);
    umask(before);
    if (status != STATUS_OK)
        return status;
    if (csv)
        print_csv(output.stream, rows, raw);
    else
        print_text(output.stream, rows, raw, command_danish(invocation));
    return output_file_finish(&output, error);
}

static Status run(const Invocation *invocation, Error *error) {
    const char *format = option_value(invocation, "format");
    const bool csv = format != NULL && strcmp(format, "csv") == 0;
    const bool raw = option_given(invocation, "raw");
    const PgParameter parameters[] = {{"raw", raw ? "t" : "f"}};
    Pg *pg = NULL;
    PgRows *rows = NULL;
    if (format != NULL && !csv && strcmp(format, "text") != 0)
        return error_set(error, STATUS_USAGE, "--format %.40s: expected text or csv", format);
    Status status = pg_connect(command_dsn(invocation), &pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "rejects", 1, parameters, &rows, error);
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
        "Rejected rows that are still open, in order of file and line. A row is tried again when its file is sent\n"
        "again, and by itself when it waits for its participant; a correction under another file does not close\n"
        "it. Line 0 is a file rejected as a whole. What was found is shown masked; --raw adds the rows as they\n"
        "stood, in hex where they are no UTF-8.\n"
        "Exit code 1 when there are any.",
    .examples = "  ydelse rejects\n  ydelse rejects --format csv --raw --output afvist.csv",
    .run = run,
};
