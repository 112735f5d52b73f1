#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/process.h"

Test(cli_rates, ours_are_clean_and_faults_are_named) {
    Process process = ydelse_run((const char *const[]){"rates", "check", NULL}, NULL);
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
    /* The first of two rows begins later: its days are nobody's. */
    process = shell_run(
        "folder=$(mktemp -d) && cp config/satser/*.csv \"$folder\" && "
        "sed -i '0,/;2023-01-01;/s//;2023-01-02;/' \"$folder/ydelse.csv\" && "
        "\"$YDELSE_PROGRAM\" rates check --rates \"$folder\"; code=$?; rm -rf \"$folder\"; exit $code");
    cr_expect_eq(process.exit_code, 1, "exit %d: %s%s", process.exit_code, process.out, process.err);
    cr_expect_not_null(strstr(process.out, "2023-01-0"), "%s", process.out);
    process_free(&process);
}

Test(cli_rates, list_prints_what_a_month_uses) {
    Process process = ydelse_run((const char *const[]){"rates", "list", "--month", "2024-03", NULL}, NULL);
    cr_expect_eq(process.exit_code, 0);
    cr_expect_str_eq(process.err, "");
    cr_expect_not_null(strstr(process.out, "16.382,00"), "%s", process.out);
    process_free(&process);
    static const struct {
        const char *format, *start, *row;
    } formats[] = {
        {"csv", "sats;gruppe;vaerdi;enhed;gaelder_fra;gaelder_til;status;lovhenvisning\n",
         "\nydelse;FORS;16382,00;kr/maaned;2024-01-01;2024-12-31;"},
        {"json",
         "[\n {\"sats\": ", "{\"sats\": \"ydelse\", \"gruppe\": \"FORS\", \"vaerdi\": \"16382.00\", "},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        process = ydelse_run(
            (const char *const[]){"rates", "list", "--month", "2024-03", "--format", formats[i].format, NULL},
            NULL);
        cr_expect_eq(process.exit_code, 0);
        cr_expect_eq(strncmp(process.out, formats[i].start, strlen(formats[i].start)), 0, "%s", process.out);
        cr_expect_not_null(strstr(process.out, formats[i].row), "%s", process.out);
        process_free(&process);
    }
}

Test(cli_rates, wrong_usage_exits_64) {
    static const char *const cases[][6] = {
        {"rates"},
        {"rates", "findes-ikke"},
        {"rates", "list"},
        {"rates", "list", "--month", "2024-3"},
        {"rates", "list", "--month=2024-03", "--format=xml"},
        {"rates", "check", "list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = ydelse_run(cases[i], NULL);
        cr_expect_eq(process.exit_code, 64, "case %zu: exit %d: %s", i, process.exit_code, process.err);
        process_free(&process);
    }
}
