/* Reading a payment file back before it leaves the house.
 *
 * The bytes are read as the bank would read them, by another way than the one that wrote them: validated against
 * the project's own schema (config/pain, exactly what we write) in a pass that also counts the payments and
 * adds them up; CSV row by row (io/pay/payment_csv.h). No message carries a value of the file: it could be a name or a CPR number.
 */
#ifndef YDELSE_IO_PAY_PAYMENT_CHECK_H
#define YDELSE_IO_PAY_PAYMENT_CHECK_H

#include <stddef.h>

#include "engine/money.h"
#include "io/base/error.h"
#include "io/pay/payment_format.h"

#define PAYMENT_MESSAGE_ID_SIZE 36

typedef struct {
    char message_id[PAYMENT_MESSAGE_ID_SIZE];
    int64_t payment_count;
    Money total;
} PaymentFileSums;

/* STATUS_OK when the bytes are valid and NbOfTxs and CtrlSum, both in the group header and in PmtInf, equal the
 * payments that are there. STATUS_INTERNAL otherwise. */
Status payment_file_check(PaymentFormat format, const char *bytes, size_t size_bytes, PaymentFileSums *sums,
                          Error *error);

#endif
