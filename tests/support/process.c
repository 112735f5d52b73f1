/* nftw is of the X/Open part of POSIX. */
#define _XOPEN_SOURCE 700

#include "tests/support/process.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    char *bytes;
    size_t size;
    size_t room;
} Buffer;

static void buffer_add(Buffer *buffer, const char *bytes, size_t size) {
    if (buffer->size + size + 1 > buffer->room) {
        buffer->room = (buffer->size + size + 1) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
        cr_assert_not_null(buffer->bytes, "out of memory");
    }
    if (size > 0)
        memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    buffer->bytes[buffer->size] = '\0';
}

static void apply_environment(const char *const *environment) {
    for (; environment != NULL && *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        char name[128];
        snprintf(name, sizeof name, "%.*s", equals == NULL ? 127 : (int)(equals - *environment),
                 *environment);
        if (equals == NULL)
            unsetenv(name);
        else
            setenv(name, equals + 1, 1);
    }
}

/* The child's side: standard streams, environment, program. Never returns. */
static void become(const char *const *arguments, const char *const *environment, int in, int out, int err) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);
    apply_environment(environment);
    char *argv[64];
    size_t count = 0;
    for (; arguments[count] != NULL && count < 63; count++)
        argv[count] = strdup(arguments[count]);
    argv[count] = NULL;
    execvp(argv[0], argv);
    fprintf(stderr, "cannot start %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static int open_input(const char *input) {
    FILE *file = tmpfile();
    cr_assert_not_null(file, "cannot make a temporary file");
    if (input != NULL)
        fputs(input, file);
    fflush(file);
    const int descriptor = dup(fileno(file));
    fclose(file);
    cr_assert(descriptor >= 0 && lseek(descriptor, 0, SEEK_SET) == 0);
    return descriptor;
}

static void make_pipe(int ends[2]) {
    cr_assert_eq(pipe(ends), 0, "cannot make a pipe");
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

/* Reads both streams until both end, or the time is up. */
static void read_streams(pid_t child, int out, int err, Buffer *out_buffer, Buffer *err_buffer) {
    struct pollfd streams[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    const time_t until = time(NULL) + PROCESS_SECONDS_MAX;
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        poll(streams, 2, 1000);
        if (time(NULL) > until)
            kill(child, SIGKILL);
        for (int i = 0; i < 2; i++) {
            char bytes[65536];
            if (streams[i].fd < 0 || streams[i].revents == 0)
                continue;
            const ssize_t size = read(streams[i].fd, bytes, sizeof bytes);
            if (size > 0)
                buffer_add(i == 0 ? out_buffer : err_buffer, bytes, (size_t)size);
            else if (size == 0 || errno != EINTR)
                streams[i].fd = -1;
        }
    }
}

Process process_run(const char *const *arguments, const char *const *environment, const char *input) {
    int out[2];
    int err[2];
    make_pipe(out);
    make_pipe(err);
    const int in = open_input(input);
    fflush(NULL);
    const pid_t child = fork();
    cr_assert(child >= 0, "cannot fork");
    if (child == 0)
        become(arguments, environment, in, out[1], err[1]);
    close(in);
    close(out[1]);
    close(err[1]);
    Buffer out_buffer = {NULL, 0, 0};
    Buffer err_buffer = {NULL, 0, 0};
    buffer_add(&out_buffer, "", 0);
    buffer_add(&err_buffer, "", 0);
    read_streams(child, out[0], err[0], &out_buffer, &err_buffer);
    close(out[0]);
    close(err[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return (Process){
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
        .out = out_buffer.bytes,
        .out_size = out_buffer.size,
        .err = err_buffer.bytes,
        .err_size = err_buffer.size,
    };
}

void process_free(Process *process) {
    free(process->out);
    free(process->err);
    *process = (Process){.exit_code = -1};
}

const char *ydelse_program(void) {
    const char *program = getenv("YDELSE_PROGRAM");
    return program == NULL ? "build/ydelse" : program;
}

Process ydelse_run(const char *const *arguments, const char *const *environment) {
    const char *argv[64] = {ydelse_program()};
    size_t count = 0;
    for (; arguments[count] != NULL && count < 62; count++)
        argv[count + 1] = arguments[count];
    argv[count + 1] = NULL;
    return process_run(argv, environment, NULL);
}

Process shell_run(const char *command) {
    char program[4096];
    snprintf(program, sizeof program, "YDELSE_PROGRAM=%s", ydelse_program());
    return process_run((const char *const[]){"sh", "-c", command, NULL}, (const char *const[]){program, NULL},
                       NULL);
}

void pause_ms(long milliseconds) {
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

char *temporary_folder(void) {
    const char *base = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%s/ydelse-test-XXXXXX", base == NULL ? "/tmp" : base);
    cr_assert_not_null(mkdtemp(path), "cannot make a temporary folder");
    return strdup(path);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void temporary_folder_remove(char *path) {
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}

void write_file(const char *path, const void *bytes, size_t size_bytes) {
    FILE *file = fopen(path, "wbe");
    cr_assert_not_null(file, "cannot create %s", path);
    cr_assert_eq(fwrite(bytes, 1, size_bytes, file), size_bytes);
    cr_assert_eq(fclose(file), 0);
}

void write_text_file(const char *path, const char *text) {
    write_file(path, text, strlen(text));
}

char *read_whole_file(const char *path, size_t *size_bytes) {
    FILE *file = fopen(path, "rbe");
    cr_assert_not_null(file, "cannot read %s", path);
    Buffer buffer = {NULL, 0, 0};
    char bytes[65536];
    size_t size;
    buffer_add(&buffer, "", 0);
    while ((size = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(&buffer, bytes, size);
    fclose(file);
    if (size_bytes != NULL)
        *size_bytes = buffer.size;
    return buffer.bytes;
}
