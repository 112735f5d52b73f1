#include "tests/support/intake_log.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

#define LOG_SIZE 65536

const Dialect utf8_comma = {CHARSET_UTF8, ','};

struct IntakeLog {
    char text[LOG_SIZE];
    size_t used;
};

IntakeLog *intake_log_begin(void) {
    IntakeLog *log = calloc(1, sizeof *log);
    cr_assert_not_null(log);
    return log;
}

const char *intake_log_text(const IntakeLog *log) {
    return log->text;
}

__attribute__((format(printf, 2, 3))) static void add(IntakeLog *log, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log->used += (size_t)vsnprintf(log->text + log->used, LOG_SIZE - log->used, format, arguments);
    va_end(arguments);
    cr_assert_lt(log->used, LOG_SIZE);
}

static void add_finding(IntakeLog *log, const char *what, const InputFinding *finding) {
    add(log, "%s %d %s %s(%d) <%s> <%.60s>\n", what, finding->line, finding_table[finding->code].code,
        finding->column, finding->field_number, finding->found, finding->expected);
}

static void take_row(void *context, const InputRow *row) {
    const Value id = row->values[kind_table[row->file->kind].id_column];
    add(context, "row %d %c %.*s\n", row->line, "NRT"[row->posttype], (int)id.text.size_bytes, id.text.bytes);
}

static void take_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    (void)raw;
    (void)id;
    (void)cpr;
    add_finding(context, "reject", finding);
}

static void take_finding(void *context, const InputFinding *finding) {
    const bool is_reject = finding_table[finding->code].severity == SEVERITY_REJECT;
    add_finding(context, finding->rejects_file ? "file" : is_reject ? "also" : "warning", finding);
}

static void take_file_rejected(void *context, const InputFile *file) {
    (void)file;
    add(context, "file rejected\n");
}

IntakeSink intake_log_sink(IntakeLog *log) {
    return (IntakeSink){take_row, take_reject, take_finding, take_file_rejected, log};
}

void intake_read_bytes(KindId kind, const void *bytes, size_t size, const Dialect *dialect,
                       const IntakeSink *sink, IntakeOutcome *outcome) {
    char *folder = temporary_folder();
    char path[512];
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_file(path, bytes, size);
    const InputFile file = {.path = path, .name = "x.csv", .kind = kind};
    const Status status = intake_read(&file, dialect, sink, outcome, &error);
    cr_assert_eq(status, STATUS_OK, "%s", error.message);
    temporary_folder_remove(folder);
}

void check_intake_dialect(KindId kind, const char *text, const Dialect *dialect, const char *expected) {
    IntakeLog *log = intake_log_begin();
    IntakeOutcome outcome;
    const IntakeSink sink = intake_log_sink(log);
    intake_read_bytes(kind, text, strlen(text), dialect, &sink, &outcome);
    add(log, "%lld=%lld+%lld", (long long)outcome.rows_read, (long long)outcome.rows_well_formed,
        (long long)outcome.rows_rejected);
    cr_expect_str_eq(log->text, expected, "%s\n--\n%s\n--\n%s", text, log->text, expected);
    cr_expect_eq(outcome.rows_read, outcome.rows_well_formed + outcome.rows_rejected);
    cr_expect_eq(outcome.size_bytes, (int64_t)strlen(text));
    free(log);
}

void check_intake(KindId kind, const char *text, const char *expected) {
    check_intake_dialect(kind, text, &utf8_comma, expected);
}
