#include "engine/date.h"

#include <assert.h>
#include <string.h>

#include "engine/digits.h"

static bool is_leap_year(int32_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_in_month(int32_t year, int32_t month) {
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

bool date_is_valid_ymd(int32_t year, int32_t month, int32_t day_of_month) {
    return year >= 1800 && year <= 9999 && month >= 1 && month <= 12 && day_of_month >= 1 &&
           day_of_month <= days_in_month(year, month);
}

Date date_from_ymd(int32_t year, int32_t month, int32_t day_of_month) {
    assert(date_is_valid_ymd(year, month, day_of_month));
    return date_from_parts(year, month, day_of_month);
}

void date_to_ymd(Date date, int32_t *year, int32_t *month, int32_t *day_of_month) {
    int32_t days = date.day + DAYS_FROM_YEAR_0_MARCH_TO_1970;
    assert(days >= 0);
    int32_t era = days / DAYS_PER_ERA;
    int32_t day_of_era = days % DAYS_PER_ERA;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t march_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

int32_t date_weekday(Date date) {
    /* 1970-01-01 was a Thursday; the added multiple of 7 keeps the remainder positive. */
    return (date.day + 3 + 7 * 10000) % 7;
}

/* Mondays to Fridays from Monday 1799-12-30 or an earlier Monday up to and including the date. */
static int32_t weekdays_since_monday(Date date) {
    int32_t days = date.day + 3 + 7 * 10000; /* since a Monday, as in date_weekday */
    int32_t in_week = days % 7 + 1;
    return days / 7 * 5 + (in_week < 5 ? in_week : 5);
}

int32_t date_weekdays(Date first, Date last) {
    if (last.day < first.day) {
        return 0;
    }
    return weekdays_since_monday(last) - weekdays_since_monday((Date){first.day - 1});
}

Date date_add_months(Date birth, int32_t months) {
    int32_t year, month, day_of_month;
    assert(months >= DATE_ADD_MONTHS_MIN && months <= DATE_ADD_MONTHS_MAX);
    date_to_ymd(birth, &year, &month, &day_of_month);
    Month target = {month_from_ym(year, month).index + months};
    if (day_of_month > month_days(target)) {
        return month_first((Month){target.index + 1});
    }
    return (Date){month_first(target).day + day_of_month - 1};
}

Date date_birthday(Date birth, int32_t years) {
    return date_add_months(birth, years * 12);
}

Month month_of(Date date) {
    int32_t year, month, day_of_month;
    date_to_ymd(date, &year, &month, &day_of_month);
    return month_from_ym(year, month);
}

Month month_from_ym(int32_t year, int32_t month) {
    assert(month >= 1 && month <= 12);
    return (Month){year * 12 + month - 1};
}

Date month_first(Month month) {
    return date_from_parts(month_year(month), month_number(month), 1);
}

int32_t month_days(Month month) {
    return days_in_month(month_year(month), month_number(month));
}

Date month_last(Month month) {
    return (Date){month_first(month).day + month_days(month) - 1};
}

/* Reads exactly `count` digits; -1 when one is no digit. */
static int32_t digits_at(const char *text, uint32_t at, uint32_t count) {
    int32_t value = 0;
    for (uint32_t i = at; i < at + count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool date_parse(const char *text, uint32_t size_bytes, Date *date) {
    uint64_t first;
    uint16_t day;
    if (size_bytes != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    memcpy(&first, text, sizeof first);
    memcpy(&day, text + 8, sizeof day);
    /* YYYY-MM- and DD become YYYYMMDD. */
    const uint64_t digits =
        (first & UINT64_C(0xFFFFFFFF)) | (first >> 8 & UINT64_C(0x0000FFFF00000000)) | (uint64_t)day << 48;
    if (!digits_are(digits)) {
        return false;
    }
    const int32_t value = (int32_t)digits_value(digits);
    const int32_t year = value / 10000;
    const int32_t month = value / 100 % 100;
    const int32_t day_of_month = value % 100;
    if (!date_is_valid_ymd(year, month, day_of_month)) {
        return false;
    }
    *date = date_from_parts(year, month, day_of_month);
    return true;
}

bool month_parse(const char *text, uint32_t size_bytes, Month *month) {
    if (size_bytes != 7 || text[4] != '-') {
        return false;
    }
    int32_t year = digits_at(text, 0, 4);
    int32_t number = digits_at(text, 5, 2);
    if (!date_is_valid_ymd(year, number, 1)) {
        return false;
    }
    *month = month_from_ym(year, number);
    return true;
}

static char *digits_put(char *text, int32_t value, int32_t count) {
    for (int32_t i = count - 1; i >= 0; i--) {
        text[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return text + count;
}

void date_format(Date date, char *text) {
    if (date_given(date)) {
        int32_t year, month, day_of_month;
        date_to_ymd(date, &year, &month, &day_of_month);
        text = digits_put(text, year, 4);
        *text++ = '-';
        text = digits_put(text, month, 2);
        *text++ = '-';
        text = digits_put(text, day_of_month, 2);
    }
    *text = '\0';
}

void month_format(Month month, char *text) {
    text = digits_put(text, month_year(month), 4);
    *text++ = '-';
    text = digits_put(text, month_number(month), 2);
    *text = '\0';
}
