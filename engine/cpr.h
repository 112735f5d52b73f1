/* CPR numbers: ten digits DDMMYYSSSS (CPR-kontoret, "Personnummeret i CPR").
 *
 * The seventh digit with the two-digit year gives the century. Replacement numbers (erstatningsnumre)
 * have 60 added to the day; modulus 11 is not guaranteed since 2007 and is therefore only a hint.
 */
#ifndef YDELSE_ENGINE_CPR_H
#define YDELSE_ENGINE_CPR_H

#include "engine/date.h"

/* The ten digits as a number; numeric order is byte order. */
typedef struct {
    uint64_t number;
} Cpr;

#define CPR_DIGITS 10
#define CPR_TEXT_SIZE (CPR_DIGITS + 1)

/* Ten digits whose date exists (after taking 60 off the day of a replacement number). */
bool cpr_parse(const char *text, uint32_t size_bytes, Cpr *cpr);
void cpr_format(Cpr cpr, char *text);

/* The date of birth that a parsed number carries. */
Date cpr_birth(Cpr cpr);
/* A replacement number has 60 added to the day, which is its first two digits. */
#define CPR_REPLACEMENT_DAY_OFFSET 60
static inline bool cpr_is_replacement(Cpr cpr) {
    return cpr.number / 100000000 > CPR_REPLACEMENT_DAY_OFFSET;
}
/* Weights 4 3 2 7 6 5 4 3 2 1. */
bool cpr_modulus11(Cpr cpr);

/* CVR and SE numbers: eight digits, weights 2 7 6 5 4 3 2 1, sum divisible by 11. */
bool se_modulus11(const char *text, uint32_t size_bytes);

#endif
