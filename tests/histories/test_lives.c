/* Months of life in a municipality, from a seed: late and corrected files, programs killed and started twice, two people
 * who make, approve, cancel and emit batches and read answers, a clock that goes forth and back, amounts that meet. The
 * naive models say what must be owed and what must have been paid.
 *
 *   YDELSE_LIVES    how many lives (20; `make lives COUNT=2000`), WORLD_LIVES of them in a municipality
 *   YDELSE_SEED     the seed of the first municipality; each further one has the next
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/histories/play.h"

#define LIVES_DEFAULT 20
#define WORLD_LIVES 20
#define PARTS 2
/* From so many on, everything that lives are made for must have happened. */
#define LIVES_ENOUGH 600

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

/* What lives are made for: all but a first payment by itself and the other order of histories. */
static const struct {
    TallyId first, last;
} parts_of_tally[] = {
    {TALLY_NIGHT, TALLY_BEFORE_CUTOVER},
    {TALLY_CLAIM, TALLY_CLAIM},
    {TALLY_PAY, TALLY_COUNT - 1},
};
#define TALLY_PARTS (sizeof parts_of_tally / sizeof parts_of_tally[0])

static void expect_everything_happened(const Tally *tally, uint64_t lives) {
    const char *missing = NULL;
    for (size_t i = 0; i < TALLY_PARTS; i++) {
        if (getenv("YDELSE_LIVES") != NULL)
            tally_print(tally, parts_of_tally[i].first, parts_of_tally[i].last);
        if (missing == NULL)
            missing = tally_missing(tally, parts_of_tally[i].first, parts_of_tally[i].last);
    }
    cr_expect(missing == NULL || lives < LIVES_ENOUGH, "it never happened: %s", missing);
}

static void live_part(uint64_t part) {
    const uint64_t lives = setting("YDELSE_LIVES", LIVES_DEFAULT);
    const uint64_t first = setting("YDELSE_SEED", 1);
    Tally tally = {{0}};
    uint64_t lived = 0;
    for (uint64_t world = part; world * WORLD_LIVES < lives; world += PARTS, lived += WORLD_LIVES) {
        char failure[FAILURE_SIZE];
        const uint64_t seed = first + world;
        if (!play_life(seed, WORLD_LIVES, &tally, failure)) {
            fprintf(stderr, "make lives COUNT=%d SEED=%llu\n%s\n", WORLD_LIVES, (unsigned long long)seed,
                    failure);
            cr_assert(false, "a life fails; make lives COUNT=%d SEED=%llu: %s", WORLD_LIVES,
                      (unsigned long long)seed, failure);
        }
        if (getenv("YDELSE_LIVES") != NULL)
            fprintf(stderr, "%llu lives of part %llu hold (seed %llu)\n",
                    (unsigned long long)(lived + WORLD_LIVES), (unsigned long long)part,
                    (unsigned long long)seed);
    }
    expect_everything_happened(&tally, lived);
}

Test(lives, even_seeds_are_paid_what_the_model_says) {
    live_part(0);
}

Test(lives, odd_seeds_are_paid_what_the_model_says) {
    live_part(1);
}
