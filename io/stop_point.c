#include "io/stop_point.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const char *const stop_point_name[STOP_POINT_COUNT] = {
#define X(id, name) name,
    STOP_POINTS(X)
#undef X
};

static bool is_wanted(const char *variable, StopPoint point) {
    const char *wanted = getenv(variable);
    return wanted != NULL && strcmp(wanted, stop_point_name[point]) == 0;
}

void stop_point(StopPoint point) {
    if (is_wanted("YDELSE_STOP_AT", point))
        raise(SIGKILL);
    if (is_wanted("YDELSE_PAUSE_AT", point))
        raise(SIGSTOP);
}
