/* An output of a sealed run (sql/0016_outputs.sql): stored once, written as the bytes that are stored, or shown as a
 * table made of them. */
#ifndef YDELSE_IO_RUN_RUN_OUTPUT_H
#define YDELSE_IO_RUN_RUN_OUTPUT_H

#include "io/command/command.h"
#include "io/show/table.h"

typedef struct {
    const char *kind;           /* as in table output_file */
    const char *name;           /* of the command, for messages */
    const TableColumn *columns; /* those of the file, in its order */
    int32_t column_count;
} RunOutput;

/* The options of a command that calls run_output. */
#define RUN_OUTPUT_OPTIONS                                                                                   \
    {"run", "N", "the sealed run (`ydelse status` lists the last ones)", true, false},                       \
        {"format", "csv|text|json", "the stored file (csv, the default), or a table made of it", false,      \
         false},                                                                                             \
        {"output", "F", "write to this file, mode 0600 (default: standard output)", false, false}, {         \
        NULL, NULL, NULL, false, false                                                                       \
    }

Status run_output(const Invocation *invocation, const RunOutput *definition, Error *error);

#endif
