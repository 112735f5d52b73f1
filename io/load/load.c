#include "io/load/load.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/base/progress.h"
#include "io/base/stop_point.h"
#include "io/intake/code_list.h"
#include "io/load/load_file.h"

/* From so many bytes of input on, all participants are asked for at once. */
#define BIG_DELIVERY_BYTES (16 << 20)

static void ignore_row(void *context, const InputRow *row) {
    (void)context;
    (void)row;
}

static void ignore_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    (void)context;
    (void)finding;
    (void)raw;
    (void)id;
    (void)cpr;
}

static void ignore_file(void *context, const InputFile *file) {
    (void)context;
    (void)file;
}

static Status list_input(LoadRequest *request, InputList *list, Error *error) {
    const IntakeSink sink = {ignore_row, ignore_reject, load_finding_show, ignore_file, request};
    Status status = input_list(request->paths, request->path_count, &sink, list, error);
    for (int32_t i = 0; i < list->count && status == STATUS_OK; i++)
        if (!list->files[i].is_regular)
            status = error_set(error, STATUS_NO_INPUT,
                               "%s is no regular file: what is stored is read more than once",
                               list->files[i].name);
    if (status != STATUS_OK)
        input_list_free(list);
    return status;
}

static Status next_ids(LoadState *state, Error *error) {
    PgRows *rows = NULL;
    const Status status = pg_query(state->pg,
                                   "SELECT (SELECT coalesce(max(delivery_id), 0) + 1 FROM ydelse.delivery), "
                                   "(SELECT coalesce(max(file_id), 0) + 1 FROM ydelse.input_file)",
                                   0, NULL, &rows, error);
    if (status == STATUS_OK) {
        state->delivery_id = (int32_t)pg_integer(rows, 0, 0);
        state->next_file_id = (int32_t)pg_integer(rows, 0, 1);
    }
    pg_rows_free(rows);
    return status;
}

static int64_t total_bytes(const InputList *list) {
    int64_t total = 0;
    struct stat info;
    for (int32_t i = 0; i < list->count; i++)
        total += stat(list->files[i].path, &info) == 0 ? (int64_t)info.st_size : 0;
    return total;
}

static Status load_files(LoadState *state, const InputList *list, LoadReport *report, Error *error) {
    Status status = STATUS_OK;
    int32_t kind = -1;
    for (int32_t i = 0; i < list->count && status == STATUS_OK; i++) {
        const InputFile *file = &list->files[i];
        LoadedFile *loaded = &report->files[report->file_count];
        if (file->kind != (KindId)kind && kind >= 0)
            status = load_rows_kind_end(state->rows, error);
        if (file->kind != (KindId)kind && status == STATUS_OK)
            status = load_rows_kind_begin(state->rows, file->kind, error);
        kind = (int32_t)file->kind;
        *loaded = (LoadedFile){.name = strdup(file->name), .kind = file->kind};
        if (loaded->name == NULL)
            return error_no_memory(error);
        report->file_count++;
        if (status == STATUS_OK)
            status = load_file(state, file, loaded, error);
        if (status == STATUS_OK)
            log_detail("load: %s: %lld rows", file->name, (long long)loaded->rows_read);
        stop_point(STOP_LOAD_FILE);
    }
    if (status == STATUS_OK && kind >= 0)
        status = load_rows_kind_end(state->rows, error);
    return status == STATUS_OK ? load_rows_end(state->rows, error) : status;
}

/* The delivery itself is written last: its time is the time of its commit, as near as can be. */
static Status record_delivery(const LoadState *state, Error *error) {
    char delivery[16];
    char before[16];
    snprintf(delivery, sizeof delivery, "%d", state->delivery_id);
    snprintf(before, sizeof before, "%d", state->delivery_id - 1);
    const char *const values[] = {delivery, program_version};
    const Status status =
        pg_query(state->pg,
                 "INSERT INTO ydelse.delivery (delivery_id, loaded_at, program) SELECT $1, greatest("
                 "clock_timestamp(), max(loaded_at) + interval '1 microsecond'), $2 FROM ydelse.delivery",
                 2, values, NULL, error);
    const char *const range[] = {before, delivery};
    return status != STATUS_OK
               ? status
               : pg_query(state->pg, "SELECT ydelse.delivery_check($1, $2)", 2, range, NULL, error);
}

/* Rejects whose place was taken by a row of this delivery are settled. */
static Status close_corrected(const LoadState *state, LoadReport *report, Error *error) {
    char delivery[16];
    PgRows *rows = NULL;
    snprintf(delivery, sizeof delivery, "%d", state->delivery_id);
    const char *const values[] = {delivery};
    const Status status =
        pg_query(state->pg, "SELECT ydelse.reject_close_corrected($1)", 1, values, &rows, error);
    if (status == STATUS_OK)
        report->corrected = pg_integer(rows, 0, 0);
    pg_rows_free(rows);
    return status;
}

static Status load_list(LoadState *state, const InputList *list, LoadReport *report, Error *error) {
    Status status = next_ids(state, error);
    if (status == STATUS_OK)
        status = load_rows_begin(state->pg, state->delivery_id, load_finding_show, state->request,
                                 &state->rows, error);
    state->bytes_total = total_bytes(list);
    progress_begin(PROGRESS_LOAD);
    if (status == STATUS_OK && state->bytes_total >= BIG_DELIVERY_BYTES)
        status = load_rows_remember_participants(state->rows, error);
    if (status == STATUS_OK)
        status = load_files(state, list, report, error);
    progress_end();
    if (status == STATUS_OK && state->anything_new)
        status = load_rows_wake(state->rows, error);
    if (status == STATUS_OK && state->anything_new)
        status = close_corrected(state, report, error);
    if (status == STATUS_OK && state->anything_new)
        status = load_rows_digests(state->rows, error);
    if (status == STATUS_OK && state->anything_new)
        status = record_delivery(state, error);
    if (status == STATUS_OK && state->anything_new) {
        report->delivery_id = state->delivery_id;
        report->resolved = load_rows_resolved(state->rows);
    }
    load_rows_free(state->rows);
    return status;
}

/* A file that changes nothing is no part of a delivery; that it came is noted for whoever expects it. */
static Status note_arrivals(Pg *pg, const LoadReport *report, Error *error) {
    Status status = STATUS_OK;
    for (int32_t i = 0; i < report->file_count && status == STATUS_OK; i++) {
        assert(report->files != NULL);
        const LoadedFile *file = &report->files[i];
        char file_id[16];
        if (file->same_as == 0)
            continue;
        snprintf(file_id, sizeof file_id, "%d", file->same_as);
        const char *const values[] = {file->name, file_id};
        status = pg_query(pg, "INSERT INTO ydelse.input_arrival (name, file_id) VALUES ($1, $2)", 2, values,
                          NULL, error);
    }
    return status;
}

Status load_delivery(Pg *pg, const LoadRequest *request, LoadReport *report, Error *error) {
    InputList list = {0};
    LoadRequest shown = *request;
    LoadState state = {.pg = pg, .request = &shown};
    *report = (LoadReport){0};
    Status status = code_lists_load(error);
    if (status == STATUS_OK)
        status = list_input(&shown, &list, error);
    if (status != STATUS_OK)
        return status;
    report->unknown_count = list.unknown_count;
    report->files = calloc((size_t)list.count + 1, sizeof report->files[0]);
    status = report->files == NULL ? error_no_memory(error) : load_list(&state, &list, report, error);
    if (status == STATUS_OK)
        status = note_arrivals(pg, report, error);
    input_list_free(&list);
    return status;
}

Status load_and_commit(Pg *pg, const LoadRequest *request, int wait_seconds, LoadReport *report,
                       Error *error) {
    Error ignored;
    *report = (LoadReport){0};
    Status status = pg_lock(pg, PG_LOCK_LOAD, wait_seconds, error);
    if (status != STATUS_OK)
        return status;
    status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = load_delivery(pg, request, report, error);
    stop_point(STOP_LOAD_COMMIT);
    if (status == STATUS_OK)
        status = pg_script(pg, report->delivery_id == 0 ? "ROLLBACK" : "COMMIT", error);
    else
        (void)pg_script(pg, "ROLLBACK", &ignored);
    if (status == STATUS_OK && report->delivery_id == 0)
        status = note_arrivals(pg, report, error);
    stop_point(STOP_LOAD_COMMITTED);
    (void)pg_unlock(pg, PG_LOCK_LOAD, &ignored);
    return status;
}

/* --- Report ----------------------------------------------------------------------------------------------------- */

static void print_line(const char *name, const LoadedFile *counts, const char *remark) {
    printf("%-28s %10lld %10lld %10lld %10lld%s%s\n", name, (long long)counts->rows_read,
           (long long)counts->rows_stored, (long long)counts->rows_duplicate,
           (long long)counts->rows_rejected, remark[0] == '\0' ? "" : "  ", remark);
}

static const char *remark_of(const LoadedFile *file, bool danish) {
    if (file->file_rejected)
        return danish ? "hele filen er afvist" : "the whole file is rejected";
    if (file->known_before)
        return danish ? "samme indhold er indlæst før" : "the same content was loaded before";
    return "";
}

static void print_header(bool danish) {
    /* The first heading has a letter of two bytes in Danish. */
    if (danish)
        printf("%-28s %11s %10s %10s %10s\n", "fil", "læst", "gemt", "dublet", "afvist");
    else
        printf("%-28s %10s %10s %10s %10s\n", "file", "read", "stored", "duplicate", "rejected");
}

void load_report_print(const LoadReport *report, bool tried, bool danish) {
    LoadedFile total = {0};
    print_header(danish);
    for (int32_t i = 0; i < report->file_count; i++) {
        const LoadedFile *file = &report->files[i];
        total.rows_read += file->rows_read;
        total.rows_stored += file->rows_stored;
        total.rows_duplicate += file->rows_duplicate;
        total.rows_rejected += file->rows_rejected;
        print_line(file->name, file, remark_of(file, danish));
    }
    print_line(danish ? "i alt" : "total", &total, "");
    if (report->resolved > 0)
        printf(danish ? "%lld tidligere afviste rækker tæller nu\n"
                      : "%lld rows rejected earlier count now\n",
               (long long)report->resolved);
    if (report->corrected > 0)
        printf(danish ? "%lld afviste rækker er rettet af senere rækker\n"
                      : "%lld rejected rows are corrected by later rows\n",
               (long long)report->corrected);
    if (report->delivery_id == 0)
        puts(danish ? "intet nyt: intet er gemt" : "nothing new: nothing was stored");
    else if (tried)
        puts(danish ? "læst som prøve: gemmes ikke" : "read for a try: not stored");
    else
        printf(danish ? "gemt som leverance %d\n" : "stored as delivery %d\n", report->delivery_id);
}

Status load_report_status(const LoadReport *report, Error *error) {
    bool findings = report->unknown_count > 0;
    bool all_rejected = report->file_count > 0;
    for (int32_t i = 0; i < report->file_count; i++) {
        findings = findings || report->files[i].file_rejected || report->files[i].rows_rejected > 0;
        all_rejected = all_rejected && report->files[i].file_rejected;
    }
    if (all_rejected)
        return error_set(error, STATUS_DATA, "every file of the delivery is unusable");
    return findings ? STATUS_FINDINGS : STATUS_OK;
}

void load_report_free(LoadReport *report) {
    for (int32_t i = 0; i < report->file_count; i++)
        free(report->files[i].name);
    free(report->files);
    *report = (LoadReport){0};
}
