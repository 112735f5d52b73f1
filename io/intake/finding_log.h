/* What files that are read side by side have to say, kept in its order until it is their turn to be told.
 *
 * Once it is their turn, nothing is kept for longer than it takes to fill a portion. Before, one portion is held in memory
 * and the full ones go to a temporary file, so that memory does not grow with the findings.
 */
#ifndef YDELSE_IO_INTAKE_FINDING_LOG_H
#define YDELSE_IO_INTAKE_FINDING_LOG_H

#include "io/intake/intake.h"

#define FINDING_LOG_PORTION_SIZE ((size_t)1 << 18)

/* Where it is told. Texts are borrowed for the call. */
typedef struct {
    bool (*is_turn)(void *context); /* once true, always true */
    void (*finding)(void *context, const InputFinding *finding);
    void (*file_done)(void *context, const InputFile *file);
    void *context;
} FindingOutlet;

typedef struct {
    FindingOutlet outlet;
    char *portion;       /* what was kept last */
    size_t portion_used; /* bytes */
    bool has_file;
    int descriptor;
    int64_t portions_in_file;
    Status status; /* the first thing that went wrong: from then on nothing is kept */
    Error error;
} FindingLog;

/* Begins as {0} with its outlet. */
void finding_log_free(FindingLog *log);

/* False: see its status. The file is borrowed as long as the log lives. */
bool finding_log_add(FindingLog *log, const InputFinding *finding);
bool finding_log_add_file_done(FindingLog *log, const InputFile *file);

/* Tells all that is kept, when it is their turn, and keeps it no longer. */
bool finding_log_tell(FindingLog *log);

#endif
