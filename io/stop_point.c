#include "io/stop_point.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *const stop_point_name[STOP_POINT_COUNT] = {
#define X(id, name) name,
    STOP_POINTS(X)
#undef X
};

void stop_point(StopPoint point) {
    const char *wanted = getenv("YDELSE_STOP_AT");
    if (wanted != NULL && strcmp(wanted, stop_point_name[point]) == 0)
        raise(SIGKILL);
}
