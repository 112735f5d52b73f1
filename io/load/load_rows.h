/* The rows of a load on their way into the database: which of them count is decided by resolve_fold over all
 * versions ever read of an id; what is stored goes by binary COPY.
 *
 * Two ways. While a kind's table was empty when the load began, rows with new ids of known participants go
 * straight into one COPY, and the table's indexes are built after it. All others are gathered into a chunk
 * of bounded size, for which the versions and participants in the database are asked for at once.
 * Calls come in the order: begin, { kind_begin, { savepoint, file_begin, rows, file_end | file_undo }, kind_end },
 * end, wake, digests.
 * Everything happens in the caller's transaction. The first failure is kept and returned at file_end.
 */
#ifndef YDELSE_IO_LOAD_LOAD_ROWS_H
#define YDELSE_IO_LOAD_LOAD_ROWS_H

#include "io/intake/intake.h"
#include "io/pg/pg.h"

typedef struct LoadRows LoadRows;

typedef struct {
    int64_t stored;
    int64_t duplicate;
    int64_t rejected;
} LoadCounts;

/* Called for rejects by meaning and warnings that only show beside other rows. */
typedef void LoadFinding(void *context, const InputFinding *finding);

Status load_rows_begin(Pg *pg, int32_t delivery_id, LoadFinding *finding, void *context, LoadRows **rows,
                       Error *error);
void load_rows_free(LoadRows *rows);

/* Asks for all participants at once: worth it before a big delivery. */
Status load_rows_remember_participants(LoadRows *rows, Error *error);

Status load_rows_kind_begin(LoadRows *rows, KindId kind, Error *error);
Status load_rows_kind_end(LoadRows *rows, Error *error);
/* After the last kind. */
Status load_rows_end(LoadRows *rows, Error *error);
/* "SAVEPOINT file" in the caller's transaction. The indexes of the kind before are built first if they are due; nobody
 * waits for them here. */
Status load_rows_savepoint(LoadRows *rows, Error *error);

void load_rows_file_begin(LoadRows *rows, const InputFile *file, int32_t file_id);
/* retried_reject_id: the open reject that this row tries again, or 0. */
void load_rows_add(LoadRows *rows, const InputRow *row, int64_t retried_reject_id);
void load_rows_reject(LoadRows *rows, const InputFinding *finding, Text raw, Text id, Text cpr);
/* The finding that makes the file unusable as a whole, kept beside the rejects of its rows. */
void load_rows_reject_file(LoadRows *rows, const InputFinding *finding);
Status load_rows_file_end(LoadRows *rows, LoadCounts *counts, Error *error);
/* Forgets what was not sent yet and ends the COPY; the caller goes back to its savepoint. */
void load_rows_file_undo(LoadRows *rows);

/* Folds again every id that waited for a participant who arrived with this delivery. */
Status load_rows_wake(LoadRows *rows, Error *error);

/* Writes the digests of what is not the facts of a file (io/load/load_digest.h). */
Status load_rows_digests(LoadRows *rows, Error *error);

/* Earlier rejects that were accepted by this load. */
int64_t load_rows_resolved(const LoadRows *rows);

#endif
