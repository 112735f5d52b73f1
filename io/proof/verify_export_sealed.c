/* Who was computed, and what is owed, against the digests by month that stand in the seal's text: "scope=" and "owed=".
 * Seals of version 1 have none. A month's is taken over the digests of its parts, one for each day of birth. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/load/record_hash.h"
#include "io/proof/verify_export_internal.h"

#define ENTITLEMENT_FIELDS 16
#define COMPONENTS 5
#define PART_DIGITS 4 /* of the CPR number: day and month */

/* The rows of a file, month by month. */
typedef struct {
    ExportCheck *check;
    ExportFileId file;
    const char *key;
    const char *at; /* what the text says about the next month; NULL: nothing more */
    char month[8];  /* being hashed; "": none yet */
    char part[PART_DIGITS + 1];
    Sha256 leaves; /* of the part */
    Sha256 parts;  /* of the month */
    int64_t rows;
} Months;

static void end_part(Months *months) {
    uint8_t digest[SHA256_SIZE];
    sha256_next(&months->leaves, digest);
    sha256_add(&months->parts, digest, SHA256_SIZE);
}

static void end_month(Months *months) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE], line[128];
    if (months->month[0] == '\0')
        return;
    end_part(months);
    sha256_next(&months->parts, digest);
    sha256_hex(digest, hex);
    snprintf(line, sizeof line, "%s;%" PRId64 ";%s\n", months->month, months->rows, hex);
    if (months->at == NULL || strncmp(months->at, line, strlen(line)) != 0)
        export_problem(months->check, export_file_name[months->file], 0,
                       "%s: rækkerne er ikke dem, seglet dækker", "%s: the rows are not those under the seal",
                       months->month);
    months->at = seal_text_line(months->at, months->key);
}

static void add_leaf(Months *months, const char *month, const char *part, const uint8_t leaf[SHA256_SIZE]) {
    if (strcmp(months->month, month) != 0) {
        end_month(months);
        snprintf(months->month, sizeof months->month, "%s", month);
        months->rows = 0;
    } else if (strcmp(months->part, part) != 0) {
        end_part(months);
    }
    snprintf(months->part, sizeof months->part, "%s", part);
    sha256_add(&months->leaves, leaf, SHA256_SIZE);
    months->rows++;
}

/* --- A row's leaf ----------------------------------------------------------------------------------------------------- */

/* "2024-03;6112881008" */
static bool scope_leaf(const char *line, uint8_t leaf[SHA256_SIZE]) {
    RecordHash record;
    Month month;
    if (strlen(line) != 8 + CPR_DIGITS || !month_parse(line, 7, &month))
        return false;
    record_begin(&record);
    record_put_date(&record, month_first(month));
    record_put_text(&record, line + 8);
    record_put_int2(&record, bucket_of(line + 8));
    return record_end(&record, leaf);
}

static bool owed_amounts(char *const *fields, int64_t amounts[COMPONENTS]) {
    for (int i = 0; i < COMPONENTS; i++) {
        Money amount;
        if (!money_parse(fields[i], (uint32_t)strlen(fields[i]), ',', &amount))
            return false;
        amounts[i] = amount.oere;
    }
    return true;
}

/* The columns of entitlements.csv; the line is cut. */
static bool owed_leaf(const ExportCheck *check, char *line, uint8_t leaf[SHA256_SIZE]) {
    char *fields[ENTITLEMENT_FIELDS];
    int64_t owed[COMPONENTS], delta[COMPONENTS];
    RecordHash record;
    Month month;
    if (export_cut(line, fields, ENTITLEMENT_FIELDS) != ENTITLEMENT_FIELDS ||
        !month_parse(fields[0], 7, &month) || !owed_amounts(fields + 5, owed) ||
        !owed_amounts(fields + 10, delta))
        return false;
    record_begin(&record);
    record_put_int8(&record, strtoll(fields[15], NULL, 10));
    record_put_date(&record, month_first(month));
    record_put_text(&record, fields[1]);
    record_put_int4(&record, (int32_t)strtol(fields[2], NULL, 10));
    record_put_int4(&record, check->run_id);
    record_put_text(&record, fields[3]);
    record_put_text(&record, fields[4]);
    record_put_int8_array(&record, owed, COMPONENTS);
    record_put_int8_array(&record, delta, COMPONENTS);
    return record_end(&record, leaf);
}

/* --- The files ------------------------------------------------------------------------------------------------------------ */

static void add_line(Months *months, ExportLines *lines) {
    uint8_t leaf[SHA256_SIZE];
    char month[8];
    char part[PART_DIGITS + 1];
    snprintf(month, sizeof month, "%.7s", lines->text);
    snprintf(part, sizeof part, "%.*s", PART_DIGITS, strlen(lines->text) < 8 ? "" : lines->text + 8);
    if (months->file == EXPORT_SCOPE ? scope_leaf(lines->text, leaf)
                                     : owed_leaf(months->check, lines->text, leaf))
        add_leaf(months, month, part, leaf);
    else
        export_problem(months->check, export_file_name[months->file], lines->number, "rækken kan ikke læses",
                       "the row cannot be read");
}

static Status check_file(ExportCheck *check, ExportFileId file, const char *key, const char *header,
                         Error *error) {
    Months months = {.check = check, .file = file, .key = key, .at = seal_text_line(check->seal_text, key)};
    ExportLines lines;
    if (!check->is_there[file])
        return STATUS_OK;
    if (!sha256_begin(&months.leaves) || !sha256_begin(&months.parts)) {
        sha256_abandon(&months.leaves);
        return error_no_memory(error);
    }
    Status status = export_lines_open(check, file, header, &lines, error);
    while (status == STATUS_OK && lines.text != NULL) {
        add_line(&months, &lines);
        status = export_lines_next(&lines, error);
    }
    export_lines_close(&lines);
    if (status == STATUS_OK)
        end_month(&months);
    sha256_abandon(&months.leaves);
    sha256_abandon(&months.parts);
    if (status == STATUS_OK && months.at != NULL)
        export_problem(check, export_file_name[file], 0, "rækkerne for %.7s mangler",
                       "the rows of %.7s are missing", months.at);
    return status;
}

Status export_check_sealed(ExportCheck *check, Error *error) {
    char version[8] = "";
    if (check->seal_text == NULL ||
        !seal_text_value(check->seal_text, "ydelse-seal", version, sizeof version) ||
        strcmp(version, "1") == 0)
        return STATUS_OK;
    const Status status = check_file(check, EXPORT_SCOPE, "scope", export_scope_header, error);
    return status == STATUS_OK
               ? check_file(check, EXPORT_ENTITLEMENTS, "owed", export_entitlements_header, error)
               : status;
}
