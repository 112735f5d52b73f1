#define _GNU_SOURCE 1 /* O_TMPFILE, flock */
#include "io/base/output_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/base/beside.h"
#include "io/base/stop_point.h"

#define FILE_MODE 0666 /* less the umask */
#define PRIVATE_MODE 0600
#define DESCRIPTOR_NAME_SIZE 32
#define PIPE_TRIES 50 /* to find a reader, PIPE_PAUSE_NS apart: five seconds */
#define PIPE_PAUSE_NS 100000000

static void descriptor_name(int descriptor, char name[DESCRIPTOR_NAME_SIZE]) {
    snprintf(name, DESCRIPTOR_NAME_SIZE, "/proc/self/fd/%d", descriptor);
}

static void release(OutputFile *output) {
    if (output->stream != NULL && output->stream != stdout)
        fclose(output->stream);
    free(output->path);
    free(output->temporary_path);
    *output = (OutputFile){0};
}

/* What /dev/stdout and its like are: links to a descriptor. Such a link must not be replaced, as others are. Returns the
 * descriptor; -1: the path is another. */
static int descriptor_of(const char *path) {
    char name[DESCRIPTOR_NAME_SIZE], target[DESCRIPTOR_NAME_SIZE] = "";
    const ssize_t size = readlink(path, target, sizeof target - 1);
    for (int descriptor = 0; size > 0 && descriptor <= STDERR_FILENO; descriptor++) {
        descriptor_name(descriptor, name);
        if (strcmp(target, name) == 0)
            return descriptor;
    }
    return -1;
}

static bool is_written_directly(const char *path) {
    struct stat state;
    return descriptor_of(path) >= 0 || (stat(path, &state) == 0 && !S_ISREG(state.st_mode));
}

/* A file that has no name until it is whole leaves nothing behind when the program is killed. Not every file system has
 * such files: -1. */
static int open_nameless(const char *path, mode_t mode) {
    char name[DESCRIPTOR_NAME_SIZE];
    char *folder = folder_of(path);
    const int descriptor = folder == NULL ? -1 : open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    free(folder);
    if (descriptor < 0)
        return -1;
    descriptor_name(descriptor, name);
    if (access(name, F_OK) == 0)
        return descriptor;
    close(descriptor); /* without /proc it could not be given its name */
    return -1;
}

/* A pipe or a device. What somebody else has put there to read along is refused; a pipe without a reader is not waited for
 * for ever. */
static int open_directly(const char *path) {
    const struct timespec pause = {.tv_nsec = PIPE_PAUSE_NS};
    struct stat state;
    int descriptor = -1;
    for (int tries = 0; tries < PIPE_TRIES; tries++) {
        descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        if (descriptor >= 0 || errno != ENXIO || stat(path, &state) != 0 || !S_ISFIFO(state.st_mode))
            break;
        nanosleep(&pause, NULL);
        errno = ENXIO;
    }
    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, &state) == 0 && !S_ISREG(state.st_mode) &&
        (state.st_uid == geteuid() || state.st_uid == 0) && fcntl(descriptor, F_SETFL, O_WRONLY) == 0)
        return descriptor;
    close(descriptor);
    errno = EPERM;
    return -1;
}

static int open_named(const OutputFile *output, mode_t mode) {
    if (output->temporary_path == NULL)
        return open_directly(output->path);
    /* What a killed process of the same number left is removed: its mode may be another. */
    unlink(output->temporary_path);
    return open(output->temporary_path, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, mode);
}

static Status open_stream(OutputFile *output, mode_t mode, Error *error) {
    int descriptor = output->temporary_path != NULL ? open_nameless(output->path, mode) : -1;
    output->nameless = descriptor >= 0;
    if (descriptor < 0)
        descriptor = open_named(output, mode);
    if (descriptor < 0)
        return error_errno(error, STATUS_CANNOT_CREATE, "create", output->path);
    if (output->temporary_path != NULL)
        (void)flock(descriptor, LOCK_EX | LOCK_NB); /* beside_remove_left */
    output->stream = fdopen(descriptor, "w");
    if (output->stream == NULL) {
        close(descriptor);
        return error_no_memory(error);
    }
    return STATUS_OK;
}

static void remove_file(const char *path) {
    unlink(path);
}

static Status open_with_mode(const char *path, mode_t mode, OutputFile *output, Error *error) {
    *output = (OutputFile){0};
    if (path == NULL || descriptor_of(path) == STDOUT_FILENO) {
        output->stream = stdout;
        return STATUS_OK;
    }
    const bool directly = is_written_directly(path);
    output->path = strdup(path);
    output->temporary_path = directly ? NULL : beside_name(path);
    if (output->path == NULL || (!directly && output->temporary_path == NULL)) {
        release(output);
        return error_no_memory(error);
    }
    if (!directly)
        beside_remove_left(path, remove_file);
    const Status status = open_stream(output, mode, error);
    if (status != STATUS_OK)
        release(output);
    else
        stop_point(STOP_OUTPUT_BEGUN);
    return status;
}

Status output_file_open(const char *path, OutputFile *output, Error *error) {
    return open_with_mode(path, FILE_MODE, output, error);
}

Status output_file_open_private(const char *path, OutputFile *output, Error *error) {
    return open_with_mode(path, PRIVATE_MODE, output, error);
}

void output_file_abandon(OutputFile *output) {
    if (output->temporary_path != NULL)
        unlink(output->temporary_path);
    release(output);
}

/* Through the buffers to the disk. */
static bool sync_stream(FILE *stream) {
    return fflush(stream) == 0 && !ferror(stream) && disk_sync(fileno(stream));
}

/* Gives a file without a name its own. What has it already must be moved over. */
static bool give_name(OutputFile *output) {
    char name[DESCRIPTOR_NAME_SIZE];
    assert(output->temporary_path != NULL); /* or it would be written directly */
    descriptor_name(fileno(output->stream), name);
    if (linkat(AT_FDCWD, name, AT_FDCWD, output->path, AT_SYMLINK_FOLLOW) == 0) {
        free(output->temporary_path);
        output->temporary_path = NULL;
        return true;
    }
    if (errno != EEXIST)
        return false;
    unlink(output->temporary_path);
    return linkat(AT_FDCWD, name, AT_FDCWD, output->temporary_path, AT_SYMLINK_FOLLOW) == 0;
}

/* Moves what is on the disk to its place. */
static Status place(OutputFile *output, Error *error) {
    if ((output->nameless && !give_name(output)) ||
        (output->temporary_path != NULL && rename(output->temporary_path, output->path) != 0))
        return error_errno(error, STATUS_CANNOT_CREATE, "create", output->path);
    free(output->temporary_path);
    output->temporary_path = NULL;
    stop_point(STOP_OUTPUT_PLACED);
    char *folder = folder_of(output->path);
    const bool is_synced = folder != NULL && folder_sync(folder);
    free(folder);
    return is_synced ? STATUS_OK
                     : error_errno(error, errno == ENOMEM ? STATUS_INTERNAL : STATUS_IO, "sync the folder of",
                                   output->path);
}

static Status finish_file(OutputFile *output, Error *error) {
    Status status = STATUS_OK;
    if (!sync_stream(output->stream))
        status = error_errno(error, STATUS_IO, "write", output->path);
    else
        stop_point(STOP_OUTPUT_WRITTEN);
    if (status == STATUS_OK && output->temporary_path != NULL)
        status = place(output, error);
    const int closed = fclose(output->stream); /* and with it the lock */
    output->stream = NULL;
    if (status == STATUS_OK && closed != 0)
        status = error_errno(error, STATUS_IO, "write", output->path);
    return status;
}

Status output_file_finish(OutputFile *output, Error *error) {
    Status status = STATUS_OK;
    if (output->stream == stdout) {
        if (fflush(stdout) != 0 || ferror(stdout))
            status = error_errno(error, STATUS_IO, "write", "stdout");
    } else {
        status = finish_file(output, error);
    }
    output_file_abandon(output);
    return status;
}
