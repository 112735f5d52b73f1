/* ydelse verify --second: silent where engine and second opinion agree, and it can complain. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/property/delivery.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(verify, .init = night_begin, .fini = night_end);

static Process verify(void) {
    const char *arguments[] = {"verify", "--second", NULL};
    return ydelse_run(arguments, NULL);
}

Test(verify, the_second_opinion_agrees_on_the_samples_with_and_without_tax) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    Process process = verify();
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    cr_expect_str_eq(process.out, "second opinion: 1 month, 0 differences\n");
    process_free(&process);
    free(night_program(0, "run", "--month", "2024-03", "--set", "policy.skat=ja", NULL, NULL));
    process = verify();
    cr_expect_str_eq(process.out, "second opinion: 1 month, 0 differences\n");
    cr_expect_gt(test_sql_int64(night_pg, "SELECT sum(skat) FROM ydelse.result WHERE run_id = 2"), 0);
    process_free(&process);
    free(night_program(0, "run", "--month", "2024-03", "--set", "policy.brug_ophoer=nej", NULL, NULL));
    process = verify();
    cr_expect_str_eq(process.out, "second opinion: 1 month, 0 differences\n");
    cr_expect_eq(
        test_sql_int64(
            night_pg,
            "SELECT (sum(brutto) FILTER (WHERE run_id = 3) > sum(brutto) FILTER (WHERE run_id = 1))::int "
            "FROM ydelse.result"),
        1);
    process_free(&process);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'second%'"),
                 0);
}

Test(verify, a_generated_month_of_each_style_has_no_difference) {
    static const char *const months[] = {"2014-07", "2019-11", "2025-07", "2026-01"};
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        char *path = temporary_folder();
        char command[512];
        snprintf(command, sizeof command, "build/generate --people 1500 --month %s --seed %zu --output %s",
                 months[i], i + 1, path);
        Process generated = shell_run(command);
        cr_assert_eq(generated.exit_code, 0, "%s", generated.err);
        process_free(&generated);
        test_sql(night_pg, "SELECT 1");
        night_load(path,
                   i == 0 ? 0 : 1); /* the same people come again with other months: known ids are rejected */
        temporary_folder_remove(path);
        night_run(months[i], i == 0 ? 0 : 1);
    }
    Process process = verify();
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}

/* Random people whose days and amounts are made to meet; every one of them in a month and with policies of its own. */
Test(verify, random_people_have_no_difference) {
    static Delivery delivery;
    for (uint64_t seed = person_first_seed(); seed < person_first_seed() + 6; seed++) {
        char month[DATE_TEXT_SIZE], command[4096];
        char *path = temporary_folder();
        delivery_make(seed, &delivery);
        delivery_write(&delivery, path, seed);
        month_format(delivery.month, month);
        int size =
            snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" run --month %s --input %s", month, path);
        for (int32_t k = 0; k < POLICY_COUNT; k++) {
            char value[POLICY_TEXT_SIZE];
            policy_value_text(&delivery.policy, (PolicyKey)k, value);
            size += snprintf(command + size, sizeof command - (size_t)size, " --set policy.%s=%s",
                             policy_table[k].key, value);
        }
        Process run = shell_run(command), second = verify();
        cr_expect_leq(run.exit_code, 1, "seed %llu: %s", (unsigned long long)seed, run.err);
        cr_expect_eq(second.exit_code, 0, "seed %llu: %s%s", (unsigned long long)seed, second.out,
                     second.err);
        process_free(&run);
        process_free(&second);
        temporary_folder_remove(path);
        night_end(); /* the next delivery has the same people */
        night_begin();
    }
}

Test(verify, a_changed_amount_is_a_difference) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    test_sql(night_pg, "ALTER TABLE ydelse.result_1 DISABLE TRIGGER USER; "
                       "UPDATE ydelse.result_1 SET brutto = brutto + 1 WHERE cpr = '6112881008'");
    Process process = verify();
    cr_expect_eq(process.exit_code, 1);
    cr_expect_not_null(strstr(process.out, "2024-03;6112881008;brutto;1638201;1638200\n"), "%s", process.out);
    process_free(&process);
}

Test(verify, a_month_goes_with_the_second_opinion_and_that_needs_results) {
    const char *arguments[] = {"verify", "--month", "2024-03", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
    process = verify();
    cr_expect_eq(process.exit_code, 66, "nothing is sealed yet");
    process_free(&process);
}
