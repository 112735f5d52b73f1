/* Nights that expect files: absent, rejected, too small, overridden; on banking days. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define HEADER "filnavn;kommunekode;kalender;dage;mindst_procent;bemaerkning\n"
#define INDKOMST "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
#define ANNA "6101011001"

static char setting[4200];

/* An income file of a municipality with so many rows of the night. */
static void load_income(const char *name, int night, int rows) {
    char text[4096] = INDKOMST;
    for (int i = 0; i < rows; i++)
        sprintf(text + strlen(text), "I%d-%d;" ANNA ";00;2024-03-15;%d,00\n", night, i, i);
    night_load_text(name, text, 0);
}

/* Runs the month on a day; what is printed on stderr must hold the text. */
static void run_on(const char *date, int exit_code, const char *text, const char *override) {
    char today[64];
    snprintf(today, sizeof today, "drift.idag=%s", date);
    const char *const arguments[] = {
        "run",    "--month", "2024-03", "--set",
        setting,  "--set",   today,     override == NULL ? NULL : "--override-missing",
        override, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", date, process.exit_code, process.out,
                 process.err);
    cr_expect(strstr(process.err, text) != NULL, "%s: %s: not found in\n%s", date, text, process.err);
    if (text[0] == '\0')
        cr_expect_null(strstr(process.err, "mangler"), "%s: %s", date, process.err);
    process_free(&process);
}

static void expect(const char *table) {
    char text[1024];
    snprintf(text, sizeof text, HEADER "%s", table);
    night_file(night_folder, "forventet.conf", text);
}

static void set_up(void) {
    night_begin();
    snprintf(setting, sizeof setting, "drift.forventet=%s/forventet.conf", night_folder);
    night_load_text("deltagere.csv", "cpr_nummer;kommunekode\n" ANNA ";0101\n", 0);
    night_load_text(
        "forloeb.csv",
        "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF1;" ANNA ";JA;2024-01-01;INGEN\n", 0);
}

TestSuite(expected_input, .init = set_up, .fini = night_end);

#define RUNS "SELECT count(*) FROM ydelse.run"

Test(expected_input, an_absent_file_stops_the_run_before_it_computes) {
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\nsanktioner*;;maanedsdag;20;0;\n");
    run_on("2024-03-19", 65,
           "mangler: indkomst-0101-*.csv (kommune 0101), ventet 2024-03-19 (bankdag): ingen leverance", NULL);
    run_on("2024-03-19", 65, "mangler: sanktioner*, ventet 2024-02-20 (maanedsdag 20)", NULL);
    night_expect_number(RUNS, 0);
    load_income("indkomst-0461-1.csv", 1, 3);
    run_on("2024-03-19", 65, "2 of the expected input files", NULL);
    load_income("indkomst-0101-1.csv", 2, 3);
    run_on("2024-03-19", 65, "1 of the expected input files", NULL);
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\n");
    run_on("2024-03-19", 0, "", NULL);
    run_on("2024-03-19", 0, "", NULL);
    run_on("2024-03-20", 65, "ventet 2024-03-20", NULL);
    night_expect_number(RUNS, 2);
}

Test(expected_input, a_day_that_is_no_bank_day_expects_nothing_new) {
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\n");
    load_income("indkomst-0101-1.csv", 1, 3);
    run_on("2024-03-27", 0, "", NULL);
    run_on("2024-03-28", 0, "", NULL); /* Maundy Thursday */
    run_on("2024-04-01", 0, "", NULL); /* Easter Monday */
    run_on("2024-04-02", 65, "ventet 2024-04-02", NULL);
}

Test(expected_input, far_fewer_rows_than_last_time_stop_the_run) {
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\n");
    load_income("indkomst-0101-1.csv", 1, 9);
    run_on("2024-03-18", 0, "", NULL);
    load_income("indkomst-0101-2.csv", 2, 4);
    run_on("2024-03-19", 65, "4 r\xC3\xA6kker, ventet mindst 5 (50 % af sidst, 9)", NULL);
    load_income("indkomst-0101-3.csv", 3, 5);
    run_on("2024-03-19", 0, "", NULL);
    load_income("indkomst-0101-4.csv", 4, 3);
    run_on("2024-03-20", 0, "", NULL);
}

Test(expected_input, the_same_content_again_has_come_and_a_rejected_file_has_not) {
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\n");
    load_income("indkomst-0101-1.csv", 1, 3);
    run_on("2024-03-18", 0, "", NULL);
    night_load_text("indkomst-0101-2.csv", INDKOMST "I9;" ANNA ";00;2024-03-15;9,00\n#SLUT;2;9,00\n", 65);
    run_on("2024-03-19", 65, "indkomst-0101-2.csv kom, men er afvist som helhed", NULL);
    load_income("indkomst-0101-1.csv", 1, 3);
    night_expect_number("SELECT count(*) FROM ydelse.input_arrival", 1);
    run_on("2024-03-19", 1, "", NULL);
    run_on("2024-03-20", 65, "ingen leverance", NULL);
}

Test(expected_input, an_override_goes_on_and_is_kept_under_the_seal) {
    expect("indkomst-0101-*.csv;0101;bankdag;;50;\nindkomst-0461-*.csv;0461;bankdag;;50;\n");
    load_income("indkomst-0461-1.csv", 1, 3);
    run_on("2024-03-19", 64, "expected a reason", "  ");
    run_on("2024-03-19", 0, "mangler: indkomst-0101-*.csv", "Kommunen har lukket");
    char *reason = test_sql_text(night_pg, "SELECT reason FROM ydelse.run");
    cr_expect_not_null(
        strstr(reason, "Kommunen har lukket; mangler: indkomst-0101-*.csv (kommune 0101), ventet 2024-03-19"),
        "%s", reason);
    free(reason);
    night_expect_number(
        "SELECT count(*) FROM ydelse.run_missing WHERE kommunekode = '0101' AND problem = 'absent'", 1);
    night_expect_number(
        "SELECT (seal_text LIKE '%reason=' || encode(sha256(convert_to(reason, 'UTF8')), 'hex') || '%')::int "
        "FROM ydelse.run",
        1);
    run_on("2024-03-19", 0, "tilsidesat ved k\xC3\xB8rsel 1", NULL);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE reason IS NULL", 1);
    load_income("indkomst-0461-2.csv", 2, 3);
    run_on("2024-03-20", 65, "ventet 2024-03-20", NULL);
}

/* When everything is missing, the reason says how many, and the run goes on; run_missing names them all. */
Test(expected_input, an_override_of_many_files_fits_the_reason) {
    char table[1024] = "", long_reason[400];
    for (int i = 0; i < 20; i++)
        sprintf(table + strlen(table), "indkomst-%02d-*.csv;0101;bankdag;;50;\n", i);
    expect(table);
    memset(long_reason, 'x', 301);
    long_reason[301] = '\0';
    run_on("2024-03-19", 64, "at most 300 characters", long_reason);
    run_on("2024-03-19", 64, "leave CPR numbers out", "sag " ANNA);
    long_reason[300] = '\0';
    run_on("2024-03-19", 0, "mangler: indkomst-19-*.csv", long_reason);
    run_on("2024-03-20", 0, "mangler: indkomst-19-*.csv", "filserveren er nede");
    night_expect_number("SELECT count(*) FROM ydelse.run_missing WHERE run_id = 2", 20);
    char *reason = test_sql_text(night_pg, "SELECT reason FROM ydelse.run WHERE run_id = 2");
    cr_expect_not_null(strstr(reason, "filserveren er nede; mangler: indkomst-00-*.csv (kommune 0101)"), "%s",
                       reason);
    cr_expect_not_null(strstr(reason, "bragt den; og "), "%s", reason);
    free(reason);
}
