/* What a user, a database or PGOPTIONS have set for every session changes neither what is computed nor how it is read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(sessions, .init = night_begin, .fini = night_end);

#define SAMPLE "samples/lille"

/* Of the database: for every session that begins from now on. */
static void set_for_all(const char *name, const char *value) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET %s = %s', current_database()); END $$", name,
             value);
    test_sql(night_pg, sql);
}

static void expect(int exit_code, const char *command) {
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", command, process.exit_code, process.out,
                 process.err);
    process_free(&process);
}

/* Each gives another text for some value, or another meaning to some statement. */
Test(sessions, settings_of_others_change_nothing) {
    static const char *const settings[][2] = {
        {"bytea_output", "escape"},     {"datestyle", "''German, DMY''"},
        {"timezone", "''Asia/Tokyo''"}, {"search_path", "public"},
        {"intervalstyle", "iso_8601"},  {"standard_conforming_strings", "off"},
        {"array_nulls", "off"},         {"transform_null_equals", "on"},
        {"client_encoding", "latin1"},  {"quote_all_identifiers", "on"},
        {"lock_timeout", "1"},          {"default_transaction_isolation", "serializable"},
        {"extra_float_digits", "-10"},  {"jit", "on"},
    };
    char maker[64], approver[64], command[512];
    test_role_create(night_pg, "inge", "ydelse_finance", maker);
    test_role_create(night_pg, "jens", "ydelse_finance", approver);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        set_for_all(settings[i][0], settings[i][1]);
    setenv("YDELSE_DRIFT_IDAG", "2024-03-20", 1);
    night_load(SAMPLE, 1);
    night_run("2024-03", 1);
    char *stored = night_results(night_pg, "2024-03");
    char *computed = night_calc(SAMPLE, "2024-03", 1);
    cr_expect_str_eq(stored, computed);
    free(stored);
    free(computed);
    snprintf(command, sizeof command,
             "PGUSER=%s \"$YDELSE_PROGRAM\" pay --due 2024-03-27 --allow-replacement-cpr", maker);
    expect(1, command);
    snprintf(command, sizeof command, "PGUSER=%s \"$YDELSE_PROGRAM\" approve 1 --despite-limits x", approver);
    expect(0, command);
    /* Formed the first time, stored bytes the second. */
    snprintf(command, sizeof command,
             "for i in 1 2; do PGUSER=%s \"$YDELSE_PROGRAM\" emit 1 --output %s/$i.xml || "
             "exit; done; cmp %s/1.xml %s/2.xml",
             approver, night_folder, night_folder, night_folder);
    expect(0, command);
    expect(0, "\"$YDELSE_PROGRAM\" verify");
    expect(0, "\"$YDELSE_PROGRAM\" replay --month 2024-03");
    expect(0, "\"$YDELSE_PROGRAM\" postings --run 1");
    expect(0, "\"$YDELSE_PROGRAM\" postings --run 1");
    snprintf(
        command, sizeof command,
        "\"$YDELSE_PROGRAM\" export --run 1 --output '%s/ud' && \"$YDELSE_PROGRAM\" verify --export '%s/ud'",
        night_folder, night_folder);
    expect(0, command);
}

/* A standby after a change of servers: it may be another one in ten minutes. */
Test(sessions, a_server_that_takes_no_changes_is_not_there) {
    set_for_all("default_transaction_read_only", "on");
    expect(69, "\"$YDELSE_PROGRAM\" load " SAMPLE);
    expect(69, "\"$YDELSE_PROGRAM\" run --month 2024-03");
}
