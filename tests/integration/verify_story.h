/* A database in which everything has happened that is stored: rejects and rejected files, corrections, withdrawals,
 * rows that waited, a run that failed, months that vanished, held people, payments emitted and given up. */
#ifndef YDELSE_TESTS_INTEGRATION_VERIFY_STORY_H
#define YDELSE_TESTS_INTEGRATION_VERIFY_STORY_H

#include "io/pg/pg.h"

/* For .init and .fini of a suite. */
void story_begin(void);
void story_end(void);

/* A superuser's connection to it. */
Pg *story_superuser(void);

/* Does sql as a superuser with triggers disabled, checks everything, and undoes it. Returns what verify printed (in
 * English, the list of the checks included), or NULL when the database itself refused the sql; the caller frees it.
 * *wrong is how many wrong things were found. */
char *story_tampered(Pg *superuser, const char *sql, long long *wrong);

#endif
