/* The console beside a small paid month (pay_fixture.h): users with a password, and the server. */
#ifndef YDELSE_TESTS_INTEGRATION_CONSOLE_H
#define YDELSE_TESTS_INTEGRATION_CONSOLE_H

#include "tests/integration/pay_fixture.h"
#include "tests/support/web.h"

#define PASSWORD "hemmelig7" /* of all of them; PGPASSWORD is set to it for the commands that the test runs */

extern WebServer console_server;
extern char *console_folder;
/* Two members of ydelse_finance, one of ydelse_auditor, and somebody without a role. */
extern char finance[64], second_finance[64], auditor[64], nobody[64];

/* For a suite's .init and .fini: three people are owed for 2024-03. */
void console_begin(void);
void console_end(void);

#endif
