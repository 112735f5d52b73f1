/* The texts that digests and seals are taken over: made again from the tables and held against the stored ones, line by
 * line, so that the line that differs says which row of which table it is about. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/proof/verify.h"

#define LINE_SIZE 512
#define HEAD_SIZE 96

/* Which table a line is about; all others are about the row that has the text. */
static const struct {
    const char *word, *table;
} line_tables[] = {
    {"file=", "input_file"},
    {"rows=", "load_digest"},
    {"delivery=", "delivery"},
    {"law=", "law_set"},
    {"law_set=", "law_set"},
    {"shard=", "run_shard"},
    {"bucket=", "run_bucket"},
    {"cutover=", "run_cutover"},
    {"computed=", "run_month"},
    {"scope=", "run_scope"},
    {"attempt=", "run_attempt"},
    {"failed=", "run"},
    {"migration=", "migration"},
    {"owed=", "entitlement"},
    {"batch_events=", "batch_event"},
    {"claim_events=", "claim_event"},
    {"arrivals=", "input_arrival"},
    {"outputs=", "output_file"},
    {"bindings=", "finance_municipality_event"},
    {"arrears=", "arrears_decision"},
    {"held=", "held_event"},
    {"expected=", "run_input"},
    {"missing=", "run_missing"},
    {"erasure=", "erasure"},
    {"order=", "erasure_order"},
    {"erased_units=", "erased_unit"},
    {"erased_rows=", "erased_row"},
    {"installation=", "installation"},
    {"payment_file=", "payment_file"},
    {"batch=", "batch"},
    {"answer_file=", "answer_file"},
    {"answers=", "payment_answer"},
    {"approved=", "batch"},
    {"emitted=", "batch"},
    {"cancelled=", "batch"},
};

typedef struct {
    VerifyReport *report;
    VerifyCheck check;
    const char *table; /* that has the text */
    const char *key;
} TextPlace;

static const char *table_of(const TextPlace *place, const char *line) {
    if (strncmp(line, "failed.", 7) == 0) /* failed.2.shard=...: of a run that did not reach its seal */
        line += 8 + strcspn(line + 7, ".\n");
    for (size_t i = 0; i < sizeof line_tables / sizeof line_tables[0]; i++)
        if (strncmp(line, line_tables[i].word, strlen(line_tables[i].word)) == 0)
            return line_tables[i].table;
    return place->table;
}

/* The part of a line that names what it is about: to its first semicolon ("rows=": its second), or its equals sign. */
static size_t head_size(const char *line) {
    const size_t line_size = strcspn(line, "\n");
    size_t size = strcspn(line, ";\n");
    if (size == line_size)
        return strcspn(line, "=\n");
    if (strncmp(line, "rows=", 5) == 0)
        size += 1 + strcspn(line + size + 1, ";\n");
    return size;
}

/* The line of the text with this head, or NULL. */
static const char *find_head(const char *text, const char *head, size_t size) {
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
        if (head_size(line) == size && strncmp(line, head, size) == 0)
            return line;
    return NULL;
}

static void copy_line(char target[LINE_SIZE], const char *line) {
    snprintf(target, LINE_SIZE, "%.*s", (int)strcspn(line, "\n"), line);
}

static void tell(const TextPlace *place, WrongCode code, const char *line, const char *expected,
                 const char *found) {
    char key[HEAD_SIZE + 64];
    char lines[2][LINE_SIZE];
    copy_line(lines[0], expected);
    copy_line(lines[1], found);
    snprintf(key, sizeof key, "%.40s %.*s", place->key,
             (int)(head_size(line) < HEAD_SIZE ? head_size(line) : HEAD_SIZE), line);
    verify_wrong(place->report, place->check, code, table_of(place, line), key, lines[0], lines[1]);
}

static bool line_equals(const char *a, const char *b) {
    const size_t size = strcspn(a, "\n");
    return size == strcspn(b, "\n") && memcmp(a, b, size) == 0;
}

static void compare(const TextPlace *place, const char *stored, const char *now) {
    for (const char *line = stored; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *other = find_head(now, line, head_size(line));
        if (other == NULL)
            tell(place, WRONG_TEKST_MANGLER, line, line, "");
        else if (!line_equals(line, other))
            tell(place, WRONG_TEKST_AFVIGER, line, line, other);
    }
    for (const char *line = now; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
        if (find_head(stored, line, head_size(line)) == NULL)
            tell(place, WRONG_TEKST_NY, line, "", line);
}

/* The query gives key, stored text and text made again, of those that differ. */
static Status compare_all(Pg *pg, VerifyReport *report, VerifyCheck check, const char *table, const char *sql,
                          Error *error) {
    PgRows *rows = NULL;
    const Status status = pg_query(pg, sql, 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        const TextPlace place = {report, check, table, pg_text(rows, i, 0)};
        const int64_t before = verify_wrong_of(report, check);
        compare(&place, pg_text(rows, i, 1), pg_text(rows, i, 2));
        if (verify_wrong_of(report, check) == before) /* the same lines, in another order or more than once */
            verify_wrong(report, check, WRONG_TEKST_AFVIGER, table, place.key, "", "");
    }
    pg_rows_free(rows);
    return status;
}

/* A check's query, then the digested texts of a table against those made again by its function <table>_text. */
static Status verify_digested(Pg *pg, VerifyReport *report, VerifyCheck check, const char *query,
                              const char *table, const char *key, Error *error) {
    char sql[512];
    const int size = snprintf(sql, sizeof sql,
                              "SELECT t.%s, t.digest_text, n.text FROM ydelse.%s t CROSS JOIN LATERAL "
                              "(SELECT coalesce(ydelse.%s_text(t), '') AS text OFFSET 0) n "
                              "WHERE n.text <> t.digest_text ORDER BY t.%s LIMIT 100",
                              key, table, table, key);
    assert(size < (int)sizeof sql);
    const Status status = verify_query(pg, report, check, query, 0, NULL, error);
    return status == STATUS_OK ? compare_all(pg, report, check, table, sql, error) : status;
}

Status verify_deliveries(Pg *pg, VerifyReport *report, Error *error) {
    return verify_digested(pg, report, VERIFY_leverancer, "verify_deliveries", "delivery", "delivery_id",
                           error);
}

Status verify_batches(Pg *pg, VerifyReport *report, Error *error) {
    return verify_digested(pg, report, VERIFY_bunker, "verify_batches", "batch_event", "event_id", error);
}

Status verify_answers(Pg *pg, VerifyReport *report, Error *error) {
    return verify_digested(pg, report, VERIFY_svar, "verify_answers", "answer_file", "answer_file_id", error);
}

Status verify_claims(Pg *pg, VerifyReport *report, Error *error) {
    return verify_digested(pg, report, VERIFY_krav, "verify_claims", "claim_event", "event_id", error);
}

Status verify_erasures(Pg *pg, VerifyReport *report, Error *error) {
    const Status status = verify_query(pg, report, VERIFY_sletninger, "verify_erasures", 0, NULL, error);
    return status != STATUS_OK
               ? status
               : compare_all(pg, report, VERIFY_sletninger, "erasure",
                             "SELECT e.erasure_id, e.digest_text, n.text FROM ydelse.erasure e CROSS JOIN "
                             "LATERAL (SELECT coalesce(ydelse.erasure_text(e), '') AS text OFFSET 0) n "
                             "WHERE n.text <> e.digest_text ORDER BY e.erasure_id LIMIT 100",
                             error);
}

static Status check_seal_given(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error) {
    PgRows *rows = NULL;
    const char *const values[] = {seal_hex};
    const Status status =
        pg_query(pg, "SELECT FROM ydelse.run WHERE state = 'sealed' AND seal = decode($1, 'hex')", 1, values,
                 &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0)
        verify_wrong(report, VERIFY_segl, WRONG_SEGL_UKENDT, "run", "*", seal_hex, "");
    pg_rows_free(rows);
    return status;
}

Status verify_seals(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error) {
    Status status = verify_query(pg, report, VERIFY_segl, "verify_seals", 0, NULL, error);
    if (status == STATUS_OK)
        status =
            compare_all(pg, report, VERIFY_segl, "run",
                        "SELECT r.run_id, r.seal_text, n.text FROM ydelse.run r CROSS JOIN LATERAL "
                        "(SELECT coalesce(ydelse.run_seal_text(r.run_id, ydelse.seal_text_upto(r.seal_text, "
                        "'batch_events'), ydelse.seal_text_upto(r.seal_text, 'claim_events'), "
                        "ydelse.seal_text_upto(r.seal_text, 'arrivals'), "
                        "ydelse.seal_text_upto(r.seal_text, 'law_sets')), '') AS text OFFSET 0) n "
                        "WHERE r.state = 'sealed' AND n.text <> r.seal_text ORDER BY r.run_id LIMIT 100",
                        error);
    if (status == STATUS_OK && seal_hex != NULL)
        status = check_seal_given(pg, report, seal_hex, error);
    return status;
}
