/* Single values. The first line is read as an amount, a date, a month, a time, a CPR number, a number and every column
 * type there is, and held against the plainest way of saying what may be read. */
#include <string.h>

#include "engine/cpr.h"
#include "io/base/mask.h"
#include "io/intake/code_list.h"
#include "io/intake/decode.h"
#include "tests/fuzz/fuzz.h"

static bool all_digits(const char *text, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return count > 0;
}

/* The amount as it would be written, "-12,30", or false: sign, digits, sign and one or two decimals, at most ten
 * digits before it. */
static bool amount_expected(const char *text, size_t size, char decimal_sign,
                            char expected[MONEY_TEXT_SIZE]) {
    const bool negative = size > 0 && text[0] == '-';
    const char *digits = text + (negative ? 1 : 0);
    size_t rest = size - (negative ? 1 : 0);
    const char *sign = rest > 0 ? memchr(digits, decimal_sign, rest) : NULL;
    size_t whole = sign == NULL ? rest : (size_t)(sign - digits);
    const size_t decimals = sign == NULL ? 0 : rest - whole - 1;
    if (!all_digits(digits, whole) ||
        (sign != NULL && (decimals == 0 || decimals > 2 || !all_digits(sign + 1, decimals)))) {
        return false;
    }
    while (whole > 1 && digits[0] == '0') {
        digits++;
        whole--;
    }
    if (whole > 10) {
        return false;
    }
    char *place = expected;
    *place++ = '-';
    memcpy(place, digits, whole);
    place += whole;
    *place++ = ',';
    for (size_t i = 0; i < 2; i++) {
        *place++ = i < decimals ? sign[1 + i] : '0';
    }
    *place = '\0';
    if (!negative || strspn(expected, "-0,") == strlen(expected)) {
        memmove(expected, expected + 1, strlen(expected));
    }
    return true;
}

static void check_amount(const char *text, size_t size, char decimal_sign) {
    char expected[MONEY_TEXT_SIZE], written[MONEY_TEXT_SIZE];
    Money amount = {-1};
    const bool readable = amount_expected(text, size, decimal_sign, expected);
    fuzz_require(money_parse(text, (uint32_t)size, decimal_sign, &amount) == readable,
                 "an amount is readable when it has the form of one");
    if (readable) {
        fuzz_require(money_format(amount, ',', written) == (int)strlen(written),
                     "the length of an amount is that of its text");
        fuzz_require(strcmp(written, expected) == 0, "an amount that was read is written as it stood");
    }
}

static void check_dates(const char *text, size_t size) {
    char written[DATE_TEXT_SIZE];
    Date date;
    Month month;
    if (date_parse(text, (uint32_t)size, &date)) {
        date_format(date, written);
        fuzz_require(strlen(written) == size && memcmp(written, text, size) == 0,
                     "a date is written as it stood");
        fuzz_require(date.day >= DATE_MIN_DAY && date.day <= DATE_MAX_DAY,
                     "a date lies in the readable range");
        month = month_of(date);
        fuzz_require(month_first(month).day <= date.day && date.day <= month_last(month).day,
                     "a date lies in its month");
    }
    if (month_parse(text, (uint32_t)size, &month)) {
        month_format(month, written);
        fuzz_require(strlen(written) == size && memcmp(written, text, size) == 0,
                     "a month is written as it stood");
    }
}

static void check_cpr(const char *text, size_t size) {
    char written[CPR_DIGITS + 1];
    Cpr cpr;
    if (!cpr_parse(text, (uint32_t)size, &cpr)) {
        return;
    }
    cpr_format(cpr, written);
    fuzz_require(strlen(written) == size && memcmp(written, text, size) == 0,
                 "a CPR number is written as it stood");
    fuzz_require(date_given(cpr_birth(cpr)), "a CPR number has a date of birth");
}

/* Every column of every kind: a value, or an issue that tells it without giving a number away. */
static void check_columns(Text text, char decimal_sign) {
    for (int32_t k = 0; k < KIND_COUNT; k++) {
        for (int32_t i = 0; i < kind_table[k].column_count; i++) {
            Value value;
            DecodeIssue issue = {.column = i};
            const bool readable = decode_value(&kind_table[k].columns[i], text, decimal_sign, &value, &issue);
            fuzz_require(readable || finding_table[issue.code].severity == SEVERITY_REJECT,
                         "what cannot be read is a reject");
            fuzz_require(readable || memchr(issue.expected, '\0', sizeof issue.expected) != NULL,
                         "what was expected is a string");
        }
    }
}

void fuzz_values(const uint8_t *bytes, size_t size_bytes) {
    Error error;
    FuzzBytes input = {.bytes = bytes, .size_bytes = size_bytes};
    const char *text;
    size_t size;
    fuzz_require(code_lists_load(&error) == STATUS_OK, "the code lists can be read");
    while (input.at < input.size_bytes) {
        char shown[MASKED_SIZE];
        fuzz_line(&input, &text, &size);
        check_amount(text, size, ',');
        check_amount(text, size, '.');
        check_dates(text, size);
        check_cpr(text, size);
        check_columns((Text){text, (uint32_t)size}, ',');
        mask_text((Text){text, (uint32_t)size}, shown);
        fuzz_require_message(shown);
        mask_cpr((Text){text, (uint32_t)size}, shown);
        fuzz_require_message(shown);
    }
}
