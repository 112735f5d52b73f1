/* What is news: rejects and held people that the nightly run before did not know (sql/0011: run_news).
 *
 * A held participant is known by the finding that holds him: held in March for what already held February is no
 * news, held for something else is.
 */
#ifndef YDELSE_IO_RUN_NEWS_H
#define YDELSE_IO_RUN_NEWS_H

#include "engine/date.h"
#include "io/pg/pg.h"

/* Notes who begins and ends to be held with a run. Part of its sealing transaction. */
Status news_note_held(Pg *pg, int32_t run_id, Error *error);

/* Prints what is new, code by code, then how much is known from before and how old it is. */
Status news_print(Pg *pg, int32_t run_id, Date today, bool danish, bool *has_news, Error *error);

#endif
