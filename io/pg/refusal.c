#include "io/pg/refusal.h"

#include <string.h>

/* The database speaks our words here: it need not be named as their source. */
static void drop_prefix(char *message) {
    static const char prefix[] = "database: ";
    if (strncmp(message, prefix, sizeof prefix - 1) == 0)
        memmove(message, message + sizeof prefix - 1, strlen(message) - (sizeof prefix - 1) + 1);
}

Status refusal_translate(const Refusal *table, Error *error) {
    for (const Refusal *refusal = table; refusal->sqlstate != NULL; refusal++) {
        if (strcmp(error->sqlstate, refusal->sqlstate) != 0)
            continue;
        error->status = refusal->status;
        drop_prefix(error->message);
        if (error->hint[0] == '\0')
            error_hint(error, "%s", refusal->hint);
    }
    return error->status;
}
