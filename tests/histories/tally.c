#include "tests/histories/tally.h"

#include <stddef.h>
#include <stdio.h>

static const char *const texts[TALLY_COUNT] = {
#define TALLY(name, text) [TALLY_##name] = text,
#include "tests/histories/tally.def"
#undef TALLY
};

void tally_add(Tally *tally, TallyId id) {
    tally->count[id]++;
}

void tally_print(const Tally *tally, TallyId first, TallyId last) {
    for (TallyId i = first; i <= last; i++)
        fprintf(stderr, "%9lld  %s\n", (long long)tally->count[i], texts[i]);
}

const char *tally_missing(const Tally *tally, TallyId first, TallyId last) {
    for (TallyId i = first; i <= last; i++)
        if (tally->count[i] == 0)
            return texts[i];
    return NULL;
}
