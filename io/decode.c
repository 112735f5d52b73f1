#include "io/decode.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/code_list.h"

#define INTEGER_DIGITS_MAX 9
/* The first readable year, and a number of years after which the Gregorian calendar repeats itself (of 400). */
#define FIRST_YEAR 1800
#define LATER_YEARS 2000

static bool issue_set(DecodeIssue *issue, FindingCode code, const char *expected) {
    issue->code = code;
    snprintf(issue->expected, sizeof issue->expected, "%s", expected);
    return false;
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

/* --- One function per group of column types ------------------------------------------------------------------ */

static bool decode_cpr(Text text, Value *value, DecodeIssue *issue) {
    Cpr cpr;
    if (!cpr_parse(text.bytes, text.size_bytes, &cpr))
        return issue_set(issue, FINDING_ULAESELIGT_CPR, "ten digits that begin with a date");
    value->number = (int64_t)cpr.number;
    return true;
}

/* Is this a date or a month of a year before the readable ones? One of a year that has its calendar can be. */
static bool is_too_early(Text text, bool (*is_readable)(Text text)) {
    char later[2 * DATE_TEXT_SIZE]; /* room for any year the compiler can think of */
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
    return is_readable((Text){later, text.size_bytes});
}

static bool is_date(Text text) {
    Date date;
    return date_parse(text.bytes, text.size_bytes, &date);
}

static bool is_month(Text text) {
    Month month;
    return month_parse(text.bytes, text.size_bytes, &month);
}

static bool decode_date(Text text, Value *value, DecodeIssue *issue) {
    Date date;
    if (!date_parse(text.bytes, text.size_bytes, &date))
        return issue_set(issue, FINDING_ULAESELIG_DATO,
                         is_too_early(text, is_date) ? "a date YYYY-MM-DD from 1800-01-01"
                                                     : "a date YYYY-MM-DD");
    value->number = date.day;
    return true;
}

static bool decode_month(Text text, Value *value, DecodeIssue *issue) {
    Month month;
    if (!month_parse(text.bytes, text.size_bytes, &month))
        return issue_set(issue, FINDING_ULAESELIG_MAANED,
                         is_too_early(text, is_month) ? "a month YYYY-MM from 1800-01" : "a month YYYY-MM");
    value->number = month.index;
    return true;
}

static bool decode_time(Text text, Value *value, DecodeIssue *issue) {
    if (!decode_is_time(text))
        return issue_set(issue, FINDING_ULAESELIG_TID, "a date or a time YYYY-MM-DDThh:mm:ss+hh:mm");
    value->number = 0;
    return true;
}

static bool out_of_bounds(const Column *column, int64_t number) {
    return (column->minimum != 0 || column->maximum != 0) &&
           (number < column->minimum || number > column->maximum);
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

static bool hundredths_out_of_bounds(const Column *column, DecodeIssue *issue) {
    issue_set(issue, FINDING_ULAESELIGT_TAL, "");
    snprintf(issue->expected, sizeof issue->expected, "%lld-%lld", (long long)column->minimum / 100,
             (long long)column->maximum / 100);
    return false;
}

/* The limit is told by its digits: ten in a row would look like a CPR number. */
_Static_assert(AMOUNT_MAX_OERE == INT64_C(999999999999), "ten digits before the decimal sign");

static bool decode_hundredths(const Column *column, Text text, char decimal_sign, Value *value,
                              DecodeIssue *issue) {
    Money amount;
    const FindingCode code =
        column->type == COLUMN_AMOUNT ? FINDING_ULAESELIGT_BELOEB : FINDING_ULAESELIGT_TAL;
    if (!money_parse(text.bytes, text.size_bytes, decimal_sign, &amount)) {
        if (!is_amount_text(text, decimal_sign))
            return issue_set(issue, code,
                             decimal_sign == ',' ? "a number like 1234,56" : "a number like 1234.56");
        if (column->maximum != 0)
            return hundredths_out_of_bounds(column, issue);
        return issue_set(issue, code, "at most ten digits before the decimal sign");
    }
    if (out_of_bounds(column, amount.oere))
        return hundredths_out_of_bounds(column, issue);
    value->number = amount.oere;
    return true;
}

static bool integer_refused(const Column *column, DecodeIssue *issue) {
    issue_set(issue, FINDING_ULAESELIGT_TAL, "a whole number");
    if (column->digits == 4)
        issue_set(issue, FINDING_ULAESELIGT_TAL, "four digits");
    else if (column->maximum != 0)
        snprintf(issue->expected, sizeof issue->expected, "%lld-%lld", (long long)column->minimum,
                 (long long)column->maximum);
    return false;
}

static bool decode_integer(const Column *column, Text text, Value *value, DecodeIssue *issue) {
    int64_t number = 0;
    uint32_t significant = 0;
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        const char byte = text.bytes[i];
        if (byte < '0' || byte > '9')
            return integer_refused(column, issue);
        significant += significant > 0 || byte != '0' ? 1 : 0;
        if (significant > INTEGER_DIGITS_MAX)
            return integer_refused(column, issue);
        number = number * 10 + (byte - '0');
    }
    if (column->digits != 0 && text.size_bytes != (uint32_t)column->digits)
        return integer_refused(column, issue);
    if (out_of_bounds(column, number))
        return integer_refused(column, issue);
    value->number = number;
    return true;
}

static bool decode_code(const Column *column, Text text, Value *value, DecodeIssue *issue) {
    int64_t number;
    if (!code_list_find(column->codes, text, &number))
        return issue_set(issue, FINDING_UKENDT_KODE, code_list_expected(column->codes));
    value->number = number;
    return true;
}

static bool decode_jn(Text text, Value *value, DecodeIssue *issue) {
    if (text.size_bytes != 1 || (text.bytes[0] != 'J' && text.bytes[0] != 'N'))
        return issue_set(issue, FINDING_UKENDT_KODE, "J, N");
    value->number = text.bytes[0] == 'J' ? 1 : 0;
    return true;
}

static bool too_long(uint32_t size_max_bytes, DecodeIssue *issue) {
    issue_set(issue, FINDING_FELT_FOR_LANGT, "");
    snprintf(issue->expected, sizeof issue->expected, "<= %u bytes", size_max_bytes);
    return false;
}

static bool decode_text(Text text, uint32_t size_max_bytes, Value *value, DecodeIssue *issue) {
    if (text.size_bytes > size_max_bytes)
        return too_long(size_max_bytes, issue);
    value->number = 0;
    return true;
}

bool decode_value(const Column *column, Text text, char decimal_sign, Value *value, DecodeIssue *issue) {
    *value = (Value){VALUE_NONE, text};
    if (text.size_bytes == 0) {
        value->text.bytes = "";
        return true;
    }
    if (text.size_bytes > TEXT_SIZE_MAX)
        return too_long(TEXT_SIZE_MAX, issue);
    switch (column->type) {
    case COLUMN_CPR:
        return decode_cpr(text, value, issue);
    case COLUMN_TEXT:
    case COLUMN_SE:
        return decode_text(text, TEXT_SIZE_MAX, value, issue);
    case COLUMN_ID:
        return decode_text(text, ID_SIZE_MAX, value, issue);
    case COLUMN_DATE:
        return decode_date(text, value, issue);
    case COLUMN_MONTH:
        return decode_month(text, value, issue);
    case COLUMN_TIME:
        return decode_time(text, value, issue);
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        return decode_hundredths(column, text, decimal_sign, value, issue);
    case COLUMN_INTEGER:
        return decode_integer(column, text, value, issue);
    case COLUMN_CODE:
        return decode_code(column, text, value, issue);
    case COLUMN_JN:
        return decode_jn(text, value, issue);
    }
    assert(!"a column type without a reader");
    return false;
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
    DecodeIssue issue;
    for (int32_t field = 0; field < layout->field_count; field++) {
        const int32_t column = layout->column_of_field[field];
        const bool is_required = only_id ? column == kind->id_column : kind->columns[column].required;
        bool is_good = decode_value(&kind->columns[column], fields[field], layout->decimal_sign,
                                    &values[column], &issue);
        if (is_good && is_required && fields[field].size_bytes == 0)
            is_good = issue_set(&issue, FINDING_VAERDI_MANGLER, "a value");
        if (is_good)
            continue;
        issue.column = column;
        *decode_issue_add(issues, column) = issue;
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
    const Kind *kind = layout->kind;
    issues->count = 0;
    for (int32_t i = 0; i < kind->column_count; i++)
        values[i] = (Value){VALUE_NONE, {"", 0}};
    const bool is_whole = decode_posttype(layout, fields, posttype) && *posttype != POSTTYPE_T;
    decode_cells(layout, fields, !is_whole, values, issues);
    if (is_whole)
        decode_check_row((KindId)(kind - kind_table), values, issues);
    sort_issues(layout, issues);
    values[COLUMN_INDEX_POSTTYPE].number = *posttype;
    return issues->count == 0;
}
