/* Plays a story against a database of its own: night after night the program loads and runs, is killed and started
 * again, and after each night what the database holds must be what the naive model says. */
#ifndef YDELSE_TESTS_HISTORIES_PLAY_H
#define YDELSE_TESTS_HISTORIES_PLAY_H

#include "tests/histories/model.h"

#define FAILURE_SIZE 4096

/* True when everything held; else failure says what did not. model, when not NULL, is handed over: model_free. */
bool play_story(const Story *story, Tally *tally, Model **model, char failure[FAILURE_SIZE]);

/* Plays the story of a municipality, with what people do about the money that is owed. */
bool play_life(uint64_t seed, int32_t life_count, Tally *tally, char failure[FAILURE_SIZE]);

/* Plays the story of a seed, and the same rows in another order; both must come to the same. */
bool play_history(uint64_t seed, int32_t life_count, uint64_t lives, Tally *tally,
                  char failure[FAILURE_SIZE]);

#endif
