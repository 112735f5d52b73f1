/* Files the build puts into the program: migrations, queries, rates, code lists, settings, schemas.
 *
 * A file is named by its path from the project's root, e.g. "config/satser/ydelse.csv". Its bytes are followed
 * by one NUL that size_bytes does not count. Which files: EMBEDDED in the Makefile.
 */
#ifndef YDELSE_IO_BASE_EMBEDDED_H
#define YDELSE_IO_BASE_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *name;
    const char *bytes;
    size_t size_bytes;
} EmbeddedFile;

/* Sorted by name as bytes. Generated: build/gen/embedded_table.c. */
extern const EmbeddedFile embedded_files[];
extern const int32_t embedded_file_count;

/* The file of that name, or NULL. */
const EmbeddedFile *embedded_find(const char *name);

/* The next file after `after` (NULL: the first) whose name starts with prefix, or NULL. So all of a folder:
 * for (f = embedded_next("sql/0", NULL); f != NULL; f = embedded_next("sql/0", f)) */
const EmbeddedFile *embedded_next(const char *prefix, const EmbeddedFile *after);

/* The version, and the SHA-256 (64 hex digits) over all sources and embedded files the program was built from:
 * what a run records as its program. The same checkout gives the same hash on every machine. */
extern const char program_version[];
extern const char program_sources_sha256[];

#endif
