/*
 * Random numbers by splitmix64: the same on every machine. A stream is its state; every draw moves it on, so
 * the order of the draws is part of what the generator writes. The draws themselves are inline: there are
 * dozens for each person.
 */
#ifndef YDELSE_SAMPLES_GENERATOR_RANDOM_H
#define YDELSE_SAMPLES_GENERATOR_RANDOM_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

/* A choice among weighted texts; the weights of an array of them add up to 1000. */
typedef struct Choice {
    const char *text;
    int32_t permille;
} Choice;

/* The stream of one person. Depends on the seed and the index only, not on how many people there are. */
Random random_of_person(uint64_t seed, int64_t index);

/* Any 64 bits. */
static inline uint64_t random_next(Random *random) {
    uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 .. count - 1; count is above 0. The bias of the multiplication is too small for a sample to show. */
static inline int32_t random_below(Random *random, int32_t count) {
    assert(count > 0);
    return (int32_t)(((random_next(random) >> 32) * (uint64_t)count) >> 32);
}

/* least .. most, both included. */
static inline int32_t random_between(Random *random, int32_t least, int32_t most) {
    return least + random_below(random, most - least + 1);
}

/* Whole hundreds of kroner, both ends included; the result is in oere. */
int64_t random_hundreds(Random *random, int32_t least_kroner, int32_t most_kroner);

/* True that many times in a thousand. */
static inline bool random_permille(Random *random, int32_t permille) {
    return random_below(random, 1000) < permille;
}

const char *random_choice(Random *random, const Choice *choices);

#endif
