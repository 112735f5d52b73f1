/* The trace: every step of a calculation, handed to a listener while it happens.
 *
 * A step says by which rule (engine/rule.def) which amount came about, the exact fraction before rounding,
 * the rates used, and the input row or days behind it. The listener must copy what it keeps. Findings are
 * reported through the same listener, with the row they are about.
 */
#ifndef YDELSE_ENGINE_TRACE_H
#define YDELSE_ENGINE_TRACE_H

#include "engine/finding.h"
#include "engine/rate.h"
#include "engine/rule.h"

#define STEP_RATES_MAX 4
#define STEP_NOTE_SIZE 64

typedef struct {
    RuleId rule;
    const char *note; /* which case of the rule: "FORS", "SYG", "LOEN", a kind of row; or NULL */
    Wide numerator;   /* the exact value before rounding is numerator/denominator øre */
    Wide denominator; /* 0: there is no fraction, amount is the plain value */
    int64_t unit_oere; /* rounded to a multiple of this; 0: not rounded */
    Money amount;
    Date first; /* days concerned, DATE_NONE when the step has none */
    Date last;
    const RateRow *rate[STEP_RATES_MAX]; /* NULL-padded */
    const Source *row;                   /* the input row, or NULL */
} Step;

typedef struct {
    void (*step)(void *context, const Step *step);
    void (*finding)(void *context, FindingCode code, const Source *row);
    void *context;
} Trace;

#endif
