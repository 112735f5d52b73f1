/* The lint of the rates: silent on ours, and one complaint of the right kind for each planted fault. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/law/rate_check.h"
#include "io/law/rate_file.h"

#define ROWS_MAX 512

typedef struct {
    RateSet set;
    RateRow rows[ROWS_MAX];
    int32_t count;
    char *text; /* what the check printed */
    int32_t complaints;
} Lint;

static void lint_open(Lint *lint) {
    Error error;
    memset(lint, 0, sizeof *lint);
    cr_assert_eq(rate_set_load(NULL, &lint->set, &error), STATUS_OK, "%s", error.message);
    cr_assert_leq(lint->set.table.count, ROWS_MAX - 1);
    lint->count = lint->set.table.count;
    memcpy(lint->rows, lint->set.table.rows, (size_t)lint->count * sizeof *lint->rows);
}

static void lint_run(Lint *lint) {
    Error error;
    size_t size;
    free(lint->text);
    FILE *out = open_memstream(&lint->text, &size);
    RateTable table = {lint->rows, lint->count};
    cr_assert_eq(rate_check(&table, NULL, out, &lint->complaints, &error), STATUS_OK, "%s", error.message);
    fclose(out);
}

static void lint_close(Lint *lint) {
    free(lint->text);
    rate_set_free(&lint->set);
}

static RateRow *lint_row(Lint *lint, RateId id, const char *first) {
    for (int32_t i = 0; i < lint->count; i++) {
        char text[DATE_TEXT_SIZE];
        date_format(lint->rows[i].first, text);
        if (lint->rows[i].id == id && strcmp(text, first) == 0) {
            return &lint->rows[i];
        }
    }
    cr_assert_fail("no rate row from %s", first);
    return NULL;
}

Test(rate_check, our_own_rates_have_nothing_to_complain_about) {
    Lint lint;
    lint_open(&lint);
    lint_run(&lint);
    cr_expect_eq(lint.complaints, 0, "%s", lint.text);
    cr_expect_str_eq(lint.text, "");
    cr_expect_eq(lint.count, 177);
    lint_close(&lint);
}

static void plant_gap(Lint *lint) {
    lint_row(lint, RATE_YDELSE_FORS, "2024-01-01")->last.day -= 5;
}

static void plant_overlap(Lint *lint) {
    lint_row(lint, RATE_LOENGRAENSE_RF, "2019-01-01")->last.day += 1;
}

static void plant_odd_start(Lint *lint) {
    RateRow *row = lint_row(lint, RATE_TIMEFRADRAG, "2020-01-01");
    row->first.day += 14;
    row[-1].last.day += 14;
}

static void plant_tuesday(Lint *lint) {
    RateRow *row = lint_row(lint, RATE_SYGEDAGPENGE_MAX, "2025-01-06");
    row->first.day += 1;
    row[-1].last.day += 1;
}

static void plant_no_source(Lint *lint) {
    lint_row(lint, RATE_ATP_SAMLET, "2024-01-01")->source_text = "";
}

static void plant_jump(Lint *lint) {
    lint_row(lint, RATE_YDELSE_IKKE, "2026-01-01")->value_hundredths += 100;
}

static void plant_new_year(Lint *lint) {
    RateRow row = *lint_row(lint, RATE_YDELSE_IKKE, "2026-01-01");
    row.first = date_from_ymd(2027, 1, 1);
    row.last = date_from_ymd(2027, 12, 31);
    lint->rows[lint->count++] = row; /* the IKKE rows are the last of the table */
}

static void plant_unused(Lint *lint) {
    RateRow *row = lint_row(lint, RATE_SELVSTAENDIG_KVART, "2014-07-01");
    row->first = date_from_ymd(2010, 1, 1);
    row->last = date_from_ymd(2012, 12, 31);
}

static void plant_idle_exception(Lint *lint) {
    lint_row(lint, RATE_LOENGRAENSE_JA, "2015-01-01")->value_hundredths =
        1364400; /* what 2014 regulated gives */
    lint_row(lint, RATE_LOENGRAENSE_JA, "2016-01-01")->value_hundredths = 1383500;
}

Test(rate_check, each_planted_fault_is_named) {
    static const struct {
        void (*plant)(Lint *lint);
        const char *expected;
    } cases[] = {
        {plant_gap, "ydelse FORS 2025-01-01: HUL: 5 days"},
        {plant_overlap, "loengraense RF 2020-01-01: OVERLAP:"},
        {plant_odd_start, "timefradrag ALLE 2020-01-15: STARTDAG:"},
        {plant_tuesday, "sygedagpenge_max ALLE 2025-01-07: STARTDAG:"},
        {plant_no_source, "atp SAMLET 2024-01-01: KILDE:"},
        {plant_jump,
         "ydelse IKKE 2026-01-01: SPRING: is 13346,00; by the percentage of 2026 it would be 13345,00"},
        {plant_new_year, "ydelse IKKE 2027-01-01: REGULERING: regulering.csv has no percentage for 2027"},
        {plant_unused, "selvstaendig KVART 2010-01-01: UBRUGT:"},
        {plant_idle_exception, "loengraense JA: UNDTAGELSE: the exception SPRING excuses nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Lint lint;
        lint_open(&lint);
        cases[i].plant(&lint);
        lint_run(&lint);
        cr_expect_geq(lint.complaints, 1, "case %zu", i);
        cr_expect_not_null(strstr(lint.text, cases[i].expected), "case %zu: expected '%s' in:\n%s", i,
                           cases[i].expected, lint.text);
        lint_close(&lint);
    }
}
