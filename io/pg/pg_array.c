#include "io/pg/pg_array.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 4096

static bool reserve(PgArray *array, size_t size_bytes) {
    if (size_bytes <= array->reserved_bytes - array->used_bytes)
        return true;
    size_t wanted = array->reserved_bytes == 0 ? FIRST_SIZE : array->reserved_bytes * 2;
    while (wanted - array->used_bytes < size_bytes)
        wanted *= 2;
    char *bytes = realloc(array->bytes, wanted);
    if (bytes == NULL)
        return false;
    array->bytes = bytes;
    array->reserved_bytes = wanted;
    return true;
}

/* Every element is quoted; quotes and backslashes inside are escaped. Room is kept for the end. */
bool pg_array_add(PgArray *array, Text element) {
    if (!reserve(array, 2 * (size_t)element.size_bytes + 6))
        return false;
    char *target = array->bytes + array->used_bytes;
    *target++ = array->count == 0 ? '{' : ',';
    *target++ = '"';
    for (uint32_t i = 0; i < element.size_bytes; i++) {
        if (element.bytes[i] == '"' || element.bytes[i] == '\\')
            *target++ = '\\';
        *target++ = element.bytes[i];
    }
    *target++ = '"';
    array->used_bytes = (size_t)(target - array->bytes);
    array->count++;
    return true;
}

const char *pg_array_text(PgArray *array) {
    if (array->count == 0)
        return "{}";
    memcpy(array->bytes + array->used_bytes, "}", 2);
    return array->bytes;
}

void pg_array_clear(PgArray *array) {
    array->used_bytes = 0;
    array->count = 0;
}

void pg_array_free(PgArray *array) {
    free(array->bytes);
    *array = (PgArray){0};
}
