/* ydelse reprocess: a preview, one difference, and a night that knows what it did. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define ANNA "6101011001"
#define BO "6201011002"
#define MARCH_OF_ANNA "month = '2024-03-01' AND cpr = '" ANNA "'"

static char *rates; /* the built-in ones, one of 2024 half a krone higher */

static void set_up(void) {
    char command[512];
    night_begin();
    rates = temporary_folder();
    snprintf(command, sizeof command,
             "cp config/satser/*.csv %s && sed -i '/;2024-01-01;/s/,00;kr.maaned/,50;kr\\/maaned/' "
             "%s/ydelse.csv && ! cmp "
             "-s %s/ydelse.csv config/satser/ydelse.csv",
             rates, rates, rates);
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
}

static void tear_down(void) {
    pg_close(night_pg);
    test_database_drop();
    temporary_folder_remove(night_folder);
    temporary_folder_remove(rates);
}

TestSuite(reprocess, .init = set_up, .fini = tear_down);

static void tell(const char *name, const char *text) {
    char path[4096];
    night_file(night_folder, name, text);
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    night_load(path, 0);
}

/* Two people, February and March sealed. */
static void two_months(void) {
    tell("deltagere.csv", "cpr_nummer;kommunekode\n" ANNA ";0101\n" BO ";0461\n");
    tell("forloeb.csv", "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF1;" ANNA
                        ";RF;2023-01-01;INGEN\nF2;" BO ";RF;2023-01-01;INGEN\n");
    night_run("2024-02", 0);
    night_run("2024-03", 0);
}

/* `ydelse reprocess` of months with the other rates or, other_rates false, the built-in ones; cpr may be NULL. */
static Process reprocess_as(const char *user, const char *month, const char *to, const char *cpr,
                            bool other_rates, const char *extra) {
    char command[1024];
    snprintf(command, sizeof command,
             "echo %s | %s%s \"$YDELSE_PROGRAM\" reprocess --month %s %s%s --reason 'ny sats' %s %s%s %s",
             cpr == NULL ? "" : cpr, user == NULL ? "" : "PGUSER=", user == NULL ? "" : user, month,
             to == NULL ? "" : "--to ", to == NULL ? "" : to, cpr == NULL ? "" : "--cpr -",
             other_rates ? "--rates " : "", other_rates ? rates : "", extra);
    return shell_run(command);
}

static void reprocess(const char *month, const char *to, const char *cpr, bool other_rates, const char *extra,
                      int exit_code, const char *part) {
    Process process = reprocess_as(NULL, month, to, cpr, other_rates, extra);
    cr_expect_eq(process.exit_code, exit_code, "%s %s: exit %d, expected %d\n%s%s", month, extra,
                 process.exit_code, exit_code, process.out, process.err);
    cr_expect_not_null(strstr(exit_code == 0 || exit_code == 1 ? process.out : process.err, part),
                       "%s is missing in\n%s%s", part, process.out, process.err);
    cr_expect_null(strstr(process.err, ANNA), "%s", process.err);
    process_free(&process);
}

Test(reprocess, a_dry_run_says_who_what_and_why_and_stores_nothing) {
    static const char state[] =
        "SELECT concat_ws(' ', (SELECT count(*) FROM ydelse.run), (SELECT count(*) FROM ydelse.entitlement), "
        "(SELECT count(*) FROM ydelse.law_set), (SELECT count(*) FROM ydelse.run_month), "
        "(SELECT count(*) FROM ydelse.run_attempt), (SELECT count(*) FROM pg_class WHERE relname ~ "
        "'^result_'))";
    two_months();
    char *before = test_sql_text(night_pg, state);
    reprocess("2024-02", "2024-03", NULL, true, "--dry-run", 1, "610101****");
    Process process = reprocess_as(NULL, "2024-02", "2024-03", NULL, true, "--dry-run");
    cr_expect_not_null(strstr(process.out, "ny lov: satser; ændret: brutto"), "%s", process.out);
    cr_expect_not_null(strstr(process.out, "deltagere.csv:2"), "%s", process.out);
    cr_expect_not_null(strstr(process.out, "prøvekørsel: intet er gemt"), "%s", process.out);
    cr_expect_null(strstr(process.out, ANNA), "%s", process.out);
    process_free(&process);
    reprocess("2024-02", NULL, NULL, true, "--dry-run --lang en", 1, "new law: satser");
    reprocess("2024-02", NULL, NULL, true, "--dry-run --format csv", 1,
              "2024-02;" ANNA ";0101;SKYLDES;12227,00;12227,50;0,50");
    reprocess("2024-02", NULL, NULL, true, "--dry-run --format json", 1, "\"forskel\": \"0.50\"");
    reprocess("2024-02", NULL, NULL, false, "--dry-run", 0, "ingen forskelle");
    night_expect_text(state, before);
    free(before);
}

Test(reprocess, only_differences_are_owed_and_only_once) {
    two_months();
    reprocess("2024-02", NULL, NULL, true, "", 0, "segl");
    night_expect_number(
        "SELECT count(*) FROM ydelse.entitlement WHERE revision = 2 AND delta_til_udbetaling = 50", 2);
    night_expect_text(
        "SELECT kind || ' ' || reason || ' ' || (started_by = session_user) FROM ydelse.run WHERE run_id = 3",
        "reprocess ny sats true");
    night_expect_number(
        "SELECT count(*) FROM ydelse.run WHERE run_id = 3 AND seal_text ~ 'kind=reprocess' AND seal_text ~ "
        "('reason=' || encode(sha256('ny sats'), 'hex')) AND seal_text ~ 'computed=2024-02;everyone'",
        1);
    reprocess("2024-02", NULL, NULL, true, "", 0, "ingen forskelle");
    night_expect_number("SELECT delta_lines FROM ydelse.run WHERE run_id = 4", 0);
    reprocess("2024-02", NULL, ANNA, false, "", 0, "-0,50");
    free(night_program(0, "replay", "--run", "3", NULL, NULL, NULL, NULL));
    free(
        night_program(0, "replay", "--run", "5", NULL, NULL, NULL, NULL)); /* of one person, by the old law */
}

Test(reprocess, a_correction_in_the_past_gives_one_difference) {
    two_months();
    tell("indkomst.csv",
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\nI1;" ANNA ";01;2024-02-10;1000,00\n");
    reprocess("2024-02", NULL, ANNA, false, "", 0, "nye oplysninger: indkomst; ændret: fradrag_anden");
    night_expect_text(
        "SELECT string_agg(cpr || ' ' || to_char(month, 'MM') || ' ' || delta_til_udbetaling, ',') FROM "
        "ydelse.entitlement WHERE run_id = 3",
        ANNA " 02 -90100"); /* 1.000,00 less, and no ATP of 99,00 any more */
    night_expect_text("SELECT everyone || ' ' || complete FROM ydelse.run_month WHERE run_id = 3",
                      "false false");
    /* The night does not trust one person's month to be everybody's, and finds nothing new. */
    night_run("2024-03", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_scope WHERE run_id = 4", 1);
    night_expect_number("SELECT delta_lines FROM ydelse.run WHERE run_id = 4", 0);
    night_run("2024-03", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_scope WHERE run_id = 5", 0);
}

/* Who has moved since is still counted where the month is owed, in what was computed and in what changed. */
Test(reprocess, a_month_is_counted_in_the_municipality_that_owes_it) {
    two_months();
    tell("deltagere_2.csv", "posttype;cpr_nummer;kommunekode\nR;" BO ";0751\n");
    Process process = reprocess_as(NULL, "2024-02", NULL, BO, true, "--dry-run");
    cr_expect_not_null(strstr(process.out, "\n2024-02  0461            1             0       1 "), "%s",
                       process.out);
    cr_expect_null(strstr(process.out, "0751"), "%s", process.out);
    process_free(&process);
}

Test(reprocess, a_night_does_not_repeat_what_was_reprocessed_for_everyone) {
    two_months();
    tell("indkomst.csv", "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\nI1;" ANNA
                         ";01;2024-02-10;1000,00\nI2;" BO ";01;2024-03-10;500,00\n");
    reprocess("2024-02", NULL, NULL, false, "", 0, "610101****");
    night_run("2024-03", 0);
    night_expect_text(
        "SELECT string_agg(cpr || to_char(month, ' MM'), ',') FROM ydelse.run_scope WHERE run_id = 4",
        BO " 03");
    free(night_program(0, "run", "--month", "2024-03", "--full", NULL, NULL, NULL));
    night_expect_number("SELECT delta_lines FROM ydelse.run WHERE run_id = 5", 0);
}

Test(reprocess, the_law_of_one_person_does_not_stay_another) {
    two_months();
    reprocess("2024-03", NULL, ANNA, true, "", 0, "0,50");
    night_expect_number("SELECT til_udbetaling FROM ydelse.entitlement_latest WHERE " MARCH_OF_ANNA, 1222750);
    /* The night computes her month again by its own law, and hers alone. */
    night_run("2024-03", 0);
    night_expect_text(
        "SELECT string_agg(cpr || to_char(month, ' MM'), ',') FROM ydelse.run_scope WHERE run_id = 4",
        ANNA " 03");
    night_expect_number("SELECT til_udbetaling FROM ydelse.entitlement_latest WHERE " MARCH_OF_ANNA, 1222700);
    night_run("2024-03", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_scope WHERE run_id = 5", 0);
    /* Everyone's month: the law by which everyone was computed is what counts. */
    reprocess("2024-03", NULL, NULL, true, "", 0, "0,50");
    free(night_program(0, "run", "--month", "2024-03", "--rates", rates, NULL, NULL));
    night_expect_number("SELECT count(*) FROM ydelse.run_month WHERE run_id = 7 AND everyone", 0);
    night_run("2024-03", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_month WHERE run_id = 8 AND everyone", 1);
    night_expect_number("SELECT til_udbetaling FROM ydelse.entitlement_latest WHERE " MARCH_OF_ANNA, 1222700);
}

Test(reprocess, a_night_names_the_months_that_wait_for_it) {
    static const char command[] = "ydelse reprocess --month 2024-02 --reason";
    two_months();
    char *out = night_program(0, "run", "--month", "2024-03", "--rates", rates, NULL, NULL);
    cr_expect_not_null(strstr(out, command), "%s", out);
    free(out);
    reprocess("2024-02", NULL, NULL, true, "", 0, "segl");
    out = night_program(0, "run", "--month", "2024-03", "--rates", rates, NULL, NULL);
    cr_expect_null(strstr(out, command), "%s", out);
    free(out);
    /* A policy that changes no result, and rates that change another year, say nothing. */
    out = night_program(0, "run", "--month", "2024-03", "--rates", rates, "--policy", "modregning_pct=10");
    cr_expect_null(strstr(out, "ydelse reprocess"), "%s", out);
    free(out);
}

Test(reprocess, months_before_the_cut_over_and_held_people_are_shown_and_not_owed) {
    tell("deltagere.csv", "cpr_nummer;kommunekode\n" ANNA ";0101\n" BO ";0461\n");
    tell("forloeb.csv", "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF1;" ANNA
                        ";RF;2023-01-01;INGEN\nF2;" BO ";RF;2023-01-01;INGEN\n");
    free(night_program(0, "run", "--month", "2024-02", "--set", "cutover.alle=2024-03", NULL, NULL));
    reprocess("2024-02", NULL, NULL, true, "", 0, "før overtagelsen, skyldes ikke");
    night_expect_number("SELECT count(*) FROM ydelse.entitlement", 0);
    night_run("2024-03", 0);
    tell("forloeb-2.csv",
         "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF3;" ANNA ";JA;2023-01-01;INGEN\n");
    reprocess("2024-03", NULL, NULL, false, "", 1, "tilbageholdt nu, det skyldige står ved magt");
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE cpr = '" ANNA "'", 1);
}

Test(reprocess, what_is_refused) {
    two_months();
    reprocess("2024-04", NULL, NULL, false, "", 65, "ydelse run --month 2024-04");
    reprocess("2024-01", "2024-03", NULL, false, "", 65, "2024-01 was never computed");
    reprocess("2024-03", "2024-02", NULL, false, "", 64, "before --month");
    reprocess("2024-03", "marts", NULL, false, "", 64, "expected YYYY-MM");
    reprocess("2024-03", NULL, "6301011003", false, "", 65, "no such participant");
    reprocess("2024-03", NULL, "6301011", false, "", 64, "expected ten digits");
    reprocess("2024-03", NULL, NULL, false, "--reason ' '", 64, "expected a text");
    reprocess("2024-03", NULL, NULL, false, "--reason 'sag " ANNA "'", 64, "leave CPR numbers out");
    reprocess("2024-03", NULL, NULL, false, "--reason \"$(printf '%501s' x | tr ' ' x)\"", 64, "at most 500");
    reprocess("2024-03", NULL, NULL, false, "--format xml", 64, "text, csv or json");
    free(night_program(64, "reprocess", "--month", "2024-03", NULL, NULL, NULL, NULL));
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed'", 2);
    cr_expect_str_eq(test_sql_sqlstate(
                         night_pg, "SELECT ydelse.run_open('2024-03-01', false, ' ', '', 'a', 'b', 'c', 'd', "
                                   "'reprocess')"),
                     "23514");
}

Test(reprocess, it_takes_the_role_of_the_night) {
    static const struct {
        const char *group;
        int exit_code;
    } cases[] = {{"ydelse_finance", 77}, {"ydelse_auditor", 77}, {"ydelse_batch", 0}};
    two_months();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char role[64];
        test_role_create(night_pg, cases[i].group + strlen("ydelse_"), cases[i].group, role);
        Process process = reprocess_as(role, "2024-03", NULL, ANNA, true, "");
        cr_expect_eq(process.exit_code, cases[i].exit_code, "%s: exit %d\n%s", cases[i].group,
                     process.exit_code, process.err);
        process_free(&process);
        if (cases[i].exit_code == 0)
            night_expect_text("SELECT started_by FROM ydelse.run ORDER BY run_id DESC LIMIT 1", role);
    }
}
