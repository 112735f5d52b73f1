/* Results on their way into the table of an attempt: binary COPY, one row per participant and month. */
#ifndef YDELSE_IO_RUN_SINK_RESULT_H
#define YDELSE_IO_RUN_SINK_RESULT_H

#include "engine/result.h"
#include "io/pg/pg.h"

typedef struct {
    PgCopyIn *copy;
    int32_t run_id;
} ResultSink;

/* Opens a COPY into the table, which was made in the same transaction (FREEZE). */
Status result_sink_begin(Pg *pg, const char *table_name, int32_t run_id, ResultSink *sink, Error *error);
void result_sink_add(ResultSink *sink, const Result *result, int16_t bucket);
/* reason NULL: done; else why the rows are to be dropped. */
Status result_sink_end(ResultSink *sink, const char *reason, Error *error);

#endif
