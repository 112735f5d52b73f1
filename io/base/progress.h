/* How far a long stage is: a bar on stderr when that is a terminal, at normal detail; elsewhere nothing, and the stages
 * say a line each when they are done.
 *
 *     progress_begin(PROGRESS_WORK);
 *     now and then: progress_at(buckets done, all of them, people so far)
 *     progress_end()
 *
 * One stage at a time in a process, from the thread that began it. A forked child draws nothing. Messages of the log
 * meanwhile carry the stage's name. A stage that fails needs no progress_end: the message of the error clears the line.
 */
#ifndef YDELSE_IO_BASE_PROGRESS_H
#define YDELSE_IO_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    PROGRESS_LOAD,   /* counts rows */
    PROGRESS_WORK,   /* person-months */
    PROGRESS_REPLAY, /* results */
    PROGRESS_VERIFY, /* runs */
} ProgressStage;

/* The language of the bar; English before the first call. */
void progress_language(bool danish);

void progress_begin(ProgressStage stage);
/* done of total is the share; count is what the rate is of. Cheap: at most a few times a second anything is drawn. */
void progress_at(int64_t done, int64_t total, int64_t count);
void progress_end(void);

/* The bar as text of at most 79 columns, for tests: "loading [#####.....]  50 %  1,234 rows/s  0:07 left". */
#define PROGRESS_LINE_SIZE 160
void progress_line(ProgressStage stage, bool danish, int64_t done, int64_t total, int64_t count,
                   int64_t elapsed_ms, char line[PROGRESS_LINE_SIZE]);

#endif
