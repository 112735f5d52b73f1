/* libpq, kept in one place (io/pg/): connection, statements, COPY. Nobody else includes libpq-fe.h. */
#ifndef YDELSE_IO_PG_PG_H
#define YDELSE_IO_PG_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/base/error.h"
#include "io/base/settings.h"

typedef struct Pg Pg;
typedef struct PgRows PgRows;

/* Connects by libpq's own conventions (PG* variables, service and password files) or the given conninfo.
 * Pins search_path = ydelse, pg_catalog; sets application_name; DateStyle ISO; no notice on stdout. */
Status pg_connect(const char *dsn, Pg **pg, Error *error);
void pg_close(Pg *pg);
/* Connects as somebody who typed a name and a password: the rest as for pg_connect, statements are ended after so many
 * milliseconds. STATUS_NOT_PERMITTED when the server refuses the two; STATUS_CONFIG when it did not ask for the password,
 * which then proves nothing. */
Status pg_connect_login(const char *dsn, const char *user, const char *password, int statement_timeout_ms,
                        Pg **pg, Error *error);

/* Runs one statement with text parameters (NULL allowed). rows may be NULL when no result is wanted.
 * Errors carry SQLSTATE, message, detail, hint; 40001/40P01/55P03 become STATUS_TRY_AGAIN, 42501
 * STATUS_NOT_PERMITTED, 08xxx STATUS_UNAVAILABLE, 3F000/42P01 STATUS_CONFIG (schema too old). */
Status pg_query(Pg *pg, const char *sql, int parameter_count, const char *const *parameters, PgRows **rows,
                Error *error);
/* From here on pg_query, pg_query_file and pg_copy_out read ydelse_verify.x where they say ydelse.x and there is one: what a
 * user reads who may not read ydelse (sql/0029_auditor_verify.sql), when a look at everybody is open. */
Status pg_stand_ins_begin(Pg *pg, Error *error);
void pg_stand_ins_end(Pg *pg);
/* Whether a transaction is open, also a failed one. */
bool pg_in_transaction(const Pg *pg);
/* Several statements at once, no parameters. */
Status pg_script(Pg *pg, const char *sql, Error *error);
/* Sends them and does not wait. Whatever is asked of the connection next waits for them first, and returns their error
 * when they have failed. */
Status pg_script_send(Pg *pg, const char *sql, Error *error);

/* A query of sql/queries/, e.g. "scope": its psql variables :'name' become parameters. Several statements are
 * allowed when there are no parameters. Every name in the text must be given. */
typedef struct {
    const char *name;
    const char *value; /* NULL: SQL NULL */
} PgParameter;
Status pg_query_file(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                     PgRows **rows, Error *error);
/* The same for more rows than memory shall hold, in a transaction: pg_cursor_next gives the next PG_CURSOR_ROWS of them, and
 * none at the end. */
#define PG_CURSOR_ROWS 4096
Status pg_cursor_open(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                      Error *error);
Status pg_cursor_next(Pg *pg, const char *name, PgRows **rows, Error *error);

/* STATUS_CONFIG with a hint unless every migration of this program is applied (io/pg/migrate.c). */
Status pg_require_schema(Pg *pg, Error *error);

/* Session locks (advisory): who loads, who runs, who migrates. Waits up to wait_seconds, then
 * STATUS_TRY_AGAIN. Released by pg_unlock or the end of the connection. */
typedef enum { PG_LOCK_MIGRATE = 1, PG_LOCK_LOAD = 2, PG_LOCK_RUN = 3, PG_LOCK_PAY = 4 } PgLock;
Status pg_lock(Pg *pg, PgLock lock, int wait_seconds, Error *error);
Status pg_unlock(Pg *pg, PgLock lock, Error *error);

int pg_row_count(const PgRows *rows);
/* "" for NULL; pg_is_null tells. Borrowed until pg_rows_free. */
const char *pg_text(const PgRows *rows, int row, int column);
bool pg_is_null(const PgRows *rows, int row, int column);
int64_t pg_integer(const PgRows *rows, int row, int column);
void pg_rows_free(PgRows *rows);

/* COPY ... FROM STDIN (FORMAT binary): begin, then per row pg_copy_row(column_count) and one put per column. */
typedef struct PgCopyIn PgCopyIn;
Status pg_copy_in_begin(Pg *pg, const char *sql, PgCopyIn **copy, Error *error);
void pg_copy_row(PgCopyIn *copy, int column_count);
/* Fields encoded before (io/pg/pg_encode.h). */
void pg_copy_encoded(PgCopyIn *copy, const char *fields, size_t size_bytes);
void pg_put_null(PgCopyIn *copy);
void pg_put_bool(PgCopyIn *copy, bool value);
void pg_put_int2(PgCopyIn *copy, int16_t value);
void pg_put_char(PgCopyIn *copy, char value); /* "char" */
void pg_put_int4(PgCopyIn *copy, int32_t value);
void pg_put_int8(PgCopyIn *copy, int64_t value);
void pg_put_text(PgCopyIn *copy, const char *bytes, size_t size_bytes);
void pg_put_bytes(PgCopyIn *copy, const void *bytes, size_t size_bytes); /* bytea, uuid */
void pg_put_date(PgCopyIn *copy, int32_t day_since_1970);
/* From here on what is put is not waited for, but kept until the server takes it: whoever puts much asks first. */
void pg_copy_in_patient(PgCopyIn *copy);
/* Whether the server has taken all that was put, but for less than a buffer. */
bool pg_copy_in_taken(PgCopyIn *copy);
/* What is put is waited for again. */
void pg_copy_in_impatient(PgCopyIn *copy);
/* Ends the COPY, or ends it with a reason when reason is not NULL; returns the first error of all and frees copy. */
Status pg_copy_in_end(PgCopyIn *copy, const char *reason, int64_t *rows, Error *error);
/* Ends the COPY after what was to be put into it: what went wrong there (so_far) is not OK again by its end, and gives it up.
 * copy NULL: it was not begun. */
Status pg_copy_in_end_after(PgCopyIn *copy, Status so_far, Error *error);

/* COPY (SELECT ...) TO STDOUT (FORMAT binary). */
typedef struct PgCopyOut PgCopyOut;
typedef struct {
    const char *bytes; /* NULL: SQL NULL */
    int32_t size_bytes;
} PgField;
Status pg_copy_out_begin(Pg *pg, const char *sql, PgCopyOut **copy, Error *error);
/* Fields stay valid until the next call; *more false: the end. */
Status pg_copy_out_next(PgCopyOut *copy, PgField *fields, int field_count, bool *more, Error *error);
void pg_copy_out_close(PgCopyOut *copy);
int16_t pg_field_int2(PgField field);
int32_t pg_field_int4(PgField field);
int64_t pg_field_int8(PgField field);
int32_t pg_field_date(PgField field); /* days since 1970-01-01 */

#endif
