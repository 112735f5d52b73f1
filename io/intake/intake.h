/* Reading a delivery: files of the eight kinds, row by row, each row decoded and checked on its own.
 *
 * Every data row of a file reaches the sink exactly once: as a well-formed row or as a reject, and all that is
 * wrong with a rejected row is told, so that its sender can mend it in one go. What a row
 * means beside other rows (N, R, T, duplicates, unknown participants) is decided by io/intake/resolve.h.
 * A file can turn out unusable only at its end (wrong trailer, a quote that never ends): the sink is then
 * told file_rejected and must forget the rows and rejects it got from it. Of a file whose header is wrong it
 * gets none. Whoever keeps the rows of a rejected file reads it again with intake_reject_all.
 * Limits: ROW_SIZE_MAX bytes a row, COLUMNS_MAX columns; memory does not grow with the file.
 */
#ifndef YDELSE_IO_INTAKE_INTAKE_H
#define YDELSE_IO_INTAKE_INTAKE_H

#include <sys/types.h>

#include "engine/finding.h"
#include "io/base/error.h"
#include "io/base/mask.h"
#include "io/intake/kind.h"

#define ROW_SIZE_MAX 65536
#define INPUT_FILES_MAX 4096

typedef enum { CHARSET_UTF8, CHARSET_LATIN1 } Charset;

typedef struct {
    Charset charset;
    char decimal_sign; /* ',' or '.' */
} Dialect;

typedef struct {
    char *path;             /* as opened */
    char name[MASKED_SIZE]; /* without its folder, as it may be shown */
    KindId kind;
    int32_t number; /* index in the list: Source.file */
    bool
        is_listed; /* by input_list, which looked at it: then these are known, and no other file is read in its place */
    bool is_regular;
    dev_t device;
    ino_t inode;
} InputFile;

/* Deltagere first, then by kind; within a kind each folder in the order given, all single files as one more, by bytes of
 * their names. */
typedef struct {
    InputFile *files;
    int32_t count;
    int32_t unknown_count; /* files reported as FIL_UKENDT or FIL_IKKE_ALMINDELIG and not read */
} InputList;

/* One message about one place in the input. Texts are borrowed for the call; CPR-like values are masked. */
typedef struct {
    FindingCode code;
    const InputFile *file;
    int32_t line;         /* 0: the whole file */
    const char *column;   /* header name, or "" */
    int32_t field_number; /* 1-based, or 0 */
    const char *found;
    const char *expected;
    bool rejects_file; /* one of those that make the whole file unusable; file_rejected follows at its end */
} InputFinding;

/* 128-bit hash of all columns but posttype and indberettet, as text (XXH3). */
typedef struct {
    uint64_t low, high;
} ContentHash;

typedef struct {
    const InputFile *file;
    int32_t line;
    Posttype posttype;
    const Value *values; /* kind_table[file->kind].column_count of them; borrowed for the call */
    ContentHash content;
    Text raw;                      /* the row's own bytes, without line end; borrowed */
    const int8_t *field_of_column; /* field number minus 1 of each column, -1: not in this file; borrowed */
} InputRow;

typedef struct {
    void (*row)(void *context, const InputRow *row);
    /* The row as it stands (at most ROW_SIZE_MAX bytes of it) and the finding that rejects it: the first one
     * of a row with several defects. Called once for each rejected row. id and cpr are what could be read of
     * them, or empty. */
    void (*reject)(void *context, const InputFinding *finding, Text raw, Text id, Text cpr);
    /* Everything else that is to be told; it counts no row and no file. Three sorts: the further defects of
     * the row that was just rejected (severity reject, the same line, in order of the fields, at most one for
     * each column), warnings about rows that go on, and what is wrong with a whole file (rejects_file). That
     * the file is rejected is told by file_rejected alone. */
    void (*finding)(void *context, const InputFinding *finding);
    void (*file_rejected)(void *context, const InputFile *file);
    void *context;
} IntakeSink;

typedef struct {
    int64_t rows_read;
    int64_t rows_well_formed;
    int64_t rows_rejected; /* all of them when file_rejected */
    bool file_rejected;
    uint8_t sha256[32]; /* of the file's bytes as read */
    int64_t size_bytes;
} IntakeOutcome;

/* Lists what there is to read. A missing path is STATUS_NO_INPUT, as is a delivery without any file of a
 * known kind. Unknown kinds are reported to sink->finding. */
Status input_list(char *const *paths, int path_count, const IntakeSink *sink, InputList *list, Error *error);
void input_list_free(InputList *list);
/* Fails when what is to be written would take the place of a file of the list. path NULL: nothing would. */
Status input_list_spare(const InputList *list, const char *path, Error *error);

/* Opens the file that was listed. Whoever may write into its folder can put another one in its place: that is
 * STATUS_TRY_AGAIN, and nothing of it is read. */
Status input_file_open(const InputFile *file, int *descriptor, Error *error);

/* Reads one file. A Status other than OK is trouble in the world (unreadable file), not in the data. */
Status intake_read(const InputFile *file, const Dialect *dialect, const IntakeSink *sink,
                   IntakeOutcome *outcome, Error *error);

/* The same for whom it is enough to have read the file: outcome->sha256 is zeros. */
Status intake_read_unhashed(const InputFile *file, const Dialect *dialect, const IntakeSink *sink,
                            IntakeOutcome *outcome, Error *error);

/* Reads a file that was rejected once more: each data row reaches sink->reject with the code, found and
 * expected of `finding` (and its own line, id and cpr as far as they can be read); nothing else is called. */
Status intake_reject_all(const InputFile *file, const Dialect *dialect, const InputFinding *finding,
                         const IntakeSink *sink, IntakeOutcome *outcome, Error *error);

/* "indkomst.csv:17: reject ULAESELIGT_BELOEB: felt_0013 (field 11): The amount cannot be read: ..." */
#define FINDING_LINE_SIZE 1024
void input_finding_format(const InputFinding *finding, bool danish, char *text);
/* Only the sentence: "The amount cannot be read: ...; expected: ..." */
void input_finding_sentence(const InputFinding *finding, bool danish, char *text);
/* What was expected, in the language asked for; borrowed from text or static. */
const char *input_finding_phrase(const char *text, bool danish);

#endif
