#include "io/intake/delivery.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/intake/code_list.h"
#include "io/intake/delivery_kind.h"

#define READERS_MAX 8

/* The files of one kind, read by one thread from the first to the last. */
typedef struct {
    KindId kind;
    int32_t first_file, file_count; /* in the list */
    int64_t size_bytes;
    int32_t files_done;
    Status status;
    Error error;
} Job;

struct Delivery {
    InputList list;
    FileAccount accounts[INPUT_FILES_MAX];
    int32_t findings_upto[INPUT_FILES_MAX]; /* where in its kind's log the findings of a file end */
    KindRows kinds[KIND_COUNT];
    Participants participants; /* their versions in kinds[KIND_DELTAGERE] */
    bool keep_rows;
};

/* What the readers share. */
typedef struct {
    Delivery *delivery;
    const Dialect *dialect;
    Job jobs[KIND_COUNT]; /* deltagere first, if there are any, then the largest */
    int32_t job_count;
    pthread_mutex_t mutex; /* of all that follows */
    pthread_cond_t settled_changed;
    int32_t next_job;
    bool settled; /* the participants are known, or never will be */
    bool settled_well;
} Reading;

/* --- Participants ------------------------------------------------------------------------------------------- */

static bool settle_participants(Delivery *delivery) {
    const KindRows *rows = &delivery->kinds[KIND_DELTAGERE];
    Participant *list = malloc(((size_t)rows->count + 1) * sizeof *list);
    int32_t count = 0;
    if (list == NULL)
        return false;
    for (int32_t i = 0; i < rows->count; i++)
        if (rows->versions[i].live)
            list[count++] = (Participant){rows->versions[i].cpr, i};
    return participants_settle(&delivery->participants, list, count);
}

static void tell_settled(Reading *reading, bool well) {
    pthread_mutex_lock(&reading->mutex);
    reading->settled = true;
    reading->settled_well = well;
    pthread_cond_broadcast(&reading->settled_changed);
    pthread_mutex_unlock(&reading->mutex);
}

/* Waits for them. Their job is the first that anybody takes, and it waits for nobody. */
static bool participants_are_settled(Reading *reading) {
    pthread_mutex_lock(&reading->mutex);
    while (!reading->settled)
        pthread_cond_wait(&reading->settled_changed, &reading->mutex);
    const bool well = reading->settled_well;
    pthread_mutex_unlock(&reading->mutex);
    return well;
}

/* --- Reading a kind ------------------------------------------------------------------------------------------- */

static Status read_file(Reading *reading, Job *job, const InputFile *file) {
    Delivery *delivery = reading->delivery;
    KindRows *rows = &delivery->kinds[job->kind];
    FileAccount *account = &delivery->accounts[file->number];
    Status status = kind_rows_read(rows, file, reading->dialect, account, &job->error);
    /* Without participants nothing is told of this kind: deltagere come first, and so does what went wrong there. */
    if (status == STATUS_OK && job->kind != KIND_DELTAGERE && !participants_are_settled(reading))
        return error_set(&job->error, STATUS_INTERNAL, "there are no participants");
    if (status == STATUS_OK)
        status = kind_rows_resolve(rows, file, &delivery->participants, account, &job->error);
    delivery->findings_upto[file->number] = rows->log.count;
    return status;
}

static void do_job(Reading *reading, Job *job) {
    Delivery *delivery = reading->delivery;
    for (int32_t i = 0; i < job->file_count && job->status == STATUS_OK; i++) {
        job->status = read_file(reading, job, &delivery->list.files[job->first_file + i]);
        job->files_done += job->status == STATUS_OK ? 1 : 0;
    }
    if (job->kind != KIND_DELTAGERE)
        return;
    if (job->status == STATUS_OK && !settle_participants(delivery))
        job->status = error_set(&job->error, STATUS_INTERNAL, "out of memory");
    tell_settled(reading, job->status == STATUS_OK);
}

static void *do_jobs(void *context) {
    Reading *reading = context;
    for (;;) {
        pthread_mutex_lock(&reading->mutex);
        const int32_t next = reading->next_job < reading->job_count ? reading->next_job++ : -1;
        pthread_mutex_unlock(&reading->mutex);
        if (next < 0)
            return NULL;
        do_job(reading, &reading->jobs[next]);
    }
}

/* --- Reading all of them -------------------------------------------------------------------------------------- */

static int by_size(const void *left, const void *right) {
    const Job *a = left;
    const Job *b = right;
    if ((a->kind == KIND_DELTAGERE) != (b->kind == KIND_DELTAGERE))
        return a->kind == KIND_DELTAGERE ? -1 : 1;
    if (a->size_bytes != b->size_bytes)
        return a->size_bytes > b->size_bytes ? -1 : 1;
    return (a->kind > b->kind) - (a->kind < b->kind);
}

/* The list is in order of the kinds. */
static void make_jobs(Reading *reading) {
    const InputList *list = &reading->delivery->list;
    struct stat info;
    for (int32_t i = 0; i < list->count; i++) {
        const KindId kind = list->files[i].kind;
        if (i == 0 || kind != list->files[i - 1].kind)
            reading->jobs[reading->job_count++] = (Job){.kind = kind, .first_file = i, .status = STATUS_OK};
        Job *job = &reading->jobs[reading->job_count - 1];
        job->file_count++;
        job->size_bytes += stat(list->files[i].path, &info) == 0 ? (int64_t)info.st_size : 0;
    }
    qsort(reading->jobs, (size_t)reading->job_count, sizeof reading->jobs[0], by_size);
}

/* The largest kinds are begun first, so that the processors are done at about the same time. */
static void read_side_by_side(Reading *reading) {
    pthread_t threads[READERS_MAX];
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int32_t wanted = processors < READERS_MAX ? (int32_t)processors : READERS_MAX;
    int32_t started = 0;
    wanted = wanted < reading->job_count ? wanted : reading->job_count;
    /* This thread is one of them; who cannot be started is not missed. */
    while (started < wanted - 1 && pthread_create(&threads[started], NULL, do_jobs, reading) == 0)
        started++;
    do_jobs(reading);
    for (int32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* --- Telling --------------------------------------------------------------------------------------------------- */

static const Job *job_of(const Reading *reading, KindId kind) {
    for (int32_t i = 0; i < reading->job_count; i++)
        if (reading->jobs[i].kind == kind)
            return &reading->jobs[i];
    return NULL;
}

static void tell_findings(const FindingLog *log, int32_t first, int32_t end, const DeliverySink *sink) {
    for (int32_t i = first; i < end; i++)
        sink->finding(sink->context, &log->findings[i]);
}

/* File by file in the order of the list, up to the first that could not be read. */
static Status tell_all(const Reading *reading, const DeliverySink *sink, Error *error) {
    const Delivery *delivery = reading->delivery;
    for (int32_t i = 0; i < delivery->list.count; i++) {
        const InputFile *file = &delivery->list.files[i];
        const Job *job = job_of(reading, file->kind);
        const bool is_first = i == job->first_file;
        const FindingLog *log = &delivery->kinds[file->kind].log;
        const int32_t first = is_first ? 0 : delivery->findings_upto[i - 1];
        const bool is_done = i - job->first_file < job->files_done;
        tell_findings(log, first, is_done ? delivery->findings_upto[i] : log->count, sink);
        if (!is_done) {
            *error = job->error;
            return job->status;
        }
        sink->file_done(sink->context, file, &delivery->accounts[i]);
        if (i == job->first_file + job->file_count - 1 && job->status != STATUS_OK) {
            *error = job->error;
            return job->status;
        }
    }
    return STATUS_OK;
}

static Status read_files(Delivery *delivery, const Dialect *dialect, const DeliverySink *sink, Error *error) {
    Reading reading = {
        .delivery = delivery,
        .dialect = dialect,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .settled_changed = PTHREAD_COND_INITIALIZER,
    };
    /* Before there are threads: the lists are read once and for all. */
    Status status = code_lists_load(error);
    if (status != STATUS_OK)
        return status;
    make_jobs(&reading);
    if (reading.jobs[0].kind != KIND_DELTAGERE) {
        if (!settle_participants(delivery))
            return error_set(error, STATUS_INTERNAL, "out of memory");
        tell_settled(&reading, true);
    }
    read_side_by_side(&reading);
    status = tell_all(&reading, sink, error);
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        finding_log_free(&delivery->kinds[kind].log);
    return status;
}

static Status list_input(Delivery *delivery, char *const *paths, int path_count, const DeliverySink *sink,
                         Error *error) {
    const IntakeSink intake = {.finding = sink->finding, .context = sink->context};
    const Status status = input_list(paths, path_count, &intake, &delivery->list, error);
    sink->file_done(sink->context, NULL, NULL);
    return status;
}

Status delivery_read(char *const *paths, int path_count, const Dialect *dialect, bool keep_rows,
                     const DeliverySink *sink, Delivery **delivery, Error *error) {
    Delivery *read = calloc(1, sizeof *read);
    *delivery = NULL;
    if (read == NULL)
        return error_set(error, STATUS_INTERNAL, "out of memory");
    read->keep_rows = keep_rows;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        read->kinds[kind].kind = (KindId)kind;
        read->kinds[kind].keep_rows = keep_rows;
    }
    Status status = list_input(read, paths, path_count, sink, error);
    if (status == STATUS_OK)
        status = read_files(read, dialect, sink, error);
    if (status == STATUS_OK)
        *delivery = read;
    else
        delivery_free(read);
    return status;
}

void delivery_free(Delivery *delivery) {
    if (delivery == NULL)
        return;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        kind_rows_free(&delivery->kinds[kind]);
    participants_free(&delivery->participants);
    input_list_free(&delivery->list);
    free(delivery);
}

/* --- What was read ---------------------------------------------------------------------------------------------- */

const InputList *delivery_files(const Delivery *delivery) {
    return &delivery->list;
}

const FileAccount *delivery_account(const Delivery *delivery, int32_t file_number) {
    assert(file_number >= 0 && file_number < delivery->list.count);
    return &delivery->accounts[file_number];
}

FileAccount delivery_total(const Delivery *delivery) {
    FileAccount total = {0};
    for (int32_t i = 0; i < delivery->list.count; i++) {
        total.rows_read += delivery->accounts[i].rows_read;
        total.rows_stored += delivery->accounts[i].rows_stored;
        total.rows_duplicate += delivery->accounts[i].rows_duplicate;
        total.rows_rejected += delivery->accounts[i].rows_rejected;
        total.file_rejected |= delivery->accounts[i].file_rejected;
    }
    return total;
}

bool delivery_is_unusable(const Delivery *delivery) {
    for (int32_t i = 0; i < delivery->list.count; i++)
        if (!delivery->accounts[i].file_rejected)
            return false;
    return true;
}

int32_t delivery_participant_count(const Delivery *delivery) {
    return delivery->participants.count;
}

const Deltager *delivery_participant(const Delivery *delivery, int32_t rank) {
    size_t size_bytes;
    assert(rank >= 0 && rank < delivery->participants.count);
    return delivery_version_row(delivery, KIND_DELTAGERE, delivery->participants.sorted[rank].version,
                                &size_bytes);
}

int32_t delivery_version_count(const Delivery *delivery, KindId kind) {
    return delivery->kinds[kind].count;
}

int32_t delivery_version_rank(const Delivery *delivery, KindId kind, int32_t version) {
    const StoredVersion *stored = &delivery->kinds[kind].versions[version];
    return stored->live ? stored->rank : -1;
}

const void *delivery_version_row(const Delivery *delivery, KindId kind, int32_t version, size_t *size_bytes) {
    assert(delivery->keep_rows);
    *size_bytes = kind_row_size_bytes[kind];
    return delivery->kinds[kind].rows + (size_t)version * kind_row_size_bytes[kind];
}
