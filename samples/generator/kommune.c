#include "samples/generator/kommune.h"

#include <assert.h>

enum { KOMMUNE_WEIGHT_SUM = 1000 };

/* clang-format off */
static const int16_t KOMMUNE_CODES[KOMMUNE_COUNT] = {
    101, 147, 151, 153, 155, 157, 159, 161, 163, 165, 167, 169, 173, 175, 183, 185, 187,
    190, 201, 210, 217, 219, 223, 230, 240, 250, 253, 259, 260, 265, 269, 270, 306, 316,
    320, 326, 329, 330, 336, 340, 350, 360, 370, 376, 390, 400, 410, 420, 430, 440, 450,
    461, 479, 480, 482, 492, 510, 530, 540, 550, 561, 563, 573, 575, 580, 607, 615, 621,
    630, 657, 661, 665, 671, 706, 707, 710, 727, 730, 740, 741, 746, 751, 756, 760, 766,
    773, 779, 787, 791, 810, 813, 820, 825, 840, 846, 849, 851, 860,
};
/* clang-format on */

typedef struct KommuneWeight {
    int16_t code;
    int16_t permille;
} KommuneWeight;

static const KommuneWeight KOMMUNE_LARGE[] = {
    {101, 90}, {751, 60}, {461, 40}, {851, 40}, {561, 22},
    {730, 20}, {621, 18}, {615, 18}, {630, 18}, {265, 14},
};

enum { KOMMUNE_LARGE_COUNT = sizeof KOMMUNE_LARGE / sizeof KOMMUNE_LARGE[0] };

static int32_t kommune_index_of(int16_t code) {
    int32_t i = 0;
    while (KOMMUNE_CODES[i] != code) {
        i++;
        assert(i < KOMMUNE_COUNT);
    }
    return i;
}

int32_t random_kommune(Random *random) {
    int32_t left = random_below(random, KOMMUNE_WEIGHT_SUM);
    for (int32_t i = 0; i < KOMMUNE_LARGE_COUNT; i++) {
        if (left < KOMMUNE_LARGE[i].permille)
            return kommune_index_of(KOMMUNE_LARGE[i].code);
        left -= KOMMUNE_LARGE[i].permille;
    }
    return random_below(random, KOMMUNE_COUNT);
}

int32_t kommune_code(int32_t kommune) {
    return KOMMUNE_CODES[kommune];
}
