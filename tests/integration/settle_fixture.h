/* A month whose batches are emitted, and answers about it, read as the people who do it. */
#ifndef YDELSE_TESTS_INTEGRATION_SETTLE_FIXTURE_H
#define YDELSE_TESTS_INTEGRATION_SETTLE_FIXTURE_H

#include "tests/integration/pay_fixture.h"

extern char *settle_folder;
/* .init and .fini of a suite: a database and a folder. */
void settle_begin(void);
void settle_end(void);

/* Batch 1 (0101: Anna and Bo) and batch 2 (0461: Carla), emitted. */
void emitted_month(void);
/* The EndToEndId of a participant's newest payment; the caller frees it. */
char *eeid(const char *cpr);

/* Settles a file of this text; part must be in what is printed. option: one more, or NULL. */
void settle_as(const char *user, const char *text, const char *option, int expected, const char *part);
/* One NemKonto answer about the newest payment of a participant. */
void nemkonto(const char *cpr, const char *code, int expected, const char *part);
/* `pay --again`. */
void again_as(const char *user, const char *payment, int expected, const char *part);
/* A part of what `rejected --format csv` lists. */
void expect_rejected(const char *part);
/* `verify` finds nothing in what is paid and answered. */
void expect_payments_verified(void);

/* The states of all payments, of all batches. */
extern const char states_sql[];
extern const char batches_sql[];

#endif
