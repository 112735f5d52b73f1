#include "io/base/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/base/log.h"
#include "io/show/table.h"

#define CELLS 16
#define SHARE_MAX 1000000
#define REDRAW_MS 200
#define RATE_AFTER_MS 500 /* earlier a rate is a guess */

typedef struct {
    const char *name; /* in the log */
    const char *doing_da, *doing_en;
    const char *unit_da, *unit_en;
} StageDefinition;

static const StageDefinition stages[] = {
    [PROGRESS_LOAD] = {"load", "indlæser", "loading", "rækker", "rows"},
    [PROGRESS_WORK] = {"work", "beregner", "computing", "personmåneder", "person-months"},
    [PROGRESS_REPLAY] = {"replay", "beregner igen", "computing again", "resultater", "results"},
    [PROGRESS_VERIFY] = {"verify", "efterprøver", "verifying", "kørsler", "runs"},
};

static bool in_danish;
static pid_t drawer; /* 0: no bar */
static ProgressStage current;
static bool is_drawn;
static int64_t began_ms;
static int64_t drawn_ms;

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void clear(void) {
    if (is_drawn && drawer == getpid())
        fputs("\r\033[K", stderr);
    is_drawn = false;
}

void progress_language(bool danish) {
    in_danish = danish;
}

void progress_begin(ProgressStage stage) {
    clear();
    current = stage;
    log_stage_set(stages[stage].name);
    drawer = log_terminal() && log_format() == LOG_TEXT && log_level() >= LOG_NORMAL ? getpid() : 0;
    began_ms = drawn_ms = now_ms();
    log_before(drawer == 0 ? NULL : clear);
}

void progress_end(void) {
    clear();
    drawer = 0;
    log_before(NULL);
    log_stage_set(NULL);
}

static void put_time(int64_t seconds, char *text, size_t size) {
    if (seconds >= 3600)
        snprintf(text, size, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                 (int)(seconds % 60));
    else
        snprintf(text, size, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

void progress_line(ProgressStage stage, bool danish, int64_t done, int64_t total, int64_t count,
                   int64_t elapsed_ms, char line[PROGRESS_LINE_SIZE]) {
    const StageDefinition *definition = &stages[stage];
    char cells[CELLS + 1];
    char rate[NUMBER_TEXT_SIZE];
    char left[32];
    /* A share needs no more digits, and the products below fit. */
    for (; total > SHARE_MAX; total /= 2)
        done /= 2;
    done = done > total ? total : done;
    memset(cells, '.', CELLS);
    memset(cells, '#', total > 0 ? (size_t)(CELLS * done / total) : 0);
    cells[CELLS] = '\0';
    const int size = snprintf(line, PROGRESS_LINE_SIZE, "%s [%s] %3d %%",
                              danish ? definition->doing_da : definition->doing_en, cells,
                              total > 0 ? (int)(100 * done / total) : 0);
    if (elapsed_ms < RATE_AFTER_MS || done <= 0)
        return;
    number_format(count * 1000 / elapsed_ms, danish, rate);
    put_time(elapsed_ms * (total - done) / done / 1000, left, sizeof left);
    snprintf(line + size, PROGRESS_LINE_SIZE - (size_t)size, "  %s %s/s  %s %s", rate,
             danish ? definition->unit_da : definition->unit_en, left, danish ? "tilbage" : "left");
}

void progress_at(int64_t done, int64_t total, int64_t count) {
    char line[PROGRESS_LINE_SIZE];
    if (drawer == 0 || drawer != getpid())
        return;
    const int64_t now = now_ms();
    if (is_drawn && now - drawn_ms < REDRAW_MS)
        return;
    progress_line(current, in_danish, done, total, count, now - began_ms, line);
    fprintf(stderr, "\r%s\033[K", line);
    is_drawn = true;
    drawn_ms = now;
}
