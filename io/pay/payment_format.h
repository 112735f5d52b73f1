/* The forms a payment file may have, as data: its name, its namespace and our schema where it is XML. */
#ifndef YDELSE_IO_PAY_PAYMENT_FORMAT_H
#define YDELSE_IO_PAY_PAYMENT_FORMAT_H

#include <stdbool.h>

typedef enum { PAYMENT_PAIN_09, PAYMENT_PAIN_03, PAYMENT_CSV, PAYMENT_FORMAT_COUNT } PaymentFormat;

typedef struct {
    const char *name;       /* as in table payment_file and --format */
    const char *xml;        /* the namespace; NULL: no XML */
    const char *schema;     /* our own, built in */
    const char *date_path;  /* where the day of execution stands, under Document/CstmrCdtTrfInitn */
    const char *agent;      /* the element of the payer's BIC */
    const char *agent_path; /* and where it stands */
} PaymentFormatDefinition;

extern const PaymentFormatDefinition payment_formats[PAYMENT_FORMAT_COUNT];

/* "pain.001" is the newest pain.001; NULL is not a name. */
bool payment_format_find(const char *name, PaymentFormat *format);

#endif
