/* The explanation of one participant and month: the calculation done again with a listener, kept whole.
 *
 * explanation_make checks before anyone reads it that the calculation ends in the amounts it is to explain and
 * that the steps add up to every amount of the result: what cannot be explained is not shown as explained.
 */
#ifndef YDELSE_IO_EXPLAIN_EXPLANATION_H
#define YDELSE_IO_EXPLAIN_EXPLANATION_H

#include <stdio.h>

#include "engine/calc.h"
#include "io/base/error.h"
#include "io/intake/intake.h"

typedef struct {
    FindingCode code;
    bool has_row;
    Source row;
} ExplainedFinding;

typedef struct {
    Step step; /* step.row is NULL; the row stands beside it */
    bool has_row;
    Source row;
} ExplainedStep;

typedef struct {
    Result result;
    bool tax_withheld; /* policy skat */
    ExplainedStep *steps;
    int32_t step_count, step_capacity;
    ExplainedFinding *findings;
    int32_t finding_count, finding_capacity;
    bool out_of_memory;
} Explanation;

/* Explains `result`; STATUS_INTERNAL when the steps do not add up to it (detail says which amount). */
Status explanation_make(const MonthLaw *law, const Facts *facts, const Result *result,
                        Explanation *explanation, Error *error);
void explanation_free(Explanation *explanation);

/* What a Source.file is called: files in memory know their list, the database its table. */
typedef struct {
    const char *(*name)(const void *context, int32_t file);
    const void *context;
} FileNames;

/* The names of a delivery's files, which the list must outlive. */
FileNames input_file_names(const InputList *files);

typedef enum { EXPLAIN_TEXT, EXPLAIN_JSON, EXPLAIN_HTML } ExplainFormat;

/* Writes one explanation in a format; danish chooses the language of text and HTML (JSON has both).
 * explain_text.c, explain_json.c, explain_html.c. HTML is a whole page of its own. */
Status explanation_write(FILE *out, const Explanation *explanation, ExplainFormat format, bool danish,
                         const FileNames *files, Error *error);
Status explain_text_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error);
Status explain_html_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error);
Status explain_json_write(FILE *out, const Explanation *explanation, const FileNames *files, Error *error);

/* The words of a page in one language. */
typedef struct {
    const char *title, *outcome, *scheme, *active_days, *steps, *result, *findings, *rate, *line, *note;
    const char *rounded_oere, *rounded_krone, *rounded_down, *no_tax;
    const char *at_most, *at_least, *in_force, *source, *from_rows, *about_row, *held, *acts;
    const char *scheme_name[2];
    const char *amount[AMOUNT_COUNT];
    const char *month[12];
    const char *outcome_name[5];
    const char *status[RATE_STATUS_COUNT];
    const char *severity[4];
} Wording;

const Wording *wording(bool danish);

/* A factor as a reduced or plain text, e.g. "16.382,00 kr.", "30 %", "17/31 dage", "2 dage"; text holds FACTOR_TEXT_SIZE. */
#define FACTOR_TEXT_SIZE 128
void factor_format(const Factor *factor, bool danish, char *text);

/* Kroner as Danes write them, "11.071,05", or in English "11,071.05"; text holds KRONER_TEXT_SIZE bytes. */
#define KRONER_TEXT_SIZE 40
void kroner_format(Money amount, bool danish, char *text);

/* A 128-bit whole number; text holds WIDE_TEXT_SIZE bytes. */
#define WIDE_TEXT_SIZE 48
void wide_format(Wide value, char *text);

#endif
