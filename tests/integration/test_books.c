/* The books beside the payments: whatever is owed, paid, rejected, claimed and waived in whatever order, the account of
 * the NemKonto owes what was sent or is to be sent, and nothing is a cost twice. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/pay_fixture.h"

static Pg *finance, *second,
    *superuser; /* sessions of the maker, the approver, and whom nothing is refused */

static void begin(void) {
    begin_month();
    finance = connect_as(maker);
    second = connect_as(approver);
    superuser = connect_as(getenv("YDELSE_TEST_SUPERUSER"));
    test_sql(owner, "SELECT fixture.person('" ANNA "', '0101', 'Anna', NULL);"
                    "SELECT fixture.person('" BO "', '0101', 'Bo', NULL);");
}

static void end(void) {
    pg_close(finance);
    pg_close(second);
    pg_close(superuser);
    end_month();
}

TestSuite(books, .init = begin, .fini = end);

/* --- Steps ------------------------------------------------------------------------------------------------- */

static void anna_gets(long oere) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " %ld, 2024-03 " BO " 1000000')",
             oere);
    test_sql(owner, sql);
}

static void make_batch(void) {
    test_sql(finance,
             "SELECT count(*) FROM ydelse.batch_create('2024-03-27', '2024-03-20', '2021-01-01', "
             "'2024-03-01', NULL, true,"
             " '[{\"kommunekode\": \"0101\", \"navn\": \"K\", \"cvr\": \"64942212\", \"konto_iban\": "
             "\"DK5000400440116243\", \"bic\": \"DABADKKK\"}]', false)");
}

/* Drafts are approved and emitted; one of which less is owed by now is cancelled. */
static void send_batches(void) {
    test_sql(
        second,
        "DO $$ DECLARE b record; BEGIN FOR b IN SELECT * FROM ydelse.batch WHERE state = 'draft' LOOP "
        "PERFORM ydelse.batch_approve(b.batch_id, 'test'); BEGIN PERFORM ydelse.batch_emit_store(b.batch_id, "
        "'2024-03-20', 'csv', (SELECT 'YD' || upper(substr(replace(identity::text, '-', ''), 1, 16)) || '-' "
        "|| b.batch_id FROM ydelse.installation), 'x', b.payment_count, b.total_oere); "
        "EXCEPTION WHEN "
        "SQLSTATE 'YD004' THEN PERFORM ydelse.batch_cancel(b.batch_id, 'test'); END; END LOOP; END $$");
}

/* The bank's answer about Anna's newest payment that this can be said of. */
static void answer(const char *code, const char *outcome, const char *states) {
    char sql[768];
    char *id = NULL;
    snprintf(sql, sizeof sql,
             "SELECT coalesce((SELECT end_to_end_id FROM ydelse.payment WHERE cpr = '" ANNA
             "' AND state IN (%s) ORDER BY payment_id DESC LIMIT 1), '')",
             states);
    id = test_sql_text(owner, sql);
    snprintf(sql, sizeof sql,
             "SELECT * FROM ydelse.answer_settle('svar.csv', 'nemkonto.csv', '', '', NULL, NULL, "
             "convert_to(gen_random_uuid()::text, 'UTF8'), '{2}', '{transaction}', '{%s}', '{%s}', '{NULL}', "
             "'{%s}')",
             id, code, outcome);
    if (id[0] != '\0')
        test_sql(finance, sql);
    free(id);
}

static void release_all(void) {
    test_sql(finance, "SELECT * FROM ydelse.payment_release_again(NULL, 'test')");
}

/* Both say that what is contradicted was paid, where they may. */
static void resolve_all(void) {
    static const char sql[] = "DO $$ DECLARE p record; BEGIN FOR p IN SELECT end_to_end_id FROM "
                              "ydelse.rejected_list('2024-03-20', NULL) WHERE state = 'MODSTRID' LOOP BEGIN "
                              "PERFORM ydelse.payment_resolve(p.end_to_end_id, 'betalt', 'test'); EXCEPTION "
                              "WHEN SQLSTATE 'YD024' THEN NULL; END; "
                              "END LOOP; END $$";
    test_sql(owner, sql);
    test_sql(superuser, sql);
}

static void decide_claims(const char *outcome) {
    char sql[768];
    snprintf(sql, sizeof sql,
             "DO $$ DECLARE c record; BEGIN FOR c IN SELECT claim_id, amount_oere FROM ydelse.claim WHERE "
             "state <> "
             "'AFSLUTTET' LOOP PERFORM ydelse.claim_decide(c.claim_id, 'A', '%s', NULL, NULL); PERFORM "
             "ydelse.claim_close(c.claim_id, 'test'); END LOOP; END $$",
             outcome);
    test_sql(owner, sql);
}

static void post_all(void) {
    test_sql(finance,
             "SELECT count(*) FROM ydelse.run r, ydelse.output_store('posteringer', r.run_id, (SELECT "
             "jsonb_build_object('accounts', jsonb_object_agg(role, role))::text FROM "
             "unnest(ARRAY['ydelse_rf', 'ydelse_ja', "
             "'atp_kommune', 'skyldig_atp', 'skyldig_skat', 'skyldig_pension', 'mellemregning_nemkonto', "
             "'mellemregning_stat', 'tilgodehavende']) role), now()) WHERE r.state = 'sealed'");
}

/* --- What must hold ---------------------------------------------------------------------------------------- */

/* Stored postings against the delta lines of the runs that have them, as `verify` compares. */
#define DIFFERING                                                                                            \
    "SELECT coalesce(string_agg(concat_ws(' ', component, posted, posting), ', '), '') FROM "                \
    "ydelse.control_sums() "                                                                                 \
    "WHERE posting <> posted OR payment <> line"
#define UNNOTED                                                                                              \
    "SELECT count(*) FROM (SELECT DISTINCT month, cpr FROM ydelse.claim WHERE outcome = 'frafald') k, "      \
    "LATERAL "                                                                                               \
    "ydelse.claim_waiver_of(k.month, k.cpr) w WHERE w.used_oere <> w.noted_oere"

static int64_t account(const char *role) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(sum(ydelse.oere(field[10])), 0) FROM ydelse.output_line('posteringer') WHERE "
             "field[8] = '%s'",
             role);
    return test_sql_int64(owner, sql);
}

static void expect_accounts(const char *what, int64_t cost, int64_t clearing, int64_t receivable) {
    static const char *const roles[] = {"ydelse_rf", "mellemregning_nemkonto", "tilgodehavende"};
    const int64_t expected[] = {cost, clearing, receivable};
    post_all();
    for (int i = 0; i < 3; i++)
        cr_expect_eq(account(roles[i]), expected[i], "%s: %s has %lld, expected %lld", what, roles[i],
                     (long long)account(roles[i]), (long long)expected[i]);
    expect_text(DIFFERING, "");
    expect_number(UNNOTED, 0);
}

/* --- A waiver that a later increase uses up ------------------------------------------------------------------ */

/* Both get 10.000 and are paid; Anna is owed 9.000, and the difference is waived. Bo's 10.000 are in every sum. */
static void waive(void) {
    anna_gets(1000000);
    make_batch();
    send_batches();
    anna_gets(900000);
    expect_accounts("a claim", 1900000, -2000000, 100000);
    decide_claims("frafald");
    expect_text("SELECT string_agg(DISTINCT component, ',' ORDER BY component) FROM ydelse.control_sums() "
                "WHERE posting <> "
                "line OR posted <> posting",
                "");
}

Test(books, a_waiver_that_is_used_up_is_no_cost_twice) {
    static const struct {
        long owed;
        int64_t cost, clearing;
        const char *what;
    } cases[] = {
        {900000, 2000000, -2000000, "waived"},          {960000, 2000000, -2000000, "used up in part"},
        {930000, 2000000, -2000000, "given back"},      {1000000, 2000000, -2000000, "used up"},
        {1030000, 2030000, -2030000, "owed more"},      {900000, 2000000, -2000000, "all of it again"},
        {1000000, 2000000, -2000000, "and used again"},
    };
    waive();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        anna_gets(cases[i].owed);
        expect_accounts(cases[i].what, cases[i].cost, cases[i].clearing, 0);
    }
    expect_text("SELECT string_agg(field[2] || ' ' || field[8] || ' ' || field[10], ', ' ORDER BY run_id, "
                "field[10]) FROM "
                "ydelse.output_line('posteringer') WHERE field[7] = 'frafald_brugt' AND run_id <= 4",
                "4 ydelse_rf -600,00, 4 mellemregning_nemkonto 600,00");
    /* Each points at the posting of the waiver. */
    expect_number(
        "SELECT count(*) FROM ydelse.output_line('posteringer') b WHERE b.field[7] = 'frafald_brugt' AND NOT "
        "EXISTS "
        "(SELECT FROM ydelse.output_line('posteringer') f WHERE f.field[1] = b.field[11] AND f.field[7] = "
        "'krav_frafald')",
        0);
    make_batch();
    send_batches();
    expect_number("SELECT fixture.paid('" ANNA "')", 1000000); /* paid in the first place */
}

/* A payment that takes the lines of the waiver with it comes back, and what was used up is given back. */
Test(books, a_rejection_gives_a_waiver_back) {
    waive();
    anna_gets(1030000);
    make_batch();
    send_batches();
    expect_accounts("paid more", 2030000, -2030000, 0);
    anna_gets(980000);
    expect_accounts("a new claim", 1980000, -2030000, 50000);
    answer("9", "rejected", "'sent'"); /* 300 have come back: 10.000 paid, 9.800 owed, 200 waived */
    anna_gets(980000);
    expect_accounts("rejected", 2000000, -2000000, 0);
}

/* The mistake that was there: without frafald_brugt everything else still adds up, and the control sees it. */
Test(books, the_control_sees_a_waiver_booked_twice) {
    waive();
    anna_gets(1000000);
    post_all();
    test_sql(superuser,
             "ALTER TABLE ydelse.output_file DROP CONSTRAINT output_file_sha256; "
             "SET session_replication_role = replica; "
             "UPDATE ydelse.output_file SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), "
             "'\\nK[^\\n]*;frafald_brugt;[^\\n]*', '', 'g'), 'UTF8')");
    expect_text(DIFFERING, "mellemregning_nemkonto 2000000 2100000");
    const char *const arguments[] = {"control", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 1, "control");
    expect_part(process.out, "mellemregning_nemkonto");
    process_free(&process);
}

/* --- Any order ------------------------------------------------------------------------------------------------ */

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static const char *const step_names[] = {"owed",       "batch",   "send",   "reject", "accept", "again",
                                         "contradict", "resolve", "repaid", "waive",  "post"};
enum { OWED, BATCH, SEND, REJECT, ACCEPT, AGAIN, CONTRADICT, RESOLVE, REPAID, WAIVE, POST, STEP_COUNT };

static void take_step(uint32_t step, uint32_t chance) {
    switch (step) {
    case OWED:
        anna_gets(900000 + 10000 * (long)(chance % 20));
        break;
    case BATCH:
        make_batch();
        break;
    case SEND:
        send_batches();
        break;
    case REJECT:
        answer("9", "rejected", "'sent', 'accepted'");
        break;
    case ACCEPT:
        answer("8", "accepted", "'sent'");
        break;
    case AGAIN:
        release_all();
        break;
    case CONTRADICT:
        answer("8", "accepted", "'rejected'");
        break;
    case RESOLVE:
        resolve_all();
        break;
    case REPAID:
        decide_claims("tilbagebetaling");
        break;
    case WAIVE:
        decide_claims("frafald");
        break;
    default:
        post_all();
    }
}

Test(books, any_order_of_what_can_happen) {
    static const uint32_t chances[] = {OWED,   OWED,   OWED,   OWED,  BATCH,      SEND,
                                       SEND,   REJECT, ACCEPT, AGAIN, CONTRADICT, RESOLVE,
                                       REPAID, WAIVE,  WAIVE,  WAIVE, POST};
    const char *seed = getenv("YDELSE_SEED"), *steps = getenv("YDELSE_STEPS");
    uint32_t state = 2654435761U * (seed == NULL ? 7 : (uint32_t)atoi(seed));
    uint32_t done[STEP_COUNT] = {0};
    waive(); /* the walk begins where it is interesting */
    for (int i = 0; i < (steps == NULL ? 30 : atoi(steps)); i++) {
        const uint32_t step = chances[next_random(&state) % (sizeof chances / sizeof chances[0])];
        char what[64];
        done[step]++;
        take_step(step, next_random(&state));
        snprintf(what, sizeof what, "step %d, %s", i, step_names[step]);
        char *differing = test_sql_text(owner, DIFFERING);
        cr_assert_str_eq(differing, "", "%s: %s", what, differing);
        free(differing);
        cr_assert_eq(test_sql_int64(owner, UNNOTED), 0, "%s: a waiver is not what was noted", what);
    }
    for (int i = 0; steps != NULL && i < STEP_COUNT; i++)
        cr_expect_gt(done[i], 0, "%s never happened", step_names[i]);
    expect_number("SELECT count(*) FROM ydelse.claim_mismatch", 0);
    cr_expect_gt(
        test_sql_int64(owner, "SELECT count(*) FROM ydelse.claim_event WHERE event = 'frafald_brugt'"), 0);
    /* A run's file is the same whenever it is made. */
    expect_number("SELECT count(*) FROM ydelse.output_file o LEFT JOIN LATERAL ydelse.output_bytes(o.kind, "
                  "o.run_id, o.config) b "
                  "ON true WHERE b.bytes IS DISTINCT FROM o.bytes",
                  0);
}
