/* The limits of the engine: a participant beyond them is held, one at them is computed without overflow. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "engine/calc.h"
#include "io/law/rate_file.h"

static Result compute(int32_t rows, Money amount) {
    static MonthLaw law;
    RateSet rates;
    Error error;
    Result result;
    Policy policy = policy_default();
    cr_assert_eq(rate_set_load(NULL, &rates, &error), STATUS_OK, "%s", error.message);
    month_law_prepare(&rates.table, &policy, month_from_ym(2024, 3), &law);
    Deltager deltager = {.foedselsdato = date_from_ymd(1980, 1, 1), .doedsdato = DATE_NONE};
    cr_assert(cpr_parse("6101801234", 10, &deltager.cpr));
    Forloeb forloeb = {.startdato = date_from_ymd(2024, 1, 1),
                       .slutdato = DATE_NONE,
                       .bevilget_dato = date_from_ymd(2024, 1, 1),
                       .niveau_slutdato = DATE_NONE,
                       .tidligere_ydelse = TIDLIGERE_INGEN,
                       .ugebeloeb = MONEY_NONE};
    Indkomst *indkomst = calloc((size_t)rows, sizeof *indkomst);
    cr_assert_not_null(indkomst);
    for (int32_t i = 0; i < rows; i++) {
        indkomst[i] = (Indkomst){.klasse = KLASSE_LOEN,
                                 .dispositionsdato = date_from_ymd(2024, 3, 28),
                                 .loenperiode_start = date_from_ymd(2024, 1, 1),
                                 .loenperiode_slut = date_from_ymd(2024, 3, 31),
                                 .felt_0013 = amount,
                                 .felt_0014 = amount,
                                 .felt_0036 = amount,
                                 .felt_0147 = amount,
                                 .felt_0148 = amount};
    }
    Facts facts = {.deltager = &deltager,
                   .forloeb = &forloeb,
                   .forloeb_count = 1,
                   .indkomst = indkomst,
                   .indkomst_count = rows};
    calc_month(&law, &facts, NULL, &result);
    free(indkomst);
    rate_set_free(&rates);
    return result;
}

Test(calc_limits, the_most_and_largest_rows_are_summed_without_overflow) {
    Result result = compute(ROWS_PER_PARTICIPANT_MAX, (Money){AMOUNT_MAX_OERE});
    cr_expect_eq(result.udfald, UDFALD_NUL);
    Wide wage = (Wide)5 * AMOUNT_MAX_OERE * ROWS_PER_PARTICIPANT_MAX - 1632300;
    cr_expect_eq(result.amount[AMOUNT_fradrag_loen].oere, (int64_t)((wage * 55 + 50) / 100));
    result = compute(ROWS_PER_PARTICIPANT_MAX, (Money){-AMOUNT_MAX_OERE});
    cr_expect_eq(result.udfald, UDFALD_BETALES);
    cr_expect(finding_set_has(&result.findings, FINDING_NEGATIV_SUM));
}

Test(calc_limits, one_row_more_holds_the_person_and_nobody_else) {
    Result result = compute(ROWS_PER_PARTICIPANT_MAX + 1, (Money){1});
    cr_expect_eq(result.udfald, UDFALD_TILBAGEHOLDT);
    cr_expect(finding_set_has(&result.findings, FINDING_BEREGNING_FOR_STOR));
    cr_expect_eq(result.amount[AMOUNT_til_udbetaling].oere, 0);
    cr_expect_eq(compute(1, (Money){1}).udfald, UDFALD_BETALES);
}
