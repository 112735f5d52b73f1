/* ydelse calc: files in, results out, no database at all. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/dialect.h"
#include "io/command/option_kind.h"
#include "io/intake/finding_report.h"
#include "io/intake/stream_memory.h"
#include "io/law/month_law.h"
#include "io/law/rate_file.h"
#include "io/run/calc_results.h"

#define WARNINGS_SHOWN_MAX 10

typedef struct {
    bool explain;
    bool danish;
    Month month;
    Dialect dialect;
    RateSet rates;
    MonthLaw law;
    FindingReport report;
    FactStream *stream;
    const Delivery *delivery; /* owned by stream */
    OutputFile output;
    CalcCounts counts;
} Calc;

static Status read_law(const Invocation *invocation, Calc *calc, Error *error) {
    const Policy policy = settings_policy(invocation->settings);
    const Status status = rate_set_load(option_value(invocation, "rates"), &calc->rates, error);
    return status == STATUS_OK ? month_law_for(&calc->rates.table, &policy, calc->month, &calc->law, error)
                               : status;
}

static Status read_input(const Invocation *invocation, Calc *calc, Error *error) {
    const char *folder = option_value(invocation, "input");
    char path[4096];
    char *paths[] = {path};
    const DeliverySink sink = finding_report_sink(&calc->report);
    if (folder == NULL)
        return error_set(error, STATUS_USAGE, "--input is required");
    if (strlen(folder) >= sizeof path)
        return error_set(error, STATUS_NO_INPUT, "the path of the input is too long");
    strcpy(path, folder);
    calc->report.out = stderr;
    calc->report.danish = calc->danish;
    calc->report.warnings_shown_max = WARNINGS_SHOWN_MAX;
    const Status status =
        memory_stream_open(paths, 1, &calc->dialect, &sink, &calc->stream, &calc->delivery, error);
    finding_report_flush(&calc->report, NULL);
    if (status == STATUS_OK && calc->report.out_of_memory)
        return error_no_memory(error);
    if (status == STATUS_OK && delivery_is_unusable(calc->delivery))
        return error_set(error, STATUS_DATA, "every file of the delivery is unusable");
    return status;
}

static Status write_results(Calc *calc, Error *error) {
    const CalcJob job = {
        .law = &calc->law,
        .delivery = calc->delivery,
        .whole = calc->stream,
        .out = calc->output.stream,
        .explain = calc->explain,
    };
    return calc_results_write(&job, &calc->counts, error);
}

static void tell_account(const Calc *calc) {
    const FileAccount total = delivery_total(calc->delivery);
    char month[16];
    month_format(calc->month, month);
    if (calc->counts.income_without_course > 0)
        log_info(calc->danish ? "INDKOMST_UDEN_FORLOEB: %" PRId64 " deltagere har indkomst, men intet forløb"
                              : "INDKOMST_UDEN_FORLOEB: %" PRId64 " participants have income but no course",
                 calc->counts.income_without_course);
    log_info(calc->danish ? "%s: rækker læst %" PRId64 ", gemt %" PRId64 ", dublet %" PRId64
                            ", afvist %" PRId64 "; deltagere %" PRId64 ", udbetales %" PRId64 ", nul %" PRId64
                            ", førtidspension %" PRId64 ", tilbageholdt %" PRId64
                          : "%s: rows read %" PRId64 ", stored %" PRId64 ", duplicate %" PRId64
                            ", rejected %" PRId64 "; participants %" PRId64 ", paid %" PRId64
                            ", zero %" PRId64 ", førtidspension %" PRId64 ", held %" PRId64,
             month, total.rows_read, total.rows_stored, total.rows_duplicate, total.rows_rejected,
             calc->counts.participants, calc->counts.results[UDFALD_BETALES],
             calc->counts.results[UDFALD_NUL], calc->counts.results[UDFALD_FOERTIDSPENSION],
             calc->counts.results[UDFALD_TILBAGEHOLDT]);
}

static Status judge(const Calc *calc) {
    const FileAccount total = delivery_total(calc->delivery);
    const bool has_findings = total.rows_rejected > 0 || total.file_rejected ||
                              delivery_files(calc->delivery)->unknown_count > 0 ||
                              calc->counts.results[UDFALD_TILBAGEHOLDT] > 0;
    return has_findings ? STATUS_FINDINGS : STATUS_OK;
}

static Status compute(const Invocation *invocation, Calc *calc, Error *error) {
    calc->month = option_month(invocation, "month");
    Status status = dialect_from_options(invocation, &calc->dialect, error);
    if (status == STATUS_OK)
        status = read_law(invocation, calc, error);
    if (status == STATUS_OK)
        status = read_input(invocation, calc, error);
    if (status == STATUS_OK)
        status = input_list_spare(delivery_files(calc->delivery), option_value(invocation, "output"), error);
    if (status == STATUS_OK)
        status = output_file_open_private(option_value(invocation, "output"), &calc->output, error);
    if (status == STATUS_OK)
        status = write_results(calc, error);
    if (status == STATUS_OK)
        status = output_file_finish(&calc->output, error);
    if (status != STATUS_OK)
        return status;
    tell_account(calc);
    return judge(calc);
}

static Status run_calc(const Invocation *invocation, Error *error) {
    Calc calc = {
        .explain = option_given(invocation, "explain"),
        .danish = command_danish(invocation),
    };
    const Status status = compute(invocation, &calc, error);
    output_file_abandon(&calc.output);
    if (calc.stream != NULL)
        calc.stream->close(calc.stream);
    finding_report_free(&calc.report);
    rate_set_free(&calc.rates);
    return status;
}

static const Option options[] = {
    {"month", "M", "the month to compute, YYYY-MM", true, false},
    {"input", "DIR", "the delivery: a folder of input files", true, false},
    {"rates", "F", "rate tables, a file or folder (default: those in the program)", false, false},
    {"policy", "K=V", "one policy where the act is silent, e.g. skat=ja", false, true},
    {"output", "F", "write the results to this file, readable by its owner only (default: stdout)", false,
     false},
    {"explain", NULL, "write one JSON object per participant and line, with every step", false, false},
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_calc = {
    .name = "calc",
    .summary = "compute a month from input files, without a database",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = options,
    .description = "Reads a delivery, computes every participant with a course in the month, and writes one "
                   "CSV line per\n"
                   "result, in order of the CPR numbers. Rejects and warnings go to stderr, the row account "
                   "as its last line.\n"
                   "Exit code 1 when rows are rejected or participants held, 64 for months before 2013-01, "
                   "78 for months\n"
                   "after the rates.",
    .examples = "  ydelse calc --month 2024-03 --input samples/lille\n"
                "  ydelse calc --month 2024-03 --input samples/lille --policy skat=ja --output resultat.csv",
    .run = run_calc,
};
