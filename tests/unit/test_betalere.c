#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pay/betalere.h"
#include "tests/support/process.h"

#define HEADER "kommunekode;navn;cvr;se_nummer;konto_iban;bic;bemaerkning\n"

static Betalere betalere;

static Status load_text(const char *text, Error *error) {
    char *folder = temporary_folder();
    char path[4096];
    snprintf(path, sizeof path, "%s/betalere.csv", folder);
    write_text_file(path, text);
    const Status status = betalere_load(path, &betalere, error);
    temporary_folder_remove(folder);
    return status;
}

Test(betalere, the_built_in_table) {
    Error error = {.status = STATUS_OK};
    cr_assert_eq(betalere_load(NULL, &betalere, &error), STATUS_OK, "%s", error.message);
    const Betaler *row = betalere_find(&betalere, "0101");
    cr_assert_not_null(row);
    cr_expect_str_eq(row->navn, "Københavns Kommune");
    cr_expect_null(betalere_find(&betalere, "0102"));
    char *json = betalere_json(&betalere);
    cr_assert_not_null(json);
    cr_expect_not_null(strstr(json, "\"kommunekode\":\"0101\""));
    free(json);
}

Test(betalere, columns_in_any_order_and_quotes) {
    Error error = {.status = STATUS_OK};
    cr_assert_eq(load_text("bic;navn;cvr;se_nummer;konto_iban;kommunekode;bemaerkning\n"
                           "FIKTDKK0;\"Kommunen \"\"A\"\"; Øst\";00010103;;DK9399990000000101;0101;\n",
                           &error),
                 STATUS_OK, "%s", error.message);
    cr_expect_str_eq(betalere.rows[0].navn, "Kommunen \"A\"; Øst");
    char *json = betalere_json(&betalere);
    cr_expect_not_null(strstr(json, "\"navn\":\"Kommunen \\\"A\\\"; Øst\""), "%s", json);
    free(json);
}

Test(betalere, what_is_refused) {
    static const struct {
        const char *text;
        const char *message; /* part of it */
    } cases[] = {
        {"", "no header"},
        {"kommunekode;navn;cvr;se_nummer;konto_iban;bic\n", "column is missing"},
        {"kommunekode;navn;cvr;se_nummer;konto_iban;bic;bemaerkning;x\n", "too many"},
        {HEADER "101;A;00010103;;DK9399990000000101;FIKTDKK0;\n", ":2: kommunekode"},
        {HEADER "0101;;00010103;;DK9399990000000101;FIKTDKK0;\n", "navn"},
        {HEADER "0101;A;0001010;;DK9399990000000101;FIKTDKK0;\n", "cvr"},
        {HEADER "0101;A;00010103;1;DK9399990000000101;FIKTDKK0;\n", "se_nummer"},
        {HEADER "0101;A;00010103;;DK9499990000000101;FIKTDKK0;\n", "konto_iban"},
        {HEADER "0101;A;00010103;;DK939999000000010;FIKTDKK0;\n", "konto_iban"},
        {HEADER "0101;A;00010103;;SE9399990000000101;FIKTDKK0;\n", "konto_iban"},
        {HEADER "0101;A;00010103;;DK9399990000000101;FIKT;\n", "bic"},
        {HEADER "0101;A;00010103;;DK9399990000000101;fiktdkk0;\n", "bic"},
        {HEADER "0101;A;00010103;;DK9399990000000101;FIKT1KK0;\n", "bic"},
        {HEADER "0101;A;00010103;;DK9399990000000101;FIKTDKK0\n", "number of fields"},
        {HEADER "0101;A;000101031;;DK9399990000000101;FIKTDKK0;\n", "too long"},
        {HEADER
         "0101;A;00010103;;DK9399990000000101;FIKTDKK0;\n0101;B;00010103;;DK9399990000000101;FIKTDKK0;\n",
         ":3: kommunekode: this municipality"},
        {HEADER "0101;\"A;00010103;;DK9399990000000101;FIKTDKK0;\n", "no CSV"},
        {HEADER "0101;\xC3;00010103;;DK9399990000000101;FIKTDKK0;\n", "no CSV"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Error error = {.status = STATUS_OK};
        cr_expect_eq(load_text(cases[i].text, &error), STATUS_CONFIG, "case %zu: %s", i, cases[i].text);
        cr_expect_not_null(strstr(error.message, cases[i].message), "case %zu: '%s', expected '%s'", i,
                           error.message, cases[i].message);
    }
    Error error = {.status = STATUS_OK};
    cr_expect_eq(betalere_load("/there/is/no/such/file", &betalere, &error), STATUS_NO_INPUT);
}

Test(betalere, iban) {
    cr_expect(iban_is_danish("DK5000400440116243")); /* the example of the IBAN registry */
    cr_expect(!iban_is_danish("DK5100400440116243"));
    cr_expect(!iban_is_danish("DK5000400440116234"));
    cr_expect(!iban_is_danish(""));
    cr_expect(!iban_is_danish("DK"));
}
