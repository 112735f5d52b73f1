#include "io/intake/finding_report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/mask.h"

#define HELD_MIN 256
#define COUNT_WIDTH 12

struct HeldFinding {
    int32_t line;
    int32_t sequence; /* of arrival: findings of one line keep their order */
    const char *text; /* in the arena */
};

void finding_report_free(FindingReport *report) {
    free(report->held);
    report->held = NULL;
    arena_free(&report->arena);
}

/* --- Lines --------------------------------------------------------------------------------------------------- */

/* Quoted when needed, and never a formula (io/show/table.h); returns the next free place. size leaves room for the NUL. */
static size_t put_csv(char *line, size_t used, size_t size, const char *text) {
    const bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    const bool quoted = formula || strpbrk(text, ";\"\n\r") != NULL || text[0] == ' ';
    if (quoted && used < size)
        line[used++] = '"';
    if (formula && used < size)
        line[used++] = '\'';
    for (; *text != '\0' && used + 2 < size; text++) {
        if (*text == '"')
            line[used++] = '"';
        line[used++] = *text;
    }
    if (quoted && used < size)
        line[used++] = '"';
    line[used] = '\0';
    return used;
}

#define CSV_LINE_SIZE 4096

static void format_csv(const InputFinding *finding, bool danish, char *line) {
    const FindingDefinition *definition = &finding_table[finding->code];
    char line_number[16];
    char field_number[16];
    char sentence[FINDING_LINE_SIZE];
    snprintf(line_number, sizeof line_number, "%" PRId32, finding->line);
    snprintf(field_number, sizeof field_number, "%" PRId32, finding->field_number);
    input_finding_sentence(finding, danish, sentence);
    const char *const cells[] = {
        "finding",
        finding->file->name,
        finding->line > 0 ? line_number : "",
        severity_name(definition->severity),
        definition->code,
        finding->column,
        finding->field_number > 0 ? field_number : "",
        finding->found,
        finding->expected,
        sentence,
    };
    size_t used = 0;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        used = put_csv(line, used, CSV_LINE_SIZE - 16, cells[i]);
        line[used++] = ';';
    }
    memcpy(line + used, ";;;", 4);
}

/* One object on one line; false: no memory. members is taken. */
static bool json_line(json_t *members, char *line, size_t size) {
    const size_t used = members == NULL ? 0 : json_dumpb(members, line, size - 1, JSON_COMPACT);
    json_decref(members);
    if (used == 0 || used >= size)
        return false;
    line[used] = '\0';
    return true;
}

/* The object with one member more, or NULL for want of memory: then it is given up. */
static json_t *with(json_t *members, const char *key, json_t *value) {
    if (json_object_set_new(members, key, value) == 0)
        return members;
    json_decref(members);
    return NULL;
}

/* The columns of the CSV, without those that are empty; numbers are numbers. */
static bool format_json(const InputFinding *finding, bool danish, char *line) {
    const FindingDefinition *definition = &finding_table[finding->code];
    char sentence[FINDING_LINE_SIZE];
    input_finding_sentence(finding, danish, sentence);
    json_t *members =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "record", "finding", "file", finding->file->name,
                  "severity", severity_name(definition->severity), "code", definition->code, "found",
                  finding->found, "expected", finding->expected, "message", sentence);
    if (finding->line > 0)
        members = with(members, "line", json_integer(finding->line));
    if (finding->column[0] != '\0')
        members = with(members, "column", json_string(finding->column));
    if (finding->field_number > 0)
        members = with(members, "field", json_integer(finding->field_number));
    return json_line(members, line, CSV_LINE_SIZE);
}

/* A held text, or NULL when it is one too many of its warning or there is no memory. */
static const char *finding_text(FindingReport *report, const InputFinding *finding) {
    char line[CSV_LINE_SIZE];
    bool written = true;
    switch (report->format) {
    case REPORT_TEXT:
        input_finding_format(finding, report->danish, line);
        break;
    case REPORT_CSV:
        format_csv(finding, report->danish, line);
        break;
    case REPORT_JSON:
        written = format_json(finding, report->danish, line);
        break;
    }
    const char *text = written ? arena_copy_string(&report->arena, line) : NULL;
    report->out_of_memory |= text == NULL;
    return text;
}

static bool is_shown(FindingReport *report, FindingCode code) {
    if (finding_table[code].severity == SEVERITY_REJECT) {
        report->rejects++;
        return true;
    }
    report->warnings++;
    report->warnings_seen[code]++;
    return report->warnings_shown_max == 0 || report->warnings_seen[code] <= report->warnings_shown_max;
}

static bool grow(FindingReport *report) {
    if (report->held_count < report->held_capacity)
        return true;
    const int32_t capacity = report->held_capacity == 0 ? HELD_MIN : 2 * report->held_capacity;
    struct HeldFinding *held = realloc(report->held, (size_t)capacity * sizeof *held);
    if (held == NULL)
        return false;
    report->held = held;
    report->held_capacity = capacity;
    return true;
}

static int compare_held(const void *a, const void *b) {
    const struct HeldFinding *left = a;
    const struct HeldFinding *right = b;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return (left->sequence > right->sequence) - (left->sequence < right->sequence);
}

/* On stderr findings are messages, in the format that messages have. */
static void write_line(FindingReport *report, const char *line) {
    if (report->out == stderr)
        log_line(line);
    else if (report->format == REPORT_JSON)
        fprintf(report->out, "%s%s", report->objects++ == 0 ? "\n" : ",\n", line);
    else
        fprintf(report->out, "%s\n", line);
}

static void write_held(FindingReport *report) {
    if (report->held_count > 0)
        qsort(report->held, (size_t)report->held_count, sizeof report->held[0], compare_held);
    for (int32_t i = 0; i < report->held_count; i++)
        write_line(report, report->held[i].text);
    report->held_count = 0;
    arena_free(&report->arena);
}

void finding_report_add(FindingReport *report, const InputFinding *finding) {
    if (!is_shown(report, finding->code))
        return;
    if (report->held_count == FINDINGS_HELD_MAX)
        write_held(report);
    const char *text = finding_text(report, finding);
    if (text == NULL || !grow(report)) {
        report->out_of_memory = true;
        return;
    }
    report->held[report->held_count] = (struct HeldFinding){finding->line, report->held_count, text};
    report->held_count++;
}

void finding_report_flush(FindingReport *report, const InputFile *file) {
    write_held(report);
    for (int32_t code = 0; code < FINDING_COUNT; code++) {
        const int32_t hidden = report->warnings_seen[code] - report->warnings_shown_max;
        if (report->warnings_shown_max > 0 && hidden > 0) {
            char line[FINDING_LINE_SIZE];
            snprintf(line, sizeof line, "%s%s%s %s: %s %" PRId32, file != NULL ? file->name : "",
                     file != NULL ? ": " : "", severity_name(finding_table[code].severity),
                     finding_table[code].code,
                     report->danish ? "flere af samme slags:" : "more of the same kind:", hidden);
            write_line(report, line);
        }
        report->warnings_seen[code] = 0;
    }
}

/* --- As a sink ------------------------------------------------------------------------------------------------- */

static void sink_finding(void *context, const InputFinding *finding) {
    finding_report_add(context, finding);
}

static void sink_file_done(void *context, const InputFile *file, const FileAccount *account) {
    (void)account;
    finding_report_flush(context, file);
}

DeliverySink finding_report_sink(FindingReport *report) {
    return (DeliverySink){sink_finding, sink_file_done, report};
}

/* --- Accounts -------------------------------------------------------------------------------------------------- */

void finding_report_begin(FindingReport *report) {
    if (report->format == REPORT_CSV)
        fputs("record;file;line;severity;code;column;field;found;expected;message;read;stored;duplicate;"
              "rejected\n",
              report->out);
    else if (report->format == REPORT_JSON)
        fputs("[", report->out);
}

void finding_report_end(FindingReport *report) {
    if (report->format == REPORT_JSON)
        fputs("\n]\n", report->out);
}

static void csv_account(FILE *out, const char *record, const char *name, const FileAccount *account) {
    char cell[2 * MASKED_SIZE + 4];
    put_csv(cell, 0, sizeof cell - 1, name);
    fprintf(out, "%s;%s;;%s;;;;;;;%" PRId64 ";%" PRId64 ";%" PRId64 ";%" PRId64 "\n", record, cell,
            account->file_rejected && strcmp(record, "file") == 0 ? "reject" : "", account->rows_read,
            account->rows_stored, account->rows_duplicate, account->rows_rejected);
}

void finding_report_account(FindingReport *report, const char *record, const char *name,
                            const FileAccount *account) {
    char line[CSV_LINE_SIZE];
    if (report->format != REPORT_JSON) {
        csv_account(report->out, record, name, account);
        return;
    }
    json_t *members =
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "record", record, "read", (json_int_t)account->rows_read,
                  "stored", (json_int_t)account->rows_stored, "duplicate",
                  (json_int_t)account->rows_duplicate, "rejected", (json_int_t)account->rows_rejected);
    if (strcmp(record, "file") == 0) {
        members = with(members, "file", json_string(name));
        members = with(members, "file_rejected", json_boolean(account->file_rejected));
    }
    if (json_line(members, line, sizeof line))
        write_line(report, line);
    else
        report->out_of_memory = true;
}

/* Characters, not bytes: file names may have letters beyond ASCII. */
static int text_width(const char *text) {
    int width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void put_padded(FILE *out, const char *text, int width, bool to_the_right) {
    const int pad = width > text_width(text) ? width - text_width(text) : 0;
    if (to_the_right)
        fprintf(out, "%*s%s", pad, "", text);
    else
        fprintf(out, "%s%*s", text, pad, "");
}

static void put_account(FILE *out, const char *name, int width, const FileAccount *account,
                        const char *remark) {
    put_padded(out, name, width, false);
    fprintf(out, "%*" PRId64 "%*" PRId64 "%*" PRId64 "%*" PRId64 "%s\n", COUNT_WIDTH, account->rows_read,
            COUNT_WIDTH, account->rows_stored, COUNT_WIDTH, account->rows_duplicate, COUNT_WIDTH,
            account->rows_rejected, remark);
}

void finding_report_accounts(FILE *out, const Delivery *delivery, bool danish) {
    static const char *const titles[2][5] = {{"file", "read", "stored", "duplicate", "rejected"},
                                             {"fil", "læst", "gemt", "dublet", "afvist"}};
    const InputList *list = delivery_files(delivery);
    const FileAccount total = delivery_total(delivery);
    int width = text_width(danish ? "i alt" : "total");
    for (int32_t i = 0; i < list->count; i++)
        width = text_width(list->files[i].name) > width ? text_width(list->files[i].name) : width;
    put_padded(out, titles[danish][0], width, false);
    for (int i = 1; i < 5; i++)
        put_padded(out, titles[danish][i], COUNT_WIDTH, true);
    fputs("\n", out);
    for (int32_t i = 0; i < list->count; i++) {
        const FileAccount *account = delivery_account(delivery, i);
        put_account(out, list->files[i].name, width, account,
                    !account->file_rejected ? ""
                    : danish                ? "  filen er afvist"
                                            : "  the file is rejected");
    }
    put_account(out, danish ? "i alt" : "total", width, &total, "");
}
