/* Which rows count: posttype N (new), R (replaces), T (withdraws), by id, in the order read.
 *
 * The rule is a fold over all well-formed rows of one id, oldest first. A row whose participant does not
 * exist is rejected (DELTAGER_UKENDT) and changes nothing. Used alike for files in memory (calc) and for the
 * rows in PostgreSQL (load), where the fold of an id is done again over everything ever read of it, so that
 * the order of deliveries of different ids cannot matter.
 */
#ifndef YDELSE_IO_INTAKE_RESOLVE_H
#define YDELSE_IO_INTAKE_RESOLVE_H

#include "io/intake/intake.h"

typedef struct {
    Posttype posttype;
    ContentHash content;
    bool participant_exists; /* for T: unused */
} Version;

typedef enum {
    VERSION_STORED,        /* N, R or T that takes effect */
    VERSION_STORED_R_AS_N, /* the same, with the warning R_UDEN_RAEKKE */
    VERSION_DUPLICATE,
    VERSION_REJECTED_CONTENT,     /* ID_ANDET_INDHOLD */
    VERSION_REJECTED_NO_ROW,      /* TRUKKET_UDEN_RAEKKE */
    VERSION_REJECTED_PARTICIPANT, /* DELTAGER_UKENDT */
    VERSION_REJECTED_DELTAGER_T,  /* DELTAGER_KAN_IKKE_TRAEKKES */
} VersionOutcome;

/* Folds count versions of one id; fills outcomes[count]. Returns the index of the live version, or -1. */
int32_t resolve_fold(KindId kind, const Version *versions, int32_t count, VersionOutcome *outcomes);

/* The finding an outcome gives, if any: its code, the column it is about (index; found is that column's text,
 * masked), and what was expected. */
typedef struct {
    FindingCode code;
    int32_t column;
    const char *expected;
} ResolveFinding;

bool resolve_finding(KindId kind, VersionOutcome outcome, ResolveFinding *finding);

#endif
