/* A month as its users play it, each by a login role of its own and through the program only: the nightly job, the
 * maker, the approver, a maker bound to another municipality, and the auditor. What a user may not do is tried where
 * it would matter, and changes nothing. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "io/pay/payment_check.h"
#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

#define BATCH_COUNT 4
#define REJECTED_BATCH "1"

/* maker and approver are those of the fixture: anna and bo. */
static char nat[64];
static char stranger[64]; /* finance of 0851 alone */
static char auditor[64];
static char *folder;

static void begin(void) {
    char sql[256];
    begin_month();
    folder = temporary_folder();
    test_role_create(owner, "nat", "ydelse_batch", nat);
    test_role_create(owner, "fremmed", "ydelse_finance", stranger);
    test_role_create(owner, "revisor", "ydelse_auditor", auditor);
    snprintf(sql, sizeof sql,
             "INSERT INTO ydelse.finance_municipality (user_name, kommunekode) VALUES ('%s', '0851')",
             stranger);
    test_sql(owner, sql);
}

static void end(void) {
    temporary_folder_remove(folder);
    end_month();
}

TestSuite(month_of_users, .init = begin, .fini = end);

/* --- Playing a step ------------------------------------------------------------------------------------------------ */

/* What money and books rest on: a refused step leaves all of it as it was. */
static const char everything_sql[] =
    "SELECT md5(concat_ws('|', (SELECT string_agg(b::text, ',' ORDER BY batch_id) FROM ydelse.batch b), "
    "(SELECT string_agg(p::text, ',' ORDER BY payment_id) FROM ydelse.payment p), "
    "(SELECT string_agg(e::text, ',' ORDER BY event_id) FROM ydelse.batch_event e), "
    "(SELECT string_agg(c::text, ',' ORDER BY event_id) FROM ydelse.claim_event c), "
    "(SELECT string_agg(r::text, ',' ORDER BY run_id) FROM ydelse.run r), "
    "(SELECT count(*) FROM ydelse.payment_file), (SELECT count(*) FROM ydelse.answer_file), "
    "(SELECT count(*) FROM ydelse.payment_release), (SELECT count(*) FROM ydelse.output_file), "
    "(SELECT count(*) FROM ydelse.delivery), (SELECT count(*) FROM ydelse.input_file)))";

/* The same of two databases of the same month, but for ids of databases, users, times, and reading a file again. */
static const char outcome_sql[] =
    "SELECT concat_ws('|', (SELECT string_agg(concat_ws(' ', kommunekode, due_date, state, payment_count, "
    "total_oere), "
    "',' ORDER BY batch_id) FROM ydelse.batch), "
    "(SELECT string_agg(concat_ws(' ', batch_id, cpr, month, amount_oere, end_to_end_id, state), ',' ORDER "
    "BY "
    "end_to_end_id) FROM ydelse.payment), "
    "(SELECT string_agg(concat_ws(' ', batch_id, event, old_state, new_state), ',' ORDER BY event_id) FROM "
    "ydelse.batch_event WHERE event <> 'emitted_again'), "
    "(SELECT string_agg(concat_ws(' ', batch_id, format, payment_count, control_sum_oere), ',' ORDER BY "
    "batch_id) FROM "
    "ydelse.payment_file), "
    "(SELECT string_agg(concat_ws(' ', answer_file_id, end_to_end_id, code, effect), ',' ORDER BY "
    "answer_file_id, "
    "number) FROM ydelse.payment_answer), (SELECT count(*) FROM ydelse.payment_release))";

static Process step(const char *user, const char *const *arguments) {
    Process process = run_as(user, TODAY, arguments);
    expect_no_cpr(process.err, arguments[0]);
    return process;
}

/* Plays one step; what it printed is the caller's to free. */
static char *printed(const char *user, int exit_code, const char *const *arguments) {
    Process process = step(user, arguments);
    expect_exit(&process, exit_code, arguments[0]);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}
#define STEP(user, exit_code, ...) free(printed(user, exit_code, (const char *const[]){__VA_ARGS__, NULL}))

/* Off where only the months count. */
static bool forbidden_tried = true;

static void expect_refused(const char *user, const char *why, const char *const *arguments) {
    if (!forbidden_tried)
        return;
    char *before = test_sql_text(owner, everything_sql);
    Process process = step(user, arguments);
    char *after = test_sql_text(owner, everything_sql);
    cr_expect_eq(process.exit_code, 77, "%s by %s: exit %d\n%s%s", arguments[0], user, process.exit_code,
                 process.out, process.err);
    cr_expect_not_null(strstr(process.err, why), "%s by %s: '%s' is missing in\n%s", arguments[0], user, why,
                       process.err);
    cr_expect_not_null(strstr(process.err, "hint: "), "%s by %s: no hint in\n%s", arguments[0], user,
                       process.err);
    cr_expect_str_eq(before, after, "%s by %s was refused and changed something", arguments[0], user);
    free(before);
    free(after);
    process_free(&process);
}
#define REFUSED(user, why, ...) expect_refused(user, why, (const char *const[]){__VA_ARGS__, NULL})

/* Plays a step that is killed at every one of these points first (NULL: undisturbed). */
static void killed_step(const StopPoint *points, size_t count, const char *user, int exit_code,
                        const char *const *arguments) {
    char user_variable[96];
    char stop[64];
    snprintf(user_variable, sizeof user_variable, "PGUSER=%s", user);
    for (size_t i = 0; points != NULL && i < count; i++) {
        snprintf(stop, sizeof stop, "YDELSE_STOP_AT=%s", stop_point_name[points[i]]);
        const char *const environment[] = {user_variable, TODAY, stop, NULL};
        Process process = ydelse_run(arguments, environment);
        cr_expect_eq(process.signal, SIGKILL, "%s at %s: exit %d\n%s", arguments[0], stop, process.exit_code,
                     process.err);
        process_free(&process);
    }
    free(printed(user, exit_code, arguments));
}

static char *path_of(const char *name, char path[4096]) {
    snprintf(path, 4096, "%s/%s", folder, name);
    return path;
}

static void expect_control(int exit_code) {
    STEP(maker, exit_code, "control");
}

static void expect_verified(void) {
    char *out = night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL);
    free(out);
}

/* --- The steps of the month ---------------------------------------------------------------------------------------- */

static const char batch_only[] = "ydelse_batch";
static const char finance_only[] = "ydelse_finance";

static void load_and_run(void) {
    REFUSED(maker, batch_only, "load", "samples/lille");
    REFUSED(auditor, batch_only, "load", "samples/lille");
    STEP(nat, 1, "load", "samples/lille");
    const char *const others[] = {maker, stranger, auditor};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        REFUSED(others[i], batch_only, "run", "--month", "2024-03");
        REFUSED(others[i], batch_only, "reprocess", "--month", "2024-03", "--reason", "prøve");
    }
    STEP(nat, 1, "run", "--month", "2024-03");
}

static void put_out(const char *run) {
    char path[4096];
    REFUSED(nat, finance_only, "postings", "--run", run);
    REFUSED(auditor, finance_only, "extract", "--run", run);
    REFUSED(stranger, "municipality", "extract", "--run", run);
    STEP(maker, 0, "postings", "--run", run, "--output", path_of("posteringer.csv", path));
    STEP(maker, 0, "extract", "--run", run, "--output", path_of("udtraek.csv", path));
    expect_control(0);
}

static void collect(void) {
    REFUSED(nat, finance_only, "pay", "--due", DUE);
    REFUSED(auditor, finance_only, "pay", "--due", DUE);
    STEP(maker, 1, "pay", "--due", DUE, "--allow-replacement-cpr");
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state = 'draft'", BATCH_COUNT);
    expect_control(0);
}

static void approve(const char *batch) {
    REFUSED(approver, "draft", "emit", batch);
    REFUSED(maker, "who cannot approve it", "approve", batch);
    REFUSED(nat, finance_only, "approve", batch);
    REFUSED(auditor, finance_only, "approve", batch);
    REFUSED(nat, finance_only, "cancel", batch, "--reason", "prøve");
    REFUSED(auditor, finance_only, "cancel", batch, "--reason", "prøve");
    if (strcmp(batch, REJECTED_BATCH) == 0) {
        REFUSED(stranger, "municipality", "approve", batch);
        REFUSED(stranger, "municipality", "cancel", batch, "--reason", "prøve");
    }
    STEP(approver, 0, "approve", batch);
    expect_control(0);
}

static void expect_payment_file(const char *batch, const char *path) {
    const char *const own[] = {
        "xmllint", "--noout", "--nonet", "--schema", "config/pain/ydelse-pain.001.001.09.xsd", path, NULL};
    char schema[4096];
    char sql[256];
    size_t size;
    PaymentFileSums sums;
    Error error = {.status = STATUS_OK};
    Process process = process_run(own, NULL, NULL);
    cr_expect_eq(process.exit_code, 0, "our schema: %s", process.err);
    process_free(&process);
    const char *official_folder = getenv("YDELSE_ISO20022");
    if (official_folder != NULL && official_folder[0] != '\0') {
        snprintf(schema, sizeof schema, "%s/pain.001.001.09.xsd", official_folder);
        const char *const official[] = {"xmllint", "--noout", "--nonet", "--schema", schema, path, NULL};
        process = process_run(official, NULL, NULL);
        cr_expect_eq(process.exit_code, 0, "the official schema: %s", process.err);
        process_free(&process);
    }
    char *bytes = read_whole_file(path, &size);
    cr_assert_eq(payment_file_check(PAYMENT_PAIN_09, bytes, size, &sums, &error), STATUS_OK, "%s",
                 error.message);
    snprintf(sql, sizeof sql, "SELECT sum(amount_oere) FROM ydelse.payment WHERE batch_id = %s", batch);
    expect_number(sql, sums.total.oere);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.payment WHERE batch_id = %s", batch);
    expect_number(sql, sums.payment_count);
    snprintf(sql, sizeof sql, "SELECT control_sum_oere FROM ydelse.payment_file WHERE batch_id = %s", batch);
    expect_number(sql, sums.total.oere);
    free(bytes);
}

static const StopPoint emit_points[] = {STOP_EMIT_FORMED, STOP_EMIT_STORED, STOP_EMIT_EMITTED};
#define EMIT_POINT_COUNT (sizeof emit_points / sizeof emit_points[0])

static void emit(const char *batch, bool disturbed) {
    char path[4096];
    char name[64];
    snprintf(name, sizeof name, "betaling-%s.xml", batch);
    path_of(name, path);
    REFUSED(nat, finance_only, "emit", batch);
    REFUSED(auditor, finance_only, "emit", batch);
    if (strcmp(batch, REJECTED_BATCH) == 0)
        REFUSED(stranger, "municipality", "emit", batch);
    killed_step(disturbed ? emit_points : NULL, EMIT_POINT_COUNT, approver, 0,
                (const char *const[]){"emit", batch, "--output", path, NULL});
    expect_payment_file(batch, path);
    REFUSED(maker, "recall", "cancel", batch, "--reason", "for sent");
    expect_control(0);
}

static const StopPoint settle_points[] = {STOP_SETTLE_READ, STOP_SETTLE_MOVED, STOP_SETTLE_SETTLED};
#define SETTLE_POINT_COUNT (sizeof settle_points / sizeof settle_points[0])

/* A file of NemKonto answers: the SQL gives its lines. */
static void answers(const char *name, const char *lines_sql, char path[4096]) {
    char sql[1024];
    snprintf(
        sql, sizeof sql,
        "SELECT E'end_to_end_id;svar;tidspunkt\\n' || string_agg(line, '' ORDER BY line) FROM (%s) t (line)",
        lines_sql);
    char *text = test_sql_text(owner, sql);
    write_text_file(path_of(name, path), text);
    free(text);
}

/* What the program tells by its exit code depends on whether the answers were kept before the last kill. */
static void settle(const char *path, bool disturbed, int exit_code) {
    REFUSED(nat, finance_only, "settle", path);
    REFUSED(auditor, finance_only, "settle", path);
    killed_step(disturbed ? settle_points : NULL, SETTLE_POINT_COUNT, maker, disturbed ? 0 : exit_code,
                (const char *const[]){"settle", path, NULL});
    STEP(maker, 0, "settle", path);
    expect_control(0);
}

/* The first payment of a batch is rejected, the others are accepted. */
static void answer_the_month(bool disturbed) {
    char path[4096];
    answers(
        "afvist.csv",
        "SELECT end_to_end_id || CASE WHEN payment_id = min(payment_id) OVER () THEN ';7' ELSE ';8' END || "
        "E';2024-03-28\\n' FROM ydelse.payment WHERE batch_id = " REJECTED_BATCH " AND state = 'sent'",
        path);
    REFUSED(stranger, "municipality", "settle", path);
    settle(path, disturbed, 1);
    answers("godt.csv",
            "SELECT end_to_end_id || E';8;2024-03-28\\n' FROM ydelse.payment WHERE state = 'sent'", path);
    settle(path, disturbed, 0);
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state <> 'settled'", 0);
    expect_number("SELECT count(*) FROM ydelse.payment WHERE state = 'rejected'", 1);
}

static void pay_the_rejected_again(bool disturbed) {
    char path[4096];
    char *id = test_sql_text(owner, "SELECT end_to_end_id FROM ydelse.payment WHERE state = 'rejected'");
    STEP(maker, 1, "pay", "--due", DUE, "--allow-replacement-cpr");
    expect_number("SELECT count(*) FROM ydelse.batch", BATCH_COUNT);
    REFUSED(nat, finance_only, "pay", "--again", id, "--reason", "prøve");
    REFUSED(auditor, finance_only, "pay", "--again", id, "--reason", "prøve");
    REFUSED(stranger, "hint: ", "pay", "--again", id, "--reason", "prøve");
    STEP(maker, 0, "pay", "--again", id, "--reason", "borgeren har anvist en NemKonto");
    STEP(maker, 1, "pay", "--due", DUE, "--allow-replacement-cpr");
    expect_number("SELECT attempt FROM ydelse.payment WHERE batch_id = 5", 2);
    approve("5");
    emit("5", disturbed);
    answers("igen.csv", "SELECT end_to_end_id || E';8;2024-03-28\\n' FROM ydelse.payment WHERE batch_id = 5",
            path);
    settle(path, disturbed, 0);
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state <> 'settled'", 0);
    free(id);
}

/* Every payee has what is owed, once: but those left out. */
static void expect_everybody_paid_once(void) {
    expect_number(
        "SELECT count(*) FROM (SELECT cpr FROM ydelse.payment WHERE state = 'accepted' GROUP BY cpr, month "
        "HAVING count(*) <> 1) t",
        0);
    expect_number("SELECT count(*) FROM ydelse.payment p JOIN ydelse.entitlement_latest e USING (cpr, month) "
                  "WHERE p.state = 'accepted' AND p.amount_oere <> e.til_udbetaling",
                  0);
    expect_number(
        "SELECT count(*) FROM ydelse.entitlement_latest e WHERE til_udbetaling > 0 AND NOT EXISTS "
        "(SELECT FROM ydelse.payment p WHERE p.cpr = e.cpr AND p.month = e.month AND p.state = 'accepted')",
        2); /* one is dead, one on hold */
}

static void play_month(bool disturbed) {
    static const char *const batches[BATCH_COUNT] = {"1", "2", "3", "4"};
    load_and_run();
    put_out("1");
    collect();
    for (size_t i = 0; i < BATCH_COUNT; i++)
        approve(batches[i]);
    for (size_t i = 0; i < BATCH_COUNT; i++)
        emit(batches[i], disturbed);
    answer_the_month(disturbed);
    pay_the_rejected_again(disturbed);
    expect_everybody_paid_once();
    expect_verified();
}

/* --- The auditor --------------------------------------------------------------------------------------------------- */

static void audit(void) {
    char path[4096];
    char *cpr = test_sql_text(owner, "SELECT min(cpr) FROM ydelse.payment");
    path_of("revision", path);
    STEP(auditor, 0, "explain", "--cpr", cpr, "--month", "2024-03");
    STEP(auditor, 0, "replay", "--run", "1");
    STEP(auditor, 0, "export", "--run", "1", "--output", path);
    STEP(auditor, 0, "verify", "--export", path);
    STEP(auditor, 0, "control");
    STEP(auditor, 0, "rejected");
    STEP(auditor, 0, "claims");
    STEP(auditor, 0, "status");
    char *looks = printed(auditor, 0, (const char *const[]){"access", "--cpr", cpr, "--format", "csv", NULL});
    expect_part(looks, auditor);
    expect_part(looks, "explain");
    expect_part(looks, approver); /* who formed the payment file */
    free(looks);
    REFUSED(maker, "ydelse_auditor", "access", "--cpr", cpr);
    REFUSED(nat, "ydelse_auditor", "access", "--cpr", cpr);
    free(cpr);
}

/* A payment that somebody with all rights made an oere larger, past every trigger. */
static void plant_a_difference(void) {
    Pg *superuser = connect_as(getenv("YDELSE_TEST_SUPERUSER"));
    test_sql(
        superuser,
        "SET session_replication_role = replica; UPDATE ydelse.payment SET amount_oere = amount_oere + 1 "
        "WHERE payment_id = 1 OR end_to_end_id = (SELECT max(end_to_end_id) FROM ydelse.payment WHERE "
        "state = 'accepted')");
    char *out = printed(maker, 1, (const char *const[]){"control", NULL});
    expect_part(out, "betalinger");
    expect_part(out, "0,01");
    free(out);
    free(night_program(1, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    pg_close(superuser);
}

Test(month_of_users, from_files_to_settled_with_every_forbidden_step) {
    play_month(false);
    audit();
    plant_a_difference();
}

Test(month_of_users, killed_in_emit_and_settle_it_ends_the_same) {
    forbidden_tried = false;
    play_month(false);
    char *expected = test_sql_text(owner, outcome_sql);
    end();
    begin();
    play_month(true);
    char *disturbed = test_sql_text(owner, outcome_sql);
    cr_expect_str_eq(disturbed, expected);
    free(expected);
    free(disturbed);
}

/* --- Unhappy orders ------------------------------------------------------------------------------------------------ */

#define INCOME_HEADER "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
#define LATE_PAYEE "6110861018" /* of batch 3 */

/* A delivery of one file, the night after it, and its output. */
static void another_night(const char *file, const char *text, const char *run) {
    char *delivery = temporary_folder();
    night_file(delivery, file, text);
    STEP(nat, 0, "load", delivery);
    STEP(nat, 0, "run", "--month", "2024-03");
    put_out(run);
    temporary_folder_remove(delivery);
}

static void emit_all(const char *const *batches) {
    for (size_t i = 0; batches[i] != NULL; i++)
        emit(batches[i], false);
}

/* The newest payment of the late payee is answered. */
static void late_payee_answered(const char *code, const char *day, int exit_code) {
    char path[4096];
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT end_to_end_id || E';%s;%s\\n' FROM ydelse.payment WHERE cpr = '" LATE_PAYEE
             "' ORDER BY payment_id DESC LIMIT 1",
             code, day);
    answers("svar.csv", sql, path);
    settle(path, false, exit_code);
}

static void begin_unhappy(void) {
    static const char *const batches[BATCH_COUNT] = {"1", "2", "3", "4"};
    forbidden_tried = false;
    load_and_run();
    put_out("1");
    collect();
    for (size_t i = 0; i < BATCH_COUNT; i++)
        approve(batches[i]);
    forbidden_tried = true;
}

/* Somebody is put on hold and somebody dies between approval and emission: the file does not leave before they are out
 * and a second person has looked again. */
Test(month_of_users, hold_and_death_between_approval_and_emission) {
    static const char *const blocked[] = {"2", "4"};
    static const char *const reasons[] = {"SPAERRET", "DOED"};
    begin_unhappy();
    char *hold =
        test_sql_text(owner, "SELECT E'post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id\\n"
                             "P-H;' || min(cpr) || E';SPAERRING;2024-03-20;2024-04-30;;\\n' FROM "
                             "ydelse.payment WHERE batch_id = 2");
    another_night("perioder.csv", hold, "2");
    char *death = test_sql_text(owner, "SELECT E'posttype;cpr_nummer;kommunekode;navn;doedsdato\\nR;' || "
                                       "concat_ws(';', cpr, '0851', navn) || "
                                       "E';2024-03-10\\n' FROM ydelse.payee WHERE cpr = (SELECT min(cpr) "
                                       "FROM ydelse.payment WHERE batch_id = "
                                       "4)");
    another_night("deltagere.csv", death, "3");
    for (size_t i = 0; i < 2; i++) {
        char sql[128];
        const char *const arguments[] = {"emit", blocked[i], NULL};
        Process process = step(approver, arguments);
        expect_exit(&process, 65, "emit");
        expect_part(process.err, reasons[i]);
        process_free(&process);
        snprintf(sql, sizeof sql,
                 "SELECT end_to_end_id FROM ydelse.payment WHERE batch_id = %s ORDER BY cpr LIMIT 1",
                 blocked[i]);
        char *id = test_sql_text(owner, sql);
        STEP(maker, 0, "cancel", blocked[i], "--payment", id, "--reason", "må ikke betales");
        approve(blocked[i]);
        free(id);
    }
    static const char *const all[] = {"1", "3", NULL};
    emit_all(all);
    STEP(approver, 0, "emit", "2");
    STEP(approver, 0, "emit", "4");
    expect_number("SELECT count(*) FROM ydelse.payment WHERE state = 'cancelled'", 2);
    STEP(maker, 1, "pay", "--due", DUE, "--allow-replacement-cpr");
    expect_number("SELECT count(*) FROM ydelse.batch", BATCH_COUNT);
    expect_control(0);
    expect_verified();
    free(hold);
    free(death);
}

/* An answer that comes too early, one about nobody, and corrections at every stage of a payment. */
Test(month_of_users, answers_too_early_and_corrections_in_between) {
    static const char *const all[] = {"1", "2", "3", "4", NULL};
    char path[4096];
    begin_unhappy();
    late_payee_answered("8", "2024-03-19", 1); /* it is not sent */
    expect_number("SELECT count(*) FROM ydelse.payment WHERE state <> 'in_batch'", 0);
    emit_all(all);
    write_text_file(path_of("ukendt.csv", path), "end_to_end_id;svar;tidspunkt\nYD999999-1;7;2024-03-28\n");
    settle(path, false, 1);
    expect_number("SELECT count(*) FROM ydelse.payment WHERE state <> 'sent'", 0);

    /* Less is owed after emission: a claim, which a rejection of the payment covers; what is paid again is the net. */
    another_night("indkomst.csv", INCOME_HEADER "N;LATE1;" LATE_PAYEE ";01;2024-03-15;1500,00\n", "2");
    expect_text("SELECT c.state || ' ' || e.amount_oere FROM ydelse.claim_event e JOIN ydelse.claim c USING "
                "(claim_id) "
                "ORDER BY event_id DESC LIMIT 1",
                "AFVENTER_AFGOERELSE 140100");
    late_payee_answered("7", "2024-03-28", 1);
    expect_number("SELECT count(*) FROM ydelse.claim WHERE state <> 'AFSLUTTET'", 0);
    STEP(maker, 0, "pay", "--again", "all", "--reason", "ny NemKonto");
    STEP(maker, 1, "pay", "--due", DUE, "--allow-replacement-cpr");
    approve("5");
    emit("5", false);
    expect_number("SELECT total_oere FROM ydelse.batch WHERE batch_id = 5", 1222700 - 140100);
    late_payee_answered("8", "2024-03-29", 0);

    /* Less is owed after it was paid: a claim that waits for a decision. */
    another_night("indkomst.csv", INCOME_HEADER "N;LATE2;" LATE_PAYEE ";01;2024-03-16;1000,00\n", "3");
    char *claim = test_sql_text(owner, "SELECT max(claim_id) FROM ydelse.claim");
    REFUSED(nat, finance_only, "claims", "decide", claim, "--decision", "A-1", "--outcome", "tilbagebetaling",
            "--reason", "prøve");
    REFUSED(auditor, finance_only, "claims", "decide", claim, "--decision", "A-1", "--outcome",
            "tilbagebetaling", "--reason", "prøve");
    REFUSED(stranger, "hint: ", "claims", "decide", claim, "--decision", "A-1", "--outcome", "frafald",
            "--reason", "prøve");
    REFUSED(approver, "decided", "claims", "close", claim, "--reason", "for tidligt");
    STEP(maker, 0, "claims", "decide", claim, "--decision", "A-1", "--outcome", "tilbagebetaling", "--amount",
         "1000,00", "--reason", "prøve");
    expect_control(0);
    REFUSED(nat, finance_only, "claims", "close", claim, "--reason", "prøve");
    STEP(approver, 0, "claims", "close", claim, "--reason", "betalt tilbage");
    expect_control(0);

    /* A batch is recalled, and the bank could stop it. */
    REFUSED(auditor, finance_only, "recall", "2", "--reason", "prøve");
    REFUSED(stranger, "municipality", "recall", "2", "--reason", "prøve");
    STEP(maker, 0, "recall", "2", "--reason", "forkert dag");
    answers("standset.csv",
            "SELECT end_to_end_id || E';9;2024-03-26\\n' FROM ydelse.payment WHERE batch_id = 2", path);
    settle(path, false, 1);
    expect_number("SELECT count(*) FROM ydelse.payment WHERE batch_id = 2 AND state <> 'rejected'", 0);
    expect_verified();
    free(claim);
}
