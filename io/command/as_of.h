/* --data-as-of: a delivery by its number, or the last one committed by a time. */
#ifndef YDELSE_IO_COMMAND_AS_OF_H
#define YDELSE_IO_COMMAND_AS_OF_H

#include "io/pg/pg.h"

/* STATUS_USAGE when the text is neither a number nor a time, STATUS_NO_INPUT when there is no such delivery. */
Status delivery_as_of(Pg *pg, const char *text, int32_t *delivery_id, Error *error);

/* Whether the database can read the text as a time; STATUS_USAGE that names the option otherwise. */
Status time_check(Pg *pg, const char *text, const char *option, Error *error);

#endif
