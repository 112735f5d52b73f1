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
    int32_t line; /* number of the physical line, from 1 */
    bool is_last; /* of its line */
    const char *bytes;
    size_t size_bytes;
} CsvPiece;

typedef struct {
    const char *name; /* for messages; borrowed */
    int descriptor;   /* -1: memory */
    char *buffer;
    const char *bytes; /* buffer, or the caller's memory */
    size_t start, end;
    bool at_end;
    bool in_line; /* the last piece did not end its line */
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

/* The next piece, valid until the next call; *more false: the end. */
Status csv_lines_next(CsvLines *lines, CsvPiece *piece, bool *more, Error *error);

/* After the end: the digest of all bytes, the byte order mark included. Once. */
void csv_lines_digest(CsvLines *lines, uint8_t digest[SHA256_SIZE]);

/* After the end: whether the file is no longer what was opened. One that grows is not read to its end. */
bool csv_lines_changed(const CsvLines *lines);

#endif
