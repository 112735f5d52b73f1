/* Results: the stored rows of each sealed run are hashed into its 256 buckets again. A bucket that is not the sealed one
 * is computed again from the facts and the law of the run, and the rows that differ are named. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/calc.h"
#include "io/base/mask.h"
#include "io/base/progress.h"
#include "io/proof/verify.h"
#include "io/run/person_months.h"
#include "io/run/result_digest.h"
#include "io/run/run_record.h"

/* So many wrong buckets of a run are narrowed to rows: their results are held in memory. */
#define NARROWED_MAX 8

enum { FIELD_MONTH, FIELD_CPR, FIELD_UDFALD, FIELD_DAGE, FIELD_AMOUNTS };
enum {
    FIELD_FUND = FIELD_AMOUNTS + AMOUNT_COUNT,
    FIELD_ORDNING,
    FIELD_KOMMUNEKODE,
    FIELD_BUCKET,
    FIELD_COUNT
};

typedef struct {
    uint8_t leaf[SHA256_SIZE];
    char cpr[CPR_TEXT_SIZE];
    int32_t month; /* Month.index */
    int16_t bucket;
} ResultLeaf;

typedef struct {
    ResultLeaf *items;
    int32_t count, capacity;
} LeafList;

typedef struct {
    Pg *pg;
    VerifyReport *report;
    const RunRecord *run;
    Sha256 leaf;
    Sha256 buckets[BUCKET_COUNT];
    int64_t rows[BUCKET_COUNT];
    int64_t oere[BUCKET_COUNT];
    char sealed[BUCKET_COUNT][SHA256_HEX_SIZE];
    bool narrowed[BUCKET_COUNT];
    int32_t narrowed_count;
    bool collecting; /* the second time: only rows of narrowed buckets, into stored */
    LeafList stored, computed;
} ResultCheck;

/* --- A stored row ---------------------------------------------------------------------------------------------------- */

static char *put_text(char *at, PgField field, int32_t size_max) {
    const int32_t size = field.bytes == NULL ? 0 : field.size_bytes < size_max ? field.size_bytes : size_max;
    memcpy(at, size == 0 ? "" : field.bytes, (size_t)size);
    return at + size;
}

/* As result_digest_line, from the columns as they stand: what cannot be a result must not become one here. */
static size_t stored_line(const PgField *fields, char text[RESULT_DIGEST_LINE_SIZE]) {
    char day[DATE_TEXT_SIZE];
    char *at = put_text(text, fields[FIELD_CPR], 32);
    date_format((Date){pg_field_date(fields[FIELD_MONTH])}, day);
    at += sprintf(at, ";%.*s;", strcmp(day + 7, "-01") == 0 ? 7 : 10, day);
    at = put_text(at, fields[FIELD_UDFALD], 32);
    at += sprintf(at, ";%d", pg_field_int4(fields[FIELD_DAGE]));
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        *at++ = ';';
        at += money_format((Money){pg_field_int8(fields[FIELD_AMOUNTS + i])}, ',', at);
    }
    *at++ = ';';
    at = put_text(at, fields[FIELD_FUND], FINDING_LIST_SIZE);
    *at++ = ';';
    at = put_text(at, fields[FIELD_ORDNING], 6);
    *at++ = ';';
    at = put_text(at, fields[FIELD_KOMMUNEKODE], 6);
    *at++ = '\n';
    return (size_t)(at - text);
}

static bool list_add(LeafList *list, const ResultLeaf *item) {
    if (list->count == list->capacity) {
        const int32_t capacity = list->capacity == 0 ? 1024 : list->capacity * 2;
        ResultLeaf *moved = realloc(list->items, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        list->items = moved;
        list->capacity = capacity;
    }
    list->items[list->count++] = *item;
    return true;
}

static bool take_row(ResultCheck *check, const PgField *fields) {
    char line[RESULT_DIGEST_LINE_SIZE];
    ResultLeaf leaf = {.month = month_of((Date){pg_field_date(fields[FIELD_MONTH])}).index};
    const PgField cpr = fields[FIELD_CPR];
    (void)put_text(leaf.cpr, cpr, CPR_DIGITS);
    /* Where it stands, right or wrong: in the wrong one it makes two digests differ. */
    const int16_t bucket = pg_field_int2(fields[FIELD_BUCKET]);
    leaf.bucket = bucket >= 0 && bucket < BUCKET_COUNT ? bucket : 0;
    if (check->collecting && !check->narrowed[leaf.bucket])
        return true;
    sha256_add(&check->leaf, line, stored_line(fields, line));
    sha256_next(&check->leaf, leaf.leaf);
    if (check->collecting)
        return list_add(&check->stored, &leaf);
    sha256_add(&check->buckets[leaf.bucket], leaf.leaf, SHA256_SIZE);
    check->rows[leaf.bucket]++;
    check->oere[leaf.bucket] += pg_field_int8(fields[FIELD_AMOUNTS + AMOUNT_til_udbetaling]);
    return true;
}

/* In the order of a bucket: month, CPR number. */
static Status read_stored(ResultCheck *check, Error *error) {
    char sql[768];
    PgField fields[FIELD_COUNT];
    PgCopyOut *copy;
    bool more = true;
    snprintf(sql, sizeof sql,
             "COPY (SELECT month, cpr, udfald, aktive_dage"
#define X(name) ", " #name
             RESULT_AMOUNTS(X)
#undef X
                 ", fund, ordning, kommunekode, bucket FROM ydelse.result WHERE run_id = %d ORDER BY month, "
                 "cpr) TO "
                 "STDOUT "
                 "(FORMAT binary)",
             check->run->run_id);
    Status status = pg_copy_out_begin(check->pg, sql, &copy, error);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && more) {
        status = pg_copy_out_next(copy, fields, FIELD_COUNT, &more, error);
        if (status == STATUS_OK && more && !take_row(check, fields))
            status = error_no_memory(error);
    }
    pg_copy_out_close(copy);
    return status;
}

/* --- Naming rows ------------------------------------------------------------------------------------------------------- */

static Status tell_row(ResultCheck *check, WrongCode code, const ResultLeaf *leaf, Error *error) {
    char key[VERIFY_TEXT_SIZE];
    char month[DATE_TEXT_SIZE];
    char shown[MASKED_SIZE];
    PgRows *rows = NULL;
    const char *const values[] = {leaf->cpr};
    const Status status =
        pg_query(check->pg, "SELECT coalesce(ydelse.participant_place($1), '?')", 1, values, &rows, error);
    month_format((Month){leaf->month}, month);
    mask_cpr((Text){leaf->cpr, (uint32_t)strlen(leaf->cpr)}, shown);
    if (status == STATUS_OK) {
        snprintf(key, sizeof key, "run %d %.7s %.20s (%.80s)", check->run->run_id, month, shown,
                 pg_text(rows, 0, 0));
        verify_wrong(check->report, VERIFY_resultater, code, "result", key, "", "");
    }
    pg_rows_free(rows);
    return status;
}

static int by_place(const void *a, const void *b) {
    const ResultLeaf *left = a;
    const ResultLeaf *right = b;
    if (left->bucket != right->bucket)
        return left->bucket < right->bucket ? -1 : 1;
    if (left->month != right->month)
        return left->month < right->month ? -1 : 1;
    return strcmp(left->cpr, right->cpr);
}

/* Both lists by place; what is in one of them only, or differs, is told. */
static Status compare_lists(ResultCheck *check, Error *error) {
    Status status = STATUS_OK;
    for (int32_t s = 0, c = 0;
         status == STATUS_OK && (s < check->stored.count || c < check->computed.count);) {
        const ResultLeaf *stored = &check->stored.items[s];
        const ResultLeaf *computed = &check->computed.items[c];
        const int order = s == check->stored.count     ? 1
                          : c == check->computed.count ? -1
                                                       : by_place(stored, computed);
        if (order < 0)
            status = tell_row(check, WRONG_RESULTAT_NYT, stored, error);
        else if (order > 0)
            status = tell_row(check, WRONG_RESULTAT_MANGLER, computed, error);
        else if (memcmp(stored->leaf, computed->leaf, SHA256_SIZE) != 0)
            status = tell_row(check, WRONG_RESULTAT_AENDRET, stored, error);
        s += order <= 0;
        c += order >= 0;
    }
    return status;
}

static bool take_computed(ResultCheck *check, const PersonMonth *one) {
    Result result;
    char line[RESULT_DIGEST_LINE_SIZE];
    ResultLeaf leaf = {.bucket = one->bucket};
    if (!check->narrowed[one->bucket])
        return true;
    calc_month(one->law, &one->facts, NULL, &result);
    if (result.udfald == UDFALD_INTET)
        return true;
    sha256_add(&check->leaf, line, (size_t)result_digest_line(&result, line));
    sha256_next(&check->leaf, leaf.leaf);
    leaf.month = result.month.index;
    cpr_format(result.cpr, leaf.cpr);
    sha256_add(&check->buckets[one->bucket], leaf.leaf, SHA256_SIZE);
    return list_add(&check->computed, &leaf);
}

static Status compute_again(ResultCheck *check, Error *error) {
    StoredLaw law;
    RunPlan plan = {0};
    PersonMonths *months = NULL;
    PersonMonth one;
    bool more = true, enough = true;
    Status status = stored_law_of_run(check->pg, check->run->run_id, &law, error);
    if (status == STATUS_OK)
        status = run_plan_again(check->pg, check->run, &law, &plan, error);
    if (status == STATUS_OK)
        status = person_months_begin(check->pg, &plan, &months, error);
    while (status == STATUS_OK && more && enough) {
        status = person_months_slice(months, &more, error);
        while (status == STATUS_OK && more && enough && person_months_next(months, &one))
            enough = take_computed(check, &one);
    }
    person_months_free(months);
    run_plan_free(&plan);
    stored_law_free(&law);
    return enough ? status : error_no_memory(error);
}

static void list_drop_bucket(LeafList *list, int16_t bucket) {
    int32_t kept = 0;
    for (int32_t i = 0; i < list->count; i++)
        if (list->items[i].bucket != bucket)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static void bucket_key(const ResultCheck *check, int32_t bucket, char key[64]) {
    snprintf(key, 64, "run %d shard %d", check->run->run_id, bucket);
}

/* Only a bucket whose computation gives the sealed digest again can judge the stored rows. */
static void drop_unproven(ResultCheck *check) {
    for (int16_t b = 0; b < BUCKET_COUNT; b++) {
        uint8_t digest[SHA256_SIZE];
        char hex[SHA256_HEX_SIZE], key[64];
        if (!check->narrowed[b])
            continue;
        sha256_next(&check->buckets[b], digest);
        sha256_hex(digest, hex);
        if (strcmp(hex, check->sealed[b]) == 0)
            continue;
        bucket_key(check, b, key);
        verify_wrong(check->report, VERIFY_resultater, WRONG_GENBEREGNING_AFVIGER, "result", key,
                     check->sealed[b], hex);
        list_drop_bucket(&check->stored, b);
        list_drop_bucket(&check->computed, b);
    }
}

/* Facts that were changed cannot judge results, and the engine is not asked about what no load would have let in. */
static Status narrow(ResultCheck *check, Error *error) {
    Error hindrance;
    if (verify_wrong_of(check->report, VERIFY_fakta) > 0) {
        verify_wrong(check->report, VERIFY_resultater, WRONG_GENBEREGNING_AFVIGER, "result", "", "", "fakta");
        return STATUS_OK;
    }
    check->collecting = true;
    Status status = read_stored(check, error);
    check->collecting = false;
    if (status != STATUS_OK)
        return status;
    status = pg_script(check->pg, "SAVEPOINT again", error);
    if (status == STATUS_OK && compute_again(check, &hindrance) == STATUS_OK) {
        drop_unproven(check);
        if (check->stored.count > 0) /* nothing stored is no array at all */
            qsort(check->stored.items, (size_t)check->stored.count, sizeof check->stored.items[0], by_place);
        status = compare_lists(check, error);
    } else if (status == STATUS_OK) {
        status = pg_script(check->pg, "ROLLBACK TO SAVEPOINT again", error);
        verify_wrong(check->report, VERIFY_resultater, WRONG_GENBEREGNING_AFVIGER, "result", "", "",
                     hindrance.message);
    }
    return status == STATUS_OK ? pg_script(check->pg, "RELEASE SAVEPOINT again", error) : status;
}

/* --- Runs ---------------------------------------------------------------------------------------------------------------- */

static void judge_bucket(ResultCheck *check, const PgRows *buckets, int row) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE], key[64];
    const int32_t b = (int32_t)pg_integer(buckets, row, 0);
    if (b < 0 || b >= BUCKET_COUNT)
        return;
    sha256_next(&check->buckets[b], digest);
    sha256_hex(digest, hex);
    snprintf(check->sealed[b], SHA256_HEX_SIZE, "%s", pg_text(buckets, row, 3));
    if (strcmp(hex, check->sealed[b]) == 0 && check->rows[b] == pg_integer(buckets, row, 1) &&
        check->oere[b] == pg_integer(buckets, row, 2))
        return;
    bucket_key(check, b, key);
    verify_wrong(check->report, VERIFY_resultater, WRONG_BUNDT_AFVIGER, "result", key, check->sealed[b], hex);
    check->narrowed[b] = check->narrowed_count < NARROWED_MAX;
    check->narrowed_count += check->narrowed[b] ? 1 : 0;
}

static Status check_run(ResultCheck *check, Error *error) {
    char number[16];
    PgRows *buckets = NULL;
    int64_t rows = 0;
    memset(check->rows, 0, sizeof check->rows);
    memset(check->oere, 0, sizeof check->oere);
    memset(check->narrowed, 0, sizeof check->narrowed);
    check->narrowed_count = check->stored.count = check->computed.count = 0;
    snprintf(number, sizeof number, "%d", check->run->run_id);
    const char *const values[] = {number};
    Status status = read_stored(check, error);
    if (status == STATUS_OK)
        status = pg_query(check->pg,
                          "SELECT bucket, rows, til_udbetaling, encode(digest, 'hex') FROM ydelse.run_bucket "
                          "WHERE run_id = $1 "
                          "ORDER BY bucket",
                          1, values, &buckets, error);
    if (status == STATUS_OK && pg_row_count(buckets) != BUCKET_COUNT)
        verify_wrong(check->report, VERIFY_resultater, WRONG_NUMMER_MANGLER, "run_bucket", number, "256", "");
    for (int i = 0; status == STATUS_OK && i < pg_row_count(buckets); i++)
        judge_bucket(check, buckets, i);
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        rows += check->rows[b];
    verify_rows(check->report, VERIFY_resultater, rows);
    pg_rows_free(buckets);
    return status == STATUS_OK && check->narrowed_count > 0 ? narrow(check, error) : status;
}

static bool begin(ResultCheck *check) {
    bool enough = sha256_begin(&check->leaf);
    for (int32_t b = 0; b < BUCKET_COUNT && enough; b++)
        enough = sha256_begin(&check->buckets[b]);
    return enough;
}

static void end(ResultCheck *check) {
    sha256_abandon(&check->leaf);
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        sha256_abandon(&check->buckets[b]);
    free(check->stored.items);
    free(check->computed.items);
    free(check);
}

Status verify_results(Pg *pg, VerifyReport *report, Error *error) {
    const RunSelection all = {.first = MONTH_OF_FIRST_LAW, .last = {9999 * 12 + 11}};
    RunRecord *runs = NULL;
    int32_t count = 0;
    ResultCheck *check = calloc(1, sizeof *check);
    if (check == NULL)
        return error_no_memory(error);
    check->pg = pg;
    check->report = report;
    Status status = begin(check) ? run_records_list(pg, &all, &runs, &count, error) : error_no_memory(error);
    progress_begin(PROGRESS_VERIFY);
    for (int32_t i = 0; i < count && status == STATUS_OK; i++) {
        check->run = &runs[i];
        status = check_run(check, error);
        progress_at(i + 1, count, i + 1);
    }
    progress_end();
    free(runs);
    end(check);
    return status;
}
