/* ydelse access: who looked at a person, when, and with what. */
#include <string.h>

#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/command/cpr_option.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/pg/look.h"
#include "io/show/table.h"

/* The columns of sql/queries/access_list.sql. */
typedef enum {
    FIELD_TIME,
    FIELD_USER,
    FIELD_ROLE,
    FIELD_COMMAND,
    FIELD_SCOPE,
    FIELD_CPR,
    FIELD_MONTH,
    FIELD_DETAIL,
    FIELD_KOMMUNER,
    FIELD_COUNT,
} Field;

static const TableColumn columns[FIELD_COUNT] = {
    [FIELD_TIME] = {"tidspunkt", "tidspunkt", "when", CELL_TEXT},
    [FIELD_USER] = {"bruger", "bruger", "user", CELL_TEXT},
    [FIELD_ROLE] = {"rolle", "rolle", "role", CELL_TEXT},
    [FIELD_COMMAND] = {"kommando", "kommando", "command", CELL_TEXT},
    [FIELD_SCOPE] = {"omfang", "omfang", "scope", CELL_TEXT},
    [FIELD_CPR] = {"cpr_nummer", "cpr-nummer", "CPR number", CELL_TEXT},
    [FIELD_MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [FIELD_DETAIL] = {"angivet", "angivet", "given", CELL_TEXT},
    [FIELD_KOMMUNER] = {"kommuner", "kun kommuner", "only municipalities", CELL_TEXT},
};

typedef struct {
    Cpr cpr;
    bool of_person;
    Date first, last;
} Request;

static Status read_request(const Invocation *invocation, Request *request, Error *error) {
    *request = (Request){.first = option_date(invocation, "from"), .last = option_date(invocation, "to")};
    request->of_person = option_given(invocation, "cpr");
    if (!request->of_person && !option_given(invocation, "user"))
        return error_set(error, STATUS_USAGE, "say whose: --cpr C, or --user U");
    return request->of_person ? cpr_from_option(invocation, &request->cpr, error) : STATUS_OK;
}

/* The search is a look itself, and finds itself. */
static Status search(const Invocation *invocation, const Request *request, Pg *pg, PgRows **rows,
                     Error *error) {
    char cpr[CPR_TEXT_SIZE], first[DATE_TEXT_SIZE], after[DATE_TEXT_SIZE];
    if (request->of_person)
        cpr_format(request->cpr, cpr);
    if (request->first.day != DATE_NONE.day)
        date_format(request->first, first);
    if (request->last.day != DATE_NONE.day)
        date_format((Date){request->last.day + 1}, after);
    const PgParameter parameters[] = {
        {"cpr", request->of_person ? cpr : NULL},
        {"first", request->first.day == DATE_NONE.day ? NULL : first},
        {"last", request->last.day == DATE_NONE.day ? NULL : after},
        {"user", option_value(invocation, "user")},
    };
    const Look look = {
        .command = "access", .cpr = request->of_person ? &request->cpr : NULL, .detail = "--user"};
    const Look look_at_person = {.command = "access", .cpr = &request->cpr};
    const Status status = look_open(pg, request->of_person ? &look_at_person : &look, error);
    return status == STATUS_OK ? pg_query_file(pg, "access_list", 4, parameters, rows, error) : status;
}

static Status run(const Invocation *invocation, Error *error) {
    Request request;
    Pg *pg = NULL;
    PgRows *rows = NULL;
    Status status = read_request(invocation, &request, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = search(invocation, &request, pg, &rows, error);
    if (status == STATUS_NOT_PERMITTED)
        error_hint(error, "the log is read by members of the role ydelse_auditor and by the owner");
    if (status == STATUS_OK)
        status = listing_of_rows(invocation, columns, FIELD_COUNT, rows, error);
    pg_rows_free(rows);
    return status;
}

static const Option options[] = {
    {"cpr", "C|-", "looks at this person; - reads the number from stdin", false, false},
    {"user", "U", "looks by this database user", false, false},
    {"from", "DATE", "from this day on, YYYY-MM-DD", false, false},
    {"to", "DATE", "up to this day, YYYY-MM-DD", false, false},
    TABLE_FORMAT_OPTION,
    LISTING_OUTPUT_OPTION,
    {NULL, NULL, NULL, false, false},
};

const Command command_access = {
    .name = "access",
    .summary = "who looked at a person, when, and with what",
    .operands = "",
    .options = options,
    .description =
        "Every look at people by this program is logged before anything is shown, with time, user, role and "
        "command.\n"
        "omfang says at whom: person (this one), liste (a list of people: rejects, held, claims), alle "
        "(everybody: replay,\n"
        "export, diff; angivet names the runs). With --cpr the looks at that person are listed, and "
        "those at lists\n"
        "and at everybody from the day on which the person was known here, whether or not they showed the "
        "person. The\n"
        "search is a look, too. Times are UTC. For members of the role ydelse_auditor and the owner; anybody "
        "else: exit 77.",
    .examples = "  echo 6112881008 | ydelse access --cpr -\n"
                "  echo 6112881008 | ydelse access --cpr - --from 2024-03-01 --to 2024-03-31 --format csv\n"
                "  ydelse access --user lone",
    .run = run,
};
