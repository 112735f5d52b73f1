#include "io/explain/explanation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *input_name(const void *context, int32_t file) {
    const InputList *list = context;
    return file >= 0 && file < list->count ? list->files[file].name : "";
}

FileNames input_file_names(const InputList *files) {
    return (FileNames){input_name, files};
}

/* Makes room for one more element; false when memory is out. */
static bool grow(void **elements, int32_t count, int32_t *capacity, size_t element_size) {
    if (count < *capacity) {
        return true;
    }
    int32_t more = *capacity == 0 ? 64 : *capacity * 2;
    void *larger = realloc(*elements, (size_t)more * element_size);
    if (larger == NULL) {
        return false;
    }
    *elements = larger;
    *capacity = more;
    return true;
}

static void step_keep(void *context, const Step *step) {
    Explanation *explanation = context;
    void *steps = explanation->steps;
    if (!grow(&steps, explanation->step_count, &explanation->step_capacity, sizeof *explanation->steps)) {
        explanation->out_of_memory = true;
        return;
    }
    explanation->steps = steps;
    ExplainedStep *kept = &explanation->steps[explanation->step_count++];
    *kept = (ExplainedStep){.step = *step, .has_row = step->row != NULL};
    if (step->row != NULL) {
        kept->row = *step->row;
        kept->step.row = NULL;
    }
}

static void finding_keep(void *context, FindingCode code, const Source *row) {
    Explanation *explanation = context;
    for (int32_t i = 0; i < explanation->finding_count; i++) {
        const ExplainedFinding *known = &explanation->findings[i];
        bool same_row = row == NULL
                            ? !known->has_row
                            : known->has_row && known->row.file == row->file && known->row.line == row->line;
        if (known->code == code && same_row) {
            return; /* several segments may report the same trouble */
        }
    }
    void *findings = explanation->findings;
    if (!grow(&findings, explanation->finding_count, &explanation->finding_capacity,
              sizeof *explanation->findings)) {
        explanation->out_of_memory = true;
        return;
    }
    explanation->findings = findings;
    ExplainedFinding *kept = &explanation->findings[explanation->finding_count++];
    *kept = (ExplainedFinding){.code = code, .has_row = row != NULL};
    if (row != NULL) {
        kept->row = *row;
    }
}

/* Every amount of a result that pays anything is the sum of the steps that say they are part of it. */
static Status steps_check(const Explanation *explanation, Error *error) {
    if (explanation->result.udfald == UDFALD_TILBAGEHOLDT) {
        return STATUS_OK; /* held: every amount is 0, whatever the steps would have come to */
    }
    Money sum[AMOUNT_COUNT] = {{0}};
    for (int32_t i = 0; i < explanation->step_count; i++) {
        const Step *step = &explanation->steps[i].step;
        if (step->adds_to != STEP_IS_DETAIL) {
            sum[step->adds_to - 1] = money_add(sum[step->adds_to - 1], step->amount);
        }
    }
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        if (sum[i].oere != explanation->result.amount[i].oere) {
            error_set(error, STATUS_INTERNAL, "the steps of an explanation do not add up to the result");
            error_detail(error, "%s: steps %lld oere, result %lld oere", amount_name[i],
                         (long long)sum[i].oere, (long long)explanation->result.amount[i].oere);
            return STATUS_INTERNAL;
        }
    }
    return STATUS_OK;
}

Status explanation_make(const MonthLaw *law, const Facts *facts, const Result *result,
                        Explanation *explanation, Error *error) {
    *explanation = (Explanation){.tax_withheld = law->policy.value[POLICY_SKAT] == VALG_JA};
    Trace trace = {step_keep, finding_keep, explanation};
    calc_month(law, facts, &trace, &explanation->result);
    if (explanation->out_of_memory) {
        return error_no_memory(error);
    }
    char again[RESULT_LINE_SIZE], before[RESULT_LINE_SIZE];
    result_format(&explanation->result, again);
    result_format(result, before);
    if (strcmp(again, before) != 0) {
        return error_set(error, STATUS_INTERNAL,
                         "the explanation ends in another result than the one stored");
    }
    return steps_check(explanation, error);
}

Status explanation_write(FILE *out, const Explanation *explanation, ExplainFormat format, bool danish,
                         const FileNames *files, Error *error) {
    switch (format) {
    case EXPLAIN_TEXT:
        return explain_text_write(out, explanation, danish, files, error);
    case EXPLAIN_JSON:
        return explain_json_write(out, explanation, files, error);
    case EXPLAIN_HTML:
        return explain_html_write(out, explanation, danish, files, error);
    }
    return error_set(error, STATUS_INTERNAL, "unknown format of an explanation");
}

void explanation_free(Explanation *explanation) {
    free(explanation->steps);
    free(explanation->findings);
    *explanation = (Explanation){0};
}

void wide_format(Wide value, char *text) {
    char reversed[WIDE_TEXT_SIZE];
    int count = 0;
    bool negative = value < 0;
    do {
        Wide digit = value % 10;
        reversed[count++] = (char)('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative) {
        *text++ = '-';
    }
    while (count > 0) {
        *text++ = reversed[--count];
    }
    *text = '\0';
}

void kroner_format(Money amount, bool danish, char *text) {
    char plain[MONEY_TEXT_SIZE];
    int length = money_format(amount, danish ? ',' : '.', plain);
    int whole = length - 3; /* digits and sign before the decimal sign */
    int first_digit = plain[0] == '-' ? 1 : 0;
    int at = 0;
    for (int i = 0; i < length; i++) {
        int digits_left = whole - i;
        if (i > first_digit && i < whole && digits_left % 3 == 0) {
            text[at++] = danish ? '.' : ',';
        }
        text[at++] = plain[i];
    }
    text[at] = '\0';
}

/* A percentage in hundredths without decimals that are zero: "30", "2,1", "0,75". */
static void percent_format(Wide hundredths, bool danish, char *text) {
    money_format((Money){(int64_t)hundredths}, danish ? ',' : '.', text);
    size_t length = strlen(text);
    while (text[length - 1] == '0') {
        text[--length] = '\0';
    }
    if (text[length - 1] == ',' || text[length - 1] == '.') {
        text[length - 1] = '\0';
    }
}

void factor_format(const Factor *factor, bool danish, char *text) {
    char numerator[WIDE_TEXT_SIZE], denominator[WIDE_TEXT_SIZE], number[KRONER_TEXT_SIZE],
        below[KRONER_TEXT_SIZE];
    bool whole = factor->denominator <= 1;
    bool one = whole && factor->numerator == 1;
    wide_format(factor->numerator, numerator);
    wide_format(factor->denominator, denominator);
    switch (factor->kind) {
    case FACTOR_NONE:
        text[0] = '\0';
        break;
    case FACTOR_KRONER:
        kroner_format(money_round(factor->numerator, whole ? 1 : factor->denominator, 1), danish, number);
        snprintf(text, FACTOR_TEXT_SIZE, "%s kr.", number);
        break;
    case FACTOR_PERCENT:
        percent_format(factor->numerator, danish, number);
        snprintf(text, FACTOR_TEXT_SIZE, "%s %%", number);
        break;
    case FACTOR_HOURS:
        percent_format(factor->numerator, danish, number);
        snprintf(text, FACTOR_TEXT_SIZE, danish ? "%s timer" : "%s hours", number);
        break;
    case FACTOR_DAYS:
        snprintf(text, FACTOR_TEXT_SIZE, "%s%s%s %s", numerator, whole ? "" : "/", whole ? "" : denominator,
                 danish ? (one ? "dag" : "dage") : (one ? "day" : "days"));
        break;
    case FACTOR_SHARE:
        snprintf(text, FACTOR_TEXT_SIZE, "%s%s%s", numerator, whole ? "" : "/", whole ? "" : denominator);
        break;
    case FACTOR_AMOUNTS:
        kroner_format((Money){(int64_t)factor->numerator}, danish, number);
        kroner_format((Money){(int64_t)factor->denominator}, danish, below);
        snprintf(text, FACTOR_TEXT_SIZE, "%s/%s", number, below);
        break;
    }
}
