/* ydelse simulate: its sums are those of calc under the two laws, and it writes nothing. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static const char *const months[] = {"2024-03", "2024-04", "2024-05"};
#define MONTHS 3

static Pg *pg;
static char *
    folder; /* of rates: satser (ydelse raised by 1 per cent from 2024 on), aendrede.csv (those rows alone) */

/* The raised rates, by the same rule in a line of awk: what is tested is not how they are made. */
static void set_up(void) {
    test_database_create();
    pg = test_database_connect();
    folder = temporary_folder();
    setenv("RATES", folder, 1);
    Process process = shell_run(
        "cp -r config/satser $RATES/satser && awk -F';' -v OFS=';' 'NR > 1 && $3 >= \"2024\" "
        "{ sub(\",\", \".\", $5); $5 = sprintf(\"%.2f\", $5 * 1.01); sub(\"[.]\", \",\", $5) } { print }' "
        "config/satser/ydelse.csv > $RATES/satser/ydelse.csv && "
        "awk -F';' 'NR == 1 || $3 >= \"2024\"' $RATES/satser/ydelse.csv > $RATES/aendrede.csv");
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
    night_load("samples/lille", 1);
    for (int i = 0; i < MONTHS; i++)
        night_run(months[i], i == 0 ? 1 : 0); /* the rejects and the held person are news once */
}

static void tear_down(void) {
    temporary_folder_remove(folder);
    pg_close(pg);
    test_database_drop();
}

TestSuite(simulate, .init = set_up, .fini = tear_down);

/* simulate with further arguments, as a shell reads them; $RATES is the folder of rates. */
static Process simulate(const char *arguments) {
    char command[512];
    snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" simulate %s", arguments);
    return shell_run(command);
}

static char *simulated(int exit_code, const char *arguments) {
    Process process = simulate(arguments);
    cr_assert_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", arguments, process.exit_code, process.out,
                 process.err);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

/* Kroner with two decimals as oere. */
static long long oere_of(const char *text) {
    const long long kroner = strtoll(text, NULL, 10);
    const long long rest = strtoll(strchr(text, ',') + 1, NULL, 10);
    return kroner * 100 + (text[0] == '-' ? -rest : rest);
}

static const char *field(const char *line, int number) {
    for (; number > 0; number--)
        line = strchr(line, ';') + 1;
    return line;
}

enum {
    TIL_UDBETALING = 17,
    PEOPLE = 2,
    CHANGED = 7,
    UP = 8,
    DOWN = 9,
    NET = 10,
    COST = 11,
    BEFORE = 12,
    AFTER = 13
};

/* What calc says for a month under other rates: the lines that differ in what is paid, and by how much. */
static long long expected_net(const char *month, const char *list, int *changed) {
    char rates[4200];
    long long net = 0;
    snprintf(rates, sizeof rates, "%s/satser", folder);
    char *before = night_program(1, "calc", "--month", month, "--input", "samples/lille", NULL, NULL);
    char *after = night_program(1, "calc", "--month", month, "--input", "samples/lille", "--rates", rates);
    const char *a = strchr(before, '\n') + 1;
    const char *b = strchr(after, '\n') + 1;
    for (; *a != '\0'; a = strchr(a, '\n') + 1, b = strchr(b, '\n') + 1) {
        const long long difference = oere_of(field(b, TIL_UDBETALING)) - oere_of(field(a, TIL_UDBETALING));
        char row[64];
        snprintf(row, sizeof row, "\n%.10s;%s;", a, month);
        const char *listed = strstr(list, row);
        cr_expect_eq(strncmp(a, b, 10), 0);
        cr_expect_eq(listed != NULL, difference != 0, "%s is %slisted", row + 1,
                     listed == NULL ? "not " : "");
        if (listed != NULL)
            cr_expect_eq(oere_of(field(listed + 1, 9)), difference, "%.80s", listed + 1);
        net += difference;
        *changed += difference != 0;
    }
    free(before);
    free(after);
    return net;
}

static int count_lines(const char *text) {
    int count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* The sums of all rows of one way to part the person-months. */
static void add_up(const char *csv, const char *by, long long sums[AFTER + 1]) {
    char start[32];
    snprintf(start, sizeof start, "%s;", by);
    memset(sums, 0, (AFTER + 1) * sizeof sums[0]);
    for (const char *line = csv; *line != '\0'; line = strchr(line, '\n') + 1)
        if (strncmp(line, start, strlen(start)) == 0)
            for (int i = PEOPLE; i <= AFTER; i++)
                sums[i] += i >= UP ? oere_of(field(line, i)) : strtoll(field(line, i), NULL, 10);
}

Test(simulate, raised_rates_give_what_calc_gives_and_every_part_adds_up) {
    static const char *const parts[] = {"gruppe", "ordning", "aar", "kommune"};
    char *list = simulated(0, "--rates $RATES/satser --list");
    char *csv = simulated(0, "--rates $RATES/satser --format csv");
    long long total[AFTER + 1], sums[AFTER + 1];
    long long net = 0;
    int changed = 0;
    for (int i = 0; i < MONTHS; i++)
        net += expected_net(months[i], list, &changed);
    add_up(csv, "alle", total);
    cr_expect_eq(total[NET], net, "%s", csv);
    cr_expect_gt(net, 0);
    cr_expect_eq(total[CHANGED], changed);
    cr_expect_eq(count_lines(list), changed + 1);
    cr_expect_eq(total[UP] + total[DOWN], total[NET]);
    cr_expect_eq(total[AFTER] - total[BEFORE], total[NET]);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        add_up(csv, parts[i], sums);
        for (int j = CHANGED - 1; j <= AFTER; j++)
            cr_expect_eq(sums[j], total[j], "%s, column %d: %lld, not %lld", parts[i], j, sums[j], total[j]);
    }
    add_up(csv, "kommune", sums);
    cr_expect_eq(sums[PEOPLE], total[PEOPLE], "a person is in one municipality");
    add_up(csv, "aar", sums);
    cr_expect_eq(sums[PEOPLE], total[PEOPLE], "all months are of one year");
    free(list);
    free(csv);
}

Test(simulate, the_same_rates_change_nobody) {
    char *list = simulated(0, "--rates config/satser --list");
    cr_expect_eq(count_lines(list), 1, "only the header:\n%s", list);
    free(list);
    char *csv = simulated(0, "--rates config/satser --format csv");
    long long total[AFTER + 1];
    add_up(csv, "alle", total);
    cr_expect_eq(total[CHANGED], 0);
    cr_expect_eq(total[NET], 0);
    cr_expect_gt(total[BEFORE], 0);
    free(csv);
}

Test(simulate, a_part_of_the_tables_is_laid_over_them_or_refused) {
    Process process = simulate("--rates $RATES/aendrede.csv");
    cr_expect_eq(process.exit_code, 78);
    cr_expect_not_null(strstr(process.err, "--over"), "%s", process.err);
    process_free(&process);
    char *part = simulated(0, "--rates $RATES/aendrede.csv --over --list");
    char *whole = simulated(0, "--rates $RATES/satser --list");
    cr_expect_str_eq(part, whole);
    cr_expect_gt(count_lines(part), 1);
    free(part);
    free(whole);
}

Test(simulate, a_policy_is_tried_and_the_months_are_those_asked_for) {
    char *tax = simulated(0, "--policy skat=ja --from 2024-04 --to 2024-04 --list");
    cr_expect_not_null(strstr(tax, ";2024-04;"), "%s", tax);
    cr_expect_null(strstr(tax, ";2024-03;"));
    free(tax);
    /* The last of several values counts: as it was. */
    char *none = simulated(0, "--policy skat=ja --policy skat=nej --list");
    cr_expect_eq(count_lines(none), 1);
    free(none);
}

Test(simulate, nothing_is_written) {
    static const char state[] = "SELECT concat((SELECT count(*) FROM pg_class), '/', (SELECT "
                                "sum(pg_relation_size(oid)) FROM pg_class "
                                "WHERE relnamespace = 'ydelse'::regnamespace AND relkind = 'r'), '/', "
                                "(SELECT count(*) FROM law_set), '/', "
                                "(SELECT count(*) FROM run), '/', (SELECT count(*) FROM run_attempt), '/', "
                                "pg_current_xact_id_if_assigned())";
    char *before = test_sql_text(pg, state);
    free(simulated(0, "--rates $RATES/satser"));
    char *after = test_sql_text(pg, state);
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(simulate, what_is_not_reproduced_is_counted_apart) {
    char *whole = simulated(0, "--rates $RATES/satser --list");
    char *line = strstr(whole, ";2024-04;");
    cr_assert_not_null(line);
    char sql[512];
    snprintf(sql, sizeof sql,
             "ALTER TABLE result_2 DISABLE TRIGGER USER; UPDATE result_2 SET ydelse = ydelse + 1, "
             "til_udbetaling = "
             "til_udbetaling + 1 WHERE month = '2024-04-01' AND cpr = '%.10s'",
             line - 10);
    test_sql(pg, sql);
    Process process = simulate("--rates $RATES/satser --list");
    cr_expect_eq(process.exit_code, 1);
    cr_expect_not_null(strstr(process.err, "kendte oplysninger og ikke er med: 1;"), "%s", process.err);
    cr_expect_eq(count_lines(process.out), count_lines(whole) - 1);
    process_free(&process);
    free(whole);
}

/* A correction that no run has seen changes nothing; afterwards the earlier state can still be asked for. */
Test(simulate, history_is_as_known_by_the_newest_run_or_at_a_time) {
    char *first = simulated(0, "--rates $RATES/satser --list");
    char *time = test_sql_text(pg, "SELECT clock_timestamp()");
    char *delivery = temporary_folder();
    char arguments[256];
    night_file(delivery, "indkomst_ny.csv",
               "post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013\n"
               "NY-1;6407841008;00;LOEN;2024-04-28;30000,00\n");
    night_load(delivery, 0);
    char *loaded = simulated(0, "--rates $RATES/satser --list");
    cr_expect_str_eq(first, loaded);
    night_run("2024-05", 0);
    char *now = simulated(0, "--rates $RATES/satser --list");
    cr_expect_str_neq(first, now);
    snprintf(arguments, sizeof arguments, "--rates $RATES/satser --list --data-as-of '%s'", time);
    char *then = simulated(0, arguments);
    cr_expect_str_eq(first, then);
    temporary_folder_remove(delivery);
    free(first);
    free(time);
    free(loaded);
    free(now);
    free(then);
}

Test(simulate, several_processes_say_the_same_as_one) {
    static const char *const formats[] = {"--list", "--format csv", "--format json", "--list --format text"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        char arguments[128];
        snprintf(arguments, sizeof arguments, "--rates $RATES/satser %s", formats[i]);
        char *one = simulated(0, arguments);
        strcat(arguments, " --jobs 3");
        char *three = simulated(0, arguments);
        cr_expect_str_eq(one, three, "%s", formats[i]);
        free(one);
        free(three);
    }
    /* What a worker runs into is said once, by the program. */
    Process process = simulate("--rates $RATES/satser --jobs 2 --dsn 'options=-cstatement_timeout=1'");
    cr_expect_neq(process.exit_code, 0);
    cr_expect_eq(count_lines(process.out), 0, "%s", process.out);
    cr_expect_not_null(strstr(process.err, "statement timeout"), "%s", process.err);
    process_free(&process);
}

/* Rates change on a sealed month: each result keeps the law of its own run. */
Test(simulate, each_result_is_held_against_the_law_of_its_run) {
    char rates[4200];
    snprintf(rates, sizeof rates, "%s/satser", folder);
    free(night_program(0, "run", "--month", "2024-06", "--rates", rates, NULL, NULL));
    char *list = simulated(0, "--rates $RATES/satser --list");
    cr_expect_not_null(strstr(list, ";2024-05;"), "%s", list);
    cr_expect_null(strstr(list, ";2024-06;"), "%s", list);
    free(list);
}

Test(simulate, wrong_usage_says_what_is_wrong) {
    static const struct {
        const char *arguments;
        int exit_code;
        const char *expected;
    } cases[] = {
        {"", 64, "say what is to be different"},
        {"--over --policy skat=ja", 64, "say what is to be different"},
        {"--policy skat=ja --from 2024-13", 64, "expected YYYY-MM"},
        {"--policy skat=ja --from 2024-04 --to 2024-03", 64, "--to lies before --from"},
        {"--policy skat=ja --from 2030-01", 66, "no sealed run"},
        {"--policy skat=ja --data-as-of 2020-01-01", 66, "nothing was loaded by 2020-01-01"},
        {"--policy skat=ja --data-as-of i-gaar", 64, "expected a time"},
        {"--policy skat=ja --jobs 0", 64, "expected 1 to 64"},
        {"--policy skat=ja --jobs 65", 64, "expected 1 to 64"},
        {"--policy skat=ja --jobs to", 64, "expected 1 to 64"},
        {"--policy skat=ja --format xml", 64, "expected text, csv or json"},
        {"--rates /findes/ikke", 66, "/findes/ikke"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = simulate(cases[i].arguments);
        cr_expect_eq(process.exit_code, cases[i].exit_code, "case %zu: %d %s", i, process.exit_code,
                     process.err);
        cr_expect_not_null(strstr(process.err, cases[i].expected), "case %zu: %s", i, process.err);
        cr_expect_str_eq(process.out, "");
        process_free(&process);
    }
}
