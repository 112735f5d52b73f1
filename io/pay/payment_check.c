#include "io/pay/payment_check.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>

#include "io/base/embedded.h"
#include "io/pay/payment_csv.h"

#define ELEMENT_NAME_SIZE 32
/* Announced in the group header and in the one PmtInf. */
#define ANNOUNCEMENTS 2

typedef struct {
    char element[ELEMENT_NAME_SIZE]; /* the element whose text comes next */
    int64_t announced_count[ANNOUNCEMENTS];
    Money announced_total[ANNOUNCEMENTS];
    int32_t counts_seen;
    int32_t totals_seen;
    int64_t amounts_seen;
    bool unreadable; /* a number that is none: only possible when the schema is wrong */
    int32_t first_error_line;
    int32_t first_error_code;
    int64_t error_count;
    PaymentFileSums sums;
} FileCheck;

/* libxml2 declares this callback's argument const from 2.12 on; a line and a code are all that is kept. */
static void take_error(void *context, xmlErrorPtr xml_error) {
    FileCheck *check = context;
    if (check->error_count++ > 0)
        return;
    check->first_error_line = xml_error->line;
    check->first_error_code = xml_error->code;
}

static Status load_schema(const char *name, xmlSchemaPtr *schema, Error *error) {
    *schema = NULL;
    const EmbeddedFile *file = embedded_find(name);
    if (file == NULL)
        return error_set(error, STATUS_INTERNAL, "%s is not part of this program", name);
    FileCheck problems = {0};
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(file->bytes, (int)file->size_bytes);
    if (parser == NULL)
        return error_set(error, STATUS_INTERNAL, "out of memory while reading %s", name);
    xmlSchemaSetParserStructuredErrors(parser, take_error, &problems);
    *schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    if (*schema == NULL)
        return error_set(error, STATUS_INTERNAL, "%s:%d: the schema is unusable (libxml2 code %d)", name,
                         problems.first_error_line, problems.first_error_code);
    return STATUS_OK;
}

static void take_count(FileCheck *check, const char *text) {
    char *end;
    const long long count = strtoll(text, &end, 10);
    if (*end != '\0' || check->counts_seen == ANNOUNCEMENTS)
        check->unreadable = true;
    else
        check->announced_count[check->counts_seen++] = count;
}

static bool read_kroner(const char *text, Money *amount) {
    return money_parse(text, (uint32_t)strlen(text), '.', amount);
}

static void take_total(FileCheck *check, const char *text) {
    Money total;
    if (check->totals_seen == ANNOUNCEMENTS || !read_kroner(text, &total))
        check->unreadable = true;
    else
        check->announced_total[check->totals_seen++] = total;
}

static void take_amount(FileCheck *check, const char *text) {
    Money amount;
    if (!read_kroner(text, &amount)) {
        check->unreadable = true;
        return;
    }
    check->amounts_seen++;
    check->sums.total = money_add(check->sums.total, amount);
}

static void take_text(FileCheck *check, const char *text) {
    const char *element = check->element;
    if (strcmp(element, "InstdAmt") == 0)
        take_amount(check, text);
    else if (strcmp(element, "NbOfTxs") == 0)
        take_count(check, text);
    else if (strcmp(element, "CtrlSum") == 0)
        take_total(check, text);
    else if (strcmp(element, "MsgId") == 0)
        snprintf(check->sums.message_id, sizeof check->sums.message_id, "%s", text);
}

static void take_node(FileCheck *check, xmlTextReaderPtr reader) {
    switch (xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_ELEMENT: {
        const char *name = (const char *)xmlTextReaderConstLocalName(reader);
        snprintf(check->element, sizeof check->element, "%s", name == NULL ? "" : name);
        if (strcmp(check->element, "CdtTrfTxInf") == 0)
            check->sums.payment_count++;
        break;
    }
    case XML_READER_TYPE_END_ELEMENT:
        check->element[0] = '\0';
        break;
    case XML_READER_TYPE_TEXT: {
        const char *text = (const char *)xmlTextReaderConstValue(reader);
        take_text(check, text == NULL ? "" : text);
        break;
    }
    default:
        break;
    }
}

static Status judge(const FileCheck *check, const char *schema, Error *error) {
    if (check->error_count > 0) {
        error_set(error, STATUS_INTERNAL, "the payment file is not valid against %s", schema);
        error_detail(error, "first of %" PRId64 " at line %d of the file (libxml2 code %d)",
                     check->error_count, check->first_error_line, check->first_error_code);
        return STATUS_INTERNAL;
    }
    if (check->unreadable || check->counts_seen != ANNOUNCEMENTS || check->totals_seen != ANNOUNCEMENTS ||
        check->amounts_seen != check->sums.payment_count)
        return error_set(error, STATUS_INTERNAL, "the payment file cannot be read back");
    for (int32_t i = 0; i < ANNOUNCEMENTS; i++)
        if (check->announced_count[i] != check->sums.payment_count ||
            check->announced_total[i].oere != check->sums.total.oere)
            return error_set(error, STATUS_INTERNAL, "the payment file announces %s than it holds",
                             check->announced_count[i] != check->sums.payment_count
                                 ? "another number of payments"
                                 : "another sum");
    return STATUS_OK;
}

/* Reads to the end. With a schema the nodes are taken, too; without one the bytes need only be XML. */
static Status read_file(const char *bytes, size_t size_bytes, xmlSchemaPtr schema, FileCheck *check,
                        Error *error) {
    if (size_bytes > INT_MAX)
        return error_set(error, STATUS_INTERNAL, "the payment file is larger than 2 GB");
    xmlTextReaderPtr reader = xmlReaderForMemory(bytes, (int)size_bytes, NULL, NULL, XML_PARSE_NONET);
    if (reader == NULL)
        return error_no_memory(error);
    xmlTextReaderSetStructuredErrorHandler(reader, take_error, check);
    int more = schema == NULL || xmlTextReaderSetSchema(reader, schema) == 0 ? 1 : -1;
    while (more == 1) {
        more = xmlTextReaderRead(reader);
        if (more == 1 && schema != NULL)
            take_node(check, reader);
    }
    /* A fault of which nobody told take_error must not pass either. */
    const bool valid = more == 0 && (schema == NULL || xmlTextReaderIsValid(reader) == 1);
    if (!valid && check->error_count == 0)
        check->error_count = 1;
    xmlFreeTextReader(reader);
    return STATUS_OK;
}

Status payment_file_check(PaymentFormat format, const char *bytes, size_t size_bytes, PaymentFileSums *sums,
                          Error *error) {
    const char *schema_name = payment_formats[format].schema;
    if (schema_name == NULL)
        return payment_csv_check(bytes, size_bytes, sums, error);
    xmlSchemaPtr schema;
    Status status = load_schema(schema_name, &schema, error);
    if (status != STATUS_OK)
        return status;
    FileCheck check = {0};
    /* libxml2 2.9 loses memory when XML ends in the middle of a validation, so that is found out before it. */
    status = read_file(bytes, size_bytes, NULL, &check, error);
    if (status == STATUS_OK && check.error_count == 0)
        status = read_file(bytes, size_bytes, schema, &check, error);
    xmlSchemaFree(schema);
    if (status == STATUS_OK)
        status = judge(&check, schema_name, error);
    *sums = check.sums;
    return status;
}
