/* A rule, a finding or a policy value without a golden case does not exist: these tests fail when one is added
 * to its table and no folder under tests/golden/ shows it. A case names the rules that it is about, and its
 * explanation must have a step of each; findings are taken from what `calc --explain` and `check` print. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/finding.h"
#include "engine/policy.h"
#include "engine/rule.h"
#include "io/law/rate_file.h"
#include "tests/golden/golden_case.h"

#define MONTHS_MAX (50 * 12)
#define FIRST_YEAR 2013
#define RATES_MAX 1024
#define LAW_FIRST_MONTH "2013-01"

/* What the cases show, seen from all of them together. */
typedef struct {
    bool rule[RULE_COUNT];
    bool rule_in_month[RULE_COUNT][MONTHS_MAX];
    bool finding[FINDING_COUNT];
    bool month[MONTHS_MAX];
    RateSet rates;
    bool rate[RATES_MAX]; /* by place in the table */
} Shown;

/* Findings that no folder can show, and why. */
static const struct {
    FindingCode code;
    const char *reason;
} without_case[] = {
    {FINDING_FIL_IKKE_ALMINDELIG, "needs a pipe or a link in the folder"},
    {FINDING_FIL_AENDRET, "needs a file that changes while it is read"},
    {FINDING_MODULUS11, "is not tested on replacement numbers, and no other numbers may be in a test"},
    {FINDING_RAEKKE_FOR_LANG, "needs a row of more than 64 kB, which nobody reads"},
};

/* "YYYY-MM" as a number of months from the first year; -1 when it lies outside. */
static int month_position(const char *text) {
    int number = (atoi(text) - FIRST_YEAR) * 12 + atoi(text + 5) - 1;
    return number >= 0 && number < MONTHS_MAX ? number : -1;
}

static bool holds_member(const char *json, const char *key, const char *value) {
    char member[160];
    snprintf(member, sizeof member, "\"%s\":\"%s\"", key, value);
    return strstr(json, member) != NULL;
}

/* The rules that a case says it shows: each has a step in its explanation. */
static void declared_rules_note(const GoldenCase *golden, const char *explanation, Shown *shown) {
    for (int k = 0; k < golden->rule_count; k++) {
        int rule = 0;
        while (rule < RULE_COUNT && strcmp(rule_table[rule].id, golden->rules[k]) != 0) {
            rule++;
        }
        cr_assert_lt(rule, RULE_COUNT, "%s/case: unknown rule %s", golden->folder, golden->rules[k]);
        cr_expect(holds_member(explanation, "rule", golden->rules[k]),
                  "%s: the explanation has no step of %s", golden->folder, golden->rules[k]);
        shown->rule[rule] = true;
    }
}

static void declared_findings_check(const GoldenCase *golden, const char *explanation) {
    if (golden->finding != NULL) {
        cr_expect(holds_member(explanation, "code", golden->finding), "%s: the explanation has no finding %s",
                  golden->folder, golden->finding);
    }
    if (golden->without != NULL) {
        cr_expect(!holds_member(explanation, "code", golden->without),
                  "%s: the explanation has the finding %s", golden->folder, golden->without);
    }
}

/* A version of a rule acts in its own months only. */
static void rule_in_force_check(const GoldenCase *golden, const Rule *rule) {
    const bool begun = strcmp(golden->month, rule->first_month) >= 0;
    const bool ended = rule->last_month[0] != '\0' && strcmp(golden->month, rule->last_month) > 0;
    cr_expect(begun && !ended, "%s: %s is not in force in %s", golden->folder, rule->id, golden->month);
}

/* The rows of the program's own tables that an explanation names. */
static void rates_note(const char *explanation, Shown *shown) {
    for (int32_t i = 0; i < shown->rates.table.count; i++) {
        const RateRow *row = &shown->rates.table.rows[i];
        const RateSeries *series = &rate_series[row->id];
        char value[MONEY_TEXT_SIZE], first[DATE_TEXT_SIZE], member[256];
        money_format((Money){row->value_hundredths}, '.', value);
        date_format(row->first, first);
        snprintf(
            member, sizeof member,
            "\"sats\":\"%s\",\"gruppe\":\"%s\",\"vaerdi\":\"%s\",\"enhed\":\"%s\",\"gaelder_fra\":\"%s\"",
            series->name, series->group, value, series->unit, first);
        shown->rate[i] = shown->rate[i] || strstr(explanation, member) != NULL;
    }
}

static void explanation_note(const GoldenCase *golden, Shown *shown) {
    const int month = month_position(golden->month);
    if (month < 0 || golden->exit_code > 1) {
        return;
    }
    shown->month[month] = true;
    Process process = golden_case_run(golden, "--explain");
    cr_expect_eq(process.exit_code, golden->exit_code, "%s: --explain: %s", golden->folder, process.err);
    declared_rules_note(golden, process.out, shown);
    declared_findings_check(golden, process.out);
    rates_note(process.out, shown);
    for (int i = 0; i < RULE_COUNT; i++) {
        if (holds_member(process.out, "rule", rule_table[i].id)) {
            shown->rule_in_month[i][month] = true;
            rule_in_force_check(golden, &rule_table[i]);
        }
    }
    for (int i = 0; i < FINDING_COUNT; i++) {
        shown->finding[i] |= holds_member(process.out, "code", finding_table[i].code);
    }
    process_free(&process);
}

static void check_note(const GoldenCase *golden, Shown *shown) {
    char *text = golden_case_file(golden, "expected.txt");
    for (int i = 0; i < FINDING_COUNT; i++) {
        char member[128];
        snprintf(member, sizeof member, "%s %s:", severity_name(finding_table[i].severity),
                 finding_table[i].code);
        shown->finding[i] |= strstr(text, member) != NULL;
    }
    free(text);
}

/* A finding that is told on stderr alone: the case names its code. */
static void error_text_note(const GoldenCase *golden, Shown *shown) {
    for (int i = 0; i < FINDING_COUNT; i++) {
        shown->finding[i] |= strcmp(golden->error_text, finding_table[i].code) == 0;
    }
}

static Shown *all_cases_read(void) {
    Shown *shown = calloc(1, sizeof *shown);
    Error error;
    cr_assert_not_null(shown, "out of memory");
    cr_assert_eq(rate_set_load(NULL, &shown->rates, &error), STATUS_OK, "%s", error.message);
    cr_assert_leq(shown->rates.table.count, RATES_MAX);
    GoldenFolders list = golden_folders();
    for (size_t i = 0; i < list.count; i++) {
        GoldenCase golden;
        golden_case_read(list.folders[i], &golden);
        if (golden.is_check) {
            check_note(&golden, shown);
        } else {
            explanation_note(&golden, shown);
        }
        if (golden.error_text != NULL) {
            error_text_note(&golden, shown);
        }
        golden_case_free(&golden);
    }
    golden_folders_free(&list);
    return shown;
}

static const char *reason_without_case(FindingCode code) {
    for (size_t i = 0; i < sizeof without_case / sizeof *without_case; i++) {
        if (without_case[i].code == code) {
            return without_case[i].reason;
        }
    }
    return NULL;
}

/* A rule that begins or ends inside the tables: its first and last month, and the months beside them. */
static void rule_months_check(const Shown *shown, int rule) {
    const Rule *version = &rule_table[rule];
    const int first = month_position(version->first_month);
    if (strcmp(version->first_month, LAW_FIRST_MONTH) != 0) {
        cr_expect(first > 0 && shown->rule_in_month[rule][first],
                  "no golden case shows %s in its first month %s", version->id, version->first_month);
        cr_expect(first > 0 && shown->month[first - 1],
                  "no golden case of the month before %s, where %s begins", version->first_month,
                  version->id);
    }
    if (version->last_month[0] != '\0') {
        const int last = month_position(version->last_month);
        cr_expect(last >= 0 && shown->rule_in_month[rule][last],
                  "no golden case shows %s in its last month %s", version->id, version->last_month);
        cr_expect(last >= 0 && shown->month[last + 1], "no golden case of the month after %s, where %s ends",
                  version->last_month, version->id);
    }
}

/* A row nobody computed by hand could be wrong unseen. ATP is split from SAMLET; the rows after the last month that
 * the tables cover cannot be used yet. */
static void rates_check(const Shown *shown) {
    Date last = rate_table_last_day(&shown->rates.table);
    for (int32_t i = 0; i < shown->rates.table.count; i++) {
        const RateRow *row = &shown->rates.table.rows[i];
        bool cannot_be_used =
            row->id == RATE_ATP_EGEN || row->id == RATE_ATP_KOMMUNE || row->first.day > last.day;
        char first[DATE_TEXT_SIZE];
        date_format(row->first, first);
        cr_expect(shown->rate[i] != cannot_be_used, "%s %s %s: %s", rate_series[row->id].name,
                  rate_series[row->id].group, first,
                  cannot_be_used ? "is used after all" : "no golden case uses this rate");
    }
}

Test(golden_complete, every_rule_finding_and_rate_has_a_case) {
    Shown *shown = all_cases_read();
    for (int i = 0; i < RULE_COUNT; i++) {
        cr_expect(shown->rule[i], "no golden case says that it shows rule %s", rule_table[i].id);
        rule_months_check(shown, i);
    }
    for (int i = 0; i < FINDING_COUNT; i++) {
        const char *reason = reason_without_case((FindingCode)i);
        if (reason == NULL) {
            cr_expect(shown->finding[i], "no golden case shows finding %s", finding_table[i].code);
        } else {
            cr_expect(!shown->finding[i], "%s has a case after all; it was left out because it %s",
                      finding_table[i].code, reason);
        }
    }
    rates_check(shown);
    rate_set_free(&shown->rates);
    free(shown);
}

/* Whether a case that gives a result sets key=value itself, also where that is the default. */
static bool policy_is_set(const char *key, const char *value) {
    char wanted[96];
    snprintf(wanted, sizeof wanted, "%s=%s", key, value);
    bool found = false;
    GoldenFolders list = golden_folders();
    for (size_t i = 0; i < list.count; i++) {
        GoldenCase golden;
        golden_case_read(list.folders[i], &golden);
        for (int k = 0; k < golden.policy_count; k++) {
            found |= golden.exit_code <= 1 && strcmp(golden.policies[k], wanted) == 0;
        }
        golden_case_free(&golden);
    }
    golden_folders_free(&list);
    return found;
}

Test(golden_complete, every_policy_value_has_a_case) {
    static const char *const percent_ends[POLICY_VALUES_MAX] = {"0", "100", NULL};
    for (int k = 0; k < POLICY_COUNT; k++) {
        const char *const *values = policy_table[k].values[0] == NULL ? percent_ends : policy_table[k].values;
        for (int v = 0; v < POLICY_VALUES_MAX && values[v] != NULL; v++) {
            cr_expect(policy_is_set(policy_table[k].key, values[v]), "no golden case sets %s=%s",
                      policy_table[k].key, values[v]);
        }
    }
}
