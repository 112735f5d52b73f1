/* ydelse verify: hold what is stored against something that does not share its mistakes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/command.h"
#include "io/embedded.h"
#include "io/log.h"
#include "io/month_option.h"
#include "io/pg.h"
#include "io/verify_export.h"

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
        return error_set(error, STATUS_INTERNAL, "out of memory");
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
    Status status = pg_script(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE SCHEMA second_opinion; "
                                  "SET LOCAL search_path = second_opinion, pg_catalog", error);
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
    (void)pg_script(pg, "ROLLBACK", &ignored); /* a failed statement has its own error; nothing is kept either way */
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
        printf("second opinion: %d months, %d differences\n", pg_row_count(months), differences);
        status = differences == 0 ? STATUS_OK : STATUS_FINDINGS;
    }
    pg_rows_free(months);
    return status;
}

static Status run_verify(const Invocation *invocation, Error *error) {
    char text[DATE_TEXT_SIZE] = "";
    Pg *pg = NULL;
    Status status = STATUS_OK;
    if (option_given(invocation, "export")) {
        return verify_export(option_value(invocation, "export"), option_value(invocation, "seal"),
                             command_danish(invocation), error);
    }
    if (!option_given(invocation, "second")) {
        return error_set(error, STATUS_USAGE, "verify: say what to hold the results against: --second, --export DIR");
    }
    if (option_given(invocation, "month")) {
        Month month = MONTH_NONE;
        status = month_from_option(invocation, &month, error);
        if (status == STATUS_OK) {
            date_format(month_first(month), text);
        }
    }
    if (status == STATUS_OK) {
        status = pg_connect(command_dsn(invocation), &pg, error);
    }
    if (status == STATUS_OK) {
        status = pg_require_schema(pg, error);
    }
    if (status == STATUS_OK) {
        status = months_verify(pg, text, error);
    }
    pg_close(pg);
    return status;
}

static const Option options[] = {
    {"second", NULL, "compute the results again by the second opinion (sql/second)", false, false},
    {"export", "DIR", "check an export (`ydelse export`) without any database", false, false},
    {"seal", "HEX", "with --export: a seal kept apart, which its chain must have", false, false},
    {"month", "M", "only this month, YYYY-MM (default: every month with results)", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_verify = {
    .name = "verify",
    .summary = "hold stored results against the second opinion of the law",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = options,
    .description =
        "The second opinion is the law written once more as one SQL statement that shares no code with the engine\n"
        "(sql/second). It computes each month from the facts in the database, with the rates and policies of the\n"
        "month's latest run, and every amount that differs is printed as month;cpr;column;engine;second (amounts in\n"
        "oere). Nothing is written. Needs a user who may read the facts and make a schema. Exit 1 on differences.",
    .examples = "  ydelse verify --second\n"
                "  ydelse verify --second --month 2024-03",
    .run = run_verify,
};
