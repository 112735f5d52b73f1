/* From the texts of a CSV row to typed Values, each cell on its own, then the row as a whole.
 *
 * Nothing is allocated: values borrow the row's texts. Every defect of a row becomes an issue, which says where
 * and what would have been right. What cells say beside each other is judged only when they could be read.
 */
#ifndef YDELSE_IO_INTAKE_DECODE_H
#define YDELSE_IO_INTAKE_DECODE_H

#include "engine/finding.h"
#include "io/intake/kind.h"

#define DECODE_EXPECTED_SIZE 160

typedef struct {
    FindingCode code;
    int32_t column; /* index in the kind's table */
    char expected[DECODE_EXPECTED_SIZE];
} DecodeIssue;

/* All that is wrong with one row. There is at most one issue for each column: a column whose cell cannot be read
 * takes no part in the other checks, and those of one column exclude each other. */
typedef struct {
    DecodeIssue items[COLUMNS_MAX];
    int32_t count;
} DecodeIssues;

/* How the fields of a file lie: made from its header. */
typedef struct {
    const Kind *kind;
    int32_t field_count;
    int8_t column_of_field[COLUMNS_MAX];
    int8_t field_of_column[COLUMNS_MAX]; /* -1: not in this file */
    char decimal_sign;
    /* Bit i: column i. Rows are many, and most have little of what every row is to be asked for. */
    uint32_t missing_columns;                    /* not in the file */
    uint32_t not_negative_columns, unit_columns; /* those of the file */
} RowLayout;
_Static_assert(COLUMNS_MAX <= 32, "a column is a bit");

/* Fills the sets of columns, when kind and field_of_column are there. */
void row_layout_finish(RowLayout *layout);

/* One cell. An empty text is an empty Value; the number of one that cannot be read is VALUE_NONE. */
bool decode_value(const Column *column, Text text, char decimal_sign, Value *value, DecodeIssue *issue);

/* Fills values (column_count of them; columns that are not in the file are empty) and posttype. Checks what a
 * cell can say by itself, that what is required is there (on a T row only the id), and on rows that are not T
 * what cells say beside each other. Where posttype cannot be read, the row is held to what holds for all of
 * them. The issues stand in order of the fields, columns that are not in the file last. True: there are none. */
bool decode_row(const RowLayout *layout, const Text *fields, Value *values, Posttype *posttype,
                DecodeIssues *issues);

/* Adds what cells say beside each other, in no order; not for T rows. Part of decode_row. */
void decode_check_row(const RowLayout *layout, const Value *values, DecodeIssues *issues);
/* The next issue, to be filled in. */
DecodeIssue *decode_issue_add(DecodeIssues *issues, int32_t column);

/* Calls visit for each warning about a well-formed row. */
typedef void DecodeWarning(void *context, const DecodeIssue *issue);
void decode_warnings(const RowLayout *layout, const Value *values, DecodeWarning *visit, void *context);

/* A date or an RFC 3339 time with its offset. */
bool decode_is_time(Text text);

/* "blank" as a decision id is blank: nothing but spaces and tabs. */
bool text_is_blank(Text text);

#endif
