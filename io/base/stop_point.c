#include "io/base/stop_point.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const stop_point_name[STOP_POINT_COUNT] = {
#define X(id, name) name,
    STOP_POINTS(X)
#undef X
};

/* Whether the variable names the point, and this is the time that it means. */
static bool is_wanted(const char *variable, StopPoint point, long times) {
    const char *wanted = getenv(variable);
    const size_t size = strlen(stop_point_name[point]);
    if (wanted == NULL || strncmp(wanted, stop_point_name[point], size) != 0)
        return false;
    return wanted[size] == ':' ? strtol(wanted + size + 1, NULL, 10) == times : wanted[size] == '\0';
}

static bool is_first(void) {
    const char *path = getenv("YDELSE_STOP_ONCE");
    if (path == NULL)
        return true;
    const int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return file >= 0;
}

void stop_point(StopPoint point) {
    static _Atomic long times[STOP_POINT_COUNT]; /* the console's requests come here at the same time */
    const long time = ++times[point];
    if (is_wanted("YDELSE_STOP_AT", point, time) && is_first())
        raise(SIGKILL);
    if (is_wanted("YDELSE_PAUSE_AT", point, time) && is_first())
        raise(SIGSTOP);
}
