/* Why two results of one participant differ, as people and programs read it: the split of the difference
 * (engine/cause.h) with what stands behind each part.
 *
 * Made from two months of one state of knowledge, or from one month as two runs knew it. In the second case the rows
 * that were added, replaced or withdrawn between the two are listed: the corrections.
 */
#ifndef YDELSE_IO_EXPLAIN_DIFFERENCE_H
#define YDELSE_IO_EXPLAIN_DIFFERENCE_H

#include <stdio.h>

#include "engine/cause.h"
#include "io/explain/explanation.h"
#include "io/intake/kind.h"

typedef struct {
    Month month;
    int32_t run_id;      /* whose result it is; 0: computed from files */
    const MonthLaw *law; /* borrowed, as are the facts; NULL: the participant is not known */
    const Facts *facts;
} DifferenceSide;

/* Something behind a part, before and after: a rate, days, an amount of the result. */
#define DETAIL_TEXT_SIZE 512
typedef struct {
    Cause cause;
    char name[64]; /* a name of the result format, or "sats ydelse IKKE", "politik skat" */
    int32_t rate;  /* the RateId it is about, or -1 */
    bool is_amount;
    Money amount[2];                /* MONEY_NONE: not used there */
    char text[2][DETAIL_TEXT_SIZE]; /* when it is no amount */
} DifferenceDetail;

#define PLACE_NAME_SIZE 128
/* Where a version of a row stands, and with which delivery it came to count. */
typedef struct {
    bool given;
    Source row;
    char file[PLACE_NAME_SIZE];
    int32_t delivery_id;
} RowPlace;

/* before only: withdrawn (after is then the row that did it, if any); after only: added; both: replaced. */
typedef struct {
    KindId kind;
    uint32_t causes; /* bits 1 << cause */
    bool withdrawn;
    RowPlace before, after;
} ChangedRow;

typedef struct {
    Cpr cpr;
    DifferenceSide side[2];
    CauseSplit split;
    Explanation explanation[2]; /* empty where there is no result */
    DifferenceDetail *details;
    int32_t detail_count, detail_capacity;
    ChangedRow *rows;
    int32_t row_count, row_capacity;
    bool out_of_memory;
} Difference;

/* Splits the difference and finds what stands behind it. The rows' files and deliveries are left to whoever knows
 * them. */
Status difference_make(const DifferenceSide *before, const DifferenceSide *after, Difference *difference,
                       Error *error);
/* Harmless on what is all zero. */
void difference_free(Difference *difference);

/* difference_rows.c, difference_details.c: parts of difference_make. False when there is no memory. */
bool difference_rows_find(Difference *difference);
void difference_details_find(Difference *difference);

/* Writes a difference: a letter, one JSON object (config/handbook/formats.md), a page to print. */
Status difference_write(FILE *out, const Difference *difference, ExplainFormat format, bool danish,
                        Error *error);
Status difference_text_write(FILE *out, const Difference *difference, bool danish, Error *error);
Status difference_json_write(FILE *out, const Difference *difference, Error *error);
Status difference_html_write(FILE *out, const Difference *difference, bool danish, Error *error);

/* The words of a cause (difference_words.c). */
typedef struct {
    const char *title, *sentence;
} CauseWords;
const CauseWords *cause_words(Cause cause, bool danish);
/* The words of the letter. */
typedef struct {
    const char *title, *run, *because, *sum, *benefit, *paid, *corrections, *delivery, *more, *less;
    const char *added, *replaced, *withdrawn, *withdrawn_by, *nothing, *line, *atp_and_tax;
} DifferenceWords;
const DifferenceWords *difference_words(bool danish);
/* "Du fik 512,00 kr. mindre ..."; text holds SENTENCE_SIZE bytes. */
#define SENTENCE_SIZE 512
void difference_sentence(const Difference *difference, bool danish, char text[SENTENCE_SIZE]);
/* "fradrag_loen" becomes "Fradrag for løn"; a policy goes by its name. */
const char *detail_title(const DifferenceDetail *detail, bool danish);
/* One side of a detail: "100,00", "ikke forsørger 14 dage, forsørger 17 dage"; "-" when it is not used there. */
void detail_format(const DifferenceDetail *detail, int side, bool danish, char text[DETAIL_TEXT_SIZE]);

#endif
