/* Emitting a payment batch: from the approved batch to stored, checked bytes. */
#ifndef YDELSE_IO_PAY_PAYMENT_EMIT_H
#define YDELSE_IO_PAY_PAYMENT_EMIT_H

#include "io/base/sha256.h"
#include "io/pay/payment_db.h"
#include "io/pay/payment_format.h"

typedef struct {
    char *bytes; /* payment_emission_free */
    size_t size_bytes;
    char sha256[SHA256_HEX_SIZE];
    char kommunekode[5];
    char due_date[DATE_TEXT_SIZE];
    int64_t payment_count;
    Money total;
    PaymentFormat format;
    bool again; /* the file was emitted before; these are its bytes */
    /* Given by the caller, or NULL: the file as it was sent before this database was restored. What is formed anew must
     * be these bytes (its time of creation is taken from them), else STATUS_DATA. Borrowed. */
    const char *sent;
    size_t sent_size_bytes;
} PaymentEmission;

/* In one transaction: checks the payees once more, writes and checks the file, stores it and moves the batch, or
 * reads the stored file of a batch that was emitted before. When it fails, nothing has changed; the payees that
 * stand in the way are named on stderr by the payment's id and the line of the participant. format NULL: the one the
 * batch was emitted in, else the newest pain.001. A batch that was emitted in another format is STATUS_NOT_PERMITTED. */
Status payment_emit(Pg *pg, const Invocation *invocation, const char *batch_id, const PaymentFormat *format,
                    PaymentEmission *emission, Error *error);
void payment_emission_free(PaymentEmission *emission);

#endif
