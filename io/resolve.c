#include "io/resolve.h"

#include <string.h>

static bool content_equals(ContentHash a, ContentHash b) {
    return a.low == b.low && a.high == b.high;
}

static bool is_accepted(VersionOutcome outcome) {
    return outcome == VERSION_STORED || outcome == VERSION_STORED_R_AS_N;
}

/* From the last one accepted backwards: a repeated row mostly repeats what came last. */
static bool was_accepted_before(const Version *versions, const VersionOutcome *outcomes, int32_t index,
                                int32_t last_accepted) {
    for (int32_t i = last_accepted; i >= 0; i--)
        if (is_accepted(outcomes[i]) && content_equals(versions[i].content, versions[index].content))
            return true;
    return false;
}

typedef struct {
    int32_t live;          /* index, or -1 */
    int32_t last_accepted; /* live or not; -1: none */
} FoldState;

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
        return was_accepted_before(versions, outcomes, index, state->last_accepted)
                   ? VERSION_DUPLICATE
                   : VERSION_REJECTED_CONTENT;
    }
    return VERSION_REJECTED_CONTENT;
}

int32_t resolve_fold(KindId kind, const Version *versions, int32_t count, VersionOutcome *outcomes) {
    FoldState state = {.live = -1, .last_accepted = -1};
    for (int32_t i = 0; i < count; i++) {
        outcomes[i] = fold_one(kind, versions, outcomes, i, &state);
        if (!is_accepted(outcomes[i]))
            continue;
        state.live = versions[i].posttype == POSTTYPE_T ? -1 : i;
        state.last_accepted = i;
    }
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
