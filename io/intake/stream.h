/* One fact stream, two sources: yields each participant's Facts in order of the CPR number.
 * Source 1: files in memory (stream_memory.c). Source 2: PostgreSQL (pg_stream.c). */
#ifndef YDELSE_IO_INTAKE_STREAM_H
#define YDELSE_IO_INTAKE_STREAM_H

#include "engine/facts.h"
#include "io/base/error.h"

typedef struct FactStream {
    /* Fills facts (valid until the next call) and sets *more; *more false: the end. */
    Status (*next)(struct FactStream *stream, Facts *facts, bool *more, Error *error);
    void (*close)(struct FactStream *stream);
} FactStream;

#endif
