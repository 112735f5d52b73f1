#include "io/run/reprocess_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/explain/explanation.h"
#include "io/pay/payment_db.h"
#include "io/pg/pg_table.h"

/* The columns of sql/queries/reprocess_totals.sql. */
enum {
    TOTAL_MONTH,
    TOTAL_KOMMUNE,
    TOTAL_COMPUTED,
    TOTAL_HELD,
    TOTAL_CHANGED,
    TOTAL_NOT_OWED,
    TOTAL_MORE,
    TOTAL_LESS,
    TOTAL_PAYABLE,
    TOTAL_ATP,
    TOTAL_SKAT,
    TOTAL_PENSION,
    TOTAL_COUNT,
};

/* The columns of sql/queries/reprocess_list.sql. */
enum {
    ROW_MONTH,
    ROW_CPR,
    ROW_KOMMUNE,
    ROW_ART,
    ROW_OLD,
    ROW_NEW,
    ROW_DELTA,
    ROW_ATP_EGEN,
    ROW_ATP_KOMMUNE,
    ROW_SKAT,
    ROW_PENSION,
    ROW_LAW,
    ROW_FACTS,
    ROW_AMOUNTS,
    ROW_FINDINGS,
    ROW_PLACE,
    ROW_TOO_OLD, /* is not in the query */
    ROW_COUNT,
};

/* Of the run itself. */
enum { RUN_ID, RUN_DELIVERY, RUN_SEAL, RUN_DIGEST, RUN_USER };

#define WHY_SIZE 512

typedef struct {
    FILE *out;
    const ReprocessReport *report;
    const PgRows *totals;
    const PgRows *rows;
    const PgRows *run;
    ReprocessCounts *counts;
} Writer;

static const char *words(const Writer *writer, const char *danish, const char *english) {
    return writer->report->danish ? danish : english;
}

static int64_t total_of(const PgRows *totals, int column) {
    int64_t sum = 0;
    for (int i = 0; i < pg_row_count(totals); i++)
        sum += pg_integer(totals, i, column);
    return sum;
}

static bool is_too_old(const Writer *writer, int row) {
    char oldest[DATE_TEXT_SIZE];
    month_format(writer->report->oldest_month, oldest);
    return strcmp(pg_text(writer->rows, row, ROW_MONTH), oldest) < 0;
}

/* --- Totals ------------------------------------------------------------------------------------------------------ */

static const TableColumn total_columns[TOTAL_COUNT] = {
    [TOTAL_MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [TOTAL_KOMMUNE] = {"kommunekode", "kommune", "municipality", CELL_TEXT},
    [TOTAL_COMPUTED] = {"beregnet", "beregnet", "computed", CELL_NUMBER},
    [TOTAL_HELD] = {"tilbageholdt", "tilbageholdt", "held", CELL_NUMBER},
    [TOTAL_CHANGED] = {"aendret", "ændret", "changed", CELL_NUMBER},
    [TOTAL_NOT_OWED] = {"aendret_ikke_skyldt", "ændret, ikke skyldt", "changed, not owed", CELL_NUMBER},
    [TOTAL_MORE] = {"mere", "mere, kr.", "more, kr.", CELL_KRONER},
    [TOTAL_LESS] = {"mindre", "mindre, kr.", "less, kr.", CELL_KRONER},
    [TOTAL_PAYABLE] = {"i_alt", "i alt, kr.", "net, kr.", CELL_KRONER},
    [TOTAL_ATP] = {"atp", "ATP, kr.", "ATP, kr.", CELL_KRONER},
    [TOTAL_SKAT] = {"skat", "skat, kr.", "tax, kr.", CELL_KRONER},
    [TOTAL_PENSION] = {"pension", "pension, kr.", "pension, kr.", CELL_KRONER},
};

static void put_total(Table *table, int column, int64_t value) {
    if (column < TOTAL_MORE)
        table_number(table, value);
    else
        table_kroner(table, (Money){value});
}

static Status write_totals(const Writer *writer, Error *error) {
    Table table;
    table_begin(&table, writer->out, writer->report->format, writer->report->danish, total_columns,
                TOTAL_COUNT);
    for (int row = 0; row < pg_row_count(writer->totals); row++) {
        table_text(&table, pg_text(writer->totals, row, TOTAL_MONTH));
        table_text(&table, pg_text(writer->totals, row, TOTAL_KOMMUNE));
        for (int column = TOTAL_COMPUTED; column < TOTAL_COUNT; column++)
            put_total(&table, column, pg_integer(writer->totals, row, column));
    }
    if (writer->report->format == TABLE_TEXT) {
        table_text(&table, words(writer, "i alt", "total"));
        table_text(&table, "");
        for (int column = TOTAL_COMPUTED; column < TOTAL_COUNT; column++)
            put_total(&table, column, total_of(writer->totals, column));
    }
    return table_end(&table, error);
}

/* --- Differences ------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *code; /* of the database, or a column's name */
    const char *danish;
    const char *english;
} Phrase;

static const Phrase arts[] = {
    {"HOLDT", "tilbageholdt nu, det skyldige står ved magt", "held now, what was owed stays"},
    {"UDEN_HOLD", "ikke længere tilbageholdt", "no longer held"},
    {"FOER_CUTOVER", "før overtagelsen, skyldes ikke", "before the cut-over, not owed"},
};

static void add_reason(char why[WHY_SIZE], const char *what, const char *text) {
    const size_t used = strlen(why);
    snprintf(why + used, WHY_SIZE - used, "%s%s%s%s", used > 0 ? "; " : "", what, text[0] != '\0' ? ": " : "",
             text);
}

/* Why, in one line of bounded size. */
static void explain_row(const Writer *writer, int row, char why[WHY_SIZE]) {
    static const int columns[] = {ROW_LAW, ROW_FACTS, ROW_AMOUNTS, ROW_FINDINGS};
    static const char *const danish[] = {"ny lov", "nye oplysninger", "ændret", "fund"};
    static const char *const english[] = {"new law", "new facts", "changed", "findings"};
    why[0] = '\0';
    for (size_t i = 0; i < sizeof arts / sizeof arts[0]; i++)
        if (strcmp(arts[i].code, pg_text(writer->rows, row, ROW_ART)) == 0)
            add_reason(why, words(writer, arts[i].danish, arts[i].english), "");
    if (is_too_old(writer, row))
        add_reason(
            why, words(writer, "for gammel til at blive betalt af sig selv", "too old to be paid by itself"),
            "");
    for (int i = 0; i < 4; i++)
        if (pg_text(writer->rows, row, columns[i])[0] != '\0')
            add_reason(why, writer->report->danish ? danish[i] : english[i],
                       pg_text(writer->rows, row, columns[i]));
}

static const TableColumn text_columns[] = {
    {"maaned", "måned", "month", CELL_TEXT},
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"deltager", "deltager", "participant", CELL_TEXT},
    {"sted", "fil:linje", "file:line", CELL_TEXT},
    {"foer", "før, kr.", "before, kr.", CELL_KRONER},
    {"efter", "efter, kr.", "after, kr.", CELL_KRONER},
    {"forskel", "forskel, kr.", "difference, kr.", CELL_KRONER},
    {"hvorfor", "hvorfor", "why", CELL_TEXT},
};

static void put_text_row(const Writer *writer, Table *table, int row) {
    const char *cpr = pg_text(writer->rows, row, ROW_CPR);
    char masked[MASKED_SIZE];
    char place[MASKED_SIZE];
    char why[WHY_SIZE];
    mask_cpr((Text){cpr, (uint32_t)strlen(cpr)}, masked);
    payment_place(pg_text(writer->rows, row, ROW_PLACE), place);
    explain_row(writer, row, why);
    table_text(table, pg_text(writer->rows, row, ROW_MONTH));
    table_text(table, pg_text(writer->rows, row, ROW_KOMMUNE));
    table_text(table, masked);
    table_text(table, place);
    table_pg_cell(table, writer->rows, row, ROW_OLD);
    table_pg_cell(table, writer->rows, row, ROW_NEW);
    table_pg_cell(table, writer->rows, row, ROW_DELTA);
    table_text(table, why);
}

/* The order of sql/queries/reprocess_list.sql, and whether it is too old at the end. */
static const TableColumn data_columns[] = {
    [ROW_MONTH] = {"maaned", "", "", CELL_TEXT},
    [ROW_CPR] = {"cpr_nummer", "", "", CELL_TEXT},
    [ROW_KOMMUNE] = {"kommunekode", "", "", CELL_TEXT},
    [ROW_ART] = {"art", "", "", CELL_TEXT},
    [ROW_OLD] = {"foer", "", "", CELL_KRONER},
    [ROW_NEW] = {"efter", "", "", CELL_KRONER},
    [ROW_DELTA] = {"forskel", "", "", CELL_KRONER},
    [ROW_ATP_EGEN] = {"forskel_atp_egen", "", "", CELL_KRONER},
    [ROW_ATP_KOMMUNE] = {"forskel_atp_kommune", "", "", CELL_KRONER},
    [ROW_SKAT] = {"forskel_skat", "", "", CELL_KRONER},
    [ROW_PENSION] = {"forskel_pension", "", "", CELL_KRONER},
    [ROW_LAW] = {"ny_lov", "", "", CELL_TEXT},
    [ROW_FACTS] = {"nye_oplysninger", "", "", CELL_TEXT},
    [ROW_AMOUNTS] = {"aendret", "", "", CELL_TEXT},
    [ROW_FINDINGS] = {"fund", "", "", CELL_TEXT},
    [ROW_PLACE] = {"deltager", "", "", CELL_TEXT},
    [ROW_TOO_OLD] = {"for_gammel", "", "", CELL_TEXT},
};

static void put_data_row(const Writer *writer, Table *table, int row) {
    for (int column = ROW_MONTH; column <= ROW_PLACE; column++) {
        if (data_columns[column].kind == CELL_KRONER)
            table_pg_cell(table, writer->rows, row, column);
        else
            table_text(table, pg_text(writer->rows, row, column));
    }
    table_text(table, is_too_old(writer, row) ? "J" : "N");
}

static Status write_differences(const Writer *writer, Error *error) {
    const bool text = writer->report->format == TABLE_TEXT;
    Table table;
    table_begin(&table, writer->out, writer->report->format, writer->report->danish,
                text ? text_columns : data_columns,
                text ? (int32_t)(sizeof text_columns / sizeof text_columns[0]) : ROW_COUNT);
    for (int row = 0; row < pg_row_count(writer->rows); row++) {
        if (text)
            put_text_row(writer, &table, row);
        else
            put_data_row(writer, &table, row);
    }
    return table_end(&table, error);
}

/* --- Text and JSON ----------------------------------------------------------------------------------------------- */

static void print_heading(const Writer *writer, const char *first, const char *last) {
    const ReprocessReport *report = writer->report;
    fprintf(writer->out, "%s %s", words(writer, "genberegning af", "reprocessing of"), first);
    if (strcmp(first, last) != 0)
        fprintf(writer->out, " %s %s", words(writer, "til", "to"), last);
    fprintf(writer->out, ", %s, %s %s, %s %s\n%s: %s\n\n",
            report->one_person ? words(writer, "én deltager", "one participant")
                               : words(writer, "alle", "everyone"),
            words(writer, "kørsel", "run"), pg_text(writer->run, 0, RUN_ID),
            words(writer, "data til og med leverance", "data as of delivery"),
            pg_text(writer->run, 0, RUN_DELIVERY), words(writer, "grund", "reason"), report->reason);
}

static void print_more(const Writer *writer) {
    const int64_t more = writer->counts->differences - pg_row_count(writer->rows);
    if (writer->counts->differences == 0)
        fputs(words(writer, "ingen forskelle", "no differences"), writer->out);
    else if (more > 0)
        fprintf(writer->out, "%s %lld %s", words(writer, "og", "and"), (long long)more,
                words(writer, "mindre forskelle til; --format csv har dem alle",
                      "smaller differences; --format csv has them all"));
    else
        return;
    fputc('\n', writer->out);
}

static Status write_text(const Writer *writer, const char *first, const char *last, Error *error) {
    print_heading(writer, first, last);
    Status status = write_totals(writer, error);
    fputc('\n', writer->out);
    if (status == STATUS_OK)
        status = write_differences(writer, error);
    print_more(writer);
    if (writer->report->dry_run)
        fputs(words(writer, "prøvekørsel: intet er gemt\n", "dry run: nothing was stored\n"), writer->out);
    else
        fprintf(writer->out, "%s %s\n%s %s\n", words(writer, "resultaternes hash", "result digest"),
                pg_text(writer->run, 0, RUN_DIGEST), words(writer, "segl", "seal"),
                pg_text(writer->run, 0, RUN_SEAL));
    return status;
}

/* An object around the two tables; a dry run has neither number nor seal. */
static Status write_json(const Writer *writer, const char *first, const char *last, Error *error) {
    const ReprocessReport *report = writer->report;
    json_t *head = json_pack("{s:s, s:i, s:s, s:s, s:b, s:b, s:s, s:s, s:s*, s:s*}", "format",
                             "ydelse-reprocess", "version", 1, "first_month", first, "last_month", last,
                             "one_participant", report->one_person, "dry_run", report->dry_run, "reason",
                             report->reason, "user", pg_text(writer->run, 0, RUN_USER), "run",
                             report->dry_run ? NULL : pg_text(writer->run, 0, RUN_ID), "seal",
                             report->dry_run ? NULL : pg_text(writer->run, 0, RUN_SEAL));
    char *text = head == NULL ? NULL : json_dumps(head, JSON_COMPACT | JSON_PRESERVE_ORDER);
    Status status = STATUS_OK;
    if (text == NULL) {
        status = error_no_memory(error);
    } else {
        text[strlen(text) - 1] = '\0'; /* the closing brace comes after the tables */
        fprintf(writer->out, "%s,\n\"totals\": ", text);
        status = write_totals(writer, error);
    }
    if (status == STATUS_OK) {
        fputs(",\n\"differences\": ", writer->out);
        status = write_differences(writer, error);
        fputs("}\n", writer->out);
    }
    free(text);
    json_decref(head);
    return status;
}

static Status write_report(const Writer *writer, Error *error) {
    char first[DATE_TEXT_SIZE];
    char last[DATE_TEXT_SIZE];
    month_format(writer->report->first_month, first);
    month_format(writer->report->last_month, last);
    switch (writer->report->format) {
    case TABLE_TEXT:
        return write_text(writer, first, last, error);
    case TABLE_CSV:
        return write_differences(writer, error);
    case TABLE_JSON:
        break;
    }
    return write_json(writer, first, last, error);
}

/* --- All of it ----------------------------------------------------------------------------------------------------- */

static Status read_all(Pg *pg, const char *run_id, TableFormat format, PgRows **run, PgRows **totals,
                       PgRows **rows, Error *error) {
    char limit[16] = "";
    const char *const values[] = {run_id};
    if (format == TABLE_TEXT)
        snprintf(limit, sizeof limit, "%d", REPROCESS_SHOWN_MAX);
    const PgParameter run_parameter[] = {{"run", run_id}};
    const PgParameter list_parameters[] = {{"largest", format == TABLE_TEXT ? "t" : "f"}, {"limit", limit}};
    Status status = pg_query(pg,
                             "SELECT run_id, data_as_of, encode(seal, 'hex'), encode(result_digest, 'hex'), "
                             "started_by FROM ydelse.run WHERE run_id = $1",
                             1, values, run, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "reprocess_differences", 1, run_parameter, NULL, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "reprocess_totals", 1, run_parameter, totals, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "reprocess_list", 2, list_parameters, rows, error);
    return status;
}

static Status count_all(Pg *pg, const PgRows *totals, ReprocessCounts *counts, Error *error) {
    PgRows *rows = NULL;
    const Status status =
        pg_query(pg, "SELECT count(*) FROM pg_temp.reprocess_difference", 0, NULL, &rows, error);
    counts->computed = total_of(totals, TOTAL_COMPUTED);
    counts->held = total_of(totals, TOTAL_HELD);
    counts->differences = status == STATUS_OK ? pg_integer(rows, 0, 0) : 0;
    pg_rows_free(rows);
    return status;
}

Status reprocess_report_write(FILE *out, Pg *pg, int32_t run_id, const ReprocessReport *report,
                              ReprocessCounts *counts, Error *error) {
    char number[16];
    PgRows *run = NULL;
    PgRows *totals = NULL;
    PgRows *rows = NULL;
    snprintf(number, sizeof number, "%d", run_id);
    Status status = read_all(pg, number, report->format, &run, &totals, &rows, error);
    if (status == STATUS_OK)
        status = count_all(pg, totals, counts, error);
    if (status == STATUS_OK) {
        const Writer writer = {out, report, totals, rows, run, counts};
        status = write_report(&writer, error);
    }
    pg_rows_free(run);
    pg_rows_free(totals);
    pg_rows_free(rows);
    return status;
}
