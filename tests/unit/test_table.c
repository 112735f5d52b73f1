#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/show/table.h"

static const TableColumn columns[] = {
    {"navn", "navn", "name", CELL_TEXT},
    {"antal", "antal", "count", CELL_NUMBER},
    {"beloeb", "beløb", "amount", CELL_KRONER},
    {"dag", "dag", "day", CELL_DATE},
};

/* The caller frees what was written. */
static char *written(TableFormat format, bool danish, bool rows) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    Table table;
    Error error = {.status = STATUS_OK};
    table_begin(&table, out, format, danish, columns, 4);
    if (rows) {
        table_text(&table, "Århus");
        table_number(&table, 1234567);
        table_kroner(&table, (Money){-1234550});
        table_date(&table, date_from_ymd(2024, 3, 1));
        table_text(&table, "=1+1;\"x\"\n");
        table_number(&table, -12);
        table_kroner(&table, MONEY_NONE);
        table_month(&table, month_from_ym(2024, 3));
        table_text(&table, "");
        table_empty(&table);
        table_kroner(&table, (Money){5});
        table_date(&table, DATE_NONE);
    }
    cr_assert_eq(table_end(&table, &error), STATUS_OK, "%s", error.message);
    fclose(out);
    return text;
}

static void expect(TableFormat format, bool danish, bool rows, const char *expected) {
    char *text = written(format, danish, rows);
    cr_expect_str_eq(text, expected, "format %d, danish %d, rows %d:\n%s", (int)format, danish, rows, text);
    free(text);
}

Test(table, text_is_aligned_and_written_as_its_readers_write) {
    expect(TABLE_TEXT, true, true,
           "navn           antal       beløb  dag\n"
           "Århus      1.234.567  -12.345,50  2024-03-01\n"
           "=1+1;\"x\"?        -12              2024-03\n"
           "                            0,05\n");
    expect(TABLE_TEXT, false, true,
           "name           count      amount  day\n"
           "Århus      1,234,567  -12,345.50  2024-03-01\n"
           "=1+1;\"x\"?        -12              2024-03\n"
           "                            0.05\n");
    expect(TABLE_TEXT, true, false, "");
}

Test(table, csv_is_quoted_where_needed_and_no_text_becomes_a_formula) {
    expect(TABLE_CSV, true, true,
           "navn;antal;beloeb;dag\n"
           "Århus;1234567;-12345,50;2024-03-01\n"
           "\"'=1+1;\"\"x\"\"\n\";-12;;2024-03\n"
           ";;0,05;\n");
    expect(TABLE_CSV, false, false, "navn;antal;beloeb;dag\n");
    static const TableColumn one[] = {{"tekst", "tekst", "text", CELL_TEXT}};
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"+45", "\"'+45\""}, {"-", "\"'-\""},    {"@x", "\"'@x\""},   {"\tx", "\"'\tx\""},
        {"a=b", "a=b"},      {" x", "\" x\""},   {"x ", "\"x \""},    {"7001801001", "7001801001"},
        {"\"", "\"\"\"\""},  {"a;b", "\"a;b\""}, {"\rx", "\"'\rx\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        Table table;
        Error error;
        char expected[64];
        table_begin(&table, out, TABLE_CSV, true, one, 1);
        table_text(&table, cases[i].text);
        cr_expect_eq(table_end(&table, &error), STATUS_OK);
        fclose(out);
        snprintf(expected, sizeof expected, "tekst\n%s\n", cases[i].cell);
        cr_expect_str_eq(text, expected, "case %zu: %s", i, text);
        free(text);
    }
}

Test(table, json_is_an_array_of_objects) {
    expect(
        TABLE_JSON, true, true,
        "[\n {\"navn\": \"Århus\", \"antal\": 1234567, \"beloeb\": \"-12345.50\", \"dag\": \"2024-03-01\"},\n"
        " {\"navn\": \"=1+1;\\\"x\\\"\\u000a\", \"antal\": -12, \"beloeb\": null, \"dag\": \"2024-03\"},\n"
        " {\"navn\": \"\", \"antal\": null, \"beloeb\": \"0.05\", \"dag\": null}\n]\n");
    expect(TABLE_JSON, true, false, "[]\n");
}

Test(table, the_formats_have_names) {
    static const struct {
        const char *text;
        Status status;
        TableFormat format;
    } cases[] = {
        {NULL, STATUS_OK, TABLE_TEXT},   {"text", STATUS_OK, TABLE_TEXT}, {"csv", STATUS_OK, TABLE_CSV},
        {"json", STATUS_OK, TABLE_JSON}, {"", STATUS_USAGE, TABLE_TEXT},  {"CSV", STATUS_USAGE, TABLE_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TableFormat format;
        Error error;
        cr_expect_eq(table_format_parse(cases[i].text, &format, &error), cases[i].status, "case %zu", i);
        cr_expect_eq(format, cases[i].format, "case %zu", i);
    }
}

Test(table, numbers_are_grouped) {
    static const struct {
        int64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1.000"},
        {-999, "-999"},
        {-1000, "-1.000"},
        {123456, "123.456"},
        {1000000, "1.000.000"},
        {INT64_MIN, "-9.223.372.036.854.775.808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUMBER_TEXT_SIZE];
        number_format(cases[i].number, true, text);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
    }
}

Test(table, many_rows_keep_their_order_and_their_width) {
    static const TableColumn number[] = {{"n", "n", "n", CELL_NUMBER}};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    Table table;
    Error error;
    table_begin(&table, out, TABLE_TEXT, true, number, 1);
    for (int i = 1; i <= 1000; i++)
        table_number(&table, i);
    cr_expect_eq(table_end(&table, &error), STATUS_OK);
    fclose(out);
    cr_expect_eq(strncmp(text, "    n\n    1\n    2\n", 18), 0, "%.30s", text);
    cr_expect_str_eq(text + size - 12, "  999\n1.000\n");
    free(text);
}
