/* A list for people and programs: the same rows as aligned text, as CSV, or as JSON.
 *
 *     table_begin(&table, out, format, danish, columns, count);
 *     per row: one table_text / table_number / table_kroner / table_date / table_month / table_empty per column, in order
 *     table_end(&table, &error)
 *
 * text   columns aligned, numbers and kroner to the right and as Danes (or the English) write them. Nothing at all when
 *        there are no rows. The rows are kept until the end, as their widths decide.
 * csv    `;`, a header of the names, LF; kroner with a decimal comma, no thousands separators. A text that a spreadsheet
 *        would take for a formula (= + - @ tab CR) gets an apostrophe before it; numbers, kroner and dates do not.
 * json   an array of objects; numbers are numbers, kroner text with a decimal point ("-12.50"), empty is null.
 * CSV and JSON are written row by row: memory does not grow with them.
 */
#ifndef YDELSE_IO_SHOW_TABLE_H
#define YDELSE_IO_SHOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/date.h"
#include "engine/money.h"
#include "io/base/arena.h"
#include "io/base/error.h"

typedef enum { TABLE_TEXT, TABLE_CSV, TABLE_JSON } TableFormat;

typedef enum { CELL_TEXT, CELL_NUMBER, CELL_KRONER, CELL_DATE } CellKind;

typedef struct {
    const char *name;                /* in CSV and JSON: ASCII, snake_case */
    const char *title_da, *title_en; /* in text */
    CellKind kind;
} TableColumn;

#define TABLE_COLUMNS_MAX 32

typedef struct {
    FILE *out; /* borrowed */
    TableFormat format;
    bool danish;
    const TableColumn *columns; /* borrowed */
    int32_t column_count;
    int32_t at;   /* the column that comes next */
    int64_t rows; /* complete ones */
    Arena texts;  /* the cells of format text */
    const char **cells;
    size_t cell_count, cell_capacity;
    bool out_of_memory;
} Table;

/* text, csv or json; NULL is text. Another is STATUS_USAGE. */
Status table_format_parse(const char *text, TableFormat *format, Error *error);
/* For a command's table of options. */
#define TABLE_FORMAT_OPTION                                                                                  \
    { "format", "text|csv|json", "aligned text (default), CSV, or JSON", false, false }

void table_begin(Table *table, FILE *out, TableFormat format, bool danish, const TableColumn *columns,
                 int32_t column_count);

/* A text as it stands in a CSV file: quoted when it must be, and never a formula. */
void table_csv_text(FILE *out, const char *text);

/* The next cell, of the kind of its column. table_empty fits every kind; MONEY_NONE and DATE_NONE are empty too. */
void table_text(Table *table, const char *text);
void table_number(Table *table, int64_t number);
void table_kroner(Table *table, Money amount);
void table_date(Table *table, Date date);
void table_month(Table *table, Month month);
void table_empty(Table *table);

/* Writes what is kept and releases it; STATUS_INTERNAL when memory ran out. Errors of `out` stay with its owner. */
Status table_end(Table *table, Error *error);

/* A whole number with thousands separators, "1.234.567" or "1,234,567". */
#define NUMBER_TEXT_SIZE 32
void number_format(int64_t number, bool danish, char *text);

#endif
