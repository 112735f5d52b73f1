#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/pay/payment_check.h"
#include "tests/integration/pay_fixture.h"

TestSuite(pay, .init = begin_month, .fini = end_month);

/* --- From what is owed to the file --------------------------------------------------------------------- */

static int xmllint(const char *schema, const char *path) {
    const char *const arguments[] = {"xmllint", "--noout", "--nonet", "--schema", schema, path, NULL};
    Process process = process_run(arguments, NULL, NULL);
    const int exit_code = process.exit_code;
    if (exit_code != 0)
        fprintf(stderr, "%s", process.err);
    process_free(&process);
    return exit_code;
}

static void expect_valid_file(const char *path) {
    char schema[4096];
    const char *folder = getenv("YDELSE_ISO20022");
    cr_expect_eq(xmllint("config/pain/ydelse-pain.001.001.09.xsd", path), 0, "our own schema");
    snprintf(schema, sizeof schema, "%s/pain.001.001.09.xsd",
             folder == NULL || folder[0] == '\0' ? "../shared/iso20022" : folder);
    if (access(schema, R_OK) == 0)
        cr_expect_eq(xmllint(schema, path), 0, "the official schema");
}

/* The file says what the database says. */
static void expect_sums(const char *path, const char *batch) {
    char sql[256];
    PaymentFileSums sums;
    Error error = {.status = STATUS_OK};
    size_t size;
    char *bytes = read_whole_file(path, &size);
    cr_assert_eq(payment_file_check(PAYMENT_PAIN_09, bytes, size, &sums, &error), STATUS_OK, "%s",
                 error.message);
    free(bytes);
    snprintf(sql, sizeof sql,
             "SELECT sum(amount_oere) FROM ydelse.payment WHERE batch_id = %s AND state = 'sent'", batch);
    expect_number(sql, sums.total.oere);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.payment WHERE batch_id = %s AND state = 'sent'",
             batch);
    expect_number(sql, sums.payment_count);
    snprintf(sql, sizeof sql,
             "SELECT sum(d.amount_oere) FROM ydelse.payment_part pp JOIN ydelse.payment p USING (payment_id)"
             " JOIN ydelse.delta_line d USING (line_id) WHERE p.batch_id = %s",
             batch);
    expect_number(sql, sums.total.oere);
    snprintf(sql, sizeof sql, "SELECT message_id FROM ydelse.payment_file WHERE batch_id = %s", batch);
    expect_text(sql, sums.message_id);
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ydelse.payment_file WHERE batch_id = %s AND sha256 = sha256(bytes)"
             " AND length(bytes) = %zu",
             batch, size);
    expect_number(sql, 1);
}

Test(pay, from_owed_to_the_file) {
    char *folder = temporary_folder();
    char first[4096];
    char second[4096];
    snprintf(first, sizeof first, "%s/first.xml", folder);
    snprintf(second, sizeof second, "%s/second.xml", folder);
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_text(
        "SELECT string_agg(kommunekode || ' ' || payment_count || ' ' || total_oere, ', ' ORDER BY batch_id)"
        " FROM ydelse.batch",
        "0101 2 2000000, 0461 1 234567");
    expect_emit("1", 77); /* a draft */
    approve_as(maker, "1", 77);
    approve_as(approver, "1", 0);
    approve_as(approver, "1", 0); /* a repeated yes changes nothing */

    Process process = emit_as(approver, TODAY, "1", first);
    expect_exit(&process, 0, "emit");
    expect_no_cpr(process.err, "emit");
    process_free(&process);
    expect_valid_file(first);
    expect_sums(first, "1");

    /* Again, on another day: the stored bytes, and it says so. */
    process = emit_as(maker, "YDELSE_DRIFT_IDAG=2024-05-01", "1", second);
    expect_exit(&process, 0, "emit again");
    expect_part(process.err, "emitted before");
    process_free(&process);
    size_t first_size;
    size_t second_size;
    char *first_bytes = read_whole_file(first, &first_size);
    char *second_bytes = read_whole_file(second, &second_size);
    cr_expect(first_size == second_size && memcmp(first_bytes, second_bytes, first_size) == 0,
              "the same bytes");
    expect_part(first_bytes, "<Nm>Anna &amp; Søn &lt;");
    expect_part(first_bytes, "<Nm>NAVN MANGLER</Nm>");
    free(first_bytes);
    free(second_bytes);
    expect_number("SELECT count(*) FROM ydelse.payment_file", 1);

    cancel_as(maker, "1", 77); /* the file is out */
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);
    expect_text("SELECT string_agg(event || ':' || (by_user LIKE 'approver%'), ' ' ORDER BY event_id)"
                " FROM ydelse.batch_event WHERE batch_id = 1",
                "made:false approved:true emitted:true emitted_again:false");
    expect_text(
        "SELECT string_agg(DISTINCT state, ' ') FROM ydelse.payment_line_state WHERE kommunekode = '0101'",
        "sent");
    temporary_folder_remove(folder);
}

Test(pay, nothing_is_owed) {
    const char *const arguments[] = {"pay", "--due", DUE, "--lang", "en", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 0, "pay");
    expect_part(process.out, "Nothing new is owed.");
    process_free(&process);
}

Test(pay, kroner_as_danes_write_them) {
    three_people();
    const char *const arguments[] = {"pay", "--due", DUE, "--allow-replacement-cpr", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_part(process.out, " 20.000,00");
    expect_part(process.out, " 2.345,67");
    expect_part(process.out, " 22.345,67");
    expect_part(process.out, "Københavns Kommune");
    expect_part(process.err, "2024-03-20 (setting drift.idag)");
    process_free(&process);
}

/* --- Dates --------------------------------------------------------------------------------------------- */

Test(pay, the_day_of_execution) {
    static const struct {
        const char *due;
        int exit_code;
        const char *message;
    } cases[] = {
        {"2024-03-28", 64, "2024-04-02"}, /* Maundy Thursday: the next possible day is offered */
        {"2024-03-30", 64, "2024-04-02"},      {"2024-03-20", 64, "2024-03-22"},
        {"2024-03-21", 64, "2024-03-22"},      {"2023-12-31", 64, "2024-03-22"},
        {"2024-03-32", 64, "expected a date"}, {"27.3.2024", 64, "expected a date"},
        {"2044-03-22", 64, "ten years"},       {"2024-03-22", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const arguments[] = {"pay", "--due", cases[i].due, NULL};
        Process process = run_as(maker, TODAY, arguments);
        expect_exit(&process, cases[i].exit_code, cases[i].due);
        expect_part(process.err, cases[i].message);
        process_free(&process);
    }
}

Test(pay, a_month_is_due_on_its_last_banking_day) {
    three_people();
    const char *const early[] = {"pay", "--due", "2024-03-26", "--allow-replacement-cpr", NULL};
    Process process = run_as(maker, TODAY, early);
    expect_exit(&process, 0, "the day before");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.batch", 0);
    const char *const later[] = {"pay",        "--due",
                                 "2024-03-27", "--allow-replacement-cpr",
                                 "--set",      "policy.betalingsdag=foerste_bankdag",
                                 NULL};
    process = run_as(maker, TODAY, later);
    expect_exit(&process, 0, "paid in the next month");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.batch", 0);
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);
    approve_as(approver, "1", 0);
    process = emit_as(approver, "YDELSE_DRIFT_IDAG=2024-03-26", "1", NULL);
    expect_exit(&process, 64, "the lead is gone");
    expect_part(process.err, "2024-04-02");
    process_free(&process);
    expect_text("SELECT state FROM ydelse.batch WHERE batch_id = 1", "approved");
}

/* --- Who is left out ----------------------------------------------------------------------------------- */

Test(pay, replacement_numbers_and_ordinary_ones) {
    three_people();
    /* An ordinary number is never written down; this one is made here, and belongs to the same unborn date. */
    char ordinary[] = CARLA;
    char sql[512];
    ordinary[0] = (char)(ordinary[0] - 6);
    snprintf(sql, sizeof sql,
             "SELECT fixture.person('%s', '0101', 'Eva', NULL); SELECT fixture.compute('2024-03-01', true, "
             "'2024-03 " ANNA " 1000000, 2024-03 " BO " 1000000, 2024-03 " CARLA
             " 234567, 2024-03 %s 77700');",
             ordinary, ordinary);
    test_sql(owner, sql);
    pay_as(maker, NULL, 1);
    expect_text("SELECT string_agg(kommunekode || ' ' || total_oere, ', ') FROM ydelse.batch", "0101 77700");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT sum(total_oere) FROM ydelse.batch", 77700 + 2000000 + 234567);
    /* Nor does the database let one into a batch that was made without the flag. */
    cr_expect_str_eq(
        test_sql_sqlstate(
            owner, "BEGIN; SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000100, 2024-03 " BO
                   " 1000000, 2024-03 " CARLA " 234567');"
                   "INSERT INTO ydelse.batch (kommunekode, due_date, payment_count, total_oere,"
                   " allow_replacement_cpr, payer_name, payer_cvr, payer_se, payer_iban, payer_bic)"
                   " VALUES ('0101', '2024-03-27', 1, 100, false, 'A', '00010103', '',"
                   " 'DK9399990000000101', 'FIKTDKK0');"
                   "INSERT INTO ydelse.payment (batch_id, month, cpr, amount_oere, newest_line_id, attempt)"
                   " SELECT max(b.batch_id), o.month, o.cpr, o.net_oere, o.newest_line_id, 1"
                   " FROM ydelse.owed_open o, ydelse.batch b WHERE o.cpr = '" ANNA
                   "' GROUP BY o.month, o.cpr, o.net_oere, o.newest_line_id;"
                   "INSERT INTO ydelse.payment_part (payment_id, line_id)"
                   " SELECT payment_id, newest_line_id FROM ydelse.payment ORDER BY payment_id DESC LIMIT 1"),
        "YD003");
    test_sql(owner, "ROLLBACK");
}

Test(pay, the_dead_the_held_and_the_old) {
    test_sql(owner, "SELECT fixture.person('" ANNA "', '0101', 'Anna', '2024-03-05');"
                    "SELECT fixture.person('" BO "', '0101', 'Bo', NULL); SELECT fixture.hold('" BO
                    "', '2024-03-01', '2024-03-20');"
                    "SELECT fixture.person('" CARLA "', '0461', 'Carla', NULL); SELECT fixture.hold('" CARLA
                    "', '2024-03-27', NULL);"
                    "SELECT fixture.person('" DAN "', '0461', 'Dan', NULL); SELECT fixture.hold('" DAN
                    "', '2024-03-21', '2024-03-26');"
                    "SELECT fixture.compute('2021-02-01', false, '2021-02 " DAN " 5500');"
                    "SELECT fixture.compute('2021-03-01', false, '2021-03 " DAN " 6600');"
                    "SELECT fixture.compute('2024-02-01', false, '2024-02 " DAN " 7700');"
                    "SELECT fixture.compute('2024-03-01', false, '2024-03 " ANNA " 100, 2024-03 " BO
                    " 200, 2024-03 " CARLA " 300, 2024-03 " DAN " 400');"
                    /* Held in its latest result: what was computed before stays owed, but waits. */
                    "SELECT fixture.compute('2024-03-01', true, '2021-02 " DAN " 5500, 2021-03 " DAN
                    " 6600, 2024-02 " DAN " -1, 2024-03 " ANNA " 100, 2024-03 " BO " 200, 2024-03 " CARLA
                    " 300, 2024-03 " DAN " 400');");
    const char *const arguments[] = {"pay", "--due", DUE, "--allow-replacement-cpr", "--list", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 1, "pay");
    expect_no_cpr(process.out, "pay --list");
    expect_part(process.out, "DOED              0101     2024-03");
    expect_part(process.out, "SPAERRET          0101     2024-03");
    expect_part(process.out, "SPAERRET          0461     2024-03");
    expect_part(process.out, "TILBAGEHOLDT      0461     2024-02");
    expect_part(process.out, "FORAELDET         0461     2021-02");
    expect_part(process.out, "deltagere-1.csv:2");
    process_free(&process);
    /* Dan's hold lies between today and the day of execution; 2021-03 was due on 2021-03-31, within three years. */
    expect_text("SELECT string_agg(to_char(month, 'YYYY-MM') || ' ' || amount_oere, ', ' ORDER BY month)"
                " FROM ydelse.payment",
                "2021-03 6600, 2024-03 400");
    expect_number("SELECT count(*) FROM ydelse.batch", 1);
    /* Computed again, it is no longer held, and is paid. */
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2021-02 " DAN " 5500, 2021-03 " DAN
                    " 6600, 2024-02 " DAN " 7700, 2024-03 " ANNA " 100, 2024-03 " BO " 200, 2024-03 " CARLA
                    " 300, 2024-03 " DAN " 400');");
    pay_as(maker, "--allow-replacement-cpr", 1);
    expect_number("SELECT fixture.paid('" DAN "')", 6600 + 400 + 7700);
}

/* --- Old months ------------------------------------------------------------------------------------------------- */

static void arrears(const char *line, const char *amount, const char *decision, int expected,
                    const char *part) {
    const char *const arguments[] = {"pay",        "--arrears", line,     "--amount", amount,
                                     "--decision", decision,    "--lang", "en",       NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, expected, "pay --arrears");
    expect_no_cpr(process.out, "pay --arrears");
    expect_part(expected == 0 ? process.out : process.err, part);
    process_free(&process);
}

Test(pay, an_old_month_is_paid_when_it_is_decided_and_for_that_amount) {
    char *line;
    test_sql(owner, "SELECT fixture.person('" DAN "', '0461', 'Dan', NULL);"
                    "SELECT fixture.compute('2021-02-01', false, '2021-02 " DAN " 5500');"
                    "SELECT fixture.compute('2021-03-01', false, '2021-03 " DAN " 6600');");
    pay_as(maker, "--allow-replacement-cpr", 1);
    expect_number("SELECT fixture.paid('" DAN "')", 6600);
    line = test_sql_text(owner, "SELECT max(line_id) FROM ydelse.payment_line_open");
    arrears(line, "66,00", "AFG-1", 65, "is about 55,00 kr., not 66,00 kr.");
    arrears("11110001", "55,00", "AFG-1", 66, "not the newest open line");
    arrears("12", "55,00", "AFG-1", 66, "not the newest open line");
    arrears("x", "55,00", "AFG-1", 64, "expected the number of a line");
    arrears(line, "55,00", "", 64, "--decision: expected a text");
    arrears(line, "55,00", DAN, 64, "leave CPR numbers out");
    expect_number("SELECT count(*) FROM ydelse.arrears_decision", 0);
    arrears(line, "55,00", "AFG-1", 0, "is paid by the next batch: 0461, 2021-02, 55,00 kr.");
    arrears(line, "55,00", "AFG-1", 0, "was decided so already");
    arrears(line, "55,00", "AFG-2", 77, "is decided already");
    expect_number("SELECT count(*) FROM ydelse.arrears_decision WHERE decision_id = 'AFG-1'", 1);
    /* More is owed: another amount, which nobody has decided about. */
    test_sql(owner,
             "SELECT fixture.compute('2021-03-01', true, '2021-02 " DAN " 5700, 2021-03 " DAN " 6600');");
    pay_as(maker, "--allow-replacement-cpr", 1);
    expect_number("SELECT fixture.paid('" DAN "')", 6600);
    free(line);
    line = test_sql_text(owner, "SELECT max(line_id) FROM ydelse.payment_line_open");
    arrears(line, "57,00", "AFG-3", 0, "57,00 kr.");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT fixture.paid('" DAN "')", 6600 + 5700);
    arrears(line, "57,00", "AFG-3", 66, "not the newest open line");
    free(line);
}

Test(pay, municipalities_that_are_not_set_up) {
    test_sql(owner, "SELECT fixture.person('" ANNA "', '0147', 'Anna', NULL); SELECT fixture.person('" BO
                    "', '0101', 'Bo', NULL);"
                    "SELECT fixture.compute('2024-03-01', false, '2024-03 " ANNA " 100');");
    pay_as(maker, "--allow-replacement-cpr", 78);
    test_sql(owner,
             "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 100, 2024-03 " BO " 200');");
    pay_as(maker, "--allow-replacement-cpr", 1);
    expect_text("SELECT string_agg(kommunekode, ',') FROM ydelse.batch", "0101");
    static const struct {
        const char *kommune;
        int exit_code;
    } cases[] = {{"0147", 78}, {"9999", 64}, {"101", 64}, {"0461", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const arguments[] = {"pay", "--due", DUE, "--kommune", cases[i].kommune, NULL};
        Process process = run_as(maker, TODAY, arguments);
        expect_exit(&process, cases[i].exit_code, cases[i].kommune);
        process_free(&process);
    }
    /* A table of one's own sets it up. */
    char *folder = temporary_folder();
    char path[4096];
    char setting[4200];
    snprintf(path, sizeof path, "%s/betalere.csv", folder);
    snprintf(setting, sizeof setting, "betaling.betalere=%s", path);
    write_text_file(path, "kommunekode;navn;cvr;se_nummer;konto_iban;bic;bemaerkning\n"
                          "0147;\"Frederiksberg \"\"Kommune\"\"\";00014702;;DK5000400440116243;FIKTDKK0;\n");
    const char *const arguments[] = {"pay", "--due", DUE, "--allow-replacement-cpr", "--set", setting, NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 0, "pay");
    process_free(&process);
    expect_text("SELECT payer_name || payer_iban FROM ydelse.batch WHERE kommunekode = '0147'",
                "Frederiksberg \"Kommune\"DK5000400440116243");
    temporary_folder_remove(folder);
}

/* --- Deltas -------------------------------------------------------------------------------------------- */

Test(pay, equal_amounts_of_two_months_are_two_payments) {
    test_sql(owner, "SELECT fixture.person('" ANNA "', '0101', 'Anna', NULL);"
                    "SELECT fixture.compute('2024-02-01', false, '2024-02 " ANNA " 1000000');"
                    "SELECT fixture.compute('2024-03-01', false, '2024-03 " ANNA " 1000000');");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT count(*) FROM ydelse.payment", 2);
    expect_number("SELECT count(DISTINCT end_to_end_id) FROM ydelse.payment", 2);
    expect_number("SELECT fixture.paid('" ANNA "')", 2000000);
}

Test(pay, a_negative_delta_lowers_what_is_unpaid) {
    three_people();
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 900000, 2024-03 " BO
                    " 0, 2024-03 " CARLA " 234567');");
    expect_number("SELECT count(*) FROM ydelse.claim_open", 0);
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_text("SELECT string_agg(cpr || ' ' || amount_oere, ', ' ORDER BY cpr) FROM ydelse.payment",
                ANNA " 900000, " CARLA " 234567");
    expect_number(
        "SELECT count(*) FROM ydelse.payment_part JOIN ydelse.payment USING (payment_id) WHERE cpr = '" ANNA
        "'",
        2);
}

Test(pay, a_negative_delta_after_payment_is_a_claim) {
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    expect_emit("1", 0);
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 900000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567');");
    expect_text("SELECT string_agg(cpr || ' ' || amount_oere || ' ' || state, ', ') FROM ydelse.claim_open",
                ANNA " 100000 AFVENTER_AFGOERELSE");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT fixture.paid('" ANNA "')", 1000000);
    /* A later positive delta of the same month lowers the claim, and pays what is left of it. */
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 960000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567');");
    expect_number("SELECT amount_oere FROM ydelse.claim_open", 40000);
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT fixture.paid('" ANNA "')", 1000000);
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1030000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567');");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_number("SELECT fixture.paid('" ANNA "')", 1030000);
    expect_number("SELECT count(*) FROM ydelse.claim_open", 0);
}

/* --- Between making and emitting ----------------------------------------------------------------------- */

Test(pay, cancel_opens_the_lines_again) {
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    cancel_as(maker, "1", 0);
    cancel_as(maker, "1", 0); /* a repeated no changes nothing */
    cancel_as(maker, "99", 66);
    approve_as(approver, "1", 77);
    expect_emit("1", 77);
    expect_text("SELECT cancel_reason FROM ydelse.batch WHERE batch_id = 1", "prøve");
    expect_text(
        "SELECT string_agg(DISTINCT state, ' ') FROM ydelse.payment_line_state WHERE kommunekode = '0101'",
        "open");
    pay_as(maker, "--allow-replacement-cpr", 0);
    expect_text(
        "SELECT string_agg(split_part(end_to_end_id, '-', 2), ' ' ORDER BY payment_id) FROM ydelse.payment",
        "1 1 1 2 2");
    expect_number("SELECT fixture.paid('" ANNA "')", 1000000);
}

Test(pay, somebody_may_no_longer_be_paid) {
    static const char *const news[] = {
        "SELECT fixture.person('" ANNA "', '0101', 'Anna', '2024-03-19')",
        "SELECT fixture.hold('" ANNA "', '2024-03-20', NULL)",
        "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 400000, 2024-03 " BO
        " 1000000, 2024-03 " CARLA " 234567')",
        "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " -1, 2024-03 " BO
        " 1000000, 2024-03 " CARLA " 234567')",
    };
    static const char *const reasons[] = {"DOED", "SPAERRET", "RETTET", "TILBAGEHOLDT"};
    static const int64_t then_paid[] = {0, 0, 400000, 0};
    for (size_t i = 0; i < sizeof news / sizeof news[0]; i++) {
        if (i > 0)
            begin_month();
        three_people();
        pay_as(maker, "--allow-replacement-cpr", 0);
        approve_as(approver, "1", 0);
        test_sql(owner, news[i]);
        Process process = emit_as(approver, TODAY, "1", NULL);
        expect_exit(&process, 65, reasons[i]);
        expect_part(process.err, reasons[i]);
        expect_part(process.err, "deltagere-");
        expect_part(process.err, "ydelse cancel 1");
        expect_no_cpr(process.err, "emit");
        cr_expect_eq(process.out_size, 0, "no byte of the file leaves");
        process_free(&process);
        expect_text("SELECT state FROM ydelse.batch WHERE batch_id = 1", "approved");
        expect_number("SELECT count(*) FROM ydelse.payment_file", 0);
        expect_number("SELECT count(*) FROM ydelse.payment WHERE state = 'sent'", 0);
        expect_number("SELECT count(*) FROM ydelse.claim_open", 0);
        cancel_as(maker, "1", 0);
        pay_as(maker, "--allow-replacement-cpr", then_paid[i] == 0 ? 1 : 0);
        expect_number("SELECT fixture.paid('" ANNA "')", then_paid[i]);
        expect_number("SELECT fixture.paid('" BO "')", 1000000);
        if (i + 1 < sizeof news / sizeof news[0])
            end_month();
    }
}

Test(pay, a_folder_that_is_not_there) {
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    Process process = emit_as(approver, TODAY, "1", "/there/is/no/such/folder/payments.xml");
    expect_exit(&process, 73, "emit");
    process_free(&process);
    expect_text("SELECT state FROM ydelse.batch WHERE batch_id = 1", "approved");
}

/* --- Two at once --------------------------------------------------------------------------------------- */

Test(pay, two_at_once_pay_once) {
    three_people();
    char command[1024];
    snprintf(command, sizeof command,
             "export " TODAY " YDELSE_DRIFT_VENT_SEKUNDER=60; for i in 1 2 3 4 5 6; do PGUSER=%s "
             "\"$YDELSE_PROGRAM\" pay --due " DUE
             " --allow-replacement-cpr >/dev/null 2>&1 || echo failed & done; wait",
             maker);
    Process process = shell_run(command);
    cr_expect_str_eq(process.out, "");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.batch", 2);
    expect_number("SELECT count(*) FROM ydelse.payment", 3);
    approve_as(approver, "1", 0);
    snprintf(command, sizeof command,
             "export " TODAY
             "; for i in 1 2 3 4; do PGUSER=%s \"$YDELSE_PROGRAM\" emit 1 2>/dev/null | sha256sum & "
             "done | sort | uniq -c | wc -l; wait",
             approver);
    process = shell_run(command);
    cr_expect_eq(strtol(process.out, NULL, 10), 1, "all of them gave the same bytes: %s", process.out);
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.payment_file", 1);
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'emitted'", 1);
}
