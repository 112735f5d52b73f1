/* Explanations: the words and numbers people read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/explanation.h"
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
    } cases[] = {{{FACTOR_KRONER, 1638200, 1}, "16.382,00 kr."}, {{FACTOR_PERCENT, 3000, 10000}, "30 %"},
                 {{FACTOR_PERCENT, 210, 10000}, "2,1 %"},        {{FACTOR_PERCENT, 75, 10000}, "0,75 %"},
                 {{FACTOR_HOURS, 1650, 100}, "16,5 timer"},      {{FACTOR_DAYS, 17, 31}, "17/31 dage"},
                 {{FACTOR_SHARE, 52, 12}, "52/12"},              {{FACTOR_NONE, 0, 0}, ""}};
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
    const char *arguments[] = {"explain", "--cpr",    "8702941009", "--month", "2024-03", "--input", "samples/lille",
                               "--format", format, "--lang", language, NULL};
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
    Process process = shell_run("echo 6112881008 | \"$YDELSE_PROGRAM\" explain --cpr - --month 2024-03 --input samples/lille");
    cr_expect_not_null(strstr(process.out, "[OBS: kun set i én svagere kilde]"), "%s", process.out);
    process_free(&process);
}

Test(explanation, someone_without_a_benefit_is_told_so) {
    Process process = shell_run("\"$YDELSE_PROGRAM\" explain --cpr 8702941009 --month 2013-01 --input samples/lille");
    cr_expect_eq(process.exit_code, 65);
    cr_expect_not_null(strstr(process.err, "no day of it is active"));
    process_free(&process);
    process = shell_run("\"$YDELSE_PROGRAM\" explain --cpr 123 --month 2024-03 --input samples/lille");
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
}
