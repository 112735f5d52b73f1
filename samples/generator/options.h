/* What the command line asks for. */
#ifndef YDELSE_SAMPLES_GENERATOR_OPTIONS_H
#define YDELSE_SAMPLES_GENERATOR_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Options {
    int64_t people;         /* 1 .. 5000000 */
    int32_t year, month;    /* 2013-01 .. 2027-12 */
    int32_t history_months; /* 0: one delivery; else a history from that month on */
    uint64_t seed;
    const char *output; /* a folder; borrowed from the command line */
} Options;

extern const char OPTIONS_USAGE[];

/* Sets the option of that name (--people). False when the name is unknown or the value cannot be used. */
bool options_parse(const char *name, const char *value, Options *options);

#endif
