/* Answers that contradict themselves, which two people resolve, and answers that come before their payments. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/settle_fixture.h"

TestSuite(resolve, .init = settle_begin, .fini = settle_end);

/* --- Resolving a contradiction ------------------------------------------------------------------------------------- */

static void resolve_as(const char *user, const char *cpr, const char *outcome, int expected,
                       const char *part) {
    char *id = eeid(cpr);
    const char *const arguments[] = {"resolve",      id,       "--outcome", outcome, "--reason",
                                     "bankens brev", "--lang", "en",        NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "resolve");
    cr_expect(strstr(process.out, part) != NULL || strstr(process.err, part) != NULL,
              "'%s' is missing in\n%s%s", part, process.out, process.err);
    process_free(&process);
    free(id);
}

static void expect_control(int expected, const char *part) {
    const char *const arguments[] = {"control", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, expected, "control");
    expect_part(process.err, part);
    process_free(&process);
}

Test(resolve, two_people_resolve_a_contradiction) {
    emitted_month();
    resolve_as(maker, BO, "betalt", 77, "is not one that was accepted after its rejection");
    nemkonto(BO, "9", 1, "rejected");
    nemkonto(BO, "8", 1, "ask the bank");
    expect_control(1, "1 rejected and later accepted by the bank, 10.000,00 kr., of them 0 sent again");
    resolve_as(maker, BO, "maaske", 64, "expected betalt");
    resolve_as(maker, BO, "betalt", 0, "another person must give the same command");
    resolve_as(maker, BO, "betalt", 0, "another person must give the same command");
    expect_text(states_sql, "sent rejected sent");
    expect_rejected(";MODSTRID;9;");
    expect_rejected(";betalt;");
    resolve_as(approver, BO, "ikke_betalt", 0, "proposed as ikke_betalt"); /* they do not agree */
    resolve_as(maker, BO, "betalt", 0, "proposed as betalt");
    expect_text(states_sql, "sent rejected sent");
    resolve_as(approver, BO, "betalt", 0, "the payment stands");
    expect_text(states_sql, "sent accepted sent");
    expect_number("SELECT fixture.paid('" BO "')", 1000000);
    expect_number("SELECT count(*) FROM ydelse.owed_open WHERE cpr = '" BO "'", 0);
    resolve_as(maker, BO, "ikke_betalt", 77, "is not one");
    /* The answer was lost: either of them may ask again. */
    resolve_as(approver, BO, "betalt", 0, "was resolved as betalt already");
    resolve_as(maker, BO, "betalt", 0, "was resolved as betalt already");
    expect_number("SELECT count(*) FROM ydelse.payment_resolution WHERE confirms IS NOT NULL", 1);
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);
    expect_payments_verified();
    /* It comes back after all, and is accepted again: a new contradiction, for which the old word does not count. */
    nemkonto(BO, "7", 1, "came back");
    nemkonto(BO, "MODREGNET", 1, "ask the bank");
    resolve_as(maker, BO, "ikke_betalt", 0, "another person");
    resolve_as(approver, BO, "ikke_betalt", 0, "it can be paid again");
    expect_rejected(";AFVIST;7;");
    char *bo = eeid(BO);
    again_as(maker, bo, 0, "1 payment");
    free(bo);
    expect_payments_verified();
}

/* The money was owed less meanwhile: when the payment stands, that is a claim. */
Test(resolve, what_stands_again_can_be_a_claim) {
    emitted_month();
    nemkonto(BO, "9", 1, "rejected");
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000000, 2024-03 " BO
                    " 900000, 2024-03 " CARLA " 234567');");
    nemkonto(BO, "8", 1, "ask the bank");
    expect_number("SELECT count(*) FROM ydelse.claim", 0);
    resolve_as(maker, BO, "betalt", 0, "proposed");
    resolve_as(approver, BO, "betalt", 0, "stands");
    expect_number("SELECT amount_oere FROM ydelse.claim", 100000);
    expect_number("SELECT count(*) FROM ydelse.claim_mismatch", 0);
    expect_payments_verified();
}

/* Paid again before the bank says that the first one went through: one of the two must come back first. */
Test(resolve, perhaps_paid_twice) {
    emitted_month();
    nemkonto(BO, "9", 1, "rejected");
    char *first = eeid(BO);
    again_as(maker, "all", 0, "1 payment");
    pay_as(maker, "--allow-replacement-cpr", 0);
    char text[512];
    snprintf(text, sizeof text, "end_to_end_id;svar;tidspunkt\n%s;8;2024-04-02\n", first);
    settle_as(maker, text, NULL, 1, "ask the bank");
    expect_rejected(";MODSTRID;9;");
    approve_as(approver, "3", 0);
    expect_emit("3", 0);
    expect_rejected(";DOBBELT;9;");
    expect_control(1, "of them 1 sent again");
    Pg *finance = connect_as(maker);
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT ydelse.payment_resolve('%s', 'betalt', 'x')", first);
    cr_expect_str_eq(test_sql_sqlstate(finance, sql), "YD024");
    /* The second one comes back: the first one stands. */
    nemkonto(BO, "9", 1, "rejected");
    expect_rejected(";MODSTRID;9;");
    test_sql(finance, sql);
    pg_close(finance);
    Pg *second = connect_as(approver);
    test_sql(second, sql);
    pg_close(second);
    expect_text(states_sql, "sent accepted sent rejected");
    expect_number("SELECT fixture.paid('" BO "')", 1000000);
    expect_payments_verified();
    free(first);
}

/* --- Answers before their payments -------------------------------------------------------------------------------- */

/* What a file says of payments that are not there or not sent yet is used when they are, once. */
Test(resolve, answers_that_came_too_early) {
    char text[512];
    three_people();
    char *lines = test_sql_text(owner, "SELECT string_agg('YD' || line_id || '-1;' || CASE cpr WHEN '" BO
                                       "' THEN '7' ELSE '8' END || ';2024-03-28', E'\n' ORDER BY cpr)"
                                       " FROM ydelse.payment_line_open");
    snprintf(text, sizeof text, "end_to_end_id;svar;tidspunkt\n%s\n", lines);
    settle_as(maker, text, NULL, 1, "read the file again should it come");
    expect_number("SELECT (ydelse.status_answers('2024-03-20') ->> 'unknown_answers')::bigint", 3);
    pay_as(maker, "--allow-replacement-cpr", 0);
    settle_as(maker, text, NULL, 0, "was read before, as answer file 1"); /* not sent */
    approve_as(approver, "1", 0);
    approve_as(approver, "2", 0);
    expect_emit("1", 0);
    settle_as(maker, text, "--dry-run", 1, "dry run");
    settle_as(maker, text, NULL, 1, "only the answers that could not be used then are used now");
    expect_text(states_sql, "accepted rejected in_batch");
    expect_text(batches_sql, "settled approved");
    expect_number("SELECT (ydelse.status_answers('2024-03-20') ->> 'unknown_answers')::bigint", 1);
    again_as(maker, "all", 0, "1 payment");
    settle_as(maker, text, NULL, 0, "nothing was changed");
    expect_rejected(";FRIGIVET;7;"); /* the old rejection is not said again */
    expect_emit("2", 0);
    settle_as(maker, text, NULL, 0, "only the answers");
    settle_as(maker, text, NULL, 0, "nothing was changed");
    expect_text(states_sql, "accepted rejected accepted");
    expect_text("SELECT string_agg(reading || ':' || answer_count, ' ' ORDER BY answer_file_id) FROM "
                "ydelse.answer_file",
                "1:3 2:2 3:1");
    expect_number("SELECT (ydelse.status_answers('2024-03-20') ->> 'unknown_answers')::bigint", 0);
    expect_payments_verified();
    free(lines);
}
