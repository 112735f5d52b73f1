/* The kill sweep: at every named point of every command that changes anything, everything that can happen to it, and
 * then the same command again. However it was disturbed: the database is as it was before or as it is afterwards and
 * never between, the exit code and the message tell which trouble it was, and in the end it is as if nothing had
 * happened.
 *
 *   YDELSE_FAULTS=all   every point and fault; needs a server of its own on a small disk (`make faults`)
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
#define POINTS_MAX 8
#define FILLING_SIZE (1 << 20)
#define ENDED_BY(signal) (128 + (signal))

typedef enum {
    FAULT_KILL,
    FAULT_TERM,
    FAULT_BACKEND,
    FAULT_ANSWER,
    FAULT_SERVER,
    FAULT_DISK,
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
};

/* Where each command comes by; ended by STOP_POINT_COUNT. */
static const struct {
    const char *command;
    StopPoint points[POINTS_MAX];
} routes[] = {
    {"load", {STOP_LOAD_FILE, STOP_LOAD_COMMIT, STOP_LOAD_COMMITTED, STOP_POINT_COUNT}},
    {"run",
     {STOP_RUN_PLANNED, STOP_WORK_CLAIMED, STOP_RUN_WORKING, STOP_WORK_COMPUTED, STOP_RUN_WORKED,
      STOP_RUN_SEALING, STOP_RUN_SEALED, STOP_POINT_COUNT}},
    {"pay", {STOP_PAY_BEGUN, STOP_PAY_MADE, STOP_POINT_COUNT}},
    {"approve", {STOP_APPROVE_BEGUN, STOP_APPROVE_APPROVED, STOP_POINT_COUNT}},
    {"emit", {STOP_EMIT_FORMED, STOP_EMIT_STORED, STOP_EMIT_EMITTED, STOP_POINT_COUNT}},
    {"settle", {STOP_SETTLE_READ, STOP_SETTLE_MOVED, STOP_SETTLE_SETTLED, STOP_POINT_COUNT}},
    {"load again", {STOP_LOAD_FILE, STOP_LOAD_COMMIT, STOP_LOAD_COMMITTED, STOP_POINT_COUNT}},
    {"run again", {STOP_RUN_PLANNED, STOP_RUN_WORKED, STOP_RUN_SEALING, STOP_RUN_SEALED, STOP_POINT_COUNT}},
    {"cancel", {STOP_CANCEL_BEGUN, STOP_CANCEL_CANCELLED, STOP_POINT_COUNT}},
    {"pay --again", {STOP_AGAIN_BEGUN, STOP_AGAIN_RELEASED, STOP_POINT_COUNT}},
    {"claims", {STOP_CLAIM_BEGUN, STOP_CLAIM_DECIDED, STOP_POINT_COUNT}},
    {"reprocess",
     {STOP_RUN_PLANNED, STOP_WORK_CLAIMED, STOP_RUN_WORKING, STOP_WORK_COMPUTED, STOP_RUN_WORKED,
      STOP_RUN_SEALING, STOP_RUN_SEALED, STOP_POINT_COUNT}},
};
#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

/* The commands that are one statement: their answer is lost at once. */
static bool is_one_statement(StopPoint point) {
    return point == STOP_PAY_BEGUN || point == STOP_AGAIN_BEGUN || point == STOP_APPROVE_BEGUN ||
           point == STOP_CANCEL_BEGUN || point == STOP_CLAIM_BEGUN;
}

/* --- The faults -------------------------------------------------------------------------------------------------- */

static void server(const char *what) {
    char command[512];
    snprintf(command, sizeof command, "'%s' %s", getenv("YDELSE_TEST_SERVER"), what);
    Process process = shell_run(command);
    process_free(
        &process); /* a server that has ended by itself cannot be stopped, one that runs not be started */
}

static void filling_path(char path[512]) {
    snprintf(path, 512, "%s/filling", getenv("YDELSE_TEST_DISK"));
}

/* Writes until nothing more fits, down to the last byte. */
static void fill_disk(void) {
    static char bytes[FILLING_SIZE];
    char path[512];
    filling_path(path);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "cannot fill the disk");
    setvbuf(file, NULL, _IONBF, 0);
    for (size_t size = sizeof bytes; size > 0; size /= 2)
        while (fwrite(bytes, 1, size, file) == size)
            continue;
    fclose(file);
}

static void free_disk(void) {
    char path[512];
    filling_path(path);
    unlink(path);
}

static void terminate_backends(void) {
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
    cr_expect_gt(ended, 0, "there was no session to end");
    snprintf(sql, sizeof sql, "SELECT count(*) %s", others);
    for (int i = 0; i < 1000 && test_sql_int64(pg, sql) > 0; i++)
        nanosleep(&pause, NULL);
    pg_close(pg);
}

static void inflict(Fault fault, StopPoint point, pid_t process, pid_t proxy) {
    switch (fault) {
    case FAULT_KILL:
        kill(process, SIGKILL);
        break;
    case FAULT_TERM:
        kill(process, SIGTERM);
        break;
    case FAULT_BACKEND:
        terminate_backends();
        break;
    case FAULT_ANSWER:
        proxy_lose_answer(proxy, is_one_statement(point));
        break;
    case FAULT_SERVER:
        server("stop");
        server("start");
        break;
    case FAULT_DISK:
        fill_disk();
        break;
    case FAULT_COUNT:
        break;
    }
}

static void heal(Fault fault) {
    if (fault == FAULT_DISK) {
        free_disk();
        server("start"); /* in case it did not get over it by itself */
    }
}

/* --- One of them ------------------------------------------------------------------------------------------------- */

typedef struct {
    const SceneCommand *command;
    StopPoint point;
    Fault fault;
    bool print;
} Cell;

static bool reached[STOP_POINT_COUNT];
static int failures;

__attribute__((format(printf, 2, 3))) static void complain(const Cell *cell, const char *format, ...) {
    va_list values;
    fprintf(stderr, "%s at %s, %s: ", cell->command->name, stop_point_name[cell->point],
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

/* Starts the command, lets it come to the point, and hurts it there. Returns its exit code. */
static int disturb(const Cell *cell, pid_t proxy) {
    char pause[64], host[256];
    const char *const extra[] = {pause, proxy > 0 ? host : NULL, NULL};
    bool stopped;
    snprintf(pause, sizeof pause, "YDELSE_PAUSE_AT=%s", stop_point_name[cell->point]);
    snprintf(host, sizeof host, "PGHOST=%s", scene_road());
    const pid_t process = scene_start(NULL, cell->command, NULL, extra);
    int status = scene_wait(process, &stopped);
    if (!stopped)
        complain(cell, "it never came there: %s", scene_stderr());
    for (int times = 0; stopped; times++) { /* a point may be passed again: once is enough */
        reached[cell->point] = true;
        if (times == 0)
            inflict(cell->fault, cell->point, process, proxy);
        kill(process, SIGCONT);
        status = scene_wait(process, &stopped);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : ENDED_BY(WTERMSIG(status));
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

static void check_again(const Cell *cell, int exit_code) {
    if (exit_code > 1)
        complain(cell, "started again: exit %d\n%s", exit_code, scene_stderr());
    if (scene_state(cell->command) != '+')
        complain(cell, "started again: not what an undisturbed one comes to");
    if (scene_leftovers() != 0)
        complain(cell, "started again: %ld tables or files are left over", scene_leftovers());
    if (!scene_is_sound())
        complain(cell, "started again: verify finds something\n%s", scene_stderr());
}

static void try_cell(const Cell *cell) {
    char line[SCENE_MESSAGE_SIZE];
    pid_t proxy = 0;
    scene_set(cell->command);
    if (cell->fault == FAULT_ANSWER)
        proxy = proxy_begin(scene_road());
    const int exit_code = disturb(cell, proxy);
    if (proxy > 0)
        proxy_end(proxy, scene_road());
    heal(cell->fault);
    scene_message(line);
    const char state = scene_state(cell->command);
    check_end(cell, exit_code, state, line);
    const int again = scene_run(NULL, cell->command, NULL, NULL);
    check_again(cell, again);
    if (cell->print)
        printf("%-11s %-17s %-20s %4d  %c  %4d  %c  %s\n", cell->command->name, stop_point_name[cell->point],
               faults[cell->fault].name, exit_code, state, again, scene_state(cell->command), line);
    fflush(stdout);
}

/* --- All of them, or a few --------------------------------------------------------------------------------------- */

static void expect_every_point_reached(void) {
    for (int point = 0; point < STOP_POINT_COUNT; point++)
        cr_expect(reached[point], "nothing stops at the point %s", stop_point_name[point]);
}

TestSuite(faults, .timeout = 7200);

Test(faults, at_every_point_everything) {
    const char *which = getenv("YDELSE_FAULTS");
    if (which == NULL || strcmp(which, "all") != 0)
        cr_skip_test("this is `make faults`");
    cr_assert_not_null(getenv("YDELSE_TEST_SERVER"), "it needs a server of its own");
    scene_begin();
    printf("%-11s %-17s %-20s %4s %3s %5s %2s  %s\n", "command", "point", "fault", "exit", "", "again", "",
           "message");
    int cells = 0;
    for (size_t route = 0; route < ROUTE_COUNT; route++)
        for (int i = 0; routes[route].points[i] != STOP_POINT_COUNT; i++)
            for (int fault = 0; fault < FAULT_COUNT; fault++, cells++)
                try_cell(&(Cell){scene_command(routes[route].command), routes[route].points[i], (Fault)fault,
                                 true});
    printf("%d disturbances, %d complaints; - as before, + as afterwards\n", cells, failures);
    expect_every_point_reached();
    scene_end();
    cr_expect_eq(failures, 0);
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
    };
    scene_begin();
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        try_cell(&(Cell){scene_command(some[i].command), some[i].point, some[i].fault, false});
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
