#include "io/decode.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/code_list.h"

#define INTEGER_DIGITS_MAX 9

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

/* The index after an optional fraction ".digits", or 0 when it is malformed. */
static uint32_t skip_fraction(Text text, uint32_t at) {
    if (!byte_is(text, at, '.'))
        return at;
    uint32_t end = at + 1;
    while (end < text.size_bytes && text.bytes[end] >= '0' && text.bytes[end] <= '9')
        end++;
    return end > at + 1 ? end : 0;
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

static bool decode_date(Text text, Value *value, DecodeIssue *issue) {
    Date date;
    if (!date_parse(text.bytes, text.size_bytes, &date))
        return issue_set(issue, FINDING_ULAESELIG_DATO, "a date YYYY-MM-DD");
    value->number = date.day;
    return true;
}

static bool decode_month(Text text, Value *value, DecodeIssue *issue) {
    Month month;
    if (!month_parse(text.bytes, text.size_bytes, &month))
        return issue_set(issue, FINDING_ULAESELIG_MAANED, "a month YYYY-MM");
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

static bool decode_hundredths(const Column *column, Text text, char decimal_sign, Value *value,
                              DecodeIssue *issue) {
    Money amount;
    const bool is_amount = column->type == COLUMN_AMOUNT;
    if (!money_parse(text.bytes, text.size_bytes, decimal_sign, &amount)) {
        const char *expected = decimal_sign == ',' ? "a number like 1234,56" : "a number like 1234.56";
        return issue_set(issue, is_amount ? FINDING_ULAESELIGT_BELOEB : FINDING_ULAESELIGT_TAL, expected);
    }
    if (out_of_bounds(column, amount.oere)) {
        issue_set(issue, FINDING_ULAESELIGT_TAL, "");
        snprintf(issue->expected, sizeof issue->expected, "%lld-%lld", (long long)column->minimum / 100,
                 (long long)column->maximum / 100);
        return false;
    }
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
    if (!code_list_find(column->codes, text, &value->number))
        return issue_set(issue, FINDING_UKENDT_KODE, code_list_expected(column->codes));
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

static bool decode_posttype(const RowLayout *layout, const Text *fields, Posttype *posttype,
                            DecodeIssue *issue) {
    const int32_t field = layout->field_of_column[COLUMN_INDEX_POSTTYPE];
    int64_t number = POSTTYPE_N;
    if (field >= 0 && fields[field].size_bytes > 0 &&
        !code_list_find(CODES_POSTTYPE, fields[field], &number)) {
        issue->column = COLUMN_INDEX_POSTTYPE;
        return issue_set(issue, FINDING_UKENDT_KODE, code_list_expected(CODES_POSTTYPE));
    }
    *posttype = (Posttype)number;
    return true;
}

bool decode_row(const RowLayout *layout, const Text *fields, Value *values, Posttype *posttype,
                DecodeIssue *issue) {
    const Kind *kind = layout->kind;
    if (!decode_posttype(layout, fields, posttype, issue))
        return false;
    for (int32_t i = 0; i < kind->column_count; i++)
        values[i] = (Value){VALUE_NONE, {"", 0}};
    for (int32_t field = 0; field < layout->field_count; field++) {
        const int32_t column = layout->column_of_field[field];
        issue->column = column;
        if (!decode_value(&kind->columns[column], fields[field], layout->decimal_sign, &values[column],
                          issue))
            return false;
        const bool is_required =
            *posttype == POSTTYPE_T ? column == kind->id_column : kind->columns[column].required;
        if (is_required && fields[field].size_bytes == 0)
            return issue_set(issue, FINDING_VAERDI_MANGLER, "a value");
    }
    values[COLUMN_INDEX_POSTTYPE].number = *posttype;
    return true;
}
