/* A printable HTML page of its own: XHTML syntax, no script, nothing from outside. All pages share one style.
 *
 *     html_begin(&page, danish, title, error)
 *     html_open(page, "p", "lead"); html_text(page, ...); html_close(page);
 *     html_finish(page, out, error)
 */
#ifndef YDELSE_IO_HTML_PAGE_H
#define YDELSE_IO_HTML_PAGE_H

#include <stdio.h>

#include "engine/money.h"
#include "io/error.h"

typedef struct HtmlPage HtmlPage;

/* The head is written and the body open. */
Status html_begin(HtmlPage **page, bool danish, const char *title, Error *error);

/* class_name NULL: none. What goes wrong is told by html_finish. */
void html_open(HtmlPage *page, const char *name, const char *class_name);
void html_close(HtmlPage *page);
__attribute__((format(printf, 2, 3))) void html_text(HtmlPage *page, const char *format, ...);
/* An element with a text. */
void html_element(HtmlPage *page, const char *name, const char *class_name, const char *content);
/* Kroner as the page's language writes them. */
void html_kroner(HtmlPage *page, Money amount);

/* Ends the page, writes it and frees it. */
Status html_finish(HtmlPage *page, FILE *out, Error *error);
/* Frees a page that is not to be written; NULL is nothing to free. */
void html_free(HtmlPage *page);

#endif
