/* The front page: what needs somebody now, the runs, and what is owed month by month. Then one run, and whom a finding of
 * it is about. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/console/page.h"
#include "io/console/run_page.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"

#define RUNS_PER_PAGE 25
#define TREND_MONTHS 24
#define PEOPLE_PER_PAGE 100

/* --- What needs somebody ---------------------------------------------------------------------------------------------------- */

static int64_t sum_of(const json_t *object, const char *key) {
    int64_t sum = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(object, key), name, value) {
        sum += json_integer_value(value);
    }
    return sum;
}

static Money owed_of(const json_t *status) {
    int64_t oere = 0;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(status, "open_owed"), i, one) {
        oere += json_integer_value(json_object_get(one, "til_udbetaling"));
    }
    return (Money){oere};
}

static int64_t batches_of(const json_t *status, const char *state) {
    return json_integer_value(
        json_object_get(json_object_get(json_object_get(status, "batches"), state), "count"));
}

static void write_figures(Page *page, const json_t *status) {
    html_open(page->html, "dl", "figures");
    page_figure(page, page_words(page, "Tilbageholdte personer", "People held"), "/held",
                json_integer_value(json_object_get(status, "held")));
    page_figure(page, page_words(page, "Åbne afviste rækker", "Open rejects"), "/rejects",
                sum_of(status, "rejects"));
    page_figure_kroner(page, page_words(page, "Skyldigt, ikke samlet", "Owed, not in a batch"),
                       owed_of(status));
    page_figure(page, page_words(page, "Bunker, der venter på godkendelse", "Batches awaiting approval"),
                "/batches", batches_of(status, "draft"));
    page_figure(page, page_words(page, "Krav, der afventer afgørelse", "Claims awaiting decision"), NULL,
                json_integer_value(json_object_get(json_object_get(status, "claims"), "count")));
    html_close(page->html);
}

/* --- The list ------------------------------------------------------------------------------------------------------------------ */

enum {
    RUN_ID,
    RUN_MONTH,
    RUN_KIND,
    RUN_STATE,
    RUN_BY,
    RUN_AT,
    RUN_PEOPLE,
    RUN_HELD,
    RUN_PAID,
    RUN_DELTA,
    RUN_TOTAL
};

static const TableColumn run_columns[] = {
    {"koersel", "kørsel", "run", CELL_TEXT},
    {"maaned", "måned", "month", CELL_TEXT},
    {"slags", "slags", "kind", CELL_TEXT},
    {"tilstand", "tilstand", "state", CELL_TEXT},
    {"startet", "startet (UTC)", "started (UTC)", CELL_TEXT},
    {"resultater", "resultater", "results", CELL_NUMBER},
    {"tilbageholdt", "tilbageholdt", "held", CELL_NUMBER},
    {"til_udbetaling", "til udbetaling, kr.", "to be paid, kr.", CELL_KRONER},
    {"nyt", "nyt skyldigt, kr.", "newly owed, kr.", CELL_KRONER},
};

static void number_or_nothing(Page *page, const PgRows *rows, int row, int column, bool kroner) {
    if (pg_is_null(rows, row, column))
        html_cell(page->html, "");
    else if (kroner)
        html_cell_kroner(page->html, (Money){pg_integer(rows, row, column)});
    else
        html_cell_number(page->html, pg_integer(rows, row, column));
}

static void run_row(Page *page, const PgRows *rows, int row) {
    char address[32], month[40];
    const char *class_name;
    const char *state = run_state_words(pg_text(rows, row, RUN_STATE), page->danish, &class_name);
    snprintf(address, sizeof address, "/runs/%s", pg_text(rows, row, RUN_ID));
    month_words(pg_text(rows, row, RUN_MONTH), page->danish, month, sizeof month);
    html_open(page->html, "tr", NULL);
    html_open(page->html, "th", NULL);
    html_attribute(page->html, "scope", "row");
    html_link(page->html, pg_text(rows, row, RUN_ID), address);
    html_close(page->html);
    html_cell_fixed(page->html, month);
    html_cell(page->html, strcmp(pg_text(rows, row, RUN_KIND), "nightly") == 0
                              ? page_words(page, "natlig", "nightly")
                              : page_words(page, "genberegning", "reprocessing"));
    html_open(page->html, "td", NULL);
    page_state(page, class_name, state);
    html_close(page->html);
    html_open(page->html, "td", "fixed");
    html_text(page->html, "%s, %s", pg_text(rows, row, RUN_AT), pg_text(rows, row, RUN_BY));
    html_close(page->html);
    number_or_nothing(page, rows, row, RUN_PEOPLE, false);
    number_or_nothing(page, rows, row, RUN_HELD, false);
    number_or_nothing(page, rows, row, RUN_PAID, true);
    number_or_nothing(page, rows, row, RUN_DELTA, true);
    html_close(page->html);
}

static void write_runs(Page *page, const PgRows *rows, int32_t first) {
    const int count = pg_row_count(rows);
    html_element(page->html, "h2", NULL, page_words(page, "Kørsler", "Runs"));
    if (count == 0) {
        html_element(page->html, "p", NULL, page_words(page, "Der er ingen.", "There are none."));
        return;
    }
    html_table_begin(page->html, page_words(page, "De nyeste først", "The newest first"), run_columns,
                     (int32_t)(sizeof run_columns / sizeof run_columns[0]));
    for (int row = 0; row < count; row++)
        run_row(page, rows, row);
    html_table_end(page->html);
    page_turns(page, "/runs", first, RUNS_PER_PAGE, pg_integer(rows, 0, RUN_TOTAL));
}

/* --- Month by month ------------------------------------------------------------------------------------------------------------ */

static const TableColumn trend_columns[] = {
    {"maaned", "måned", "month", CELL_TEXT},
    {"personer", "personer", "people", CELL_NUMBER},
    {"skyldigt", "skyldigt, kr.", "owed, kr.", CELL_KRONER},
};

static void trend_table(Page *page, const PgRows *rows) {
    html_open(page->html, "details", NULL);
    html_element(page->html, "summary", NULL,
                 page_words(page, "Tallene i en tabel", "The figures as a table"));
    html_table_begin(page->html, page_words(page, "Skyldigt efter måned", "Owed by month"), trend_columns, 3);
    for (int row = pg_row_count(rows) - 1; row >= 0; row--) {
        char month[40];
        month_words(pg_text(rows, row, 0), page->danish, month, sizeof month);
        html_open(page->html, "tr", NULL);
        html_row_head(page->html, month);
        html_cell_number(page->html, pg_integer(rows, row, 1));
        html_cell_kroner(page->html, (Money){pg_integer(rows, row, 2)});
        html_close(page->html);
    }
    html_table_end(page->html);
    html_close(page->html);
}

static void trend_bar(Page *page, const PgRows *rows, int row, ChartBar *bar) {
    char month[40], kroner[KRONER_TEXT_SIZE];
    const int64_t oere = pg_integer(rows, row, 2);
    const char *text = pg_text(rows, row, 0);
    month_words(text, page->danish, month, sizeof month);
    kroner_format((Money){oere}, page->danish, kroner);
    snprintf(bar->title, sizeof bar->title, "%.30s: %.40s kr.", month, kroner);
    if (pg_row_count(rows) <= 12 || row % 3 == 0)
        snprintf(bar->label, sizeof bar->label, "%.2s/%.2s", text + 5, text + 2);
    bar->value = oere > 0 ? oere : 0;
}

static void write_trend(Page *page, const PgRows *rows) {
    const int count = pg_row_count(rows) < CHART_BARS_MAX ? pg_row_count(rows) : CHART_BARS_MAX;
    int64_t largest = 0;
    if (count == 0)
        return;
    Chart chart = {.title =
                       page_words(page, "Skyldigt til udbetaling efter måned", "Owed to be paid by month"),
                   .bar_count = count};
    for (int row = 0; row < count; row++) {
        trend_bar(page, rows, row, &chart.bars[row]);
        largest = chart.bars[row].value > largest ? chart.bars[row].value : largest;
    }
    const bool millions = largest >= 100 * 1000000;
    chart.unit_size = millions ? 100 * 1000000 : 100 * 1000;
    chart.unit = millions ? page_words(page, "mio. kr.", "million kr.")
                          : page_words(page, "tusind kr.", "thousand kr.");
    html_element(page->html, "h2", NULL, page_words(page, "Måned for måned", "Month by month"));
    html_chart(page->html, &chart);
    trend_table(page, rows);
}

/* --- The pages ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    PgRows *status, *runs;
    const PgRows *trend; /* of the session */
    json_t *document;
} FrontPage;

static Status trend_read(Page *page, const PgRows **trend, Error *error) {
    Session *session = page->session;
    char months[16];
    PgRows *key = NULL;
    snprintf(months, sizeof months, "%d", TREND_MONTHS);
    const PgParameter month_count = {"months", months};
    Status status = pg_query_file(page->pg, "month_totals_key", 0, NULL, &key, error);
    if (status == STATUS_OK &&
        (session->trend == NULL || strcmp(session->trend_key, pg_text(key, 0, 0)) != 0)) {
        pg_rows_free(session->trend);
        session->trend = NULL;
        status = pg_query_file(page->pg, "month_totals", 1, &month_count, &session->trend, error);
        snprintf(session->trend_key, sizeof session->trend_key, "%s", pg_text(key, 0, 0));
    }
    pg_rows_free(key);
    *trend = session->trend;
    return status;
}

static Status front_read(Page *page, int32_t first, FrontPage *front, Error *error) {
    char today[DATE_TEXT_SIZE], first_text[16], count[16];
    date_format(settings_today(page->invocation->settings), today);
    snprintf(first_text, sizeof first_text, "%d", first);
    snprintf(count, sizeof count, "%d", RUNS_PER_PAGE);
    const PgParameter day = {"today", today};
    const PgParameter range[] = {{"first", first_text}, {"count", count}};
    Status status = pg_query_file(page->pg, "status", 1, &day, &front->status, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "run_list", 2, range, &front->runs, error);
    if (status == STATUS_OK)
        status = trend_read(page, &front->trend, error);
    if (status == STATUS_OK)
        front->document = json_loads(pg_text(front->status, 0, 0), 0, NULL);
    if (status == STATUS_OK && front->document == NULL)
        status = error_set(error, STATUS_INTERNAL, "the status is no JSON");
    return status;
}

Status page_runs(Page *page, Error *error) {
    FrontPage front = {.document = NULL};
    const int32_t first = page_first_row(page);
    Status status = front_read(page, first, &front, error);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_RUNS, page_words(page, "Hvor det står", "Where things stand"), error);
    if (status == STATUS_OK) {
        write_figures(page, front.document);
        write_runs(page, front.runs, first);
        write_trend(page, front.trend);
    }
    json_decref(front.document);
    pg_rows_free(front.status);
    pg_rows_free(front.runs);
    return status;
}

Status page_run(Page *page, Error *error) {
    RunPage run = {.run_id = 0};
    char title[RUN_TITLE_SIZE];
    int32_t run_id;
    Status status = page_number(page, 0, &run_id, error);
    if (status == STATUS_OK)
        status = run_page_read(page->pg, run_id, &run, error);
    if (status == STATUS_OK) {
        run_page_title(&run, page->danish, title);
        status = page_begin(page, NAV_RUNS, title, error);
    }
    if (status == STATUS_OK)
        run_page_write(&run, page->html, true);
    run_page_free(&run);
    return status;
}

/* --- Whom a finding is about ------------------------------------------------------------------------------------------------------ */

enum { PERSON_CPR, PERSON_MONTH, PERSON_KOMMUNE, PERSON_UDFALD, PERSON_PAID };

static const TableColumn person_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"maaned", "måned", "month", CELL_TEXT},
    {"kommune", "kommune", "municipality", CELL_TEXT},
    {"udfald", "udfald", "outcome", CELL_TEXT},
    {"til_udbetaling", "til udbetaling, kr.", "to be paid, kr.", CELL_KRONER},
};

static void write_people(Page *page, const PgRows *rows, int count) {
    html_table_begin(page->html,
                     page_words(page, "Personer og måneder i kørslen", "People and months of the run"),
                     person_columns, 5);
    for (int row = 0; row < count; row++) {
        char month[40], kommune[KOMMUNE_TEXT_SIZE];
        month_words(pg_text(rows, row, PERSON_MONTH), page->danish, month, sizeof month);
        kommune_words(pg_text(rows, row, PERSON_KOMMUNE), kommune);
        html_open(page->html, "tr", NULL);
        page_person_cell(page, pg_text(rows, row, PERSON_CPR), pg_text(rows, row, PERSON_MONTH));
        html_cell_fixed(page->html, month);
        html_cell(page->html, kommune);
        html_cell(page->html, udfald_words(pg_text(rows, row, PERSON_UDFALD), page->danish));
        html_cell_kroner(page->html, (Money){pg_integer(rows, row, PERSON_PAID)});
        html_close(page->html);
    }
    html_table_end(page->html);
}

static Status write_finding(Page *page, const FindingDefinition *definition, const PgRows *rows,
                            int32_t first, Error *error) {
    char title[160], address[160];
    const int found = pg_row_count(rows);
    snprintf(title, sizeof title, "%.60s %s %.20s", definition->code, page_words(page, "i kørsel", "in run"),
             page->argument[0]);
    const Status status = page_begin(page, NAV_RUNS, title, error);
    if (status != STATUS_OK)
        return status;
    html_element(page->html, "p", "lead", page->danish ? definition->sentence_da : definition->sentence_en);
    html_element(page->html, "p", NULL, page->danish ? definition->advice_da : definition->advice_en);
    if (found > 0)
        write_people(page, rows, found < PEOPLE_PER_PAGE ? found : PEOPLE_PER_PAGE);
    snprintf(address, sizeof address, "/runs/%s/findings/%s", page->argument[0], page->argument[1]);
    page_turns(page, address, first, PEOPLE_PER_PAGE, first + found);
    snprintf(address, sizeof address, "/runs/%s", page->argument[0]);
    html_open(page->html, "p", NULL);
    html_link(page->html, page_words(page, "Tilbage til kørslen", "Back to the run"), address);
    html_close(page->html);
    return STATUS_OK;
}

Status page_run_finding(Page *page, Error *error) {
    char first_text[16], count[16], detail[80];
    PgRows *rows = NULL;
    int32_t run_id;
    const int32_t first = page_first_row(page);
    const FindingDefinition *definition = finding_find(page->argument[1]);
    snprintf(first_text, sizeof first_text, "%d", first);
    snprintf(count, sizeof count, "%d", PEOPLE_PER_PAGE + 1); /* one more tells that there are more */
    const PgParameter parameters[] = {
        {"run", page->argument[0]}, {"code", page->argument[1]}, {"first", first_text}, {"count", count}};
    Status status = page_number(page, 0, &run_id, error);
    if (status == STATUS_OK && definition == NULL)
        status = page_error(page, error, STATUS_DATA, "Adressen nævner en bemærkning, der ikke findes.",
                            "The address names a finding that does not exist.");
    if (status == STATUS_OK) {
        snprintf(detail, sizeof detail, "%d %.60s", run_id, page->argument[1]);
        status = look_open(page->pg, &(Look){.command = "report", .detail = detail}, error);
    }
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "run_finding_people", 4, parameters, &rows, error);
    if (status == STATUS_OK && definition != NULL)
        status = write_finding(page, definition, rows, first, error);
    pg_rows_free(rows);
    return status;
}
