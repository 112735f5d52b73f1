/* A generated history, night after night: what the nights owe is what a full run and calc say of all that was told. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define PEOPLE "60"
#define MONTHS 12
#define FIRST_YEAR 2022
#define FIRST_MONTH 9

static void expect_shell(const char *command) {
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s\n%s%s", command, process.out, process.err);
    process_free(&process);
}

TestSuite(history, .fini = test_database_drop);

Test(history, everything_a_life_can_bring_is_generated_and_always_the_same) {
    char *folder = temporary_folder();
    char command[4096];
    snprintf(command, sizeof command,
             "build/generate --history 36 --people 1000 --from 2022-01 --output %s/a", folder);
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    long long income = 0, late = 0;
    for (const char *line = process.out; *line != '\0'; line = strchr(line, '\n') + 1) {
        const long long count = strtoll(line, NULL, 10);
        const char *what = line + 12;
        cr_expect_gt(count, 0, "it never happened: %.60s", line);
        if (strncmp(what, "income rows\n", 12) == 0)
            income = count;
        if (strncmp(what, "income rows after", 17) == 0)
            late = count;
    }
    cr_expect(late * 100 >= income * 15 && late * 100 <= income * 20, "%lld of %lld income rows are late",
              late, income);
    process_free(&process);
    snprintf(
        command, sizeof command,
        "cd %s && mkdir b && ( cd \"$OLDPWD\" && build/generate --history 36 --people 1000 --from 2022-01 "
        "--output %s/b >/dev/null ) && diff -r a b && [ \"$(grep -c . a/nights.csv)\" = 73 ]",
        folder, folder);
    expect_shell(command);
    temporary_folder_remove(folder);
}

/* All files of the nights so far in one folder, in the order of arrival; a repeated file says nothing new. */
static void gather(const char *history, const char *all, int nights) {
    char command[4096];
    snprintf(command, sizeof command,
             "head -n %d %s/nights.csv | tail -n +2 | while IFS=';' read -r night month; do "
             "for file in %s/$night/*.csv; do [ -f \"$file\" ] || continue; name=$(basename \"$file\" .csv); "
             "case $name in *_igen) ;; "
             "*) ln -f \"$file\" \"%s/$name-$night.csv\" ;; esac; done; done",
             nights + 1, history, history, all);
    expect_shell(command);
}

static void month_name(int number, char month[16]) {
    const int index = FIRST_YEAR * 12 + FIRST_MONTH - 1 + number;
    snprintf(month, 16, "%04d-%02d", index / 12, index % 12 + 1);
}

static int64_t newest(Pg *pg, const char *column) {
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT %s FROM ydelse.run ORDER BY run_id DESC LIMIT 1", column);
    return test_sql_int64(pg, sql);
}

static const char not_closed_sql[] =
    "SELECT count(*) FROM (SELECT l.til_udbetaling + l.atp_egen + l.atp_kommune + l.skat + l.pension AS "
    "owed, "
    "coalesce(sum(d.amount_oere), 0) AS sum FROM ydelse.entitlement_latest l LEFT JOIN ydelse.delta_line d "
    "USING (cpr, month) GROUP BY cpr, month, 1) s WHERE owed <> sum";

static void expect_calc(Pg *pg, const char *all, int months) {
    for (int i = 0; i < months; i++) {
        char month[16];
        month_name(i, month);
        char *stored = night_results(pg, month);
        const char *const arguments[] = {"calc", "--month", month, "--input", all, NULL};
        Process process = ydelse_run(arguments, NULL);
        cr_assert_leq(process.exit_code, 1, "%s", process.err);
        cr_expect_str_eq(stored, strchr(process.out, '\n') + 1, "%s: the nights and calc differ", month);
        cr_expect_gt(strlen(stored), 1000);
        free(stored);
        process_free(&process);
    }
}

static void run_to(int exit_most, const char *month, const char *option) {
    const char *const arguments[] = {"run", "--month", month, option, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code >= 0 && process.exit_code <= exit_most, "exit %d\n%s", process.exit_code,
              process.err);
    process_free(&process);
}

Test(history, incremental_nights_owe_what_a_full_run_and_calc_say) {
    static const int stops[] = {3, 12, 2 * MONTHS}; /* nights */
    char *folder = temporary_folder();
    char *all = temporary_folder();
    char command[4096];
    snprintf(command, sizeof command,
             "build/generate --history %d --people " PEOPLE " --from %d-%02d --output %s", MONTHS, FIRST_YEAR,
             FIRST_MONTH, folder);
    expect_shell(command);
    test_database_create();
    Pg *pg = test_database_connect();
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        char month[16];
        snprintf(command, sizeof command, "PLAY_FROM=%d PLAY_TO=%d samples/play.sh %s",
                 i == 0 ? 1 : stops[i - 1] + 1, stops[i], folder);
        expect_shell(command);
        month_name((stops[i] - 1) / 2, month);
        cr_expect_eq(test_sql_int64(pg, not_closed_sql), 0);
        gather(folder, all, stops[i]);
        expect_calc(pg, all, (stops[i] + 1) / 2);
        run_to(1, month, NULL);
        cr_expect_eq(newest(pg, "people"), 0, "a second run of the night computes somebody");
        cr_expect_eq(newest(pg, "delta_lines"), 0);
        run_to(1, month, "--full");
        cr_expect_eq(newest(pg, "delta_lines"), 0, "%s: a full run finds what the nights missed", month);
        expect_calc(pg, all, (stops[i] + 1) / 2);
    }
    cr_expect_gt(test_sql_int64(pg, "SELECT count(*) FROM ydelse.entitlement WHERE revision > 1"), 20,
                 "months are corrected");
    cr_expect_gt(test_sql_int64(pg, "SELECT count(*) FROM ydelse.entitlement WHERE delta_til_udbetaling < 0"),
                 10);
    pg_close(pg);
    temporary_folder_remove(all);
    temporary_folder_remove(folder);
}
