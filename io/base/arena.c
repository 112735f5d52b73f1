#include "io/base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK_SIZE ((size_t)1 << 18)

struct ArenaBlock {
    ArenaBlock *previous;
    size_t size_bytes;
    size_t used_bytes;
    max_align_t bytes[];
};

static char *block_bytes(ArenaBlock *block) {
    return (char *)block->bytes;
}

static ArenaBlock *add_block(Arena *arena, size_t size_bytes) {
    const size_t size = size_bytes > ARENA_BLOCK_SIZE ? size_bytes : ARENA_BLOCK_SIZE;
    if (size > SIZE_MAX - sizeof(ArenaBlock))
        return NULL;
    ArenaBlock *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->previous = arena->last;
    block->size_bytes = size;
    block->used_bytes = 0;
    arena->last = block;
    arena->reserved_bytes += size;
    return block;
}

void *arena_alloc(Arena *arena, size_t size_bytes, size_t align) {
    assert(align > 0 && align <= _Alignof(max_align_t) && (align & (align - 1)) == 0);
    ArenaBlock *block = arena->last;
    if (block != NULL) {
        const size_t at = (block->used_bytes + align - 1) & ~(align - 1);
        if (at <= block->size_bytes && size_bytes <= block->size_bytes - at) {
            block->used_bytes = at + size_bytes;
            return block_bytes(block) + at;
        }
    }
    block = add_block(arena, size_bytes);
    if (block == NULL)
        return NULL;
    block->used_bytes = size_bytes;
    return block_bytes(block);
}

Text arena_copy(Arena *arena, Text text) {
    char *bytes = arena_alloc(arena, (size_t)text.size_bytes + 1, 1);
    if (bytes == NULL)
        return (Text){NULL, 0};
    if (text.size_bytes > 0)
        memcpy(bytes, text.bytes, text.size_bytes);
    bytes[text.size_bytes] = '\0';
    return (Text){bytes, text.size_bytes};
}

char *arena_copy_string(Arena *arena, const char *text) {
    const size_t size = strlen(text) + 1;
    char *bytes = arena_alloc(arena, size, 1);
    if (bytes != NULL)
        memcpy(bytes, text, size);
    return bytes;
}

ArenaMark arena_mark(const Arena *arena) {
    return (ArenaMark){arena->last, arena->last == NULL ? 0 : arena->last->used_bytes};
}

void arena_reset(Arena *arena, ArenaMark mark) {
    while (arena->last != mark.last) {
        ArenaBlock *block = arena->last;
        assert(block != NULL);
        arena->last = block->previous;
        arena->reserved_bytes -= block->size_bytes;
        free(block);
    }
    if (arena->last != NULL)
        arena->last->used_bytes = mark.used_bytes;
}

void arena_free(Arena *arena) {
    arena_reset(arena, (ArenaMark){NULL, 0});
}
