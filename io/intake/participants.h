/* The participants of a delivery in order of their CPR numbers, and the place of each in that order: its rank. */
#ifndef YDELSE_IO_INTAKE_PARTICIPANTS_H
#define YDELSE_IO_INTAKE_PARTICIPANTS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t cpr;
    int32_t version; /* what the caller knows the participant by */
} Participant;

typedef struct {
    int64_t cpr;
    int32_t rank_next; /* the rank plus one; 0: empty */
} CprSlot;

typedef struct {
    Participant *sorted;
    int32_t count;
    CprSlot *slots;
    uint32_t slot_count; /* a power of two */
} Participants;

/* Takes the list (malloc'ed, no CPR number twice) and sorts it. False: no memory; the list is freed by
 * participants_free all the same. */
bool participants_settle(Participants *participants, Participant *list, int32_t count);
void participants_free(Participants *participants);

/* Says that this number will be asked for soon. */
void participants_prefetch(const Participants *participants, int64_t cpr);
/* -1 when there is no such participant. */
int32_t participants_rank(const Participants *participants, int64_t cpr);

#endif
