/* A small month to pay, made by SQL alone: people, holds, and sealed runs with the results a test wants; and the
 * payment commands, run as the people of a finance department.
 *
 * The sealing is the real one (sql/0003, sql/0004); only the engine is left out. Functions in schema fixture:
 *   person(cpr, kommunekode, navn, doedsdato)   a delivery with one participant; again: the row is replaced
 *   hold(cpr, first, last)                      a delivery with one SPAERRING
 *   compute(month, full, rows)                  a sealed run; rows are "YYYY-MM cpr oere, ...", oere -1: held
 *   paid(cpr)                                   what live payments of a participant add up to
 */
#ifndef YDELSE_TESTS_INTEGRATION_PAY_FIXTURE_H
#define YDELSE_TESTS_INTEGRATION_PAY_FIXTURE_H

#include "tests/support/database.h"
#include "tests/support/process.h"

/* Replacement numbers: they can belong to nobody. */
#define ANNA "6101010001"
#define BO "6201010002"
#define CARLA "6301010003"
#define DAN "6401010004"

#define TODAY "YDELSE_DRIFT_IDAG=2024-03-20"
#define DUE "2024-03-27"

/* The owner's connection, and two members of ydelse_finance. */
extern Pg *owner;
extern char maker[64];
extern char approver[64];

/* A database with these people; to be used as .init and .fini of a suite. */
void begin_month(void);
void end_month(void);
/* Anna and Bo (0101) are owed 10.000,00 each for 2024-03, Carla (0461) 2.345,67. */
void three_people(void);

/* today is an entry of the environment, e.g. TODAY. */
Process run_as(const char *user, const char *today, const char *const *arguments);
Process emit_as(const char *user, const char *today, const char *batch, const char *path);
Pg *connect_as(const char *user);

/* Commands with the exit code they must give; extra is an option of pay, or NULL. */
void pay_as(const char *user, const char *extra, int expected);
void approve_as(const char *user, const char *batch, int expected);
void cancel_as(const char *user, const char *batch, int expected);
void expect_emit(const char *batch, int expected);

void expect_exit(const Process *process, int expected, const char *what);
void expect_no_cpr(const char *text, const char *what);
void expect_part(const char *text, const char *part);
/* What the owner's query gives. */
void expect_number(const char *sql, int64_t expected);
void expect_text(const char *sql, const char *expected);

#endif
