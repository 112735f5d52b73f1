/* What is owed, clause by clause: what a fact touches, what replaces an entitlement and what does not, who is owed by
 * whom, and what the database refuses when it is typed in by hand. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define ANNA "6101011001"
#define BO "6201011002"

#define DELTAGERE "posttype;cpr_nummer;kommunekode\n"
#define FORLOEB "posttype;forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse\n"
#define BOERN "post_id;cpr_nummer;barn_foedselsdato;forhold\n"
#define PERIODER "post_id;cpr_nummer;art;foerste_dag;sidste_dag;afgoerelse_id\n"
#define INDKOMST "posttype;post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013\n"
#define FERIE                                                                                                \
    "post_id;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;sidste_feriedag;antal_feriedage;"      \
    "beloeb_brutto;udbetalingsdato\n"
#define SANKTIONER                                                                                           \
    "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;foerste_dag;sidste_dag;afgoerelse_id\n"
#define SKATTEKORT "post_id;cpr_nummer;foerste_dag;korttype;traekprocent\n"

static int deliveries;

TestSuite(owed, .init = night_begin, .fini = night_end);

static void tell(const char *kind, const char *text) {
    char name[64];
    char path[4096];
    snprintf(name, sizeof name, "%s-%d.csv", kind, ++deliveries);
    night_file(night_folder, name, text);
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    night_load(path, 0);
}

static void two_people(void) {
    tell("deltagere", DELTAGERE "N;" ANNA ";0101\nN;" BO ";0461\n");
    tell("forloeb", FORLOEB "N;F1;" ANNA ";RF;2023-01-01;;INGEN\nN;F2;" BO ";RF;2023-01-01;;INGEN\n");
}

static void expect_number(const char *what, const char *sql, int64_t expected) {
    const int64_t got = test_sql_int64(night_pg, sql);
    cr_expect_eq(got, expected, "%s: %s: %lld, expected %lld", what, sql, (long long)got,
                 (long long)expected);
}

static void expect_text(const char *what, const char *sql, const char *expected) {
    char *got = test_sql_text(night_pg, sql);
    cr_expect_str_eq(got, expected, "%s: %s: '%s', expected '%s'", what, sql, got, expected);
    free(got);
}

/* The deltas close, and computing everything again finds nothing that the night has missed. */
static void expect_closed(const char *what, const char *month) {
    expect_number(
        what,
        "SELECT count(*) FROM ydelse.entitlement_latest e WHERE (SELECT coalesce(sum(d.amount_oere), 0) FROM "
        "ydelse.delta_line d WHERE d.month = e.month AND d.cpr = e.cpr) <> e.til_udbetaling + e.atp_egen + "
        "e.atp_kommune + e.skat + e.pension",
        0);
    const char *const arguments[] = {"run", "--month", month, "--full", "--dry-run", NULL};
    Process full = ydelse_run(arguments, NULL);
    cr_expect(full.exit_code <= 1, "%s: exit %d\n%s", what, full.exit_code, full.err);
    cr_expect_not_null(strstr(full.out, "intet nyt er skyldigt"), "%s: a full run finds more:\n%s", what,
                       full.out);
    process_free(&full);
}

#define SCOPE(cpr)                                                                                           \
    "SELECT coalesce(string_agg(to_char(month, 'MM'), ' ' ORDER BY month), '') FROM ydelse.run_scope WHERE " \
    "run_id = (SELECT max(run_id) FROM ydelse.run) AND cpr = '" cpr "'"

Test(owed, every_fact_touches_its_months_and_a_full_run_finds_no_other) {
    static const struct {
        const char *what;
        const char *kind;
        const char *text;
        const char *anna; /* the months that are computed again */
        const char *bo;
    } steps[] = {
        {"a birth: every month", "boern", BOERN "B1;" ANNA ";2024-02-10;FORSOERGER\n", "01 02 03 04", ""},
        {"income: its month", "indkomst", INDKOMST "N;I1;" ANNA ";01;;2024-01-31;1000,00\n", "01", ""},
        {"it moves to another month: both", "indkomst", INDKOMST "R;I1;" ANNA ";01;;2024-03-31;1000,00\n",
         "01 03", ""},
        {"it moves to another person: both", "indkomst", INDKOMST "R;I1;" BO ";01;;2024-03-31;1000,00\n",
         "03", "03"},
        {"it is withdrawn", "indkomst", INDKOMST "T;I1;;;;;\n", "", "03"},
        {"it lives again", "indkomst", INDKOMST "R;I1;" ANNA ";01;;2024-02-29;900,00\n", "02", ""},
        {"frikort: the rest of the year", "indkomst",
         INDKOMST "N;I2;" ANNA ";00;FRIKORT;2024-02-15;39000,00\n", "02 03 04", ""},
        {"frikort above the yearly sum", "indkomst", INDKOMST "N;I3;" ANNA ";00;FRIKORT;2024-03-15;9000,00\n",
         "03 04", ""},
        {"an earlier frikort row is wage now", "indkomst",
         INDKOMST "R;I2;" ANNA ";00;LOEN;2024-02-15;39000,00\n", "02 03 04", ""},
        {"a holiday: its months and its payment's", "feriepenge",
         FERIE "H1;" ANNA ";FG;UDB1;2023;2024-02-26;2024-03-08;10;4000,00;2024-01-20\n", "01 02 03", ""},
        {"a supplement: the month of payment", "feriepenge",
         FERIE "H2;" BO ";FT;UDB2;2023;;;;700,00;2024-04-20\n", "", "04"},
        {"a sanction: its month", "sanktioner",
         SANKTIONER "S1;" ANNA ";PERIODE;2024-01-10;3;2024-02;;;AFG-1\n", "02", ""},
        {"a third: its months", "sanktioner",
         SANKTIONER "S2;" BO ";TREDJEDEL;2024-01-10;;;2024-02-15;2024-03-15;A\n", "", "02 03"},
        {"a tax card: from its first day on", "skattekort", SKATTEKORT "K1;" BO ";2024-03-01;HOVED;37,00\n",
         "", "03 04"},
        {"a period: every month", "perioder", PERIODER "P1;" BO ";OPHOER;2024-03-16;2024-03-31;AFG-2\n", "",
         "01 02 03 04"},
        {"a municipality: every month", "deltagere", DELTAGERE "R;" BO ";0751\n", "", "01 02 03 04"},
        {"a course ends: months vanish", "forloeb", FORLOEB "R;F1;" ANNA ";RF;2023-01-01;2024-02-29;INGEN\n",
         "01 02 03 04", ""},
        {"a course withdrawn", "forloeb", FORLOEB "T;F2;;;;;\n", "", "01 02 03 04"},
    };
    two_people();
    free(night_program(0, "run", "--month", "2024-04", "--set", "cutover.alle=2024-01", NULL, NULL));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        tell(steps[i].kind, steps[i].text);
        night_run("2024-04", 0);
        expect_text(steps[i].what, SCOPE(ANNA), steps[i].anna);
        expect_text(steps[i].what, SCOPE(BO), steps[i].bo);
        expect_closed(steps[i].what, "2024-04");
    }
    expect_number("withdrawn",
                  "SELECT sum(til_udbetaling) FROM ydelse.entitlement_latest WHERE cpr = '" BO "'", 0);
    expect_text("moved", "SELECT DISTINCT kommunekode FROM ydelse.entitlement WHERE cpr = '" BO "'", "0461");
}

Test(owed, a_held_result_replaces_nothing_and_its_difference_waits) {
    two_people();
    night_run("2024-03", 0);
    tell("forloeb", FORLOEB "N;F3;" ANNA ";JA;2023-01-01;;INGEN\n"); /* two courses at once: held */
    tell("indkomst", INDKOMST "N;I1;" ANNA ";01;;2024-03-31;1000,00\n");
    night_run("2024-03", 1);
    expect_number("held", "SELECT count(*) FROM ydelse.entitlement WHERE cpr = '" ANNA "'", 1);
    tell("forloeb", FORLOEB "T;F3;;;;;\n");
    night_run("2024-03", 0);
    expect_number("no longer held", "SELECT revision FROM ydelse.entitlement_latest WHERE cpr = '" ANNA "'",
                  2);
    expect_closed("no longer held", "2024-03");
    /* Held, and then without a course: zeros. */
    tell("forloeb", FORLOEB "N;F4;" ANNA ";JA;2023-01-01;;INGEN\n");
    night_run("2024-03", 1);
    tell("forloeb", FORLOEB "T;F4;;;;;\nT;F1;;;;;\n");
    night_run("2024-03", 0);
    expect_number("vanished", "SELECT til_udbetaling FROM ydelse.entitlement_latest WHERE cpr = '" ANNA "'",
                  0);
    expect_closed("vanished", "2024-03");
}

/* Bo's municipality comes over in March. What another system has paid stays paid, also when he moves. */
Test(owed, months_of_another_system_stay_its_own_when_somebody_moves) {
    static const char *const settings[] = {"cutover.alle=2024-01", "cutover.0461=2024-03"};
    two_people();
    free(night_program(0, "run", "--month", "2024-02", "--set", settings[0], "--set", settings[1]));
    expect_text("before", "SELECT string_agg(DISTINCT cpr, ' ') FROM ydelse.entitlement", ANNA);
    tell("deltagere", DELTAGERE "R;" BO ";0101\nR;" ANNA ";0461\n");
    night_run("2024-03", 0);
    expect_text("moved",
                "SELECT string_agg(to_char(month, 'MM') || ' ' || kommunekode, ', ') FROM ydelse.entitlement "
                "WHERE cpr = '" BO "'",
                "03 0101");
    expect_number(
        "the one who left is owed what she was",
        "SELECT count(*) FROM ydelse.entitlement_latest WHERE cpr = '" ANNA "' AND kommunekode = '0101'", 2);
    expect_closed("moved", "2024-03");
    tell("indkomst", INDKOMST "N;I1;" BO ";01;;2024-02-20;1000,00\n");
    night_run("2024-03", 0);
    expect_number("corrected", "SELECT count(*) FROM ydelse.entitlement WHERE cpr = '" BO "'", 1);
}

/* Nobody is owed the month at first: there is no partition of it when the first one is. */
Test(owed, a_first_seal_counts_though_nothing_was_owed) {
    tell("deltagere", DELTAGERE "N;" BO ";0461\n");
    tell("forloeb", FORLOEB "N;F2;" BO ";RF;2023-01-01;;INGEN\n");
    free(night_program(0, "run", "--month", "2024-02", "--set", "cutover.alle=2024-01", "--set",
                       "cutover.0461=2024-03"));
    expect_number("not owed", "SELECT count(*) FROM ydelse.entitlement", 0);
    tell("deltagere", DELTAGERE "R;" BO ";0101\nN;" ANNA ";0101\n");
    tell("forloeb", FORLOEB "N;F1;" ANNA ";RF;2023-01-01;;INGEN\n");
    night_run("2024-02", 0);
    expect_text("moved", "SELECT string_agg(DISTINCT cpr, ' ') FROM ydelse.entitlement", ANNA);
    expect_closed("moved", "2024-02");
}

#define OWED_MONTHS(cpr)                                                                                     \
    "SELECT coalesce(string_agg(DISTINCT to_char(month, 'MM'), ' '), '') FROM ydelse.entitlement WHERE cpr " \
    "= '" cpr "'"

static char *run_with(int exit_code, const char *setting, const char *reason) {
    return night_program(exit_code, "run", "--month", "2024-03", "--set", setting,
                         reason == NULL ? NULL : "--accept-cutover", reason);
}

/* A typing error must not owe months that another system paid, nor leave out what is owed. */
Test(owed, another_cut_over_stops_the_run_unless_it_is_meant) {
    static const struct {
        const char *setting, *reason;
        int exit_code;
        const char *anna, *bo; /* the months they are owed then */
    } nights[] = {
        {"cutover.alle=2024-02", NULL, 0, "02 03", "02 03"}, /* the first run decides */
        {"cutover.alle=", NULL, 64, "02 03", "02 03"},
        {"cutover.alle=2024-01", NULL, 78, "02 03", "02 03"},
        {"cutover.alle=2024-03", NULL, 78, "02 03", "02 03"},
        {"cutover.0461=2024-01", NULL, 78, "02 03", "02 03"},
        {"cutover.0461=2024-02", NULL, 0, "02 03", "02 03"}, /* as it was, in other words */
        {"cutover.0461=2024-01", " ", 64, "02 03", "02 03"},
        {"cutover.0461=2024-01", "aftale 17", 0, "02 03", "01 02 03"},
        {"cutover.0461=2024-01", NULL, 0, "02 03", "01 02 03"},
        {"cutover.alle=2024-03", "aftale 18", 0, "02 03", "01 02 03"},
        {"cutover.0461=2024-03", "aftale 19", 0, "02 03", "01 02 03"},
    };
    two_people();
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        free(run_with(nights[i].exit_code, nights[i].setting, nights[i].reason));
        expect_text(nights[i].setting, OWED_MONTHS(ANNA), nights[i].anna);
        expect_text(nights[i].setting, OWED_MONTHS(BO), nights[i].bo);
    }
    expect_text("kept", "SELECT string_agg(cutover_reason, ', ' ORDER BY run_id) FROM ydelse.run",
                "aftale 17, aftale 18, aftale 19");
    expect_text("told",
                "SELECT string_agg(run_id::text, ' ' ORDER BY run_id) FROM ydelse.run WHERE cutover_reason "
                "IS NOT NULL",
                "3 5 6");
    /* What is owed from before is followed as ever; nothing new is owed there. */
    tell("indkomst", INDKOMST "N;I1;" ANNA ";01;;2024-02-20;1000,00\nN;I2;" BO ";01;;2024-01-20;1000,00\n");
    tell("deltagere", DELTAGERE "N;6301011003;0101\n");
    tell("forloeb", FORLOEB "N;F3;6301011003;RF;2023-01-01;;INGEN\n");
    night_run("2024-03", 0);
    expect_text("corrected",
                "SELECT string_agg(cpr || to_char(month, ' MM'), ', ' ORDER BY cpr) FROM ydelse.entitlement "
                "WHERE revision = 2",
                ANNA " 02, " BO " 01");
    expect_text("a new one", OWED_MONTHS("6301011003"), "03");
    expect_closed("corrected", "2024-03");
    tell("forloeb", FORLOEB "T;F2;;;;;\n");
    night_run("2024-03", 0);
    expect_number("withdrawn",
                  "SELECT sum(til_udbetaling) FROM ydelse.entitlement_latest WHERE cpr = '" BO "'", 0);
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
}

Test(owed, a_refused_cut_over_says_which) {
    two_people();
    free(run_with(0, "cutover.alle=2024-02", NULL));
    const char *const arguments[] = {
        "run", "--month", "2024-03", "--set", "cutover.0461=2023-12", "--set", "cutover.alle=2024-03", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 78, "%s", process.err);
    cr_expect_not_null(strstr(process.err, "0461: 2024-02 -> 2023-12, alle: 2024-02 -> 2024-03"), "%s",
                       process.err);
    process_free(&process);
}

/* --- Typed in by hand -------------------------------------------------------------------------------------- */

static void leave_a_run_computing(const char *month) {
    const char *const arguments[] = {"run", "--month", month, NULL};
    const char *const environment[] = {"YDELSE_STOP_AT=run-worked", NULL};
    Process process = ydelse_run(arguments, environment);
    cr_assert_eq(process.signal, SIGKILL, "exit %d\n%s", process.exit_code, process.err);
    process_free(&process);
}

/* A revision of Anna's March that closes on the one before: amounts and differences agree. */
#define REVISION                                                                                             \
    "INSERT INTO ydelse.entitlement (month, cpr, revision, run_id, kommunekode, ordning, til_udbetaling, "   \
    "atp_egen, atp_kommune, skat, pension, delta_til_udbetaling, delta_atp_egen, delta_atp_kommune, "        \
    "delta_skat, delta_pension, row_hash) SELECT month, cpr, revision + 1, (SELECT max(run_id) FROM "        \
    "ydelse.run), kommunekode, ordning, til_udbetaling + 5000, atp_egen, atp_kommune, skat, pension, 5000, " \
    "0, 0, 0, 0, sha256('x') FROM ydelse.entitlement_latest WHERE month = '%s' AND cpr = '" ANNA "'"

Test(owed, a_revision_typed_in_by_hand_is_not_sealed) {
    char sql[1024];
    two_people();
    night_run("2024-02", 0);
    night_run("2024-03", 0);
    snprintf(sql, sizeof sql, REVISION, "2024-03-01");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, sql), "42501", "no run computes");
    char role[64];
    char dsn[128];
    Pg *other = NULL;
    Error error;
    static const char *const groups[] = {"ydelse_batch", "ydelse_finance", "ydelse_auditor"};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        test_role_create(night_pg, groups[i] + strlen("ydelse_"), groups[i], role);
        snprintf(dsn, sizeof dsn, "user=%s", role);
        cr_assert_eq(pg_connect(dsn, &other, &error), STATUS_OK);
        cr_expect_str_eq(test_sql_sqlstate(other, sql), "42501", "%s", groups[i]);
        cr_expect_str_eq(test_sql_sqlstate(other, "UPDATE ydelse.entitlement SET til_udbetaling = 1"),
                         "42501");
        cr_expect_str_eq(test_sql_sqlstate(other, "DELETE FROM ydelse.run_month"), "42501");
        pg_close(other);
    }
    tell("indkomst", INDKOMST "N;I1;" BO ";01;;2024-03-31;1000,00\n");
    leave_a_run_computing("2024-03");
    test_sql(night_pg, "BEGIN");
    test_sql(night_pg, sql);
    cr_expect_str_eq(
        test_sql_sqlstate(night_pg, "SELECT ydelse.run_seal((SELECT max(run_id) FROM ydelse.run))"), "XX001",
        "Anna is not in this run");
    test_sql(night_pg, "ROLLBACK");
    /* A reprocessing computes its own months only. */
    test_sql(night_pg, "SELECT ydelse.run_clean_up()");
    cr_assert_eq(test_sql_int64(night_pg,
                                "SELECT ydelse.run_open('2024-03-01', false, 'x', '', 'a', 'b', 'c', 'd', "
                                "'reprocess')"),
                 4);
    test_sql(night_pg, "SELECT ydelse.run_plan_reprocess(4, '2024-03-01', '" ANNA "')");
    snprintf(sql, sizeof sql, REVISION, "2024-02-01");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, sql), "42501", "February is no month of the run");
    night_run("2024-03", 0);
    expect_closed("in the end", "2024-03");
}
