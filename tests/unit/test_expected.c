/* The table of expected files: what it may say, and when a file is due. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/load/expected.h"
#include "tests/support/process.h"

#define HEADER "filnavn;kommunekode;kalender;dage;mindst_procent;bemaerkning\n"

static Expected expected;

static Status load_text(const char *text, Error *error) {
    char *folder = temporary_folder();
    char path[4096];
    snprintf(path, sizeof path, "%s/forventet.csv", folder);
    write_text_file(path, text);
    *error = (Error){.status = STATUS_OK};
    const Status status = expected_load(path, &expected, error);
    temporary_folder_remove(folder);
    return status;
}

Test(expected, the_built_in_table_expects_nothing) {
    Error error;
    cr_assert_eq(expected_load(NULL, &expected, &error), STATUS_OK);
    cr_expect_eq(expected.count, 0);
}

Test(expected, a_faulty_table_is_refused_with_its_line) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "header"},
        {"filnavn;kommunekode\n", "header"},
        {HEADER "noter-*.csv;0101;bankdag;;50;\n", ":2: filnavn"},
        {HEADER "indkomst*;010;bankdag;;50;\n", ":2: kommunekode"},
        {HEADER "indkomst*;0101;helligdag;;50;\n", ":2: kalender"},
        {HEADER "indkomst*;0101;bankdag;1;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;ugedag;;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;ugedag;8;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;ugedag;1,1;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;ugedag;1,;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;maanedsdag;32;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;maanedsbankdag;0;50;\n", ":2: dage"},
        {HEADER "indkomst*;0101;bankdag;;101;\n", ":2: mindst_procent"},
        {HEADER "indkomst*;0101;bankdag;;;\n", ":2: mindst_procent"},
        {HEADER "indkomst*;0101;bankdag;;-1;\n", ":2: mindst_procent"},
        {HEADER "indkomst*;;bankdag;;0;\n# x\nindkomst*;;dag;;0;\n", ":4: filnavn: this pattern"},
        {HEADER "indkomst*;;bankdag;;0\n", ":2: the row has another number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Error error;
        cr_expect_eq(load_text(cases[i].text, &error), STATUS_CONFIG, "%s", cases[i].text);
        cr_expect_not_null(strstr(error.message, cases[i].message), "%s: %s", cases[i].text, error.message);
    }
}

Test(expected, a_file_is_due_on_the_days_of_its_calendar) {
    static const struct {
        const char *calendar, *date, *due;
    } cases[] = {
        {"dag;", "2024-03-29", "2024-03-29"},
        {"bankdag;", "2024-04-02", "2024-04-02"},
        {"bankdag;", "2024-04-01", "2024-03-27"}, /* Easter: Thursday to Monday */
        {"ugedag;1,4", "2024-03-20", "2024-03-18"},
        {"ugedag;1,4", "2024-03-21", "2024-03-21"},
        {"ugedag;7", "2024-03-23", "2024-03-17"},
        {"maanedsdag;31", "2024-02-29", "2024-02-29"},
        {"maanedsdag;31", "2024-03-30", "2024-02-29"},
        {"maanedsdag;5,20", "2024-03-19", "2024-03-05"},
        {"maanedsbankdag;1", "2024-04-15", "2024-04-02"},
        {"maanedsbankdag;-1", "2024-04-15", "2024-03-27"},
        {"maanedsbankdag;-3", "2024-03-31", "2024-03-25"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Error error;
        char text[256];
        char due_text[DATE_TEXT_SIZE];
        Date date;
        snprintf(text, sizeof text, HEADER "indkomst-0101-*.csv;0101;%s;50;\n", cases[i].calendar);
        cr_assert_eq(load_text(text, &error), STATUS_OK, "%s", error.message);
        cr_assert(date_parse(cases[i].date, 10, &date));
        date_format(expected_due(&expected.files[0], date), due_text);
        cr_expect_str_eq(due_text, cases[i].due, "%s on %s: %s", cases[i].calendar, cases[i].date, due_text);
    }
}

Test(expected, a_pattern_becomes_one_of_sql) {
    Error error;
    char like[EXPECTED_LIKE_SIZE];
    cr_assert_eq(load_text(HEADER "indkomst_0101-?*%.csv;;dag;;0;\n", &error), STATUS_OK, "%s",
                 error.message);
    expected_like(&expected.files[0], like);
    cr_expect_str_eq(like, "indkomst\\_0101-_%\\%.csv");
}
