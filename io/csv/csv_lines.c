#include "io/csv/csv_lines.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CSV_BLOCK_SIZE ((size_t)1 << 18)
_Static_assert(CSV_BLOCK_SIZE > 2 * CSV_PIECE_SIZE_MAX, "a block holds a longest piece and more");

static const char byte_order_mark[] = "\xEF\xBB\xBF";
#define BYTE_ORDER_MARK_SIZE 3

static int64_t modified_ns(const struct stat *state) {
    return (int64_t)state->st_mtim.tv_sec * 1000000000 + state->st_mtim.tv_nsec;
}

/* Before it is moved, and at the end. */
static void hash_what_came(CsvLines *lines) {
    if (lines->is_hashed)
        sha256_add(&lines->sha, lines->bytes + lines->unhashed, lines->end - lines->unhashed);
    lines->unhashed = lines->end;
}

/* Moves what is left to the front and reads once more. */
static Status refill(CsvLines *lines, Error *error) {
    const size_t left = lines->end - lines->start;
    hash_what_came(lines);
    memmove(lines->buffer, lines->buffer + lines->start, left);
    lines->start = 0;
    lines->end = left;
    lines->unhashed = left;
    lines->quote.is_known = lines->carriage_return.is_known = false;
    ssize_t got;
    do
        got = read(lines->descriptor, lines->buffer + left, CSV_BLOCK_SIZE - left);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_errno(error, STATUS_IO, "read", lines->name);
    if (got == 0) {
        lines->at_end = true;
        return STATUS_OK;
    }
    lines->size_bytes += got;
    /* A file that is written while it is read might never end. It is refused for that (csv_lines_changed). */
    if (lines->is_regular && lines->size_bytes > lines->opened_size_bytes)
        lines->at_end = true;
    lines->end += (size_t)got;
    return STATUS_OK;
}

/* A pipe may give the first bytes one by one. */
static Status drop_byte_order_mark(CsvLines *lines, Error *error) {
    while (lines->end < BYTE_ORDER_MARK_SIZE && !lines->at_end) {
        const Status status = refill(lines, error);
        if (status != STATUS_OK)
            return status;
    }
    if (lines->end >= BYTE_ORDER_MARK_SIZE &&
        memcmp(lines->bytes, byte_order_mark, BYTE_ORDER_MARK_SIZE) == 0)
        lines->start = BYTE_ORDER_MARK_SIZE;
    return STATUS_OK;
}

static Status remember_state(CsvLines *lines, Error *error) {
    struct stat state;
    if (fstat(lines->descriptor, &state) != 0)
        return error_errno(error, STATUS_IO, "read", lines->name);
    if (S_ISDIR(state.st_mode))
        return error_set(error, STATUS_NO_INPUT, "%s is a folder, not a file", lines->name);
    lines->is_regular = S_ISREG(state.st_mode);
    lines->opened_size_bytes = state.st_size;
    lines->opened_modified_ns = modified_ns(&state);
    return STATUS_OK;
}

Status csv_lines_open(const char *path, const char *name, bool skip_bom, CsvLines *lines, Error *error) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return error_errno(error, errno == ENOENT ? STATUS_NO_INPUT : STATUS_IO, "open", name);
    return csv_lines_open_descriptor(descriptor, name, skip_bom, lines, error);
}

Status csv_lines_open_descriptor(int descriptor, const char *name, bool skip_bom, CsvLines *lines,
                                 Error *error) {
    Status status = STATUS_OK;
    *lines = (CsvLines){.name = name,
                        .descriptor = descriptor,
                        .is_hashed = true,
                        .quote.byte = '"',
                        .carriage_return.byte = '\r'};
    lines->buffer = malloc(CSV_BLOCK_SIZE + CSV_LINES_SLACK);
    lines->bytes = lines->buffer;
    if (lines->buffer == NULL || !sha256_begin(&lines->sha))
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = remember_state(lines, error);
    if (status == STATUS_OK && skip_bom)
        status = drop_byte_order_mark(lines, error);
    if (status != STATUS_OK)
        csv_lines_close(lines);
    return status;
}

Status csv_lines_open_memory(const char *name, const char *bytes, size_t size_bytes, bool skip_bom,
                             CsvLines *lines, Error *error) {
    *lines = (CsvLines){.name = name,
                        .descriptor = -1,
                        .bytes = bytes,
                        .end = size_bytes,
                        .at_end = true,
                        .is_hashed = true,
                        .quote.byte = '"',
                        .carriage_return.byte = '\r'};
    if (!sha256_begin(&lines->sha))
        return error_no_memory(error);
    lines->size_bytes = (int64_t)size_bytes;
    return skip_bom ? drop_byte_order_mark(lines, error) : STATUS_OK;
}

void csv_lines_without_digest(CsvLines *lines) {
    sha256_abandon(&lines->sha);
    lines->is_hashed = false;
}

void csv_lines_close(CsvLines *lines) {
    sha256_abandon(&lines->sha);
    free(lines->buffer);
    lines->buffer = NULL;
    if (lines->descriptor >= 0)
        close(lines->descriptor);
    lines->descriptor = -1;
}

/* Whether it stands among the next size bytes. */
static bool stands_within(CsvLines *lines, CsvNextByte *next, size_t size) {
    if (!next->is_known || next->at < lines->start) {
        const char *found = memchr(lines->bytes + lines->start, next->byte, lines->end - lines->start);
        next->at = found == NULL ? lines->end : (size_t)(found - lines->bytes);
        next->is_known = true;
    }
    return next->at < lines->start + size;
}

/* Hands out the next size bytes. */
static Status take(CsvLines *lines, size_t size, bool is_last, CsvPiece *piece, Error *error) {
    if (!lines->in_line) {
        if (lines->line == INT32_MAX)
            return error_set(error, STATUS_DATA, "%s has more than 2^31 - 1 lines", lines->name);
        lines->line++;
    }
    lines->in_line = !is_last;
    *piece = (CsvPiece){
        .line = lines->line,
        .is_last = is_last,
        .bytes = lines->bytes + lines->start,
        .size_bytes = size,
        .has_quote = stands_within(lines, &lines->quote, size),
        .has_carriage_return = stands_within(lines, &lines->carriage_return, size),
    };
    lines->start += size;
    return STATUS_OK;
}

Status csv_lines_next(CsvLines *lines, CsvPiece *piece, bool *more, Error *error) {
    size_t searched = 0;
    *more = true;
    for (;;) {
        const size_t held = lines->end - lines->start;
        const size_t limit = held < CSV_PIECE_SIZE_MAX ? held : CSV_PIECE_SIZE_MAX;
        const char *first = lines->bytes + lines->start;
        const char *line_end = limit > searched ? memchr(first + searched, '\n', limit - searched) : NULL;
        if (line_end != NULL)
            return take(lines, (size_t)(line_end - first) + 1, true, piece, error);
        if (limit == CSV_PIECE_SIZE_MAX)
            return take(lines, limit, false, piece, error);
        if (lines->at_end) {
            *more = held > 0;
            return held > 0 ? take(lines, held, true, piece, error) : STATUS_OK;
        }
        searched = limit;
        const Status status = refill(lines, error);
        if (status != STATUS_OK)
            return status;
    }
}

void csv_lines_digest(CsvLines *lines, uint8_t digest[SHA256_SIZE]) {
    assert(lines->at_end);
    memset(digest, 0, SHA256_SIZE);
    hash_what_came(lines);
    if (lines->is_hashed)
        sha256_end(&lines->sha, digest);
}

bool csv_lines_changed(const CsvLines *lines) {
    struct stat state;
    if (!lines->is_regular || fstat(lines->descriptor, &state) != 0)
        return false;
    return state.st_size != lines->opened_size_bytes || modified_ns(&state) != lines->opened_modified_ns ||
           lines->size_bytes != lines->opened_size_bytes;
}
