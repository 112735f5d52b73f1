/* The kill sweep: at every named point of every command that changes anything, everything that can happen to it, and
 * then the same command again. However it was disturbed: the database is as it was before or as it is afterwards and
 * never between, the exit code and the message tell which trouble it was, and in the end it is as if nothing had
 * happened.
 *
 *   YDELSE_FAULTS=1/2   every point and fault, the first half of them; needs a server of its own on a small disk and another
 *                       small disk for what is written (`make faults`)
 *   YDELSE_FAULTS_OF=run  only of this command
 *   otherwise           a few of them
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/base/stop_point.h"
#include "io/pg/pg.h"
#include "tests/faults/proxy.h"
#include "tests/faults/scene.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define EXITS_MAX 6
#define POINTS_MAX 10
#define FILLING_SIZE (1 << 20)
#define CELL_NAME_SIZE 32
#define ENDED_BY(signal) (128 + (signal))

typedef enum {
    FAULT_KILL,
    FAULT_TERM,
    FAULT_BACKEND,
    FAULT_ANSWER,
    FAULT_SERVER,
    FAULT_DISK,
    FAULT_OUTPUT, /* only of what writes a file */
    FAULT_COUNT
} Fault;

/* What each may come to, beside done (0, 1); ended by 0. */
static const struct {
    const char *name;
    int exits[EXITS_MAX];
} faults[FAULT_COUNT] = {
    [FAULT_KILL] = {"SIGKILL", {ENDED_BY(SIGKILL)}},
    [FAULT_TERM] = {"SIGTERM", {ENDED_BY(SIGTERM)}},
    [FAULT_BACKEND] = {"backend terminated", {69}},
    [FAULT_ANSWER] = {"answer lost", {69}},
    [FAULT_SERVER] = {"server stopped hard", {69}},
    /* A server that cannot write its log of changes ends all sessions. */
    [FAULT_DISK] = {"disk full", {74, 69}},
    [FAULT_OUTPUT] = {"output disk full", {74, 73}},
};

typedef enum {
    HURT_IT,     /* the process of the command is stopped and hurt */
    HURT_WORKER, /* a process that it started is, by a signal */
    HURT_PARENT, /* a process that it started is stopped, and it is hurt */
} Victim;

/* Where each command comes by; ended by STOP_POINT_COUNT. */
typedef struct {
    const char *command;
    StopPoint points[POINTS_MAX];
    Victim victim;
    int times;   /* it comes so often to the first point before it is hurt; 0: once */
    bool writes; /* a file */
} Route;

#define LOADING                                                                                              \
    { STOP_LOAD_FILE, STOP_LOAD_COMMIT, STOP_LOAD_COMMITTED, STOP_POINT_COUNT }
#define RUNNING                                                                                              \
    {                                                                                                        \
        STOP_RUN_PLANNING, STOP_RUN_PLANNED, STOP_WORK_CLAIMED, STOP_RUN_WORKING, STOP_WORK_COMPUTED,        \
            STOP_RUN_WORKED, STOP_RUN_SEALING, STOP_RUN_SEALED, STOP_POINT_COUNT                             \
    }
#define WORKING                                                                                              \
    { STOP_WORK_CLAIMED, STOP_RUN_WORKING, STOP_WORK_COMPUTED, STOP_POINT_COUNT }
#define WRITING STOP_OUTPUT_BEGUN, STOP_OUTPUT_WRITTEN, STOP_OUTPUT_PLACED, STOP_POINT_COUNT

static const Route routes[] = {
    {.command = "migrate", .points = {STOP_MIGRATE_APPLIED, STOP_POINT_COUNT}, .times = 9},
    {.command = "migrate", .points = {STOP_MIGRATE_COMMITTED, STOP_POINT_COUNT}, .times = 17},
    {.command = "load", .points = LOADING},
    {.command = "load many files", .points = LOADING, .times = 40},
    {.command = "run", .points = RUNNING},
    {.command = "run --jobs 2",
     .points = {STOP_RUN_PLANNING, STOP_RUN_PLANNED, STOP_RUN_WORKED, STOP_RUN_SEALING, STOP_RUN_SEALED,
                STOP_POINT_COUNT}},
    {.command = "run --jobs 2", .points = WORKING, .victim = HURT_WORKER},
    {.command = "run --jobs 2", .points = WORKING, .victim = HURT_PARENT},
    {.command = "plan", .points = {STOP_RUN_PLANNING, STOP_RUN_PLANNED, STOP_POINT_COUNT}},
    {.command = "work", .points = WORKING},
    {.command = "work", .points = {STOP_WORK_COMPUTED, STOP_POINT_COUNT}, .times = 5},
    {.command = "seal", .points = {STOP_RUN_SEALING, STOP_RUN_SEALED, STOP_POINT_COUNT}},
    {.command = "reprocess", .points = RUNNING},
    {.command = "pay", .points = {STOP_PAY_BEGUN, STOP_PAY_MADE, STOP_POINT_COUNT}},
    {.command = "approve", .points = {STOP_APPROVE_BEGUN, STOP_APPROVE_APPROVED, STOP_POINT_COUNT}},
    {.command = "cancel", .points = {STOP_CANCEL_BEGUN, STOP_CANCEL_CANCELLED, STOP_POINT_COUNT}},
    {.command = "emit",
     .points = {STOP_EMIT_FORMED, STOP_EMIT_STORED, STOP_EMIT_EMITTED, WRITING},
     .writes = true},
    {.command = "recall", .points = {STOP_RECALL_BEGUN, STOP_RECALL_RECALLED, STOP_POINT_COUNT}},
    {.command = "settle",
     .points = {STOP_SETTLE_READ, STOP_SETTLE_MOVED, STOP_SETTLE_SETTLED, STOP_POINT_COUNT}},
    {.command = "pay --again", .points = {STOP_AGAIN_BEGUN, STOP_AGAIN_RELEASED, STOP_POINT_COUNT}},
    {.command = "resolve", .points = {STOP_RESOLVE_BEGUN, STOP_RESOLVE_RESOLVED, STOP_POINT_COUNT}},
    {.command = "resolve (second)", .points = {STOP_RESOLVE_BEGUN, STOP_RESOLVE_RESOLVED, STOP_POINT_COUNT}},
    {.command = "load again", .points = LOADING},
    {.command = "run again",
     .points = {STOP_RUN_PLANNING, STOP_RUN_PLANNED, STOP_RUN_WORKED, STOP_RUN_SEALING, STOP_RUN_SEALED,
                STOP_POINT_COUNT}},
    {.command = "claims decide", .points = {STOP_CLAIM_BEGUN, STOP_CLAIM_DECIDED, STOP_POINT_COUNT}},
    {.command = "claims close", .points = {STOP_CLOSE_BEGUN, STOP_CLOSE_CLOSED, STOP_POINT_COUNT}},
    {.command = "erase --order", .points = {STOP_ORDER_BEGUN, STOP_ORDER_ORDERED, STOP_POINT_COUNT}},
    {.command = "erase", .points = {STOP_ERASE_ERASED, STOP_ERASE_COMMITTED, STOP_POINT_COUNT}},
    {.command = "report", .points = {WRITING}, .writes = true},
    {.command = "export",
     .points = {STOP_EXPORT_BEGUN, STOP_EXPORT_WRITTEN, STOP_EXPORT_PLACED, STOP_POINT_COUNT},
     .writes = true},
};
#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

static const char *const victim_names[] = {
    [HURT_IT] = "", [HURT_WORKER] = ", a worker", [HURT_PARENT] = ", its parent"};

/* The commands that are one statement: their answer is lost at once. */
static bool is_one_statement(StopPoint point) {
    return point == STOP_PAY_BEGUN || point == STOP_AGAIN_BEGUN || point == STOP_APPROVE_BEGUN ||
           point == STOP_CANCEL_BEGUN || point == STOP_CLAIM_BEGUN || point == STOP_CLOSE_BEGUN ||
           point == STOP_RECALL_BEGUN || point == STOP_RESOLVE_BEGUN || point == STOP_ORDER_BEGUN;
}

/* --- The faults -------------------------------------------------------------------------------------------------- */

static void server(const char *what) {
    char command[512];
    snprintf(command, sizeof command, "'%s' %s", getenv("YDELSE_TEST_SERVER"), what);
    Process process = shell_run(command);
    process_free(
        &process); /* a server that has ended by itself cannot be stopped, one that runs not be started */
}

static void filling_path(Fault fault, char path[512]) {
    snprintf(path, 512, "%s/filling",
             getenv(fault == FAULT_DISK ? "YDELSE_TEST_DISK" : "YDELSE_TEST_OUTPUT"));
}

/* Writes until nothing more fits, down to the last byte. */
static void fill_disk(Fault fault) {
    static char bytes[FILLING_SIZE];
    char path[512];
    filling_path(fault, path);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "cannot fill the disk");
    setvbuf(file, NULL, _IONBF, 0);
    for (size_t size = sizeof bytes; size > 0; size /= 2)
        while (fwrite(bytes, 1, size, file) == size)
            continue;
    fclose(file);
}

static void free_disk(Fault fault) {
    char path[512];
    filling_path(fault, path);
    unlink(path);
}

/* The output of emit is begun before there is a session. */
static void terminate_backends(StopPoint point) {
    const struct timespec pause = {.tv_nsec = 5000000};
    char dsn[128];
    Error error = {.status = STATUS_OK};
    Pg *pg = NULL;
    snprintf(dsn, sizeof dsn, "dbname=postgres user=%s", getenv("YDELSE_TEST_SUPERUSER"));
    cr_assert_eq(pg_connect(dsn, &pg, &error), STATUS_OK, "%s", error.message);
    char others[256];
    snprintf(others, sizeof others, "FROM pg_stat_activity WHERE datname = 'fejl_%ld'", (long)getpid());
    char sql[512];
    snprintf(sql, sizeof sql, "SELECT count(pg_terminate_backend(pid)) %s", others);
    const int64_t ended = test_sql_int64(pg, sql);
    cr_expect(ended > 0 || point == STOP_OUTPUT_BEGUN, "there was no session to end at %s",
              stop_point_name[point]);
    snprintf(sql, sizeof sql, "SELECT count(*) %s", others);
    for (int i = 0; i < 1000 && test_sql_int64(pg, sql) > 0; i++)
        nanosleep(&pause, NULL);
    pg_close(pg);
}

/* hurt: the process; stopped: the one that waits at the point. */
static void inflict(Fault fault, StopPoint point, pid_t hurt, pid_t proxy) {
    switch (fault) {
    case FAULT_KILL:
        kill(hurt, SIGKILL);
        break;
    case FAULT_TERM:
        kill(hurt, SIGTERM);
        break;
    case FAULT_BACKEND:
        terminate_backends(point);
        break;
    case FAULT_ANSWER:
        proxy_lose_answer(proxy, is_one_statement(point));
        break;
    case FAULT_SERVER:
        server("stop");
        server("start");
        break;
    case FAULT_DISK:
    case FAULT_OUTPUT:
        fill_disk(fault);
        break;
    case FAULT_COUNT:
        break;
    }
}

static void heal(Fault fault) {
    if (fault == FAULT_DISK || fault == FAULT_OUTPUT)
        free_disk(fault);
    if (fault == FAULT_DISK)
        server("start"); /* in case it did not get over it by itself */
}

/* --- One of them ------------------------------------------------------------------------------------------------- */

typedef struct {
    const SceneCommand *command;
    const Route *route;
    StopPoint point;
    Fault fault;
    int number; /* 0: it is not printed */
} Cell;

static int failures;

static void cell_name(const Cell *cell, char name[CELL_NAME_SIZE]) {
    const int times = cell->point == cell->route->points[0] ? cell->route->times : 0;
    snprintf(name, CELL_NAME_SIZE, times == 0 ? "%s" : "%s:%d", stop_point_name[cell->point], times);
}

__attribute__((format(printf, 2, 3))) static void complain(const Cell *cell, const char *format, ...) {
    va_list values;
    char name[CELL_NAME_SIZE];
    cell_name(cell, name);
    fprintf(stderr, "%s%s at %s, %s: ", cell->command->name, victim_names[cell->route->victim], name,
            faults[cell->fault].name);
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    failures++;
}

static bool is_expected(Fault fault, int exit_code) {
    for (int i = 0; i < EXITS_MAX && faults[fault].exits[i] != 0; i++)
        if (faults[fault].exits[i] == exit_code)
            return true;
    return exit_code == 0 || exit_code == 1;
}

/* A process that another one stopped for good has nobody who reaps it. */
static bool is_gone(pid_t process) {
    char path[64], state = 'Z';
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)process);
    FILE *file = fopen(path, "r");
    if (file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    if (file != NULL)
        fclose(file);
    return state == 'Z';
}

/* The workers of a command end with it. */
static void expect_gone(const Cell *cell, pid_t worker) {
    for (int i = 0; i < 500 && !is_gone(worker); i++)
        pause_ms(10);
    if (!is_gone(worker))
        complain(cell, "a worker outlives it");
}

static int exit_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : ENDED_BY(WTERMSIG(status));
}

/* A worker comes to the point: it or its parent is hurt. */
static int disturb_workers(const Cell *cell, pid_t process, pid_t proxy) {
    int status = 0;
    bool stopped;
    const pid_t worker = scene_wait_for_worker(process, &status);
    if (worker == 0) {
        complain(cell, "no worker came there: %s", scene_stderr());
        return exit_of(status);
    }
    inflict(cell->fault, cell->point, cell->route->victim == HURT_PARENT ? process : worker, proxy);
    kill(worker, SIGCONT);
    status = scene_wait(process, &stopped);
    expect_gone(cell, worker);
    return exit_of(status);
}

static int disturb_it(const Cell *cell, pid_t process, pid_t proxy) {
    bool stopped;
    int status = scene_wait(process, &stopped);
    if (!stopped)
        complain(cell, "it never came there: %s", scene_stderr());
    for (int times = 0; stopped; times++) { /* a point may be passed again: once is enough */
        if (times == 0)
            inflict(cell->fault, cell->point, process, proxy);
        kill(process, SIGCONT);
        status = scene_wait(process, &stopped);
    }
    return exit_of(status);
}

/* Starts the command, lets it come to the point, and hurts it there. Returns its exit code. */
static int disturb(const Cell *cell, pid_t proxy) {
    char name[CELL_NAME_SIZE], pause[64], once[600], host[600];
    const bool workers = cell->route->victim != HURT_IT;
    const char *const extra[] = {pause,
                                 workers     ? once
                                 : proxy > 0 ? host
                                             : NULL,
                                 workers && proxy > 0 ? host : NULL, NULL};
    cell_name(cell, name);
    snprintf(pause, sizeof pause, "YDELSE_PAUSE_AT=%s", name);
    snprintf(once, sizeof once, "YDELSE_STOP_ONCE=%s/once", scene_folder());
    unlink(strchr(once, '/'));
    snprintf(host, sizeof host, "PGHOST=%s", scene_folder());
    const pid_t process = scene_start(NULL, cell->command, NULL, extra);
    return workers ? disturb_workers(cell, process, proxy) : disturb_it(cell, process, proxy);
}

static void check_end(const Cell *cell, int exit_code, char state, const char *message) {
    if (!is_expected(cell->fault, exit_code))
        complain(cell, "exit %d\n%s", exit_code, scene_stderr());
    if (state == '?' || (exit_code <= 1 && state != '+'))
        complain(cell, "exit %d, and the database is neither as before nor as it must be afterwards",
                 exit_code);
    if (exit_code > 1 && exit_code < 128 && message[0] == '\0')
        complain(cell, "exit %d without a message", exit_code);
    if (scene_shows_cpr())
        complain(cell, "it shows a CPR number: %s", scene_stderr());
}

/* What is printed of a cell. */
typedef struct {
    int exit_code, again;
    char state;
    bool digest, once;
    char message[SCENE_MESSAGE_SIZE];
} Seen;

static void check_again(const Cell *cell, Seen *seen) {
    seen->again = scene_run(NULL, cell->command, NULL, NULL);
    if (!scene_is_exit_again(cell->command, seen->state, seen->again))
        complain(cell, "given again: exit %d\n%s", seen->again, scene_stderr());
    if (scene_state(cell->command) != '+')
        complain(cell, "given again: not what an undisturbed one comes to");
    if (!scene_ends_well(cell->command))
        complain(cell, "what follows: not what follows an undisturbed one");
    if (scene_leftovers() != 0)
        complain(cell, "in the end: %ld tables or files are left over", scene_leftovers());
    if (!scene_is_sound())
        complain(cell, "in the end: verify finds something\n%s", scene_stderr());
    seen->digest = scene_has_digest(cell->command);
    if (!seen->digest)
        complain(cell, "in the end: the results are others");
    seen->once = scene_paid_once();
    if (!seen->once)
        complain(cell, "in the end: something is paid twice");
}

static void print_cell(const Cell *cell, const Seen *seen) {
    char command[64], point[CELL_NAME_SIZE];
    snprintf(command, sizeof command, "%s%s", cell->command->name, victim_names[cell->route->victim]);
    cell_name(cell, point);
    printf("%3d|%-24s|%-20s|%-19s|%4d|  %c  |%5d|%-6s|%-6s|%s\n", cell->number, command, point,
           faults[cell->fault].name, seen->exit_code, seen->state, seen->again,
           seen->digest ? "same" : "OTHER", seen->once ? "once" : "TWICE", seen->message);
    fflush(stdout);
}

static void try_cell(const Cell *cell) {
    Seen seen;
    pid_t proxy = 0;
    scene_set(cell->command);
    if (cell->fault == FAULT_ANSWER)
        proxy = proxy_begin(scene_folder());
    seen.exit_code = disturb(cell, proxy);
    if (proxy > 0)
        proxy_end(proxy, scene_folder());
    heal(cell->fault);
    scene_message(seen.message);
    seen.state = scene_state(cell->command);
    check_end(cell, seen.exit_code, seen.state, seen.message);
    check_again(cell, &seen);
    if (cell->number > 0)
        print_cell(cell, &seen);
}

/* Of a worker's parent only the signals are others than of the worker. */
static bool is_a_fault_of(const Route *route, Fault fault) {
    return (fault != FAULT_OUTPUT || route->writes) && (route->victim != HURT_PARENT || fault <= FAULT_TERM);
}

/* --- All of them, or a few --------------------------------------------------------------------------------------- */

static void try_route(const Route *route, int part, int parts, int *number) {
    for (int i = 0; route->points[i] != STOP_POINT_COUNT; i++)
        for (int fault = 0; fault < FAULT_COUNT; fault++)
            if (is_a_fault_of(route, (Fault)fault) && (*number)++ % parts == part - 1)
                try_cell(
                    &(Cell){scene_command(route->command), route, route->points[i], (Fault)fault, *number});
}

Test(faults, at_every_point_everything) {
    const char *which = getenv("YDELSE_FAULTS");
    char *end = NULL;
    if (which == NULL)
        cr_skip_test("this is `make faults`");
    const int part = (int)strtol(which, &end, 10);
    const int parts = *end == '/' ? (int)strtol(end + 1, NULL, 10) : 0;
    cr_assert(part > 0 && part <= parts, "YDELSE_FAULTS=%s: expected a part as 1/2", which);
    cr_assert_not_null(getenv("YDELSE_TEST_SERVER"), "it needs a server of its own");
    const char *only = getenv("YDELSE_FAULTS_OF");
    int number = 0;
    scene_begin();
    for (size_t route = 0; route < ROUTE_COUNT; route++)
        if (only == NULL || only[0] == '\0' || strcmp(only, routes[route].command) == 0)
            try_route(&routes[route], part, parts, &number);
    scene_end();
    cr_expect_eq(failures, 0, "%d complaints", failures);
}

/* A new point belongs to a route: a sweep that goes past it proves nothing. */
Test(faults, every_point_is_on_a_route) {
    for (int point = 0; point < STOP_POINT_COUNT; point++) {
        bool found = false;
        for (size_t route = 0; route < ROUTE_COUNT; route++)
            for (int i = 0; routes[route].points[i] != STOP_POINT_COUNT; i++)
                found = found || (int)routes[route].points[i] == point;
        cr_expect(found, "no command is disturbed at %s", stop_point_name[point]);
    }
}

static const Route *route_of(const char *command, StopPoint point) {
    for (size_t route = 0; route < ROUTE_COUNT; route++)
        for (int i = 0; routes[route].points[i] != STOP_POINT_COUNT; i++)
            if (routes[route].points[i] == point && strcmp(routes[route].command, command) == 0)
                return &routes[route];
    cr_assert(false, "%s does not come to %s", command, stop_point_name[point]);
    return NULL;
}

/* Each fault once, each at another command. */
static void try_some(void) {
    static const struct {
        const char *command;
        StopPoint point;
        Fault fault;
    } some[] = {
        {"load", STOP_LOAD_COMMIT, FAULT_TERM},         {"run", STOP_RUN_WORKED, FAULT_DISK},
        {"run", STOP_RUN_SEALING, FAULT_SERVER},        {"pay", STOP_PAY_BEGUN, FAULT_ANSWER},
        {"approve", STOP_APPROVE_BEGUN, FAULT_BACKEND}, {"emit", STOP_EMIT_EMITTED, FAULT_KILL},
        {"emit", STOP_OUTPUT_BEGUN, FAULT_OUTPUT},
    };
    scene_begin();
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        try_cell(&(Cell){scene_command(some[i].command), route_of(some[i].command, some[i].point),
                         some[i].point, some[i].fault, 0});
    scene_end();
    cr_expect_eq(failures, 0);
}

/* The server of the tests is everyone's, so that this needs one of its own. */
Test(faults, a_sample) {
    char command[1024], tests[512] = "";
    if (getenv("YDELSE_FAULTS") != NULL)
        cr_skip_test("all of them are tried");
    if (getenv("YDELSE_TEST_SERVER") != NULL) {
        try_some();
        return;
    }
    cr_assert_gt(readlink("/proc/self/exe", tests, sizeof tests - 1), 0);
    /* BXFI_MAP would make Criterion believe that it is a test of this one. */
    snprintf(command, sizeof command,
             "unset BXFI_MAP; tests/support/with_postgres.sh --small-disk 400 \"$YDELSE_PROGRAM\" '%s' "
             "--filter faults/a_sample",
             tests);
    Process process = shell_run(command);
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}
