#include "io/console/run_page.h"

#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/show/html_parts.h"

/* The columns of sql/queries/run_head.sql. */
enum {
    HEAD_RUN,
    HEAD_MONTH,
    HEAD_KIND,
    HEAD_FULL,
    HEAD_STATE,
    HEAD_STARTED_BY,
    HEAD_REASON,
    HEAD_PLANNED,
    HEAD_ENDED,
    HEAD_FAILURE,
    HEAD_DELIVERY,
    HEAD_MONTHS,
    HEAD_PEOPLE,
    HEAD_BETALES,
    HEAD_NUL,
    HEAD_PENSIONED,
    HEAD_HELD,
    HEAD_TIL_UDBETALING,
    HEAD_PENSION,
    HEAD_DELTA_LINES,
    HEAD_DELTA,
    HEAD_VANISHED,
    HEAD_DIGEST,
    HEAD_SEAL,
    HEAD_RATES,
    HEAD_POLICIES,
    HEAD_PROGRAM,
    HEAD_BEFORE,
};

#define CLASS_OERE 100000 /* 1.000 kr. */

static Status read_part(Pg *pg, const char *name, int32_t run_id, PgRows **rows, Error *error) {
    char run[16];
    snprintf(run, sizeof run, "%d", run_id);
    const PgParameter parameter = {"run", run};
    return pg_query_file(pg, name, 1, &parameter, rows, error);
}

static Status read_distribution(Pg *pg, RunPage *page, Error *error) {
    char run[16], class_text[16];
    snprintf(run, sizeof run, "%d", page->run_id);
    snprintf(class_text, sizeof class_text, "%d", CLASS_OERE);
    const PgParameter parameters[] = {{"run", run}, {"class", class_text}};
    return pg_query_file(pg, "run_distribution", 2, parameters, &page->distribution, error);
}

Status run_page_read(Pg *pg, int32_t run_id, RunPage *page, Error *error) {
    *page = (RunPage){.run_id = run_id};
    Status status = read_part(pg, "run_head", run_id, &page->head, error);
    if (status == STATUS_OK && pg_row_count(page->head) == 0)
        status = error_set(error, STATUS_NO_INPUT, "there is no run %d", run_id);
    if (status == STATUS_OK)
        status = read_part(pg, "run_files", run_id, &page->files, error);
    if (status == STATUS_OK)
        status = read_part(pg, "run_totals", run_id, &page->totals, error);
    if (status == STATUS_OK)
        status = read_distribution(pg, page, error);
    if (status == STATUS_OK)
        status = read_part(pg, "run_findings", run_id, &page->findings, error);
    return status;
}

void run_page_free(RunPage *page) {
    pg_rows_free(page->head);
    pg_rows_free(page->files);
    pg_rows_free(page->totals);
    pg_rows_free(page->distribution);
    pg_rows_free(page->findings);
    *page = (RunPage){.run_id = 0};
}

/* --- Words ------------------------------------------------------------------------------------------------------------------ */

void month_words(const char *month, bool danish, char *text, size_t text_size) {
    Month parsed;
    if (month_parse(month, (uint32_t)strlen(month), &parsed))
        snprintf(text, text_size, "%s %d", wording(danish)->month[month_number(parsed) - 1],
                 month_year(parsed));
    else
        snprintf(text, text_size, "%s", month);
}

const char *run_state_words(const char *state, bool danish, const char **class_name) {
    static const struct {
        const char *state, *danish, *english, *class_name;
    } words[] = {{"sealed", "beseglet", "sealed", "good"},
                 {"computing", "i gang", "computing", "warn"},
                 {"planned", "planlagt", "planned", "warn"},
                 {"failed", "mislykket", "failed", "bad"}};
    *class_name = "";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].state, state) == 0) {
            *class_name = words[i].class_name;
            return danish ? words[i].danish : words[i].english;
        }
    return state;
}

const char *udfald_words(const char *udfald, bool danish) {
    static const struct {
        const char *udfald, *danish, *english;
    } words[] = {{"BETALES", "betales", "paid"},
                 {"NUL", "nul", "zero"},
                 {"FOERTIDSPENSION", "førtidspension", "disability pension"},
                 {"TILBAGEHOLDT", "tilbageholdt", "held"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].udfald, udfald) == 0)
            return danish ? words[i].danish : words[i].english;
    return udfald;
}

void run_page_title(const RunPage *page, bool danish, char title[RUN_TITLE_SIZE]) {
    char month[40];
    month_words(pg_text(page->head, 0, HEAD_MONTH), danish, month, sizeof month);
    snprintf(title, RUN_TITLE_SIZE, danish ? "Kørsel %d: %s" : "Run %d: %s", page->run_id, month);
}

/* --- The head ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const RunPage *page;
    HtmlPage *html;
    bool danish, links;
} Writer;

static const char *say(const Writer *writer, const char *danish, const char *english) {
    return writer->danish ? danish : english;
}

static const char *head(const Writer *writer, int column) {
    return pg_text(writer->page->head, 0, column);
}

static void figure(const Writer *writer, const char *name, int column, bool kroner) {
    if (!pg_is_null(writer->page->head, 0, column))
        html_figure(writer->html, name, NULL, pg_integer(writer->page->head, 0, column), kroner);
}

static void figures(const Writer *writer) {
    html_open(writer->html, "dl", "figures");
    figure(writer, say(writer, "Til udbetaling", "To be paid"), HEAD_TIL_UDBETALING, true);
    figure(writer, say(writer, "Nyt skyldigt", "Newly owed"), HEAD_DELTA, true);
    figure(writer, say(writer, "Resultater", "Results"), HEAD_PEOPLE, false);
    figure(writer, say(writer, "Betales", "Paid"), HEAD_BETALES, false);
    figure(writer, say(writer, "Nul", "Zero"), HEAD_NUL, false);
    figure(writer, say(writer, "Tilbageholdt", "Held"), HEAD_HELD, false);
    html_close(writer->html);
}

static void fact(const Writer *writer, const char *name, const char *text, const char *class_name) {
    if (text[0] == '\0')
        return;
    html_element(writer->html, "dt", NULL, name);
    html_element(writer->html, "dd", class_name, text);
}

static void facts(const Writer *writer) {
    const bool reprocess = strcmp(head(writer, HEAD_KIND), "reprocess") == 0;
    const char *class_name;
    char state[32];
    html_open(writer->html, "dl", "facts");
    html_element(writer->html, "dt", NULL, say(writer, "Tilstand", "State"));
    html_open(writer->html, "dd", NULL);
    const char *word = run_state_words(head(writer, HEAD_STATE), writer->danish, &class_name);
    snprintf(state, sizeof state, "state %s", class_name);
    html_element(writer->html, "span", state, word);
    html_close(writer->html);
    fact(writer, say(writer, "Slags", "Kind"),
         reprocess ? say(writer, "genberegning", "reprocessing")
         : head(writer, HEAD_FULL)[0] == 't'
             ? say(writer, "natlig, alle beregnet", "nightly, everyone computed")
             : say(writer, "natlig", "nightly"),
         NULL);
    fact(writer, say(writer, "Begrundelse", "Reason"), head(writer, HEAD_REASON), NULL);
    fact(writer, say(writer, "Startet af", "Started by"), head(writer, HEAD_STARTED_BY), NULL);
    fact(writer, say(writer, "Begyndt (UTC)", "Began (UTC)"), head(writer, HEAD_PLANNED), NULL);
    fact(writer, say(writer, "Sluttet (UTC)", "Ended (UTC)"), head(writer, HEAD_ENDED), NULL);
    fact(writer, say(writer, "Mislykket fordi", "Failed because"), head(writer, HEAD_FAILURE), NULL);
    fact(writer, say(writer, "Til og med leverance", "Up to delivery"), head(writer, HEAD_DELIVERY), NULL);
    fact(writer, say(writer, "Måneder", "Months"), head(writer, HEAD_MONTHS), NULL);
    fact(writer, "Program", head(writer, HEAD_PROGRAM), NULL);
    fact(writer, say(writer, "Segl", "Seal"), head(writer, HEAD_SEAL), "mono");
    fact(writer, say(writer, "Resultater, SHA-256", "Results, SHA-256"), head(writer, HEAD_DIGEST), "mono");
    fact(writer, say(writer, "Satser, SHA-256", "Rates, SHA-256"), head(writer, HEAD_RATES), "mono");
    fact(writer, say(writer, "Politikker, SHA-256", "Policies, SHA-256"), head(writer, HEAD_POLICIES),
         "mono");
    html_close(writer->html);
}

/* --- Files ------------------------------------------------------------------------------------------------------------------- */

enum {
    FILE_DELIVERY,
    FILE_NAME,
    FILE_KIND,
    FILE_READ,
    FILE_STORED,
    FILE_DUPLICATE,
    FILE_REJECTED,
    FILE_WHOLE
};

static const TableColumn file_columns[] = {
    {"leverance", "leverance", "delivery", CELL_NUMBER},
    {"fil", "fil", "file", CELL_TEXT},
    {"laest", "læst", "read", CELL_NUMBER},
    {"gemt", "gemt", "stored", CELL_NUMBER},
    {"dublet", "dublet", "duplicate", CELL_NUMBER},
    {"afvist", "afvist", "rejected", CELL_NUMBER},
};

static void file_row(const Writer *writer, const PgRows *rows, int i, int64_t sums[4]) {
    html_open(writer->html, "tr", NULL);
    html_cell_number(writer->html, pg_integer(rows, i, FILE_DELIVERY));
    html_open(writer->html, "th", NULL);
    html_attribute(writer->html, "scope", "row");
    html_text(writer->html, "%s", pg_text(rows, i, FILE_NAME));
    if (pg_text(rows, i, FILE_WHOLE)[0] == 't')
        html_element(writer->html, "span", "note", say(writer, " afvist som helhed", " rejected as a whole"));
    html_close(writer->html);
    for (int column = 0; column < 4; column++) {
        html_cell_number(writer->html, pg_integer(rows, i, FILE_READ + column));
        sums[column] += pg_integer(rows, i, FILE_READ + column);
    }
    html_close(writer->html);
}

static void files(const Writer *writer) {
    const PgRows *rows = writer->page->files;
    int64_t sums[4] = {0};
    html_element(writer->html, "h2", NULL, say(writer, "Rækker pr. fil", "Rows by file"));
    if (pg_row_count(rows) == 0) {
        html_element(
            writer->html, "p", NULL,
            say(writer, "Ingen nye filer siden den forrige kørsel.", "No new files since the run before."));
        return;
    }
    html_table_begin(writer->html,
                     say(writer, "Nye filer i kørslen: læst = gemt + dublet + afvist",
                         "Files new to the run: read = stored + duplicate + rejected"),
                     file_columns, (int32_t)(sizeof file_columns / sizeof file_columns[0]));
    for (int i = 0; i < pg_row_count(rows); i++)
        file_row(writer, rows, i, sums);
    html_open(writer->html, "tr", "total");
    html_cell(writer->html, "");
    html_row_head(writer->html, say(writer, "I alt", "In all"));
    for (int column = 0; column < 4; column++)
        html_cell_number(writer->html, sums[column]);
    html_close(writer->html);
    html_table_end(writer->html);
}

/* --- Totals ------------------------------------------------------------------------------------------------------------------- */

enum {
    TOTAL_KOMMUNE,
    TOTAL_MONTH,
    TOTAL_UDFALD,
    TOTAL_PEOPLE,
    TOTAL_YDELSE,
    TOTAL_PENSION,
    TOTAL_TIL_UDBETALING
};

typedef struct {
    int64_t people[4]; /* by outcome, in the order of the columns */
    int64_t ydelse, pension, til_udbetaling;
} TotalRow;

static const char *const outcomes[] = {"BETALES", "NUL", "FOERTIDSPENSION", "TILBAGEHOLDT"};

static void total_add(TotalRow *total, const PgRows *rows, int i) {
    for (size_t outcome = 0; outcome < 4; outcome++)
        if (strcmp(pg_text(rows, i, TOTAL_UDFALD), outcomes[outcome]) == 0)
            total->people[outcome] += pg_integer(rows, i, TOTAL_PEOPLE);
    total->ydelse += pg_integer(rows, i, TOTAL_YDELSE);
    total->pension += pg_integer(rows, i, TOTAL_PENSION);
    total->til_udbetaling += pg_integer(rows, i, TOTAL_TIL_UDBETALING);
}

static void total_row(const Writer *writer, const char *class_name, const char *name, const TotalRow *total) {
    html_open(writer->html, "tr", class_name);
    html_row_head(writer->html, name);
    for (int outcome = 0; outcome < 4; outcome++)
        html_cell_number(writer->html, total->people[outcome]);
    html_cell_kroner(writer->html, (Money){total->ydelse});
    html_cell_kroner(writer->html, (Money){total->pension});
    html_cell_kroner(writer->html, (Money){total->til_udbetaling});
    html_close(writer->html);
}

static void total_name(const Writer *writer, int column, const char *value, char name[KOMMUNE_TEXT_SIZE]) {
    if (column == TOTAL_KOMMUNE && value[0] == '\0')
        snprintf(name, KOMMUNE_TEXT_SIZE, "%s", say(writer, "ingen kommune", "no municipality"));
    else if (column == TOTAL_KOMMUNE)
        kommune_words(value, name);
    else
        month_words(value, writer->danish, name, KOMMUNE_TEXT_SIZE);
}

/* The rows that have a value in the column, by that value; they stand together. */
static void totals_by(const Writer *writer, int column, const char *caption, const TableColumn *first) {
    TableColumn columns[] = {*first,
                             {"betales", "betales", "paid", CELL_NUMBER},
                             {"nul", "nul", "zero", CELL_NUMBER},
                             {"foertidspension", "førtidspension", "disability pension", CELL_NUMBER},
                             {"tilbageholdt", "tilbageholdt", "held", CELL_NUMBER},
                             {"ydelse", "ydelse, kr.", "benefit, kr.", CELL_KRONER},
                             {"pension", "pension, kr.", "pension, kr.", CELL_KRONER},
                             {"til_udbetaling", "til udbetaling, kr.", "to be paid, kr.", CELL_KRONER}};
    const PgRows *rows = writer->page->totals;
    TotalRow all = {.ydelse = 0};
    html_table_begin(writer->html, caption, columns, (int32_t)(sizeof columns / sizeof columns[0]));
    for (int i = 0; i < pg_row_count(rows);) {
        const char *value = pg_text(rows, i, column);
        char name[KOMMUNE_TEXT_SIZE];
        TotalRow total = {.ydelse = 0};
        if (pg_is_null(rows, i, column)) {
            i++;
            continue;
        }
        for (; i < pg_row_count(rows) && !pg_is_null(rows, i, column) &&
               strcmp(pg_text(rows, i, column), value) == 0;
             i++) {
            total_add(&total, rows, i);
            total_add(&all, rows, i);
        }
        total_name(writer, column, value, name);
        total_row(writer, NULL, name, &total);
    }
    total_row(writer, "total", say(writer, "I alt", "In all"), &all);
    html_table_end(writer->html);
}

/* The rows of months come last. */
static bool months_differ(const PgRows *rows) {
    const int last = pg_row_count(rows) - 1;
    for (int i = 0; i < last; i++)
        if (!pg_is_null(rows, i, TOTAL_MONTH) &&
            strcmp(pg_text(rows, i, TOTAL_MONTH), pg_text(rows, last, TOTAL_MONTH)) != 0)
            return true;
    return false;
}

static void totals(const Writer *writer) {
    static const TableColumn kommune = {"kommune", "kommune", "municipality", CELL_TEXT};
    static const TableColumn month = {"maaned", "måned", "month", CELL_TEXT};
    html_element(writer->html, "h2", NULL, say(writer, "Resultater", "Results"));
    if (pg_row_count(writer->page->totals) == 0) {
        html_element(writer->html, "p", NULL,
                     say(writer, "Kørslen beregnede ingen: der var intet nyt.",
                         "The run computed nobody: there was nothing new."));
        return;
    }
    totals_by(writer, TOTAL_KOMMUNE, say(writer, "Efter kommune og udfald", "By municipality and outcome"),
              &kommune);
    if (months_differ(writer->page->totals))
        totals_by(writer, TOTAL_MONTH, say(writer, "Efter måned og udfald", "By month and outcome"), &month);
}

/* --- The distribution of amounts ------------------------------------------------------------------------------------------------ */

static const TableColumn class_columns[] = {
    {"fra", "fra, kr.", "from, kr.", CELL_KRONER},
    {"til", "til og med, kr.", "up to, kr.", CELL_KRONER},
    {"resultater", "resultater", "results", CELL_NUMBER},
};

/* A bar for each class, also the empty ones between; what is beyond the last bar is added to it. */
static void fill_chart(const Writer *writer, Chart *chart) {
    const PgRows *rows = writer->page->distribution;
    const int count = pg_row_count(rows);
    const int64_t last = pg_integer(rows, count - 1, 0) / CLASS_OERE;
    chart->bar_count = (int32_t)(last < CHART_BARS_MAX ? last + 1 : CHART_BARS_MAX);
    for (int32_t bar = 0; bar < chart->bar_count; bar++)
        if (bar % 5 == 0)
            snprintf(chart->bars[bar].label, CHART_TEXT_SIZE, "%d", bar);
    for (int i = 0; i < count; i++) {
        const int64_t class_number = pg_integer(rows, i, 0) / CLASS_OERE;
        ChartBar *bar = &chart->bars[class_number < chart->bar_count ? class_number : chart->bar_count - 1];
        bar->value += pg_integer(rows, i, 1);
        snprintf(bar->title, CHART_TEXT_SIZE, "%lld.000–%lld.999 kr.: %lld", (long long)class_number,
                 (long long)class_number, (long long)bar->value);
    }
    (void)writer;
}

static void class_table(const Writer *writer) {
    const PgRows *rows = writer->page->distribution;
    html_open(writer->html, "details", NULL);
    html_element(writer->html, "summary", NULL, say(writer, "Tallene i en tabel", "The figures as a table"));
    html_table_begin(
        writer->html,
        say(writer, "Antal resultater efter beløb til udbetaling", "Number of results by amount to be paid"),
        class_columns, 3);
    for (int i = 0; i < pg_row_count(rows); i++) {
        html_open(writer->html, "tr", NULL);
        html_cell_kroner(writer->html, (Money){pg_integer(rows, i, 0)});
        html_cell_kroner(writer->html, (Money){pg_integer(rows, i, 0) + CLASS_OERE - 1});
        html_cell_number(writer->html, pg_integer(rows, i, 1));
        html_close(writer->html);
    }
    html_table_end(writer->html);
    html_close(writer->html);
}

static void distribution(const Writer *writer) {
    if (pg_row_count(writer->page->distribution) == 0)
        return;
    Chart chart = {.title = say(writer, "Antal resultater efter beløb til udbetaling, i klasser af 1.000 kr.",
                                "Number of results by amount to be paid, in classes of kr. 1,000"),
                   .unit = say(writer, "resultater", "results"),
                   .below = say(writer, "tusind kr.", "thousand kr."),
                   .unit_size = 1};
    fill_chart(writer, &chart);
    html_element(writer->html, "h2", NULL, say(writer, "Fordeling af beløb", "Distribution of amounts"));
    html_chart(writer->html, &chart);
    class_table(writer);
}

/* --- Findings -------------------------------------------------------------------------------------------------------------------- */

static const TableColumn finding_columns[] = {
    {"kode", "kode", "code", CELL_TEXT},
    {"betydning", "betydning", "meaning", CELL_TEXT},
    {"resultater", "resultater", "results", CELL_NUMBER},
    {"tilbageholdt", "tilbageholdt", "held", CELL_NUMBER},
};

static void finding_row(const Writer *writer, const PgRows *rows, int i) {
    const char *code = pg_text(rows, i, 0);
    const FindingDefinition *definition = finding_find(code);
    char address[80];
    html_open(writer->html, "tr", NULL);
    html_open(writer->html, "th", NULL);
    html_attribute(writer->html, "scope", "row");
    snprintf(address, sizeof address, "/runs/%d/findings/%.40s", writer->page->run_id, code);
    if (writer->links)
        html_link(writer->html, code, address);
    else
        html_text(writer->html, "%s", code);
    html_close(writer->html);
    html_open(writer->html, "td", "prose");
    if (definition != NULL) {
        html_text(writer->html, "%s", writer->danish ? definition->sentence_da : definition->sentence_en);
        html_element(writer->html, "div", "src",
                     writer->danish ? definition->advice_da : definition->advice_en);
    }
    html_close(writer->html);
    html_cell_number(writer->html, pg_integer(rows, i, 1));
    html_cell_number(writer->html, pg_integer(rows, i, 2));
    html_close(writer->html);
}

static void findings(const Writer *writer) {
    const PgRows *rows = writer->page->findings;
    html_element(writer->html, "h2", NULL, say(writer, "Bemærkninger", "Findings"));
    if (pg_row_count(rows) == 0) {
        html_element(writer->html, "p", NULL, say(writer, "Ingen.", "None."));
        return;
    }
    html_table_begin(
        writer->html,
        say(writer, "Bemærkninger til resultaterne efter kode", "Findings about the results by code"),
        finding_columns, 4);
    for (int i = 0; i < pg_row_count(rows); i++)
        finding_row(writer, rows, i);
    html_table_end(writer->html);
}

static void other_pages(const Writer *writer) {
    char address[80];
    if (!writer->links || pg_is_null(writer->page->head, 0, HEAD_BEFORE))
        return;
    snprintf(address, sizeof address, "/differences?before=%s&after=%d", head(writer, HEAD_BEFORE),
             writer->page->run_id);
    html_open(writer->html, "p", "doing");
    html_link(writer->html,
              say(writer, "Hvad er anderledes end efter den forrige kørsel?",
                  "What differs from what held after the run before?"),
              address);
    html_close(writer->html);
}

void run_page_write(const RunPage *page, HtmlPage *html, bool links) {
    const Writer writer = {page, html, html_danish(html), links};
    figures(&writer);
    facts(&writer);
    other_pages(&writer);
    totals(&writer);
    distribution(&writer);
    findings(&writer);
    files(&writer);
}
