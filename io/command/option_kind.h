/* What the value of an option must be, by the word that stands for it in the help (Option.argument):
 *
 *     text|csv|json    one of these words
 *     M, M0, M2        a month, YYYY-MM
 *     DATE             a day, YYYY-MM-DD
 *     K                a municipality of the closed list
 *
 * command.c holds every given value to it before a command runs; other values are the command's own. */
#ifndef YDELSE_IO_COMMAND_OPTION_KIND_H
#define YDELSE_IO_COMMAND_OPTION_KIND_H

#include "engine/date.h"
#include "io/command/command.h"

/* "text|csv|json" and "check|list" are words to choose from; "FILE...", "K=V" and "C|-" are not. */
bool option_is_choice(const char *argument);

Status option_check(const Option *option, const char *value, Error *error);

/* A checked value; MONTH_NONE or DATE_NONE when the option was not given. */
Month option_month(const Invocation *invocation, const char *name);
Date option_date(const Invocation *invocation, const char *name);

#endif
