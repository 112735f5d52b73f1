/* Rows that could not be used, and people of whom it cannot be said what they are owed: each with what to do. */
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/console/page.h"
#include "io/console/run_page.h"
#include "io/intake/intake.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"

/* The columns of sql/queries/rejects.sql. */
enum {
    REJECT_ID,
    REJECT_DELIVERY,
    REJECT_FILE,
    REJECT_LINE,
    REJECT_KIND,
    REJECT_CODE,
    REJECT_COLUMN,
    REJECT_FIELD,
    REJECT_FOUND,
    REJECT_EXPECTED,
    REJECT_SINCE,
    REJECT_AGE,
    REJECT_WHOLE,
};

static const char *advice_of(const FindingDefinition *definition, bool danish) {
    return definition == NULL ? "" : danish ? definition->advice_da : definition->advice_en;
}

static const char *sentence_of(const FindingDefinition *definition, bool danish) {
    return definition == NULL ? "" : danish ? definition->sentence_da : definition->sentence_en;
}

/* What a sentence says of every row with its code: up to where a row's own value stands. */
static int general_size(const char *sentence) {
    const char *value = strstr(sentence, ": %s");
    return (int)(value == NULL ? strlen(sentence) : (size_t)(value - sentence));
}

/* --- Rejects: by code, as what to do about them is the same ------------------------------------------------------------------ */

static const TableColumn reject_columns[] = {
    {"fil", "fil og linje", "file and line", CELL_TEXT},
    {"kolonne", "kolonne", "column", CELL_TEXT},
    {"fundet", "fundet", "found", CELL_TEXT},
    {"ventet", "ventet", "expected", CELL_TEXT},
    {"siden", "siden", "since", CELL_TEXT},
    {"dage", "dage", "days", CELL_NUMBER},
};

static const char *phrase(const PgRows *rows, int row, int column, bool danish) {
    const char *text = pg_text(rows, row, column);
    return input_finding_phrase(text[0] == '\0' ? "nothing" : text, danish);
}

static void reject_row(Page *page, const PgRows *rows, int row) {
    html_open(page->html, "tr", NULL);
    html_open(page->html, "th", NULL);
    html_attribute(page->html, "scope", "row");
    html_text(page->html, "%s:%s", pg_text(rows, row, REJECT_FILE), pg_text(rows, row, REJECT_LINE));
    if (pg_text(rows, row, REJECT_WHOLE)[0] == 't')
        html_element(page->html, "span", "note",
                     page_words(page, " hele filen er afvist", " the whole file is rejected"));
    html_close(page->html);
    html_cell(page->html, pg_text(rows, row, REJECT_COLUMN));
    html_cell(page->html, phrase(rows, row, REJECT_FOUND, page->danish));
    html_cell(page->html, phrase(rows, row, REJECT_EXPECTED, page->danish));
    html_cell_fixed(page->html, pg_text(rows, row, REJECT_SINCE));
    html_cell_number(page->html, pg_integer(rows, row, REJECT_AGE));
    html_close(page->html);
}

static int count_code(const PgRows *rows, const char *code) {
    int count = 0;
    for (int row = 0; row < pg_row_count(rows); row++)
        count += strcmp(pg_text(rows, row, REJECT_CODE), code) == 0;
    return count;
}

/* The rows of a code, at most so many; returns how many were written. */
static int reject_group(Page *page, const PgRows *rows, const FindingDefinition *definition, int count,
                        int room) {
    char caption[120];
    int written = 0;
    html_open(page->html, "h2", NULL);
    html_text(page->html, "%s (%d)", definition->code, count);
    html_close(page->html);
    html_open(page->html, "p", NULL);
    const char *sentence = sentence_of(definition, page->danish);
    const int size = general_size(sentence);
    html_text(page->html, "%.*s%s ", size, sentence, sentence[size] == '\0' ? "" : ".");
    html_element(page->html, "strong", NULL, advice_of(definition, page->danish));
    html_close(page->html);
    if (room == 0)
        return 0;
    snprintf(caption, sizeof caption, "%s %.60s", page_words(page, "Rækker med", "Rows with"),
             definition->code);
    html_table_begin(page->html, caption, reject_columns, 6);
    for (int row = 0; row < pg_row_count(rows) && written < room; row++)
        if (strcmp(pg_text(rows, row, REJECT_CODE), definition->code) == 0) {
            reject_row(page, rows, row);
            written++;
        }
    html_table_end(page->html);
    return written;
}

static void write_rejects(Page *page, const PgRows *rows) {
    const int total = pg_row_count(rows);
    int room = PAGE_ROWS_MAX;
    html_element(
        page->html, "p", "lead",
        total == 0 ? page_words(page, "Ingen rækker venter.", "No rows wait.")
                   : page_words(page,
                                "Rækkerne er ikke brugt. De lukkes af en rettet række med samme id, eller af "
                                "den samme fil, sendt igen.",
                                "These rows were not used. A mended row with the same id closes them, or the "
                                "same file, sent again."));
    for (int code = 0; code < FINDING_COUNT; code++) {
        const int count = count_code(rows, finding_table[code].code);
        if (count > 0)
            room -= reject_group(page, rows, &finding_table[code], count, room);
    }
    if (total > PAGE_ROWS_MAX)
        page_message(page, "",
                     page_words(page, "Her vises de første 500; `ydelse rejects` har dem alle.",
                                "The first 500 are shown; `ydelse rejects` has all."));
}

/* --- Held people ------------------------------------------------------------------------------------------------------------- */

enum {
    HELD_CPR,
    HELD_KOMMUNE,
    HELD_CODE,
    HELD_MONTHS,
    HELD_FIRST,
    HELD_LAST,
    HELD_RUN,
    HELD_SINCE,
    HELD_DAYS
};

static const TableColumn held_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"kommune", "kommune", "municipality", CELL_TEXT},
    {"hvorfor", "hvorfor, og hvad kan gøres", "why, and what can be done", CELL_TEXT},
    {"maaneder", "måneder", "months", CELL_TEXT},
    {"siden", "siden", "since", CELL_TEXT},
    {"dage", "dage", "days", CELL_NUMBER},
};

static void held_row(Page *page, const PgRows *rows, int row) {
    const char *first = pg_text(rows, row, HELD_FIRST), *last = pg_text(rows, row, HELD_LAST);
    const FindingDefinition *definition = finding_find(pg_text(rows, row, HELD_CODE));
    char kommune[KOMMUNE_TEXT_SIZE], months[40], address[32];
    kommune_words(pg_text(rows, row, HELD_KOMMUNE), kommune);
    snprintf(months, sizeof months, strcmp(first, last) == 0 ? "%.10s" : "%.10s – %.10s", first, last);
    html_open(page->html, "tr", NULL);
    page_person_cell(page, pg_text(rows, row, HELD_CPR), last);
    html_cell(page->html, kommune);
    html_open(page->html, "td", "prose");
    html_text(page->html, "%s ", sentence_of(definition, page->danish));
    html_element(page->html, "strong", NULL, advice_of(definition, page->danish));
    html_element(page->html, "div", "src", pg_text(rows, row, HELD_CODE));
    html_close(page->html);
    html_cell_fixed(page->html, months);
    html_open(page->html, "td", "fixed");
    html_text(page->html, "%s, ", pg_text(rows, row, HELD_SINCE));
    snprintf(address, sizeof address, "/runs/%.12s", pg_text(rows, row, HELD_RUN));
    html_open(page->html, "a", NULL);
    html_attribute(page->html, "href", address);
    html_text(page->html, "%s %s", page_words(page, "kørsel", "run"), pg_text(rows, row, HELD_RUN));
    html_close(page->html);
    html_close(page->html);
    html_cell_number(page->html, pg_integer(rows, row, HELD_DAYS));
    html_close(page->html);
}

static void write_held(Page *page, const PgRows *rows) {
    const int count = pg_row_count(rows);
    html_element(
        page->html, "p", "lead",
        count == 0 ? page_words(page, "Ingen er tilbageholdt.", "Nobody is held.")
                   : page_words(page,
                                "Det kan ikke siges, hvad de har ret til: der betales intet, og der tages "
                                "intet tilbage, før det er afklaret.",
                                "It cannot be said what they are owed: nothing is paid and nothing is taken "
                                "back until that is settled."));
    if (count == 0)
        return;
    html_table_begin(page->html, page_words(page, "De ældste først", "The oldest first"), held_columns, 6);
    for (int row = 0; row < count && row < PAGE_ROWS_MAX; row++)
        held_row(page, rows, row);
    html_table_end(page->html);
    if (count > PAGE_ROWS_MAX)
        page_message(page, "",
                     page_words(page, "Her vises de første 500; `ydelse held` har dem alle.",
                                "The first 500 are shown; `ydelse held` has all."));
}

/* --- The pages ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *command; /* whose look and query it is */
    Nav nav;
    const char *title_da, *title_en;
    void (*write)(Page *page, const PgRows *rows);
} List;

static Status page_list(Page *page, const List *list, Error *error) {
    char today[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    date_format(settings_today(page->invocation->settings), today);
    const PgParameter parameters[] = {{"today", today}, {"raw", "f"}};
    Status status = look_open(page->pg, &(Look){.command = list->command}, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, list->command, list->nav == NAV_REJECTS ? 2 : 1, parameters, &rows,
                               error);
    if (status == STATUS_OK)
        status = page_begin(page, list->nav, page->danish ? list->title_da : list->title_en, error);
    if (status == STATUS_OK)
        list->write(page, rows);
    pg_rows_free(rows);
    return status;
}

Status page_rejects(Page *page, Error *error) {
    static const List list = {"rejects", NAV_REJECTS, "Afviste rækker", "Rejected rows", write_rejects};
    return page_list(page, &list, error);
}

Status page_held(Page *page, Error *error) {
    static const List list = {"held", NAV_HELD, "Tilbageholdte personer", "People held", write_held};
    return page_list(page, &list, error);
}
