#include "io/base/embedded.h"

#include <string.h>

const EmbeddedFile *embedded_find(const char *name) {
    int32_t low = 0;
    int32_t high = embedded_file_count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        const int order = strcmp(embedded_files[middle].name, name);
        if (order == 0)
            return &embedded_files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const EmbeddedFile *embedded_next(const char *prefix, const EmbeddedFile *after) {
    const size_t prefix_size = strlen(prefix);
    const EmbeddedFile *file = after == NULL ? embedded_files : after + 1;
    for (; file < embedded_files + embedded_file_count; file++)
        if (strncmp(file->name, prefix, prefix_size) == 0)
            return file;
    return NULL;
}
