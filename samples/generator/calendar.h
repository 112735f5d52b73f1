/* The proleptic Gregorian calendar. A day is an int32_t, counted from 1970-01-01; years are 1 and later. */
#ifndef YDELSE_SAMPLES_GENERATOR_CALENDAR_H
#define YDELSE_SAMPLES_GENERATOR_CALENDAR_H

#include <stdint.h>

typedef struct Ymd {
    int32_t year, month, day; /* month and day from 1 */
} Ymd;

int32_t day_of(int32_t year, int32_t month, int32_t day);
Ymd ymd_of(int32_t day);

/* The first day of a month counted from January = 0 of that year; 12 and above run into later years. */
int32_t month_first(int32_t year, int32_t month_from_zero);

/* 0 is Monday. From 1970 on. */
int32_t weekday_of(int32_t day);

#endif
