/* What the parts of a play share (play.c, money.c). */
#ifndef YDELSE_TESTS_HISTORIES_PLAY_INTERNAL_H
#define YDELSE_TESTS_HISTORIES_PLAY_INTERNAL_H

#include "io/pg/pg.h"
#include "tests/histories/play.h"

typedef struct Purse Purse;

typedef struct {
    const Story *story;
    Tally *tally;
    Model *model;
    Pg *pg;
    int32_t night;
    Purse *purse;  /* NULL: nobody has paid anything yet */
    char *failure; /* FAILURE_SIZE bytes; empty: nothing failed yet */
} Play;

/* Keeps the first failure. */
__attribute__((format(printf, 2, 3))) void play_fail(Play *play, const char *format, ...);
bool play_failed(const Play *play);
/* Fails with the first line in which two texts differ. */
void play_expect_same(Play *play, const char *what, const char *found, const char *expected);
/* Until the sessions of others have ended: they do in a moment, and the owner may not end them. */
void play_wait_for_others(Play *play);

#endif
