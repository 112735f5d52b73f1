#include "io/intake/participants.h"

#include <stdlib.h>

#define SLOTS_MIN 1024
#define RADIX_BITS 12
#define RADIX_SIZE (1 << RADIX_BITS)
#define RADIX_PASSES 3 /* 36 bits hold ten digits */
_Static_assert((INT64_C(1) << (RADIX_BITS * RADIX_PASSES)) > INT64_C(9999999999), "every CPR number fits");

/* The number has ten digits of which the last vary most: multiplied, they stand in the upper half. */
static uint32_t home_slot(const Participants *participants, int64_t cpr) {
    return (uint32_t)((uint64_t)cpr * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (participants->slot_count - 1);
}

static CprSlot *find_slot(const Participants *participants, int64_t cpr) {
    const uint32_t mask = participants->slot_count - 1;
    for (uint32_t at = home_slot(participants, cpr);; at = (at + 1) & mask) {
        CprSlot *slot = &participants->slots[at];
        if (slot->rank_next == 0 || slot->cpr == cpr)
            return slot;
    }
}

int32_t participants_rank(const Participants *participants, int64_t cpr) {
    return find_slot(participants, cpr)->rank_next - 1;
}

void participants_prefetch(const Participants *participants, int64_t cpr) {
    __builtin_prefetch(&participants->slots[home_slot(participants, cpr)]);
}

/* One stable pass of a radix sort by the CPR number. */
static void radix_pass(const Participant *source, Participant *target, int32_t count, int shift) {
    int32_t place[RADIX_SIZE + 1] = {0};
    for (int32_t i = 0; i < count; i++)
        place[((source[i].cpr >> shift) & (RADIX_SIZE - 1)) + 1]++;
    for (int32_t i = 0; i < RADIX_SIZE; i++)
        place[i + 1] += place[i];
    for (int32_t i = 0; i < count; i++)
        target[place[(source[i].cpr >> shift) & (RADIX_SIZE - 1)]++] = source[i];
}

static bool sort(Participants *participants) {
    Participant *other = malloc(((size_t)participants->count + 1) * sizeof *other);
    if (other == NULL)
        return false;
    for (int pass = 0; pass < RADIX_PASSES; pass++) {
        radix_pass(participants->sorted, other, participants->count, pass * RADIX_BITS);
        Participant *sorted = other;
        other = participants->sorted;
        participants->sorted = sorted;
    }
    free(other);
    return true;
}

bool participants_settle(Participants *participants, Participant *list, int32_t count) {
    participants->sorted = list;
    participants->count = count;
    uint32_t slot_count = SLOTS_MIN;
    while (slot_count / 2 < (uint32_t)count)
        slot_count *= 2;
    participants->slots = calloc(slot_count, sizeof *participants->slots);
    participants->slot_count = slot_count;
    if (participants->slots == NULL || !sort(participants))
        return false;
    for (int32_t rank = 0; rank < count; rank++) {
        const int64_t cpr = participants->sorted[rank].cpr;
        *find_slot(participants, cpr) = (CprSlot){cpr, rank + 1};
    }
    return true;
}

void participants_free(Participants *participants) {
    free(participants->sorted);
    free(participants->slots);
    *participants = (Participants){0};
}
