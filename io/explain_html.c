/* An explanation as one printable HTML page of its own (XHTML syntax, no script, no outside reference). */
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <string.h>

#include "io/explain_words.h"

static const char page_style[] =
    "body{font:16px/1.45 'Liberation Sans',Arial,sans-serif;color:#1a1a1a;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px "
    "solid "
    "#1a1a1a}.lead{font-size:1.1rem}table{border-collapse:collapse;width:100%}td,th{padding:.25rem "
    ".5rem;text-align:"
    "left;vertical-align:top}td.kr,th.kr{text-align:right;white-space:nowrap;font-variant-numeric:tabular-"
    "nums}"
    "tbody tr:nth-child(even){background:#f3f4f6}tr.total td{font-weight:bold;border-top:2px solid #1a1a1a}"
    "ol{padding-left:1.6rem}li{margin:0 0 .9rem;break-inside:avoid}.law,.src{color:#555;font-size:.88rem}"
    ".sum{font-variant-numeric:tabular-nums}.note{background:#fff3cd;padding:0 .3rem}"
    "@media print{body{margin:0;font-size:11pt}a{color:inherit}}";

typedef struct {
    xmlTextWriterPtr xml;
    const Wording *words;
    const FileNames *files;
    bool danish;
    bool failed;
} Writer;

static void check(Writer *writer, int written) {
    if (written < 0) {
        writer->failed = true;
    }
}

static void open_element(Writer *writer, const char *name, const char *class_name) {
    check(writer, xmlTextWriterStartElement(writer->xml, BAD_CAST name));
    if (class_name != NULL) {
        check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "class", BAD_CAST class_name));
    }
}

static void close_element(Writer *writer) {
    check(writer, xmlTextWriterFullEndElement(writer->xml));
}

__attribute__((format(printf, 2, 3))) static void text(Writer *writer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    check(writer, xmlTextWriterWriteVFormatString(writer->xml, format, arguments));
    va_end(arguments);
}

static void element(Writer *writer, const char *name, const char *class_name, const char *content) {
    open_element(writer, name, class_name);
    text(writer, "%s", content);
    close_element(writer);
}

static void days(Writer *writer, Date first, Date last) {
    char words[DAYS_WORDS_SIZE];
    days_words(first, last, writer->danish, words);
    text(writer, "%s", words);
}

static void kroner(Writer *writer, Money amount) {
    char number[KRONER_TEXT_SIZE];
    kroner_format(amount, writer->danish, number);
    text(writer, "%s", number);
}

static void kroner_strong(Writer *writer, Money amount) {
    open_element(writer, "strong", NULL);
    kroner(writer, amount);
    text(writer, " kr.");
    close_element(writer);
}

static void step_sum(Writer *writer, const Step *step) {
    char sum[SUM_WORDS_SIZE];
    sum_words(step, writer->danish, " × ", sum);
    Money unbounded = sum_unbounded(step);
    bool bounded = unbounded.oere != step->amount.oere;
    bool sum_is_amount = step->term_count == 1 && !bounded;
    open_element(writer, "div", "sum");
    text(writer, "%s", sum_is_amount ? "" : sum);
    if (step_has_amount(step)) {
        if (step->term_count != 1 || !bounded) {
            text(writer, "%s", sum[0] == '\0' || sum_is_amount ? "" : " = ");
            kroner_strong(writer, unbounded);
        }
        const char *rounding = rounding_words(step, writer->words);
        if (rounding != NULL) {
            text(writer, " (%s)", rounding);
        }
        if (bounded) {
            bool less = step->amount.oere < unbounded.oere;
            text(writer, "; %s ", less ? writer->words->at_most : writer->words->at_least);
            kroner_strong(writer, step->amount);
        }
    }
    close_element(writer);
}

static void rate_note(Writer *writer, RateStatus status) {
    if (status != RATE_PUBLISHED) {
        text(writer, " ");
        open_element(writer, "span", "note");
        text(writer, "%s: %s", writer->words->note, writer->words->status[status]);
        close_element(writer);
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
        open_element(writer, "div", "src");
        text(writer, "%s: %s (%s %s) ", writer->words->rate, rate_words(rate->id, writer->danish),
             series->name, series->group);
        kroner(writer, (Money){rate->value_hundredths});
        text(writer, " %s, %s ", unit_words(series->unit, writer->danish), writer->words->in_force);
        days(writer, rate->first, rate->last);
        text(writer, "; %s; %s: %s", basis, writer->words->source, rate->source_text);
        rate_note(writer, rate->status);
        close_element(writer);
    }
}

/* A row behind a step, and what it says there; says may be NULL. */
static void source_row(Writer *writer, const char *why, const Source *row, const Step *says) {
    open_element(writer, "div", "src");
    text(writer, "%s: %s, %s %d", why, writer->files->name(writer->files->context, row->file),
         writer->words->line, row->line);
    if (says != NULL) {
        text(writer, ": %s", note_words(says->note, writer->danish));
        if (date_given(says->first)) {
            text(writer, ", ");
            days(writer, says->first, says->last);
        }
    }
    close_element(writer);
}

static void step_head(Writer *writer, const Step *step) {
    const Rule *rule = &rule_table[step->rule];
    element(writer, "div", NULL, writer->danish ? rule->sentence_da : rule->sentence_en);
    open_element(writer, "div", "law");
    text(writer, "%s %s", rule->act, rule->paragraph);
    if (step->note != NULL) {
        text(writer, " · %s", note_words(step->note, writer->danish));
    }
    if (date_given(step->first)) {
        text(writer, " · ");
        days(writer, step->first, step->last);
    }
    close_element(writer);
}

static void steps(Writer *writer, const Explanation *explanation) {
    element(writer, "h2", NULL, writer->words->steps);
    open_element(writer, "ol", NULL);
    for (int32_t i = 0; i < explanation->step_count; i++) {
        const ExplainedStep *explained = &explanation->steps[i];
        if (explained->step.only_row) {
            continue;
        }
        open_element(writer, "li", NULL);
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
        close_element(writer);
    }
    close_element(writer);
    element(writer, "p", "src", writer->words->acts);
}

static void result_table(Writer *writer, const Explanation *explanation) {
    open_element(writer, "h2", NULL);
    text(writer, "%s (kr.)", writer->words->result);
    close_element(writer);
    open_element(writer, "table", NULL);
    open_element(writer, "tbody", NULL);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        open_element(writer, "tr", i == AMOUNT_til_udbetaling ? "total" : NULL);
        element(writer, "td", NULL, writer->words->amount[i]);
        open_element(writer, "td", "kr");
        kroner(writer, amount_shown(&explanation->result, i));
        close_element(writer);
        close_element(writer);
    }
    close_element(writer);
    close_element(writer);
    if (!explanation->tax_withheld && explanation->result.aktive_dage > 0) {
        element(writer, "p", "src", writer->words->no_tax);
    }
}

static void findings(Writer *writer, const Explanation *explanation) {
    if (explanation->finding_count == 0) {
        return;
    }
    element(writer, "h2", NULL, writer->words->findings);
    open_element(writer, "ul", NULL);
    for (int32_t i = 0; i < explanation->finding_count; i++) {
        const ExplainedFinding *explained = &explanation->findings[i];
        const FindingDefinition *finding = &finding_table[explained->code];
        open_element(writer, "li", NULL);
        text(writer, "%s %s", writer->danish ? finding->sentence_da : finding->sentence_en,
             writer->danish ? finding->advice_da : finding->advice_en);
        open_element(writer, "div", "src");
        text(writer, "%s (%s)", finding->code, writer->words->severity[finding->severity]);
        close_element(writer);
        if (explained->has_row) {
            source_row(writer, writer->words->about_row, &explained->row, NULL);
        }
        close_element(writer);
    }
    close_element(writer);
}

static void page_head(Writer *writer, const char *title) {
    check(writer, xmlTextWriterWriteRaw(writer->xml, BAD_CAST "<!DOCTYPE html>\n"));
    open_element(writer, "html", NULL);
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "xmlns",
                                              BAD_CAST "http://www.w3.org/1999/xhtml"));
    check(writer,
          xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "lang", BAD_CAST(writer->danish ? "da" : "en")));
    open_element(writer, "head", NULL);
    open_element(writer, "meta", NULL);
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "charset", BAD_CAST "utf-8"));
    check(writer, xmlTextWriterEndElement(writer->xml));
    open_element(writer, "meta", NULL);
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "name", BAD_CAST "viewport"));
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "content",
                                              BAD_CAST "width=device-width, initial-scale=1"));
    check(writer, xmlTextWriterEndElement(writer->xml));
    element(writer, "title", NULL, title);
    open_element(writer, "style", NULL);
    check(writer, xmlTextWriterWriteRaw(writer->xml, BAD_CAST page_style));
    close_element(writer);
    close_element(writer);
}

static void page_body(Writer *writer, const Explanation *explanation) {
    const Result *result = &explanation->result;
    char cpr[CPR_TEXT_SIZE];
    cpr_format(result->cpr, cpr);
    open_element(writer, "body", NULL);
    element(writer, "h1", NULL, writer->words->title);
    open_element(writer, "p", "lead");
    text(writer, "%s %d · CPR %.6s-%.4s", writer->words->month[month_number(result->month) - 1],
         month_year(result->month), cpr, cpr + 6);
    close_element(writer);
    char outcome[OUTCOME_WORDS_SIZE];
    outcome_words(explanation, writer->danish, outcome);
    element(writer, "p", NULL, outcome);
    result_table(writer, explanation);
    if (explanation->step_count > 0) {
        steps(writer, explanation);
    }
    findings(writer, explanation);
    close_element(writer);
}

Status explain_html_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error) {
    Status status = STATUS_OK;
    xmlBufferPtr buffer = xmlBufferCreate();
    Writer writer = {buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0), wording(danish), files,
                     danish, false};
    if (writer.xml == NULL) {
        status = error_set(error, STATUS_INTERNAL, "out of memory while explaining");
        goto out;
    }
    page_head(&writer, writer.words->title);
    page_body(&writer, explanation);
    check(&writer, xmlTextWriterEndDocument(writer.xml));
    if (writer.failed) {
        status = error_set(error, STATUS_INTERNAL, "the explanation could not be written as HTML");
    } else if (fwrite(xmlBufferContent(buffer), 1, (size_t)xmlBufferLength(buffer), out) !=
               (size_t)xmlBufferLength(buffer)) {
        status = error_errno(error, STATUS_IO, "write", "the explanation");
    }
out:
    xmlFreeTextWriter(writer.xml);
    xmlBufferFree(buffer);
    return status;
}
