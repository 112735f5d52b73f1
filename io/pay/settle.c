#include "io/pay/settle.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/mask.h"
#include "io/base/stop_point.h"
#include "io/pay/payment_db.h"
#include "io/pg/pg_array.h"

#define NUMBER_SIZE 24
#define NAME_SIZE 256

/* --- The file ------------------------------------------------------------------------------------------------------ */

typedef struct {
    char name[NAME_SIZE]; /* without its folder, fit to be stored and shown */
    char *bytes;
    size_t size_bytes;
} Bytes;

static Status read_open_file(FILE *stream, const char *name, Bytes *file, Error *error) {
    struct stat status;
    if (fstat(fileno(stream), &status) != 0)
        return error_errno(error, STATUS_IO, "read", name);
    if (!S_ISREG(status.st_mode))
        return error_set(error, STATUS_NO_INPUT, "%s is no file", name);
    if (status.st_size > ANSWER_FILE_SIZE_MAX)
        return answer_refuse(name, 1, "a larger file", "at most 384 MB", error);
    file->bytes = malloc((size_t)status.st_size + 1);
    if (file->bytes == NULL)
        return error_no_memory(error);
    file->size_bytes = fread(file->bytes, 1, (size_t)status.st_size, stream);
    if (ferror(stream) != 0 || file->size_bytes != (size_t)status.st_size || fgetc(stream) != EOF)
        return error_set(error, STATUS_IO, "%s could not be read whole", name);
    file->bytes[file->size_bytes] = '\0';
    return STATUS_OK;
}

static Status read_file(const char *path, Bytes *file, Error *error) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    mask_text((Text){name, (uint32_t)strlen(name)}, file->name);
    /* A pipe is no answer of a bank; its writer is not waited for. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    if (stream == NULL && descriptor >= 0) {
        close(descriptor);
        return error_no_memory(error);
    }
    if (stream == NULL)
        return error_errno(error, errno == ENOENT ? STATUS_NO_INPUT : STATUS_IO, "read", file->name);
    const Status status = read_open_file(stream, file->name, file, error);
    fclose(stream);
    return status;
}

/* --- Parameters ---------------------------------------------------------------------------------------------------- */

enum { LINES, LEVELS, IDS, CODES, REASONS, OUTCOMES, ARRAY_COUNT };

static bool add(PgArray *array, const char *text) {
    return pg_array_add(array, (Text){text, (uint32_t)strlen(text)});
}

static bool add_answer(PgArray arrays[ARRAY_COUNT], const Answer *answer) {
    static const char *const outcomes[] = {
        [ANSWER_ACCEPTED] = "accepted", [ANSWER_WAITING] = "waiting", [ANSWER_REJECTED] = "rejected"};
    char line[NUMBER_SIZE];
    snprintf(line, sizeof line, "%d", answer->line);
    return add(&arrays[LINES], line) && add(&arrays[LEVELS], answer_level_name[answer->level]) &&
           add(&arrays[IDS], answer->id) && add(&arrays[CODES], answer->code->code) &&
           add(&arrays[REASONS], answer->reason == NULL ? "" : answer->reason->code) &&
           add(&arrays[OUTCOMES], outcomes[answer->code->outcome]);
}

static bool fill_arrays(PgArray arrays[ARRAY_COUNT], const AnswerFile *answers) {
    for (int32_t i = 0; i < answers->count; i++)
        if (!add_answer(arrays, &answers->answers[i]))
            return false;
    return true;
}

/* A bytea literal: "\x" and two hex digits per byte; NULL when there is no memory. */
static char *bytea_literal(const Bytes *file) {
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * file->size_bytes + 3);
    if (text == NULL)
        return NULL;
    char *place = text;
    *place++ = '\\';
    *place++ = 'x';
    for (size_t i = 0; i < file->size_bytes; i++) {
        const unsigned char byte = (unsigned char)file->bytes[i];
        *place++ = digits[byte >> 4];
        *place++ = digits[byte & 0x0F];
    }
    *place = '\0';
    return text;
}

/* NULL when the answer does not say. */
static const char *number_or_null(int64_t number, char text[NUMBER_SIZE]) {
    snprintf(text, NUMBER_SIZE, "%" PRId64, number);
    return number < 0 ? NULL : text;
}

/* --- The transaction ----------------------------------------------------------------------------------------------- */

static Status store(Pg *pg, const Bytes *file, const AnswerFile *answers, PgRows **rows, Error *error) {
    PgArray arrays[ARRAY_COUNT] = {{0}};
    char count[NUMBER_SIZE];
    char oere[NUMBER_SIZE];
    char *bytes = bytea_literal(file);
    Status status = STATUS_OK;
    if (bytes == NULL || !fill_arrays(arrays, answers)) {
        status = error_no_memory(error);
    } else {
        const PgParameter parameters[] = {
            {"name", file->name},
            {"format", answer_format_name[answers->format]},
            {"message_id", answers->message_id},
            {"original_message_id", answers->original_message_id},
            {"original_count", number_or_null(answers->original_count, count)},
            {"original_oere", number_or_null(answers->original_oere, oere)},
            {"bytes", bytes},
            {"lines", pg_array_text(&arrays[LINES])},
            {"levels", pg_array_text(&arrays[LEVELS])},
            {"ids", pg_array_text(&arrays[IDS])},
            {"codes", pg_array_text(&arrays[CODES])},
            {"reasons", pg_array_text(&arrays[REASONS])},
            {"outcomes", pg_array_text(&arrays[OUTCOMES])},
        };
        status = payment_query(pg, "answer_settle", sizeof parameters / sizeof parameters[0], parameters,
                               rows, error);
    }
    for (int i = 0; i < ARRAY_COUNT; i++)
        pg_array_free(&arrays[i]);
    free(bytes);
    return status;
}

static Status take_result(Pg *pg, const PgRows *rows, Settlement *settlement, Error *error) {
    const PgParameter parameters[] = {{"answer_file_id", pg_text(rows, 0, 0)}};
    settlement->answer_file_id = pg_integer(rows, 0, 0);
    settlement->known = pg_is_null(rows, 0, 1);
    settlement->reading = settlement->known ? 1 : pg_integer(rows, 0, 1);
    Status status = payment_query(pg, "answer_summary", 1, parameters, &settlement->summary, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "answer_list", 1, parameters, &settlement->answers, error);
    if (status == STATUS_OK)
        status = payment_query(pg, "answer_batches", 1, parameters, &settlement->batches, error);
    return status;
}

static Status in_transaction(Pg *pg, const Bytes *file, const AnswerFile *answers, bool dry_run,
                             Settlement *settlement, Error *error) {
    Error ignored;
    PgRows *rows = NULL;
    Status status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = store(pg, file, answers, &rows, error);
    if (status == STATUS_OK)
        status = take_result(pg, rows, settlement, error);
    pg_rows_free(rows);
    if (status != STATUS_OK || dry_run) {
        (void)pg_script(pg, "ROLLBACK", &ignored);
        return status;
    }
    stop_point(STOP_SETTLE_MOVED);
    status = pg_script(pg, "COMMIT", error);
    stop_point(STOP_SETTLE_SETTLED);
    if (status != STATUS_OK)
        error_hint(error, "settle the file again: when it was stored, that changes nothing");
    return status;
}

Status settle_file(Pg *pg, const AnswerCodes *codes, const char *path, bool dry_run, Settlement *settlement,
                   Error *error) {
    Bytes file = {.bytes = NULL};
    AnswerFile answers = {.answers = NULL};
    *settlement = (Settlement){0};
    Status status = read_file(path, &file, error);
    if (status == STATUS_OK)
        status = answer_file_read(codes, file.name, file.bytes, file.size_bytes, &answers, error);
    stop_point(STOP_SETTLE_READ);
    if (status == STATUS_OK)
        status = in_transaction(pg, &file, &answers, dry_run, settlement, error);
    answer_file_free(&answers);
    free(file.bytes);
    return status;
}

void settlement_free(Settlement *settlement) {
    pg_rows_free(settlement->summary);
    pg_rows_free(settlement->answers);
    pg_rows_free(settlement->batches);
    *settlement = (Settlement){0};
}
