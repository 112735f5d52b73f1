#include "io/run/calc_results.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/explain/explain_json.h"
#include "io/intake/stream_memory.h"

#define WORKERS_MAX 8
#define PORTION_PARTICIPANTS 2048

/* What the workers share: who takes which portion, and whose turn it is to write. */
typedef struct {
    const CalcJob *job;
    int32_t portion_count;
    pthread_mutex_t mutex; /* of all that follows, and of job->out */
    pthread_cond_t turn_changed;
    int32_t next_portion;
    int32_t turn; /* the portion that is written next */
    Status status;
    Error error;
} Sharing;

typedef struct {
    Sharing *sharing;
    FactStream *part;
    CalcCounts counts;
    char *text;
    size_t size_bytes, room_bytes;
    pthread_t thread;
    Error error;
} Worker;

/* --- One portion ---------------------------------------------------------------------------------------------- */

static bool reserve_line(Worker *worker) {
    if (worker->room_bytes - worker->size_bytes >= RESULT_LINE_SIZE)
        return true;
    const size_t room = 2 * worker->room_bytes + 64 * RESULT_LINE_SIZE;
    char *moved = realloc(worker->text, room);
    if (moved == NULL)
        return false;
    worker->text = moved;
    worker->room_bytes = room;
    return true;
}

/* Steps are written as they are made: whoever asks for them computes alone. */
static Status take_result(Worker *worker, const Facts *facts, const Result *result) {
    const CalcJob *job = worker->sharing->job;
    if (job->explain)
        return explain_json_person(job->out, job->law, facts, delivery_files(job->delivery), result,
                                   &worker->error);
    if (!reserve_line(worker))
        return error_no_memory(&worker->error);
    worker->size_bytes += (size_t)result_format(result, worker->text + worker->size_bytes);
    return STATUS_OK;
}

static Status compute_portion(Worker *worker, int32_t portion) {
    const Sharing *sharing = worker->sharing;
    const int32_t participants = delivery_participant_count(sharing->job->delivery);
    const int32_t first = portion * PORTION_PARTICIPANTS;
    const int32_t left = participants - first;
    memory_stream_seek(worker->part, first,
                       first + (left < PORTION_PARTICIPANTS ? left : PORTION_PARTICIPANTS));
    worker->size_bytes = 0;
    for (;;) {
        Facts facts;
        Result result;
        bool more;
        Status status = worker->part->next(worker->part, &facts, &more, &worker->error);
        if (status != STATUS_OK || !more)
            return status;
        worker->counts.participants++;
        worker->counts.income_without_course += facts.indkomst_count > 0 && facts.forloeb_count == 0;
        calc_month(sharing->job->law, &facts, NULL, &result);
        worker->counts.results[result.udfald]++;
        if (result.udfald != UDFALD_INTET)
            status = take_result(worker, &facts, &result);
        if (status != STATUS_OK)
            return status;
    }
}

/* --- Taking turns ----------------------------------------------------------------------------------------------- */

/* The next portion, or -1: there is none, or it makes no sense any more. */
static int32_t take_portion(Sharing *sharing) {
    pthread_mutex_lock(&sharing->mutex);
    const bool more = sharing->status == STATUS_OK && sharing->next_portion < sharing->portion_count;
    const int32_t portion = more ? sharing->next_portion++ : -1;
    pthread_mutex_unlock(&sharing->mutex);
    return portion;
}

/* Waits for the turn of the portion and writes it. Portions are taken in order, so that the one whose turn it is has been
 * taken by somebody. The first failure, in order, is the one that is told. */
static void write_portion(Worker *worker, int32_t portion, Status status) {
    Sharing *sharing = worker->sharing;
    pthread_mutex_lock(&sharing->mutex);
    while (sharing->turn != portion)
        pthread_cond_wait(&sharing->turn_changed, &sharing->mutex);
    if (sharing->status == STATUS_OK && status == STATUS_OK && worker->size_bytes > 0 &&
        fwrite(worker->text, 1, worker->size_bytes, sharing->job->out) != worker->size_bytes)
        status = error_errno(&worker->error, STATUS_IO, "write", "the results");
    if (sharing->status == STATUS_OK && status != STATUS_OK) {
        sharing->status = status;
        sharing->error = worker->error;
    }
    sharing->turn++;
    pthread_cond_broadcast(&sharing->turn_changed);
    pthread_mutex_unlock(&sharing->mutex);
}

static void *work(void *context) {
    Worker *worker = context;
    for (;;) {
        const int32_t portion = take_portion(worker->sharing);
        if (portion < 0)
            return NULL;
        write_portion(worker, portion, compute_portion(worker, portion));
    }
}

/* --- All of them --------------------------------------------------------------------------------------------------- */

static int32_t wanted_workers(const Sharing *sharing) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int32_t wanted = processors < WORKERS_MAX ? (int32_t)processors : WORKERS_MAX;
    wanted = wanted < sharing->portion_count ? wanted : sharing->portion_count;
    return wanted < 1 || sharing->job->explain ? 1 : wanted;
}

static void add_counts(CalcCounts *counts, const CalcCounts *more) {
    counts->participants += more->participants;
    counts->income_without_course += more->income_without_course;
    for (int32_t i = 0; i < UDFALD_COUNT; i++)
        counts->results[i] += more->results[i];
}

/* This thread is the first of the workers; who cannot be started is not missed. */
static Status work_side_by_side(Sharing *sharing, CalcCounts *counts, Error *error) {
    Worker workers[WORKERS_MAX] = {{.sharing = NULL}};
    const int32_t wanted = wanted_workers(sharing);
    int32_t ready = 0, started = 1;
    while (ready < wanted) {
        workers[ready].sharing = sharing;
        if (memory_stream_part(sharing->job->whole, &workers[ready].part, error) != STATUS_OK)
            break;
        ready++;
    }
    if (ready == 0)
        return error->status;
    while (started < ready && pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]);
    for (int32_t i = 0; i < ready; i++) {
        if (i > 0 && i < started)
            pthread_join(workers[i].thread, NULL);
        add_counts(counts, &workers[i].counts);
        workers[i].part->close(workers[i].part);
        free(workers[i].text);
    }
    if (sharing->status != STATUS_OK)
        *error = sharing->error;
    return sharing->status;
}

Status calc_results_write(const CalcJob *job, CalcCounts *counts, Error *error) {
    const int32_t participants = delivery_participant_count(job->delivery);
    Sharing sharing = {
        .job = job,
        .portion_count = participants / PORTION_PARTICIPANTS + (participants % PORTION_PARTICIPANTS != 0),
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .turn_changed = PTHREAD_COND_INITIALIZER,
        .status = STATUS_OK,
    };
    *counts = (CalcCounts){0};
    if (!job->explain)
        fputs(result_header, job->out);
    return work_side_by_side(&sharing, counts, error);
}
