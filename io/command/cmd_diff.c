/* ydelse diff: what two runs hold differently, by cause, by municipality, person by person. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/explain/diff.h"
#include "io/explain/difference.h"
#include "io/intake/code_list.h"
#include "io/pg/look.h"
#include "io/run/run_record.h"
#include "io/show/table.h"

/* A list for people shows so many person-months, the largest differences first; CSV and JSON have all. */
#define TEXT_PERSON_MONTHS_MAX 100

typedef struct {
    const Invocation *invocation;
    bool danish, totals_only;
    TableFormat format;
    DiffRequest request;
    FILE *out;
    Table table;
    int64_t person_months; /* that differ */
} Diff;

/* --- What was asked ------------------------------------------------------------------------------------------------ */

static Status read_options(Diff *diff, Error *error) {
    const Invocation *invocation = diff->invocation;
    const char *kommune = option_value(invocation, "kommune");
    diff->danish = command_danish(invocation);
    diff->totals_only = option_given(invocation, "totals");
    diff->format = listing_format(invocation);
    diff->request.month = option_month(invocation, "month");
    diff->request.kommunekode = kommune == NULL ? "" : kommune;
    Status status = run_number_parse(invocation->operands[0], "RUN", &diff->request.before, error);
    if (status == STATUS_OK)
        status = run_number_parse(invocation->operands[1], "RUN", &diff->request.after, error);
    return status;
}

/* --- Totals ----------------------------------------------------------------------------------------------------------- */

static const TableColumn sum_columns[] = {
    {"opdeling", "opdeling", "by", CELL_TEXT},
    {"vaerdi", "værdi", "value", CELL_TEXT},
    {"personer", "personer", "people", CELL_NUMBER},
    {"personmaaneder", "måneder", "months", CELL_NUMBER},
    {"op", "op", "up", CELL_KRONER},
    {"ned", "ned", "down", CELL_KRONER},
    {"netto", "netto", "net", CELL_KRONER},
};

static void put_sum(void *context, DiffGrouping by, const char *value, const DiffSum *sum) {
    static const char *const groupings[] = {
        [DIFF_BY_CAUSE] = "aarsag", [DIFF_BY_KOMMUNE] = "kommune", [DIFF_IN_ALL] = "alle"};
    Table *table = context;
    table_text(table, groupings[by]);
    table_text(table, value);
    table_number(table, sum->people);
    table_number(table, sum->person_months);
    table_kroner(table, sum->up);
    table_kroner(table, sum->down);
    table_kroner(table, sum->net);
}

static Status print_totals(Diff *diff, Pg *pg, Error *error) {
    table_begin(&diff->table, diff->out, diff->format, diff->danish, sum_columns,
                (int32_t)(sizeof sum_columns / sizeof sum_columns[0]));
    Status status = diff_sums(pg, put_sum, &diff->table, error);
    Error ended;
    const Status end = table_end(&diff->table, status == STATUS_OK ? error : &ended);
    return status == STATUS_OK ? end : status;
}

/* --- The list ----------------------------------------------------------------------------------------------------------- */

static const TableColumn part_columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"maaned", "måned", "month", CELL_DATE},
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"til_udbetaling_foer", "før", "before", CELL_KRONER},
    {"til_udbetaling_efter", "efter", "after", CELL_KRONER},
    {"forskel", "forskel", "difference", CELL_KRONER},
    {"aarsag", "årsag", "cause", CELL_TEXT},
    {"del", "heraf", "of it", CELL_KRONER},
    {"del_ydelse", "", "", CELL_KRONER},
    {"udfald_foer", "", "", CELL_TEXT},
    {"udfald_efter", "", "", CELL_TEXT},
    {"run_foer", "", "", CELL_NUMBER},
    {"run_efter", "", "", CELL_NUMBER},
};
#define PART_COLUMNS (int32_t)(sizeof part_columns / sizeof part_columns[0])
#define PART_COLUMNS_TEXT (PART_COLUMNS - 5) /* a line of text would be too long */

static void put_run(Table *table, int32_t run_id) {
    if (run_id == 0)
        table_empty(table);
    else
        table_number(table, run_id);
}

static void put_part(void *context, const DiffPart *part) {
    Table *table = context;
    table_text(table, part->cpr);
    table_month(table, part->month);
    table_text(table, part->kommunekode);
    table_kroner(table, part->before);
    table_kroner(table, part->after);
    table_kroner(table, money_subtract(part->after, part->before));
    table_text(table, cause_name[part->part.cause]);
    table_kroner(table, part->part.til_udbetaling);
    if (table->column_count == PART_COLUMNS) {
        table_kroner(table, part->part.ydelse);
        table_text(table, part->before_udfald);
        table_text(table, part->after_udfald);
        put_run(table, part->before_run);
        put_run(table, part->after_run);
    }
}

static Status print_list(Diff *diff, Pg *pg, Error *error) {
    const bool text = diff->format == TABLE_TEXT;
    table_begin(&diff->table, diff->out, diff->format, diff->danish, part_columns,
                text ? PART_COLUMNS_TEXT : PART_COLUMNS);
    Status status = diff_parts(pg, text ? TEXT_PERSON_MONTHS_MAX : 0, put_part, &diff->table, error);
    Error ended;
    const Status end = table_end(&diff->table, status == STATUS_OK ? error : &ended);
    return status == STATUS_OK ? end : status;
}

/* --- All of it ----------------------------------------------------------------------------------------------------------- */

static Status print_text(Diff *diff, Pg *pg, Error *error) {
    char number[NUMBER_TEXT_SIZE];
    number_format(diff->person_months, diff->danish, number);
    fprintf(diff->out,
            diff->danish               ? diff->person_months == 1
                                             ? "Kørsel %d -> kørsel %d: %s personmåned er forskellig.\n"
                                             : "Kørsel %d -> kørsel %d: %s personmåneder er forskellige.\n"
            : diff->person_months == 1 ? "Run %d -> run %d: %s person-month differs.\n"
                                       : "Run %d -> run %d: %s person-months differ.\n",
            diff->request.before, diff->request.after, number);
    if (diff->person_months == 0)
        return STATUS_OK;
    fputc('\n', diff->out);
    Status status = print_totals(diff, pg, error);
    if (status == STATUS_OK && !diff->totals_only) {
        fputc('\n', diff->out);
        status = print_list(diff, pg, error);
    }
    if (!diff->totals_only && diff->person_months > TEXT_PERSON_MONTHS_MAX)
        fprintf(diff->out,
                diff->danish ? "Vist er de %d største; --format csv har dem alle.\n"
                             : "The %d largest are shown; --format csv has all.\n",
                TEXT_PERSON_MONTHS_MAX);
    return status;
}

static Status print_json(Diff *diff, Pg *pg, Error *error) {
    fprintf(diff->out,
            "{\"format\": \"ydelse-diff\", \"version\": 1, \"before\": %d, \"after\": %d, \"person_months\": "
            "%" PRId64 ",\n\"totals\": ",
            diff->request.before, diff->request.after, diff->person_months);
    Status status = print_totals(diff, pg, error);
    if (status == STATUS_OK && !diff->totals_only) {
        fputs(",\"parts\": ", diff->out);
        status = print_list(diff, pg, error);
    }
    fputs("}\n", diff->out);
    return status;
}

static Status print_all(Diff *diff, Pg *pg, Error *error) {
    OutputFile output = {.stream = NULL};
    Status status = output_file_open_private(option_value(diff->invocation, "output"), &output, error);
    diff->out = output.stream;
    if (status == STATUS_OK && diff->format == TABLE_TEXT)
        status = print_text(diff, pg, error);
    else if (status == STATUS_OK && diff->format == TABLE_JSON)
        status = print_json(diff, pg, error);
    else if (status == STATUS_OK)
        status = diff->totals_only ? print_totals(diff, pg, error) : print_list(diff, pg, error);
    if (status == STATUS_OK)
        status = output_file_finish(&output, error);
    output_file_abandon(&output);
    return status;
}

static Status compare(Diff *diff, Pg *pg, Error *error) {
    RunRecord run;
    Status status = run_record_get(pg, diff->request.before, &run, error);
    if (status == STATUS_OK)
        status = run_record_get(pg, diff->request.after, &run, error);
    if (status == STATUS_OK) {
        char runs[64];
        snprintf(runs, sizeof runs, "%d %d", diff->request.before, diff->request.after);
        status = look_open(pg, &(Look){.command = "diff", .everyone = true, .detail = runs}, error);
    }
    if (status == STATUS_OK)
        status = diff_find(pg, &diff->request, &diff->person_months, error);
    if (status == STATUS_OK)
        status = print_all(diff, pg, error);
    return status == STATUS_OK && diff->person_months > 0 ? STATUS_FINDINGS : status;
}

static Status run_diff(const Invocation *invocation, Error *error) {
    Diff diff = {.invocation = invocation};
    Pg *pg = NULL;
    Status status = code_lists_load(error);
    if (status == STATUS_OK)
        status = read_options(&diff, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = compare(&diff, pg, error);
    return status;
}

static const Option options[] = {
    {"month", "M", "only this month (default: all that were computed between the two)", false, false},
    {"kommune", "K", "only this municipality", false, false},
    {"totals", NULL, "only the totals by cause and municipality, not the people", false, false},
    TABLE_FORMAT_OPTION,
    LISTING_OUTPUT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_diff = {
    .name = "diff",
    .summary = "what two runs hold differently, and why",
    .operands = "RUN RUN",
    .operands_min = 2,
    .operands_max = 2,
    .options = options,
    .description = "Compares what held after the first run with what held after the second: a run that "
                   "computed only those\n"
                   "whom new facts touch is compared with all that held beside it. Every difference is split "
                   "by cause as\n"
                   "`explain --against-run` does it; the parts add up to the øre. Text shows the totals and "
                   "the largest\n"
                   "differences, CSV the list (--totals: the totals), JSON both. A held result is a cause of "
                   "its own: it\n"
                   "replaces nothing that is owed. Exit code 1: there are differences.",
    .examples = "  ydelse diff 7 8\n"
                "  ydelse diff 7 8 --month 2024-03 --kommune 0461 --format csv --output forskelle.csv\n"
                "  ydelse diff 7 8 --totals --format json",
    .run = run_diff,
};
