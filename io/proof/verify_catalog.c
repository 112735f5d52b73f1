/* The catalogue: every table, column, constraint, trigger, function, view, owner and grant is what the
 * migrations of this program make. They are made anew, in the same transaction, beside what is there; then
 * both are written down by the same query of the same server and compared, and what was made is rolled
 * back. Nothing that is stored says what is right, so whoever changes the catalogue cannot change that,
 * too.
 *
 * Only who owns the schema can make it anew; for others the check says that it was not done. */
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/pg/migrate.h"
#include "io/proof/verify.h"

enum { CATALOGUE, NAME, DEFINITION }; /* the columns of sql/queries/catalog.sql */

static const char begin_sql[] = "SAVEPOINT catalogue; SET LOCAL client_min_messages = error";
static const char end_sql[] = "ROLLBACK TO SAVEPOINT catalogue; RELEASE SAVEPOINT catalogue";

/* Who has the right to make the schema anew: its owner, and superusers as the owner. */
static Status become_owner(Pg *pg, bool *may, Error *error) {
    PgRows *rows = NULL;
    Status status = pg_query(pg,
                             "SELECT format('SET LOCAL ROLE %I', pg_get_userbyid(n.nspowner)), "
                             "pg_has_role(n.nspowner, 'MEMBER') AND has_database_privilege(n.nspowner, "
                             "current_database(), 'CREATE') FROM pg_namespace n WHERE n.nspname = 'ydelse'",
                             0, NULL, &rows, error);
    *may = status == STATUS_OK && pg_row_count(rows) == 1 && pg_text(rows, 0, 1)[0] == 't';
    if (*may)
        status = pg_script(pg, pg_text(rows, 0, 0), error);
    pg_rows_free(rows);
    return status;
}

static Status list(Pg *pg, PgRows **rows, Error *error) {
    const Status status = pg_script(pg, "SET LOCAL search_path = pg_catalog", error);
    return status == STATUS_OK ? pg_query_file(pg, "catalog", 0, NULL, rows, error) : status;
}

static Status make_anew(Pg *pg, Error *error) {
    const Status status = pg_script(pg,
                                    "ALTER SCHEMA ydelse RENAME TO ydelse_as_it_is; "
                                    "ALTER SCHEMA ydelse_look RENAME TO ydelse_look_as_it_is; "
                                    "ALTER SCHEMA ydelse_verify RENAME TO ydelse_verify_as_it_is; "
                                    "SET LOCAL search_path = ydelse, pg_catalog",
                                    error);
    return status == STATUS_OK ? migrate_here(pg, error) : status;
}

/* --- Comparing ----------------------------------------------------------------------------------------------------- */

static int order(const PgRows *expected, int e, const PgRows *found, int f) {
    if (e == pg_row_count(expected) || f == pg_row_count(found))
        return f == pg_row_count(found) ? -1 : 1;
    const int order = strcmp(pg_text(expected, e, CATALOGUE), pg_text(found, f, CATALOGUE));
    return order != 0 ? order : strcmp(pg_text(expected, e, NAME), pg_text(found, f, NAME));
}

/* A right that is not given takes nothing from what is proven: roles may have come after the schema. */
static bool is_grant(const PgRows *rows, int row) {
    return strcmp(pg_text(rows, row, CATALOGUE), "grant") == 0;
}

static void compare(const PgRows *expected, const PgRows *found, VerifyReport *report) {
    int e = 0, f = 0;
    while (e < pg_row_count(expected) || f < pg_row_count(found)) {
        const int at = order(expected, e, found, f);
        if (at == 0 && strcmp(pg_text(expected, e, DEFINITION), pg_text(found, f, DEFINITION)) != 0)
            verify_wrong(report, VERIFY_katalog, WRONG_KATALOG_AFVIGER, pg_text(found, f, CATALOGUE),
                         pg_text(found, f, NAME), pg_text(expected, e, DEFINITION),
                         pg_text(found, f, DEFINITION));
        if (at < 0 && !is_grant(expected, e))
            verify_wrong(report, VERIFY_katalog, WRONG_KATALOG_MANGLER, pg_text(expected, e, CATALOGUE),
                         pg_text(expected, e, NAME), pg_text(expected, e, DEFINITION), "");
        if (at > 0)
            verify_wrong(report, VERIFY_katalog, WRONG_KATALOG_NYT, pg_text(found, f, CATALOGUE),
                         pg_text(found, f, NAME), "", pg_text(found, f, DEFINITION));
        e += at <= 0;
        f += at >= 0;
    }
    verify_rows(report, VERIFY_katalog, pg_row_count(found));
}

/* --- The check ----------------------------------------------------------------------------------------------------- */

static Status compare_with_anew(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *found = NULL, *expected = NULL;
    bool may = false;
    Status status = become_owner(pg, &may, error);
    if (status == STATUS_OK && !may)
        log_warning("verify: the catalogue is not compared: only the owner of the schema can");
    if (status == STATUS_OK && may)
        status = list(pg, &found, error);
    if (status == STATUS_OK && may)
        status = make_anew(pg, error);
    if (status == STATUS_OK && may)
        status = list(pg, &expected, error);
    if (status == STATUS_OK && may)
        compare(expected, found, report);
    pg_rows_free(found);
    pg_rows_free(expected);
    return status;
}

Status verify_catalog(Pg *pg, VerifyReport *report, Error *error) {
    Error ignored;
    Status status = pg_script(pg, begin_sql, error);
    if (status == STATUS_OK)
        status = compare_with_anew(pg, report, error);
    const Status ended = pg_script(pg, end_sql, status == STATUS_OK ? error : &ignored);
    if (status == STATUS_OK)
        status = ended;
    return status == STATUS_OK ? verify_query(pg, report, VERIFY_katalog, "verify_partitions", 0, NULL, error)
                               : status;
}
