#include "io/proof/export.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "io/run/stored_result.h"

#define SQL_SIZE 1024
#define FIELDS_MAX 16

/* --- What a query gives, as CSV --------------------------------------------------------------------------------------- */

/* columns: one letter each. m month, t text, i integer, l bigint, k bigint in oere as kroner. */
typedef struct {
    ExportFileId file;
    const char *header;
    const char *columns;
    const char *sql; /* with one %d: the run */
} Table;

static const Table tables[] = {
    {EXPORT_MONTHS, export_months_header, "mti",
     "SELECT month, CASE WHEN everyone THEN 'alle' WHEN complete THEN 'beroerte' ELSE 'navngivne' END, "
     "known_as_of FROM ydelse.run_month "
     "WHERE run_id = %d ORDER BY month"},
    {EXPORT_SCOPE, export_scope_header, "mt",
     "SELECT month, cpr FROM run_scope WHERE run_id = %d ORDER BY month, cpr"},
    {EXPORT_ENTITLEMENTS, export_entitlements_header, "mtittkkkkkkkkkkl",
     "SELECT month, cpr, revision, kommunekode, ordning, til_udbetaling, atp_egen, atp_kommune, skat, "
     "pension, "
     "delta_til_udbetaling, delta_atp_egen, delta_atp_kommune, delta_skat, delta_pension, entitlement_id "
     "FROM "
     "entitlement "
     "WHERE run_id = %d ORDER BY month, cpr, revision"},
    {EXPORT_DELTA_LINES, export_delta_lines_header, "lmttiktt",
     "SELECT line_id, month, cpr, component, revision, amount_oere, kommunekode, ordning FROM "
     "delta_line "
     "WHERE run_id = %d ORDER BY month, cpr, revision, line_id"},
};

static void put_column(ExportFile *file, char type, PgField field) {
    char text[MONEY_TEXT_SIZE];
    switch (type) {
    case 'm':
        month_format(month_of((Date){pg_field_date(field)}), text);
        break;
    case 'i':
        snprintf(text, sizeof text, "%d", pg_field_int4(field));
        break;
    case 'l':
        snprintf(text, sizeof text, "%" PRId64, pg_field_int8(field));
        break;
    case 'k':
        money_format((Money){pg_field_int8(field)}, ',', text);
        break;
    default:
        export_put_field(file, (Text){field.bytes, (uint32_t)field.size_bytes});
        return;
    }
    export_put_string(file, text);
}

static Status put_table_rows(Pg *pg, const Table *table, int32_t run_id, ExportFile *file, Error *error) {
    char query[SQL_SIZE], sql[SQL_SIZE + 64];
    PgField fields[FIELDS_MAX];
    const int count = (int)strlen(table->columns);
    PgCopyOut *copy = NULL;
    bool more = true;
    assert(count <= FIELDS_MAX && strlen(table->sql) + 16 < SQL_SIZE);
    const char *number = strstr(table->sql, "%d");
    snprintf(query, sizeof query, "%.*s%d%s", (int)(number - table->sql), table->sql, run_id, number + 2);
    snprintf(sql, sizeof sql, "COPY (%s) TO STDOUT (FORMAT binary)", query);
    Status status = pg_copy_out_begin(pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, count, &more, error);
        for (int i = 0; status == STATUS_OK && more && i < count; i++) {
            if (i > 0)
                export_put(file, ";", 1);
            put_column(file, table->columns[i], fields[i]);
        }
        if (status == STATUS_OK && more)
            export_end_row(file);
    }
    pg_copy_out_close(copy);
    return status;
}

static Status put_table(const Export *export, const Table *table, Error *error) {
    const char *name = export_file_name[table->file];
    ExportFile file;
    Status status = export_file_open(export->folder, name, &file, error);
    if (status != STATUS_OK)
        return status;
    export_put_string(&file, table->header);
    status = put_table_rows(export->pg, table, export->run->run_id, &file, error);
    if (status == STATUS_OK)
        status = export_file_close(&file, name, &export->folder->entries[table->file], error);
    export_file_abandon(&file);
    return status;
}

/* --- Results and their findings -------------------------------------------------------------------------------------- */

static const FindingDefinition *definition_of(const char *code, size_t size) {
    for (int i = 0; i < FINDING_COUNT; i++)
        if (strlen(finding_table[i].code) == size && strncmp(finding_table[i].code, code, size) == 0)
            return &finding_table[i];
    return NULL;
}

/* "cpr;month;...;CODE,CODE;ordning;kommunekode\n" */
static void put_findings(ExportFile *file, const StoredResult *one) {
    const char *at = one->line;
    for (int i = 0; i < 4 + AMOUNT_COUNT && at != NULL; i++) {
        at = strchr(at, ';');
        at = at == NULL ? NULL : at + 1;
    }
    while (at != NULL && *at != ';' && *at != '\n') {
        const size_t size = strcspn(at, ",;\n");
        const FindingDefinition *finding = definition_of(at, size);
        char month[DATE_TEXT_SIZE];
        month_format(one->month, month);
        export_put_string(file, month);
        export_put(file, ";", 1);
        export_put(file, one->line, strcspn(one->line, ";"));
        export_put(file, ";", 1);
        export_put(file, at, size);
        export_put(file, ";", 1);
        export_put_string(file, finding == NULL ? "" : severity_name(finding->severity));
        export_put(file, ";", 1);
        if (finding != NULL)
            export_put_field(file, (Text){finding->sentence_da, (uint32_t)strlen(finding->sentence_da)});
        export_end_row(file);
        at += size + (at[size] == ',' ? 1 : 0);
    }
}

static Status put_result_rows(const Export *export, ExportFile *file, ExportFile *findings, Error *error) {
    const StoredResultsRange range = {.run_id = export->run->run_id, .choice = STORED_RESULTS_ALL};
    StoredResults *results = NULL;
    StoredResult one;
    bool more = true;
    export_put_string(file, export_results_header);
    export_put_string(findings, export_findings_header);
    Status status = stored_results_begin(export->pg, &range, &results, error);
    while (status == STATUS_OK && more) {
        status = stored_results_next(results, &one, &more, error);
        if (status != STATUS_OK || !more)
            break;
        export_put(file, one.line, (size_t)one.size_bytes - 1);
        export_end_row(file);
        put_findings(findings, &one);
    }
    stored_results_end(results);
    return status;
}

static Status put_results(const Export *export, Error *error) {
    ExportEntry *entries = export->folder->entries;
    ExportFile file, findings = {.stream = NULL};
    Status status = export_file_open(export->folder, export_file_name[EXPORT_RESULTS], &file, error);
    if (status != STATUS_OK)
        return status;
    status = export_file_open(export->folder, export_file_name[EXPORT_FINDINGS], &findings, error);
    if (status == STATUS_OK)
        status = put_result_rows(export, &file, &findings, error);
    if (status == STATUS_OK)
        status = export_file_close(&file, export_file_name[EXPORT_RESULTS], &entries[EXPORT_RESULTS], error);
    if (status == STATUS_OK)
        status =
            export_file_close(&findings, export_file_name[EXPORT_FINDINGS], &entries[EXPORT_FINDINGS], error);
    export_file_abandon(&file);
    export_file_abandon(&findings);
    return status;
}

/* --- Law, seals, and the words for people --------------------------------------------------------------------------------- */

static int64_t line_count(const char *text) {
    int64_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static Status put_text(const Export *export, ExportFileId id, const char *before, const char *text,
                       Error *error) {
    ExportFile file;
    Status status = export_file_open(export->folder, export_file_name[id], &file, error);
    if (status != STATUS_OK)
        return status;
    export_put_string(&file, before);
    export_put_string(&file, text);
    file.rows = line_count(text);
    status = export_file_close(&file, export_file_name[id], &export->folder->entries[id], error);
    export_file_abandon(&file);
    return status;
}

static Status put_law(const Export *export, Error *error) {
    char run[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", export->run->run_id);
    const PgParameter parameters[] = {{"run", run}};
    Status status = pg_query_file(export->pg, "export_law", 1, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) != 1)
        status = error_set(error, STATUS_INTERNAL, "the law of run %s is gone", run);
    if (status == STATUS_OK)
        status = put_text(export, EXPORT_LAW_SATSER, export_satser_header, pg_text(rows, 0, 0), error);
    if (status == STATUS_OK)
        status = put_text(export, EXPORT_LAW_KODER, "", pg_text(rows, 0, 1), error);
    if (status == STATUS_OK)
        status = put_text(export, EXPORT_LAW_POLITIK, export_politik_header, pg_text(rows, 0, 2), error);
    if (status == STATUS_OK)
        status = put_text(export, EXPORT_LAW_PROGRAM, "", pg_text(rows, 0, 3), error);
    pg_rows_free(rows);
    return status;
}

static void put_seal(ExportFile *file, const PgRows *rows) {
    char text[64];
    snprintf(text, sizeof text, "{\"run\":%d,\"previous_seal\":", (int)pg_integer(rows, 0, 0));
    export_put_string(file, text);
    export_put_json(file, pg_text(rows, 0, 1));
    export_put_string(file, ",\"seal\":");
    export_put_json(file, pg_text(rows, 0, 2));
    export_put_string(file, ",\"text\":");
    export_put_json(file, pg_text(rows, 0, 3));
    export_put_string(file, "}");
    export_end_row(file);
}

/* Seal by seal: a text names every file of its deliveries, so only one at a time is in memory. */
static Status put_seals(const Export *export, Error *error) {
    const char *name = export_file_name[EXPORT_SEALS];
    char run[16], before[16] = "0";
    ExportFile file;
    Status status = export_file_open(export->folder, name, &file, error);
    if (status != STATUS_OK)
        return status;
    snprintf(run, sizeof run, "%d", export->run->run_id);
    for (bool more = true; more && status == STATUS_OK;) {
        PgRows *rows = NULL;
        const PgParameter parameters[] = {{"before", before}, {"run", run}};
        status = pg_query_file(export->pg, "export_seal", 2, parameters, &rows, error);
        more = status == STATUS_OK && pg_row_count(rows) == 1;
        if (more) {
            put_seal(&file, rows);
            snprintf(before, sizeof before, "%d", (int)pg_integer(rows, 0, 0));
        }
        pg_rows_free(rows);
    }
    if (status == STATUS_OK)
        status = export_file_close(&file, name, &export->folder->entries[EXPORT_SEALS], error);
    export_file_abandon(&file);
    return status;
}

static const char words[] =
    "Eksport af en kørsel af ydelse, til revision.\n"
    "\n"
    "    ydelse verify --export MAPPE\n"
    "\n"
    "kontrollerer det hele uden database: filernes hash (manifest.json), kæden af segl fra den første kørsel "
    "til denne\n"
    "(seals.jsonl), resultaternes hash, og at facts/ med law/ giver results.csv, byte for byte.\n"
    "\n"
    "facts/              de rækker, kørslen kendte, som inputfiler; sources.csv siger, hvor hver række kom "
    "fra\n"
    "law/                satser, politikker, kodelister og program, som kørslen brugte\n"
    "months.csv          kørslens måneder: beregnet for alle, eller for dem i scope.csv\n"
    "results.csv         resultaterne; findings.csv bemærkningerne til dem\n"
    "entitlements.csv    det, der derefter var skyldigt; delta_lines.csv de linjer, kørslen skrev\n"
    "seals.jsonl         for hver kørsel dens tekst og segl: SHA-256 af forrige segl (32 byte) og teksten\n"
    "manifest.json       hver fils størrelse, rækker og SHA-256\n"
    "\n"
    "Mappen indeholder CPR-numre og personoplysninger.\n";

Status export_write(const Export *export, Error *error) {
    Status status = put_text(export, EXPORT_README, "", words, error);
    if (status == STATUS_OK)
        status = export_facts(export, error);
    if (status == STATUS_OK)
        status = put_law(export, error);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == STATUS_OK; i++)
        status = put_table(export, &tables[i], error);
    if (status == STATUS_OK)
        status = put_results(export, error);
    return status == STATUS_OK ? put_seals(export, error) : status;
}

/* --- The manifest ------------------------------------------------------------------------------------------------------------ */

static void put_run(ExportFile *file, const RunRecord *run) {
    char text[512], month[DATE_TEXT_SIZE];
    month_format(run->month, month);
    snprintf(text, sizeof text,
             "{\n  \"format\": \"%s\",\n  \"version\": %d,\n  \"run\": %d,\n  \"month\": \"%s\",\n"
             "  \"kind\": \"%s\",\n  \"data_as_of\": %d,\n  \"results\": %" PRId64
             ",\n  \"digest\": \"%s\",\n"
             "  \"seal\": \"%s\",\n  \"files\": [\n",
             EXPORT_FORMAT, EXPORT_VERSION, run->run_id, month, run->kind, run->data_as_of, run->results,
             run->digest_hex, run->seal_hex);
    export_put_string(file, text);
}

Status export_manifest(const Export *export, char manifest_hex[SHA256_HEX_SIZE], Error *error) {
    ExportFile file;
    ExportEntry entry;
    Status status = export_file_open(export->folder, EXPORT_MANIFEST, &file, error);
    if (status != STATUS_OK)
        return status;
    put_run(&file, export->run);
    for (int i = 0; i < EXPORT_FILE_COUNT; i++) {
        const ExportEntry *one = &export->folder->entries[i];
        char text[256];
        snprintf(text, sizeof text,
                 "    {\"name\": \"%s\", \"size\": %" PRId64 ", \"rows\": %" PRId64
                 ", \"sha256\": \"%s\"}%s\n",
                 export_file_name[i], one->size_bytes, one->rows, one->sha256_hex,
                 i + 1 < EXPORT_FILE_COUNT ? "," : "");
        export_put_string(&file, text);
    }
    export_put_string(&file, "  ]\n}\n");
    status = export_file_close(&file, EXPORT_MANIFEST, &entry, error);
    export_file_abandon(&file);
    if (status == STATUS_OK)
        memcpy(manifest_hex, entry.sha256_hex, SHA256_HEX_SIZE);
    return status;
}
