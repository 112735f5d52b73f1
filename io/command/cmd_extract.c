/* ydelse extract: what a sealed run has to report to eIndkomst and Ydelsesrefusion. */
#include "io/run/run_output.h"

static const Option options[] = {RUN_OUTPUT_OPTIONS};

static const TableColumn columns[] = {
    {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    {"ydelse_start", "fra", "first day", CELL_TEXT},
    {"ydelse_slut", "til", "last day", CELL_TEXT},
    {"beloeb_foer_skat", "beløb før skat, kr.", "before tax, kr.", CELL_KRONER},
    {"kontonummer", "konto", "account", CELL_TEXT},
    {"kommunenummer", "kommune", "municipality", CELL_TEXT},
    {"cvr", "cvr", "CVR number", CELL_TEXT},
    {"tidsstempel", "tidsstempel", "time", CELL_TEXT},
};

static Status run(const Invocation *invocation, Error *error) {
    static const RunOutput extract = {"udtraek", "extract", columns,
                                      (int32_t)(sizeof columns / sizeof columns[0])};
    return run_output(invocation, &extract, error);
}

const Command command_extract = {
    .name = "extract",
    .summary = "the rows of a sealed run for eIndkomst and Ydelsesrefusion",
    .operands = "",
    .options = options,
    .description = "One row per participant and month that the run changed: CPR number, first and last day "
                   "of the month, the\n"
                   "benefit before tax and before the own ATP contribution, the account it is booked on, the "
                   "municipality, "
                   "its\n"
                   "CVR number, and the time of the run's seal in UTC. A correction is the difference to "
                   "what was reported "
                   "before,\n"
                   "so the rows of all runs add up to what is owed; when it changes the scheme there are two "
                   "rows, one for "
                   "each\n"
                   "account.\n"
                   "\n"
                   "The file is stored with its hash when it is first asked for, and given again byte for "
                   "byte. It holds CPR\n"
                   "numbers: with --output it is readable by you alone.",
    .examples = "  ydelse extract --run 3 --output udtraek-3.csv\n",
    .run = run,
};
