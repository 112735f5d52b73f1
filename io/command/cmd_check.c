/* ydelse check: what is wrong with a delivery, without a database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/command/command.h"
#include "io/command/dialect.h"
#include "io/intake/delivery.h"
#include "io/intake/finding_report.h"

static Status report_format(const Invocation *invocation, ReportFormat *format, Error *error) {
    const char *text = option_value(invocation, "format");
    *format = REPORT_TEXT;
    if (text == NULL || strcmp(text, "text") == 0)
        return STATUS_OK;
    *format = REPORT_CSV;
    if (strcmp(text, "csv") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--format %.40s: expected text or csv", text);
}

static void print_accounts(const FindingReport *report, const Delivery *delivery) {
    const InputList *list = delivery_files(delivery);
    const FileAccount total = delivery_total(delivery);
    if (report->format == REPORT_TEXT) {
        if (report->rejects + report->warnings > 0)
            printf("\n");
        finding_report_accounts(stdout, delivery, report->danish);
        return;
    }
    for (int32_t i = 0; i < list->count; i++)
        finding_report_csv_account(stdout, "file", list->files[i].name, delivery_account(delivery, i));
    finding_report_csv_account(stdout, "total", "", &total);
}

/* The exit code by what was found. */
static Status judge(const FindingReport *report, const Delivery *delivery, Error *error) {
    const FileAccount total = delivery_total(delivery);
    if (report->out_of_memory)
        return error_set(error, STATUS_INTERNAL, "out of memory");
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_errno(error, STATUS_IO, "write", "stdout");
    if (delivery_is_unusable(delivery))
        return error_set(error, STATUS_DATA, "every file of the delivery is unusable");
    return total.rows_rejected > 0 || total.file_rejected || delivery_files(delivery)->unknown_count > 0
               ? STATUS_FINDINGS
               : STATUS_OK;
}

static Status run_check(const Invocation *invocation, Error *error) {
    FindingReport report = {.out = stdout, .danish = command_danish(invocation)};
    const DeliverySink sink = finding_report_sink(&report);
    Delivery *delivery = NULL;
    Dialect dialect;
    Status status = dialect_from_options(invocation, &dialect, error);
    if (status == STATUS_OK)
        status = report_format(invocation, &report.format, error);
    if (status != STATUS_OK)
        return status;
    if (report.format == REPORT_CSV)
        finding_report_csv_header(stdout);
    status = delivery_read(invocation->operands, invocation->operand_count, &dialect, false, &sink, &delivery,
                           error);
    finding_report_flush(&report, NULL);
    if (status == STATUS_OK) {
        print_accounts(&report, delivery);
        status = judge(&report, delivery, error);
    }
    delivery_free(delivery);
    finding_report_free(&report);
    return status;
}

static const Option options[] = {
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    {"format", "F", "text (default) or csv", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_check = {
    .name = "check",
    .summary = "validate input files; print findings and row accounting; no database",
    .operands = "FILE-OR-DIR...",
    .operands_min = 1,
    .operands_max = -1,
    .options = options,
    .description =
        "Reads the files as `load` would and decides every row's fate: stored, duplicate, or rejected. Each\n"
        "finding is one line on stdout: file, line, severity, code, column, what was found and expected. "
        "Then\n"
        "comes a row account per file: read = stored + duplicate + rejected. Rows are judged by the files "
        "given;\n"
        "participants that are only in the database are not known here.\n"
        "Exit code 1 when a row or file is rejected or a file is of no known kind, 65 when every file is "
        "rejected.",
    .examples =
        "  ydelse check samples/lille\n  ydelse check --format csv deltagere.csv indkomst-2024-03.csv",
    .run = run_check,
};
