/* An export of a run: a folder that says all that a run knew, did and sealed, in open formats (documented in
 * config/handbook/audit.md). Written by io/proof/export.c, checked without a database by io/proof/verify_export.c.
 *
 * EXPORT_VERSION changes when a file changes its meaning or goes.
 */
#ifndef YDELSE_IO_PROOF_EXPORT_FORMAT_H
#define YDELSE_IO_PROOF_EXPORT_FORMAT_H

#include <stdint.h>

#include "io/base/sha256.h"
#include "io/intake/kind.h"

#define EXPORT_FORMAT "ydelse-export"
#define EXPORT_VERSION 1
#define EXPORT_MANIFEST "manifest.json"
#define EXPORT_PATH_SIZE 4096

/* In byte order of their names. */
typedef enum {
    EXPORT_README,
    EXPORT_DELTA_LINES,
    EXPORT_ENTITLEMENTS,
    EXPORT_FACTS_BOERN,
    EXPORT_FACTS_DELTAGERE,
    EXPORT_FACTS_FERIEPENGE,
    EXPORT_FACTS_FORLOEB,
    EXPORT_FACTS_INDKOMST,
    EXPORT_FACTS_PERIODER,
    EXPORT_FACTS_SANKTIONER,
    EXPORT_FACTS_SKATTEKORT,
    EXPORT_FINDINGS,
    EXPORT_LAW_KODER,
    EXPORT_LAW_POLITIK,
    EXPORT_LAW_PROGRAM,
    EXPORT_LAW_SATSER,
    EXPORT_MONTHS,
    EXPORT_RESULTS,
    EXPORT_SCOPE,
    EXPORT_SEALS,
    EXPORT_SOURCES,
    EXPORT_FILE_COUNT,
} ExportFileId;

/* "facts/boern.csv" */
extern const char *const export_file_name[EXPORT_FILE_COUNT];
extern const char *const export_folder_name[];
#define EXPORT_FOLDER_COUNT 2

ExportFileId export_facts_file(KindId kind);

/* What stands before the content of a law set, whose hash is under the seal: the header row of the rates, the
 * section of the policies, nothing before the others. */
extern const char export_satser_header[];
extern const char export_politik_header[];

/* The header row of results.csv: that of the result format, the scheme and the municipality behind it. */
extern const char export_results_header[];
extern const char export_months_header[], export_scope_header[], export_sources_header[],
    export_delta_lines_header[], export_entitlements_header[], export_findings_header[];

#endif
