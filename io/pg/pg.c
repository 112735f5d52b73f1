#include "io/pg/pg.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/pg/pg_internal.h"

#define CPR_RUN_LENGTH 10

/* --- Errors ------------------------------------------------------------------------------------------------ */

/* Replaces every run of ten or more digits: whatever it is, it may be a CPR number. */
static void mask_cpr(char *text) {
    size_t run = 0;
    for (size_t i = 0;; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            run++;
            continue;
        }
        if (run >= CPR_RUN_LENGTH)
            memset(text + i - run, '*', run);
        run = 0;
        if (text[i] == '\0')
            return;
    }
}

typedef struct {
    const char *prefix; /* of the SQLSTATE */
    Status status;
} SqlstateStatus;

/* The first prefix that fits decides. */
static const SqlstateStatus sqlstate_table[] = {
    {"40001", STATUS_TRY_AGAIN},
    {"40P01", STATUS_TRY_AGAIN},
    {"55P03", STATUS_TRY_AGAIN},
    {"57014", STATUS_TRY_AGAIN},
    {"57P", STATUS_UNAVAILABLE},
    {"08", STATUS_UNAVAILABLE},
    {"53300", STATUS_UNAVAILABLE},
    {"25006", STATUS_UNAVAILABLE}, /* a standby, or a server that takes no changes at present */
    {"53", STATUS_IO},
    {"58", STATUS_IO},
    {"42501", STATUS_NOT_PERMITTED},
    {"28", STATUS_NOT_PERMITTED},
    {"3F000", STATUS_CONFIG},
    {"42P01", STATUS_CONFIG},
    {"42883", STATUS_CONFIG},
    {"42703", STATUS_CONFIG},
};

static Status status_of_sqlstate(const char *sqlstate) {
    for (size_t i = 0; i < sizeof sqlstate_table / sizeof sqlstate_table[0]; i++)
        if (strncmp(sqlstate, sqlstate_table[i].prefix, strlen(sqlstate_table[i].prefix)) == 0)
            return sqlstate_table[i].status;
    return STATUS_INTERNAL;
}

/* libpq ends its messages with a newline; a message of several lines is one line here. */
static void copy_message(char *target, size_t target_size, const char *source) {
    snprintf(target, target_size, "%s", source);
    size_t size = strlen(target);
    while (size > 0 && (target[size - 1] == '\n' || target[size - 1] == ' '))
        target[--size] = '\0';
    for (char *c = target; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    mask_cpr(target);
}

static void copy_field(char *target, size_t target_size, const PGresult *result, int field) {
    const char *text = PQresultErrorField(result, field);
    copy_message(target, target_size, text == NULL ? "" : text);
}

/* A connection that broke while a statement was sent is found out when it is next read from. */
static bool is_lost(PGconn *connection) {
    return PQstatus(connection) != CONNECTION_OK || PQconsumeInput(connection) == 0 ||
           PQstatus(connection) != CONNECTION_OK;
}

Status pg_error_from(PGconn *connection, const PGresult *result, const char *what, Error *error) {
    char message[ERROR_TEXT_SIZE];
    const char *sqlstate = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate == NULL) {
        copy_message(message, sizeof message, PQerrorMessage(connection));
        const bool lost = is_lost(connection);
        error_set(error, lost ? STATUS_UNAVAILABLE : STATUS_INTERNAL, "%.60s: %.400s", what,
                  message[0] == '\0' ? "the connection to the database was lost" : message);
        return error->status;
    }
    copy_field(message, sizeof message, result, PG_DIAG_MESSAGE_PRIMARY);
    error_set(error, status_of_sqlstate(sqlstate), "%.60s: %.400s", what, message);
    snprintf(error->sqlstate, sizeof error->sqlstate, "%.5s", sqlstate);
    copy_field(error->detail, sizeof error->detail, result, PG_DIAG_MESSAGE_DETAIL);
    copy_field(error->hint, sizeof error->hint, result, PG_DIAG_MESSAGE_HINT);
    if (error->status == STATUS_CONFIG && error->hint[0] == '\0')
        error_hint(error, "is the schema up to date? `ydelse migrate --check` tells");
    return error->status;
}

/* --- Connection -------------------------------------------------------------------------------------------- */

static void log_notice(void *context, const char *message) {
    (void)context;
    char line[ERROR_TEXT_SIZE];
    copy_message(line, sizeof line, message);
    if (strncmp(line, "WARNING:", 8) == 0)
        log_warning("database: %s", line + 8 + (line[8] == ' ') + (line[9] == ' '));
    else
        log_detail("database: %s", line);
}

static Status begin_session(Pg *pg, Error *error) {
    PQsetNoticeProcessor(pg->connection, log_notice, NULL);
    /* Values have one form, whatever the user, the database or PGOPTIONS have set. The server compiles a
     * query whose estimated cost is high; where nested loops are switched off every estimate is, and a night
     * of a few people took seconds to compile what runs in milliseconds. Sorts and hashes of a slice of a run
     * fit in work_mem. */
    return pg_script(
        pg,
        "SET search_path = ydelse, pg_catalog; SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; "
        "SET client_min_messages = warning; SET standard_conforming_strings = on; SET bytea_output = hex; "
        "SET jit = off; SET work_mem = '32MB'",
        error);
}

/* There is a connection, or there is none. */
static Status connected(Pg **pg, Status status) {
    if (status != STATUS_OK) {
        pg_close(*pg);
        *pg = NULL;
    }
    return status;
}

Status pg_connect(const char *dsn, Pg **pg, Error *error) {
    /* Later entries win over the dsn, except application_name, which a user may choose. */
    const char *const keywords[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"ydelse", dsn, "UTF8", NULL};
    *pg = calloc(1, sizeof **pg);
    if (*pg == NULL)
        return error_no_memory(error);
    (*pg)->connection = PQconnectdbParams(keywords, values, 1);
    Status status = STATUS_OK;
    if ((*pg)->connection == NULL)
        status = error_no_memory(error);
    else if (PQstatus((*pg)->connection) != CONNECTION_OK) {
        status = pg_error_from((*pg)->connection, NULL, "cannot connect to the database", error);
        error_hint(error, "the PG* variables, a service file, or --dsn say which database");
    } else {
        status = begin_session(*pg, error);
    }
    return connected(pg, status);
}

/* Is it the server that cannot be reached, or does it refuse this user? */
static Status login_refused(const char *dsn, Error *error) {
    const char *const keywords[] = {"dbname", "connect_timeout", NULL};
    const char *const values[] = {dsn, "5", NULL};
    if (PQpingParams(keywords, values, 1) == PQPING_OK)
        return error_set(error, STATUS_NOT_PERMITTED, "the database refuses this user and password");
    return error_set(error, STATUS_UNAVAILABLE, "the database cannot be reached");
}

Status pg_connect_login(const char *dsn, const char *user, const char *password, int statement_timeout_ms,
                        Pg **pg, Error *error) {
    const char *const keywords[] = {"fallback_application_name",
                                    "connect_timeout",
                                    "dbname",
                                    "client_encoding",
                                    "user",
                                    "password",
                                    NULL};
    const char *const values[] = {"ydelse serve", "5", dsn, "UTF8", user, password, NULL};
    char sql[96];
    *pg = calloc(1, sizeof **pg);
    if (*pg == NULL)
        return error_no_memory(error);
    (*pg)->connection = PQconnectdbParams(keywords, values, 1);
    Status status = STATUS_OK;
    if ((*pg)->connection == NULL)
        status = error_no_memory(error);
    else if (PQstatus((*pg)->connection) != CONNECTION_OK)
        status = login_refused(dsn, error);
    else if (!PQconnectionUsedPassword((*pg)->connection))
        status = error_set(error, STATUS_CONFIG, "the database server asked for no password");
    if (status == STATUS_OK)
        status = begin_session(*pg, error);
    snprintf(sql, sizeof sql, "SET statement_timeout = %d", statement_timeout_ms);
    if (status == STATUS_OK)
        status = pg_script(*pg, sql, error);
    return connected(pg, status);
}

void pg_close(Pg *pg) {
    if (pg == NULL)
        return;
    if (pg->connection != NULL)
        PQfinish(pg->connection);
    pg_stand_ins_end(pg);
    free(pg);
}

/* --- Statements -------------------------------------------------------------------------------------------- */

static Status take_result(Pg *pg, PGresult *result, const char *what, PgRows **rows, Error *error) {
    const ExecStatusType code = result == NULL ? PGRES_FATAL_ERROR : PQresultStatus(result);
    if (code != PGRES_TUPLES_OK && code != PGRES_COMMAND_OK && code != PGRES_EMPTY_QUERY) {
        const Status status = pg_error_from(pg->connection, result, what, error);
        PQclear(result);
        return status;
    }
    if (rows == NULL) {
        PQclear(result);
        return STATUS_OK;
    }
    *rows = calloc(1, sizeof **rows);
    if (*rows == NULL) {
        PQclear(result);
        return error_no_memory(error);
    }
    (*rows)->result = result;
    return STATUS_OK;
}

Status pg_query(Pg *pg, const char *sql, int parameter_count, const char *const *parameters, PgRows **rows,
                Error *error) {
    assert(!pg->copying);
    if (rows != NULL)
        *rows = NULL;
    char *owned;
    const char *text = pg_stand_in_text(pg, sql, &owned);
    if (text == NULL)
        return error_no_memory(error);
    Status status = pg_settle(pg, error);
    if (status == STATUS_OK)
        status = take_result(
            pg, PQexecParams(pg->connection, text, parameter_count, NULL, parameters, NULL, NULL, 0),
            "database", rows, error);
    free(owned);
    return status;
}

bool pg_in_transaction(const Pg *pg) {
    return PQtransactionStatus(pg->connection) != PQTRANS_IDLE;
}

Status pg_script(Pg *pg, const char *sql, Error *error) {
    Error ignored;
    assert(!pg->copying);
    const Status before = pg_settle(pg, error);
    const Status status = take_result(pg, PQexec(pg->connection, sql), "database", NULL,
                                      before == STATUS_OK ? error : &ignored);
    return before == STATUS_OK ? status : before;
}

Status pg_script_send(Pg *pg, const char *sql, Error *error) {
    assert(!pg->copying);
    const Status status = pg_settle(pg, error);
    if (status != STATUS_OK)
        return status;
    if (PQsendQuery(pg->connection, sql) != 1)
        return pg_error_from(pg->connection, NULL, "database", error);
    pg->sent = true;
    return STATUS_OK;
}

/* The first failure: those after it only say that there was one. */
Status pg_settle(Pg *pg, Error *error) {
    Status status = STATUS_OK;
    Error later;
    PGresult *result;
    if (!pg->sent)
        return STATUS_OK;
    pg->sent = false;
    while ((result = PQgetResult(pg->connection)) != NULL) {
        const Status taken = take_result(pg, result, "database", NULL, status == STATUS_OK ? error : &later);
        status = status == STATUS_OK ? taken : status;
    }
    if (status == STATUS_OK && PQtransactionStatus(pg->connection) == PQTRANS_ACTIVE)
        return pg_error_from(pg->connection, NULL, "database", error);
    return status;
}

/* --- Rows -------------------------------------------------------------------------------------------------- */

int pg_row_count(const PgRows *rows) {
    return PQntuples(rows->result);
}

const char *pg_text(const PgRows *rows, int row, int column) {
    return PQgetvalue(rows->result, row, column);
}

bool pg_is_null(const PgRows *rows, int row, int column) {
    return PQgetisnull(rows->result, row, column) != 0;
}

int64_t pg_integer(const PgRows *rows, int row, int column) {
    return strtoll(pg_text(rows, row, column), NULL, 10);
}

void pg_rows_free(PgRows *rows) {
    if (rows == NULL)
        return;
    PQclear(rows->result);
    free(rows);
}

/* --- Locks ------------------------------------------------------------------------------------------------- */

#define LOCK_CLASS 0x79646c73 /* "ydls" */

static const char *const lock_names[] = {[PG_LOCK_MIGRATE] = "migration",
                                         [PG_LOCK_LOAD] = "load",
                                         [PG_LOCK_RUN] = "run",
                                         [PG_LOCK_PAY] = "payment"};

Status pg_lock(Pg *pg, PgLock lock, int wait_seconds, Error *error) {
    char sql[160];
    const int milliseconds = wait_seconds > 0 ? wait_seconds * 1000 : 1; /* 0 would mean for ever */
    snprintf(sql, sizeof sql, "SET lock_timeout = %d; SELECT pg_advisory_lock(%d, %d); SET lock_timeout = 0",
             milliseconds, LOCK_CLASS, (int)lock);
    const Status status = pg_script(pg, sql, error);
    if (status == STATUS_TRY_AGAIN) {
        error_set(error, STATUS_TRY_AGAIN, "another %s is at work on this database", lock_names[lock]);
        if (wait_seconds > 0)
            error_hint(error, "waited %d seconds; try again when it is done", wait_seconds);
        else
            error_hint(error, "try again when it is done, or let it wait by setting drift.vent_sekunder");
        Error ignored;
        (void)pg_script(pg, "SET lock_timeout = 0", &ignored);
    }
    return status;
}

Status pg_unlock(Pg *pg, PgLock lock, Error *error) {
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT pg_advisory_unlock(%d, %d)", LOCK_CLASS, (int)lock);
    return pg_script(pg, sql, error);
}
