/* The schema: its migrations are this program's, its functions and views are those that the migrations made, and the
 * triggers that protect the tables are there and enabled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/base/sha256.h"
#include "io/proof/verify.h"

#define NAME_SIZE 64
#define BODY_QUOTE "$$"

static bool is_migration(const EmbeddedFile *file) {
    return strspn(file->name + strlen("sql/"), "0123456789") == 4;
}

static const EmbeddedFile *next_migration(const EmbeddedFile *after) {
    const EmbeddedFile *file = embedded_next("sql/0", after);
    while (file != NULL && !is_migration(file))
        file = embedded_next("sql/0", file);
    return file;
}

/* --- Migrations ---------------------------------------------------------------------------------------------------- */

static Status check_migration(const EmbeddedFile *file, const PgRows *rows, VerifyReport *report,
                              Error *error) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    const char *name = file->name + strlen("sql/");
    if (!sha256_bytes(file->bytes, file->size_bytes, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    for (int i = 0; i < pg_row_count(rows); i++)
        if (pg_integer(rows, i, 0) == strtol(name, NULL, 10)) {
            if (strcmp(pg_text(rows, i, 1), name) != 0)
                verify_wrong(report, VERIFY_skema, WRONG_MIGRATION_AFVIGER, "migration", pg_text(rows, i, 0),
                             name, pg_text(rows, i, 1));
            if (strcmp(pg_text(rows, i, 2), hex) != 0)
                verify_wrong(report, VERIFY_skema, WRONG_MIGRATION_AFVIGER, "migration", pg_text(rows, i, 0),
                             hex, pg_text(rows, i, 2));
            return STATUS_OK;
        }
    verify_wrong(report, VERIFY_skema, WRONG_MIGRATION_AFVIGER, "migration", name, hex, "");
    return STATUS_OK;
}

static Status check_migrations(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *rows = NULL;
    int known = 0;
    Status status = pg_query(pg, "SELECT number, name, sha256 FROM ydelse.migration ORDER BY number", 0, NULL,
                             &rows, error);
    for (const EmbeddedFile *file = next_migration(NULL); status == STATUS_OK && file != NULL;
         file = next_migration(file)) {
        status = check_migration(file, rows, report, error);
        known++;
    }
    if (status == STATUS_OK && pg_row_count(rows) > known)
        verify_wrong(report, VERIFY_skema, WRONG_MIGRATION_AFVIGER, "migration", "*", "",
                     "more than this program has");
    if (status == STATUS_OK)
        verify_rows(report, VERIFY_skema, pg_row_count(rows));
    pg_rows_free(rows);
    return status;
}

/* --- Functions ------------------------------------------------------------------------------------------------------- */

/* Whether the text before `body` is the head of a function of that name, the nearest one. */
static bool head_is(const char *text, const char *body, const char *name) {
    static const char word[] = "FUNCTION ";
    const size_t size = strlen(name);
    for (const char *at = body; at > text; at--)
        if (strncmp(at, word, sizeof word - 1) == 0)
            return strncmp(at + sizeof word - 1, name, size) == 0 && at[sizeof word - 1 + size] == '(';
    return false;
}

static bool body_is_in(const EmbeddedFile *file, const char *quoted, const char *name) {
    for (const char *at = strstr(file->bytes, quoted); at != NULL; at = strstr(at + 1, quoted))
        if (head_is(file->bytes, at, name))
            return true;
    return false;
}

static Status check_function(const PgRows *rows, int row, VerifyReport *report, Error *error) {
    const char *source = pg_text(rows, row, 2);
    char *quoted = malloc(strlen(source) + 2 * strlen(BODY_QUOTE) + 1);
    bool found = false;
    if (quoted == NULL)
        return error_no_memory(error);
    sprintf(quoted, "%s%s%s", BODY_QUOTE, source, BODY_QUOTE);
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL && !found; file = next_migration(file))
        found = body_is_in(file, quoted, pg_text(rows, row, 1));
    if (!found)
        verify_wrong(report, VERIFY_skema, WRONG_FUNKTION_AFVIGER, "pg_proc", pg_text(rows, row, 0), "", "");
    free(quoted);
    return STATUS_OK;
}

static Status check_functions(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *rows = NULL;
    Status status =
        pg_query(pg,
                 "SELECT p.oid::regprocedure, p.proname, p.prosrc FROM pg_proc p WHERE p.pronamespace = "
                 "'ydelse'::regnamespace AND p.prosqlbody IS NULL ORDER BY 1",
                 0, NULL, &rows, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        status = check_function(rows, i, report, error);
    if (status == STATUS_OK)
        verify_rows(report, VERIFY_skema, pg_row_count(rows));
    pg_rows_free(rows);
    return status;
}

/* --- Triggers -------------------------------------------------------------------------------------------------------- */

static void take_word(const char *at, char word[NAME_SIZE]) {
    const size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789");
    snprintf(word, NAME_SIZE, "%.*s", (int)(size < NAME_SIZE ? size : NAME_SIZE - 1), at);
}

static void expect_trigger(const PgRows *there, const char *table, const char *trigger,
                           VerifyReport *report) {
    for (int i = 0; i < pg_row_count(there); i++)
        if (strcmp(pg_text(there, i, 0), table) == 0 && strcmp(pg_text(there, i, 1), trigger) == 0)
            return;
    verify_wrong(report, VERIFY_skema, WRONG_TRIGGER_MANGLER, table, trigger, "", "");
}

/* What a migration says in so many words; what it makes by a pattern is asked for below. */
static void expect_triggers_of(const EmbeddedFile *file, const PgRows *there, VerifyReport *report) {
    static const char create[] = "CREATE TRIGGER ";
    static const char protect[] = "SELECT protect('";
    char table[NAME_SIZE], trigger[NAME_SIZE];
    for (const char *at = strstr(file->bytes, create); at != NULL; at = strstr(at + 1, create)) {
        const char *on = strstr(at, " ON ");
        take_word(at + sizeof create - 1, trigger);
        if (on == NULL)
            return;
        take_word(on + 4, table);
        if (table[0] != '\0')
            expect_trigger(there, table, trigger, report);
    }
    for (const char *at = strstr(file->bytes, protect); at != NULL; at = strstr(at + 1, protect)) {
        take_word(at + sizeof protect - 1, table);
        expect_trigger(there, table, "append_only", report);
    }
}

static Status check_triggers(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *rows = NULL;
    const Status status =
        pg_query(pg,
                 "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE "
                 "c.relnamespace = 'ydelse'::regnamespace AND NOT t.tgisinternal",
                 0, NULL, &rows, error);
    for (const EmbeddedFile *file = next_migration(NULL); status == STATUS_OK && file != NULL;
         file = next_migration(file))
        expect_triggers_of(file, rows, report);
    if (status == STATUS_OK)
        verify_rows(report, VERIFY_skema, pg_row_count(rows));
    pg_rows_free(rows);
    return status != STATUS_OK ? status
                               : verify_query(pg, report, VERIFY_skema, "verify_triggers", 0, NULL, error);
}

/* --- Views ----------------------------------------------------------------------------------------------------------- */

/* "name AS ..." of the migration that made or replaced the view last, or NULL; *size is without the semicolon. */
static const char *view_source(const char *name, size_t *size) {
    static const char create_view[] = "\nCREATE VIEW ", replace_view[] = "\nCREATE OR REPLACE VIEW ";
    const char *found = NULL;
    char word[NAME_SIZE];
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL; file = next_migration(file))
        for (const char *at = strchr(file->bytes, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
            const char *view =
                strncmp(at, create_view, sizeof create_view - 1) == 0     ? at + sizeof create_view - 1
                : strncmp(at, replace_view, sizeof replace_view - 1) == 0 ? at + sizeof replace_view - 1
                                                                          : NULL;
            if (view == NULL)
                continue;
            take_word(view, word);
            if (strcmp(word, name) == 0)
                found = view;
        }
    if (found != NULL)
        *size = (size_t)(strstr(found, ";\n") - found);
    return found;
}

/* The view is made again under a name of this session; then both are written down by the same server. */
static Status check_view(Pg *pg, const char *name, VerifyReport *report, Error *error) {
    size_t size = 0;
    PgRows *rows = NULL;
    const char *source = view_source(name, &size);
    char *sql = source == NULL ? NULL : malloc(size + 64);
    const char *const values[] = {name};
    if (source == NULL) {
        verify_wrong(report, VERIFY_skema, WRONG_VISNING_AFVIGER, name, "", "", "");
        return STATUS_OK;
    }
    if (sql == NULL)
        return error_no_memory(error);
    sprintf(sql, "CREATE TEMPORARY VIEW made_%.*s", (int)size, source);
    Status status = pg_script(pg, sql, error);
    if (status == STATUS_OK)
        status = pg_query(pg,
                          "SELECT pg_get_viewdef(('ydelse.' || $1)::regclass) = "
                          "pg_get_viewdef(('pg_temp.made_' || $1)::regclass)",
                          1, values, &rows, error);
    if (status == STATUS_OK && pg_text(rows, 0, 0)[0] != 't')
        verify_wrong(report, VERIFY_skema, WRONG_VISNING_AFVIGER, name, "", "", "");
    pg_rows_free(rows);
    free(sql);
    return status;
}

static Status check_views(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *rows = NULL;
    Status status =
        pg_query(pg,
                 "SELECT relname FROM pg_class WHERE relnamespace = 'ydelse'::regnamespace AND relkind = "
                 "'v' ORDER BY 1",
                 0, NULL, &rows, error);
    if (status == STATUS_OK)
        status = pg_script(pg,
                           "SAVEPOINT views; SET LOCAL client_min_messages = error; SET LOCAL search_path = "
                           "ydelse, pg_catalog",
                           error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++)
        status = check_view(pg, pg_text(rows, i, 0), report, error);
    if (status == STATUS_OK)
        verify_rows(report, VERIFY_skema, pg_row_count(rows));
    if (status == STATUS_OK)
        status = pg_script(pg, "ROLLBACK TO SAVEPOINT views", error);
    pg_rows_free(rows);
    return status;
}

Status verify_schema(Pg *pg, VerifyReport *report, Error *error) {
    Status status = check_migrations(pg, report, error);
    if (status == STATUS_OK)
        status = check_functions(pg, report, error);
    if (status == STATUS_OK)
        status = check_triggers(pg, report, error);
    if (status == STATUS_OK)
        status = check_views(pg, report, error);
    return status;
}
