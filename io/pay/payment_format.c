#include "io/pay/payment_format.h"

#include <stddef.h>
#include <string.h>

#define AGENT "PmtInf/DbtrAgt/FinInstnId/"

const PaymentFormatDefinition payment_formats[PAYMENT_FORMAT_COUNT] = {
    [PAYMENT_PAIN_09] = {"pain.001.001.09", "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
                         "config/pain/ydelse-pain.001.001.09.xsd", "PmtInf/ReqdExctnDt/Dt", "BICFI",
                         AGENT "BICFI"},
    [PAYMENT_PAIN_03] = {"pain.001.001.03", "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
                         "config/pain/ydelse-pain.001.001.03.xsd", "PmtInf/ReqdExctnDt", "BIC", AGENT "BIC"},
    [PAYMENT_CSV] = {.name = "csv"},
};

bool payment_format_find(const char *name, PaymentFormat *format) {
    *format = PAYMENT_PAIN_09;
    if (strcmp(name, "pain.001") == 0)
        return true;
    for (int i = 0; i < PAYMENT_FORMAT_COUNT; i++)
        if (strcmp(name, payment_formats[i].name) == 0) {
            *format = (PaymentFormat)i;
            return true;
        }
    return false;
}
