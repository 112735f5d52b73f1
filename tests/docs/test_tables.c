/* The table of tables in sql/README.md is held against the catalogue: names, keys, foreign keys, rights; and no
 * migration is left out. */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/database.h"
#include "tests/support/process.h"

/* What a row of the document must begin with; the kinds of facts share one. */
static const char rows_sql[] =
    "WITH kind_tables AS ("
    "SELECT c.oid, regexp_replace(c.relname, '^(fact|waiting)_(?!ended).*', '\\1_<kind>') AS name FROM "
    "pg_class c "
    "WHERE c.relnamespace = 'ydelse'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition) "
    "SELECT DISTINCT concat_ws(' | ', '\n| `' || t.name || '`', coalesce((SELECT string_agg(a.attname, ', ' "
    "ORDER BY k.place) "
    "FROM pg_constraint p CROSS JOIN unnest(p.conkey) WITH ORDINALITY k (number, place) JOIN pg_attribute a "
    "ON a.attrelid = t.oid AND a.attnum = k.number WHERE p.conrelid = t.oid AND p.contype = 'p'), '-'), "
    "coalesce((SELECT string_agg(DISTINCT p.confrelid::regclass::text, ', ') FROM pg_constraint p "
    "WHERE p.conrelid = t.oid AND p.contype = 'f'), '-'), "
    "(SELECT string_agg(coalesce(nullif(concat(CASE WHEN has_table_privilege(r, t.oid, 'SELECT') THEN 'r' "
    "END, "
    "CASE WHEN has_table_privilege(r, t.oid, 'INSERT') THEN 'a' END), ''), '-'), ' ' ORDER BY place) "
    "FROM unnest(ARRAY['ydelse_batch', 'ydelse_finance', 'ydelse_auditor']) WITH ORDINALITY x (r, place))) "
    "|| ' |' FROM kind_tables t";

static int rows_in(const char *text) {
    int count = 0;
    for (const char *at = strstr(text, "\n| `"); at != NULL; at = strstr(at + 1, "\n| `"))
        count++;
    return count;
}

Test(docs, the_table_of_tables_is_the_catalogue) {
    test_database_create();
    Pg *pg = test_database_connect();
    size_t size = 0;
    char *document = read_whole_file("sql/README.md", &size);
    PgRows *rows = NULL;
    Error error;
    cr_assert_eq(pg_query(pg, rows_sql, 0, NULL, &rows, &error), STATUS_OK, "%s", error.message);
    for (int row = 0; row < pg_row_count(rows); row++)
        cr_expect_not_null(strstr(document, pg_text(rows, row, 0)), "sql/README.md lacks%s",
                           pg_text(rows, row, 0));
    cr_expect_eq(rows_in(document), pg_row_count(rows),
                 "sql/README.md has a table that is not there, or one twice");
    pg_rows_free(rows);
    free(document);
    pg_close(pg);
    test_database_drop();
}

Test(docs, every_migration_is_explained) {
    size_t size = 0;
    char *document = read_whole_file("sql/README.md", &size);
    glob_t files;
    cr_assert_eq(glob("sql/[0-9]*.sql", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char number[5] = "";
        memcpy(number, files.gl_pathv[i] + strlen("sql/"), 4);
        cr_expect_not_null(strstr(document, number), "sql/README.md says nothing of %s", files.gl_pathv[i]);
    }
    globfree(&files);
    free(document);
}
