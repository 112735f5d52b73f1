/* ydelse rates: look at the rate tables, and check them. */
#include <string.h>
#include <sys/stat.h>

#include "engine/calc.h"
#include "io/command/command.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/law/rate_check.h"
#include "io/law/rate_file.h"
#include "io/show/table.h"

static Status rates_check(const Invocation *invocation, const RateSet *set, Error *error) {
    const char *path = option_value(invocation, "rates");
    struct stat kind;
    bool is_folder = path != NULL && stat(path, &kind) == 0 && S_ISDIR(kind.st_mode);
    int32_t complaints;
    Status status = rate_check(&set->table, is_folder ? path : NULL, stdout, &complaints, error);
    if (status != STATUS_OK) {
        return status;
    }
    printf("%d rates checked, %d complaints\n", set->table.count, complaints);
    return complaints == 0 ? STATUS_OK : STATUS_FINDINGS;
}

static const TableColumn columns[] = {
    {"sats", "sats", "rate", CELL_TEXT},
    {"gruppe", "gruppe", "group", CELL_TEXT},
    {"vaerdi", "værdi", "value", CELL_KRONER}, /* of percentages and hours too: two decimals */
    {"enhed", "enhed", "unit", CELL_TEXT},
    {"gaelder_fra", "gælder fra", "from", CELL_DATE},
    {"gaelder_til", "gælder til", "until", CELL_DATE},
    {"status", "status", "status", CELL_TEXT},
    {"lovhenvisning", "lovhenvisning", "legal basis", CELL_TEXT},
};

static void put_rate(Table *table, const RateRow *row) {
    const RateSeries *series = &rate_series[row->id];
    table_text(table, series->name);
    table_text(table, series->group);
    table_kroner(table, (Money){row->value_hundredths});
    table_text(table, series->unit);
    table_date(table, row->first);
    table_date(table, row->last);
    table_text(table, rate_status_name[row->status]);
    table_text(table, row->legal_basis);
}

/* Each row that some day of the month reads, once. */
static void put_month(Table *table, const MonthRates *rates, Month month) {
    for (int32_t id = 0; id < RATE_COUNT; id++) {
        for (int32_t day = 0; day < month_days(month); day++) {
            const RateRow *row = rates->on_day[id][day];
            if (row != NULL && (day == 0 || row != rates->on_day[id][day - 1])) {
                put_rate(table, row);
            }
        }
    }
}

static Status rates_list(const Invocation *invocation, const RateSet *set, Error *error) {
    const Month month = option_month(invocation, "month");
    Table table;
    MonthRates rates;
    if (!option_given(invocation, "month")) {
        return error_set(error, STATUS_USAGE, "rates list needs --month YYYY-MM");
    }
    month_rates_fill(&set->table, month, &rates);
    table_begin(&table, stdout, listing_format(invocation), command_danish(invocation), columns,
                (int32_t)(sizeof columns / sizeof columns[0]));
    put_month(&table, &rates, month);
    const bool covered = table.rows > 0;
    Status status = table_end(&table, error);
    if (status == STATUS_OK && !covered) {
        status = error_set(error, STATUS_CONFIG, "no rate covers %s", option_value(invocation, "month"));
    }
    return status;
}

static Status rates_run(const Invocation *invocation, Error *error) {
    RateSet set;
    Status status = rate_set_load(option_value(invocation, "rates"), &set, error);
    if (status != STATUS_OK) {
        return status;
    }
    const char *verb = invocation->operands[0];
    if (strcmp(verb, "check") == 0) {
        status = rates_check(invocation, &set, error);
    } else if (strcmp(verb, "list") == 0) {
        status = rates_list(invocation, &set, error);
    } else {
        status = error_set(error, STATUS_USAGE, "rates %s: unknown; it is check or list", verb);
    }
    rate_set_free(&set);
    return status;
}

static const Option options[] = {
    {"rates", "F", "a file or folder of rates instead of the built-in ones", false, false},
    {"month", "M", "for list: the month, YYYY-MM", false, false},
    {"format", "text|csv|json", "for list: aligned text (default), CSV, or JSON", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_rates = {
    .name = "rates",
    .summary = "check the rate tables, or list what a month uses",
    .operands = "check|list",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description = "check looks for gaps, overlaps, odd first days, missing sources, values that do not "
                   "follow from last\n"
                   "year's by the yearly percentage (regulering.csv), and rows that nothing reads. Known "
                   "exceptions stand\n"
                   "with their reason in undtagelser.csv beside the rates. Exit 1 when there is something to "
                   "complain about.\n"
                   "list prints the rows that a month reads, with legal basis and status.",
    .examples = "  ydelse rates check\n"
                "  ydelse rates list --month 2026-01\n"
                "  ydelse rates list --month 2026-01 --format csv",
    .run = rates_run,
};
