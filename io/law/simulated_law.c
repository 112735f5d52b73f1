#include "io/law/simulated_law.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rates and policies that one or more runs used, and what they come to by month. */
typedef struct {
    int64_t satser_id, politik_id;
    StoredLaw stored;
    MonthLaw *sealed, *other; /* by month from the first of the history; month.index 0: not prepared */
} LawPair;

struct SimulatedLaws {
    const SealedHistory *history;
    const LawChange *change;
    LawPair *pairs;
    int32_t pair_count;
    int32_t *pair_of_run; /* by run_id; -1: not in the history */
};

/* --- What is tried ------------------------------------------------------------------------------------------------- */

static Policy changed_policy(const LawChange *change, const Policy *stored) {
    Policy policy = *stored;
    for (int32_t i = 0; i < change->policy_count; i++) {
        char key[64];
        const char *value = strchr(change->policies[i], '=');
        assert(value != NULL && value - change->policies[i] < (int)sizeof key);
        snprintf(key, sizeof key, "%.*s", (int)(value - change->policies[i]), change->policies[i]);
        const PolicyOutcome outcome = policy_set(&policy, key, value + 1);
        assert(outcome == POLICY_SET);
        (void)outcome;
    }
    return policy;
}

/* Every day that had a rate has one. */
static Status check_coverage(const MonthRates *sealed, const MonthRates *other, Error *error) {
    for (int32_t id = 0; id < RATE_COUNT; id++)
        for (int32_t day = 0; day < month_days(sealed->month); day++)
            if (sealed->on_day[id][day] != NULL && other->on_day[id][day] == NULL) {
                char text[DATE_TEXT_SIZE];
                date_format((Date){month_first(sealed->month).day + day}, text);
                error_set(error, STATUS_CONFIG,
                          "--rates: %s %s has no value on %s, where the sealed law has one",
                          rate_series[id].name, rate_series[id].group, text);
                error_hint(error,
                           "with --over a file of the changed rows alone is laid over the sealed rates");
                return STATUS_CONFIG;
            }
    return STATUS_OK;
}

static Status prepare_other(const LawChange *change, const LawPair *pair, const MonthLaw *sealed,
                            MonthLaw *other, Error *error) {
    const Policy policy = changed_policy(change, &pair->stored.policy);
    Status status = STATUS_OK;
    if (change->rates == NULL || change->over) {
        *other = *sealed;
        other->policy = policy;
        if (change->rates != NULL)
            month_rates_lay_over(&change->rates->table, &other->rates);
        return STATUS_OK;
    }
    status = month_law_for(&change->rates->table, &policy, sealed->month, other, error);
    return status == STATUS_OK ? check_coverage(&sealed->rates, &other->rates, error) : status;
}

Status simulated_laws_at(SimulatedLaws *laws, int32_t run_id, Month month, const MonthLaw **sealed,
                         const MonthLaw **other, Error *error) {
    assert(run_id > 0 && run_id <= laws->history->run_id_max && laws->pair_of_run[run_id] >= 0);
    LawPair *pair = &laws->pairs[laws->pair_of_run[run_id]];
    const int32_t index = month.index - laws->history->first.index;
    Status status = STATUS_OK;
    *sealed = &pair->sealed[index];
    *other = &pair->other[index];
    if (pair->other[index].month.index != 0)
        return STATUS_OK;
    status = stored_law_month(&pair->stored, month, &pair->sealed[index], error);
    return status == STATUS_OK
               ? prepare_other(laws->change, pair, &pair->sealed[index], &pair->other[index], error)
               : status;
}

/* --- What was sealed ------------------------------------------------------------------------------------------------ */

static Status add_pair(Pg *pg, SimulatedLaws *laws, int32_t run_id, int64_t satser_id, int64_t politik_id,
                       Error *error) {
    const size_t months = (size_t)(laws->history->last.index - laws->history->first.index) + 1;
    LawPair *pair = &laws->pairs[laws->pair_count++];
    pair->satser_id = satser_id;
    pair->politik_id = politik_id;
    pair->sealed = calloc(months, sizeof pair->sealed[0]);
    pair->other = calloc(months, sizeof pair->other[0]);
    if (pair->sealed == NULL || pair->other == NULL)
        return error_no_memory(error);
    return stored_law_of_run(pg, run_id, &pair->stored, error);
}

/* A law is read once, however many runs used it. */
static Status add_run(Pg *pg, SimulatedLaws *laws, const PgRows *rows, int row, Error *error) {
    const int32_t run_id = (int32_t)pg_integer(rows, row, 0);
    const int64_t satser_id = pg_integer(rows, row, 1);
    const int64_t politik_id = pg_integer(rows, row, 2);
    int32_t i = 0;
    while (i < laws->pair_count &&
           (laws->pairs[i].satser_id != satser_id || laws->pairs[i].politik_id != politik_id))
        i++;
    laws->pair_of_run[run_id] = i;
    return i < laws->pair_count ? STATUS_OK : add_pair(pg, laws, run_id, satser_id, politik_id, error);
}

static Status read_runs(Pg *pg, SimulatedLaws *laws, Error *error) {
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], run[16];
    PgRows *rows = NULL;
    date_format(month_first(laws->history->first), first);
    date_format(month_first(laws->history->last), last);
    snprintf(run, sizeof run, "%d", laws->history->run_id_max);
    const PgParameter parameters[] = {{"first", first}, {"last", last}, {"run", run}};
    Status status = pg_query_file(pg, "sealed_laws", 3, parameters, &rows, error);
    if (status == STATUS_OK) {
        laws->pairs = calloc((size_t)pg_row_count(rows) + 1, sizeof laws->pairs[0]);
        laws->pair_of_run = calloc((size_t)laws->history->run_id_max + 1, sizeof laws->pair_of_run[0]);
        if (laws->pairs == NULL || laws->pair_of_run == NULL)
            status = error_no_memory(error);
    }
    for (int32_t i = 0; status == STATUS_OK && i <= laws->history->run_id_max; i++)
        laws->pair_of_run[i] = -1;
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        status = add_run(pg, laws, rows, i, error);
    pg_rows_free(rows);
    return status;
}

Status simulated_laws_read(Pg *pg, const SealedHistory *history, const LawChange *change,
                           SimulatedLaws **laws, Error *error) {
    SimulatedLaws *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->history = history;
    made->change = change;
    Status status = read_runs(pg, made, error);
    for (int32_t i = 0; status == STATUS_OK && i < history->month_count; i++) {
        const MonthLaw *sealed, *other;
        status = simulated_laws_at(made, history->months[i].run_id, history->months[i].month, &sealed, &other,
                                   error);
    }
    if (status == STATUS_OK)
        *laws = made;
    else
        simulated_laws_free(made);
    return status;
}

void simulated_laws_free(SimulatedLaws *laws) {
    if (laws == NULL)
        return;
    for (int32_t i = 0; i < laws->pair_count; i++) {
        stored_law_free(&laws->pairs[i].stored);
        free(laws->pairs[i].sealed);
        free(laws->pairs[i].other);
    }
    free(laws->pairs);
    free(laws->pair_of_run);
    free(laws);
}
