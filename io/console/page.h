/* A page of the console: what every page gets, and what all pages are built of.
 *
 * A page first asks the database, by the queries and looks of the commands, then page_begin writes the frame and the
 * headline, then the page writes itself. Whatever goes wrong before or after, its Status becomes a page that says so.
 * A form that was sent answers with page_redirect, and leaves a notice for the page that comes next.
 */
#ifndef YDELSE_IO_CONSOLE_PAGE_H
#define YDELSE_IO_CONSOLE_PAGE_H

#include "io/command/command.h"
#include "io/console/serve_http.h"
#include "io/console/session.h"
#include "io/law/rate_file.h"
#include "io/show/html_parts.h"

#define PAGE_ARGUMENTS_MAX 2
#define PAGE_ARGUMENT_SIZE 64

typedef struct {
    const Invocation *invocation;
    const RateSet *rates;
    const HttpRequest *request;
    HttpResponse *response;
    Session *session; /* NULL: nobody is logged in */
    Pg *pg;           /* of the session */
    bool danish;
    const char *tab; /* the browser's title, which it remembers; NULL: the headline */
    bool worded;     /* an error's message is in the page's language (page_error) */
    HtmlPage *html;  /* from page_begin on */
    char argument[PAGE_ARGUMENTS_MAX][PAGE_ARGUMENT_SIZE]; /* what stands for * in the address */
} Page;

typedef Status PageFunction(Page *page, Error *error);

/* Where a page belongs in the navigation. */
typedef enum {
    NAV_NONE,
    NAV_RUNS,
    NAV_DIFFERENCES,
    NAV_REJECTS,
    NAV_HELD,
    NAV_PERSON,
    NAV_BATCHES,
    NAV_RATES,
} Nav;

Status page_begin(Page *page, Nav nav, const char *title, Error *error);
/* The frame's end; the response is complete. */
Status page_end(Page *page, Error *error);
/* The page of a trouble, in the frame. */
void page_trouble(Page *page, const Error *trouble);

/* The text in the page's language. */
const char *page_words(const Page *page, const char *danish, const char *english);

__attribute__((format(printf, 2, 3))) Status page_redirect(Page *page, const char *format, ...);
/* A trouble that the page itself noticed, in the page's language. Returns status. */
Status page_error(Page *page, Error *error, Status status, const char *danish, const char *english);
/* What the next page of the session tells first. */
__attribute__((format(printf, 3, 4))) void page_notice(Page *page, bool is_refusal, const char *format, ...);
/* An error as people read it: why the database refused, in the page's language. */
void page_error_words(const Page *page, const Error *error, char *text, size_t text_size);

/* The number that argument i is; STATUS_DATA when it is none. */
Status page_number(Page *page, int i, int32_t *number, Error *error);
/* Rows to leave out, from the query: ?fra=50; 0 when it is not given. */
int32_t page_first_row(const Page *page);
/* Links to the rows before and after, in the list's order; address without a query. */
void page_turns(Page *page, const char *address, int32_t first, int32_t per_page, int64_t total);

/* A form with the session's token; class_name NULL: none. html_close ends it. */
void page_form(Page *page, const char *action, const char *class_name);
void page_hidden(Page *page, const char *name, const char *value);
/* A field with its label; hint and value may be NULL. type is HTML's: text, password, month, number. */
typedef struct {
    const char *name, *type, *label, *hint, *value, *autocomplete;
    bool required;
    int size;
} PageField;
void page_field(Page *page, const PageField *field);
void page_button(Page *page, const char *class_name, const char *text);

/* A message in a frame of its own: class_name "", "good", "warn", "bad". */
void page_message(Page *page, const char *class_name, const char *text);
/* A figure with its name, inside <dl class="figures">; address: of the page about it, or NULL. */
void page_figure(Page *page, const char *name, const char *address, int64_t number);
void page_figure_kroner(Page *page, const char *name, Money amount);
/* A name and a text, inside <dl class="facts">; nothing when the text is empty. */
void page_fact(Page *page, const char *name, const char *text);
/* A state with its colour and its word; never the colour alone. */
void page_state(Page *page, const char *class_name, const char *word);
/* The button that shows a person, in a cell; month "" or YYYY-MM. */
void page_person_cell(Page *page, const char *cpr, const char *month);

/* The pages (io/page_*.c). */
PageFunction page_runs, page_run, page_run_finding, page_rejects, page_rejects_code, page_held, page_person,
    page_person_search, page_person_month, page_differences, page_batches, page_batch, page_batch_approve,
    page_batch_cancel, page_batch_file, page_rates, page_language;

#endif
