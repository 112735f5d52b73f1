/* The rates of a month, each with its legal basis and source; those that nobody has seen in print are marked. */
#include <stdio.h>
#include <string.h>

#include "io/console/page.h"
#include "io/console/run_page.h"
#include "io/explain/explain_words.h"

static const TableColumn columns[] = {
    {"sats", "sats", "rate", CELL_TEXT},
    {"vaerdi", "værdi", "value", CELL_KRONER},
    {"enhed", "enhed", "unit", CELL_TEXT},
    {"gaelder", "gælder", "in force", CELL_TEXT},
    {"kilde", "hjemmel og kilde", "legal basis and source", CELL_TEXT},
};

static void write_rate(Page *page, const RateRow *row) {
    const RateSeries *series = &rate_series[row->id];
    char days[DAYS_WORDS_SIZE], basis[BASIS_WORDS_SIZE];
    days_words(row->first, row->last, page->danish, days);
    basis_words(row->legal_basis, basis);
    html_open(page->html, "tr", NULL);
    html_open(page->html, "th", NULL);
    html_attribute(page->html, "scope", "row");
    html_text(page->html, "%s", rate_words(row->id, page->danish));
    html_open(page->html, "div", "src");
    html_text(page->html, "%s %s", series->name, series->group);
    html_close(page->html);
    html_close(page->html);
    html_cell_kroner(page->html, (Money){row->value_hundredths});
    html_cell(page->html, unit_words(series->unit, page->danish));
    html_cell(page->html, days);
    html_open(page->html, "td", "prose");
    html_text(page->html, "%s", basis);
    html_element(page->html, "div", "src", row->source_text);
    if (row->status != RATE_PUBLISHED)
        page_state(page, "warn", wording(page->danish)->status[row->status]);
    html_close(page->html);
    html_close(page->html);
}

static void write_form(Page *page, const char *month) {
    const PageField field = {.name = "month",
                             .type = "month",
                             .label = page_words(page, "Måned (ÅÅÅÅ-MM)", "Month (YYYY-MM)"),
                             .value = month,
                             .required = true,
                             .size = 10};
    html_open(page->html, "form", "panel line");
    html_attribute(page->html, "method", "get");
    html_attribute(page->html, "action", "/rates");
    page_field(page, &field);
    page_button(page, NULL, page_words(page, "Vis", "Show"));
    html_close(page->html);
}

/* Each row that some day of the month reads, once; returns how many. */
static int write_month(Page *page, const MonthRates *rates, Month month) {
    int count = 0;
    html_table_begin(page->html, page_words(page, "Satser, som måneden bruger", "Rates that the month uses"),
                     columns, 5);
    for (int32_t id = 0; id < RATE_COUNT; id++)
        for (int32_t day = 0; day < month_days(month); day++) {
            const RateRow *row = rates->on_day[id][day];
            if (row != NULL && (day == 0 || row != rates->on_day[id][day - 1])) {
                write_rate(page, row);
                count++;
            }
        }
    html_table_end(page->html);
    return count;
}

Status page_rates(Page *page, Error *error) {
    const char *asked = http_query(page->request, "month");
    char text[DATE_TEXT_SIZE], words[40], title[80];
    Month month = month_of(settings_today(page->invocation->settings));
    MonthRates rates;
    if (asked != NULL && !month_parse(asked, (uint32_t)strlen(asked), &month))
        return page_error(page, error, STATUS_USAGE, "Det er ingen måned. Skriv den som ÅÅÅÅ-MM.",
                          "That is no month. Write it as YYYY-MM.");
    month_format(month, text);
    month_words(text, page->danish, words, sizeof words);
    snprintf(title, sizeof title, "%s %s", page_words(page, "Satser for", "Rates of"), words);
    month_rates_fill(&page->rates->table, month, &rates);
    const Status status = page_begin(page, NAV_RATES, title, error);
    if (status != STATUS_OK)
        return status;
    html_element(
        page->html, "p", NULL,
        page_words(
            page,
            "De indbyggede satser i dette program. Hvad en beseglet kørsel brugte, står under dens segl.",
            "The rates built into this program. What a sealed run used is under its seal."));
    write_form(page, text);
    if (write_month(page, &rates, month) == 0)
        page_message(page, "warn",
                     page_words(page, "Ingen sats dækker måneden.", "No rate covers the month."));
    return STATUS_OK;
}
