/* Writing a payment file: ISO 20022 pain.001.001.09 or .03, paid to the payees' NemKonto.
 *
 * One municipality and one execution date per file, so one PmtInf. The payee is named by the CPR number (scheme
 * SOSE); NemKonto knows the account, so there is no creditor agent and no creditor account. Life cycle:
 * pain001_begin, pain001_payment once per payment, pain001_end. The header announces count and sum; pain001_end
 * refuses a file whose payments differ from them. The writer knows no clock and no database: the same header
 * and payments give the same bytes.
 */
#ifndef YDELSE_IO_PAY_PAIN001_H
#define YDELSE_IO_PAY_PAIN001_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/date.h"
#include "engine/money.h"
#include "io/base/error.h"
#include "io/pay/payment_format.h"

/* All texts are borrowed until pain001_end. */
typedef struct {
    PaymentFormat format;   /* PAYMENT_PAIN_09 or _03 */
    const char *message_id; /* at most 35 characters, unique for good; also PmtInfId */
    const char *created;    /* YYYY-MM-DDTHH:MM:SS */
    Date execution;
    const char *payer_name;
    const char *payer_cvr; /* eight digits */
    const char *payer_iban;
    const char *payer_bic;
    const char *service_code;  /* SvcLvl/Cd */
    const char *category_code; /* CtgyPurp/Cd */
    const char *purpose_code;  /* Purp/Cd */
    bool transliterate;        /* names in ASCII */
    int64_t payment_count;
    Money total;
} PainHeader;

typedef struct {
    const char *end_to_end_id;
    Money amount; /* above 0 */
    const char *name;
    const char *cpr;
} PainPayment;

typedef struct PainWriter PainWriter;

typedef struct {
    char *bytes; /* not NUL-terminated; pain_file_free */
    size_t size_bytes;
} PainFile;

/* On failure *writer is NULL. */
Status pain001_begin(const PainHeader *header, PainWriter **writer, Error *error);
Status pain001_payment(PainWriter *writer, const PainPayment *payment, Error *error);
/* Ends the document and frees the writer, whatever the outcome. */
Status pain001_end(PainWriter *writer, PainFile *file, Error *error);
/* Frees a writer whose file is given up; NULL is allowed. */
void pain001_abandon(PainWriter *writer);
void pain_file_free(PainFile *file);

#endif
