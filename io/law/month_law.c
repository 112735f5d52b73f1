#include "io/law/month_law.h"

#include <stdio.h>

/* "2013-01 to 2026-12" */
static void covered_interval(const RateTable *rates, char *text, size_t size) {
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE] = "no month";
    Date last_day = rate_table_last_day(rates);
    month_format(MONTH_OF_FIRST_LAW, first);
    if (date_given(last_day)) {
        month_format(month_of(last_day), last);
    }
    snprintf(text, size, "%s to %s", first, last);
}

Status month_law_for(const RateTable *rates, const Policy *policy, Month month, MonthLaw *law, Error *error) {
    char text[DATE_TEXT_SIZE], covered[32];
    month_format(month, text);
    covered_interval(rates, covered, sizeof covered);
    switch (month_coverage(rates, month)) {
    case MONTH_BEFORE_LAW:
        return error_set(error, STATUS_USAGE, "month %s: the act begins with 2013-01; covered is %s", text,
                         covered);
    case MONTH_AFTER_RATES:
        error_set(error, STATUS_CONFIG, "month %s: the rates do not reach it; covered is %s", text, covered);
        error_hint(error, "add the year to config/satser, or give other rates with --rates");
        return STATUS_CONFIG;
    case MONTH_COVERED:
        break;
    }
    month_law_prepare(rates, policy, month, law);
    return STATUS_OK;
}
