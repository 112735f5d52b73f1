/* A simulation by several processes, each with its own buckets and connections.
 *
 * A worker writes the changes it finds into a file without a name, and behind them how it ended. The parent waits for
 * all, then takes changes and sums in the order of the buckets.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/base/bucket.h"
#include "io/law/simulation.h"

typedef struct {
    Status status;
    Error error;
    Simulation simulation;
} Ending;

typedef struct {
    SimulationPart part;
    FILE *file;
    pid_t pid; /* 0: not started */
} Worker;

/* --- The worker ------------------------------------------------------------------------------------------------------ */

static void write_change(void *context, const SimulatedChange *change) {
    (void)fwrite(change, sizeof *change, 1, context); /* a failure is found at the end */
}

/* Never returns. Exit code 0 means that the file is whole, whatever stands in it. */
static void work(const Worker *worker) {
    const SimulationSink sink = {write_change, worker->file};
    SimulationPart part = worker->part;
    Ending *ending = calloc(1, sizeof *ending);
    if (ending == NULL)
        _exit(STATUS_INTERNAL);
    part.sink = part.sink == NULL ? NULL : &sink;
    ending->status = simulate_part(&part, &ending->simulation, &ending->error);
    const bool written = fwrite(ending, sizeof *ending, 1, worker->file) == 1 && fflush(worker->file) == 0;
    _exit(written ? 0 : STATUS_IO);
}

static Status start(Worker *worker, Error *error) {
    worker->file = tmpfile();
    if (worker->file == NULL)
        return error_errno(error, STATUS_CANNOT_CREATE, "create", "a temporary file");
    worker->pid = fork();
    if (worker->pid == 0)
        work(worker);
    if (worker->pid > 0)
        return STATUS_OK;
    worker->pid = 0;
    return error_errno(error, STATUS_INTERNAL, "start", "a worker");
}

/* --- The parent ------------------------------------------------------------------------------------------------------ */

/* Also what a worker writes that has nothing left to say, so that none is left behind. */
static bool wait_for(Worker *worker) {
    int code = 0;
    if (worker->pid == 0)
        return false;
    while (waitpid(worker->pid, &code, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(code) && WEXITSTATUS(code) == 0;
}

static void add_sum(SimulationSum *sum, const SimulationSum *part) {
    sum->people += part->people;
    sum->changed_people += part->changed_people;
    sum->winners += part->winners;
    sum->losers += part->losers;
    sum->person_months += part->person_months;
    sum->changed += part->changed;
    sum->before = money_add(sum->before, part->before);
    sum->after = money_add(sum->after, part->after);
    sum->up = money_add(sum->up, part->up);
    sum->down = money_add(sum->down, part->down);
    sum->cost = money_add(sum->cost, part->cost);
}

static void add_sums(SimulationSum *sums, const SimulationSum *parts, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        add_sum(&sums[i], &parts[i]);
}

static void add_simulation(Simulation *simulation, const Simulation *part) {
    simulation->first_year = part->first_year;
    simulation->held += part->held;
    simulation->not_reproduced += part->not_reproduced;
    simulation->not_sealed += part->not_sealed;
    add_sums(&simulation->total, &part->total, 1);
    add_sums(simulation->group, part->group, SIMULATION_GROUPS);
    add_sums(simulation->scheme, part->scheme, SIMULATION_SCHEMES);
    add_sums(simulation->year, part->year, SIMULATION_YEARS_MAX);
    add_sums(simulation->kommune, part->kommune, SIMULATION_KOMMUNER);
}

/* Reads what the worker wrote; its changes go to the sink of the whole. */
static Status collect(const Worker *worker, Ending *ending, Simulation *simulation, Error *error) {
    const SimulationSink *sink = worker->part.sink;
    SimulatedChange change;
    if (fseeko(worker->file, -(off_t)sizeof *ending, SEEK_END) != 0)
        return error_errno(error, STATUS_IO, "read", "a temporary file");
    const off_t changes = ftello(worker->file) / (off_t)sizeof change;
    if (fread(ending, sizeof *ending, 1, worker->file) != 1)
        return error_errno(error, STATUS_IO, "read", "a temporary file");
    if (ending->status != STATUS_OK) {
        *error = ending->error;
        return ending->status;
    }
    rewind(worker->file);
    for (off_t i = 0; i < changes; i++) {
        if (fread(&change, sizeof change, 1, worker->file) != 1)
            return error_errno(error, STATUS_IO, "read", "a temporary file");
        sink->changed(sink->context, &change);
    }
    add_simulation(simulation, &ending->simulation);
    return STATUS_OK;
}

/* All are waited for, whatever one of them has to say. */
static Status collect_all(Worker *workers, int32_t jobs, Simulation *simulation, Error *error) {
    bool whole[SIMULATION_JOBS_MAX];
    Ending *ending = malloc(sizeof *ending);
    Status status = ending == NULL ? error_no_memory(error) : STATUS_OK;
    for (int32_t i = 0; i < jobs; i++)
        whole[i] = wait_for(&workers[i]);
    for (int32_t i = 0; status == STATUS_OK && i < jobs; i++)
        status = whole[i] ? collect(&workers[i], ending, simulation, error)
                          : error_set(error, STATUS_INTERNAL, "a worker did not finish");
    free(ending);
    return status;
}

Status simulate_in_jobs(const SimulationPart *whole, int32_t jobs, Simulation *simulation, Error *error) {
    Worker workers[SIMULATION_JOBS_MAX] = {{.file = NULL}};
    const int32_t buckets = whole->last_bucket - whole->first_bucket + 1;
    Error first = {.status = STATUS_OK};
    Status status = STATUS_OK;
    if (jobs == 1)
        return simulate_part(whole, simulation, error);
    memset(simulation, 0, sizeof *simulation);
    fflush(NULL); /* nothing that waits in a buffer is written twice */
    for (int32_t i = 0; status == STATUS_OK && i < jobs; i++) {
        workers[i].part = *whole;
        workers[i].part.first_bucket = (int16_t)(whole->first_bucket + buckets * i / jobs);
        workers[i].part.last_bucket = (int16_t)(whole->first_bucket + buckets * (i + 1) / jobs - 1);
        status = start(&workers[i], &first);
    }
    const Status collected = collect_all(workers, jobs, simulation, error);
    if (status != STATUS_OK)
        *error = first; /* the reason why the others could not be whole */
    for (int32_t i = 0; i < jobs; i++)
        if (workers[i].file != NULL)
            fclose(workers[i].file);
    return status != STATUS_OK ? status : collected;
}
