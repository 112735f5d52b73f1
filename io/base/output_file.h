/* Where a command writes its data: stdout, or a file that appears complete or not at all.
 *
 * A file is written without a name, or, where the file system has no such files, beside its place under
 * another one; it is synced, and gets its place at the end; what a killed program left there goes. What
 * exists and is no regular file (a pipe, /dev/null) is written to directly, when it is ours or the
 * superuser's; a pipe is waited five seconds for a reader. A link is replaced, never followed, but for those
 * that stand for a descriptor, as /dev/stdout does. Write errors are found at the latest by
 * output_file_finish.
 */
#ifndef YDELSE_IO_BASE_OUTPUT_FILE_H
#define YDELSE_IO_BASE_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "io/base/error.h"

typedef struct {
    FILE *stream;
    char *path;           /* NULL: stdout */
    char *temporary_path; /* NULL: written directly */
    bool nameless;        /* it has no name yet */
} OutputFile;

/* path NULL: stdout. A file that cannot be created is STATUS_CANNOT_CREATE. */
Status output_file_open(const char *path, OutputFile *output, Error *error);
/* The same for what nobody else may read: a file of mode 0600. */
Status output_file_open_private(const char *path, OutputFile *output, Error *error);

/* Makes what was written last; STATUS_IO when something of it could not be. Releases output either way. */
Status output_file_finish(OutputFile *output, Error *error);

/* Drops what was written to a file; harmless after finish. */
void output_file_abandon(OutputFile *output);

#endif
