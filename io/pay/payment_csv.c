#define _GNU_SOURCE 1 /* open_memstream under -std=c17 */
#include "io/pay/payment_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"
#include "io/csv/csv_reader.h"
#include "io/pay/payment_name.h"
#include "io/show/table.h"

#define ID_SIZE 36
#define NAME_BEGINNINGS_REFUSED "=+-@\t\r"

struct PaymentCsv {
    PainHeader header;
    PaymentCsvBatch batch;
    FILE *out;
    char *bytes;
    size_t size_bytes;
    int64_t payment_count;
    Money total;
};

/* --- Writing --------------------------------------------------------------------------------------------- */

void payment_csv_prefix(const PaymentCsvBatch *batch, const char *end_to_end_id, const char *cpr,
                        Money amount, char text[PAYMENT_CSV_PREFIX_SIZE]) {
    char kroner[MONEY_TEXT_SIZE];
    money_format(amount, ',', kroner);
    snprintf(text, PAYMENT_CSV_PREFIX_SIZE, "%.35s;%.10s;%s;%.10s;%.4s;%.8s;%.34s;%.11s;%.35s;",
             end_to_end_id, cpr, kroner, batch->due_date, batch->kommunekode, batch->payer_cvr,
             batch->payer_iban, batch->payer_bic, batch->message_id);
}

void payment_csv_trailer(int64_t payment_count, Money total, char text[PAYMENT_CSV_TRAILER_SIZE]) {
    char kroner[MONEY_TEXT_SIZE];
    money_format(total, ',', kroner);
    snprintf(text, PAYMENT_CSV_TRAILER_SIZE, "#SLUT;%" PRId64 ";%s\n", payment_count, kroner);
}

Status payment_csv_begin(const PainHeader *header, const PaymentCsvBatch *batch, PaymentCsv **csv,
                         Error *error) {
    *csv = NULL;
    if (header->payment_count <= 0 || header->total.oere <= 0)
        return error_set(error, STATUS_INTERNAL, "a payment file needs payments and a sum above 0");
    PaymentCsv *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->header = *header;
    made->batch = *batch;
    made->out = open_memstream(&made->bytes, &made->size_bytes);
    if (made->out == NULL) {
        free(made);
        return error_no_memory(error);
    }
    fputs(PAYMENT_CSV_HEADER, made->out);
    *csv = made;
    return STATUS_OK;
}

Status payment_csv_payment(PaymentCsv *csv, const PainPayment *payment, Error *error) {
    char prefix[PAYMENT_CSV_PREFIX_SIZE];
    char name[PAYMENT_NAME_SIZE];
    if (payment->amount.oere <= 0)
        return error_set(error, STATUS_INTERNAL, "payment %s is not above 0", payment->end_to_end_id);
    payment_csv_prefix(&csv->batch, payment->end_to_end_id, payment->cpr, payment->amount, prefix);
    payment_name(payment->name, csv->header.transliterate, name);
    fputs(prefix, csv->out);
    table_csv_text(csv->out, name);
    fputc('\n', csv->out);
    csv->payment_count++;
    csv->total = money_add(csv->total, payment->amount);
    return ferror(csv->out) ? error_no_memory(error) : STATUS_OK;
}

Status payment_csv_end(PaymentCsv *csv, char **bytes, size_t *size_bytes, Error *error) {
    char trailer[PAYMENT_CSV_TRAILER_SIZE];
    Status status = STATUS_OK;
    *bytes = NULL;
    if (csv->payment_count != csv->header.payment_count || csv->total.oere != csv->header.total.oere)
        status = error_set(error, STATUS_INTERNAL,
                           "the payment file was announced with another count or sum than was written");
    payment_csv_trailer(csv->payment_count, csv->total, trailer);
    fputs(trailer, csv->out);
    if ((fclose(csv->out) != 0 || csv->bytes == NULL) && status == STATUS_OK)
        status = error_no_memory(error);
    csv->out = NULL;
    if (status == STATUS_OK) {
        *bytes = csv->bytes;
        *size_bytes = csv->size_bytes;
        csv->bytes = NULL;
    }
    payment_csv_abandon(csv);
    return status;
}

void payment_csv_abandon(PaymentCsv *csv) {
    if (csv == NULL)
        return;
    if (csv->out != NULL)
        fclose(csv->out);
    free(csv->bytes);
    free(csv);
}

/* --- Reading back ---------------------------------------------------------------------------------------- */

enum { F_ID, F_CPR, F_AMOUNT, F_DUE, F_KOMMUNE, F_CVR, F_IBAN, F_BIC, F_MESSAGE, F_NAME, F_COUNT };

typedef struct {
    PaymentFileSums *sums;
    char (*ids)[ID_SIZE];
    int64_t id_count, id_capacity;
    bool ended; /* the trailer was there, and right */
} Reading;

static bool take_id(Reading *reading, Text id) {
    if (reading->id_count == reading->id_capacity) {
        const int64_t capacity = reading->id_capacity == 0 ? 1024 : 2 * reading->id_capacity;
        char(*moved)[ID_SIZE] = realloc(reading->ids, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        reading->ids = moved;
        reading->id_capacity = capacity;
    }
    snprintf(reading->ids[reading->id_count++], ID_SIZE, "%.*s", (int)id.size_bytes, id.bytes);
    return true;
}

/* What is wrong with a row of a payment, or NULL. */
static const char *take_payment(Reading *reading, const Text *fields) {
    PaymentFileSums *sums = reading->sums;
    const Text message = fields[F_MESSAGE];
    Money amount;
    Date due;
    Cpr cpr;
    if (fields[F_ID].size_bytes < 3 || fields[F_ID].size_bytes >= ID_SIZE ||
        memcmp(fields[F_ID].bytes, "YD", 2) != 0)
        return "betalings_id";
    if (fields[F_CPR].size_bytes != 10 || !cpr_parse(fields[F_CPR].bytes, 10, &cpr))
        return "cpr_nummer";
    if (!money_parse(fields[F_AMOUNT].bytes, fields[F_AMOUNT].size_bytes, ',', &amount) || amount.oere <= 0)
        return "beloeb";
    if (!date_parse(fields[F_DUE].bytes, fields[F_DUE].size_bytes, &due))
        return "dispositionsdato";
    if (fields[F_KOMMUNE].size_bytes != 4 || fields[F_CVR].size_bytes != 8 ||
        fields[F_IBAN].size_bytes != 18 || (fields[F_BIC].size_bytes != 8 && fields[F_BIC].size_bytes != 11))
        return "betaler";
    if (message.size_bytes == 0 || message.size_bytes >= PAYMENT_MESSAGE_ID_SIZE ||
        (sums->payment_count > 0 && (strlen(sums->message_id) != message.size_bytes ||
                                     memcmp(sums->message_id, message.bytes, message.size_bytes) != 0)))
        return "besked_id";
    if (fields[F_NAME].size_bytes == 0 || strchr(NAME_BEGINNINGS_REFUSED, fields[F_NAME].bytes[0]) != NULL)
        return "navn";
    snprintf(sums->message_id, sizeof sums->message_id, "%.*s", (int)message.size_bytes, message.bytes);
    sums->payment_count++;
    sums->total = money_add(sums->total, amount);
    return take_id(reading, fields[F_ID]) ? NULL : "betalings_id: out of memory";
}

static const char *take_row(Reading *reading, const CsvRow *row, bool first) {
    char trailer[PAYMENT_CSV_TRAILER_SIZE];
    if (row->event != CSV_EVENT_ROW || row->bad_byte >= 0 || reading->ended)
        return "CSV";
    if (first) /* the header, which has a line end more than the row */
        return row->raw.size_bytes == sizeof PAYMENT_CSV_HEADER - 2 &&
                       memcmp(row->raw.bytes, PAYMENT_CSV_HEADER, row->raw.size_bytes) == 0
                   ? NULL
                   : "header";
    if (row->field_count == F_COUNT)
        return take_payment(reading, row->fields);
    payment_csv_trailer(reading->sums->payment_count, reading->sums->total, trailer);
    reading->ended = row->raw.size_bytes == strlen(trailer) - 1 &&
                     memcmp(row->raw.bytes, trailer, row->raw.size_bytes) == 0;
    return reading->ended ? NULL : "#SLUT";
}

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static bool ids_repeat(const Reading *reading) {
    if (reading->id_count > 1)
        qsort(reading->ids, (size_t)reading->id_count, sizeof reading->ids[0], by_text);
    for (int64_t i = 1; i < reading->id_count; i++)
        if (strcmp(reading->ids[i - 1], reading->ids[i]) == 0)
            return true;
    return false;
}

Status payment_csv_check(const char *bytes, size_t size_bytes, PaymentFileSums *sums, Error *error) {
    *sums = (PaymentFileSums){0};
    Reading reading = {.sums = sums};
    const char *fault = NULL;
    CsvReader *csv;
    CsvRow row = {.event = CSV_EVENT_ROW};
    int32_t line = 0;
    Status status = csv_reader_open_memory("payments", bytes, size_bytes, &csv, error);
    if (status != STATUS_OK)
        return status;
    for (bool first = true; status == STATUS_OK && fault == NULL; first = false) {
        status = csv_reader_next(csv, &row, error);
        if (status != STATUS_OK || row.event == CSV_EVENT_END)
            break;
        line = row.line;
        fault = take_row(&reading, &row, first);
    }
    csv_reader_close(csv);
    if (status == STATUS_OK && fault == NULL && (!reading.ended || sums->payment_count == 0))
        fault = "#SLUT";
    if (status == STATUS_OK && fault == NULL && ids_repeat(&reading))
        fault = "betalings_id";
    free(reading.ids);
    if (status == STATUS_OK && fault != NULL)
        return error_set(error, STATUS_INTERNAL, "the payment file cannot be read back: %s at line %d", fault,
                         line);
    return status;
}
