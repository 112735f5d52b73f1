/* Any order of deliveries that keeps the order of each id gives the same entitlements.
 *
 * Six small deliveries are told for five people. Every allowed order of them gets people and ids of its own, and
 * all orders are played side by side: step s loads the s-th delivery of every order as one delivery, and runs
 * the night. In the end all orders must owe the same, and the database must say what calc says.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/kind.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define DELIVERIES 6
#define ORDERS_MAX 720
#define MONTH "2024-03"

static const char *const headers[KIND_COUNT] = {
    [KIND_DELTAGERE] = "posttype;cpr_nummer;kommunekode",
    [KIND_FORLOEB] = "posttype;forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse",
    [KIND_BOERN] = "posttype;post_id;cpr_nummer;barn_foedselsdato;forhold",
    [KIND_PERIODER] = "posttype;post_id;cpr_nummer;art;foerste_dag;sidste_dag;afgoerelse_id",
    [KIND_INDKOMST] = "posttype;post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013",
    [KIND_FERIEPENGE] =
        "posttype;post_id;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;sidste_feriedag;"
        "antal_feriedage;beloeb_brutto;udbetalingsdato",
    [KIND_SANKTIONER] =
        "posttype;sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;afgoerelse_id",
    [KIND_SKATTEKORT] = "posttype;post_id;cpr_nummer;foerste_dag;korttype;traekprocent",
};

/* @A..@E: a person's CPR number; #: the order's own prefix of ids. */
typedef struct {
    int delivery;
    KindId kind;
    const char *row;
} Told;

static const Told told[] = {
    {0, KIND_DELTAGERE, "N;@A;0101"},
    {0, KIND_DELTAGERE, "N;@B;0461"},
    {0, KIND_DELTAGERE, "N;@C;0751"},
    {0, KIND_FORLOEB, "N;#FA;@A;RF;2023-01-01;;INGEN"},
    /* Courses; those of D and E wait for their participants. */
    {1, KIND_FORLOEB, "N;#FB;@B;JA;2023-06-01;;INGEN"},
    {1, KIND_FORLOEB, "N;#FC;@C;RF;2022-01-01;;KONTANTHJAELP"},
    {1, KIND_FORLOEB, "N;#FD;@D;RF;2023-02-01;;INGEN"},
    {1, KIND_FORLOEB, "N;#FE;@E;RF;2023-02-01;;INGEN"},
    {1, KIND_BOERN, "N;#BA;@A;2020-05-05;FORSOERGER"},
    /* Income, one of it of D, a holiday. */
    {2, KIND_INDKOMST, "N;#I1;@A;01;;2024-03-10;1000,00"},
    {2, KIND_INDKOMST, "N;#I2;@B;00;LOEN;2024-02-29;2500,00"},
    {2, KIND_INDKOMST, "N;#I3;@D;01;;2024-01-31;300,00"},
    {2, KIND_INDKOMST, "N;#I4;@B;00;FRIKORT;2024-01-15;12000,00"},
    {2, KIND_INDKOMST, "N;#I5;@B;00;FRIKORT;2024-02-15;30000,00"},
    {2, KIND_FERIEPENGE, "N;#H1;@A;FG;UDB1;2023;2024-02-26;2024-03-08;10;4000,00;2024-02-20"},
    {2, KIND_SANKTIONER, "N;#S1;@C;PERIODE;2024-02-10;3;2024-03;AFG-1"},
    /* Corrections: a row moves to another participant, one is withdrawn, one waits and is withdrawn. */
    {3, KIND_INDKOMST, "R;#I1;@C;01;;2024-02-10;1100,00"},
    {3, KIND_INDKOMST, "T;#I2;;;;;"},
    {3, KIND_INDKOMST, "R;#I3;@E;01;;2024-01-31;450,00"},
    {3, KIND_FORLOEB, "T;#FE;;;;;"},
    {3, KIND_FERIEPENGE, "R;#H1;@A;FG;UDB1;2023;2024-03-04;2024-03-08;5;2000,00;2024-02-20"},
    {3, KIND_INDKOMST, "R;#I5;@B;00;FRIKORT;2024-02-15;20000,00"},
    /* The late participants, one of them twice. */
    {4, KIND_DELTAGERE, "N;@D;0851"},
    {4, KIND_DELTAGERE, "N;@E;0101"},
    {4, KIND_DELTAGERE, "N;@D;0851"},
    /* A withdrawn row comes again, a period without and one with a decision. */
    {5, KIND_FORLOEB, "R;#FE;@E;RF;2024-02-01;;INGEN"},
    {5, KIND_PERIODER, "N;#P1;@B;OPHOER;2024-03-16;2024-03-31;AFG-2"},
    {5, KIND_PERIODER, "N;#P2;@C;OPHOER;2024-03-16;2024-03-31;"},
    {5, KIND_SKATTEKORT, "N;#K1;@A;2024-01-01;HOVED;37,00"},
};
#define TOLD_COUNT ((int)(sizeof told / sizeof told[0]))

/* The order of each id: the correction comes after what it corrects, and the last word after that. */
static const int before_after[][2] = {{1, 3}, {2, 3}, {3, 5}};

static int orders[ORDERS_MAX][DELIVERIES];
static int order_count;

static bool is_allowed(const int *order) {
    int place[DELIVERIES];
    for (int i = 0; i < DELIVERIES; i++)
        place[order[i]] = i;
    for (size_t i = 0; i < sizeof before_after / sizeof before_after[0]; i++)
        if (place[before_after[i][0]] > place[before_after[i][1]])
            return false;
    return true;
}

/* Heap's algorithm, without recursion. */
static void list_orders(void) {
    int order[DELIVERIES] = {0, 1, 2, 3, 4, 5};
    int counter[DELIVERIES] = {0};
    int i = 0;
    memcpy(orders[order_count++], order, sizeof order);
    while (i < DELIVERIES) {
        if (counter[i] >= i) {
            counter[i++] = 0;
            continue;
        }
        const int other = i % 2 == 0 ? 0 : counter[i];
        const int kept = order[other];
        order[other] = order[i];
        order[i] = kept;
        if (is_allowed(order))
            memcpy(orders[order_count++], order, sizeof order);
        counter[i]++;
        i = 0;
    }
}

/* Five people an order; day + 60, so that nobody lives who has the number. */
static void person(int order, char letter, char cpr[16]) {
    const int n = order * 5 + (letter - 'A');
    snprintf(cpr, 16, "%02d%02d%02d1%03d", 61 + n % 28, 1 + n / 28 % 12, 70 + n / 336 % 25,
             100 + letter - 'A');
}

static void tell(FILE *file, const char *row, int order) {
    for (; *row != '\0'; row++) {
        char cpr[16];
        if (*row == '@') {
            person(order, *++row, cpr);
            fputs(cpr, file);
        } else if (*row == '#') {
            fprintf(file, "%03d-", order);
        } else {
            fputc(*row, file);
        }
    }
    fputc('\n', file);
}

/* Writes what `delivery_of` picks for every order into the folder, a file per kind. */
static void write_delivery(const char *folder, int step, bool natural) {
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        char path[4096];
        FILE *file = NULL;
        snprintf(path, sizeof path, "%s/%s-%d.csv", folder, kind_table[kind].name, step);
        for (int order = 0; order < order_count; order++)
            for (int i = 0; i < TOLD_COUNT; i++) {
                const int delivery = natural ? step : orders[order][step];
                if ((int)told[i].kind != kind || told[i].delivery != delivery)
                    continue;
                if (file == NULL) {
                    file = fopen(path, "w");
                    cr_assert_not_null(file);
                    fprintf(file, "%s\n", headers[kind]);
                }
                tell(file, told[i].row, order);
            }
        if (file != NULL)
            fclose(file);
    }
}

static void run_night(const char *input) {
    const char *const arguments[] = {
        "run", "--month", MONTH, "--input", input, "--set", "cutover.alle=2024-01", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "exit %d\n%s", process.exit_code,
              process.err);
    process_free(&process);
}

static void name_people(Pg *pg) {
    test_sql(pg, "CREATE TABLE public.person (story integer, letter text, cpr text)");
    for (int order = 0; order < order_count; order++)
        for (char letter = 'A'; letter <= 'E'; letter++) {
            char cpr[16];
            char sql[160];
            person(order, letter, cpr);
            snprintf(sql, sizeof sql, "INSERT INTO public.person VALUES (%d, '%c', '%s')", order, letter,
                     cpr);
            test_sql(pg, sql);
        }
}

/* What is owed, by letter and month: in how many different ways. */
static const char ways_sql[] =
    "SELECT count(*) FROM (SELECT p.letter, m.month FROM public.person p "
    "CROSS JOIN (VALUES ('2024-01-01'::date), ('2024-02-01'), ('2024-03-01')) m (month) "
    "LEFT JOIN ydelse.entitlement_latest e ON e.month = m.month AND e.cpr = p.cpr GROUP BY 1, 2 "
    "HAVING count(DISTINCT (coalesce(til_udbetaling, 0), coalesce(atp_egen, 0), coalesce(atp_kommune, 0), "
    "coalesce(skat, 0), coalesce(pension, 0))) <> 1) ways";

static const char sums_sql[] = "SELECT count(*) FROM (SELECT e.month, e.cpr, e.til_udbetaling, (SELECT "
                               "coalesce(sum(d.amount_oere), 0) FROM "
                               "ydelse.delta_line d WHERE d.month = e.month AND d.cpr = e.cpr AND "
                               "d.component = 'til_udbetaling') AS sum "
                               "FROM ydelse.entitlement_latest e) s WHERE s.sum <> s.til_udbetaling";

static void expect_calc(Pg *pg, const char *folder) {
    static const char *const months[] = {"2024-01", "2024-02", "2024-03"};
    for (int i = 0; i < 3; i++) {
        char *stored = night_results(pg, months[i]);
        char *out =
            night_program(i == 0 ? 0 : 0, "calc", "--month", months[i], "--input", folder, NULL, NULL);
        cr_expect_str_eq(stored, strchr(out, '\n') + 1, "%s: the database and calc differ", months[i]);
        cr_expect_gt(strlen(stored), 1000);
        free(stored);
        free(out);
    }
}

Test(run_orders, all_owe_the_same_and_calc_agrees) {
    char *natural = temporary_folder();
    list_orders();
    cr_assert_gt(order_count, 50);
    test_database_create();
    Pg *pg = test_database_connect();
    for (int step = 0; step < DELIVERIES; step++) {
        char *folder = temporary_folder();
        write_delivery(folder, step, false);
        run_night(folder);
        temporary_folder_remove(folder);
        write_delivery(natural, step, true);
    }
    name_people(pg);
    cr_expect_eq(test_sql_int64(pg, ways_sql), 0, "orders owe different amounts");
    cr_expect_eq(test_sql_int64(pg, sums_sql), 0, "deltas do not close");
    cr_expect_eq(test_sql_int64(pg, "SELECT count(*) FROM ydelse.reject_open"), 0,
                 "every order accepts every row");
    cr_expect_gt(test_sql_int64(pg, "SELECT count(*) FROM ydelse.entitlement WHERE revision > 2"), 0);
    expect_calc(pg, natural);
    free(night_program(0, "run", "--month", MONTH, "--full", "--set", "cutover.alle=2024-01", NULL));
    cr_expect_eq(test_sql_int64(pg, "SELECT delta_lines FROM ydelse.run ORDER BY run_id DESC LIMIT 1"), 0,
                 "incremental nights missed something that a full run finds");
    pg_close(pg);
    test_database_drop();
    /* The whole story at once, in one delivery. */
    test_database_create();
    pg = test_database_connect();
    run_night(natural);
    expect_calc(pg, natural);
    pg_close(pg);
    test_database_drop();
    temporary_folder_remove(natural);
}
