/* An explanation as one printable HTML page of its own (XHTML syntax, no script, no outside reference). */
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <string.h>

#include "io/explanation.h"

static const char page_style[] =
    "body{font:16px/1.45 'Liberation Sans',Arial,sans-serif;color:#1a1a1a;max-width:52rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid "
    "#1a1a1a}.lead{font-size:1.1rem}table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;text-align:"
    "left;vertical-align:top}td.kr,th.kr{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
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
    char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
    date_format(first, from);
    date_format(last, until);
    text(writer, first.day == last.day ? "%s" : "%s – %s", from, until);
}

static void kroner(Writer *writer, Money amount) {
    char number[KRONER_TEXT_SIZE];
    kroner_format(amount, writer->danish, number);
    text(writer, "%s", number);
}

static void step_sum(Writer *writer, const Step *step) {
    open_element(writer, "div", "sum");
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        char factor[FACTOR_TEXT_SIZE];
        factor_format(&step->factor[i], writer->danish, factor);
        text(writer, "%s%s", i == 0 ? "" : " × ", factor);
    }
    if (step->rule != RULE_AKTIVE_DAGE) {
        text(writer, "%s", step->factor[0].kind != FACTOR_NONE ? " = " : "");
        open_element(writer, "strong", NULL);
        kroner(writer, step->amount);
        text(writer, " kr.");
        close_element(writer);
    }
    if (step->unit_oere != 0) {
        text(writer, " (%s)",
             step->unit_oere == 1   ? writer->words->rounded_oere
             : step->rounded_down ? writer->words->rounded_down
                                  : writer->words->rounded_krone);
    }
    close_element(writer);
}

static void step_rates(Writer *writer, const Step *step) {
    for (int i = 0; i < STEP_RATES_MAX; i++) {
        const RateRow *rate = step->rate[i];
        if (rate == NULL) {
            continue;
        }
        open_element(writer, "div", "src");
        text(writer, "%s %s %s: ", writer->words->rate, rate_series[rate->id].name, rate_series[rate->id].group);
        kroner(writer, (Money){rate->value_hundredths});
        text(writer, " %s, ", rate_series[rate->id].unit);
        days(writer, rate->first, date_given(rate->last) ? rate->last : rate->first);
        text(writer, "%s; %s; %s", date_given(rate->last) ? "" : " –", rate->legal_basis, rate->source_text);
        if (rate->status != RATE_PUBLISHED) {
            text(writer, " ");
            open_element(writer, "span", "note");
            text(writer, "%s: %s", writer->words->note, writer->words->status[rate->status]);
            close_element(writer);
        }
        close_element(writer);
    }
}

static void source_row(Writer *writer, const Source *row) {
    open_element(writer, "div", "src");
    text(writer, "%s, %s %d", writer->files->name(writer->files->context, row->file), writer->words->line,
         row->line);
    close_element(writer);
}

static void step(Writer *writer, const ExplainedStep *explained) {
    const Rule *rule = &rule_table[explained->step.rule];
    open_element(writer, "li", NULL);
    element(writer, "div", NULL, writer->danish ? rule->sentence_da : rule->sentence_en);
    open_element(writer, "div", "law");
    text(writer, "%s %s", rule->act, rule->paragraph);
    if (explained->step.note != NULL) {
        text(writer, " · %s", explained->step.note);
    }
    if (date_given(explained->step.first)) {
        text(writer, " · ");
        days(writer, explained->step.first, explained->step.last);
    }
    close_element(writer);
    step_sum(writer, &explained->step);
    step_rates(writer, &explained->step);
    if (explained->has_row) {
        source_row(writer, &explained->row);
    }
    close_element(writer);
}

static void result_table(Writer *writer, const Explanation *explanation) {
    element(writer, "h2", NULL, writer->words->result);
    open_element(writer, "table", NULL);
    open_element(writer, "tbody", NULL);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        open_element(writer, "tr", i == AMOUNT_til_udbetaling ? "total" : NULL);
        element(writer, "td", NULL, writer->words->amount[i]);
        open_element(writer, "td", "kr");
        kroner(writer, explanation->result.amount[i]);
        close_element(writer);
        close_element(writer);
    }
    close_element(writer);
    close_element(writer);
    if (!explanation->tax_withheld) {
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
        text(writer, "%s (%s)", finding->code, severity_name(finding->severity));
        close_element(writer);
        if (explained->has_row) {
            source_row(writer, &explained->row);
        }
        close_element(writer);
    }
    close_element(writer);
}

static void page_head(Writer *writer, const char *title) {
    check(writer, xmlTextWriterWriteRaw(writer->xml, BAD_CAST "<!DOCTYPE html>\n"));
    open_element(writer, "html", NULL);
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "xmlns", BAD_CAST "http://www.w3.org/1999/xhtml"));
    check(writer, xmlTextWriterWriteAttribute(writer->xml, BAD_CAST "lang", BAD_CAST(writer->danish ? "da" : "en")));
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
    open_element(writer, "p", NULL);
    text(writer, "%s: %s (%s). %s: %s. %s: %d.", writer->words->outcome,
         writer->words->outcome_name[result->udfald], udfald_name(result->udfald), writer->words->scheme,
         result->ordning == ORDNING_RF ? "RF" : "JA", writer->words->active_days, result->aktive_dage);
    close_element(writer);
    result_table(writer, explanation);
    element(writer, "h2", NULL, writer->words->steps);
    open_element(writer, "ol", NULL);
    for (int32_t i = 0; i < explanation->step_count; i++) {
        step(writer, &explanation->steps[i]);
    }
    close_element(writer);
    findings(writer, explanation);
    close_element(writer);
}

Status explain_html_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error) {
    Status status = STATUS_OK;
    xmlBufferPtr buffer = xmlBufferCreate();
    Writer writer = {buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0), wording(danish), files, danish, false};
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
