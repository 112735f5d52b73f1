/* --kommune K: a municipality of the closed list. */
#ifndef YDELSE_IO_COMMAND_KOMMUNE_OPTION_H
#define YDELSE_IO_COMMAND_KOMMUNE_OPTION_H

#include "io/base/error.h"

/* kommune NULL: not given, which is fine. STATUS_USAGE for a code that no municipality has. Loads the code lists. */
Status kommune_check(const char *kommune, Error *error);

#endif
