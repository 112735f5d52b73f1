/* ydelse refusion: what the state may be expected to reimburse, to hold against what it reports. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/pay/refusion_report.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/show/table.h"

static const TableColumn sum_columns[] = {
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"maaned", "måned", "month", CELL_DATE},
    {"uge", "uge", "week", CELL_TEXT},
    {"personer", "personer", "people", CELL_NUMBER},
    {"udgift", "udgift", "cost", CELL_KRONER},
    {"refusion_80", "80 %", "80 %", CELL_KRONER},
    {"refusion_40", "40 %", "40 %", CELL_KRONER},
    {"refusion_30", "30 %", "30 %", CELL_KRONER},
    {"refusion_20", "20 %", "20 %", CELL_KRONER},
    {"refusion_skoen", "refusion (skøn)", "reimbursement (estimate)", CELL_KRONER},
};

static const TableColumn list_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"maaned", "måned", "month", CELL_DATE},
    {"uge", "uge", "week", CELL_TEXT},
    {"dage", "dage", "days", CELL_NUMBER},
    {"ugenummer", "uge nr.", "week no.", CELL_NUMBER},
    {"sats", "sats, %", "share, %", CELL_NUMBER},
    {"udgift", "udgift", "cost", CELL_KRONER},
    {"refusion_skoen", "refusion (skøn)", "reimbursement (estimate)", CELL_KRONER},
};

typedef struct {
    Month first, last;
    bool list, danish;
    RefusionOpenings openings;
    RefusionReport report;
} Refusion;

static void put_place(Table *table, int32_t kommunekode, Month month, Week week) {
    char kommune[16], text[WEEK_TEXT_SIZE];
    snprintf(kommune, sizeof kommune, "%04d", kommunekode);
    week_format(week, text);
    table_text(table, kommune);
    table_month(table, month);
    table_text(table, text);
}

static void put_row(void *context, const RefusionRow *row) {
    Table *table = context;
    char cpr[CPR_TEXT_SIZE];
    cpr_format(row->cpr, cpr);
    table_text(table, cpr);
    put_place(table, row->kommunekode, row->month, row->part.week);
    table_number(table, row->part.days);
    table_number(table, row->number);
    table_number(table, refusion_percent[row->step]);
    table_kroner(table, row->part.cost);
    table_kroner(table, row->refusion);
}

static void put_sums(const Refusion *refusion, Table *table) {
    const RefusionReport *report = &refusion->report;
    for (int32_t kommune = 0; kommune < REFUSION_KOMMUNER; kommune++)
        for (Month month = report->first; month.index <= report->last.index; month.index++)
            for (int32_t i = 0; i < REFUSION_WEEKS_MAX; i++) {
                const RefusionSum *sum = refusion_sum(report, kommune, month, i);
                Money all = MONEY_ZERO;
                if (sum->people == 0)
                    continue;
                put_place(table, kommune, month, (Week){week_of(month_first(month)).index + i});
                table_number(table, sum->people);
                table_kroner(table, sum->cost);
                for (int32_t step = REFUSION_80; step < REFUSION_STEP_COUNT; step++) {
                    table_kroner(table, sum->refusion[step]);
                    all = money_add(all, sum->refusion[step]);
                }
                table_kroner(table, all);
            }
}

/* Whether the estimate rests on days that are not those that were sealed. */
static bool tell(const Refusion *refusion) {
    const RefusionReport *report = &refusion->report;
    log_info(refusion->danish
                 ? "refusion: et skøn til afstemning, ikke grundlag for bogføring; personmåneder: %" PRId64
                 : "refusion: an estimate to reconcile with, nothing to book from; person-months: %" PRId64,
             report->person_months);
    if (report->held > 0)
        log_info(refusion->danish ? "refusion: personmåneder, der er tilbageholdt og ikke med: %" PRId64
                                  : "refusion: person-months held and left out: %" PRId64,
                 report->held);
    if (report->uncertain > 0)
        log_warning(
            refusion->danish
                ? "refusion: personmåneder med et andet antal aktive dage nu end beseglet: %" PRId64
                  "; deres ugefordeling er usikker"
                : "refusion: person-months with another number of active days now than was sealed: %" PRId64
                  "; their weeks are uncertain",
            report->uncertain);
    return report->uncertain > 0;
}

static Status read_options(const Invocation *invocation, Refusion *refusion, Error *error) {
    const char *opening = option_value(invocation, "opening");
    refusion->list = option_given(invocation, "list");
    refusion->danish = command_danish(invocation);
    refusion->first = option_month(invocation, "from");
    refusion->last = option_month(invocation, "to");
    Status status = STATUS_OK;
    if (opening != NULL)
        status = refusion_openings_read(opening, &refusion->openings, error);
    return status == STATUS_OK ? code_lists_load(error) : status; /* stored facts are codes */
}

/* Everybody's results are read, whatever is shown of them. */
static Status connect_to_look(const Invocation *invocation, const Refusion *refusion, Pg **pg, Error *error) {
    char detail[48], first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    month_format(refusion->first, first);
    month_format(refusion->last, last);
    snprintf(detail, sizeof detail, "%s %s%s", first, last, refusion->list ? " --list" : "");
    const Look look = {.command = "refusion", .everyone = true, .detail = detail};
    Status status = command_connect(invocation, &look, pg, error);
    if (status == STATUS_OK)
        status =
            pg_script(*pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off", error);
    return status;
}

static Status write_report(const Invocation *invocation, Refusion *refusion, Pg *pg, Error *error) {
    Listing listing;
    const RefusionSink sink = {put_row, &listing.table};
    Error ignored;
    Status status = refusion->list ? listing_begin(&listing, invocation, list_columns,
                                                   sizeof list_columns / sizeof list_columns[0], error)
                                   : listing_begin(&listing, invocation, sum_columns,
                                                   sizeof sum_columns / sizeof sum_columns[0], error);
    if (status != STATUS_OK)
        return status;
    status = refusion_report(pg, refusion->first, refusion->last, &refusion->openings,
                             refusion->list ? &sink : NULL, &refusion->report, error);
    if (status == STATUS_OK && !refusion->list)
        put_sums(refusion, &listing.table);
    const Status written = listing_end(&listing, status == STATUS_OK ? error : &ignored);
    return listing_close(&listing, status == STATUS_OK ? written : status, error);
}

static Status run(const Invocation *invocation, Error *error) {
    Refusion refusion = {.list = false};
    Pg *pg = NULL;
    Status status = read_options(invocation, &refusion, error);
    if (status == STATUS_OK)
        status = connect_to_look(invocation, &refusion, &pg, error);
    if (status == STATUS_OK)
        status = write_report(invocation, &refusion, pg, error);
    if (status == STATUS_OK && tell(&refusion))
        status = STATUS_FINDINGS;
    refusion_report_free(&refusion.report);
    refusion_openings_free(&refusion.openings);
    return status;
}

static const Option options[] = {
    {"from", "M", "the first month to show, YYYY-MM; weeks are counted from 2014-07 whatever it is", true,
     false},
    {"to", "M", "the last month to show, YYYY-MM", true, false},
    {"opening", "FILE", "weeks counted elsewhere: CSV with cpr_nummer;uger;sidste_uge (2015-W53)", false,
     false},
    {"list", NULL, "one line per person, month and week, with CPR number, instead of the sums", false, false},
    LISTING_OUTPUT_OPTION,
    TABLE_FORMAT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_refusion = {
    .name = "refusion",
    .summary = "estimate what the state reimburses, per municipality, month and week",
    .operands = "",
    .options = options,
    .description = "An estimate to hold against what Ydelsesrefusion reports; nothing is stored or booked. "
                   "The benefit before\n"
                   "tax of each sealed month that holds is spread evenly over its active days; a week "
                   "(Monday to Sunday) costs\n"
                   "the sum of its days, and the weeks with a benefit of a person are counted from "
                   "2014-07-01: the first 4 at\n"
                   "80 %, to the 26th 40 %, to the 52nd 30 %, then 20 %, from 2016-01-04 on (before: no "
                   "share is shown). 52\n"
                   "weeks without within three years begin the count again. Only weeks in these sealed "
                   "results and in --opening\n"
                   "are known: other public support counts when the opening has it. A week over two months "
                   "has a row in each.\n"
                   "\n"
                   "A look at everybody is logged: for auditors, the owner and ydelse_batch. Exit code 1 "
                   "when the active days\n"
                   "of a month are not as many now as were sealed.",
    .examples =
        "  ydelse refusion --from 2024-01 --to 2024-12 --opening uger.csv --format csv --output skoen.csv\n"
        "  ydelse refusion --from 2024-03 --to 2024-03 --list --output liste.txt",
    .run = run,
};
