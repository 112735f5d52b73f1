/* Random correction histories against the naive model: whatever is told, in whatever order, how often it is told and
 * wherever the program is killed, the sum of the delta lines is what is owed.
 *
 *   YDELSE_HISTORIES    how many (200; `make histories` plays 10000), LIVES_MAX of them in a database
 *   YDELSE_SEED         the seed of the first database; each further one has the next
 *   YDELSE_LIFE         only this life of each database: 0 .. LIVES_MAX - 1
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/histories/play.h"

#define HISTORIES_DEFAULT 200
/* Side by side, so that both processors play. */
#define PARTS 2
/* From so many histories on, everything that histories are made for must have happened. */
#define HISTORIES_ENOUGH 80
#define PROGRESS_EVERY 400

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 10);
}

/* Names the one life that fails by itself, if there is one: a much shorter story to read. */
static void name_culprit(uint64_t seed, int32_t life_count, uint64_t lives) {
    char failure[FAILURE_SIZE];
    Tally ignored = {{0}};
    for (int32_t life = 0; life < life_count && (lives & (lives - 1)) != 0; life++) {
        if ((lives >> life & 1) == 0 ||
            play_history(seed, life_count, UINT64_C(1) << life, &ignored, failure))
            continue;
        fprintf(stderr, "life %d fails by itself: make histories HISTORIES=%d SEED=%llu LIFE=%d\n%s\n", life,
                life_count, (unsigned long long)seed, life, failure);
        return;
    }
}

static void play_part(uint64_t part) {
    const uint64_t histories = setting("YDELSE_HISTORIES", HISTORIES_DEFAULT);
    const uint64_t first = setting("YDELSE_SEED", 1);
    const uint64_t only = setting("YDELSE_LIFE", LIVES_MAX);
    const uint64_t lives = only < LIVES_MAX ? UINT64_C(1) << only : (UINT64_C(1) << LIVES_MAX) - 1;
    Tally tally = {{0}};
    uint64_t played = 0;
    for (uint64_t world = part; world * LIVES_MAX < histories; world += PARTS) {
        char failure[FAILURE_SIZE];
        const uint64_t seed = first + world;
        if (!play_history(seed, LIVES_MAX, lives, &tally, failure)) {
            fprintf(stderr, "make histories HISTORIES=%d SEED=%llu\n%s\n", LIVES_MAX,
                    (unsigned long long)seed, failure);
            name_culprit(seed, LIVES_MAX, lives);
            cr_assert(false, "a history fails; seed %llu: %s", (unsigned long long)seed, failure);
        }
        played += LIVES_MAX;
        if (played % PROGRESS_EVERY == 0)
            fprintf(stderr, "%llu histories of part %llu hold\n", (unsigned long long)played,
                    (unsigned long long)part);
    }
    const char *missing = tally_missing(&tally, TALLY_NIGHT, TALLY_SHUFFLED);
    if (played > HISTORIES_DEFAULT || getenv("YDELSE_HISTORIES") != NULL || missing != NULL)
        tally_print(&tally, TALLY_NIGHT, TALLY_SHUFFLED);
    cr_expect(missing == NULL || played < HISTORIES_ENOUGH || only < LIVES_MAX, "it never happened: %s",
              missing);
}

Test(histories, even_seeds_are_owed_what_the_model_says) {
    play_part(0);
}

Test(histories, odd_seeds_are_owed_what_the_model_says) {
    play_part(1);
}
