#include <criterion/criterion.h>

#include "io/base/bucket.h"
#include "io/load/load_known.h"
#include "io/pg/pg_array.h"

/* No two of the first 109,200 have the same day. */
static Cpr person(uint64_t i) {
    return (Cpr){(1 + i % 91) * 100000000 + (1 + i / 91 % 12) * 1000000 + i / 1092 % 100 * 10000 +
                 i * 7919 % 9999};
}

Test(load_known, participants_are_exact_through_growth) {
    KnownParticipants known = {0};
    cr_expect_not(known_has(&known, (Cpr){6101011001}));
    for (uint64_t i = 0; i < 50000; i++)
        known_add(&known, person(i));
    known_add(&known, person(0));
    for (uint64_t i = 0; i < 50000; i++) {
        cr_assert(known_has(&known, person(i)));
        cr_assert_not(known_has(&known, (Cpr){person(i).number + 1}));
    }
    cr_expect_eq(known.used_count, 50000);
    known_clear(&known);
    cr_expect_not(known_has(&known, person(7919)));
    known_free(&known);
}

Test(load_known, nobody_has_a_month_that_is_none) {
    static const uint64_t none[] = {0, 6113011001, 6199011001, 61130110010, UINT64_MAX};
    KnownParticipants known = {0};
    known_add(&known, (Cpr){6101011001});
    for (size_t i = 1; i < sizeof none / sizeof none[0]; i++) {
        known_add(&known, (Cpr){none[i]});
        cr_expect_not(known_has(&known, (Cpr){none[i]}));
    }
    cr_expect_not(known_has(&known, (Cpr){none[0]}));
    cr_expect(known_has(&known, (Cpr){6101011001}));
    cr_expect_eq(known.used_count, 1);
    known_free(&known);
}

Test(load_known, seen_ids_are_never_missed) {
    SeenIds seen;
    int false_alarms = 0;
    cr_assert(seen_begin(&seen));
    for (uint64_t i = 1; i <= 100000; i++)
        false_alarms += seen_add(&seen, i * UINT64_C(0x9E3779B97F4A7C15)) ? 1 : 0;
    cr_expect_lt(false_alarms, 3);
    for (uint64_t i = 1; i <= 100000; i++)
        cr_assert(seen_add(&seen, i * UINT64_C(0x9E3779B97F4A7C15)));
    seen_clear(&seen);
    cr_expect_not(seen_add(&seen, UINT64_C(0x9E3779B97F4A7C15)));
    seen_free(&seen);
}

Test(load_known, an_array_literal_quotes_everything) {
    PgArray array = {0};
    cr_expect_str_eq(pg_array_text(&array), "{}");
    cr_assert(pg_array_add(&array, (Text){"plain", 5}));
    cr_assert(pg_array_add(&array, (Text){"a\"b\\c,{}", 8}));
    cr_assert(pg_array_add(&array, (Text){"", 0}));
    cr_expect_str_eq(pg_array_text(&array), "{\"plain\",\"a\\\"b\\\\c,{}\",\"\"}");
    pg_array_clear(&array);
    cr_expect_str_eq(pg_array_text(&array), "{}");
    for (int i = 0; i < 5000; i++)
        cr_assert(pg_array_add(&array, (Text){"6101011001", 10}));
    cr_expect_eq(array.count, 5000);
    pg_array_free(&array);
}

/* Digests of sealed runs rest on it: these values must never change. */
Test(load_known, buckets_are_for_good) {
    static const struct {
        const char *cpr;
        int16_t bucket;
    } cases[] = {{"6101011001", 86}, {"6201011002", 68}, {"8812991999", 86}};
    int counts[BUCKET_COUNT] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(bucket_of(cases[i].cpr), cases[i].bucket, "%s: %d", cases[i].cpr,
                     bucket_of(cases[i].cpr));
    for (uint64_t i = 0; i < 25600; i++) {
        char text[CPR_TEXT_SIZE];
        cpr_format((Cpr){6101010000 + i}, text);
        counts[bucket_of(text)]++;
    }
    for (int b = 0; b < BUCKET_COUNT; b++)
        cr_expect(counts[b] > 50 && counts[b] < 150, "bucket %d has %d", b, counts[b]);
}
