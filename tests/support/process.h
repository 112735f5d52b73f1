/* Running a program from a test: arguments, extra environment, input; what it printed and how it ended. */
#ifndef YDELSE_TESTS_SUPPORT_PROCESS_H
#define YDELSE_TESTS_SUPPORT_PROCESS_H

#include <stddef.h>

typedef struct {
    int exit_code; /* -1 when a signal ended it */
    int signal;    /* 0 when it exited */
    char *out;     /* stdout, NUL-terminated */
    size_t out_size;
    char *err; /* stderr, NUL-terminated */
    size_t err_size;
} Process;

#define PROCESS_SECONDS_MAX 300 /* then it is killed */

/* arguments[0] is the program (looked up in PATH when it has no '/'); ended by NULL. environment is NULL or
 * "NAME=value" entries that are set, "NAME" entries that are unset, ended by NULL. input is NULL (empty) or
 * text for stdin. Aborts the test when the program cannot be started. Free with process_free. */
Process process_run(const char *const *arguments, const char *const *environment, const char *input);
void process_free(Process *process);

/* build/ydelse of this build: $YDELSE_PROGRAM, which the test target sets. */
const char *ydelse_program(void);

/* Runs ydelse with the arguments (without the program's name), ended by NULL. */
Process ydelse_run(const char *const *arguments, const char *const *environment);

/* Runs `sh -c command` with YDELSE_PROGRAM set. */
Process shell_run(const char *command);

/* Waits. */
void pause_ms(long milliseconds);

/* A new empty folder under $TMPDIR or /tmp; removed with all in it by temporary_folder_remove, which frees the name. */
char *temporary_folder(void);
void temporary_folder_remove(char *path);

/* Writes a file; aborts the test on failure. */
void write_file(const char *path, const void *bytes, size_t size_bytes);
void write_text_file(const char *path, const char *text);
/* Reads a file whole, NUL-terminated; the caller frees it. Aborts the test when it is not there. */
char *read_whole_file(const char *path, size_t *size_bytes);

#endif
