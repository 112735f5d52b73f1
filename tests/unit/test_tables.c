/* The tables of the engine keep their promises: sorted, complete, distinct. */
#include <criterion/criterion.h>
#include <string.h>

#include "engine/finding.h"
#include "engine/policy.h"
#include "engine/result.h"
#include "engine/rule.h"
#include "engine/work.h"

Test(tables, finding_codes_are_sorted_so_that_fund_is_sorted) {
    for (int i = 1; i < FINDING_COUNT; i++) {
        cr_expect_lt(strcmp(finding_table[i - 1].code, finding_table[i].code), 0, "%s",
                     finding_table[i].code);
    }
    size_t all = 0;
    for (int i = 0; i < FINDING_COUNT; i++) {
        const FindingDefinition *finding = &finding_table[i];
        all += strlen(finding->code) + 1;
        cr_expect(finding->sentence_da[0] && finding->sentence_en[0] && finding->advice_da[0] &&
                      finding->advice_en[0],
                  "%s has an empty text", finding->code);
    }
    cr_expect_lt(all, (size_t)FINDING_LIST_SIZE);
}

Test(tables, a_set_of_findings_prints_each_code_once_without_info) {
    FindingSet set = {{0}};
    char text[FINDING_LIST_SIZE];
    cr_expect_eq(finding_set_format(&set, text), 0);
    cr_expect_str_eq(text, "");
    finding_set_add(&set, FINDING_UGEBELOEB_MANGLER);
    finding_set_add(&set, FINDING_LOEN_UNDER_SYGDOM);
    finding_set_add(&set, FINDING_NEGATIV_SUM);
    finding_set_add(&set, FINDING_NEGATIV_SUM);
    cr_expect_eq((size_t)finding_set_format(&set, text), strlen("NEGATIV_SUM,UGEBELOEB_MANGLER"));
    cr_expect_str_eq(text, "NEGATIV_SUM,UGEBELOEB_MANGLER");
}

Test(tables, policies_take_their_values_and_no_others) {
    Policy policy = policy_default();
    char text[POLICY_TEXT_SIZE];
    for (int k = 0; k < POLICY_COUNT; k++) {
        for (int v = 0; v < POLICY_VALUES_MAX && policy_table[k].values[v] != NULL; v++) {
            cr_expect_lt(strlen(policy_table[k].values[v]), (size_t)POLICY_TEXT_SIZE);
            cr_expect_eq(policy_set(&policy, policy_table[k].key, policy_table[k].values[v]), POLICY_SET);
            policy_value_text(&policy, (PolicyKey)k, text);
            cr_expect_str_eq(text, policy_table[k].values[v]);
        }
        cr_expect_eq(policy_set(&policy, policy_table[k].key, "noget andet"), POLICY_UNKNOWN_VALUE);
    }
    cr_expect_eq(policy_set(&policy, "ukendt", "ja"), POLICY_UNKNOWN_KEY);
    static const char *const percents[] = {"0", "7", "42", "100"};
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        cr_expect_eq(policy_set(&policy, "modregning_pct", percents[i]), POLICY_SET);
        policy_value_text(&policy, POLICY_MODREGNING_PCT, text);
        cr_expect_str_eq(text, percents[i]);
    }
    static const char *const bad[] = {"", "101", "-1", "1000", "07", "x", "1,5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(policy_set(&policy, "modregning_pct", bad[i]), POLICY_UNKNOWN_VALUE, "'%s'", bad[i]);
    }
}

Test(tables, rules_have_months_and_texts) {
    for (int i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = &rule_table[i];
        Month first, last;
        cr_expect(month_parse(rule->first_month, (uint32_t)strlen(rule->first_month), &first), "%s",
                  rule->id);
        bool ends = rule->last_month[0] != '\0';
        cr_expect(!ends || month_parse(rule->last_month, (uint32_t)strlen(rule->last_month), &last), "%s",
                  rule->id);
        cr_expect(rule->act[0] && rule->paragraph[0] && rule->sentence_da[0] && rule->sentence_en[0], "%s",
                  rule->id);
    }
}

Test(tables, the_result_header_is_the_contracts) {
    cr_expect_str_eq(
        result_header,
        "cpr_nummer;maaned;udfald;aktive_dage;brutto;fradrag_loen;fradrag_sygeloen;fradrag_tilbud;"
        "fradrag_anden;fradrag_ferie;efter_indkomst;sanktion;ydelse;atp_egen;atp_kommune;pension;skat;"
        "til_udbetaling;fund\n");
}

/* The notes of steps spell codes as the input files do. */
Test(tables, kinds_of_periods_and_schemes_have_the_names_of_the_input) {
    static const char *const periods[] = {"HJEMMEBOENDE",
                                          "SELVSTAENDIG_KVART",
                                          "SELVSTAENDIG_HALV",
                                          "MINDSTESATS",
                                          "FERIE",
                                          "UDLAND",
                                          "FAENGSEL",
                                          "OPHOER",
                                          "SPAERRING"};
    for (int i = PERIODE_HJEMMEBOENDE; i <= PERIODE_SPAERRING; i++) {
        cr_expect_str_eq(periode_art_name((PeriodeArt)i), periods[i]);
    }
    cr_expect_str_eq(ordning_name(ORDNING_RF), "RF");
    cr_expect_str_eq(ordning_name(ORDNING_JA), "JA");
}

Test(tables, a_finding_is_found_by_its_whole_code) {
    for (int i = 0; i < FINDING_COUNT; i++) {
        cr_expect(finding_find(finding_table[i].code) == &finding_table[i], "%s", finding_table[i].code);
    }
    cr_expect_null(finding_find("RF_LUKKE"));
    cr_expect_null(finding_find(""));
}
