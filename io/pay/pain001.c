#include "io/pay/pain001.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "io/pay/payment_name.h"

struct PainWriter {
    PainHeader header;
    xmlBufferPtr buffer;
    xmlTextWriterPtr xml; /* owns nothing of the buffer */
    int64_t payment_count;
    Money total;
    bool failed; /* libxml2 reports running out of memory call by call; it is looked at once */
};

/* Where libxml2 has no memory it may leave out a text, which its last error alone tells, or forget an element that is open, which
 * is one too few to be closed in the end. */
#define OPEN_ELEMENTS 3 /* Document, CstmrCdtTrfInitn, PmtInf */

/* --- XML in small words ------------------------------------------------------------------------------- */

static const xmlChar *xml_text(const char *text) {
    return (const xmlChar *)text;
}

static void open_element(PainWriter *writer, const char *name) {
    if (xmlTextWriterStartElement(writer->xml, xml_text(name)) < 0)
        writer->failed = true;
}

static void close_elements(PainWriter *writer, int count) {
    for (int i = 0; i < count; i++)
        if (xmlTextWriterEndElement(writer->xml) < 0)
            writer->failed = true;
}

static void attribute(PainWriter *writer, const char *name, const char *value) {
    if (xmlTextWriterWriteAttribute(writer->xml, xml_text(name), xml_text(value)) < 0)
        writer->failed = true;
}

static void element(PainWriter *writer, const char *name, const char *value) {
    if (xmlTextWriterWriteElement(writer->xml, xml_text(name), xml_text(value)) < 0)
        writer->failed = true;
}

/* <name><Cd>code</Cd></name> */
static void code_element(PainWriter *writer, const char *name, const char *code) {
    open_element(writer, name);
    element(writer, "Cd", code);
    close_elements(writer, 1);
}

static void name_element(PainWriter *writer, const char *name) {
    char text[PAYMENT_NAME_SIZE];
    payment_name(name, writer->header.transliterate, text);
    element(writer, "Nm", text);
}

static void count_and_sum(PainWriter *writer) {
    char text[MONEY_TEXT_SIZE];
    snprintf(text, sizeof text, "%" PRId64, writer->header.payment_count);
    element(writer, "NbOfTxs", text);
    money_format(writer->header.total, '.', text);
    element(writer, "CtrlSum", text);
}

/* --- The parts of the file ------------------------------------------------------------------------------ */

/* The municipality as a party: its name, and its CVR number as one given by a country's authority. */
static void municipality(PainWriter *writer, const char *role) {
    open_element(writer, role);
    name_element(writer, writer->header.payer_name);
    open_element(writer, "Id");
    open_element(writer, "OrgId");
    open_element(writer, "Othr");
    element(writer, "Id", writer->header.payer_cvr);
    code_element(writer, "SchmeNm", "COID");
    close_elements(writer, 4);
}

static void group_header(PainWriter *writer) {
    open_element(writer, "GrpHdr");
    element(writer, "MsgId", writer->header.message_id);
    element(writer, "CreDtTm", writer->header.created);
    count_and_sum(writer);
    municipality(writer, "InitgPty");
    close_elements(writer, 1);
}

/* Opens PmtInf and writes everything before its first payment. */
static void payment_information(PainWriter *writer) {
    const PainHeader *header = &writer->header;
    char date[DATE_TEXT_SIZE];
    date_format(header->execution, date);
    open_element(writer, "PmtInf");
    element(writer, "PmtInfId", header->message_id);
    element(writer, "PmtMtd", "TRF");
    count_and_sum(writer);
    if (header->format == PAYMENT_PAIN_03) { /* a plain date there, a choice since */
        element(writer, "ReqdExctnDt", date);
    } else {
        open_element(writer, "ReqdExctnDt");
        element(writer, "Dt", date);
        close_elements(writer, 1);
    }
    municipality(writer, "Dbtr");
    open_element(writer, "DbtrAcct");
    open_element(writer, "Id");
    element(writer, "IBAN", header->payer_iban);
    close_elements(writer, 1);
    element(writer, "Ccy", "DKK");
    close_elements(writer, 1);
    open_element(writer, "DbtrAgt");
    open_element(writer, "FinInstnId");
    element(writer, payment_formats[header->format].agent, header->payer_bic);
    close_elements(writer, 2);
}

static void payee(PainWriter *writer, const PainPayment *payment) {
    open_element(writer, "Cdtr");
    name_element(writer, payment->name);
    open_element(writer, "PstlAdr");
    element(writer, "Ctry", "DK");
    close_elements(writer, 1);
    open_element(writer, "Id");
    open_element(writer, "PrvtId");
    open_element(writer, "Othr");
    element(writer, "Id", payment->cpr);
    code_element(writer, "SchmeNm", "SOSE");
    close_elements(writer, 4);
}

/* --- Life cycle --------------------------------------------------------------------------------------- */

static bool header_is_complete(const PainHeader *header) {
    return header->message_id != NULL && header->created != NULL && header->payer_name != NULL &&
           header->payer_cvr != NULL && header->payer_iban != NULL && header->payer_bic != NULL &&
           header->service_code != NULL && header->category_code != NULL && header->purpose_code != NULL &&
           date_given(header->execution) && payment_formats[header->format].xml != NULL;
}

Status pain001_begin(const PainHeader *header, PainWriter **result, Error *error) {
    assert(header_is_complete(header));
    *result = NULL;
    if (header->payment_count <= 0 || header->total.oere <= 0)
        return error_set(error, STATUS_INTERNAL, "a payment file needs payments and a sum above 0");
    PainWriter *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return error_no_memory(error);
    writer->header = *header;
    xmlResetLastError();
    writer->buffer = xmlBufferCreate();
    if (writer->buffer == NULL)
        goto fail;
    xmlBufferSetAllocationScheme(writer->buffer, XML_BUFFER_ALLOC_DOUBLEIT);
    writer->xml = xmlNewTextWriterMemory(writer->buffer, 0);
    if (writer->xml == NULL)
        goto fail;
    xmlTextWriterSetIndent(writer->xml, 1);
    if (xmlTextWriterStartDocument(writer->xml, NULL, "UTF-8", NULL) < 0)
        goto fail;
    open_element(writer, "Document");
    attribute(writer, "xmlns", payment_formats[header->format].xml);
    open_element(writer, "CstmrCdtTrfInitn");
    group_header(writer);
    payment_information(writer);
    if (writer->failed)
        goto fail;
    *result = writer;
    return STATUS_OK;
fail:
    pain001_abandon(writer);
    return error_no_memory(error);
}

Status pain001_payment(PainWriter *writer, const PainPayment *payment, Error *error) {
    if (payment->amount.oere <= 0)
        return error_set(error, STATUS_INTERNAL, "payment %s is not above 0", payment->end_to_end_id);
    char amount[MONEY_TEXT_SIZE];
    money_format(payment->amount, '.', amount);
    open_element(writer, "CdtTrfTxInf");
    open_element(writer, "PmtId");
    element(writer, "EndToEndId", payment->end_to_end_id);
    close_elements(writer, 1);
    open_element(writer, "PmtTpInf");
    code_element(writer, "SvcLvl", writer->header.service_code);
    code_element(writer, "CtgyPurp", writer->header.category_code);
    close_elements(writer, 1);
    open_element(writer, "Amt");
    open_element(writer, "InstdAmt");
    attribute(writer, "Ccy", "DKK");
    if (xmlTextWriterWriteString(writer->xml, xml_text(amount)) < 0)
        writer->failed = true;
    close_elements(writer, 2);
    payee(writer, payment);
    code_element(writer, "Purp", writer->header.purpose_code);
    close_elements(writer, 1);
    writer->payment_count++;
    writer->total = money_add(writer->total, payment->amount);
    return writer->failed ? error_no_memory(error) : STATUS_OK;
}

Status pain001_end(PainWriter *writer, PainFile *file, Error *error) {
    Status status = STATUS_OK;
    *file = (PainFile){0};
    if (writer->payment_count != writer->header.payment_count ||
        writer->total.oere != writer->header.total.oere) {
        char announced[MONEY_TEXT_SIZE];
        char written[MONEY_TEXT_SIZE];
        money_format(writer->header.total, ',', announced);
        money_format(writer->total, ',', written);
        status = error_set(error, STATUS_INTERNAL,
                           "the payment file was announced with %" PRId64
                           " payments of %s, written were %" PRId64 " of %s",
                           writer->header.payment_count, announced, writer->payment_count, written);
        goto out;
    }
    close_elements(writer, OPEN_ELEMENTS);
    if (xmlTextWriterEndDocument(writer->xml) < 0 || xmlTextWriterFlush(writer->xml) < 0 || writer->failed ||
        xmlGetLastError() != NULL) {
        status = error_no_memory(error);
        goto out;
    }
    file->size_bytes = (size_t)xmlBufferLength(writer->buffer);
    file->bytes = (char *)xmlBufferDetach(writer->buffer);
    if (file->bytes == NULL)
        status = error_no_memory(error);
out:
    pain001_abandon(writer);
    return status;
}

void pain001_abandon(PainWriter *writer) {
    if (writer == NULL)
        return;
    if (writer->xml != NULL)
        xmlFreeTextWriter(writer->xml);
    if (writer->buffer != NULL)
        xmlBufferFree(writer->buffer);
    free(writer);
}

void pain_file_free(PainFile *file) {
    xmlFree(file->bytes);
    *file = (PainFile){0};
}
