/* A road to the server on which an answer can be lost: a unix socket of our own that forwards everything, until it is
 * told to let the server do its work, drop the answer, and hang up. */
#ifndef YDELSE_TESTS_FAULTS_PROXY_H
#define YDELSE_TESTS_FAULTS_PROXY_H

#include <stdbool.h>
#include <sys/types.h>

/* Listens in a folder (the PGHOST to use); aborts the test when it cannot. */
pid_t proxy_begin(const char *folder);
/* From now on the answer that ends a transaction is lost; any: the next answer outside of one, too. */
void proxy_lose_answer(pid_t proxy, bool any);
void proxy_end(pid_t proxy, const char *folder);

#endif
