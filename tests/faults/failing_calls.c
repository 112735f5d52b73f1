/* Calls that fail on demand: linked in place of the real ones (ld --wrap) into a program of its own, ydelse-failing.
 *
 *   YDELSE_FAIL=KIND:N      the N-th call of that kind fails
 *   YDELSE_FAIL_COUNT=FILE  how many calls of each kind there were, one line each, is added to the file at the end
 *
 *   memory     there is no memory, once
 *   read       the file cannot be read any further
 *   write      the disk is full from now on; what names or syncs a file fails
 *   database   the connection is gone from now on
 *   libpq      the call itself fails, as it does when libpq has no memory, once
 *   copy       the same of calls that move the rows of a COPY
 *
 * Only what our own code calls fails; libraries call each other past this. What goes to stderr is not counted: nobody
 * could be told that it failed.
 */
#define _GNU_SOURCE 1
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum { MEMORY, READ, WRITE, DATABASE, LIBPQ, COPY, KIND_COUNT } Kind;

static const char *const kind_names[KIND_COUNT] = {
    [MEMORY] = "memory",     [READ] = "read",   [WRITE] = "write",
    [DATABASE] = "database", [LIBPQ] = "libpq", [COPY] = "copy"};

static long calls[KIND_COUNT];
static long failing[KIND_COUNT]; /* 0: none */

/* Before main: getenv and strtol need no memory. */
__attribute__((constructor)) static void read_wish(void) {
    const char *wish = getenv("YDELSE_FAIL");
    for (int kind = 0; wish != NULL && kind < KIND_COUNT; kind++) {
        const size_t size = strlen(kind_names[kind]);
        if (strncmp(wish, kind_names[kind], size) == 0 && wish[size] == ':')
            failing[kind] = strtol(wish + size + 1, NULL, 10);
    }
}

__attribute__((destructor)) static void tell_counts(void) {
    const char *path = getenv("YDELSE_FAIL_COUNT");
    const int file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0)
        return;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        dprintf(file, "%s %ld\n", kind_names[kind], calls[kind]);
    close(file);
}

static bool fails(Kind kind) {
    return __atomic_add_fetch(&calls[kind], 1, __ATOMIC_RELAXED) ==
           failing[kind]; /* threads read side by side */
}

/* --- Memory ------------------------------------------------------------------------------------------------------ */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
FILE *__real_open_memstream(char **bytes, size_t *size);

void *__wrap_malloc(size_t size) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_strdup(text);
}

FILE *__wrap_open_memstream(char **bytes, size_t *size) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_open_memstream(bytes, size);
}

/* --- Files ------------------------------------------------------------------------------------------------------- */

static void put_in_its_place(int descriptor, const char *path, int flags) {
    const int other = open(path, flags | O_CLOEXEC);
    if (other >= 0) {
        dup2(other, descriptor);
        close(other);
    }
}

/* Whether a stream is a file or stdout; one of memory has no descriptor. */
static bool is_file(FILE *stream) {
    return stream != stderr && fileno(stream) >= 0;
}

/* From now on the device under the stream is full; what it holds back finds out later, as with a real one. A call that finds
 * something held back would fail as the one before it did, when that is sent: it is not counted. */
static bool fills(FILE *stream, bool sends) {
    if (!is_file(stream) || (!sends && __fpending(stream) > 0) || !fails(WRITE))
        return false;
    put_in_its_place(fileno(stream), "/dev/full", O_WRONLY);
    return true;
}

/* Reading a folder as a file is an error; what was read ahead comes first, as with a real one. */
static void may_break(FILE *stream) {
    if (is_file(stream) && fails(READ))
        put_in_its_place(fileno(stream), "/", O_RDONLY | O_DIRECTORY);
}

FILE *__real_fopen(const char *path, const char *mode);
size_t __real_fread(void *bytes, size_t size, size_t count, FILE *stream);
char *__real_fgets(char *line, int size, FILE *stream);
int __real_fgetc(FILE *stream);
ssize_t __real_getline(char **line, size_t *size, FILE *stream);
ssize_t __real_getdelim(char **line, size_t *size, int delimiter, FILE *stream);
ssize_t __real_read(int file, void *bytes, size_t size);
ssize_t __real_pread(int file, void *bytes, size_t size, off_t at);
DIR *__real_opendir(const char *path);

FILE *__wrap_fopen(const char *path, const char *mode) {
    return fails(mode[0] == 'r' ? READ : WRITE) ? (errno = EIO, NULL) : __real_fopen(path, mode);
}

size_t __wrap_fread(void *bytes, size_t size, size_t count, FILE *stream) {
    may_break(stream);
    return __real_fread(bytes, size, count, stream);
}

char *__wrap_fgets(char *line, int size, FILE *stream) {
    may_break(stream);
    return __real_fgets(line, size, stream);
}

int __wrap_fgetc(FILE *stream) {
    may_break(stream);
    return __real_fgetc(stream);
}

ssize_t __wrap_getline(char **line, size_t *size, FILE *stream) {
    may_break(stream);
    return __real_getline(line, size, stream);
}

ssize_t __wrap_getdelim(char **line, size_t *size, int delimiter, FILE *stream) {
    may_break(stream);
    return __real_getdelim(line, size, delimiter, stream);
}

ssize_t __wrap_read(int file, void *bytes, size_t size) {
    return fails(READ) ? (errno = EIO, -1) : __real_read(file, bytes, size);
}

ssize_t __wrap_pread(int file, void *bytes, size_t size, off_t at) {
    return fails(READ) ? (errno = EIO, -1) : __real_pread(file, bytes, size, at);
}

DIR *__wrap_opendir(const char *path) {
    return fails(READ) ? (errno = EIO, NULL) : __real_opendir(path);
}

size_t __real_fwrite(const void *bytes, size_t size, size_t count, FILE *stream);
int __real_fputs(const char *text, FILE *stream);
int __real_fputc(int c, FILE *stream);
int __real_puts(const char *text);
int __real_fflush(FILE *stream);
int __real_fclose(FILE *stream);
FILE *__real_fdopen(int file, const char *mode);
ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t at);
int __real_mkostemp(char *name, int flags);
int __real_fsync(int file);
int __real_rename(const char *from, const char *to);
int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);

size_t __wrap_fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
    (void)fills(stream, false);
    return __real_fwrite(bytes, size, count, stream);
}

int __wrap_fputs(const char *text, FILE *stream) {
    (void)fills(stream, false);
    return __real_fputs(text, stream);
}

int __wrap_fputc(int c, FILE *stream) {
    (void)fills(stream, false);
    return __real_fputc(c, stream);
}

int __wrap_putc(int c, FILE *stream) {
    return __wrap_fputc(c, stream);
}

int __wrap_putchar(int c) {
    return __wrap_fputc(c, stdout);
}

int __wrap_puts(const char *text) {
    (void)fills(stdout, false);
    return __real_puts(text);
}

int __real_vfprintf(FILE *stream, const char *format, va_list values);

static int print(FILE *stream, const char *format, va_list values) {
    (void)fills(stream, false);
    return __real_vfprintf(stream, format, values);
}

int __wrap_vfprintf(FILE *stream, const char *format, va_list values) {
    return print(stream, format, values);
}

int __wrap_fprintf(FILE *stream, const char *format, ...) {
    va_list values;
    va_start(values, format);
    const int size = print(stream, format, values);
    va_end(values);
    return size;
}

int __wrap_printf(const char *format, ...) {
    va_list values;
    va_start(values, format);
    const int size = print(stdout, format, values);
    va_end(values);
    return size;
}

/* What the above become when they are fortified. */
int __wrap___vfprintf_chk(FILE *stream, int flag, const char *format, va_list values) {
    (void)flag;
    return print(stream, format, values);
}

int __wrap___fprintf_chk(FILE *stream, int flag, const char *format, ...) {
    va_list values;
    (void)flag;
    va_start(values, format);
    const int size = print(stream, format, values);
    va_end(values);
    return size;
}

int __wrap___printf_chk(int flag, const char *format, ...) {
    va_list values;
    (void)flag;
    va_start(values, format);
    const int size = print(stdout, format, values);
    va_end(values);
    return size;
}

static bool is_read_only(FILE *stream) {
    return (fcntl(fileno(stream), F_GETFL) & O_ACCMODE) == O_RDONLY;
}

int __wrap_fflush(FILE *stream) {
    if (stream == NULL || !fills(stream, true))
        return __real_fflush(stream);
    (void)__real_fflush(stream);
    errno = ENOSPC;
    return EOF;
}

int __wrap_fclose(FILE *stream) {
    const bool failed = is_file(stream) && !is_read_only(stream) && fills(stream, true);
    const int closed = __real_fclose(stream);
    return failed ? (errno = ENOSPC, EOF) : closed;
}

FILE *__wrap_fdopen(int file, const char *mode) {
    return fails(MEMORY) ? (errno = ENOMEM, NULL) : __real_fdopen(file, mode);
}

ssize_t __wrap_write(int file, const void *bytes, size_t size) {
    return file != STDERR_FILENO && fails(WRITE) ? (errno = ENOSPC, -1) : __real_write(file, bytes, size);
}

ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t at) {
    return fails(WRITE) ? (errno = ENOSPC, -1) : __real_pwrite(file, bytes, size, at);
}

int __wrap_mkostemp(char *name, int flags) {
    return fails(WRITE) ? (errno = ENOSPC, -1) : __real_mkostemp(name, flags);
}

int __wrap_fsync(int file) {
    return fails(WRITE) ? (errno = EIO, -1) : __real_fsync(file);
}

int __wrap_rename(const char *from, const char *to) {
    return fails(WRITE) ? (errno = EIO, -1) : __real_rename(from, to);
}

int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    return fails(WRITE) ? (errno = EIO, -1) : __real_linkat(from_folder, from, to_folder, to, flags);
}

/* --- The database ------------------------------------------------------------------------------------------------ */

PGconn *__real_PQconnectdbParams(const char *const *keywords, const char *const *values, int expand);
PGresult *__real_PQexec(PGconn *connection, const char *sql);
PGresult *__real_PQexecParams(PGconn *connection, const char *sql, int count, const Oid *types,
                              const char *const *values, const int *sizes, const int *formats, int format);
int __real_PQsendQuery(PGconn *connection, const char *sql);
int __real_PQputCopyData(PGconn *connection, const char *bytes, int size);
int __real_PQputCopyEnd(PGconn *connection, const char *reason);
int __real_PQgetCopyData(PGconn *connection, char **bytes, int async);
PGresult *__real_PQgetResult(PGconn *connection);

/* The road to the server ends here. */
static void may_lose(PGconn *connection) {
    if (fails(DATABASE))
        shutdown(PQsocket(connection), SHUT_RDWR);
}

PGconn *__wrap_PQconnectdbParams(const char *const *keywords, const char *const *values, int expand) {
    if (fails(LIBPQ))
        return NULL;
    PGconn *connection = __real_PQconnectdbParams(keywords, values, expand);
    may_lose(connection);
    return connection;
}

PGresult *__wrap_PQexec(PGconn *connection, const char *sql) {
    may_lose(connection);
    return fails(LIBPQ) ? NULL : __real_PQexec(connection, sql);
}

PGresult *__wrap_PQexecParams(PGconn *connection, const char *sql, int count, const Oid *types,
                              const char *const *values, const int *sizes, const int *formats, int format) {
    may_lose(connection);
    return fails(LIBPQ) ? NULL
                        : __real_PQexecParams(connection, sql, count, types, values, sizes, formats, format);
}

int __wrap_PQsendQuery(PGconn *connection, const char *sql) {
    may_lose(connection);
    return fails(LIBPQ) ? 0 : __real_PQsendQuery(connection, sql);
}

int __wrap_PQputCopyData(PGconn *connection, const char *bytes, int size) {
    may_lose(connection);
    return fails(COPY) ? -1 : __real_PQputCopyData(connection, bytes, size);
}

int __wrap_PQputCopyEnd(PGconn *connection, const char *reason) {
    may_lose(connection);
    return fails(COPY) ? -1 : __real_PQputCopyEnd(connection, reason);
}

int __wrap_PQgetCopyData(PGconn *connection, char **bytes, int async) {
    may_lose(connection);
    return fails(COPY) ? -2 : __real_PQgetCopyData(connection, bytes, async);
}

/* No result is no failure but the end: it has only the lost connection. */
PGresult *__wrap_PQgetResult(PGconn *connection) {
    may_lose(connection);
    return __real_PQgetResult(connection);
}
