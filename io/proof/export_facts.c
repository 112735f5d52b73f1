/* The facts of an export: those live as of the run's delivery, of the participants it computed, as input files that
 * `ydelse calc` reads. Each row's origin stands in sources.csv under the kind and the number of the row. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "io/pg/pg_fact.h"
#include "io/proof/export.h"

#define SQL_SIZE 4096
/* delivery_id, file_id, line, and of the file: name, hash */
#define LEADING_FIELDS 5

static void column_list(KindId kind, char text[FACT_COLUMNS_SIZE]) {
    int size = 0;
    for (int32_t i = COLUMN_INDEX_INDBERETTET; i < kind_table[kind].column_count; i++)
        size += snprintf(text + size, FACT_COLUMNS_SIZE - (size_t)size, ", f.%s",
                         kind_table[kind].columns[i].name);
    assert(size < FACT_COLUMNS_SIZE);
}

/* The same income that the run read (io/pg/pg_stream.c): what other years and later months paid cannot count. */
static void income_condition(const RunPlan *plan, char *text, size_t text_size) {
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    date_format(date_from_ymd(month_year(plan->months[0].law.month), 1, 1), first);
    date_format(month_last(plan->months[plan->month_count - 1].law.month), last);
    snprintf(text, text_size, " AND f.dispositionsdato BETWEEN '%s' AND '%s'", first, last);
}

static void copy_sql(const RunPlan *plan, KindId kind, char sql[SQL_SIZE]) {
    char pattern[SQL_SIZE], columns[FACT_COLUMNS_SIZE], income[96] = "", scope[160] = "";
    column_list(kind, columns);
    if (kind == KIND_INDKOMST)
        income_condition(plan, income, sizeof income);
    if (!run_plan_has_everyone(plan))
        snprintf(scope, sizeof scope,
                 "JOIN (SELECT DISTINCT bucket, cpr FROM run_scope WHERE run_id = %d) s "
                 "ON s.bucket = f.bucket AND s.cpr = f.cpr_nummer ",
                 plan->run_id);
    const int size = snprintf(
        pattern, sizeof pattern,
        "COPY (SELECT f.delivery_id, f.file_id, f.line, i.name, encode(i.sha256, 'hex')%s "
        "FROM fact_{kind} f JOIN ydelse.input_file i ON i.file_id = f.file_id %s"
        "WHERE f.delivery_id <= %d AND f.posttype <> 'T'%s AND NOT EXISTS (SELECT FROM fact_ended e "
        "WHERE e.bucket = f.bucket AND e.file_id = f.file_id AND e.line = f.line AND e.delivery_id <= %d) "
        "ORDER BY f.cpr_nummer, f.{id}) TO STDOUT (FORMAT binary)",
        columns, scope, plan->data_as_of, income, plan->data_as_of);
    assert(size < SQL_SIZE);
    (void)size;
    pg_fact_sql(kind, pattern, sql, SQL_SIZE);
}

/* A field as the input format writes it; the opposite of decode_value. */
static void put_value(ExportFile *file, const Column *column, PgField field) {
    char text[MONEY_TEXT_SIZE];
    if (field.bytes == NULL)
        return;
    switch (column->type) {
    case COLUMN_CPR:
    case COLUMN_TEXT:
    case COLUMN_ID:
    case COLUMN_TIME:
    case COLUMN_CODE:
    case COLUMN_SE:
        export_put_field(file, (Text){field.bytes, (uint32_t)field.size_bytes});
        return;
    case COLUMN_DATE:
        date_format((Date){pg_field_date(field)}, text);
        break;
    case COLUMN_MONTH:
        month_format(month_of((Date){pg_field_date(field)}), text);
        break;
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        money_format((Money){pg_field_int8(field)}, ',', text);
        break;
    case COLUMN_INTEGER:
        snprintf(text, sizeof text, "%0*d", column->digits, pg_field_int4(field));
        break;
    case COLUMN_JN:
        strcpy(text, field.bytes[0] != 0 ? "J" : "N");
        break;
    }
    export_put_string(file, text);
}

static void put_header(ExportFile *file, KindId kind) {
    for (int32_t i = 0; i < kind_table[kind].column_count; i++) {
        if (i > 0)
            export_put(file, ";", 1);
        export_put_string(file, kind_table[kind].columns[i].name);
    }
    export_put(file, "\n", 1);
}

static void put_fact(ExportFile *file, KindId kind, const PgField *fields) {
    export_put(file, "N", 1);
    for (int32_t i = COLUMN_INDEX_INDBERETTET; i < kind_table[kind].column_count; i++) {
        export_put(file, ";", 1);
        put_value(file, &kind_table[kind].columns[i], fields[LEADING_FIELDS + i - COLUMN_INDEX_INDBERETTET]);
    }
    export_end_row(file);
}

static void put_source(ExportFile *file, KindId kind, int64_t row, const PgField *fields) {
    char text[160];
    const int size = snprintf(text, sizeof text, "%s;%" PRId64 ";%d;%d;%d;", kind_table[kind].name, row,
                              pg_field_int4(fields[0]), pg_field_int4(fields[1]), pg_field_int4(fields[2]));
    export_put(file, text, (size_t)size);
    export_put_field(file, (Text){fields[3].bytes, (uint32_t)fields[3].size_bytes});
    export_put(file, ";", 1);
    export_put(file, fields[4].bytes, (size_t)fields[4].size_bytes);
    export_end_row(file);
}

static Status put_rows(const Export *export, KindId kind, ExportFile *file, ExportFile *sources,
                       Error *error) {
    char sql[SQL_SIZE];
    PgField fields[LEADING_FIELDS + COLUMNS_MAX];
    const int count = LEADING_FIELDS + kind_table[kind].column_count - COLUMN_INDEX_INDBERETTET;
    PgCopyOut *copy = NULL;
    bool more = true;
    copy_sql(export->plan, kind, sql);
    Status status = pg_copy_out_begin(export->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, count, &more, error);
        if (status == STATUS_OK && more) {
            put_fact(file, kind, fields);
            put_source(sources, kind, file->rows, fields);
        }
    }
    pg_copy_out_close(copy);
    return status;
}

static Status put_kind(const Export *export, KindId kind, ExportFile *sources, Error *error) {
    const ExportFileId id = export_facts_file(kind);
    ExportFile file;
    Status status = export_file_open(export->folder, export_file_name[id], &file, error);
    if (status != STATUS_OK)
        return status;
    put_header(&file, kind);
    /* A run that computed nobody had no months either. */
    if (export->plan->month_count > 0)
        status = put_rows(export, kind, &file, sources, error);
    if (status == STATUS_OK)
        status = export_file_close(&file, export_file_name[id], &export->folder->entries[id], error);
    export_file_abandon(&file);
    return status;
}

Status export_facts(const Export *export, Error *error) {
    ExportFile sources;
    Status status = export_file_open(export->folder, export_file_name[EXPORT_SOURCES], &sources, error);
    if (status != STATUS_OK)
        return status;
    export_put_string(&sources, export_sources_header);
    for (int32_t kind = 0; kind < KIND_COUNT && status == STATUS_OK; kind++)
        status = put_kind(export, (KindId)kind, &sources, error);
    if (status == STATUS_OK)
        status = export_file_close(&sources, export_file_name[EXPORT_SOURCES],
                                   &export->folder->entries[EXPORT_SOURCES], error);
    export_file_abandon(&sources);
    return status;
}
