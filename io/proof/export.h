/* The content of an export: facts, law, results, what came to be owed, and the chain of seals up to the run. */
#ifndef YDELSE_IO_PROOF_EXPORT_H
#define YDELSE_IO_PROOF_EXPORT_H

#include "io/proof/export_folder.h"
#include "io/run/run_record.h"

typedef struct {
    Pg *pg;
    const RunRecord *run;
    const RunPlan *plan; /* run_plan_again under the run's own law */
    ExportFolder *folder;
} Export;

/* Everything but the manifest. Inside the caller's transaction (REPEATABLE READ READ ONLY). */
Status export_write(const Export *export, Error *error);

/* The facts the run could use, and where each came from (export_facts.c). */
Status export_facts(const Export *export, Error *error);

/* The manifest, last; its SHA-256 goes to manifest_hex. */
Status export_manifest(const Export *export, char manifest_hex[SHA256_HEX_SIZE], Error *error);

#endif
