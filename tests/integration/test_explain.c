/* ydelse explain from a sealed run: the same page as from the files, and nothing when something was changed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static Pg *pg;

static void set_up(void) {
    test_database_create();
    pg = test_database_connect();
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
}

static void tear_down(void) {
    pg_close(pg);
    test_database_drop();
}

TestSuite(explain, .init = set_up, .fini = tear_down);

static Process explain(const char *cpr, const char *more) {
    char command[256];
    snprintf(command, sizeof command, "echo %s | \"$YDELSE_PROGRAM\" explain --cpr - --month 2024-03 %s", cpr,
             more);
    return shell_run(command);
}

Test(explain, everyone_of_the_samples_is_explained_as_from_the_files) {
    size_t size;
    char *people = read_whole_file("samples/lille/deltagere.csv", &size);
    int explained = 0;
    for (char *line = strtok(people, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char cpr[11];
        if (sscanf(line, "%10[0-9];", cpr) != 1 || strlen(cpr) != 10) {
            continue;
        }
        Process stored = explain(cpr, "--format json");
        Process files = explain(cpr, "--format json --input samples/lille");
        cr_expect_eq(stored.exit_code, files.exit_code);
        cr_expect_str_eq(stored.out, files.out);
        explained += stored.exit_code == 0 ? 1 : 0;
        process_free(&stored);
        process_free(&files);
    }
    cr_expect_eq(explained, 66);
    free(people);
}

Test(explain, a_correction_leaves_the_earlier_run_explained_as_it_was) {
    Process before = explain("6112881008", "");
    char *folder = temporary_folder();
    night_file(folder, "indkomst_ny.csv",
               "post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013\nNY-1;6112881008;00;ANDEN;"
               "2024-03-28;1000,00\n");
    night_load(folder, 0);
    night_run("2024-03", 0);
    Process first = explain("6112881008", "--run 1"), latest = explain("6112881008", "");
    cr_expect_str_eq(first.out, before.out);
    cr_expect_null(strstr(first.out, "indkomst_ny.csv"));
    cr_expect_not_null(strstr(latest.out, "indkomst_ny.csv, linje 2"), "%s", latest.out);
    process_free(&before);
    process_free(&first);
    process_free(&latest);
    temporary_folder_remove(folder);
}

Test(explain, a_month_whose_course_was_withdrawn_is_explained_only_by_the_run_that_had_it) {
    char *folder = temporary_folder();
    char *courses = read_whole_file("samples/lille/forloeb.csv", NULL);
    char id[64] = "", text[128];
    for (char *line = strtok(courses, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strstr(line, "6112881008") != NULL) {
            cr_assert_eq(sscanf(line, "%63[^;]", id), 1);
        }
    }
    snprintf(text, sizeof text,
             "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nT;%s;;;;\n", id);
    night_file(folder, "forloeb_traek.csv", text);
    night_load(folder, 0);
    night_run("2024-03", 0);
    Process now = explain("6112881008", ""), then = explain("6112881008", "--run 1");
    cr_expect_eq(now.exit_code, 65, "%s", now.out);
    cr_expect_eq(then.exit_code, 0, "%s", then.err);
    process_free(&now);
    process_free(&then);
    free(courses);
    temporary_folder_remove(folder);
}

Test(explain, the_nightly_user_and_an_auditor_may_explain_and_are_logged) {
    char batch[64], auditor[64], more[128];
    test_role_create(pg, "nat", "ydelse_batch", batch);
    test_role_create(pg, "rev", "ydelse_auditor", auditor);
    snprintf(more, sizeof more, "--dsn user=%s", batch);
    Process process = explain("6112881008", more);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
    snprintf(more, sizeof more, "--dsn user=%s", auditor);
    process = explain("6112881008", more);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
    cr_expect_eq(
        test_sql_int64(
            pg, "SELECT count(*) FROM ydelse.access_log WHERE command = 'explain' AND cpr = '6112881008' "
                "AND month = '2024-03-01' AND role IN ('ydelse_batch', 'ydelse_auditor')"),
        2);
}

Test(explain, a_changed_amount_is_not_explained) {
    /* Only the owner can take the guard away. */
    test_sql(pg, "ALTER TABLE ydelse.result_1 DISABLE TRIGGER USER; "
                 "UPDATE ydelse.result_1 SET brutto = brutto + 1 WHERE cpr = '6112881008'");
    Process process = explain("6112881008", "");
    cr_expect_eq(process.exit_code, 70);
    cr_expect_str_eq(process.out, "");
    cr_expect_not_null(strstr(process.err, "does not end in the stored result"), "%s", process.err);
    process_free(&process);
}

Test(explain, someone_without_a_result_is_told_so) {
    Process process = explain("6101010001", "");
    cr_expect_eq(process.exit_code, 65);
    cr_expect_not_null(strstr(process.err, "has no sealed result"), "%s", process.err);
    process_free(&process);
}
