/* What follows a nightly command (load, run), so that somebody notices how it went without reading logs: its figures for
 * Prometheus (setting drift.metrikfil), and when it failed a program of the operator's (setting drift.ved_fejl).
 *
 * The program is executed directly, without a shell, with stdin from /dev/null, stdout and stderr as our stderr, in a
 * process group of its own, and with YDELSE_COMMAND, YDELSE_EXIT_CODE and YDELSE_MESSAGE (without CPR numbers) in its
 * environment, PGPASSWORD not. It has the seconds of setting drift.ved_fejl_sekunder, then it is killed with all it started.
 * Trouble with either is a warning: the exit code stays that of the command. A dry run is no night.
 */
#ifndef YDELSE_IO_RUN_NIGHTLY_H
#define YDELSE_IO_RUN_NIGHTLY_H

#include <stdint.h>

#include "io/command/command.h"

/* A clock for began_ms. */
int64_t nightly_clock_ms(void);

void nightly_end(const Invocation *invocation, int64_t began_ms, Status status, const Error *error);

#endif
