/* ydelse explain: why one person got what they got in a month. */
#include <stdio.h>
#include <string.h>

#include "io/command.h"
#include "io/cpr_option.h"
#include "io/dialect.h"
#include "io/explain_source.h"
#include "io/month_option.h"
#include "io/output_file.h"

typedef struct {
    const Invocation *invocation;
    ExplainFormat format;
} Explain;

static Status format_read(const char *option, ExplainFormat *format, Error *error) {
    static const char *const names[] = {[EXPLAIN_TEXT] = "text", [EXPLAIN_JSON] = "json", [EXPLAIN_HTML] = "html"};
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

static Status explanation_print(void *context, const Explanation *explanation, const FileNames *files, Error *error) {
    const Explain *explain = context;
    OutputFile output = {.stream = NULL};
    Status status = output_file_open_private(option_value(explain->invocation, "output"), &output, error);
    if (status == STATUS_OK) {
        status = explanation_write(output.stream, explanation, explain->format, command_danish(explain->invocation),
                                   files, error);
    }
    if (status == STATUS_OK) {
        status = output_file_finish(&output, error);
    }
    output_file_abandon(&output);
    return status;
}

static Status run_explain(const Invocation *invocation, Error *error) {
    Explain explain = {.invocation = invocation};
    ExplainRequest request = {.write = explanation_print, .context = &explain};
    Status status = cpr_from_option(invocation, &request.cpr, error);
    if (status == STATUS_OK) {
        status = format_read(option_value(invocation, "format"), &explain.format, error);
    }
    if (status == STATUS_OK) {
        status = month_from_option(invocation, &request.month, error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return option_given(invocation, "input") ? explain_from_files(invocation, &request, error)
                                             : explain_from_database(invocation, &request, error);
}

static const Option options[] = {
    {"cpr", "C|-", "the person; - reads the number from stdin", true, false},
    {"month", "M", "the month, YYYY-MM", true, false},
    {"run", "N", "the result of this run (default: the latest sealed one)", false, false},
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
        "Prints every step of the calculation: the rule and its paragraph, the days, the rate with its source, the\n"
        "exact sum before rounding, and the input row behind it. From the database it computes again with the\n"
        "facts, rates and policies of the sealed run and must end in the stored result; the steps must add up to\n"
        "it. Otherwise nothing is printed and the exit code is 70. Rates that were never seen in print are marked.\n"
        "--lang chooses Danish or English.",
    .examples = "  echo 6112881008 | ydelse explain --cpr - --month 2024-03\n"
                "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --input samples/lille --lang en\n"
                "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --format html --output side.html",
    .run = run_explain,
};
