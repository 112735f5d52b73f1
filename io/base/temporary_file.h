/* A file without a name for what does not fit in memory: in $TMPDIR, or /tmp; gone when it is closed, however the program
 * ends, and readable by nobody else.
 */
#ifndef YDELSE_IO_BASE_TEMPORARY_FILE_H
#define YDELSE_IO_BASE_TEMPORARY_FILE_H

#include "io/base/error.h"

/* To be closed by the caller. STATUS_CANNOT_CREATE. */
Status temporary_file_open(int *descriptor, Error *error);

#endif
