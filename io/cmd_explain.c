/* ydelse explain: why one person got what they got in a month, from a delivery of files. */
#include <stdio.h>
#include <string.h>

#include "engine/calc.h"
#include "io/command.h"
#include "io/dialect.h"
#include "io/explanation.h"
#include "io/output_file.h"
#include "io/rate_file.h"
#include "io/stream_memory.h"

typedef struct {
    Cpr cpr;
    Month month;
    ExplainFormat format;
    Dialect dialect;
    RateSet rates;
    MonthLaw law;
    FactStream *stream;
    const Delivery *delivery; /* owned by stream */
    OutputFile output;
} Explain;

/* "-": the number is read from stdin, so that it stands in no process list and no shell history. */
static Status cpr_read(const char *option, Cpr *cpr, Error *error) {
    char line[64];
    if (option == NULL) {
        return error_set(error, STATUS_USAGE, "--cpr is required");
    }
    if (strcmp(option, "-") == 0) {
        if (fgets(line, sizeof line, stdin) == NULL) {
            return error_set(error, STATUS_USAGE, "--cpr -: no number on stdin");
        }
        line[strcspn(line, "\r\n")] = '\0';
        option = line;
    }
    if (!cpr_parse(option, (uint32_t)strlen(option), cpr)) {
        return error_set(error, STATUS_USAGE, "--cpr: expected ten digits with a valid date");
    }
    return STATUS_OK;
}

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

static Status law_read(const Invocation *invocation, Explain *explain, Error *error) {
    const char *text = option_value(invocation, "month");
    if (text == NULL || !month_parse(text, (uint32_t)strlen(text), &explain->month)) {
        return error_set(error, STATUS_USAGE, "--month: expected YYYY-MM");
    }
    Status status = rate_set_load(option_value(invocation, "rates"), &explain->rates, error);
    if (status != STATUS_OK) {
        return status;
    }
    switch (month_coverage(&explain->rates.table, explain->month)) {
    case MONTH_BEFORE_LAW:
        return error_set(error, STATUS_USAGE, "--month %.10s: the act begins with 2013-01", text);
    case MONTH_AFTER_RATES:
        return error_set(error, STATUS_CONFIG, "the rates do not reach %.10s", text);
    case MONTH_COVERED:
        break;
    }
    Policy policy = settings_policy(invocation->settings);
    month_law_prepare(&explain->rates.table, &policy, explain->month, &explain->law);
    return STATUS_OK;
}

static void finding_ignored(void *context, const InputFinding *finding) {
    (void)context, (void)finding; /* `check` tells of the input; this command tells of one result */
}

static void file_ignored(void *context, const InputFile *file, const FileAccount *account) {
    (void)context, (void)file, (void)account;
}

static Status input_open(const Invocation *invocation, Explain *explain, Error *error) {
    char path[4096];
    char *paths[] = {path};
    const char *folder = option_value(invocation, "input");
    if (folder == NULL || strlen(folder) >= sizeof path) {
        return error_set(error, STATUS_USAGE, "--input DIR is required");
    }
    memcpy(path, folder, strlen(folder) + 1);
    DeliverySink sink = {finding_ignored, file_ignored, NULL};
    return memory_stream_open(paths, 1, &explain->dialect, &sink, &explain->stream, &explain->delivery, error);
}

static const char *input_name(const void *context, int32_t file) {
    const InputList *list = context;
    return file >= 0 && file < list->count ? list->files[file].name : "";
}

static Status person_explain(const Invocation *invocation, Explain *explain, const Facts *facts, Error *error) {
    Result result;
    calc_month(&explain->law, facts, NULL, &result);
    if (result.udfald == UDFALD_INTET) {
        return error_set(error, STATUS_DATA, "the person has no benefit in the month: no day of it is active");
    }
    Explanation explanation;
    FileNames names = {input_name, delivery_files(explain->delivery)};
    Status status = explanation_make(&explain->law, facts, &result, &explanation, error);
    if (status == STATUS_OK) {
        status = output_file_open(option_value(invocation, "output"), &explain->output, error);
    }
    if (status == STATUS_OK) {
        status = explanation_write(explain->output.stream, &explanation, explain->format,
                                   command_danish(invocation), &names, error);
    }
    if (status == STATUS_OK) {
        status = output_file_finish(&explain->output, error);
    }
    explanation_free(&explanation);
    return status;
}

static Status person_find(const Invocation *invocation, Explain *explain, Error *error) {
    for (;;) {
        Facts facts;
        bool more;
        Status status = explain->stream->next(explain->stream, &facts, &more, error);
        if (status != STATUS_OK) {
            return status;
        }
        if (!more) {
            return error_set(error, STATUS_DATA, "the person is not in the input");
        }
        if (facts.deltager->cpr.number == explain->cpr.number) {
            return person_explain(invocation, explain, &facts, error);
        }
    }
}

static Status run_explain(const Invocation *invocation, Error *error) {
    Explain explain = {0};
    Status status = cpr_read(option_value(invocation, "cpr"), &explain.cpr, error);
    if (status == STATUS_OK) {
        status = format_read(option_value(invocation, "format"), &explain.format, error);
    }
    if (status == STATUS_OK) {
        status = dialect_from_options(invocation, &explain.dialect, error);
    }
    if (status == STATUS_OK) {
        status = law_read(invocation, &explain, error);
    }
    if (status == STATUS_OK) {
        status = input_open(invocation, &explain, error);
    }
    if (status == STATUS_OK) {
        status = person_find(invocation, &explain, error);
    }
    output_file_abandon(&explain.output);
    if (explain.stream != NULL) {
        explain.stream->close(explain.stream);
    }
    rate_set_free(&explain.rates);
    return status;
}

static const Option options[] = {
    {"cpr", "C|-", "the person; - reads the number from stdin", true, false},
    {"month", "M", "the month, YYYY-MM", true, false},
    {"input", "DIR", "the delivery: a folder of input files", true, false},
    {"format", "text|json|html", "text (default), one JSON object, or a page to print", false, false},
    {"rates", "F", "rate tables, a file or folder (default: those in the program)", false, false},
    {"policy", "K=V", "one policy where the act is silent, e.g. skat=ja", false, true},
    {"output", "F", "write to this file (default: stdout)", false, false},
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
        "exact sum before rounding, and the input row behind it. The steps are added up first and must give the\n"
        "result; otherwise nothing is printed and the exit code is 70. Rates that were never seen in print are\n"
        "marked. --lang chooses Danish or English.",
    .examples = "  echo 6112881008 | ydelse explain --cpr - --month 2024-03 --input samples/lille\n"
                "  ydelse explain --cpr 6112881008 --month 2024-03 --input samples/lille --format html --output side.html",
    .run = run_explain,
};
