#include "io/html_page.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdlib.h>

#include "io/explanation.h"

static const char page_style[] =
    "body{font:16px/1.45 'Liberation Sans',Arial,sans-serif;color:#1a1a1a;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px "
    "solid "
    "#1a1a1a}.lead{font-size:1.1rem}table{border-collapse:collapse;width:100%}td,th{padding:.25rem "
    ".5rem;text-align:"
    "left;vertical-align:top}td.kr,th.kr{text-align:right;white-space:nowrap;font-variant-numeric:tabular-"
    "nums}"
    "tbody tr:nth-child(even){background:#f3f4f6}tr.total td{font-weight:bold;border-top:2px solid #1a1a1a}"
    "ol{padding-left:1.6rem}li{margin:0 0 .9rem;break-inside:avoid}.law,.src{color:#555;font-size:.88rem}"
    ".sum{font-variant-numeric:tabular-nums}.note{background:#fff3cd;padding:0 .3rem}"
    "@media print{body{margin:0;font-size:11pt}a{color:inherit}}";

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

static void attribute(HtmlPage *page, const char *name, const char *value) {
    check(page, xmlTextWriterWriteAttribute(page->xml, BAD_CAST name, BAD_CAST value));
}

void html_open(HtmlPage *page, const char *name, const char *class_name) {
    check(page, xmlTextWriterStartElement(page->xml, BAD_CAST name));
    if (class_name != NULL)
        attribute(page, "class", class_name);
}

void html_close(HtmlPage *page) {
    check(page, xmlTextWriterFullEndElement(page->xml));
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
    attribute(page, name, value);
    if (content != NULL)
        attribute(page, "content", content);
    check(page, xmlTextWriterEndElement(page->xml));
}

static void head(HtmlPage *page, const char *title) {
    check(page, xmlTextWriterWriteRaw(page->xml, BAD_CAST "<!DOCTYPE html>\n"));
    html_open(page, "html", NULL);
    attribute(page, "xmlns", "http://www.w3.org/1999/xhtml");
    attribute(page, "lang", page->danish ? "da" : "en");
    html_open(page, "head", NULL);
    meta(page, "charset", "utf-8", NULL);
    meta(page, "name", "viewport", "width=device-width, initial-scale=1");
    html_element(page, "title", NULL, title);
    html_open(page, "style", NULL);
    check(page, xmlTextWriterWriteRaw(page->xml, BAD_CAST page_style));
    html_close(page);
    html_close(page);
}

Status html_begin(HtmlPage **page, bool danish, const char *title, Error *error) {
    HtmlPage *made = calloc(1, sizeof *made);
    *page = made;
    if (made != NULL)
        made->buffer = xmlBufferCreate();
    if (made != NULL && made->buffer != NULL)
        made->xml = xmlNewTextWriterMemory(made->buffer, 0);
    if (made == NULL || made->xml == NULL) {
        html_free(made);
        *page = NULL;
        return error_set(error, STATUS_INTERNAL, "out of memory while writing a page");
    }
    made->danish = danish;
    head(made, title);
    html_open(made, "body", NULL);
    return STATUS_OK;
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

Status html_finish(HtmlPage *page, FILE *out, Error *error) {
    Status status = STATUS_OK;
    check(page, xmlTextWriterEndDocument(page->xml));
    const size_t size = (size_t)xmlBufferLength(page->buffer);
    if (page->failed)
        status = error_set(error, STATUS_INTERNAL, "the page could not be written as HTML");
    else if (fwrite(xmlBufferContent(page->buffer), 1, size, out) != size)
        status = error_errno(error, STATUS_IO, "write", "the page");
    html_free(page);
    return status;
}
