/* What is explained, and where its facts come from: files (calc's way) or a sealed run (run's way).
 *
 * Both call explanation_make and hand the explanation to `write`; neither explains a person without a result.
 */
#ifndef YDELSE_IO_EXPLAIN_EXPLAIN_SOURCE_H
#define YDELSE_IO_EXPLAIN_EXPLAIN_SOURCE_H

#include "io/command/command.h"
#include "io/explain/explanation.h"
#include "io/pg/pg.h"

typedef struct {
    Cpr cpr;
    Month month;
    Status (*write)(void *context, const Explanation *explanation, const FileNames *files, Error *error);
    void *context;
} ExplainRequest;

/* One person of a delivery, with the rates and policies that the options give. */
typedef struct {
    const RateTable *rates;
    Policy policy;
    const Facts *facts;
    const InputList *files;
} FilePerson;
typedef Status FilePersonVisit(void *context, const FilePerson *person, Error *error);
/* Reads --input, --rates, --policy, --charset, --decimal; STATUS_DATA when the person is not there
 * (explain_files.c). */
Status file_person_visit(const Invocation *invocation, Cpr cpr, FilePersonVisit *visit, void *context,
                         Error *error);

/* By file_person_visit. */
Status explain_from_files(const Invocation *invocation, const ExplainRequest *request, Error *error);

/* --run N, else the latest sealed result: facts, rates and policies as the run knew them. The calculation must end
 * in the stored line, else STATUS_INTERNAL (explain_stored.c). */
Status explain_from_database(const Invocation *invocation, const ExplainRequest *request, Error *error);
/* The same on a connection that is there, after the look at the person is logged; run_id 0: the latest. Needs
 * code_lists_load. */
Status explain_stored(Pg *pg, int32_t run_id, const ExplainRequest *request, Error *error);

#endif
