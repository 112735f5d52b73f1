#include "tests/support/database.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char database_name[64];
#define ROLES_MAX 8
#define ROLE_SIZE 64
static char role_names[ROLES_MAX][ROLE_SIZE];
static int role_count;

static const char *required_environment(const char *name) {
    const char *value = getenv(name);
    if (value == NULL || value[0] == '\0')
        cr_skip_test("%s is not set: run the tests by `make test`", name);
    return value;
}

/* Statements about databases themselves run on the cluster's own database. */
static void run_on_cluster(const char *sql) {
    Error error = {.status = STATUS_OK};
    Pg *pg = NULL;
    cr_assert_eq(pg_connect("dbname=postgres", &pg, &error), STATUS_OK, "%s", error.message);
    const Status status = pg_query(pg, sql, 0, NULL, NULL, &error);
    pg_close(pg);
    cr_assert_eq(status, STATUS_OK, "%s: %s", sql, error.message);
}

static void create_from(const char *template_name) {
    static int number;
    char sql[1024];
    snprintf(database_name, sizeof database_name, "test_%ld_%d", (long)getpid(), number++);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %.63s STRATEGY file_copy", database_name,
             template_name);
    run_on_cluster(sql);
    setenv("PGDATABASE", database_name, 1);
}

void test_database_create(void) {
    create_from(required_environment("YDELSE_TEST_TEMPLATE"));
}

void test_database_create_empty(void) {
    required_environment("YDELSE_TEST_TEMPLATE");
    create_from("template0");
}

void test_database_drop(void) {
    char sql[1024];
    if (database_name[0] == '\0')
        return;
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database_name);
    run_on_cluster(sql);
    for (int i = 0; i < role_count; i++) {
        snprintf(sql, sizeof sql, "DROP ROLE IF EXISTS %s", role_names[i]);
        run_on_cluster(sql);
    }
    role_count = 0;
    database_name[0] = '\0';
}

Pg *test_database_connect(void) {
    Error error = {.status = STATUS_OK};
    Pg *pg = NULL;
    cr_assert_eq(pg_connect(NULL, &pg, &error), STATUS_OK, "%s", error.message);
    return pg;
}

void test_sql(Pg *pg, const char *sql) {
    Error error = {.status = STATUS_OK};
    cr_assert_eq(pg_script(pg, sql, &error), STATUS_OK, "%s: %s %s", sql, error.message, error.detail);
}

static PgRows *query_one(Pg *pg, const char *sql) {
    Error error = {.status = STATUS_OK};
    PgRows *rows = NULL;
    cr_assert_eq(pg_query(pg, sql, 0, NULL, &rows, &error), STATUS_OK, "%s: %s", sql, error.message);
    cr_assert_gt(pg_row_count(rows), 0, "no row: %s", sql);
    return rows;
}

int64_t test_sql_int64(Pg *pg, const char *sql) {
    PgRows *rows = query_one(pg, sql);
    cr_assert(!pg_is_null(rows, 0, 0), "NULL: %s", sql);
    const int64_t number = strtoll(pg_text(rows, 0, 0), NULL, 10);
    pg_rows_free(rows);
    return number;
}

char *test_sql_text(Pg *pg, const char *sql) {
    PgRows *rows = query_one(pg, sql);
    char *text = strdup(pg_text(rows, 0, 0));
    pg_rows_free(rows);
    return text;
}

const char *test_sql_sqlstate(Pg *pg, const char *sql) {
    static char sqlstate[6];
    Error error = {.status = STATUS_OK};
    cr_assert_neq(pg_script(pg, sql, &error), STATUS_OK, "this should have failed: %s", sql);
    memcpy(sqlstate, error.sqlstate, sizeof sqlstate);
    return sqlstate;
}

void test_role_create(Pg *owner, const char *name, const char *group_role, char *role) {
    char sql[512];
    cr_assert_lt(role_count, ROLES_MAX);
    snprintf(role, ROLE_SIZE, "%.20s_%ld_%d", name, (long)getpid(), role_count);
    snprintf(sql, sizeof sql, "CREATE ROLE %s LOGIN IN ROLE %s", role, group_role);
    test_sql(owner, sql);
    memcpy(role_names[role_count++], role, ROLE_SIZE);
}
