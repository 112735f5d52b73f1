#include "io/run/sink_result.h"

#include <stdio.h>
#include <string.h>

#include "io/pg/pg_encode.h"
#include "io/run/result_digest.h"

#define RESULT_COLUMNS (9 + AMOUNT_COUNT)
#define ROW_SIZE (RESULT_COLUMNS * PG_FIELD_SIZE(24) + FINDING_LIST_SIZE)

Status result_sink_begin(Pg *pg, const char *table_name, int32_t run_id, ResultSink *sink, Error *error) {
    char sql[512];
    sink->run_id = run_id;
    snprintf(sql, sizeof sql,
             "COPY ydelse.%s (run_id, month, cpr, udfald, ordning, kommunekode, bucket, aktive_dage"
#define X(name) ", " #name
             RESULT_AMOUNTS(X)
#undef X
                 ", fund) FROM STDIN (FORMAT binary, FREEZE)",
             table_name);
    return pg_copy_in_begin(pg, sql, &sink->copy, error);
}

static char *encode_text(char *target, const char *text) {
    return pg_encode_bytes(target, text, strlen(text));
}

void result_sink_add(ResultSink *sink, const Result *result, int16_t bucket) {
    char row[ROW_SIZE];
    char cpr[CPR_TEXT_SIZE];
    char kommunekode[16];
    char fund[FINDING_LIST_SIZE];
    cpr_format(result->cpr, cpr);
    snprintf(kommunekode, sizeof kommunekode, "%04d", result->kommunekode);
    const int fund_size = finding_set_format(&result->findings, fund);
    char *at = pg_encode_int4(row, sink->run_id);
    at = pg_encode_date(at, month_first(result->month).day);
    at = encode_text(at, cpr);
    at = encode_text(at, udfald_name(result->udfald));
    at = encode_text(at, result_ordning_text(result));
    at = encode_text(at, kommunekode);
    at = pg_encode_int2(at, bucket);
    at = pg_encode_int4(at, result->aktive_dage);
    for (int32_t i = 0; i < AMOUNT_COUNT; i++)
        at = pg_encode_int8(at, result->amount[i].oere);
    at = pg_encode_bytes(at, fund, (size_t)fund_size);
    pg_copy_row(sink->copy, RESULT_COLUMNS);
    pg_copy_encoded(sink->copy, row, (size_t)(at - row));
}

Status result_sink_end(ResultSink *sink, const char *reason, Error *error) {
    PgCopyIn *copy = sink->copy;
    sink->copy = NULL;
    return pg_copy_in_end(copy, reason, NULL, error);
}
