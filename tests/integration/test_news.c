/* What a night reports as news, and what it knows: exit codes, ages, lists. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define DELTAGERE "cpr_nummer;kommunekode\n"
#define FORLOEB "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
#define ANNA "6101011001"
#define BO "6201011002"

/* Runs a month and looks for two texts in what it prints. */
static void run_expect(const char *month, int exit_code, const char *first, const char *second) {
    char *out = night_program(exit_code, "run", "--month", month, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(out, first), "%s: not found in\n%s", first, out);
    cr_expect(second == NULL || strstr(out, second) != NULL, "%s: not found in\n%s", second, out);
    free(out);
}

/* Anna is held for March: two courses begin on the same day. */
static void set_up(void) {
    night_begin();
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n" BO ";0461\n", 0);
    night_load_text("forloeb.csv",
                    FORLOEB "N;F1;" ANNA ";JA;2024-01-01;INGEN\nN;F2;" ANNA ";RF;2024-01-01;INGEN\n"
                            "N;F3;" BO ";JA;2024-01-01;INGEN\n",
                    0);
}

TestSuite(news, .init = set_up, .fini = night_end);

Test(news, who_is_held_is_news_once) {
    run_expect("2024-03", 1, "tilbageholdte personer, FORLOEB_SAMME_START: 1", NULL);
    run_expect("2024-03", 0, "ingen nye afvisninger",
               "kendte tilbageholdte personer: 1, \xC3\xA6ldste 0 dage");
    run_expect("2024-04", 0, "ingen nye afvisninger", "kendte tilbageholdte personer: 1");
    night_expect_number("SELECT count(*) FROM ydelse.held_open WHERE since_run_id = 1", 2);
    night_load_text("forloeb-2.csv", FORLOEB "N;F4;" BO ";RF;2024-01-01;INGEN\n", 0);
    run_expect("2024-04", 1, "tilbageholdte personer, FORLOEB_SAMME_START: 1",
               "kendte tilbageholdte personer: 1");
    run_expect("2024-04", 0, "ingen nye", "kendte tilbageholdte personer: 2");
    night_load_text("forloeb-3.csv", FORLOEB "T;F2;;;;\nT;F4;;;;\n", 0);
    char *out = night_program(0, "run", "--month", "2024-04", NULL, NULL, NULL, NULL);
    cr_expect_null(strstr(out, "kendte"), "%s", out);
    free(out);
    night_expect_number("SELECT count(*) FROM ydelse.held_open", 0);
    night_load_text("forloeb-4.csv", FORLOEB "R;F2;" ANNA ";RF;2024-01-01;INGEN\n", 0);
    run_expect("2024-04", 1, "tilbageholdte personer, FORLOEB_SAMME_START: 1", NULL);
    night_expect_number("SELECT min(since_run_id) FROM ydelse.held_open", 7);
}

Test(news, a_reject_is_news_until_the_next_night) {
    night_load_text("forloeb-2.csv", FORLOEB "T;F2;;;;\nN;F9;" BO ";RX;2024-01-01;INGEN\n", 1);
    run_expect("2024-03", 1, "afviste r\xC3\xA6kker, UKENDT_KODE: 1. Skriv en af de koder", NULL);
    run_expect("2024-03", 0, "ingen nye", "kendte afviste r\xC3\xA6kker: 1, \xC3\xA6ldste 0 dage");
    night_load_text("forloeb-3.csv", FORLOEB "N;F9;" BO ";RF;2024-02-01;INGEN\n", 0);
    char *out = night_program(0, "run", "--month", "2024-03", NULL, NULL, NULL, NULL);
    cr_expect_null(strstr(out, "kendte"), "%s", out);
    free(out);
}

Test(news, a_dry_run_tells_the_news_and_notes_nothing) {
    free(night_program(1, "run", "--month", "2024-03", "--dry-run", NULL, NULL, NULL));
    night_expect_number("SELECT count(*) FROM ydelse.held_event", 0);
    run_expect("2024-03", 1, "FORLOEB_SAMME_START: 1", NULL);
}

Test(news, the_held_are_listed_with_age_and_advice) {
    char today[32];
    night_run("2024-03", 1);
    free(night_program(0, "run", "--month", "2024-04", NULL, NULL, NULL, NULL));
    char *later = test_sql_text(night_pg, "SELECT current_date + 12");
    snprintf(today, sizeof today, "drift.idag=%s", later);
    char *out = night_program(1, "held", "--set", today, "--format", "csv", NULL, NULL);
    char expected[256];
    char *date = test_sql_text(night_pg, "SELECT current_date");
    snprintf(expected, sizeof expected,
             ANNA ";0101;FORLOEB_SAMME_START;2;2024-03;2024-04;1;%s;12;Find ud af, hvilket forl\xC3\xB8"
                  "b der g\xC3\xA6lder, og tr\xC3\xA6k det andet tilbage (T).\n",
             date);
    cr_expect_not_null(strstr(out, expected), "%s: not found in\n%s", expected, out);
    free(out);
    out = night_program(0, "status", "--set", today, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(out, "tilbageholdte personer: 1, \xC3\xA6ldste 12 dage"), "%s", out);
    free(out);
    out = night_program(0, "status", "--json", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(out, "\"held_oldest_days\": 0"), "%s", out);
    free(out);
    out = night_program(0, "status", "--format", "csv", NULL, NULL, NULL, NULL);
    cr_expect_eq(strncmp(out, "felt;vaerdi\n", 12), 0);
    cr_expect_not_null(strstr(out, "\nheld_oldest_days;0\n"), "%s", out);
    cr_expect_not_null(strstr(out, "\nruns.1.state;sealed\n"), "%s", out);
    cr_expect_not_null(strstr(out, "\ndelivery.rows_read;"), "%s", out);
    free(out);
    free(night_program(64, "status", "--format", "xml", NULL, NULL, NULL, NULL));
    free(later);
    free(date);
}
