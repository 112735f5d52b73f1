/* Facts from PostgreSQL: the participants of a range of buckets with all their facts, as known at a delivery.
 *
 * One binary COPY per kind, sorted by bucket, participant and id, is read into an arena; the rows of a participant
 * lie side by side. The range is chosen by the caller so that memory stays bounded (run_work). The rows are
 * decoded by the same code as those of files (io/intake/fact.h), and which of them count was decided by the same
 * resolve_fold when they were loaded.
 */
#ifndef YDELSE_IO_PG_PG_STREAM_H
#define YDELSE_IO_PG_PG_STREAM_H

#include "engine/facts.h"
#include "io/pg/pg.h"

typedef struct {
    int16_t first_bucket, last_bucket;
    int32_t data_as_of;
    /* 0: every participant; else only those in the scope of this run. */
    int32_t scope_run_id;
    /* Or those of a query of its own with columns bucket and cpr; NULL: none. */
    const char *scope_sql;
    /* Only the participant whose CPR number the session setting ydelse.cpr holds: it stands in no statement, so
     * that no server log can carry it. */
    bool one_participant;
    /* Income paid in these months, and earlier in the year of the first, is all that they can use. */
    Month first_month, last_month;
} PgFactsRange;

typedef struct PgFacts PgFacts;

Status pg_facts_read(Pg *pg, const PgFactsRange *range, PgFacts **facts, Error *error);
/* The facts of one participant for the months first..last; none when the delivery did not know the participant. */
Status pg_facts_of_one(Pg *pg, Cpr cpr, Month first, Month last, int32_t data_as_of, PgFacts **facts,
                       Error *error);
/* NULL is nothing to free. */
void pg_facts_free(PgFacts *facts);

/* Participants in order of bucket, then CPR number. */
int32_t pg_facts_count(const PgFacts *facts);
int16_t pg_facts_bucket(const PgFacts *facts, int32_t index);
Cpr pg_facts_cpr(const PgFacts *facts, int32_t index);
/* Borrowed until pg_facts_free. */
void pg_facts_at(const PgFacts *facts, int32_t index, Facts *one);

#endif
