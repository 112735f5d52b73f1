/* A golden case: a folder tests/golden/<subject>/<case>/ with a delivery (*.csv), `expected.txt` (what the
 * program must print), `why.md` (the paragraph and the sum by hand) and `case`, lines of key=value:
 *   command=calc|check  what is run on the folder, default calc
 *   month=YYYY-MM       the month computed (required for calc)
 *   policy=key=value    any number of times (calc)
 *   rates=FILE          rate tables in the folder instead of the program's own (calc)
 *   exit=N              the exit code, default 0
 *   stderr=TEXT         a text that stderr must hold
 *   rule=ID             any number of times: a rule that the case shows, a step of its explanation (calc)
 *   finding=CODE        a finding of its explanation, for infos, which `fund` does not have (calc)
 *   without=CODE        a finding that its explanation does not have (calc)
 */
#ifndef YDELSE_TESTS_GOLDEN_CASE_H
#define YDELSE_TESTS_GOLDEN_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/process.h"

#define CASE_ARGUMENTS_MAX 32
#define CASE_PATH_SIZE 512

typedef struct {
    char folder[CASE_PATH_SIZE];
    bool is_check;
    const char *month;      /* or NULL */
    const char *error_text; /* what stderr must hold, or NULL */
    int exit_code;
    const char *policies[CASE_ARGUMENTS_MAX]; /* "key=value" */
    int policy_count;
    const char *rules[CASE_ARGUMENTS_MAX]; /* ids */
    int rule_count;
    const char *finding;                      /* code or NULL */
    const char *without;                      /* code or NULL */
    const char *argument[CASE_ARGUMENTS_MAX]; /* of the program, ended by NULL */
    int argument_count;
    char *text; /* of the file `case`, which the strings above point into */
    char rates[CASE_PATH_SIZE];
} GoldenCase;

/* The folders of all cases in byte order of their names; never fewer than CASES_MIN, because a pattern that
 * matches nothing must not pass. */
#define CASES_MIN 150
typedef struct {
    char **folders;
    size_t count;
} GoldenFolders;

GoldenFolders golden_folders(void);
void golden_folders_free(GoldenFolders *list);

/* Reads the case in a folder; aborts the test when `case` is wrong. */
void golden_case_read(const char *folder, GoldenCase *golden);
void golden_case_free(GoldenCase *golden);

/* A file of the folder, NUL-terminated; the caller frees it. */
char *golden_case_file(const GoldenCase *golden, const char *name);

/* Runs the program on the case; more (NULL: none) is one further option. Free with process_free. */
Process golden_case_run(const GoldenCase *golden, const char *more);

#endif
