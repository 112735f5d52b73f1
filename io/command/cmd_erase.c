/* ydelse erase: remove what is older than it has to be kept; seals and digests still verify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/base/stop_point.h"
#include "io/command/command.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/law/month_law.h"
#include "io/pay/payment_db.h"
#include "io/pg/refusal.h"
#include "io/run/run_plan.h"
#include "io/show/table.h"

/* Accounts are kept for five years after their year: fewer cannot be asked for. */
#define KEPT_YEARS_MIN 5

static const Option options[] = {
    {"before", "M", "erase what concerns months before this one, YYYY-MM (default: the first that may stay)",
     false, false},
    {"reason", "TEXT", "why; kept with the erasure", true, false},
    {"order", NULL, "order it, as a member of ydelse_finance; the owner then does it", false, false},
    {"dry-run", NULL, "list what would go and what would stay, and change nothing", false, false},
    TABLE_FORMAT_OPTION,
    {NULL, NULL, NULL, false, false},
};

static const Refusal refusals[] = {
    {"YD030", STATUS_USAGE, ""},
    {"YD031", STATUS_NOT_PERMITTED, ""},
    {"42501", STATUS_NOT_PERMITTED, "ydelse_finance orders it (--order), the owner of the schema does it"},
    {NULL, STATUS_OK, NULL},
};

/* The columns of sql/queries/erase.sql. */
enum { DELETED, RELATION, REASON, NUMBER };

static const TableColumn columns[] = {
    {"udfald", "", "", CELL_TEXT},
    {"tabel", "tabel", "table", CELL_TEXT},
    {"antal", "antal", "number", CELL_NUMBER},
    {"grund", "fordi", "because", CELL_TEXT},
};

static const struct {
    const char *code, *danish, *english;
} reasons[] = {
    {"UBETALT", "noget er hverken betalt eller krævet tilbage", "something is neither paid nor claimed back"},
    {"BUNKE", "en betalingsbunke med dens linjer bliver", "a batch with its lines stays"},
    {"BUNKE_AABEN", "bunken er ikke afsendt eller annulleret", "the batch is not emitted or cancelled"},
    {"KRAV", "et krav på en af dens måneder bliver", "a claim on one of its months stays"},
    {"KRAV_AABENT", "kravet er ikke afsluttet", "the claim is not closed"},
    {"KOERSEL", "en kørsel med dens linjer bliver", "a run with its lines stays"},
};

static const char *reason_words(const char *code, bool danish) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].code, code) == 0)
            return danish ? reasons[i].danish : reasons[i].english;
    return code;
}

/* --- Options ------------------------------------------------------------------------------------------------------- */

/* The first month that must stay: a calendar year is kept for so many years after its end. */
static Status first_kept(const Settings *settings, Month *month, int *years, Error *error) {
    const char *text = setting_get(settings, "opbevaring", "aar");
    int32_t year, ignored_month, ignored_day;
    *years = text == NULL ? 0 : (int)strtol(text, NULL, 10);
    if (*years < KEPT_YEARS_MIN)
        return error_set(error, STATUS_CONFIG, "setting opbevaring.aar = %d: at least %d years must be kept",
                         *years, KEPT_YEARS_MIN);
    date_to_ymd(settings_today(settings), &year, &ignored_month, &ignored_day);
    *month = month_of(date_from_ymd(year - *years, 1, 1));
    return STATUS_OK;
}

static Status read_before(const Invocation *invocation, Month *before, Error *error) {
    const char *text = option_value(invocation, "before");
    char kept[DATE_TEXT_SIZE];
    Month first = MONTH_NONE;
    int years = 0;
    const Status status = first_kept(invocation->settings, &first, &years, error);
    *before = first;
    if (status != STATUS_OK || text == NULL)
        return status;
    *before = option_month(invocation, "before");
    month_format(first, kept);
    if (before->index > first.index)
        return error_set(error, STATUS_USAGE,
                         "--before %.40s: months from %.7s on must be kept (setting opbevaring.aar = %d)",
                         text, kept, years);
    return STATUS_OK;
}

static Status read_reason(const Invocation *invocation, Error *error) {
    const char *reason = option_value(invocation, "reason");
    if (strspn(reason, " \t\r\n") == strlen(reason))
        return error_set(error, STATUS_USAGE, "--reason: expected a text");
    if (text_width(reason) > RUN_REASON_SIZE_MAX)
        return error_set(error, STATUS_USAGE, "--reason: at most %d characters", RUN_REASON_SIZE_MAX);
    if (mask_is_needed(reason))
        return error_set(error, STATUS_USAGE, "--reason: leave CPR numbers out; the reason stays for ever");
    return STATUS_OK;
}

/* --- Printing ------------------------------------------------------------------------------------------------------ */

static Status print(const Invocation *invocation, const PgRows *rows, TableFormat format, Month before,
                    Error *error) {
    const bool danish = command_danish(invocation);
    const bool dry_run = option_given(invocation, "dry-run");
    char month[DATE_TEXT_SIZE];
    Table table;
    int gone = 0;
    for (int i = 0; i < pg_row_count(rows); i++)
        gone += pg_text(rows, i, DELETED)[0] == 't';
    month_format(before, month);
    if (format == TABLE_TEXT && gone == 0)
        printf(danish ? "intet at slette før %s\n" : "nothing to erase before %s\n", month);
    table_begin(&table, stdout, format, danish, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < pg_row_count(rows); i++) {
        const bool deleted = pg_text(rows, i, DELETED)[0] == 't';
        table_text(&table, !deleted  ? payment_words(danish, "bliver", "stays")
                           : dry_run ? payment_words(danish, "slettes", "would go")
                                     : payment_words(danish, "slettet", "erased"));
        table_text(&table, pg_text(rows, i, RELATION));
        table_number(&table, pg_integer(rows, i, NUMBER));
        table_text(&table, deleted ? "" : reason_words(pg_text(rows, i, REASON), danish));
    }
    return table_end(&table, error);
}

/* --- The command --------------------------------------------------------------------------------------------------- */

/* Nobody loads, runs or pays meanwhile. */
static Status lock_all(Pg *pg, int wait_seconds, Error *error) {
    Status status = pg_lock(pg, PG_LOCK_RUN, wait_seconds, error);
    if (status == STATUS_OK)
        status = pg_lock(pg, PG_LOCK_LOAD, wait_seconds, error);
    return status == STATUS_OK ? pg_lock(pg, PG_LOCK_PAY, wait_seconds, error) : status;
}

static Status erase(Pg *pg, const Invocation *invocation, Month before, TableFormat format, Error *error) {
    char first[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    date_format(month_first(before), first);
    const PgParameter parameters[] = {{"before", first},
                                      {"reason", option_value(invocation, "reason")},
                                      {"dry_run", option_given(invocation, "dry-run") ? "t" : "f"}};
    Status status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "erase", 3, parameters, &rows, error);
    if (status != STATUS_OK)
        (void)refusal_translate(refusals, error);
    if (status == STATUS_OK) {
        stop_point(STOP_ERASE_ERASED);
        status = pg_script(pg, option_given(invocation, "dry-run") ? "ROLLBACK" : "COMMIT", error);
        stop_point(STOP_ERASE_COMMITTED);
    }
    if (status == STATUS_OK)
        status = print(invocation, rows, format, before, error);
    pg_rows_free(rows);
    return status == STATUS_OK ? status : error->status;
}

static Status order(Pg *pg, const Invocation *invocation, Month before, Error *error) {
    const bool danish = command_danish(invocation);
    char first[DATE_TEXT_SIZE], month[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    date_format(month_first(before), first);
    month_format(before, month);
    const PgParameter parameters[] = {{"before", first}, {"reason", option_value(invocation, "reason")}};
    stop_point(STOP_ORDER_BEGUN);
    Status status = pg_query_file(pg, "erase_order", 2, parameters, &rows, error);
    stop_point(STOP_ORDER_ORDERED);
    if (status != STATUS_OK)
        (void)refusal_translate(refusals, error);
    else
        printf(danish
                   ? "bestilling %s: hvad der angår måneder før %s, bestilt af %s; ejeren kan slette det i "
                     "30 dage\n"
                   : "order %s: what concerns months before %s, by %s; the owner may erase it for 30 days\n",
               pg_text(rows, 0, 0), month, pg_text(rows, 0, 1));
    pg_rows_free(rows);
    return status == STATUS_OK ? status : error->status;
}

static Status run(const Invocation *invocation, Error *error) {
    Pg *pg = NULL;
    Month before = MONTH_NONE;
    Status status = read_reason(invocation, error);
    const bool ordering = option_given(invocation, "order");
    if (status == STATUS_OK && ordering && option_given(invocation, "dry-run"))
        status = error_set(error, STATUS_USAGE,
                           "--order changes nothing but the list of orders: without --dry-run");
    if (status == STATUS_OK)
        status = read_before(invocation, &before, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = ordering ? order(pg, invocation, before, error)
                          : lock_all(pg, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK && !ordering)
        status = erase(pg, invocation, before, listing_format(invocation), error);
    return status;
}

const Command command_erase = {
    .name = "erase",
    .summary = "erase what is older than it has to be kept; seals still verify",
    .operands = "",
    .options = options,
    .description =
        "Erases what concerns months before --before: sealed runs whole, with what they owed, when all of it "
        "is paid,\n"
        "set off or given up; batches and closed claims with them; then every row of the people of whom "
        "nothing is left\n"
        "and nothing is going on. What is open keeps its run, and with it its people; it is listed.\n"
        "Seals, digests and the hashes of erased rows stay, and `ydelse verify` accepts what is missing "
        "because the erasure\n"
        "names it and the next seal covers the erasure. Erased months are never computed again.\n"
        "Setting opbevaring.aar (10) says how many years are kept after the end of a year. It takes two "
        "people: "
        "somebody of\n"
        "ydelse_finance orders it (--order), and the owner of the schema, another user, does it within 30 "
        "days; "
        "both reasons\n"
        "stay. Looks that were logged more than five years ago go as well. Out of reach, with periods of "
        "their "
        "own: backups,\n"
        "the write-ahead log, payment files and extracts that were written out, exports, and what others "
        "received.",
    .examples = "  ydelse erase --reason \"yearly\" --dry-run\n"
                "  PGUSER=lone ydelse erase --order --before 2016-01 --reason \"yearly, case 17\"\n"
                "  ydelse erase --before 2016-01 --reason \"yearly, order 3\"\n",
    .run = run,
};
