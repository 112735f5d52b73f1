/* How often each thing happened that histories are made for: a count of zero means that it was not tested. */
#ifndef YDELSE_TESTS_HISTORIES_TALLY_H
#define YDELSE_TESTS_HISTORIES_TALLY_H

#include <stdint.h>

typedef enum {
#define TALLY(name, text) TALLY_##name,
#include "tests/histories/tally.def"
#undef TALLY
    TALLY_COUNT
} TallyId;

typedef struct {
    int64_t count[TALLY_COUNT];
} Tally;

void tally_add(Tally *tally, TallyId id);
/* One line each from first to last, on stderr. */
void tally_print(const Tally *tally, TallyId first, TallyId last);
/* The text of the first one from first to last that never happened, or NULL. */
const char *tally_missing(const Tally *tally, TallyId first, TallyId last);

#endif
