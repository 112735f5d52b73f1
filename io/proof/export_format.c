#include "io/proof/export_format.h"

#include "engine/result.h"

const char *const export_file_name[EXPORT_FILE_COUNT] = {
    [EXPORT_README] = "LAESMIG.txt",
    [EXPORT_DELTA_LINES] = "delta_lines.csv",
    [EXPORT_ENTITLEMENTS] = "entitlements.csv",
    [EXPORT_FACTS_BOERN] = "facts/boern.csv",
    [EXPORT_FACTS_DELTAGERE] = "facts/deltagere.csv",
    [EXPORT_FACTS_FERIEPENGE] = "facts/feriepenge.csv",
    [EXPORT_FACTS_FORLOEB] = "facts/forloeb.csv",
    [EXPORT_FACTS_INDKOMST] = "facts/indkomst.csv",
    [EXPORT_FACTS_PERIODER] = "facts/perioder.csv",
    [EXPORT_FACTS_SANKTIONER] = "facts/sanktioner.csv",
    [EXPORT_FACTS_SKATTEKORT] = "facts/skattekort.csv",
    [EXPORT_FINDINGS] = "findings.csv",
    [EXPORT_LAW_KODER] = "law/koder.txt",
    [EXPORT_LAW_POLITIK] = "law/politik.ini",
    [EXPORT_LAW_PROGRAM] = "law/program.txt",
    [EXPORT_LAW_SATSER] = "law/satser.csv",
    [EXPORT_MONTHS] = "months.csv",
    [EXPORT_RESULTS] = "results.csv",
    [EXPORT_SCOPE] = "scope.csv",
    [EXPORT_SEALS] = "seals.jsonl",
    [EXPORT_SOURCES] = "sources.csv",
};

const char *const export_folder_name[EXPORT_FOLDER_COUNT] = {"facts", "law"};

const char export_satser_header[] =
    "sats;gruppe;gaelder_fra;gaelder_til;vaerdi;enhed;lovhenvisning;kilde;status\n";
const char export_politik_header[] = "[policy]\n";

ExportFileId export_facts_file(KindId kind) {
    static const ExportFileId files[KIND_COUNT] = {
        [KIND_DELTAGERE] = EXPORT_FACTS_DELTAGERE,   [KIND_FORLOEB] = EXPORT_FACTS_FORLOEB,
        [KIND_BOERN] = EXPORT_FACTS_BOERN,           [KIND_PERIODER] = EXPORT_FACTS_PERIODER,
        [KIND_INDKOMST] = EXPORT_FACTS_INDKOMST,     [KIND_FERIEPENGE] = EXPORT_FACTS_FERIEPENGE,
        [KIND_SANKTIONER] = EXPORT_FACTS_SANKTIONER, [KIND_SKATTEKORT] = EXPORT_FACTS_SKATTEKORT,
    };
    return files[kind];
}

const char export_results_header[] = "cpr_nummer;maaned;udfald;aktive_dage"
#define X(name) ";" #name
    RESULT_AMOUNTS(X)
#undef X
        ";fund;ordning;kommunekode\n";

const char export_months_header[] = "maaned;beregnet;kendt_til_leverance\n";
const char export_scope_header[] = "maaned;cpr_nummer\n";
const char export_sources_header[] = "slags;raekke;leverance;fil_id;fil_linje;fil;fil_sha256\n";
const char export_delta_lines_header[] =
    "linje_id;maaned;cpr_nummer;komponent;revision;beloeb;kommunekode;ordning\n";
const char export_entitlements_header[] =
    "maaned;cpr_nummer;revision;kommunekode;ordning;til_udbetaling;atp_egen;atp_kommune;skat;pension;"
    "delta_til_udbetaling;delta_atp_egen;delta_atp_kommune;delta_skat;delta_pension;"
    "entitlement_id\n";
const char export_findings_header[] = "maaned;cpr_nummer;kode;alvor;tekst\n";
