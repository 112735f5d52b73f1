/* ydelse replay: what was sealed comes out again, from any run, on any machine, and what was changed is named. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define INCOME_HEADER "posttype;post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013\n"

TestSuite(replay, .init = night_begin, .fini = night_end);

static Process shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static Process shell(const char *format, ...) {
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return shell_run(command);
}

/* The program's answer must hold the words, and its exit code be this one. */
static void expect_answer(const char *arguments, int exit_code, const char *words) {
    Process process = shell("\"$YDELSE_PROGRAM\" replay %s", arguments);
    cr_expect_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", arguments, process.exit_code, process.out,
                 process.err);
    cr_expect(strstr(process.out, words) != NULL || strstr(process.err, words) != NULL,
              "%s: no \"%s\" in\n%s%s", arguments, words, process.out, process.err);
    process_free(&process);
}

/* A delivery of one file of income, and the night after it. */
static void income_night(const char *month, const char *name, const char *rows) {
    char text[1024];
    char *path = temporary_folder();
    snprintf(text, sizeof text, INCOME_HEADER "%s", rows);
    night_file(path, name, text);
    free(night_program(0, "run", "--month", month, "--input", path, NULL, NULL));
    temporary_folder_remove(path);
}

/* The samples, and three nights of March with news, a correction, and a withdrawal between them. */
static void four_runs(void) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    income_night("2024-03", "indkomst_1.csv", "N;NY-1;6112881008;00;ANDEN;2024-03-28;1000,00\n");
    income_night("2024-03", "indkomst_2.csv",
                 "R;NY-1;6112881008;00;ANDEN;2024-03-28;2500,00\n"
                 "N;NY-2;7405851002;00;ANDEN;2024-03-28;300,00\n");
    income_night("2024-03", "indkomst_3.csv", "T;NY-1;;;;;\n");
}

Test(replay, every_night_is_equal_after_later_corrections) {
    four_runs();
    expect_answer("--month 2024-03", 0, "kørsel 4, 2024-03");
    expect_answer("--run 1", 0, "66 resultater, 66 gemt, 0 afviger: ENS");
    expect_answer("--from 2024-01 --to 2024-12", 0, "4 kørsler beregnet igen, 0 afviger");
    expect_answer("--from 2024-01 --to 2024-12", 0, "replay: 4/4 run 4, 2024-03");
    expect_answer("--run 3 --format json", 0, "\"rows_that_differ\":0,\"equal\":true");
}

/* Later nights correct a month under other names; an auditor who asks for the month gets all of them. */
Test(replay, a_month_as_it_stands_is_every_run_that_it_holds_results_of) {
    free(night_program(1, "run", "--month", "2024-01", "--input", "samples/lille", NULL, NULL));
    night_run("2024-02", 0);
    night_run("2024-02", 0); /* no news */
    income_night("2024-03", "indkomst_1.csv", "N;NY-1;6112881008;00;ANDEN;2024-01-28;1000,00\n");
    income_night("2024-03", "indkomst_2.csv", "N;NY-2;7405851002;00;ANDEN;2024-03-28;300,00\n");
    income_night("2024-04", "indkomst_3.csv", "R;NY-1;6112881008;00;ANDEN;2024-01-28;1100,00\n");
    expect_answer("--month 2024-01", 0, "3 kørsler beregnet igen, 0 afviger");
    expect_answer("--month 2024-01", 0, "replay: 1/3 run 1, 2024-01");
    expect_answer("--month 2024-01", 0, "replay: 2/3 run 4, 2024-03");
    expect_answer("--month 2024-01", 0, "replay: 3/3 run 6, 2024-04");
    expect_answer("--month 2024-02", 0, "kørsel 2, 2024-02");
    expect_answer("--month 2024-01 --data-as-of 2", 0, "2 kørsler beregnet igen, 0 afviger");
    expect_answer("--month 2024-01 --data-as-of 1", 0, "kørsel 1, 2024-01");
    /* What is changed in a run that corrected the month is found by asking for the month. */
    test_sql(night_pg, "ALTER TABLE ydelse.result_6 DISABLE TRIGGER USER; "
                       "UPDATE ydelse.result_6 SET brutto = brutto + 1 WHERE month = '2024-01-01'");
    expect_answer("--month 2024-01", 1, "6;2024-01;6112881008;brutto;");
    /* A new full run holds all of it. */
    free(night_program(0, "run", "--month", "2024-04", "--full", NULL, NULL, NULL));
    expect_answer("--month 2024-01", 0, "kørsel 7, 2024-04");
}

Test(replay, a_history_of_twelve_months_is_equal_to_its_seals) {
    char month[16], rows[256];
    free(night_program(1, "run", "--month", "2024-01", "--input", "samples/lille", NULL, NULL));
    for (int m = 2; m <= 12; m++) {
        snprintf(month, sizeof month, "2024-%02d", m);
        night_run(month, 0);
        /* News of this month and of the one before, and a correction of what the month before brought. */
        snprintf(
            rows, sizeof rows,
            "N;A-%d;6112881008;00;ANDEN;2024-%02d-28;%d,00\nN;B-%d;7405851002;00;ANDEN;2024-%02d-28;%d00,00\n"
            "R;A-%d;6112881008;00;ANDEN;2024-%02d-28;17,50\n",
            m, m, 100 * m, m, m - 1, m, m - 1, m - 1);
        income_night(month, "indkomst_ny.csv", rows);
    }
    cr_expect_geq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.run WHERE state = 'sealed'"), 23);
    expect_answer("--from 2024-01 --to 2024-12", 0, "23 kørsler beregnet igen, 0 afviger");
}

Test(replay, what_was_known_later_is_not_used_unless_asked_for) {
    four_runs();
    /* The last run that knew at most delivery 2 is run 2, and equal. */
    expect_answer("--month 2024-03 --data-as-of 2", 0, "kørsel 2, 2024-03");
    expect_answer("--month 2024-03 --data-as-of 2124-01-01", 0, "kørsel 4, 2024-03");
    /* Run 1 with the data of delivery 3: the two persons of the later income differ, and the seal stands by what is stored. */
    expect_answer("--run 1 --data-as-of 3", 1, "1;2024-03;6112881008;fradrag_anden;0,00;2500,00;gemt");
    expect_answer("--run 1 --data-as-of 3", 1, "2 afviger: FORSKEL");
    expect_answer("--run 1 --data-as-of 3 --format csv", 1,
                  "1;2024-03;7405851002;fradrag_anden;0,00;300,00;gemt");
    expect_answer("--month 2024-03 --data-as-of 2013-01-01", 66, "nothing was loaded by 2013-01-01");
    expect_answer("--month 2024-03 --data-as-of 99", 66, "there is no delivery 99");
    expect_answer("--month 2024-03 --data-as-of aldrig", 64, "expected a time");
}

/* A night without news computes nobody: replaying it would prove nothing about the month. */
Test(replay, a_night_without_news_is_not_what_a_month_is_replayed_by) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    night_run("2024-03", 0);
    expect_answer("--month 2024-03", 0, "kørsel 1, 2024-03, natlig, beseglet");
    expect_answer("--month 2024-03 --data-as-of 1", 0, "66 resultater, 66 gemt, 0 afviger: ENS");
    expect_answer("--run 2", 0, "0 resultater, 0 gemt, 0 afviger: ENS");
    expect_answer("--from 2024-03 --to 2024-03", 0, "2 kørsler beregnet igen, 0 afviger");
}

Test(replay, other_rates_show_what_they_change) {
    char arguments[256];
    char *rates = temporary_folder(), *time;
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    time = test_sql_text(night_pg, "SELECT clock_timestamp()");
    Process process =
        shell("cp config/satser/*.csv %s && sed -i '/^ydelse;.*;2024-01-01;/s/,00;kr/,50;kr/' %s/ydelse.csv",
              rates, rates);
    cr_assert_eq(process.exit_code, 0);
    process_free(&process);
    process = shell("\"$YDELSE_PROGRAM\" run --month 2024-03 --rates %s", rates);
    cr_assert_leq(process.exit_code, 1, "%s", process.err);
    process_free(&process);
    expect_answer("--from 2024-03 --to 2024-03", 0, "2 kørsler beregnet igen, 0 afviger");
    snprintf(arguments, sizeof arguments, "--run 2 --law-as-of '%s'", time);
    expect_answer(arguments, 1, ";brutto;");
    snprintf(arguments, sizeof arguments, "--run 1 --law-as-of '%s'", time);
    expect_answer(arguments, 0, "ENS");
    expect_answer("--run 1 --law-as-of 2124-01-01", 1, "beregningen ender ikke i det, der blev beseglet");
    expect_answer("--run 1 --law-as-of 2013-01-01", 66, "no law was stored by this time");
    free(time);
    temporary_folder_remove(rates);
}

Test(replay, changed_rows_are_named_and_the_seal_says_who_is_right) {
    four_runs();
    test_sql(night_pg, "ALTER TABLE ydelse.result_1 DISABLE TRIGGER USER; "
                       "UPDATE ydelse.result_1 SET brutto = brutto + 1 WHERE cpr = '6112881008'; "
                       "DELETE FROM ydelse.result_1 WHERE cpr = '7405851002'; "
                       "UPDATE ydelse.result_1 SET cpr = '7001011234' WHERE cpr = '6302801019'");
    expect_answer("--run 1", 1, "1;2024-03;6112881008;brutto;16382,01;16382,00;beregnet");
    expect_answer("--run 1", 1, "1;2024-03;7405851002;raekke;;BETALES;beregnet");
    expect_answer("--run 1", 1,
                  "1;2024-03;7001011234;raekke;BETALES;;beregnet"); /* nobody that any fact knows */
    expect_answer("--run 1", 1,
                  "gemte resultater er ikke dem, der blev beseglet, i 4 af 256 delm\xC3\xA6ngder");
    expect_answer("--from 2024-03 --to 2024-03", 1, "4 kørsler beregnet igen, 1 afviger");
    /* A fact that was changed afterwards: the stored result is right, the calculation is not. */
    test_sql(night_pg, "ALTER TABLE ydelse.fact_indkomst DISABLE TRIGGER USER; "
                       "UPDATE ydelse.fact_indkomst SET felt_0013 = 900 WHERE post_id = 'NY-2'");
    expect_answer("--run 3", 1, "3;2024-03;7405851002;fradrag_anden;300,00;9,00;gemt");
    /* The hash of a bucket that was changed. */
    test_sql(night_pg, "ALTER TABLE ydelse.run_bucket DISABLE TRIGGER USER; "
                       "UPDATE ydelse.run_bucket SET digest = sha256('x') WHERE run_id = 2 AND bucket = 7");
    expect_answer("--run 2", 1, "delm\xC3\xA6ngdernes gemte hash giver ikke den hash, som seglet dækker");
}

Test(replay, nothing_is_written_and_the_right_to_read_is_enough) {
    char reader[64], auditor[64], batch[64], arguments[128];
    four_runs();
    test_role_create(night_pg, "laeser", "pg_read_all_data", reader);
    test_role_create(night_pg, "nat", "ydelse_batch", batch);
    test_role_create(night_pg, "rev", "ydelse_auditor", auditor);
    snprintf(arguments, sizeof arguments,
             "--from 2024-01 --to 2024-12 --dsn 'user=%s options=-cdefault_transaction_read_only=on'",
             reader);
    expect_answer(arguments, 0, "4 kørsler beregnet igen, 0 afviger");
    snprintf(arguments, sizeof arguments, "--run 1 --dsn user=%s", batch);
    expect_answer(arguments, 0, "ENS");
    /* An auditor's replay is logged, but in what the owner says is a copy. */
    snprintf(arguments, sizeof arguments, "--run 1 --dsn user=%s", auditor);
    expect_answer(arguments, 0, "ENS");
    snprintf(arguments, sizeof arguments,
             "--run 1 --dsn 'user=%s options=-cdefault_transaction_read_only=on'", auditor);
    expect_answer(arguments, 77, "cannot be logged");
    test_sql(night_pg, "SELECT ydelse.restored_copy_declare('til revisionen')");
    expect_answer(arguments, 0, "ENS");
}

Test(replay, a_restored_dump_gives_the_same_digests) {
    four_runs();
    char *name = test_sql_text(night_pg, "SELECT current_database() || '_kopi'");
    Process process = shell("createdb -T template0 %s && pg_dump \"$PGDATABASE\" | "
                            "psql -q -X -v ON_ERROR_STOP=1 -d %s >/dev/null",
                            name, name);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
    process = shell("\"$YDELSE_PROGRAM\" replay --from 2024-01 --to 2024-12 --dsn dbname=%s", name);
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    cr_expect_not_null(strstr(process.out, "4 kørsler beregnet igen, 0 afviger"), "%s", process.out);
    process_free(&process);
    process = shell("dropdb %s", name);
    process_free(&process);
    free(name);
}

Test(replay, what_is_asked_for_must_be_sealed_and_make_sense) {
    expect_answer("--month 2024-03", 66, "no run was sealed there");
    expect_answer("--run 7", 66, "there is no sealed run 7");
    expect_answer("--from 2024-01 --to 2024-12", 66, "no run was sealed there");
    expect_answer("", 64, "say which");
    expect_answer("--from 2024-01", 64, "belong together");
    expect_answer("--from 2024-01 --to 2024-02 --run 1", 64, "without --month and --run");
    expect_answer("--from 2024-01 --to 2024-02 --data-as-of 1", 64, "each run has its own data");
    expect_answer("--month 2024-13", 64, "expected YYYY-MM");
    expect_answer("--month 2024-03 --format xml", 64, "expected text, csv or json");
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    expect_answer("--run 1 --month 2024-04", 64, "run 1 is not of --month 2024-04");
}
