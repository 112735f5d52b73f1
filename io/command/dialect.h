/* --charset and --decimal: how the files of a delivery are written. Declared, never guessed. */
#ifndef YDELSE_IO_COMMAND_DIALECT_H
#define YDELSE_IO_COMMAND_DIALECT_H

#include "io/command/command.h"
#include "io/intake/intake.h"

/* For a command's table of options. */
#define DIALECT_CHARSET_HELP "charset of the files: utf8 (default) or latin1"
#define DIALECT_DECIMAL_HELP "decimal sign of amounts: , (default) or ."

/* UTF-8 and decimal comma unless the options say otherwise; other values are STATUS_USAGE. */
Status dialect_from_options(const Invocation *invocation, Dialect *dialect, Error *error);

#endif
