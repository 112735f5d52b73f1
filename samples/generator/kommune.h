/* The 98 municipalities. A municipality is an index, 0 .. KOMMUNE_COUNT - 1, in the order of the codes. */
#ifndef YDELSE_SAMPLES_GENERATOR_KOMMUNE_H
#define YDELSE_SAMPLES_GENERATOR_KOMMUNE_H

#include "samples/generator/random.h"

enum { KOMMUNE_COUNT = 98 };

/* Ten large municipalities have a weight of their own, the rest is spread evenly over all. */
int32_t random_kommune(Random *random);

/* 101 .. 860; four digits in the files. */
int32_t kommune_code(int32_t kommune);

#endif
