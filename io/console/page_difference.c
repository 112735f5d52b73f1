/* What two runs hold differently: by cause, by municipality, and the largest differences person by person. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/console/page.h"
#include "io/console/run_page.h"
#include "io/explain/diff.h"
#include "io/pg/look.h"
#include "io/run/run_record.h"

#define LARGEST_SHOWN 100

typedef struct {
    Page *page;
    DiffGrouping grouping;
    bool open; /* a table is */
} Sums;

/* --- Totals -------------------------------------------------------------------------------------------------------------------- */

static void sums_table(Sums *sums, DiffGrouping by) {
    const TableColumn columns[] = {
        by == DIFF_BY_CAUSE ? (TableColumn){"aarsag", "årsag", "cause", CELL_TEXT}
                            : (TableColumn){"kommune", "kommune", "municipality", CELL_TEXT},
        {"personer", "personer", "people", CELL_NUMBER},
        {"personmaaneder", "måneder", "months", CELL_NUMBER},
        {"op", "op, kr.", "up, kr.", CELL_KRONER},
        {"ned", "ned, kr.", "down, kr.", CELL_KRONER},
        {"netto", "netto, kr.", "net, kr.", CELL_KRONER},
    };
    html_table_begin(
        sums->page->html,
        by == DIFF_BY_CAUSE
            ? page_words(sums->page, "Til udbetaling, efter årsag", "To be paid, by cause")
            : page_words(sums->page, "Til udbetaling, efter kommune", "To be paid, by municipality"),
        columns, 6);
    sums->open = true;
    sums->grouping = by;
}

static const char *cause_title(const char *name, bool danish) {
    for (int cause = 0; cause < CAUSE_COUNT; cause++)
        if (strcmp(cause_name[cause], name) == 0)
            return cause_words((Cause)cause, danish)->title;
    return name;
}

static void put_sum(void *context, DiffGrouping by, const char *value, const DiffSum *sum) {
    Sums *sums = context;
    HtmlPage *html = sums->page->html;
    char kommune[KOMMUNE_TEXT_SIZE];
    if (by != DIFF_IN_ALL && sums->open && sums->grouping != by) {
        html_table_end(html);
        sums->open = false;
    }
    if (!sums->open)
        sums_table(sums, by == DIFF_IN_ALL ? DIFF_BY_KOMMUNE : by);
    kommune_words(value, kommune);
    html_open(html, "tr", by == DIFF_IN_ALL ? "total" : NULL);
    html_row_head(html, by == DIFF_IN_ALL     ? page_words(sums->page, "I alt", "In all")
                        : by == DIFF_BY_CAUSE ? cause_title(value, sums->page->danish)
                                              : kommune);
    html_cell_number(html, sum->people);
    html_cell_number(html, sum->person_months);
    html_cell_kroner(html, sum->up);
    html_cell_kroner(html, sum->down);
    html_cell_kroner(html, sum->net);
    html_close(html);
}

static Status write_sums(Page *page, Error *error) {
    Sums sums = {.page = page};
    const Status status = diff_sums(page->pg, put_sum, &sums, error);
    if (sums.open)
        html_table_end(page->html);
    return status;
}

/* --- People -------------------------------------------------------------------------------------------------------------------- */

static const TableColumn part_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT}, {"maaned", "måned", "month", CELL_TEXT},
    {"kommune", "kommune", "municipality", CELL_TEXT},     {"foer", "før, kr.", "before, kr.", CELL_KRONER},
    {"efter", "efter, kr.", "after, kr.", CELL_KRONER},    {"aarsag", "årsag", "cause", CELL_TEXT},
    {"del", "heraf, kr.", "of it, kr.", CELL_KRONER},
};

static void kroner_or_nothing(HtmlPage *html, Money amount) {
    if (amount.oere == MONEY_NONE.oere)
        html_cell(html, "");
    else
        html_cell_kroner(html, amount);
}

static void put_part(void *context, const DiffPart *part) {
    Page *page = context;
    char month[DATE_TEXT_SIZE], words[40], kommune[KOMMUNE_TEXT_SIZE];
    month_format(part->month, month);
    month_words(month, page->danish, words, sizeof words);
    kommune_words(part->kommunekode, kommune);
    html_open(page->html, "tr", NULL);
    page_person_cell(page, part->cpr, month);
    html_cell_fixed(page->html, words);
    html_cell(page->html, kommune);
    kroner_or_nothing(page->html, part->before);
    kroner_or_nothing(page->html, part->after);
    html_cell(page->html, cause_words(part->part.cause, page->danish)->title);
    kroner_or_nothing(page->html, part->part.til_udbetaling);
    html_close(page->html);
}

static Status write_parts(Page *page, int64_t found, Error *error) {
    html_element(page->html, "h2", NULL, page_words(page, "De største forskelle", "The largest differences"));
    if (found > LARGEST_SHOWN)
        html_element(page->html, "p", NULL,
                     page_words(page, "Her vises de 100 største; `ydelse diff` har dem alle.",
                                "The 100 largest are shown; `ydelse diff` has all."));
    html_table_begin(page->html,
                     page_words(page, "Til udbetaling pr. person, måned og årsag",
                                "To be paid by person, month and cause"),
                     part_columns, 7);
    const Status status = diff_parts(page->pg, LARGEST_SHOWN, put_part, page, error);
    html_table_end(page->html);
    return status;
}

/* --- The page ------------------------------------------------------------------------------------------------------------------ */

static void write_form(Page *page, const char *before, const char *after) {
    const PageField fields[] = {{.name = "before",
                                 .type = "number",
                                 .label = page_words(page, "Efter kørsel", "After run"),
                                 .value = before,
                                 .required = true,
                                 .size = 8},
                                {.name = "after",
                                 .type = "number",
                                 .label = page_words(page, "og efter kørsel", "and after run"),
                                 .value = after,
                                 .required = true,
                                 .size = 8}};
    html_open(page->html, "form", "panel line");
    html_attribute(page->html, "method", "get");
    html_attribute(page->html, "action", "/differences");
    page_field(page, &fields[0]);
    page_field(page, &fields[1]);
    page_button(page, NULL, page_words(page, "Sammenlign", "Compare"));
    html_close(page->html);
}

static Status compare(Page *page, const DiffRequest *request, int64_t *found, Error *error) {
    RunRecord run;
    char runs[64];
    Status status = run_record_get(page->pg, request->before, &run, error);
    if (status == STATUS_OK)
        status = run_record_get(page->pg, request->after, &run, error);
    snprintf(runs, sizeof runs, "%d %d", request->before, request->after);
    if (status == STATUS_OK)
        status = look_open(page->pg, &(Look){.command = "diff", .everyone = true, .detail = runs}, error);
    if (status == STATUS_OK)
        status = diff_find(page->pg, request, found, error);
    return status;
}

static Status write_comparison(Page *page, const DiffRequest *request, int64_t found, Error *error) {
    html_open(page->html, "p", "lead");
    if (found == 0)
        html_text(page->html, "%s",
                  page_words(page, "Der er ingen forskelle mellem det, der gjaldt efter de to kørsler.",
                             "What held after the two runs is the same."));
    else {
        html_number(page->html, found);
        html_text(page->html, "%s",
                  found == 1 ? page_words(page, " personmåned er forskellig", " person-month differs")
                             : page_words(page, " personmåneder er forskellige", " person-months differ"));
        html_text(page->html,
                  page->danish ? " efter kørsel %d og efter kørsel %d."
                               : " between what held after run %d and after run %d.",
                  request->before, request->after);
    }
    html_close(page->html);
    if (found == 0)
        return STATUS_OK;
    const Status status = write_sums(page, error);
    return status == STATUS_OK ? write_parts(page, found, error) : status;
}

Status page_differences(Page *page, Error *error) {
    const char *before = http_query(page->request, "before"), *after = http_query(page->request, "after");
    DiffRequest request = {.month = MONTH_NONE, .kommunekode = ""};
    int64_t found = 0;
    Status status = STATUS_OK;
    const bool asked = before != NULL && after != NULL;
    if (asked)
        status = run_number_parse(before, page_words(page, "kørsel", "run"), &request.before, error);
    if (asked && status == STATUS_OK)
        status = run_number_parse(after, page_words(page, "kørsel", "run"), &request.after, error);
    if (asked && status == STATUS_OK)
        status = compare(page, &request, &found, error);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_DIFFERENCES,
                            page_words(page, "Forskelle mellem to kørsler", "Differences between two runs"),
                            error);
    if (status == STATUS_OK)
        write_form(page, before, after);
    if (asked && status == STATUS_OK)
        status = write_comparison(page, &request, found, error);
    return status;
}
