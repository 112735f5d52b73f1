/* The engine's whole øre in 64 bits against exact fractions: every amount, outcome and finding of random people. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/law/rate_file.h"
#include "tests/property/exact.h"

static RateSet rate_set;

static void rates_open(void) {
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rate_set, &error), STATUS_OK, "%s", error.message);
}

static void rates_close(void) {
    rate_set_free(&rate_set);
}

TestSuite(property_exact, .init = rates_open, .fini = rates_close);

static bool differs(Person *person, const void *rates) {
    const Result result = person_calc(rates, person);
    const ExactResult exact = exact_month(rates, person);
    return !exact_is(&exact, &result);
}

static void check(const RateTable *rates, uint64_t seed) {
    Person person = person_make(seed);
    if (differs(&person, rates)) {
        person_shrink_and_print(&person, differs, rates);
        const Result result = person_calc(rates, &person);
        const ExactResult exact = exact_month(rates, &person);
        exact_print(&exact, &result);
        cr_assert_fail("seed %llu", (unsigned long long)seed);
    }
}

Test(property_exact, every_amount_and_finding_is_that_of_exact_fractions) {
    for (uint64_t i = 0; i < person_count(); i++) {
        check(&rate_set.table, person_first_seed() + i);
    }
}

/* A few rows gone: who needs one of them is held, all others are paid as before. */
Test(property_exact, a_missing_rate_holds_exactly_those_who_need_it) {
    RateRow rows[512];
    cr_assert_leq(rate_set.table.count, 512);
    for (uint64_t i = 0; i < person_count() / 4; i++) {
        uint64_t state = person_first_seed() + i;
        RateTable fewer = {rows, 0};
        for (int32_t r = 0; r < rate_set.table.count; r++) {
            if (random_below(&state, 100) < 97) {
                rows[fewer.count++] = rate_set.table.rows[r];
            }
        }
        check(&fewer, person_first_seed() + i);
    }
}

/* Every change of a rate some days earlier or later: most rates count on the last active day, some on each day. */
Test(property_exact, rates_may_change_on_any_day) {
    RateRow rows[512];
    RateTable moved = {rows, rate_set.table.count};
    cr_assert_leq(moved.count, 512);
    for (uint64_t i = 0; i < person_count() / 4; i++) {
        uint64_t state = person_first_seed() + i;
        memcpy(rows, rate_set.table.rows, (size_t)moved.count * sizeof *rows);
        for (int32_t r = 1; r < moved.count; r++) {
            if (rows[r].id == rows[r - 1].id) {
                int32_t days = random_below(&state, 61) - 30;
                rows[r - 1].last.day += days;
                rows[r].first.day += days;
            }
        }
        check(&moved, person_first_seed() + i);
    }
}
