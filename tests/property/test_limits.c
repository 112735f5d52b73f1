/* Nothing overflows at the limits: amounts of AMOUNT_MAX_OERE either way, ROWS_PER_PARTICIPANT_MAX rows, the longest
 * periods a date can write. `make sanitize` runs this under UndefinedBehaviorSanitizer. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/calc.h"
#include "io/law/rate_file.h"
#include "tests/property/person.h"

#define ROWS ROWS_PER_PARTICIPANT_MAX

static const Date first_readable = {DATE_MIN_DAY};
static const Date last_readable = {DATE_MAX_DAY};

static RateSet rate_set;
static MonthLaw law;
static Deltager deltager;
static Forloeb forloeb;
static Facts facts;

/* Someone on a course since the act began, in March 2024. */
static void person_open(void) {
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rate_set, &error), STATUS_OK, "%s", error.message);
    Policy policy = policy_default();
    policy.value[POLICY_SKAT] = VALG_JA;
    month_law_prepare(&rate_set.table, &policy, month_from_ym(2024, 3), &law);
    deltager =
        (Deltager){.cpr = {6101801234}, .foedselsdato = date_from_ymd(1980, 1, 1), .doedsdato = DATE_NONE};
    forloeb = (Forloeb){.forloeb_id = {"F", 1},
                        .startdato = date_from_ymd(2014, 7, 1),
                        .slutdato = last_readable,
                        .bevilget_dato = date_from_ymd(2014, 7, 1),
                        .niveau_slutdato = last_readable,
                        .tidligere_ydelse = TIDLIGERE_SYGEDAGPENGE,
                        .ugebeloeb = {AMOUNT_MAX_OERE}};
    facts = (Facts){.deltager = &deltager, .forloeb = &forloeb, .forloeb_count = 1};
}

static void person_close(void) {
    rate_set_free(&rate_set);
}

TestSuite(property_limits, .init = person_open, .fini = person_close);

static void *rows_new(size_t size) {
    void *rows = calloc(ROWS, size);
    cr_assert_not_null(rows);
    return rows;
}

static Result calculated(void) {
    Result result;
    calc_month(&law, &facts, NULL, &result);
    cr_assert_geq(result.amount[AMOUNT_til_udbetaling].oere, 0);
    cr_assert_leq(result.amount[AMOUNT_til_udbetaling].oere, result.amount[AMOUNT_brutto].oere);
    return result;
}

/* ROWS rows of income of a class, every amount as large as the sign allows. */
static Indkomst *incomes(Klasse klasse, int64_t sign, bool longest_period) {
    Indkomst *rows = rows_new(sizeof *rows);
    Money most = {sign * AMOUNT_MAX_OERE}, least = {-sign * AMOUNT_MAX_OERE};
    for (int32_t i = 0; i < ROWS; i++) {
        rows[i] = (Indkomst){.klasse = klasse,
                             .dispositionsdato = date_from_ymd(2024, 3, 15),
                             .felt_0013 = most,
                             .felt_0014 = most,
                             .felt_0036 = most,
                             .felt_0038 = most,
                             .felt_0147 = most,
                             .felt_0148 = most,
                             .felt_0198 = least,
                             .felt_0200_hundredths = most.oere,
                             .loenperiode_start = longest_period ? first_readable : DATE_NONE,
                             .loenperiode_slut = longest_period ? last_readable : DATE_NONE};
    }
    facts.indkomst = rows;
    facts.indkomst_count = ROWS;
    return rows;
}

Test(property_limits, income_of_every_class) {
    for (int scheme = 0; scheme < 2; scheme++) {
        forloeb.ordning = (Ordning)scheme;
        for (int32_t klasse = KLASSE_NONE; klasse <= KLASSE_IGNORER; klasse++) {
            for (int32_t variant = 0; variant < 4; variant++) {
                Indkomst *rows = incomes((Klasse)klasse, variant & 1 ? 1 : -1, variant & 2);
                Result result = calculated();
                int64_t all = INT64_C(7) * AMOUNT_MAX_OERE * ROWS;
                if (klasse == KLASSE_ANDEN && variant == 1) {
                    cr_expect_eq(result.amount[AMOUNT_fradrag_anden].oere, all);
                }
                if (klasse == KLASSE_LOEN_SYGDOM && variant == 1 && forloeb.ordning == ORDNING_JA) {
                    cr_expect_eq(result.amount[AMOUNT_fradrag_sygeloen].oere, all);
                }
                free(rows);
            }
        }
    }
}

Test(property_limits, a_frikort_used_up_beyond_measure) {
    Indkomst *rows = incomes(KLASSE_FRIKORT, 1, false);
    for (int32_t i = 0; i < ROWS / 2; i++) {
        rows[i].dispositionsdato = date_from_ymd(2024, 1, 31);
    }
    cr_expect_eq(calculated().amount[AMOUNT_efter_indkomst].oere, 0);
    free(rows);
}

/* ROWS holidays as long as dates can write, or supplements. */
static Feriepenge *holidays(FerieArt art, int64_t sign) {
    Feriepenge *rows = rows_new(sizeof *rows);
    for (int32_t i = 0; i < ROWS; i++) {
        rows[i] = (Feriepenge){.art = art,
                               .ferieaar = 2023,
                               .foerste_feriedag = first_readable,
                               .sidste_feriedag = last_readable,
                               .udbetalingsdato = date_from_ymd(2024, 3, 1),
                               .antal_feriedage_hundredths = sign * 100000000,
                               .beloeb_brutto = {sign * AMOUNT_MAX_OERE}};
    }
    facts.feriepenge = rows;
    facts.feriepenge_count = ROWS;
    return rows;
}

Test(property_limits, holidays_and_supplements) {
    for (int32_t art = FERIE_FG; art <= FERIE_FF; art++) {
        for (int64_t sign = -1; sign <= 1; sign += 2) {
            Feriepenge *rows = holidays((FerieArt)art, sign);
            Result result = calculated();
            cr_expect_eq(result.amount[AMOUNT_fradrag_ferie].oere > 0, art == FERIE_FG && sign > 0);
            cr_expect_eq(result.amount[AMOUNT_fradrag_loen].oere > 0, art != FERIE_FG && sign > 0);
            free(rows);
        }
    }
}

Test(property_limits, more_different_holidays_than_fit_are_held) {
    Feriepenge *rows = holidays(FERIE_FG, 1);
    for (int32_t i = 0; i < ROWS; i++) { /* a prime number of days or of weekdays is among so many lengths */
        rows[i].sidste_feriedag = (Date){date_from_ymd(2024, 3, 1).day + i};
        rows[i].foerste_feriedag = date_from_ymd(2024, 3, 1);
    }
    Result result;
    calc_month(&law, &facts, NULL, &result);
    cr_expect_eq(result.udfald, UDFALD_TILBAGEHOLDT);
    cr_expect(finding_set_has(&result.findings, FINDING_BEREGNING_FOR_STOR));
    for (int32_t i = 0; i < ROWS; i++) { /* each in a week, but more days than anyone can count */
        rows[i].foerste_feriedag = date_from_ymd(2024, 3, 4);
        rows[i].sidste_feriedag = date_from_ymd(2024, 3, 8);
    }
    facts.feriepenge_count = 100;
    calc_month(&law, &facts, NULL, &result);
    cr_expect_neq(result.udfald, UDFALD_TILBAGEHOLDT);
    facts.feriepenge_count = ROWS;
    for (int64_t sign = -1; sign <= 1; sign += 2) {
        for (int32_t i = 0; i < ROWS; i++) {
            rows[i].antal_feriedage_hundredths = sign * (AMOUNT_MAX_OERE - 1);
            rows[i].sidste_feriedag = date_from_ymd(2024, 3, 6);
        }
        calc_month(&law, &facts, NULL, &result);
        cr_expect_neq(result.udfald, UDFALD_TILBAGEHOLDT, "10^17 days are still counted");
    }
    for (int32_t i = 0; i < ROWS;
         i++) { /* 21 of 22 weekdays in the month: the fraction cannot be made smaller */
        rows[i].antal_feriedage_hundredths = AMOUNT_MAX_OERE - 2;
        rows[i].foerste_feriedag = date_from_ymd(2024, 3, 1);
        rows[i].sidste_feriedag = date_from_ymd(2024, 4, 1);
    }
    calc_month(&law, &facts, NULL, &result);
    cr_expect_eq(result.udfald, UDFALD_TILBAGEHOLDT, "more than 10^18 parts of days");
    free(rows);
}

/* Public holidays make room for fewer days; in a holiday of more than a year nothing but its weekdays fits. */
Test(property_limits, a_holiday_of_a_year_and_one_of_a_day_more) {
    Feriepenge *rows = holidays(FERIE_FG, 1);
    facts.feriepenge_count = 1;
    for (int32_t more = 0; more < 2; more++) {
        rows->foerste_feriedag = date_from_ymd(2024, 3, 1);
        rows->sidste_feriedag = (Date){rows->foerste_feriedag.day + 365 + more};
        rows->antal_feriedage_hundredths =
            100 * date_weekdays(rows->foerste_feriedag, rows->sidste_feriedag) - 100;
        Result result = calculated();
        cr_expect_eq(finding_set_has(&result.findings, FINDING_FERIEDAGE_PASSER_IKKE), more == 1);
    }
    free(rows);
}

Test(property_limits, sanctions) {
    Sanktion *rows = rows_new(sizeof *rows);
    for (int32_t art = SANKTION_PERIODE; art <= SANKTION_TREDJEDEL; art++) {
        for (int32_t i = 0; i < ROWS; i++) {
            rows[i] = (Sanktion){.sanktion_id = {"S", 1},
                                 .art = (SanktionArt)art,
                                 .afgoerelse = true,
                                 .dage = 9999,
                                 .haendelsesdato = date_from_ymd(2024, 3, 1),
                                 .virkningsmaaned = month_from_ym(2024, 3),
                                 .foerste_dag = first_readable,
                                 .sidste_dag = last_readable};
        }
        facts.sanktioner = rows;
        facts.sanktioner_count = ROWS;
        cr_expect_gt(calculated().amount[AMOUNT_sanktion].oere, 0);
    }
    free(rows);
}

Test(property_limits, periods_children_and_cards) {
    Periode *perioder = rows_new(sizeof *perioder);
    Barn *boern = rows_new(sizeof *boern);
    Skattekort *kort = rows_new(sizeof *kort);
    for (int32_t i = 0; i < ROWS; i++) {
        perioder[i] =
            (Periode){.art = i % 2 == 0 ? PERIODE_MINDSTESATS : PERIODE_HJEMMEBOENDE,
                      .afgoerelse = true,
                      .foerste_dag = i < 62 ? (Date){date_from_ymd(2024, 3, 1).day + i / 2} : first_readable,
                      .sidste_dag = last_readable,
                      .beloeb = {AMOUNT_MAX_OERE - i}};
        boern[i] = (Barn){.forhold = FORHOLD_BIDRAG,
                          .i_riget = true,
                          .foedselsdato = date_from_ymd(2010, 1, 1),
                          .forsoergelse_fra = first_readable,
                          .forsoergelse_til = last_readable,
                          .bidrag_beloeb = {AMOUNT_MAX_OERE}};
        kort[i] = (Skattekort){.post_id = {"K", 1},
                               .korttype = KORT_HOVED,
                               .traekprocent_hundredths = 10000,
                               .foerste_dag = first_readable,
                               .sidste_dag = last_readable,
                               .maanedsfradrag = {AMOUNT_MAX_OERE},
                               .frikort_graense = {AMOUNT_MAX_OERE}};
    }
    deltager.foedselsdato = date_from_ymd(2001, 1, 1);
    facts.perioder = perioder;
    facts.boern = boern;
    facts.skattekort = kort;
    facts.perioder_count = facts.boern_count = facts.skattekort_count = ROWS;
    Result result = calculated();
    cr_expect_eq(result.amount[AMOUNT_skat].oere, 0);
    cr_expect_gt(result.amount[AMOUNT_til_udbetaling].oere, 0);
    free(perioder);
    free(boern);
    free(kort);
}

Test(property_limits, courses) {
    Forloeb *rows = rows_new(sizeof *rows);
    for (int32_t i = 0; i < ROWS; i++) { /* each begins a day after the one before and never ends */
        rows[i] = forloeb;
        rows[i].startdato = (Date){date_from_ymd(2024, 3, 31).day - 60000 + i};
        rows[i].bevilget_dato = date_from_ymd(2014, 7, 1);
    }
    facts.forloeb = rows;
    facts.forloeb_count = ROWS;
    Result result = calculated();
    cr_expect_eq(result.aktive_dage, 31);
    cr_expect_neq(result.udfald, UDFALD_TILBAGEHOLDT);
    cr_expect(finding_set_has(&result.findings, FINDING_FORLOEB_OVERLAPPER));
    cr_expect(!finding_set_has(&result.findings, FINDING_FORLOEB_SAMME_START));
    free(rows);
}

/* One row more than the limit of any kind, and nothing is added up. */
Test(property_limits, one_row_too_many_is_held) {
    static int32_t *const counts[] = {
        &facts.forloeb_count,    &facts.boern_count,      &facts.perioder_count,  &facts.indkomst_count,
        &facts.feriepenge_count, &facts.sanktioner_count, &facts.skattekort_count};
    Facts of_one = facts;
    Forloeb *courses = calloc(ROWS + 1, sizeof *courses);
    char *others =
        calloc(ROWS + 1, sizeof(Indkomst) + sizeof(Feriepenge)); /* larger than a row of any kind */
    cr_assert(courses != NULL && others != NULL);
    for (int32_t i = 0; i <= ROWS; i++) {
        courses[i] = forloeb;
        courses[i].startdato = (Date){forloeb.startdato.day - ROWS + i};
        courses[i].slutdato = i == ROWS ? last_readable : courses[i].startdato;
    }
    for (size_t kind = 0; kind < sizeof counts / sizeof *counts; kind++) {
        facts = of_one;
        facts.forloeb = courses + ROWS;
        facts.boern = (void *)others;
        facts.perioder = (void *)others;
        facts.indkomst = (void *)others;
        facts.feriepenge = (void *)others;
        facts.sanktioner = (void *)others;
        facts.skattekort = (void *)others;
        if (kind == 0) {
            facts.forloeb = courses;
        }
        *counts[kind] = ROWS + 1;
        Result result;
        calc_month(&law, &facts, NULL, &result);
        cr_expect_eq(result.udfald, UDFALD_TILBAGEHOLDT, "kind %zu", kind);
        cr_expect(finding_set_has(&result.findings, FINDING_BEREGNING_FOR_STOR), "kind %zu", kind);
    }
    free(courses);
    free(others);
}
