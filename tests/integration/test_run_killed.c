/* A killed load or run leaves nothing that can be seen; the next one gives what an undisturbed one gives. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(run_killed, .fini = test_database_drop);

/* Everything that later nights, payments and proofs rest on; run ids may differ. */
static const char outcome_sql[] =
    "SELECT concat_ws('|', (SELECT encode(result_digest, 'hex') FROM ydelse.run WHERE state = 'sealed' AND "
    "month = "
    "'2024-03-01' ORDER BY run_id LIMIT 1), "
    "(SELECT count(*) FROM ydelse.delivery), (SELECT count(*) FROM ydelse.fact_indkomst), "
    "(SELECT count(*) FROM ydelse.reject), (SELECT count(*) FROM ydelse.result), "
    "(SELECT md5(string_agg(concat_ws(';', cpr, month, revision, til_udbetaling, delta_til_udbetaling, "
    "pension), ',' "
    "ORDER BY month, cpr, revision)) FROM ydelse.entitlement), (SELECT count(*) FROM ydelse.delta_line), "
    "(SELECT count(*) FROM ydelse.run WHERE state = 'sealed'))";

/* Tables of attempts that were neither attached nor dropped. */
static const char orphans_sql[] = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                                  "c.relnamespace WHERE n.nspname = 'ydelse' AND "
                                  "c.relkind = 'r' AND c.relname ~ '^result_.*attempt' AND NOT EXISTS "
                                  "(SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)";

static void kill_at(StopPoint point, const char *const *arguments) {
    char variable[64];
    snprintf(variable, sizeof variable, "YDELSE_STOP_AT=%s", stop_point_name[point]);
    const char *const environment[] = {variable, NULL};
    Process process = ydelse_run(arguments, environment);
    cr_expect_eq(process.signal, SIGKILL, "%s: exit %d\n%s", stop_point_name[point], process.exit_code,
                 process.err);
    process_free(&process);
}

static char *undisturbed(void) {
    test_database_create();
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    Pg *pg = test_database_connect();
    char *outcome = test_sql_text(pg, outcome_sql);
    pg_close(pg);
    test_database_drop();
    return outcome;
}

/* The server notices a dead client when it next looks; its locks are gone then. */
static void run_again(void) {
    const char *const arguments[] = {
        "run", "--month", "2024-03", "--input", "samples/lille", "--set", "drift.vent_sekunder=20", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect(process.exit_code == 0 || process.exit_code == 1, "exit %d\n%s", process.exit_code,
              process.err);
    process_free(&process);
}

static void expect_nothing_visible(Pg *pg, StopPoint point) {
    const int64_t visible = test_sql_int64(
        pg, "SELECT (SELECT count(*) FROM ydelse.result) + (SELECT count(*) FROM ydelse.entitlement) + "
            "(SELECT count(*) FROM ydelse.result_current) + (SELECT count(*) FROM ydelse.run WHERE state = "
            "'sealed')");
    cr_expect_eq(visible, 0, "killed at %s, %lld rows are visible", stop_point_name[point],
                 (long long)visible);
}

Test(run_killed, at_every_stage_and_run_again_gives_the_same) {
    const char *const arguments[] = {"run", "--month", "2024-03", "--input", "samples/lille", NULL};
    char *expected = undisturbed();
    for (int point = STOP_LOAD_FILE; point <= STOP_RUN_SEALED; point++) {
        test_database_create();
        kill_at((StopPoint)point, arguments);
        Pg *pg = test_database_connect();
        if (point < STOP_RUN_SEALED)
            expect_nothing_visible(pg, (StopPoint)point);
        if (point < STOP_LOAD_COMMITTED)
            cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.delivery"), 0);
        if (point != STOP_RUN_SEALED)
            run_again();
        char *outcome = test_sql_text(pg, outcome_sql);
        cr_expect_str_eq(outcome, expected, "killed at %s: %s, undisturbed %s", stop_point_name[point],
                         outcome, expected);
        cr_expect_eq(test_sql_int64(pg, orphans_sql), 0, "killed at %s", stop_point_name[point]);
        run_again();
        cr_expect_eq(test_sql_int64(pg, "SELECT delta_lines FROM ydelse.run ORDER BY run_id DESC LIMIT 1"),
                     0);
        free(outcome);
        pg_close(pg);
        test_database_drop();
    }
    free(expected);
}

Test(run_killed, a_killed_correction_night_is_made_good) {
    static const char income[] = "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                                 "N;LATE1;6110861018;01;2024-03-15;1500,00\n";
    const char *const arguments[] = {"run", "--month", "2024-03", NULL};
    for (int point = STOP_RUN_PLANNED; point <= STOP_RUN_SEALING; point++) {
        char *folder = temporary_folder();
        test_database_create();
        free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
        night_file(folder, "indkomst.csv", income);
        night_load(folder, 0);
        kill_at((StopPoint)point, arguments);
        Pg *pg = test_database_connect();
        cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.entitlement WHERE revision > 1"), 0);
        run_again();
        cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.entitlement WHERE revision > 1"), 1,
                     "killed at %s", stop_point_name[point]);
        cr_expect_eq(
            test_sql_int64(pg, "SELECT delta_til_udbetaling FROM ydelse.entitlement WHERE revision > 1"),
            -150000 + 9900, "the amount, less the ATP that is not due any more");
        pg_close(pg);
        test_database_drop();
        temporary_folder_remove(folder);
    }
}
