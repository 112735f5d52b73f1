/* How a command gets at the database: connected, of the schema this program needs, and with the look noted. */
#ifndef YDELSE_IO_COMMAND_DATABASE_H
#define YDELSE_IO_COMMAND_DATABASE_H

#include "io/command/command.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"

/* look: whom the command is about to show (io/pg/look.h); NULL: nobody. The connection is the invocation's, the same one
 * when it is asked for again, and is closed when the command has ended. */
Status command_connect(const Invocation *invocation, const Look *look, Pg **pg, Error *error);

#endif
