/* One run as people read it: accounting of its files, totals, the distribution of amounts, findings. The page of the
 * console and `ydelse report` are the same; counts and sums alone, nobody's name or number. */
#ifndef YDELSE_IO_CONSOLE_RUN_PAGE_H
#define YDELSE_IO_CONSOLE_RUN_PAGE_H

#include "io/pg/pg.h"
#include "io/show/html_page.h"

typedef struct {
    int32_t run_id;
    PgRows *head, *files, *totals, *distribution, *findings;
} RunPage;

/* STATUS_NO_INPUT when there is no such run. Freed by run_page_free, also after a failure. */
Status run_page_read(Pg *pg, int32_t run_id, RunPage *page, Error *error);
void run_page_free(RunPage *page);

/* "Kørsel 7: marts 2024". */
#define RUN_TITLE_SIZE 80
void run_page_title(const RunPage *page, bool danish, char title[RUN_TITLE_SIZE]);

/* Everything below the headline. links: with the addresses of the console. */
void run_page_write(const RunPage *page, HtmlPage *html, bool links);

/* "marts 2024" of "2024-03". */
void month_words(const char *month, bool danish, char *text, size_t text_size);
/* The word of a run's state, and the class of its colour. */
const char *run_state_words(const char *state, bool danish, const char **class_name);
/* The word of a result's outcome. */
const char *udfald_words(const char *udfald, bool danish);

#endif
