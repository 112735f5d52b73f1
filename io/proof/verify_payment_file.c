/* Payment files: the stored bytes against their hash, and what they say against the batch and its payments, transaction
 * by transaction. Bytes and payments are fetched in parts, XML is read as a stream, CSV line by line. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "engine/money.h"
#include "io/base/sha256.h"
#include "io/pay/payment_csv.h"
#include "io/pay/payment_format.h"
#include "io/proof/verify.h"

#define PART_SIZE (1 << 20)
#define PAYMENTS_ASKED 5000
#define PATH_SIZE 256
#define VALUE_SIZE 160
#define NUMBER_SIZE 24
#define LINE_SIZE 1024 /* of CSV: the prefix and a name, were each of its bytes a quote */

/* What is read of a transaction, and of the header. */
typedef enum { TX_ID, TX_AMOUNT, TX_CREDITOR, TX_COUNT } TxField;

static const char *const tx_paths[TX_COUNT] = {
    [TX_ID] = "PmtInf/CdtTrfTxInf/PmtId/EndToEndId",
    [TX_AMOUNT] = "PmtInf/CdtTrfTxInf/Amt/InstdAmt",
    [TX_CREDITOR] = "PmtInf/CdtTrfTxInf/Cdtr/Id/PrvtId/Othr/Id",
};

enum { COLUMN_FORMAT = 13, COLUMN_KOMMUNEKODE = 14 };

/* Paths under Document/CstmrCdtTrfInitn, and the column of batch_sql that they must equal. Where the formats differ there
 * is no path here: header_path. */
static const struct {
    const char *path;
    int column;
} header_paths[] = {
    {"GrpHdr/MsgId", 5},
    {"GrpHdr/NbOfTxs", 6},
    {"GrpHdr/CtrlSum", 7},
    {"GrpHdr/InitgPty/Id/OrgId/Othr/Id", 9},
    {"PmtInf/PmtInfId", 5},
    {"PmtInf/NbOfTxs", 6},
    {"PmtInf/CtrlSum", 7},
    {NULL, 8},
    {"PmtInf/Dbtr/Id/OrgId/Othr/Id", 9},
    {"PmtInf/DbtrAcct/Id/IBAN", 10},
    {NULL, 11},
};
#define HEADER_COUNT ((int)(sizeof header_paths / sizeof header_paths[0]))

static const char batch_sql[] =
    "SELECT f.batch_id, length(f.bytes), encode(f.sha256, 'hex'), f.payment_count, f.control_sum_oere, "
    "f.message_id, "
    "b.payment_count, b.total_oere, b.due_date, b.payer_cvr, b.payer_iban, b.payer_bic, "
    "ydelse.batch_message_id(b.batch_id), f.format, b.kommunekode "
    "FROM ydelse.payment_file f JOIN ydelse.batch b USING (batch_id) "
    "WHERE NOT ydelse.is_erased('batch', f.batch_id) ORDER BY f.batch_id";

typedef struct {
    Pg *pg;
    VerifyReport *report;
    const PgRows *batches;
    int row; /* of batches */
    PaymentFormat format;
    Status status;
    Error error;
    /* Bytes. */
    int64_t size_bytes, read_bytes;
    Sha256 sha;
    bool xml_failed; /* or the CSV */
    /* XML. */
    char path[PATH_SIZE];
    int32_t depth;
    char tx[TX_COUNT][VALUE_SIZE];
    bool header_seen[HEADER_COUNT];
    /* Payments of the database, in the order of the file. */
    PgRows *payments;
    int payment_next;
    char last_payment[NUMBER_SIZE];
} FileCheck;

static const char *batch_text(const FileCheck *check, int column) {
    return pg_text(check->batches, check->row, column);
}

static const char *header_path(const FileCheck *check, int index) {
    const PaymentFormatDefinition *format = &payment_formats[check->format];
    if (header_paths[index].path != NULL)
        return header_paths[index].path;
    return header_paths[index].column == 8 ? format->date_path : format->agent_path;
}

static void wrong(FileCheck *check, WrongCode code, const char *detail, const char *expected,
                  const char *found) {
    char key[128];
    snprintf(key, sizeof key, "bunke %.12s %.60s", batch_text(check, 0), detail);
    verify_wrong(check->report, VERIFY_betalingsfiler, code, "payment_file", key, expected, found);
}

/* --- Bytes ------------------------------------------------------------------------------------------------------------- */

static int hex_value(char digit) {
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* libxml2's read callback: at most `size` bytes more. The hash is taken over the same bytes. */
static int read_bytes(void *context, char *buffer, int size) {
    FileCheck *check = context;
    char from[NUMBER_SIZE], count[NUMBER_SIZE];
    PgRows *rows = NULL;
    if (check->status != STATUS_OK || check->read_bytes >= check->size_bytes)
        return 0;
    snprintf(from, sizeof from, "%" PRId64, check->read_bytes + 1);
    snprintf(count, sizeof count, "%d", size < PART_SIZE ? size : PART_SIZE);
    const char *const values[] = {batch_text(check, 0), from, count};
    check->status =
        pg_query(check->pg,
                 "SELECT substring(bytes FROM $2::integer FOR $3::integer) FROM ydelse.payment_file WHERE "
                 "batch_id = $1",
                 3, values, &rows, &check->error);
    int read = 0;
    if (check->status == STATUS_OK && pg_row_count(rows) == 1) {
        const char *text = pg_text(rows, 0, 0) + 2; /* after \x */
        for (; text[0] != '\0' && text[1] != '\0' && read < size; text += 2)
            buffer[read++] = (char)(hex_value(text[0]) << 4 | hex_value(text[1]));
    }
    pg_rows_free(rows);
    sha256_add(&check->sha, buffer, (size_t)read);
    check->read_bytes += read;
    return read;
}

/* --- Payments ------------------------------------------------------------------------------------------------------------ */

/* Moves to the next payment of the batch; false: there is none, or an error. */
static bool next_payment(FileCheck *check) {
    if (check->payments != NULL && ++check->payment_next < pg_row_count(check->payments))
        return true;
    if (check->payments != NULL && pg_row_count(check->payments) < PAYMENTS_ASKED)
        return false;
    if (check->payments != NULL)
        snprintf(check->last_payment, NUMBER_SIZE, "%s",
                 pg_text(check->payments, pg_row_count(check->payments) - 1, 0));
    pg_rows_free(check->payments);
    check->payments = NULL;
    check->payment_next = 0;
    char limit[NUMBER_SIZE];
    snprintf(limit, sizeof limit, "%d", PAYMENTS_ASKED);
    const char *const values[] = {batch_text(check, 0), check->last_payment, limit};
    check->status =
        pg_query(check->pg,
                 "SELECT payment_id, end_to_end_id, amount_oere, cpr FROM ydelse.payment WHERE batch_id = $1 "
                 "AND payment_id > $2 AND state <> 'cancelled' ORDER BY payment_id LIMIT $3",
                 3, values, &check->payments, &check->error);
    return check->status == STATUS_OK && pg_row_count(check->payments) > 0;
}

static void end_transaction(FileCheck *check) {
    char amount[MONEY_TEXT_SIZE];
    char detail[64];
    if (!next_payment(check)) {
        if (check->status == STATUS_OK)
            wrong(check, WRONG_FIL_BETALING, check->tx[TX_ID], "", check->tx[TX_AMOUNT]);
        return;
    }
    const PgRows *payments = check->payments;
    const int row = check->payment_next;
    money_format((Money){pg_integer(payments, row, 2)}, '.', amount);
    snprintf(detail, sizeof detail, "betaling %s", pg_text(payments, row, 0));
    verify_rows(check->report, VERIFY_betalingsfiler, 1);
    if (strcmp(check->tx[TX_ID], pg_text(payments, row, 1)) != 0)
        wrong(check, WRONG_FIL_BETALING, detail, pg_text(payments, row, 1), check->tx[TX_ID]);
    if (strcmp(check->tx[TX_AMOUNT], amount) != 0)
        wrong(check, WRONG_FIL_BETALING, detail, amount, check->tx[TX_AMOUNT]);
    if (strcmp(check->tx[TX_CREDITOR], pg_text(payments, row, 3)) != 0)
        wrong(check, WRONG_FIL_BETALING, detail, "CPR", "CPR");
}

/* --- XML ------------------------------------------------------------------------------------------------------------------- */

static void take_header(FileCheck *check, int index, const char *text) {
    char expected[VALUE_SIZE];
    const int column = header_paths[index].column;
    snprintf(expected, sizeof expected, "%s", batch_text(check, column));
    if (column == 7)
        money_format((Money){pg_integer(check->batches, check->row, column)}, '.', expected);
    check->header_seen[index] = true;
    if (strcmp(expected, text) != 0)
        wrong(check, WRONG_FIL_HOVED, header_path(check, index), expected, text);
}

static void take_text(FileCheck *check, const char *text) {
    for (int i = 0; i < TX_COUNT; i++)
        if (strcmp(check->path, tx_paths[i]) == 0)
            snprintf(check->tx[i], VALUE_SIZE, "%s", text);
    for (int i = 0; i < HEADER_COUNT; i++)
        if (strcmp(check->path, header_path(check, i)) == 0)
            take_header(check, i, text);
}

/* The path leaves out the two outermost elements. */
static void enter(FileCheck *check, const char *name) {
    const size_t size = strlen(check->path);
    if (check->depth++ < 2 || size + strlen(name) + 2 > PATH_SIZE)
        return;
    snprintf(check->path + size, PATH_SIZE - size, "%s%s", size == 0 ? "" : "/", name);
    if (strcmp(check->path, "PmtInf/CdtTrfTxInf") == 0)
        memset(check->tx, 0, sizeof check->tx);
}

static void leave(FileCheck *check) {
    char *slash = strrchr(check->path, '/');
    if (strcmp(check->path, "PmtInf/CdtTrfTxInf") == 0)
        end_transaction(check);
    if (slash != NULL)
        *slash = '\0';
    else
        check->path[0] = '\0';
    check->depth--;
}

static void take_node(FileCheck *check, xmlTextReaderPtr reader) {
    switch (xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_ELEMENT:
        enter(check, (const char *)xmlTextReaderConstLocalName(reader));
        if (xmlTextReaderIsEmptyElement(reader) == 1)
            leave(check);
        break;
    case XML_READER_TYPE_END_ELEMENT:
        leave(check);
        break;
    case XML_READER_TYPE_TEXT:
        take_text(check, (const char *)xmlTextReaderConstValue(reader));
        break;
    default:
        break;
    }
}

/* What is unreadable is told by its hash as well; libxml2's own words may hold what the file holds. */
static void ignore_error(void *context, xmlErrorPtr error) {
    (void)context;
    (void)error;
}

static Status read_xml(FileCheck *check, Error *error) {
    xmlTextReaderPtr reader = xmlReaderForIO(read_bytes, NULL, check, NULL, NULL, XML_PARSE_NONET);
    if (reader == NULL)
        return error_no_memory(error);
    xmlTextReaderSetStructuredErrorHandler(reader, ignore_error, NULL);
    int more = xmlTextReaderRead(reader);
    while (more == 1 && check->status == STATUS_OK) {
        take_node(check, reader);
        more = xmlTextReaderRead(reader);
    }
    check->xml_failed = more != 0;
    xmlFreeTextReader(reader);
    return STATUS_OK;
}

/* --- CSV -------------------------------------------------------------------------------------------------------------------- */

static PaymentCsvBatch csv_batch(const FileCheck *check) {
    return (PaymentCsvBatch){.due_date = batch_text(check, 8),
                             .kommunekode = batch_text(check, COLUMN_KOMMUNEKODE),
                             .payer_cvr = batch_text(check, 9),
                             .payer_iban = batch_text(check, 10),
                             .payer_bic = batch_text(check, 11),
                             .message_id = batch_text(check, 12)};
}

/* A row: all but the name follows from the database. */
static void take_csv_payment(FileCheck *check, const char *line) {
    char prefix[PAYMENT_CSV_PREFIX_SIZE];
    char detail[64];
    const PaymentCsvBatch batch = csv_batch(check);
    if (!next_payment(check)) {
        if (check->status == STATUS_OK)
            wrong(check, WRONG_FIL_BETALING, "", "", "");
        return;
    }
    const PgRows *payments = check->payments;
    const int row = check->payment_next;
    payment_csv_prefix(&batch, pg_text(payments, row, 1), pg_text(payments, row, 3),
                       (Money){pg_integer(payments, row, 2)}, prefix);
    snprintf(detail, sizeof detail, "betaling %s", pg_text(payments, row, 0));
    verify_rows(check->report, VERIFY_betalingsfiler, 1);
    if (strncmp(line, prefix, strlen(prefix)) != 0) /* not told: both have a CPR number */
        wrong(check, WRONG_FIL_BETALING, detail, "", "");
}

static void take_csv_line(FileCheck *check, const char *line, int64_t number) {
    char trailer[PAYMENT_CSV_TRAILER_SIZE];
    if (number == 1) {
        if (strcmp(line, PAYMENT_CSV_HEADER) != 0)
            wrong(check, WRONG_FIL_HOVED, "linje 1", "", "");
        return;
    }
    if (line[0] != '#') {
        take_csv_payment(check, line);
        return;
    }
    payment_csv_trailer(pg_integer(check->batches, check->row, 6),
                        (Money){pg_integer(check->batches, check->row, 7)}, trailer);
    check->header_seen[0] = strcmp(line, trailer) == 0;
    if (!check->header_seen[0])
        wrong(check, WRONG_FIL_HOVED, "#SLUT", trailer, line);
}

/* No field holds a line end. The last line must have one, and be the trailer. */
static void read_csv(FileCheck *check) {
    char part[4096], line[LINE_SIZE];
    size_t size = 0;
    int64_t number = 0;
    int count;
    while (!check->xml_failed && (count = read_bytes(check, part, sizeof part)) > 0)
        for (int i = 0; i < count && !check->xml_failed && check->status == STATUS_OK; i++) {
            check->xml_failed = size + 2 > LINE_SIZE || part[i] == '\0' || check->header_seen[0];
            if (check->xml_failed)
                break;
            line[size++] = part[i];
            if (part[i] != '\n')
                continue;
            line[size] = '\0';
            take_csv_line(check, line, ++number);
            size = 0;
        }
    check->xml_failed = check->xml_failed || size > 0 || !check->header_seen[0];
}

/* --- Files ----------------------------------------------------------------------------------------------------------------- */

static void judge_file(FileCheck *check) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    char rest[4096];
    while (read_bytes(check, rest, sizeof rest) > 0) { /* what an unreadable file has behind its fault */
    }
    sha256_next(&check->sha, digest);
    sha256_hex(digest, hex);
    if (strcmp(hex, batch_text(check, 2)) != 0)
        wrong(check, WRONG_FIL_AENDRET, "", batch_text(check, 2), hex);
    if (check->xml_failed) {
        wrong(check, WRONG_FIL_ULAESELIG, "", "", "");
        return;
    }
    for (int i = 0; i < HEADER_COUNT; i++)
        if (check->format != PAYMENT_CSV && !check->header_seen[i])
            wrong(check, WRONG_FIL_HOVED, header_path(check, i), "", "");
    while (next_payment(check))
        wrong(check, WRONG_FIL_BETALING, pg_text(check->payments, check->payment_next, 1), "1", "0");
}

static void check_columns(FileCheck *check) {
    if (strcmp(batch_text(check, 3), batch_text(check, 6)) != 0)
        wrong(check, WRONG_FIL_HOVED, "payment_count", batch_text(check, 6), batch_text(check, 3));
    if (strcmp(batch_text(check, 4), batch_text(check, 7)) != 0)
        wrong(check, WRONG_FIL_HOVED, "control_sum_oere", batch_text(check, 7), batch_text(check, 4));
    if (strcmp(batch_text(check, 5), batch_text(check, 12)) != 0)
        wrong(check, WRONG_FIL_HOVED, "message_id", batch_text(check, 12), batch_text(check, 5));
}

static Status check_file(FileCheck *check, Error *error) {
    check->size_bytes = pg_integer(check->batches, check->row, 1);
    check->read_bytes = 0;
    check->depth = 0;
    check->path[0] = '\0';
    check->payments = NULL;
    check->payment_next = 0;
    snprintf(check->last_payment, NUMBER_SIZE, "0");
    memset(check->header_seen, 0, sizeof check->header_seen);
    check->xml_failed = false;
    check_columns(check);
    Status status = STATUS_OK;
    if (!payment_format_find(batch_text(check, COLUMN_FORMAT), &check->format))
        wrong(check, WRONG_FIL_HOVED, "format", "", batch_text(check, COLUMN_FORMAT));
    if (check->format == PAYMENT_CSV)
        read_csv(check);
    else
        status = read_xml(check, error);
    if (status == STATUS_OK && check->status == STATUS_OK)
        judge_file(check);
    pg_rows_free(check->payments);
    check->payments = NULL;
    if (status == STATUS_OK && check->status != STATUS_OK)
        *error = check->error;
    return status != STATUS_OK ? status : check->status;
}

Status verify_payment_files(Pg *pg, VerifyReport *report, Error *error) {
    FileCheck check = {.pg = pg, .report = report, .status = STATUS_OK};
    PgRows *batches = NULL;
    if (!sha256_begin(&check.sha))
        return error_no_memory(error);
    Status status = pg_query(pg, batch_sql, 0, NULL, &batches, error);
    check.batches = batches;
    for (check.row = 0; status == STATUS_OK && check.row < pg_row_count(batches); check.row++)
        status = check_file(&check, error);
    pg_rows_free(batches);
    sha256_abandon(&check.sha);
    return status;
}
