/* ydelse help: what --help prints. */
#include <stddef.h>

#include "io/command/command.h"

static Status run(const Invocation *invocation, Error *error) {
    const Command *command = NULL;
    if (invocation->operand_count == 0) {
        command_print_help_all(command_table());
        return STATUS_OK;
    }
    const Status status = command_find(invocation->operands[0], &command, error);
    if (status == STATUS_OK)
        command_print_help(command);
    return status;
}

static const Option options[] = {
    {NULL, NULL, NULL, false, false},
};

const Command command_help = {
    .name = "help",
    .summary = "what the program, or a command, does, with options and examples",
    .operands = "[COMMAND]",
    .operands_min = 0,
    .operands_max = 1,
    .options = options,
    .description = "The same as `ydelse --help` and `ydelse <command> --help`.",
    .examples = "  ydelse help\n  ydelse help run",
    .run = run,
};
