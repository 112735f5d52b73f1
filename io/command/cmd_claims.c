/* ydelse claims: what was paid too much, what was decided about it, and when it was settled. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/base/output_file.h"
#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/law/month_law.h"
#include "io/pay/payment_db.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"
#include "io/pg/refusal.h"

#define CLAIM_REASON_SIZE_MAX 500

static const Refusal refusals[] = {
    {"YD010", STATUS_NO_INPUT, "`ydelse claims list --state ALLE` lists all of them"},
    {"YD011", STATUS_NOT_PERMITTED, "`ydelse claims` tells the state of each"},
    {"YD012", STATUS_DATA, "look at it again, and at what was decided"},
    {"YD013", STATUS_INTERNAL, ""},
    {"42501", STATUS_NOT_PERMITTED, "the user must be a member of the role ydelse_finance"},
    {NULL, STATUS_OK, NULL},
};

static const char *const outcomes[] = {"tilbagebetaling", "frafald", "modregning"};
static const char *const states[] = {"AFVENTER_AFGOERELSE", "BESLUTTET", "AFSLUTTET", "ALLE"};

/* --- Options ----------------------------------------------------------------------------------------------------- */

static bool is_one_of(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* The number of a claim, the second operand. */
static Status claim_operand(const Invocation *invocation, const char **claim, Error *error) {
    if (invocation->operand_count != 2)
        return error_set(error, STATUS_USAGE, "claims %s needs the number of a claim",
                         invocation->operands[0]);
    const char *text = invocation->operands[1];
    const size_t size = strlen(text);
    if (size < 1 || size > 9 || strspn(text, "0123456789") != size || text[0] == '0') {
        error_set(error, STATUS_USAGE, "%.40s is no number of a claim", text);
        error_hint(error, "`ydelse claims` lists them");
        return STATUS_USAGE;
    }
    *claim = text;
    return STATUS_OK;
}

static Status query(Pg *pg, const char *name, int count, const PgParameter *parameters, PgRows **rows,
                    Error *error) {
    const Status status = pg_query_file(pg, name, count, parameters, rows, error);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

/* Whoever changes payments or claims waits for a seal that does; not for ever. */
static Status connect_to_change(const Invocation *invocation, Pg **pg, Error *error) {
    char detail[64];
    snprintf(detail, sizeof detail, "%s %s", invocation->operands[0], invocation->operands[1]);
    /* It tells whose amount it is by the number of the claim. */
    const Status status =
        command_connect(invocation, &(Look){.command = "claims", .detail = detail}, pg, error);
    return status != STATUS_OK
               ? status
               : pg_lock(*pg, PG_LOCK_PAY, settings_wait_seconds(invocation->settings), error);
}

/* --- List -------------------------------------------------------------------------------------------------------- */

/* The columns of sql/queries/claim_list.sql. */
enum {
    LIST_CLAIM,
    LIST_KOMMUNE,
    LIST_MONTH,
    LIST_AMOUNT,
    LIST_STATE,
    LIST_SINCE,
    LIST_DECISION,
    LIST_OUTCOME,
    LIST_DECIDED,
    LIST_DECIDED_BY,
    LIST_DECIDED_AT,
    LIST_CLOSED_BY,
    LIST_CLOSED_AT,
    LIST_CLOSE_REASON,
    LIST_PLACE,
    LIST_COUNT
};

static const TableColumn list_columns[LIST_COUNT] = {
    [LIST_CLAIM] = {"krav", "krav", "claim", CELL_NUMBER},
    [LIST_KOMMUNE] = {"kommunekode", "kommune", "municipality", CELL_TEXT},
    [LIST_MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [LIST_AMOUNT] = {"beloeb", "beløb, kr.", "amount, kr.", CELL_KRONER},
    [LIST_STATE] = {"tilstand", "tilstand", "state", CELL_TEXT},
    [LIST_SINCE] = {"siden", "siden", "since", CELL_TEXT},
    [LIST_DECISION] = {"afgoerelse_id", "afgørelse", "decision", CELL_TEXT},
    [LIST_OUTCOME] = {"udfald", "udfald", "outcome", CELL_TEXT},
    [LIST_DECIDED] = {"besluttet_beloeb", "besluttet, kr.", "decided, kr.", CELL_KRONER},
    [LIST_DECIDED_BY] = {"besluttet_af", "af", "by", CELL_TEXT},
    [LIST_DECIDED_AT] = {"besluttet", "den", "on", CELL_TEXT},
    [LIST_CLOSED_BY] = {"afsluttet_af", "afsluttet af", "closed by", CELL_TEXT},
    [LIST_CLOSED_AT] = {"afsluttet", "den", "on", CELL_TEXT},
    [LIST_CLOSE_REASON] = {"grund", "grund", "reason", CELL_TEXT},
    [LIST_PLACE] = {"deltager", "deltager (fil:linje)", "participant (file:line)", CELL_TEXT},
};

/* A decision that its claim has outlived stays in the row of a claim that awaits another one. */
static void print_notes(FILE *out, const PgRows *rows, bool danish) {
    for (int row = 0; row < pg_row_count(rows); row++)
        if (strcmp(pg_text(rows, row, LIST_STATE), states[0]) == 0 && !pg_is_null(rows, row, LIST_DECISION))
            fprintf(out, "%s %s %s %s\n", payment_words(danish, "krav", "claim"),
                    pg_text(rows, row, LIST_CLAIM),
                    payment_words(danish, "er ændret efter afgørelse", "has changed since decision"),
                    pg_text(rows, row, LIST_DECISION));
    if (pg_row_count(rows) == 0)
        fprintf(out, "%s\n", payment_words(danish, "ingen krav", "no claims"));
}

static Status write_list(const Invocation *invocation, const PgRows *rows, Error *error) {
    Listing listing;
    Status status = listing_begin(&listing, invocation, list_columns, LIST_COUNT, error);
    if (status != STATUS_OK)
        return status;
    listing_put(&listing, rows);
    status = listing_end(&listing, error);
    if (status == STATUS_OK && listing.table.format == TABLE_TEXT)
        print_notes(listing.output.stream, rows, listing.table.danish);
    return listing_close(&listing, status, error);
}

static Status claims_list(const Invocation *invocation, Error *error) {
    const char *state = option_value(invocation, "state");
    const char *kommune = option_value(invocation, "kommune");
    char month_text[DATE_TEXT_SIZE];
    Pg *pg = NULL;
    PgRows *rows = NULL;
    if (invocation->operand_count > 1)
        return error_set(error, STATUS_USAGE, "claims list takes options only");
    if (state != NULL && !is_one_of(state, states, sizeof states / sizeof states[0]))
        return error_set(error, STATUS_USAGE,
                         "--state %.40s: expected AFVENTER_AFGOERELSE, BESLUTTET, AFSLUTTET or ALLE", state);
    if (option_given(invocation, "month"))
        date_format(month_first(option_month(invocation, "month")), month_text);
    const PgParameter parameters[] = {{"kommune", kommune},
                                      {"month", option_given(invocation, "month") ? month_text : NULL},
                                      {"state", state}};
    Status status = command_connect(invocation, &(Look){.command = "claims", .detail = kommune}, &pg, error);
    if (status == STATUS_OK)
        status = query(pg, "claim_list", 3, parameters, &rows, error);
    if (status == STATUS_OK)
        status = write_list(invocation, rows, error);
    pg_rows_free(rows);
    return status;
}

/* --- Decide and close -------------------------------------------------------------------------------------------- */

/* The columns of sql/queries/claim_decide.sql and claim_close.sql. */
enum { CHANGED, KOMMUNEKODE, MONTH, AMOUNT_OERE, OUTCOME };

static void print_claim(const char *claim, const PgRows *rows, const char *words) {
    printf("%s %s: %s, %s, ", claim, words, pg_text(rows, 0, KOMMUNEKODE), pg_text(rows, 0, MONTH));
    print_kroner((Money){pg_integer(rows, 0, AMOUNT_OERE)}, 0);
    printf(" kr.\n");
}

static void print_set_off(const Invocation *invocation) {
    const Policy policy = settings_policy(invocation->settings);
    if (command_danish(invocation))
        printf("  afgørelsen er noteret, intet er modregnet; højst %d %% af senere ydelser må modregnes "
               "(policy modregning_pct)\n",
               policy.value[POLICY_MODREGNING_PCT]);
    else
        printf("  the decision is recorded, nothing was set off; at most %d %% of later benefits may be "
               "(policy modregning_pct)\n",
               policy.value[POLICY_MODREGNING_PCT]);
}

static Status claims_decide(const Invocation *invocation, Error *error) {
    const bool danish = command_danish(invocation);
    const char *claim = NULL;
    const char *decision = option_value(invocation, "decision");
    const char *outcome = option_value(invocation, "outcome");
    const char *reason = option_value(invocation, "reason");
    const char *amount = NULL;
    char oere[PAYMENT_OERE_SIZE];
    Pg *pg = NULL;
    PgRows *rows = NULL;
    Status status = claim_operand(invocation, &claim, error);
    if (status == STATUS_OK)
        status = payment_text_option("decision", decision, PAYMENT_DECISION_SIZE_MAX, error);
    if (status == STATUS_OK &&
        (outcome == NULL || !is_one_of(outcome, outcomes, sizeof outcomes / sizeof outcomes[0])))
        status = error_set(error, STATUS_USAGE, "--outcome: expected tilbagebetaling, frafald or modregning");
    if (status == STATUS_OK && reason != NULL)
        status = payment_text_option("reason", reason, CLAIM_REASON_SIZE_MAX, error);
    if (status == STATUS_OK)
        status = payment_amount_option(option_value(invocation, "amount"), oere, &amount, error);
    const PgParameter parameters[] = {{"claim", claim},
                                      {"decision", decision},
                                      {"outcome", outcome},
                                      {"reason", reason},
                                      {"amount", amount}};
    if (status == STATUS_OK)
        status = connect_to_change(invocation, &pg, error);
    if (status == STATUS_OK) {
        stop_point(STOP_CLAIM_BEGUN);
        status = query(pg, "claim_decide", 5, parameters, &rows, error);
        stop_point(STOP_CLAIM_DECIDED);
    }
    if (status == STATUS_OK) {
        print_claim(claim, rows,
                    pg_text(rows, 0, CHANGED)[0] == 't'
                        ? payment_words(danish, "er besluttet", "is decided")
                        : payment_words(danish, "var allerede besluttet sådan", "was decided so already"));
        assert(outcome != NULL); /* else it was refused above */
        if (strcmp(outcome, "modregning") == 0)
            print_set_off(invocation);
    }
    pg_rows_free(rows);
    return status;
}

static Status claims_close(const Invocation *invocation, Error *error) {
    const bool danish = command_danish(invocation);
    const char *claim = NULL;
    const char *reason = option_value(invocation, "reason");
    Pg *pg = NULL;
    PgRows *rows = NULL;
    Status status = claim_operand(invocation, &claim, error);
    if (status == STATUS_OK)
        status = payment_text_option("reason", reason, CLAIM_REASON_SIZE_MAX, error);
    const PgParameter parameters[] = {{"claim", claim}, {"reason", reason}};
    if (status == STATUS_OK)
        status = connect_to_change(invocation, &pg, error);
    if (status == STATUS_OK) {
        stop_point(STOP_CLOSE_BEGUN);
        status = query(pg, "claim_close", 2, parameters, &rows, error);
        stop_point(STOP_CLOSE_CLOSED);
    }
    if (status == STATUS_OK)
        print_claim(claim, rows,
                    pg_text(rows, 0, CHANGED)[0] == 't'
                        ? payment_words(danish, "er afsluttet", "is closed")
                        : payment_words(danish, "var allerede afsluttet", "was closed already"));
    pg_rows_free(rows);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    const char *verb = invocation->operand_count == 0 ? "list" : invocation->operands[0];
    if (strcmp(verb, "list") == 0)
        return claims_list(invocation, error);
    if (strcmp(verb, "decide") == 0)
        return claims_decide(invocation, error);
    if (strcmp(verb, "close") == 0)
        return claims_close(invocation, error);
    return error_set(error, STATUS_USAGE, "claims %.40s: unknown; it is list, decide or close", verb);
}

static const Option options[] = {
    {"kommune", "K", "list: only this municipality (four digits)", false, false},
    {"month", "M", "list: only this month, YYYY-MM", false, false},
    {"state", "S", "list: AFVENTER_AFGOERELSE, BESLUTTET, AFSLUTTET or ALLE (default: not closed)", false,
     false},
    TABLE_FORMAT_OPTION,
    {"output", "F", "list: write to this file, readable by its owner only (default: stdout)", false, false},
    {"decision", "ID", "decide: the id of the decision, as in the case", false, false},
    {"outcome", "O", "decide: tilbagebetaling, frafald or modregning", false, false},
    {"amount", "KR", "decide: refuse unless this is what the claim is about, e.g. 1250,00", false, false},
    {"reason", "TEXT", "decide, close: why; kept with the claim", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_claims = {
    .name = "claims",
    .summary = "list what was paid too much, record decisions about it, and close it",
    .operands = "[list | decide CLAIM | close CLAIM]",
    .operands_min = 0,
    .operands_max = 2,
    .options = options,
    .description =
        "A claim is a participant's month for which more was paid than is owed. It has a number of its own; "
        "the list\n"
        "names the participant by file and line. Nothing is taken back by itself: AFVENTER_AFGOERELSE until "
        "somebody\n"
        "decides (tilbagebetaling: it is to be paid back; frafald: it is not; modregning: it is to be set "
        "off), then\n"
        "BESLUTTET, and AFSLUTTET when it is closed. A later higher amount for the same month lowers the "
        "claim; one\n"
        "that changes after its decision awaits a new one, and one that is covered ends by itself.\n"
        "\n"
        "Closing settles exactly the amount decided. Of an amount that is paid back, whatever is owed more "
        "for that\n"
        "month later is paid in full; of one that is waived, only what is more than the waived amount, "
        "because nothing\n"
        "came back. What is owed less is a new claim. modregning is only recorded here, with the ceiling of "
        "policy\n"
        "modregning_pct beside it: no line is set off against another month by this program.\n"
        "\n"
        "Every move is logged with user and time (table claim_event). Exit code 66 when there is no such "
        "claim, 77\n"
        "when it is in another state (decided by somebody else meanwhile, changed since its decision) or the "
        "user is\n"
        "not in the role ydelse_finance, 65 when --amount is not what it is about. Deciding or closing the "
        "same way\n"
        "again changes nothing.",
    .examples = "  ydelse claims\n"
                "  ydelse claims list --kommune 0101 --state ALLE --format csv\n"
                "  ydelse claims decide 3 --decision AFG-2024-17 --outcome tilbagebetaling --amount 1250,00\n"
                "  ydelse claims close 3 --reason \"indbetalt 2024-06-03\"\n",
    .run = run,
};
