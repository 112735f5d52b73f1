#include "io/intake/finding_log.h"

#include <stdlib.h>

void finding_log_free(FindingLog *log) {
    arena_free(&log->texts);
    free(log->findings);
    *log = (FindingLog){0};
}

static bool grow(FindingLog *log) {
    if (log->count < log->capacity)
        return true;
    if (log->capacity > INT32_MAX / 2)
        return false;
    const int32_t capacity = log->capacity == 0 ? 64 : 2 * log->capacity;
    InputFinding *moved = realloc(log->findings, (size_t)capacity * sizeof *moved);
    if (moved == NULL)
        return false;
    log->findings = moved;
    log->capacity = capacity;
    return true;
}

bool finding_log_add(FindingLog *log, const InputFinding *finding) {
    if (!grow(log))
        return false;
    InputFinding kept = *finding;
    kept.column = arena_copy_string(&log->texts, finding->column);
    kept.found = arena_copy_string(&log->texts, finding->found);
    kept.expected = arena_copy_string(&log->texts, finding->expected);
    if (kept.column == NULL || kept.found == NULL || kept.expected == NULL)
        return false;
    log->findings[log->count++] = kept;
    return true;
}
