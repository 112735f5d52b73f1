#include "io/pg/pg_stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/arena.h"
#include "io/base/bucket.h"
#include "io/intake/fact.h"
#include "io/intake/kind_columns.h"
#include "io/pg/pg_fact.h"

#define LEADING_FIELDS 4 /* bucket, cpr_nummer, file_id, line */
#define USED_COLUMNS_MAX 16
#define SQL_SIZE 3072

/* The columns that the engine uses; the others are only carried. Ended by 0, which is posttype. */
static const int8_t used_columns[KIND_COUNT][USED_COLUMNS_MAX] = {
    [KIND_DELTAGERE] = {DELTAGERE_cpr_nummer, DELTAGERE_kommunekode, DELTAGERE_foedselsdato,
                        DELTAGERE_doedsdato, DELTAGERE_se_nummer},
    [KIND_FORLOEB] = {FORLOEB_forloeb_id, FORLOEB_ordning, FORLOEB_startdato, FORLOEB_slutdato,
                      FORLOEB_bevilget_dato, FORLOEB_tidligere_ydelse, FORLOEB_ugebeloeb,
                      FORLOEB_niveau_slutdato},
    [KIND_BOERN] = {BOERN_post_id, BOERN_barn_cpr, BOERN_barn_foedselsdato, BOERN_forhold,
                    BOERN_forsoergelse_fra, BOERN_forsoergelse_til, BOERN_i_riget, BOERN_bidrag_beloeb},
    [KIND_PERIODER] = {PERIODER_post_id, PERIODER_art, PERIODER_foerste_dag, PERIODER_sidste_dag,
                       PERIODER_beloeb, PERIODER_afgoerelse_id},
    [KIND_INDKOMST] = {INDKOMST_post_id, INDKOMST_arbejdsgiver_se, INDKOMST_indkomsttype, INDKOMST_klasse,
                       INDKOMST_loenperiode_start, INDKOMST_loenperiode_slut, INDKOMST_dispositionsdato,
                       INDKOMST_felt_0013, INDKOMST_felt_0014, INDKOMST_felt_0036, INDKOMST_felt_0038,
                       INDKOMST_felt_0147, INDKOMST_felt_0148, INDKOMST_felt_0198, INDKOMST_felt_0200},
    [KIND_FERIEPENGE] = {FERIEPENGE_post_id, FERIEPENGE_art, FERIEPENGE_udbetalingstype, FERIEPENGE_ferieaar,
                         FERIEPENGE_foerste_feriedag, FERIEPENGE_sidste_feriedag, FERIEPENGE_antal_feriedage,
                         FERIEPENGE_beloeb_brutto, FERIEPENGE_udbetalingsdato},
    [KIND_SANKTIONER] = {SANKTIONER_sanktion_id, SANKTIONER_art, SANKTIONER_haendelsesdato, SANKTIONER_dage,
                         SANKTIONER_virkningsmaaned, SANKTIONER_foerste_dag, SANKTIONER_sidste_dag,
                         SANKTIONER_afgoerelse_id},
    [KIND_SKATTEKORT] = {SKATTEKORT_post_id, SKATTEKORT_foerste_dag, SKATTEKORT_sidste_dag,
                         SKATTEKORT_korttype, SKATTEKORT_traekprocent, SKATTEKORT_maanedsfradrag,
                         SKATTEKORT_frikort_graense},
};

static const size_t row_sizes[KIND_COUNT] = {
    [KIND_DELTAGERE] = sizeof(Deltager),  [KIND_FORLOEB] = sizeof(Forloeb),
    [KIND_BOERN] = sizeof(Barn),          [KIND_PERIODER] = sizeof(Periode),
    [KIND_INDKOMST] = sizeof(Indkomst),   [KIND_FERIEPENGE] = sizeof(Feriepenge),
    [KIND_SANKTIONER] = sizeof(Sanktion), [KIND_SKATTEKORT] = sizeof(Skattekort),
};

typedef struct {
    char *bytes; /* engine structs of the kind, side by side */
    int32_t count, capacity;
    int32_t *first; /* of each participant, and one more; for deltagere unused */
} KindRows;

struct PgFacts {
    Arena texts;
    KindRows kinds[KIND_COUNT];
    int16_t *buckets; /* of each participant */
    int32_t bucket_capacity;
};

/* --- SQL ------------------------------------------------------------------------------------------------------- */

static int used_count(KindId kind) {
    int count = 0;
    while (count < USED_COLUMNS_MAX && used_columns[kind][count] != 0)
        count++;
    return count;
}

static void column_list(KindId kind, char *text, size_t text_size) {
    int size = 0;
    for (int i = 0; i < used_count(kind); i++)
        size += snprintf(text + size, text_size - (size_t)size, ", f.%s",
                         kind_table[kind].columns[used_columns[kind][i]].name);
    assert((size_t)size < text_size);
}

/* Income of other years and later months plays no part in any month of the range. */
static void income_condition(KindId kind, const PgFactsRange *range, char *text, size_t text_size) {
    char first[DATE_TEXT_SIZE];
    char last[DATE_TEXT_SIZE];
    text[0] = '\0';
    if (kind != KIND_INDKOMST)
        return;
    date_format(date_from_ymd(month_year(range->first_month), 1, 1), first);
    date_format(month_last(range->last_month), last);
    snprintf(text, text_size, " AND f.dispositionsdato BETWEEN '%s' AND '%s'", first, last);
}

static void copy_sql(KindId kind, const PgFactsRange *range, char sql[SQL_SIZE]) {
    char columns[FACT_COLUMNS_SIZE];
    char income[96];
    char scope[512] = "";
    char pattern[SQL_SIZE];
    column_list(kind, columns, sizeof columns);
    income_condition(kind, range, income, sizeof income);
    if (range->scope_run_id != 0)
        snprintf(scope, sizeof scope,
                 "JOIN (SELECT DISTINCT bucket, cpr FROM run_scope WHERE run_id = %d AND bucket "
                 "BETWEEN %d AND %d) "
                 "s ON s.bucket = f.bucket AND s.cpr = f.cpr_nummer ",
                 range->scope_run_id, range->first_bucket, range->last_bucket);
    if (range->scope_sql != NULL)
        snprintf(scope, sizeof scope, "JOIN (%s) s ON s.bucket = f.bucket AND s.cpr = f.cpr_nummer ",
                 range->scope_sql);
    const char *one = range->one_participant ? " AND f.cpr_nummer = current_setting('ydelse.cpr')" : "";
    const int size = snprintf(
        pattern, sizeof pattern,
        "COPY (SELECT f.bucket, f.cpr_nummer, f.file_id, f.line%s FROM fact_{kind} f %s"
        "WHERE f.bucket BETWEEN %d AND %d AND f.delivery_id <= %d AND f.posttype <> 'T'%s%s AND NOT EXISTS "
        "(SELECT FROM fact_ended e WHERE e.bucket = f.bucket AND e.bucket BETWEEN %d AND %d AND e.file_id = "
        "f.file_id AND e.line = f.line AND e.delivery_id <= %d) ORDER BY f.bucket, f.cpr_nummer, %sf.{id}) "
        "TO STDOUT (FORMAT binary)",
        columns, scope, range->first_bucket, range->last_bucket, range->data_as_of, income, one,
        range->first_bucket, range->last_bucket, range->data_as_of,
        kind == KIND_FORLOEB ? "f.startdato, " : "");
    assert(size < SQL_SIZE);
    (void)size;
    pg_fact_sql(kind, pattern, sql, SQL_SIZE);
}

/* --- Rows ------------------------------------------------------------------------------------------------------ */

static void fill_row(KindId kind, const Value *values, Source source, void *row) {
    switch (kind) {
    case KIND_DELTAGERE:
        fact_deltager(values, source, row);
        return;
    case KIND_FORLOEB:
        fact_forloeb(values, source, row);
        return;
    case KIND_BOERN:
        fact_barn(values, source, row);
        return;
    case KIND_PERIODER:
        fact_periode(values, source, row);
        return;
    case KIND_INDKOMST:
        fact_indkomst(values, source, row);
        return;
    case KIND_FERIEPENGE:
        fact_feriepenge(values, source, row);
        return;
    case KIND_SANKTIONER:
        fact_sanktion(values, source, row);
        return;
    case KIND_SKATTEKORT:
        fact_skattekort(values, source, row);
        return;
    case KIND_COUNT:
        return;
    }
}

/* The engine keeps ids and SE numbers; they move to the arena. Other texts are judged while the field is there. */
static bool decode_row(PgFacts *facts, KindId kind, const PgField *fields, Value *values) {
    for (int i = 0; i < used_count(kind); i++) {
        const int32_t index = used_columns[kind][i];
        const Column *column = &kind_table[kind].columns[index];
        pg_fact_decode(column, fields[LEADING_FIELDS + i], &values[index]);
        if ((column->type == COLUMN_ID || column->type == COLUMN_SE) && values[index].text.size_bytes > 0) {
            values[index].text = arena_copy(&facts->texts, values[index].text);
            if (values[index].text.bytes == NULL)
                return false;
        }
    }
    return true;
}

static void *add_row(KindRows *rows, size_t row_size) {
    if (rows->count == rows->capacity) {
        const int32_t capacity = rows->capacity == 0 ? 1024 : rows->capacity * 2;
        char *moved = realloc(rows->bytes, (size_t)capacity * row_size);
        if (moved == NULL)
            return NULL;
        rows->bytes = moved;
        rows->capacity = capacity;
    }
    return rows->bytes + (size_t)rows->count++ * row_size;
}

static Cpr cpr_of_field(PgField field) {
    Cpr cpr = {0};
    for (int32_t i = 0; i < field.size_bytes; i++)
        cpr.number = cpr.number * 10 + (uint64_t)(field.bytes[i] - '0');
    return cpr;
}

static bool add_bucket(PgFacts *facts, int16_t bucket) {
    const int32_t index = facts->kinds[KIND_DELTAGERE].count - 1;
    if (index >= facts->bucket_capacity) {
        const int32_t capacity = facts->kinds[KIND_DELTAGERE].capacity;
        int16_t *moved = realloc(facts->buckets, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        facts->buckets = moved;
        facts->bucket_capacity = capacity;
    }
    facts->buckets[index] = bucket;
    return true;
}

/* Both come in order of bucket and CPR number: walks on to the row's participant; false: there is none. */
static bool find_participant(const PgFacts *facts, int16_t bucket, Cpr cpr, KindRows *rows,
                             int32_t *participant) {
    const int32_t count = pg_facts_count(facts);
    while (*participant < count && (pg_facts_bucket(facts, *participant) < bucket ||
                                    (pg_facts_bucket(facts, *participant) == bucket &&
                                     pg_facts_cpr(facts, *participant).number < cpr.number)))
        rows->first[++*participant] = rows->count;
    return *participant < count && pg_facts_cpr(facts, *participant).number == cpr.number;
}

static Status take_row(PgFacts *facts, KindId kind, const PgField *fields, int32_t *participant,
                       Error *error) {
    Value values[COLUMNS_MAX];
    KindRows *rows = &facts->kinds[kind];
    const int16_t bucket = pg_field_int2(fields[0]);
    const Cpr cpr = cpr_of_field(fields[1]);
    const Source source = {pg_field_int4(fields[2]), pg_field_int4(fields[3])};
    if (kind != KIND_DELTAGERE && !find_participant(facts, bucket, cpr, rows, participant))
        return error_set(error, STATUS_INTERNAL, "a fact in %s has no participant", kind_table[kind].name);
    for (int32_t i = 0; i < kind_table[kind].column_count; i++)
        values[i] = (Value){VALUE_NONE, {"", 0}};
    if (!decode_row(facts, kind, fields, values))
        return error_no_memory(error);
    void *row = add_row(rows, row_sizes[kind]);
    if (row == NULL)
        return error_no_memory(error);
    fill_row(kind, values, source, row);
    if (kind == KIND_DELTAGERE && !add_bucket(facts, bucket))
        return error_no_memory(error);
    return STATUS_OK;
}

static Status read_kind(Pg *pg, const PgFactsRange *range, KindId kind, PgFacts *facts, Error *error) {
    char sql[SQL_SIZE];
    PgField fields[LEADING_FIELDS + USED_COLUMNS_MAX];
    PgCopyOut *copy;
    KindRows *rows = &facts->kinds[kind];
    int32_t participant = 0;
    bool more = true;
    if (kind != KIND_DELTAGERE) {
        rows->first = calloc((size_t)pg_facts_count(facts) + 1, sizeof rows->first[0]);
        if (rows->first == NULL)
            return error_no_memory(error);
    }
    copy_sql(kind, range, sql);
    Status status = pg_copy_out_begin(pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, LEADING_FIELDS + used_count(kind), &more, error);
        if (status == STATUS_OK && more)
            status = take_row(facts, kind, fields, &participant, error);
    }
    pg_copy_out_close(copy);
    while (kind != KIND_DELTAGERE && participant < pg_facts_count(facts))
        rows->first[++participant] = rows->count;
    return status;
}

Status pg_facts_read(Pg *pg, const PgFactsRange *range, PgFacts **facts, Error *error) {
    *facts = calloc(1, sizeof **facts);
    if (*facts == NULL)
        return error_no_memory(error);
    Status status = STATUS_OK;
    for (int32_t kind = 0; kind < KIND_COUNT && status == STATUS_OK; kind++)
        status = read_kind(pg, range, (KindId)kind, *facts, error);
    if (status != STATUS_OK) {
        pg_facts_free(*facts);
        *facts = NULL;
    }
    return status;
}

Status pg_facts_of_one(Pg *pg, Cpr cpr, Month first, Month last, int32_t data_as_of, PgFacts **facts,
                       Error *error) {
    char digits[CPR_TEXT_SIZE];
    const char *const values[] = {digits};
    cpr_format(cpr, digits);
    const int16_t bucket = bucket_of(digits);
    const PgFactsRange range = {.first_bucket = bucket,
                                .last_bucket = bucket,
                                .data_as_of = data_as_of,
                                .one_participant = true,
                                .first_month = first,
                                .last_month = last};
    const Status status = pg_query(pg, "SELECT set_config('ydelse.cpr', $1, false)", 1, values, NULL, error);
    return status == STATUS_OK ? pg_facts_read(pg, &range, facts, error) : status;
}

void pg_facts_free(PgFacts *facts) {
    if (facts == NULL)
        return;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        free(facts->kinds[kind].bytes);
        free(facts->kinds[kind].first);
    }
    free(facts->buckets);
    arena_free(&facts->texts);
    free(facts);
}

int32_t pg_facts_count(const PgFacts *facts) {
    return facts->kinds[KIND_DELTAGERE].count;
}

int16_t pg_facts_bucket(const PgFacts *facts, int32_t index) {
    return facts->buckets[index];
}

static const Deltager *deltager_at(const PgFacts *facts, int32_t index) {
    const void *rows = facts->kinds[KIND_DELTAGERE].bytes;
    return (const Deltager *)rows + index;
}

Cpr pg_facts_cpr(const PgFacts *facts, int32_t index) {
    return deltager_at(facts, index)->cpr;
}

/* The rows of one participant; *count is how many. */
static const void *rows_at(const PgFacts *facts, KindId kind, int32_t index, int32_t *count) {
    const KindRows *rows = &facts->kinds[kind];
    *count = rows->first[index + 1] - rows->first[index];
    return *count == 0 ? NULL : rows->bytes + (size_t)rows->first[index] * row_sizes[kind];
}

void pg_facts_at(const PgFacts *facts, int32_t index, Facts *one) {
    one->deltager = deltager_at(facts, index);
    one->forloeb = rows_at(facts, KIND_FORLOEB, index, &one->forloeb_count);
    one->boern = rows_at(facts, KIND_BOERN, index, &one->boern_count);
    one->perioder = rows_at(facts, KIND_PERIODER, index, &one->perioder_count);
    one->indkomst = rows_at(facts, KIND_INDKOMST, index, &one->indkomst_count);
    one->feriepenge = rows_at(facts, KIND_FERIEPENGE, index, &one->feriepenge_count);
    one->sanktioner = rows_at(facts, KIND_SANKTIONER, index, &one->sanktioner_count);
    one->skattekort = rows_at(facts, KIND_SKATTEKORT, index, &one->skattekort_count);
}
