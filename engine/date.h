/* Calendar dates and months (proleptic Gregorian), and the day counts of the act.
 *
 * A Date is a day number since 1970-01-01; ranges are inclusive at both ends. DATE_NONE is "not given";
 * as a last day it means "no end": use date_or_last before comparing.
 * Source: law section 0.
 */
#ifndef YDELSE_ENGINE_DATE_H
#define YDELSE_ENGINE_DATE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int32_t day;
} Date;

/* Months since year 0: year * 12 + (month - 1). */
typedef struct {
    int32_t index;
} Month;

#define DATE_NONE ((Date){INT32_MIN})
/* The readable range: 1800-01-01 .. 9999-12-31. */
#define DATE_MIN_DAY (-62091)
#define DATE_MAX_DAY 2932896
#define DATE_LAST ((Date){DATE_MAX_DAY})
#define MONTH_NONE ((Month){INT32_MIN})
#define DAYS_PER_MONTH_MAX 31

static inline bool date_given(Date date) {
    return date.day != INT32_MIN;
}

static inline Date date_or_last(Date date) {
    return date_given(date) ? date : DATE_LAST;
}

static inline Date date_min(Date a, Date b) {
    return a.day < b.day ? a : b;
}

static inline Date date_max(Date a, Date b) {
    return a.day > b.day ? a : b;
}

/* Number of days in first..last; 0 when last is before first. */
static inline int32_t date_count(Date first, Date last) {
    return last.day < first.day ? 0 : last.day - first.day + 1;
}

/* The day number of a calendar date that is known to be valid; of constants it is a constant. Civil-date arithmetic
 * over 400-year eras of 146,097 days, years counted from 1 March so that the leap day comes last. */
#define DAYS_PER_ERA 146097
#define DAYS_FROM_YEAR_0_MARCH_TO_1970 719468
static inline Date date_from_parts(int32_t year, int32_t month, int32_t day_of_month) {
    int32_t march_year = month <= 2 ? year - 1 : year;
    int32_t era = march_year / 400;
    int32_t year_of_era = march_year % 400;
    int32_t march_month = month > 2 ? month - 3 : month + 9;
    int32_t day_of_year = (153 * march_month + 2) / 5 + day_of_month - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (Date){era * DAYS_PER_ERA + day_of_era - DAYS_FROM_YEAR_0_MARCH_TO_1970};
}

/* A valid calendar date; asserts validity (month 1-12, day within the month). */
Date date_from_ymd(int32_t year, int32_t month, int32_t day_of_month);
bool date_is_valid_ymd(int32_t year, int32_t month, int32_t day_of_month);
void date_to_ymd(Date date, int32_t *year, int32_t *month, int32_t *day_of_month);

/* 0 = Monday .. 6 = Sunday. */
int32_t date_weekday(Date date);

/* Mondays to Fridays in first..last, public holidays included ("wd" of the law); 0 for an empty range. */
int32_t date_weekdays(Date first, Date last);

/* The day a person born on `birth` turns `years`: the birthday, for 29 February in other years 1 March. */
Date date_birthday(Date birth, int32_t years);

/* The most that is added to a date, or taken from it: the whole readable range, and no further back than year 1. */
#define DATE_ADD_MONTHS_MAX (10000 * 12)
#define DATE_ADD_MONTHS_MIN (-1799 * 12)

/* The day `months` after `birth`; where that month is too short, the first day of the month after. */
Date date_add_months(Date birth, int32_t months);

Month month_of(Date date);
Month month_from_ym(int32_t year, int32_t month);
static inline int32_t month_year(Month month) {
    return month.index / 12;
}
static inline int32_t month_number(Month month) {
    return month.index % 12 + 1;
}
Date month_first(Month month);
Date month_last(Month month);
int32_t month_days(Month month);

/* "YYYY-MM-DD" and "YYYY-MM"; false when unreadable or outside the readable range. */
bool date_parse(const char *text, uint32_t size_bytes, Date *date);
bool month_parse(const char *text, uint32_t size_bytes, Month *month);

/* Write the same forms with a terminating NUL; DATE_NONE writes "". */
#define DATE_TEXT_SIZE 12
void date_format(Date date, char *text);
void month_format(Month month, char *text);

#endif
