/* Loading a delivery into PostgreSQL: every row of every file is stored, counted as a duplicate, or rejected.
 *
 * load_delivery works inside a transaction of its caller, who holds the load lock, and either commits all of it
 * or nothing. The same content twice is a no-op, except that rows rejected then are tried again.
 */
#ifndef YDELSE_IO_LOAD_LOAD_H
#define YDELSE_IO_LOAD_LOAD_H

#include "io/intake/intake.h"
#include "io/pg/pg.h"

typedef struct {
    char *name; /* as it may be shown */
    KindId kind;
    int64_t rows_read;
    int64_t rows_stored;
    int64_t rows_duplicate;
    int64_t rows_rejected;
    bool file_rejected;
    bool known_before; /* the same content was loaded before */
    int32_t same_as;   /* it changed nothing: the stored file with the same content; else 0 */
} LoadedFile;

typedef struct {
    LoadedFile *files;
    int32_t file_count;
    int32_t unknown_count; /* files of no known kind */
    int32_t delivery_id;   /* 0: nothing new, nothing to commit */
    int64_t resolved;      /* rows rejected earlier that count now */
    int64_t corrected;     /* rejects that a later row took the place of */
} LoadReport;

typedef struct {
    char *const *paths;
    int path_count;
    Dialect dialect;
    bool danish; /* the language of findings, which go to stderr */
} LoadRequest;

Status load_delivery(Pg *pg, const LoadRequest *request, LoadReport *report, Error *error);

/* The whole of `load`: lock, transaction, load_delivery, commit. */
Status load_and_commit(Pg *pg, const LoadRequest *request, int wait_seconds, LoadReport *report,
                       Error *error);

/* Prints the accounting file by file. */
/* tried: it will not be stored after all. */
void load_report_print(const LoadReport *report, bool tried, bool danish);
/* STATUS_FINDINGS when rows or files were rejected or not read, STATUS_DATA when no file could be used. */
Status load_report_status(const LoadReport *report, Error *error);
void load_report_free(LoadReport *report);

#endif
