/* ydelse verify: hold what is stored against something that does not share its mistakes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/base/sha256.h"
#include "io/command/command.h"
#include "io/command/listing.h"
#include "io/command/option_kind.h"
#include "io/intake/code_list.h"
#include "io/law/month_law.h"
#include "io/pg/look.h"
#include "io/pg/pg.h"
#include "io/proof/verify.h"
#include "io/proof/verify_export.h"

#define DIFFERENCES_SHOWN_MAX 50

static Status script(Pg *pg, const char *name, Error *error) {
    const EmbeddedFile *file = embedded_find(name);
    if (file == NULL) {
        return error_set(error, STATUS_INTERNAL, "%s is not part of the program", name);
    }
    return pg_script(pg, file->bytes, error);
}

/* The statement's answer as a table: it is written to stand inside CREATE TABLE ... AS. */
static Status answer_make(Pg *pg, Error *error) {
    static const char before[] = "CREATE TABLE answer AS\n";
    const EmbeddedFile *file = embedded_find("sql/second/second.sql");
    if (file == NULL) {
        return error_set(error, STATUS_INTERNAL, "sql/second/second.sql is not part of the program");
    }
    char *sql = malloc(sizeof before + file->size_bytes);
    if (sql == NULL) {
        return error_no_memory(error);
    }
    memcpy(sql, before, sizeof before - 1);
    memcpy(sql + sizeof before - 1, file->bytes, file->size_bytes + 1);
    Status status = pg_script(pg, sql, error);
    free(sql);
    return status;
}

/* One setting for the scripts of this transaction. */
static Status setting_local(Pg *pg, const char *name, const char *value, Error *error) {
    const char *parameters[] = {name, value};
    return pg_query(pg, "SELECT set_config($1, $2, true)", 2, parameters, NULL, error);
}

/* Prints at most DIFFERENCES_SHOWN_MAX differences and returns how many there are. */
static int differences_print(const PgRows *rows, const char *month) {
    int count = pg_row_count(rows);
    for (int i = 0; i < count && i < DIFFERENCES_SHOWN_MAX; i++) {
        printf("%.7s;%s;%s;%s;%s\n", month, pg_text(rows, i, 0), pg_text(rows, i, 1), pg_text(rows, i, 2),
               pg_text(rows, i, 3));
    }
    if (count > DIFFERENCES_SHOWN_MAX) {
        printf("%.7s: %d differences more\n", month, count - DIFFERENCES_SHOWN_MAX);
    }
    return count;
}

/* Computes one month by the second opinion in a transaction of its own, which is rolled back. */
static Status month_verify(Pg *pg, const PgRows *months, int row, int *differences, Error *error) {
    PgRows *rows = NULL;
    const char *month = pg_text(months, row, 0);
    Status status = pg_script(pg,
                              "BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE SCHEMA second_opinion; "
                              "SET LOCAL search_path = second_opinion, pg_catalog",
                              error);
    if (status == STATUS_OK) {
        status = setting_local(pg, "second.month", month, error);
    }
    if (status == STATUS_OK) {
        status = setting_local(pg, "second.run", pg_text(months, row, 1), error);
    }
    if (status == STATUS_OK) {
        status = setting_local(pg, "second.data_as_of", pg_text(months, row, 2), error);
    }
    if (status == STATUS_OK) {
        status = script(pg, "sql/second/postgres_prelude.sql", error);
    }
    if (status == STATUS_OK) {
        status = script(pg, "sql/second/facts.sql", error);
    }
    if (status == STATUS_OK) {
        status = answer_make(pg, error);
    }
    const EmbeddedFile *compare = embedded_find("sql/second/compare.sql");
    if (status == STATUS_OK) {
        status = pg_query(pg, compare->bytes, 0, NULL, &rows, error);
    }
    if (status == STATUS_OK) {
        int found = differences_print(rows, month);
        log_info("verify: %.7s: %d differences", month, found);
        *differences += found;
    }
    pg_rows_free(rows);
    Error ignored;
    (void)pg_script(pg, "ROLLBACK",
                    &ignored); /* a failed statement has its own error; nothing is kept either way */
    return status;
}

static Status months_verify(Pg *pg, const char *month, Error *error) {
    PgRows *months = NULL;
    PgParameter parameter = {"month", month};
    int differences = 0;
    Status status = pg_query_file(pg, "second_months", 1, &parameter, &months, error);
    if (status == STATUS_OK && pg_row_count(months) == 0) {
        status = error_set(error, STATUS_NO_INPUT, "no sealed run has results to verify");
    }
    for (int i = 0; status == STATUS_OK && i < pg_row_count(months); i++) {
        status = month_verify(pg, months, i, &differences, error);
    }
    if (status == STATUS_OK) {
        const int count = pg_row_count(months);
        printf("second opinion: %d month%s, %d difference%s\n", count, count == 1 ? "" : "s", differences,
               differences == 1 ? "" : "s");
        status = differences == 0 ? STATUS_OK : STATUS_FINDINGS;
    }
    pg_rows_free(months);
    return status;
}

/* --- Everything that is stored ------------------------------------------------------------------------------- */

static Status seal_option(const Invocation *invocation, const char **seal_hex, Error *error) {
    *seal_hex = option_value(invocation, "seal");
    if (*seal_hex == NULL) {
        return STATUS_OK;
    }
    if (strlen(*seal_hex) != SHA256_HEX_SIZE - 1 ||
        strspn(*seal_hex, "0123456789abcdefABCDEF") != SHA256_HEX_SIZE - 1) {
        return error_set(error, STATUS_USAGE, "--seal %.80s: expected 64 hex digits", *seal_hex);
    }
    return STATUS_OK;
}

/* Who may not read the tables opens a look at everybody; what is wrong is told by places of people. */
static Status open_what_is_read(Pg *pg, Error *error) {
    PgRows *rows = NULL;
    Status status =
        pg_query(pg, "SELECT has_table_privilege('ydelse.payment', 'SELECT')", 0, NULL, &rows, error);
    const bool reads_tables = status == STATUS_OK && pg_text(rows, 0, 0)[0] == 't';
    pg_rows_free(rows);
    if (status != STATUS_OK || reads_tables) {
        return status;
    }
    status = look_open(pg, &(Look){.command = "verify", .everyone = true}, error);
    return status == STATUS_OK ? pg_stand_ins_begin(pg, error) : status;
}

static Status stored_verify(const Invocation *invocation, Pg *pg, Error *error) {
    const char *seal_hex = NULL;
    Status status = seal_option(invocation, &seal_hex, error);
    if (status != STATUS_OK) {
        return status;
    }
    status = open_what_is_read(pg, error);
    if (status != STATUS_OK) {
        return status;
    }
    VerifyReport *report = verify_report_begin();
    if (report == NULL) {
        return error_no_memory(error);
    }
    status = verify_all(pg, report, seal_hex, error);
    if (status == STATUS_OK) {
        status = verify_report_print(report, listing_format(invocation), command_danish(invocation), stdout,
                                     error);
    }
    if (status == STATUS_OK && verify_wrong_count(report) > 0) {
        status = STATUS_FINDINGS;
    }
    verify_report_free(report);
    return status;
}

static Status second_verify(const Invocation *invocation, Pg *pg, Error *error) {
    char text[DATE_TEXT_SIZE] = "";
    if (option_given(invocation, "month")) {
        date_format(month_first(option_month(invocation, "month")), text);
    }
    const Status status = pg_require_schema(pg, error);
    return status == STATUS_OK ? months_verify(pg, text, error) : status;
}

static Status run_verify(const Invocation *invocation, Error *error) {
    const bool second = option_given(invocation, "second");
    Pg *pg = NULL;
    if (option_given(invocation, "export")) {
        return second || option_given(invocation, "format")
                   ? error_set(error, STATUS_USAGE, "--second and --format do not go with --export")
                   : verify_export(option_value(invocation, "export"), option_value(invocation, "seal"),
                                   command_danish(invocation), error);
    }
    if (option_given(invocation, "month") && !second) {
        return error_set(error, STATUS_USAGE, "--month goes with --second");
    }
    if (second && (option_given(invocation, "seal") || option_given(invocation, "format"))) {
        return error_set(error, STATUS_USAGE, "--seal and --format do not go with --second");
    }
    Status status = code_lists_load(error);
    if (status == STATUS_OK) {
        status = pg_connect(command_dsn(invocation), &pg, error);
    }
    if (status == STATUS_OK) {
        status = second ? second_verify(invocation, pg, error) : stored_verify(invocation, pg, error);
    }
    pg_close(pg);
    return status;
}

static const Option options[] = {
    {"seal", "HEX", "the chain must contain this seal, which was printed when its run was sealed", false,
     false},
    TABLE_FORMAT_OPTION,
    {"second", NULL, "instead: compute the results again by the second opinion (sql/second)", false, false},
    {"month", "M", "with --second: only this month, YYYY-MM (default: every month with results)", false,
     false},
    {"export", "DIR", "instead: check an export (`ydelse export`) without any database", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_verify = {
    .name = "verify",
    .summary = "check every invariant, every digest and the chain of seals; name what is wrong",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = options,
    .description =
        "Every row is held against its hash, rows against the digest of their delivery, files against their\n"
        "accounting, deliveries and runs against their chains, results against their sealed digests, what is "
        "owed\n"
        "against results and differences, payments against lines, batches against events, payment files "
        "against\n"
        "payments, and the schema against this program. A bucket of results that is not the sealed one is "
        "computed\n"
        "again to name the rows. What is wrong is printed with its table and key (a person by the place in "
        "the input,\n"
        "never by the whole CPR number), then a line for each check. It finds changes made by a superuser "
        "with\n"
        "triggers disabled; against one who makes all hashes and seals anew, keep a printed seal outside of "
        "the\n"
        "database and ask for it with --seal.\n"
        "The second opinion (--second) is the law written once more as one SQL statement that shares no code "
        "with the\n"
        "engine. It computes each month from the facts in the database, with the rates and policies of the\n"
        "month's latest run, and every amount that differs is printed as month;cpr;column;engine;second "
        "(amounts in\n"
        "oere); it needs a user who may make a schema.\n"
        "An export is checked without any database: its files, its chain of seals, its results' digest, and "
        "everything\n"
        "computed again from its facts with its law.\n"
        "Nothing is written. Needs a user who may read the facts. Exit 1 when something is wrong.",
    .examples = "  ydelse verify\n"
                "  ydelse verify --seal 1a6fcda5...ac2e4a --format csv\n"
                "  ydelse verify --second --month 2024-03\n"
                "  ydelse verify --export koersel-12 --seal 1a6fcda5...ac2e4a",
    .run = run_verify,
};
