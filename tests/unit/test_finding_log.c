#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "io/intake/finding_log.h"

#define FINDINGS 30000 /* far more than a portion holds */

/* Takes what add_findings gave, in that order. */
typedef struct {
    bool is_turn;
    int32_t next;
    int32_t files_done;
    const InputFile *file;
} Taker;

static bool is_turn(void *context) {
    return ((const Taker *)context)->is_turn;
}

static void expected_text(int32_t number, char text[32]) {
    snprintf(text, 32, "%.*s%d", number % 20, "xxxxxxxxxxxxxxxxxxxx", number);
}

static void take_finding(void *context, const InputFinding *finding) {
    Taker *taker = context;
    char text[32];
    expected_text(taker->next, text);
    cr_assert(finding->line == taker->next && finding->field_number == taker->next % 7, "%d: line %d",
              taker->next, finding->line);
    cr_assert_eq(finding->file, taker->file);
    cr_assert_eq(finding->code, FINDING_FELTANTAL);
    cr_assert_eq(finding->rejects_file, taker->next % 2 == 1);
    cr_assert_str_eq(finding->column, "c");
    cr_assert_str_eq(finding->found, text);
    cr_assert_str_eq(finding->expected, "");
    taker->next++;
}

static void take_file(void *context, const InputFile *file) {
    Taker *taker = context;
    cr_assert_eq(file, taker->file);
    cr_assert_eq(taker->next % FINDINGS, 0, "the file's end comes behind its findings");
    taker->files_done++;
}

static bool add_findings(FindingLog *log, const InputFile *file, int32_t first) {
    for (int32_t i = first; i < first + FINDINGS; i++) {
        char text[32];
        expected_text(i, text);
        const InputFinding finding = {
            .code = FINDING_FELTANTAL,
            .file = file,
            .line = i,
            .column = "c",
            .field_number = i % 7,
            .found = text,
            .expected = "",
            .rejects_file = i % 2 == 1,
        };
        if (!finding_log_add(log, &finding))
            return false;
    }
    return finding_log_add_file_done(log, file);
}

Test(finding_log, tells_all_in_order_before_and_after_its_turn) {
    const InputFile file = {.number = 0};
    Taker taker = {.file = &file};
    FindingLog log = {.outlet = {is_turn, take_finding, take_file, &taker}};
    cr_assert(add_findings(&log, &file, 0), "%s", log.error.message);
    cr_expect_eq(taker.next, 0, "nothing is told before it is their turn");
    cr_expect_gt(log.portions_in_file, 2, "what does not fit in a portion is in the file");
    taker.is_turn = true;
    cr_assert(add_findings(&log, &file, FINDINGS), "%s", log.error.message);
    cr_expect_gt(taker.next, FINDINGS, "then it is told as it comes");
    cr_expect_not(log.has_file, "and the disk is given back");
    cr_assert(finding_log_tell(&log), "%s", log.error.message);
    cr_expect_eq(taker.next, 2 * FINDINGS);
    cr_expect_eq(taker.files_done, 2);
    cr_assert(finding_log_tell(&log));
    cr_expect_eq(taker.next, 2 * FINDINGS, "nothing is told twice");
    finding_log_free(&log);
}

Test(finding_log, a_full_disk_is_an_error) {
    const InputFile file = {.number = 0};
    Taker taker = {.file = &file};
    FindingLog log = {.outlet = {is_turn, take_finding, take_file, &taker}};
    const struct rlimit limit = {FINDING_LOG_PORTION_SIZE + 1000, RLIM_INFINITY};
    cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_not(add_findings(&log, &file, 0));
    cr_expect_eq(log.status, STATUS_IO);
    cr_expect_not_null(strstr(log.error.message, "temporary file"), "%s", log.error.message);
    cr_expect_not(finding_log_add_file_done(&log, &file), "from then on nothing is kept");
    taker.is_turn = true;
    cr_expect(finding_log_tell(&log), "what was kept can be told");
    cr_expect_gt(taker.next, 0);
    finding_log_free(&log);
}

Test(finding_log, no_folder_for_it_is_an_error) {
    const InputFile file = {.number = 0};
    Taker taker = {.file = &file};
    FindingLog log = {.outlet = {is_turn, take_finding, take_file, &taker}};
    cr_assert_eq(setenv("TMPDIR", "/nonexistent", 1), 0);
    cr_expect_not(add_findings(&log, &file, 0));
    cr_expect_eq(log.status, STATUS_CANNOT_CREATE);
    finding_log_free(&log);
}
