/* COPY in PostgreSQL's binary format, both ways (PostgreSQL manual, COPY, "Binary Format"). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/pg/pg_encode.h"
#include "io/pg/pg_internal.h"

#define COPY_BUFFER_SIZE 65536
#define COPY_SIGNATURE "PGCOPY\n\377\r\n\0"
#define COPY_SIGNATURE_SIZE 11
#define COPY_HEADER_SIZE 19 /* signature, flags, size of the extension */
#define NUMBER_FIELD_SIZE 12

/* --- COPY FROM STDIN --------------------------------------------------------------------------------------- */

struct PgCopyIn {
    Pg *pg;
    size_t used_bytes;
    Status status; /* the first failure */
    Error error;
    char buffer[COPY_BUFFER_SIZE];
};

static void send_buffer(PgCopyIn *copy) {
    if (copy->status == STATUS_OK && copy->used_bytes > 0 &&
        PQputCopyData(copy->pg->connection, copy->buffer, (int)copy->used_bytes) != 1)
        copy->status = pg_error_from(copy->pg->connection, NULL, "sending rows", &copy->error);
    copy->used_bytes = 0;
}

static void put(PgCopyIn *copy, const void *bytes, size_t size_bytes) {
    const char *source = bytes;
    while (size_bytes > COPY_BUFFER_SIZE - copy->used_bytes) {
        const size_t part = COPY_BUFFER_SIZE - copy->used_bytes;
        memcpy(copy->buffer + copy->used_bytes, source, part);
        copy->used_bytes += part;
        source += part;
        size_bytes -= part;
        send_buffer(copy);
    }
    memcpy(copy->buffer + copy->used_bytes, source, size_bytes);
    copy->used_bytes += size_bytes;
}

Status pg_copy_in_begin(Pg *pg, const char *sql, PgCopyIn **copy, Error *error) {
    assert(!pg->copying);
    *copy = NULL;
    const Status settled = pg_settle(pg, error);
    if (settled != STATUS_OK)
        return settled;
    PGresult *result = PQexec(pg->connection, sql);
    if (result == NULL || PQresultStatus(result) != PGRES_COPY_IN) {
        const Status status = pg_error_from(pg->connection, result, "COPY", error);
        PQclear(result);
        return status;
    }
    PQclear(result);
    pg->copying = true;
    *copy = malloc(sizeof **copy);
    if (*copy == NULL) {
        PQputCopyEnd(pg->connection, "out of memory");
        while ((result = PQgetResult(pg->connection)) != NULL)
            PQclear(result);
        pg->copying = false;
        return error_no_memory(error);
    }
    (*copy)->pg = pg;
    (*copy)->used_bytes = 0;
    (*copy)->status = STATUS_OK;
    put(*copy, COPY_SIGNATURE, COPY_SIGNATURE_SIZE);
    put(*copy, "\0\0\0\0\0\0\0\0", COPY_HEADER_SIZE - COPY_SIGNATURE_SIZE);
    return STATUS_OK;
}

void pg_copy_row(PgCopyIn *copy, int column_count) {
    char count[2];
    pg_encode_16(count, (uint16_t)column_count);
    put(copy, count, sizeof count);
}

void pg_copy_encoded(PgCopyIn *copy, const char *fields, size_t size_bytes) {
    put(copy, fields, size_bytes);
}

void pg_put_null(PgCopyIn *copy) {
    char field[NUMBER_FIELD_SIZE] = {0};
    put(copy, field, (size_t)(pg_encode_null(field) - field));
}

void pg_put_bool(PgCopyIn *copy, bool value) {
    pg_put_char(copy, value ? 1 : 0);
}

void pg_put_char(PgCopyIn *copy, char value) {
    char field[NUMBER_FIELD_SIZE] = {0};
    put(copy, field, (size_t)(pg_encode_byte(field, value) - field));
}

void pg_put_int2(PgCopyIn *copy, int16_t value) {
    char field[NUMBER_FIELD_SIZE] = {0};
    put(copy, field, (size_t)(pg_encode_int2(field, value) - field));
}

void pg_put_int4(PgCopyIn *copy, int32_t value) {
    char field[NUMBER_FIELD_SIZE] = {0};
    put(copy, field, (size_t)(pg_encode_int4(field, value) - field));
}

void pg_put_int8(PgCopyIn *copy, int64_t value) {
    char field[NUMBER_FIELD_SIZE] = {0};
    put(copy, field, (size_t)(pg_encode_int8(field, value) - field));
}

void pg_put_text(PgCopyIn *copy, const char *bytes, size_t size_bytes) {
    pg_put_bytes(copy, bytes, size_bytes);
}

void pg_put_bytes(PgCopyIn *copy, const void *bytes, size_t size_bytes) {
    char size[4];
    pg_encode_32(size, (uint32_t)size_bytes);
    put(copy, size, sizeof size);
    if (size_bytes > 0)
        put(copy, bytes, size_bytes);
}

void pg_put_date(PgCopyIn *copy, int32_t day_since_1970) {
    pg_put_int4(copy, day_since_1970 - PG_EPOCH_DAY);
}

/* libpq keeps what the socket does not take; a statement that failed is told by pg_copy_in_end. */
void pg_copy_in_patient(PgCopyIn *copy) {
    (void)PQsetnonblocking(copy->pg->connection, 1);
}

bool pg_copy_in_taken(PgCopyIn *copy) {
    return copy->status != STATUS_OK || PQflush(copy->pg->connection) != 1;
}

void pg_copy_in_impatient(PgCopyIn *copy) {
    (void)PQsetnonblocking(copy->pg->connection, 0);
}

/* Takes the next result of a COPY that has ended; NULL: there is no more. When libpq itself could not end it, it says for
 * ever that the COPY goes on: the next statement ends it then. */
static PGresult *next_result(PGconn *connection) {
    PGresult *result = PQgetResult(connection);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT)
        return result;
    PQclear(result);
    return NULL;
}

/* The server's own reason, when there is one, says more than that sending failed. */
Status pg_copy_in_end(PgCopyIn *copy, const char *reason, int64_t *rows, Error *error) {
    PGconn *connection = copy->pg->connection;
    pg_copy_in_impatient(copy);
    if (reason == NULL)
        put(copy, "\377\377", 2);
    send_buffer(copy);
    const bool ended = PQputCopyEnd(connection, reason) == 1;
    Status status = copy->status;
    if (status != STATUS_OK)
        *error = copy->error;
    else if (!ended)
        status = pg_error_from(connection, NULL, "ending COPY", error);
    PGresult *result;
    while ((result = next_result(connection)) != NULL) {
        if (PQresultStatus(result) == PGRES_COMMAND_OK) {
            if (rows != NULL)
                *rows = strtoll(PQcmdTuples(result), NULL, 10);
        } else if (reason == NULL) {
            status = pg_error_from(connection, result, "storing rows", error);
        }
        PQclear(result);
    }
    copy->pg->copying = false;
    free(copy);
    return status;
}

Status pg_copy_in_end_after(PgCopyIn *copy, Status so_far, Error *error) {
    Error ignored;
    if (copy == NULL)
        return so_far;
    if (so_far == STATUS_OK)
        return pg_copy_in_end(copy, NULL, NULL, error);
    (void)pg_copy_in_end(copy, "its rows could not be made", NULL, &ignored);
    return so_far;
}

/* --- COPY TO STDOUT ---------------------------------------------------------------------------------------- */

struct PgCopyOut {
    Pg *pg;
    char *message; /* one CopyData message: one row, the first one with the header before it */
    size_t message_size_bytes;
    size_t read_bytes;
    bool header_read;
    bool ended;
};

static uint16_t decode_16(const char *bytes) {
    uint16_t big;
    memcpy(&big, bytes, sizeof big);
    return __builtin_bswap16(big);
}

static uint32_t decode_32(const char *bytes) {
    uint32_t big;
    memcpy(&big, bytes, sizeof big);
    return __builtin_bswap32(big);
}

int16_t pg_field_int2(PgField field) {
    assert(field.size_bytes == 2);
    return (int16_t)decode_16(field.bytes);
}

int32_t pg_field_int4(PgField field) {
    assert(field.size_bytes == 4);
    return (int32_t)decode_32(field.bytes);
}

int64_t pg_field_int8(PgField field) {
    assert(field.size_bytes == 8);
    uint64_t big;
    memcpy(&big, field.bytes, sizeof big);
    return (int64_t)__builtin_bswap64(big);
}

int32_t pg_field_date(PgField field) {
    return pg_field_int4(field) + PG_EPOCH_DAY;
}

Status pg_copy_out_begin(Pg *pg, const char *sql, PgCopyOut **copy, Error *error) {
    assert(!pg->copying);
    *copy = NULL;
    const Status settled = pg_settle(pg, error);
    if (settled != STATUS_OK)
        return settled;
    *copy = calloc(1, sizeof **copy);
    if (*copy == NULL)
        return error_no_memory(error);
    (*copy)->pg = pg;
    char *owned;
    const char *text = pg_stand_in_text(pg, sql, &owned);
    PGresult *result = text == NULL ? NULL : PQexec(pg->connection, text);
    free(owned);
    if (result == NULL || PQresultStatus(result) != PGRES_COPY_OUT) {
        const Status status = pg_error_from(pg->connection, result, "COPY", error);
        PQclear(result);
        free(*copy);
        *copy = NULL;
        return status;
    }
    PQclear(result);
    pg->copying = true;
    return STATUS_OK;
}

/* Fetches the next message; at the end takes the command's result. */
static Status fetch_message(PgCopyOut *copy, Error *error) {
    PGconn *connection = copy->pg->connection;
    PQfreemem(copy->message);
    copy->message = NULL;
    copy->read_bytes = 0;
    const int size = PQgetCopyData(connection, &copy->message, 0);
    if (size > 0) {
        copy->message_size_bytes = (size_t)size;
        return STATUS_OK;
    }
    Status status = size == -2 ? pg_error_from(connection, NULL, "reading rows", error) : STATUS_OK;
    PGresult *result;
    while ((result = next_result(connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            status = pg_error_from(connection, result, "reading rows", error);
        PQclear(result);
    }
    copy->ended = true;
    copy->pg->copying = false;
    return status;
}

/* The next size_bytes of the message, or NULL when it ends before: the server and we disagree on the format. */
static const char *take(PgCopyOut *copy, size_t size_bytes) {
    if (size_bytes > copy->message_size_bytes - copy->read_bytes)
        return NULL;
    const char *bytes = copy->message + copy->read_bytes;
    copy->read_bytes += size_bytes;
    return bytes;
}

static bool take_fields(PgCopyOut *copy, PgField *fields, int field_count) {
    for (int i = 0; i < field_count; i++) {
        const char *size = take(copy, 4);
        if (size == NULL)
            return false;
        fields[i].size_bytes = (int32_t)decode_32(size);
        fields[i].bytes = NULL;
        if (fields[i].size_bytes < 0)
            fields[i].size_bytes = 0;
        else if ((fields[i].bytes = take(copy, (size_t)fields[i].size_bytes)) == NULL)
            return false;
    }
    return true;
}

Status pg_copy_out_next(PgCopyOut *copy, PgField *fields, int field_count, bool *more, Error *error) {
    *more = false;
    while (!copy->ended) {
        if (copy->message == NULL || copy->read_bytes == copy->message_size_bytes) {
            const Status status = fetch_message(copy, error);
            if (status != STATUS_OK || copy->ended)
                return status;
        }
        if (!copy->header_read) {
            copy->header_read = true;
            const char *header = take(copy, COPY_HEADER_SIZE);
            if (header == NULL || memcmp(header, COPY_SIGNATURE, COPY_SIGNATURE_SIZE) != 0)
                return error_set(error, STATUS_INTERNAL, "COPY did not begin with the binary signature");
            continue;
        }
        const char *count = take(copy, 2);
        if (count == NULL)
            return error_set(error, STATUS_INTERNAL, "COPY ended inside a row");
        if ((int16_t)decode_16(count) == -1)
            continue; /* the trailer; the end comes next */
        if (decode_16(count) != field_count || !take_fields(copy, fields, field_count))
            return error_set(error, STATUS_INTERNAL, "COPY gave another number of columns than expected");
        *more = true;
        return STATUS_OK;
    }
    return STATUS_OK;
}

/* A COPY that is not read to its end is cancelled and drained, so that the connection can go on. */
void pg_copy_out_close(PgCopyOut *copy) {
    if (copy == NULL)
        return;
    if (!copy->ended) {
        char ignored[256];
        PGcancel *cancel = PQgetCancel(copy->pg->connection);
        if (cancel != NULL) {
            (void)PQcancel(cancel, ignored, sizeof ignored);
            PQfreeCancel(cancel);
        }
        Error unread;
        while (!copy->ended)
            (void)fetch_message(copy, &unread);
    }
    PQfreemem(copy->message);
    free(copy);
}
