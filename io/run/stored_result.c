#include "io/run/stored_result.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SQL_SIZE 4096
#define BUCKET_LIST_SIZE (BUCKET_COUNT * 4 + 1)

/* The columns in the order of the digest's line. */
enum {
    FIELD_MONTH,
    FIELD_CPR,
    FIELD_UDFALD,
    FIELD_AKTIVE_DAGE,
    FIELD_AMOUNTS,
    FIELD_FUND = FIELD_AMOUNTS + AMOUNT_COUNT,
    FIELD_ORDNING,
    FIELD_KOMMUNEKODE,
    FIELD_COUNT,
};

static const char columns[] = "r.month, r.cpr, r.udfald, r.aktive_dage"
#define X(name) ", r." #name
    RESULT_AMOUNTS(X)
#undef X
        ", r.fund, r.ordning, r.kommunekode";

struct StoredResults {
    PgCopyOut *copy;
};

/* "1,5,9": the buckets of the range that were chosen; "-1" for none. */
static void bucket_list(const StoredResultsRange *range, char text[BUCKET_LIST_SIZE]) {
    int size = 0;
    for (int b = range->first_bucket; b <= range->last_bucket; b++)
        if (range->chosen == NULL || range->chosen[b])
            size += snprintf(text + size, BUCKET_LIST_SIZE - (size_t)size, "%s%d", size == 0 ? "" : ",", b);
    if (size == 0)
        snprintf(text, BUCKET_LIST_SIZE, "-1");
}

static void copy_sql(const StoredResultsRange *range, char sql[SQL_SIZE]) {
    char buckets[BUCKET_LIST_SIZE];
    int size = 0;
    switch (range->choice) {
    case STORED_RESULTS_ALL:
        size = snprintf(sql, SQL_SIZE,
                        "COPY (SELECT %s FROM result r WHERE r.run_id = %d ORDER BY r.month, r.cpr) "
                        "TO STDOUT (FORMAT binary)",
                        columns, range->run_id);
        break;
    case STORED_RESULTS_BUCKETS:
        bucket_list(range, buckets);
        size = snprintf(sql, SQL_SIZE,
                        "COPY (SELECT %s FROM result r JOIN (SELECT DISTINCT bucket, cpr_nummer FROM "
                        "fact_deltagere WHERE bucket IN (%s)) d ON d.cpr_nummer = r.cpr "
                        "WHERE r.run_id = %d ORDER BY d.bucket, r.month, r.cpr) TO STDOUT (FORMAT binary)",
                        columns, buckets, range->run_id);
        break;
    case STORED_RESULTS_UNKNOWN:
        size = snprintf(sql, SQL_SIZE,
                        "COPY (SELECT %s FROM result r WHERE r.run_id = %d AND NOT EXISTS (SELECT FROM "
                        "fact_deltagere d WHERE d.cpr_nummer = r.cpr) ORDER BY r.month, r.cpr) "
                        "TO STDOUT (FORMAT binary)",
                        columns, range->run_id);
        break;
    }
    assert(size > 0 && size < SQL_SIZE);
    (void)size;
}

Status stored_results_begin(Pg *pg, const StoredResultsRange *range, StoredResults **results, Error *error) {
    char sql[SQL_SIZE];
    *results = calloc(1, sizeof **results);
    if (*results == NULL)
        return error_no_memory(error);
    copy_sql(range, sql);
    const Status status = pg_copy_out_begin(pg, sql, &(*results)->copy, error);
    if (status != STATUS_OK) {
        free(*results);
        *results = NULL;
    }
    return status;
}

void stored_results_end(StoredResults *results) {
    if (results == NULL)
        return;
    pg_copy_out_close(results->copy);
    free(results);
}

/* --- The line ------------------------------------------------------------------------------------------------------ */

typedef struct {
    char *at;
    size_t room;
} Line;

/* Texts that do not fit are cut: the line is then longer than any that the engine makes. */
static void put(Line *line, const char *bytes, size_t size) {
    const size_t taken = size < line->room ? size : line->room;
    memcpy(line->at, bytes, taken);
    line->at += taken;
    line->room -= taken;
}

static void put_field(Line *line, PgField field) {
    put(line, ";", 1);
    if (field.bytes != NULL)
        put(line, field.bytes, (size_t)field.size_bytes);
}

static Cpr cpr_of_field(PgField field) {
    Cpr cpr = {0};
    if (field.size_bytes != CPR_DIGITS)
        return cpr;
    for (int32_t i = 0; i < CPR_DIGITS; i++) {
        if (field.bytes[i] < '0' || field.bytes[i] > '9')
            return (Cpr){0};
        cpr.number = cpr.number * 10 + (uint64_t)(field.bytes[i] - '0');
    }
    return cpr;
}

static void put_line(const PgField *fields, StoredResult *one) {
    char number[MONEY_TEXT_SIZE];
    Line line = {one->line, STORED_LINE_SIZE - 2};
    put(&line, fields[FIELD_CPR].bytes, (size_t)fields[FIELD_CPR].size_bytes);
    month_format(one->month, number);
    put(&line, ";", 1);
    put(&line, number, 7);
    put_field(&line, fields[FIELD_UDFALD]);
    int size = snprintf(number, sizeof number, ";%d", pg_field_int4(fields[FIELD_AKTIVE_DAGE]));
    put(&line, number, (size_t)size);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        size = money_format((Money){pg_field_int8(fields[FIELD_AMOUNTS + i])}, ',', number);
        put(&line, ";", 1);
        put(&line, number, (size_t)size);
    }
    put_field(&line, fields[FIELD_FUND]);
    put_field(&line, fields[FIELD_ORDNING]);
    put_field(&line, fields[FIELD_KOMMUNEKODE]);
    *line.at++ = '\n';
    *line.at = '\0';
    one->size_bytes = (int)(line.at - one->line);
}

Status stored_results_next(StoredResults *results, StoredResult *one, bool *more, Error *error) {
    PgField fields[FIELD_COUNT];
    const Status status = pg_copy_out_next(results->copy, fields, FIELD_COUNT, more, error);
    if (status != STATUS_OK || !*more)
        return status;
    one->month = month_of((Date){pg_field_date(fields[FIELD_MONTH])});
    one->cpr = cpr_of_field(fields[FIELD_CPR]);
    one->bucket = one->cpr.number == 0 ? 0 : bucket_of(fields[FIELD_CPR].bytes);
    put_line(fields, one);
    return STATUS_OK;
}
