#define _GNU_SOURCE 1 /* pread, pwrite with large files */
#include "io/intake/finding_log.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/base/temporary_file.h"

/* Before the three texts of a finding, each with its NUL. */
typedef struct {
    const InputFile *file;
    int32_t line, field_number, code;
    uint8_t is_file_done, rejects_file;
    uint16_t column_size, found_size, expected_size; /* with the NUL */
} Record;

_Static_assert(sizeof(Record) + 3 * (size_t)UINT16_MAX <= FINDING_LOG_PORTION_SIZE,
               "a portion holds any record");

void finding_log_free(FindingLog *log) {
    free(log->portion);
    if (log->has_file)
        close(log->descriptor);
    *log = (FindingLog){.outlet = log->outlet};
}

static bool out_of_memory(FindingLog *log) {
    log->status = error_no_memory(&log->error);
    return false;
}

/* --- Telling --------------------------------------------------------------------------------------------------- */

static void tell_record(const FindingOutlet *outlet, const Record *record, const char *texts) {
    if (record->is_file_done != 0) {
        outlet->file_done(outlet->context, record->file);
        return;
    }
    const InputFinding finding = {
        .code = (FindingCode)record->code,
        .file = record->file,
        .line = record->line,
        .column = texts,
        .field_number = record->field_number,
        .found = texts + record->column_size,
        .expected = texts + record->column_size + record->found_size,
        .rejects_file = record->rejects_file != 0,
    };
    outlet->finding(outlet->context, &finding);
}

static size_t texts_size(const Record *record) {
    return (size_t)record->column_size + record->found_size + record->expected_size;
}

/* A portion that is not filled to its end has a record of no file there, or no room for one. */
static void tell_portion(const FindingOutlet *outlet, const char *portion) {
    Record record;
    for (size_t at = 0; at + sizeof record <= FINDING_LOG_PORTION_SIZE;
         at += sizeof record + texts_size(&record)) {
        memcpy(&record, portion + at, sizeof record);
        if (record.file == NULL)
            return;
        tell_record(outlet, &record, portion + at + sizeof record);
    }
}

static void end_portion(FindingLog *log) {
    const size_t left = FINDING_LOG_PORTION_SIZE - log->portion_used;
    memset(log->portion + log->portion_used, 0, left);
}

static bool read_portion(FindingLog *log, char *portion, int64_t number) {
    const off_t start = (off_t)(number * (int64_t)FINDING_LOG_PORTION_SIZE);
    size_t read = 0;
    while (read < FINDING_LOG_PORTION_SIZE) {
        const ssize_t got =
            pread(log->descriptor, portion + read, FINDING_LOG_PORTION_SIZE - read, start + (off_t)read);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            log->status = error_errno(&log->error, STATUS_IO, "read", "the findings in the temporary file");
            return false;
        }
        read += (size_t)got;
    }
    return true;
}

/* The file gives its room back: what comes from now on goes through memory alone. */
static bool tell_file(FindingLog *log) {
    char *portion = malloc(FINDING_LOG_PORTION_SIZE);
    if (portion == NULL)
        return out_of_memory(log);
    bool told = true;
    for (int64_t i = 0; i < log->portions_in_file && told; i++) {
        told = read_portion(log, portion, i);
        if (told)
            tell_portion(&log->outlet, portion);
    }
    free(portion);
    close(log->descriptor);
    log->has_file = false;
    log->portions_in_file = 0;
    return told;
}

bool finding_log_tell(FindingLog *log) {
    assert(log->outlet.is_turn(log->outlet.context));
    if (log->has_file && !tell_file(log))
        return false;
    if (log->portion_used == 0)
        return true;
    end_portion(log);
    tell_portion(&log->outlet, log->portion);
    log->portion_used = 0;
    return true;
}

/* --- Keeping --------------------------------------------------------------------------------------------------- */

static bool write_portion(FindingLog *log) {
    size_t written = 0;
    const off_t start = (off_t)(log->portions_in_file * (int64_t)FINDING_LOG_PORTION_SIZE);
    if (!log->has_file) {
        log->status = temporary_file_open(&log->descriptor, &log->error);
        log->has_file = log->status == STATUS_OK;
    }
    if (!log->has_file)
        return false;
    end_portion(log);
    while (written < FINDING_LOG_PORTION_SIZE) {
        const ssize_t put = pwrite(log->descriptor, log->portion + written,
                                   FINDING_LOG_PORTION_SIZE - written, start + (off_t)written);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            log->status = error_errno(&log->error, STATUS_IO, "write", "the findings to a temporary file");
            error_hint(&log->error, "TMPDIR names a folder with room for them");
            return false;
        }
        written += (size_t)put;
    }
    log->portions_in_file++;
    log->portion_used = 0;
    return true;
}

static bool make_room(FindingLog *log, size_t size) {
    if (log->status != STATUS_OK)
        return false;
    if (log->portion == NULL && (log->portion = malloc(FINDING_LOG_PORTION_SIZE)) == NULL)
        return out_of_memory(log);
    if (FINDING_LOG_PORTION_SIZE - log->portion_used >= size)
        return true;
    return log->outlet.is_turn(log->outlet.context) ? finding_log_tell(log) : write_portion(log);
}

/* Puts bytes behind what is there; there is room. */
static void put(FindingLog *log, const void *bytes, size_t size) {
    memcpy(log->portion + log->portion_used, bytes, size);
    log->portion_used += size;
}

static uint16_t text_size(const char *text) {
    const size_t size = strlen(text) + 1;
    assert(size <= UINT16_MAX); /* shown texts are short: io/base/mask.h */
    return (uint16_t)size;
}

bool finding_log_add(FindingLog *log, const InputFinding *finding) {
    const Record record = {
        .file = finding->file,
        .line = finding->line,
        .field_number = finding->field_number,
        .code = (int32_t)finding->code,
        .rejects_file = finding->rejects_file ? 1 : 0,
        .column_size = text_size(finding->column),
        .found_size = text_size(finding->found),
        .expected_size = text_size(finding->expected),
    };
    assert(finding->file != NULL);
    if (!make_room(log, sizeof record + texts_size(&record)))
        return false;
    put(log, &record, sizeof record);
    put(log, finding->column, record.column_size);
    put(log, finding->found, record.found_size);
    put(log, finding->expected, record.expected_size);
    return true;
}

bool finding_log_add_file_done(FindingLog *log, const InputFile *file) {
    const Record record = {.file = file, .is_file_done = 1};
    if (!make_room(log, sizeof record))
        return false;
    put(log, &record, sizeof record);
    return true;
}
