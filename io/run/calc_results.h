/* A month for everyone of a delivery in memory: computed side by side, written in order of the CPR numbers. */
#ifndef YDELSE_IO_RUN_CALC_RESULTS_H
#define YDELSE_IO_RUN_CALC_RESULTS_H

#include <stdio.h>

#include "engine/calc.h"
#include "io/intake/delivery.h"
#include "io/intake/stream.h"

#define UDFALD_COUNT (UDFALD_TILBAGEHOLDT + 1)

typedef struct {
    const MonthLaw *law;
    const Delivery *delivery;
    const FactStream *whole; /* memory_stream_begin or _open of the delivery */
    FILE *out;
    bool explain; /* a JSON object per result with every step, instead of CSV */
} CalcJob;

typedef struct {
    int64_t participants;
    int64_t results[UDFALD_COUNT];
    int64_t income_without_course;
} CalcCounts;

/* Writes the header (of CSV) and a line per result. */
Status calc_results_write(const CalcJob *job, CalcCounts *counts, Error *error);

#endif
