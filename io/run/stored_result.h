/* The results of a sealed run as the database keeps them, each as its line of the digest (io/run/result_digest.h).
 *
 * What is stored is printed as it stands, whatever it is: a row that no engine could have made is a line that no
 * engine makes. Between begin and end a COPY is open on the connection.
 */
#ifndef YDELSE_IO_RUN_STORED_RESULT_H
#define YDELSE_IO_RUN_STORED_RESULT_H

#include "io/pg/pg.h"
#include "io/run/result_digest.h"

typedef enum {
    STORED_RESULTS_ALL,     /* by month, CPR number */
    STORED_RESULTS_BUCKETS, /* those of the chosen buckets, by bucket, month, CPR number */
    STORED_RESULTS_UNKNOWN, /* those of persons who are no participants, by month, CPR number */
} StoredResultsChoice;

typedef struct {
    int32_t run_id;
    StoredResultsChoice choice;
    int16_t first_bucket, last_bucket; /* STORED_RESULTS_BUCKETS */
    const bool *chosen;                /* BUCKET_COUNT of them; NULL: every one in the range */
} StoredResultsRange;

#define STORED_LINE_SIZE (2 * RESULT_DIGEST_LINE_SIZE)

typedef struct {
    int16_t bucket;
    Month month;
    Cpr cpr; /* 0 for a text that is no CPR number */
    int size_bytes;
    char line[STORED_LINE_SIZE]; /* LF-terminated */
} StoredResult;

typedef struct StoredResults StoredResults;

Status stored_results_begin(Pg *pg, const StoredResultsRange *range, StoredResults **results, Error *error);
/* *more false: the end. */
Status stored_results_next(StoredResults *results, StoredResult *one, bool *more, Error *error);
void stored_results_end(StoredResults *results);

#endif
