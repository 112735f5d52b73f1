/* Findings kept to be told later, in the order in which they were found: what files that are read side by side have to
 * say comes out file by file. Texts are copied.
 */
#ifndef YDELSE_IO_INTAKE_FINDING_LOG_H
#define YDELSE_IO_INTAKE_FINDING_LOG_H

#include "io/base/arena.h"
#include "io/intake/intake.h"

typedef struct {
    Arena texts;
    InputFinding *findings;
    int32_t count, capacity;
} FindingLog;

/* Begins as {0}. */
void finding_log_free(FindingLog *log);

/* False: no memory. The file and the column's name are borrowed as long as the log lives. */
bool finding_log_add(FindingLog *log, const InputFinding *finding);

#endif
