/* Explanations: the words and numbers people read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/explain/explain_words.h"
#include "tests/support/process.h"

Test(explanation, kroner_are_written_as_danes_and_english_write_them) {
    static const struct {
        int64_t oere;
        const char *danish, *english;
    } cases[] = {{0, "0,00", "0.00"},
                 {1107105, "11.071,05", "11,071.05"},
                 {99999, "999,99", "999.99"},
                 {100000, "1.000,00", "1,000.00"},
                 {-123456789, "-1.234.567,89", "-1,234,567.89"},
                 {-10000, "-100,00", "-100.00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[KRONER_TEXT_SIZE];
        kroner_format((Money){cases[i].oere}, true, text);
        cr_expect_str_eq(text, cases[i].danish);
        kroner_format((Money){cases[i].oere}, false, text);
        cr_expect_str_eq(text, cases[i].english);
    }
}

Test(explanation, factors_say_what_they_are) {
    static const struct {
        Factor factor;
        const char *danish;
    } cases[] = {{{FACTOR_KRONER, 1638200, 1}, "16.382,00 kr."},
                 {{FACTOR_PERCENT, 3000, 10000}, "30 %"},
                 {{FACTOR_PERCENT, 210, 10000}, "2,1 %"},
                 {{FACTOR_PERCENT, 75, 10000}, "0,75 %"},
                 {{FACTOR_HOURS, 1650, 100}, "16,5 timer"},
                 {{FACTOR_DAYS, 17, 31}, "17/31 dage"},
                 {{FACTOR_SHARE, 52, 12}, "52/12"},
                 {{FACTOR_NONE, 0, 0}, ""},
                 {{FACTOR_DAYS, 1, 1}, "1 dag"},
                 {{FACTOR_DAYS, 2, 0}, "2 dage"},
                 {{FACTOR_SHARE, 0, 1}, "0"},
                 {{FACTOR_AMOUNTS, 460498, 1293364}, "4.604,98/12.933,64"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[FACTOR_TEXT_SIZE];
        factor_format(&cases[i].factor, true, text);
        cr_expect_str_eq(text, cases[i].danish);
    }
    char text[WIDE_TEXT_SIZE];
    wide_format((Wide)INT64_MIN * 1000, text);
    cr_expect_str_eq(text, "-9223372036854775808000");
}

/* Runs explain for one person of the samples. */
static Process explain(const char *format, const char *language) {
    const char *arguments[] = {"explain",       "--cpr",    "8702941009", "--month", "2024-03", "--input",
                               "samples/lille", "--format", format,       "--lang",  language,  NULL};
    return ydelse_run(arguments, NULL);
}

Test(explanation, a_holiday_is_explained_in_every_format) {
    static const struct {
        const char *format, *language, *expected;
    } cases[] = {{"text", "da", "8.000,00 kr. x 5/10 dage = 4.000,00 kr.  (afrundet til hele øre)"},
                 {"text", "en", "8,000.00 kr. x 5/10 days = 4,000.00 kr.  (rounded to whole øre)"},
                 {"text", "da", "feriepenge.csv, linje 2"},
                 {"html", "da", "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"da\">"},
                 {"html", "en", "8,000.00 kr. × 5/10 days = <strong>4,000.00 kr.</strong>"},
                 {"json", "da", "{\"kind\":\"kroner_oere\",\"numerator\":\"800000\",\"denominator\":\"1\"}"},
                 {"json", "en", "\"adds_to\":\"fradrag_ferie\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Process process = explain(cases[i].format, cases[i].language);
        cr_expect_eq(process.exit_code, 0, "%s", process.err);
        cr_expect_not_null(strstr(process.out, cases[i].expected), "case %zu: '%s' is not in:\n%s", i,
                           cases[i].expected, process.out);
        process_free(&process);
    }
}

Test(explanation, a_rate_never_seen_in_print_is_marked) {
    Process process = shell_run(
        "echo 6112881008 | \"$YDELSE_PROGRAM\" explain --cpr - --month 2024-03 --input samples/lille");
    cr_expect_not_null(strstr(process.out, "[OBS: kun set i én svagere kilde]"), "%s", process.out);
    process_free(&process);
}

Test(explanation, someone_without_a_benefit_is_told_so) {
    Process process =
        shell_run("\"$YDELSE_PROGRAM\" explain --cpr 8702941009 --month 2013-01 --input samples/lille");
    cr_expect_eq(process.exit_code, 65);
    cr_expect_not_null(strstr(process.err, "no day of it is active"));
    process_free(&process);
    process = shell_run("\"$YDELSE_PROGRAM\" explain --cpr 123 --month 2024-03 --input samples/lille");
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
}

/* What a reader is told of one person of the samples in text. */
static void expect_told(const char *cpr, const char *policy, const char *const *expected) {
    const char *arguments[] = {"explain",
                               "--cpr",
                               cpr,
                               "--month",
                               "2024-03",
                               "--input",
                               "samples/lille",
                               policy == NULL ? NULL : "--policy",
                               policy,
                               NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    for (int i = 0; expected[i] != NULL; i++) {
        cr_expect_not_null(strstr(process.out, expected[i]), "'%s' is not in:\n%s", expected[i], process.out);
    }
    process_free(&process);
}

Test(explanation, what_is_told_adds_up) {
    expect_told(
        "7010811001", "skat=ja",
        (const char *const[]){
            "Til udbetaling: 8.179,00 kr. Ordning: ressourceforløb. Aktive dage: 31 af 31.",
            "  Sanktioner                                       -1.856,00\n",
            "12.326,00 kr. x 14/31 dage x 1/3 = 1.856,00 kr.  (afrundet til hele kroner)\n"
            "     Bygger på: sanktioner.csv, linje 5: afgørelse om en tredjedel, 18.–31. marts 2024\n",
            "     10.371,00 kr. - 4.600,00 kr. = 5.771,00 kr.\n     Bygger på: skattekort.csv, linje 43\n",
            "     10.470,00 kr. - 99,00 kr. - 2.192,00 kr. = 8.179,00 kr.\n", NULL});
    expect_told("8902841009", NULL,
                (const char *const[]){"     12.326,00 kr.; højst 8.000,00 kr.\n",
                                      "linje 14: afgørelse om højeste beløb, 1.–31. marts 2024\n", NULL});
    expect_told(
        "7402691004", NULL,
        (const char *const[]){"12.326,00 kr. - 15.000,00 kr. = -2.674,00 kr.; mindst 0,00 kr.\n", NULL});
    expect_told("7104881003", NULL,
                (const char *const[]){"     24/31 dage\n", "ophold i udlandet, 4.–10. marts 2024\n", NULL});
}

Test(explanation, days_are_written_as_people_say_them) {
    static const struct {
        const char *first, *last, *danish, *english;
    } cases[] = {
        {"2024-03-01", "2024-03-31", "1.–31. marts 2024", "1–31 March 2024"},
        {"2024-02-26", "2024-03-08", "26. februar–8. marts 2024", "26 February–8 March 2024"},
        {"2024-12-30", "2025-01-05", "30. december 2024–5. januar 2025", "30 December 2024–5 January 2025"},
        {"2024-02-29", "2024-02-29", "29. februar 2024", "29 February 2024"},
        {"2024-01-01", "", "1. januar 2024 og frem", "1 January 2024 onwards"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Date first, last = DATE_NONE;
        char text[DAYS_WORDS_SIZE];
        cr_assert(date_parse(cases[i].first, 10, &first));
        cr_assert(cases[i].last[0] == '\0' || date_parse(cases[i].last, 10, &last));
        days_words(first, last, true, text);
        cr_expect_str_eq(text, cases[i].danish);
        days_words(first, last, false, text);
        cr_expect_str_eq(text, cases[i].english);
    }
}

Test(explanation, every_rate_and_unit_has_words) {
    for (int i = 0; i < RATE_COUNT; i++) {
        cr_expect(rate_words((RateId)i, true) != NULL && rate_words((RateId)i, false) != NULL, "%s",
                  rate_series[i].name);
        cr_expect_not_null(unit_words(rate_series[i].unit, true), "%s", rate_series[i].unit);
    }
    char text[BASIS_WORDS_SIZE];
    basis_words("LAS par. 68 stk. 2, par. 69 j", text);
    cr_expect_str_eq(text, "LAS § 68 stk. 2, § 69 j");
}

Test(explanation, the_held_and_the_pensioned_are_told_no_scheme) {
    const char *held[] = {"explain", "--cpr",   "6206891007",    "--month",
                          "2024-03", "--input", "samples/lille", NULL};
    Process process = ydelse_run(held, NULL);
    cr_expect_not_null(strstr(process.out, "Personen er holdt tilbage"), "%s", process.out);
    cr_expect_null(strstr(process.out, "Ordning"), "%s", process.out);
    process_free(&process);
    const char *pensioned[] = {"explain", "--cpr",         "8810741008", "--month", "2024-03",
                               "--input", "samples/lille", "--format",   "json",    NULL};
    process = ydelse_run(pensioned, NULL);
    cr_expect_not_null(strstr(process.out, "\"ordning\":null"), "%s", process.out);
    cr_expect_not_null(
        strstr(process.out, "\"rows\":[{\"file\":\"forloeb.csv\",\"line\":57,\"note\":\"FOERTIDSPENSION\","),
        "%s", process.out);
    process_free(&process);
}
