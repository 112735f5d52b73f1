/* An explanation as one printable HTML page of its own (XHTML syntax, no script, no outside reference). */

#include "io/explain/explain_words.h"
#include "io/show/html_parts.h"

typedef struct {
    HtmlPage *page;
    const Wording *words;
    const FileNames *files;
    bool danish;
} Writer;

static void days(Writer *writer, Date first, Date last) {
    char words[DAYS_WORDS_SIZE];
    days_words(first, last, writer->danish, words);
    html_text(writer->page, "%s", words);
}

static void kroner_strong(Writer *writer, Money amount) {
    html_open(writer->page, "strong", NULL);
    html_kroner(writer->page, amount);
    html_text(writer->page, " kr.");
    html_close(writer->page);
}

static void step_sum(Writer *writer, const Step *step) {
    char sum[SUM_WORDS_SIZE];
    sum_words(step, writer->danish, " × ", sum);
    Money unbounded = sum_unbounded(step);
    bool bounded = unbounded.oere != step->amount.oere;
    bool sum_is_amount = step->term_count == 1 && !bounded;
    html_open(writer->page, "div", "sum");
    html_text(writer->page, "%s", sum_is_amount ? "" : sum);
    if (step_has_amount(step)) {
        if (step->term_count != 1 || !bounded) {
            html_text(writer->page, "%s", sum[0] == '\0' || sum_is_amount ? "" : " = ");
            kroner_strong(writer, unbounded);
        }
        const char *rounding = rounding_words(step, writer->words);
        if (rounding != NULL) {
            html_text(writer->page, " (%s)", rounding);
        }
        if (bounded) {
            bool less = step->amount.oere < unbounded.oere;
            html_text(writer->page, "; %s ", less ? writer->words->at_most : writer->words->at_least);
            kroner_strong(writer, step->amount);
        }
    }
    html_close(writer->page);
}

static void rate_note(Writer *writer, RateStatus status) {
    if (status != RATE_PUBLISHED) {
        html_text(writer->page, " ");
        html_open(writer->page, "span", "note");
        html_text(writer->page, "%s: %s", writer->words->note, writer->words->status[status]);
        html_close(writer->page);
    }
}

static void step_rates(Writer *writer, const Step *step) {
    for (int i = 0; i < STEP_RATES_MAX; i++) {
        const RateRow *rate = step->rate[i];
        if (rate == NULL) {
            continue;
        }
        const RateSeries *series = &rate_series[rate->id];
        char basis[BASIS_WORDS_SIZE];
        basis_words(rate->legal_basis, basis);
        html_open(writer->page, "div", "src");
        html_text(writer->page, "%s: %s (%s %s) ", writer->words->rate, rate_words(rate->id, writer->danish),
                  series->name, series->group);
        html_kroner(writer->page, (Money){rate->value_hundredths});
        html_text(writer->page, " %s, %s ", unit_words(series->unit, writer->danish),
                  writer->words->in_force);
        days(writer, rate->first, rate->last);
        html_text(writer->page, "; %s; %s: %s", basis, writer->words->source, rate->source_text);
        rate_note(writer, rate->status);
        html_close(writer->page);
    }
}

/* A row behind a step, and what it says there; says may be NULL. */
static void source_row(Writer *writer, const char *why, const Source *row, const Step *says) {
    html_open(writer->page, "div", "src");
    html_text(writer->page, "%s: %s, %s %d", why, writer->files->name(writer->files->context, row->file),
              writer->words->line, row->line);
    if (says != NULL) {
        html_text(writer->page, ": %s", note_words(says->note, writer->danish));
        if (date_given(says->first)) {
            html_text(writer->page, ", ");
            days(writer, says->first, says->last);
        }
    }
    html_close(writer->page);
}

static void step_head(Writer *writer, const Step *step) {
    const Rule *rule = &rule_table[step->rule];
    html_element(writer->page, "div", NULL, writer->danish ? rule->sentence_da : rule->sentence_en);
    html_open(writer->page, "div", "law");
    html_text(writer->page, "%s %s", rule->act, rule->paragraph);
    if (step->note != NULL) {
        html_text(writer->page, " · %s", note_words(step->note, writer->danish));
    }
    if (date_given(step->first)) {
        html_text(writer->page, " · ");
        days(writer, step->first, step->last);
    }
    html_close(writer->page);
}

static void steps(Writer *writer, const Explanation *explanation) {
    html_element(writer->page, "h2", NULL, writer->words->steps);
    html_open(writer->page, "ol", NULL);
    for (int32_t i = 0; i < explanation->step_count; i++) {
        const ExplainedStep *explained = &explanation->steps[i];
        if (explained->step.only_row) {
            continue;
        }
        html_open(writer->page, "li", NULL);
        step_head(writer, &explained->step);
        step_sum(writer, &explained->step);
        step_rates(writer, &explained->step);
        for (int32_t j = i - rows_before(explanation, i); j < i; j++) {
            source_row(writer, writer->words->from_rows, &explanation->steps[j].row,
                       &explanation->steps[j].step);
        }
        if (explained->has_row) {
            source_row(writer, writer->words->from_rows, &explained->row, NULL);
        }
        html_close(writer->page);
    }
    html_close(writer->page);
    html_element(writer->page, "p", "src", writer->words->acts);
}

static void result_table(Writer *writer, const Explanation *explanation) {
    html_open(writer->page, "h2", NULL);
    html_text(writer->page, "%s (kr.)", writer->words->result);
    html_close(writer->page);
    html_open(writer->page, "table", NULL);
    html_open(writer->page, "tbody", NULL);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        html_open(writer->page, "tr", i == AMOUNT_til_udbetaling ? "total" : NULL);
        html_row_head(writer->page, writer->words->amount[i]);
        html_open(writer->page, "td", "kr");
        html_kroner(writer->page, amount_shown(&explanation->result, i));
        html_close(writer->page);
        html_close(writer->page);
    }
    html_close(writer->page);
    html_close(writer->page);
    if (!explanation->tax_withheld && explanation->result.aktive_dage > 0) {
        html_element(writer->page, "p", "src", writer->words->no_tax);
    }
}

static void findings(Writer *writer, const Explanation *explanation) {
    if (explanation->finding_count == 0) {
        return;
    }
    html_element(writer->page, "h2", NULL, writer->words->findings);
    html_open(writer->page, "ul", NULL);
    for (int32_t i = 0; i < explanation->finding_count; i++) {
        const ExplainedFinding *explained = &explanation->findings[i];
        const FindingDefinition *finding = &finding_table[explained->code];
        html_open(writer->page, "li", NULL);
        html_text(writer->page, "%s %s", writer->danish ? finding->sentence_da : finding->sentence_en,
                  writer->danish ? finding->advice_da : finding->advice_en);
        html_open(writer->page, "div", "src");
        html_text(writer->page, "%s (%s)", finding->code, writer->words->severity[finding->severity]);
        html_close(writer->page);
        if (explained->has_row) {
            source_row(writer, writer->words->about_row, &explained->row, NULL);
        }
        html_close(writer->page);
    }
    html_close(writer->page);
}

static void sections(Writer *writer, const Explanation *explanation) {
    char outcome[OUTCOME_WORDS_SIZE];
    outcome_words(explanation, writer->danish, outcome);
    html_element(writer->page, "p", "lead", outcome);
    result_table(writer, explanation);
    if (explanation->step_count > 0) {
        steps(writer, explanation);
    }
    findings(writer, explanation);
}

void explain_html_sections(HtmlPage *page, const Explanation *explanation, bool danish,
                           const FileNames *files) {
    Writer writer = {page, wording(danish), files, danish};
    sections(&writer, explanation);
}

Status explain_html_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error) {
    Writer writer = {NULL, wording(danish), files, danish};
    const Result *result = &explanation->result;
    char cpr[CPR_TEXT_SIZE];
    const Status status = html_begin(&writer.page, danish, writer.words->title, error);
    if (status != STATUS_OK) {
        return status;
    }
    cpr_format(result->cpr, cpr);
    html_element(writer.page, "h1", NULL, writer.words->title);
    html_open(writer.page, "p", NULL);
    html_text(writer.page, "%s %d · CPR %.6s-%.4s", writer.words->month[month_number(result->month) - 1],
              month_year(result->month), cpr, cpr + 6);
    html_close(writer.page);
    sections(&writer, explanation);
    return html_finish(writer.page, out, error);
}
