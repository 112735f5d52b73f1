/* A difference as one printable HTML page: the letter, the reasons as a sum, both results, what was corrected. */
#include "io/explain/difference.h"
#include "io/explain/explain_words.h"
#include "io/show/html_parts.h"

typedef struct {
    HtmlPage *page;
    const Difference *difference;
    const DifferenceWords *words;
    bool danish;
    const char *heading; /* of a section: h2, or h3 in a larger page */
} Writer;

static void head_cell(Writer *writer, const char *text) {
    html_open(writer->page, "th", "kr");
    html_attribute(writer->page, "scope", "col");
    html_text(writer->page, "%s", text);
    html_close(writer->page);
}

/* A change with its sign: a gain is seen at once. */
static void change_cell(Writer *writer, Money amount) {
    html_open(writer->page, "td", "kr");
    html_text(writer->page, "%s", amount.oere > 0 ? "+" : "");
    html_kroner(writer->page, amount);
    html_close(writer->page);
}

static void amount_cell(Writer *writer, const Result *result, int amount) {
    html_open(writer->page, "td", "kr");
    if (result->udfald == UDFALD_INTET)
        html_text(writer->page, "–");
    else
        html_kroner(writer->page, amount_shown(result, amount));
    html_close(writer->page);
}

static void details(Writer *writer, Cause cause) {
    for (int32_t i = 0; i < writer->difference->detail_count; i++) {
        const DifferenceDetail *detail = &writer->difference->details[i];
        char before[DETAIL_TEXT_SIZE], after[DETAIL_TEXT_SIZE];
        if (detail->cause != cause)
            continue;
        detail_format(detail, 0, writer->danish, before);
        detail_format(detail, 1, writer->danish, after);
        html_open(writer->page, "div", "src");
        html_text(writer->page, "%s: %s → %s", detail_title(detail, writer->danish), before, after);
        html_close(writer->page);
    }
}

static void part_row(Writer *writer, const CausePart *part) {
    const CauseWords *words = cause_words(part->cause, writer->danish);
    html_open(writer->page, "tr", NULL);
    html_open(writer->page, "td", NULL);
    html_element(writer->page, "strong", NULL, words->title);
    html_element(writer->page, "div", NULL, words->sentence);
    details(writer, part->cause);
    html_close(writer->page);
    change_cell(writer, part->ydelse);
    change_cell(writer, part->til_udbetaling);
    html_close(writer->page);
}

static void parts_table(Writer *writer) {
    const CauseSplit *split = &writer->difference->split;
    html_element(writer->page, writer->heading, NULL, writer->words->because);
    if (split->part_count == 0) {
        html_element(writer->page, "p", NULL, writer->words->nothing);
        return;
    }
    html_scroll_begin(writer->page, writer->words->because);
    html_open(writer->page, "table", NULL);
    html_open(writer->page, "thead", NULL);
    html_open(writer->page, "tr", NULL);
    html_element(writer->page, "td", NULL, "");
    head_cell(writer, writer->words->benefit);
    head_cell(writer, writer->words->paid);
    html_close(writer->page);
    html_close(writer->page);
    html_open(writer->page, "tbody", NULL);
    for (int32_t i = 0; i < split->part_count; i++)
        part_row(writer, &split->part[i]);
    html_open(writer->page, "tr", "total");
    html_row_head(writer->page, writer->words->sum);
    change_cell(writer, split->ydelse);
    change_cell(writer, split->til_udbetaling);
    html_close(writer->page);
    html_close(writer->page);
    html_close(writer->page);
    html_close(writer->page);
}

/* "februar 2024", with the run that a stored result is of. */
static void side_head(Writer *writer, int side) {
    const DifferenceSide *one = &writer->difference->side[side];
    html_open(writer->page, "th", "kr");
    html_attribute(writer->page, "scope", "col");
    html_text(writer->page, "%s %d", wording(writer->danish)->month[month_number(one->month) - 1],
              month_year(one->month));
    if (one->run_id != 0)
        html_text(writer->page, ", %s %d", writer->words->run, one->run_id);
    html_close(writer->page);
}

static void results_table(Writer *writer) {
    const Result *before = &writer->difference->split.before, *after = &writer->difference->split.after;
    html_element(writer->page, writer->heading, NULL, wording(writer->danish)->result);
    html_scroll_begin(writer->page, wording(writer->danish)->result);
    html_open(writer->page, "table", NULL);
    html_open(writer->page, "thead", NULL);
    html_open(writer->page, "tr", NULL);
    html_element(writer->page, "td", NULL, "");
    side_head(writer, 0);
    side_head(writer, 1);
    html_close(writer->page);
    html_close(writer->page);
    html_open(writer->page, "tbody", NULL);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        html_open(writer->page, "tr", i == AMOUNT_til_udbetaling ? "total" : NULL);
        html_row_head(writer->page, wording(writer->danish)->amount[i]);
        amount_cell(writer, before, i);
        amount_cell(writer, after, i);
        html_close(writer->page);
    }
    html_close(writer->page);
    html_close(writer->page);
    html_close(writer->page);
}

static void place(Writer *writer, const RowPlace *one) {
    html_text(writer->page, "%s, %s %d (%s %d)", one->file, writer->words->line, one->row.line,
              writer->words->delivery, one->delivery_id);
}

static void corrections(Writer *writer) {
    const DifferenceWords *words = writer->words;
    if (writer->difference->row_count == 0)
        return;
    html_element(writer->page, writer->heading, NULL, words->corrections);
    html_open(writer->page, "ul", NULL);
    for (int32_t i = 0; i < writer->difference->row_count; i++) {
        const ChangedRow *row = &writer->difference->rows[i];
        html_open(writer->page, "li", NULL);
        place(writer, row->withdrawn ? &row->before : &row->after);
        html_text(writer->page, ": %s",
                  row->withdrawn      ? words->withdrawn
                  : row->before.given ? words->replaced
                                      : words->added);
        if (row->withdrawn && row->after.given) {
            html_text(writer->page, " %s ", words->withdrawn_by);
            place(writer, &row->after);
        } else if (!row->withdrawn && row->before.given) {
            html_text(writer->page, " (");
            place(writer, &row->before);
            html_text(writer->page, ")");
        }
        html_close(writer->page);
    }
    html_close(writer->page);
}

static void sections(Writer *writer) {
    char sentence[SENTENCE_SIZE];
    difference_sentence(writer->difference, writer->danish, sentence);
    html_element(writer->page, "p", "lead", sentence);
    parts_table(writer);
    results_table(writer);
    corrections(writer);
}

void difference_html_sections(HtmlPage *page, const Difference *difference, bool danish) {
    Writer writer = {page, difference, difference_words(danish), danish, "h3"};
    sections(&writer);
}

Status difference_html_write(FILE *out, const Difference *difference, bool danish, Error *error) {
    Writer writer = {NULL, difference, difference_words(danish), danish, "h2"};
    char cpr[CPR_TEXT_SIZE];
    const Status status = html_begin(&writer.page, danish, writer.words->title, error);
    if (status != STATUS_OK)
        return status;
    cpr_format(difference->cpr, cpr);
    html_element(writer.page, "h1", NULL, writer.words->title);
    html_open(writer.page, "p", "src");
    html_text(writer.page, "CPR %.6s-%.4s", cpr, cpr + 6);
    html_close(writer.page);
    sections(&writer);
    return html_finish(writer.page, out, error);
}
