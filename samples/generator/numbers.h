/*
 * Numbers of people and employers that can never be real, with check digits that are right (modulus 11).
 * CPR numbers have 60 added to the day; SE numbers begin with 00, which is never issued.
 */
#ifndef YDELSE_SAMPLES_GENERATOR_NUMBERS_H
#define YDELSE_SAMPLES_GENERATOR_NUMBERS_H

#include <stdint.h>

enum { SERIAL_COUNT_MAX = 600 };

/*
 * The last four digits that fit a birth date, by century and by the weighted sum of the date
 * digits modulo 11. For 1937-1999 the seventh digit is 0-4 or 9, for 2000-2036 it is 4-9.
 */
typedef struct SerialTable {
    int32_t count[2][11];
    int16_t serial[2][11][SERIAL_COUNT_MAX];
} SerialTable;

typedef struct Cpr {
    char text[11]; /* ends in 0, as text does */
} Cpr;

typedef struct SeNumber {
    char text[9];
} SeNumber;

void serial_table_init(SerialTable *table);

/* The slot-th number of a birth date from 1937 to 2036; different slots below 540 give different numbers. */
Cpr cpr_of(const SerialTable *table, int32_t birth, int32_t slot);

/* Fills numbers[] with different SE numbers 00......, the first from the given seven digits upwards. */
void se_numbers_fill(SeNumber *numbers, int32_t count, int32_t seven_digits);

#endif
