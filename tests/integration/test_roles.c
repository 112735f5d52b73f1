/* What each role may do with every table, view and function, held against a written list: what is not in the list, also a
 * table of a later migration, fails; and each forbidden thing is tried as that role. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/database.h"

static Pg *owner;

static void begin(void) {
    test_database_create();
    owner = test_database_connect();
}

static void end(void) {
    pg_close(owner);
    test_database_drop();
}

TestSuite(roles, .init = begin, .fini = end);

typedef struct {
    const char *name, *rights;
} Rights;

/* --- The decisions -------------------------------------------------------------------------------------------------- */

/* For ydelse_batch, ydelse_finance and ydelse_auditor: r read, c read some columns, a add, w change (some columns), d delete, t empty. The
 * partitions of result and entitlement are nobody's. */
static const Rights relations[] = {
    {"ydelse.access_log", "- - -"},
    {"ydelse.answer_file", "- - -"},
    {"ydelse.arrears_decision", "r r r"},
    {"ydelse.batch", "r r r"},
    {"ydelse.batch_event", "r r r"},
    {"ydelse.batch_overview", "r r r"},
    {"ydelse.claim", "- - -"},
    {"ydelse.claim_event", "r r r"},
    {"ydelse.claim_mismatch", "- - -"},
    {"ydelse.claim_net", "- - -"},
    {"ydelse.claim_open", "- - -"},
    {"ydelse.claim_part", "- - -"},
    {"ydelse.claim_waived", "- - -"},
    {"ydelse.delivery", "ra r r"},
    {"ydelse.delta_line", "r - -"},
    {"ydelse.entitlement", "r - -"},
    {"ydelse.entitlement_latest", "r - -"},
    {"ydelse.erased_row", "r r r"},
    {"ydelse.erased_unit", "r r r"},
    {"ydelse.erasure", "r r r"},
    {"ydelse.erasure_order", "r r r"},
    {"ydelse.fact_boern", "ra - -"},
    {"ydelse.fact_deltagere", "ra - -"},
    {"ydelse.fact_ended", "ra - -"},
    {"ydelse.fact_feriepenge", "ra - -"},
    {"ydelse.fact_forloeb", "ra - -"},
    {"ydelse.fact_indkomst", "ra - -"},
    {"ydelse.fact_perioder", "ra - -"},
    {"ydelse.fact_sanktioner", "ra - -"},
    {"ydelse.fact_skattekort", "ra - -"},
    {"ydelse.finance_municipality", "- - r"},
    {"ydelse.finance_municipality_event", "- - r"},
    {"ydelse.held_event", "- - -"},
    {"ydelse.held_open", "- - -"},
    {"ydelse.input_arrival", "ra r r"},
    {"ydelse.input_file", "ra r r"},
    {"ydelse.installation", "r r r"},
    {"ydelse.law_set", "r r r"},
    {"ydelse.load_digest", "ra r r"},
    {"ydelse.migration", "r r r"},
    {"ydelse.output_file", "- - -"},
    {"ydelse.owed_open", "- - -"},
    {"ydelse.payee", "- - -"},
    {"ydelse.payee_hold", "- - -"},
    {"ydelse.payment", "- - -"},
    {"ydelse.payment_answer", "- - -"},
    {"ydelse.payment_file", "- - -"},
    {"ydelse.payment_line_open", "- - -"},
    {"ydelse.payment_line_state", "- - -"},
    {"ydelse.payment_part", "- - -"},
    {"ydelse.payment_rejected_open", "- - -"},
    {"ydelse.payment_released", "- - -"},
    {"ydelse.payment_contradicted", "- - -"},
    {"ydelse.payment_resolution", "- - -"},
    {"ydelse.answer_unused", "- - -"},
    {"ydelse.payment_release", "- - -"},
    {"ydelse.reject", "ra - -"},
    {"ydelse.reject_open", "r - -"},
    {"ydelse.reject_resolved", "ra - -"},
    {"ydelse.restored_copy", "- - -"},
    {"ydelse.result", "r - -"},
    {"ydelse.result_current", "r - -"},
    {"ydelse.result_held_now", "- - -"},
    {"ydelse.result_line", "r - -"},
    {"ydelse.run", "r r r"},
    {"ydelse.run_attempt", "r r r"},
    {"ydelse.run_bucket", "r r r"},
    {"ydelse.run_cutover", "r r r"},
    {"ydelse.run_input", "r r r"},
    {"ydelse.run_missing", "r r r"},
    {"ydelse.run_month", "r r r"},
    {"ydelse.run_named", "r r r"},
    {"ydelse.run_scope", "r - -"},
    {"ydelse.run_shard", "r r r"},
    {"ydelse.waiting_boern", "ra - -"},
    {"ydelse.waiting_deltagere", "ra - -"},
    {"ydelse.waiting_feriepenge", "ra - -"},
    {"ydelse.waiting_forloeb", "ra - -"},
    {"ydelse.waiting_indkomst", "ra - -"},
    {"ydelse.waiting_perioder", "ra - -"},
    {"ydelse.waiting_sanktioner", "ra - -"},
    {"ydelse.waiting_skattekort", "ra - -"},
    {"ydelse_look.delta_line", "- r r"},
    {"ydelse_look.entitlement", "- r r"},
    {"ydelse_look.fact_boern", "- r r"},
    {"ydelse_look.fact_deltagere", "- r r"},
    {"ydelse_look.fact_ended", "- r r"},
    {"ydelse_look.fact_feriepenge", "- r r"},
    {"ydelse_look.fact_forloeb", "- r r"},
    {"ydelse_look.fact_indkomst", "- r r"},
    {"ydelse_look.fact_perioder", "- r r"},
    {"ydelse_look.fact_sanktioner", "- r r"},
    {"ydelse_look.fact_skattekort", "- r r"},
    {"ydelse_look.reject_open", "- r r"},
    {"ydelse_look.result", "- r r"},
    {"ydelse_look.result_current", "- r r"},
    {"ydelse_look.result_line", "- r r"},
    {"ydelse_look.run_scope", "- r r"},
};
#define RELATION_COUNT (sizeof relations / sizeof relations[0])

/* b, f, a: which of the three may call it. What is not here nobody may, but for the owner. */
static const Rights functions[] = {
    {"ydelse.access_list(text,timestamp with time zone,timestamp with time zone,text)", "--a"},
    {"ydelse.answer_batches(integer)", "-fa"},
    {"ydelse.answer_list(integer)", "-fa"},
    {"ydelse.answer_effect(text,text)", "--a"},
    {"ydelse.answered_upto(text,integer)", "--a"},
    {"ydelse.entitlement_hash(bigint,date,text,integer,integer,text,text,bigint[],bigint[])", "--a"},
    {"ydelse.seal_text_upto(text,text)", "--a"},
    {"ydelse.answer_settle(text,text,text,text,bigint,bigint,bytea,integer[],text[],text[],text[],text[],"
     "text[])",
     "-f-"},
    {"ydelse.answer_summary(integer)", "-fa"},
    {"ydelse.attempt_create(integer,smallint,integer)", "b--"},
    {"ydelse.attempt_finish(integer,smallint,integer)", "b--"},
    {"ydelse.batch_approve(integer,text)", "-f-"},
    {"ydelse.batch_blocked(integer,date)", "-f-"},
    {"ydelse.batch_cancel(integer,text)", "-f-"},
    {"ydelse.batch_create(date,date,date,date,text,boolean,jsonb,boolean)", "-f-"},
    {"ydelse.batch_emit_begin(integer)", "-f-"},
    {"ydelse.batch_emit_store(integer,date,text,text,bytea,bigint,bigint)", "-f-"},
    {"ydelse.batch_recall(integer,text)", "-f-"},
    {"ydelse.batch_remove_payment(integer,text,text)", "-f-"},
    {"ydelse.bound_municipalities()", "bfa"},
    {"ydelse.claim_allowed(integer)", "bfa"},
    {"ydelse.claim_close(integer,text)", "-f-"},
    {"ydelse.claim_decide(integer,text,text,text,bigint)", "-f-"},
    {"ydelse.claims_looked_at(timestamp with time zone,text,date,text)", "-fa"},
    {"ydelse.control_missing()", "bfa"},
    {"ydelse.control_sums()", "bfa"},
    {"ydelse.creditor_sums(date,text)", "bfa"},
    {"ydelse.delivery_check(integer,integer)", "b--"},
    {"ydelse.difference_list(integer,integer,date,text)", "b--"},
    {"ydelse.difference_looked_at(timestamp with time zone,integer,integer,date,text)", "-fa"},
    {"ydelse.erase_order(date,text)", "-f-"},
    {"ydelse.erased_before()", "bfa"},
    {"ydelse.expected_find(text,text,date,date)", "b--"},
    {"ydelse.fact_index_create(text)", "b--"},
    {"ydelse.fact_index_drop(text)", "b--"},
    {"ydelse.held_list(date)", "b--"},
    {"ydelse.held_looked_at(timestamp with time zone,date)", "-fa"},
    {"ydelse.is_erased(text,integer)", "bfa"},
    {"ydelse.kroner(bigint)", "bfa"},
    {"ydelse.load_digest_rest(integer,text[])", "b--"},
    {"ydelse.look_open(text,text,text,date,text)", "bfa"},
    {"ydelse.look_write(timestamp with time zone,text,text,text,date,text)", "bfa"},
    {"ydelse.looked_at(timestamp with time zone)", "-fa"},
    {"ydelse.looked_at_all(timestamp with time zone)", "-fa"},
    {"ydelse.looked_at_list(timestamp with time zone,text)", "-fa"},
    {"ydelse.looked_at_listed()", "-fa"},
    {"ydelse.month_totals(integer)", "bfa"},
    {"ydelse.municipality_allowed(text)", "bfa"},
    {"ydelse.output_store(text,integer,text,timestamp with time zone)", "-f-"},
    {"ydelse.payment_release_again(text[],text)", "-f-"},
    {"ydelse.arrears_decide(bigint,bigint,text,date)", "-f-"},
    {"ydelse.payment_resolve(text,text,text)", "-f-"},
    {"ydelse.contradiction_sums()", "bfa"},
    {"ydelse.payments_looked_at(timestamp with time zone,integer)", "-f-"},
    {"ydelse.raw_text(bytea)", "bfa"},
    {"ydelse.reject_close_corrected(integer)", "b--"},
    {"ydelse.rejected_looked_at(timestamp with time zone,date,text)", "-fa"},
    {"ydelse.refuse_erased(date)", "bfa"},
    {"ydelse.run_abandon(integer,text)", "b--"},
    {"ydelse.run_clean_up()", "b--"},
    {"ydelse.run_difference(integer)", "b--"},
    {"ydelse.run_distribution(integer,bigint)", "bfa"},
    {"ydelse.run_finding_list(integer,text,integer,integer)", "b--"},
    {"ydelse.run_finding_looked_at(timestamp with time zone,integer,text,integer,integer)", "-fa"},
    {"ydelse.run_findings(integer)", "bfa"},
    {"ydelse.run_law_outdated(integer)", "b--"},
    {"ydelse.run_news(integer,date)", "bfa"},
    {"ydelse.run_note_held(integer,text[])", "b--"},
    {"ydelse.run_note_input(integer,date,integer)", "b--"},
    {"ydelse.run_note_missing(integer,text,text,date,text,bigint,bigint)", "b--"},
    {"ydelse.run_touched(integer,date)", "b-a"},
    {"ydelse.run_open(date,boolean,text,text,text,text,text,text,text)", "b--"},
    {"ydelse.run_plan_shards(integer,integer,integer,text)", "b--"},
    {"ydelse.shard_claim(integer,text,interval,integer)", "b--"},
    {"ydelse.shard_done(integer,smallint,integer,boolean,bigint[],bigint[],bytea[])", "b--"},
    {"ydelse.shard_progress(integer,integer)", "b--"},
    {"ydelse.shard_release(integer,text)", "b--"},
    {"ydelse.shard_renew(integer,smallint,integer,interval)", "b--"},
    {"ydelse.run_plan_months(integer)", "b--"},
    {"ydelse.run_plan_reprocess(integer,date,text)", "b--"},
    {"ydelse.run_plan_scope(integer)", "b--"},
    {"ydelse.run_seal(integer)", "b--"},
    {"ydelse.run_totals(integer)", "bfa"},
    {"ydelse.session_started()", "bfa"},
    {"ydelse.statement_lines(text,date,timestamp with time zone)", "bfa"},
    {"ydelse.status()", "bfa"},
    {"ydelse.sent_any()", "-fa"},
    {"ydelse.sent_unknown(text[])", "-fa"},
    {"ydelse.status_watch()", "bfa"},
    {"ydelse.status_ages(date)", "bfa"},
    {"ydelse.status_answers(date)", "bfa"},
    {"ydelse_look.batch_payments(integer)", "-f-"},
    {"ydelse_look.claim_list(text,date,text)", "-fa"},
    {"ydelse_look.difference_list(integer,integer,date,text)", "-fa"},
    {"ydelse_look.held_list(date)", "-fa"},
    {"ydelse_look.rejected_list(date,text)", "-fa"},
    {"ydelse_look.run_finding_list(integer,text,integer,integer)", "-fa"},
};
#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

/* --- Held against the catalogue ------------------------------------------------------------------------------------- */

static const char relations_sql[] = "SELECT n.nspname || '.' || c.relname, string_agg(coalesce(nullif(concat("
                                    "CASE WHEN has_table_privilege(r, c.oid, 'SELECT') THEN 'r' "
                                    "WHEN has_any_column_privilege(r, c.oid, 'SELECT') THEN 'c' END, "
                                    "CASE WHEN has_table_privilege(r, c.oid, 'INSERT') THEN 'a' END, "
                                    "CASE WHEN has_any_column_privilege(r, c.oid, 'UPDATE') THEN 'w' END, "
                                    "CASE WHEN has_table_privilege(r, c.oid, 'DELETE') THEN 'd' END, "
                                    "CASE WHEN has_table_privilege(r, c.oid, 'TRUNCATE') THEN 't' END), ''), "
                                    "'-'), ' ' ORDER BY place), c.relispartition "
                                    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                                    "CROSS JOIN unnest(ARRAY['ydelse_batch', 'ydelse_finance', "
                                    "'ydelse_auditor']) WITH ORDINALITY x (r, place) "
                                    "WHERE n.nspname IN ('ydelse', 'ydelse_look') AND c.relkind IN ('r', "
                                    "'p', 'v', 'm', 'f') GROUP BY 1, 3 ORDER BY 1";

static const char functions_sql[] =
    "SELECT n.nspname || '.' || p.proname || '(' || array_to_string(ARRAY(SELECT format_type(t, NULL) "
    "FROM unnest(p.proargtypes) WITH ORDINALITY a (t, place) ORDER BY place), ',') || ')', "
    "string_agg(CASE WHEN has_function_privilege(r, p.oid, 'EXECUTE') THEN substr(r, 8, 1) ELSE '-' END, '' "
    "ORDER BY place) "
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "CROSS JOIN unnest(ARRAY['ydelse_batch', 'ydelse_finance', 'ydelse_auditor']) WITH ORDINALITY x (r, "
    "place) "
    "WHERE n.nspname IN ('ydelse', 'ydelse_look') GROUP BY p.oid, 1 ORDER BY 1";

static PgRows *ask(const char *sql) {
    PgRows *rows = NULL;
    Error error;
    cr_assert_eq(pg_query(owner, sql, 0, NULL, &rows, &error), STATUS_OK, "%s", error.message);
    return rows;
}

static const char *decided(const Rights *list, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].rights;
    return NULL;
}

static void expect_all_there(const Rights *list, size_t count, const PgRows *rows) {
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (int row = 0; row < pg_row_count(rows); row++)
            found = found || strcmp(pg_text(rows, row, 0), list[i].name) == 0;
        cr_expect(found, "%s is in the list and not in the schema", list[i].name);
    }
}

Test(roles, every_table_and_view_has_a_decision) {
    PgRows *rows = ask(relations_sql);
    for (int i = 0; i < pg_row_count(rows); i++) {
        const char *name = pg_text(rows, i, 0);
        const char *rights =
            pg_text(rows, i, 2)[0] == 't' ? "- - -" : decided(relations, RELATION_COUNT, name);
        cr_expect_not_null(rights, "{\"%s\", \"%s\"}, is not decided here", name, pg_text(rows, i, 1));
        cr_expect(rights == NULL || strcmp(rights, pg_text(rows, i, 1)) == 0, "%s: %s, decided is %s", name,
                  pg_text(rows, i, 1), rights);
    }
    expect_all_there(relations, RELATION_COUNT, rows);
    pg_rows_free(rows);
}

Test(roles, every_function_has_a_decision) {
    PgRows *rows = ask(functions_sql);
    cr_expect_gt(pg_row_count(rows), 100);
    for (int i = 0; i < pg_row_count(rows); i++) {
        const char *rights = decided(functions, FUNCTION_COUNT, pg_text(rows, i, 0));
        cr_expect_str_eq(pg_text(rows, i, 1), rights == NULL ? "---" : rights,
                         "{\"%s\", \"%s\"}, is decided otherwise", pg_text(rows, i, 0), pg_text(rows, i, 1));
    }
    expect_all_there(functions, FUNCTION_COUNT, rows);
    pg_rows_free(rows);
}

Test(roles, nothing_is_everybodys) {
    PgRows *rows =
        ask("SELECT c.oid::regclass FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a "
            "WHERE c.relnamespace::regnamespace::text IN ('ydelse', 'ydelse_look') AND a.grantee = 0");
    cr_expect_eq(pg_row_count(rows), 0);
    pg_rows_free(rows);
    rows = ask("SELECT p.oid::regprocedure FROM pg_proc p CROSS JOIN LATERAL "
               "aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
               "WHERE p.pronamespace::regnamespace::text IN ('ydelse', 'ydelse_look') AND a.grantee = 0");
    for (int i = 0; i < pg_row_count(rows); i++)
        cr_expect_fail("%s may be called by everybody", pg_text(rows, i, 0));
    pg_rows_free(rows);
    /* What a function with the owner's rights looks up must not depend on who calls it. */
    rows = ask("SELECT p.oid::regprocedure FROM pg_proc p WHERE p.prosecdef AND "
               "p.pronamespace::regnamespace::text IN ('ydelse', 'ydelse_look') AND "
               "NOT coalesce(p.proconfig::text ~ 'search_path=pg_catalog, ?pg_temp', false)");
    for (int i = 0; i < pg_row_count(rows); i++)
        cr_expect_fail("%s has no pinned search_path", pg_text(rows, i, 0));
    pg_rows_free(rows);
}

/* --- Tried as that role --------------------------------------------------------------------------------------------- */

static Pg *connect_as(const char *user) {
    char dsn[128];
    Error error;
    Pg *pg = NULL;
    snprintf(dsn, sizeof dsn, "user=%s", user);
    cr_assert_eq(pg_connect(dsn, &pg, &error), STATUS_OK, "%s", error.message);
    return pg;
}

/* A statement for each right. */
static const struct {
    char right;
    const char *verb, *rest;
} attempts[] = {{'r', "SELECT * FROM ", ""},
                {'a', "INSERT INTO ", " DEFAULT VALUES"},
                {'d', "DELETE FROM ", ""},
                {'t', "TRUNCATE ", ""}};

static int try_relation(Pg *pg, const char *who, const char *relation, const char *column,
                        const char *rights) {
    char sql[256];
    int tried = 0;
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        if (strchr(rights, attempts[i].right) != NULL)
            continue;
        snprintf(sql, sizeof sql, "%s%s%s", attempts[i].verb, relation, attempts[i].rest);
        cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501", "%s: %s", who, sql);
        tried++;
    }
    /* Who may change some columns may not change the first, which is of the key. */
    snprintf(sql, sizeof sql, "UPDATE %s SET %s = DEFAULT", relation, column);
    cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501", "%s: %s", who, sql);
    return tried + 1;
}

/* The rights of one of the three in a decision; -1 is a login without any role. */
static void rights_of(const char *rights, int role, char one[8]) {
    snprintf(one, 8, "-");
    if (role >= 0) {
        for (int i = 0; i < role; i++)
            rights = strchr(rights, ' ') + 1;
        snprintf(one, 8, "%.*s", (int)strcspn(rights, " "), rights);
    }
}

static int try_relations(Pg *pg, const char *who, int role) {
    /* Tables: a view that cannot be written to is refused before anybody's rights are asked. */
    PgRows *rows =
        ask("SELECT n.nspname || '.' || c.relname, quote_ident(a.attname) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND "
            "a.attnum = 1 WHERE n.nspname = 'ydelse' AND c.relkind IN ('r', 'p') AND NOT c.relispartition");
    int tried = 0;
    for (int i = 0; i < pg_row_count(rows); i++) {
        char rights[8];
        const char *all = decided(relations, RELATION_COUNT, pg_text(rows, i, 0));
        if (all == NULL)
            continue; /* told by another test */
        rights_of(all, role, rights);
        tried += try_relation(pg, who, pg_text(rows, i, 0), pg_text(rows, i, 1), rights);
    }
    pg_rows_free(rows);
    for (size_t i = 0; i < RELATION_COUNT; i++) {
        char rights[8], sql[128];
        rights_of(relations[i].rights, role, rights);
        if (strchr(rights, 'r') != NULL)
            continue;
        snprintf(sql, sizeof sql, "SELECT * FROM %s", relations[i].name);
        cr_expect_str_eq(test_sql_sqlstate(pg, sql), "42501", "%s: %s", who, sql);
        tried++;
    }
    return tried;
}

#define NO_ROLE '!'

/* A call with NULLs that the planner cannot answer by itself. Without the right to the schema its types are not found. */
static const char calls_sql[] =
    "SELECT n.nspname || '.' || p.proname || '(' || array_to_string(t.types, ',') || ')', "
    "format('SELECT %I.%I(%s) FROM (SELECT %s OFFSET 0) a', n.nspname, p.proname, "
    "array_to_string(ARRAY(SELECT 'a' || i FROM generate_series(1, p.pronargs) i), ', '), "
    "array_to_string(ARRAY(SELECT format('NULL::%s AS a%s', type, i) FROM unnest(t.types) WITH ORDINALITY x "
    "(type, i)), ', ')) "
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "CROSS JOIN LATERAL (SELECT ARRAY(SELECT format_type(a.t, NULL) FROM unnest(p.proargtypes) WITH "
    "ORDINALITY a (t, i) "
    "ORDER BY i) AS types) t WHERE n.nspname IN ('ydelse', 'ydelse_look')";

static int try_functions(Pg *pg, const char *who, char letter) {
    PgRows *rows = ask(calls_sql);
    int tried = 0;
    for (int i = 0; i < pg_row_count(rows); i++) {
        const char *rights = decided(functions, FUNCTION_COUNT, pg_text(rows, i, 0));
        if (rights != NULL && strchr(rights, letter) != NULL)
            continue;
        const char *sqlstate = test_sql_sqlstate(pg, pg_text(rows, i, 1));
        cr_expect(strcmp(sqlstate, "42501") == 0 || (letter == NO_ROLE && strcmp(sqlstate, "42704") == 0),
                  "%s: %s: %s", who, pg_text(rows, i, 1), sqlstate);
        tried++;
    }
    pg_rows_free(rows);
    return tried;
}

Test(roles, each_forbidden_thing_is_refused_to_each_role) {
    static const char *const groups[] = {"ydelse_batch", "ydelse_finance", "ydelse_auditor"};
    int tried = 0;
    for (int role = -1; role < 3; role++) {
        char user[64] = "ydelse_nobody";
        const char *who = role < 0 ? "nobody" : groups[role];
        if (role < 0)
            test_sql(owner, "CREATE ROLE ydelse_nobody LOGIN");
        else
            test_role_create(owner, who, groups[role], user);
        Pg *pg = connect_as(user);
        tried += try_relations(pg, who, role);
        tried += try_functions(pg, who, role < 0 ? NO_ROLE : "bfa"[role]);
        pg_close(pg);
    }
    test_sql(owner, "DROP ROLE ydelse_nobody");
    printf("[roles] %d forbidden things were refused\n", tried);
    cr_expect_gt(tried, 1000);
}
