#include "io/intake/decode.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/intake/code_list.h"

#define INTEGER_DIGITS_MAX 9
/* The first readable year, and a number of years after which the Gregorian calendar repeats itself (of 400). */
#define FIRST_YEAR 1800
#define LATER_YEARS 2000

static void issue_set(DecodeIssue *issue, FindingCode code, const char *expected) {
    issue->code = code;
    snprintf(issue->expected, sizeof issue->expected, "%s", expected);
}

bool text_is_blank(Text text) {
    for (uint32_t i = 0; i < text.size_bytes; i++)
        if (text.bytes[i] != ' ' && text.bytes[i] != '\t')
            return false;
    return true;
}

/* --- Times (RFC 3339, section 5.6) ------------------------------------------------------------------------ */

/* Two digits not above maximum at an index that is within the text. */
static bool two_digits_are(Text text, uint32_t at, int32_t maximum) {
    if (text.size_bytes < at + 2)
        return false;
    const char tens = text.bytes[at];
    const char ones = text.bytes[at + 1];
    return tens >= '0' && tens <= '9' && ones >= '0' && ones <= '9' &&
           (tens - '0') * 10 + (ones - '0') <= maximum;
}

static bool byte_is(Text text, uint32_t at, char byte) {
    return at < text.size_bytes && text.bytes[at] == byte;
}

/* How many digits stand from an index on. */
static uint32_t digits_from(Text text, uint32_t at) {
    uint32_t end = at;
    while (end < text.size_bytes && text.bytes[end] >= '0' && text.bytes[end] <= '9')
        end++;
    return end - at;
}

/* The index after an optional fraction ".digits", or 0 when it is malformed. */
static uint32_t skip_fraction(Text text, uint32_t at) {
    if (!byte_is(text, at, '.'))
        return at;
    const uint32_t digits = digits_from(text, at + 1);
    return digits > 0 ? at + 1 + digits : 0;
}

static bool offset_ends(Text text, uint32_t at) {
    if (byte_is(text, at, 'Z') || byte_is(text, at, 'z'))
        return text.size_bytes == at + 1;
    return (byte_is(text, at, '+') || byte_is(text, at, '-')) && two_digits_are(text, at + 1, 23) &&
           byte_is(text, at + 3, ':') && two_digits_are(text, at + 4, 59) && text.size_bytes == at + 6;
}

bool decode_is_time(Text text) {
    Date date;
    if (text.size_bytes < 10 || !date_parse(text.bytes, 10, &date))
        return false;
    if (text.size_bytes == 10)
        return true;
    /* Seconds may be 60: a leap second. */
    if (!(byte_is(text, 10, 'T') || byte_is(text, 10, 't')) || !two_digits_are(text, 11, 23) ||
        !byte_is(text, 13, ':') || !two_digits_are(text, 14, 59) || !byte_is(text, 16, ':') ||
        !two_digits_are(text, 17, 60))
        return false;
    const uint32_t at = skip_fraction(text, 19);
    return at != 0 && offset_ends(text, at);
}

/* --- What can be read: one number per cell -------------------------------------------------------------------- */

static bool out_of_bounds(const Column *column, int64_t number) {
    return (column->minimum != 0 || column->maximum != 0) &&
           (number < column->minimum || number > column->maximum);
}

static bool read_cpr(Text text, int64_t *number) {
    Cpr cpr;
    if (!cpr_parse(text.bytes, text.size_bytes, &cpr))
        return false;
    *number = (int64_t)cpr.number;
    return true;
}

static bool read_date(Text text, int64_t *number) {
    Date date;
    if (!date_parse(text.bytes, text.size_bytes, &date))
        return false;
    *number = date.day;
    return true;
}

static bool read_month(Text text, int64_t *number) {
    Month month;
    if (!month_parse(text.bytes, text.size_bytes, &month))
        return false;
    *number = month.index;
    return true;
}

static bool read_hundredths(const Column *column, Text text, char decimal_sign, int64_t *number) {
    Money amount;
    if (!money_parse(text.bytes, text.size_bytes, decimal_sign, &amount) ||
        out_of_bounds(column, amount.oere))
        return false;
    *number = amount.oere;
    return true;
}

static bool read_integer(const Column *column, Text text, int64_t *number) {
    int64_t value = 0;
    uint32_t significant = 0;
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        const char byte = text.bytes[i];
        if (byte < '0' || byte > '9')
            return false;
        significant += significant > 0 || byte != '0' ? 1 : 0;
        if (significant > INTEGER_DIGITS_MAX)
            return false;
        value = value * 10 + (byte - '0');
    }
    if ((column->digits != 0 && text.size_bytes != (uint32_t)column->digits) || out_of_bounds(column, value))
        return false;
    *number = value;
    return true;
}

static bool read_jn(Text text, int64_t *number) {
    if (text.size_bytes != 1 || (text.bytes[0] != 'J' && text.bytes[0] != 'N'))
        return false;
    *number = text.bytes[0] == 'J' ? 1 : 0;
    return true;
}

/* The number of a cell that is not empty. Nearly every cell goes this way and no other: what is wrong with one that
 * cannot be read is found out afterwards (explain). */
static inline bool read_number(const Column *column, Text text, char decimal_sign, int64_t *number) {
    if (text.size_bytes > TEXT_SIZE_MAX)
        return false;
    switch (column->type) {
    case COLUMN_CPR:
        return read_cpr(text, number);
    case COLUMN_TEXT:
    case COLUMN_SE:
        *number = 0;
        return true;
    case COLUMN_ID:
        *number = 0;
        return text.size_bytes <= ID_SIZE_MAX;
    case COLUMN_DATE:
        return read_date(text, number);
    case COLUMN_MONTH:
        return read_month(text, number);
    case COLUMN_TIME:
        *number = 0;
        return decode_is_time(text);
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        return read_hundredths(column, text, decimal_sign, number);
    case COLUMN_INTEGER:
        return read_integer(column, text, number);
    case COLUMN_CODE:
        return code_list_find(column->codes, text, number);
    case COLUMN_JN:
        return read_jn(text, number);
    }
    assert(!"a column type without a reader");
    return false;
}

/* --- What is wrong with the others ------------------------------------------------------------------------------ */

/* Is this a date or a month of a year before the readable ones? One of a year that has its calendar can be. */
static bool is_too_early(Text text, bool (*is_readable)(Text text, int64_t *number)) {
    char later[2 * DATE_TEXT_SIZE]; /* room for any year the compiler can think of */
    int64_t number;
    if (text.size_bytes < 4 || text.size_bytes >= DATE_TEXT_SIZE)
        return false;
    int32_t year = 0;
    for (uint32_t i = 0; i < 4; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        year = year * 10 + (text.bytes[i] - '0');
    }
    if (year >= FIRST_YEAR)
        return false;
    snprintf(later, sizeof later, "%04d%.*s", year + LATER_YEARS, (int)text.size_bytes - 4, text.bytes + 4);
    return is_readable((Text){later, text.size_bytes}, &number);
}

/* Written as an amount is, whatever its size. */
static bool is_amount_text(Text text, char decimal_sign) {
    uint32_t at = byte_is(text, 0, '-') ? 1 : 0;
    const uint32_t whole = digits_from(text, at);
    at += whole;
    if (whole > 0 && byte_is(text, at, decimal_sign)) {
        const uint32_t decimals = digits_from(text, at + 1);
        at += decimals == 1 || decimals == 2 ? 1 + decimals : 0;
    }
    return whole > 0 && at == text.size_bytes;
}

/* The limit is told by its digits: ten in a row would look like a CPR number. */
_Static_assert(AMOUNT_MAX_OERE == INT64_C(999999999999), "ten digits before the decimal sign");

static void explain_hundredths(const Column *column, Text text, char decimal_sign, DecodeIssue *issue) {
    const FindingCode code =
        column->type == COLUMN_AMOUNT ? FINDING_ULAESELIGT_BELOEB : FINDING_ULAESELIGT_TAL;
    if (!is_amount_text(text, decimal_sign)) {
        issue_set(issue, code, decimal_sign == ',' ? "a number like 1234,56" : "a number like 1234.56");
    } else if (column->maximum != 0) {
        issue_set(issue, FINDING_ULAESELIGT_TAL, "");
        snprintf(issue->expected, sizeof issue->expected, "%lld-%lld", (long long)column->minimum / 100,
                 (long long)column->maximum / 100);
    } else {
        issue_set(issue, code, "at most ten digits before the decimal sign");
    }
}

static void explain_integer(const Column *column, DecodeIssue *issue) {
    issue_set(issue, FINDING_ULAESELIGT_TAL, "a whole number");
    if (column->digits == 4)
        issue_set(issue, FINDING_ULAESELIGT_TAL, "four digits");
    else if (column->maximum != 0)
        snprintf(issue->expected, sizeof issue->expected, "%lld-%lld", (long long)column->minimum,
                 (long long)column->maximum);
}

static void explain_too_long(uint32_t size_max_bytes, DecodeIssue *issue) {
    issue_set(issue, FINDING_FELT_FOR_LANGT, "");
    snprintf(issue->expected, sizeof issue->expected, "<= %u bytes", size_max_bytes);
}

/* Why read_number said no. Kept out of the way of the cells that can be read. */
__attribute__((noinline, cold)) static void explain(const Column *column, Text text, char decimal_sign,
                                                    DecodeIssue *issue) {
    if (text.size_bytes > TEXT_SIZE_MAX) {
        explain_too_long(TEXT_SIZE_MAX, issue);
        return;
    }
    switch (column->type) {
    case COLUMN_CPR:
        issue_set(issue, FINDING_ULAESELIGT_CPR, "ten digits that begin with a date");
        return;
    case COLUMN_TEXT:
    case COLUMN_SE:
        return;
    case COLUMN_ID:
        explain_too_long(ID_SIZE_MAX, issue);
        return;
    case COLUMN_DATE:
        issue_set(issue, FINDING_ULAESELIG_DATO,
                  is_too_early(text, read_date) ? "a date YYYY-MM-DD from 1800-01-01" : "a date YYYY-MM-DD");
        return;
    case COLUMN_MONTH:
        issue_set(issue, FINDING_ULAESELIG_MAANED,
                  is_too_early(text, read_month) ? "a month YYYY-MM from 1800-01" : "a month YYYY-MM");
        return;
    case COLUMN_TIME:
        issue_set(issue, FINDING_ULAESELIG_TID, "a date or a time YYYY-MM-DDThh:mm:ss+hh:mm");
        return;
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        explain_hundredths(column, text, decimal_sign, issue);
        return;
    case COLUMN_INTEGER:
        explain_integer(column, issue);
        return;
    case COLUMN_CODE:
        issue_set(issue, FINDING_UKENDT_KODE, code_list_expected(column->codes));
        return;
    case COLUMN_JN:
        issue_set(issue, FINDING_UKENDT_KODE, "J, N");
        return;
    }
}

bool decode_value(const Column *column, Text text, char decimal_sign, Value *value, DecodeIssue *issue) {
    *value = (Value){VALUE_NONE, text};
    if (text.size_bytes == 0) {
        value->text.bytes = "";
        return true;
    }
    if (read_number(column, text, decimal_sign, &value->number))
        return true;
    value->number = VALUE_NONE;
    explain(column, text, decimal_sign, issue);
    return false;
}

/* --- How the fields lie ------------------------------------------------------------------------------------------- */

void row_layout_finish(RowLayout *layout) {
    const Kind *kind = layout->kind;
    layout->missing_columns = layout->not_negative_columns = layout->unit_columns = 0;
    for (int32_t i = 0; i < kind->column_count; i++) {
        const Column *column = &kind->columns[i];
        const uint32_t bit = UINT32_C(1) << i;
        if (layout->field_of_column[i] < 0)
            layout->missing_columns |= bit;
        else if (column->not_negative)
            layout->not_negative_columns |= bit;
        else if (column->type == COLUMN_SE)
            layout->unit_columns |= bit;
    }
}

/* --- A row ------------------------------------------------------------------------------------------------------ */

DecodeIssue *decode_issue_add(DecodeIssues *issues, int32_t column) {
    assert(issues->count < COLUMNS_MAX);
    DecodeIssue *issue = &issues->items[issues->count++];
    issue->column = column;
    return issue;
}

/* False when it cannot be read; that is told with the other cells. */
static bool decode_posttype(const RowLayout *layout, const Text *fields, Posttype *posttype) {
    const int32_t field = layout->field_of_column[COLUMN_INDEX_POSTTYPE];
    int64_t number = POSTTYPE_N;
    const bool is_given = field >= 0 && fields[field].size_bytes > 0;
    const bool is_known = !is_given || code_list_find(CODES_POSTTYPE, fields[field], &number);
    *posttype = is_known ? (Posttype)number : POSTTYPE_N;
    return is_known;
}

/* Each cell on its own. only_id: nothing else is required. */
static void decode_cells(const RowLayout *layout, const Text *fields, bool only_id, Value *values,
                         DecodeIssues *issues) {
    const Kind *kind = layout->kind;
    for (int32_t field = 0; field < layout->field_count; field++) {
        const int32_t index = layout->column_of_field[field];
        const Column *column = &kind->columns[index];
        Value *value = &values[index];
        *value = (Value){VALUE_NONE, fields[field]};
        if (value->text.size_bytes == 0) {
            value->text.bytes = "";
            if (only_id ? index == kind->id_column : column->required)
                issue_set(decode_issue_add(issues, index), FINDING_VAERDI_MANGLER, "a value");
        } else if (!read_number(column, value->text, layout->decimal_sign, &value->number)) {
            value->number = VALUE_NONE;
            explain(column, value->text, layout->decimal_sign, decode_issue_add(issues, index));
        }
    }
}

static int32_t place_of(const RowLayout *layout, const DecodeIssue *issue) {
    const int32_t field = layout->field_of_column[issue->column];
    return field >= 0 ? field : COLUMNS_MAX + issue->column;
}

/* By insertion: there are few, and those of the cells are in order already. */
static void sort_issues(const RowLayout *layout, DecodeIssues *issues) {
    for (int32_t i = 1; i < issues->count; i++) {
        const DecodeIssue moved = issues->items[i];
        const int32_t place = place_of(layout, &moved);
        int32_t at = i;
        for (; at > 0 && place_of(layout, &issues->items[at - 1]) > place; at--)
            issues->items[at] = issues->items[at - 1];
        issues->items[at] = moved;
    }
}

bool decode_row(const RowLayout *layout, const Text *fields, Value *values, Posttype *posttype,
                DecodeIssues *issues) {
    issues->count = 0;
    for (uint32_t rest = layout->missing_columns; rest != 0; rest &= rest - 1)
        values[__builtin_ctz(rest)] = (Value){VALUE_NONE, {"", 0}};
    const bool is_whole = decode_posttype(layout, fields, posttype) && *posttype != POSTTYPE_T;
    decode_cells(layout, fields, !is_whole, values, issues);
    if (is_whole)
        decode_check_row(layout, values, issues);
    if (issues->count > 1)
        sort_issues(layout, issues);
    values[COLUMN_INDEX_POSTTYPE].number = *posttype;
    return issues->count == 0;
}
