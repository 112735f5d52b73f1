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
    REJECT_TOTAL, /* open rejects with the same code */
};

#define ROWS_OF_EACH_CODE 10
#define ROWS_PER_PAGE 100

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

/* What is the same for every row of a code: what it means and what to do about it. */
static void write_code(Page *page, const char *code, const char *class_name) {
    const FindingDefinition *definition = finding_find(code);
    const char *sentence = sentence_of(definition, page->danish);
    const int size = general_size(sentence);
    html_open(page->html, "p", class_name);
    html_text(page->html, "%.*s%s ", size, sentence, sentence[size] == '\0' ? "" : ".");
    html_element(page->html, "strong", NULL, advice_of(definition, page->danish));
    html_close(page->html);
}

/* The rows from `row` on that have the same code; returns the row after them. */
static int write_rows(Page *page, const PgRows *rows, int row) {
    const char *code = pg_text(rows, row, REJECT_CODE);
    char caption[120];
    snprintf(caption, sizeof caption, "%s %.60s", page_words(page, "Rækker med", "Rows with"), code);
    html_table_begin(page->html, caption, reject_columns, 6);
    for (; row < pg_row_count(rows) && strcmp(pg_text(rows, row, REJECT_CODE), code) == 0; row++)
        reject_row(page, rows, row);
    html_table_end(page->html);
    return row;
}

static int write_group(Page *page, const PgRows *rows, int row) {
    const char *code = pg_text(rows, row, REJECT_CODE);
    const int64_t total = pg_integer(rows, row, REJECT_TOTAL);
    char address[80];
    html_open(page->html, "h2", NULL);
    html_text(page->html, "%s (", code);
    html_number(page->html, total);
    html_text(page->html, ")");
    html_close(page->html);
    write_code(page, code, NULL);
    const int next = write_rows(page, rows, row);
    if (total > next - row) {
        snprintf(address, sizeof address, "/rejects/%.60s", code);
        html_open(page->html, "p", "doing");
        html_open(page->html, "a", NULL);
        html_attribute(page->html, "href", address);
        html_text(page->html, "%s ", page_words(page, "Alle", "All"));
        html_number(page->html, total);
        html_text(page->html, " %s %s", page_words(page, "rækker med", "rows with"), code);
        html_close(page->html);
        html_close(page->html);
    }
    return next;
}

static void write_trail(Page *page) {
    html_open(page->html, "p", "trail");
    html_link(page->html, page_words(page, "Alle afviste rækker", "All rejected rows"), "/rejects");
    html_close(page->html);
}

static void write_rejects(Page *page, const PgRows *rows) {
    html_element(
        page->html, "p", "lead",
        pg_row_count(rows) == 0
            ? page_words(page, "Ingen rækker venter.", "No rows wait.")
            : page_words(page,
                         "Rækkerne er ikke brugt. De lukkes af en rettet række med samme id, eller af "
                         "den samme fil, sendt igen.",
                         "These rows were not used. A mended row with the same id closes them, or the "
                         "same file, sent again."));
    for (int row = 0; row < pg_row_count(rows);)
        row = write_group(page, rows, row);
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
    HELD_DAYS,
    HELD_TOTAL
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

static void write_held(Page *page, const PgRows *rows, int32_t first) {
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
    for (int row = 0; row < count; row++)
        held_row(page, rows, row);
    html_table_end(page->html);
    page_turns(page, "/held", first, ROWS_PER_PAGE, pg_integer(rows, 0, HELD_TOTAL));
}

/* --- The pages ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    char today[DATE_TEXT_SIZE], first[16], count[16];
} ListWords;

static ListWords list_words(const Page *page, int32_t first, int32_t count) {
    ListWords words;
    date_format(settings_today(page->invocation->settings), words.today);
    snprintf(words.first, sizeof words.first, "%d", first);
    snprintf(words.count, sizeof words.count, "%d", count);
    return words;
}

Status page_rejects(Page *page, Error *error) {
    const ListWords words = list_words(page, 0, ROWS_OF_EACH_CODE);
    const PgParameter parameters[] = {{"today", words.today}, {"each", words.count}};
    PgRows *rows = NULL;
    Status status = look_open(page->pg, &(Look){.command = "rejects"}, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "rejects_by_code", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_REJECTS, page_words(page, "Afviste rækker", "Rejected rows"), error);
    if (status == STATUS_OK)
        write_rejects(page, rows);
    pg_rows_free(rows);
    return status;
}

Status page_rejects_code(Page *page, Error *error) {
    const char *code = page->argument[0];
    const int32_t first = page_first_row(page);
    const ListWords words = list_words(page, first, ROWS_PER_PAGE);
    const PgParameter parameters[] = {
        {"today", words.today}, {"code", code}, {"first", words.first}, {"count", words.count}};
    char title[120], address[80];
    PgRows *rows = NULL;
    if (finding_find(code) == NULL)
        return page_error(page, error, STATUS_DATA, "Adressen nævner en kode, der ikke findes.",
                          "The address names a code that does not exist.");
    Status status = look_open(page->pg, &(Look){.command = "rejects", .detail = code}, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "rejects_of_code", 4, parameters, &rows, error);
    snprintf(address, sizeof address, "/rejects/%.60s", code);
    if (status == STATUS_OK && first > 0 && pg_row_count(rows) == 0) {
        pg_rows_free(rows);
        return page_redirect(page, "%s", address); /* there were more when the link was written */
    }
    snprintf(title, sizeof title, "%s: %.60s", page_words(page, "Afviste rækker", "Rejected rows"), code);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_REJECTS, title, error);
    if (status == STATUS_OK) {
        write_trail(page);
        write_code(page, code, "lead");
        if (pg_row_count(rows) == 0)
            html_element(page->html, "p", NULL, page_words(page, "Ingen rækker venter.", "No rows wait."));
        else
            (void)write_rows(page, rows, 0);
        page_turns(page, address, first, ROWS_PER_PAGE,
                   pg_row_count(rows) == 0 ? 0 : pg_integer(rows, 0, REJECT_TOTAL));
    }
    pg_rows_free(rows);
    return status;
}

Status page_held(Page *page, Error *error) {
    const int32_t first = page_first_row(page);
    const ListWords words = list_words(page, first, ROWS_PER_PAGE);
    const PgParameter parameters[] = {{"today", words.today}, {"first", words.first}, {"count", words.count}};
    PgRows *rows = NULL;
    Status status = look_open(page->pg, &(Look){.command = "held"}, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "held_page", 3, parameters, &rows, error);
    if (status == STATUS_OK && first > 0 && pg_row_count(rows) == 0) {
        pg_rows_free(rows);
        return page_redirect(page, "/held");
    }
    if (status == STATUS_OK)
        status = page_begin(page, NAV_HELD, page_words(page, "Tilbageholdte personer", "People held"), error);
    if (status == STATUS_OK)
        write_held(page, rows, first);
    pg_rows_free(rows);
    return status;
}
