/* An explanation as text for people: every step with its paragraph, rate, days, factors and input row. */
#include "io/explain/explain_words.h"
#include "io/show/text.h"

typedef struct {
    FILE *out;
    const Wording *words;
    const FileNames *files;
    bool danish;
} Writer;

static void kroner_print(const Writer *writer, Money amount) {
    char text[KRONER_TEXT_SIZE];
    kroner_format(amount, writer->danish, text);
    fprintf(writer->out, "%s kr.", text);
}

static void days_print(const Writer *writer, Date first, Date last) {
    char text[DAYS_WORDS_SIZE];
    days_words(first, last, writer->danish, text);
    fputs(text, writer->out);
}

/* "16.382,00 kr. x 17/31 dage = 8.983,68 kr.", how it was rounded, and the bound it met. */
static void sum_print(const Writer *writer, const Step *step) {
    char sum[SUM_WORDS_SIZE];
    sum_words(step, writer->danish, " x ", sum);
    if (!step_has_amount(step)) {
        fprintf(writer->out, "%s%s%s", sum[0] == 0 ? "" : "     ", sum, sum[0] == 0 ? "" : "\n");
        return;
    }
    fprintf(writer->out, "     %s", sum);
    Money unbounded = sum_unbounded(step);
    if (sum[0] == '\0' || step->term_count != 1) {
        fputs(sum[0] == '\0' ? "" : " = ", writer->out);
        kroner_print(writer, unbounded);
    }
    const char *rounding = rounding_words(step, writer->words);
    if (rounding != NULL) {
        fprintf(writer->out, "  (%s)", rounding);
    }
    if (unbounded.oere != step->amount.oere) {
        bool less = step->amount.oere < unbounded.oere;
        fprintf(writer->out, "; %s ", less ? writer->words->at_most : writer->words->at_least);
        kroner_print(writer, step->amount);
    }
    fputc('\n', writer->out);
}

static void rates_print(const Writer *writer, const Step *step) {
    for (int i = 0; i < STEP_RATES_MAX; i++) {
        const RateRow *rate = step->rate[i];
        if (rate == NULL) {
            continue;
        }
        const RateSeries *series = &rate_series[rate->id];
        char value[KRONER_TEXT_SIZE], basis[BASIS_WORDS_SIZE];
        kroner_format((Money){rate->value_hundredths}, writer->danish, value);
        basis_words(rate->legal_basis, basis);
        fprintf(writer->out, "     %s: %s (%s %s) %s %s, %s ", writer->words->rate,
                rate_words(rate->id, writer->danish), series->name, series->group, value,
                unit_words(series->unit, writer->danish), writer->words->in_force);
        days_print(writer, rate->first, rate->last);
        fprintf(writer->out, "; %s; %s: %s", basis, writer->words->source, rate->source_text);
        if (rate->status != RATE_PUBLISHED) {
            fprintf(writer->out, "  [%s: %s]", writer->words->note, writer->words->status[rate->status]);
        }
        fputc('\n', writer->out);
    }
}

/* A row behind a step, and what it says there: "perioder.csv, linje 3: afsoning, 11.–20. marts 2024". */
static void row_print(const Writer *writer, const char *why, const Source *row, const Step *says) {
    fprintf(writer->out, "     %s: %s, %s %d", why, writer->files->name(writer->files->context, row->file),
            writer->words->line, row->line);
    if (says != NULL) {
        fprintf(writer->out, ": %s", note_words(says->note, writer->danish));
        if (date_given(says->first)) {
            fputs(", ", writer->out);
            days_print(writer, says->first, says->last);
        }
    }
    fputc('\n', writer->out);
}

static void step_head_print(const Writer *writer, int number, const Step *step) {
    const Rule *rule = &rule_table[step->rule];
    fprintf(writer->out, "%3d  %s\n     %s %s", number,
            writer->danish ? rule->sentence_da : rule->sentence_en, rule->act, rule->paragraph);
    if (step->note != NULL) {
        fprintf(writer->out, " · %s", note_words(step->note, writer->danish));
    }
    if (date_given(step->first)) {
        fputs(" · ", writer->out);
        days_print(writer, step->first, step->last);
    }
    fputc('\n', writer->out);
}

static void steps_print(const Writer *writer, const Explanation *explanation) {
    int number = 0;
    for (int32_t i = 0; i < explanation->step_count; i++) {
        const ExplainedStep *explained = &explanation->steps[i];
        if (explained->step.only_row) {
            continue;
        }
        step_head_print(writer, ++number, &explained->step);
        sum_print(writer, &explained->step);
        rates_print(writer, &explained->step);
        for (int32_t j = i - rows_before(explanation, i); j < i; j++) {
            row_print(writer, writer->words->from_rows, &explanation->steps[j].row,
                      &explanation->steps[j].step);
        }
        if (explained->has_row) {
            row_print(writer, writer->words->from_rows, &explained->row, NULL);
        }
    }
    fprintf(writer->out, "\n%s\n", writer->words->acts);
}

static void result_print(const Writer *writer, const Explanation *explanation) {
    const Result *result = &explanation->result;
    fprintf(writer->out, "\n%s (kr.)\n", writer->words->result);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        const char *name = writer->words->amount[i];
        char text[KRONER_TEXT_SIZE];
        kroner_format(amount_shown(result, i), writer->danish, text);
        fprintf(writer->out, "  %s%*s%14s\n", name, 44 - text_width(name), "", text);
    }
    if (!explanation->tax_withheld && result->aktive_dage > 0) {
        fprintf(writer->out, "  %s\n", writer->words->no_tax);
    }
}

static void findings_print(const Writer *writer, const Explanation *explanation) {
    if (explanation->finding_count == 0) {
        return;
    }
    fprintf(writer->out, "\n%s\n", writer->words->findings);
    for (int32_t i = 0; i < explanation->finding_count; i++) {
        const ExplainedFinding *explained = &explanation->findings[i];
        const FindingDefinition *finding = &finding_table[explained->code];
        fprintf(writer->out, "  %s %s\n     %s (%s)\n",
                writer->danish ? finding->sentence_da : finding->sentence_en,
                writer->danish ? finding->advice_da : finding->advice_en, finding->code,
                writer->words->severity[finding->severity]);
        if (explained->has_row) {
            row_print(writer, writer->words->about_row, &explained->row, NULL);
        }
    }
}

Status explain_text_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files,
                          Error *error) {
    Writer writer = {out, wording(danish), files, danish};
    const Result *result = &explanation->result;
    char cpr[CPR_TEXT_SIZE], outcome[OUTCOME_WORDS_SIZE];
    cpr_format(result->cpr, cpr);
    outcome_words(explanation, danish, outcome);
    fprintf(out, "%s: %s %d, CPR %.6s-%.4s\n%s\n", writer.words->title,
            writer.words->month[month_number(result->month) - 1], month_year(result->month), cpr, cpr + 6,
            outcome);
    result_print(&writer, explanation);
    if (explanation->step_count > 0) {
        fprintf(out, "\n%s\n", writer.words->steps);
        steps_print(&writer, explanation);
    }
    findings_print(&writer, explanation);
    return ferror(out) ? error_errno(error, STATUS_IO, "write", "the explanation") : STATUS_OK;
}
