/* ydelse explain: why one person got what they got in a month. */
#include <stdio.h>
#include <string.h>

#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/cpr_option.h"
#include "io/command/dialect.h"
#include "io/command/option_kind.h"
#include "io/explain/difference_source.h"
#include "io/explain/explain_source.h"
#include "io/law/month_law.h"
#include "io/run/run_record.h"

typedef struct {
    const Invocation *invocation;
    ExplainFormat format;
} Explain;

static Status format_read(const char *option, ExplainFormat *format, Error *error) {
    static const char *const names[] = {
        [EXPLAIN_TEXT] = "text", [EXPLAIN_JSON] = "json", [EXPLAIN_HTML] = "html"};
    *format = EXPLAIN_TEXT;
    if (option == NULL) {
        return STATUS_OK;
    }
    for (int i = EXPLAIN_TEXT; i <= EXPLAIN_HTML; i++) {
        if (strcmp(option, names[i]) == 0) {
            *format = (ExplainFormat)i;
            return STATUS_OK;
        }
    }
    return error_set(error, STATUS_USAGE, "--format %.20s: expected text, json or html", option);
}

/* One of the two is printed. */
typedef struct {
    const Explanation *explanation;
    const FileNames *files; /* of the explanation */
    const Difference *difference;
} Printed;

static Status print(const Explain *explain, const Printed *printed, Error *error) {
    const bool danish = command_danish(explain->invocation);
    OutputFile output = {.stream = NULL};
    Status status = output_file_open_private(option_value(explain->invocation, "output"), &output, error);
    if (status == STATUS_OK && printed->explanation != NULL) {
        status = explanation_write(output.stream, printed->explanation, explain->format, danish,
                                   printed->files, error);
    } else if (status == STATUS_OK) {
        status = difference_write(output.stream, printed->difference, explain->format, danish, error);
    }
    if (status == STATUS_OK) {
        status = output_file_finish(&output, error);
    }
    output_file_abandon(&output);
    return status;
}

static Status explanation_print(void *context, const Explanation *explanation, const FileNames *files,
                                Error *error) {
    return print(context, &(Printed){.explanation = explanation, .files = files}, error);
}

static Status difference_print(void *context, const Difference *difference, Error *error) {
    return print(context, &(Printed){.difference = difference}, error);
}

static Status run_option(const Invocation *invocation, const char *name, int32_t *run_id, Error *error) {
    const char *text = option_value(invocation, name);
    char what[32];
    snprintf(what, sizeof what, "--%s", name);
    *run_id = 0;
    return text == NULL ? STATUS_OK : run_number_parse(text, what, run_id, error);
}

/* --against M0: another month after the same run; --against-run N: the same month after another run; or both. */
static Status run_against(Explain *explain, Cpr cpr, Month month, Error *error) {
    const Invocation *invocation = explain->invocation;
    DifferenceRequest request = {
        .cpr = cpr, .month = {month, month}, .write = difference_print, .context = explain};
    if (option_given(invocation, "against")) {
        request.month[0] = option_month(invocation, "against");
    }
    Status status = run_option(invocation, "run", &request.run_id[1], error);
    request.run_id[0] = request.run_id[1];
    if (status == STATUS_OK && option_given(invocation, "against-run")) {
        status = run_option(invocation, "against-run", &request.run_id[0], error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!option_given(invocation, "input")) {
        return difference_from_database(invocation, &request, error);
    }
    if (option_given(invocation, "against-run")) {
        return error_set(error, STATUS_USAGE, "--against-run: files have no runs; use --against M0");
    }
    return difference_from_files(invocation, &request, error);
}

static Status run_explain(const Invocation *invocation, Error *error) {
    Explain explain = {.invocation = invocation};
    ExplainRequest request = {.write = explanation_print, .context = &explain};
    Status status = cpr_from_option(invocation, &request.cpr, error);
    if (status == STATUS_OK) {
        status = format_read(option_value(invocation, "format"), &explain.format, error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    request.month = option_month(invocation, "month");
    if (option_given(invocation, "against") || option_given(invocation, "against-run")) {
        return run_against(&explain, request.cpr, request.month, error);
    }
    return option_given(invocation, "input") ? explain_from_files(invocation, &request, error)
                                             : explain_from_database(invocation, &request, error);
}

static const Option options[] = {
    {"cpr", "C|-", "the person; - reads the number from stdin", true, false},
    {"month", "M", "the month, YYYY-MM", true, false},
    {"run", "N", "the result of this run (default: the latest sealed one)", false, false},
    {"against", "M0", "why the month differs from this one", false, false},
    {"against-run", "N", "why the result differs from the one that held after this run", false, false},
    {"format", "text|json|html", "text (default), one JSON object, or a page to print", false, false},
    {"output", "F", "write to this file, readable by its owner only (default: stdout)", false, false},
    {"input", "DIR", "from a delivery of files instead of the database", false, false},
    {"rates", "F", "with --input: rate tables, a file or folder", false, false},
    {"policy", "K=V", "with --input: one policy where the act is silent, e.g. skat=ja", false, true},
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_explain = {
    .name = "explain",
    .summary = "why one person got what they got in a month",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = options,
    .description =
        "Prints every step of the calculation: the rule and its paragraph, the days, the rate with its "
        "source, the\n"
        "exact sum before rounding, and the input row behind it. From the database it computes again with "
        "the\n"
        "facts, rates and policies of the sealed run and must end in the stored result; the steps must add "
        "up to\n"
        "it. Otherwise nothing is printed and the exit code is 70. Rates that were never seen in print are "
        "marked.\n"
        "--lang chooses Danish or English.\n\n"
        "With --against it tells why the month differs from another, with --against-run why it differs from "
        "what\n"
        "held after an earlier run (--run N then means: what held after run N). The difference is split by "
        "cause,\n"
        "by exchanging one input at a time in a fixed order: rates and rules, days, children and age, "
        "level,\n"
        "wages, other income, holiday pay, sanctions, tax, death. The parts add up to the øre. Between two "
        "runs\n"
        "the rows that were added, corrected or withdrawn are listed with file, line and delivery.",
    .examples =
        "  echo 6112881008 | ydelse explain --cpr - --month 2024-03\n"
        "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --input samples/lille --lang en\n"
        "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --format html --output side.html\n"
        "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --against 2024-02\n"
        "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --against-run 7",
    .run = run_explain,
};
