#include "tests/unit/trace_lines.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/law/rate_file.h"

#define TEXT_SIZE 16384

typedef struct {
    char text[TEXT_SIZE];
    size_t length;
} Lines;

static void put(Lines *lines, const char *text) {
    size_t size = strlen(text);
    cr_assert_lt(lines->length + size + 1, sizeof lines->text);
    memcpy(lines->text + lines->length, text, size + 1);
    lines->length += size;
}

static void put_number(Lines *lines, const char *before, Wide number) {
    char text[64];
    snprintf(text, sizeof text, "%s%lld", before, (long long)number);
    put(lines, text);
}

static void put_factors(Lines *lines, const Step *step) {
    static const char *const kinds[] = {"", "K", "P", "H", "D", "S", "A"};
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        put(lines, i == 0 ? "" : " ");
        put_number(lines, kinds[step->factor[i].kind], step->factor[i].numerator);
        if (step->factor[i].denominator != 1) {
            put_number(lines, ":", step->factor[i].denominator);
        }
    }
    for (int32_t i = 0; i < step->term_count; i++) {
        put_number(lines, i == 0 ? "T" : " T", step->term[i].oere);
    }
    if (step->unit_oere != 0) {
        put_number(lines, step->rounded_down ? "\\" : "/", step->unit_oere);
    }
}

static void step_line(void *context, const Step *step) {
    Lines *lines = context;
    char day[DATE_TEXT_SIZE];
    put(lines, step->only_row ? "> " : "");
    put(lines, rule_table[step->rule].id);
    put(lines, step->note == NULL ? "" : " ");
    put(lines, step->note == NULL ? "" : step->note);
    put(lines, step->adds_to == STEP_IS_DETAIL ? "" : " -> ");
    put(lines, step->adds_to == STEP_IS_DETAIL ? "" : amount_name[step->adds_to - 1]);
    if (!step->only_row) {
        put(lines, " | ");
        put_factors(lines, step);
        put_number(lines, " = ", step->amount.oere);
    }
    if (date_given(step->first)) {
        date_format(step->first, day);
        put(lines, " | ");
        put(lines, day);
        date_format(step->last, day);
        put(lines, day + 7);
    }
    for (int i = 0; i < STEP_RATES_MAX && step->rate[i] != NULL; i++) {
        put(lines, i == 0 ? " | " : " ");
        put(lines, rate_series[step->rate[i]->id].name);
        put(lines, "/");
        put(lines, rate_series[step->rate[i]->id].group);
    }
    if (step->row != NULL) {
        put_number(lines, " | row ", step->row->line);
    }
    put(lines, "\n");
}

static void finding_line(void *context, FindingCode code, const Source *row) {
    Lines *lines = context;
    put(lines, "! ");
    put(lines, finding_table[code].code);
    if (row != NULL) {
        put_number(lines, " | row ", row->line);
    }
    put(lines, "\n");
}

Date day(const char *text) {
    Date date = DATE_NONE;
    cr_assert(date_parse(text, (uint32_t)strlen(text), &date), "%s", text);
    return date;
}

/* Each line as expected, and no more of them. */
static void compare_lines(const char *month, const char *text, const char *const *expected) {
    const char *at = text;
    for (int i = 0; expected[i] != NULL; i++) {
        size_t size = strcspn(at, "\n");
        cr_expect(size == strlen(expected[i]) && memcmp(at, expected[i], size) == 0, "%s: '%.*s' is not '%s'",
                  month, (int)size, at, expected[i]);
        at += at[size] == '\n' ? size + 1 : size;
    }
    cr_expect_str_eq(at, "", "%s: too much", month);
}

void expect_life(const char *month, const char *const *settings, Facts *facts, const char *born,
                 const char *died, const char *const *expected) {
    RateSet rates;
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rates, &error), STATUS_OK, "%s", error.message);
    Deltager deltager = {.source = {0, 1}, .cpr = {6101801234}, .kommunekode = 101, .doedsdato = DATE_NONE};
    deltager.foedselsdato = day(born);
    if (died != NULL) {
        deltager.doedsdato = day(died);
    }
    facts->deltager = &deltager;
    Policy policy = policy_default();
    for (int i = 0; settings != NULL && settings[i] != NULL; i += 2) {
        cr_assert_eq(policy_set(&policy, settings[i], settings[i + 1]), POLICY_SET);
    }
    Month number;
    cr_assert(month_parse(month, 7, &number));
    static MonthLaw law;
    month_law_prepare(&rates.table, &policy, number, &law);
    static Lines lines;
    lines.length = 0;
    lines.text[0] = '\0';
    Trace trace = {step_line, finding_line, &lines};
    Result result;
    calc_month(&law, facts, &trace, &result);
    compare_lines(month, lines.text, expected);
    rate_set_free(&rates);
}

void expect_steps(const char *month, const char *const *settings, Facts *facts, const char *born,
                  const char *const *expected) {
    expect_life(month, settings, facts, born, NULL, expected);
}

/* A course that began long ago and is open. */
Forloeb course(Ordning ordning, TidligereYdelse tidligere, const char *start) {
    return (Forloeb){.source = {0, 2},
                     .forloeb_id = {"F", 1},
                     .ordning = ordning,
                     .tidligere_ydelse = tidligere,
                     .startdato = day(start),
                     .slutdato = DATE_NONE,
                     .bevilget_dato = day(start),
                     .niveau_slutdato = DATE_NONE,
                     .ugebeloeb = MONEY_NONE};
}

Indkomst income(int32_t line, Klasse klasse, const char *paid, int64_t oere) {
    return (Indkomst){.source = {0, line},
                      .klasse = klasse,
                      .dispositionsdato = day(paid),
                      .felt_0013 = {oere},
                      .loenperiode_start = DATE_NONE,
                      .loenperiode_slut = DATE_NONE};
}

Sanktion sanction(int32_t line, SanktionArt art, const char *date) {
    return (Sanktion){.source = {0, line},
                      .sanktion_id = {"S", 1},
                      .art = art,
                      .afgoerelse = true,
                      .dage = 2,
                      .haendelsesdato = day(date),
                      .virkningsmaaned = month_of(day(date)),
                      .foerste_dag = day(date),
                      .sidste_dag = day(date)};
}

Periode period(int32_t line, PeriodeArt art, const char *first, const char *last, int64_t oere) {
    return (Periode){.source = {0, line},
                     .post_id = {"P", 1},
                     .art = art,
                     .afgoerelse = true,
                     .foerste_dag = day(first),
                     .sidste_dag = day(last),
                     .beloeb = {oere}};
}

Barn child(int32_t line, Forhold forhold, const char *first, const char *last) {
    return (Barn){.source = {0, line},
                  .forhold = forhold,
                  .i_riget = true,
                  .foedselsdato = day("2015-01-01"),
                  .forsoergelse_fra = day(first),
                  .forsoergelse_til = day(last),
                  .bidrag_beloeb = {100000}};
}
