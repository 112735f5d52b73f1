/* ydelse pay: collect what is owed and due into payment batches, one per municipality. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bankday.h"
#include "io/base/log.h"
#include "io/base/stop_point.h"
#include "io/command/database.h"
#include "io/command/option_kind.h"
#include "io/pay/betalere.h"
#include "io/pay/pay_again.h"
#include "io/pay/pay_arrears.h"
#include "io/pay/payment_db.h"
#include "io/pay/sent_list.h"
#include "io/pg/look.h"

/* Further away than this the date is a slip of the pen. */
#define DUE_DAYS_MAX 3660
#define NAME_COLUMN 28
#define KRONER_COLUMN 18
#define REASON_COLUMN 18
#define SHORT_COLUMN 9
#define LINE_COLUMN 12

static const Option options[] = {
    {"due", "DATE", "the day of execution: a banking day, YYYY-MM-DD; needed but with --again", false, false},
    {"kommune", "K", "only this municipality (four digits)", false, false},
    {"allow-replacement-cpr", NULL, "pay replacement CPR numbers (day + 60), too", false, false},
    {"again", "PAYMENT", "let a rejected payment be paid again (EndToEndId, or all); needs --reason", false,
     true},
    {"arrears", "LINE", "let an old month (FORAELDET in --list) be paid; needs --amount and --decision",
     false, false},
    {"amount", "KR", "with --arrears: what was decided about, e.g. 1250,00; refuse if another is owed", false,
     false},
    {"decision", "ID", "with --arrears: the id of the decision, as in the case", false, false},
    {"reason", "TEXT", "with --again: why; kept with the batch it was in", false, false},
    {"list", NULL, "name the payees left out one by one, by file and line", false, false},
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/pay_create.sql. */
enum { KOMMUNEKODE, REASON, BATCH_ID, PAYMENT_COUNT, AMOUNT_OERE, MONTH, LINE_ID, PLACE };

typedef struct {
    bool danish;
    bool list;
    const Betalere *betalere;
    const PgRows *rows;
    int batch_count;       /* the first rows */
    int64_t left_out;      /* payees and months */
    int64_t payer_missing; /* of them because their municipality is not set up */
} Outcome;

/* --- The date ------------------------------------------------------------------------------------------ */

/* Refuses a day on which the bank cannot carry it out, and offers one on which it can. */
static Status check_due(Date today, Date due, int32_t lead_days, Error *error) {
    const Date earliest = bankday_earliest_execution(today, lead_days);
    char due_text[DATE_TEXT_SIZE];
    char next_text[DATE_TEXT_SIZE];
    date_format(due, due_text);
    date_format(bankday_on_or_after(date_max(due, earliest)), next_text);
    if (due.day < earliest.day)
        error_set(error, STATUS_USAGE, "%s is too soon: the bank needs the file %d banking days before",
                  due_text, lead_days);
    else if (!bankday_is(due))
        error_set(error, STATUS_USAGE, "%s is no banking day", due_text);
    else if (due.day - today.day > DUE_DAYS_MAX)
        return error_set(error, STATUS_USAGE, "%s is more than ten years away", due_text);
    else
        return STATUS_OK;
    error_hint(error, "the next possible day is %s", next_text);
    return STATUS_USAGE;
}

/* --- What is printed ----------------------------------------------------------------------------------- */

static const char *municipality_name(const Outcome *outcome, const char *kommunekode) {
    const Betaler *betaler = betalere_find(outcome->betalere, kommunekode);
    return betaler == NULL ? "" : betaler->navn;
}

static void print_text_column(const char *text, int width) {
    const int padding = width - text_width(text);
    printf("%s%*s", text, padding > 0 ? padding : 0, "");
}

static Money row_amount(const Outcome *outcome, int row) {
    return (Money){pg_integer(outcome->rows, row, AMOUNT_OERE)};
}

static void print_batches(const Outcome *outcome, const char *due_text) {
    const bool danish = outcome->danish;
    int64_t count = 0;
    Money total = MONEY_ZERO;
    if (outcome->batch_count == 0) {
        printf("%s\n", payment_words(danish, "Intet nyt skyldes.", "Nothing new is owed."));
        return;
    }
    printf("%s %s:\n", payment_words(danish, "Til betaling", "To be paid on"), due_text);
    printf("%7s  ", payment_words(danish, "bunke", "batch"));
    print_text_column(payment_words(danish, "kommune", "municipality"), NAME_COLUMN + 6);
    printf("%12s%*s\n", payment_words(danish, "betalinger", "payments"), KRONER_COLUMN, "kroner");
    for (int row = 0; row < outcome->batch_count; row++) {
        const char *kommunekode = pg_text(outcome->rows, row, KOMMUNEKODE);
        printf("%7s  %-6s", pg_text(outcome->rows, row, BATCH_ID), kommunekode);
        print_text_column(municipality_name(outcome, kommunekode), NAME_COLUMN);
        printf("%12s", pg_text(outcome->rows, row, PAYMENT_COUNT));
        print_kroner(row_amount(outcome, row), KRONER_COLUMN);
        printf("\n");
        count += pg_integer(outcome->rows, row, PAYMENT_COUNT);
        total = money_add(total, row_amount(outcome, row));
    }
    printf("%7s  ", "");
    print_text_column(payment_words(danish, "i alt", "total"), NAME_COLUMN + 6);
    printf("%12lld", (long long)count);
    print_kroner(total, KRONER_COLUMN);
    printf("\n");
}

/* With --list a row is a payee and a month, named by the line of the participant and the newest delta line;
 * otherwise it is a count. */
static void print_left_out_head(const Outcome *outcome) {
    const bool danish = outcome->danish;
    printf("\n%s\n  ", payment_words(danish, "Ikke medtaget:", "Left out:"));
    print_text_column(payment_words(danish, "grund", "reason"), REASON_COLUMN);
    print_text_column(payment_words(danish, "kommune", "munic."), SHORT_COLUMN);
    if (outcome->list)
        print_text_column(payment_words(danish, "måned", "month"), SHORT_COLUMN);
    else
        printf("%*s", SHORT_COLUMN, payment_words(danish, "antal", "count"));
    printf("%*s", KRONER_COLUMN, "kroner");
    if (outcome->list)
        printf("%*s  %s", LINE_COLUMN, payment_words(danish, "linje", "line"),
               payment_words(danish, "deltager", "participant"));
    printf("\n");
}

static void print_left_out_row(const Outcome *outcome, int row) {
    const PgRows *rows = outcome->rows;
    const char *reason = pg_text(rows, row, REASON);
    printf("  %-*s%-*s", REASON_COLUMN, reason, SHORT_COLUMN, pg_text(rows, row, KOMMUNEKODE));
    if (outcome->list)
        printf("%-*s", SHORT_COLUMN, pg_text(rows, row, MONTH));
    else
        printf("%*s", SHORT_COLUMN, pg_text(rows, row, PAYMENT_COUNT));
    print_kroner(row_amount(outcome, row), KRONER_COLUMN);
    if (outcome->list) {
        char place[MASKED_SIZE];
        payment_place(pg_text(rows, row, PLACE), place);
        printf("%*s  %s", LINE_COLUMN, pg_text(rows, row, LINE_ID), place);
    } else {
        printf("  %s", payment_reason(reason, outcome->danish));
    }
    printf("\n");
}

static void print_left_out(const Outcome *outcome) {
    const int row_count = pg_row_count(outcome->rows);
    if (outcome->batch_count == row_count)
        return;
    print_left_out_head(outcome);
    for (int row = outcome->batch_count; row < row_count; row++)
        print_left_out_row(outcome, row);
}

/* One line for the log, whatever the language of the tables. */
static void log_outcome(const Outcome *outcome) {
    if (outcome->batch_count == 0)
        log_info("pay: nothing new is owed; %lld left out", (long long)outcome->left_out);
    else
        log_info("pay: %d %s; %lld left out", outcome->batch_count,
                 outcome->batch_count == 1 ? "batch" : "batches", (long long)outcome->left_out);
}

static void take_rows(Outcome *outcome) {
    for (int row = 0; row < pg_row_count(outcome->rows); row++) {
        if (pg_is_null(outcome->rows, row, REASON)) {
            outcome->batch_count++;
            continue;
        }
        outcome->left_out += pg_integer(outcome->rows, row, PAYMENT_COUNT);
        if (strcmp(pg_text(outcome->rows, row, REASON), "BETALER_MANGLER") == 0)
            outcome->payer_missing += pg_integer(outcome->rows, row, PAYMENT_COUNT);
    }
}

static Status judge(const Outcome *outcome, Error *error) {
    if (outcome->batch_count == 0 && outcome->left_out > 0 && outcome->payer_missing == outcome->left_out) {
        error_set(error, STATUS_CONFIG,
                  "money is owed by municipalities that are not set up, and by no other");
        error_hint(error,
                   "add them to the table of setting betaling.betalere (columns as in config/betalere.csv)");
        return STATUS_CONFIG;
    }
    return outcome->left_out > 0 ? STATUS_FINDINGS : STATUS_OK;
}

/* --- The limits ----------------------------------------------------------------------------------------- */

/* The columns of sql/queries/pay_limits.sql. */
enum { LIMIT_BATCH, LIMIT_CODE, LIMIT_PAYMENTS, LIMIT_FOUND, LIMIT_ALLOWED };

static void print_limit_amount(const PgRows *rows, int row, int column) {
    if (strcmp(pg_text(rows, row, LIMIT_CODE), "ANTAL") == 0)
        printf("%*s", KRONER_COLUMN, pg_text(rows, row, column));
    else
        print_kroner((Money){pg_integer(rows, row, column)}, KRONER_COLUMN);
}

static void print_limits(const PgRows *rows, bool danish) {
    printf("\n%s\n%7s  ",
           payment_words(danish, "Over en grænse, til eftersyn før godkendelse:",
                         "Over a limit, to be looked at before approval:"),
           payment_words(danish, "bunke", "batch"));
    print_text_column(payment_words(danish, "grænse", "limit"), SHORT_COLUMN);
    printf("%12s%*s%*s\n", payment_words(danish, "betalinger", "payments"), KRONER_COLUMN,
           payment_words(danish, "fundet", "found"), KRONER_COLUMN + danish,
           payment_words(danish, "højst", "at most"));
    for (int row = 0; row < pg_row_count(rows); row++) {
        printf("%7s  %-*s%12s", pg_text(rows, row, LIMIT_BATCH), SHORT_COLUMN, pg_text(rows, row, LIMIT_CODE),
               pg_text(rows, row, LIMIT_PAYMENTS));
        print_limit_amount(rows, row, LIMIT_FOUND);
        print_limit_amount(rows, row, LIMIT_ALLOWED);
        printf("  %s\n", payment_reason(pg_text(rows, row, LIMIT_CODE), danish));
    }
}

/* The batches just made that are over a limit; *found: whether there is any. */
static Status tell_limits(Pg *pg, const Outcome *outcome, bool *found, Error *error) {
    PgRows *rows = NULL;
    if (outcome->batch_count == 0)
        return STATUS_OK;
    const char *last = pg_text(outcome->rows, outcome->batch_count - 1, BATCH_ID);
    const PgParameter parameters[] = {{"first", pg_text(outcome->rows, 0, BATCH_ID)}, {"last", last}};
    const Status status = payment_query(pg, "pay_limits", 2, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0) {
        *found = true;
        print_limits(rows, outcome->danish);
        log_info("pay: %d limits exceeded", pg_row_count(rows));
    }
    pg_rows_free(rows);
    return status;
}

/* --- The command --------------------------------------------------------------------------------------- */

typedef struct {
    Date today;
    Date due;
    char today_text[DATE_TEXT_SIZE];
    char due_text[DATE_TEXT_SIZE];
    char first_month[DATE_TEXT_SIZE];
    char last_month[DATE_TEXT_SIZE];
    const char *kommunekode; /* or NULL */
} Request;

static Status check_kommune(const char *kommunekode, const Betalere *betalere, Error *error) {
    if (betalere_find(betalere, kommunekode) == NULL) {
        error_set(error, STATUS_CONFIG, "municipality %s is not set up to pay", kommunekode);
        error_hint(error,
                   "add it to the table of setting betaling.betalere (columns as in config/betalere.csv)");
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

/* The oldest month that is paid by itself. */
static void first_month_text(const Settings *settings, Date today, char text[DATE_TEXT_SIZE]) {
    const Policy policy = settings_policy(settings);
    date_format(month_first(bankday_oldest_month(today, payment_setting_number(settings, "foraeldelse_aar"),
                                                 (Betalingsdag)policy.value[POLICY_BETALINGSDAG])),
                text);
}

static Status read_request(const Invocation *invocation, const Betalere *betalere, Request *request,
                           Error *error) {
    const Settings *settings = invocation->settings;
    const Policy policy = settings_policy(settings);
    const Betalingsdag payday = (Betalingsdag)policy.value[POLICY_BETALINGSDAG];
    request->due = option_date(invocation, "due");
    request->today = payment_today(settings, request->today_text);
    Status status =
        check_due(request->today, request->due, payment_setting_number(settings, "frist_bankdage"), error);
    if (status != STATUS_OK)
        return status;
    request->kommunekode = option_value(invocation, "kommune");
    if (request->kommunekode != NULL)
        status = check_kommune(request->kommunekode, betalere, error);
    date_format(request->due, request->due_text);
    date_format(month_first(bankday_newest_due_month(request->due, payday)), request->last_month);
    first_month_text(settings, request->today, request->first_month);
    return status;
}

/* After a restore the batches must be made again, so this is no refusal: emit refuses. */
static void warn_of_unknown(Pg *pg, const Invocation *invocation) {
    Error error = {.status = STATUS_OK};
    if (sent_list_check(pg, invocation->settings, &error) != STATUS_OK)
        log_warning("%s", error.message);
}

static Status create_batches(Pg *pg, const Invocation *invocation, const Request *request, const char *payers,
                             PgRows **rows, Error *error) {
    const PgParameter parameters[] = {
        {"due_date", request->due_text},
        {"today", request->today_text},
        {"first_month", request->first_month},
        {"last_month", request->last_month},
        {"kommunekode", request->kommunekode},
        {"allow_replacement_cpr", option_given(invocation, "allow-replacement-cpr") ? "true" : "false"},
        {"payers", payers},
        {"list", option_given(invocation, "list") ? "true" : "false"},
    };
    Status status = pg_lock(pg, PG_LOCK_PAY, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK)
        status = payment_limits_set(pg, invocation->settings, error);
    if (status != STATUS_OK)
        return status;
    stop_point(STOP_PAY_BEGUN);
    status =
        payment_query(pg, "pay_create", sizeof parameters / sizeof parameters[0], parameters, rows, error);
    stop_point(STOP_PAY_MADE);
    return status;
}

/* What may be asked for, in one go: releasing what was rejected or is old, and collecting what is due. */
static Status check_options(const Invocation *invocation, Error *error) {
    const bool again = option_given(invocation, "again");
    const bool arrears = option_given(invocation, "arrears");
    Status status = STATUS_OK;
    if (!again && option_given(invocation, "reason"))
        return error_set(error, STATUS_USAGE, "--reason: only with --again");
    if (!arrears && (option_given(invocation, "amount") || option_given(invocation, "decision")))
        return error_set(error, STATUS_USAGE, "--amount and --decision: only with --arrears");
    if (!again && !arrears && !option_given(invocation, "due"))
        return error_set(error, STATUS_USAGE, "--due DATE is required");
    if (again)
        status = payment_reason_option(option_value(invocation, "reason"), error);
    if (status == STATUS_OK && arrears)
        status = pay_arrears_check(invocation, error);
    return status;
}

static Status release(const Invocation *invocation, Error *error) {
    const bool again = option_given(invocation, "again");
    char today[DATE_TEXT_SIZE];
    char first_month[DATE_TEXT_SIZE];
    Pg *pg = NULL;
    /* It lists payments one by one. */
    Status status = command_connect(
        invocation, &(Look){.command = "pay", .detail = again ? "--again" : "--arrears"}, &pg, error);
    if (status == STATUS_OK)
        status = pg_lock(pg, PG_LOCK_PAY, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK && again)
        status = pay_again(pg, invocation, error);
    if (status == STATUS_OK && option_given(invocation, "arrears")) {
        first_month_text(invocation->settings, payment_today(invocation->settings, today), first_month);
        status = pay_arrears(pg, invocation, first_month, error);
    }
    return status;
}

static Status collect(const Invocation *invocation, Error *error) {
    Request request = {.kommunekode = NULL};
    Pg *pg = NULL;
    PgRows *rows = NULL;
    char *payers = NULL;
    Status status = STATUS_OK;
    Betalere *betalere = calloc(1, sizeof *betalere);
    if (betalere == NULL)
        return error_no_memory(error);
    status = betalere_load(setting_get(invocation->settings, "betaling", "betalere"), betalere, error);
    if (status == STATUS_OK)
        status = read_request(invocation, betalere, &request, error);
    if (status != STATUS_OK)
        goto out;
    payers = betalere_json(betalere);
    if (payers == NULL) {
        status = error_no_memory(error);
        goto out;
    }
    status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK && option_given(invocation, "list"))
        status = look_open(pg, &(Look){.command = "pay", .detail = "--list"}, error);
    if (status == STATUS_OK)
        warn_of_unknown(pg, invocation);
    if (status == STATUS_OK)
        status = create_batches(pg, invocation, &request, payers, &rows, error);
    if (status != STATUS_OK)
        goto out;
    Outcome outcome = {.danish = command_danish(invocation),
                       .list = option_given(invocation, "list"),
                       .betalere = betalere,
                       .rows = rows};
    take_rows(&outcome);
    print_batches(&outcome, request.due_text);
    bool over_limit = false;
    print_left_out(&outcome);
    log_outcome(&outcome);
    status = tell_limits(pg, &outcome, &over_limit, error);
    if (status == STATUS_OK)
        status = judge(&outcome, error);
    if (status == STATUS_OK && over_limit)
        status = STATUS_FINDINGS;
out:
    pg_rows_free(rows);
    free(payers);
    free(betalere);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    Status status = check_options(invocation, error);
    if (status == STATUS_OK && (option_given(invocation, "again") || option_given(invocation, "arrears")))
        status = release(invocation, error);
    if (status == STATUS_OK && option_given(invocation, "due"))
        status = collect(invocation, error);
    return status;
}

const Command command_pay = {
    .name = "pay",
    .summary = "collect what is owed and due into payment batches",
    .operands = "",
    .options = options,
    .description =
        "Makes one draft batch per municipality of everything that is owed for months whose day of payment "
        "is\n"
        "DATE or earlier (policy betalingsdag). DATE is a banking day, and the bank needs the file two "
        "banking\n"
        "days before it (setting betaling.frist_bankdage).\n"
        "\n"
        "Left out and listed: the dead, payees with a SPAERRING on DATE or today, months held in their "
        "latest\n"
        "result, replacement CPR numbers (unless --allow-replacement-cpr), months older than setting\n"
        "betaling.foraeldelse_aar, and municipalities without an account. Exit 1 when anything was left "
        "out.\n"
        "A batch over a limit is made and listed, and is approved only with a reason (`ydelse approve "
        "--despite-limits`):\n"
        "SAMLET, ANTAL: its municipality is paid graense_procent more than in the month before; ENKELT: a "
        "payment above\n"
        "graense_enkelt; IGEN: more than graense_igen for a month that was paid before (settings "
        "[betaling]). "
        "Exit 1, too.\n"
        "Running it again takes only what is new: a line is in at most one batch.\n"
        "\n"
        "A payment that the bank rejected is owed again, but left out (AFVIST, `ydelse rejected`) until "
        "somebody\n"
        "releases it with --again PAYMENT, or --again all, and --reason. The next batch then pays it, as its "
        "next\n"
        "attempt with an EndToEndId of its own.\n"
        "\n"
        "What is owed for an old month (FORAELDET) is paid when somebody has decided so: --arrears LINE, the "
        "line as --list\n"
        "names it, with --amount and --decision. An amount that changes later awaits another decision.\n"
        "\n"
        "Then: `ydelse approve BATCH` by another database user, `ydelse emit BATCH`.",
    .examples = "  ydelse pay --again YD31-1 --reason \"new NemKonto\"\n"
                "  ydelse pay --arrears 4711 --amount 5500,00 --decision AFG-2024-17\n"
                "  ydelse pay --due 2024-03-27\n  "
                "ydelse pay --due 2024-03-27 --kommune 0101 --list\n",
    .run = run,
};
