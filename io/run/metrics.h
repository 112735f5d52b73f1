/* Figures for Prometheus, in its text format: where things stand, and how the last nightly commands ended.
 *
 * Written to the file of setting drift.metrikfil after load and run, for node_exporter's textfile collector; printed by
 * `ydelse status --format prometheus`. The database's figures are left out when it does not answer (ydelse_database_up
 * is 0 then): a figure of yesterday must not look like one of today. No CPR number, nobody's name.
 */
#ifndef YDELSE_IO_RUN_METRICS_H
#define YDELSE_IO_RUN_METRICS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "io/base/error.h"

#define METRICS_COMMANDS_MAX 8
#define METRICS_COMMAND_SIZE 24

/* How a nightly command ended the last time. */
typedef struct {
    char command[METRICS_COMMAND_SIZE];
    int exit_code;
    int64_t end_seconds; /* since 1970 */
    int64_t duration_ms;
} CommandEnd;

typedef struct {
    CommandEnd ends[METRICS_COMMANDS_MAX];
    int32_t count;
} CommandEnds;

/* What an earlier file said; none when there is no such file or path is NULL. Lines of others are skipped. */
void command_ends_read(const char *path, CommandEnds *ends);
/* Takes the place of the command's earlier one. */
void command_ends_put(CommandEnds *ends, const CommandEnd *end);

/* status is the document of sql/queries/status.sql, or NULL when the database does not answer. Errors of out stay with
 * its owner. */
void metrics_print(FILE *out, const json_t *status, const CommandEnds *ends);

/* The same to a file that appears as a whole, readable for everybody. */
Status metrics_write(const char *path, const json_t *status, const CommandEnds *ends, Error *error);

#endif
