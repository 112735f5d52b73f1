/* The chain of seals, and what stands under it: the law, the months, the files that the facts came from. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/csv/csv_reader.h"
#include "io/proof/verify_export_internal.h"

#define FIRST_PREVIOUS "0000000000000000000000000000000000000000000000000000000000000000"
#define SOURCES_FIELDS 7
#define CHAIN_MISSING "kæden når ikke til kørslen", "the chain does not reach the run"

/* --- A seal's text ----------------------------------------------------------------------------------------------------- */

const char *seal_text_line(const char *text, const char *key) {
    const size_t size = strlen(key);
    while (text != NULL && *text != '\0') {
        if (strncmp(text, key, size) == 0 && text[size] == '=')
            return text + size + 1;
        text = strchr(text, '\n');
        text = text == NULL ? NULL : text + 1;
    }
    return NULL;
}

bool seal_text_value(const char *text, const char *key, char *value, size_t size) {
    const char *found = seal_text_line(text, key);
    const size_t length = found == NULL ? 0 : strcspn(found, "\n");
    if (found == NULL || length >= size)
        return false;
    memcpy(value, found, length);
    value[length] = '\0';
    return true;
}

static void expect_value(ExportCheck *check, const char *key, const char *expected) {
    char value[256] = "";
    if (!seal_text_value(check->seal_text, key, value, sizeof value) || strcmp(value, expected) != 0)
        export_problem(check, EXPORT_MANIFEST, 0, "%s er %s, men under seglet står %s",
                       "%s is %s, but under the seal is %s", key, expected, value);
}

/* --- The chain ------------------------------------------------------------------------------------------------------------ */

static bool hex_parse(const char *hex, uint8_t bytes[SHA256_SIZE]) {
    if (hex == NULL || strlen(hex) != SHA256_HEX_SIZE - 1 ||
        strspn(hex, "0123456789abcdef") != SHA256_HEX_SIZE - 1)
        return false;
    for (int i = 0; i < SHA256_SIZE; i++) {
        const char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

/* SHA-256 of the 32 bytes of the seal before and the text. */
static bool seal_is_right(const char *previous, const char *text, const char *seal) {
    uint8_t bytes[SHA256_SIZE], digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    Sha256 sha;
    if (!hex_parse(previous, bytes) || text == NULL || seal == NULL || !sha256_begin(&sha))
        return false;
    sha256_add(&sha, bytes, sizeof bytes);
    sha256_add(&sha, text, strlen(text));
    sha256_end(&sha, digest);
    sha256_hex(digest, hex);
    return strcmp(hex, seal) == 0;
}

static bool add_file(ExportCheck *check, const char *line) {
    if (check->file_count == check->file_capacity) {
        const int64_t capacity = check->file_capacity == 0 ? 256 : 2 * check->file_capacity;
        SealedFile *moved = realloc(check->files, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        check->files = moved;
        check->file_capacity = capacity;
    }
    SealedFile *file = &check->files[check->file_count];
    *file = (SealedFile){.file_id = 0};
    if (sscanf(line, "%d;%d;%15[a-z];%64[0-9a-f]", &file->file_id, &file->delivery_id, file->kind,
               file->sha256_hex) == 4)
        check->file_count++;
    return true;
}

static bool add_files(ExportCheck *check, const char *text) {
    for (const char *line = seal_text_line(text, "file"); line != NULL; line = seal_text_line(line, "file"))
        if (!add_file(check, line))
            return false;
    return true;
}

typedef struct {
    char previous[SHA256_HEX_SIZE];
    int64_t run;
    bool has_kept;
} Chain;

static Status check_seal(ExportCheck *check, Chain *chain, int64_t line, const json_t *entry, Error *error) {
    const char *name = export_file_name[EXPORT_SEALS];
    const char *previous = json_string_value(json_object_get(entry, "previous_seal"));
    const char *seal = json_string_value(json_object_get(entry, "seal"));
    const char *text = json_string_value(json_object_get(entry, "text"));
    const int64_t run = (int64_t)json_integer_value(json_object_get(entry, "run"));
    char told[24] = "", value[24];
    snprintf(value, sizeof value, "%" PRId64, run);
    if (previous == NULL || strcmp(previous, chain->previous) != 0)
        export_problem(check, name, line, "kørsel %" PRId64 " følger ikke på seglet før",
                       "run %" PRId64 " does not follow the seal before", run);
    if (!seal_is_right(previous, text, seal))
        export_problem(check, name, line,
                       "kørsel %" PRId64 ": seglet er ikke SHA-256 af forrige segl og teksten",
                       "run %" PRId64 ": the seal is not the SHA-256 of the seal before and the text", run);
    if (text == NULL || !seal_text_value(text, "run", told, sizeof told) || strcmp(told, value) != 0 ||
        run <= chain->run)
        export_problem(check, name, line, "kørslens nummer er et andet", "the run has another number");
    if (check->seal_kept != NULL && seal != NULL && strcasecmp(seal, check->seal_kept) == 0)
        chain->has_kept = true;
    snprintf(chain->previous, sizeof chain->previous, "%s", seal == NULL ? "" : seal);
    chain->run = run;
    check->seal_count++;
    if (text == NULL)
        return STATUS_OK;
    if (run == check->run_id && check->seal_text == NULL && (check->seal_text = strdup(text)) == NULL)
        return error_no_memory(error);
    return add_files(check, text) ? STATUS_OK : error_no_memory(error);
}

static Status walk_chain(ExportCheck *check, Chain *chain, Error *error) {
    ExportLines lines;
    Status status = export_lines_open(check, EXPORT_SEALS, NULL, &lines, error);
    while (status == STATUS_OK && lines.text != NULL) {
        json_error_t reason;
        json_t *entry = json_loads(lines.text, JSON_REJECT_DUPLICATES, &reason);
        if (entry == NULL)
            export_problem(check, export_file_name[EXPORT_SEALS], lines.number, "linjen er ikke JSON",
                           "the line is no JSON");
        else
            status = check_seal(check, chain, lines.number, entry, error);
        json_decref(entry);
        if (status == STATUS_OK)
            status = export_lines_next(&lines, error);
    }
    export_lines_close(&lines);
    return status;
}

/* --- Under the seal of the run ------------------------------------------------------------------------------------------------ */

static void check_manifest_values(ExportCheck *check, const Chain *chain) {
    char number[24];
    expect_value(check, "month", check->month);
    expect_value(check, "kind", check->kind);
    snprintf(number, sizeof number, "%" PRId64, check->results);
    expect_value(check, "people", number);
    expect_value(check, "result_digest", check->digest_hex);
    snprintf(number, sizeof number, "%d", check->data_as_of);
    expect_value(check, "data_as_of", number);
    if (strcmp(chain->previous, check->seal_hex) != 0 || chain->run != check->run_id)
        export_problem(check, EXPORT_MANIFEST, 0, "seglet er ikke kædens sidste",
                       "the seal is not the last of the chain");
}

/* Where the content of a law file begins. */
static const char *law_header(ExportFileId id) {
    return id == EXPORT_LAW_SATSER    ? export_satser_header
           : id == EXPORT_LAW_POLITIK ? export_politik_header
                                      : "";
}

Status export_law_content(ExportCheck *check, ExportFileId id, char **content, Error *error) {
    char path[EXPORT_PATH_SIZE];
    char *bytes = NULL;
    size_t capacity = 0;
    *content = NULL;
    export_path(check, export_file_name[id], path);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_errno(error, STATUS_IO, "open", path);
    const ssize_t size = getdelim(&bytes, &capacity, '\0', file);
    const bool failed = ferror(file) != 0;
    fclose(file);
    const char *header = law_header(id);
    const bool has_header = size >= 0 && strncmp(bytes, header, strlen(header)) == 0;
    if (!failed && !has_header)
        export_problem(check, export_file_name[id], 1, "overskriften er en anden",
                       "the header is another one");
    if (!failed)
        *content = strdup(size < 0 ? "" : bytes + (has_header ? strlen(header) : 0));
    free(bytes);
    if (failed)
        return error_errno(error, STATUS_IO, "read", path);
    return *content != NULL ? STATUS_OK : error_no_memory(error);
}

static Status check_law(ExportCheck *check, const char *kind, ExportFileId id, Error *error) {
    char *content = NULL;
    uint8_t digest[SHA256_SIZE];
    char expected[128], hex[SHA256_HEX_SIZE];
    if (!check->is_there[id])
        return STATUS_OK;
    Status status = export_law_content(check, id, &content, error);
    if (status == STATUS_OK && !sha256_bytes(content, strlen(content), digest))
        status = error_no_memory(error);
    if (status == STATUS_OK) {
        sha256_hex(digest, hex);
        snprintf(expected, sizeof expected, "\nlaw=%s;%s\n", kind, hex);
        if (strstr(check->seal_text, expected) == NULL)
            export_problem(check, export_file_name[id], 0, "indholdet er ikke det, seglet dækker",
                           "the content is not what is under the seal");
    }
    free(content);
    return status;
}

static void add_month(ExportCheck *check, const char *line, int64_t number) {
    CheckedMonth *month = &check->months[check->month_count];
    if (check->month_count == EXPORT_MONTHS_MAX || strlen(line) < 8 || !month_parse(line, 7, &month->month))
        export_problem(check, export_file_name[EXPORT_MONTHS], number, "måneden kan ikke læses", "no month");
    else {
        month->everyone = strncmp(line + 8, "alle", 4) == 0;
        check->month_count++;
    }
}

/* "2024-03;everyone;0", or "2024-03;touched;t;0": the last but one whether the month is complete since. */
static void month_expected(const char *sealed, char *text, size_t size) {
    char month[8] = "", who[16] = "", complete = 't';
    int known = 0;
    if (sealed == NULL || (sscanf(sealed, "%7[0-9-];%15[a-z];%c;%d", month, who, &complete, &known) != 4 &&
                           sscanf(sealed, "%7[0-9-];%15[a-z];%d", month, who, &known) != 3))
        return;
    const bool everyone = strcmp(who, "everyone") == 0;
    const bool named = strcmp(who, "named") == 0 || (!everyone && complete == 'f');
    snprintf(text, size, "%s;%s;%d", month, everyone ? "alle" : named ? "navngivne" : "beroerte", known);
}

/* months.csv says in its words what the text says in its own: "computed=2024-03;everyone;0". */
static Status check_months(ExportCheck *check, Error *error) {
    const char *at = seal_text_line(check->seal_text, "computed");
    ExportLines lines;
    if (!check->is_there[EXPORT_MONTHS])
        return STATUS_OK;
    Status status = export_lines_open(check, EXPORT_MONTHS, export_months_header, &lines, error);
    while (status == STATUS_OK && lines.text != NULL) {
        char expected[64] = "";
        month_expected(at, expected, sizeof expected);
        if (strcmp(expected, lines.text) != 0)
            export_problem(check, export_file_name[EXPORT_MONTHS], lines.number, "under seglet står %s",
                           "under the seal is %s", expected[0] == '\0' ? "-" : expected);
        add_month(check, lines.text, lines.number);
        at = at == NULL ? NULL : seal_text_line(at, "computed");
        status = export_lines_next(&lines, error);
    }
    if (status == STATUS_OK && at != NULL)
        export_problem(check, export_file_name[EXPORT_MONTHS], 0, "en måned mangler", "a month is missing");
    export_lines_close(&lines);
    return status;
}

Status export_check_chain(ExportCheck *check, Error *error) {
    Chain chain = {.previous = FIRST_PREVIOUS};
    Status status = check->is_there[EXPORT_SEALS] ? walk_chain(check, &chain, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (check->seal_kept != NULL && !chain.has_kept)
        export_problem(check, export_file_name[EXPORT_SEALS], 0, "seglet fra --seal er ikke i kæden",
                       "the seal of --seal is not in the chain");
    if (check->seal_text == NULL) {
        export_problem(check, export_file_name[EXPORT_SEALS], 0, CHAIN_MISSING);
        return STATUS_OK;
    }
    check_manifest_values(check, &chain);
    status = check_law(check, "satser", EXPORT_LAW_SATSER, error);
    if (status == STATUS_OK)
        status = check_law(check, "koder", EXPORT_LAW_KODER, error);
    if (status == STATUS_OK)
        status = check_law(check, "politik", EXPORT_LAW_POLITIK, error);
    if (status == STATUS_OK)
        status = check_law(check, "program", EXPORT_LAW_PROGRAM, error);
    return status == STATUS_OK ? check_months(check, error) : status;
}

/* --- Where the facts came from ---------------------------------------------------------------------------------------------------- */

static int compare_files(const void *a, const void *b) {
    const SealedFile *left = a, *right = b;
    return (left->file_id > right->file_id) - (left->file_id < right->file_id);
}

static bool number_of(Text text, int64_t *number) {
    char digits[20];
    if (text.size_bytes == 0 || text.size_bytes >= sizeof digits)
        return false;
    memcpy(digits, text.bytes, text.size_bytes);
    digits[text.size_bytes] = '\0';
    *number = strtoll(digits, NULL, 10);
    return strspn(digits, "0123456789") == text.size_bytes;
}

static bool text_is(Text text, const char *string) {
    return text.size_bytes == strlen(string) && memcmp(text.bytes, string, text.size_bytes) == 0;
}

/* slags;raekke;leverance;fil_id;fil_linje;fil;fil_sha256 */
static bool source_is_sealed(const ExportCheck *check, const Text *fields, int64_t file_id,
                             int64_t delivery) {
    const SealedFile key = {.file_id = (int32_t)file_id};
    const SealedFile *file = check->file_count == 0 ? NULL
                                                    : bsearch(&key, check->files, (size_t)check->file_count,
                                                              sizeof check->files[0], compare_files);
    return file != NULL && text_is(fields[0], file->kind) && text_is(fields[6], file->sha256_hex) &&
           file->delivery_id <= delivery && delivery <= check->data_as_of;
}

static void check_source(ExportCheck *check, const CsvRow *row, int64_t counts[KIND_COUNT]) {
    const char *name = export_file_name[EXPORT_SOURCES];
    int64_t number, delivery, file_id;
    int kind = 0;
    if (row->event != CSV_EVENT_ROW || row->field_count != SOURCES_FIELDS ||
        !number_of(row->fields[1], &number) || !number_of(row->fields[2], &delivery) ||
        !number_of(row->fields[3], &file_id)) {
        export_problem(check, name, row->line, "rækken kan ikke læses", "the row cannot be read");
        return;
    }
    while (kind < KIND_COUNT && !text_is(row->fields[0], kind_table[kind].name))
        kind++;
    if (kind == KIND_COUNT || number != ++counts[kind])
        export_problem(check, name, row->line, "rækken hører ikke til den næste i facts/",
                       "the row does not belong to the next one in facts/");
    if (!source_is_sealed(check, row->fields, file_id, delivery))
        export_problem(check, name, row->line, "filen er ikke under seglet, eller leverancen er en anden",
                       "the file is not under the seal, or the delivery is another one");
}

Status export_check_sources(ExportCheck *check, Error *error) {
    char path[EXPORT_PATH_SIZE];
    int64_t counts[KIND_COUNT] = {0};
    CsvReader *reader = NULL;
    CsvRow row = {.event = CSV_EVENT_END};
    if (!check->is_there[EXPORT_SOURCES] || check->seal_text == NULL)
        return STATUS_OK;
    if (check->file_count > 0)
        qsort(check->files, (size_t)check->file_count, sizeof check->files[0], compare_files);
    export_path(check, export_file_name[EXPORT_SOURCES], path);
    Status status = csv_reader_open(path, export_file_name[EXPORT_SOURCES], false, &reader, error);
    if (status != STATUS_OK)
        return status;
    status = csv_reader_next(reader, &row, error); /* the header */
    while (status == STATUS_OK && row.event != CSV_EVENT_END) {
        status = csv_reader_next(reader, &row, error);
        if (status == STATUS_OK && row.event != CSV_EVENT_END)
            check_source(check, &row, counts);
    }
    csv_reader_close(reader);
    for (int kind = 0; kind < KIND_COUNT && status == STATUS_OK; kind++)
        if (counts[kind] != check->rows[export_facts_file((KindId)kind)])
            export_problem(check, export_file_name[EXPORT_SOURCES], 0,
                           "%s: der er ikke én række for hver i facts/",
                           "%s: there is not one row for each of facts/", kind_table[kind].name);
    return status;
}
