#include "engine/rate.h"

#include <string.h>

const RateSeries rate_series[RATE_COUNT] = {
#define X(id, name, group, unit) {name, group, unit},
    RATE_SERIES(X)
#undef X
};

const char *const rate_status_name[RATE_STATUS_COUNT] = {"published", "single", "derived"};

static bool text_equals(Text text, const char *literal) {
    return strlen(literal) == text.size_bytes && memcmp(text.bytes, literal, text.size_bytes) == 0;
}

bool rate_series_find(Text name, Text group, RateId *id) {
    for (int32_t i = 0; i < RATE_COUNT; i++) {
        if (text_equals(name, rate_series[i].name) && text_equals(group, rate_series[i].group)) {
            *id = (RateId)i;
            return true;
        }
    }
    return false;
}

const RateRow *rate_on(const RateTable *table, RateId id, Date day) {
    for (int32_t i = 0; i < table->count; i++) {
        const RateRow *row = &table->rows[i];
        if (row->id == id && row->first.day <= day.day && day.day <= date_or_last(row->last).day) {
            return row;
        }
    }
    return NULL;
}

/* Puts a row on each day of the month that its interval contains. */
static void row_spread(const RateRow *row, Date month_start, int32_t days, MonthRates *rates) {
    int32_t from = date_max(row->first, month_start).day - month_start.day;
    int32_t until = date_or_last(row->last).day - month_start.day;
    for (int32_t d = from; d < days && d <= until; d++) {
        rates->on_day[row->id][d] = row;
    }
}

void month_rates_fill(const RateTable *table, Month month, MonthRates *rates) {
    memset(rates, 0, sizeof *rates);
    rates->month = month;
    month_rates_lay_over(table, rates);
}

void month_rates_lay_over(const RateTable *table, MonthRates *rates) {
    int32_t days = month_days(rates->month);
    /* Backwards, so that of overlapping rows the first counts, as in rate_on. */
    for (int32_t i = table->count - 1; i >= 0; i--) {
        row_spread(&table->rows[i], month_first(rates->month), days, rates);
    }
    for (int32_t id = 0; id < RATE_COUNT; id++) {
        rates->changes[id] = 0;
        for (int32_t d = 1; d < days; d++) {
            bool change = rates->on_day[id][d] != rates->on_day[id][d - 1];
            rates->changes[id] |= change ? UINT32_C(1) << d : 0;
        }
    }
}

Date rate_table_last_day(const RateTable *table) {
    Date last = DATE_NONE;
    for (int32_t i = 0; i < table->count; i++) {
        const RateRow *row = &table->rows[i];
        bool is_ydelse =
            row->id == RATE_YDELSE_FORS || row->id == RATE_YDELSE_HJ25 || row->id == RATE_YDELSE_IKKE;
        if (is_ydelse) {
            last = date_max(last, date_or_last(row->last));
        }
    }
    return last;
}
