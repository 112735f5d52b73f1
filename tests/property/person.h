/* A random participant for property tests: facts in fixed arrays, made from a seed, shrinkable row by row. */
#ifndef YDELSE_TESTS_PROPERTY_PERSON_H
#define YDELSE_TESTS_PROPERTY_PERSON_H

#include "engine/calc.h"

#define PERSON_ROWS_MAX 6
#define PERSON_COUNT_DEFAULT 40000

typedef struct {
    uint64_t seed;
    Month month;
    Policy policy;
    Deltager deltager;
    Forloeb forloeb[PERSON_ROWS_MAX];
    Barn boern[PERSON_ROWS_MAX];
    Periode perioder[PERSON_ROWS_MAX];
    Indkomst indkomst[PERSON_ROWS_MAX];
    Feriepenge feriepenge[PERSON_ROWS_MAX];
    Sanktion sanktioner[PERSON_ROWS_MAX];
    Skattekort skattekort[PERSON_ROWS_MAX];
    int32_t count[7]; /* of forloeb .. skattekort, in this order */
} Person;

/* Splitmix64: a small generator, the same numbers everywhere. */
uint64_t random_next(uint64_t *state);
/* 0 .. limit - 1 */
int32_t random_below(uint64_t *state, int32_t limit);

/* $YDELSE_SEED starts elsewhere, $YDELSE_PERSONS tries more or fewer. */
uint64_t person_first_seed(void);
uint64_t person_count(void);

Person person_make(uint64_t seed);
/* The same around a given month. */
Person person_make_in(uint64_t seed, Month month);

/* Facts that borrow the person, with the arrays in the order the engine asks for. */
Facts person_facts(Person *person);

Result person_calc(const RateTable *rates, Person *person);

/* Takes rows away as long as `fails` still holds, and prints what is left on stderr. */
void person_shrink_and_print(Person *person, bool (*fails)(Person *person, const void *context),
                             const void *context);

#endif
