#include "io/law/simulation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/base/log.h"
#include "io/run/person_months.h"

/* What a person gets over the months of one sum. */
typedef struct {
    int64_t net_oere;
    int32_t person_months, changed;
} PersonSum;

/* The sums that a person is part of beside that of the municipality, which is the person's total. */
#define SUMS_MAX (1 + SIMULATION_GROUPS + SIMULATION_SCHEMES + SIMULATION_YEARS_MAX)

typedef struct {
    const SealedHistory *history;
    SimulatedLaws *laws;
    const SimulationSink *sink;
    Simulation *simulation;
    SealedResults *results;
    SealedResult sealed; /* the next one, when there is one */
    bool has_sealed;
    /* The persons of the bucket that is being computed, each with sum_count sums. */
    PersonSum *persons;
    int32_t *kommuner;
    int32_t person_capacity, person_count;
    int16_t bucket; /* -1: none yet */
    SimulationSum *sums[SUMS_MAX];
    int32_t sum_count;
} Pass;

/* A group and scheme of its own stands for a month without an active day. */
static int32_t group_of(const Result *result) {
    return result->aktive_dage > 0 ? (int32_t)result->gruppe : (int32_t)GRUPPE_COUNT;
}

static int32_t scheme_of(const Result *result) {
    return result->aktive_dage > 0 ? (int32_t)result->ordning : (int32_t)ORDNING_NONE;
}

/* --- Persons ------------------------------------------------------------------------------------------------------ */

/* The order in which a person's sums lie; total is the first. */
static void list_sums(Pass *pass) {
    Simulation *simulation = pass->simulation;
    const int32_t years = month_year(pass->history->last) - month_year(pass->history->first) + 1;
    pass->sums[pass->sum_count++] = &simulation->total;
    for (int32_t i = 0; i < SIMULATION_GROUPS; i++)
        pass->sums[pass->sum_count++] = &simulation->group[i];
    for (int32_t i = 0; i < SIMULATION_SCHEMES; i++)
        pass->sums[pass->sum_count++] = &simulation->scheme[i];
    for (int32_t i = 0; i < years; i++)
        pass->sums[pass->sum_count++] = &simulation->year[i];
}

static void count_person(SimulationSum *sum, const PersonSum *person) {
    if (person->person_months == 0)
        return;
    sum->people++;
    sum->changed_people += person->changed > 0;
    sum->winners += person->net_oere > 0;
    sum->losers += person->net_oere < 0;
}

static void end_bucket(Pass *pass) {
    for (int32_t p = 0; p < pass->person_count; p++) {
        const PersonSum *person = &pass->persons[p * pass->sum_count];
        for (int32_t i = 0; i < pass->sum_count; i++)
            count_person(pass->sums[i], &person[i]);
        count_person(&pass->simulation->kommune[pass->kommuner[p]], &person[0]);
    }
    pass->person_count = 0;
}

static bool reserve_person(Pass *pass, int32_t participant) {
    const int32_t sums = pass->sum_count;
    if (participant >= pass->person_capacity) {
        const int32_t capacity = participant < 512 ? 1024 : participant * 2;
        PersonSum *persons = realloc(pass->persons, (size_t)capacity * (size_t)sums * sizeof persons[0]);
        if (persons == NULL)
            return false;
        pass->persons = persons;
        int32_t *kommuner = realloc(pass->kommuner, (size_t)capacity * sizeof kommuner[0]);
        if (kommuner == NULL)
            return false;
        pass->kommuner = kommuner;
        pass->person_capacity = capacity;
    }
    for (; pass->person_count <= participant; pass->person_count++) {
        memset(&pass->persons[pass->person_count * sums], 0, (size_t)sums * sizeof pass->persons[0]);
        pass->kommuner[pass->person_count] = 0;
    }
    return true;
}

/* --- One person-month ---------------------------------------------------------------------------------------------- */

static Money cost_of(const Result *result) {
    return money_add(result->amount[AMOUNT_ydelse],
                     money_add(result->amount[AMOUNT_atp_kommune], result->amount[AMOUNT_pension]));
}

static void add_amounts(SimulationSum *sum, const Result *before, const Result *after, bool changed) {
    const Money paid_before = before->amount[AMOUNT_til_udbetaling];
    const Money paid_after = after->amount[AMOUNT_til_udbetaling];
    const Money difference = money_subtract(paid_after, paid_before);
    sum->person_months++;
    sum->changed += changed;
    sum->before = money_add(sum->before, paid_before);
    sum->after = money_add(sum->after, paid_after);
    sum->up = money_add(sum->up, money_max(difference, MONEY_ZERO));
    sum->down = money_add(sum->down, money_min(difference, MONEY_ZERO));
    sum->cost = money_add(sum->cost, money_subtract(cost_of(after), cost_of(before)));
}

static void tell_change(const SimulationSink *sink, const Result *known, const Result *before,
                        const Result *after) {
    const SimulatedChange change = {
        .cpr = known->cpr,
        .month = known->month,
        .kommunekode = known->kommunekode,
        .group = group_of(known),
        .scheme = scheme_of(known),
        .ydelse_before = before->amount[AMOUNT_ydelse],
        .ydelse_after = after->amount[AMOUNT_ydelse],
        .before = before->amount[AMOUNT_til_udbetaling],
        .after = after->amount[AMOUNT_til_udbetaling],
    };
    sink->changed(sink->context, &change);
}

static bool owes_the_same(const Result *result, Udfald udfald, const Money *owed) {
    return result->udfald == udfald &&
           memcmp(&result->amount[OWED_FIRST], owed, OWED_COUNT * sizeof *owed) == 0;
}

/* Adds to the sums of the person-month: all, its group, its scheme, its year, its municipality. */
static void add_person_month(Pass *pass, int32_t participant, const Result *before, const Result *after) {
    const Result *known = before->udfald == UDFALD_INTET ? after : before;
    const int32_t year = month_year(known->month) - month_year(pass->history->first);
    const int32_t parts[] = {0, 1 + group_of(known), 1 + SIMULATION_GROUPS + scheme_of(known),
                             1 + SIMULATION_GROUPS + SIMULATION_SCHEMES + year};
    const bool changed = !owes_the_same(after, before->udfald, &before->amount[OWED_FIRST]);
    const Money difference =
        money_subtract(after->amount[AMOUNT_til_udbetaling], before->amount[AMOUNT_til_udbetaling]);
    PersonSum *person = &pass->persons[participant * pass->sum_count];
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        add_amounts(pass->sums[parts[i]], before, after, changed);
        person[parts[i]].person_months++;
        person[parts[i]].changed += changed;
        person[parts[i]].net_oere += difference.oere;
    }
    assert(known->kommunekode >= 0 && known->kommunekode < SIMULATION_KOMMUNER);
    pass->kommuner[participant] = known->kommunekode;
    add_amounts(&pass->simulation->kommune[known->kommunekode], before, after, changed);
    if (changed && pass->sink != NULL)
        tell_change(pass->sink, known, before, after);
}

static int compare_place(const SealedResult *sealed, const PersonMonth *one) {
    const int64_t place[][2] = {{sealed->bucket, one->bucket},
                                {sealed->month.index, one->law->month.index},
                                {(int64_t)sealed->cpr.number, (int64_t)one->facts.deltager->cpr.number}};
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++)
        if (place[i][0] != place[i][1])
            return place[i][0] < place[i][1] ? -1 : 1;
    return 0;
}

/* Both come in the same order: *sealed is the sealed result of the person-month, NULL when there is none. A sealed result
 * that is passed has no facts any more. */
static Status find_sealed(Pass *pass, const PersonMonth *one, SealedResult *found, bool *is_sealed,
                          Error *error) {
    Status status = STATUS_OK;
    *is_sealed = false;
    while (status == STATUS_OK && pass->has_sealed && compare_place(&pass->sealed, one) <= 0) {
        if (compare_place(&pass->sealed, one) == 0) {
            *found = pass->sealed;
            *is_sealed = true;
        } else {
            pass->simulation->not_reproduced++;
        }
        status = sealed_results_next(pass->results, &pass->sealed, &pass->has_sealed, error);
    }
    return status;
}

static bool is_reproduced(Pass *pass, const SealedResult *sealed, const Result *computed) {
    if (sealed == NULL && computed->udfald != UDFALD_INTET)
        pass->simulation->not_sealed++;
    else if (sealed != NULL && !owes_the_same(computed, sealed->udfald, sealed->owed))
        pass->simulation->not_reproduced++;
    else
        return true;
    return false;
}

/* run_id: the run whose law the person-month had. */
static Status simulate_one(Pass *pass, const PersonMonth *one, int32_t month_run_id, Error *error) {
    const MonthLaw *sealed_law, *other_law;
    SealedResult sealed;
    Result before, after;
    bool is_sealed;
    Status status = find_sealed(pass, one, &sealed, &is_sealed, error);
    if (status == STATUS_OK)
        status = simulated_laws_at(pass->laws, is_sealed ? sealed.run_id : month_run_id, one->law->month,
                                   &sealed_law, &other_law, error);
    if (status != STATUS_OK)
        return status;
    calc_month(sealed_law, &one->facts, NULL, &before);
    if (!is_reproduced(pass, is_sealed ? &sealed : NULL, &before))
        return STATUS_OK;
    calc_month(other_law, &one->facts, NULL, &after);
    if (before.udfald == UDFALD_TILBAGEHOLDT || after.udfald == UDFALD_TILBAGEHOLDT)
        pass->simulation->held++;
    else if (before.udfald != UDFALD_INTET || after.udfald != UDFALD_INTET)
        add_person_month(pass, one->participant, &before, &after);
    return STATUS_OK;
}

/* --- All of them --------------------------------------------------------------------------------------------------- */

/* The run of each month that the plan has; its months are the plan's, in their order. */
static int32_t run_of_month(const SealedHistory *history, Month month) {
    int32_t i = 0;
    while (history->months[i].month.index != month.index)
        i++;
    return history->months[i].run_id;
}

static Status simulate_slice(Pass *pass, PersonMonths *months, Error *error) {
    PersonMonth one;
    Month month = MONTH_NONE;
    int32_t run_id = 0;
    Status status = STATUS_OK;
    while (status == STATUS_OK && person_months_next(months, &one)) {
        if (one.bucket != pass->bucket)
            end_bucket(pass);
        pass->bucket = one.bucket;
        if (one.law->month.index != month.index)
            run_id = run_of_month(pass->history, one.law->month);
        month = one.law->month;
        if (!reserve_person(pass, one.participant))
            return error_no_memory(error);
        status = simulate_one(pass, &one, run_id, error);
    }
    return status;
}

static Status simulate_slices(Pg *pg, const RunPlan *plan, const SimulationPart *part, Pass *pass,
                              Error *error) {
    PersonMonths *months = NULL;
    bool chosen[BUCKET_COUNT];
    bool more = true;
    bool first = true;
    Status status = person_months_begin(pg, plan, &months, error);
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        chosen[b] = b >= part->first_bucket && b <= part->last_bucket;
    if (status == STATUS_OK)
        person_months_choose(months, chosen);
    while (status == STATUS_OK) {
        status = person_months_slice(months, &more, error);
        /* Not before: the server sorts the results while the first facts are read. */
        if (status == STATUS_OK && first)
            status = sealed_results_next(pass->results, &pass->sealed, &pass->has_sealed, error);
        first = false;
        if (status != STATUS_OK || !more)
            break;
        status = simulate_slice(pass, months, error);
        log_detail("simulate: buckets up to %d of %d", person_months_last_bucket(months) + 1, BUCKET_COUNT);
    }
    end_bucket(pass);
    person_months_free(months);
    while (status == STATUS_OK && pass->has_sealed) {
        pass->simulation->not_reproduced++;
        status = sealed_results_next(pass->results, &pass->sealed, &pass->has_sealed, error);
    }
    return status;
}

/* Every participant in every month, as the newest of the runs knew them. */
static Status make_plan(const SealedHistory *history, SimulatedLaws *laws, RunPlan *plan, Error *error) {
    Status status = STATUS_OK;
    *plan = (RunPlan){.data_as_of = history->data_as_of};
    plan->months = calloc((size_t)history->month_count, sizeof plan->months[0]);
    if (plan->months == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; status == STATUS_OK && i < history->month_count; i++) {
        const MonthLaw *sealed, *other;
        status = simulated_laws_at(laws, history->months[i].run_id, history->months[i].month, &sealed, &other,
                                   error);
        if (status == STATUS_OK)
            plan->months[plan->month_count++] = (RunMonth){.everyone = true, .law = *sealed};
    }
    if (status != STATUS_OK)
        run_plan_free(plan);
    return status;
}

static Status simulate_connected(Pg *facts_pg, Pg *results_pg, const SimulationPart *part,
                                 Simulation *simulation, Error *error) {
    RunPlan plan;
    Pass pass = {.history = part->history,
                 .laws = part->laws,
                 .sink = part->sink,
                 .simulation = simulation,
                 .bucket = -1};
    list_sums(&pass);
    Status status = make_plan(part->history, part->laws, &plan, error);
    if (status != STATUS_OK)
        return status;
    status = sealed_results_begin(results_pg, part->history, part->first_bucket, part->last_bucket,
                                  &pass.results, error);
    if (status == STATUS_OK)
        status = simulate_slices(facts_pg, &plan, part, &pass, error);
    sealed_results_end(pass.results);
    free(pass.persons);
    free(pass.kommuner);
    run_plan_free(&plan);
    return status;
}

Status simulation_connect(const char *dsn, Pg **pg, Error *error) {
    const Status status = pg_connect(dsn, pg, error);
    return status == STATUS_OK
               ? pg_script(*pg,
                           "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; "
                           "SET LOCAL work_mem = '64MB'",
                           error)
               : status;
}

Status simulate_part(const SimulationPart *part, Simulation *simulation, Error *error) {
    Pg *facts_pg = NULL;
    Pg *results_pg = NULL;
    const int32_t first_year = month_year(part->history->first);
    if (month_year(part->history->last) - first_year >= SIMULATION_YEARS_MAX)
        return error_set(error, STATUS_USAGE, "more than %d years at once", SIMULATION_YEARS_MAX);
    memset(simulation, 0, sizeof *simulation);
    simulation->first_year = first_year;
    Status status = simulation_connect(part->dsn, &facts_pg, error);
    if (status == STATUS_OK)
        status = simulation_connect(part->dsn, &results_pg, error);
    if (status == STATUS_OK)
        status = simulate_connected(facts_pg, results_pg, part, simulation, error);
    pg_close(results_pg);
    pg_close(facts_pg);
    return status;
}
