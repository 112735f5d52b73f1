/* Trouble in the world: what went wrong, for whom, and the exit code it becomes.
 *
 * A function that can fail returns a Status and fills an Error the caller gave it. Errors travel up and are
 * reported once, by the command (io/base/log.h). Trouble in the data is a finding (engine/finding.h), a mistake of
 * ours is an assert. No message may carry a CPR number.
 */
#ifndef YDELSE_IO_BASE_ERROR_H
#define YDELSE_IO_BASE_ERROR_H

#include <errno.h>
#include <string.h>

/* The values are the exit codes (sysexits). */
typedef enum {
    STATUS_OK = 0,
    STATUS_FINDINGS = 1, /* done, but rejects, held participants or differences exist */
    STATUS_USAGE = 64,
    STATUS_DATA = 65, /* input unusable as a whole */
    STATUS_NO_INPUT = 66,
    STATUS_UNAVAILABLE = 69, /* no database */
    STATUS_INTERNAL = 70,
    STATUS_CANNOT_CREATE = 73,
    STATUS_IO = 74,
    STATUS_TRY_AGAIN = 75, /* lock held, serialisation */
    STATUS_NOT_PERMITTED = 77,
    STATUS_CONFIG = 78, /* rates incomplete, schema too old */
} Status;

#define ERROR_TEXT_SIZE 512

typedef struct {
    Status status;
    char sqlstate[6];
    char message[ERROR_TEXT_SIZE];
    char detail[ERROR_TEXT_SIZE];
    char hint[ERROR_TEXT_SIZE];
} Error;

/* Fills the message (truncated to its size) and returns the status, so that a caller can write
 * `return error_set(error, STATUS_IO, "cannot read %s", name);`. Clears detail and hint. A macro, so that
 * whoever analyses one file alone sees that what comes back is the status given (which is evaluated twice). */
#define error_set(error, given, ...) (error_fill(error, given, __VA_ARGS__), error_given(given))
__attribute__((format(printf, 3, 4))) void error_fill(Error *error, Status status, const char *format, ...);
static inline Status error_given(Status status) {
    return status;
}
static inline Status error_no_memory(Error *error) {
    return error_set(error, STATUS_INTERNAL, "out of memory");
}
__attribute__((format(printf, 2, 3))) void error_detail(Error *error, const char *format, ...);
__attribute__((format(printf, 2, 3))) void error_hint(Error *error, const char *format, ...);

/* "cannot <what> <name>: <strerror(errno)>". */
static inline Status error_errno(Error *error, Status status, const char *what, const char *name) {
    return error_set(error, status, "cannot %s %s: %s", what, name, strerror(errno));
}

/* As it may be shown. Values of the command line, paths, lines of files and the server's own words may carry a CPR number or
 * what is no line of text: both are masked here, once. */
void error_shown(const Error *error, Error *shown);

#endif
