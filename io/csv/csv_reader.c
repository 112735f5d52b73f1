#include "io/csv/csv_reader.h"

#include <assert.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/csv/csv_charset.h"
#include "io/csv/csv_scan.h"

#define LATIN1_GROWTH 2
_Static_assert(CSV_LINES_SLACK >= CSV_FIELD_SLACK, "a field can be where its line is");
/* libcsv's room for a field grows by so many bytes; it starts empty. */
#define FIELD_ROOM 4096

struct CsvReader {
    CsvLines lines;
    struct csv_parser parser;
    bool latin1;
    bool row_open; /* earlier lines of the row have been fed */
    bool row_complete;
    int32_t row_line;
    int32_t capture_field;
    CsvScan scan;
    int32_t field_count;
    uint32_t field_bytes_used;  /* of the fields that were copied */
    uint64_t field_bytes_noted; /* the size of those that were not */
    Text fields[CSV_FIELDS_MAX];
    uint32_t raw_size; /* of a row of several lines, so far */
    char raw[CSV_ROW_SIZE_MAX + 2];
    char field_bytes[LATIN1_GROWTH * (CSV_ROW_SIZE_MAX + 2) + CSV_FIELD_SLACK];
};

/* --- What libcsv calls ---------------------------------------------------------------------------------- */

static void *grow_field_room(void *room, size_t size_bytes) {
    return realloc(room, size_bytes + CSV_FIELD_SLACK);
}

static void field_done(CsvReader *reader, char *place, uint32_t size_bytes) {
    reader->field_bytes_used += size_bytes;
    if (reader->field_count < CSV_FIELDS_MAX)
        reader->fields[reader->field_count] = (Text){place, size_bytes};
    reader->field_count++;
}
static void field_read(void *bytes, size_t size_bytes, void *context) {
    CsvReader *reader = context;
    char *place = reader->field_bytes + reader->field_bytes_used;
    assert(reader->field_bytes_used + size_bytes + CSV_FIELD_SLACK <= sizeof reader->field_bytes);
    /* libcsv gives NULL for a field before the first byte of which there was none. */
    if (size_bytes > CSV_FIELD_SLACK)
        memcpy(place, bytes, size_bytes);
    else if (bytes != NULL)
        memcpy(place, bytes, CSV_FIELD_SLACK);
    field_done(reader, place, (uint32_t)size_bytes);
}

static void field_read_latin1(void *bytes, size_t size_bytes, void *context) {
    CsvReader *reader = context;
    char *place = reader->field_bytes + reader->field_bytes_used;
    assert(reader->field_bytes_used + LATIN1_GROWTH * size_bytes <= sizeof reader->field_bytes);
    field_done(reader, place, (uint32_t)latin1_to_utf8(bytes, size_bytes, place));
}

/* Notes the size only: where the field stands is found out at the end of the row (place_fields). */
static void field_note(void *bytes, size_t size_bytes, void *context) {
    (void)bytes;
    CsvReader *reader = context;
    if (reader->field_count < CSV_FIELDS_MAX)
        reader->fields[reader->field_count].size_bytes = (uint32_t)size_bytes;
    reader->field_bytes_noted += size_bytes;
    reader->field_count++;
}

static void row_read(int terminator, void *context) {
    (void)terminator;
    CsvReader *reader = context;
    reader->row_complete = true;
}

static int is_line_feed(unsigned char byte) {
    return byte == '\n';
}

/* --- Life ------------------------------------------------------------------------------------------------- */

static bool start_parser(CsvReader *reader) {
    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return false;
    csv_set_delim(&reader->parser, ';');
    csv_set_realloc_func(&reader->parser, grow_field_room);
    csv_set_blk_size(&reader->parser, FIELD_ROOM);
    return true;
}

/* After an error, or in the middle of a row: whatever was half read is forgotten, nothing is called back. */
static void restart_parser(CsvReader *reader) {
    csv_fini(&reader->parser, NULL, NULL, NULL);
    csv_free(&reader->parser);
    const bool started = start_parser(reader);
    assert(started); /* csv_init fails for a NULL parser only */
}

static CsvReader *new_reader(bool latin1, Error *error) {
    CsvReader *reader = malloc(sizeof *reader);
    if (reader == NULL || !start_parser(reader)) {
        free(reader);
        error_no_memory(error);
        return NULL;
    }
    reader->latin1 = latin1;
    reader->row_open = false;
    reader->capture_field = -1;
    reader->raw_size = 0;
    return reader;
}

static void free_parser(CsvReader *reader) {
    csv_free(&reader->parser);
    free(reader);
}

Status csv_reader_open(const char *path, const char *name, bool latin1, CsvReader **reader, Error *error) {
    CsvReader *opened = new_reader(latin1, error);
    *reader = NULL;
    if (opened == NULL)
        return STATUS_INTERNAL;
    /* The byte order mark is UTF-8's own: in a file declared as latin1 it is a lie that shall be seen. */
    const Status status = csv_lines_open(path, name, !latin1, &opened->lines, error);
    if (status == STATUS_OK)
        *reader = opened;
    else
        free_parser(opened);
    return status;
}

Status csv_reader_open_descriptor(int descriptor, const char *name, bool latin1, CsvReader **reader,
                                  Error *error) {
    CsvReader *opened = new_reader(latin1, error);
    *reader = NULL;
    if (opened == NULL) {
        close(descriptor);
        return STATUS_INTERNAL;
    }
    const Status status = csv_lines_open_descriptor(descriptor, name, !latin1, &opened->lines, error);
    if (status == STATUS_OK)
        *reader = opened;
    else
        free_parser(opened);
    return status;
}

Status csv_reader_open_memory(const char *name, const char *bytes, size_t size_bytes, CsvReader **reader,
                              Error *error) {
    CsvReader *opened = new_reader(false, error);
    *reader = NULL;
    if (opened == NULL)
        return STATUS_INTERNAL;
    const Status status = csv_lines_open_memory(name, bytes, size_bytes, true, &opened->lines, error);
    if (status == STATUS_OK)
        *reader = opened;
    else
        free_parser(opened);
    return status;
}

void csv_reader_close(CsvReader *reader) {
    if (reader == NULL)
        return;
    csv_lines_close(&reader->lines);
    free_parser(reader);
}

void csv_reader_without_digest(CsvReader *reader) {
    csv_lines_without_digest(&reader->lines);
}

void csv_reader_capture(CsvReader *reader, int32_t field_index) {
    reader->capture_field = field_index;
}

void csv_reader_totals(CsvReader *reader, CsvTotals *totals) {
    csv_lines_digest(&reader->lines, totals->sha256);
    totals->size_bytes = reader->lines.size_bytes;
    totals->changed = csv_lines_changed(&reader->lines);
}

/* --- Rows --------------------------------------------------------------------------------------------------- */

static void begin_row(CsvReader *reader, int32_t line) {
    reader->row_line = line;
    reader->raw_size = 0;
    reader->field_count = 0;
    reader->field_bytes_used = 0;
    reader->field_bytes_noted = 0;
    reader->row_complete = false;
}

/* How many bytes of the piece are its line end: LF, CRLF, or at the end of the file nothing or a CR. */
static size_t line_end_size(const CsvPiece *piece) {
    size_t size = piece->size_bytes;
    if (size > 0 && piece->bytes[size - 1] == '\n')
        size--;
    if (size > 0 && piece->bytes[size - 1] == '\r')
        size--;
    return piece->size_bytes - size;
}

static bool is_blank(const CsvPiece *piece) {
    for (size_t i = 0; i < piece->size_bytes; i++) {
        const char byte = piece->bytes[i];
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n')
            return false;
    }
    return true;
}

typedef void TakeField(void *bytes, size_t size_bytes, void *context);

/* Index of the byte that the parser refused, or -1. */
static ptrdiff_t parse_bytes(CsvReader *reader, TakeField *take, const char *bytes, size_t size_bytes) {
    if (size_bytes == 0)
        return -1;
    const size_t parsed = csv_parse(&reader->parser, bytes, size_bytes, take, row_read, reader);
    return parsed == size_bytes ? -1 : (ptrdiff_t)parsed;
}

/* Feeds one line. libcsv ends a row at any CR, so a lone one is fed under a rule that ends rows at LF only. */
static ptrdiff_t feed_line(CsvReader *reader, const CsvPiece *piece, TakeField *take) {
    const size_t end_size = line_end_size(piece);
    const size_t body_size = piece->size_bytes - end_size;
    const bool has_line_feed = end_size > 0 && piece->bytes[piece->size_bytes - 1] == '\n';
    ptrdiff_t refused;
    if (!piece->has_carriage_return || memchr(piece->bytes, '\r', body_size) == NULL) {
        refused = parse_bytes(reader, take, piece->bytes, piece->size_bytes);
    } else {
        csv_set_term_func(&reader->parser, is_line_feed);
        refused = parse_bytes(reader, take, piece->bytes, body_size);
        csv_set_term_func(&reader->parser, NULL);
        if (refused < 0)
            refused = parse_bytes(reader, take, piece->bytes + body_size, end_size);
    }
    if (refused < 0 && !has_line_feed)
        refused = parse_bytes(reader, take, "\n", 1);
    return refused;
}

/* The fields of a row that was fed as it stands. When libcsv has left nothing out but the separators, which the sum of
 * the sizes shows, they stand in the line one after the other. */
static bool place_fields(CsvReader *reader, const CsvPiece *piece) {
    const size_t body_size = piece->size_bytes - line_end_size(piece);
    const char *at = piece->bytes;
    if (reader->field_bytes_noted + (uint64_t)reader->field_count - 1 != body_size)
        return false;
    for (int32_t i = 0; i < reader->field_count && i < CSV_FIELDS_MAX; i++) {
        reader->fields[i].bytes = at;
        at += reader->fields[i].size_bytes + 1;
    }
    return true;
}

/* Nearly every line is a row without a quote: its fields need not be copied. One with blanks around a value is fed again.
 */
static ptrdiff_t parse_line(CsvReader *reader, const CsvPiece *piece) {
    TakeField *copy = reader->latin1 ? field_read_latin1 : field_read;
    if (reader->row_open || reader->latin1 || piece->has_quote || reader->lines.buffer == NULL)
        return feed_line(reader, piece, copy);
    const ptrdiff_t refused = feed_line(reader, piece, field_note);
    if (refused >= 0 || !reader->row_complete || place_fields(reader, piece))
        return refused;
    begin_row(reader, reader->row_line);
    return feed_line(reader, piece, copy);
}

static void keep_raw(CsvReader *reader, const char *bytes, size_t size_bytes) {
    const size_t room = CSV_ROW_SIZE_MAX - reader->raw_size;
    const size_t size = size_bytes < room ? size_bytes : room;
    memcpy(reader->raw + reader->raw_size, bytes, size);
    reader->raw_size += (uint32_t)size;
}

/* The row's bytes up to now and this piece, without the line end. Rows of one line are not copied. */
static Text row_raw(CsvReader *reader, const CsvPiece *piece) {
    const size_t body_size = piece->size_bytes - line_end_size(piece);
    if (reader->raw_size == 0)
        return (Text){piece->bytes, (uint32_t)body_size};
    keep_raw(reader, piece->bytes, body_size);
    return (Text){reader->raw, reader->raw_size};
}

/* Goes on to the end of a row that is too long to hold, keeping its beginning. A long line of blanks is no row:
 * *done is false then. */
static Status skip_long_row(CsvReader *reader, CsvPiece piece, CsvRow *row, bool *done, Error *error) {
    bool ended = false;
    bool more = true;
    csv_scan_begin(&reader->scan, reader->capture_field);
    csv_scan_feed(&reader->scan, reader->raw, reader->raw_size);
    while (more && !ended) {
        ended = csv_scan_feed(&reader->scan, piece.bytes, piece.size_bytes);
        keep_raw(reader, piece.bytes, piece.size_bytes);
        if (ended)
            break;
        const Status status = csv_lines_next(&reader->lines, &piece, &more, error);
        if (status != STATUS_OK)
            return status;
    }
    restart_parser(reader);
    *done = reader->scan.field > 0 || reader->scan.state != CSV_SCAN_BEFORE_FIELD;
    const bool open = !ended && csv_scan_is_open(&reader->scan);
    row->event = open ? CSV_EVENT_OPEN_QUOTE : CSV_EVENT_TOO_LONG;
    row->raw = (Text){reader->raw, reader->raw_size};
    row->captured = csv_scan_value(&reader->scan);
    return STATUS_OK;
}

static void report_bad_quote(CsvReader *reader, const CsvPiece *piece, ptrdiff_t refused, CsvRow *row) {
    restart_parser(reader);
    row->event = CSV_EVENT_BAD_QUOTE;
    row->raw = row_raw(reader, piece);
    row->position = (int32_t)refused + 1;
    row->captured = csv_scan_field(&reader->scan, row->raw, reader->capture_field);
}

static void report_row(CsvReader *reader, const CsvPiece *piece, CsvRow *row) {
    row->event = CSV_EVENT_ROW;
    row->raw = row_raw(reader, piece);
    row->fields = reader->fields;
    row->field_count = reader->field_count;
    row->bad_byte = reader->latin1 ? latin1_bad_byte(row->raw.bytes, row->raw.size_bytes)
                                   : utf8_bad_byte(row->raw.bytes, row->raw.size_bytes);
}

static void report_end(CsvReader *reader, CsvRow *row) {
    row->event = CSV_EVENT_END;
    if (reader->row_open) {
        restart_parser(reader);
        row->event = CSV_EVENT_OPEN_QUOTE;
        row->raw = (Text){reader->raw, reader->raw_size};
        row->captured = csv_scan_field(&reader->scan, row->raw, reader->capture_field);
    }
}

/* Takes one piece into the row; *done when an event is there, *open when the row goes on. */
static Status take_piece(CsvReader *reader, const CsvPiece *piece, CsvRow *row, bool *done, bool *open,
                         Error *error) {
    *done = true;
    *open = false;
    row->line = reader->row_line;
    const size_t body_size = piece->size_bytes - line_end_size(piece);
    if (!piece->is_last || reader->raw_size + body_size > CSV_ROW_SIZE_MAX)
        return skip_long_row(reader, *piece, row, done, error);
    const ptrdiff_t refused = parse_line(reader, piece);
    if (refused >= 0 && csv_error(&reader->parser) != CSV_EPARSE)
        return error_no_memory(error);
    if (refused >= 0) {
        report_bad_quote(reader, piece, refused, row);
    } else if (reader->row_complete) {
        report_row(reader, piece, row);
    } else {
        keep_raw(reader, piece->bytes, piece->size_bytes);
        *done = false;
        *open = true;
    }
    return STATUS_OK;
}

Status csv_reader_next(CsvReader *reader, CsvRow *row, Error *error) {
    *row = (CsvRow){.event = CSV_EVENT_END, .bad_byte = -1};
    for (;;) {
        CsvPiece piece;
        bool more, done, open;
        Status status = csv_lines_next(&reader->lines, &piece, &more, error);
        if (status != STATUS_OK)
            return status;
        if (!more) {
            row->line = reader->row_open ? reader->row_line : reader->lines.line;
            report_end(reader, row);
            reader->row_open = false;
            return STATUS_OK;
        }
        if (!reader->row_open && piece.is_last && is_blank(&piece))
            continue;
        if (!reader->row_open)
            begin_row(reader, piece.line);
        status = take_piece(reader, &piece, row, &done, &open, error);
        reader->row_open = open;
        if (status != STATUS_OK || done)
            return status;
    }
}
