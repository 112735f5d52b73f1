/* The eight kinds of input file: one table of columns drives CSV decoding, COPY in and COPY out.
 *
 * A decoded row is an array of Values in the order of its kind's column table. The same array is filled from
 * a CSV row (io/csv/) and from a binary COPY row (io/pg/), and io/intake/fact.c turns it into the engine's
 * structs, so both sources feed one engine by one code.
 */
#ifndef YDELSE_IO_INTAKE_KIND_H
#define YDELSE_IO_INTAKE_KIND_H

#include "engine/facts.h"

typedef enum {
    KIND_DELTAGERE,
    KIND_FORLOEB,
    KIND_BOERN,
    KIND_PERIODER,
    KIND_INDKOMST,
    KIND_FERIEPENGE,
    KIND_SANKTIONER,
    KIND_SKATTEKORT,
    KIND_COUNT,
} KindId;

/* How a column is read, held in a Value, and stored in PostgreSQL. */
typedef enum {
    COLUMN_CPR,     /* text; number = the ten digits as a number      text */
    COLUMN_TEXT,    /* text                                           text, NULL when empty */
    COLUMN_ID,      /* text, at most ID_SIZE_MAX bytes                text */
    COLUMN_DATE,    /* number = Date.day                              date */
    COLUMN_MONTH,   /* number = Month.index                           date (the first of the month) */
    COLUMN_TIME,    /* text as given (checked)                        text */
    COLUMN_AMOUNT,  /* number = øre                                   bigint */
    COLUMN_NUMBER,  /* two decimals; number = hundredths              bigint */
    COLUMN_INTEGER, /* number                                         integer */
    COLUMN_CODE,    /* number = index in the code list, text          text */
    COLUMN_JN,      /* number = 1 for J, 0 for N                      boolean */
    COLUMN_SE,      /* text; SE/CVR check warns                       text */
} ColumnType;

#define VALUE_NONE INT64_MIN

/* Empty = {VALUE_NONE, {"", 0}}. text always holds the text as read from CSV (borrowed from the row). */
typedef struct {
    int64_t number;
    Text text;
} Value;

typedef enum {
    CODES_NONE,
    CODES_POSTTYPE,
    CODES_KOMMUNE, /* number = the municipality code itself */
    CODES_ORDNING,
    CODES_TIDLIGERE_YDELSE,
    CODES_FORHOLD,
    CODES_PERIODEART,
    CODES_INDKOMSTTYPE, /* number = the type itself */
    CODES_KLASSE,
    CODES_FERIEKILDE,
    CODES_FERIEART,
    CODES_UDBETALINGSTYPE,
    CODES_SANKTIONSART,
    CODES_KORTTYPE,
} CodeListId;

#define COLUMNS_MAX 24
#define ID_SIZE_MAX 64
#define TEXT_SIZE_MAX 200 /* of every other value, as UTF-8 */

typedef struct {
    const char *name;
    ColumnType type;
    CodeListId codes;
    bool required; /* in the header and in every row that is not T */
    bool control;  /* the column summed in the trailer */
    int32_t
        digits; /* COLUMN_INTEGER: exactly so many; COLUMN_SE: 8 (with a check digit) or 10 (without); 0: any */
    int64_t minimum, maximum; /* COLUMN_INTEGER and COLUMN_NUMBER: bounds of number; both 0: none */
    bool not_negative;        /* COLUMN_AMOUNT: NEGATIVT_BELOEB otherwise, but on T rows */
} Column;

typedef struct {
    const char *name;
    const Column *columns;
    int32_t column_count;
    int32_t id_column;      /* names the row */
    int32_t cpr_column;     /* the participant */
    int32_t control_column; /* or -1 */
} Kind;

/* Every kind has these two first in its table. */
#define COLUMN_INDEX_POSTTYPE 0
#define COLUMN_INDEX_INDBERETTET 1

extern const Kind kind_table[KIND_COUNT];

typedef enum { POSTTYPE_N, POSTTYPE_R, POSTTYPE_T } Posttype;

#endif
