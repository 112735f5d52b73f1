/* A text array as a parameter: {"a","b"}. Grows as needed; begins as {0}. */
#ifndef YDELSE_IO_PG_PG_ARRAY_H
#define YDELSE_IO_PG_PG_ARRAY_H

#include "engine/facts.h"

typedef struct {
    char *bytes;
    size_t used_bytes;
    size_t reserved_bytes;
    int32_t count;
} PgArray;

/* False when there is no memory. */
bool pg_array_add(PgArray *array, Text element);
/* The literal, borrowed until the next call; "{}" when empty. */
const char *pg_array_text(PgArray *array);
/* Empties it and keeps the memory. */
void pg_array_clear(PgArray *array);
void pg_array_free(PgArray *array);

#endif
