/* ydelse migrate against a real server. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

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

Test(migrate, no_server_is_unavailable) {
    const char *const arguments[] = {"migrate", NULL};
    const char *const environment[] = {"PGHOST=/nonexistent", NULL};
    Process process = ydelse_run(arguments, environment);
    cr_expect_eq(process.exit_code, 69, "%d\n%s", process.exit_code, process.err);
    process_free(&process);
}
