/* The digest of a run's results: what it covers, and that a leaf can stand for its line. */
#include <criterion/criterion.h>
#include <string.h>

#include "io/run/result_digest.h"

static Result one_result(void) {
    return (Result){.cpr = {7001801001},
                    .month = {2024 * 12 + 2},
                    .udfald = UDFALD_BETALES,
                    .ordning = ORDNING_JA,
                    .kommunekode = 101,
                    .aktive_dage = 31};
}

static void bucket_of_one(const Result *result, uint8_t digest[SHA256_SIZE]) {
    BucketDigest bucket;
    cr_assert(bucket_digest_begin(&bucket));
    bucket_digest_add(&bucket, result);
    bucket_digest_next(&bucket, digest);
    bucket_digest_free(&bucket);
}

Test(result_digest, the_line_ends_in_scheme_and_municipality) {
    const Result result = one_result();
    char line[RESULT_DIGEST_LINE_SIZE];
    const int size = result_digest_line(&result, line);
    cr_expect_eq((size_t)size, strlen(line));
    cr_expect(strncmp(line, "7001801001;2024-03;BETALES;31;", 30) == 0, "%s", line);
    cr_expect_str_eq(line + size - strlen(";;JA;0101\n"), ";;JA;0101\n", "%s", line);
}

Test(result_digest, every_member_of_a_result_changes_it) {
    const Result result = one_result();
    uint8_t before[SHA256_SIZE], after[SHA256_SIZE];
    bucket_of_one(&result, before);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        Result changed = result;
        changed.amount[i].oere++;
        bucket_of_one(&changed, after);
        cr_expect(memcmp(before, after, SHA256_SIZE) != 0, "%s", amount_name[i]);
    }
    Result others[] = {result, result, result, result, result, result};
    others[0].cpr.number++;
    others[1].month.index++;
    others[2].udfald = UDFALD_NUL;
    others[3].ordning = ORDNING_RF;
    others[4].kommunekode = 147;
    others[5].aktive_dage = 30;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bucket_of_one(&others[i], after);
        cr_expect(memcmp(before, after, SHA256_SIZE) != 0, "member %zu", i);
    }
}

Test(result_digest, a_leaf_stands_for_its_line_and_buckets_follow_each_other) {
    const Result result = one_result();
    char line[RESULT_DIGEST_LINE_SIZE];
    uint8_t leaf[SHA256_SIZE], before[SHA256_SIZE], after[SHA256_SIZE], empty[SHA256_SIZE],
        nothing[SHA256_SIZE];
    const int size = result_digest_line(&result, line);
    bucket_of_one(&result, before);
    BucketDigest bucket;
    cr_assert(bucket_digest_begin(&bucket));
    bucket_digest_next(&bucket, empty);
    cr_assert(result_digest_leaf(line, (size_t)size, leaf));
    bucket_digest_add_leaf(&bucket, leaf);
    bucket_digest_next(&bucket, after);
    bucket_digest_free(&bucket);
    cr_assert(sha256_bytes("", 0, nothing));
    cr_expect(memcmp(empty, nothing, SHA256_SIZE) == 0);
    cr_expect(memcmp(before, after, SHA256_SIZE) == 0);
}
