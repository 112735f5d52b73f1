#include "io/load/load_known.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_SLOTS_FIRST (UINT32_C(1) << 12)

#define AFTER_THE_MONTH UINT64_C(1000000) /* year and running number */
#define MONTHS 13

/* The number in 32 bits, which it fits because there are 12 months; 0: its month is none, nobody has it. */
static uint32_t squeezed(Cpr cpr) {
    const uint64_t day_and_month = cpr.number / AFTER_THE_MONTH;
    const uint64_t month = day_and_month % 100;
    if (day_and_month > 9999 || month >= MONTHS)
        return 0;
    return (uint32_t)((day_and_month / 100 * MONTHS + month) * AFTER_THE_MONTH +
                      cpr.number % AFTER_THE_MONTH + 1);
}

static uint64_t spread(uint64_t number) {
    number *= UINT64_C(0x9E3779B97F4A7C15);
    return number ^ (number >> 32);
}

void known_free(KnownParticipants *known) {
    free(known->slots);
    *known = (KnownParticipants){0};
}

void known_clear(KnownParticipants *known) {
    if (known->slots != NULL)
        memset(known->slots, 0, known->slot_count * sizeof known->slots[0]);
    known->used_count = 0;
}

/* The slot of the number, or the empty one where it belongs. At least half of the slots are empty. */
static uint32_t find_slot(const KnownParticipants *known, uint32_t key) {
    uint32_t slot = (uint32_t)spread(key) & (known->slot_count - 1);
    while (known->slots[slot] != 0 && known->slots[slot] != key)
        slot = (slot + 1) & (known->slot_count - 1);
    return slot;
}

static bool grow(KnownParticipants *known) {
    const KnownParticipants old = *known;
    const uint32_t slot_count = old.slot_count == 0 ? KNOWN_SLOTS_FIRST : old.slot_count * 2;
    if (slot_count > KNOWN_SLOTS_MAX)
        return false;
    uint32_t *slots = calloc(slot_count, sizeof slots[0]);
    if (slots == NULL)
        return false;
    known->slots = slots;
    known->slot_count = slot_count;
    for (uint32_t i = 0; i < old.slot_count; i++)
        if (old.slots[i] != 0)
            slots[find_slot(known, old.slots[i])] = old.slots[i];
    free(old.slots);
    return true;
}

void known_add(KnownParticipants *known, Cpr cpr) {
    const uint32_t key = squeezed(cpr);
    if (key == 0)
        return;
    if (known->used_count >= known->slot_count / 2 && !grow(known))
        return;
    const uint32_t slot = find_slot(known, key);
    if (known->slots[slot] == 0) {
        known->slots[slot] = key;
        known->used_count++;
    }
}

bool known_has(const KnownParticipants *known, Cpr cpr) {
    const uint32_t key = squeezed(cpr);
    if (known->slot_count == 0 || key == 0)
        return false;
    return known->slots[find_slot(known, key)] != 0;
}

bool seen_begin(SeenIds *seen) {
    seen->words = calloc(SEEN_BITS / 64, sizeof seen->words[0]);
    return seen->words != NULL;
}

void seen_free(SeenIds *seen) {
    free(seen->words);
    seen->words = NULL;
}

void seen_clear(SeenIds *seen) {
    memset(seen->words, 0, SEEN_BITS / 64 * sizeof seen->words[0]);
}

/* Two halves of one hash give all probes (Kirsch and Mitzenmacher, "Less hashing, same performance"). */
bool seen_add(SeenIds *seen, uint64_t hash) {
    const uint64_t step = (hash >> 32) | 1;
    bool all = true;
    for (int i = 0; i < SEEN_PROBES; i++) {
        const uint64_t bit = (hash + (uint64_t)i * step * UINT64_C(0x9E3779B97F4A7C15)) & (SEEN_BITS - 1);
        const uint64_t mask = UINT64_C(1) << (bit % 64);
        all = all && (seen->words[bit / 64] & mask) != 0;
        seen->words[bit / 64] |= mask;
    }
    return all;
}
