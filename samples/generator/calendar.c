#include "samples/generator/calendar.h"

/* The year is counted from 1 March, so that the leap day comes last. */
int32_t day_of(int32_t year, int32_t month, int32_t day) {
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t era = y / 400;
    int32_t year_of_era = y - era * 400;
    int32_t month_from_march = month > 2 ? month - 3 : month + 9;
    int32_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

Ymd ymd_of(int32_t day) {
    int32_t shifted = day + 719468;
    int32_t era = shifted / 146097;
    int32_t day_of_era = shifted - era * 146097;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int32_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return (Ymd){year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int32_t month_first(int32_t year, int32_t month_from_zero) {
    return day_of(year + month_from_zero / 12, month_from_zero % 12 + 1, 1);
}

/* 1970-01-01 was a Thursday. */
int32_t weekday_of(int32_t day) {
    return (day + 3) % 7;
}
