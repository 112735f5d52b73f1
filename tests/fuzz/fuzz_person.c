/* A participant built from bytes, within the limits that the readers of input keep, and computed for a month.
 *
 * Unlike the random people of tests/property, days may lie anywhere and amounts be as large as they may; a fuzzer finds
 * out which of them meet. What must hold for everyone: person_promises.h. */
#include "io/law/rate_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/person_promises.h"

static Date take_day(FuzzBytes *bytes, Month month) {
    const Date first = month_first(month);
    switch (fuzz_below(bytes, 8)) {
    case 0:
        return first;
    case 1:
        return month_last(month);
    case 2:
        return (Date){first.day - 1};
    case 3:
        return (Date){month_last(month).day + 1};
    case 4:
        return (Date){DATE_MIN_DAY + fuzz_below(bytes, DATE_MAX_DAY - DATE_MIN_DAY + 1)};
    case 5:
        return date_add_months(first, -fuzz_below(bytes, 200) * 12);
    default:
        return (Date){first.day - 128 + fuzz_below(bytes, 256)};
    }
}

static Date take_maybe_day(FuzzBytes *bytes, Month month) {
    return fuzz_flag(bytes) ? DATE_NONE : take_day(bytes, month);
}

static Date take_last(FuzzBytes *bytes, Month month, Date first) {
    return date_max(take_day(bytes, month), first);
}

static Date take_maybe_last(FuzzBytes *bytes, Month month, Date first) {
    return fuzz_flag(bytes) ? DATE_NONE : take_last(bytes, month, first);
}

/* Not negative. */
static Money take_amount(FuzzBytes *bytes) {
    switch (fuzz_below(bytes, 5)) {
    case 0:
        return (Money){fuzz_below(bytes, 256)};
    case 1:
        return (Money){AMOUNT_MAX_OERE - fuzz_below(bytes, 256)};
    case 2:
        return (Money){(int64_t)(fuzz_number(bytes, 5) % (uint64_t)(AMOUNT_MAX_OERE + 1))};
    default:
        return (Money){(int64_t)fuzz_number(bytes, 3) % 5000000};
    }
}

static Money take_signed(FuzzBytes *bytes) {
    const Money amount = take_amount(bytes);
    return fuzz_flag(bytes) ? (Money){-amount.oere} : amount;
}

static Money take_maybe_amount(FuzzBytes *bytes) {
    return fuzz_flag(bytes) ? take_amount(bytes) : MONEY_NONE;
}

static Text take_se(FuzzBytes *bytes) {
    static const Text texts[] = {{"12345678", 8}, {"12345679", 8}, {"1", 1}, {"", 0}};
    return texts[fuzz_below(bytes, 4)];
}

/* Ids in order, as the stream gives them. */
static Text id_of(int32_t i) {
    static const char *const ids[PERSON_ROWS_MAX] = {"a", "b", "c", "d", "e", "f"};
    return (Text){ids[i], 1};
}

static void take_forloeb(FuzzBytes *bytes, Person *person, int32_t i) {
    const Month month = person->month;
    Forloeb *row = &person->forloeb[i];
    *row = (Forloeb){.source = {0, i + 1}, .forloeb_id = id_of(i)};
    row->ordning = (Ordning)fuzz_below(bytes, 2);
    row->tidligere_ydelse = (TidligereYdelse)fuzz_below(bytes, 8);
    row->startdato = take_day(bytes, month);
    row->slutdato = take_maybe_last(bytes, month, row->startdato);
    row->bevilget_dato = fuzz_flag(bytes) ? row->startdato : take_day(bytes, month);
    row->niveau_slutdato = take_maybe_day(bytes, month);
    row->ugebeloeb = take_maybe_amount(bytes);
}

static void take_barn(FuzzBytes *bytes, Person *person, int32_t i) {
    const Month month = person->month;
    Barn *row = &person->boern[i];
    *row = (Barn){.source = {1, i + 1}, .post_id = id_of(i)};
    row->forhold = (Forhold)fuzz_below(bytes, 2);
    row->i_riget = fuzz_flag(bytes);
    row->foedselsdato = take_day(bytes, month);
    row->forsoergelse_fra = take_maybe_day(bytes, month);
    row->forsoergelse_til = take_maybe_day(bytes, month);
    row->bidrag_beloeb = take_maybe_amount(bytes);
}

static void take_periode(FuzzBytes *bytes, Person *person, int32_t i) {
    Periode *row = &person->perioder[i];
    *row = (Periode){.source = {2, i + 1}, .post_id = id_of(i)};
    row->art = (PeriodeArt)fuzz_below(bytes, 9);
    row->afgoerelse = fuzz_flag(bytes);
    row->foerste_dag = take_day(bytes, person->month);
    row->sidste_dag = take_maybe_last(bytes, person->month, row->foerste_dag);
    row->beloeb = take_maybe_amount(bytes);
}

static void take_indkomst(FuzzBytes *bytes, Person *person, int32_t i) {
    static const int8_t types[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 24, 26};
    Indkomst *row = &person->indkomst[i];
    *row = (Indkomst){.source = {3, i + 1}, .post_id = id_of(i), .arbejdsgiver_se = take_se(bytes)};
    row->indkomsttype = types[fuzz_below(bytes, (int32_t)sizeof types)];
    row->klasse = (Klasse)(fuzz_below(bytes, 9) - 1);
    row->dispositionsdato = take_day(bytes, person->month);
    row->loenperiode_start = row->loenperiode_slut = DATE_NONE;
    if (fuzz_flag(bytes)) {
        row->loenperiode_start = take_day(bytes, person->month);
        row->loenperiode_slut = take_last(bytes, person->month, row->loenperiode_start);
    }
    Money *const amounts[] = {&row->felt_0013, &row->felt_0014, &row->felt_0036, &row->felt_0038,
                              &row->felt_0147, &row->felt_0148, &row->felt_0198};
    const uint8_t given = fuzz_byte(bytes);
    for (int k = 0; k < 7; k++) {
        *amounts[k] = (given >> k & 1) != 0 ? take_signed(bytes) : MONEY_ZERO;
    }
    row->felt_0200_hundredths = take_signed(bytes).oere;
}

static void take_feriepenge(FuzzBytes *bytes, Person *person, int32_t i) {
    Feriepenge *row = &person->feriepenge[i];
    *row = (Feriepenge){.source = {4, i + 1}, .post_id = id_of(i)};
    row->art = (FerieArt)fuzz_below(bytes, 3);
    row->udbetalingstype = (Udbetalingstype)fuzz_below(bytes, 4);
    row->ferieaar = fuzz_flag(bytes) ? 2023 : fuzz_below(bytes, 10000);
    row->foerste_feriedag = row->sidste_feriedag = DATE_NONE;
    if (!fuzz_flag(bytes) || (row->art == FERIE_FG && row->udbetalingstype == UDBETALING_UDB1)) {
        row->foerste_feriedag = take_day(bytes, person->month);
        row->sidste_feriedag = take_last(bytes, person->month, row->foerste_feriedag);
    }
    row->antal_feriedage_hundredths = take_signed(bytes).oere;
    row->beloeb_brutto = take_signed(bytes);
    row->udbetalingsdato = take_day(bytes, person->month);
}

static void take_sanktion(FuzzBytes *bytes, Person *person, int32_t i) {
    Sanktion *row = &person->sanktioner[i];
    *row = (Sanktion){.source = {5, i + 1}, .sanktion_id = id_of(i)};
    row->art = (SanktionArt)fuzz_below(bytes, 3);
    row->afgoerelse = fuzz_flag(bytes);
    row->haendelsesdato = take_day(bytes, person->month);
    row->dage = 1 + fuzz_below(bytes, fuzz_flag(bytes) ? 9999 : 40);
    row->virkningsmaaned = fuzz_flag(bytes) ? person->month : month_of(take_day(bytes, person->month));
    row->foerste_dag = take_day(bytes, person->month);
    row->sidste_dag = take_last(bytes, person->month, row->foerste_dag);
}

static void take_skattekort(FuzzBytes *bytes, Person *person, int32_t i) {
    Skattekort *row = &person->skattekort[i];
    *row = (Skattekort){.source = {6, i + 1}, .post_id = id_of(i)};
    row->korttype = (KortType)fuzz_below(bytes, 3);
    row->traekprocent_hundredths =
        row->korttype == KORT_FRI && fuzz_flag(bytes) ? -1 : fuzz_below(bytes, 10001);
    row->foerste_dag = take_day(bytes, person->month);
    row->sidste_dag = take_maybe_last(bytes, person->month, row->foerste_dag);
    row->maanedsfradrag = take_maybe_amount(bytes);
    row->frikort_graense = take_maybe_amount(bytes);
}

static void take_policy(FuzzBytes *bytes, Policy *policy) {
    *policy = policy_default();
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        int32_t values = 0;
        while (values < POLICY_VALUES_MAX && policy_table[k].values[values] != NULL) {
            values++;
        }
        policy->value[k] = fuzz_below(bytes, values == 0 ? 101 : values);
    }
}

static Person take_person(FuzzBytes *bytes) {
    static void (*const makers[7])(FuzzBytes *, Person *,
                                   int32_t) = {take_forloeb,    take_barn,     take_periode,   take_indkomst,
                                               take_feriepenge, take_sanktion, take_skattekort};
    Person person = {.month = {2013 * 12 + fuzz_below(bytes, 14 * 12)}};
    const uint8_t has_policy = fuzz_byte(bytes) & 1;
    person.policy = policy_default();
    if (has_policy) {
        take_policy(bytes, &person.policy);
    }
    person.deltager = (Deltager){.source = {7, 1}, .kommunekode = 101, .se_nummer = take_se(bytes)};
    cpr_parse("6101801234", 10, &person.deltager.cpr);
    person.deltager.foedselsdato = take_day(bytes, person.month);
    person.deltager.doedsdato = take_maybe_day(bytes, person.month);
    for (int32_t kind = 0; kind < 7; kind++) {
        person.count[kind] = fuzz_below(bytes, PERSON_ROWS_MAX + 1);
        for (int32_t i = 0; i < person.count[kind]; i++) {
            makers[kind](bytes, &person, i);
        }
    }
    return person;
}

void fuzz_person(const uint8_t *bytes, size_t size_bytes) {
    static RateSet rates;
    static MonthLaw law;
    FuzzBytes input = {.bytes = bytes, .size_bytes = size_bytes};
    if (rates.memory == NULL) {
        Error error;
        fuzz_require(rate_set_load(NULL, &rates, &error) == STATUS_OK, "the built-in rates can be read");
    }
    Person person = take_person(&input);
    month_law_prepare(&rates.table, &person.policy, person.month, &law);
    require_person_promises(&rates.table, &law, &person);
}
