/*
 * Writes one file of a delivery: a header, rows field by field, a trailer.
 *
 * A row is row_begin, one field_ call for each column, row_end. Every field ends in a separator; row_end
 * turns the last one into the end of the line. A write error is remembered and reported when the file is
 * closed, so that no call in between has to be looked at. Amounts are in oere.
 */
#ifndef YDELSE_SAMPLES_GENERATOR_OUTPUT_H
#define YDELSE_SAMPLES_GENERATOR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "samples/generator/file_kind.h"

/* Exit codes, of sysexits. */
enum {
    EXIT_CANNOT_CREATE = 73,
    EXIT_WRITE = 74,
};

typedef struct Writer {
    FILE *stream;
    char *buffer;
    size_t used_bytes;
    int64_t rows;         /* begun so far: the number of the current row, from 1 */
    int64_t control_oere; /* the sum for the trailer */
    bool failed;          /* sticky; looked at when the file is closed */
} Writer;

/* Makes the folder if it does not exist; its parent must. 0, or an exit code after a message on stderr. */
int output_folder_make(const char *folder);

/* Opens folder/NAME.csv with its header; an older file is overwritten. 0 or an exit code, as above. */
int writer_open(Writer *writer, const FileFormat *format, const char *folder);

/* Writes the trailer and closes what was opened, also after writer_open failed or was never called. */
int writer_close(Writer *writer, const FileFormat *format);

void row_begin(Writer *writer);
void row_end(Writer *writer);

/* Part of a field: the caller ends it with a field_ function. */
void put_char(Writer *writer, char c);
void put_text(Writer *writer, const char *text);

void field_text(Writer *writer, const char *text);
void field_empty(Writer *writer);
/* 0 and above, at least width digits, zeros in front. */
void field_number(Writer *writer, int64_t number, int32_t width);
/* Two decimals after a comma. */
void field_hundredths(Writer *writer, int64_t hundredths);
/* An amount of zero is written as not given. */
void field_amount(Writer *writer, int64_t amount_oere);
/* The same, counted in the trailer's sum. */
void field_control_amount(Writer *writer, int64_t amount_oere);
/* The month the day is in, YYYY-MM. */
void field_month(Writer *writer, int32_t day);
void field_date(Writer *writer, int32_t day);
void field_date_or_empty(Writer *writer, bool given, int32_t day);
/* The prefix and the number of the row. */
void field_id(Writer *writer, const char *prefix);
/* A decision id of its own for each row: the prefix tells the file. */
void field_decision(Writer *writer, const char *prefix, bool given);

#endif
