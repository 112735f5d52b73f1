/* One person: found by CPR number, which is sent by a form and never stands in an address; the months; and for one month
 * why it is as it is, and what changed since the month before. */
#include <stdio.h>
#include <string.h>

#include "io/console/page.h"
#include "io/console/run_page.h"
#include "io/explain/difference_source.h"
#include "io/explain/explain_source.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"

/* --- The search ---------------------------------------------------------------------------------------------------------------- */

static void write_search(Page *page, const char *trouble) {
    const PageField field = {
        .name = "cpr",
        .type = "text",
        .label = page_words(page, "Cpr-nummer", "CPR number"),
        .hint = page_words(page, "Ti cifre. Opslaget logges.", "Ten digits. The look is logged."),
        .required = true,
        .size = 14};
    if (trouble != NULL) {
        html_open(page->html, "div", "message bad");
        html_attribute(page->html, "role", "alert");
        html_element(page->html, "p", NULL, trouble);
        html_close(page->html);
    }
    page_form(page, "/person", "panel");
    page_field(page, &field);
    page_button(page, NULL, page_words(page, "Slå op", "Look up"));
    html_close(page->html);
}

/* Ten digits, also with a hyphen or blanks between. */
static bool read_cpr(const char *text, Cpr *cpr) {
    char digits[CPR_TEXT_SIZE];
    size_t count = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        if (*text < '0' || *text > '9' || count == CPR_DIGITS)
            return false;
        digits[count++] = *text;
    }
    return count == CPR_DIGITS && cpr_parse(digits, CPR_DIGITS, cpr);
}

Status page_person_search(Page *page, Error *error) {
    const char *text = http_form(page->request, "cpr");
    char handle[SESSION_HANDLE_SIZE];
    const char *trouble = NULL;
    Cpr cpr;
    if (http_is_post(page->request)) {
        if (text != NULL && read_cpr(text, &cpr) && session_person_handle(page->session, cpr, handle))
            return page_redirect(page, "/person/%s", handle);
        page->response->status = 400;
        trouble =
            page_words(page, "Det er ikke et cpr-nummer: der skal være ti cifre, og datoen skal findes.",
                       "That is no CPR number: ten digits are needed, and the date must exist.");
    }
    const Status status =
        page_begin(page, NAV_PERSON, page_words(page, "Slå en person op", "Look up a person"), error);
    if (status == STATUS_OK)
        write_search(page, trouble);
    return status;
}

static Status person_of(Page *page, Cpr *cpr, Error *error) {
    if (session_person_find(page->session, page->argument[0], cpr))
        return STATUS_OK;
    return page_error(page, error, STATUS_DATA,
                      "Adressen hører til et tidligere login. Slå personen op igen.",
                      "The address is of an earlier login. Look the person up again.");
}

static void cpr_title(const Page *page, Cpr cpr, char title[64]) {
    char digits[CPR_TEXT_SIZE];
    cpr_format(cpr, digits);
    snprintf(title, 64, "%s %.6s-%.4s", page_words(page, "Cpr-nummer", "CPR number"), digits, digits + 6);
}

/* --- The months ---------------------------------------------------------------------------------------------------------------- */

enum { RESULT_MONTH, RESULT_RUN, RESULT_UDFALD, RESULT_YDELSE, RESULT_PAID, RESULT_FUND };

static const TableColumn result_columns[] = {
    {"maaned", "måned", "month", CELL_TEXT},
    {"udfald", "udfald", "outcome", CELL_TEXT},
    {"ydelse", "ydelse, kr.", "benefit, kr.", CELL_KRONER},
    {"til_udbetaling", "til udbetaling, kr.", "to be paid, kr.", CELL_KRONER},
    {"bemaerkninger", "bemærkninger", "findings", CELL_TEXT},
    {"koersel", "kørsel", "run", CELL_NUMBER},
};

static void result_row(Page *page, const PgRows *rows, int row) {
    char address[128], month[40];
    month_words(pg_text(rows, row, RESULT_MONTH), page->danish, month, sizeof month);
    snprintf(address, sizeof address, "/person/%s/%.7s", page->argument[0], pg_text(rows, row, RESULT_MONTH));
    html_open(page->html, "tr", NULL);
    html_open(page->html, "th", "fixed");
    html_attribute(page->html, "scope", "row");
    html_link(page->html, month, address);
    html_close(page->html);
    html_cell(page->html, udfald_words(pg_text(rows, row, RESULT_UDFALD), page->danish));
    html_cell_kroner(page->html, (Money){pg_integer(rows, row, RESULT_YDELSE)});
    html_cell_kroner(page->html, (Money){pg_integer(rows, row, RESULT_PAID)});
    html_cell(page->html, pg_text(rows, row, RESULT_FUND));
    html_cell_number(page->html, pg_integer(rows, row, RESULT_RUN));
    html_close(page->html);
}

Status page_person(Page *page, Error *error) {
    char title[64], digits[CPR_TEXT_SIZE];
    PgRows *rows = NULL;
    Cpr cpr;
    Status status = person_of(page, &cpr, error);
    if (status == STATUS_OK)
        status = look_open(page->pg, &(Look){.command = "explain", .cpr = &cpr, .detail = "months"}, error);
    if (status != STATUS_OK)
        return status;
    cpr_format(cpr, digits);
    cpr_title(page, cpr, title);
    page->tab = "Person";
    const PgParameter parameter = {"cpr", digits};
    status = pg_query_file(page->pg, "person_results", 1, &parameter, &rows, error);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_PERSON, title, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0) {
        page_message(page, "warn",
                     page_words(page, "Personen har intet resultat i databasen.",
                                "The person has no result in the database."));
    } else if (status == STATUS_OK) {
        html_table_begin(page->html,
                         page_words(page, "Det, der gælder nu; vælg en måned for at se hvorfor",
                                    "What holds now; choose a month to see why"),
                         result_columns, 6);
        for (int row = 0; row < pg_row_count(rows); row++)
            result_row(page, rows, row);
        html_table_end(page->html);
    }
    pg_rows_free(rows);
    return status;
}

/* --- One month ------------------------------------------------------------------------------------------------------------------ */

static Status write_explanation(void *context, const Explanation *explanation, const FileNames *files,
                                Error *error) {
    Page *page = context;
    (void)error;
    explain_html_sections(page->html, explanation, page->danish, files);
    return STATUS_OK;
}

static Status write_difference(void *context, const Difference *difference, Error *error) {
    Page *page = context;
    (void)error;
    html_open(page->html, "h2", NULL);
    html_text(page->html, "%s",
              page_words(page, "Ændringer siden måneden før", "Changes since the month before"));
    html_close(page->html);
    difference_html_sections(page->html, difference, page->danish);
    return STATUS_OK;
}

static void month_link(Page *page, Month month, const char *text) {
    char address[128], month_text[DATE_TEXT_SIZE];
    month_format(month, month_text);
    snprintf(address, sizeof address, "/person/%s/%.7s", page->argument[0], month_text);
    html_link(page->html, text, address);
}

static void write_trail(Page *page, Month month) {
    char address[96];
    snprintf(address, sizeof address, "/person/%s", page->argument[0]);
    html_open(page->html, "p", "trail");
    html_link(page->html, page_words(page, "Alle måneder", "All months"), address);
    html_text(page->html, " · ");
    month_link(page, (Month){month.index - 1}, page_words(page, "← Måneden før", "← The month before"));
    html_text(page->html, " · ");
    month_link(page, (Month){month.index + 1}, page_words(page, "Måneden efter →", "The month after →"));
    html_close(page->html);
}

/* What there is nothing of is told and no trouble; any other trouble is the page's. */
static Status tolerate(Page *page, Status status, const Error *trouble, const char *text, Error *error) {
    if (status == STATUS_DATA)
        page_message(page, "warn", text);
    else if (status != STATUS_OK)
        *error = *trouble;
    return status == STATUS_DATA ? STATUS_OK : status;
}

static Status write_month(Page *page, Cpr cpr, Month month, Error *error) {
    const ExplainRequest explain = {.cpr = cpr, .month = month, .write = write_explanation, .context = page};
    const DifferenceRequest difference = {
        .cpr = cpr, .month = {{month.index - 1}, month}, .write = write_difference, .context = page};
    Error trouble = {.status = STATUS_OK};
    Status status = explain_stored(page->pg, 0, &explain, &trouble);
    const bool nothing = status == STATUS_DATA;
    status = tolerate(page, status, &trouble,
                      page_words(page, "Personen har intet resultat i denne måned.",
                                 "The person has no result in this month."),
                      error);
    if (status != STATUS_OK || nothing)
        return status;
    status = difference_stored(page->pg, &difference, &trouble);
    return tolerate(
        page, status, &trouble,
        page_words(page, "Måneden før er ikke beregnet for personen, så der er intet at sammenligne med.",
                   "The month before was not computed for the person: there is nothing to compare with."),
        error);
}

Status page_person_month(Page *page, Error *error) {
    char title[120], name[64], month_title[40];
    Month month;
    Cpr cpr;
    Status status = person_of(page, &cpr, error);
    if (status == STATUS_OK && !month_parse(page->argument[1], (uint32_t)strlen(page->argument[1]), &month))
        status = page_error(page, error, STATUS_DATA, "Adressen nævner en måned, der ikke findes.",
                            "The address names a month that does not exist.");
    if (status != STATUS_OK)
        return status;
    cpr_title(page, cpr, name);
    month_words(page->argument[1], page->danish, month_title, sizeof month_title);
    snprintf(title, sizeof title, "%s, %s", name, month_title);
    page->tab = month_title;
    status = page_begin(page, NAV_PERSON, title, error);
    if (status != STATUS_OK)
        return status;
    write_trail(page, month);
    html_open(page->html, "div", "sheet");
    status = write_month(page, cpr, month, error);
    html_close(page->html);
    return status;
}
