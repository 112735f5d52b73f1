/* explain --against, --against-run, and diff: what a correction, a birth, new rates and a withdrawn course are called. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static char *folder;
static Pg *pg;

#define DELTAGERE "cpr_nummer;kommunekode\n"
#define FORLOEB "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
#define INDKOMST "posttype;post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"

static void load_text(const char *name, const char *text) {
    char path[4096];
    night_file(folder, name, text);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    night_load(path, 0);
}

/* Three people, three nights: runs 1 to 3 for January to March 2024. */
static void set_up(void) {
    test_database_create();
    pg = test_database_connect();
    folder = temporary_folder();
    load_text("deltagere.csv", DELTAGERE "6101801001;0101\n6201801002;0461\n6301801003;0461\n");
    load_text("forloeb.csv",
              FORLOEB "N;F1;6101801001;RF;2023-01-01;INGEN\nN;F2;6201801002;RF;2023-01-01;INGEN\n"
                      "N;F3;6301801003;RF;2023-01-01;INGEN\n");
    load_text("indkomst.csv", INDKOMST "N;I1;6101801001;00;2024-01-31;17000,00\n"
                                       "N;I2;6101801001;00;2024-02-29;17000,00\n");
    night_run("2024-01", 0);
    night_run("2024-02", 0);
    night_run("2024-03", 0);
}

static void tear_down(void) {
    pg_close(pg);
    test_database_drop();
    temporary_folder_remove(folder);
}

TestSuite(difference, .init = set_up, .fini = tear_down);

static Process explain(const char *cpr, const char *more) {
    char command[512];
    snprintf(command, sizeof command, "echo %s | \"$YDELSE_PROGRAM\" explain --cpr - %s", cpr, more);
    return shell_run(command);
}

/* The parts of an explanation as "cause kroner cause kroner"; they add up, or the test fails. */
static void expect_parts(const char *cpr, const char *more, const char *expected) {
    char options[256], got[512] = "";
    snprintf(options, sizeof options, "%s --format json", more);
    Process process = explain(cpr, options);
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    json_t *object = json_loads(process.out, 0, NULL), *part;
    cr_assert_not_null(object);
    double sum = 0;
    size_t i;
    json_array_foreach(json_object_get(object, "parts"), i, part) {
        const char *kroner = json_string_value(json_object_get(part, "til_udbetaling"));
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %s", i == 0 ? "" : " ",
                 json_string_value(json_object_get(part, "cause")), kroner);
        sum += atof(kroner);
    }
    cr_expect_str_eq(got, expected, "%s %s: %s", cpr, more, got);
    cr_expect_float_eq(sum, atof(json_string_value(json_object_get(object, "til_udbetaling"))), 0.001);
    json_decref(object);
    process_free(&process);
}

static void expect_diff(int exit_code, const char *arguments, const char *expected) {
    char command[256];
    snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" diff %s", arguments);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, exit_code, "%s: %d %s", arguments, process.exit_code, process.err);
    cr_expect_str_eq(process.out, expected, "%s:\n%s", arguments, process.out);
    process_free(&process);
}

#define PART_HEADER                                                                                          \
    "cpr_nummer;maaned;kommunekode;til_udbetaling_foer;til_udbetaling_efter;forskel;aarsag;del;del_ydelse;"  \
    "udfald_foer;udfald_efter;run_foer;run_efter\n"

Test(difference, an_income_corrected_three_months_late_is_one_difference_with_its_explanation) {
    night_run("2024-04", 0);
    load_text("indkomst_ret.csv", INDKOMST "R;I1;6101801001;00;2024-01-31;18000,00\n");
    night_run("2024-04", 0);
    expect_parts("6101801001", "--month 2024-01 --against-run 4", "loen -550.00");
    expect_parts("6101801001", "--month 2024-01 --run 4 --against-run 1", "");
    Process letter = explain("6101801001", "--month 2024-01 --against-run 4");
    cr_expect_not_null(strstr(letter.out, "du skal have 550,00 kr. mindre"), "%s", letter.out);
    cr_expect_not_null(
        strstr(letter.out,
               "indkomst_ret.csv, linje 2 (leverance 4): rettet (indkomst.csv, linje 2 (leverance 3))"),
        "%s", letter.out);
    process_free(&letter);
    expect_diff(1, "4 5 --format csv",
                PART_HEADER "6101801001;2024-01;0101;11953,65;11403,65;-550,00;loen;-550,00;-550,00;"
                            "BETALES;BETALES;1;5\n");
    expect_diff(1, "5 4 --totals --format csv",
                "opdeling;vaerdi;personer;personmaaneder;op;ned;netto\naarsag;loen;1;1;550,00;0,00;550,00\n"
                "kommune;0101;1;1;550,00;0,00;550,00\nalle;;1;1;550,00;0,00;550,00\n");
    expect_diff(0, "3 4 --month 2024-03", "Kørsel 3 -> kørsel 4: 0 personmåneder er forskellige.\n");
}

Test(difference, a_birth_told_late_is_a_child_between_runs_and_between_months) {
    load_text("boern.csv",
              "post_id;cpr_nummer;barn_foedselsdato;forhold\nB1;6201801002;2024-02-15;FORSOERGER\n");
    night_run("2024-03", 0);
    expect_parts("6201801002", "--month 2024-03 --against-run 3", "barn_alder 4056.00");
    expect_parts("6201801002", "--month 2024-03 --against 2024-01", "barn_alder 4056.00");
    expect_parts("6201801002", "--month 2024-03 --against 2024-01 --run 3", "");
    expect_diff(0, "3 4 --kommune 0101", "Kørsel 3 -> kørsel 4: 0 personmåneder er forskellige.\n");
}

/* A month stays with the municipality that owes it, wherever the person has moved since. */
Test(difference, a_month_is_counted_in_the_municipality_that_owes_it) {
    load_text("deltagere_ret.csv", "posttype;cpr_nummer;kommunekode\nR;6101801001;0751\n");
    load_text("indkomst_ret.csv", INDKOMST "R;I1;6101801001;00;2024-01-31;18000,00\n");
    night_run("2024-03", 0);
    expect_diff(1, "3 4 --month 2024-01 --kommune 0101 --format csv",
                PART_HEADER "6101801001;2024-01;0101;11953,65;11403,65;-550,00;loen;-550,00;-550,00;"
                            "BETALES;BETALES;1;4\n");
    expect_diff(0, "3 4 --kommune 0751", "Kørsel 3 -> kørsel 4: 0 personmåneder er forskellige.\n");
}

Test(difference, new_rates_move_everyone_of_the_month) {
    char command[4096];
    snprintf(command, sizeof command,
             "mkdir %s/satser && cp config/satser/*.csv %s/satser && sed -i "
             "'s/^\\(ydelse;IKKE;2024-01-01;[^;]*\\);[^;]*;/\\1;12426,00;/' "
             "%s/satser/ydelse.csv && \"$YDELSE_PROGRAM\" run --month 2024-03 --rates %s/satser",
             folder, folder, folder, folder);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
    expect_parts("6301801003", "--month 2024-03 --against-run 3", "satser 100.00");
    expect_diff(1, "3 4 --totals --format csv",
                "opdeling;vaerdi;personer;personmaaneder;op;ned;netto\naarsag;satser;3;3;300,00;0,00;300,00\n"
                "kommune;0101;1;1;100,00;0,00;100,00\nkommune;0461;2;2;200,00;0,00;200,00\nalle;;3;3;300,00;"
                "0,00;300,00\n");
}

Test(difference, a_withdrawn_course_ends_the_benefit_and_a_second_one_holds_it) {
    load_text("forloeb_traek.csv", FORLOEB "T;F2;6201801002;;;\nN;F4;6301801003;RF;2023-01-01;INGEN\n");
    night_run("2024-03", 1);
    expect_parts("6201801002", "--month 2024-03 --against-run 3", "ophoerer -12227.00");
    expect_parts("6301801003", "--month 2024-03 --against-run 3", "tilbageholdt -12227.00");
    Process letter = explain("6201801002", "--month 2024-03 --against-run 3");
    cr_expect_not_null(strstr(letter.out, "forloeb.csv, linje 3 (leverance 2): trukket tilbage af "
                                          "forloeb_traek.csv, linje 2 (leverance 4)"),
                       "%s", letter.out);
    process_free(&letter);
    letter = explain("6301801003", "--month 2024-03 --against-run 3 --lang en");
    cr_expect_not_null(strstr(letter.out, "The benefit of March 2024 is held back."), "%s", letter.out);
    cr_expect_not_null(strstr(letter.out, "FORLOEB_SAMME_START"), "%s", letter.out);
    process_free(&letter);
    expect_diff(1, "3 4 --month 2024-03 --format csv",
                PART_HEADER
                "6201801002;2024-03;0461;12227,00;0,00;-12227,00;ophoerer;-12227,00;-12326,00;BETALES;;3;\n"
                "6301801003;2024-03;0461;12227,00;0,00;-12227,00;tilbageholdt;-12227,00;-12326,00;BETALES;"
                "TILBAGEHOLDT;3;4\n");
}

Test(difference, what_cannot_be_compared_is_said) {
    static const struct {
        const char *arguments, *says;
        int exit_code;
    } wrong[] = {
        {"diff 1", "RUN RUN", 64},
        {"diff 1 x", "RUN x", 64},
        {"diff 1 99", "no sealed run 99", 66},
        {"diff 1 2 --kommune 9999", "--kommune 9999", 64},
        {"diff 1 2 --format xml", "xml", 64},
        {"explain --cpr 6101801001 --month 2024-03 --against 2024", "--against 2024", 64},
        {"explain --cpr 6101801001 --month 2024-03 --against-run 0", "--against-run 0", 64},
        {"explain --cpr 6101801001 --month 2024-03 --against 2023-06", "2023-06 was not computed", 65},
        {"explain --cpr 6101801001 --month 2024-03 --against-run 2", "2024-03 was not computed", 65},
        {"explain --cpr 6101801001 --month 2024-03 --against-run 1 --input samples/lille", "no runs", 64}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char command[256];
        snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" %s", wrong[i].arguments);
        Process process = shell_run(command);
        cr_expect_eq(process.exit_code, wrong[i].exit_code, "%s: %d %s", wrong[i].arguments,
                     process.exit_code, process.err);
        cr_expect_not_null(strstr(process.err, wrong[i].says), "%s: %s", wrong[i].arguments, process.err);
        cr_expect_null(strstr(process.err, "6101801001"), "%s", process.err);
        process_free(&process);
    }
}

Test(difference, the_nightly_user_compares_and_a_page_is_well_formed) {
    char role[64], command[512];
    load_text("indkomst_ret.csv", INDKOMST "R;I1;6101801001;00;2024-01-31;18000,00\n");
    night_run("2024-03", 0);
    test_role_create(pg, "nat", "ydelse_batch", role);
    snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" diff 3 4 --format json --dsn user=%s", role);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    json_t *object = json_loads(process.out, 0, NULL);
    cr_assert_not_null(object, "%s", process.out);
    cr_expect_eq(json_array_size(json_object_get(object, "totals")), 3);
    cr_expect_eq(json_array_size(json_object_get(object, "parts")), 1);
    json_decref(object);
    process_free(&process);
    process = explain("6101801001", "--month 2024-01 --against-run 3 --format html | xmllint --noout -");
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
}
