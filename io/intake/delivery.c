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
    struct Reading *reading;
    KindId kind;
    int32_t first_file, file_count; /* in the list */
    int64_t size_bytes;
    bool done; /* there is nothing left of it but to be told */
    Status status;
    Error error;
} Job;

struct Delivery {
    InputList list;
    FileAccount accounts[INPUT_FILES_MAX];
    KindRows kinds[KIND_COUNT];
    Participants participants; /* their versions in kinds[KIND_DELTAGERE] */
    bool keep_rows;
};

/* What the readers share. */
typedef struct Reading {
    Delivery *delivery;
    const Dialect *dialect;
    const DeliverySink *sink;
    Job jobs[KIND_COUNT];     /* deltagere first, if there are any, then the largest */
    Job *in_turn[KIND_COUNT]; /* as their files stand in the list: so they are told */
    int32_t job_count;
    pthread_mutex_t mutex; /* of all that follows, and of each job's done */
    pthread_cond_t settled_changed;
    int32_t next_job;
    int32_t turn; /* whose turn it is to be told: in_turn[turn], and up to its end nobody else's */
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
    if (status == STATUS_OK && !finding_log_add_file_done(&rows->log, file)) {
        job->error = rows->log.error;
        status = rows->log.status;
    }
    return status;
}

static void do_job(Reading *reading, Job *job) {
    Delivery *delivery = reading->delivery;
    for (int32_t i = 0; i < job->file_count && job->status == STATUS_OK; i++)
        job->status = read_file(reading, job, &delivery->list.files[job->first_file + i]);
    if (job->kind != KIND_DELTAGERE)
        return;
    if (job->status == STATUS_OK && !settle_participants(delivery))
        job->status = error_no_memory(&job->error);
    tell_settled(reading, job->status == STATUS_OK);
}

/* --- Telling --------------------------------------------------------------------------------------------------- */

static bool is_turn(void *context) {
    const Job *job = context;
    Reading *reading = job->reading;
    pthread_mutex_lock(&reading->mutex);
    const bool its_turn = reading->turn < reading->job_count && reading->in_turn[reading->turn] == job;
    pthread_mutex_unlock(&reading->mutex);
    return its_turn;
}

static void tell_finding(void *context, const InputFinding *finding) {
    const DeliverySink *sink = ((const Job *)context)->reading->sink;
    sink->finding(sink->context, finding);
}

static void tell_file_done(void *context, const InputFile *file) {
    const Reading *reading = ((const Job *)context)->reading;
    reading->sink->file_done(reading->sink->context, file, &reading->delivery->accounts[file->number]);
}

/* False: it could not be read to its end, and nothing behind it is told. */
static bool tell_job(Reading *reading, Job *job) {
    FindingLog *log = &reading->delivery->kinds[job->kind].log;
    if (!finding_log_tell(log) && job->status == STATUS_OK) {
        job->error = log->error;
        job->status = log->status;
    }
    finding_log_free(log);
    return job->status == STATUS_OK;
}

/* A job is told by the thread that read it, when it is its turn then; else by the one that tells the job before it. */
static void finish_job(Reading *reading, Job *job) {
    pthread_mutex_lock(&reading->mutex);
    job->done = true;
    bool its_turn = reading->in_turn[reading->turn] == job;
    pthread_mutex_unlock(&reading->mutex);
    while (its_turn && tell_job(reading, job)) {
        pthread_mutex_lock(&reading->mutex);
        reading->turn++;
        its_turn = reading->turn < reading->job_count && reading->in_turn[reading->turn]->done;
        job = its_turn ? reading->in_turn[reading->turn] : NULL;
        pthread_mutex_unlock(&reading->mutex);
    }
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
        finish_job(reading, &reading->jobs[next]);
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

static void make_turns(Reading *reading) {
    for (int32_t i = 0; i < reading->job_count; i++) {
        Job *job = &reading->jobs[i];
        int32_t place = 0;
        for (int32_t j = 0; j < reading->job_count; j++)
            place += reading->jobs[j].first_file < job->first_file ? 1 : 0;
        reading->in_turn[place] = job;
        job->reading = reading;
        reading->delivery->kinds[job->kind].log.outlet =
            (FindingOutlet){is_turn, tell_finding, tell_file_done, job};
    }
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

static Status read_files(Delivery *delivery, const Dialect *dialect, const DeliverySink *sink, Error *error) {
    Reading reading = {
        .delivery = delivery,
        .dialect = dialect,
        .sink = sink,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .settled_changed = PTHREAD_COND_INITIALIZER,
    };
    /* Before there are threads: the lists are read once and for all. */
    Status status = code_lists_load(error);
    if (status != STATUS_OK)
        return status;
    make_jobs(&reading);
    make_turns(&reading);
    if (reading.jobs[0].kind != KIND_DELTAGERE) {
        if (!settle_participants(delivery))
            return error_no_memory(error);
        tell_settled(&reading, true);
    }
    read_side_by_side(&reading);
    /* The first in turn that failed: what came before it is told, and nothing else is. */
    if (reading.turn < reading.job_count) {
        *error = reading.in_turn[reading.turn]->error;
        status = reading.in_turn[reading.turn]->status;
    }
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
        return error_no_memory(error);
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

bool delivery_ids_rise(const Delivery *delivery, KindId kind) {
    return !delivery->kinds[kind].ids_fall;
}

const void *delivery_version_row(const Delivery *delivery, KindId kind, int32_t version, size_t *size_bytes) {
    assert(delivery->keep_rows);
    *size_bytes = kind_row_size_bytes[kind];
    return delivery->kinds[kind].rows + (size_t)version * kind_row_size_bytes[kind];
}
