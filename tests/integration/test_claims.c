/* Claims: too much was paid, somebody decides, and closing settles exactly that. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/pay_fixture.h"

TestSuite(claims, .init = begin_month, .fini = end_month);

#define MISMATCHES "SELECT count(*) FROM ydelse.claim_mismatch"
#define ANNAS_STATE                                                                                          \
    "SELECT string_agg(claim_id || ' ' || state || ' ' || amount_oere, ', ' ORDER BY claim_id) FROM "        \
    "ydelse.claim WHERE cpr = '" ANNA "'"
#define ANNAS_OPEN "SELECT coalesce(sum(amount_oere), 0) FROM ydelse.payment_line_open WHERE cpr = '" ANNA "'"

/* Everybody's month again, Anna's as given (oere, -1: held). */
static void anna_gets(long oere) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " %ld, 2024-03 " BO
             " 1000000, 2024-03 " CARLA " 234567')",
             oere);
    test_sql(owner, sql);
    expect_number(MISMATCHES, 0);
}

static void pay_all(const char *batch) {
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, batch, 0);
    expect_emit(batch, 0);
    expect_number(MISMATCHES, 0);
}

/* Anna was paid 10.000,00 and is owed 9.000,00. */
static void annas_claim(void) {
    three_people();
    pay_all("1");
    anna_gets(900000);
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 100000");
}

static Process claims(const char *user, const char *a1, const char *a2, const char *a3, const char *a4,
                      const char *a5, const char *a6) {
    const char *const arguments[] = {"claims", a1, a2, a3, a4, a5, a6, NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_no_cpr(process.out, "claims");
    expect_no_cpr(process.err, "claims");
    return process;
}

static void decide(const char *user, const char *claim, const char *decision, const char *outcome,
                   const char *amount, int expected) {
    const char *const arguments[] = {"claims", "decide",    claim,   "--decision",
                                     decision, "--outcome", outcome, amount == NULL ? NULL : "--amount",
                                     amount,   NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "claims decide");
    expect_no_cpr(process.out, "claims decide");
    expect_no_cpr(process.err, "claims decide");
    process_free(&process);
}

static void close_claim(const char *claim, int expected, const char *message) {
    Process process = claims(approver, "close", claim, "--reason", "prøve", NULL, NULL);
    expect_exit(&process, expected, "claims close");
    if (message != NULL)
        expect_part(expected == 0 ? process.out : process.err, message);
    process_free(&process);
}

Test(claims, from_the_difference_to_the_closing) {
    annas_claim();
    Process list = claims(maker, NULL, NULL, NULL, NULL, NULL, NULL);
    expect_exit(&list, 0, "claims");
    expect_part(list.out, "1.000,00");
    expect_part(list.out, "AFVENTER_AFGOERELSE");
    expect_part(list.out, "deltagere-1.csv:2");
    process_free(&list);
    close_claim("1", 77, "not decided");
    decide(maker, "1", "AFG-1", "tilbagebetaling", "1000,00", 0);
    char expected[96];
    snprintf(expected, sizeof expected, "BESLUTTET %s", maker);
    expect_text("SELECT state || ' ' || decided_by FROM ydelse.claim", expected);
    close_claim("1", 0, "er afsluttet");
    close_claim("1", 0, "var allerede afsluttet");
    expect_number(ANNAS_OPEN, 0);
    expect_text(
        "SELECT string_agg(state, ',' ORDER BY line_id) FROM ydelse.payment_line_state WHERE cpr = '" ANNA
        "'",
        "sent,claimed");
    expect_text(
        "SELECT string_agg(event || ' ' || amount_oere, ', ' ORDER BY event_id) FROM ydelse.claim_event",
        "opstaaet 100000, besluttet 100000, afsluttet 100000");
    /* What comes later of the month is paid in full, and what goes is a new claim. */
    anna_gets(930000);
    expect_number("SELECT net_oere FROM ydelse.owed_open WHERE cpr = '" ANNA "'", 30000);
    pay_all("3");
    expect_number("SELECT fixture.paid('" ANNA "')", 1030000);
    anna_gets(910000);
    expect_text(ANNAS_STATE, "1 AFSLUTTET 100000, 2 AFVENTER_AFGOERELSE 20000");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.batch", 3);
}

Test(claims, a_later_amount_lowers_raises_or_covers_it) {
    annas_claim();
    anna_gets(960000);
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 40000");
    anna_gets(500000);
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 500000");
    anna_gets(-1); /* held: nothing changes */
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 500000");
    anna_gets(1000000);
    expect_text(ANNAS_STATE, "1 AFSLUTTET 0");
    expect_number("SELECT count(*) FROM ydelse.claim_part", 0);
    anna_gets(1030000);
    expect_text(ANNAS_STATE, "1 AFSLUTTET 0");
    pay_all("3");
    expect_number("SELECT fixture.paid('" ANNA "')", 1030000);
    anna_gets(1020000);
    expect_text(ANNAS_STATE, "1 AFSLUTTET 0, 2 AFVENTER_AFGOERELSE 10000");
    expect_text("SELECT string_agg(event, ',' ORDER BY event_id) FROM ydelse.claim_event",
                "opstaaet,beloeb_aendret,beloeb_aendret,daekket,opstaaet");
}

Test(claims, one_that_changed_after_its_decision_awaits_a_new_one) {
    annas_claim();
    decide(maker, "1", "AFG-1", "frafald", NULL, 0);
    expect_number("SELECT (ydelse.status() -> 'claims' ->> 'decided_amount')::bigint", 100000);
    anna_gets(960000);
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 40000");
    expect_number("SELECT (ydelse.status() -> 'claims' ->> 'amount')::bigint", 40000);
    expect_number("SELECT (ydelse.status() -> 'claims' ->> 'decided_count')::bigint", 0);
    Process list = claims(maker, "list", "--kommune", "0101", "--month", "2024-03", NULL);
    expect_exit(&list, 0, "claims list");
    expect_part(list.out, "krav 1 er ændret efter afgørelse AFG-1");
    process_free(&list);
    close_claim("1", 77, "1000,00 kr. then, 400,00 kr. now");
    decide(maker, "1", "AFG-2", "frafald", "1000,00", 65); /* the amount of the letter is gone */
    decide(maker, "1", "AFG-2", "frafald", "400,00", 0);
    close_claim("1", 0, NULL);
    expect_number("SELECT -sum(e.delta_til_udbetaling) FROM ydelse.claim_part p JOIN ydelse.entitlement e ON "
                  "e.entitlement_id * 10 + 1 = p.line_id",
                  40000);
}

/* Nothing came back, so what is owed more later was paid already. */
Test(claims, what_was_waived_is_neither_claimed_nor_paid_again) {
    annas_claim();
    decide(maker, "1", "AFG-1", "frafald", NULL, 0);
    close_claim("1", 0, NULL);
    expect_text(ANNAS_STATE, "1 AFSLUTTET 100000");
    anna_gets(880000); /* another 200,00 kr. too much: a claim of its own */
    expect_text(ANNAS_STATE, "1 AFSLUTTET 100000, 2 AFVENTER_AFGOERELSE 20000");
    anna_gets(950000); /* covers it; of the waived amount 500,00 kr. are left */
    expect_text(ANNAS_STATE, "1 AFSLUTTET 100000, 2 AFSLUTTET 0");
    anna_gets(1000000); /* what was paid in the first place */
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT fixture.paid('" ANNA "')", 1000000);
    anna_gets(1030000);
    pay_all("3");
    expect_number("SELECT fixture.paid('" ANNA "')", 1030000);
    anna_gets(1020000); /* the waiver is used up: a claim again */
    expect_text(ANNAS_STATE, "1 AFSLUTTET 100000, 2 AFSLUTTET 0, 3 AFVENTER_AFGOERELSE 10000");
    expect_number("SELECT count(*) FROM ydelse.claim_mismatch", 0);
}

Test(claims, conflicts_and_wrong_words) {
    annas_claim();
    decide(maker, "1", "AFG-1", "modregning", NULL, 0);
    decide(maker, "1", "AFG-1", "modregning", NULL, 0); /* the same again */
    decide(approver, "1", "AFG-1", "frafald", NULL, 77);
    decide(approver, "1", "AFG-2", "modregning", NULL, 77);
    decide(approver, "7", "AFG-2", "modregning", NULL, 66);
    decide(approver, "x", "AFG-2", "modregning", NULL, 64);
    decide(approver, "1", " ", "modregning", NULL, 64);
    decide(approver, "1", ANNA, "modregning", NULL, 64);
    decide(approver, "1", "2024123456", "modregning", NULL, 77); /* ten digits that are nobody's number */
    decide(approver, "1", "AFG-2", "eftergivelse", NULL, 64);
    decide(approver, "1", "AFG-2", "frafald", "1000.00", 64);
    close_claim("7", 66, NULL);
    close_claim("1", 0, NULL);
    decide(maker, "1", "AFG-1", "modregning", NULL, 77);
    expect_number(
        "SELECT count(*) FROM ydelse.delta_line WHERE component = 'til_udbetaling' AND amount_oere < 0", 1);
    Process process = claims(maker, "list", "--state", "alle", NULL, NULL, NULL);
    expect_exit(&process, 64, "claims list");
    process_free(&process);
    process = claims(maker, "list", "--state", "ALLE", "--format", "json", NULL);
    expect_part(process.out, "\"tilstand\": \"AFSLUTTET\"");
    process_free(&process);
    process = claims(maker, "bogus", NULL, NULL, NULL, NULL, NULL);
    expect_exit(&process, 64, "claims bogus");
    process_free(&process);
}

Test(claims, two_decisions_at_once_are_one) {
    annas_claim();
    char command[1024];
    snprintf(
        command, sizeof command,
        "export " TODAY "; for i in 1 2 3 4 5 6; do PGUSER=%s \"$YDELSE_PROGRAM\" claims decide 1 --decision "
        "AFG-$i --outcome frafald >/dev/null 2>&1; echo $? & done | sort | uniq -c | tr -s ' \\n' ' '; wait",
        maker);
    Process process = shell_run(command);
    cr_expect_str_eq(process.out, " 1 0 5 77 ");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.claim_event WHERE event = 'besluttet'", 1);
}

Test(claims, a_seal_or_a_payment_at_work_is_waited_for) {
    Error error;
    annas_claim();
    cr_assert_eq(pg_lock(owner, PG_LOCK_PAY, 1, &error), STATUS_OK);
    const char *const arguments[] = {
        "claims", "decide", "1", "--decision", "A", "--outcome", "frafald", "--set", "drift.vent_sekunder=1",
        NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 75, "claims decide");
    process_free(&process);
}

Test(claims, it_is_none_while_a_batch_can_be_cancelled) {
    three_people();
    pay_all("1");
    anna_gets(1020000);
    pay_as(maker, "--allow-replacement-cpr", 0);
    anna_gets(990000); /* 10.000 sent, 200 in a batch, 9.900 owed */
    expect_number("SELECT count(*) FROM ydelse.claim", 0);
    approve_as(approver, "3", 0);
    expect_emit("3", 65);
    cancel_as(maker, "3", 0);
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 10000");
    expect_number(MISMATCHES, 0);
}

Test(claims, a_month_that_vanished_is_claimed_whole) {
    three_people();
    pay_all("1");
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " BO " 1000000, 2024-03 " CARLA
                    " 234567')");
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 1000000");
    expect_number(MISMATCHES, 0);
}

/* --- What the database refuses by itself ----------------------------------------------------------------- */

Test(claims, what_even_the_owner_is_refused) {
    static const struct {
        const char *sql;
        const char *sqlstate;
    } cases[] = {
        {"INSERT INTO ydelse.claim (month, cpr, kommunekode, amount_oere) VALUES ('2024-03-01', '" BO
         "', '0101', 500)",
         "YD013"}, /* nothing was paid too much */
        {"INSERT INTO ydelse.claim (month, cpr, kommunekode, amount_oere) VALUES ('2024-03-01', '" ANNA
         "', '0101', 100000)",
         "23505"}, /* there is one */
        {"UPDATE ydelse.claim SET amount_oere = 50000", "YD013"},
        {"UPDATE ydelse.claim SET amount_oere = 0, state = 'AFSLUTTET', close_reason = 'x'", "YD013"},
        {"UPDATE ydelse.claim SET state = 'AFSLUTTET', close_reason = 'x'", "42501"}, /* without a decision */
        {"UPDATE ydelse.claim SET state = 'BESLUTTET'", "23514"},
        {"UPDATE ydelse.claim SET state = 'BESLUTTET', decision_id = ' ', outcome = 'frafald'", "23514"},
        {"UPDATE ydelse.claim SET state = 'BESLUTTET', decision_id = 'A', outcome = 'glemt'", "23514"},
        {"UPDATE ydelse.claim SET cpr = '" BO "'", "42501"},
        {"UPDATE ydelse.claim SET month = '2024-02-01'", "42501"},
        {"DELETE FROM ydelse.claim", "42501"},
        {"TRUNCATE ydelse.claim CASCADE", "42501"},
        {"INSERT INTO ydelse.claim_part (claim_id, line_id) SELECT 1, max(line_id) FROM "
         "ydelse.payment_line_open",
         "YD013"}, /* the claim is not closed */
        {"INSERT INTO ydelse.claim_part (claim_id, line_id) SELECT 1, min(line_id) FROM ydelse.payment_part",
         "23505"}, /* a line in a live payment */
        {"DELETE FROM ydelse.claim_event", "42501"},
        {"UPDATE ydelse.claim_event SET by_user = 'another'", "42501"},
        {"SELECT ydelse.claim_close(1, 'x')", "YD011"},
        {"SELECT ydelse.claim_decide(9, 'A', 'frafald', NULL, NULL)", "YD010"},
        {"SELECT ydelse.claim_decide(1, 'A', 'frafald', NULL, 99)", "YD012"},
    };
    annas_claim();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *sqlstate = test_sql_sqlstate(owner, cases[i].sql);
        cr_expect_str_eq(sqlstate, cases[i].sqlstate, "%s: %s, expected %s", cases[i].sql, sqlstate,
                         cases[i].sqlstate);
    }
    expect_text(ANNAS_STATE, "1 AFVENTER_AFGOERELSE 100000");
    static const struct {
        const char *sql;
        const char *sqlstate;
    } closed[] = {
        {"UPDATE ydelse.claim SET state = 'AFVENTER_AFGOERELSE'", "42501"},
        {"UPDATE ydelse.claim SET close_reason = 'y'", "42501"},
        {"DELETE FROM ydelse.claim_part", "42501"},
        {"UPDATE ydelse.claim_part SET claim_id = claim_id", "42501"},
        {"INSERT INTO ydelse.claim_part (claim_id, line_id) SELECT 1, line_id FROM ydelse.claim_part",
         "23505"},
        {"INSERT INTO ydelse.claim_part (claim_id, line_id) VALUES (1, 999991)", "YD013"},
        {"INSERT INTO ydelse.payment_part (payment_id, line_id) SELECT 1, line_id FROM ydelse.claim_part",
         "YD003"},
    };
    test_sql(
        owner,
        "SELECT ydelse.claim_decide(1, 'A', 'frafald', NULL, 100000); SELECT ydelse.claim_close(1, 'x')");
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        const char *sqlstate = test_sql_sqlstate(owner, closed[i].sql);
        cr_expect_str_eq(sqlstate, closed[i].sqlstate, "%s: %s, expected %s", closed[i].sql, sqlstate,
                         closed[i].sqlstate);
    }
}

Test(claims, what_the_roles_are_refused) {
    static const struct {
        const char *role;
        const char *sql;
    } cases[] = {
        {"ydelse_finance", "SELECT * FROM ydelse.claim"},
        {"ydelse_finance", "SELECT * FROM ydelse.claim_open"},
        {"ydelse_finance",
         "UPDATE ydelse.claim SET state = 'BESLUTTET', decision_id = 'A', outcome = 'frafald'"},
        {"ydelse_finance", "INSERT INTO ydelse.claim_part VALUES (11, 1)"},
        {"ydelse_finance", "SELECT ydelse.claim_follow(ARRAY['2024-03-01'::date], ARRAY['" ANNA "'], 'x')"},
        {"ydelse_batch", "SELECT ydelse.claim_decide(1, 'A', 'frafald', NULL, NULL)"},
        {"ydelse_batch", "SELECT ydelse.claim_close(1, 'x')"},
        {"ydelse_auditor", "SELECT ydelse.claim_decide(1, 'A', 'frafald', NULL, NULL)"},
        {"ydelse_auditor", "SELECT ydelse.claim_close(1, 'x')"},
        {"ydelse_auditor", "SELECT * FROM ydelse.claim"},
    };
    annas_claim();
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
    decide(batch_user, "1", "A", "frafald", NULL, 77);
    Process list = claims(auditor, NULL, NULL, NULL, NULL, NULL, NULL);
    expect_exit(&list, 0, "claims");
    expect_part(list.out, "AFVENTER_AFGOERELSE");
    process_free(&list);
}
