#include "io/show/table.h"
#include "io/show/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/explain/explanation.h"

#define COLUMN_GAP 2

Status table_format_parse(const char *text, TableFormat *format, Error *error) {
    static const char *const names[] = {[TABLE_TEXT] = "text", [TABLE_CSV] = "csv", [TABLE_JSON] = "json"};
    *format = TABLE_TEXT;
    if (text == NULL)
        return STATUS_OK;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (TableFormat)i;
            return STATUS_OK;
        }
    return error_set(error, STATUS_USAGE, "--format %.40s: expected text, csv or json", text);
}

void number_format(int64_t number, bool danish, char *text) {
    char digits[NUMBER_TEXT_SIZE];
    const int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    const int first_digit = number < 0 ? 1 : 0;
    for (int i = 0; i < length; i++) {
        if (i > first_digit && (length - i) % 3 == 0)
            *text++ = danish ? '.' : ',';
        *text++ = digits[i];
    }
    *text = '\0';
}

/* --- CSV and JSON ------------------------------------------------------------------------------------------------ */

static void csv_header(const Table *table) {
    for (int32_t i = 0; i < table->column_count; i++)
        fprintf(table->out, "%s%s", i > 0 ? ";" : "", table->columns[i].name);
    fputc('\n', table->out);
}

void table_begin(Table *table, FILE *out, TableFormat format, bool danish, const TableColumn *columns,
                 int32_t column_count) {
    assert(column_count > 0 && column_count <= TABLE_COLUMNS_MAX);
    *table = (Table){
        .out = out, .format = format, .danish = danish, .columns = columns, .column_count = column_count};
    if (format == TABLE_CSV)
        csv_header(table);
}

void table_csv_text(FILE *out, const char *text) {
    const bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    const bool trimmed = text[0] == ' ' || (text[0] != '\0' && text[strlen(text) - 1] == ' ');
    if (!formula && !trimmed && strpbrk(text, ";\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputs(formula ? "\"'" : "\"", out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void json_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < ' ' || byte == 0x7f)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

/* --- Cells ------------------------------------------------------------------------------------------------------- */

static void keep_cell(Table *table, const char *text) {
    if (table->cell_count == table->cell_capacity) {
        const size_t capacity = table->cell_capacity == 0 ? 256 : table->cell_capacity * 2;
        const char **moved = realloc(table->cells, capacity * sizeof moved[0]);
        if (moved == NULL) {
            table->out_of_memory = true;
            return;
        }
        table->cells = moved;
        table->cell_capacity = capacity;
    }
    const char *copy = arena_copy_string(&table->texts, text);
    table->out_of_memory = table->out_of_memory || copy == NULL;
    table->cells[table->cell_count++] = copy;
}

static void csv_cell(FILE *out, CellKind kind, bool last, const char *text) {
    if (text != NULL && kind == CELL_TEXT)
        table_csv_text(out, text);
    else if (text != NULL)
        fputs(text, out);
    fputc(last ? '\n' : ';', out);
}

static void json_cell(const Table *table, const TableColumn *column, bool last, const char *text) {
    const char *const opening = table->rows == 0 ? "[\n {" : ",\n {";
    fputs(table->at == 0 ? opening : ", ", table->out);
    json_text(table->out, column->name);
    fputs(": ", table->out);
    if (text == NULL || column->kind == CELL_NUMBER)
        fputs(text == NULL ? "null" : text, table->out);
    else
        json_text(table->out, text);
    if (last)
        fputc('}', table->out);
}

/* text is as the format writes it but for quotes; NULL is empty. */
static void put_cell(Table *table, const char *text) {
    const TableColumn *column = &table->columns[table->at];
    const bool last = table->at + 1 == table->column_count;
    switch (table->format) {
    case TABLE_TEXT:
        if (!table->out_of_memory)
            keep_cell(table, text == NULL ? "" : text);
        break;
    case TABLE_CSV:
        csv_cell(table->out, column->kind, last, text);
        break;
    case TABLE_JSON:
        json_cell(table, column, last, text);
        break;
    }
    table->at = last ? 0 : table->at + 1;
    table->rows += last;
}

static void expect_kind(const Table *table, CellKind kind) {
    assert(table->columns[table->at].kind == kind);
}

void table_text(Table *table, const char *text) {
    expect_kind(table, CELL_TEXT);
    put_cell(table, text);
}

void table_number(Table *table, int64_t number) {
    char text[NUMBER_TEXT_SIZE];
    expect_kind(table, CELL_NUMBER);
    if (table->format == TABLE_TEXT)
        number_format(number, table->danish, text);
    else
        snprintf(text, sizeof text, "%" PRId64, number);
    put_cell(table, text);
}

void table_kroner(Table *table, Money amount) {
    char text[KRONER_TEXT_SIZE];
    expect_kind(table, CELL_KRONER);
    if (!money_given(amount)) {
        put_cell(table, NULL);
        return;
    }
    if (table->format == TABLE_TEXT)
        kroner_format(amount, table->danish, text);
    else
        money_format(amount, table->format == TABLE_CSV ? ',' : '.', text);
    put_cell(table, text);
}

void table_date(Table *table, Date date) {
    char text[DATE_TEXT_SIZE];
    expect_kind(table, CELL_DATE);
    date_format(date, text);
    put_cell(table, date_given(date) ? text : NULL);
}

void table_month(Table *table, Month month) {
    char text[DATE_TEXT_SIZE];
    expect_kind(table, CELL_DATE);
    month_format(month, text);
    put_cell(table, text);
}

void table_empty(Table *table) {
    put_cell(table, NULL);
}

/* --- Text -------------------------------------------------------------------------------------------------------- */

static const char *title_of(const Table *table, int32_t column) {
    return table->danish ? table->columns[column].title_da : table->columns[column].title_en;
}

static void measure(const Table *table, size_t *widths) {
    assert(table->column_count > 0);
    for (int32_t i = 0; i < table->column_count; i++)
        widths[i] = (size_t)text_width(title_of(table, i));
    for (size_t i = 0; i < table->cell_count; i++) {
        const size_t width = (size_t)text_width(table->cells[i]);
        size_t *widest = &widths[i % (size_t)table->column_count];
        *widest = width > *widest ? width : *widest;
    }
}

/* A cell; a control character in it would move the cursor of a terminal. Those of the second block, U+0080 to U+009F, are
 * two bytes. */
static void print_cell(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        const bool second_block = (unsigned char)text[0] == 0xC2 && (unsigned char)text[1] < 0xA0;
        fputc((unsigned char)*text < ' ' || *text == 0x7f || second_block ? '?' : *text, out);
        text += second_block ? 1 : 0;
    }
}

/* No blanks stand at the end of a line: padding is printed when something comes after it. */
static void print_line(const Table *table, const size_t *widths, const char *const *cells) {
    size_t blanks = 0;
    for (int32_t i = 0; i < table->column_count; i++) {
        const CellKind kind = table->columns[i].kind;
        const char *text = cells == NULL ? title_of(table, i) : cells[i];
        const size_t width = (size_t)text_width(text);
        const size_t padding = widths[i] - width;
        const bool right = kind == CELL_NUMBER || kind == CELL_KRONER;
        blanks += (i > 0 ? COLUMN_GAP : 0) + (right ? padding : 0);
        if (width > 0) {
            fprintf(table->out, "%*s", (int)blanks, "");
            print_cell(table->out, text);
            blanks = 0;
        }
        blanks += right ? 0 : padding;
    }
    fputc('\n', table->out);
}

static void print_text(const Table *table) {
    size_t widths[TABLE_COLUMNS_MAX];
    if (table->cell_count == 0)
        return;
    measure(table, widths);
    print_line(table, widths, NULL);
    for (size_t i = 0; i < table->cell_count; i += (size_t)table->column_count)
        print_line(table, widths, &table->cells[i]);
}

Status table_end(Table *table, Error *error) {
    Status status = STATUS_OK;
    assert(table->at == 0);
    if (table->out_of_memory)
        status = error_no_memory(error);
    else if (table->format == TABLE_TEXT)
        print_text(table);
    else if (table->format == TABLE_JSON)
        fputs(table->rows == 0 ? "[]\n" : "\n]\n", table->out);
    arena_free(&table->texts);
    free((void *)table->cells);
    table->cells = NULL;
    table->cell_count = table->cell_capacity = 0;
    return status;
}
