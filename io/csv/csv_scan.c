#include "io/csv/csv_scan.h"

void csv_scan_begin(CsvScan *scan, int32_t wanted) {
    *scan = (CsvScan){.state = CSV_SCAN_BEFORE_FIELD, .field = 0, .wanted = wanted};
}

static void keep(CsvScan *scan, char byte) {
    if (scan->field != scan->wanted)
        return;
    if (scan->size_bytes == CSV_SCAN_VALUE_SIZE) {
        scan->overflow = true;
        return;
    }
    scan->value[scan->size_bytes++] = byte;
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* The state after a byte that is neither ';' nor LF outside of quotes. */
static CsvScanState scan_byte(CsvScan *scan, char byte) {
    switch (scan->state) {
    case CSV_SCAN_BEFORE_FIELD:
        if (is_blank(byte))
            return CSV_SCAN_BEFORE_FIELD;
        if (byte == '"')
            return CSV_SCAN_QUOTED;
        keep(scan, byte);
        return CSV_SCAN_PLAIN;
    case CSV_SCAN_PLAIN:
        if (byte == '"')
            return CSV_SCAN_BROKEN;
        keep(scan, byte);
        return CSV_SCAN_PLAIN;
    case CSV_SCAN_QUOTED:
        if (byte == '"')
            return CSV_SCAN_QUOTE_SEEN;
        keep(scan, byte);
        return CSV_SCAN_QUOTED;
    case CSV_SCAN_QUOTE_SEEN:
        if (byte == '"') {
            keep(scan, byte);
            return CSV_SCAN_QUOTED;
        }
        return is_blank(byte) ? CSV_SCAN_AFTER_QUOTE : CSV_SCAN_BROKEN;
    case CSV_SCAN_AFTER_QUOTE:
        return is_blank(byte) ? CSV_SCAN_AFTER_QUOTE : CSV_SCAN_BROKEN;
    case CSV_SCAN_BROKEN:
        if (byte != '"')
            keep(scan, byte);
        return CSV_SCAN_BROKEN;
    }
    return CSV_SCAN_BROKEN;
}

bool csv_scan_feed(CsvScan *scan, const char *bytes, size_t size_bytes) {
    for (size_t i = 0; i < size_bytes; i++) {
        const char byte = bytes[i];
        if (scan->state == CSV_SCAN_QUOTED || (byte != ';' && byte != '\n')) {
            scan->state = scan_byte(scan, byte);
            continue;
        }
        if (byte == '\n')
            return true;
        scan->field++;
        if (scan->state != CSV_SCAN_BROKEN)
            scan->state = CSV_SCAN_BEFORE_FIELD;
    }
    return false;
}

Text csv_scan_value(const CsvScan *scan) {
    uint32_t first = 0;
    uint32_t size = scan->overflow ? 0 : scan->size_bytes;
    while (size > first && is_blank(scan->value[size - 1]))
        size--;
    while (first < size && is_blank(scan->value[first]))
        first++;
    return (Text){scan->value + first, size - first};
}

Text csv_scan_field(CsvScan *scan, Text row, int32_t index) {
    csv_scan_begin(scan, index);
    csv_scan_feed(scan, row.bytes, row.size_bytes);
    return csv_scan_value(scan);
}
