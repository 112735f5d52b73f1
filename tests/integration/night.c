#include "tests/integration/night.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/database.h"
#include "tests/support/process.h"

Pg *night_pg;
char *night_folder;

void night_begin(void) {
    test_database_create();
    night_pg = test_database_connect();
    night_folder = temporary_folder();
}

void night_end(void) {
    pg_close(night_pg);
    test_database_drop();
    temporary_folder_remove(night_folder);
}

void night_expect_number(const char *sql, int64_t expected) {
    const int64_t got = test_sql_int64(night_pg, sql);
    cr_expect_eq(got, expected, "%s: %lld, expected %lld", sql, (long long)got, (long long)expected);
}

void night_expect_text(const char *sql, const char *expected) {
    char *got = test_sql_text(night_pg, sql);
    cr_expect_str_eq(got, expected, "%s: %s, expected %s", sql, got, expected);
    free(got);
}

char *night_program(int exit_code, const char *a1, const char *a2, const char *a3, const char *a4,
                    const char *a5, const char *a6, const char *a7) {
    const char *const arguments[] = {a1, a2, a3, a4, a5, a6, a7, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert_eq(process.exit_code, exit_code, "%s %s %s: exit %d (signal %d), expected %d\n%s%s", a1,
                 a2 == NULL ? "" : a2, a3 == NULL ? "" : a3, process.exit_code, process.signal, exit_code,
                 process.out, process.err);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

void night_file(const char *path, const char *name, const char *text) {
    char file[4096];
    snprintf(file, sizeof file, "%s/%s", path, name);
    write_text_file(file, text);
}

void night_load(const char *path, int exit_code) {
    free(night_program(exit_code, "load", path, NULL, NULL, NULL, NULL, NULL));
}

void night_load_text(const char *name, const char *text, int exit_code) {
    char path[4096];
    night_file(night_folder, name, text);
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    night_load(path, exit_code);
}

void night_run(const char *month, int exit_code) {
    free(night_program(exit_code, "run", "--month", month, NULL, NULL, NULL, NULL));
}

char *night_results(Pg *pg, const char *month) {
    char first[16];
    PgRows *rows = NULL;
    Error error = {.status = STATUS_OK};
    snprintf(first, sizeof first, "%s-01", month);
    const PgParameter parameters[] = {{"month", first}};
    cr_assert_eq(pg_query_file(pg, "result_csv", 1, parameters, &rows, &error), STATUS_OK, "%s",
                 error.message);
    size_t size = 1;
    for (int i = 0; i < pg_row_count(rows); i++)
        size += strlen(pg_text(rows, i, 0)) + 1;
    char *text = malloc(size);
    char *at = text;
    *at = '\0';
    for (int i = 0; i < pg_row_count(rows); i++)
        at += sprintf(at, "%s\n", pg_text(rows, i, 0));
    pg_rows_free(rows);
    return text;
}

char *night_calc(const char *path, const char *month, int exit_code) {
    char *out = night_program(exit_code, "calc", "--month", month, "--input", path, NULL, NULL);
    const char *body = strchr(out, '\n');
    cr_assert_not_null(body);
    char *text = strdup(body + 1);
    free(out);
    return text;
}
