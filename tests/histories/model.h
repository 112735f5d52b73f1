/* The naive model: what must be known, computed and owed after each night of a story, without SQL.
 *
 * It keeps every row that ever arrived, decides by id which of them counts, writes those as a delivery of new rows
 * and lets `ydelse calc` say what they come to; what is owed it keeps itself. It is simple rather than fast.
 */
#ifndef YDELSE_TESTS_HISTORIES_MODEL_H
#define YDELSE_TESTS_HISTORIES_MODEL_H

#include "tests/histories/story.h"
#include "tests/histories/tally.h"

#define COMPONENTS 5 /* til_udbetaling, atp_egen, atp_kommune, skat, pension */

typedef struct {
    const Told *told;
    bool made_good; /* rejected at first, and counted when its file came again */
} Arrival;

typedef struct {
    int32_t revision;        /* 0: nothing was ever owed */
    const char *kommunekode; /* of the first sealed result, held or not owed as it may have been */
    int64_t amount[COMPONENTS];
    int64_t paid;
    bool unsent; /* some of it is in a batch that has not been sent */
    bool held;
} Owed;

typedef struct {
    const Story *story;
    Tally *tally;
    Arrival arrivals[TOLD_MAX];
    int32_t count;
    bool loaded[NIGHTS_MAX][NIGHT_FILES_MAX];
    Owed owed[PEOPLE_MAX][MONTHS];
    char *results[MONTHS]; /* the lines of calc when the month was last run; NULL: never */
    int32_t newest_run;    /* -1: none */
} Model;

/* Allocated; free with model_free. The story outlives it. */
Model *model_begin(const Story *story, Tally *tally);
void model_free(Model *model);

/* A night's files were loaded; again: those that were loaded before are repeated. */
void model_load(Model *model, int32_t night);
/* A run of the month was sealed. */
void model_run(Model *model, int32_t month);
/* Months that were run before were computed once more, for everyone or for one participant. */
void model_reprocess(Model *model, int32_t first, int32_t last, int32_t person);
/* Whether anything is known of a participant. */
bool model_knows(const Model *model, int32_t person);

bool model_is_dead(const Model *model, int32_t person);
/* Whether a SPAERRING that counts lies on the day. */
bool model_is_on_hold(const Model *model, int32_t person, Date day);

/* The first month that is owed for participants of a municipality. */
int32_t model_cutover(const Story *story, const char *kommunekode);
int32_t model_first_month(const Story *story);

/* All that arrived, in the order of arrival; returns how many. */
int32_t model_arrived(const Model *model, const Told **arrived);

/* What must be owed, a line for each participant and month, as play.c asks the database. The caller frees it. */
char *model_owed_text(const Model *model);

#endif
