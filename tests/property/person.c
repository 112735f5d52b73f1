#include "tests/property/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int32_t random_below(uint64_t *state, int32_t limit) {
    return (int32_t)(random_next(state) % (uint64_t)limit);
}

/* A number from the environment, or the default: a failure can be seen again. */
static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

uint64_t person_first_seed(void) {
    return setting("YDELSE_SEED", 1);
}

uint64_t person_count(void) {
    return setting("YDELSE_PERSONS", PERSON_COUNT_DEFAULT);
}

static const char *const ids[PERSON_ROWS_MAX] = {"a", "b", "c", "d", "e", "f"};

static Text id_text(int32_t index) {
    return (Text){ids[index], 1};
}

static bool chance(uint64_t *state, int32_t percent) {
    return random_below(state, 100) < percent;
}

/* A day near the month: often its first or last, sometimes far away. */
static Date near_day(uint64_t *state, Month month) {
    Date first = month_first(month);
    switch (random_below(state, 6)) {
    case 0:
        return first;
    case 1:
        return month_last(month);
    case 2:
        return (Date){first.day - 1};
    case 3:
        return (Date){first.day + random_below(state, 31)};
    case 4:
        return (Date){first.day - random_below(state, 400)};
    default:
        return (Date){first.day - 60 + random_below(state, 150)};
    }
}

static Date maybe_day(uint64_t *state, Month month) {
    return chance(state, 40) ? DATE_NONE : near_day(state, month);
}

/* A last day on or after the first, or none. */
static Date later_or_none(uint64_t *state, Month month, Date first) {
    Date day = maybe_day(state, month);
    return date_given(day) && day.day < first.day ? first : day;
}

/* Now and then nothing, or a single øre. */
static Money some_money(uint64_t *state, int32_t kroner_limit) {
    if (chance(state, 6)) {
        return (Money){random_below(state, 2)};
    }
    int64_t kroner = random_below(state, kroner_limit);
    return (Money){kroner * 100 + (chance(state, 50) ? 0 : random_below(state, 100))};
}

static void forloeb_make(uint64_t *state, Person *person, int32_t i) {
    Forloeb *row = &person->forloeb[i];
    bool ja_exists = person->month.index >= 2014 * 12 + 6;
    *row = (Forloeb){.source = {0, i + 1}, .forloeb_id = id_text(i), .ugebeloeb = MONEY_NONE};
    row->ordning = ja_exists && chance(state, 45) ? ORDNING_JA : ORDNING_RF;
    row->tidligere_ydelse = (TidligereYdelse)random_below(state, 8);
    row->startdato = near_day(state, person->month);
    if (chance(state, 30)) { /* about as long ago as the act allows a course to last */
        row->startdato = date_add_months(row->startdato, -12 * (2 + random_below(state, 4)));
    }
    row->slutdato = later_or_none(state, person->month, row->startdato);
    row->bevilget_dato = row->startdato;
    if (chance(state, 30)) { /* at one of the dates on which the rules for new courses changed */
        Date turn = chance(state, 50) ? date_from_ymd(2022, 1, 1) : date_from_ymd(2026, 2, 1);
        row->bevilget_dato = (Date){turn.day - 1 + random_below(state, 2)};
    }
    row->niveau_slutdato = maybe_day(state, person->month);
    if (chance(state, 80)) {
        row->ugebeloeb = some_money(state, 6000);
    }
}

static void barn_make(uint64_t *state, Person *person, int32_t i) {
    Barn *row = &person->boern[i];
    *row = (Barn){.source = {1, i + 1}, .post_id = id_text(i), .i_riget = chance(state, 85)};
    row->forhold = chance(state, 50) ? FORHOLD_FORSOERGER : FORHOLD_BIDRAG;
    Date day = near_day(state, person->month);
    row->foedselsdato = chance(state, 50) ? day : date_add_months(day, -18 * 12);
    row->forsoergelse_fra = maybe_day(state, person->month);
    row->forsoergelse_til = maybe_day(state, person->month);
    row->bidrag_beloeb = chance(state, 80) ? some_money(state, 3000) : MONEY_NONE;
}

static void periode_make(uint64_t *state, Person *person, int32_t i) {
    Periode *row = &person->perioder[i];
    *row = (Periode){.source = {2, i + 1}, .post_id = id_text(i), .art = (PeriodeArt)random_below(state, 9)};
    row->afgoerelse = chance(state, 70);
    row->foerste_dag = near_day(state, person->month);
    row->sidste_dag = later_or_none(state, person->month, row->foerste_dag);
    row->beloeb = chance(state, 80) ? some_money(state, 15000) : MONEY_NONE;
}

/* An SE number as it may be written: nobody's, one, another one as long, or nonsense. */
static Text some_se(uint64_t *state) {
    static const Text texts[] = {{"12345678", 8}, {"12345678", 8}, {"12345678", 8},
                                 {"12345679", 8}, {"1", 1},        {"", 0}};
    return texts[random_below(state, (int32_t)(sizeof texts / sizeof *texts))];
}

static void indkomst_make(uint64_t *state, Person *person, int32_t i) {
    static const int8_t types[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 24, 26};
    Indkomst *row = &person->indkomst[i];
    *row = (Indkomst){.source = {3, i + 1}, .post_id = id_text(i), .arbejdsgiver_se = some_se(state)};
    row->indkomsttype = types[random_below(state, (int32_t)sizeof types)];
    row->klasse = chance(state, 50) ? KLASSE_NONE : (Klasse)random_below(state, 8);
    row->dispositionsdato = near_day(state, person->month);
    row->loenperiode_start = row->loenperiode_slut = DATE_NONE;
    if (chance(state, 50)) {
        row->loenperiode_start = near_day(state, person->month);
        row->loenperiode_slut = (Date){row->loenperiode_start.day + random_below(state, 40)};
    }
    row->felt_0013 = some_money(state, 30000);
    if (chance(state, 20)) {
        row->felt_0014 = some_money(state, 5000);
        row->felt_0198 = some_money(state, 1000);
        row->felt_0147 = some_money(state, 2000);
    }
    if (chance(state, 10)) {
        row->felt_0013.oere = -row->felt_0013.oere;
    }
    if (chance(state, 10)) {
        row->felt_0036 = some_money(state, 3000);
        row->felt_0038.oere = -some_money(state, 3000).oere;
        row->felt_0148 = some_money(state, 3000);
    }
    if (chance(state, 10)) { /* some of it paid by the hour, in the end nothing or less */
        row->felt_0013 = some_money(state, 20);
    }
    row->felt_0200_hundredths = random_below(state, 22000) - 2000;
}

static void feriepenge_make(uint64_t *state, Person *person, int32_t i) {
    Feriepenge *row = &person->feriepenge[i];
    *row = (Feriepenge){.source = {4, i + 1}, .post_id = id_text(i), .art = (FerieArt)random_below(state, 3)};
    row->udbetalingstype = chance(state, 80) ? UDBETALING_UDB1 : (Udbetalingstype)random_below(state, 4);
    row->ferieaar = chance(state, 90) ? 2023 : FERIEAAR_INDEFROSSET;
    row->foerste_feriedag = near_day(state, person->month);
    row->sidste_feriedag = (Date){row->foerste_feriedag.day + random_below(state, 25)};
    row->antal_feriedage_hundredths = (int64_t)random_below(state, 2600) - 100;
    if (chance(state, 60)) { /* as many as fit the dates, or one too many or too few */
        int32_t weekdays = date_weekdays(row->foerste_feriedag, row->sidste_feriedag);
        row->antal_feriedage_hundredths =
            (int64_t)(weekdays - random_below(state, 4)) * 100 + random_below(state, 3) - 1;
    }
    row->beloeb_brutto = some_money(state, 20000);
    if (chance(state, 10)) {
        row->beloeb_brutto.oere = -row->beloeb_brutto.oere;
    }
    row->udbetalingsdato = near_day(state, person->month);
}

static void sanktion_make(uint64_t *state, Person *person, int32_t i) {
    Sanktion *row = &person->sanktioner[i];
    *row = (Sanktion){
        .source = {5, i + 1}, .sanktion_id = id_text(i), .art = (SanktionArt)random_below(state, 3)};
    row->afgoerelse = chance(state, 75);
    row->dage = 1 + random_below(state, 20);
    row->haendelsesdato = near_day(state, (Month){person->month.index - random_below(state, 5)});
    row->virkningsmaaned = (Month){person->month.index + (chance(state, 80) ? 0 : 1)};
    row->foerste_dag = near_day(state, person->month);
    row->sidste_dag = (Date){row->foerste_dag.day + random_below(state, 40)};
}

static void skattekort_make(uint64_t *state, Person *person, int32_t i) {
    Skattekort *row = &person->skattekort[i];
    *row = (Skattekort){
        .source = {6, i + 1}, .post_id = id_text(i), .korttype = (KortType)random_below(state, 3)};
    row->foerste_dag = near_day(state, person->month);
    row->sidste_dag = later_or_none(state, person->month, row->foerste_dag);
    row->traekprocent_hundredths =
        row->korttype == KORT_FRI && chance(state, 50) ? -1 : random_below(state, 10001);
    row->maanedsfradrag = chance(state, 70) ? some_money(state, 8000) : MONEY_NONE;
    row->frikort_graense = chance(state, 70) ? some_money(state, 20000) : MONEY_NONE;
}

static void policy_make(uint64_t *state, Policy *policy) {
    *policy = policy_default();
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        int32_t values = 0;
        while (values < POLICY_VALUES_MAX && policy_table[k].values[values] != NULL) {
            values++;
        }
        if (values > 0 && chance(state, 25)) {
            policy->value[k] = random_below(state, values);
        }
    }
}

/* Often 25 years before the day, or a folkepension age before it. */
static Date birth_make(uint64_t *state, Date day) {
    if (chance(state, 40)) {
        return date_add_months(day, -25 * 12);
    }
    if (chance(state, 40)) {
        return date_add_months(day, -6 * (130 + random_below(state, 9)));
    }
    return (Date){day.day - 8000 - random_below(state, 18000)};
}

typedef void RowMaker(uint64_t *state, Person *person, int32_t i);

Person person_make(uint64_t seed) {
    uint64_t state = seed;
    return person_make_in(seed, (Month){2013 * 12 + random_below(&state, 14 * 12)});
}

Person person_make_in(uint64_t seed, Month month) {
    static RowMaker *const makers[7] = {forloeb_make,    barn_make,     periode_make,   indkomst_make,
                                        feriepenge_make, sanktion_make, skattekort_make};
    static const int8_t rows_max[7] = {3, 4, 6, 6, 4, 4, 3};
    uint64_t state = seed;
    random_next(&state); /* the number that a month is made of */
    Person person = {.seed = seed, .month = month};
    policy_make(&state, &person.policy);
    person.deltager = (Deltager){.source = {7, 1}, .kommunekode = 101, .se_nummer = some_se(&state)};
    /* Day 61: a replacement number, which no living person has. */
    cpr_parse("6101801234", 10, &person.deltager.cpr);
    Date day = near_day(&state, person.month);
    person.deltager.foedselsdato = birth_make(&state, day);
    person.deltager.doedsdato = chance(&state, 10) ? near_day(&state, person.month) : DATE_NONE;
    for (int32_t kind = 0; kind < 7; kind++) {
        person.count[kind] = random_below(&state, rows_max[kind] + 1);
        for (int32_t i = 0; i < person.count[kind]; i++) {
            makers[kind](&state, &person, i);
        }
    }
    return person;
}

static int forloeb_order(const void *a, const void *b) {
    const Forloeb *one = a, *other = b;
    if (one->startdato.day != other->startdato.day) {
        return one->startdato.day < other->startdato.day ? -1 : 1;
    }
    return text_compare(one->forloeb_id, other->forloeb_id);
}

Facts person_facts(Person *person) {
    qsort(person->forloeb, (size_t)person->count[0], sizeof *person->forloeb, forloeb_order);
    return (Facts){.deltager = &person->deltager,
                   .forloeb = person->forloeb,
                   .boern = person->boern,
                   .perioder = person->perioder,
                   .indkomst = person->indkomst,
                   .feriepenge = person->feriepenge,
                   .sanktioner = person->sanktioner,
                   .skattekort = person->skattekort,
                   .forloeb_count = person->count[0],
                   .boern_count = person->count[1],
                   .perioder_count = person->count[2],
                   .indkomst_count = person->count[3],
                   .feriepenge_count = person->count[4],
                   .sanktioner_count = person->count[5],
                   .skattekort_count = person->count[6]};
}

Result person_calc(const RateTable *rates, Person *person) {
    static MonthLaw law;
    month_law_prepare(rates, &person->policy, person->month, &law);
    Facts facts = person_facts(person);
    Result result;
    calc_month(&law, &facts, NULL, &result);
    return result;
}

/* The array of a kind, its element size. */
static char *rows_of(Person *person, int32_t kind, size_t *size) {
    switch (kind) {
    case 0:
        *size = sizeof *person->forloeb;
        return (char *)person->forloeb;
    case 1:
        *size = sizeof *person->boern;
        return (char *)person->boern;
    case 2:
        *size = sizeof *person->perioder;
        return (char *)person->perioder;
    case 3:
        *size = sizeof *person->indkomst;
        return (char *)person->indkomst;
    case 4:
        *size = sizeof *person->feriepenge;
        return (char *)person->feriepenge;
    case 5:
        *size = sizeof *person->sanktioner;
        return (char *)person->sanktioner;
    default:
        *size = sizeof *person->skattekort;
        return (char *)person->skattekort;
    }
}

static void row_remove(Person *person, int32_t kind, int32_t index) {
    size_t size;
    char *rows = rows_of(person, kind, &size);
    memmove(rows + (size_t)index * size, rows + (size_t)(index + 1) * size,
            (size_t)(person->count[kind] - index - 1) * size);
    person->count[kind]--;
}

static bool shrink_once(Person *person, bool (*fails)(Person *person, const void *context),
                        const void *context) {
    for (int32_t kind = 0; kind < 7; kind++) {
        for (int32_t i = 0; i < person->count[kind]; i++) {
            Person smaller = *person;
            row_remove(&smaller, kind, i);
            if (fails(&smaller, context)) {
                *person = smaller;
                return true;
            }
        }
    }
    return false;
}

void person_shrink_and_print(Person *person, bool (*fails)(Person *person, const void *context),
                             const void *context) {
    uint64_t seed = person->seed;
    while (shrink_once(person, fails, context)) {
    }
    char month[DATE_TEXT_SIZE];
    month_format(person->month, month);
    fprintf(
        stderr,
        "seed %llu, month %s; rows left of forloeb boern perioder indkomst feriepenge sanktioner skattekort:",
        (unsigned long long)seed, month);
    for (int32_t kind = 0; kind < 7; kind++) {
        fprintf(stderr, " %d", person->count[kind]);
    }
    fputc('\n', stderr);
}
