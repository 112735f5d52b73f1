/* ydelse migrate against a real server. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/base/sha256.h"
#include "io/intake/code_list.h"
#include "io/run/run_job.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(migrate, .fini = test_database_drop);

static void migrate(const char *option, int exit_code) {
    free(night_program(exit_code, "migrate", option, NULL, NULL, NULL, NULL, NULL));
}

Test(migrate, brings_an_empty_database_up_to_date_once) {
    test_database_create_empty();
    migrate("--check", 78);
    migrate(NULL, 0);
    Pg *pg = test_database_connect();
    const int64_t applied = test_sql_int64(pg, "SELECT count(*) FROM ydelse.migration");
    cr_expect_gt(applied, 4);
    migrate(NULL, 0);
    migrate("--check", 0);
    cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.migration"), applied);
    cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.migration WHERE length(sha256) <> 64"), 0);
    pg_close(pg);
}

Test(migrate, other_commands_refuse_an_old_schema_with_a_hint) {
    test_database_create_empty();
    static const char *const commands[][4] = {{"load", "samples/lille", NULL, NULL},
                                              {"run", "--month", "2024-03", NULL},
                                              {"status", NULL, NULL, NULL},
                                              {"rejects", NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        Process process = ydelse_run(commands[i], NULL);
        cr_expect_eq(process.exit_code, 78, "%s: %d\n%s", commands[i][0], process.exit_code, process.err);
        cr_expect_not_null(strstr(process.err, "ydelse migrate"), "%s", process.err);
        process_free(&process);
    }
}

Test(migrate, a_changed_applied_file_is_an_error) {
    test_database_create();
    Pg *pg = test_database_connect();
    test_sql(pg, "UPDATE ydelse.migration SET sha256 = repeat('0', 64) WHERE number = 2");
    migrate(NULL, 78);
    migrate("--check", 78);
    pg_close(pg);
}

Test(migrate, a_schema_newer_than_the_program_is_told) {
    test_database_create();
    Pg *pg = test_database_connect();
    test_sql(
        pg,
        "INSERT INTO ydelse.migration (number, name, sha256, program) VALUES (9999, '9999_x.sql', 'x', 'x')");
    migrate("--check", 0);
    free(night_program(78, "status", NULL, NULL, NULL, NULL, NULL, NULL));
    pg_close(pg);
}

Test(migrate, two_at_once_are_as_one) {
    test_database_create_empty();
    Process process =
        shell_run("\"$YDELSE_PROGRAM\" migrate -q & one=$!; \"$YDELSE_PROGRAM\" migrate -q; two=$?; "
                  "wait $one; echo $? $two");
    cr_expect_str_eq(process.out, "0 0\n", "%s%s", process.out, process.err);
    process_free(&process);
    migrate("--check", 0);
}

/* --- A database of the schema before the last migration ------------------------------------------------------------- */

static void apply(Pg *pg, const EmbeddedFile *file) {
    char record[512];
    char hex[SHA256_HEX_SIZE];
    uint8_t digest[SHA256_SIZE];
    cr_assert(sha256_bytes(file->bytes, file->size_bytes, digest));
    sha256_hex(digest, hex);
    snprintf(
        record, sizeof record,
        "INSERT INTO ydelse.migration (number, name, sha256, program) VALUES (%ld, '%s', '%s', 'before')",
        strtol(file->name + 4, NULL, 10), file->name + 4, hex);
    test_sql(pg, "BEGIN");
    test_sql(pg, file->bytes);
    test_sql(pg, record);
    test_sql(pg, "COMMIT");
}

/* Every migration but the last. */
static void make_schema_before(Pg *pg) {
    const EmbeddedFile *table = embedded_find("sql/queries/migration_table.sql");
    cr_assert_not_null(table);
    test_sql(pg, table->bytes);
    for (const EmbeddedFile *file = embedded_next("sql/0", NULL), *next; file != NULL; file = next) {
        next = embedded_next("sql/0", file);
        if (next != NULL)
            apply(pg, file);
    }
}

/* What the program of that schema would have done; ours asks for the newest schema, its functions do not. */
static void live_a_night(void) {
    Pg *pg = test_database_connect(); /* its locks end with it */
    log_level_set(LOG_QUIET);
    char path[] = "samples/lille";
    char *paths[] = {path};
    const LoadRequest request = {
        .paths = paths, .path_count = 1, .dialect = {.charset = CHARSET_UTF8, .decimal_sign = ','}};
    LoadReport report;
    RateSet rates;
    RunJobOutcome outcome;
    Settings *settings = NULL;
    Error error;
    cr_assert_eq(settings_load("/dev/null", &settings, &error), STATUS_OK, "%s", error.message);
    cr_assert_eq(code_lists_load(&error), STATUS_OK, "%s", error.message);
    cr_assert_eq(rate_set_load(NULL, &rates, &error), STATUS_OK, "%s", error.message);
    cr_assert_eq(load_and_commit(pg, &request, 0, &report, &error), STATUS_OK, "%s", error.message);
    const Invocation invocation = {.command = &command_run, .settings = settings};
    const RunJob job = {.invocation = &invocation,
                        .request = {.month = month_from_ym(2024, 3), .settings = settings, .rates = &rates}};
    cr_assert_eq(run_job(pg, &job, &outcome, &error), STATUS_OK, "%s", error.message);
    run_job_outcome_free(&outcome);
    load_report_free(&report);
    rate_set_free(&rates);
    settings_free(settings);
    pg_close(pg);
}

Test(migrate, a_database_of_the_schema_before_is_migrated_and_goes_on) {
    test_database_create_empty();
    Pg *pg = test_database_connect();
    make_schema_before(pg);
    const int64_t before = test_sql_int64(pg, "SELECT count(*) FROM ydelse.migration");
    live_a_night();
    /* Nothing works, and nothing is changed, until somebody migrates. */
    free(night_program(78, "load", "samples/fejl", NULL, NULL, NULL, NULL, NULL));
    free(night_program(78, "run", "--month", "2024-03", NULL, NULL, NULL, NULL));
    cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.delivery"), 1);
    migrate("--check", 78);
    migrate(NULL, 0);
    cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.migration"), before + 1);
    /* What was sealed holds, and the next night has nothing new. */
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    free(night_program(0, "replay", "--run", "1", NULL, NULL, NULL, NULL));
    free(night_program(1, "load", "samples/lille", "-q", NULL, NULL, NULL, NULL));
    free(night_program(0, "run", "--month", "2024-03", "-q", NULL, NULL, NULL));
    cr_expect_eq(
        test_sql_int64(pg, "SELECT delta_lines FROM ydelse.run WHERE run_id = 2 AND state = 'sealed'"), 0);
    pg_close(pg);
}

Test(migrate, no_server_is_unavailable) {
    const char *const arguments[] = {"migrate", NULL};
    const char *const environment[] = {"PGHOST=/nonexistent", NULL};
    Process process = ydelse_run(arguments, environment);
    cr_expect_eq(process.exit_code, 69, "%d\n%s", process.exit_code, process.err);
    process_free(&process);
}
