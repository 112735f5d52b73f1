/* Looks at people are logged before anything is seen; finance may be bound to municipalities. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

#define PERSON "6112881008"
#define OF_PERSON "echo " PERSON " | \"$YDELSE_PROGRAM\" "

static char auditor[64];

static void begin(void) {
    begin_month();
    test_role_create(owner, "rev", "ydelse_auditor", auditor);
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
}

TestSuite(access, .init = begin, .fini = end_month);

/* The command as a user; its output must have a part (NULL: any) and its exit code be this. */
static void expect(const char *user, const char *command, int exit_code, const char *part) {
    char line[512];
    snprintf(line, sizeof line, "PGUSER=%s; export PGUSER; %s", user, command);
    Process process = shell_run(line);
    expect_exit(&process, exit_code, command);
    expect_no_cpr(process.err, command);
    cr_expect(part == NULL || strstr(process.out, part) != NULL, "%s: no \"%s\" in\n%s", command, part,
              process.out);
    process_free(&process);
}

static int64_t number(Pg *pg, const char *sql) {
    return test_sql_int64(pg, sql);
}

Test(access, every_command_that_shows_people_is_logged) {
    static const struct {
        const char *command;
        int as_auditor, as_finance;
        const char *logged; /* command, scope, detail; a pattern */
    } cases[] = {
        {OF_PERSON "explain --cpr - --month 2024-03", 0, 0, "explain;person;"},
        {OF_PERSON "explain --cpr - --month 2024-03 --run 1", 0, 0, "explain;person;1"},
        {"$YDELSE_PROGRAM rejects --raw", 1, 1, "rejects;liste;--raw"},
        {"$YDELSE_PROGRAM held", 1, 1, "held;liste;"},
        {"$YDELSE_PROGRAM claims", 0, 0, "claims;liste;"},
        {"$YDELSE_PROGRAM diff 1 1", 0, 0, "diff;%;1 1"}, /* of finance a list */
        {"$YDELSE_PROGRAM replay --month 2024-03", 0, 77, "replay;alle;1"},
        {"$YDELSE_PROGRAM refusion --from 2024-03 --to 2024-03", 0, 77, "refusion;alle;2024-03 2024-03"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[256];
        expect(auditor, cases[i].command, cases[i].as_auditor, NULL);
        expect(maker, cases[i].command, cases[i].as_finance, NULL);
        snprintf(
            sql, sizeof sql,
            "SELECT count(*) FROM ydelse.access_log WHERE concat_ws(';', command, scope, detail) LIKE '%s'",
            cases[i].logged);
        expect_number(sql, cases[i].as_finance == 77 ? 1 : 2);
    }
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE cpr = '" PERSON "' AND month = '2024-03-01'",
                  4);
}

Test(access, who_looked_is_found_by_person_and_by_user) {
    char command[256];
    expect(maker, OF_PERSON "explain --cpr - --month 2024-03", 0, NULL);
    expect(auditor, "$YDELSE_PROGRAM replay --month 2024-03", 0, NULL);
    test_sql(owner, "SELECT ydelse.look_open('explain', 'person', '6206891007', NULL, '')");
    /* The look at that person, the one at everybody, and this one. */
    expect(auditor, OF_PERSON "access --cpr - --format csv | cut -d';' -f3-6,8 | tr '\\n' ' '", 0,
           "ydelse_finance;explain;person;" PERSON
           "; ydelse_auditor;replay;alle;;1 ydelse_auditor;access;person;" PERSON "; ");
    /* Somebody who was not known then. */
    expect(auditor, "echo 7001801001 | $YDELSE_PROGRAM access --cpr - --format csv | wc -l", 0, "2");
    expect(auditor, OF_PERSON "access --cpr - --to 2020-01-01 --format csv | wc -l", 0, "1");
    snprintf(command, sizeof command, "$YDELSE_PROGRAM access --user %s --format csv | wc -l", maker);
    expect(auditor, command, 0, "2");
    expect(maker, OF_PERSON "access --cpr -", 77, NULL);
    expect(auditor, "$YDELSE_PROGRAM access", 64, NULL);
}

Test(access, nothing_is_seen_before_the_look_is_committed) {
    static const char everything[] = "SELECT count(*) FROM ydelse_look.result";
    Pg *pg = connect_as(auditor), *other = connect_as(auditor);
    cr_expect_eq(number(pg, everything), 0);
    test_sql(pg, "BEGIN; SELECT ydelse.look_open('explain', 'person', '" PERSON "', NULL, '')");
    cr_expect_eq(number(pg, everything), 0, "a look that can still be rolled back");
    test_sql(pg, "COMMIT");
    cr_expect_eq(number(pg, everything), 1);
    cr_expect_eq(
        number(pg, "SELECT count(*) FROM ydelse_look.fact_indkomst WHERE cpr_nummer <> '" PERSON "'"), 0);
    cr_expect_eq(number(other, everything), 0, "another session's look");
    test_sql(pg, "SELECT ydelse.look_open('replay', 'alle', NULL, NULL, '1')");
    cr_expect_eq(number(pg, everything), number(owner, "SELECT count(*) FROM ydelse.result"));
    cr_expect_eq(number(pg, "SELECT count(*) FROM ydelse_look.reject_open"),
                 number(owner, "SELECT count(*) FROM ydelse.reject_open"));
    pg_close(pg);
    pg_close(other);
    pg = connect_as(maker);
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT * FROM ydelse_look.held_list('2024-03-20')"), "42501");
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT * FROM ydelse_look.claim_list(NULL, NULL, NULL)"),
                     "42501");
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT * FROM ydelse_look.batch_payments(1)"), "42501");
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT ydelse.look_open('replay', 'alle', NULL, NULL, '')"),
                     "42501");
    cr_expect_eq(number(pg, "SELECT count(*) FROM ydelse_look.reject_open"), 0);
    pg_close(pg);
    /* A file that was sent has its payees in it. */
    pay_as(maker, "--allow-replacement-cpr", 1);
    approve_as(approver, "1", 0);
    expect_emit("1", 0);
    pg = connect_as(maker);
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT ydelse.batch_emit_begin(1)"), "42501");
    test_sql(pg, "SELECT ydelse.look_open('emit', 'liste', NULL, NULL, '1')");
    test_sql(pg, "SELECT ydelse.batch_emit_begin(1)");
    pg_close(pg);
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE command = 'emit' AND detail = '1'", 2);
}

Test(access, the_log_is_kept_and_a_copy_is_for_good) {
    expect(maker, OF_PERSON "explain --cpr - --month 2024-03", 0, NULL);
    cr_expect_str_eq(test_sql_sqlstate(owner, "DELETE FROM ydelse.access_log"), "42501");
    cr_expect_str_eq(test_sql_sqlstate(owner, "UPDATE ydelse.access_log SET cpr = NULL"), "42501");
    cr_expect_str_eq(
        test_sql_sqlstate(owner, "SELECT ydelse.look_open('explain', 'liste', NULL, NULL, '" PERSON "')"),
        "23514");
    test_sql(
        owner,
        "INSERT INTO ydelse.access_log (happened_at, role, command, scope, detail, backend_start) VALUES "
        "(now() - interval '6 years', 'ejer', 'held', 'liste', '', now()); "
        "DELETE FROM ydelse.access_log WHERE happened_at < now() - interval '5 years'");
    /* A session that cannot write sees nothing, unless the owner says that this is a copy. */
    char command[256];
    snprintf(
        command, sizeof command,
        "$YDELSE_PROGRAM replay --month 2024-03 --dsn 'user=%s options=-cdefault_transaction_read_only=on'",
        auditor);
    expect(auditor, command, 77, NULL);
    Pg *pg = connect_as(auditor);
    cr_expect_str_eq(test_sql_sqlstate(pg, "SELECT ydelse.restored_copy_declare('x')"), "42501");
    pg_close(pg);
    test_sql(owner, "SELECT ydelse.restored_copy_declare('til revisionen')");
    expect(auditor, command, 0, "ENS");
    expect_number("SELECT count(*) FROM ydelse.access_log", 1);
    expect(maker, "$YDELSE_PROGRAM pay --due 2024-03-27 --allow-replacement-cpr --set drift.idag=2024-03-20",
           77, NULL);
    free(night_program(77, "run", "--month", "2024-03", NULL, NULL, NULL, NULL));
    cr_expect_str_eq(test_sql_sqlstate(owner, "DELETE FROM ydelse.restored_copy"), "42501");
}

/* --- Bound to municipalities ---------------------------------------------------------------------------------------- */

static void bind(const char *user, const char *kommunekode) {
    char sql[256];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '%s')", user,
             kommunekode);
    test_sql(owner, sql);
}

Test(access, finance_bound_to_a_municipality_handles_that_alone) {
    char sql[256];
    char *own = test_sql_text(
        owner, "SELECT cpr || ' ' || kommunekode FROM ydelse.result WHERE run_id = 1 ORDER BY cpr LIMIT 1");
    own[10] = '\0';
    const char *kommunekode = own + 11;
    snprintf(sql, sizeof sql,
             "SELECT cpr FROM ydelse.result WHERE run_id = 1 AND kommunekode <> '%s' ORDER BY cpr LIMIT 1",
             kommunekode);
    char *foreign = test_sql_text(owner, sql);
    pay_as(approver, "--allow-replacement-cpr", 1);
    bind(maker, kommunekode);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.batch WHERE kommunekode = '%s'", kommunekode);
    const int64_t batches = number(owner, sql), all = number(owner, "SELECT count(*) FROM ydelse.batch");
    cr_assert(batches > 0 && batches < all);
    Pg *pg = connect_as(maker);
    cr_expect_eq(number(pg, "SELECT count(*) FROM ydelse.batch"), batches);
    cr_expect_eq(number(pg, "SELECT count(*) FROM ydelse.batch_overview"), batches);
    cr_expect_eq(number(pg, "SELECT count(*) FROM ydelse.batch_event"), batches);
    snprintf(sql, sizeof sql, "SELECT min(batch_id) FROM ydelse.batch WHERE kommunekode <> '%s'",
             kommunekode);
    const int foreign_batch = (int)number(owner, sql);
    static const struct {
        const char *call, *rest;
    } refused[] = {{"batch_approve", ""},
                   {"batch_cancel", ", 'x'"},
                   {"batch_emit_begin", ""},
                   {"batch_emit_store", ", '2024-03-20', 'x', 'x', 'x', 1, 1"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        snprintf(sql, sizeof sql, "SELECT ydelse.%s(%d%s)", refused[i].call, foreign_batch, refused[i].rest);
        cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501", "%s", sql);
    }
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.batch_blocked(%d, '2024-03-20')", foreign_batch);
    cr_expect_eq(number(pg, sql), 0);
    snprintf(sql, sizeof sql, "SELECT ydelse.look_open('explain', 'person', '%s', NULL, '')", foreign);
    cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501");
    snprintf(sql, sizeof sql, "SELECT ydelse.look_open('explain', 'person', '%s', NULL, '')", own);
    test_sql(pg, sql);
    test_sql(pg, "SELECT ydelse.look_open('held', 'liste', NULL, NULL, '')");
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ydelse_look.held_list('2024-03-20') WHERE kommunekode <> '%s'",
             kommunekode);
    cr_expect_eq(number(pg, sql), 0);
    pg_close(pg);
    snprintf(sql, sizeof sql, "%s --kommune %s", "$YDELSE_PROGRAM claims", kommunekode);
    expect(maker, sql, 0, NULL);
    /* The approver is bound to none, and the maker's next pay takes nothing of others. */
    snprintf(sql, sizeof sql, "SELECT ydelse.batch_cancel(batch_id, 'x') FROM ydelse.batch");
    test_sql(owner, sql);
    pay_as(maker, "--allow-replacement-cpr", 1);
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ydelse.batch WHERE state = 'draft' AND kommunekode <> '%s'", kommunekode);
    expect_number(sql, 0);
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state = 'draft'", batches);
    free(own);
    free(foreign);
}
