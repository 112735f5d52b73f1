#include "io/show/html_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/embedded.h"

/* --- Tables -------------------------------------------------------------------------------------------------------------- */

static bool is_right(CellKind kind) {
    return kind == CELL_NUMBER || kind == CELL_KRONER;
}

void html_scroll_begin(HtmlPage *page, const char *name) {
    html_open(page, "div", "scroll");
    html_attribute(page, "role", "region");
    html_attribute(page, "aria-label", name);
    html_attribute(page, "tabindex", "0");
}

void html_table_begin(HtmlPage *page, const char *caption, const TableColumn *columns, int32_t column_count) {
    const bool danish = html_danish(page);
    html_scroll_begin(page, caption);
    html_open(page, "table", NULL);
    html_element(page, "caption", NULL, caption);
    html_open(page, "thead", NULL);
    html_open(page, "tr", NULL);
    for (int32_t i = 0; i < column_count; i++) {
        html_open(page, "th", is_right(columns[i].kind) ? "kr" : NULL);
        html_attribute(page, "scope", "col");
        html_text(page, "%s", danish ? columns[i].title_da : columns[i].title_en);
        html_close(page);
    }
    html_close(page);
    html_close(page);
    html_open(page, "tbody", NULL);
}

void html_table_end(HtmlPage *page) {
    html_close(page);
    html_close(page);
    html_close(page);
}

void html_cell(HtmlPage *page, const char *text) {
    html_element(page, "td", NULL, text);
}

void html_cell_fixed(HtmlPage *page, const char *text) {
    html_element(page, "td", "fixed", text);
}

void html_row_head(HtmlPage *page, const char *text) {
    html_open(page, "th", NULL);
    html_attribute(page, "scope", "row");
    html_text(page, "%s", text);
    html_close(page);
}

void html_number(HtmlPage *page, int64_t number) {
    char text[NUMBER_TEXT_SIZE];
    number_format(number, html_danish(page), text);
    html_text(page, "%s", text);
}

/* Nothing stands back, so that what is something is seen. */
static const char *number_class(int64_t number) {
    return number == 0 ? "kr zero" : "kr";
}

void html_cell_number(HtmlPage *page, int64_t number) {
    html_open(page, "td", number_class(number));
    html_number(page, number);
    html_close(page);
}

void html_cell_kroner(HtmlPage *page, Money amount) {
    html_open(page, "td", number_class(amount.oere));
    html_kroner(page, amount);
    html_close(page);
}

void html_figure(HtmlPage *page, const char *name, const char *address, int64_t value, bool is_kroner) {
    html_open(page, "div", NULL);
    html_open(page, "dt", NULL);
    if (address != NULL)
        html_link(page, name, address);
    else
        html_text(page, "%s", name);
    html_close(page);
    html_open(page, "dd", NULL);
    if (is_kroner) {
        html_kroner(page, (Money){value});
        html_element(page, "small", NULL, " kr.");
    } else {
        html_number(page, value);
    }
    html_close(page);
    html_close(page);
}

void html_link(HtmlPage *page, const char *text, const char *address) {
    html_open(page, "a", NULL);
    html_attribute(page, "href", address);
    html_text(page, "%s", text);
    html_close(page);
}

/* --- Charts: whole numbers only, in units of the picture ------------------------------------------------------------------- */

enum {
    CHART_WIDTH = 720,
    CHART_HEIGHT = 244,
    CHART_LEFT = 64, /* where the bars begin; left of it the axis is labelled */
    CHART_TOP = 34,
    CHART_BASE = 208, /* the line the bars stand on */
    CHART_LINES_MAX = 5,
};

/* The distance of the lines: 1, 2 or 5 times a power of ten, so that there are at most so many. */
static int64_t line_step(int64_t largest) {
    static const int64_t nice[] = {1, 2, 5};
    for (int64_t ten = 1; ten <= INT64_MAX / 100; ten *= 10)
        for (size_t i = 0; i < sizeof nice / sizeof nice[0]; i++)
            if (largest / (ten * nice[i]) < CHART_LINES_MAX)
                return ten * nice[i];
    return INT64_MAX / 2;
}

static int height_of(int64_t value, int64_t largest) {
    return (int)((Wide)value * (CHART_BASE - CHART_TOP) / largest);
}

static void chart_text(HtmlPage *page, int x, int y, const char *anchor, const char *text) {
    html_open(page, "text", NULL);
    html_attribute_format(page, "x", "%d", x);
    html_attribute_format(page, "y", "%d", y);
    html_attribute(page, "text-anchor", anchor);
    html_text(page, "%s", text);
    html_close(page);
}

static void chart_line(HtmlPage *page, int y, const char *class_name) {
    html_open(page, "line", class_name);
    html_attribute_format(page, "x1", "%d", CHART_LEFT);
    html_attribute_format(page, "x2", "%d", CHART_WIDTH);
    html_attribute_format(page, "y1", "%d", y);
    html_attribute_format(page, "y2", "%d", y);
    html_close_empty(page);
}

/* A value of the axis in the chart's unit: whole, or with as many decimals as it needs. */
static void axis_words(int64_t value, int64_t unit_size, bool danish, char text[NUMBER_TEXT_SIZE]) {
    assert(unit_size > 0);
    char decimals[16];
    const int millionths = (int)(value % unit_size * 1000000 / unit_size);
    int size = snprintf(decimals, sizeof decimals, "%06d", millionths);
    number_format(value / unit_size, danish, text);
    while (size > 0 && decimals[size - 1] == '0')
        size--;
    if (size > 0)
        snprintf(text + strlen(text), NUMBER_TEXT_SIZE - strlen(text), "%c%.*s", danish ? ',' : '.', size,
                 decimals);
}

static void chart_axis(HtmlPage *page, const Chart *chart, int64_t step, int64_t top) {
    char words[NUMBER_TEXT_SIZE];
    for (int64_t value = 0; value <= top; value += step) {
        const int y = CHART_BASE - height_of(value, top);
        axis_words(value, chart->unit_size, html_danish(page), words);
        if (value > 0)
            chart_line(page, y, "grid");
        chart_text(page, CHART_LEFT - 8, y + 4, "end", words);
    }
    chart_text(page, 0, 12, "start", chart->unit);
    if (chart->below != NULL)
        chart_text(page, CHART_WIDTH, CHART_BASE + 32, "end", chart->below);
}

static void chart_bar(HtmlPage *page, const Chart *chart, int32_t i, int64_t top) {
    const int slot = (CHART_WIDTH - CHART_LEFT) / chart->bar_count;
    const int width = slot > 48 ? 40 : slot > 3 ? slot - slot / 5 - 1 : slot;
    const int x =
        CHART_LEFT + (int)((int64_t)(CHART_WIDTH - CHART_LEFT) * i / chart->bar_count) + (slot - width) / 2;
    const ChartBar *bar = &chart->bars[i];
    const int height = height_of(bar->value, top);
    html_open(page, "rect", "bar");
    html_attribute_format(page, "x", "%d", x);
    html_attribute_format(page, "y", "%d", CHART_BASE - height);
    html_attribute_format(page, "width", "%d", width);
    html_attribute_format(page, "height", "%d", height);
    html_element(page, "title", NULL, bar->title);
    html_close(page);
    if (bar->label[0] != '\0')
        chart_text(page, x + width / 2, CHART_BASE + 18, "middle", bar->label);
}

void html_chart(HtmlPage *page, const Chart *chart) {
    int64_t largest = 0;
    for (int32_t i = 0; i < chart->bar_count; i++)
        largest = chart->bars[i].value > largest ? chart->bars[i].value : largest;
    if (largest == 0)
        return;
    const int64_t step = line_step(largest);
    const int64_t top = (largest + step - 1) / step * step;
    html_open(page, "figure", NULL);
    html_element(page, "figcaption", NULL, chart->title);
    html_open(page, "div", "scroll");
    html_attribute(page, "role", "region");
    html_attribute(page, "aria-label", chart->title);
    html_attribute(page, "tabindex", "0");
    html_open(page, "svg", "chart");
    html_attribute(page, "xmlns", "http://www.w3.org/2000/svg");
    html_attribute_format(page, "viewBox", "0 0 %d %d", CHART_WIDTH, CHART_HEIGHT);
    html_attribute(page, "role", "img");
    html_attribute(page, "aria-label", chart->title);
    chart_axis(page, chart, step, top);
    for (int32_t i = 0; i < chart->bar_count; i++)
        chart_bar(page, chart, i, top);
    chart_line(page, CHART_BASE, "base");
    html_close(page);
    html_close(page);
    html_close(page);
}

/* --- Municipalities -------------------------------------------------------------------------------------------------------- */

void kommune_words(const char *code, char text[KOMMUNE_TEXT_SIZE]) {
    const EmbeddedFile *file = embedded_find("config/koder/kommuner.csv");
    char line[16];
    snprintf(line, sizeof line, "\n%.8s;", code);
    const char *found = file == NULL ? NULL : strstr(file->bytes, line);
    snprintf(text, KOMMUNE_TEXT_SIZE, "%.8s", code);
    if (found != NULL) {
        found += strlen(line);
        snprintf(text, KOMMUNE_TEXT_SIZE, "%.8s %.*s", code, (int)strcspn(found, ";\r\n"), found);
    }
}
