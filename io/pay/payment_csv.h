/* A payment file as plain CSV, for a bank or a payment system that takes no ISO 20022.
 *
 * UTF-8, `;`, LF, a header, one row per payment in the order of the payments, and a last line
 * `#SLUT;<payments>;<sum>`. Kroner with a decimal comma. Every row has the whole payment, so that it can be read alone:
 *
 *     betalings_id       EndToEndId: the payment's own id, never made of the CPR number
 *     cpr_nummer         of the payee; the NemKonto of that number is paid
 *     beloeb             above 0
 *     dispositionsdato   the day of execution
 *     kommunekode, betaler_cvr, betaler_konto, betaler_bic    who pays, and from where
 *     besked_id          of the file: unique for good
 *     navn               of the payee, last, as the only text that people wrote; one that a spreadsheet would take for a
 *                        formula gets an apostrophe before it
 *
 * Everything before the name follows from the payment and its batch: `ydelse verify` makes it again.
 */
#ifndef YDELSE_IO_PAY_PAYMENT_CSV_H
#define YDELSE_IO_PAY_PAYMENT_CSV_H

#include "io/pay/pain001.h"
#include "io/pay/payment_check.h"

#define PAYMENT_CSV_HEADER                                                                                   \
    "betalings_id;cpr_nummer;beloeb;dispositionsdato;kommunekode;betaler_cvr;betaler_konto;betaler_bic;"     \
    "besked_id;navn\n"
#define PAYMENT_CSV_PREFIX_SIZE 256
#define PAYMENT_CSV_TRAILER_SIZE 64

/* What all rows of a file share; borrowed. */
typedef struct {
    const char *due_date; /* YYYY-MM-DD */
    const char *kommunekode, *payer_cvr, *payer_iban, *payer_bic, *message_id;
} PaymentCsvBatch;

typedef struct PaymentCsv PaymentCsv;

/* Everything of a row before the name, with the semicolon before it. */
void payment_csv_prefix(const PaymentCsvBatch *batch, const char *end_to_end_id, const char *cpr,
                        Money amount, char text[PAYMENT_CSV_PREFIX_SIZE]);
void payment_csv_trailer(int64_t payment_count, Money total, char text[PAYMENT_CSV_TRAILER_SIZE]);

/* Life cycle as pain001: begin, a call per payment, end. header->execution is not looked at. */
Status payment_csv_begin(const PainHeader *header, const PaymentCsvBatch *batch, PaymentCsv **csv,
                         Error *error);
Status payment_csv_payment(PaymentCsv *csv, const PainPayment *payment, Error *error);
/* Frees csv, whatever the outcome; *bytes is the caller's, by free. */
Status payment_csv_end(PaymentCsv *csv, char **bytes, size_t *size_bytes, Error *error);
void payment_csv_abandon(PaymentCsv *csv);

/* As payment_file_check: read back by another way than it was written. No message carries a value of the file. */
Status payment_csv_check(const char *bytes, size_t size_bytes, PaymentFileSums *sums, Error *error);

#endif
