/* A printable HTML page: XHTML syntax, no script, nothing from outside. All pages share one stylesheet
 * (config/console/console.css). This is the only writer of HTML: every text and attribute is escaped here.
 *
 *     html_begin(&page, danish, title, error)
 *     html_open(page, "p", "lead"); html_text(page, ...); html_close(page);
 *     html_finish(page, out, error)
 */
#ifndef YDELSE_IO_SHOW_HTML_PAGE_H
#define YDELSE_IO_SHOW_HTML_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "engine/money.h"
#include "io/base/error.h"

typedef struct HtmlPage HtmlPage;

/* A page of its own, with the stylesheet in it. The head is written and the body open. */
Status html_begin(HtmlPage **page, bool danish, const char *title, Error *error);
/* A page that finds its stylesheet at an address. */
Status html_begin_linked(HtmlPage **page, bool danish, const char *title, const char *stylesheet,
                         Error *error);
/* The stylesheet; ended by a NUL that size_bytes does not count. */
const char *html_stylesheet(size_t *size_bytes);

/* class_name NULL: none. What goes wrong is told by html_finish. */
void html_open(HtmlPage *page, const char *name, const char *class_name);
/* Of the element that was opened last, before anything is in it. */
void html_attribute(HtmlPage *page, const char *name, const char *value);
__attribute__((format(printf, 3, 4))) void html_attribute_format(HtmlPage *page, const char *name,
                                                                 const char *format, ...);
void html_close(HtmlPage *page);
/* Closes an element that never has anything in it: input, meta, rect. */
void html_close_empty(HtmlPage *page);
__attribute__((format(printf, 2, 3))) void html_text(HtmlPage *page, const char *format, ...);
/* An element with a text. */
void html_element(HtmlPage *page, const char *name, const char *class_name, const char *content);
/* Kroner as the page's language writes them. */
void html_kroner(HtmlPage *page, Money amount);

bool html_danish(const HtmlPage *page);

/* Ends the page, writes it and frees it. */
Status html_finish(HtmlPage *page, FILE *out, Error *error);
/* The same into memory, which the caller frees. */
Status html_take(HtmlPage *page, char **bytes, size_t *size_bytes, Error *error);
/* Frees a page that is not to be written; NULL is nothing to free. */
void html_free(HtmlPage *page);

#endif
