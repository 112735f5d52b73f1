/* The steps of one made-up person as lines of text, to be compared word for word.
 *
 * A step is a line: RULE note -> amount it adds to | factors or terms | = amount | days | rates | row. Factors are
 * K øre, P hundredths of a per cent, H hundredths of an hour, D days, S share, A amounts, terms have T; "/1" (round to
 * whole øre), "/100" (kroner) and "\100" (down) say the rounding. A step that only names a row begins with
 * ">".
 */
#ifndef YDELSE_TESTS_UNIT_TRACE_LINES_H
#define YDELSE_TESTS_UNIT_TRACE_LINES_H

#include "engine/calc.h"

Date day(const char *text);

/* Facts, each with the line it stands on: a course that began long ago and is open, with a decision where there is one;
 * amounts in øre; a child born in 2015. */
Forloeb course(Ordning ordning, TidligereYdelse tidligere, const char *start);
Indkomst income(int32_t line, Klasse klasse, const char *paid, int64_t oere);
Sanktion sanction(int32_t line, SanktionArt art, const char *date);
Periode period(int32_t line, PeriodeArt art, const char *first, const char *last, int64_t oere);
Barn child(int32_t line, Forhold forhold, const char *first, const char *last);

/* Computes a month of the person and compares every step and finding with the expected lines (NULL-terminated).
 * settings are pairs of policy and value, or NULL; died may be NULL. */
void expect_life(const char *month, const char *const *settings, Facts *facts, const char *born,
                 const char *died, const char *const *expected);
void expect_steps(const char *month, const char *const *settings, Facts *facts, const char *born,
                  const char *const *expected);

#endif
