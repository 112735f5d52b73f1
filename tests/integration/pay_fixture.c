#include "tests/integration/pay_fixture.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char fixture_sql[] =
    "CREATE SCHEMA fixture;\n"
    "CREATE FUNCTION fixture.next_file(kind text) RETURNS integer LANGUAGE plpgsql AS $$\n"
    "DECLARE\n"
    "    id integer := 1 + coalesce((SELECT max(delivery_id) FROM ydelse.delivery), 0);\n"
    "BEGIN\n"
    "    INSERT INTO ydelse.delivery (delivery_id, loaded_at, program) VALUES (id, clock_timestamp(), "
    "'test');\n"
    "    INSERT INTO ydelse.input_file (file_id, delivery_id, name, kind, sha256, size_bytes, charset, "
    "decimal_sign,\n"
    "        rows_read, rows_stored, rows_duplicate, rows_rejected, file_rejected)\n"
    "    VALUES (id, id, kind || '-' || id || '.csv', kind, sha256(id::text::bytea), 1, 'utf8', ',', 1, 1, "
    "0, 0, false);\n"
    "    RETURN id;\n"
    "END $$;\n"
    "CREATE FUNCTION fixture.person(cpr text, kommunekode text, navn text, doedsdato date) RETURNS void\n"
    "LANGUAGE plpgsql AS $$\n"
    "DECLARE\n"
    "    id integer := fixture.next_file('deltagere');\n"
    "    post text := 'N';\n"
    "BEGIN\n"
    "    INSERT INTO ydelse.fact_ended (bucket, cpr, file_id, line, delivery_id)\n"
    "    SELECT d.bucket, d.cpr_nummer, d.file_id, d.line, id FROM ydelse.fact_deltagere d\n"
    "     WHERE d.cpr_nummer = cpr AND NOT EXISTS (SELECT FROM ydelse.fact_ended e WHERE e.file_id = "
    "d.file_id);\n"
    "    IF FOUND THEN post := 'R'; END IF;\n"
    "    INSERT INTO ydelse.fact_deltagere (delivery_id, file_id, line, bucket, posttype, content, salt, "
    "row_hash, "
    "cpr_nummer,\n"
    "                                       kommunekode, navn, doedsdato)\n"
    "    VALUES (id, id, 2, 0, post::\"char\", gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), cpr, "
    "kommunekode, navn, doedsdato);\n"
    "END $$;\n"
    "CREATE FUNCTION fixture.hold(cpr text, first_day date, last_day date) RETURNS void LANGUAGE plpgsql AS "
    "$$\n"
    "DECLARE\n"
    "    id integer := fixture.next_file('perioder');\n"
    "BEGIN\n"
    "    INSERT INTO ydelse.fact_perioder (delivery_id, file_id, line, bucket, posttype, content, salt, "
    "row_hash, post_id,\n"
    "                                      cpr_nummer, art, foerste_dag, sidste_dag)\n"
    "    VALUES (id, id, 2, 0, 'N', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'P' || id, cpr, "
    "'SPAERRING', first_day, last_day);\n"
    "END $$;\n"
    "CREATE FUNCTION fixture.compute(month date, full_run boolean, rows text) RETURNS integer LANGUAGE "
    "plpgsql AS $$\n"
    "DECLARE\n"
    "    id integer := ydelse.run_open(month, full_run, NULL, '', 'satser', 'koder', 'politik', 'program');\n"
    "    attempt text;\n"
    "BEGIN\n"
    "    PERFORM ydelse.run_plan_months(id);\n"
    "    PERFORM ydelse.run_plan_scope(id);\n"
    "    PERFORM ydelse.run_plan_shards(id, 1, 1, 'together');\n"
    "    PERFORM ydelse.shard_claim(id, 'test', interval '1 hour', 3);\n"
    "    attempt := ydelse.attempt_create(id, 0::smallint, 1);\n"
    "    EXECUTE format(\n"
    "        'INSERT INTO ydelse.%I SELECT %s, (p[1] || ''-01'')::date, p[2],\n"
    "                CASE WHEN p[3]::bigint < 0 THEN ''TILBAGEHOLDT'' WHEN p[3]::bigint = 0 THEN ''NUL'' "
    "ELSE ''BETALES'' END,\n"
    "                ''RF'', d.kommunekode, 0, CASE WHEN p[3]::bigint < 0 THEN 0 ELSE 30 END, "
    "greatest(p[3]::bigint, 0),\n"
    "                0, 0, 0, 0, 0, greatest(p[3]::bigint, 0), 0, greatest(p[3]::bigint, 0), 0, 0, 0, 0,\n"
    "                greatest(p[3]::bigint, 0), ''''\n"
    "           FROM regexp_matches($1, ''(\\d{4}-\\d\\d) (\\d{10}) (-?\\d+)'', ''g'') AS p\n"
    "           JOIN ydelse.fact_deltagere d ON d.cpr_nummer = p[2] AND NOT EXISTS\n"
    "                (SELECT FROM ydelse.fact_ended e WHERE e.file_id = d.file_id AND e.line = d.line)',\n"
    "        attempt, id) USING rows;\n"
    "    PERFORM ydelse.attempt_finish(id, 0::smallint, 1);\n"
    "    EXECUTE format(\n"
    "        'SELECT ydelse.shard_done(%s, 0::smallint, 1, true, t.n || array_fill(0::bigint, ARRAY[255]), "
    "'\n"
    "        '       t.sum || array_fill(0::bigint, ARRAY[255]), array_fill(sha256(''x''), ARRAY[256])) '\n"
    "        '  FROM (SELECT count(*) AS n, coalesce(sum(til_udbetaling), 0)::bigint AS sum FROM ydelse.%I) "
    "t', id, attempt);\n"
    "    PERFORM ydelse.run_seal(id);\n"
    "    RETURN id;\n"
    "END $$;\n"
    "CREATE FUNCTION fixture.paid(payee text) RETURNS bigint LANGUAGE sql AS $$\n"
    "    SELECT coalesce(sum(p.amount_oere), 0)::bigint FROM ydelse.payment p\n"
    "     WHERE p.cpr = payee AND p.state NOT IN ('cancelled', 'rejected')\n"
    "$$;\n";

Pg *owner;
char maker[64];
char approver[64];

/* A database with two people of the finance department. */
void begin_month(void) {
    test_database_create();
    owner = test_database_connect();
    test_sql(owner, fixture_sql);
    test_role_create(owner, "maker", "ydelse_finance", maker);
    test_role_create(owner, "approver", "ydelse_finance", approver);
}

/* A session of another user takes a moment to end, and the owner may not end it by force. */
static void wait_for_the_others(void) {
    const struct timespec pause = {.tv_nsec = 10000000};
    for (int i = 0; i < 500; i++) {
        if (test_sql_int64(owner, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                  " AND pid <> pg_backend_pid()") == 0)
            return;
        nanosleep(&pause, NULL);
    }
}

void end_month(void) {
    wait_for_the_others();
    pg_close(owner);
    owner = NULL;
    test_database_drop();
}

/* --- Running commands ---------------------------------------------------------------------------------- */

Process run_as(const char *user, const char *today, const char *const *arguments) {
    char user_variable[96];
    snprintf(user_variable, sizeof user_variable, "PGUSER=%s", user);
    const char *const environment[] = {user_variable, today, NULL};
    return ydelse_run(arguments, environment);
}

void expect_exit(const Process *process, int expected, const char *what) {
    cr_expect_eq(process->exit_code, expected, "%s: exit %d, expected %d\n%s%s", what, process->exit_code,
                 expected, process->out, process->err);
}

/* A word of ten digits could be a CPR number. */
void expect_no_cpr(const char *text, const char *what) {
    bool in_word = false;
    for (const char *c = text; *c != '\0'; c++) {
        if (!in_word && strspn(c, "0123456789") == 10)
            cr_expect(isalnum((unsigned char)c[10]) != 0, "%s shows %.10s", what, c);
        in_word = isalnum((unsigned char)*c) != 0;
    }
}

void expect_part(const char *text, const char *part) {
    cr_expect_not_null(strstr(text, part), "'%s' is missing in\n%s", part, text);
}

void pay_as(const char *user, const char *extra, int expected) {
    const char *const arguments[] = {"pay", "--due", DUE, extra, NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "pay");
    expect_no_cpr(process.out, "pay");
    expect_no_cpr(process.err, "pay");
    process_free(&process);
}

void approve_as(const char *user, const char *batch, int expected) {
    const char *const arguments[] = {"approve", batch, NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "approve");
    process_free(&process);
}

void cancel_as(const char *user, const char *batch, int expected) {
    const char *const arguments[] = {"cancel", batch, "--reason", "prøve", NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "cancel");
    process_free(&process);
}

Process emit_as(const char *user, const char *today, const char *batch, const char *path) {
    const char *const arguments[] = {"emit", batch, "--format", "pain.001", path == NULL ? NULL : "--output",
                                     path,   NULL};
    return run_as(user, today, arguments);
}

void expect_emit(const char *batch, int expected) {
    Process process = emit_as(approver, TODAY, batch, NULL);
    expect_exit(&process, expected, "emit");
    expect_no_cpr(process.err, "emit");
    process_free(&process);
}

void expect_number(const char *sql, int64_t expected) {
    const int64_t number = test_sql_int64(owner, sql);
    cr_expect_eq(number, expected, "%s: %lld, expected %lld", sql, (long long)number, (long long)expected);
}

void expect_text(const char *sql, const char *expected) {
    char *text = test_sql_text(owner, sql);
    cr_expect_str_eq(text, expected, "%s: %s, expected %s", sql, text, expected);
    free(text);
}

void three_people(void) {
    test_sql(owner,
             "SELECT fixture.person('" ANNA "', '0101', 'Anna & Søn <\"x\">', NULL);"
             "SELECT fixture.person('" BO "', '0101', '', NULL);"
             "SELECT fixture.person('" CARLA "', '0461', 'Carla', NULL);"
             "SELECT fixture.compute('2024-03-01', false, '2024-03 " ANNA " 1000000, 2024-03 " BO " 1000000,"
             " 2024-03 " CARLA " 234567');");
}

Pg *connect_as(const char *user) {
    char dsn[128];
    Error error = {.status = STATUS_OK};
    Pg *pg = NULL;
    snprintf(dsn, sizeof dsn, "user=%s", user);
    cr_assert_eq(pg_connect(dsn, &pg, &error), STATUS_OK, "%s", error.message);
    return pg;
}
