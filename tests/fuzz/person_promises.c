/* What must hold for everyone, whatever their rows say. */
#include "tests/fuzz/person_promises.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/explain/explanation.h"
#include "tests/fuzz/fuzz.h"
#include "tests/property/exact.h"

/* No sum of one month is larger than all rows of one kind at their limit, with a factor for hours and days. */
#define RESULT_MAX_OERE (AMOUNT_MAX_OERE * PERSON_ROWS_MAX * 400)
/* The second computation looks at every day of a row by itself: longer rows would keep the fuzzer waiting. */
#define EXACT_DAYS_MAX 1500
/* An odd amount, so that more income moves what is rounded. */
#define MORE_INCOME_OERE 123457

static void require_amounts(const Person *person, const Result *result) {
    const Money *amount = result->amount;
    const int64_t rounded_up = person->policy.value[POLICY_AFRUNDING] == AFRUNDING_KRONE_RESULTAT ? 50 : 0;
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        fuzz_require(amount[i].oere >= -RESULT_MAX_OERE && amount[i].oere <= RESULT_MAX_OERE,
                     "an amount lies within its limit");
        fuzz_require(result->udfald == UDFALD_BETALES || result->udfald == UDFALD_NUL || amount[i].oere == 0,
                     "what is not paid has no amounts");
    }
    fuzz_require(amount[AMOUNT_ydelse].oere >= 0 &&
                     amount[AMOUNT_ydelse].oere <= amount[AMOUNT_brutto].oere + rounded_up,
                 "the benefit lies between zero and gross");
    fuzz_require(amount[AMOUNT_til_udbetaling].oere ==
                     amount[AMOUNT_ydelse].oere - amount[AMOUNT_atp_egen].oere - amount[AMOUNT_skat].oere,
                 "what is paid is the benefit less ATP and tax");
    fuzz_require(amount[AMOUNT_til_udbetaling].oere >= 0, "nothing negative is paid");
    fuzz_require((result->udfald == UDFALD_BETALES) == (amount[AMOUNT_til_udbetaling].oere > 0),
                 "BETALES means that something is paid");
    fuzz_require(result->aktive_dage >= 0 && result->aktive_dage <= month_days(person->month),
                 "a month has no more active days than days");
}

static Result computed(const MonthLaw *law, Person *person) {
    const Facts facts = person_facts(person);
    Result result;
    calc_month(law, &facts, NULL, &result);
    return result;
}

static bool is_long(Date first, Date last) {
    return date_given(first) && last.day - first.day > EXACT_DAYS_MAX;
}

/* The law once more, in exact fractions and day by day. It has no limit to the size of a fraction, as the engine has. */
static void require_exact(const RateTable *rates, const Person *person, const Result *result) {
    for (int32_t i = 0; i < person->count[3]; i++) {
        if (is_long(person->indkomst[i].loenperiode_start, person->indkomst[i].loenperiode_slut)) {
            return;
        }
    }
    for (int32_t i = 0; i < person->count[4]; i++) {
        if (is_long(person->feriepenge[i].foerste_feriedag, person->feriepenge[i].sidste_feriedag)) {
            return;
        }
    }
    if (finding_set_has(&result->findings, FINDING_BEREGNING_FOR_STOR)) {
        return;
    }
    const ExactResult exact = exact_month(rates, person);
    const bool same = exact_is(&exact, result);
    if (!same) {
        exact_print(&exact, result);
    }
    fuzz_require(same, "the engine comes to what exact fractions come to");
}

static void ignore_step(void *context, const Step *step) {
    (void)context, (void)step;
}

static void ignore_finding(void *context, FindingCode code, const Source *row) {
    (void)context, (void)code, (void)row;
}

static void require_same_again(const MonthLaw *law, const Facts *facts, const Result *result) {
    const Trace trace = {ignore_step, ignore_finding, NULL};
    Result again;
    calc_month(law, facts, NULL, &again);
    fuzz_require(memcmp(&again, result, sizeof again) == 0, "the same facts give the same result");
    calc_month(law, facts, &trace, &again);
    fuzz_require(memcmp(&again, result, sizeof again) == 0, "listening changes nothing");
}

/* Income of any class, and whatever its sign is. */
static void require_monotone(const MonthLaw *law, const Person *person, const Result *result) {
    for (int32_t i = 0; i < person->count[3]; i++) {
        Person richer = *person;
        Money *income = &richer.indkomst[i].felt_0013;
        if (income->oere > AMOUNT_MAX_OERE - MORE_INCOME_OERE) {
            continue;
        }
        income->oere += MORE_INCOME_OERE;
        const Result after = computed(law, &richer);
        fuzz_require(after.udfald == UDFALD_TILBAGEHOLDT || after.amount[AMOUNT_efter_indkomst].oere <=
                                                                result->amount[AMOUNT_efter_indkomst].oere,
                     "more income never leaves more");
    }
}

/* The rows the other way round, under the ids that stand there. */
static void turn(void *rows, int32_t count, size_t row_size, size_t id_at) {
    char row[sizeof(Indkomst) + sizeof(Feriepenge)];
    Text low_id, high_id;
    fuzz_require(row_size <= sizeof row, "a row fits");
    if (count < 2) {
        return;
    }
    char *low = rows, *high = low + row_size * (size_t)(count - 1);
    for (; low < high; low += row_size, high -= row_size) {
        memcpy(&low_id, low + id_at, sizeof low_id);
        memcpy(&high_id, high + id_at, sizeof high_id);
        memcpy(row, low, row_size);
        memcpy(low, high, row_size);
        memcpy(high, row, row_size);
        memcpy(low + id_at, &low_id, sizeof low_id);
        memcpy(high + id_at, &high_id, sizeof high_id);
    }
}

/* Which row has which id matters to courses that begin together and to tax cards alone. */
static void require_same_under_other_ids(const MonthLaw *law, const Person *person, const Result *result) {
    Person turned = *person;
    turn(turned.boern, turned.count[1], sizeof *turned.boern, offsetof(Barn, post_id));
    turn(turned.perioder, turned.count[2], sizeof *turned.perioder, offsetof(Periode, post_id));
    turn(turned.indkomst, turned.count[3], sizeof *turned.indkomst, offsetof(Indkomst, post_id));
    turn(turned.feriepenge, turned.count[4], sizeof *turned.feriepenge, offsetof(Feriepenge, post_id));
    turn(turned.sanktioner, turned.count[5], sizeof *turned.sanktioner, offsetof(Sanktion, sanktion_id));
    const Result other = computed(law, &turned);
    fuzz_require(memcmp(&other, result, sizeof other) == 0,
                 "the ids of children, periods, income, holidays and sanctions do not matter");
}

static const char *name_of_file(const void *context, int32_t file) {
    (void)context, (void)file;
    return "fil.csv";
}

static void require_written(const Explanation *explanation, ExplainFormat format) {
    const FileNames names = {name_of_file, NULL};
    char *text = NULL;
    size_t size = 0;
    Error error;
    FILE *out = open_memstream(&text, &size);
    fuzz_require(out != NULL, "there is memory");
    fuzz_require(explanation_write(out, explanation, format, true, &names, &error) == STATUS_OK,
                 "every explanation can be written");
    fclose(out);
    if (format == EXPLAIN_JSON) {
        json_error_t fault;
        json_t *json = json_loads(text, 0, &fault);
        fuzz_require(json != NULL, "an explanation in JSON is JSON");
        json_decref(json);
    }
    free(text);
}

static void require_explained(const MonthLaw *law, const Facts *facts, const Result *result) {
    Explanation explanation;
    Error error;
    const Status status = explanation_make(law, facts, result, &explanation, &error);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s %s\n", error.message, error.detail);
    }
    fuzz_require(status == STATUS_OK, "the steps add up to the result");
    if (result->udfald != UDFALD_INTET) {
        for (int format = EXPLAIN_TEXT; format <= EXPLAIN_HTML; format++) {
            require_written(&explanation, (ExplainFormat)format);
        }
    }
    explanation_free(&explanation);
}

void require_person_promises(const RateTable *rates, const MonthLaw *law, Person *person) {
    const Facts facts = person_facts(person);
    const Result result = computed(law, person);
    char line[RESULT_LINE_SIZE];
    require_amounts(person, &result);
    require_same_again(law, &facts, &result);
    require_exact(rates, person, &result);
    require_monotone(law, person, &result);
    require_same_under_other_ids(law, person, &result);
    if (result.udfald != UDFALD_INTET) {
        fuzz_require(result_format(&result, line) == (int)strlen(line), "a result has a line");
    }
    require_explained(law, &facts, &result);
}
