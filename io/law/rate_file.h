/* Rate tables: the embedded config/satser/, or a file or folder in the same format (--rates). */
#ifndef YDELSE_IO_LAW_RATE_FILE_H
#define YDELSE_IO_LAW_RATE_FILE_H

#include "engine/rate.h"
#include "io/base/error.h"

typedef struct {
    RateTable table;
    uint8_t sha256[32]; /* of the canonical text: the rows sorted, one line each */
    char *canonical_text;
    void *memory;
} RateSet;

/* path NULL: the embedded tables. Bad rows are STATUS_CONFIG with file, line, column in the error. */
Status rate_set_load(const char *path, RateSet *set, Error *error);
/* The same from the canonical text of a set, as a run has stored it; name is for errors. */
Status rate_set_load_canonical(const char *name, const char *text, RateSet *set, Error *error);
void rate_set_free(RateSet *set);

#endif
