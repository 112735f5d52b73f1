/* ydelse statement: what a participant is told about a month: the result, what is paid when, corrections and claims. */
#include <stdio.h>
#include <string.h>

#include "io/base/output_file.h"
#include "io/command/cpr_option.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/explain/explain_source.h"
#include "io/explain/explain_words.h"
#include "io/law/month_law.h"
#include "io/pay/payment_db.h"
#include "io/pg/look.h"
#include "io/show/html_page.h"

/* The columns of sql/queries/statement.sql. */
enum { SECTION, HAPPENED, AMOUNT, TOTAL, WORDS, REFERENCE };

typedef struct {
    FILE *out;
    HtmlPage *page; /* NULL: text */
    bool danish;
} Sheet;

typedef struct {
    const Invocation *invocation;
    bool html;
    Cpr cpr;
    Month month;
    PgRows *rows;
    bool written;
} Statement;

/* --- A sheet: text or HTML ------------------------------------------------------------------------------- */

static void heading(const Sheet *sheet, const char *danish, const char *english) {
    const char *words = payment_words(sheet->danish, danish, english);
    if (sheet->page != NULL)
        html_element(sheet->page, "h2", NULL, words);
    else
        fprintf(sheet->out, "\n%s\n", words);
}

static void paragraph(const Sheet *sheet, const char *words) {
    if (sheet->page != NULL)
        html_element(sheet->page, "p", NULL, words);
    else
        fprintf(sheet->out, "%s\n", words);
}

static void open_rows(const Sheet *sheet) {
    if (sheet->page == NULL)
        return;
    html_open(sheet->page, "table", NULL);
    html_open(sheet->page, "tbody", NULL);
}

static void close_rows(const Sheet *sheet) {
    if (sheet->page == NULL)
        return;
    html_close(sheet->page);
    html_close(sheet->page);
}

static void put_row(const Sheet *sheet, const char *label, Money amount, bool total) {
    char kroner[KRONER_TEXT_SIZE];
    kroner_format(amount, sheet->danish, kroner);
    if (sheet->page == NULL) {
        fprintf(sheet->out, "  %s%*s%16s kr.\n", label,
                58 - text_width(label) > 0 ? 58 - text_width(label) : 1, "", kroner);
        return;
    }
    html_open(sheet->page, "tr", total ? "total" : NULL);
    html_element(sheet->page, "td", NULL, label);
    html_open(sheet->page, "td", "kr");
    html_kroner(sheet->page, amount);
    html_close(sheet->page);
    html_close(sheet->page);
}

/* --- What it says ------------------------------------------------------------------------------------------ */

static const struct {
    const char *code, *danish, *english;
} states[] = {
    {"in_batch", "samlet til udbetaling", "collected for payment"},
    {"sent", "sendt til banken", "sent to the bank"},
    {"accepted", "udbetalt", "paid"},
    {"rejected", "afvist af banken", "rejected by the bank"},
};

static const char *state_words(const char *code, bool danish) {
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].code, code) == 0)
            return payment_words(danish, states[i].danish, states[i].english);
    return code;
}

static bool in_section(const PgRows *rows, int row, const char *section) {
    return strcmp(pg_text(rows, row, SECTION), section) == 0;
}

static int count_section(const PgRows *rows, const char *section) {
    int count = 0;
    for (int row = 0; row < pg_row_count(rows); row++)
        count += in_section(rows, row, section);
    return count;
}

static void write_person(const Sheet *sheet, const Statement *statement) {
    const Wording *words = wording(sheet->danish);
    char cpr[CPR_TEXT_SIZE];
    char line[512];
    const char *name = "", *kommune = "";
    cpr_format(statement->cpr, cpr);
    for (int row = 0; row < pg_row_count(statement->rows); row++)
        if (in_section(statement->rows, row, "person")) {
            name = pg_text(statement->rows, row, WORDS);
            kommune = pg_text(statement->rows, row, REFERENCE);
        }
    snprintf(
        line, sizeof line, "%s %d · %s · CPR %.6s-%.4s%s%s", words->month[month_number(statement->month) - 1],
        month_year(statement->month), name[0] == '\0' ? "-" : name, cpr, cpr + 6,
        kommune[0] == '\0' ? "" : payment_words(sheet->danish, " · kommune ", " · municipality "), kommune);
    paragraph(sheet, line);
}

/* The explanation in short: its sentence, and from the benefit to what is paid out. */
static void write_result(const Sheet *sheet, const Explanation *explanation) {
    static const AmountId shown[] = {AMOUNT_brutto,        AMOUNT_efter_indkomst, AMOUNT_sanktion,
                                     AMOUNT_ydelse,        AMOUNT_atp_egen,       AMOUNT_skat,
                                     AMOUNT_til_udbetaling};
    const Wording *words = wording(sheet->danish);
    char outcome[OUTCOME_WORDS_SIZE];
    outcome_words(explanation, sheet->danish, outcome);
    heading(sheet, "Beregningen", "The calculation");
    paragraph(sheet, outcome);
    open_rows(sheet);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        put_row(sheet, words->amount[shown[i]], amount_shown(&explanation->result, (int)shown[i]),
                shown[i] == AMOUNT_til_udbetaling);
    close_rows(sheet);
    if (!explanation->tax_withheld && explanation->result.aktive_dage > 0)
        paragraph(sheet, words->no_tax);
}

static void write_payments(const Sheet *sheet, const PgRows *rows) {
    char label[256];
    heading(sheet, "Udbetalinger for måneden", "Payments for the month");
    if (count_section(rows, "betaling") == 0)
        paragraph(sheet,
                  payment_words(sheet->danish, "Der er ikke udbetalt noget.", "Nothing has been paid."));
    open_rows(sheet);
    for (int row = 0; row < pg_row_count(rows); row++) {
        if (!in_section(rows, row, "betaling") && !in_section(rows, row, "aaben"))
            continue;
        if (in_section(rows, row, "betaling"))
            snprintf(label, sizeof label, "%s, %s (%s)", pg_text(rows, row, HAPPENED),
                     state_words(pg_text(rows, row, WORDS), sheet->danish), pg_text(rows, row, REFERENCE));
        else
            snprintf(label, sizeof label, "%s",
                     pg_integer(rows, row, AMOUNT) > 0
                         ? payment_words(sheet->danish, "endnu ikke udbetalt", "not paid yet")
                         : payment_words(sheet->danish, "rettet siden; udbetalingen laves om",
                                         "corrected since; the payment is to be made anew"));
        put_row(sheet, label, (Money){pg_integer(rows, row, AMOUNT)}, false);
    }
    close_rows(sheet);
}

static void write_corrections(const Sheet *sheet, const PgRows *rows) {
    bool first = true;
    if (count_section(rows, "beregning") < 2)
        return;
    heading(sheet, "Måneden er beregnet om", "The month was computed again");
    open_rows(sheet);
    for (int row = 0; row < pg_row_count(rows); row++) {
        char label[256], total[KRONER_TEXT_SIZE];
        if (!in_section(rows, row, "beregning"))
            continue;
        kroner_format((Money){pg_integer(rows, row, TOTAL)}, sheet->danish, total);
        snprintf(label, sizeof label, "%s, %s %s kr.", pg_text(rows, row, HAPPENED),
                 first ? payment_words(sheet->danish, "første beregning:", "first computed:")
                       : payment_words(sheet->danish, "rettet til", "corrected to"),
                 total);
        put_row(sheet, label, (Money){pg_integer(rows, row, AMOUNT)}, false);
        first = false;
    }
    close_rows(sheet);
}

static const char *claim_words(const char *state, bool danish) {
    if (strncmp(state, "AFSLUTTET frafald", 17) == 0 || strncmp(state, "BESLUTTET frafald", 17) == 0)
        return payment_words(danish, "skal ikke betales tilbage", "is not to be paid back");
    if (strncmp(state, "AFVENTER", 8) == 0)
        return payment_words(danish, "afventer en afgørelse; intet trækkes fra af sig selv",
                             "awaits a decision; nothing is deducted by itself");
    if (strncmp(state, "BESLUTTET", 9) == 0)
        return payment_words(danish, "der er truffet afgørelse", "was decided");
    return payment_words(danish, "afsluttet", "closed");
}

static void write_claims(const Sheet *sheet, const PgRows *rows) {
    if (count_section(rows, "krav") == 0)
        return;
    heading(sheet, "Udbetalt for meget", "Paid too much");
    open_rows(sheet);
    for (int row = 0; row < pg_row_count(rows); row++) {
        char label[256];
        if (!in_section(rows, row, "krav"))
            continue;
        snprintf(label, sizeof label, "%s, %s", pg_text(rows, row, HAPPENED),
                 claim_words(pg_text(rows, row, WORDS), sheet->danish));
        put_row(sheet, label, (Money){pg_integer(rows, row, AMOUNT)}, false);
    }
    close_rows(sheet);
}

/* explanation NULL: there is no result any more. */
static Status write_sheet(Statement *statement, const Explanation *explanation, Error *error) {
    Sheet sheet = {.danish = command_danish(statement->invocation)};
    OutputFile output = {.stream = NULL};
    const char *title = payment_words(sheet.danish, "Meddelelse om udbetaling", "Payment statement");
    Status status = output_file_open_private(option_value(statement->invocation, "output"), &output, error);
    if (status == STATUS_OK && statement->html)
        status = html_begin(&sheet.page, sheet.danish, title, error);
    if (status == STATUS_OK) {
        sheet.out = output.stream;
        if (sheet.page != NULL)
            html_element(sheet.page, "h1", NULL, title);
        else
            fprintf(sheet.out, "%s\n", title);
        write_person(&sheet, statement);
        if (explanation != NULL)
            write_result(&sheet, explanation);
        write_payments(&sheet, statement->rows);
        write_corrections(&sheet, statement->rows);
        write_claims(&sheet, statement->rows);
        if (sheet.page != NULL)
            status = html_finish(sheet.page, output.stream, error);
    }
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    statement->written = status == STATUS_OK;
    return status;
}

static Status write_explained(void *context, const Explanation *explanation, const FileNames *files,
                              Error *error) {
    (void)files;
    return write_sheet(context, explanation, error);
}

static Status read_lines(Statement *statement, Error *error) {
    char cpr[CPR_TEXT_SIZE], month[DATE_TEXT_SIZE];
    Pg *pg = NULL;
    cpr_format(statement->cpr, cpr);
    date_format(month_first(statement->month), month);
    const PgParameter parameters[] = {{"cpr", cpr}, {"month", month}};
    const Look look = {.command = "statement", .cpr = &statement->cpr, .month = &statement->month};
    Status status = command_connect(statement->invocation, &look, &pg, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "statement", 2, parameters, &statement->rows, error);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    const char *format = option_value(invocation, "format");
    Statement statement = {.invocation = invocation};
    ExplainRequest request = {.write = write_explained, .context = &statement};
    Status status = cpr_from_option(invocation, &request.cpr, error);
    if (status != STATUS_OK)
        return status;
    statement.html = format != NULL && strcmp(format, "html") == 0;
    request.month = option_month(invocation, "month");
    statement.cpr = request.cpr;
    statement.month = request.month;
    status = read_lines(&statement, error);
    if (status == STATUS_OK)
        status = explain_from_database(invocation, &request, error);
    /* A month whose result has gone may still have been paid. */
    if (status == STATUS_DATA && !statement.written && count_section(statement.rows, "beregning") > 0)
        status = write_sheet(&statement, NULL, error);
    pg_rows_free(statement.rows);
    return status;
}

static const Option options[] = {
    {"cpr", "C|-", "the person; - reads the number from stdin", true, false},
    {"month", "M", "the month the benefit is for, YYYY-MM", true, false},
    {"format", "text|html", "text (default), or a page to print", false, false},
    LISTING_OUTPUT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_statement = {
    .name = "statement",
    .summary = "what a person is told about a month: result, payments, corrections, claims",
    .operands = "",
    .options = options,
    .description = "The result that holds now in short, computed again and held against what was sealed; "
                   "every payment of the\n"
                   "month with its day and where it is; each time the month was computed again and what it "
                   "changed; and what "
                   "was\n"
                   "paid too much, with what is decided about it. `ydelse explain` has every step of the "
                   "calculation. Exit code "
                   "65\n"
                   "when there is nothing to tell about the month.",
    .examples =
        "  echo 6112881008 | ydelse statement --cpr - --month 2024-03\n"
        "  echo 6112881008 | ydelse statement --cpr - --month 2024-03 --format html --output brev.html\n",
    .run = run,
};
