/* The trace: every step of a calculation, handed to a listener while it happens.
 *
 * A step says by which rule (engine/rule.def) which amount came about, the exact fraction before rounding or the
 * terms of a sum, the rates used, and the input row or days behind it. Where several rows stand behind a step, the
 * others come before it as steps that name a row and nothing else. The listener must copy what it keeps. Findings
 * are reported through the same listener, with the row they are about.
 */
#ifndef YDELSE_ENGINE_TRACE_H
#define YDELSE_ENGINE_TRACE_H

#include "engine/rate.h"
#include "engine/result.h"
#include "engine/rule.h"

/* One factor of the exact value before rounding. */
typedef enum {
    FACTOR_NONE,
    FACTOR_KRONER,  /* numerator øre */
    FACTOR_PERCENT, /* numerator hundredths of a per cent, denominator 10000 */
    FACTOR_HOURS,   /* numerator hundredths of an hour, denominator 100 */
    FACTOR_DAYS,    /* numerator of denominator days */
    FACTOR_SHARE,   /* a plain fraction */
    FACTOR_AMOUNTS, /* numerator øre of denominator øre */
} FactorKind;

typedef struct {
    FactorKind kind;
    Wide numerator;
    Wide denominator; /* 0 stands for 1 */
} Factor;

#define STEP_FACTORS_MAX 4
#define STEP_RATES_MAX 4
#define STEP_TERMS_MAX 6

/* What a step is part of: the steps with the same adds_to sum to that amount of the result. */
#define STEP_ADDS_TO(amount) (AMOUNT_##amount + 1)
#define STEP_IS_DETAIL 0

typedef struct {
    RuleId rule;
    const char
        *note; /* which case of the rule: "FORS", "SYG", "LOEN", a kind of row (io/show/wording.c); or NULL */
    bool only_row;   /* no amount: one more input row behind the next step that is not such a one */
    int32_t adds_to; /* STEP_ADDS_TO(amount), or STEP_IS_DETAIL */
    Money amount;
    Factor
        factor[STEP_FACTORS_MAX]; /* the exact value in øre is their product; none: amount is a plain sum */
    Money term[STEP_TERMS_MAX];   /* or the amount is the sum of these, within the bounds of the rule */
    int32_t term_count;
    int64_t unit_oere; /* product or sum is rounded to a multiple of this; 0: not rounded */
    bool rounded_down;
    Date first; /* days concerned, both DATE_NONE when the step has none */
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
