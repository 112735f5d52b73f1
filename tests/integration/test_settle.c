/* Answers in: settle, rejected payments paid again, taken out, recalled; each step as the people who do it. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/settle_fixture.h"

TestSuite(settle, .init = settle_begin, .fini = settle_end);

/* --- From a rejection to the money --------------------------------------------------------------------------------- */

Test(settle, rejected_released_paid_again_settled) {
    emitted_month();
    nemkonto(ANNA, "8", 0, "1 of 2 payments have no answer");
    expect_text(batches_sql, "emitted emitted");
    nemkonto(BO, "7", 1, "No account was found");
    expect_text(states_sql, "accepted rejected sent");
    expect_text(batches_sql, "settled emitted");
    expect_rejected(";0101;2024-03;10000,00;AFVIST;7;;");

    /* It is owed, and stays out until somebody says so. */
    const char *const pay[] = {"pay", "--due", DUE, "--allow-replacement-cpr", "--lang", "en", NULL};
    Process process = run_as(maker, TODAY, pay);
    expect_exit(&process, 1, "pay");
    expect_part(process.out, "AFVIST");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);

    again_as(maker, "YD999-1", 77, "not a rejected one");
    char *id = eeid(BO);
    again_as(maker, id, 0, "1 payment, 10.000,00");
    again_as(maker, id, 0, "0 payments");
    free(id);
    expect_rejected(";FRIGIVET;7;");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_text("SELECT string_agg(right(end_to_end_id, 2), ' ' ORDER BY payment_id) FROM ydelse.payment "
                "WHERE cpr = '" BO "'",
                "-1 -2");
    approve_as(approver, "3", 0);
    expect_emit("3", 0);
    nemkonto(BO, "8", 0, "settled");
    expect_text(states_sql, "accepted rejected sent accepted");
    expect_number("SELECT fixture.paid('" BO "')", 1000000);
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.batch", 3);
    expect_text("SELECT string_agg(event, ' ' ORDER BY event_id) FROM ydelse.batch_event WHERE batch_id = 1",
                "made approved emitted answered answered settled released");
    expect_payments_verified();
}

Test(settle, the_same_file_twice) {
    emitted_month();
    nemkonto(BO, "9", 1, "rejected");
    nemkonto(BO, "9", 0, "was read before, as answer file 1");
    expect_number("SELECT count(*) FROM ydelse.payment_answer", 1);
    /* Other bytes that say the same. */
    char text[512];
    char *id = eeid(BO);
    snprintf(text, sizeof text, "svar;end_to_end_id;tidspunkt\r\n9;%s;2024-03-29T10:00:00Z\r\n#SLUT;1;\r\n",
             id);
    settle_as(maker, text, NULL, 0, "unchanged");
    expect_text(states_sql, "sent rejected sent");
    expect_number("SELECT count(*) FROM ydelse.answer_file WHERE sha256 = sha256(bytes)", 2);
    expect_payments_verified();
    free(id);
}

Test(settle, dry_run_changes_nothing) {
    emitted_month();
    char text[512];
    char *id = eeid(BO);
    snprintf(text, sizeof text, "end_to_end_id;svar;tidspunkt\n%s;7;2024-03-28\n", id);
    settle_as(maker, text, "--dry-run", 1, "nothing was changed");
    expect_number("SELECT count(*) FROM ydelse.answer_file", 0);
    expect_text(states_sql, "sent sent sent");
    free(id);
}

/* A pipe's writer is not waited for. */
Test(settle, what_is_no_file) {
    char pipe_path[512];
    snprintf(pipe_path, sizeof pipe_path, "%s/svar.csv", settle_folder);
    cr_assert_eq(mkfifo(pipe_path, 0600), 0);
    const char *const paths[] = {pipe_path, settle_folder, "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        Process process = run_as(maker, TODAY, (const char *const[]){"settle", paths[i], NULL});
        expect_exit(&process, 66, paths[i]);
        expect_part(process.err, "is no file");
        process_free(&process);
    }
    expect_number("SELECT count(*) FROM ydelse.answer_file", 0);
}

Test(settle, unknown_and_not_sent_are_kept) {
    emitted_month();
    settle_as(maker, "end_to_end_id;svar;tidspunkt\nYD7-1;7;2024-03-28\n" ANNA ";8;2024-03-28\n", NULL, 1,
              "about a payment that does not exist");
    expect_number(
        "SELECT count(*) FROM ydelse.payment_answer WHERE payment_id IS NULL AND effect = 'unknown'", 2);
    test_sql(owner, "SELECT fixture.person('" DAN "', '0461', 'Dan', NULL);"
                    "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567, 2024-03 " DAN " 5000');");
    pay_as(maker, "--allow-replacement-cpr", 0);
    nemkonto(DAN, "8", 1, "not sent");
    expect_text(states_sql, "sent sent sent in_batch");
    expect_payments_verified();
}

/* --- The state table ----------------------------------------------------------------------------------------------- */

Test(settle, the_state_table) {
    static const struct {
        const char *answers[3];
        const char *state;
        const char *effects;
    } cases[] = {
        {{"8", NULL}, "accepted", "accepted"},
        {{"7", NULL}, "rejected", "rejected"},
        {{"8", "8", NULL}, "accepted", "accepted unchanged"},
        {{"8", "9", NULL}, "rejected", "accepted returned"},
        {{"9", "8", NULL}, "rejected", "rejected contradiction"},
        {{"9", "7", NULL}, "rejected", "rejected unchanged"},
        {{"MODREGNET", NULL}, "accepted", "accepted"},
        {{"DOEDSFALD", NULL}, "rejected", "rejected"},
    };
    emitted_month();
    char *first = eeid(ANNA);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_sql(owner, "BEGIN");
        for (int k = 0; k < 3 && cases[i].answers[k] != NULL; k++) {
            char sql[1024];
            snprintf(
                sql, sizeof sql,
                "SELECT ydelse.answer_settle('x', 'nemkonto.csv', '', '', NULL, NULL, '%zu-%d'::bytea, '{2}',"
                " '{transaction}', '{%s}', '{%s}', '{NULL}', '{%s}')",
                i, k, first, cases[i].answers[k],
                strchr("8M", cases[i].answers[k][0]) != NULL ? "accepted" : "rejected");
            test_sql(owner, sql);
        }
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT state FROM ydelse.payment WHERE end_to_end_id = '%s'", first);
        expect_text(sql, cases[i].state);
        expect_text("SELECT string_agg(effect, ' ' ORDER BY answer_file_id) FROM ydelse.payment_answer",
                    cases[i].effects);
        test_sql(owner, "ROLLBACK");
    }
    free(first);
}

/* What came back after being accepted is owed again; an acceptance after a rejection is asked about, and passed over. */
Test(settle, contradictions) {
    emitted_month();
    nemkonto(ANNA, "8", 0, "accepted");
    nemkonto(ANNA, "9", 1, "came back after being accepted");
    nemkonto(BO, "9", 1, "rejected");
    nemkonto(BO, "8", 1, "ask the bank");
    expect_text(states_sql, "rejected rejected sent");
    expect_rejected(";MODSTRID;9;");
    again_as(maker, "all", 0, "1 payment");
    char *bo = eeid(BO);
    again_as(maker, bo, 77, "was accepted after its rejection");
    free(bo);
    expect_text(
        "SELECT string_agg(cpr, ' ') FROM ydelse.payment JOIN ydelse.payment_release USING (payment_id)",
        ANNA);
    expect_payments_verified();
}

/* --- pain.002 ------------------------------------------------------------------------------------------------------ */

#define PAIN_HEAD                                                                                            \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                           \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\">\n<CstmrPmtStsRpt>\n"                \
    "<GrpHdr><MsgId>SVAR1</MsgId><CreDtTm>2024-03-28T10:00:00</CreDtTm></GrpHdr>\n"
#define PAIN_TAIL "</CstmrPmtStsRpt>\n</Document>\n"

static void pain_group(char *text, size_t size, const char *batch, const char *rest) {
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT message_id FROM ydelse.payment_file WHERE batch_id = %s", batch);
    char *message = test_sql_text(owner, sql);
    snprintf(text, size,
             PAIN_HEAD "<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</"
                       "OrgnlMsgNmId>%s" PAIN_TAIL,
             message, rest);
    free(message);
}

Test(settle, pain002_at_three_levels) {
    char text[4096];
    char rest[1024];
    emitted_month();
    char *bo = eeid(BO);
    snprintf(rest, sizeof rest,
             "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><OrgnlCtrlSum>20000.00</OrgnlCtrlSum><GrpSts>ACCP</GrpSts></"
             "OrgnlGrpInfAndSts>\n"
             "<OrgnlPmtInfAndSts><OrgnlPmtInfId>x</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>%s</"
             "OrgnlEndToEndId>"
             "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></"
             "OrgnlPmtInfAndSts>\n",
             bo);
    pain_group(text, sizeof text, "1", rest);
    settle_as(maker, text, NULL, 1, "The account is closed");
    expect_text(states_sql, "accepted rejected sent");
    expect_text(batches_sql, "settled emitted");
    expect_text("SELECT string_agg(level || ' ' || effect, ', ' ORDER BY number) FROM ydelse.payment_answer",
                "message accepted, transaction rejected");
    /* The whole of the other batch. */
    pain_group(text, sizeof text, "2",
               "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 1, "Invalid file format");
    expect_text(batches_sql, "settled settled");
    expect_payments_verified();
    free(bo);
}

Test(settle, pain002_waiting_and_wrong_counts) {
    char text[4096];
    emitted_month();
    pain_group(text, sizeof text, "1",
               "<OrgnlNbOfTxs>3</OrgnlNbOfTxs><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 65, "batch 1 was sent with 2 of 20000,00 kr.");
    pain_group(text, sizeof text, "1",
               "<OrgnlCtrlSum>1.00</OrgnlCtrlSum><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 65, "payments of 1,00 kr.");
    settle_as(maker, "end_to_end_id;svar;tidspunkt\nYD1-1;8;2024-03-28\nYD1-1;9;2024-03-28\n", NULL, 65,
              "line 3: expected one answer per payment, this one has an answer on line 2");
    settle_as(maker, "end_to_end_id;svar;tidspunkt\nYD1-1;6;2024-03-28\n", NULL, 65,
              "expected svar: 7, 8, 9");
    expect_number("SELECT count(*) FROM ydelse.answer_file", 0);
    expect_text(states_sql, "sent sent sent");
    pain_group(text, sizeof text, "1", "<GrpSts>PDNG</GrpSts></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 0, "waiting for the bank");
    expect_text(states_sql, "sent sent sent");
    pain_group(text, sizeof text, "1", "<GrpSts>ACSP</GrpSts></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 0, "waiting for the bank");
    expect_text(states_sql, "sent sent sent");
    settle_as(maker,
              PAIN_HEAD "<OrgnlGrpInfAndSts><OrgnlMsgId>YDX-1</OrgnlMsgId><GrpSts>ACSC</GrpSts></"
                        "OrgnlGrpInfAndSts>" PAIN_TAIL,
              NULL, 1, "about a payment that does not exist");
    pain_group(text, sizeof text, "2", "<GrpSts>CANC</GrpSts></OrgnlGrpInfAndSts>"); /* needs no reason */
    settle_as(maker, text, NULL, 1, "Cancelled before it was executed");
    expect_text(states_sql, "sent sent rejected");
    expect_payments_verified();
}

/* The whole of a message that is read before its file is sent. */
Test(settle, an_early_message) {
    char text[2048];
    char message[128];
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    char *id = test_sql_text(owner, "SELECT ydelse.batch_message_id(1)");
    snprintf(message, sizeof message, "<OrgnlMsgId>%s</OrgnlMsgId><GrpSts>ACSC</GrpSts>", id);
    snprintf(text, sizeof text, PAIN_HEAD "<OrgnlGrpInfAndSts>%s</OrgnlGrpInfAndSts>" PAIN_TAIL, message);
    settle_as(maker, text, NULL, 1, "about a payment that does not exist");
    expect_emit("1", 0);
    settle_as(maker, text, NULL, 0, "only the answers");
    expect_text(states_sql, "accepted accepted in_batch");
    settle_as(maker, text, NULL, 0, "nothing was changed");
    expect_payments_verified();
    free(id);
}

/* --- Restart ------------------------------------------------------------------------------------------------------- */

Test(settle, killed_anywhere_and_run_again) {
    static const char *const points[] = {"settle-read", "settle-moved", "settle-settled"};
    emitted_month();
    char path[4096];
    char *id = eeid(BO);
    snprintf(path, sizeof path, "%s/svar.csv", settle_folder);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        char text[512];
        char stop[64];
        char user[96];
        snprintf(text, sizeof text, "end_to_end_id;svar;tidspunkt\n%s;7;2024-03-2%zu\n", id, i);
        write_text_file(path, text);
        snprintf(stop, sizeof stop, "YDELSE_STOP_AT=%s", points[i]);
        snprintf(user, sizeof user, "PGUSER=%s", maker);
        const char *const arguments[] = {"settle", path, NULL};
        const char *const killed[] = {user, stop, NULL};
        const char *const whole[] = {user, NULL};
        char before[64];
        snprintf(before, sizeof before, "SELECT count(*) FROM ydelse.answer_file");
        const int64_t files = test_sql_int64(owner, before);
        Process process = ydelse_run(arguments, killed);
        cr_expect_eq(process.signal, SIGKILL, "%s: %s", points[i], process.err);
        process_free(&process);
        /* Nothing, or all of it. */
        expect_number(before, i == 2 ? files + 1 : files);
        process = ydelse_run(arguments, whole);
        expect_exit(&process, i == 0 ? 1 : 0, points[i]);
        process_free(&process);
        expect_number(before, files + 1);
        expect_text(states_sql, "sent rejected sent");
    }
    expect_number("SELECT count(*) FROM ydelse.payment_answer WHERE effect = 'rejected'", 1);
    expect_payments_verified();
    free(id);
}

/* --- Taking one out, and recalling --------------------------------------------------------------------------------- */

static void remove_as(const char *user, const char *batch, const char *payment, int expected,
                      const char *part) {
    const char *const arguments[] = {"cancel",   batch,    "--payment", payment, "--reason",
                                     "dødsfald", "--lang", "en",        NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "cancel --payment");
    cr_expect(strstr(process.out, part) != NULL || strstr(process.err, part) != NULL,
              "'%s' is missing in\n%s%s", part, process.out, process.err);
    process_free(&process);
}

Test(settle, one_person_is_taken_out) {
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    char *bo = eeid(BO);
    char *carla = eeid(CARLA);
    remove_as(approver, "1", "YD5-5", 77, "no such payment");
    remove_as(approver, "2", carla, 77, "last payment");
    remove_as(approver, "1", bo, 0, "the approval is void");
    remove_as(approver, "1", bo, 0, "taken out already");
    expect_text("SELECT concat_ws(' ', state, payment_count, total_oere, removed_count, removed_oere, "
                "approved_by) FROM"
                " ydelse.batch WHERE batch_id = 1",
                "draft 1 1000000 1 1000000");
    expect_emit("1", 77);
    approve_as(maker, "1", 77);
    approve_as(approver, "1", 0);
    expect_emit("1", 0);
    expect_text(states_sql, "sent cancelled in_batch");
    expect_number("SELECT control_sum_oere FROM ydelse.payment_file WHERE batch_id = 1", 1000000);
    remove_as(approver, "1", bo, 77, "nothing can be taken out");
    nemkonto(ANNA, "8", 0, "settled");
    pay_as(maker, "--allow-replacement-cpr", 0); /* Bo is owed and comes into the next one */
    expect_number("SELECT count(*) FROM ydelse.payment WHERE batch_id = 3 AND cpr = '" BO "' AND attempt = 2",
                  1);
    expect_payments_verified();
    free(bo);
    free(carla);
}

Test(settle, an_emitted_batch_is_recalled) {
    emitted_month();
    const char *const recall[] = {"recall", "1", "--reason", "forkert dag", "--lang", "en", NULL};
    Process process = run_as(maker, TODAY, recall);
    expect_exit(&process, 0, "recall");
    expect_part(process.out, "by its own procedure");
    process_free(&process);
    process = run_as(maker, TODAY, recall);
    expect_exit(&process, 0, "recall");
    expect_part(process.out, "was recalled already");
    process_free(&process);
    expect_text(states_sql, "sent sent sent");
    const char *const status[] = {"status", "--lang", "en", NULL};
    process = run_as(maker, TODAY, status);
    expect_part(process.out, "recalled, the bank has not answered: batch 1");
    expect_part(process.out, "sent and not answered: 3 payments");
    process_free(&process);
    char text[2048];
    pain_group(text, sizeof text, "1",
               "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>CUST</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>");
    settle_as(maker, text, NULL, 1, "Recalled by the municipality");
    expect_text(batches_sql, "settled emitted");
    process = run_as(maker, TODAY, recall);
    expect_exit(&process, 77, "recall a settled batch");
    process_free(&process);
    expect_payments_verified();
}

/* --- What nobody may do -------------------------------------------------------------------------------------------- */

Test(settle, only_finance) {
    static const char *const groups[] = {"ydelse_batch", "ydelse_auditor"};
    static const char *const forbidden[] = {
        "SELECT ydelse.answer_settle('x', 'nemkonto.csv', '', '', NULL, NULL, 'x', '{2}', '{transaction}', "
        "'{YD1-1}', '{8}',"
        " '{NULL}', '{accepted}')",
        "SELECT ydelse.payment_release_again(NULL, 'x')",
        "SELECT ydelse.payment_resolve('YD1-1', 'betalt', 'x')",
        "SELECT ydelse.batch_remove_payment(1, 'YD1-1', 'x')",
        "SELECT ydelse.batch_recall(1, 'x')",
        "SELECT bytes FROM ydelse.answer_file",
        "UPDATE ydelse.payment SET state = 'accepted'",
        "INSERT INTO ydelse.payment_release VALUES (1, 1, 1)",
        "INSERT INTO ydelse.payment_resolution VALUES (1, 1, 'betalt', 1, NULL)",
        "DELETE FROM ydelse.payment_answer",
    };
    emitted_month();
    for (size_t g = 0; g < 2; g++) {
        char role[64];
        test_role_create(owner, groups[g], groups[g], role);
        Pg *pg = connect_as(role);
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
            cr_expect_str_eq(test_sql_sqlstate(pg, forbidden[i]), "42501", "%s: %s", groups[g], forbidden[i]);
        pg_close(pg);
    }
    Pg *finance = connect_as(maker);
    for (size_t i = 5; i < sizeof forbidden / sizeof forbidden[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(finance, forbidden[i]), "42501", "finance: %s", forbidden[i]);
    pg_close(finance);
}

Test(settle, bound_to_a_municipality) {
    emitted_month();
    char sql[256];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '0461')", maker);
    test_sql(owner, sql);
    nemkonto(ANNA, "8", 77, "another municipality");
    test_sql(owner, "SELECT fixture.person('" DAN "', '0101', 'Dan', NULL);"
                    "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567, 2024-03 " DAN " 5000');");
    pay_as(approver, "--allow-replacement-cpr", 0);
    nemkonto(DAN, "8", 77, "another municipality"); /* also of what is not sent yet */
    expect_number("SELECT count(*) FROM ydelse.answer_file", 0);
    nemkonto(CARLA, "7", 1, "rejected");
    char *bo = eeid(BO);
    snprintf(sql, sizeof sql,
             "SELECT ydelse.answer_settle('x', 'nemkonto.csv', '', '', NULL, NULL, 'x', '{2}', "
             "'{transaction}', '{%s}', "
             "'{7}', '{NULL}', '{rejected}')",
             bo);
    test_sql(owner, sql);
    const char *const arguments[] = {"rejected", "--format", "csv", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 0, "rejected");
    expect_part(process.out, ";0461;");
    cr_expect_null(strstr(process.out, bo), "%s", process.out);
    process_free(&process);
    again_as(maker, bo, 77, "not a rejected one");
    /* Whoever looks is logged. */
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE command = 'rejected'", 1);
    free(bo);
}

/* A correction of the month does not let a rejected payment out by the back door. */
Test(settle, a_correction_does_not_release) {
    emitted_month();
    nemkonto(BO, "7", 1, "rejected");
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000000, 2024-03 " BO
                    " 1100000, 2024-03 " CARLA " 234567');");
    pay_as(maker, "--allow-replacement-cpr", 1);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);
    again_as(maker, "all", 0, "1 payment");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT amount_oere FROM ydelse.payment WHERE batch_id = 3", 1100000);
    expect_payments_verified();
}

/* Not even the owner. */
Test(settle, the_money_never_doubles) {
    emitted_month();
    nemkonto(BO, "7", 1, "rejected");
    static const struct {
        const char *sql, *sqlstate;
    } cases[] = {
        {"UPDATE ydelse.payment SET state = 'accepted' WHERE state = 'rejected'", "42501"},
        {"UPDATE ydelse.payment SET state = 'sent' WHERE state = 'rejected'", "42501"},
        {"UPDATE ydelse.payment_part SET active = true", "42501"},
        {"UPDATE ydelse.payment_part SET active = true WHERE NOT active", "42501"},
        {"UPDATE ydelse.payment_answer SET effect = 'accepted'", "42501"},
        {"DELETE FROM ydelse.payment_answer", "42501"},
        {"INSERT INTO ydelse.payment_answer (answer_file_id, number, line, level, end_to_end_id, code, "
         "outcome, effect)"
         " VALUES (1, 2, 3, 'transaction', 'x', '8', 'accepted', 'unknown')",
         "42501"},
        {"UPDATE ydelse.batch SET payment_count = payment_count - 1, removed_count = removed_count + 1",
         "42501"},
        {"INSERT INTO ydelse.payment_part SELECT payment_id, line_id, true FROM ydelse.payment_part WHERE "
         "active",
         "23505"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(owner, cases[i].sql), cases[i].sqlstate, "%s", cases[i].sql);
}
