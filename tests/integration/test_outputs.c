/* Postings, extracts, creditors, and the control over all stores: a month with tax, corrections and claims. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

#define TAX "YDELSE_POLICY_SKAT=ja"

static char *folder;

static void run_night(const char *month, const char *input) {
    const char *const arguments[] = {"run", "--month", month, input == NULL ? NULL : "--input", input, NULL};
    const char *const environment[] = {TAX, NULL};
    Process process = ydelse_run(arguments, environment);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "%s", process.err);
    process_free(&process);
}

static void bring(const char *file, const char *text) {
    char *delivery = temporary_folder();
    night_file(delivery, file, text);
    night_load(delivery, 0);
    temporary_folder_remove(delivery);
}

/* Runs a command of an output; the caller frees what it wrote. */
static char *output(const char *command, const char *run, const char *setting, int exit_code) {
    char path[4096];
    size_t size = 0;
    char *bytes = NULL;
    struct stat info;
    snprintf(path, sizeof path, "%s/%s-%s.csv", folder, command, run);
    const char *const arguments[] = {
        command, "--run", run, "--output", path, setting == NULL ? NULL : "--set", setting, NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, exit_code, command);
    expect_no_cpr(process.err, command);
    if (exit_code == 0) {
        bytes = read_whole_file(path, &size);
        cr_expect_eq(stat(path, &info), 0);
        cr_expect_eq(info.st_mode & 0777, 0600);
    }
    process_free(&process);
    return bytes;
}

static void put_out(const char *run) {
    free(output("postings", run, NULL, 0));
    free(output("extract", run, NULL, 0));
}

static void expect_program(const char *command, int exit_code, const char *part) {
    const char *const arguments[] = {command, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, exit_code, "%s: exit %d, expected %d\n%s%s", command, process.exit_code,
                 exit_code, process.out, process.err);
    expect_part(process.out, part);
    expect_no_cpr(process.out, command);
    process_free(&process);
}

/* Two runs of March around a payment, and April: run 2 corrects two people and takes a third one's course away. */
static void play(void) {
    folder = temporary_folder();
    begin_month();
    run_night("2024-03", "samples/lille");
    pay_as(maker, "--allow-replacement-cpr", 1);
    approve_as(approver, "1", 0);
    expect_emit("1", 0);
    cancel_as(maker, "2", 0);
    bring("indkomst.csv", "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                          "LATE1;6110861018;01;2024-03-15;1750,00\n");
    bring("forloeb.csv", "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nT;F-0001;;;;\n");
    run_night("2024-03", NULL);
    run_night("2024-04", NULL);
}

static void stop(void) {
    end_month();
    temporary_folder_remove(folder);
}

TestSuite(outputs, .init = play, .fini = stop);

/* --- What the files say ------------------------------------------------------------------------------------ */

Test(outputs, postings_add_up_to_zero_and_point_back) {
    expect_program("control", 1, "posteringer"); /* nothing is posted yet */
    for (char run[] = "1"; run[0] <= '3'; run[0]++)
        put_out(run);
    expect_number(
        "SELECT count(*) FROM (SELECT field[1] FROM ydelse.output_line('posteringer') GROUP BY field[1]"
        " HAVING sum(ydelse.oere(field[10])) <> 0 OR count(*) <> 2) x",
        0);
    expect_number("SELECT sum(ydelse.oere(field[10])) FROM ydelse.output_line('posteringer')", 0);
    cr_expect_gt(test_sql_int64(owner,
                                "SELECT count(*) FROM ydelse.output_line('posteringer') WHERE field[8] ="
                                " 'skyldig_skat' AND field[2] = '1'"),
                 0);
    /* A correction names the line it corrects, of the same month. */
    expect_number(
        "SELECT count(*) FROM ydelse.output_line('posteringer') c WHERE c.field[11] <> '' AND NOT EXISTS "
        "(SELECT FROM ydelse.output_line('posteringer') o WHERE o.field[1] = c.field[11] AND o.field[4] ="
        " c.field[4] AND o.field[7] = c.field[7])",
        0);
    cr_expect_gt(test_sql_int64(owner,
                                "SELECT count(*) FROM ydelse.output_line('posteringer') WHERE field[11] <> ''"
                                " AND field[2] = '2' AND field[4] = '2024-03'"),
                 0);
    /* What the citizens owe is on its account, and nothing else is. */
    cr_expect_gt(test_sql_int64(owner, "SELECT sum(amount_oere) FROM ydelse.claim_open"), 0);
    expect_number("SELECT sum(ydelse.oere(field[10])) - (SELECT sum(amount_oere) FROM ydelse.claim_open)"
                  " FROM ydelse.output_line('posteringer') WHERE field[8] = 'tilgodehavende'",
                  0);
    /* What is left with the NemKonto is what was sent, or is about to be, and what is open and no claim. */
    expect_number(
        "SELECT -sum(ydelse.oere(field[10])) - (SELECT sum(amount_oere) FROM ydelse.payment WHERE state IN"
        " ('in_batch', 'sent')) - (SELECT sum(net_oere) FROM ydelse.owed_open o WHERE net_oere > 0 OR NOT "
        "EXISTS"
        " (SELECT FROM ydelse.claim_open c WHERE c.cpr = o.cpr AND c.month = o.month))"
        " FROM ydelse.output_line('posteringer') WHERE field[8] = 'mellemregning_nemkonto'",
        0);
    expect_program("control", 0, "balance");
    expect_program("verify", 0, "");
}

Test(outputs, a_waived_claim_is_a_cost) {
    for (char run[] = "1"; run[0] <= '3'; run[0]++)
        put_out(run);
    Pg *finance = connect_as(maker);
    test_sql(finance, "SELECT ydelse.claim_decide(1, 'D-1', 'frafald', 'test', NULL);");
    test_sql(finance, "SELECT ydelse.claim_close(1, 'test')");
    pg_close(finance);
    run_night("2024-04", NULL);
    char *text = output("postings", "4", NULL, 0);
    expect_part(text, ";krav_frafald;ydelse_");
    free(text);
    expect_number(
        "SELECT sum(ydelse.oere(field[10])) - (SELECT coalesce(sum(amount_oere), 0) FROM ydelse.claim_open)"
        " FROM ydelse.output_line('posteringer') WHERE field[8] = 'tilgodehavende'",
        0);
    expect_program("control", 0, "balance");
}

/* The bank refuses everything: the claims that rested on it end, and the books of the next run say so. */
Test(outputs, rejected_payments_end_their_claims) {
    test_sql(owner, "UPDATE ydelse.payment SET state = 'rejected' WHERE state = 'sent'");
    expect_number("SELECT count(*) FROM ydelse.claim_open", 0);
    run_night("2024-04", NULL);
    for (char run[] = "1"; run[0] <= '4'; run[0]++)
        put_out(run);
    expect_number("SELECT sum(ydelse.oere(field[10])) FROM ydelse.output_line('posteringer') WHERE field[8] ="
                  " 'tilgodehavende'",
                  0);
    cr_expect_gt(test_sql_int64(
                     owner, "SELECT count(*) FROM ydelse.output_line('posteringer') WHERE field[2] = '4' AND"
                            " field[7] = 'krav'"),
                 0);
    expect_program("control", 0, "balance");
}

Test(outputs, the_same_bytes_for_good) {
    static const char *const commands[] = {"postings", "extract"};
    char setting[4200], path[4100];
    snprintf(path, sizeof path, "%s/kontoplan.csv", folder);
    snprintf(setting, sizeof setting, "betaling.kontoplan=%s", path);
    for (size_t i = 0; i < 2; i++) {
        char *first = output(commands[i], "2", NULL, 0);
        write_text_file(path, "rolle;konto;navn_da;navn_en\nydelse_rf;1;;\nydelse_ja;2;;\natp_kommune;3;;\n"
                              "skyldig_atp;4;;\nskyldig_skat;5;;\nskyldig_pension;6;;\ntilgodehavende;7;;\n"
                              "mellemregning_nemkonto;8;;\nmellemregning_stat;9;;\n");
        char *second = output(commands[i], "2", setting, 0); /* other accounts by now */
        cr_expect_str_eq(first, second);
        char *other = output(commands[i], "3", setting, 0);
        cr_expect_null(strstr(other, "KONFIGURERES"));
        free(first);
        free(second);
        free(other);
        write_text_file(path, "rolle;konto;navn_da;navn_en\nydelse_rf;1;;\n");
        (void)output(commands[i], "1", setting, 78);
        write_text_file(path, "rolle;konto;navn_da;navn_en\nydelse_rf;=1+1;;\n");
        (void)output(commands[i], "1", setting, 78);
        (void)output(commands[i], "9", NULL, 66);
        (void)output(commands[i], "x", NULL, 64);
        const char *const as_json[] = {commands[i], "--run", "2", "--format", "json", NULL};
        Process process = run_as(maker, TODAY, as_json);
        expect_exit(&process, 0, "json");
        expect_part(process.out, "\"tidsstempel\"" + (i == 0 ? 13 : 0));
        process_free(&process);
    }
    expect_number("SELECT count(*) FROM ydelse.output_file", 4);
    expect_text("SELECT string_agg(DISTINCT (stored_by = (SELECT made_by FROM ydelse.batch WHERE batch_id = "
                "1))::text, "
                "'') FROM ydelse.output_file",
                "true");
    expect_program("verify", 0, "");
}

Test(outputs, extract_rows) {
    char *text = output("extract", "2", NULL, 0);
    expect_part(
        text,
        "cpr_nummer;ydelse_start;ydelse_slut;beloeb_foer_skat;kontonummer;kommunenummer;cvr;tidsstempel\n");
    expect_part(text, "6110861018;2024-03-01;2024-03-31;-");
    free(text);
    for (char run[] = "1"; run[0] <= '3'; run[0]++)
        free(output("extract", run, NULL, 0));
    expect_number("SELECT sum(ydelse.oere(field[4])) - (SELECT sum(til_udbetaling + atp_egen + skat) FROM "
                  "ydelse.entitlement_latest) FROM ydelse.output_line('udtraek')",
                  0);
    /* The time is the seal's, whenever the file is made. */
    expect_number(
        "SELECT count(*) FROM ydelse.output_line('udtraek') l JOIN ydelse.run r USING (run_id) WHERE "
        "date_trunc('second', r.ended_at) <> l.field[8]::timestamptz",
        0);
}

Test(outputs, creditors) {
    for (char run[] = "1"; run[0] <= '3'; run[0]++)
        put_out(run);
    expect_number(
        "SELECT count(*) FROM ydelse.creditor_sums('2024-03-01', NULL) c LEFT JOIN (SELECT field[5] AS k, "
        "field[7] AS component, -sum(ydelse.oere(field[10])) AS oere FROM ydelse.output_line('posteringer')"
        " WHERE field[4] = '2024-03' AND field[8] LIKE 'skyldig%' GROUP BY 1, 2) p ON p.k = c.kommunekode "
        "AND "
        "p.component = c.component WHERE p.oere IS DISTINCT FROM c.owed_oere OR c.owed_oere <> c.first_oere "
        "+ "
        "c.corrected_oere",
        0);
    const char *const arguments[] = {"creditors", "--month", "2024-03", "--format", "csv", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 0, "creditors");
    expect_part(
        process.out,
        "kreditor;komponent;kommunekode;maaned;personer;foerste;rettelser;skyldig;betales_af;konto\n");
    expect_part(process.out, "SKAT;skat;0101;2024-03;");
    expect_part(process.out, "ATP;atp_kommune;");
    expect_part(process.out, ";staten;STATUS.KONFIGURERES-9\n");
    process_free(&process);
    expect_number("SELECT count(*) FROM ydelse.payment_part WHERE line_id % 10 <> 1", 0);
}

/* --- What a person is told ----------------------------------------------------------------------------------- */

static Process statement(const char *cpr, const char *more) {
    char command[256];
    snprintf(command, sizeof command, "echo %s | \"$YDELSE_PROGRAM\" statement --cpr - %s", cpr, more);
    return shell_run(command);
}

Test(outputs, what_a_person_is_told) {
    static const struct {
        const char *cpr, *more;
        int exit_code;
        const char *parts[6];
    } cases[] = {
        {"6110861018",
         "--month 2024-03",
         0,
         {"Meddelelse om udbetaling\nmarts 2024", "Måneden er beregnet om", "samlet til udbetaling (YD",
          "første beregning:", "rettet til", "rettet siden"}},
        {"6110861018",
         "--month 2024-03 --lang en",
         0,
         {"Payment statement", "corrected to", "corrected since"}},
        {"7405851002",
         "--month 2024-03",
         0,
         {"Udbetalinger for måneden", "rettet til 0,00 kr.", "Udbetalt for meget", "sendt til banken",
          "afventer en afgørelse"}},
        {"6110861018", "--month 2024-03 --format html | xmllint --noout -", 0, {""}},
        {"6110861018", "--month 2024-03 --format html", 0, {"<h2>Udbetalinger for", "class=\"total\""}},
        {"6110861018", "--month 2023-01", 65, {""}},
        {"6110861018", "--month 2024-03 --format pdf", 64, {""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = statement(cases[i].cpr, cases[i].more);
        expect_exit(&process, cases[i].exit_code, cases[i].more);
        for (int k = 0; k < 6 && cases[i].parts[k] != NULL; k++)
            expect_part(process.out, cases[i].parts[k]);
        expect_no_cpr(process.err, "statement");
        process_free(&process);
    }
}

/* --- The control --------------------------------------------------------------------------------------------- */

/* One store is changed, as a superuser could; the control names it, and so does verify. */
static const struct {
    const char *what, *sql, *named;
} plants[] = {
    {"a payment", "UPDATE ydelse.payment SET amount_oere = amount_oere + 1 WHERE payment_id = 3",
     "til_udbetaling|betalinger"},
    {"a payment that is no more", "DELETE FROM ydelse.payment WHERE payment_id = 3",
     "til_udbetaling|betalinger"},
    {"a line that is free again", "UPDATE ydelse.payment_part SET active = false WHERE payment_id = 3",
     "til_udbetaling|betalinger"},
    {"a claim", "UPDATE ydelse.claim SET amount_oere = amount_oere - 1 WHERE claim_id = 1",
     "til_udbetaling|betalinger"},
    {"a posting's amount",
     "UPDATE ydelse.output_file SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), "
     "'(skyldig_atp;[^;]*;-)', '\\11'), 'UTF8') WHERE kind = 'posteringer' AND run_id = 1",
     "atp_egen|posteringer"},
    {"a posting's balance",
     "UPDATE ydelse.output_file SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), "
     "'(skyldig_atp;[^;]*;-)', '\\11'), 'UTF8') WHERE kind = 'posteringer' AND run_id = 1",
     "balance|posteringer"},
    {"a posting that is gone",
     "UPDATE ydelse.output_file SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), "
     "'\\nL[^\\n]*;skat;[^\\n]*\\nL[^\\n]*;skat;[^\\n]*', ''), 'UTF8') WHERE kind = 'posteringer' AND run_id "
     "= 1",
     "skat|posteringer"},
    {"an extract's row",
     "UPDATE ydelse.output_file SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), "
     "'\\n[^\\n]*\\n$', "
     "E'\\n'), 'UTF8') WHERE kind = 'udtraek' AND run_id = 1",
     "ydelse|udtraek"},
    {"what is owed", "UPDATE ydelse.entitlement SET delta_pension = delta_pension + 1 WHERE revision = 2",
     "pension|posteringer"},
    {"all postings of a run", "DELETE FROM ydelse.output_file WHERE kind = 'posteringer' AND run_id = 2",
     "til_udbetaling|posteringer"},
};

static const char differing_sql[] =
    "SELECT string_agg(component || '|' || store, ' ') FROM ydelse.control_sums() CROSS JOIN LATERAL (VALUES "
    "('betalinger', payment), ('posteringer', posting), ('udtraek', reported)) AS x (store, oere) WHERE oere "
    "<> line";

Test(outputs, planted_differences_are_named) {
    for (char run[] = "1"; run[0] <= '3'; run[0]++)
        put_out(run);
    expect_program("control", 0, "til_udbetaling");
    Pg *superuser = connect_as(getenv("YDELSE_TEST_SUPERUSER"));
    test_sql(superuser, "ALTER TABLE ydelse.output_file DROP CONSTRAINT output_file_sha256");
    for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++) {
        test_sql(superuser, "BEGIN; SET LOCAL session_replication_role = replica");
        test_sql(superuser, plants[i].sql);
        char *text = test_sql_text(superuser, differing_sql);
        cr_expect_not_null(strstr(text, plants[i].named), "%s: '%s' is not in '%s'", plants[i].what,
                           plants[i].named, text);
        free(text);
        test_sql(superuser, "ROLLBACK");
    }
    test_sql(superuser, "SET session_replication_role = replica");
    test_sql(superuser, plants[4].sql); /* for good, as the commands see it */
    expect_program("control", 1, "posteringer");
    expect_program("verify", 1, "UDDATA_AENDRET");
    pg_close(superuser);
}
