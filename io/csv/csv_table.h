/* A small table of settings in CSV: a header, whole rows, UTF-8. The first fault refuses the table, with file and line.
 */
#ifndef YDELSE_IO_CSV_CSV_TABLE_H
#define YDELSE_IO_CSV_CSV_TABLE_H

#include "io/csv/csv_reader.h"

#define CSV_TABLE_COLUMNS_MAX 16

typedef struct {
    const char *name; /* of the file */
    int32_t line;
    const Text *fields; /* in the order of CsvTable.columns; valid until the next row */
    Status fault;
} CsvTableRow;

typedef struct {
    const char *built_in; /* read when no path is given, a file of this program; NULL: there is none */
    const char *const *columns;
    int32_t column_count;
    bool any_order; /* of the columns; else they stand as in `columns` */
    bool comments;  /* lines that begin with # are skipped */
    Status fault;   /* what a fault in the table is: STATUS_CONFIG or STATUS_DATA */
    /* Takes a row, or refuses it by csv_table_refuse. */
    Status (*take)(void *context, const CsvTableRow *row, Error *error);
    void *context;
} CsvTable;

/* path NULL: the built-in table. */
Status csv_table_read(const char *path, const CsvTable *table, Error *error);

/* "file:line: what", what being "column: expected ..."; returns the table's status of a fault. */
Status csv_table_refuse(const CsvTableRow *row, const char *what, Error *error);

/* Copies a text as a string; false when it does not fit, so that nothing is ever cut. */
bool text_copy(Text text, char *place, size_t size_bytes);
bool text_is(Text text, const char *word);

#endif
