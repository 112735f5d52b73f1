/* ydelse report: one run as a page for people. */
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/console/run_page.h"
#include "io/run/run_record.h"

static Status write_page(const RunPage *run, bool danish, FILE *out, Error *error) {
    char title[RUN_TITLE_SIZE];
    HtmlPage *html = NULL;
    run_page_title(run, danish, title);
    const Status status = html_begin(&html, danish, title, error);
    if (status != STATUS_OK)
        return status;
    html_open(html, "main", NULL);
    html_element(html, "h1", NULL, title);
    run_page_write(run, html, false);
    html_close(html);
    return html_finish(html, out, error);
}

static Status write_file(const Invocation *invocation, const RunPage *run, Error *error) {
    OutputFile output = {.stream = NULL};
    Status status = output_file_open_private(option_value(invocation, "html"), &output, error);
    if (status == STATUS_OK)
        status = write_page(run, command_danish(invocation), output.stream, error);
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    RunPage page = {.run_id = 0};
    Pg *pg = NULL;
    int32_t run_id;
    Status status = run_number_parse(invocation->operands[0], "RUN", &run_id, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = run_page_read(pg, run_id, &page, error);
    if (status == STATUS_OK)
        status = write_file(invocation, &page, error);
    run_page_free(&page);
    return status;
}

static const Option options[] = {
    {"html", "F", "the file to write, readable by its owner only (default: stdout)", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_report = {
    .name = "report",
    .summary = "one run as a page for people",
    .operands = "RUN",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "Writes one HTML page that needs nothing beside it, for the archive or a printer: state and seal, "
        "totals by\n"
        "municipality and outcome, the distribution of amounts, findings by code, and the accounting of the "
        "files\n"
        "that were new to the run. Counts and sums alone: nobody is named. Who is bound to municipalities "
        "gets "
        "those\n"
        "of them. The console (`ydelse serve`) shows the same page.",
    .examples = "  ydelse report 7 --html koersel-7.html\n  ydelse report 7 --lang en --html run-7.html",
    .run = run,
};
