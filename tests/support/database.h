/* A database of its own for a test, made from the migrated template of the throwaway cluster.
 *
 * with_postgres.sh starts the cluster and sets PGHOST, PGPORT, PGUSER and YDELSE_TEST_TEMPLATE (a database
 * with the schema, no data). A Criterion test is a process of its own, so PGDATABASE is set for it and for
 * every program it starts.
 */
#ifndef YDELSE_TESTS_SUPPORT_DATABASE_H
#define YDELSE_TESTS_SUPPORT_DATABASE_H

#include <stdint.h>

#include "io/pg/pg.h"

/* Creates the database and points PGDATABASE at it. Skips the test when there is no cluster. */
void test_database_create(void);
/* An empty database without the schema. */
void test_database_create_empty(void);
/* Drops it, closing what is still connected. */
void test_database_drop(void);

/* A connection to it as the owner; aborts the test when there is none. */
Pg *test_database_connect(void);

/* Runs SQL; aborts the test when it fails. */
void test_sql(Pg *pg, const char *sql);
/* The first column of the first row as number; aborts when there is none. */
int64_t test_sql_int64(Pg *pg, const char *sql);
/* The first column of the first row as text; the caller frees it. */
char *test_sql_text(Pg *pg, const char *sql);
/* Runs SQL that must fail; returns its SQLSTATE (static). */
const char *test_sql_sqlstate(Pg *pg, const char *sql);

/* A login role with the given group role, dropped with the database; name is made unique per database:
 * the full name is written to role (64 bytes). */
void test_role_create(Pg *owner, const char *name, const char *group_role, char *role);

#endif
