/* Commands as data: name, one line, usage, options, examples, run. --help is printed from this table.
 *
 * Options are parsed by getopt_long into an Invocation before run is called; run returns the exit code as a
 * Status and fills error for every status other than STATUS_OK and STATUS_FINDINGS.
 */
#ifndef YDELSE_IO_COMMAND_COMMAND_H
#define YDELSE_IO_COMMAND_COMMAND_H

#include <stdbool.h>

#include "io/base/error.h"
#include "io/base/settings.h"

/* argument says what a value must be (io/command/option_kind.h). */
typedef struct {
    const char *name;     /* "month": --month */
    const char *argument; /* "M", or NULL for a switch */
    const char *help;
    bool required;
    bool repeatable;
} Option;

#define OPTION_VALUES_MAX 256

typedef struct {
    const char *name;
    const char *value; /* "" for a switch */
} OptionValue;

typedef struct {
    const struct Command *command;
    Settings *settings;                     /* built-in < file < environment < options */
    OptionValue options[OPTION_VALUES_MAX]; /* in the order given */
    int option_count;
    char *const *operands;
    int operand_count;
    struct Pg **connection; /* of io/command/database.h, closed when the command has ended */
} Invocation;

typedef struct Command {
    const char *name;
    const char *summary;  /* one line */
    const char *operands; /* "FILE-OR-DIR...", or "" */
    int operands_min;
    int operands_max;        /* -1: any number */
    const Option *options;   /* ended by a NULL name; the common options come on top */
    const char *description; /* paragraphs for --help */
    const char *examples;
    Status (*run)(const Invocation *invocation, Error *error);
    bool nightly; /* watched: see io/run/nightly.h */
} Command;

/* The value of an option: the last one given, or NULL. */
const char *option_value(const Invocation *invocation, const char *name);
bool option_given(const Invocation *invocation, const char *name);

/* The options every command has: --config --dsn --set --lang --log-format --quiet --verbose --help. */
extern const Option common_options[];

/* --dsn as given, or NULL: libpq's own conventions. */
const char *command_dsn(const Invocation *invocation);
/* Whether texts for people are Danish (setting udskrift.sprog, option --lang). */
bool command_danish(const Invocation *invocation);

/* Parses the arguments after the command's name (argv[0] is that name), loads the settings, and runs the
 * command. An option named "policy" is merged into the settings. Usage errors are STATUS_USAGE. */
Status command_invoke(const Command *command, int argc, char **argv, Error *error);

void command_print_help(const Command *command);
void command_print_help_all(const Command *const *commands);

typedef struct {
    Status status;
    const char *meaning;
} ExitCode;
extern const ExitCode exit_codes[];
extern const int exit_code_count;

/* The whole program: argv as main got it, commands ended by NULL. Returns the exit code. */
int command_line(const Command *const *commands, int argc, char **argv);

/* The commands that command_line was given, ended by NULL; NULL before. */
const Command *const *command_table(void);
/* The command of that name among them; STATUS_USAGE, with the nearest as hint, when there is none. */
Status command_find(const char *name, const Command **command, Error *error);

#define COMMAND(name) extern const Command command_##name;
#include "io/command/command.def"
#undef COMMAND

#endif
