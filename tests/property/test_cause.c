/* The split of a difference by cause, over random pairs of participants, months and policies: it adds up, and an
 * input that is the same on both sides is no cause. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cause.h"
#include "io/law/rate_file.h"
#include "tests/property/person.h"

#define PAIRS 20000
#define PAIRS_OF_PERSONS (person_count() / 2)

static RateSet rates;

static void rates_open(void) {
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rates, &error), STATUS_OK, "%s", error.message);
}

static void rates_close(void) {
    rate_set_free(&rates);
}

TestSuite(cause, .init = rates_open, .fini = rates_close);

static void split(Person *before, Person *after, CauseSplit *result) {
    static MonthLaw laws[2];
    month_law_prepare(&rates.table, &before->policy, before->month, &laws[0]);
    month_law_prepare(&rates.table, &after->policy, after->month, &laws[1]);
    Facts facts[2] = {person_facts(before), person_facts(after)};
    const CauseState states[2] = {{&laws[0], &facts[0]}, {&laws[1], &facts[1]}};
    void *memory = malloc(cause_memory_size(&states[0], &states[1]) + 1);
    cause_split(&states[0], &states[1], memory, result);
    free(memory);
}

/* The parts are in order, none is zero, and they add up to what calc_month says of the two. */
static void check_sum(Person *before, Person *after) {
    CauseSplit result;
    split(before, after, &result);
    const Result one = person_calc(&rates.table, before), other = person_calc(&rates.table, after);
    int64_t ydelse = one.amount[AMOUNT_ydelse].oere, paid = one.amount[AMOUNT_til_udbetaling].oere;
    for (int32_t i = 0; i < result.part_count; i++) {
        const CausePart *part = &result.part[i];
        ydelse += part->ydelse.oere;
        paid += part->til_udbetaling.oere;
        cr_expect(i == 0 || part->cause > result.part[i - 1].cause);
        cr_expect(part->cause > CAUSE_PROGRAM || part->ydelse.oere != 0 || part->til_udbetaling.oere != 0);
    }
    cr_expect_eq(ydelse, other.amount[AMOUNT_ydelse].oere, "seed %llu", (unsigned long long)after->seed);
    cr_expect_eq(paid, other.amount[AMOUNT_til_udbetaling].oere, "seed %llu",
                 (unsigned long long)after->seed);
}

/* Another version of the same person: some kinds of rows, now and then the person, are those of a stranger. */
static Person corrected(const Person *person, uint64_t seed) {
    uint64_t state = seed;
    Person stranger = person_make_in(random_next(&state), person->month);
    Person other = *person;
    for (int32_t kind = 0; kind < 7; kind++) {
        if (random_below(&state, 3) != 0) {
            continue;
        }
        other.count[kind] = stranger.count[kind];
        switch (kind) {
        case 0:
            memcpy(other.forloeb, stranger.forloeb, sizeof other.forloeb);
            break;
        case 1:
            memcpy(other.boern, stranger.boern, sizeof other.boern);
            break;
        case 2:
            memcpy(other.perioder, stranger.perioder, sizeof other.perioder);
            break;
        case 3:
            memcpy(other.indkomst, stranger.indkomst, sizeof other.indkomst);
            break;
        case 4:
            memcpy(other.feriepenge, stranger.feriepenge, sizeof other.feriepenge);
            break;
        case 5:
            memcpy(other.sanktioner, stranger.sanktioner, sizeof other.sanktioner);
            break;
        default:
            memcpy(other.skattekort, stranger.skattekort, sizeof other.skattekort);
            break;
        }
    }
    if (random_below(&state, 4) == 0) {
        other.deltager = stranger.deltager;
    }
    if (random_below(&state, 4) == 0) {
        other.policy = stranger.policy;
    }
    other.seed = seed;
    return other;
}

Test(cause, the_parts_of_two_runs_of_one_month_add_up) {
    for (uint64_t i = 0; i < PAIRS_OF_PERSONS; i++) {
        Person before = person_make(person_first_seed() + i);
        Person after = corrected(&before, person_first_seed() + i);
        check_sum(&before, &after);
    }
}

Test(cause, the_parts_of_two_months_add_up) {
    for (uint64_t i = 0; i < PAIRS_OF_PERSONS; i++) {
        uint64_t state = person_first_seed() + i;
        Person before = person_make(random_next(&state));
        Person after = before;
        after.month.index += random_below(&state, 5) - 2;
        if (after.month.index < 2013 * 12) {
            after.month.index = 2013 * 12;
        }
        check_sum(&before, &after);
        Person stranger = corrected(&after, random_next(&state));
        check_sum(&before, &stranger);
        check_sum(&stranger, &before);
    }
}

/* One kind of input differs: only its causes may come out. */
typedef struct {
    const char *what;
    uint32_t causes;
    void (*exchange)(Person *person, const Person *stranger);
} OneInput;

static void take_courses(Person *person, const Person *stranger) {
    memcpy(person->forloeb, stranger->forloeb, sizeof person->forloeb);
    person->count[0] = stranger->count[0];
}
static void take_children(Person *person, const Person *stranger) {
    memcpy(person->boern, stranger->boern, sizeof person->boern);
    person->count[1] = stranger->count[1];
}
static void take_birth(Person *person, const Person *stranger) {
    person->deltager.foedselsdato = stranger->deltager.foedselsdato;
}
static void take_level(Person *person, const Person *stranger) {
    for (int32_t i = 0; i < person->count[0]; i++) {
        person->forloeb[i].tidligere_ydelse = stranger->forloeb[i].tidligere_ydelse;
        person->forloeb[i].ugebeloeb = (Money){stranger->deltager.foedselsdato.day * 10 + 300000};
        person->forloeb[i].niveau_slutdato = stranger->forloeb[i].niveau_slutdato;
    }
}
static void take_periods(Person *person, const Person *stranger) {
    memcpy(person->perioder, stranger->perioder, sizeof person->perioder);
    person->count[2] = stranger->count[2];
}
static void take_income(Person *person, const Person *stranger) {
    memcpy(person->indkomst, stranger->indkomst, sizeof person->indkomst);
    person->count[3] = stranger->count[3];
}
static void take_holiday(Person *person, const Person *stranger) {
    memcpy(person->feriepenge, stranger->feriepenge, sizeof person->feriepenge);
    person->count[4] = stranger->count[4];
}
static void take_sanctions(Person *person, const Person *stranger) {
    memcpy(person->sanktioner, stranger->sanktioner, sizeof person->sanktioner);
    person->count[5] = stranger->count[5];
}
static void take_tax_cards(Person *person, const Person *stranger) {
    memcpy(person->skattekort, stranger->skattekort, sizeof person->skattekort);
    person->count[6] = stranger->count[6];
    person->policy.value[POLICY_SKAT] = VALG_JA;
}
static void take_death(Person *person, const Person *stranger) {
    person->deltager.doedsdato = stranger->deltager.doedsdato;
}
static void take_payer(Person *person, const Person *stranger) {
    person->deltager.se_nummer = stranger->deltager.se_nummer;
}
static void take_policies(Person *person, const Person *stranger) {
    person->policy = stranger->policy;
}

#define ONE(cause) (UINT32_C(1) << CAUSE_##cause)

static const OneInput inputs[] = {
    {"forloeb", ONE(DAGE) | ONE(NIVEAU), take_courses},
    {"boern", ONE(BARN_ALDER), take_children},
    {"foedselsdato", ONE(BARN_ALDER), take_birth},
    {"niveau", ONE(NIVEAU), take_level},
    {"perioder", ONE(DAGE) | ONE(BARN_ALDER) | ONE(NIVEAU), take_periods},
    {"indkomst", ONE(LOEN) | ONE(ANDEN_INDKOMST), take_income},
    {"feriepenge", ONE(FERIE), take_holiday},
    {"sanktioner", ONE(SANKTION), take_sanctions},
    {"skattekort", ONE(SKAT) | ONE(SATSER), take_tax_cards},
    {"doedsdato", ONE(PERSON), take_death},
    {"se_nummer", ONE(ANDEN_INDKOMST), take_payer},
    {"politik", ONE(SATSER), take_policies},
};

#define NOT_EXCHANGED (ONE(TILBAGEHOLDT) | ONE(BEGYNDER) | ONE(OPHOERER))

Test(cause, an_input_that_is_the_same_is_no_cause) {
    for (uint64_t i = 0; i < PAIRS_OF_PERSONS; i++) {
        Person before = person_make(person_first_seed() + i);
        Person stranger = person_make_in(person_first_seed() + i + PAIRS_OF_PERSONS, before.month);
        for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
            Person after = before;
            CauseSplit result;
            inputs[k].exchange(&after, &stranger);
            split(&before, &after, &result);
            for (int32_t p = 0; p < result.part_count; p++) {
                cr_expect((inputs[k].causes | NOT_EXCHANGED) >> result.part[p].cause & 1,
                          "seed %llu, %s: %s of %lld", (unsigned long long)before.seed, inputs[k].what,
                          cause_name[result.part[p].cause], (long long)result.part[p].til_udbetaling.oere);
            }
        }
    }
}

/* Every cause comes out of random pairs: none of the tests above holds for want of cases. */
Test(cause, every_exchange_moves_somebody) {
    uint64_t seen[CAUSE_COUNT] = {0};
    for (uint64_t i = 0; i < PAIRS; i++) {
        Person before = person_make(person_first_seed() + i);
        Person after = corrected(&before, person_first_seed() + i);
        after.month.index += (int32_t)(i % 2);
        CauseSplit result;
        split(&before, &after, &result);
        for (int32_t p = 0; p < result.part_count; p++) {
            seen[result.part[p].cause]++;
        }
    }
    for (int32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        const bool expected = cause != CAUSE_PROGRAM && cause != CAUSE_UDEN_BELOEB;
        cr_expect(!expected || seen[cause] > 10, "%s: %llu", cause_name[cause],
                  (unsigned long long)seen[cause]);
    }
}
