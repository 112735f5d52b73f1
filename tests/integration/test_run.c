/* ydelse run against a real server: results, what is owed, seals, and what the tables refuse. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(run, .init = night_begin, .fini = night_end);

#define DELTAGERE "posttype;cpr_nummer;kommunekode\n"
#define FORLOEB "posttype;forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse;bevilget_dato\n"
#define INDKOMST "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"

/* Two participants in RF, one of them in Odense. */
static void load_two(void) {
    night_load_text("deltagere.csv", DELTAGERE "N;6101011001;0101\nN;6201011002;0461\n", 0);
    night_load_text("forloeb.csv",
                    FORLOEB "N;F1;6101011001;RF;2023-01-01;;INGEN;\nN;F2;6201011002;RF;2023-01-01;;INGEN;\n",
                    0);
}

Test(run, the_sample_month_is_calc_to_the_byte) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    char *stored = night_results(night_pg, "2024-03");
    char *computed = night_calc("samples/lille", "2024-03", 1);
    cr_expect_str_eq(stored, computed);
    free(stored);
    free(computed);
    char *again = night_program(0, "run", "--month", "2024-03", NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(again, "intet nyt er skyldigt"), "%s", again);
    free(again);
    char *full = night_program(0, "run", "--month", "2024-03", "--full", NULL, NULL, NULL);
    cr_expect_not_null(strstr(full, "intet nyt er skyldigt"), "%s", full);
    free(full);
    night_expect_number("SELECT count(DISTINCT result_digest) FROM ydelse.run WHERE run_id IN (1, 3)", 1);
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE revision > 1", 0);
}

Test(run, policies_and_rates_are_the_runs_own) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", "--policy", "skat=ja"));
    char *computed =
        night_program(1, "calc", "--month", "2024-03", "--input", "samples/lille", "--policy", "skat=ja");
    char *stored = night_results(night_pg, "2024-03");
    cr_expect_str_eq(stored, strchr(computed, '\n') + 1);
    cr_expect_gt(test_sql_int64(night_pg, "SELECT sum(skat) FROM ydelse.entitlement_latest"), 0);
    free(stored);
    free(computed);
    /* Other law sets: everyone of the month is computed again. */
    night_run("2024-03", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_month WHERE run_id = 2 AND everyone", 1);
    night_expect_number("SELECT sum(skat) FROM ydelse.entitlement_latest", 0);
    night_expect_number("SELECT count(*) FROM ydelse.law_set WHERE kind = 'politik'", 2);
    night_expect_number("SELECT count(*) FROM ydelse.law_set WHERE kind = 'satser'", 1);
}

Test(run, nothing_loaded_is_missing_input) {
    night_run("2024-03", 66);
    free(night_program(64, "run", "--month", "2024-13", NULL, NULL, NULL, NULL));
    free(night_program(64, "run", "--month", "2012-12", NULL, NULL, NULL, NULL));
    free(night_program(64, "run", NULL, NULL, NULL, NULL, NULL, NULL));
    load_two();
    night_run("2099-01", 78);
    night_expect_number("SELECT count(*) FROM ydelse.run", 0);
}

Test(run, a_late_correction_changes_an_earlier_month_by_its_difference) {
    load_two();
    night_run("2024-01", 0);
    night_run("2024-02", 0);
    const char *const owed =
        "SELECT til_udbetaling FROM ydelse.entitlement_latest WHERE month = '2024-01-01' AND cpr = "
        "'6101011001'";
    const int64_t before = test_sql_int64(night_pg, owed);
    night_load_text("indkomst.csv", INDKOMST "N;I1;6101011001;01;2024-01-31;1000,00\n", 0);
    night_run("2024-02", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_scope WHERE run_id = 3", 1);
    const int64_t after = test_sql_int64(night_pg, owed);
    cr_expect_lt(after, before);
    night_expect_number(
        "SELECT revision FROM ydelse.entitlement_latest WHERE month = '2024-01-01' AND cpr = '6101011001'",
        2);
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT sum(amount_oere) FROM ydelse.delta_line WHERE month = '2024-01-01' AND cpr = "
             "'6101011001' AND component = 'til_udbetaling'");
    night_expect_number(sql, after);
    night_load_text("indkomst-2.csv", INDKOMST "T;I1;;;;\n", 0);
    night_run("2024-02", 0);
    night_expect_number(owed, before);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed'", 4);
}

Test(run, a_course_withdrawn_seals_zeros_and_a_moved_person_stays_with_the_first_municipality) {
    load_two();
    night_run("2024-03", 0);
    night_load_text("forloeb-2.csv", FORLOEB "T;F1;;;;;;\n", 0);
    night_load_text("deltagere-2.csv", DELTAGERE "R;6201011002;0751\n", 0);
    night_load_text("indkomst.csv", INDKOMST "N;I1;6201011002;01;2024-03-31;2000,00\n", 0);
    char *summary = night_program(0, "run", "--month", "2024-03", NULL, NULL, NULL, NULL);
    cr_expect_not_null(
        strstr(summary, "\n0461                    1            1            10.326,00          -1.901,00\n"),
        "%s", summary);
    cr_expect_null(strstr(summary, "\n0751 "), "%s", summary);
    free(summary);
    night_expect_number("SELECT vanished FROM ydelse.run WHERE run_id = 2", 1);
    night_expect_number("SELECT sum(amount_oere) FROM ydelse.delta_line WHERE cpr = '6101011001'", 0);
    night_expect_text("SELECT kommunekode FROM ydelse.entitlement WHERE cpr = '6201011002' AND revision = 2",
                      "0461");
    night_expect_text("SELECT kommunekode FROM ydelse.result_current WHERE cpr = '6201011002'", "0751");
    night_expect_number("SELECT count(*) FROM ydelse.result_current WHERE cpr = '6101011001'", 0);
    free(night_program(0, "run", "--month", "2024-03", "--full", NULL, NULL, NULL));
    night_expect_number("SELECT delta_lines FROM ydelse.run WHERE run_id = 3", 0);
}

Test(run, a_held_participant_keeps_the_entitlement_and_the_others_go_on) {
    load_two();
    night_run("2024-03", 0);
    night_load_text("forloeb-2.csv", FORLOEB "N;F3;6101011001;JA;2023-01-01;;INGEN;\n", 0);
    char *out = night_program(1, "run", "--month", "2024-03", NULL, NULL, NULL, NULL);
    free(out);
    night_expect_text("SELECT udfald FROM ydelse.result_current WHERE cpr = '6101011001'", "TILBAGEHOLDT");
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE cpr = '6101011001'", 1);
    char *status = night_program(0, "status", NULL, NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(status, "tilbageholdte personer: 1"), "%s", status);
    free(status);
}

Test(run, months_before_the_cut_over_are_computed_and_not_owed) {
    load_two();
    free(night_program(0, "run", "--month", "2024-02", "--set", "cutover.alle=2024-02", "--set",
                       "cutover.0461=2024-03"));
    night_expect_number("SELECT count(*) FROM ydelse.result WHERE month = '2024-02-01'", 2);
    night_expect_text("SELECT string_agg(cpr, ',') FROM ydelse.entitlement", "6101011001");
    free(night_program(0, "run", "--month", "2024-03", "--set", "cutover.alle=2024-02", "--set",
                       "cutover.0461=2024-03"));
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE month = '2024-03-01'", 2);
    /* A run that is not told the cut-over keeps what the last sealed one had, for each municipality. */
    free(night_program(0, "run", "--month", "2024-03", "--full", NULL, NULL, NULL));
    night_expect_text("SELECT string_agg(cpr, ',') FROM ydelse.entitlement WHERE month = '2024-02-01'",
                      "6101011001");
    free(night_program(78, "run", "--month", "2024-03", "--set", "cutover.9999=2024-02", NULL, NULL));
    night_run("2024-01", 0);
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE month = '2024-01-01'", 0);
    night_expect_number("SELECT count(*) FROM ydelse.result_current WHERE month = '2024-01-01'", 2);
}

Test(run, a_dry_run_says_what_would_change_and_stores_nothing) {
    char *dry = night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", "--dry-run", NULL);
    cr_expect_not_null(strstr(dry, "208 linjer"), "%s", dry);
    free(dry);
    night_expect_number(
        "SELECT (SELECT count(*) FROM ydelse.run) + (SELECT count(*) FROM ydelse.delivery) + "
        "(SELECT count(*) FROM ydelse.fact_deltagere) + (SELECT count(*) FROM ydelse.run_attempt)",
        0);
    night_expect_number(
        "SELECT count(*) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relkind = 'r'", 0);
}

Test(run, seals_are_a_chain_over_their_texts) {
    load_two();
    night_run("2024-01", 0);
    night_run("2024-02", 0);
    night_run("2024-02", 0);
    night_expect_number(
        "SELECT count(*) FROM ydelse.run WHERE seal = sha256(previous_seal || convert_to(seal_text, 'UTF8'))",
        3);
    night_expect_number("SELECT count(*) FROM ydelse.run r JOIN ydelse.run p ON p.run_id = r.run_id - 1 "
                        "WHERE r.previous_seal = p.seal",
                        2);
    night_expect_number("SELECT count(*) FROM ydelse.run_bucket", 3 * 256);
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "UPDATE ydelse.run SET reason = 'x' WHERE run_id = 1"),
                     "42501");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "DELETE FROM ydelse.run WHERE run_id = 1"), "42501");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "UPDATE ydelse.run_shard SET worker = 'x' WHERE run_id = 1"),
                     "42501");
}

Test(run, a_run_that_does_not_add_up_is_not_sealed) {
    load_two();
    /* A file that claims a row which is not there. */
    test_sql(night_pg,
             "INSERT INTO ydelse.delivery (delivery_id, loaded_at, program) VALUES (3, now() + interval '1 "
             "s', 'x'); "
             "INSERT INTO ydelse.input_file (file_id, delivery_id, name, kind, sha256, size_bytes, charset, "
             "decimal_sign, rows_read, rows_stored, rows_duplicate, rows_rejected, file_rejected) VALUES "
             "(3, 3, 'boern.csv', 'boern', sha256('x'), 1, 'utf-8', ',', 1, 1, 0, 0, false)");
    night_run("2024-03", 70);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'failed'", 1);
    night_expect_number("SELECT count(*) FROM ydelse.result", 0);
    night_expect_number("SELECT count(*) FROM ydelse.entitlement", 0);
}

Test(run, what_is_sealed_cannot_be_changed_by_hand) {
    load_two();
    night_run("2024-03", 0);
    static const char *const statements[] = {
        "UPDATE ydelse.result SET ydelse = 0, til_udbetaling = 0",
        "UPDATE ydelse.result_1 SET fund = 'X'",
        "DELETE FROM ydelse.result_1",
        "INSERT INTO ydelse.result_1 SELECT * FROM ydelse.result_1",
        "DELETE FROM ydelse.entitlement",
        "UPDATE ydelse.entitlement_2024_03 SET kommunekode = '0751'",
        "TRUNCATE ydelse.entitlement_2024_03",
        "DELETE FROM ydelse.run_scope",
        "DELETE FROM ydelse.run_month",
    };
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(night_pg, statements[i]), "42501", "%s", statements[i]);
}

Test(run, the_database_refuses_a_delta_that_does_not_close) {
    load_two();
    night_run("2024-03", 0);
    static const char insert[] = "INSERT INTO ydelse.%s (month, cpr, revision, run_id, kommunekode, ordning, "
                                 "til_udbetaling, atp_egen, "
                                 "atp_kommune, skat, pension, delta_til_udbetaling, delta_atp_egen, "
                                 "delta_atp_kommune, delta_skat, delta_pension, row_hash) "
                                 "SELECT month, cpr, %d, run_id, kommunekode, ordning, til_udbetaling + 100, "
                                 "atp_egen, atp_kommune, skat, pension, "
                                 "%d, 0, 0, 0, 0, sha256('x') FROM ydelse.entitlement WHERE cpr = "
                                 "'6101011001'";
    static const struct {
        const char *table;
        int revision;
        int delta;
        const char *sqlstate;
    } cases[] = {
        {"entitlement", 2, 200, "23000"},         /* the sum would not be the latest amount */
        {"entitlement_2024_03", 2, 200, "23000"}, /* nor past the partition */
        {"entitlement", 3, 100, "23000"},         /* a revision left out */
        {"entitlement", 1, 100, "23514"},         /* a first revision whose difference is not the amount */
        {"entitlement", 2, 100, "42501"},         /* closes, but no run is being sealed */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[1024];
        snprintf(sql, sizeof sql, insert, cases[i].table, cases[i].revision, cases[i].delta);
        const char *got = test_sql_sqlstate(night_pg, sql);
        cr_expect_str_eq(got, cases[i].sqlstate, "case %zu: %s", i, got);
    }
}

Test(run, a_second_run_gives_up_while_one_is_at_work) {
    Error error;
    load_two();
    cr_assert_eq(pg_lock(night_pg, PG_LOCK_RUN, 1, &error), STATUS_OK);
    free(night_program(75, "run", "--month", "2024-03", "--set", "drift.vent_sekunder=1", NULL, NULL));
}

Test(run, rejects_are_listed_without_cpr_numbers_and_exported_with_them) {
    char path[4096];
    night_load("samples/lille", 1);
    char *text = night_program(1, "rejects", NULL, NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(text, "forloeb.csv:70: DELTAGER_UKENDT"), "%s", text);
    free(text);
    snprintf(path, sizeof path, "%s/afvist.csv", night_folder);
    free(night_program(1, "rejects", "--format", "csv", "--raw", "--output", path, NULL));
    size_t size;
    char *csv = read_whole_file(path, &size);
    cr_expect_not_null(strstr(csv, ";raekke\n"));
    free(csv);
    char command[4200];
    snprintf(command, sizeof command, "stat -c %%a %s", path);
    Process process = shell_run(command);
    cr_expect_str_eq(process.out, "600\n");
    process_free(&process);
    free(night_program(64, "rejects", "--format", "xml", NULL, NULL, NULL, NULL));
    char *json = night_program(0, "status", "--json", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(json, "\"DELTAGER_UKENDT\": 3"), "%s", json);
    free(json);
}

Test(run, the_batch_role_can_do_the_nightly_job_and_nothing_else) {
    char role[64];
    char dsn[128];
    test_role_create(night_pg, "night", "ydelse_batch", role);
    snprintf(dsn, sizeof dsn, "user=%s", role);
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", "--dsn", dsn));
    free(night_program(0, "status", "--dsn", dsn, NULL, NULL, NULL, NULL));
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed'", 1);
    char *started_by = test_sql_text(night_pg, "SELECT started_by FROM ydelse.run");
    cr_expect_str_eq(started_by, role);
    free(started_by);
    test_role_create(night_pg, "auditor", "ydelse_auditor", role);
    snprintf(dsn, sizeof dsn, "user=%s", role);
    free(night_program(0, "status", "--dsn", dsn, NULL, NULL, NULL, NULL));
    free(night_program(77, "run", "--month", "2024-03", "--dsn", dsn, NULL, NULL));
    free(night_program(77, "load", "samples/fejl", "--dsn", dsn, NULL, NULL, NULL));
    free(night_program(1, "rejects", "--raw", "--dsn", dsn, NULL, NULL, NULL)); /* logged */
}
