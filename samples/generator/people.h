/* The participants of a delivery, one at a time. */
#ifndef YDELSE_SAMPLES_GENERATOR_PEOPLE_H
#define YDELSE_SAMPLES_GENERATOR_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "samples/generator/delivery.h"
#include "samples/generator/numbers.h"

typedef struct Person {
    Cpr cpr; /* no other participant's */
    int32_t birth;
    int32_t kommune;
    bool is_ja;           /* jobafklaring; else a resource course */
    int32_t course_first; /* each has one course; not after the last day of the month */
} Person;

/* Draws the person with that index and writes all their rows. */
void person_write(Delivery *delivery, int64_t index);

#endif
