/* What people do with what is owed, at random: two of them collect, approve, cancel and emit, read answers, release what
 * was rejected and close claims, on days that go forth and back, and are killed at it. After each step the payments in
 * the database must be those of the naive model (purse.h).
 */
#ifndef YDELSE_TESTS_HISTORIES_MONEY_H
#define YDELSE_TESTS_HISTORIES_MONEY_H

#include "tests/histories/play_internal.h"

void money_after_night(Play *play);
/* Everything that may be paid is paid, and answered. */
void money_at_last(Play *play);
void money_free(Play *play);

#endif
