/* What a replay says: as text for people, as CSV of the rows that differ, or as JSON lines. */
#ifndef YDELSE_IO_PROOF_REPLAY_PRINT_H
#define YDELSE_IO_PROOF_REPLAY_PRINT_H

#include <stdio.h>

#include "io/proof/replay.h"
#include "io/show/table.h"

#define REPLAY_TIME_SIZE 40
#define REPLAY_ROWS_SHOWN_MAX 50

/* What a run was computed with when it was sealed, and what it is computed with now. */
typedef struct {
    int32_t data_as_of;
    char loaded_at[2][REPLAY_TIME_SIZE]; /* then, now */
    char satser_hex[2][SHA256_HEX_SIZE];
    char politik_hex[2][SHA256_HEX_SIZE];
    int64_t months_everyone, months_touched;
} ReplayKnown;

typedef struct {
    FILE *out;
    TableFormat format;
    bool danish;
    bool whole; /* text: everything about a run that is equal too, not a line */
    const RunRecord *run;
    int64_t rows; /* that differ, of this run */
} ReplayPrinter;

/* Before the first run. */
void replay_print_begin(ReplayPrinter *printer);
/* A ReplaySink's difference; context is the printer. */
void replay_print_difference(void *context, const ReplayDifference *difference);
/* After the differences of a run. */
void replay_print_run(ReplayPrinter *printer, const ReplayKnown *known, const ReplayOutcome *outcome);

#endif
