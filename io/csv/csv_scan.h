/* A forgiving look at a CSV row that libcsv cannot give us: one that is too long to hold, or whose quotes are
 * misplaced. Finds the end of such a row and the text of one field of it, in constant memory.
 *
 * Quotes are read as libcsv reads them in strict mode. After a misplaced quote the row ends at the next LF and
 * its fields are cut at each ';'.
 */
#ifndef YDELSE_IO_CSV_CSV_SCAN_H
#define YDELSE_IO_CSV_CSV_SCAN_H

#include <stdbool.h>

#include "engine/facts.h"

#define CSV_SCAN_VALUE_SIZE 96

typedef enum {
    CSV_SCAN_BEFORE_FIELD,
    CSV_SCAN_PLAIN,
    CSV_SCAN_QUOTED,
    CSV_SCAN_QUOTE_SEEN,  /* a quote inside a quoted field: its end, or the first of two */
    CSV_SCAN_AFTER_QUOTE, /* blanks after the end of a quoted field */
    CSV_SCAN_BROKEN,
} CsvScanState;

typedef struct {
    CsvScanState state;
    int32_t field;  /* index of the field being read */
    int32_t wanted; /* index of the field to keep, or -1 */
    uint32_t size_bytes;
    bool overflow;
    char value[CSV_SCAN_VALUE_SIZE];
} CsvScan;

void csv_scan_begin(CsvScan *scan, int32_t wanted);

/* Reads on; true when the row's line end was among the bytes (what follows it is not looked at). */
bool csv_scan_feed(CsvScan *scan, const char *bytes, size_t size_bytes);

/* Inside an open quote. */
static inline bool csv_scan_is_open(const CsvScan *scan) {
    return scan->state == CSV_SCAN_QUOTED;
}

/* The wanted field without blanks around it; empty when there is none or it is longer than
 * CSV_SCAN_VALUE_SIZE. Borrowed from scan. */
Text csv_scan_value(const CsvScan *scan);

/* The same for a row that is held: the field of the given index. */
Text csv_scan_field(CsvScan *scan, Text row, int32_t index);

#endif
