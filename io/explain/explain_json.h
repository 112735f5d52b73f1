/* The trace of one participant and month as one JSON object on one line ("ydelse-explain" version 1).
 *
 * Members: format, version, cpr_nummer, maaned, udfald, ordning, aktive_dage, amounts {name: kroner as text with
 * a decimal point}, steps, findings. A step: rule, act, paragraph, sentence_da, sentence_en, amount, adds_to (the
 * amount it is part of: the steps of one name sum to that amount; null: a detail), factors [{kind, numerator,
 * denominator}] whose product is the exact value (whole numbers of up to 128 bits as texts; kroner_oere in oere,
 * percent in hundredths over 10000), rounded_to_oere (1 or 100; 0: not rounded), rounded_down, rates [{sats, gruppe,
 * vaerdi, enhed, gaelder_fra, gaelder_til, lovhenvisning, kilde, status}], and where it has them note, first_day,
 * last_day, row {file, line}. A finding: code, severity, sentence_da, sentence_en, advice_da, row.
 */
#ifndef YDELSE_IO_EXPLAIN_EXPLAIN_JSON_H
#define YDELSE_IO_EXPLAIN_EXPLAIN_JSON_H

#include <stdio.h>

#include "engine/calc.h"
#include "io/base/error.h"
#include "io/intake/intake.h"

Status explain_json_person(FILE *out, const MonthLaw *law, const Facts *facts, const InputList *files,
                           const Result *result, Error *error);

#endif
