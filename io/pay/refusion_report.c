#include "io/pay/refusion_report.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/law/stored_law.h"
#include "io/pg/pg_stream.h"

#define SLICE_PARTICIPANTS_MAX 16384
#define FIELD_COUNT 8
#define MONTH_OF_FIRST_COUNT ((Month){2014 * 12 + 6}) /* 2014-07: an earlier one counts no week */

typedef struct {
    int16_t bucket;
    Cpr cpr;
    Month month;
    int32_t run_id;
    int32_t kommunekode, active_days;
    Money ydelse;
    bool held; /* ydelse is 0 */
} HeldOrPaid;

typedef struct {
    Pg *pg;
    const RefusionOpenings *openings;
    const RefusionSink *sink;
    RefusionReport *report;
    Month read_first; /* weeks are counted from here on */
    int32_t data_as_of;
    Policy *policies; /* by run */
    int32_t policy_count;
    PgFacts *facts; /* of the slice */
    int32_t facts_at;
    Cpr cpr; /* whose ledger this is; 0: nobody's yet */
    RefusionLedger ledger;
} Pass;

/* --- Before the results ------------------------------------------------------------------------------------------ */

static Status read_policies(Pass *pass, Error *error) {
    PgRows *rows = NULL;
    Status status = pg_query(pass->pg,
                             "SELECT run_id, politik_id, max(run_id) OVER (), max(data_as_of) OVER () FROM "
                             "ydelse.run WHERE state = 'sealed' ORDER BY politik_id, run_id",
                             0, NULL, &rows, error);
    const int count = status == STATUS_OK ? pg_row_count(rows) : 0;
    if (status == STATUS_OK && count == 0)
        status = error_set(error, STATUS_NO_INPUT, "no run was sealed");
    if (status == STATUS_OK) {
        pass->policy_count = (int32_t)pg_integer(rows, 0, 2) + 1;
        pass->data_as_of = (int32_t)pg_integer(rows, 0, 3);
        pass->policies = calloc((size_t)pass->policy_count, sizeof pass->policies[0]);
        if (pass->policies == NULL)
            status = error_no_memory(error);
    }
    assert(status != STATUS_OK || pass->policies != NULL);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        const int32_t run_id = (int32_t)pg_integer(rows, i, 0);
        if (i > 0 && pg_integer(rows, i, 1) == pg_integer(rows, i - 1, 1)) {
            pass->policies[run_id] = pass->policies[pg_integer(rows, i - 1, 0)];
            continue;
        }
        StoredLaw law = {.policy = policy_default()};
        status = stored_law_of_run(pass->pg, run_id, &law, error);
        pass->policies[run_id] = law.policy;
        stored_law_free(&law);
    }
    pg_rows_free(rows);
    return status;
}

/* --- The ledger ---------------------------------------------------------------------------------------------------- */

static int compare_cpr(const void *key, const void *row) {
    const uint64_t wanted = ((const Cpr *)key)->number;
    const uint64_t found = ((const RefusionOpening *)row)->cpr.number;
    return (wanted > found) - (wanted < found);
}

static void enter_person(Pass *pass, Cpr cpr) {
    const RefusionOpenings *openings = pass->openings;
    if (pass->cpr.number == cpr.number)
        return;
    pass->cpr = cpr;
    pass->ledger = (RefusionLedger){.count = 0};
    if (openings->count == 0)
        return;
    const RefusionOpening *opening =
        bsearch(&cpr, openings->rows, (size_t)openings->count, sizeof openings->rows[0], compare_cpr);
    if (opening != NULL)
        refusion_open(&pass->ledger, opening->weeks, opening->last);
}

/* Both come by bucket and CPR number. */
static bool find_facts(Pass *pass, const HeldOrPaid *one, Facts *facts) {
    while (pass->facts_at < pg_facts_count(pass->facts)) {
        const int16_t bucket = pg_facts_bucket(pass->facts, pass->facts_at);
        const Cpr cpr = pg_facts_cpr(pass->facts, pass->facts_at);
        if (bucket == one->bucket && cpr.number == one->cpr.number) {
            pg_facts_at(pass->facts, pass->facts_at, facts);
            return true;
        }
        if (bucket > one->bucket || (bucket == one->bucket && cpr.number > one->cpr.number))
            return false;
        pass->facts_at++;
    }
    return false;
}

/* The days that the month is spread over. *certain: they are as many as were sealed. */
static uint32_t days_of(Pass *pass, const HeldOrPaid *one, bool *certain) {
    Facts facts;
    uint32_t days = 0;
    if (find_facts(pass, one, &facts))
        days = refusion_active_days(&facts, &pass->policies[one->run_id], one->month);
    *certain = __builtin_popcount(days) == one->active_days;
    return days != 0 ? days : UINT32_MAX >> (32 - month_days(one->month));
}

static void add_row(RefusionReport *report, const RefusionRow *row) {
    const int32_t week = row->part.week.index - week_of(month_first(row->month)).index;
    RefusionSum *sum = refusion_sum(report, row->kommunekode, row->month, week);
    sum->people++;
    sum->cost = money_add(sum->cost, row->part.cost);
    sum->refusion[row->step] = money_add(sum->refusion[row->step], row->refusion);
}

static void take_month(Pass *pass, const HeldOrPaid *one) {
    RefusionReport *report = pass->report;
    RefusionPart part[REFUSION_WEEKS_MAX];
    bool certain;
    const bool shown = one->month.index >= report->first.index;
    if (one->held) {
        report->held += shown;
        return;
    }
    enter_person(pass, one->cpr);
    const uint32_t days = days_of(pass, one, &certain);
    const int32_t count = refusion_spread(one->ydelse, one->month, days, part);
    report->person_months += shown;
    report->uncertain += !certain;
    for (int32_t i = 0; i < count; i++) {
        const int32_t number = part[i].counts ? refusion_week_number(&pass->ledger, part[i].week) : 0;
        const RefusionStep step = refusion_step(part[i].week, number);
        const RefusionRow row = {.cpr = one->cpr,
                                 .month = one->month,
                                 .kommunekode = one->kommunekode,
                                 .part = part[i],
                                 .number = number,
                                 .step = step,
                                 .refusion = refusion_of(part[i].cost, step)};
        if (!shown)
            continue;
        add_row(report, &row);
        if (pass->sink != NULL)
            pass->sink->row(pass->sink->context, &row);
    }
}

/* --- The results ---------------------------------------------------------------------------------------------------- */

static int64_t number_of_field(PgField field) {
    int64_t number = 0;
    for (int32_t i = 0; i < field.size_bytes; i++)
        number = number * 10 + (field.bytes[i] - '0');
    return number;
}

static Status take_fields(Pass *pass, const PgField *fields, Error *error) {
    const HeldOrPaid one = {
        .bucket = pg_field_int2(fields[0]),
        .cpr = {(uint64_t)number_of_field(fields[1])},
        .month = month_of((Date){pg_field_date(fields[2])}),
        .run_id = pg_field_int4(fields[3]),
        .kommunekode = (int32_t)number_of_field(fields[4]),
        .active_days = pg_field_int4(fields[5]),
        .ydelse = {pg_field_int8(fields[6])},
        .held = pg_field_int4(fields[7]) != 0,
    };
    if (one.kommunekode < 0 || one.kommunekode >= REFUSION_KOMMUNER || one.run_id < 0 ||
        one.run_id >= pass->policy_count)
        return error_set(error, STATUS_INTERNAL, "a stored result has a municipality or run that cannot be");
    take_month(pass, &one);
    return STATUS_OK;
}

/* The rule of the view result_current, with the last run for everyone of each month found once. */
static void results_sql(const Pass *pass, int32_t first_bucket, int32_t last_bucket, char *sql, size_t size) {
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    date_format(month_first(pass->read_first), first);
    date_format(month_first(pass->report->last), last);
    const int written = snprintf(
        sql, size,
        "COPY (SELECT p.bucket, r.cpr, r.month, r.run_id, r.kommunekode, r.aktive_dage, r.ydelse, "
        "(r.udfald = 'TILBAGEHOLDT')::integer FROM result r "
        "JOIN (SELECT m.month, coalesce(max(m.run_id) FILTER (WHERE m.everyone), 0) AS first_run_id "
        "FROM ydelse.run_month m JOIN ydelse.run s USING (run_id) WHERE s.state = 'sealed' GROUP BY m.month) "
        "m "
        "ON m.month = r.month AND r.run_id >= m.first_run_id "
        "JOIN (SELECT DISTINCT bucket, cpr_nummer FROM fact_deltagere WHERE bucket BETWEEN %d AND %d) p "
        "ON p.cpr_nummer = r.cpr "
        "WHERE r.month BETWEEN '%s' AND '%s' AND (r.ydelse > 0 OR r.udfald = 'TILBAGEHOLDT') "
        "AND NOT EXISTS (SELECT FROM run_scope later JOIN ydelse.run s USING (run_id) "
        "WHERE later.month = r.month AND later.cpr = r.cpr AND later.run_id > r.run_id AND s.state = "
        "'sealed') "
        "ORDER BY p.bucket, r.cpr, r.month) TO STDOUT (FORMAT binary)",
        first_bucket, last_bucket, first, last);
    assert(written > 0 && (size_t)written < size);
    (void)written;
}

static Status take_slice(Pass *pass, int32_t first_bucket, int32_t last_bucket, Error *error) {
    char sql[2048];
    PgField fields[FIELD_COUNT];
    PgCopyOut *copy = NULL;
    bool more = true;
    /* No day depends on income: that of one year is all that is read. */
    const PgFactsRange range = {.first_bucket = (int16_t)first_bucket,
                                .last_bucket = (int16_t)last_bucket,
                                .data_as_of = pass->data_as_of,
                                .first_month = pass->report->last,
                                .last_month = pass->report->last};
    Status status = pg_facts_read(pass->pg, &range, &pass->facts, error);
    if (status != STATUS_OK)
        return status;
    pass->facts_at = 0;
    results_sql(pass, first_bucket, last_bucket, sql, sizeof sql);
    status = pg_copy_out_begin(pass->pg, sql, &copy, error);
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, FIELD_COUNT, &more, error);
        if (status == STATUS_OK && more)
            status = take_fields(pass, fields, error);
    }
    if (copy != NULL)
        pg_copy_out_close(copy);
    pg_facts_free(pass->facts);
    pass->facts = NULL;
    return status;
}

/* Whole buckets, as many as fit. */
static Status take_slices(Pass *pass, Error *error) {
    int64_t participants[BUCKET_COUNT] = {0};
    PgRows *rows = NULL;
    Status status =
        pg_query(pass->pg,
                 "SELECT bucket, count(DISTINCT cpr_nummer) FROM fact_deltagere WHERE bucket >= 0 "
                 "GROUP BY bucket",
                 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        participants[pg_integer(rows, i, 0)] = pg_integer(rows, i, 1);
    pg_rows_free(rows);
    for (int32_t first = 0; status == STATUS_OK && first < BUCKET_COUNT;) {
        int32_t last = first;
        int64_t count = participants[first];
        while (last + 1 < BUCKET_COUNT && count + participants[last + 1] <= SLICE_PARTICIPANTS_MAX)
            count += participants[++last];
        if (count > 0)
            status = take_slice(pass, first, last, error);
        first = last + 1;
    }
    return status;
}

/* --- The report ----------------------------------------------------------------------------------------------------- */

static size_t month_count(const RefusionReport *report) {
    return (size_t)report->last.index - (size_t)report->first.index + 1;
}

RefusionSum *refusion_sum(const RefusionReport *report, int32_t kommunekode, Month month, int32_t week) {
    assert(month.index >= report->first.index && month.index <= report->last.index);
    assert(week >= 0 && week < REFUSION_WEEKS_MAX);
    const size_t place =
        (size_t)kommunekode * month_count(report) + (size_t)(month.index - report->first.index);
    return &report->sums[place * REFUSION_WEEKS_MAX + (size_t)week];
}

Status refusion_report(Pg *pg, Month first, Month last, const RefusionOpenings *openings,
                       const RefusionSink *sink, RefusionReport *report, Error *error) {
    *report = (RefusionReport){.first = first, .last = last};
    if (last.index < first.index || month_count(report) > REFUSION_MONTHS_MAX)
        return error_set(error, STATUS_USAGE, "--from is after --to, or there are more than %d months",
                         REFUSION_MONTHS_MAX);
    Pass pass = {.pg = pg,
                 .openings = openings,
                 .sink = sink,
                 .report = report,
                 .read_first = first.index < MONTH_OF_FIRST_COUNT.index ? first : MONTH_OF_FIRST_COUNT};
    report->sums =
        calloc(REFUSION_KOMMUNER * month_count(report) * REFUSION_WEEKS_MAX, sizeof report->sums[0]);
    Status status = report->sums == NULL ? error_no_memory(error) : read_policies(&pass, error);
    if (status == STATUS_OK)
        status = take_slices(&pass, error);
    free(pass.policies);
    return status;
}

void refusion_report_free(RefusionReport *report) {
    free(report->sums);
    *report = (RefusionReport){.sums = NULL};
}
