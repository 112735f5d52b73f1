/* Whether the files that a nightly run expects have come (io/load/expected.h), before it computes anything.
 *
 * A file is due on the last due day on or before the business date. It has come when a delivery brought it, and not
 * rejected as a whole, after the last run that was sealed for a business date before that day: so every due day asks
 * for a new file, and a file counts for one due day however many runs a day has. The same content again counts too.
 * Its rows are those of the delivery with the most rows of it, held against those for the due day before.
 * What was overridden for a due day is known afterwards: it is told, and stops no further run.
 */
#ifndef YDELSE_IO_LOAD_EXPECTED_CHECK_H
#define YDELSE_IO_LOAD_EXPECTED_CHECK_H

#include "io/load/expected.h"
#include "io/pg/pg.h"

typedef enum { MISSING_ABSENT, MISSING_REJECTED, MISSING_FEW_ROWS } MissingProblem;

typedef struct {
    const ExpectedFile *file; /* borrowed */
    Date due;
    MissingProblem problem;
    int64_t rows, last_rows;       /* MISSING_FEW_ROWS */
    char name[EXPECTED_NAME_SIZE]; /* MISSING_REJECTED: the file that came */
    int32_t known_run;             /* the run that was allowed to go on without it, or 0 */
} MissingFile;

typedef struct {
    MissingFile *files;
    int32_t count;
    int32_t unknown; /* those without a known_run */
} MissingFiles;

Status expected_check(Pg *pg, const Expected *expected, Date today, MissingFiles *missing, Error *error);
void missing_free(MissingFiles *missing);

/* One line for each on stderr: what was expected and what was found. */
void missing_print(const MissingFiles *missing, bool danish);

/* Why a run went on: the reason given (at most OVERRIDE_SIZE_MAX characters), and what was missing, as many of them as
 * RUN_REASON_SIZE_MAX has room for; table run_missing has all. NULL without memory; the caller frees it. */
#define OVERRIDE_SIZE_MAX 300
char *missing_reason(const MissingFiles *missing, const char *reason);

/* Notes the business date of a run and what it went on without. Part of its sealing transaction. */
Status missing_note(Pg *pg, int32_t run_id, const Expected *expected, Date today, const MissingFiles *missing,
                    Error *error);

#endif
