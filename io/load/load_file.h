/* One file of a delivery: has its content been here before, and what became of its rows. */
#ifndef YDELSE_IO_LOAD_LOAD_FILE_H
#define YDELSE_IO_LOAD_LOAD_FILE_H

#include "io/load/load.h"
#include "io/load/load_rows.h"

typedef struct {
    Pg *pg;
    LoadRows *rows;
    LoadRequest *request;
    int32_t delivery_id;
    int32_t next_file_id;
    bool anything_new;
    int64_t bytes_total, bytes_seen, rows_seen; /* for the bar */
} LoadState;

/* Loads one file behind a savepoint; fills the counts of loaded. */
Status load_file(LoadState *state, const InputFile *file, LoadedFile *loaded, Error *error);

/* Prints a finding on stderr; at most FINDINGS_SHOWN_MAX of a file, the rest is counted. */
#define FINDINGS_SHOWN_MAX 20
void load_finding_show(void *context, const InputFinding *finding);

#endif
