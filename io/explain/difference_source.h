/* Which two results are compared, and where they come from: files, or sealed runs.
 *
 * Two months: what held for each after the same run (default: after the latest). Two runs: what held for one month
 * after each of them. From sealed runs each calculation must end in the stored line, else STATUS_INTERNAL.
 */
#ifndef YDELSE_IO_EXPLAIN_DIFFERENCE_SOURCE_H
#define YDELSE_IO_EXPLAIN_DIFFERENCE_SOURCE_H

#include "io/command/command.h"
#include "io/explain/difference.h"
#include "io/pg/pg.h"

typedef struct {
    Cpr cpr;
    Month month[2];    /* the earlier result first */
    int32_t run_id[2]; /* as of these runs; 0: the latest */
    Status (*write)(void *context, const Difference *difference, Error *error);
    void *context;
} DifferenceRequest;

/* difference_files.c: two months of one delivery. */
Status difference_from_files(const Invocation *invocation, const DifferenceRequest *request, Error *error);
/* difference_stored.c */
Status difference_from_database(const Invocation *invocation, const DifferenceRequest *request, Error *error);
/* The same on a connection that is there, after the look at the person is logged. Needs code_lists_load. */
Status difference_stored(Pg *pg, const DifferenceRequest *request, Error *error);

#endif
