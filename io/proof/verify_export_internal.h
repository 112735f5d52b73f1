/* Between the parts of the check of an export: verify_export.c (files), verify_export_chain.c (seals, law,
 * origins), verify_export_rows.c (results, what is owed), verify_export_sealed.c (both, against the seal),
 * verify_export_calc.c (everything again). */
#ifndef YDELSE_IO_PROOF_VERIFY_EXPORT_INTERNAL_H
#define YDELSE_IO_PROOF_VERIFY_EXPORT_INTERNAL_H

#include <stdio.h>

#include "engine/date.h"
#include "io/base/error.h"
#include "io/proof/export_format.h"

#define PROBLEMS_SHOWN_MAX 100
#define EXPORT_MONTHS_MAX 1200

typedef struct {
    char kind[16];
    int32_t file_id, delivery_id;
    char sha256_hex[SHA256_HEX_SIZE];
} SealedFile;

typedef struct {
    Month month;
    bool everyone;
} CheckedMonth;

typedef struct {
    const char *folder;
    const char *seal_kept; /* or NULL */
    bool danish;
    int64_t problems;
    /* What the manifest says. */
    int32_t run_id, data_as_of;
    char month[8], kind[16];
    int64_t results;
    char digest_hex[SHA256_HEX_SIZE], seal_hex[SHA256_HEX_SIZE];
    int64_t rows[EXPORT_FILE_COUNT];
    bool is_there[EXPORT_FILE_COUNT];
    /* What the chain says. */
    int64_t seal_count;
    char *seal_text; /* of the run; NULL when the chain does not reach it */
    SealedFile *files;
    int64_t file_count, file_capacity;
    CheckedMonth months[EXPORT_MONTHS_MAX];
    int32_t month_count;
    int64_t computed; /* person-months */
} ExportCheck;

/* Prints a problem, in the language asked for; line 0: the file as a whole. */
__attribute__((format(printf, 4, 6), format(printf, 5, 6))) void
export_problem(ExportCheck *check, const char *name, int64_t line, const char *danish, const char *english,
               ...);

void export_path(const ExportCheck *check, const char *name, char path[EXPORT_PATH_SIZE]);

/* Lines of a file, one after the other, without their LF. */
typedef struct {
    FILE *stream;
    char *text; /* NULL: there is no more */
    size_t capacity;
    int64_t number; /* of the line, from 1 */
} ExportLines;

/* The first line must be the header. */
Status export_lines_open(ExportCheck *check, ExportFileId id, const char *header, ExportLines *lines,
                         Error *error);
Status export_lines_next(ExportLines *lines, Error *error);
void export_lines_close(ExportLines *lines);

/* What stands behind "key=" in the first line that begins so, after the beginning of the text or of a line found
 * before; NULL: there is none. */
const char *seal_text_line(const char *text, const char *key);
/* The value of "key=..." at the beginning of a line of a seal's text; false: there is none. */
bool seal_text_value(const char *text, const char *key, char *value, size_t size);

/* Cuts a line into its fields, in place; returns how many there are. */
int export_cut(char *line, char **fields, int field_max);

Status export_check_chain(ExportCheck *check, Error *error);
Status export_check_sources(ExportCheck *check, Error *error);
/* The content of a law file without what stands before it; the caller frees it. */
Status export_law_content(ExportCheck *check, ExportFileId id, char **content, Error *error);
Status export_check_results(ExportCheck *check, Error *error);
Status export_check_owed(ExportCheck *check, Error *error);
Status export_check_sealed(ExportCheck *check, Error *error);
Status export_check_calc(ExportCheck *check, Error *error);

#endif
