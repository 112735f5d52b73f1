/* ydelse postings: what a sealed run moves in the books. */
#include "io/run/run_output.h"

static const Option options[] = {RUN_OUTPUT_OPTIONS};

static const TableColumn columns[] = {
    {"postering", "postering", "posting", CELL_TEXT},
    {"koersel", "kørsel", "run", CELL_TEXT},
    {"bogfoert", "bogført", "booked", CELL_TEXT},
    {"maaned", "måned", "month", CELL_TEXT},
    {"kommunekode", "kommune", "municipality", CELL_TEXT},
    {"ordning", "ordning", "scheme", CELL_TEXT},
    {"komponent", "komponent", "component", CELL_TEXT},
    {"rolle", "rolle", "role", CELL_TEXT},
    {"konto", "konto", "account", CELL_TEXT},
    {"beloeb", "beløb, kr.", "amount, kr.", CELL_KRONER},
    {"retter", "retter", "corrects", CELL_TEXT},
};

static Status run(const Invocation *invocation, Error *error) {
    static const RunOutput postings = {"posteringer", "postings", columns,
                                       (int32_t)(sizeof columns / sizeof columns[0])};
    return run_output(invocation, &postings, error);
}

const Command command_postings = {
    .name = "postings",
    .summary = "the double-entry postings of a sealed run, for the books",
    .operands = "",
    .options = options,
    .description =
        "Every delta line of the run becomes one debit (above 0) and one credit (below 0) with the same "
        "name\n"
        "(postering), on the month it concerns; so every posting, and the file, adds up to 0. A correction "
        "is a "
        "new\n"
        "posting that names the one it corrects (retter). When a correction changes the scheme, what was "
        "booked "
        "is\n"
        "taken back (L...-T) and booked anew (L...-N).\n"
        "\n"
        "  til_udbetaling, atp_egen, skat   ydelse_rf or ydelse_ja   against mellemregning_nemkonto, "
        "skyldig_atp, "
        "skyldig_skat\n"
        "  atp_kommune                      atp_kommune              against skyldig_atp\n"
        "  pension (paid by the state)      mellemregning_stat       against skyldig_pension\n"
        "  krav: a negative net             tilgodehavende           against mellemregning_nemkonto\n"
        "  krav_frafald: a claim waived     ydelse_rf or ydelse_ja   against tilgodehavende\n"
        "\n"
        "Claims that moved between two seals are in the postings of the later run. The accounts are those of "
        "config/\n"
        "kontoplan.csv or setting betaling.kontoplan. The file is stored with its hash when it is first "
        "asked for, "
        "and\n"
        "given again as it was, byte for byte, also after the accounts have changed. It holds no CPR "
        "numbers.",
    .examples = "  ydelse postings --run 3 --output posteringer-3.csv\n"
                "  ydelse postings --run 3 --format text\n",
    .run = run,
};
