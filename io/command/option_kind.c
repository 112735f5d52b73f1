#include "io/command/option_kind.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/intake/code_list.h"

/* --- Words to choose from ----------------------------------------------------------------------------------- */

bool option_is_choice(const char *argument) {
    return argument != NULL && argument[0] != '\0' &&
           argument[strspn(argument, "abcdefghijklmnopqrstuvwxyz_|,")] == '\0';
}

static bool is_among(const char *choices, const char *value) {
    const size_t size = strlen(value);
    for (const char *at = choices; *at != '\0'; at += at[strcspn(at, "|")] == '|') {
        if (size > 0 && strncmp(at, value, size) == 0 && (at[size] == '|' || at[size] == '\0'))
            return true;
        at += strcspn(at, "|");
    }
    return false;
}

/* "text|csv|json" as "text, csv or json". */
static void phrase_choices(const char *choices, char *phrase, size_t phrase_size) {
    size_t used = 0;
    phrase[0] = '\0';
    for (const char *at = choices; *at != '\0' && used < phrase_size;) {
        const int size = (int)strcspn(at, "|");
        const char *before = at == choices ? "" : strchr(at, '|') == NULL ? " or " : ", ";
        used += (size_t)snprintf(phrase + used, phrase_size - used, "%s%.*s", before, size, at);
        at += size + (at[size] == '|');
    }
}

static Status choice_check(const Option *option, const char *value, Error *error) {
    char choices[120];
    if (is_among(option->argument, value))
        return STATUS_OK;
    phrase_choices(option->argument, choices, sizeof choices);
    return error_set(error, STATUS_USAGE, "--%s %.40s: expected %s", option->name, value, choices);
}

/* --- Months, days, municipalities ------------------------------------------------------------------------------ */

static Status month_check(const Option *option, const char *value, Error *error) {
    Month month;
    if (month_parse(value, (uint32_t)strlen(value), &month))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s %.40s: expected YYYY-MM", option->name, value);
}

static Status date_check(const Option *option, const char *value, Error *error) {
    Date date;
    if (date_parse(value, (uint32_t)strlen(value), &date))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s %.40s: expected a date, YYYY-MM-DD", option->name, value);
}

static Status kommune_check(const Option *option, const char *value, Error *error) {
    int64_t number;
    const Status status = code_lists_load(error);
    if (status != STATUS_OK || code_list_find(CODES_KOMMUNE, (Text){value, (uint32_t)strlen(value)}, &number))
        return status;
    return error_set(error, STATUS_USAGE, "--%s %.20s: there is no such municipality", option->name, value);
}

static const struct {
    const char *argument;
    Status (*check)(const Option *option, const char *value, Error *error);
} kinds[] = {
    {"M", month_check}, {"M0", month_check}, {"M2", month_check}, {"DATE", date_check}, {"K", kommune_check}};

Status option_check(const Option *option, const char *value, Error *error) {
    if (option_is_choice(option->argument))
        return choice_check(option, value, error);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && option->argument != NULL; i++)
        if (strcmp(kinds[i].argument, option->argument) == 0)
            return kinds[i].check(option, value, error);
    return STATUS_OK;
}

Month option_month(const Invocation *invocation, const char *name) {
    const char *text = option_value(invocation, name);
    Month month = MONTH_NONE;
    const bool valid = text == NULL || month_parse(text, (uint32_t)strlen(text), &month);
    assert(valid);
    return month;
}

Date option_date(const Invocation *invocation, const char *name) {
    const char *text = option_value(invocation, name);
    Date date = DATE_NONE;
    const bool valid = text == NULL || date_parse(text, (uint32_t)strlen(text), &date);
    assert(valid);
    return date;
}
