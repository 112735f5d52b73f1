/* A run as the database keeps it, and the plan to compute a sealed run again. */
#ifndef YDELSE_IO_RUN_RUN_RECORD_H
#define YDELSE_IO_RUN_RUN_RECORD_H

#include "io/base/sha256.h"
#include "io/law/stored_law.h"
#include "io/run/run_plan.h"

typedef struct {
    int32_t run_id;
    Month month;
    char kind[16]; /* nightly, reprocess */
    int32_t data_as_of;
    Month first_month; /* the earliest cut-over used */
    int64_t results;
    int64_t til_udbetaling_oere;
    char ended_at[40]; /* ISO 8601, the time of its seal */
    char digest_hex[SHA256_HEX_SIZE];
    char seal_hex[SHA256_HEX_SIZE];
    char program[256]; /* "version=...\nsources=...\n" of the program that sealed it */
} RunRecord;

/* A sealed run; STATUS_DATA when there is none of this number. */
Status run_record_get(Pg *pg, int32_t run_id, RunRecord *run, Error *error);

/* Which sealed runs: of the months first..last, at most as of a delivery (0: any), in their order. */
typedef struct {
    Month first, last;
    int32_t data_as_of_max;
    bool holding; /* those of whose results month `first` consists, however they are named */
} RunSelection;

/* Runs in their order; the caller frees *runs. */
Status run_records_list(Pg *pg, const RunSelection *selection, RunRecord **runs, int32_t *count,
                        Error *error);

/* The number of a run as a person writes it (--run N, diff N N): 1 to 999999999, else STATUS_USAGE that names it. */
Status run_number_parse(const char *text, const char *what, int32_t *run_id, Error *error);

/* The plan of a sealed run as it was, under a law (usually its own, stored_law_of_run). Freed by run_plan_free. */
Status run_plan_again(Pg *pg, const RunRecord *run, const StoredLaw *law, RunPlan *plan, Error *error);

#endif
