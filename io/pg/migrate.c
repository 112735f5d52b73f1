#include "io/pg/migrate.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/base/sha256.h"
#include "io/base/stop_point.h"

#define MIGRATION_PREFIX "sql/"
#define NUMBER_DIGITS 4

/* The number of a file named sql/NNNN_topic.sql, or 0 (sql/queries/...). */
static int32_t migration_number(const EmbeddedFile *file) {
    const char *name = file->name + strlen(MIGRATION_PREFIX);
    if (strspn(name, "0123456789") != NUMBER_DIGITS || name[NUMBER_DIGITS] != '_')
        return 0;
    return (int32_t)strtol(name, NULL, 10);
}

static const EmbeddedFile *next_migration(const EmbeddedFile *after) {
    const EmbeddedFile *file = embedded_next(MIGRATION_PREFIX, after);
    while (file != NULL && migration_number(file) == 0)
        file = embedded_next(MIGRATION_PREFIX, file);
    return file;
}

int32_t migrate_known(void) {
    int32_t known = 0;
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL; file = next_migration(file))
        known = migration_number(file);
    return known;
}

static Status file_hash(const EmbeddedFile *file, char hex[SHA256_HEX_SIZE], Error *error) {
    uint8_t digest[SHA256_SIZE];
    if (!sha256_bytes(file->bytes, file->size_bytes, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    return STATUS_OK;
}

/* *rows: number and hash of what is applied, in order; NULL when nothing ever was. */
static Status applied_migrations(Pg *pg, PgRows **rows, Error *error) {
    PgRows *exists = NULL;
    *rows = NULL;
    Status status = pg_query(
        pg, "SELECT FROM pg_class WHERE relnamespace = to_regnamespace('ydelse') AND relname = 'migration'",
        0, NULL, &exists, error);
    if (status == STATUS_OK && pg_row_count(exists) > 0)
        status =
            pg_query(pg, "SELECT number, sha256 FROM ydelse.migration ORDER BY number", 0, NULL, rows, error);
    pg_rows_free(exists);
    return status;
}

/* The row of a migration, or -1. */
static int find_applied(const PgRows *rows, int32_t number) {
    for (int i = 0; rows != NULL && i < pg_row_count(rows); i++)
        if (pg_integer(rows, i, 0) == number)
            return i;
    return -1;
}

Status migrate_state(Pg *pg, SchemaState *state, Error *error) {
    PgRows *rows = NULL;
    *state = (SchemaState){0};
    Status status = applied_migrations(pg, &rows, error);
    if (status == STATUS_OK && rows != NULL && pg_row_count(rows) > 0)
        state->applied = (int32_t)pg_integer(rows, pg_row_count(rows) - 1, 0);
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL && status == STATUS_OK;
         file = next_migration(file)) {
        char hex[SHA256_HEX_SIZE];
        const int row = find_applied(rows, migration_number(file));
        state->known = migration_number(file);
        if (row < 0) {
            state->pending++;
            continue;
        }
        status = file_hash(file, hex, error);
        if (status == STATUS_OK && strcmp(hex, pg_text(rows, row, 1)) != 0) {
            status = error_set(error, STATUS_CONFIG, "%s was changed after it was applied to this database",
                               file->name);
            error_hint(error,
                       "a change of the schema is a new file; this program and this database do not fit");
        }
    }
    pg_rows_free(rows);
    return status;
}

static Status apply_one(Pg *pg, const EmbeddedFile *file, Error *error) {
    char number[16];
    char hex[SHA256_HEX_SIZE];
    Error ignored;
    snprintf(number, sizeof number, "%d", migration_number(file));
    Status status = file_hash(file, hex, error);
    if (status == STATUS_OK)
        status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = pg_script(pg, file->bytes, error);
    const char *const values[] = {number, file->name + strlen(MIGRATION_PREFIX), hex, program_version};
    if (status == STATUS_OK)
        status = pg_query(
            pg, "INSERT INTO ydelse.migration (number, name, sha256, program) VALUES ($1, $2, $3, $4)", 4,
            values, NULL, error);
    if (status == STATUS_OK) {
        stop_point(STOP_MIGRATE_APPLIED);
        status = pg_script(pg, "COMMIT", error);
        stop_point(STOP_MIGRATE_COMMITTED);
    }
    if (status != STATUS_OK) {
        char message[ERROR_TEXT_SIZE];
        snprintf(message, sizeof message, "%.60s: %.400s", file->name, error->message);
        memcpy(error->message, message, sizeof message);
        (void)pg_script(pg, "ROLLBACK", &ignored);
    }
    return status;
}

static Status apply_pending(Pg *pg, Error *error) {
    PgRows *rows = NULL;
    Status status = pg_query_file(pg, "migration_table", 0, NULL, NULL, error);
    if (status == STATUS_OK)
        status = applied_migrations(pg, &rows, error);
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL && status == STATUS_OK;
         file = next_migration(file)) {
        if (find_applied(rows, migration_number(file)) >= 0)
            continue;
        log_info("migrate: %s", file->name);
        status = apply_one(pg, file, error);
    }
    pg_rows_free(rows);
    return status;
}

Status migrate_here(Pg *pg, Error *error) {
    Status status = pg_query_file(pg, "migration_table", 0, NULL, NULL, error);
    for (const EmbeddedFile *file = next_migration(NULL); file != NULL && status == STATUS_OK;
         file = next_migration(file))
        status = pg_script(pg, file->bytes, error);
    return status;
}

/* The state is read again under the lock: another program may just have done the work. */
Status migrate_apply(Pg *pg, int wait_seconds, SchemaState *state, Error *error) {
    Error ignored;
    Status status = pg_lock(pg, PG_LOCK_MIGRATE, wait_seconds, error);
    if (status != STATUS_OK)
        return status;
    status = migrate_state(pg, state, error);
    if (status == STATUS_OK && state->pending > 0)
        status = apply_pending(pg, error);
    (void)pg_unlock(pg, PG_LOCK_MIGRATE, &ignored);
    return status;
}

Status pg_require_schema(Pg *pg, Error *error) {
    SchemaState state;
    const Status status = migrate_state(pg, &state, error);
    if (status != STATUS_OK)
        return status;
    if (state.pending > 0) {
        error_set(error, STATUS_CONFIG,
                  "the schema of this database is too old: %d of %d, this program needs %d", state.applied,
                  state.known, state.known);
        error_hint(error, "run `ydelse migrate`");
        return STATUS_CONFIG;
    }
    if (state.applied > state.known) {
        error_set(error, STATUS_CONFIG, "the schema of this database is newer (%d) than this program (%d)",
                  state.applied, state.known);
        error_hint(error, "install the program that made it");
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}
