/* Every command is decided upon: it shows people, and logs the look before, or it shows none. A new command that is not
 * in the table fails. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

#define PERSON "6112881008"
#define OF_PERSON "echo " PERSON " | "

/* A way to call a command, by the shell, with $Y the program and $OUT a folder. scope NULL: it shows nobody, also not a
 * single person's amount, and nothing is logged. All are called by the owner, whose looks are logged, too. */
static const struct {
    const char *command, *call;
    int exit_code;
    const char *scope;
} calls[] = {
    {"check", "$Y check samples/lille", 1, NULL},
    {"calc", "$Y calc --month 2024-03 --input samples/lille --output $OUT/calc", 1,
     NULL}, /* from files, no database */
    {"explain", OF_PERSON "$Y explain --cpr - --month 2024-03", 0, "person"},
    {"explain", OF_PERSON "$Y explain --cpr - --month 2024-03 --against 2024-03", 0, "person"},
    {"statement", OF_PERSON "$Y statement --cpr - --month 2024-03", 0, "person"},
    {"diff", "$Y diff 1 1", 0, "alle"},
    {"rates", "$Y rates list --month 2024-03", 0, NULL},
    {"migrate", "$Y migrate", 0, NULL},
    {"load", "$Y load samples/lille", 1, NULL},
    {"run", "$Y run --month 2024-03", 0, NULL},
    {"work", NULL, 0, NULL}, /* steps of a run */
    {"seal", NULL, 0, NULL},
    {"reprocess", "$Y reprocess --month 2024-03 --reason x --dry-run", 1, "alle"},
    {"reprocess", OF_PERSON "$Y reprocess --month 2024-03 --cpr - --reason x --dry-run", 0, "person"},
    {"pay", "$Y pay --due " DUE, 1, NULL},
    {"pay", "$Y pay --due " DUE " --list", 1, "liste"},
    {"pay", "$Y pay --again all --reason x", 0, "liste"},
    {"approve", NULL, 0, NULL}, /* as the maker and the approver do it below */
    {"cancel", NULL, 0, NULL},
    {"emit", "$Y emit 1 --output $OUT/emit", 0, "liste"},
    {"settle", "$Y settle $OUT/svar.csv", 1, "liste"},
    {"rejected", "$Y rejected", 0, "liste"},
    {"resolve", "$Y resolve YD1-1 --outcome betalt --reason x", 77, "liste"},
    {"recall", NULL, 0, NULL}, /* totals of a batch */
    {"claims", "$Y claims", 0, "liste"},
    {"claims", "$Y claims decide 1 --decision A --outcome frafald", 66, "liste"},
    {"claims", "$Y claims close 1 --reason x", 66, "liste"},
    {"postings", "$Y postings --run 1 --output $OUT/postings", 0, "liste"},
    {"extract", "$Y extract --run 1 --output $OUT/extract", 0, "liste"},
    {"creditors", "$Y creditors --month 2024-03", 0, NULL},
    {"control", "$Y control", 0, NULL},
    {"refusion", "$Y refusion --from 2024-03 --to 2024-03", 0, "alle"},
    {"status", "$Y status", 0, NULL},
    {"rejects", "$Y rejects --raw", 1, "liste"},
    {"held", "$Y held", 1, "liste"},
    {"access", OF_PERSON "$Y access --cpr -", 0, "person"},
    {"verify", "$Y verify", 0, NULL}, /* names participants by file and line, when something is wrong */
    {"replay", "$Y replay --run 1", 0, "alle"},
    {"export", "$Y export --run 1 --output $OUT/export", 0, "alle"},
    {"simulate", "$Y simulate --policy skat=ja", 0, NULL},
    {"simulate", "$Y simulate --policy skat=ja --list --output $OUT/list", 0, "alle"},
    {"erase", NULL, 0, NULL},  /* has tests of its own */
    {"report", NULL, 0, NULL}, /* the page of a run: test_serve */
    {"serve", NULL, 0, NULL},
    {"completion", "$Y completion bash", 0, NULL},
    {"help", NULL, 0, NULL},
    {"man", NULL, 0, NULL},
};
#define CALL_COUNT (sizeof calls / sizeof calls[0])

static char *folder;

static void begin(void) {
    begin_month();
    folder = temporary_folder();
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    pay_as(maker, "--allow-replacement-cpr", 1);
    approve_as(approver, "1", 0);
    char path[4200];
    snprintf(path, sizeof path, "%s/svar.csv", folder);
    write_text_file(path, "end_to_end_id;svar;tidspunkt\nYD999999-1;7;2024-03-28\n");
}

static void end(void) {
    temporary_folder_remove(folder);
    end_month();
}

TestSuite(looks, .init = begin, .fini = end);

static void expect_decided(const char *name) {
    for (size_t i = 0; i < CALL_COUNT; i++)
        if (strcmp(calls[i].command, name) == 0)
            return;
    cr_expect_fail("%s is not decided here: does it show people?", name);
}

static void try_call(size_t i) {
    char line[8192], sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.access_log WHERE (command, scope) = ('%s', '%s')",
             calls[i].command, calls[i].scope == NULL ? "" : calls[i].scope);
    const int64_t all = test_sql_int64(owner, "SELECT count(*) FROM ydelse.access_log");
    const int64_t before = test_sql_int64(owner, sql);
    snprintf(line, sizeof line, "export " TODAY "; Y=$YDELSE_PROGRAM; OUT='%s'; %s", folder, calls[i].call);
    Process process = shell_run(line);
    expect_exit(&process, calls[i].exit_code, calls[i].call);
    expect_no_cpr(process.err, calls[i].call);
    if (calls[i].scope == NULL) {
        expect_no_cpr(process.out, calls[i].call);
        cr_expect_eq(test_sql_int64(owner, "SELECT count(*) FROM ydelse.access_log"), all, "%s logs a look",
                     calls[i].call);
    } else {
        cr_expect_eq(test_sql_int64(owner, sql), before + 1, "%s logs no look", calls[i].call);
    }
    process_free(&process);
}

Test(looks, every_command_is_decided) {
    Process help =
        shell_run("\"$YDELSE_PROGRAM\" --help | sed -n '/^commands:/,/^$/s/^  \\([a-z]*\\) .*/\\1/p'");
    int count = 0;
    for (char *name = strtok(help.out, "\n"); name != NULL; name = strtok(NULL, "\n"), count++)
        expect_decided(name);
    cr_expect_gt(count, 35);
    process_free(&help);
    for (size_t i = 0; i < CALL_COUNT; i++)
        if (calls[i].call != NULL)
            try_call(i);
}

/* --- Who is bound to a municipality ------------------------------------------------------------------------------------ */

static void bind(const char *user, const char *municipality) {
    char sql[256];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '%s')", user,
             municipality);
    test_sql(owner, sql);
}

static char *status_of(const char *user, const char *option) {
    const char *const arguments[] = {"status", option, NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, 0, "status");
    char *out = process.out;
    process.out = NULL;
    process_free(&process);
    return out;
}

/* The sums of a bound user are those of the municipality, and add up to everybody's. */
Test(looks, a_bound_user_is_told_of_the_own_municipality) {
    static const char sum_sql[] = "SELECT (ydelse.status() #>> '{open_owed,0,kommunekode}') || ' ' || "
                                  "jsonb_array_length(ydelse.status() -> 'open_owed')";
    char *all = status_of(maker, NULL);
    expect_part(all, "rækker læst");
    expect_part(all, "bunker, godkendt: 1, ");
    expect_part(all, "beseglet");
    free(all);
    bind(maker, "0461");
    char *bound = status_of(maker, NULL);
    expect_part(bound, "kun for kommune: 0461\n");
    cr_expect_null(strstr(bound, "rækker læst"), "%s", bound);
    cr_expect_null(strstr(bound, "kommune 0101"), "%s", bound);
    free(bound);
    Pg *finance = connect_as(maker);
    test_sql(owner, "SELECT ydelse.batch_cancel(batch_id, 'x') FROM ydelse.batch");
    char *text = test_sql_text(finance, sum_sql);
    cr_expect_str_eq(text, "0461 1");
    free(text);
    const int64_t own =
        test_sql_int64(finance, "SELECT (ydelse.status() #>> '{runs,0,delta_til_udbetaling}')::bigint");
    cr_expect_eq(
        own,
        test_sql_int64(
            owner, "SELECT sum(til_udbetaling) FROM ydelse.entitlement_latest WHERE kommunekode = '0461'"));
    cr_expect_lt(
        own, test_sql_int64(owner, "SELECT (ydelse.status() #>> '{runs,0,delta_til_udbetaling}')::bigint"));
    cr_expect_eq(
        test_sql_int64(finance, "SELECT (ydelse.status() ->> 'held')::bigint"),
        test_sql_int64(owner,
                       "SELECT count(DISTINCT cpr) FROM ydelse.result_current WHERE udfald = 'TILBAGEHOLDT' "
                       "AND kommunekode = '0461'"));
    pg_close(finance);
}

/* Bindings leave a history that nobody changes. */
Test(looks, bindings_have_a_history) {
    bind(maker, "0461");
    test_sql(owner, "DELETE FROM ydelse.finance_municipality");
    bind(maker, "0101");
    expect_text("SELECT string_agg(event || ' ' || kommunekode || ' ' || (by_user = session_user), ', ' "
                "ORDER BY number) FROM "
                "ydelse.finance_municipality_event",
                "bundet 0461 true, loest 0461 true, bundet 0101 true");
    static const char *const refused[] = {
        "UPDATE ydelse.finance_municipality SET kommunekode = '0461'",
        "TRUNCATE ydelse.finance_municipality",
        "UPDATE ydelse.finance_municipality_event SET by_user = 'another'",
        "DELETE FROM ydelse.finance_municipality_event",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        cr_expect_str_eq(test_sql_sqlstate(owner, refused[i]), "42501", "%s", refused[i]);
    free(night_program(0, "run", "--month", "2024-03", NULL, NULL, NULL, NULL));
    expect_text(
        "SELECT substring(seal_text FROM 'bindings=\\d+') FROM ydelse.run ORDER BY run_id DESC LIMIT 1",
        "bindings=3");
    const char *const verify[] = {"verify", NULL};
    Process process = ydelse_run(verify, NULL);
    expect_exit(&process, 0, "verify");
    process_free(&process);
}
