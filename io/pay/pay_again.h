/* Paying rejected payments again: somebody's word, kept with who, when and why (sql/0017: payment_release). */
#ifndef YDELSE_IO_PAY_PAY_AGAIN_H
#define YDELSE_IO_PAY_PAY_AGAIN_H

#include "io/command/command.h"
#include "io/pg/pg.h"

/* Releases what --again names (each an EndToEndId, or `all`) for the next batch, and prints it. */
Status pay_again(Pg *pg, const Invocation *invocation, Error *error);

#endif
