#include "io/run/sealed_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_FIELDS (5 + OWED_COUNT)

struct SealedResults {
    PgCopyOut *copy;
};

/* --- Months ------------------------------------------------------------------------------------------------------ */

static void read_month(SealedHistory *history, const PgRows *rows, int row) {
    SealedMonth *month = &history->months[history->month_count++];
    const int32_t newest = (int32_t)pg_integer(rows, row, 3);
    const int32_t known = (int32_t)pg_integer(rows, row, 4);
    (void)month_parse(pg_text(rows, row, 0), 7, &month->month);
    month->run_id = (int32_t)pg_integer(rows, row, 1);
    month->first_run_id = (int32_t)pg_integer(rows, row, 2);
    history->run_id_max = newest > history->run_id_max ? newest : history->run_id_max;
    history->data_as_of = known > history->data_as_of ? known : history->data_as_of;
}

Status sealed_history_read(Pg *pg, Month first, Month last, int32_t data_as_of_max, SealedHistory *history,
                           Error *error) {
    char first_day[DATE_TEXT_SIZE], last_day[DATE_TEXT_SIZE], as_of[16];
    PgRows *rows = NULL;
    *history = (SealedHistory){.months = NULL};
    date_format(month_first(first), first_day);
    date_format(month_first(last), last_day);
    snprintf(as_of, sizeof as_of, "%d", data_as_of_max);
    const PgParameter parameters[] = {{"first", first_day}, {"last", last_day}, {"as_of", as_of}};
    Status status = pg_query_file(pg, "sealed_months", 3, parameters, &rows, error);
    const int count = status == STATUS_OK ? pg_row_count(rows) : 0;
    if (status == STATUS_OK && count == 0)
        status = error_set(error, STATUS_NO_INPUT, "no sealed run has computed any of these months");
    if (status == STATUS_OK) {
        history->months = calloc((size_t)count, sizeof history->months[0]);
        if (history->months == NULL)
            status = error_no_memory(error);
    }
    for (int i = 0; status == STATUS_OK && i < count; i++)
        read_month(history, rows, i);
    if (status == STATUS_OK) {
        history->first = history->months[0].month;
        history->last = history->months[count - 1].month;
    }
    pg_rows_free(rows);
    return status;
}

void sealed_history_free(SealedHistory *history) {
    free(history->months);
    *history = (SealedHistory){.months = NULL};
}

/* --- Results ----------------------------------------------------------------------------------------------------- */

static int32_t first_run_of(const SealedHistory *history) {
    int32_t first = history->run_id_max;
    for (int32_t i = 0; i < history->month_count; i++)
        first = history->months[i].first_run_id < first ? history->months[i].first_run_id : first;
    return first;
}

#define MONTH_ROW_SIZE 40 /* ",('2024-03-01'::date,2147483647)" */

/* The months with the run before which nothing holds, as the rows of VALUES: known to the planner one by one. */
static char *month_rows(const SealedHistory *history) {
    char *text = malloc((size_t)history->month_count * MONTH_ROW_SIZE + 1);
    char *at = text;
    for (int32_t i = 0; text != NULL && i < history->month_count; i++) {
        char day[DATE_TEXT_SIZE];
        date_format(month_first(history->months[i].month), day);
        at += snprintf(at, MONTH_ROW_SIZE, "%s('%s'::date,%d)", i == 0 ? "" : ",", day,
                       history->months[i].first_run_id);
    }
    return text;
}

/* The same rule as the view result_current, with the last run for everyone of each month found once and not for each
 * result, and for the runs up to run_id_max alone. */
static char *results_sql(const SealedHistory *history, int16_t first_bucket, int16_t last_bucket) {
    static const char pattern[] =
        "COPY (SELECT p.bucket, r.month, r.cpr, r.run_id, r.udfald, r.ydelse, r.atp_egen, r.atp_kommune, "
        "r.pension, r.skat, r.til_udbetaling "
        "FROM result r "
        "JOIN (VALUES %s) m (month, first_run_id) ON m.month = r.month AND r.run_id >= m.first_run_id "
        "JOIN (SELECT DISTINCT bucket, cpr_nummer FROM fact_deltagere WHERE bucket BETWEEN %d AND %d) "
        "p "
        "ON p.cpr_nummer = r.cpr "
        "WHERE r.run_id BETWEEN %d AND %d "
        "AND NOT EXISTS (SELECT FROM run_scope later JOIN ydelse.run s USING (run_id) "
        "WHERE later.month = r.month AND later.cpr = r.cpr AND later.run_id > r.run_id "
        "AND later.run_id <= %d AND s.state = 'sealed') "
        "ORDER BY p.bucket, r.month, r.cpr) TO STDOUT (FORMAT binary)";
    char *rows = month_rows(history);
    const size_t size = sizeof pattern + (size_t)history->month_count * MONTH_ROW_SIZE + 64;
    char *sql = rows == NULL ? NULL : malloc(size);
    if (sql != NULL)
        snprintf(sql, size, pattern, rows, first_bucket, last_bucket, first_run_of(history),
                 history->run_id_max, history->run_id_max);
    free(rows);
    return sql;
}

Status sealed_results_begin(Pg *pg, const SealedHistory *history, int16_t first_bucket, int16_t last_bucket,
                            SealedResults **results, Error *error) {
    SealedResults *made = calloc(1, sizeof *made);
    char *sql = results_sql(history, first_bucket, last_bucket);
    const Status status =
        made == NULL || sql == NULL ? error_no_memory(error) : pg_copy_out_begin(pg, sql, &made->copy, error);
    free(sql);
    if (status == STATUS_OK)
        *results = made;
    else
        free(made);
    return status;
}

static Cpr cpr_of_field(PgField field) {
    Cpr cpr = {0};
    for (int32_t i = 0; i < field.size_bytes; i++)
        cpr.number = cpr.number * 10 + (uint64_t)(field.bytes[i] - '0');
    return cpr;
}

/* UDFALD_INTET is no outcome that is stored: it stands for a text that this program does not know. */
static Udfald udfald_of_field(PgField field) {
    for (int32_t i = UDFALD_BETALES; i <= UDFALD_TILBAGEHOLDT; i++) {
        const char *name = udfald_name((Udfald)i);
        if (strlen(name) == (size_t)field.size_bytes && memcmp(name, field.bytes, strlen(name)) == 0)
            return (Udfald)i;
    }
    return UDFALD_INTET;
}

Status sealed_results_next(SealedResults *results, SealedResult *one, bool *more, Error *error) {
    PgField fields[RESULT_FIELDS];
    const Status status = pg_copy_out_next(results->copy, fields, RESULT_FIELDS, more, error);
    if (status != STATUS_OK || !*more)
        return status;
    one->bucket = pg_field_int2(fields[0]);
    one->month = month_of((Date){pg_field_date(fields[1])});
    one->cpr = cpr_of_field(fields[2]);
    one->run_id = pg_field_int4(fields[3]);
    one->udfald = udfald_of_field(fields[4]);
    for (int32_t i = 0; i < OWED_COUNT; i++)
        one->owed[i] = (Money){pg_field_int8(fields[5 + i])};
    return STATUS_OK;
}

void sealed_results_end(SealedResults *results) {
    if (results == NULL)
        return;
    pg_copy_out_close(results->copy);
    free(results);
}
