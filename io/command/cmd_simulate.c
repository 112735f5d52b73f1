/* ydelse simulate: who would have changed under other rates and policies, and by how much. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/command/as_of.h"
#include "io/command/command.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/law/simulation.h"
#include "io/pg/look.h"
#include "io/show/table.h"

typedef struct {
    const Invocation *invocation;
    bool danish, list;
    int32_t jobs;
    TableFormat format;
    Month first, last;
    LawChange change;
    RateSet rates; /* of --rates */
    SealedHistory history;
    SimulatedLaws *laws;
    Simulation *simulation;
    OutputFile output;
    Table table;
} Simulate;

/* --- What was asked ------------------------------------------------------------------------------------------------ */

/* The last of several values of one policy counts, as everywhere. */
static void read_policies(const Invocation *invocation, LawChange *change) {
    for (int i = 0; i < invocation->option_count; i++) {
        const char *text = invocation->options[i].value;
        const size_t key_size = strcspn(text, "=") + 1;
        int32_t at = 0;
        if (strcmp(invocation->options[i].name, "policy") != 0)
            continue;
        while (at < change->policy_count && strncmp(change->policies[at], text, key_size) != 0)
            at++;
        change->policies[at] = text;
        change->policy_count += at == change->policy_count;
    }
}

static Status read_jobs(const char *text, int32_t *jobs, Error *error) {
    *jobs = 1;
    if (text == NULL)
        return STATUS_OK;
    const size_t size = strlen(text);
    if (size == 0 || size > 2 || strspn(text, "0123456789") != size || strtol(text, NULL, 10) < 1 ||
        strtol(text, NULL, 10) > SIMULATION_JOBS_MAX)
        return error_set(error, STATUS_USAGE, "--jobs %.20s: expected 1 to %d", text, SIMULATION_JOBS_MAX);
    *jobs = (int32_t)strtol(text, NULL, 10);
    return STATUS_OK;
}

static Status read_options(Simulate *simulate, Error *error) {
    const Invocation *invocation = simulate->invocation;
    const char *format = option_value(invocation, "format");
    const char *rates = option_value(invocation, "rates");
    simulate->danish = command_danish(invocation);
    simulate->list = option_given(invocation, "list");
    simulate->change.over = option_given(invocation, "over");
    read_policies(invocation, &simulate->change);
    if (rates == NULL && (simulate->change.over || simulate->change.policy_count == 0))
        return error_set(error, STATUS_USAGE,
                         "simulate: say what is to be different: --rates F or --policy K=V");
    simulate->format = format == NULL && simulate->list ? TABLE_CSV : listing_format(invocation);
    simulate->first =
        option_given(invocation, "from") ? option_month(invocation, "from") : MONTH_OF_FIRST_LAW;
    simulate->last =
        option_given(invocation, "to") ? option_month(invocation, "to") : month_from_ym(9999, 12);
    Status status = read_jobs(option_value(invocation, "jobs"), &simulate->jobs, error);
    if (status == STATUS_OK && simulate->last.index < simulate->first.index)
        status = error_set(error, STATUS_USAGE, "simulate: --to lies before --from");
    if (status == STATUS_OK && rates != NULL) {
        status = rate_set_load(rates, &simulate->rates, error);
        simulate->change.rates = &simulate->rates;
    }
    return status;
}

/* --- What came of it ----------------------------------------------------------------------------------------------- */

static const TableColumn sum_columns[] = {
    {"opdeling", "opdeling", "by", CELL_TEXT},
    {"vaerdi", "værdi", "value", CELL_TEXT},
    {"personer", "personer", "people", CELL_NUMBER},
    {"aendrede_personer", "ændres", "change", CELL_NUMBER},
    {"vindere", "vinder", "gain", CELL_NUMBER},
    {"tabere", "taber", "lose", CELL_NUMBER},
    {"personmaaneder", "måneder", "months", CELL_NUMBER},
    {"aendrede_personmaaneder", "ændrede", "changed", CELL_NUMBER},
    {"op", "op", "up", CELL_KRONER},
    {"ned", "ned", "down", CELL_KRONER},
    {"netto", "netto", "net", CELL_KRONER},
    {"offentlig_udgift", "offentlig udgift", "public cost", CELL_KRONER},
    {"foer", "før", "before", CELL_KRONER},
    {"efter", "efter", "after", CELL_KRONER},
};
#define SUM_COLUMNS (int32_t)(sizeof sum_columns / sizeof sum_columns[0])
#define SUM_COLUMNS_TEXT (SUM_COLUMNS - 2) /* before and after would make a line of text too long */

static void put_sum(Table *table, const char *by, const char *value, const SimulationSum *sum) {
    if (sum->person_months == 0)
        return;
    table_text(table, by);
    table_text(table, value);
    table_number(table, sum->people);
    table_number(table, sum->changed_people);
    table_number(table, sum->winners);
    table_number(table, sum->losers);
    table_number(table, sum->person_months);
    table_number(table, sum->changed);
    table_kroner(table, sum->up);
    table_kroner(table, sum->down);
    table_kroner(table, money_subtract(sum->after, sum->before));
    table_kroner(table, sum->cost);
    if (table->column_count == SUM_COLUMNS) {
        table_kroner(table, sum->before);
        table_kroner(table, sum->after);
    }
}

static const char *group_name(int32_t group) {
    return group < GRUPPE_COUNT ? gruppe_names[group] : "INGEN";
}

static const char *scheme_name(int32_t scheme) {
    static const char *const names[SIMULATION_SCHEMES] = {"RF", "JA", "INGEN"};
    return names[scheme];
}

static void put_sums(Table *table, const Simulation *simulation) {
    char text[16];
    put_sum(table, "alle", "", &simulation->total);
    for (int32_t i = 0; i < SIMULATION_GROUPS; i++)
        put_sum(table, "gruppe", group_name(i), &simulation->group[i]);
    for (int32_t i = 0; i < SIMULATION_SCHEMES; i++)
        put_sum(table, "ordning", scheme_name(i), &simulation->scheme[i]);
    for (int32_t i = 0; i < SIMULATION_YEARS_MAX; i++) {
        snprintf(text, sizeof text, "%d", simulation->first_year + i);
        put_sum(table, "aar", text, &simulation->year[i]);
    }
    for (int32_t i = 0; i < SIMULATION_KOMMUNER; i++) {
        snprintf(text, sizeof text, "%04d", i);
        put_sum(table, "kommune", text, &simulation->kommune[i]);
    }
}

static const TableColumn list_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"maaned", "måned", "month", CELL_DATE},
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"ordning", "ordning", "scheme", CELL_TEXT},
    {"gruppe", "gruppe", "group", CELL_TEXT},
    {"ydelse_foer", "ydelse før", "benefit before", CELL_KRONER},
    {"ydelse_efter", "ydelse efter", "benefit after", CELL_KRONER},
    {"foer", "før", "before", CELL_KRONER},
    {"efter", "efter", "after", CELL_KRONER},
    {"forskel", "forskel", "difference", CELL_KRONER},
};

static void put_change(void *context, const SimulatedChange *change) {
    Table *table = context;
    char cpr[CPR_TEXT_SIZE], kommune[16];
    cpr_format(change->cpr, cpr);
    snprintf(kommune, sizeof kommune, "%04d", change->kommunekode);
    table_text(table, cpr);
    table_month(table, change->month);
    table_text(table, kommune);
    table_text(table, scheme_name(change->scheme));
    table_text(table, group_name(change->group));
    table_kroner(table, change->ydelse_before);
    table_kroner(table, change->ydelse_after);
    table_kroner(table, change->before);
    table_kroner(table, change->after);
    table_kroner(table, money_subtract(change->after, change->before));
}

static void tell_total(const Simulate *simulate) {
    const SimulationSum *total = &simulate->simulation->total;
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    month_format(simulate->history.first, first);
    month_format(simulate->history.last, last);
    log_info(simulate->danish
                 ? "simulate: %s til %s, som kendt ved leverance %d; personmåneder sammenlignet: %" PRId64
                   ", ændret: %" PRId64
                 : "simulate: %s to %s, as known by delivery %d; person-months compared: %" PRId64
                   ", changed: %" PRId64,
             first, last, simulate->history.data_as_of, total->person_months, total->changed);
}

/* What is in no sum, and why. Whether anything of it is more than a person who is held. */
static bool tell_left_out(const Simulate *simulate) {
    const Simulation *simulation = simulate->simulation;
    if (simulation->held > 0)
        log_info(simulate->danish ? "simulate: personmåneder, der er tilbageholdt og ikke med: %" PRId64
                                  : "simulate: person-months held and left out: %" PRId64,
                 simulation->held);
    if (simulation->not_reproduced > 0)
        log_warning(
            simulate->danish
                ? "simulate: personmåneder, der ikke gav det beseglede resultat med dette program og "
                  "de kendte oplysninger og ikke er med: %" PRId64 "; `ydelse replay` viser dem"
                : "simulate: person-months not reproduced by this program from the known facts and left "
                  "out: %" PRId64 "; `ydelse replay` shows them",
            simulation->not_reproduced);
    if (simulation->not_sealed > 0)
        log_warning(
            simulate->danish
                ? "simulate: personmåneder, der intet beseglet resultat har endnu og ikke er med: %" PRId64
                  "; `ydelse run` beregner dem"
                : "simulate: person-months without a sealed result, left out: %" PRId64
                  "; `ydelse run` computes them",
            simulation->not_sealed);
    return simulation->not_reproduced > 0 || simulation->not_sealed > 0;
}

/* --- The pass ------------------------------------------------------------------------------------------------------ */

/* A list names everybody who changes: logged before anything is read, in a session of its own, for the others only read. */
static Status open_look(const Simulate *simulate, Error *error) {
    Pg *pg = NULL;
    if (!simulate->list)
        return STATUS_OK;
    Status status = pg_connect(command_dsn(simulate->invocation), &pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK)
        status = look_open(pg, &(Look){.command = "simulate", .everyone = true, .detail = "--list"}, error);
    pg_close(pg);
    return status;
}

/* Over before the work begins, so that workers inherit no connection. */
static Status read_history(Simulate *simulate, Error *error) {
    const char *time = option_value(simulate->invocation, "data-as-of");
    int32_t data_as_of = 0;
    Pg *pg = NULL;
    Status status = simulation_connect(command_dsn(simulate->invocation), &pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(pg, error);
    if (status == STATUS_OK && time != NULL)
        status = delivery_as_of(pg, time, &data_as_of, error);
    if (status == STATUS_OK)
        status =
            sealed_history_read(pg, simulate->first, simulate->last, data_as_of, &simulate->history, error);
    if (status == STATUS_OK)
        status = simulated_laws_read(pg, &simulate->history, &simulate->change, &simulate->laws, error);
    pg_close(pg);
    return status;
}

static void begin_table(Simulate *simulate) {
    FILE *out = simulate->output.stream;
    if (simulate->list)
        table_begin(&simulate->table, out, simulate->format, simulate->danish, list_columns,
                    (int32_t)(sizeof list_columns / sizeof list_columns[0]));
    else
        table_begin(&simulate->table, out, simulate->format, simulate->danish, sum_columns,
                    simulate->format == TABLE_TEXT ? SUM_COLUMNS_TEXT : SUM_COLUMNS);
}

/* A list is written while it is found; nobody else may read it. */
static Status write_simulation(Simulate *simulate, Error *error) {
    const SimulationSink sink = {put_change, &simulate->table};
    const SimulationPart whole = {.dsn = command_dsn(simulate->invocation),
                                  .history = &simulate->history,
                                  .laws = simulate->laws,
                                  .sink = simulate->list ? &sink : NULL,
                                  .first_bucket = 0,
                                  .last_bucket = BUCKET_COUNT - 1};
    Status status =
        output_file_open_private(option_value(simulate->invocation, "output"), &simulate->output, error);
    if (status != STATUS_OK)
        return status;
    begin_table(simulate);
    status = simulate_in_jobs(&whole, simulate->jobs, simulate->simulation, error);
    if (status == STATUS_OK && !simulate->list)
        put_sums(&simulate->table, simulate->simulation);
    Error ignored;
    const Status written = table_end(&simulate->table, status == STATUS_OK ? error : &ignored);
    status = status == STATUS_OK ? written : status;
    return status == STATUS_OK ? output_file_finish(&simulate->output, error) : status;
}

static Status run_simulate(const Invocation *invocation, Error *error) {
    Simulate simulate = {.invocation = invocation};
    simulate.simulation = malloc(sizeof *simulate.simulation);
    Status status = simulate.simulation == NULL ? error_no_memory(error) : read_options(&simulate, error);
    if (status == STATUS_OK)
        status = code_lists_load(error); /* stored facts are codes */
    if (status == STATUS_OK)
        status = open_look(&simulate, error);
    if (status == STATUS_OK)
        status = read_history(&simulate, error);
    if (status == STATUS_OK)
        status = write_simulation(&simulate, error);
    if (status == STATUS_OK) {
        tell_total(&simulate);
        status = tell_left_out(&simulate) ? STATUS_FINDINGS : STATUS_OK;
    }
    output_file_abandon(&simulate.output);
    simulated_laws_free(simulate.laws);
    sealed_history_free(&simulate.history);
    rate_set_free(&simulate.rates);
    free(simulate.simulation);
    return status;
}

static const Option options[] = {
    {"rates", "F", "the rates to try, a file or folder that replaces the sealed tables as a whole", false,
     false},
    {"over", NULL, "the rates only replace the days that they name: a file of the changed rows is enough",
     false, false},
    {"policy", "K=V", "a policy to try where the act is silent, e.g. skat=ja", false, true},
    {"from", "M", "the first month, YYYY-MM (default: the first that was sealed)", false, false},
    {"to", "M", "the last month, YYYY-MM (default: the last that was sealed)", false, false},
    {"data-as-of", "T", "history as it stood at this time: later deliveries and their runs do not count",
     false, false},
    {"list", NULL, "one line per person-month that changes, with CPR number, instead of the sums", false,
     false},
    {"format", "text|csv|json", "aligned text (default; of --list: csv), CSV, or JSON", false, false},
    {"jobs", "N", "processes to compute with, 1 to 64 (default: 1): as many as cores that are free", false,
     false},
    {"output", "F", "write to this file, which only you can read (default: stdout)", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_simulate = {
    .name = "simulate",
    .summary = "who would have changed under other rates, and by how much",
    .operands = "",
    .options = options,
    .description =
        "Takes the sealed results that hold now, computes each again under the law its run had stored (it "
        "must give\n"
        "what was sealed) and under the rates and policies that are to be tried, and adds up the "
        "differences: for\n"
        "everyone, and by group of rates (that of the last active day), scheme, year and municipality. What "
        "is not\n"
        "named stays as it was. Up, down and net are what is paid out; public cost is the benefit with the\n"
        "municipality's ATP and the pension. A person gains or loses by the sum of all months of a line.\n"
        "Nothing is written to the database. Person-months that are held, or that this program does not "
        "compute as\n"
        "they were sealed, are named on stderr and are in no sum; exit 1 when there are any of the latter, "
        "else 0.",
    .examples =
        "  ydelse simulate --rates forslag/ --from 2015-01 --to 2024-12\n"
        "  ydelse simulate --rates aendrede.csv --over --from 2024-01 --format csv --output virkning.csv\n"
        "  ydelse simulate --policy gruppe_skift=maaned_start --from 2024-01 --list",
    .run = run_simulate,
};
