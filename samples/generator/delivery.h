/* One delivery: the month, what is drawn from, and the eight open files. Days are those of calendar.h. */
#ifndef YDELSE_SAMPLES_GENERATOR_DELIVERY_H
#define YDELSE_SAMPLES_GENERATOR_DELIVERY_H

#include "samples/generator/file_kind.h"
#include "samples/generator/kommune.h"
#include "samples/generator/numbers.h"
#include "samples/generator/options.h"
#include "samples/generator/output.h"
#include "samples/generator/random.h"

enum {
    AGE_MIN_YEARS = 18,
    EMPLOYER_COUNT = 2000,
};

typedef struct Delivery {
    Options options;
    int32_t first, last;  /* days of the month */
    int32_t birth_first;  /* of the oldest participant */
    int32_t birth_days;   /* number of birth dates */
    int32_t birth_stride; /* has no common divisor with birth_days */
    SerialTable serials;
    SeNumber employers[EMPLOYER_COUNT];
    SeNumber kommune_units[KOMMUNE_COUNT]; /* by municipality; none is an employer */
    Writer writers[FILE_COUNT];
} Delivery;

/* The delivery is zeroed before. */
void delivery_init(Delivery *delivery, const Options *options);

/* Opens all files. 0 or an exit code, and then a message was printed. delivery_close follows in any case. */
int delivery_open(Delivery *delivery);

/* Ends and closes all files that are open. 0 or the exit code of the first failure. */
int delivery_close(Delivery *delivery);

/* The number of rows of each file, on standard output. */
void delivery_print(const Delivery *delivery);

int32_t random_day_in_month(Random *random, const Delivery *delivery);

#endif
