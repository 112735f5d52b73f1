/* An explanation as text for people: every step with its paragraph, rate, days, factors and input row. */
#include "io/explanation.h"

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
    char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
    date_format(first, from);
    date_format(last, until);
    fprintf(writer->out, "%s", from);
    if (first.day != last.day) {
        fprintf(writer->out, " - %s", until);
    }
}

/* "16.382,00 kr. x 17/31 dage = 8.983,68 kr." and how it was rounded. */
static void sum_print(const Writer *writer, const Step *step) {
    fputs("     ", writer->out);
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        char text[FACTOR_TEXT_SIZE];
        factor_format(&step->factor[i], writer->danish, text);
        fprintf(writer->out, "%s%s", i == 0 ? "" : " x ", text);
    }
    if (step->rule == RULE_AKTIVE_DAGE) {
        fputc('\n', writer->out);
        return;
    }
    if (step->factor[0].kind != FACTOR_NONE) {
        fputs(" = ", writer->out);
    }
    kroner_print(writer, step->amount);
    if (step->unit_oere != 0) {
        const char *how = step->unit_oere == 1   ? writer->words->rounded_oere
                          : step->rounded_down ? writer->words->rounded_down
                                               : writer->words->rounded_krone;
        fprintf(writer->out, "  (%s)", how);
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
        char value[KRONER_TEXT_SIZE];
        kroner_format((Money){rate->value_hundredths}, writer->danish, value);
        fprintf(writer->out, "     %s %s %s: %s %s, ", writer->words->rate, series->name, series->group, value,
                series->unit);
        days_print(writer, rate->first, date_given(rate->last) ? rate->last : rate->first);
        fprintf(writer->out, "%s; %s; %s", date_given(rate->last) ? "" : " -", rate->legal_basis, rate->source_text);
        if (rate->status != RATE_PUBLISHED) {
            fprintf(writer->out, "  [%s: %s]", writer->words->note, writer->words->status[rate->status]);
        }
        fputc('\n', writer->out);
    }
}

static void row_print(const Writer *writer, const Source *row) {
    fprintf(writer->out, "     %s, %s %d\n", writer->files->name(writer->files->context, row->file),
            writer->words->line, row->line);
}

static void step_print(const Writer *writer, int number, const ExplainedStep *explained) {
    const Step *step = &explained->step;
    const Rule *rule = &rule_table[step->rule];
    fprintf(writer->out, "%3d  %s\n     %s %s", number, writer->danish ? rule->sentence_da : rule->sentence_en,
            rule->act, rule->paragraph);
    if (step->note != NULL) {
        fprintf(writer->out, " · %s", step->note);
    }
    if (date_given(step->first)) {
        fputs(" · ", writer->out);
        days_print(writer, step->first, step->last);
    }
    fputc('\n', writer->out);
    sum_print(writer, step);
    rates_print(writer, step);
    if (explained->has_row) {
        row_print(writer, &explained->row);
    }
}

/* Width of a UTF-8 text in characters: every byte that does not continue one. */
static int width_of(const char *text) {
    int width = 0;
    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    }
    return width;
}

static void result_print(const Writer *writer, const Result *result) {
    fprintf(writer->out, "\n%s\n", writer->words->result);
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        const char *name = writer->words->amount[i];
        char text[KRONER_TEXT_SIZE];
        kroner_format(result->amount[i], writer->danish, text);
        fprintf(writer->out, "  %s%*s%14s\n", name, 44 - width_of(name), "", text);
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
        fprintf(writer->out, "  %s (%s): %s %s\n", finding->code, severity_name(finding->severity),
                writer->danish ? finding->sentence_da : finding->sentence_en,
                writer->danish ? finding->advice_da : finding->advice_en);
        if (explained->has_row) {
            row_print(writer, &explained->row);
        }
    }
}

Status explain_text_write(FILE *out, const Explanation *explanation, bool danish, const FileNames *files, Error *error) {
    Writer writer = {out, wording(danish), files, danish};
    const Result *result = &explanation->result;
    char cpr[CPR_TEXT_SIZE];
    cpr_format(result->cpr, cpr);
    fprintf(out, "%s: %s %d, CPR %.6s-%.4s\n", writer.words->title,
            writer.words->month[month_number(result->month) - 1], month_year(result->month), cpr, cpr + 6);
    fprintf(out, "%s: %s (%s). %s: %s. %s: %d.\n\n", writer.words->outcome,
            writer.words->outcome_name[result->udfald], udfald_name(result->udfald), writer.words->scheme,
            result->ordning == ORDNING_RF ? "RF" : "JA", writer.words->active_days, result->aktive_dage);
    fprintf(out, "%s\n", writer.words->steps);
    for (int32_t i = 0; i < explanation->step_count; i++) {
        step_print(&writer, i + 1, &explanation->steps[i]);
    }
    result_print(&writer, result);
    if (!explanation->tax_withheld) {
        fprintf(out, "  %s\n", writer.words->no_tax);
    }
    findings_print(&writer, explanation);
    return ferror(out) ? error_errno(error, STATUS_IO, "write", "the explanation") : STATUS_OK;
}
