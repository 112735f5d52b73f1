/* ydelse erase: what is old goes, with everything about people of whom nothing is left; the seals still verify, what was
 * kept can be computed again, and whoever takes away more is found. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/code_list.h"
#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"
#include "tests/integration/verify_story.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define LEFT "7001801001"    /* left in February 2020 */
#define STAYS "7101811004"   /* has a course still */
#define OWES "7201821005"    /* left, and was paid too much */
#define UNKNOWN "7301831002" /* never among the participants */

#define LONG_AFTER "YDELSE_DRIFT_IDAG=2031-03-20"
#define ERASE "erase", "--before", "2020-03", "--reason", "prøve"

static const char participants[] =
    "cpr_nummer;kommunekode;navn\n" LEFT ";0101;Gået\n" STAYS ";0101;Bliver\n" OWES ";0101;Skylder\n";
static const char courses[] = "forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse\n"
                              "F1;" LEFT ";RF;2020-01-01;2020-02-20;KONTANTHJAELP\n"
                              "F2;" STAYS ";RF;2020-01-01;;KONTANTHJAELP\n"
                              "F3;" OWES ";RF;2020-01-01;2020-02-10;KONTANTHJAELP\n";
static const char income[] = "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                             "N;I1;" LEFT ";01;2020-01-15;1500,00\n"
                             "N;I1;" LEFT ";01;2020-01-15;1600,00\n"
                             "R;I1;" LEFT ";01;2020-01-15;1700,00\n"
                             "N;I2;" UNKNOWN ";01;2020-01-15;1500,00\n"
                             "N;I3;" STAYS ";01;2020-01-15;1500,00\n"
                             "N;;" LEFT ";01;2020-01-15;x\n";
static const char late_income[] = "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                                  "N;I4;" OWES ";01;2020-01-15;2500,00\n"
                                  "R;I3;" STAYS ";01;2020-01-15;1400,00\n";
static const char new_income[] = "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                                 "N;I5;" STAYS ";01;2020-04-15;1500,00\n"
                                 "R;I3;" STAYS ";01;2020-01-15;1300,00\n";

static void load(const char *const *files) {
    char *folder = temporary_folder();
    for (int i = 0; files[i] != NULL; i += 2)
        night_file(folder, files[i], files[i + 1]);
    const char *const arguments[] = {"load", folder, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "%s%s", process.out, process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}

static void run_month(const char *month) {
    const char *const arguments[] = {"run", "--month", month, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "run %s: %s%s", month, process.out,
              process.err);
    process_free(&process);
}

static void as(const char *user, const char *today, const char *const *arguments) {
    Process process = run_as(user, today, arguments);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "%s: %s%s", arguments[0], process.out,
              process.err);
    process_free(&process);
}

static void pay(const char *batch, const char *today, const char *due) {
    const char *const made[] = {"pay", "--due", due, "--allow-replacement-cpr", NULL};
    const char *const approved[] = {"approve", batch, NULL};
    const char *const emitted[] = {"emit", batch, "--format", "pain.001", NULL};
    as(maker, today, made);
    as(approver, today, approved);
    as(approver, today, emitted);
}

/* Two months are paid; then too much was paid to one, and the other's courses ended. Two later months are kept. */
static void begin(void) {
    Error error;
    begin_month();
    cr_assert_eq(code_lists_load(&error), STATUS_OK);
    load((const char *const[]){"deltagere.csv", participants, "forloeb.csv", courses, "indkomst.csv", income,
                               NULL});
    run_month("2020-01");
    pay("1", "YDELSE_DRIFT_IDAG=2020-01-20", "2020-01-31");
    run_month("2020-02");
    pay("2", "YDELSE_DRIFT_IDAG=2020-02-20", "2020-02-28");
    load((const char *const[]){"indkomst.csv", late_income, NULL});
    run_month("2020-02");
    pay("3", "YDELSE_DRIFT_IDAG=2020-02-20", "2020-02-28");
    run_month("2020-04");
    load((const char *const[]){"indkomst.csv", new_income, NULL});
    run_month("2020-05");
    pay("4", "YDELSE_DRIFT_IDAG=2020-05-20", "2020-05-29");
    expect_number(
        "SELECT count(*) FROM ydelse.claim WHERE state = 'AFVENTER_AFGOERELSE' AND cpr = '" OWES "'", 1);
}

TestSuite(erase, .init = begin, .fini = end_month);

/* All claims are decided and closed: nothing is open any more before March. */
static void close_claims(void) {
    Pg *finance = connect_as(maker);
    for (int64_t id = test_sql_int64(owner, "SELECT max(claim_id) FROM ydelse.claim"); id > 0; id--) {
        char sql[256];
        snprintf(
            sql, sizeof sql,
            "SELECT ydelse.claim_close(c.id::integer, 'test') FROM (SELECT %lld AS id) c CROSS JOIN LATERAL "
            "ydelse.claim_decide(c.id::integer, 'D-1', 'frafald', 'test', NULL)",
            (long long)id);
        test_sql(finance, sql);
    }
    pg_close(finance);
}

static char *program(int exit_code, const char *const *arguments) {
    const char *const environment[] = {LONG_AFTER, NULL};
    Process process = ydelse_run(arguments, environment);
    expect_exit(&process, exit_code, arguments[0]);
    char *text = malloc(strlen(process.out) + strlen(process.err) + 1);
    sprintf(text, "%s%s", process.out, process.err);
    expect_no_cpr(text, arguments[0]);
    process_free(&process);
    return text;
}

static void expect_program(int exit_code, const char *part, const char *const *arguments) {
    char *text = program(exit_code, arguments);
    expect_part(text, part);
    free(text);
}

/* Somebody of finance orders it. */
static void order(void) {
    const char *const arguments[] = {ERASE, "--order", NULL};
    Process process = run_as(maker, LONG_AFTER, arguments);
    expect_exit(&process, 0, "erase --order");
    expect_part(process.out, "2020-03");
    process_free(&process);
}

static void erase(void) {
    order();
    free(program(0, (const char *const[]){ERASE, NULL}));
}

static void expect_clean(void) {
    expect_program(0, "", (const char *const[]){"verify", NULL});
}

/* Tables with the number in any column, as text or in bytes. */
static void expect_tables_with(const char *cpr, bool some) {
    char sql[1024];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = "
             "'ydelse'::regnamespace "
             "AND relkind = 'r' AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM "
             "ydelse.%%I t "
             "WHERE t::text LIKE ''%%%%%s%%%%'' OR t::text LIKE ''%%%%' || encode('%s', 'hex') || '%%%%''', "
             "relname), "
             "false, true, '')))[1]::text <> '0'",
             cpr, cpr);
    char *tables = test_sql_text(owner, sql);
    cr_expect_eq(tables[0] != '\0', some, "%.6s is in: %s", cpr, tables);
    free(tables);
}

/* Every column in which a person can stand, by its name, and how it is erased: with its unit, by rows, or (looks) after a time
 * of its own. A new one without a decision here fails. */
static const char *const people_columns[] = {"access_log.cpr",
                                             "answer_file.bytes",
                                             "claim.cpr",
                                             "entitlement.cpr",
                                             "fact_boern.barn_cpr",
                                             "fact_boern.cpr_nummer",
                                             "fact_deltagere.cpr_nummer",
                                             "fact_deltagere.navn",
                                             "fact_ended.cpr",
                                             "fact_feriepenge.cpr_nummer",
                                             "fact_forloeb.cpr_nummer",
                                             "fact_indkomst.cpr_nummer",
                                             "fact_perioder.cpr_nummer",
                                             "fact_sanktioner.cpr_nummer",
                                             "fact_skattekort.cpr_nummer",
                                             "held_event.cpr",
                                             "output_file.bytes",
                                             "payment.cpr",
                                             "payment_file.bytes",
                                             "reject.cpr",
                                             "reject.found",
                                             "reject.raw",
                                             "result.cpr",
                                             "run_scope.cpr",
                                             "waiting_boern.barn_cpr",
                                             "waiting_boern.cpr_nummer",
                                             "waiting_deltagere.cpr_nummer",
                                             "waiting_deltagere.navn",
                                             "waiting_feriepenge.cpr_nummer",
                                             "waiting_forloeb.cpr_nummer",
                                             "waiting_indkomst.cpr_nummer",
                                             "waiting_perioder.cpr_nummer",
                                             "waiting_sanktioner.cpr_nummer",
                                             "waiting_skattekort.cpr_nummer"};

Test(erase, every_column_with_people_is_known) {
    Error error;
    PgRows *rows = NULL;
    size_t met = 0;
    cr_assert_eq(
        pg_query(
            owner,
            "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace::regnamespace::text LIKE 'ydelse%' "
            "AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition "
            "AND (a.attname ~ 'cpr|navn|raw|found|person|payee' AND format_type(a.atttypid, NULL) <> "
            "'boolean' "
            "OR a.attname = 'bytes') ORDER BY 1",
            0, NULL, &rows, &error),
        STATUS_OK, "%s", error.message);
    for (int i = 0; i < pg_row_count(rows); i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof people_columns / sizeof people_columns[0]; k++)
            known = known || strcmp(people_columns[k], pg_text(rows, i, 0)) == 0;
        cr_expect(known, "%s: does erase() know it? Then write it here", pg_text(rows, i, 0));
        met += known;
    }
    cr_expect_eq(met, sizeof people_columns / sizeof people_columns[0]);
    pg_rows_free(rows);
}

static void expect_export(const char *run) {
    char path[4096];
    char *folder = temporary_folder();
    snprintf(path, sizeof path, "%s/export", folder);
    free(program(0, (const char *const[]){"export", "--run", run, "--output", path, NULL}));
    free(program(0, (const char *const[]){"verify", "--export", path, NULL}));
    temporary_folder_remove(folder);
}

Test(erase, what_is_open_keeps_its_run_and_its_people) {
    expect_program(0, "bliver", (const char *const[]){ERASE, "--dry-run", NULL});
    expect_number("SELECT count(*) FROM ydelse.erasure", 0);
    order();
    expect_program(0, "run", (const char *const[]){ERASE, NULL});
    expect_text(
        "SELECT string_agg(relation || ' ' || number, ',' ORDER BY relation, number) FROM ydelse.erased_unit",
        "batch 2,run 2");
    expect_tables_with(LEFT, true);
    expect_tables_with(OWES, true);
    expect_tables_with(UNKNOWN, false);
    expect_clean();
    run_month("2020-05");
    expect_clean();
}

Test(erase, what_is_old_is_gone_and_the_seals_still_verify) {
    close_claims();
    expect_tables_with(LEFT, true);
    expect_program(0, "slettes", (const char *const[]){ERASE, "--dry-run", NULL});
    expect_tables_with(LEFT, true);
    order();
    order(); /* its answer was lost: the same order */
    expect_number("SELECT count(*) FROM ydelse.erasure_order", 1);
    expect_program(0, "slettet", (const char *const[]){ERASE, NULL});
    expect_text(
        "SELECT string_agg(relation || ' ' || number, ',' ORDER BY relation, number) FROM ydelse.erased_unit",
        "batch 1,batch 2,batch 3,claim 1,run 1,run 2,run 3");
    expect_tables_with(LEFT, false);
    expect_tables_with(OWES, false);
    expect_tables_with(UNKNOWN, false);
    expect_tables_with(STAYS, true);
    expect_clean();
    expect_program(0, "", (const char *const[]){"replay", "--from", "2020-01", "--to", "2020-05", NULL});
    expect_export("4");
    expect_export("5");
    free(program(0, (const char *const[]){"run", "--month", "2020-05", "--full", NULL}));
    expect_number("SELECT delta_lines FROM ydelse.run ORDER BY run_id DESC LIMIT 1", 0);
    expect_number(
        "SELECT count(*) FROM ydelse.run_month JOIN (SELECT max(run_id) AS run_id FROM ydelse.run) n USING "
        "(run_id) WHERE month < '2020-03-01'",
        0);
    expect_clean();
    /* Its end was lost: given again, it says that it was done. */
    expect_program(77, "was erased on", (const char *const[]){ERASE, NULL});
    order();
    expect_program(0, "intet at slette", (const char *const[]){ERASE, NULL});
    expect_number("SELECT count(*) FROM ydelse.erasure", 1);
}

Test(erase, erased_months_are_never_computed_again) {
    close_claims();
    erase();
    expect_program(64, "2020-02", (const char *const[]){"run", "--month", "2020-02", NULL});
    expect_program(
        64, "2020-02",
        (const char *const[]){"reprocess", "--month", "2020-02", "--to", "2020-04", "--reason", "x", NULL});
    /* One run that stays corrected January; nothing is left of February. */
    expect_program(0, "erased on", (const char *const[]){"replay", "--month", "2020-01", NULL});
    expect_program(66, "erased on", (const char *const[]){"replay", "--month", "2020-02", NULL});
    expect_program(65, "erased on", (const char *const[]){"replay", "--run", "1", NULL});
    expect_program(65, "erased on", (const char *const[]){"diff", "1", "2", NULL});
    expect_program(65, "erased on",
                   (const char *const[]){"explain", "--cpr", LEFT, "--month", "2020-01", NULL});
    expect_program(65, "erased on",
                   (const char *const[]){"statement", "--cpr", LEFT, "--month", "2020-01", NULL});
    expect_program(
        65, "erased on",
        (const char *const[]){"explain", "--cpr", LEFT, "--month", "2020-02", "--against", "2020-01", NULL});
    free(program(77, (const char *const[]){"emit", "1", "--format", "pain.001", NULL}));
    expect_program(64, "2021-01",
                   (const char *const[]){"erase", "--before", "2021-02", "--reason", "x", NULL});
    expect_program(64, "2020-03",
                   (const char *const[]){"erase", "--before", "2020-02", "--reason", "x", NULL});
}

Test(erase, only_the_owner_may) {
    const char *const arguments[] = {ERASE, NULL};
    Process process = run_as(maker, LONG_AFTER, arguments);
    expect_exit(&process, 77, "erase");
    process_free(&process);
    Error error;
    Pg *finance = connect_as(maker);
    static const char *const refused[] = {"SELECT ydelse.erase('2020-03-01', 'x', false)",
                                          "SELECT ydelse.erase_locks(true)", "SELECT ydelse.erase_units(1)",
                                          "INSERT INTO ydelse.erased_unit VALUES ('run', 1, 1)",
                                          "DELETE FROM ydelse.fact_boern"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect_neq(pg_script(finance, refused[i], &error), STATUS_OK, "%s", refused[i]);
        cr_expect_str_eq(error.sqlstate, "42501", "%s: %s", refused[i], error.message);
    }
    pg_close(finance);
    static const char *const kept[] = {"DELETE FROM ydelse.erased_row",
                                       "UPDATE ydelse.erasure SET reason = 'y'",
                                       "TRUNCATE ydelse.erased_unit", "DELETE FROM ydelse.fact_forloeb"};
    close_claims();
    expect_program(77, "--order", (const char *const[]){ERASE, NULL});
    erase();
    expect_program(77, "--order", (const char *const[]){ERASE, NULL}); /* an order is for once */
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        cr_expect_neq(pg_script(owner, kept[i], &error), STATUS_OK, "%s", kept[i]);
    expect_number(
        "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = "
        "'ydelse'::regnamespace AND t.tgenabled <> 'O'",
        0);
}

static const struct {
    const char *what, *sql, *table;
} manipulations[] = {
    {"a fact that no erasure names", "DELETE FROM ydelse.fact_forloeb WHERE cpr_nummer = '" STAYS "'",
     "fact_forloeb"},
    {"a result that no erasure names", "DELETE FROM ydelse.result WHERE run_id = 4", "result"},
    {"what is owed", "DELETE FROM ydelse.entitlement WHERE month = '2020-04-01'", "entitlement"},
    {"a leaf", "DELETE FROM ydelse.erased_row WHERE relation = 'fact_forloeb' AND line = 2", "fact_forloeb"},
    {"a leaf's hash",
     "UPDATE ydelse.erased_row SET row_hash = set_byte(row_hash, 0, get_byte(row_hash, 0) # 1)",
     "erased_row"},
    {"a leaf's line", "UPDATE ydelse.erased_row SET line = line + 100", "erased_row"},
    {"a leaf's file", "UPDATE ydelse.erased_row SET file_id = file_id + 100", "erased_row"},
    {"a leaf's delivery", "UPDATE ydelse.erased_row SET delivery_id = delivery_id + 100", "erased_row"},
    {"a leaf's reject", "UPDATE ydelse.erased_row SET reject_id = reject_id + 100", "erased_row"},
    {"a leaf's table", "UPDATE ydelse.erased_row SET relation = relation || 'x'", "erased_row"},
    {"a leaf's erasure", "UPDATE ydelse.erased_row SET erasure_id = 7", "erased_row"},
    {"a unit", "DELETE FROM ydelse.erased_unit WHERE relation = 'run' AND number = 2", "erased_unit"},
    {"a unit's number", "UPDATE ydelse.erased_unit SET number = 77 WHERE relation = 'claim'", "erased_unit"},
    {"a unit's kind",
     "UPDATE ydelse.erased_unit SET relation = 'claim' WHERE number = 3 AND relation = 'run'", "erased_unit"},
    {"a unit's erasure", "UPDATE ydelse.erased_unit SET erasure_id = 7", "erased_unit"},
    {"who erased", "UPDATE ydelse.erasure SET by_user = 'x'", "erasure"},
    {"when it was erased", "UPDATE ydelse.erasure SET happened_at = happened_at - interval '1 day'",
     "erasure"},
    {"why it was erased", "UPDATE ydelse.erasure SET reason = 'x'", "erasure"},
    {"up to which month", "UPDATE ydelse.erasure SET before_month = '2020-06-01'", "erasure"},
    {"where the erasure stands", "UPDATE ydelse.erasure SET after_run_id = 4", "erasure"},
    {"the erasure's number", "UPDATE ydelse.erasure SET erasure_id = 2", "erasure"},
    {"the erasure's digest", "UPDATE ydelse.erasure SET digest = sha256('x')", "erasure"},
    {"the erasure's text and digest",
     "UPDATE ydelse.erasure SET digest_text = digest_text || 'x', digest = sha256(convert_to(digest_text || "
     "'x', "
     "'UTF8'))",
     "erasure"},
    {"who ordered it", "UPDATE ydelse.erasure_order SET ordered_by = 'x'", "erasure_order"},
    {"when it was ordered", "UPDATE ydelse.erasure_order SET ordered_at = ordered_at - interval '1 day'",
     "erasure_order"},
    {"why it was ordered", "UPDATE ydelse.erasure_order SET reason = 'x'", "erasure_order"},
    {"what was ordered", "UPDATE ydelse.erasure_order SET before_month = '2020-02-01'", "erasure"},
    {"the order", "DELETE FROM ydelse.erasure_order", "erasure"},
    {"the order's number", "UPDATE ydelse.erasure SET order_id = 7", "erasure"},
    {"a whole erasure",
     "DELETE FROM ydelse.erased_unit; DELETE FROM ydelse.erased_row; DELETE FROM ydelse.erasure", "erasure"},
    {"another erasure, with a digest that fits, for a run that was kept",
     "SET LOCAL session_replication_role = origin; "
     "ALTER TABLE ydelse.result_4 DISABLE TRIGGER USER; DELETE FROM ydelse.result_4; "
     "INSERT INTO ydelse.erased_unit VALUES ('run', 4, 2); "
     "INSERT INTO ydelse.erasure_order (order_id, reason, before_month) VALUES (2, 'x', '2020-05-01'); "
     "INSERT INTO ydelse.erasure (erasure_id, order_id, reason, before_month, after_run_id) VALUES (2, 2, "
     "'x', "
     "'2020-05-01', 5)",
     "erasure"},
    {"a payment of an erased batch comes back",
     "INSERT INTO ydelse.payment (batch_id, month, cpr, amount_oere, newest_line_id, attempt, state) VALUES "
     "(1, "
     "'2020-01-01', '" LEFT "', 100, 11, 1, 'sent')",
     "payment"},
    {"an erased run's scope comes back",
     "INSERT INTO ydelse.run_scope VALUES ('2020-02-01', '" LEFT "', 3, 1)", "run_scope"},
};

Test(erase, what_nobody_erased_is_still_missed) {
    close_claims();
    erase();
    run_month("2020-05"); /* its seal covers the erasure */
    expect_clean();
    Pg *superuser = story_superuser();
    for (size_t i = 0; i < sizeof manipulations / sizeof manipulations[0]; i++) {
        long long wrong = 0;
        char *text = story_tampered(superuser, manipulations[i].sql, &wrong);
        cr_expect_gt(wrong, 0, "%s: not found", manipulations[i].what);
        cr_expect(text != NULL && strstr(text, manipulations[i].table) != NULL, "%s: %s is not named in\n%s",
                  manipulations[i].what, manipulations[i].table, text == NULL ? "refused" : text);
        free(text);
    }
    pg_close(superuser);
}
