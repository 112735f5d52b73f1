/* CSV: every trap of libcsv, and the parts beside it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv/csv_charset.h"
#include "io/csv/csv_reader.h"
#include "io/csv/csv_scan.h"
#include "tests/support/process.h"

#define LOG_SIZE 8192

/* All events of a text, one line each: "line: [field][field]" or what went wrong. */
static void add_event(char *log, const CsvRow *row) {
    char *at = log + strlen(log);
    size_t size = LOG_SIZE - (size_t)(at - log);
    switch (row->event) {
    case CSV_EVENT_ROW:
        at += snprintf(at, size, "%d: ", row->line);
        for (int32_t i = 0; i < row->field_count && i < CSV_FIELDS_MAX; i++)
            at += sprintf(at, "[%.*s]", (int)row->fields[i].size_bytes, row->fields[i].bytes);
        if (row->bad_byte >= 0)
            at += sprintf(at, " bad byte %d", row->bad_byte);
        sprintf(at, "\n");
        break;
    case CSV_EVENT_BAD_QUOTE:
        snprintf(at, size, "%d: bad quote at %d <%.*s>\n", row->line, row->position, (int)row->raw.size_bytes,
                 row->raw.bytes);
        break;
    case CSV_EVENT_TOO_LONG:
        snprintf(at, size, "%d: too long\n", row->line);
        break;
    case CSV_EVENT_OPEN_QUOTE:
        snprintf(at, size, "%d: open quote\n", row->line);
        break;
    case CSV_EVENT_END:
        snprintf(at, size, "end\n");
        break;
    }
}

static void read_events(CsvReader *reader, char *log) {
    Error error;
    CsvRow row;
    log[0] = '\0';
    do {
        cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
        add_event(log, &row);
    } while (row.event != CSV_EVENT_END);
}

/* From memory and from a file: both must tell the same. */
static void check_text(const char *text, size_t size, const char *expected) {
    char *folder = temporary_folder();
    char path[512];
    char from_memory[LOG_SIZE];
    char from_file[LOG_SIZE];
    CsvReader *reader;
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_file(path, text, size);
    cr_assert_eq(csv_reader_open_memory("x.csv", text, size, &reader, &error), STATUS_OK);
    read_events(reader, from_memory);
    csv_reader_close(reader);
    cr_assert_eq(csv_reader_open(path, "x.csv", false, &reader, &error), STATUS_OK);
    read_events(reader, from_file);
    csv_reader_close(reader);
    temporary_folder_remove(folder);
    cr_expect_str_eq(from_memory, expected, "memory, <%s>: %s", text, from_memory);
    cr_expect_str_eq(from_file, expected, "file, <%s>: %s", text, from_file);
}

Test(csv, rows_fields_and_lines) {
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"", "end\n"},
        {"\n\n", "end\n"},
        {"a;b\n", "1: [a][b]\nend\n"},
        {"a;b", "1: [a][b]\nend\n"},
        {"a;b\r\n", "1: [a][b]\nend\n"},
        {"a;b\r", "1: [a][b]\nend\n"},
        {"a;b\r\nc;d\r\n", "1: [a][b]\n2: [c][d]\nend\n"},
        {"a;\n", "1: [a][]\nend\n"},
        {";\n", "1: [][]\nend\n"},
        {";", "1: [][]\nend\n"},
        /* Blank lines and lines of blanks are skipped but counted. */
        {"\na\n\n  \t\nb\n", "2: [a]\n5: [b]\nend\n"},
        {"a\n\r\nb", "1: [a]\n3: [b]\nend\n"},
        {" \r\r\n\na", "3: [a]\nend\n"},
        {"a\n   ", "1: [a]\nend\n"},
        /* An empty quoted field is a field. */
        {"\"\"\n", "1: []\nend\n"},
        {"\"\"", "1: []\nend\n"},
        /* Blanks: dropped around unquoted values, kept inside quotes, dropped around quotes. */
        {"  a b \t; c\n", "1: [a b][c]\nend\n"},
        {"\" a \";x\n", "1: [ a ][x]\nend\n"},
        {"  \"a\"  ; \"b\"\n", "1: [a][b]\nend\n"},
        /* Quotes. */
        {"\"a;b\";c\n", "1: [a;b][c]\nend\n"},
        {"\"a\"\"b\"\n", "1: [a\"b]\nend\n"},
        {"\"\"\"\"\n", "1: [\"]\nend\n"},
        {"\"a\nb\";c\nd\n", "1: [a\nb][c]\n3: [d]\nend\n"},
        {"\"a\r\nb\";c\r\nd\r\n", "1: [a\r\nb][c]\n3: [d]\nend\n"},
        {"x\n\"a\n\n\nb\"\ny\n", "1: [x]\n2: [a\n\n\nb]\n6: [y]\nend\n"},
        {"\"a\n\"\nb", "1: [a\n]\n3: [b]\nend\n"},
        /* A comma and a CR are bytes like others. */
        {"a,b;c\n", "1: [a,b][c]\nend\n"},
        {"a\rb;c\n", "1: [a\rb][c]\nend\n"},
        {"a\rb;c\r\nd\n", "1: [a\rb][c]\n2: [d]\nend\n"},
        {"\"a\rb\";c\r\n", "1: [a\rb][c]\nend\n"},
        {"a;b\r\r\nc\n", "1: [a][b\r]\n2: [c]\nend\n"},
        /* The byte order mark. */
        {"\xEF\xBB\xBF"
         "a;b\n",
         "1: [a][b]\nend\n"},
        {"\xEF\xBB\xBF", "end\n"},
        {"\xEF\xBB", "1: [\xEF\xBB] bad byte 0\nend\n"},
        {"a\n\xEF\xBB\xBF"
         "b\n",
         "1: [a]\n2: [\xEF\xBB\xBF"
         "b]\nend\n"},
        {"\xEF\xBB\xBF\"a\"\n", "1: [a]\nend\n"},
        /* Bytes outside the charset. */
        {"\xC3\xA6\n", "1: [\xC3\xA6]\nend\n"},
        {"x;\xE6\n", "1: [x][\xE6] bad byte 2\nend\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

Test(csv, misplaced_quotes_cost_one_row) {
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"a;b\"c\nd;e\n", "1: bad quote at 4 <a;b\"c>\n2: [d][e]\nend\n"},
        {"\"a\"b;c\nd\n", "1: bad quote at 4 <\"a\"b;c>\n2: [d]\nend\n"},
        {"\"a\" \"b\"\nd\n", "1: bad quote at 5 <\"a\" \"b\">\n2: [d]\nend\n"},
        {"\"a\" b\r\nd\n", "1: bad quote at 5 <\"a\" b>\n2: [d]\nend\n"},
        {"a\"", "1: bad quote at 2 <a\">\nend\n"},
        {"\"a\"\"\"b\n\"c\"\n", "1: bad quote at 6 <\"a\"\"\"b>\n2: [c]\nend\n"},
        /* The quote opened on line 1 is closed by the one on line 2. */
        {"\"a;b\n\"c\";d\ne\n", "1: bad quote at 2 <\"a;b\n\"c\";d>\n3: [e]\nend\n"},
        /* After an error nothing of the half-read row comes with the next one. */
        {"x;y;z\"\n1\n", "1: bad quote at 6 <x;y;z\">\n2: [1]\nend\n"},
        {"x\"\ny\"\nz\"\n",
         "1: bad quote at 2 <x\">\n2: bad quote at 2 <y\">\n3: bad quote at 2 <z\">\nend\n"},
        /* A quote that never ends swallows the rest. */
        {"a\n\"b;c\nd\ne\n", "1: [a]\n2: open quote\nend\n"},
        {"a\n\"", "1: [a]\n2: open quote\nend\n"},
        {"a;\"b\"\"", "1: open quote\nend\n"},
        {"a;\"b\"\"\n", "1: open quote\nend\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

Test(csv, nul_is_no_character) {
    static const char text[] = "a;b\0c\nd\n";
    char log[LOG_SIZE];
    CsvReader *reader;
    CsvRow row;
    Error error;
    cr_assert_eq(csv_reader_open_memory("x", text, sizeof text - 1, &reader, &error), STATUS_OK);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.bad_byte, 3);
    cr_expect_eq(row.fields[1].size_bytes, 3);
    read_events(reader, log);
    cr_expect_str_eq(log, "2: [d]\nend\n");
    csv_reader_close(reader);
}

/* A text of `size` letters between before and after. */
static char *long_text(const char *before, size_t size, const char *after, size_t *total) {
    *total = strlen(before) + size + strlen(after);
    char *text = malloc(*total + 1);
    cr_assert_not_null(text);
    strcpy(text, before);
    memset(text + strlen(before), 'x', size);
    strcpy(text + strlen(before) + size, after);
    return text;
}

static void check_long(const char *before, size_t size, const char *after, const char *expected) {
    size_t total;
    char *text = long_text(before, size, after, &total);
    char log[LOG_SIZE];
    CsvReader *reader;
    Error error;
    cr_assert_eq(csv_reader_open_memory("x", text, total, &reader, &error), STATUS_OK);
    read_events(reader, log);
    cr_expect_str_eq(log, expected, "%s.. %zu ..%s: %s", before, size, after, log);
    csv_reader_close(reader);
    free(text);
}

Test(csv, long_rows_are_one_event_each) {
    const size_t over = CSV_ROW_SIZE_MAX + 1;
    const size_t far_over = 40 * (size_t)CSV_ROW_SIZE_MAX;
    check_long("a\n", over, "\nb\n", "1: [a]\n2: too long\n3: [b]\nend\n");
    check_long("a\n", far_over, "\nb\n", "1: [a]\n2: too long\n3: [b]\nend\n");
    check_long("a\n", far_over, "", "1: [a]\n2: too long\nend\n");
    check_long("a\nq;\"", far_over, "\";z\nb\n", "1: [a]\n2: too long\n3: [b]\nend\n");
    /* A long quoted field with line ends inside is still one row. */
    check_long("q;\"1\n2\n", far_over, "\n\n3\";z\nb\n", "1: too long\n6: [b]\nend\n");
    check_long("a\n\"", far_over, "\nb\n", "1: [a]\n2: open quote\nend\n");
    /* A misplaced quote inside it ends the row at its line. */
    check_long("\"a\"b;", far_over, "\nb\n", "1: too long\n2: [b]\nend\n");
    check_long("", far_over, "\"\nb\n", "1: too long\n2: [b]\nend\n");
}

Test(csv, the_longest_row_is_read) {
    size_t total;
    char *text = long_text("", CSV_ROW_SIZE_MAX, "\r\nb\n", &total);
    CsvReader *reader;
    CsvRow row;
    Error error;
    cr_assert_eq(csv_reader_open_memory("x", text, total, &reader, &error), STATUS_OK);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.event, CSV_EVENT_ROW);
    cr_expect_eq(row.fields[0].size_bytes, CSV_ROW_SIZE_MAX);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.line, 2);
    csv_reader_close(reader);
    free(text);
}

Test(csv, a_long_line_of_blanks_is_no_row) {
    const size_t size = 3 * (size_t)CSV_ROW_SIZE_MAX;
    char *text = malloc(size + 8);
    char log[LOG_SIZE];
    CsvReader *reader;
    Error error;
    cr_assert_not_null(text);
    memset(text, ' ', size);
    strcpy(text + size, "\nb\n");
    cr_assert_eq(csv_reader_open_memory("x", text, strlen(text), &reader, &error), STATUS_OK);
    read_events(reader, log);
    cr_expect_str_eq(log, "2: [b]\nend\n");
    csv_reader_close(reader);
    free(text);
}

/* Rows that lie across the borders of the reader's blocks come out whole. */
Test(csv, blocks_do_not_show) {
    char *folder = temporary_folder();
    char path[512];
    const int rows = 60000;
    CsvReader *reader;
    CsvRow row;
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    for (int i = 1; i <= rows; i++)
        fprintf(file, "%d;\"%d\r\n%.*s\";%d%s", i, i, i % 37, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq",
                i, i % 3 == 0 ? "\r\n" : "\n");
    fclose(file);
    cr_assert_eq(csv_reader_open(path, "x.csv", false, &reader, &error), STATUS_OK);
    for (int i = 1; i <= rows; i++) {
        char number[16];
        cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
        snprintf(number, sizeof number, "%d", i);
        cr_assert_eq(row.event, CSV_EVENT_ROW);
        cr_assert_eq(row.line, 2 * i - 1);
        cr_assert_eq(row.field_count, 3);
        cr_assert_eq(row.fields[1].size_bytes, strlen(number) + 2 + (size_t)(i % 37));
        cr_assert(strlen(number) == row.fields[2].size_bytes &&
                  memcmp(row.fields[2].bytes, number, strlen(number)) == 0);
    }
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.event, CSV_EVENT_END);
    csv_reader_close(reader);
    temporary_folder_remove(folder);
}

Test(csv, more_fields_than_are_kept_are_counted) {
    char text[400];
    CsvReader *reader;
    CsvRow row;
    Error error;
    memset(text, ';', 200);
    strcpy(text + 200, "\n");
    cr_assert_eq(csv_reader_open_memory("x", text, strlen(text), &reader, &error), STATUS_OK);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.field_count, 201);
    csv_reader_close(reader);
}

Test(csv, latin1_becomes_utf8) {
    char *folder = temporary_folder();
    char path[512];
    char log[LOG_SIZE];
    CsvReader *reader;
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_text_file(path, "\xE6\xF8\xE5;\"\xC6\";\x80\xFF\n");
    cr_assert_eq(csv_reader_open(path, "x.csv", true, &reader, &error), STATUS_OK);
    read_events(reader, log);
    cr_expect_str_eq(log, "1: [æøå][Æ][\xC2\x80ÿ]\nend\n");
    csv_reader_close(reader);
    /* The mark of UTF-8 is not dropped from a file that is declared as something else. */
    write_text_file(path, "\xEF\xBB\xBF"
                          "a\n");
    cr_assert_eq(csv_reader_open(path, "x.csv", true, &reader, &error), STATUS_OK);
    read_events(reader, log);
    cr_expect_str_eq(log, "1: [ï»¿a]\nend\n");
    csv_reader_close(reader);
    temporary_folder_remove(folder);
}

Test(csv, totals_are_those_of_all_bytes) {
    static const char text[] = "\xEF\xBB\xBF"
                               "a\n";
    uint8_t expected[SHA256_SIZE];
    char log[LOG_SIZE];
    CsvReader *reader;
    CsvTotals totals;
    Error error;
    cr_assert_eq(csv_reader_open_memory("x", text, sizeof text - 1, &reader, &error), STATUS_OK);
    read_events(reader, log);
    csv_reader_totals(reader, &totals);
    cr_assert(sha256_bytes(text, sizeof text - 1, expected));
    cr_expect_eq(memcmp(totals.sha256, expected, SHA256_SIZE), 0);
    cr_expect_eq(totals.size_bytes, (int64_t)sizeof text - 1);
    cr_expect_not(totals.changed);
    csv_reader_close(reader);
}

Test(csv, a_file_that_grows_while_it_is_read_shows) {
    char *folder = temporary_folder();
    char path[512];
    char log[LOG_SIZE];
    CsvReader *reader;
    CsvTotals totals;
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_text_file(path, "a\n");
    cr_assert_eq(csv_reader_open(path, "x.csv", false, &reader, &error), STATUS_OK);
    write_text_file(path, "a\nb\nc\n");
    read_events(reader, log);
    csv_reader_totals(reader, &totals);
    cr_expect(totals.changed);
    csv_reader_close(reader);
    temporary_folder_remove(folder);
}

Test(csv, missing_files_and_folders_are_missing_input) {
    CsvReader *reader;
    Error error;
    cr_expect_eq(csv_reader_open("/nowhere/x.csv", "x.csv", false, &reader, &error), STATUS_NO_INPUT);
    cr_expect_eq(csv_reader_open("/", "x", false, &reader, &error), STATUS_NO_INPUT);
    cr_expect_null(reader);
    csv_reader_close(NULL);
}

/* --- Charset -------------------------------------------------------------------------------------------- */

/* The first bad byte found the slow way. */
Test(csv, utf8_is_checked_exactly) {
    static const struct {
        const char *text;
        int32_t bad;
    } cases[] = {
        {"", -1},
        {"abc", -1},
        {"abcdefghijklmnop", -1},
        {"æøå", -1},
        {"€", -1},
        {"\xF0\x9F\x98\x80", -1},
        {"\xF4\x8F\xBF\xBF", -1},
        {"\xF4\x90\x80\x80", 0}, /* beyond U+10FFFF */
        {"\xC0\x80", 0},         /* overlong */
        {"\xC1\xBF", 0},
        {"\xE0\x80\x80", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xE0\xA0\x80", -1},
        {"\xF0\x80\x80\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF0\x90\x80\x80", -1},
        {"\xED\x9F\xBF", -1},
        {"\xED\xA0\x80", 0}, /* surrogate */
        {"\xED\xBF\xBF", 0},
        {"\xEE\x80\x80", -1},
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
        {"\x80", 0},
        {"abcdefgh\x80", 8},
        {"abcdefg\xC3", 7}, /* cut short */
        {"a\xE2\x82", 1},
        {"a\xF0\x9F\x98", 1},
        {"\xC3\x28", 0},
        {"\xE2\x28\xA1", 0},
        {"\xE2\x82\x28", 0},
        {"ææææææææ\xE6", 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(utf8_bad_byte(cases[i].text, strlen(cases[i].text)), cases[i].bad, "case %zu", i);
    for (size_t at = 0; at < 40; at++) {
        char text[40];
        memset(text, 'a', sizeof text);
        text[at] = '\0';
        cr_expect_eq(utf8_bad_byte(text, sizeof text), (int32_t)at);
        cr_expect_eq(latin1_bad_byte(text, sizeof text), (int32_t)at);
        text[at] = '\x80';
        cr_expect_eq(utf8_bad_byte(text, sizeof text), (int32_t)at);
        cr_expect_eq(latin1_bad_byte(text, sizeof text), -1);
        text[at] = '\x01';
        cr_expect_eq(utf8_bad_byte(text, sizeof text), -1);
    }
}

/* --- The forgiving scanner ------------------------------------------------------------------------------ */

Test(csv, scan_finds_fields_of_broken_rows) {
    static const struct {
        const char *row;
        int32_t index;
        const char *expected;
    } cases[] = {
        {"a;b;c", 1, "b"},
        {"a; b ;c", 1, "b"},
        {"a;\"b;x\";c", 1, "b;x"},
        {"a;\"b\"\"x\";c", 1, "b\"x"},
        {"a;b\"c;d;e", 2, "d"},
        {"\"a\"b;\"100,00\";e", 1, "100,00"},
        {"a;b", 5, ""},
        {"a;b", -1, ""},
        {"a;b\r", 1, "b"},
        {"\"a\" ;b", 1, "b"},
    };
    CsvScan scan;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const Text row = {cases[i].row, (uint32_t)strlen(cases[i].row)};
        const Text value = csv_scan_field(&scan, row, cases[i].index);
        cr_expect(value.size_bytes == strlen(cases[i].expected) &&
                      memcmp(value.bytes, cases[i].expected, value.size_bytes) == 0,
                  "%s [%d]: %.*s", cases[i].row, cases[i].index, (int)value.size_bytes, value.bytes);
    }
}

Test(csv, the_wanted_field_of_a_long_row_is_kept) {
    size_t total;
    char *text = long_text("h\nid;\"", 5 * (size_t)CSV_ROW_SIZE_MAX, "\"; 12,50 ;z\n", &total);
    CsvReader *reader;
    CsvRow row;
    Error error;
    cr_assert_eq(csv_reader_open_memory("x", text, total, &reader, &error), STATUS_OK);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    csv_reader_capture(reader, 2);
    cr_assert_eq(csv_reader_next(reader, &row, &error), STATUS_OK);
    cr_expect_eq(row.event, CSV_EVENT_TOO_LONG);
    cr_expect(row.captured.size_bytes == 5 && memcmp(row.captured.bytes, "12,50", 5) == 0);
    cr_expect_eq(row.raw.size_bytes, CSV_ROW_SIZE_MAX);
    csv_reader_close(reader);
    free(text);
}
