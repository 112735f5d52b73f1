/* The order of rows with different ids, of columns and of files does not matter, nor into how many files they are
 * split: the program prints the same bytes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/property/delivery.h"
#include "tests/support/process.h"

#define DELIVERIES 150
#define SHUFFLES 1

static Process calc_in_folder(const Delivery *delivery, uint64_t shuffle) {
    const char *arguments[2 * POLICY_COUNT + 8] = {"calc", "--month", NULL, "--input", NULL};
    char policies[POLICY_COUNT][64], value[POLICY_TEXT_SIZE], month[DATE_TEXT_SIZE];
    char *folder = temporary_folder();
    delivery_write(delivery, folder, shuffle);
    month_format(delivery->month, month);
    arguments[2] = month;
    arguments[4] = folder;
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        policy_value_text(&delivery->policy, (PolicyKey)k, value);
        snprintf(policies[k], sizeof policies[k], "%s=%s", policy_table[k].key, value);
        arguments[5 + 2 * k] = "--policy";
        arguments[6 + 2 * k] = policies[k];
    }
    Process process = ydelse_run(arguments, NULL);
    temporary_folder_remove(folder);
    return process;
}

Test(property_orders, the_order_of_rows_columns_and_files_does_not_matter) {
    static Delivery delivery;
    size_t lines = 0;
    for (uint64_t i = 0; i < DELIVERIES; i++) {
        uint64_t seed = person_first_seed() + i;
        delivery_make(seed, &delivery);
        Process plain = calc_in_folder(&delivery, 0);
        cr_assert_leq(plain.exit_code, 1, "delivery %llu: %s", (unsigned long long)seed, plain.err);
        cr_assert_geq(plain.exit_code, 0, "delivery %llu: %s", (unsigned long long)seed, plain.err);
        for (uint64_t shuffle = 1; shuffle <= SHUFFLES; shuffle++) {
            Process other = calc_in_folder(&delivery, seed * SHUFFLES + shuffle);
            cr_assert_str_eq(other.out, plain.out, "delivery %llu shuffled", (unsigned long long)seed);
            cr_assert_eq(other.exit_code, plain.exit_code);
            process_free(&other);
        }
        for (const char *at = plain.out; (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        process_free(&plain);
    }
    cr_expect_gt(lines, (size_t)5 * DELIVERIES, "most of the people have a result");
}
