#define _GNU_SOURCE 1 /* O_TMPFILE */
#include "io/base/temporary_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PRIVATE_MODE 0600
#define NAME_SIZE 4096

/* For a file system that knows no files without a name. */
static int open_and_unlink(const char *folder) {
    char name[NAME_SIZE];
    const int size = snprintf(name, sizeof name, "%s/ydelse-XXXXXX", folder);
    const int descriptor = size > 0 && size < NAME_SIZE ? mkostemp(name, O_CLOEXEC) : -1;
    if (descriptor >= 0)
        unlink(name);
    return descriptor;
}

Status temporary_file_open(int *descriptor, Error *error) {
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    *descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, PRIVATE_MODE);
    if (*descriptor < 0)
        *descriptor = open_and_unlink(folder);
    if (*descriptor >= 0)
        return STATUS_OK;
    error_errno(error, STATUS_CANNOT_CREATE, "create a temporary file in", folder);
    error_hint(error, "TMPDIR names another folder");
    return STATUS_CANNOT_CREATE;
}
