#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/pay_fixture.h"

/* What the database refuses by itself, whatever the program does. */
TestSuite(pay_refused, .init = begin_month, .fini = end_month);

Test(pay_refused, what_even_the_owner_is_refused) {
    static const struct {
        const char *sql;
        const char *sqlstate;
    } cases[] = {
        {"UPDATE ydelse.batch SET state = 'approved' WHERE batch_id = 1",
         "23514"}, /* made by the same user */
        {"UPDATE ydelse.batch SET state = 'approved', approved_by = 'another' WHERE batch_id = 1", "23514"},
        {"SELECT ydelse.batch_approve(1)", "42501"},
        {"UPDATE ydelse.batch SET made_by = 'another' WHERE batch_id = 1", "42501"},
        {"UPDATE ydelse.batch SET total_oere = 1 WHERE batch_id = 1", "42501"},
        {"UPDATE ydelse.batch SET payer_iban = 'DK5000400440116243' WHERE batch_id = 1", "42501"},
        {"UPDATE ydelse.batch SET state = 'emitted' WHERE batch_id = 1", "42501"},
        {"UPDATE ydelse.batch SET state = 'draft' WHERE batch_id = 2", "42501"},     /* cancelled */
        {"UPDATE ydelse.batch SET state = 'cancelled' WHERE batch_id = 1", "23514"}, /* without a reason */
        {"DELETE FROM ydelse.batch", "42501"},
        {"UPDATE ydelse.payment SET amount_oere = amount_oere + 1", "42501"},
        {"UPDATE ydelse.payment SET cpr = '" DAN "'", "42501"},
        {"UPDATE ydelse.payment SET state = 'accepted' WHERE state = 'in_batch'", "42501"},
        {"DELETE FROM ydelse.payment", "42501"},
        {"UPDATE ydelse.payment_part SET active = false WHERE active", "42501"},
        {"UPDATE ydelse.payment_part SET active = true WHERE NOT active", "42501"},
        {"DELETE FROM ydelse.payment_part", "42501"},
        {"TRUNCATE ydelse.payment_part", "42501"},
        {"INSERT INTO ydelse.payment_part (payment_id, line_id) SELECT max(payment_id) + 0, min(line_id)"
         " FROM ydelse.payment_part WHERE active",
         "23505"}, /* a line in two live payments */
        {"INSERT INTO ydelse.payment_part (payment_id, line_id, active) SELECT min(payment_id), 999991, true"
         " FROM ydelse.payment_part WHERE active",
         "YD003"}, /* no such line */
        {"INSERT INTO ydelse.payment (batch_id, month, cpr, amount_oere, newest_line_id, attempt)"
         " VALUES (1, '2024-03-01', '" DAN "', 100, 11, 9)",
         "YD003"}, /* the batch does not hold it */
        {"INSERT INTO ydelse.payment (batch_id, month, cpr, amount_oere, newest_line_id, attempt)"
         " VALUES (1, '2024-03-01', '" DAN "', 0, 11, 9)",
         "23514"},
        {"INSERT INTO ydelse.payment_file (batch_id, format, message_id, bytes, sha256, payment_count,"
         " control_sum_oere) VALUES (1, 'pain.001.001.09', 'X', 'abc', sha256('abd'), 1, 1)",
         "23514"},
        {"UPDATE ydelse.installation SET identity = gen_random_uuid()", "42501"},
        {"INSERT INTO ydelse.installation (only_row) VALUES (false)", "23514"},
        {"DELETE FROM ydelse.batch_event", "42501"},
        {"SELECT ydelse.batch_emit_store(1, '2024-03-20', 'pain.001.001.09', 'X', 'abc', 2, 2000000)",
         "YD002"},
        {"SELECT ydelse.batch_cancel(99, 'x')", "YD001"},
    };
    three_people();
    /* As the owner, so that the owner is the maker; batch 2 is given up. */
    test_sql(
        owner,
        "SELECT ydelse.batch_create('2024-03-27', '2024-03-20', '2021-01-01', '2024-03-01', NULL, true,"
        " '[{\"kommunekode\": \"0101\", \"navn\": \"A\", \"cvr\": \"00010103\", \"konto_iban\":"
        " \"DK9399990000000101\", \"bic\": \"FIKTDKK0\"}, {\"kommunekode\": \"0461\", \"navn\": \"B\","
        " \"cvr\": \"00010103\", \"konto_iban\": \"DK9399990000000101\", \"bic\": \"FIKTDKK0\"}]', false);"
        "SELECT ydelse.batch_cancel(2, 'x');");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *sqlstate = test_sql_sqlstate(owner, cases[i].sql);
        cr_expect_str_eq(sqlstate, cases[i].sqlstate, "%s: %s, expected %s", cases[i].sql, sqlstate,
                         cases[i].sqlstate);
    }
    /* What is stored must be what the batch holds. */
    approve_as(approver, "1", 0);
    static const char *const lies[] = {
        "SELECT ydelse.batch_emit_store(1, '2024-03-20', 'pain.001.001.09', ydelse.batch_message_id(1), "
        "'abc', 3, 2000000)",
        "SELECT ydelse.batch_emit_store(1, '2024-03-20', 'pain.001.001.09', ydelse.batch_message_id(1), "
        "'abc', 2, 2000001)",
        "SELECT ydelse.batch_emit_store(1, '2024-03-20', 'pain.001.001.09', ydelse.batch_message_id(2), "
        "'abc', 2, 2000000)",
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(owner, lies[i]), "YD003", "%s", lies[i]);
}

Test(pay_refused, what_the_roles_are_refused) {
    static const struct {
        const char *role;
        const char *sql;
    } cases[] = {
        {"ydelse_finance", "SELECT * FROM ydelse.payment"},
        {"ydelse_finance", "SELECT * FROM ydelse.payment_file"},
        {"ydelse_finance", "SELECT * FROM ydelse.fact_deltagere"},
        {"ydelse_finance", "SELECT * FROM ydelse.payee"},
        {"ydelse_finance", "UPDATE ydelse.batch SET state = 'approved'"},
        {"ydelse_finance",
         "INSERT INTO ydelse.batch_event (batch_id, event, new_state, detail) VALUES (1, 'made', '', '')"},
        {"ydelse_batch", "SELECT ydelse.batch_approve(1)"},
        {"ydelse_batch", "SELECT ydelse.batch_payments(1)"},
        {"ydelse_auditor", "SELECT ydelse.batch_cancel(1, 'x')"},
        {"ydelse_auditor", "SELECT ydelse.batch_emit_begin(1)"},
    };
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    char batch_user[64];
    char auditor[64];
    test_role_create(owner, "nightly", "ydelse_batch", batch_user);
    test_role_create(owner, "auditor", "ydelse_auditor", auditor);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *user = strcmp(cases[i].role, "ydelse_finance") == 0 ? maker
                           : strcmp(cases[i].role, "ydelse_batch") == 0 ? batch_user
                                                                        : auditor;
        Pg *pg = connect_as(user);
        cr_expect_str_eq(test_sql_sqlstate(pg, cases[i].sql), "42501", "%s: %s", cases[i].role, cases[i].sql);
        pg_close(pg);
    }
    /* SET ROLE does not make another person of the maker. */
    char sql[256];
    snprintf(sql, sizeof sql, "GRANT %s TO %s", approver, maker);
    test_sql(owner, sql);
    snprintf(sql, sizeof sql, "SET ROLE %s; SELECT ydelse.batch_approve(1)", approver);
    Pg *pg = connect_as(maker);
    cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501");
    pg_close(pg);
}
