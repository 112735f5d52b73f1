/* Physical lines of a file or of bytes in memory, in bounded memory, with the SHA-256 of all bytes read.
 *
 * A line comes as one piece with its line end, or, when it is longer than CSV_PIECE_SIZE_MAX, as several.
 */
#ifndef YDELSE_IO_CSV_CSV_LINES_H
#define YDELSE_IO_CSV_CSV_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/base/error.h"
#include "io/base/sha256.h"

/* The longest row that is held as a whole, in bytes without its line end. */
#define CSV_ROW_SIZE_MAX 65536
#define CSV_PIECE_SIZE_MAX (CSV_ROW_SIZE_MAX + 2)

typedef struct {
    int32_t line;      /* number of the physical line, from 1 */
    bool is_last;      /* of its line */
    const char *bytes; /* read from a file, so many bytes after them can be read: CSV_LINES_SLACK */
    size_t size_bytes;
    bool has_quote, has_carriage_return;
} CsvPiece;

#define CSV_LINES_SLACK 32

/* Where a byte stands next, so that one search serves all the lines up to it. */
typedef struct {
    char byte;
    bool is_known;
    size_t at; /* the first one that does not lie before the line last asked about; the end: there is none */
} CsvNextByte;

typedef struct {
    const char *name; /* for messages; borrowed */
    int descriptor;   /* -1: memory */
    char *buffer;
    const char *bytes; /* buffer, or the caller's memory */
    size_t start, end;
    bool at_end;
    bool in_line; /* the last piece did not end its line */
    CsvNextByte quote, carriage_return;
    bool is_hashed;
    size_t unhashed; /* where the bytes begin that have not been */
    int32_t line;
    int64_t size_bytes;
    bool is_regular;
    int64_t opened_size_bytes;
    int64_t opened_modified_ns;
    Sha256 sha;
} CsvLines;

/* All: name is borrowed. With skip_bom the three bytes of a UTF-8 byte order mark at the start are dropped.
 * csv_lines_close is needed after success only. */
Status csv_lines_open(const char *path, const char *name, bool skip_bom, CsvLines *lines, Error *error);
/* Of a file that is open; the descriptor is taken, also on failure. */
Status csv_lines_open_descriptor(int descriptor, const char *name, bool skip_bom, CsvLines *lines,
                                 Error *error);
Status csv_lines_open_memory(const char *name, const char *bytes, size_t size_bytes, bool skip_bom,
                             CsvLines *lines, Error *error);
void csv_lines_close(CsvLines *lines);

/* Nobody will ask for the digest: the bytes are not hashed. */
void csv_lines_without_digest(CsvLines *lines);

/* The next piece, valid until the next call; *more false: the end. */
Status csv_lines_next(CsvLines *lines, CsvPiece *piece, bool *more, Error *error);

/* After the end: the digest of all bytes, the byte order mark included, zeros without one. Once. */
void csv_lines_digest(CsvLines *lines, uint8_t digest[SHA256_SIZE]);

/* After the end: whether the file is no longer what was opened. One that grows is not read to its end. */
bool csv_lines_changed(const CsvLines *lines);

#endif
