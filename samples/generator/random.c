#include "samples/generator/random.h"

#include <stddef.h>

int64_t random_hundreds(Random *random, int32_t least_kroner, int32_t most_kroner) {
    return (int64_t)random_between(random, least_kroner / 100, most_kroner / 100) * 10000;
}

Random random_of_person(uint64_t seed, int64_t index) {
    Random mixer = {seed};
    uint64_t start = random_next(&mixer) ^ ((uint64_t)index * UINT64_C(0xD1342543DE82EF95));
    return (Random){start};
}

const char *random_choice(Random *random, const Choice *choices) {
    int32_t left = random_below(random, 1000);
    size_t i = 0;
    while (left >= choices[i].permille) {
        left -= choices[i].permille;
        i++;
    }
    return choices[i].text;
}
