/* The header row of an input file, and its trailer: what must hold for the file as a whole. Only io/intake/intake.c. */
#ifndef YDELSE_IO_INTAKE_INTAKE_HEADER_H
#define YDELSE_IO_INTAKE_INTAKE_HEADER_H

#include "engine/money.h"
#include "io/csv/csv_reader.h"
#include "io/intake/decode.h"
#include "io/intake/intake.h"

/* A finding about the file as a whole, handed to visit. Texts are borrowed for the call. */
typedef void FileFinding(void *context, FindingCode code, int32_t line, const char *column,
                         int32_t field_number, const char *found, const char *expected);

/* Makes the layout from the names in the header; every trouble is a finding. False when there was one. */
bool header_read(const Kind *kind, const CsvRow *row, char decimal_sign, RowLayout *layout,
                 FileFinding *visit, void *context);

/* What the trailer is compared with. A row that cannot be cut into its fields does not say which of them is the
 * control column, so its amount may have been counted by the sender or not: each sum proves completeness. */
typedef struct {
    int64_t rows;
    Wide sum_oere;
    Wide sum_of_wrong_count_oere;  /* rows of another number of fields than the header */
    Wide sum_of_wrong_quotes_oere; /* rows with a misplaced quote, or too long */
    bool has_amounts;              /* one of the sums has an amount in it */
} FileTotals;

/* The row begins with #SLUT, unquoted. */
bool trailer_begins(Text raw);

typedef struct {
    bool is_given;
    bool is_readable;
    int32_t line;
    int64_t rows;
    bool has_sum; /* not empty */
    Wide sum_oere;
    char shown[96];
} Trailer;

void trailer_read(const CsvRow *row, char decimal_sign, Trailer *trailer);
bool trailer_fits(const Trailer *trailer, const FileTotals *totals);
/* "#SLUT;2;4000,00", as it should have been; the sum is empty where there is nothing to sum. */
void trailer_expected(const FileTotals *totals, char decimal_sign, char *text, size_t size_bytes);

#endif
