#include "engine/result.h"

#include <string.h>

const char *const amount_name[AMOUNT_COUNT] = {
#define X(name) #name,
    RESULT_AMOUNTS(X)
#undef X
};

const char *const gruppe_names[GRUPPE_COUNT] = {"FORS", "HJ25", "HJ25B", "IKKE"};

const char result_header[] = "cpr_nummer;maaned;udfald;aktive_dage"
#define X(name) ";" #name
    RESULT_AMOUNTS(X)
#undef X
        ";fund\n";

const char *udfald_name(Udfald udfald) {
    static const char *const names[] = {"INTET", "BETALES", "NUL", "FOERTIDSPENSION", "TILBAGEHOLDT"};
    return names[udfald];
}

/* Active days have at most two digits. */
static char *days_put(char *at, int32_t days) {
    if (days >= 10) {
        *at++ = (char)('0' + days / 10);
    }
    *at++ = (char)('0' + days % 10);
    return at;
}

int result_format(const Result *result, char *text) {
    cpr_format(result->cpr, text);
    char *at = text + CPR_DIGITS;
    *at++ = ';';
    month_format(result->month, at);
    at += 7;
    *at++ = ';';
    const char *name = udfald_name(result->udfald);
    size_t name_size = strlen(name);
    memcpy(at, name, name_size);
    at += name_size;
    *at++ = ';';
    at = days_put(at, result->aktive_dage);
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        *at++ = ';';
        at += money_format(result->amount[i], ',', at);
    }
    *at++ = ';';
    at += finding_set_format(&result->findings, at);
    *at++ = '\n';
    *at = '\0';
    return (int)(at - text);
}
