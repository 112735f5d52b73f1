#include "io/intake/intake_header.h"

#include <stdio.h>
#include <string.h>

#include "io/base/mask.h"

#define TRAILER_MARK "#SLUT"
#define TRAILER_FIELDS 3
#define ROWS_DIGITS_MAX 18
#define SUM_DIGITS_MAX 30 /* a Wide holds 38 */
#define NAMES_SIZE 600

/* --- Header --------------------------------------------------------------------------------------------------- */

static int32_t find_column(const Kind *kind, Text name) {
    for (int32_t i = 0; i < kind->column_count; i++)
        if (strlen(kind->columns[i].name) == name.size_bytes &&
            memcmp(kind->columns[i].name, name.bytes, name.size_bytes) == 0)
            return i;
    return -1;
}

static void list_names(const Kind *kind, char *names) {
    size_t used = 0;
    for (int32_t i = 0; i < kind->column_count; i++) {
        const int written =
            snprintf(names + used, NAMES_SIZE - used, "%s%s", i == 0 ? "" : ", ", kind->columns[i].name);
        used += written < 0 || (size_t)written >= NAMES_SIZE - used ? 0 : (size_t)written;
    }
}

static bool knows_any(const Kind *kind, const CsvRow *row) {
    for (int32_t field = 0; field < row->field_count && field < CSV_FIELDS_MAX; field++)
        if (find_column(kind, row->fields[field]) >= 0)
            return true;
    return false;
}

/* Unknown and repeated names; a header with more fields than are kept has one of both among the first. */
static bool map_fields(const Kind *kind, const CsvRow *row, RowLayout *layout, FileFinding *visit,
                       void *context) {
    bool is_good = true;
    char shown[MASKED_SIZE];
    char names[NAMES_SIZE];
    list_names(kind, names);
    for (int32_t field = 0; field < row->field_count && field < CSV_FIELDS_MAX; field++) {
        const int32_t column = find_column(kind, row->fields[field]);
        mask_text(row->fields[field], shown);
        if (column < 0) {
            visit(context, FINDING_FIL_UKENDT_KOLONNE, row->line, shown, field + 1, shown, names);
            is_good = false;
        } else if (layout->field_of_column[column] >= 0) {
            visit(context, FINDING_FIL_GENTAGEN_KOLONNE, row->line, shown, field + 1, shown,
                  "each column once");
            is_good = false;
        } else {
            layout->field_of_column[column] = (int8_t)field;
            if (field < COLUMNS_MAX)
                layout->column_of_field[field] = (int8_t)column;
        }
    }
    return is_good;
}

static bool check_required(const Kind *kind, const CsvRow *row, const RowLayout *layout, FileFinding *visit,
                           void *context) {
    bool is_good = true;
    for (int32_t i = 0; i < kind->column_count; i++) {
        if (!kind->columns[i].required || layout->field_of_column[i] >= 0)
            continue;
        visit(context, FINDING_FIL_MANGLER_KOLONNE, row->line, kind->columns[i].name, 0, "",
              kind->columns[i].name);
        is_good = false;
    }
    return is_good;
}

bool header_read(const Kind *kind, const CsvRow *row, char decimal_sign, RowLayout *layout,
                 FileFinding *visit, void *context) {
    *layout = (RowLayout){.kind = kind, .field_count = row->field_count, .decimal_sign = decimal_sign};
    memset(layout->field_of_column, -1, sizeof layout->field_of_column);
    memset(layout->column_of_field, -1, sizeof layout->column_of_field);
    if (row->event != CSV_EVENT_ROW || trailer_begins(row->raw) || !knows_any(kind, row)) {
        char shown[MASKED_SIZE];
        mask_text(row->raw, shown);
        visit(context, FINDING_FIL_UDEN_HOVED, row->line, "", 0, shown, "a header row with column names");
        return false;
    }
    const bool names_good = map_fields(kind, row, layout, visit, context);
    row_layout_finish(layout);
    return check_required(kind, row, layout, visit, context) && names_good;
}

/* --- Trailer ---------------------------------------------------------------------------------------------------- */

bool trailer_begins(Text raw) {
    uint32_t at = 0;
    const uint32_t mark_size = (uint32_t)strlen(TRAILER_MARK);
    while (at < raw.size_bytes && (raw.bytes[at] == ' ' || raw.bytes[at] == '\t'))
        at++;
    if (raw.size_bytes - at < mark_size || memcmp(raw.bytes + at, TRAILER_MARK, mark_size) != 0)
        return false;
    at += mark_size;
    return at == raw.size_bytes || strchr("; \t\"", raw.bytes[at]) != NULL;
}

static bool read_count(Text text, int64_t *count) {
    *count = 0;
    if (text.size_bytes == 0 || text.size_bytes > ROWS_DIGITS_MAX)
        return false;
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        *count = *count * 10 + (text.bytes[i] - '0');
    }
    return true;
}

/* An amount as in a row, but without its bound: a file has many rows. */
static bool read_sum(Text text, char decimal_sign, Wide *sum) {
    uint32_t at = text.size_bytes > 0 && text.bytes[0] == '-' ? 1 : 0;
    const bool negative = at == 1;
    int32_t whole = 0;
    int32_t decimals = -1;
    *sum = 0;
    for (; at < text.size_bytes; at++) {
        const char byte = text.bytes[at];
        if (byte == decimal_sign && decimals < 0 && whole > 0) {
            decimals = 0;
            continue;
        }
        if (byte < '0' || byte > '9' || decimals == 2 || whole == SUM_DIGITS_MAX)
            return false;
        *sum = *sum * 10 + (byte - '0');
        whole += decimals < 0 ? 1 : 0;
        decimals += decimals < 0 ? 0 : 1;
    }
    if (whole == 0 || decimals == 0)
        return false;
    for (int32_t i = decimals < 0 ? 0 : decimals; i < 2; i++)
        *sum *= 10;
    *sum = negative ? -*sum : *sum;
    return true;
}

void trailer_read(const CsvRow *row, char decimal_sign, Trailer *trailer) {
    *trailer = (Trailer){.is_given = true, .line = row->line};
    mask_text(row->raw, trailer->shown);
    if (row->event != CSV_EVENT_ROW || row->field_count != TRAILER_FIELDS)
        return;
    trailer->has_sum = row->fields[2].size_bytes > 0;
    trailer->is_readable = read_count(row->fields[1], &trailer->rows) &&
                           (!trailer->has_sum || read_sum(row->fields[2], decimal_sign, &trailer->sum_oere));
}

bool trailer_fits(const Trailer *trailer, const FileTotals *totals) {
    if (!trailer->is_readable || trailer->rows != totals->rows)
        return false;
    if (!trailer->has_sum)
        return !totals->has_amounts;
    const Wide sum = trailer->sum_oere - totals->sum_oere;
    return sum == 0 || sum == totals->sum_of_wrong_count_oere || sum == totals->sum_of_wrong_quotes_oere ||
           sum == totals->sum_of_wrong_count_oere + totals->sum_of_wrong_quotes_oere;
}

/* Writes the digits of a sum from the right. */
static const char *format_sum(Wide sum, char decimal_sign, char *buffer, size_t size) {
    char *at = buffer + size - 1;
    Wide rest = sum < 0 ? -sum : sum;
    int32_t digits = 0;
    *at = '\0';
    while (digits < 3 || rest > 0) {
        if (digits == 2)
            *--at = decimal_sign;
        *--at = (char)('0' + (int)(rest % 10));
        rest /= 10;
        digits++;
    }
    if (sum < 0)
        *--at = '-';
    return at;
}

void trailer_expected(const FileTotals *totals, char decimal_sign, char *text, size_t size_bytes) {
    char digits[64];
    const char *sum =
        totals->has_amounts ? format_sum(totals->sum_oere, decimal_sign, digits, sizeof digits) : "";
    snprintf(text, size_bytes, TRAILER_MARK ";%lld;%s", (long long)totals->rows, sum);
}
