/* ydelse export: a run with everything it stands on, in open formats, for somebody who has no database. */
#include <inttypes.h>
#include <stdio.h>

#include "io/command/command.h"
#include "io/command/database.h"
#include "io/intake/code_list.h"
#include "io/pg/look.h"
#include "io/proof/export.h"

static Status write_folder(const Export *export, char manifest_hex[SHA256_HEX_SIZE], Error *error) {
    Error ignored;
    Status status = pg_script(export->pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
    if (status == STATUS_OK)
        status = export_write(export, error);
    if (status == STATUS_OK)
        status = export_manifest(export, manifest_hex, error);
    if (status == STATUS_OK)
        status = export_folder_finish(export->folder, error);
    if (pg_in_transaction(export->pg))
        (void)pg_script(export->pg, "ROLLBACK", &ignored);
    return status;
}

static void tell(const Export *export, const char *manifest_hex, bool danish) {
    const ExportFolder *folder = export->folder;
    char month[DATE_TEXT_SIZE];
    int64_t facts = 0;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        facts += folder->entries[export_facts_file((KindId)kind)].rows;
    month_format(export->run->month, month);
    printf(danish ? "kørsel %d for %s: %d filer i %s\n" : "run %d for %s: %d files in %s\n",
           export->run->run_id, month, EXPORT_FILE_COUNT + 1, folder->path);
    printf(danish ? "  fakta %" PRId64 ", resultater %" PRId64 ", segl i kæden %" PRId64 "\n"
                  : "  facts %" PRId64 ", results %" PRId64 ", seals in the chain %" PRId64 "\n",
           facts, folder->entries[EXPORT_RESULTS].rows, folder->entries[EXPORT_SEALS].rows);
    printf("  manifest %s\n  %s %s\n", manifest_hex, danish ? "segl    " : "seal    ", export->run->seal_hex);
}

static Status export_run(const Invocation *invocation, Pg *pg, int32_t run_id, Error *error) {
    ExportFolder folder = {.temporary = ""};
    RunRecord run;
    StoredLaw law = {.rates = {.memory = NULL}};
    RunPlan plan = {.months = NULL};
    char manifest_hex[SHA256_HEX_SIZE];
    const Export export = {.pg = pg, .run = &run, .plan = &plan, .folder = &folder};
    char detail[16];
    snprintf(detail, sizeof detail, "%d", run_id);
    Status status = run_record_get(pg, run_id, &run, error);
    if (status == STATUS_OK)
        status = look_open(pg, &(Look){.command = "export", .everyone = true, .detail = detail}, error);
    if (status == STATUS_OK)
        status = stored_law_of_run(pg, run_id, &law, error);
    if (status == STATUS_OK)
        status = run_plan_again(pg, &run, &law, &plan, error);
    if (status == STATUS_OK)
        status = export_folder_begin(option_value(invocation, "output"), &folder, error);
    if (status == STATUS_OK)
        status = write_folder(&export, manifest_hex, error);
    if (status == STATUS_OK)
        tell(&export, manifest_hex, command_danish(invocation));
    export_folder_abandon(&folder);
    run_plan_free(&plan);
    stored_law_free(&law);
    return status;
}

static Status run_export(const Invocation *invocation, Error *error) {
    int32_t run_id = 0;
    Pg *pg = NULL;
    Status status = run_number_parse(option_value(invocation, "run"), "--run", &run_id, error);
    if (status == STATUS_OK)
        status = code_lists_load(error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = export_run(invocation, pg, run_id, error);
    if (status == STATUS_NOT_PERMITTED)
        error_hint(error, "an export holds everybody's facts: as ydelse_auditor, ydelse_batch or the owner");
    return status;
}

static const Option options[] = {
    {"run", "N", "the sealed run", true, false},
    {"output", "DIR", "the folder to make; it may be there when it is empty", true, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_export = {
    .name = "export",
    .summary = "write a run with all it stands on to a folder, for auditors",
    .operands = "",
    .options = options,
    .description = "Writes the facts that the run used (as input files, with the origin of every row), its "
                   "rates, policies and\n"
                   "code lists, its results and what came to be owed, and the seals of the chain up to it, "
                   "with a manifest of\n"
                   "sizes and SHA-256 hashes. `ydelse verify --export DIR` checks it on any machine, without "
                   "a database. The same\n"
                   "run gives the same bytes. The folder holds CPR numbers: only its owner can read it. Keep "
                   "the hash of the\n"
                   "manifest, printed at the end, apart from the folder.\n"
                   "Exit code 66 when there is no such run, 73 when the folder is there and not empty.",
    .examples = "  ydelse export --run 12 --output /srv/revision/koersel-12\n"
                "  ydelse verify --export /srv/revision/koersel-12",
    .run = run_export,
};
