/* Golden cases: what the program prints for each folder under tests/golden/ (golden_case.h tells what is in one).
 * YDELSE_GOLDEN_UPDATE=1 rewrites expected.txt for review (make golden-update; never in CI). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/golden/golden_case.h"

/* A why.md shorter than this explains nothing. */
#define WHY_SIZE_MIN 120

static void expectation_rewrite(const GoldenCase *golden, const char *text) {
    char path[CASE_PATH_SIZE + 32];
    snprintf(path, sizeof path, "%s/expected.txt", golden->folder);
    write_text_file(path, text);
}

static void case_check(const char *folder) {
    GoldenCase golden;
    golden_case_read(folder, &golden);
    Process process = golden_case_run(&golden, NULL);
    if (getenv("YDELSE_GOLDEN_UPDATE") != NULL) {
        expectation_rewrite(&golden, process.out);
    }
    char *expected = golden_case_file(&golden, "expected.txt");
    cr_expect_str_eq(process.out, expected, "%s: the result differs from expected.txt:\n%s", folder,
                     process.out);
    cr_expect_eq(process.exit_code, golden.exit_code, "%s: exit %d, not %d: %s", folder, process.exit_code,
                 golden.exit_code, process.err);
    if (golden.error_text != NULL) {
        cr_expect_not_null(strstr(process.err, golden.error_text), "%s: stderr has no '%s': %s", folder,
                           golden.error_text, process.err);
    }
    char *why = golden_case_file(&golden, "why.md");
    cr_expect_gt(strlen(why), WHY_SIZE_MIN, "%s/why.md says nothing", folder);
    free(why);
    free(expected);
    process_free(&process);
    golden_case_free(&golden);
}

Test(golden, every_case_gives_its_expected_result) {
    GoldenFolders list = golden_folders();
    for (size_t i = 0; i < list.count; i++) {
        case_check(list.folders[i]);
    }
    golden_folders_free(&list);
}
