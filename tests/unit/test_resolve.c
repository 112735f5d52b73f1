/* N, R, T of one id, in the order read. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/intake/resolve.h"

/* A version as three letters: posttype, content, and '-' when the participant is unknown. */
static int32_t fold(KindId kind, const char *const *texts, VersionOutcome *outcomes) {
    Version versions[16];
    int32_t count = 0;
    for (; texts[count] != NULL; count++) {
        const char *text = texts[count];
        versions[count] = (Version){
            .posttype = text[0] == 'N'   ? POSTTYPE_N
                        : text[0] == 'R' ? POSTTYPE_R
                                         : POSTTYPE_T,
            .content = {(uint64_t)text[1], 0},
            .participant_exists = text[2] != '-',
        };
    }
    return resolve_fold(kind, versions, count, outcomes);
}

Test(resolve, fold) {
    enum {
        S = VERSION_STORED,
        W = VERSION_STORED_R_AS_N,
        D = VERSION_DUPLICATE,
        C = VERSION_REJECTED_CONTENT,
        L = VERSION_REJECTED_NO_ROW,
        P = VERSION_REJECTED_PARTICIPANT
    };
    static const struct {
        const char *texts[8];
        int32_t live;
        int outcomes[8];
    } cases[] = {
        {{"Na", NULL}, 0, {S}},
        {{"Na", "Na", NULL}, 0, {S, D}},
        {{"Na", "Nb", NULL}, 0, {S, C}},
        {{"Na", "Rb", NULL}, 1, {S, S}},
        {{"Na", "Rb", "Na", NULL}, 1, {S, S, D}},
        {{"Na", "Rb", "Nb", NULL}, 1, {S, S, D}},
        {{"Na", "Rb", "Nc", NULL}, 1, {S, S, C}},
        {{"Na", "Ra", NULL}, 1, {S, S}},
        {{"Ra", NULL}, 0, {W}},
        {{"Ra", "Rb", NULL}, 1, {W, S}},
        {{"Ra", "Na", NULL}, 0, {W, D}},
        {{"Na", "T ", NULL}, -1, {S, S}},
        {{"T ", NULL}, -1, {L}},
        {{"T ", "Na", NULL}, 1, {L, S}},
        {{"Na", "T ", "T ", NULL}, -1, {S, S, L}},
        {{"Na", "T ", "Na", NULL}, -1, {S, S, D}},
        {{"Na", "T ", "Nb", NULL}, -1, {S, S, C}},
        {{"Na", "T ", "Rb", NULL}, 2, {S, S, S}},
        {{"Na", "T ", "Ra", "T ", NULL}, -1, {S, S, S, S}},
        /* A rejected row changes nothing and does not occupy its id. */
        {{"Na-", NULL}, -1, {P}},
        {{"Na-", "Nb", NULL}, 1, {P, S}},
        {{"Ra-", "Rb", NULL}, 1, {P, W}},
        {{"Na-", "T ", NULL}, -1, {P, L}},
        {{"Na", "Rb-", "Na", NULL}, 0, {S, P, D}},
        {{"Na", "Nb", "Nb", NULL}, 0, {S, C, C}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        VersionOutcome outcomes[16];
        cr_expect_eq(fold(KIND_INDKOMST, cases[i].texts, outcomes), cases[i].live, "live of case %zu", i);
        for (int32_t v = 0; cases[i].texts[v] != NULL; v++)
            cr_expect_eq((int)outcomes[v], cases[i].outcomes[v], "case %zu version %d", i, v);
    }
}

Test(resolve, participants_cannot_be_withdrawn) {
    static const char *const texts[] = {"Na", "T ", "Rb", NULL};
    VersionOutcome outcomes[16];
    cr_expect_eq(fold(KIND_DELTAGERE, texts, outcomes), 2);
    cr_expect_eq(outcomes[1], VERSION_REJECTED_DELTAGER_T);
    cr_expect_eq(outcomes[2], VERSION_STORED);
}

/* What earlier versions became does not depend on later ones: the fold can be done again when more arrives. */
Test(resolve, a_longer_fold_begins_like_a_shorter_one) {
    static const char letters[][3] = {"Na", "Nb", "Ra", "Rb", "T ", "N-"};
    enum { LENGTH = 5, CHOICES = 6 };
    int32_t count = 1;
    for (int32_t i = 0; i < LENGTH; i++)
        count *= CHOICES;
    for (int32_t number = 0; number < count; number++) {
        const char *texts[LENGTH + 1];
        VersionOutcome whole[16];
        int32_t rest = number;
        for (int32_t i = 0; i < LENGTH; i++, rest /= CHOICES)
            texts[i] = letters[rest % CHOICES][1] == '-' ? "Na-" : letters[rest % CHOICES];
        texts[LENGTH] = NULL;
        const int32_t live = fold(KIND_BOERN, texts, whole);
        cr_assert(live < 0 || whole[live] == VERSION_STORED || whole[live] == VERSION_STORED_R_AS_N);
        for (int32_t length = 1; length < LENGTH; length++) {
            VersionOutcome part[16];
            const char *shorter[LENGTH + 1];
            memcpy(shorter, texts, sizeof shorter);
            shorter[length] = NULL;
            fold(KIND_BOERN, shorter, part);
            for (int32_t i = 0; i < length; i++)
                cr_assert_eq(part[i], whole[i]);
        }
    }
}

static uint64_t hash_like(uint64_t number) {
    return number * UINT64_C(0x9E3779B97F4A7C15);
}

enum { VERSIONS_MAX = 300000, VERSIONS_FEW = VERSIONS_MAX / 64 };

/* The processor time of as many folds of `count` versions as make VERSIONS_MAX together. */
static clock_t time_folds(const Version *versions, int32_t count, VersionOutcome *outcomes) {
    const clock_t begun = clock();
    for (int32_t folded = 0; folded + count <= VERSIONS_MAX; folded += count)
        cr_assert_eq(resolve_fold(KIND_BOERN, versions, count, outcomes), count - 3);
    return clock() - begun + 1;
}

/* As many versions of one id as a sender's loop can make. Were each compared with each other, the many would take 64 times
 * as long as the same number in 64 parts. */
Test(resolve, an_id_of_very_many_versions) {
    Version *versions = calloc(VERSIONS_MAX, sizeof versions[0]);
    VersionOutcome *outcomes = calloc(VERSIONS_MAX, sizeof outcomes[0]);
    cr_assert(versions != NULL && outcomes != NULL);
    /* R with new content, N with content never seen, N with the content of half as many versions ago, in turn. */
    for (uint64_t i = 0; i < VERSIONS_MAX; i++)
        versions[i] = (Version){
            .posttype = i % 3 == 0 ? POSTTYPE_R : POSTTYPE_N,
            .content =
                i % 3 == 2 ? (ContentHash){hash_like(i / 6 * 3), 0} : (ContentHash){hash_like(i), i % 3},
            .participant_exists = true,
        };
    const clock_t in_parts = time_folds(versions, VERSIONS_FEW / 3 * 3, outcomes);
    const clock_t at_once = time_folds(versions, VERSIONS_MAX, outcomes);
    cr_expect_lt(at_once, 24 * in_parts, "%ld beside %ld", (long)at_once, (long)in_parts);
    for (int32_t i = 0; i < VERSIONS_MAX; i++)
        cr_assert_eq(outcomes[i], i == 0       ? VERSION_STORED_R_AS_N
                                  : i % 3 == 0 ? VERSION_STORED
                                  : i % 3 == 1 ? VERSION_REJECTED_CONTENT
                                               : VERSION_DUPLICATE);
    free(versions);
    free(outcomes);
}

Test(resolve, findings_of_outcomes) {
    ResolveFinding finding;
    cr_expect_not(resolve_finding(KIND_BOERN, VERSION_STORED, &finding));
    cr_expect_not(resolve_finding(KIND_BOERN, VERSION_DUPLICATE, &finding));
    cr_expect(resolve_finding(KIND_BOERN, VERSION_STORED_R_AS_N, &finding));
    cr_expect_eq(finding.code, FINDING_R_UDEN_RAEKKE);
    cr_expect(resolve_finding(KIND_BOERN, VERSION_REJECTED_PARTICIPANT, &finding));
    cr_expect_eq(finding.code, FINDING_DELTAGER_UKENDT);
    cr_expect_eq(finding.column, kind_table[KIND_BOERN].cpr_column);
    cr_expect(resolve_finding(KIND_BOERN, VERSION_REJECTED_CONTENT, &finding));
    cr_expect_eq(finding.code, FINDING_ID_ANDET_INDHOLD);
    cr_expect_eq(finding.column, kind_table[KIND_BOERN].id_column);
    cr_expect(resolve_finding(KIND_BOERN, VERSION_REJECTED_NO_ROW, &finding));
    cr_expect_eq(finding.code, FINDING_TRUKKET_UDEN_RAEKKE);
    cr_expect(resolve_finding(KIND_DELTAGERE, VERSION_REJECTED_DELTAGER_T, &finding));
    cr_expect_eq(finding.code, FINDING_DELTAGER_KAN_IKKE_TRAEKKES);
}
