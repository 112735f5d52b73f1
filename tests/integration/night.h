/* Nights for tests: deliveries written to folders, loaded and run by the program, and what came of it. */
#ifndef YDELSE_TESTS_INTEGRATION_NIGHT_H
#define YDELSE_TESTS_INTEGRATION_NIGHT_H

#include "io/pg/pg.h"

/* What the tests of a night share: a database of their own with a connection as its owner, and an empty folder.
 * For a suite's .init and .fini. */
extern Pg *night_pg;
extern char *night_folder;
void night_begin(void);
void night_end(void);

/* Expects the first column of the first row of SQL. */
void night_expect_number(const char *sql, int64_t expected);
void night_expect_text(const char *sql, const char *expected);

/* Runs ydelse with up to eight arguments (NULL ends them) and asserts its exit code. Returns stdout; the caller
 * frees it. */
char *night_program(int exit_code, const char *a1, const char *a2, const char *a3, const char *a4,
                    const char *a5, const char *a6, const char *a7);

/* Writes text as path/name. */
void night_file(const char *path, const char *name, const char *text);

/* load FOLDER, and run --month M, with their exit codes. */
void night_load(const char *path, int exit_code);
/* Writes text as a file of the shared folder, and loads that file. */
void night_load_text(const char *name, const char *text, int exit_code);
void night_run(const char *month, int exit_code);

/* The results that hold for a month, in the format of calc without its header; the caller frees it. */
char *night_results(Pg *pg, const char *month);
/* calc of a folder, without the header; the caller frees it. */
char *night_calc(const char *path, const char *month, int exit_code);

#endif
