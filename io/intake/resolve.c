#include "io/intake/resolve.h"

#include <stdlib.h>
#include <string.h>

static bool content_equals(ContentHash a, ContentHash b) {
    return a.low == b.low && a.high == b.high;
}

static bool is_accepted(VersionOutcome outcome) {
    return outcome == VERSION_STORED || outcome == VERSION_STORED_R_AS_N;
}

/* From the last one accepted backwards: a repeated row mostly repeats what came last. */
static bool is_among(const Version *versions, const VersionOutcome *outcomes, ContentHash content,
                     int32_t last_accepted) {
    for (int32_t i = last_accepted; i >= 0; i--)
        if (is_accepted(outcomes[i]) && content_equals(versions[i].content, content))
            return true;
    return false;
}

/* The contents accepted so far of an id with so many versions that looking through them for each would not end. */
#define VERSIONS_WITHOUT_SET 64

typedef struct {
    ContentHash *slots; /* open addressing, at most half full; {0, 0}: empty. NULL: there is no set */
    uint32_t slot_count;
    bool has_zero; /* the content that looks like an empty slot */
} ContentSet;

static bool is_zero(ContentHash content) {
    return content.low == 0 && content.high == 0;
}

/* Without memory there is no set, and the fold is slow but right. */
static ContentSet set_begin(int32_t count) {
    ContentSet set = {.slots = NULL};
    if (count <= VERSIONS_WITHOUT_SET)
        return set;
    set.slot_count = 2 * VERSIONS_WITHOUT_SET;
    while (set.slot_count / 2 < (uint32_t)count)
        set.slot_count *= 2;
    set.slots = calloc(set.slot_count, sizeof set.slots[0]);
    return set;
}

static ContentHash *set_slot(const ContentSet *set, ContentHash content) {
    uint32_t at = (uint32_t)content.low & (set->slot_count - 1);
    while (!is_zero(set->slots[at]) && !content_equals(set->slots[at], content))
        at = (at + 1) & (set->slot_count - 1);
    return &set->slots[at];
}

static void set_add(ContentSet *set, ContentHash content) {
    if (set->slots == NULL)
        return;
    if (is_zero(content))
        set->has_zero = true;
    else
        *set_slot(set, content) = content;
}

static bool set_has(const ContentSet *set, ContentHash content) {
    return is_zero(content) ? set->has_zero : !is_zero(*set_slot(set, content));
}

typedef struct {
    int32_t live;          /* index, or -1 */
    int32_t last_accepted; /* live or not; -1: none */
    ContentSet accepted;
} FoldState;

static bool was_accepted_before(const Version *versions, const VersionOutcome *outcomes, int32_t index,
                                const FoldState *state) {
    const ContentHash content = versions[index].content;
    return state->accepted.slots == NULL ? is_among(versions, outcomes, content, state->last_accepted)
                                         : set_has(&state->accepted, content);
}

static VersionOutcome fold_one(KindId kind, const Version *versions, const VersionOutcome *outcomes,
                               int32_t index, const FoldState *state) {
    const Version *version = &versions[index];
    switch (version->posttype) {
    case POSTTYPE_T:
        if (kind == KIND_DELTAGERE)
            return VERSION_REJECTED_DELTAGER_T;
        return state->live >= 0 ? VERSION_STORED : VERSION_REJECTED_NO_ROW;
    case POSTTYPE_R:
        if (!version->participant_exists)
            return VERSION_REJECTED_PARTICIPANT;
        return state->last_accepted >= 0 ? VERSION_STORED : VERSION_STORED_R_AS_N;
    case POSTTYPE_N:
        if (!version->participant_exists)
            return VERSION_REJECTED_PARTICIPANT;
        if (state->last_accepted < 0)
            return VERSION_STORED;
        return was_accepted_before(versions, outcomes, index, state) ? VERSION_DUPLICATE
                                                                     : VERSION_REJECTED_CONTENT;
    }
    return VERSION_REJECTED_CONTENT;
}

int32_t resolve_fold(KindId kind, const Version *versions, int32_t count, VersionOutcome *outcomes) {
    FoldState state = {.live = -1, .last_accepted = -1, .accepted = set_begin(count)};
    for (int32_t i = 0; i < count; i++) {
        outcomes[i] = fold_one(kind, versions, outcomes, i, &state);
        if (!is_accepted(outcomes[i]))
            continue;
        state.live = versions[i].posttype == POSTTYPE_T ? -1 : i;
        state.last_accepted = i;
        set_add(&state.accepted, versions[i].content);
    }
    free(state.accepted.slots);
    return state.live;
}

bool resolve_finding(KindId kind, VersionOutcome outcome, ResolveFinding *finding) {
    const Kind *definition = &kind_table[kind];
    *finding = (ResolveFinding){.column = definition->id_column};
    switch (outcome) {
    case VERSION_STORED:
    case VERSION_DUPLICATE:
        return false;
    case VERSION_STORED_R_AS_N:
        finding->code = FINDING_R_UDEN_RAEKKE;
        finding->expected = "an earlier row with this id";
        return true;
    case VERSION_REJECTED_CONTENT:
        finding->code = FINDING_ID_ANDET_INDHOLD;
        finding->expected = "posttype R, a new id, or the same content";
        return true;
    case VERSION_REJECTED_NO_ROW:
        finding->code = FINDING_TRUKKET_UDEN_RAEKKE;
        finding->expected = "a live row with this id";
        return true;
    case VERSION_REJECTED_PARTICIPANT:
        finding->code = FINDING_DELTAGER_UKENDT;
        finding->column = definition->cpr_column;
        finding->expected = "the row's participant in deltagere";
        return true;
    case VERSION_REJECTED_DELTAGER_T:
        finding->code = FINDING_DELTAGER_KAN_IKKE_TRAEKKES;
        finding->expected = "posttype N or R";
        return true;
    }
    return false;
}
