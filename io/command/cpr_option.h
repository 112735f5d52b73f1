/* --cpr C|-: one person; with - the number is read from stdin, so that it stands in no list of processes. */
#ifndef YDELSE_IO_COMMAND_CPR_OPTION_H
#define YDELSE_IO_COMMAND_CPR_OPTION_H

#include "engine/cpr.h"
#include "io/command/command.h"

/* STATUS_USAGE when it is missing or no CPR number; the message does not repeat it. */
Status cpr_from_option(const Invocation *invocation, Cpr *cpr, Error *error);

#endif
