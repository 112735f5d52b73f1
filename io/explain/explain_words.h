/* The words and numbers that people read in an explanation, the same in text and HTML. */
#ifndef YDELSE_IO_EXPLAIN_EXPLAIN_WORDS_H
#define YDELSE_IO_EXPLAIN_EXPLAIN_WORDS_H

#include "io/explain/explanation.h"

/* The note of a step in words, "forsørger" for "FORS"; NULL for a code that has none (a test finds it). */
const char *note_words(const char *note, bool danish);

/* A rate in words, "ydelse til forsørgere", and its unit, "kr. om måneden". */
const char *rate_words(RateId id, bool danish);
const char *unit_words(const char *unit, bool danish);

/* "1.–31. marts 2024"; the last day may be DATE_NONE: still in force. text holds DAYS_WORDS_SIZE bytes. */
#define DAYS_WORDS_SIZE 80
void days_words(Date first, Date last, bool danish, char *text);

/* A legal basis as the rate tables write it, with the sign for "par.". text holds BASIS_WORDS_SIZE bytes; a longer
 * one is cut. */
#define BASIS_WORDS_SIZE 512
void basis_words(const char *legal_basis, char *text);

/* The left side of a step's sum: "16.382,00 kr. x 17/31 dage" or "12.326,00 kr. - 647,35 kr.", empty when the amount
 * has neither factors nor terms. times is the sign between factors. text holds SUM_WORDS_SIZE bytes. */
#define SUM_WORDS_SIZE 640
void sum_words(const Step *step, bool danish, const char *times, char *text);

/* What factors or terms come to, rounded, before the bounds of the rule; the amount when there are none. */
Money sum_unbounded(const Step *step);

/* Whether a step is about an amount at all. */
bool step_has_amount(const Step *step);

/* How a step is rounded, or NULL. */
const char *rounding_words(const Step *step, const Wording *words);

/* An amount of the result as the table shows it: what is taken away is negative, so that the column adds up. */
Money amount_shown(const Result *result, int amount);

/* The lead of an explanation: what is paid, the scheme, the active days. text holds OUTCOME_WORDS_SIZE bytes. */
#define OUTCOME_WORDS_SIZE 320
void outcome_words(const Explanation *explanation, bool danish, char *text);

/* How many steps directly before this one only name rows behind it. */
int32_t rows_before(const Explanation *explanation, int32_t step);

#endif
