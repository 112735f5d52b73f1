/* Emitting a payment batch: from the approved batch to stored, checked bytes. */
#ifndef YDELSE_IO_PAYMENT_EMIT_H
#define YDELSE_IO_PAYMENT_EMIT_H

#include "io/payment_db.h"
#include "io/sha256.h"

#define PAYMENT_FORMAT "pain.001.001.09"

typedef struct {
    char *bytes; /* payment_emission_free */
    size_t size_bytes;
    char sha256[SHA256_HEX_SIZE];
    char kommunekode[5];
    char due_date[DATE_TEXT_SIZE];
    int64_t payment_count;
    Money total;
    bool again; /* the file was emitted before; these are its bytes */
} PaymentEmission;

/* In one transaction: checks the payees once more, writes and checks the file, stores it and moves the batch, or
 * reads the stored file of a batch that was emitted before. When it fails, nothing has changed; the payees that
 * stand in the way are named on stderr by the payment's id and the line of the participant. */
Status payment_emit(Pg *pg, const Invocation *invocation, const char *batch_id, PaymentEmission *emission,
                    Error *error);
void payment_emission_free(PaymentEmission *emission);

#endif
