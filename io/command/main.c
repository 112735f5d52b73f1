#include <stddef.h>

#include "io/command/command.h"

static const Command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "io/command/command.def"
#undef COMMAND
    NULL,
};

int main(int argc, char **argv) {
    return command_line(commands, argc, argv);
}
