/* The header of a payment file that is in order. */
#ifndef YDELSE_TESTS_SUPPORT_PAIN_SAMPLE_H
#define YDELSE_TESTS_SUPPORT_PAIN_SAMPLE_H

#include "io/pay/pain001.h"

static inline PainHeader pain_sample_header(int64_t payment_count, int64_t total_oere) {
    return (PainHeader){
        .message_id = "YD0123456789ABCDEF-7",
        .created = "2024-03-20T12:34:56",
        .execution = date_from_ymd(2024, 3, 27),
        .payer_name = "Københavns Kommune",
        .payer_cvr = "00010103",
        .payer_iban = "DK9399990000000101",
        .payer_bic = "FIKTDKK0XXX",
        .service_code = "NURG",
        .category_code = "SSBE",
        .purpose_code = "SSBE",
        .payment_count = payment_count,
        .total = {total_oere},
    };
}

#endif
