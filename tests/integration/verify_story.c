#define _GNU_SOURCE 1
#include "tests/integration/verify_story.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/code_list.h"
#include "io/proof/verify.h"
#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

/* Late income of two people, one of them unknown as yet; a replaced row and a withdrawn one. */
static const char late_income[] = "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                                  "N;LATE1;6110861018;01;2024-03-15;1500,00\n"
                                  "N;LATE2;7801801009;01;2024-03-15;1500,00\n"
                                  "R;LATE1;6110861018;01;2024-03-15;1750,00\n"
                                  "T;NONE;6110861018;01;2024-03-15;\n";
static const char newcomer[] = "cpr_nummer;kommunekode;navn\n7801801009;0101;Ny\n";
static const char ended_course[] = "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
                                   "T;F-0001;;;;\n";

static void night(const char *file, const char *text, int exit_code) {
    char *folder = temporary_folder();
    night_file(folder, file, text);
    night_load(folder, exit_code);
    temporary_folder_remove(folder);
}

/* People may be held, and rejects may be news. */
static void run_month(const char *month) {
    const char *const arguments[] = {"run", "--month", month, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "%s", process.err);
    process_free(&process);
}

static void failed_run(void) {
    const char *const arguments[] = {"run", "--month", "2024-03", NULL};
    const char *const environment[] = {"YDELSE_STOP_AT=run-planned", NULL};
    Process process = ydelse_run(arguments, environment);
    cr_assert_eq(process.signal, SIGKILL, "%s", process.err);
    process_free(&process);
}

static void pay_and_give_up(const char *first, const char *second) {
    pay_as(maker, "--allow-replacement-cpr", 1);
    approve_as(approver, first, 0);
    expect_emit(first, 0);
    expect_emit(first, 0);
    cancel_as(maker, second, 0);
}

/* A claim that is decided and closed takes its lines. */
static void close_claim(void) {
    Pg *finance = connect_as(maker);
    test_sql(finance, "SELECT ydelse.claim_decide(1, 'D-1', 'frafald', 'test', NULL)");
    test_sql(finance, "SELECT ydelse.claim_close(1, 'test')");
    pg_close(finance);
}

/* One payment is rejected, then accepted, which two people find to be wrong, and released; one is accepted. */
static void take_answers(void) {
    Pg *finance = connect_as(maker);
    test_sql(owner, "CREATE TABLE fixture.answered AS SELECT end_to_end_id AS id, row_number() OVER (ORDER "
                    "BY payment_id) AS n "
                    "FROM ydelse.payment WHERE state = 'sent' ORDER BY payment_id LIMIT 2;"
                    "GRANT USAGE ON SCHEMA fixture TO ydelse_finance; GRANT SELECT ON fixture.answered TO "
                    "ydelse_finance");
    test_sql(finance,
             "SELECT ydelse.answer_settle('svar.csv', 'nemkonto.csv', '', '', NULL, NULL, 'test', "
             "array_agg(n::integer), "
             "array_agg('transaction'::text), array_agg(id), array_agg(CASE n WHEN 1 THEN '7' ELSE '8' END), "
             "array_agg(NULL::text), array_agg(CASE n WHEN 1 THEN 'rejected' ELSE 'accepted' END)) FROM "
             "fixture.answered");
    test_sql(
        finance,
        "SELECT ydelse.answer_settle('svar.csv', 'nemkonto.csv', '', '', NULL, NULL, 'later', '{2}', "
        "'{transaction}', array_agg(id), '{8}', '{NULL}', '{accepted}') FROM fixture.answered WHERE n = 1");
    test_sql(finance,
             "SELECT ydelse.payment_resolve(id, 'ikke_betalt', 'test') FROM fixture.answered WHERE n = 1");
    Pg *second = connect_as(approver);
    test_sql(second,
             "SELECT ydelse.payment_resolve(id, 'ikke_betalt', 'test') FROM fixture.answered WHERE n = 1");
    pg_close(second);
    test_sql(finance, "SELECT ydelse.payment_release_again(NULL, 'test')");
    pg_close(finance);
}

void story_begin(void) {
    begin_month();
    test_sql(owner, "INSERT INTO ydelse.finance_municipality VALUES ('nobody', '0101'), ('nobody', '0461');"
                    "DELETE FROM ydelse.finance_municipality WHERE kommunekode = '0461'");
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    pay_and_give_up("1", "2");
    free(night_program(0, "postings", "--run", "1", NULL, NULL, NULL, NULL));
    free(night_program(0, "extract", "--run", "1", NULL, NULL, NULL, NULL));
    night("indkomst.csv", late_income, 1);
    failed_run();
    night("deltagere.csv", newcomer, 0);
    night("forloeb.csv", ended_course, 0);
    night_load("samples/fejl", 1);
    run_month("2024-03");
    close_claim();
    /* As if a month were old; the words of the function are those of test_pay.c. */
    test_sql(owner,
             "INSERT INTO ydelse.arrears_decision (number, after_run_id, line_id, amount_oere, decision_id) "
             "SELECT 1, max(run_id), 11, 100, 'AFG-1' FROM ydelse.run WHERE state = 'sealed'");
    night_load("samples/lille", 1);
    run_month("2024-04");
    pay_as(maker, "--allow-replacement-cpr", 1);
    take_answers();
    Error error;
    cr_assert_eq(code_lists_load(&error), STATUS_OK);
}

void story_end(void) {
    end_month();
}

Pg *story_superuser(void) {
    return connect_as(getenv("YDELSE_TEST_SUPERUSER"));
}

char *story_tampered(Pg *superuser, const char *sql, long long *wrong) {
    Error error = {.status = STATUS_OK};
    char *text = NULL;
    size_t size = 0;
    VerifyReport *report = verify_report_begin();
    test_sql(superuser, "BEGIN; SET LOCAL session_replication_role = replica");
    const bool done = pg_script(superuser, sql, &error) == STATUS_OK;
    if (done) {
        FILE *out = open_memstream(&text, &size);
        const Status status = verify_checks(superuser, report, NULL, &error);
        cr_expect_eq(status, STATUS_OK, "%s: %s %s", sql, error.message, error.detail);
        verify_report_print(report, TABLE_TEXT, false, out, &error);
        fclose(out);
    } else {
        cr_expect(strncmp(error.sqlstate, "23", 2) == 0 || strcmp(error.sqlstate, "428C9") == 0, "%s: %s %s",
                  sql, error.sqlstate, error.message);
    }
    *wrong = (long long)verify_wrong_count(report);
    verify_report_free(report);
    test_sql(superuser, "ROLLBACK");
    return text;
}
