/* What pages of HTML are made of beside plain elements: tables, kroner in cells, bar charts, and the explanation of a
 * person's month as a part of a larger page. */
#ifndef YDELSE_IO_SHOW_HTML_PARTS_H
#define YDELSE_IO_SHOW_HTML_PARTS_H

#include "io/explain/difference.h"
#include "io/explain/explanation.h"
#include "io/show/html_page.h"
#include "io/show/table.h"

/* A named region that scrolls sideways where its table is wider than the page; html_close ends it. */
void html_scroll_begin(HtmlPage *page, const char *name);
/* A table with its caption, in such a region; the columns' titles are heads. */
void html_table_begin(HtmlPage *page, const char *caption, const TableColumn *columns, int32_t column_count);
void html_table_end(HtmlPage *page);

/* Cells of a row, which html_open and html_close make; the first one of a row may be its head. */
void html_cell(HtmlPage *page, const char *text);
void html_row_head(HtmlPage *page, const char *text);
void html_cell_number(HtmlPage *page, int64_t number);
void html_cell_kroner(HtmlPage *page, Money amount);
void html_link(HtmlPage *page, const char *text, const char *address);
/* Text that is never broken: a date, a month. */
void html_cell_fixed(HtmlPage *page, const char *text);
/* Thousands are separated as the page's language does. */
void html_number(HtmlPage *page, int64_t number);

/* A figure with its name, inside <dl class="figures">: a number, or oere as kroner. address: of the page about it, or NULL. */
void html_figure(HtmlPage *page, const char *name, const char *address, int64_t value, bool is_kroner);

/* Bars in their order as SVG. A bar's label may be empty; its title is read out and shown when pointed at. */
#define CHART_BARS_MAX 60
#define CHART_TEXT_SIZE 96
typedef struct {
    char label[CHART_TEXT_SIZE];
    char title[CHART_TEXT_SIZE];
    int64_t value; /* not negative */
} ChartBar;
typedef struct {
    const char *title; /* what is shown: it stands above the picture */
    const char *unit;  /* of the axis: "mio. kr." */
    const char *below; /* what the bars' labels count, or NULL */
    int64_t unit_size; /* how much a 1 of the axis is */
    int32_t bar_count;
    ChartBar bars[CHART_BARS_MAX];
} Chart;
void html_chart(HtmlPage *page, const Chart *chart);

/* explain_html.c, difference_html.c: everything below the headline. */
void explain_html_sections(HtmlPage *page, const Explanation *explanation, bool danish,
                           const FileNames *files);
void difference_html_sections(HtmlPage *page, const Difference *difference, bool danish);

/* "0101 København"; the code alone when it is unknown. */
#define KOMMUNE_TEXT_SIZE 64
void kommune_words(const char *code, char text[KOMMUNE_TEXT_SIZE]);

#endif
