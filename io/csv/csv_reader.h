/* CSV rows: ';' between fields, RFC 4180 quotes, LF or CRLF (libcsv in strict mode).
 *
 * Physical lines are fed to the parser one by one, so that every row knows its line and a misplaced quote
 * costs one row. Blank lines are skipped, blanks around an unquoted value dropped. A CR that is not part of a
 * CRLF is a byte like others. Limits: CSV_ROW_SIZE_MAX bytes a row, CSV_FIELDS_MAX fields kept (all counted).
 */
#ifndef YDELSE_IO_CSV_CSV_READER_H
#define YDELSE_IO_CSV_CSV_READER_H

#include "engine/facts.h"
#include "io/csv/csv_lines.h"

#define CSV_FIELDS_MAX 64

/* So many bytes from the start of a field that is not empty can be read, whatever its size: whoever copies short fields
 * need not look at it. */
#define CSV_FIELD_SLACK 32

typedef struct CsvReader CsvReader;

typedef enum {
    CSV_EVENT_ROW,
    CSV_EVENT_BAD_QUOTE,  /* a quote where none may be; the next line goes on */
    CSV_EVENT_TOO_LONG,   /* a row of more than CSV_ROW_SIZE_MAX bytes */
    CSV_EVENT_OPEN_QUOTE, /* a quote that never ends: nothing comes after it but CSV_EVENT_END */
    CSV_EVENT_END,
} CsvEvent;

typedef struct {
    CsvEvent event;
    int32_t line;        /* the physical line the row begins on */
    const Text *fields;  /* CSV_EVENT_ROW: UTF-8, the first CSV_FIELDS_MAX of them */
    int32_t field_count; /* all of them */
    Text raw;            /* the row's bytes without its line end, at most CSV_ROW_SIZE_MAX of them */
    int32_t position;    /* CSV_EVENT_BAD_QUOTE: where in its last line, in bytes from 1 */
    int32_t bad_byte; /* CSV_EVENT_ROW: index in raw of the first byte outside the charset (or NUL), or -1 */
    Text captured; /* events but CSV_EVENT_ROW and _END: the field of csv_reader_capture as far as readable */
} CsvRow;

Status csv_reader_open(const char *path, const char *name, bool latin1, CsvReader **reader, Error *error);
/* Of a file that is open; the descriptor is taken, also on failure. */
Status csv_reader_open_descriptor(int descriptor, const char *name, bool latin1, CsvReader **reader,
                                  Error *error);
Status csv_reader_open_memory(const char *name, const char *bytes, size_t size_bytes, CsvReader **reader,
                              Error *error);
void csv_reader_close(CsvReader *reader);

/* Before the first row: nobody will ask for the digest, it is zeros. */
void csv_reader_without_digest(CsvReader *reader);

/* Asks for one field of rows that cannot be parsed; -1: none. */
void csv_reader_capture(CsvReader *reader, int32_t field_index);

/* The next row; everything in it is valid until the next call. */
Status csv_reader_next(CsvReader *reader, CsvRow *row, Error *error);

/* After CSV_EVENT_END: the digest and number of all bytes, and whether the file changed meanwhile. */
typedef struct {
    uint8_t sha256[SHA256_SIZE];
    int64_t size_bytes;
    bool changed;
} CsvTotals;
void csv_reader_totals(CsvReader *reader, CsvTotals *totals);

#endif
