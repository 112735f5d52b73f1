/* What a load remembers about ids and participants, in bounded memory, to spare questions to the database.
 *
 * KnownParticipants: exact, but not complete: who is in it exists; who is not must be asked for.
 * SeenIds: complete, but not exact (a Bloom filter): an id that is not in it was certainly not written by this
 * load; one that is in it must be asked for.
 */
#ifndef YDELSE_IO_LOAD_LOAD_KNOWN_H
#define YDELSE_IO_LOAD_LOAD_KNOWN_H

#include "engine/cpr.h"

/* Slots of the table of participants: 32 MB when it is full; whoever comes later is asked for. */
#define KNOWN_SLOTS_MAX (UINT32_C(1) << 23)

typedef struct {
    uint32_t *slots; /* CPR numbers, squeezed; 0: empty */
    uint32_t slot_count;
    uint32_t used_count;
} KnownParticipants;

/* Begins as {0}. */
void known_free(KnownParticipants *known);
/* Forgets everyone, e.g. after a file was rejected. */
void known_clear(KnownParticipants *known);
/* Remembers, when there is room and memory. */
void known_add(KnownParticipants *known, Cpr cpr);
bool known_has(const KnownParticipants *known, Cpr cpr);

/* 16 MB: one false alarm in a million at a million ids, one in a thousand at six million. */
#define SEEN_BITS (UINT64_C(1) << 27)
#define SEEN_PROBES 4

typedef struct {
    uint64_t *words;
} SeenIds;

/* False when there is no memory. */
bool seen_begin(SeenIds *seen);
void seen_free(SeenIds *seen);
void seen_clear(SeenIds *seen);
/* Adds an id by its 64-bit hash; true when it may have been there before. */
bool seen_add(SeenIds *seen, uint64_t hash);

#endif
