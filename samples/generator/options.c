#include "samples/generator/options.h"

#include <stddef.h>
#include <string.h>

enum {
    PEOPLE_MAX = 5000000,    /* there are CPR numbers for more, see people.c */
    MONTH_FIRST_YEAR = 2013, /* the benefit exists from 2013-01 */
    MONTH_LAST_YEAR = 2027,  /* later, no resource course can still be running */
    HISTORY_MONTHS_MAX = 120,
};

const char OPTIONS_USAGE[] =
    "usage: generate [--people N] [--month YYYY-MM] [--seed S] [--output DIR]\n"
    "       generate --history MONTHS [--people N] [--from YYYY-MM] [--seed S] [--output DIR]\n"
    "Writes an invented delivery of N people (1 to 5000000) for a month from 2013-01 to 2027-12; with "
    "--history\n"
    "a delivery a night, two nights a month, for up to 120 months, and DIR/nights.csv: which night runs "
    "which month.\n"
    "The same N, month and seed give the same bytes.\n";

/* Digits only; false also when the number is above most. */
static bool parse_number(const char *text, size_t length, uint64_t most, uint64_t *number) {
    uint64_t value = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static bool parse_month(const char *text, Options *options) {
    uint64_t year = 0;
    uint64_t month = 0;
    if (strlen(text) != 7 || text[4] != '-' || !parse_number(text, 4, MONTH_LAST_YEAR, &year) ||
        !parse_number(text + 5, 2, 12, &month))
        return false;
    options->year = (int32_t)year;
    options->month = (int32_t)month;
    return year >= MONTH_FIRST_YEAR && month >= 1;
}

bool options_parse(const char *name, const char *value, Options *options) {
    uint64_t number = 0;
    if (strcmp(name, "--people") == 0) {
        bool is_good = parse_number(value, strlen(value), PEOPLE_MAX, &number) && number > 0;
        options->people = (int64_t)number;
        return is_good;
    }
    if (strcmp(name, "--seed") == 0)
        return parse_number(value, strlen(value), UINT64_MAX, &options->seed);
    if (strcmp(name, "--history") == 0) {
        const bool is_good = parse_number(value, strlen(value), HISTORY_MONTHS_MAX, &number) && number > 0;
        options->history_months = (int32_t)number;
        return is_good;
    }
    if (strcmp(name, "--month") == 0 || strcmp(name, "--from") == 0)
        return parse_month(value, options);
    if (strcmp(name, "--output") == 0) {
        options->output = value;
        return *value != '\0';
    }
    return false;
}
