#include "io/explain/explain_json.h"

#include <jansson.h>

#include "io/explain/explain_words.h"

typedef struct {
    const FileNames *files;
    bool failed; /* out of memory */
} Writer;

static void put(Writer *writer, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value) != 0) {
        writer->failed = true;
    }
}

static void append(Writer *writer, json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0) {
        writer->failed = true;
    }
}

static json_t *money_json(Money amount) {
    char text[MONEY_TEXT_SIZE];
    money_format(amount, '.', text);
    return json_string(text);
}

static json_t *date_json(Date date) {
    char text[DATE_TEXT_SIZE];
    date_format(date, text);
    return json_string(text);
}

/* 128-bit whole numbers go out as text: JSON numbers would lose digits. */
static json_t *wide_json(Wide value) {
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    return json_string(text);
}

static json_t *row_json(Writer *writer, const Source *row) {
    json_t *object = json_object();
    put(writer, object, "file", json_string(writer->files->name(writer->files->context, row->file)));
    put(writer, object, "line", json_integer(row->line));
    return object;
}

static json_t *rate_json(Writer *writer, const RateRow *rate) {
    const RateSeries *series = &rate_series[rate->id];
    json_t *object = json_object();
    put(writer, object, "sats", json_string(series->name));
    put(writer, object, "gruppe", json_string(series->group));
    put(writer, object, "vaerdi", money_json((Money){rate->value_hundredths}));
    put(writer, object, "enhed", json_string(series->unit));
    put(writer, object, "gaelder_fra", date_json(rate->first));
    put(writer, object, "gaelder_til", date_json(rate->last));
    put(writer, object, "lovhenvisning", json_string(rate->legal_basis));
    put(writer, object, "kilde", json_string(rate->source_text));
    put(writer, object, "status", json_string(rate_status_name[rate->status]));
    return object;
}

static json_t *factors_json(Writer *writer, const Step *step) {
    static const char *const kinds[] = {"",     "kroner_oere", "percent",     "hours",
                                        "days", "share",       "amounts_oere"};
    json_t *factors = json_array();
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        json_t *factor = json_object();
        put(writer, factor, "kind", json_string(kinds[step->factor[i].kind]));
        put(writer, factor, "numerator", wide_json(step->factor[i].numerator));
        put(writer, factor, "denominator", wide_json(step->factor[i].denominator));
        append(writer, factors, factor);
    }
    return factors;
}

static json_t *rates_json(Writer *writer, const Step *step) {
    json_t *rates = json_array();
    for (int i = 0; i < STEP_RATES_MAX; i++) {
        if (step->rate[i] != NULL) {
            append(writer, rates, rate_json(writer, step->rate[i]));
        }
    }
    return rates;
}

/* The other rows behind a step: each with what it says and for which days. */
static json_t *rows_json(Writer *writer, const Explanation *explanation, int32_t step) {
    json_t *rows = json_array();
    for (int32_t i = step - rows_before(explanation, step); i < step; i++) {
        const Step *says = &explanation->steps[i].step;
        json_t *object = row_json(writer, &explanation->steps[i].row);
        put(writer, object, "note", json_string(says->note));
        if (date_given(says->first)) {
            put(writer, object, "first_day", date_json(says->first));
            put(writer, object, "last_day", date_json(says->last));
        }
        append(writer, rows, object);
    }
    return rows;
}

static json_t *terms_json(Writer *writer, const Step *step) {
    json_t *terms = json_array();
    for (int32_t i = 0; i < step->term_count; i++) {
        append(writer, terms, money_json(step->term[i]));
    }
    return terms;
}

static json_t *step_json(Writer *writer, const Explanation *explanation, int32_t number) {
    const ExplainedStep *explained = &explanation->steps[number];
    const Step *step = &explained->step;
    const Rule *rule = &rule_table[step->rule];
    json_t *object = json_object();
    put(writer, object, "rule", json_string(rule->id));
    put(writer, object, "act", json_string(rule->act));
    put(writer, object, "paragraph", json_string(rule->paragraph));
    put(writer, object, "sentence_da", json_string(rule->sentence_da));
    put(writer, object, "sentence_en", json_string(rule->sentence_en));
    if (step->note != NULL) {
        put(writer, object, "note", json_string(step->note));
    }
    put(writer, object, "amount", money_json(step->amount));
    bool detail = step->adds_to == STEP_IS_DETAIL;
    put(writer, object, "adds_to", detail ? json_null() : json_string(amount_name[step->adds_to - 1]));
    put(writer, object, "factors", factors_json(writer, step));
    put(writer, object, "terms", terms_json(writer, step));
    put(writer, object, "rounded_to_oere", json_integer(step->unit_oere));
    put(writer, object, "rounded_down", json_boolean(step->rounded_down));
    if (date_given(step->first)) {
        put(writer, object, "first_day", date_json(step->first));
        put(writer, object, "last_day", date_json(step->last));
    }
    put(writer, object, "rates", rates_json(writer, step));
    if (explained->has_row) {
        put(writer, object, "row", row_json(writer, &explained->row));
    }
    put(writer, object, "rows", rows_json(writer, explanation, number));
    return object;
}

static json_t *finding_json(Writer *writer, const ExplainedFinding *explained) {
    const FindingDefinition *finding = &finding_table[explained->code];
    json_t *object = json_object();
    put(writer, object, "code", json_string(finding->code));
    put(writer, object, "severity", json_string(severity_name(finding->severity)));
    put(writer, object, "sentence_da", json_string(finding->sentence_da));
    put(writer, object, "sentence_en", json_string(finding->sentence_en));
    put(writer, object, "advice_da", json_string(finding->advice_da));
    put(writer, object, "advice_en", json_string(finding->advice_en));
    if (explained->has_row) {
        put(writer, object, "row", row_json(writer, &explained->row));
    }
    return object;
}

/* The result's own members. */
static json_t *result_json(Writer *writer, const Result *result) {
    char cpr[CPR_TEXT_SIZE], month[DATE_TEXT_SIZE];
    cpr_format(result->cpr, cpr);
    month_format(result->month, month);
    json_t *object = json_object();
    put(writer, object, "format", json_string("ydelse-explain"));
    put(writer, object, "version", json_integer(1));
    put(writer, object, "cpr_nummer", json_string(cpr));
    put(writer, object, "maaned", json_string(month));
    put(writer, object, "udfald", json_string(udfald_name(result->udfald)));
    const char *scheme = result->ordning == ORDNING_RF ? "RF" : "JA";
    put(writer, object, "ordning", result->aktive_dage == 0 ? json_null() : json_string(scheme));
    put(writer, object, "aktive_dage", json_integer(result->aktive_dage));
    json_t *amounts = json_object();
    for (int i = 0; i < AMOUNT_COUNT; i++) {
        put(writer, amounts, amount_name[i], money_json(result->amount[i]));
    }
    put(writer, object, "amounts", amounts);
    return object;
}

static json_t *explanation_json(Writer *writer, const Explanation *explanation) {
    json_t *object = result_json(writer, &explanation->result);
    json_t *steps = json_array();
    for (int32_t i = 0; i < explanation->step_count; i++) {
        if (!explanation->steps[i].step.only_row) {
            append(writer, steps, step_json(writer, explanation, i));
        }
    }
    put(writer, object, "steps", steps);
    json_t *findings = json_array();
    for (int32_t i = 0; i < explanation->finding_count; i++) {
        append(writer, findings, finding_json(writer, &explanation->findings[i]));
    }
    put(writer, object, "findings", findings);
    return object;
}

Status explain_json_write(FILE *out, const Explanation *explanation, const FileNames *files, Error *error) {
    Writer writer = {.files = files};
    Status status = STATUS_OK;
    json_t *object = explanation_json(&writer, explanation);
    if (writer.failed) {
        status = error_no_memory(error);
    } else if (json_dumpf(object, out, JSON_COMPACT) != 0 || fputc('\n', out) == EOF) {
        status = error_errno(error, STATUS_IO, "write", "the explanation");
    }
    json_decref(object);
    return status;
}

Status explain_json_person(FILE *out, const MonthLaw *law, const Facts *facts, const InputList *files,
                           const Result *result, Error *error) {
    Explanation explanation;
    FileNames names = input_file_names(files);
    Status status = explanation_make(law, facts, result, &explanation, error);
    if (status == STATUS_OK) {
        status = explain_json_write(out, &explanation, &names, error);
    }
    explanation_free(&explanation);
    return status;
}
