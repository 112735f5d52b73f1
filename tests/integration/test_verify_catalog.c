/* ydelse verify finds what an owner or superuser changes in the catalogue, and names it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/proof/verify.h"
#include "tests/integration/night.h"
#include "tests/integration/verify_story.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static void begin(void) {
    night_begin();
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
}

TestSuite(verify_catalog, .init = begin, .fini = night_end);

static const struct {
    int round; /* plants of the same round are looked for together: making the schema anew takes a moment */
    const char *what, *sql, *named[2];
} plants[] = {
    {1,
     "a CHECK is dropped",
     "ALTER TABLE ydelse.batch DROP CONSTRAINT batch_two_people",
     {"batch.batch_two_people", "missing"}},
    {2,
     "a CHECK is weakened",
     "ALTER TABLE ydelse.payment DROP CONSTRAINT payment_amount_oere_check, ADD CONSTRAINT "
     "payment_amount_oere_check CHECK (amount_oere >= 0)",
     {"payment.payment_amount_oere_check", ">= 0"}},
    {3,
     "a CHECK is not validated",
     "ALTER TABLE ydelse.payment DROP CONSTRAINT payment_amount_oere_check, ADD CONSTRAINT "
     "payment_amount_oere_check CHECK (amount_oere > 0) NOT VALID",
     {"payment.payment_amount_oere_check", "NOT VALID"}},
    {1,
     "a UNIQUE is dropped",
     "ALTER TABLE ydelse.input_file DROP CONSTRAINT input_file_pkey CASCADE",
     {"input_file.input_file_pkey", "missing"}},
    {1,
     "a unique index is dropped",
     "DROP INDEX ydelse.payment_part_live",
     {"pg_index ydelse.payment_part_live", NULL}},
    {1,
     "a foreign key is dropped",
     "ALTER TABLE ydelse.run_month DROP CONSTRAINT run_month_run_id_fkey",
     {"run_month.run_month_run_id_fkey", "missing"}},
    {2,
     "a foreign key is not validated",
     "ALTER TABLE ydelse.run_month DROP CONSTRAINT run_month_run_id_fkey, ADD CONSTRAINT "
     "run_month_run_id_fkey FOREIGN KEY (run_id) REFERENCES ydelse.run NOT VALID",
     {"run_month.run_month_run_id_fkey", "NOT VALID"}},
    {1,
     "a NOT NULL is dropped",
     "ALTER TABLE ydelse.payment_part ALTER active DROP NOT NULL",
     {"pg_attribute ydelse.payment_part.active", NULL}},
    {1,
     "a default is changed",
     "ALTER TABLE ydelse.run ALTER started_by SET DEFAULT 'x'",
     {"run.started_by", "'x'"}},
    {1, "a column is added", "ALTER TABLE ydelse.payment ADD extra text", {"payment.extra", NULL}},
    {1,
     "a trigger is disabled",
     "ALTER TABLE ydelse.payment DISABLE TRIGGER keep",
     {"pg_trigger ydelse.payment.keep", NULL}},
    {3,
     "the triggers of foreign keys are disabled",
     "ALTER TABLE ydelse.run_month DISABLE TRIGGER ALL",
     {"run_month.run_month_run_id_fkey", NULL}},
    {1,
     "a trigger is dropped",
     "DROP TRIGGER append_only ON ydelse.delivery",
     {"delivery.append_only", "missing"}},
    {1,
     "a trigger is added",
     "CREATE TRIGGER evil BEFORE INSERT ON ydelse.payment FOR EACH ROW EXECUTE FUNCTION "
     "ydelse.payment_made()",
     {"payment.evil", "do not make it"}},
    {1,
     "a rule is added",
     "CREATE RULE nothing AS ON INSERT TO ydelse.batch_event DO INSTEAD NOTHING",
     {"pg_rewrite ydelse.batch_event.nothing", NULL}},
    {1,
     "a function's body is another one",
     "CREATE OR REPLACE FUNCTION ydelse.seal_time(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE "
     "PARALLEL SAFE AS $$ SELECT 'x' $$",
     {"pg_proc ydelse.seal_time(timestamp with time zone)", NULL}},
    {1,
     "a function's search_path is free",
     "ALTER FUNCTION ydelse.run_seal(integer) RESET ALL",
     {"pg_proc ydelse.run_seal(integer)", NULL}},
    {1,
     "a function runs as its owner",
     "ALTER FUNCTION ydelse.session_started() SECURITY DEFINER",
     {"session_started()", NULL}},
    {1,
     "a function is added",
     "CREATE FUNCTION ydelse.evil() RETURNS void LANGUAGE sql AS ''",
     {"evil()", "do not make it"}},
    {1,
     "a view is another one",
     "CREATE OR REPLACE VIEW ydelse.run_named AS SELECT run_id FROM ydelse.run",
     {"pg_class ydelse.run_named", NULL}},
    {1,
     "a look's view is no barrier",
     "ALTER VIEW ydelse_look.result RESET (security_barrier)",
     {"pg_class ydelse_look.result", NULL}},
    {1,
     "a look's view shows everybody",
     "CREATE OR REPLACE VIEW ydelse_look.run_scope WITH (security_barrier) AS SELECT * FROM ydelse.run_scope",
     {"pg_class ydelse_look.run_scope", NULL}},
    {1,
     "a table is read by everybody",
     "GRANT SELECT ON ydelse.payment TO PUBLIC",
     {"grant ydelse.payment PUBLIC SELECT", NULL}},
    {1,
     "a role gets more",
     "GRANT DELETE ON ydelse.delivery TO ydelse_batch",
     {"grant ydelse.delivery ydelse_batch DELETE", NULL}},
    {1,
     "a role gets a column",
     "GRANT UPDATE (state) ON ydelse.batch TO ydelse_finance",
     {"grant ydelse.batch.state ydelse_finance UPDATE", NULL}},
    {1,
     "a role may pass on",
     "GRANT SELECT ON ydelse.run TO ydelse_auditor WITH GRANT OPTION",
     {"grant ydelse.run ydelse_auditor SELECT WITH GRANT OPTION", NULL}},
    {1,
     "a function is everybody's",
     "GRANT EXECUTE ON FUNCTION ydelse.run_seal(integer) TO PUBLIC",
     {"grant ydelse.run_seal(integer) PUBLIC EXECUTE", NULL}},
    {1,
     "the schema is everybody's",
     "GRANT CREATE ON SCHEMA ydelse TO PUBLIC",
     {"grant ydelse PUBLIC CREATE", NULL}},
    {1,
     "rights of what is to come",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA ydelse GRANT SELECT ON TABLES TO PUBLIC",
     {"grant default", NULL}},
    {1,
     "a partition is read by everybody",
     "GRANT SELECT ON ydelse.result_1 TO PUBLIC",
     {"grant result_1 PUBLIC SELECT", NULL}},
    {1,
     "a partition has another owner",
     "ALTER TABLE ydelse.result_1 OWNER TO postgres",
     {"owner result_1", "postgres"}},
    {1,
     "a table has another owner",
     "ALTER TABLE ydelse.access_log OWNER TO postgres",
     {"owner ydelse.access_log:", "postgres"}},
    {1,
     "a function has another owner",
     "ALTER FUNCTION ydelse.look_role() OWNER TO postgres",
     {"owner ydelse.look_role()", "postgres"}},
    {1,
     "row security is off",
     "ALTER TABLE ydelse.batch DISABLE ROW LEVEL SECURITY",
     {"pg_class ydelse.batch:", "row security"}},
    {1,
     "a policy lets everybody",
     "CREATE POLICY evil ON ydelse.batch USING (true)",
     {"pg_policy ydelse.batch.evil", NULL}},
    {1,
     "a role inherits another",
     "GRANT ydelse_finance TO ydelse_auditor",
     {"grant ydelse_auditor ydelse_finance", NULL}},
    {1,
     "a role passes row security",
     "ALTER ROLE ydelse_finance BYPASSRLS",
     {"pg_roles ydelse_finance", "BYPASSRLS"}},
};

#define ROUNDS 3

static char *text; /* what verify printed last */
static size_t text_size;

/* Verifies with the plants of a round, which are undone. */
static void verify(Pg *pg, int round) {
    Error error;
    FILE *out = open_memstream(&text, &text_size);
    VerifyReport *report = verify_report_begin();
    test_sql(pg, "BEGIN");
    for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++)
        if (plants[i].round == round)
            test_sql(pg, plants[i].sql);
    cr_expect_eq(verify_catalog(pg, report, &error), STATUS_OK, "%s", error.message);
    test_sql(pg, "ROLLBACK");
    verify_report_print(report, TABLE_TEXT, false, out, &error);
    verify_report_free(report);
    fclose(out);
}

/* The line that begins with a name, without its end, or "". */
static void line_of(const char *name, char *line, size_t size) {
    const char *at = strstr(text, name);
    snprintf(line, size, "%.*s", at == NULL ? 0 : (int)strcspn(at, "\n"), at == NULL ? "" : at);
}

Test(verify_catalog, what_is_planted_is_named) {
    Pg *superuser = story_superuser();
    for (int round = 1; round <= ROUNDS; round++) {
        verify(superuser, round);
        for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++) {
            char line[512];
            if (plants[i].round != round)
                continue;
            line_of(plants[i].named[0], line, sizeof line);
            cr_expect_neq(line[0], '\0', "%s: no '%s' in\n%s", plants[i].what, plants[i].named[0], text);
            cr_expect(plants[i].named[1] == NULL || strstr(line, plants[i].named[1]) != NULL,
                      "%s: no '%s' in\n%s", plants[i].what, plants[i].named[1], line);
        }
        free(text);
    }
    pg_close(superuser);
}

/* As the owner, by the command; and nothing of it stays. */
Test(verify_catalog, the_owner_compares_and_nothing_stays) {
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    night_expect_number("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'ydelse%'", 3);
    test_sql(night_pg, "ALTER TABLE ydelse.payment DROP CONSTRAINT payment_amount_oere_check");
    char *out = night_program(1, "verify", NULL, NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(out, "payment_amount_oere_check"), "%s", out);
    free(out);
}
