#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/proof/verify.h"

typedef struct {
    VerifyCheck check;
    WrongCode code;
    char table[64];
    char key[VERIFY_TEXT_SIZE];
    char expected[VERIFY_TEXT_SIZE];
    char found[VERIFY_TEXT_SIZE];
} Wrong;

struct VerifyReport {
    int64_t rows[VERIFY_COUNT];
    int64_t wrong[VERIFY_COUNT];
    Wrong *listed;
    int32_t count, capacity;
    bool memory_failed; /* then the list is not complete, the counts are */
};

typedef struct {
    const char *name;
    const char *sentence[2]; /* English, Danish */
} Wording;

static const Wording checks[VERIFY_COUNT] = {
#define CHECK(name, danish, english) {#name, {english, danish}},
#include "io/proof/verify.def"
};

static const Wording codes[WRONG_COUNT] = {
#define WRONG(code, danish, english) {#code, {english, danish}},
#include "io/proof/verify.def"
};

VerifyReport *verify_report_begin(void) {
    return calloc(1, sizeof(VerifyReport));
}

void verify_report_free(VerifyReport *report) {
    if (report == NULL)
        return;
    free(report->listed);
    free(report);
}

void verify_rows(VerifyReport *report, VerifyCheck check, int64_t rows) {
    report->rows[check] += rows;
}

int64_t verify_wrong_of(const VerifyReport *report, VerifyCheck check) {
    return report->wrong[check];
}

int64_t verify_wrong_count(const VerifyReport *report) {
    int64_t count = 0;
    for (int32_t check = 0; check < VERIFY_COUNT; check++)
        count += report->wrong[check];
    return count;
}

/* Cut at a whole letter, one line, no CPR number. */
static void take_text(char *target, size_t target_size, const char *text) {
    size_t size = strlen(text);
    if (size >= target_size)
        for (size = target_size - 1; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80;)
            size--;
    memcpy(target, text, size);
    target[size] = '\0';
    for (char *c = target; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    mask_message(target);
}

static bool reserve(VerifyReport *report) {
    if (report->count < report->capacity)
        return true;
    const int32_t capacity = report->capacity == 0 ? 64 : report->capacity * 2;
    Wrong *moved = realloc(report->listed, (size_t)capacity * sizeof moved[0]);
    if (moved == NULL)
        return false;
    report->listed = moved;
    report->capacity = capacity;
    return true;
}

void verify_wrong(VerifyReport *report, VerifyCheck check, WrongCode code, const char *table, const char *key,
                  const char *expected, const char *found) {
    if (++report->wrong[check] > WRONG_LISTED_MAX)
        return;
    if (!reserve(report)) {
        report->memory_failed = true;
        return;
    }
    Wrong *wrong = &report->listed[report->count++];
    wrong->check = check;
    wrong->code = code;
    take_text(wrong->table, sizeof wrong->table, table);
    take_text(wrong->key, sizeof wrong->key, key);
    take_text(wrong->expected, sizeof wrong->expected, expected);
    take_text(wrong->found, sizeof wrong->found, found);
}

/* --- Queries ----------------------------------------------------------------------------------------------------- */

static bool find_code(const char *text, WrongCode *code) {
    for (int32_t i = 0; i < WRONG_COUNT; i++)
        if (strcmp(codes[i].name, text) == 0) {
            *code = (WrongCode)i;
            return true;
        }
    return false;
}

Status verify_query(Pg *pg, VerifyReport *report, VerifyCheck check, const char *name, int parameter_count,
                    const PgParameter *parameters, Error *error) {
    PgRows *rows = NULL;
    Status status = pg_query_file(pg, name, parameter_count, parameters, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        WrongCode code;
        if (strcmp(pg_text(rows, i, 0), "ROWS") == 0)
            verify_rows(report, check, pg_integer(rows, i, 4));
        else if (find_code(pg_text(rows, i, 0), &code))
            verify_wrong(report, check, code, pg_text(rows, i, 1), pg_text(rows, i, 2), pg_text(rows, i, 3),
                         pg_text(rows, i, 4));
        else
            status = error_set(error, STATUS_INTERNAL, "sql/queries/%.40s.sql gives an unknown code", name);
    }
    pg_rows_free(rows);
    return status;
}

/* --- Printing ---------------------------------------------------------------------------------------------------- */

static void print_text(const VerifyReport *report, bool danish, FILE *out) {
    for (int32_t i = 0; i < report->count; i++) {
        const Wrong *wrong = &report->listed[i];
        fprintf(out, "%s %s: %s: %s", wrong->table, wrong->key, codes[wrong->code].name,
                codes[wrong->code].sentence[danish ? 1 : 0]);
        if (wrong->expected[0] != '\0')
            fprintf(out, "; %s: %s", danish ? "ventet" : "expected", wrong->expected);
        if (wrong->found[0] != '\0')
            fprintf(out, "; %s: %s", danish ? "fundet" : "found", wrong->found);
        fputc('\n', out);
    }
    for (int32_t check = 0; check < VERIFY_COUNT; check++) {
        fprintf(out, "%-15s %12" PRId64 " %s", checks[check].name, report->rows[check],
                danish ? "rækker" : "rows");
        if (report->wrong[check] == 0)
            fprintf(out, "  %-8s", "ok");
        else
            fprintf(out, "  %" PRId64 " %s", report->wrong[check], danish ? "fejl" : "wrong");
        fprintf(out, "  %s\n", checks[check].sentence[danish ? 1 : 0]);
    }
}

/* One list for programs: first a row for each check, with its counts, then one for each wrong thing. */
static const TableColumn columns[] = {
    {"kontrol", "", "", CELL_TEXT}, {"raekker", "", "", CELL_NUMBER}, {"fejl", "", "", CELL_NUMBER},
    {"kode", "", "", CELL_TEXT},    {"tabel", "", "", CELL_TEXT},     {"noegle", "", "", CELL_TEXT},
    {"ventet", "", "", CELL_TEXT},  {"fundet", "", "", CELL_TEXT},    {"tekst", "", "", CELL_TEXT},
};
#define COLUMN_COUNT ((int32_t)(sizeof columns / sizeof columns[0]))

static Status print_table(const VerifyReport *report, TableFormat format, bool danish, FILE *out,
                          Error *error) {
    Table table;
    table_begin(&table, out, format, danish, columns, COLUMN_COUNT);
    for (int32_t check = 0; check < VERIFY_COUNT; check++) {
        table_text(&table, checks[check].name);
        table_number(&table, report->rows[check]);
        table_number(&table, report->wrong[check]);
        for (int32_t i = 0; i < 5; i++)
            table_empty(&table);
        table_text(&table, checks[check].sentence[danish ? 1 : 0]);
    }
    for (int32_t i = 0; i < report->count; i++) {
        const Wrong *wrong = &report->listed[i];
        table_text(&table, checks[wrong->check].name);
        table_empty(&table);
        table_empty(&table);
        table_text(&table, codes[wrong->code].name);
        table_text(&table, wrong->table);
        table_text(&table, wrong->key);
        table_text(&table, wrong->expected);
        table_text(&table, wrong->found);
        table_text(&table, codes[wrong->code].sentence[danish ? 1 : 0]);
    }
    return table_end(&table, error);
}

Status verify_report_print(const VerifyReport *report, TableFormat format, bool danish, FILE *out,
                           Error *error) {
    if (report->memory_failed)
        return error_no_memory(error);
    if (format != TABLE_TEXT)
        return print_table(report, format, danish, out, error);
    print_text(report, danish, out);
    return STATUS_OK;
}
