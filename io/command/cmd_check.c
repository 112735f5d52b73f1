/* ydelse check: what is wrong with a delivery, without a database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/command/command.h"
#include "io/command/dialect.h"
#include "io/intake/delivery.h"
#include "io/intake/finding_report.h"
#include "io/show/table.h"

static Status report_format(const Invocation *invocation, ReportFormat *format, Error *error) {
    TableFormat table = TABLE_TEXT;
    const Status status = table_format_parse(option_value(invocation, "format"), &table, error);
    *format = table == TABLE_TEXT ? REPORT_TEXT : table == TABLE_CSV ? REPORT_CSV : REPORT_JSON;
    return status;
}

static void print_accounts(FindingReport *report, const Delivery *delivery) {
    const InputList *list = delivery_files(delivery);
    const FileAccount total = delivery_total(delivery);
    if (report->format == REPORT_TEXT) {
        if (report->rejects + report->warnings > 0)
            printf("\n");
        finding_report_accounts(stdout, delivery, report->danish);
        return;
    }
    for (int32_t i = 0; i < list->count; i++)
        finding_report_account(report, "file", list->files[i].name, delivery_account(delivery, i));
    finding_report_account(report, "total", "", &total);
}

/* The exit code by what was found. */
static Status judge(const FindingReport *report, const Delivery *delivery, Error *error) {
    const FileAccount total = delivery_total(delivery);
    if (report->out_of_memory)
        return error_no_memory(error);
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
    finding_report_begin(&report);
    status = delivery_read(invocation->operands, invocation->operand_count, &dialect, false, &sink, &delivery,
                           error);
    finding_report_flush(&report, NULL);
    if (status == STATUS_OK)
        print_accounts(&report, delivery);
    finding_report_end(&report);
    if (status == STATUS_OK)
        status = judge(&report, delivery, error);
    delivery_free(delivery);
    finding_report_free(&report);
    return status;
}

static const Option options[] = {
    {"charset", "C", DIALECT_CHARSET_HELP, false, false},
    {"decimal", "D", DIALECT_DECIMAL_HELP, false, false},
    TABLE_FORMAT_OPTION,
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
    .examples = "  ydelse check samples/lille\n  ydelse check --format csv deltagere.csv "
                "indkomst-2024-03.csv\n  ydelse check --format json samples/lille",
    .run = run_check,
};
