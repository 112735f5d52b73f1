/* Memory by lifetime: many small pieces, released together.
 *
 * Pieces never move. A mark remembers how far the arena was filled; going back to it releases what came later.
 */
#ifndef YDELSE_IO_BASE_ARENA_H
#define YDELSE_IO_BASE_ARENA_H

#include <stddef.h>

#include "engine/facts.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct {
    ArenaBlock *last; /* the newest block, NULL when empty */
    size_t reserved_bytes;
} Arena;

typedef struct {
    ArenaBlock *last;
    size_t used_bytes;
} ArenaMark;

/* An arena begins as {0}. */
void arena_free(Arena *arena);

/* NULL when there is no memory. align is a power of two. */
void *arena_alloc(Arena *arena, size_t size_bytes, size_t align);

/* The copy, NUL-terminated; bytes is NULL when there is no memory. */
Text arena_copy(Arena *arena, Text text);
char *arena_copy_string(Arena *arena, const char *text);

ArenaMark arena_mark(const Arena *arena);
void arena_reset(Arena *arena, ArenaMark mark);

#endif
