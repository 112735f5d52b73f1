#include "io/show/html_page.h"

#include <assert.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/explain/explanation.h"

struct HtmlPage {
    xmlBufferPtr buffer;
    xmlTextWriterPtr xml;
    bool danish;
    bool failed;
};

static void check(HtmlPage *page, int written) {
    if (written < 0)
        page->failed = true;
}

void html_attribute(HtmlPage *page, const char *name, const char *value) {
    check(page, xmlTextWriterWriteAttribute(page->xml, BAD_CAST name, BAD_CAST value));
}

void html_attribute_format(HtmlPage *page, const char *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    check(page, xmlTextWriterWriteVFormatAttribute(page->xml, BAD_CAST name, format, arguments));
    va_end(arguments);
}

void html_open(HtmlPage *page, const char *name, const char *class_name) {
    check(page, xmlTextWriterStartElement(page->xml, BAD_CAST name));
    if (class_name != NULL)
        html_attribute(page, "class", class_name);
}

void html_close(HtmlPage *page) {
    check(page, xmlTextWriterFullEndElement(page->xml));
}

void html_close_empty(HtmlPage *page) {
    check(page, xmlTextWriterEndElement(page->xml));
}

void html_text(HtmlPage *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    check(page, xmlTextWriterWriteVFormatString(page->xml, format, arguments));
    va_end(arguments);
}

void html_element(HtmlPage *page, const char *name, const char *class_name, const char *content) {
    html_open(page, name, class_name);
    html_text(page, "%s", content);
    html_close(page);
}

void html_kroner(HtmlPage *page, Money amount) {
    char number[KRONER_TEXT_SIZE];
    kroner_format(amount, page->danish, number);
    html_text(page, "%s", number);
}

static void meta(HtmlPage *page, const char *name, const char *value, const char *content) {
    html_open(page, "meta", NULL);
    html_attribute(page, name, value);
    if (content != NULL)
        html_attribute(page, "content", content);
    html_close_empty(page);
}

const char *html_stylesheet(size_t *size_bytes) {
    const EmbeddedFile *file = embedded_find("config/console/console.css");
    assert(file != NULL);
    *size_bytes = file->size_bytes;
    return file->bytes;
}

static void link_stylesheet(HtmlPage *page, const char *stylesheet) {
    html_open(page, "link", NULL);
    html_attribute(page, "rel", "stylesheet");
    html_attribute(page, "href", stylesheet);
    html_close_empty(page);
}

static void embed_stylesheet(HtmlPage *page) {
    size_t size;
    html_open(page, "style", NULL);
    check(page, xmlTextWriterWriteRaw(page->xml, BAD_CAST html_stylesheet(&size)));
    html_close(page);
}

static void head(HtmlPage *page, const char *title, const char *stylesheet) {
    check(page, xmlTextWriterWriteRaw(page->xml, BAD_CAST "<!DOCTYPE html>\n"));
    html_open(page, "html", NULL);
    html_attribute(page, "xmlns", "http://www.w3.org/1999/xhtml");
    html_attribute(page, "lang", page->danish ? "da" : "en");
    html_open(page, "head", NULL);
    meta(page, "charset", "utf-8", NULL);
    meta(page, "name", "viewport", "width=device-width, initial-scale=1");
    html_element(page, "title", NULL, title);
    if (stylesheet == NULL)
        embed_stylesheet(page);
    else
        link_stylesheet(page, stylesheet);
    html_close(page);
}

Status html_begin_linked(HtmlPage **page, bool danish, const char *title, const char *stylesheet,
                         Error *error) {
    HtmlPage *made = calloc(1, sizeof *made);
    *page = made;
    xmlResetLastError();
    if (made != NULL)
        made->buffer = xmlBufferCreate();
    if (made != NULL && made->buffer != NULL)
        made->xml = xmlNewTextWriterMemory(made->buffer, 0);
    if (made == NULL || made->xml == NULL) {
        html_free(made);
        *page = NULL;
        return error_no_memory(error);
    }
    made->danish = danish;
    head(made, title, stylesheet);
    html_open(made, "body", NULL);
    return STATUS_OK;
}

Status html_begin(HtmlPage **page, bool danish, const char *title, Error *error) {
    return html_begin_linked(page, danish, title, NULL, error);
}

bool html_danish(const HtmlPage *page) {
    return page->danish;
}

void html_free(HtmlPage *page) {
    if (page == NULL)
        return;
    if (page->xml != NULL)
        xmlFreeTextWriter(page->xml);
    if (page->buffer != NULL)
        xmlBufferFree(page->buffer);
    free(page);
}

/* Where libxml2 has no memory it may leave out a text, which its last error alone tells, or forget an element that is open:
 * then one is missing when body and html are closed. */
static Status end_document(HtmlPage *page, Error *error) {
    html_close(page);
    html_close(page);
    check(page, xmlTextWriterEndDocument(page->xml));
    return page->failed || xmlGetLastError() != NULL
               ? error_set(error, STATUS_INTERNAL, "the page could not be written as HTML")
               : STATUS_OK;
}

Status html_finish(HtmlPage *page, FILE *out, Error *error) {
    Status status = end_document(page, error);
    const size_t size = (size_t)xmlBufferLength(page->buffer);
    if (status == STATUS_OK && fwrite(xmlBufferContent(page->buffer), 1, size, out) != size)
        status = error_errno(error, STATUS_IO, "write", "the page");
    html_free(page);
    return status;
}

Status html_take(HtmlPage *page, char **bytes, size_t *size_bytes, Error *error) {
    Status status = end_document(page, error);
    *size_bytes = (size_t)xmlBufferLength(page->buffer);
    *bytes = status == STATUS_OK ? malloc(*size_bytes + 1) : NULL;
    if (*bytes != NULL)
        memcpy(*bytes, xmlBufferContent(page->buffer), *size_bytes);
    else if (status == STATUS_OK)
        status = error_no_memory(error);
    html_free(page);
    return status;
}
