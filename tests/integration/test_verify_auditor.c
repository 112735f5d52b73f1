/* ydelse verify as an auditor: under one look at everybody, which is logged; and nothing is seen without it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/pay_fixture.h"
#include "tests/integration/verify_story.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static char auditor[64];

static void begin(void) {
    story_begin();
    test_role_create(owner, "auditor", "ydelse_auditor", auditor);
}

TestSuite(verify_auditor, .init = begin, .fini = story_end);

static void expect_verify(const char *user, int exit_code, const char *words) {
    const char *const arguments[] = {"verify", "--lang", "en", NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, exit_code, "verify");
    cr_expect(strstr(process.out, words) != NULL || strstr(process.err, words) != NULL, "no '%s' in\n%s%s",
              words, process.out, process.err);
    expect_no_cpr(process.out, "verify");
    process_free(&process);
}

Test(verify_auditor, an_auditor_verifies_and_it_is_logged) {
    expect_verify(auditor, 0, "only the owner of the schema can");
    expect_text(
        "SELECT string_agg(command || ' ' || scope || ' ' || role, ', ') FROM ydelse.access_log WHERE "
        "command = 'verify'",
        "verify alle ydelse_auditor");
    expect_verify(maker, 77, "auditors look at everybody");
    Pg *superuser = story_superuser();
    test_sql(superuser, "SET session_replication_role = replica; UPDATE ydelse.payment SET amount_oere = "
                        "amount_oere + 1 WHERE payment_id = 1");
    pg_close(superuser);
    expect_verify(auditor, 1, "BUNKE_BETALINGER");
}

/* What stands in for the tables and functions shows nothing before a look at everybody. */
Test(verify_auditor, without_a_look_nothing_is_seen) {
    Error error;
    PgRows *rows = NULL;
    Pg *pg = connect_as(auditor);
    cr_assert_eq(
        pg_query(owner,
                 "SELECT format('SELECT count(*) FROM ydelse_verify.%I', relname) FROM pg_class WHERE "
                 "relnamespace = 'ydelse_verify'::regnamespace AND relkind = 'v'",
                 0, NULL, &rows, &error),
        STATUS_OK, "%s", error.message);
    cr_expect_gt(pg_row_count(rows), 30);
    for (int i = 0; i < pg_row_count(rows); i++)
        cr_expect_eq(test_sql_int64(pg, pg_text(rows, i, 0)), 0, "%s", pg_text(rows, i, 0));
    pg_rows_free(rows);
    static const char *const refused[] = {
        "SELECT ydelse_verify.participant_place('6110861018')",
        "SELECT ydelse_verify.batch_payments_digest(1)",
        "SELECT ydelse_verify.claim_waiver_of('2024-03-01', '6110861018')",
        "SELECT ydelse_verify.output_bytes('extract', 1, '')",
        "SELECT ydelse_verify.run_seal_text(1, 0, 0, 0, 0)",
        "SELECT ydelse.participant_place('6110861018')",
        "BEGIN; SELECT ydelse.look_open('verify', 'alle', NULL, NULL, ''); SELECT "
        "ydelse_verify.participant_place('6110861018')",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(pg, refused[i]), "42501", "%s", refused[i]);
    pg_close(pg);
    pg = connect_as(maker);
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT count(*) FROM ydelse_verify.payment"), "42501");
    pg_close(pg);
}
