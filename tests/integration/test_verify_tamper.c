/* ydelse verify finds what a superuser with triggers disabled changes: every column of every table, every deleted row,
 * and what takes more thought. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/verify_story.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(verify_tamper, .init = story_begin, .fini = story_end);

/* Tables that are treated like another one of their sort, but for the names of their columns: their columns are tried
 * only when YDELSE_VERIFY_EVERYTHING is set, for it takes a minute more. */
static bool is_like_another(const char *table) {
    static const char *const like[] = {"result_3",         "result_4",       "entitlement_2024_04",
                                       "waiting_indkomst", "fact_boern",     "fact_perioder",
                                       "fact_sanktioner",  "fact_feriepenge"};
    for (size_t i = 0; i < sizeof like / sizeof like[0]; i++)
        if (strcmp(like[i], table) == 0)
            return getenv("YDELSE_VERIFY_EVERYTHING") == NULL;
    return false;
}

/* Who may see what, and who looked: kept by the owner and erased after its own time, so that no seal covers it. */
static bool is_beside(const char *table) {
    static const char *const beside[] = {"restored_copy", "access_log"};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (strcmp(beside[i], table) == 0)
            return true;
    return false;
}

/* The first row of a table with (or, when there is none, without) a value in the column, changed in it alone. */
static const char flips_sql[] =
    "SELECT c.relname, a.attname, format('UPDATE ydelse.%I SET %I = %s WHERE ctid = (SELECT ctid FROM "
    "ydelse.%I ORDER BY "
    "(%I IS NULL), ctid LIMIT 1)', c.relname, a.attname, CASE format_type(a.atttypid, NULL)"
    " WHEN 'boolean' THEN format('NOT coalesce(%I, false)', a.attname)"
    " WHEN 'date' THEN format('(coalesce(%1$I, date ''2024-03-01'') + interval ''1 month'')::date', "
    "a.attname)"
    " WHEN 'timestamp with time zone' THEN format('coalesce(%I, now()) + interval ''1 millisecond''', "
    "a.attname)"
    " WHEN 'bytea' THEN format('CASE WHEN length(coalesce(%1$I, '''')) = 0 THEN sha256(''x'') ELSE "
    "set_byte(%1$I, 0, "
    "get_byte(%1$I, 0) # 1) END', a.attname)"
    " WHEN 'uuid' THEN 'gen_random_uuid()'"
    " WHEN '\"char\"' THEN format('CASE %I WHEN ''N'' THEN ''R'' ELSE ''N'' END::\"char\"', a.attname)"
    " WHEN 'text' THEN format('coalesce(%I, '''') || ''1''', a.attname)"
    " ELSE format('coalesce(%I, 0) + 1', a.attname) END, c.relname, a.attname) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "WHERE c.relnamespace = 'ydelse'::regnamespace AND c.relkind = 'r' "
    "AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ydelse.%I', c.relname), "
    "false, true, "
    "'')))[1]::text <> '0' ORDER BY 1, a.attnum";

/* result_1 is told as result, entitlement_2024_03 as entitlement. */
static const char *told_as(const char *table) {
    return strncmp(table, "result_", 7) == 0         ? "result "
           : strncmp(table, "entitlement_", 12) == 0 ? "entitlement "
                                                     : table;
}

Test(verify_tamper, an_untouched_database_is_clean) {
    const char *const arguments[] = {"verify", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}

/* Every second one, so that both processors look. */
static void flip_columns(int first) {
    Pg *superuser = story_superuser();
    PgRows *flips = NULL;
    Error error;
    int found = 0, refused = 0;
    cr_assert_eq(pg_query(superuser, flips_sql, 0, NULL, &flips, &error), STATUS_OK, "%s", error.message);
    for (int i = first; i < pg_row_count(flips); i += 2) {
        long long wrong = 0;
        const char *table = pg_text(flips, i, 0);
        if (is_like_another(table) || is_beside(table))
            continue;
        char *text = story_tampered(superuser, pg_text(flips, i, 2), &wrong);
        refused += text == NULL;
        found += text != NULL && wrong > 0;
        if (text != NULL) {
            cr_expect_gt(wrong, 0, "%s.%s: not found", table, pg_text(flips, i, 1));
            cr_expect(wrong == 0 || strstr(text, told_as(table)) != NULL, "%s.%s is not named in\n%s", table,
                      pg_text(flips, i, 1), text);
        }
        free(text);
    }
    printf("[verify] half of %d columns: %d found, %d refused by the database\n", pg_row_count(flips), found,
           refused);
    cr_expect_gt(found, 125);
    pg_rows_free(flips);
    pg_close(superuser);
}

Test(verify_tamper, every_even_column_of_every_table) {
    flip_columns(0);
}

Test(verify_tamper, every_odd_column_of_every_table) {
    flip_columns(1);
}

/* A deleted row: the last one of each table. */
static const char deletions_sql[] =
    "SELECT c.relname, format('DELETE FROM ydelse.%I WHERE ctid = (SELECT max(ctid) FROM ydelse.%1$I)', "
    "c.relname) "
    "FROM pg_class c WHERE c.relnamespace = 'ydelse'::regnamespace AND c.relkind = 'r' "
    "AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ydelse.%I', c.relname), "
    "false, true, "
    "'')))[1]::text <> '0' ORDER BY 1";

Test(verify_tamper, a_deleted_row_of_every_table) {
    Pg *superuser = story_superuser();
    PgRows *deletions = NULL;
    Error error;
    cr_assert_eq(pg_query(superuser, deletions_sql, 0, NULL, &deletions, &error), STATUS_OK, "%s",
                 error.message);
    for (int i = 0; i < pg_row_count(deletions); i++) {
        long long wrong = 0;
        if (is_beside(pg_text(deletions, i, 0)))
            continue;
        char *text = story_tampered(superuser, pg_text(deletions, i, 1), &wrong);
        cr_assert_not_null(text);
        cr_expect_gt(wrong, 0, "a row deleted from %s is not found", pg_text(deletions, i, 0));
        free(text);
    }
    cr_expect_gt(pg_row_count(deletions), 30);
    pg_rows_free(deletions);
    pg_close(superuser);
}

/* What takes more thought, and what must be told about it. */
static const struct {
    const char *what, *sql, *expected[2];
} manipulations[] = {
    {"a lower wage",
     "UPDATE ydelse.fact_indkomst SET felt_0013 = felt_0013 - 100 WHERE post_id = 'LATE1' AND posttype = 'R'",
     {"fact_indkomst indkomst.csv:4", "RAEKKE_AENDRET"}},
    {"a value and its row hash",
     "UPDATE ydelse.fact_boern SET bidrag_beloeb = 1, row_hash = gen_random_uuid() WHERE line = 6",
     {"fact_boern boern.csv:6", "RAEKKE_AENDRET"}},
    {"a row hash and its digest, so that only the delivery's text knows",
     "UPDATE ydelse.load_digest SET digest = sha256('x') WHERE relation = 'fact_boern'",
     {"load_digest 1 rows=fact_boern;3", "TEKST_AFVIGER"}},
    {"a deleted fact",
     "DELETE FROM ydelse.fact_perioder WHERE line = 3",
     {"fact_perioder perioder.csv (fil 4)", "RAEKKER_AFVIGER"}},
    {"all facts of a file",
     "DELETE FROM ydelse.fact_sanktioner",
     {"fact_sanktioner sanktioner.csv (fil 8)", "RAEKKER_MANGLER"}},
    {"an added fact with a row of its own",
     "INSERT INTO ydelse.fact_boern SELECT (f).* FROM (SELECT jsonb_populate_record(b, '{\"line\": 99}') AS "
     "f FROM "
     "ydelse.fact_boern b WHERE line = 6) x",
     {"fact_boern boern.csv:99", "RAEKKE_AENDRET"}},
    {"a fact twice",
     "INSERT INTO ydelse.fact_boern SELECT * FROM ydelse.fact_boern WHERE line = 6",
     {"fact_boern boern.csv:6", "RAEKKE_DOBBELT"}},
    {"a fact in a delivery that never was",
     "INSERT INTO ydelse.fact_boern SELECT (f).* FROM (SELECT jsonb_populate_record(b, '{\"delivery_id\": "
     "77}') AS f FROM "
     "ydelse.fact_boern b WHERE line = 6) x",
     {"fact_boern boern.csv:6", "RAEKKE_UKENDT"}},
    {"a fact known too late",
     "UPDATE ydelse.fact_feriepenge SET delivery_id = 2 WHERE line = 2",
     {"fact_feriepenge feriepenge.csv:2", "KENDT_FRA"}},
    {"a replaced version that counts again",
     "DELETE FROM ydelse.fact_ended WHERE delivery_id = 2",
     {"fact_ended indkomst", "TO_LEVENDE"}},
    {"a version that counts no more",
     "INSERT INTO ydelse.fact_ended SELECT bucket, cpr_nummer, file_id, line, 1, salt, sha256('x') FROM "
     "ydelse.fact_boern WHERE line = 6",
     {"fact_ended boern", "INGEN_LEVENDE"}},
    {"a reject that never was",
     "DELETE FROM ydelse.reject WHERE reject_id = 1",
     {"input_file deltagere.csv (fil 1)", "REGNSKAB_AFVIGER"}},
    {"a file's accounting",
     "UPDATE ydelse.input_file SET rows_stored = rows_stored - 1, rows_duplicate = rows_duplicate + 1 "
     "WHERE file_id = 2",
     {"input_file forloeb.csv (fil 2)", "REGNSKAB_AFVIGER"}},
    {"a delivery's digest",
     "UPDATE ydelse.delivery SET digest = sha256('x') WHERE delivery_id = 2",
     {"delivery 2", "SUM_AFVIGER"}},
    {"a delivery's text with a digest that fits",
     "UPDATE ydelse.delivery SET digest_text = digest_text || 'x=1', digest = sha256(convert_to(digest_text "
     "|| 'x=1', 'UTF8')) "
     "WHERE delivery_id = 2",
     {"delivery 3 previous", "TEKST_MANGLER"}},
    {"the whole last delivery",
     "DELETE FROM ydelse.delivery WHERE delivery_id = 5",
     {"input_file", "RAEKKE_UKENDT"}},
    {"a rate",
     "ALTER TABLE ydelse.law_set DROP CONSTRAINT law_set_hash; UPDATE ydelse.law_set SET content = content "
     "|| ' ' WHERE kind = 'satser'",
     {"law_set 1 satser", "INDHOLD_AENDRET"}},
    {"a rate and its hash",
     "UPDATE ydelse.law_set SET content = content || ' ', sha256 = sha256(convert_to(content || ' ', "
     "'UTF8')) WHERE kind = "
     "'satser'",
     {"law_set 1 law=satser", "TEKST_AFVIGER"}},
    {"a policy chosen otherwise",
     "UPDATE ydelse.run SET politik_id = satser_id WHERE run_id = 1",
     {"run 1", "RAEKKE_UKENDT"}},
    {"two results that swapped their amounts",
     "UPDATE ydelse.result a SET til_udbetaling = b.til_udbetaling, ydelse = b.ydelse, atp_egen = "
     "b.atp_egen, brutto = "
     "b.brutto, udfald = b.udfald FROM ydelse.result b, (SELECT array_agg(cpr ORDER BY til_udbetaling) AS c "
     "FROM ydelse.result "
     "WHERE run_id = 1 AND udfald = 'BETALES') p WHERE a.run_id = 1 AND b.run_id = 1 AND (a.cpr, b.cpr) IN "
     "((p.c[1], p.c[40]), "
     "(p.c[40], p.c[1]))",
     {"result run 1 2024-03", "RESULTAT_AENDRET"}},
    {"a deleted result",
     "DELETE FROM ydelse.result WHERE run_id = 1 AND cpr = '6110861018'",
     {"result run 1 2024-03 611086", "RESULTAT_MANGLER"}},
    {"a result moved to another run",
     "UPDATE ydelse.result SET run_id = 3 WHERE run_id = 1 AND cpr = '7405851002'",
     {"result run 3 2024-03 740585", "RESULTAT_NYT"}},
    {"a result, its shard and the run's digest",
     "UPDATE ydelse.result SET fund = 'X' WHERE run_id = 1 AND cpr = '7405851002'; UPDATE ydelse.run SET "
     "result_digest = "
     "sha256('x') WHERE run_id = 1",
     {"run 1 result_digest", "RESULTAT_AENDRET"}},
    {"a person who was not computed",
     "DELETE FROM ydelse.run_scope WHERE run_id = 3",
     {"run_scope 3 scope=2024-03", "TEKST_MANGLER"}},
    {"a seal's text",
     "UPDATE ydelse.run SET seal_text = replace(seal_text, 'kind=nightly', 'kind=reprocess') WHERE run_id = "
     "1",
     {"run 1 kind", "SUM_AFVIGER"}},
    {"a seal's text with a seal that fits",
     "UPDATE ydelse.run SET seal_text = seal_text || 'x=1', seal = sha256(previous_seal || "
     "convert_to(seal_text || 'x=1', "
     "'UTF8')) WHERE run_id = 1",
     {"run 3", "KAEDE_BRUDT"}},
    {"a broken chain",
     "UPDATE ydelse.run SET previous_seal = seal WHERE run_id = 4",
     {"run 4", "KAEDE_BRUDT"}},
    {"a run that is gone", "DELETE FROM ydelse.run WHERE run_id = 2", {"run 3", "NUMMER_MANGLER"}},
    {"the whole last run", "DELETE FROM ydelse.run WHERE run_id = 4", {"result run 4", "RAEKKE_UKENDT"}},
    {"a higher bucket sum",
     "UPDATE ydelse.run_bucket SET til_udbetaling = til_udbetaling + 1 WHERE run_id = 1 AND bucket = 7",
     {"run_bucket 1 bucket=7", "TEKST_AFVIGER"}},
    {"another worker of a shard",
     "UPDATE ydelse.run_shard SET worker = 'x' WHERE run_id = 1",
     {"run_shard 1 shard=0", "TEKST_AFVIGER"}},
    {"a result in another bucket",
     "UPDATE ydelse.result SET bucket = (bucket + 1) % 256 WHERE run_id = 1 AND cpr = '7405851002'",
     {"result run 1 2024-03", "RESULTAT_NYT"}},
    {"a cut-over",
     "UPDATE ydelse.run_cutover SET first_month = '2025-01-01' WHERE run_id = 1",
     {"run_cutover 1 cutover=", "FOER_SKAERING"}},
    {"more owed, with differences that close and a hash that fits",
     "UPDATE ydelse.entitlement SET til_udbetaling = til_udbetaling + 100, delta_til_udbetaling = "
     "delta_til_udbetaling + 100, "
     "row_hash = ydelse.entitlement_hash(entitlement_id, month, cpr, revision, run_id, kommunekode, ordning, "
     "ARRAY[til_udbetaling + 100, atp_egen, atp_kommune, skat, pension], ARRAY[delta_til_udbetaling + 100, "
     "delta_atp_egen, "
     "delta_atp_kommune, delta_skat, delta_pension]) WHERE cpr = '7405851002' AND month = '2024-03-01'",
     {"entitlement run 1 2024-03 entitlement", "SKYLDIG_AFVIGER"}},
    {"a difference",
     "UPDATE ydelse.entitlement SET delta_til_udbetaling = delta_til_udbetaling + 1 WHERE revision = 2",
     {"entitlement run 3", "DELTA_GAAR_IKKE_OP"}},
    {"a revision that is gone",
     "DELETE FROM ydelse.entitlement WHERE cpr = '6110861018' AND revision = 2",
     {"result run 3 2024-03", "SKYLDIG_MANGLER"}},
    {"a vanished month that was not set to zero",
     "DELETE FROM ydelse.entitlement WHERE cpr = '7405851002' AND revision = 2",
     {"entitlement run 1 2024-03", "BORTFALDET"}},
    {"another municipality",
     "UPDATE ydelse.entitlement SET kommunekode = '0147' WHERE cpr = '6302801019' AND revision = 1",
     {"entitlement run 1", "KOMMUNE_AENDRET"}},
    {"two names of what is owed, swapped",
     "UPDATE ydelse.entitlement e SET entitlement_id = CASE entitlement_id WHEN 5 THEN 6 ELSE 5 END WHERE "
     "entitlement_id IN (5, 6)",
     {"entitlement run 1 2024-03 entitlement 5", "RAEKKE_AENDRET"}},
    {"a payment's amount",
     "UPDATE ydelse.payment SET amount_oere = amount_oere + 1 WHERE payment_id = 3",
     {"payment betaling 3 bunke 1", "BETALING_SUM"}},
    {"two payments' amounts, swapped",
     "UPDATE ydelse.payment SET amount_oere = (SELECT sum(amount_oere) FROM ydelse.payment WHERE payment_id "
     "IN (1, 2)) - "
     "amount_oere WHERE payment_id IN (1, 2)",
     {"payment_file bunke 1 betaling 1", "BETALING_SUM"}},
    {"a payment to somebody else",
     "UPDATE ydelse.payment SET cpr = '6110861018' WHERE payment_id = 3",
     {"payment_part betaling 3 bunke 1", "FIL_BETALING"}},
    {"a payment's attempt",
     "UPDATE ydelse.payment SET attempt = 7 WHERE payment_id = 3",
     {"payment betaling 3 bunke 1", "BETALING_NAVN"}},
    {"a payment that is no more sent",
     "UPDATE ydelse.payment SET state = 'in_batch' WHERE payment_id = 3",
     {"payment betaling 3 bunke 1", "BETALING_TILSTAND"}},
    {"a line that may be paid again",
     "UPDATE ydelse.payment_part SET active = false WHERE payment_id = 3",
     {"payment_part betaling 3", "LINJE_AKTIV"}},
    {"a line in two payments",
     "DROP INDEX ydelse.payment_part_live; INSERT INTO ydelse.payment_part SELECT 4, line_id, true FROM "
     "ydelse.payment_part "
     "WHERE payment_id = 3",
     {"payment_part linje", "LINJE_TO_GANGE"}},
    {"a payment that is gone, with its part",
     "DELETE FROM ydelse.payment_part WHERE payment_id = 3; DELETE FROM ydelse.payment WHERE payment_id = 3",
     {"batch bunke 1", "BUNKE_SUM"}},
    {"the payer's account of an emitted batch",
     "UPDATE ydelse.batch SET payer_iban = 'DK0000000000000000' WHERE batch_id = 1",
     {"payment_file bunke 1 PmtInf/DbtrAcct", "FIL_HOVED"}},
    {"the payer's account of a draft",
     "UPDATE ydelse.batch SET payer_iban = 'DK0000000000000000' WHERE state = 'draft'",
     {"batch ", "TEKST_AFVIGER"}},
    {"an approver who is the maker",
     "ALTER TABLE ydelse.batch DROP CONSTRAINT batch_two_people; UPDATE ydelse.batch SET approved_by = "
     "made_by WHERE batch_id = 1",
     {"batch bunke 1", "BUNKE_EN_PERSON"}},
    {"a cancelled batch that lives",
     "UPDATE ydelse.batch SET state = 'draft', cancelled_by = NULL, cancelled_at = NULL, "
     "cancel_reason = NULL WHERE batch_id = 2",
     {"batch bunke 2", "BUNKE_TILSTAND"}},
    {"an event that is gone",
     "DELETE FROM ydelse.batch_event WHERE batch_id = 1 AND event = 'approved'",
     {"batch_event", "BUNKE_HAENDELSE"}},
    {"an event of another user",
     "UPDATE ydelse.batch_event SET by_user = 'x' WHERE event_id = 1",
     {"batch_event 1 event=1", "TEKST_AFVIGER"}},
    {"bytes of a payment file, and their hash",
     "UPDATE ydelse.payment_file SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '<Ctry>DK', "
     "'<Ctry>SE'), 'UTF8'), "
     "sha256 = sha256(convert_to(replace(convert_from(bytes, 'UTF8'), '<Ctry>DK', '<Ctry>SE'), 'UTF8'))",
     {"payment_file 6 payment_file=", "TEKST_AFVIGER"}},
    {"the payee in a payment file",
     "ALTER TABLE ydelse.payment_file DROP CONSTRAINT payment_file_sha256; UPDATE ydelse.payment_file SET "
     "bytes = "
     "convert_to(replace(convert_from(bytes, 'UTF8'), (SELECT cpr FROM ydelse.payment WHERE payment_id = 3), "
     "'7101811004'), 'UTF8')",
     {"payment_file bunke 1 betaling 3", "FIL_AENDRET"}},
    {"an unreadable payment file",
     "ALTER TABLE ydelse.payment_file DROP CONSTRAINT payment_file_sha256; UPDATE ydelse.payment_file SET "
     "bytes = "
     "substring(bytes FOR 900)",
     {"payment_file bunke 1", "FIL_ULAESELIG"}},
    {"a payment file that is gone", "DELETE FROM ydelse.payment_file", {"batch bunke 1", "FIL_MANGLER"}},
    {"a posting, and the file's hash",
     "UPDATE ydelse.output_file SET bytes = n.bytes, sha256 = sha256(n.bytes) FROM (SELECT "
     "convert_to(replace(convert_from(bytes, 'UTF8'), 'skyldig_atp', 'skyldig_skat'), 'UTF8') AS bytes FROM "
     "ydelse.output_file WHERE output_id = 1) n WHERE output_id = 1",
     {"output_file posteringer run 1", "UDDATA_AENDRET"}},
    {"an extract that is gone",
     "DELETE FROM ydelse.output_file WHERE kind = 'udtraek'",
     {"output_file", "TEKST_MANGLER"}},
    {"a migration",
     "UPDATE ydelse.migration SET sha256 = repeat('0', 64) WHERE number = 4",
     {"migration 4", "MIGRATION_AFVIGER"}},
    {"a disabled trigger",
     "ALTER TABLE ydelse.batch DISABLE TRIGGER b_stamp",
     {"batch b_stamp", "TRIGGER_SLAAET_FRA"}},
    {"a dropped trigger",
     "DROP TRIGGER append_only ON ydelse.law_set",
     {"law_set append_only", "TRIGGER_MANGLER"}},
    {"a dropped trigger of a partition",
     "DROP TRIGGER closed ON ydelse.entitlement_2024_03",
     {"entitlement_2024_03 closed", "TRIGGER_MANGLER"}},
    {"a function",
     "CREATE OR REPLACE FUNCTION ydelse.entitlement_closed() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
     "RETURN NULL; END$$",
     {"pg_proc", "FUNKTION_AFVIGER"}},
    {"a view",
     "CREATE OR REPLACE VIEW ydelse.payment_line_open AS SELECT e.month, e.cpr, e.kommunekode, "
     "e.entitlement_id * 10 + 1 "
     "AS line_id, e.delta_til_udbetaling AS amount_oere FROM ydelse.entitlement e",
     {"payment_line_open", "VISNING_AFVIGER"}},
    {"the name of the installation",
     "UPDATE ydelse.installation SET identity = gen_random_uuid()",
     {"installation 1 installation", "TEKST_AFVIGER"}},
};

static void expect_no_whole_cpr(const char *text, const char *what) {
    static const char *const people[] = {"6110861018", "7405851002", "6302801019", "7801801009",
                                         "7101811004"};
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        cr_expect_null(strstr(text, people[i]), "%s: a CPR number is printed", what);
}

Test(verify_tamper, planted_manipulations) {
    Pg *superuser = story_superuser();
    for (size_t i = 0; i < sizeof manipulations / sizeof manipulations[0]; i++) {
        long long wrong = 0;
        char *text = story_tampered(superuser, manipulations[i].sql, &wrong);
        cr_expect_not_null(text, "%s: refused", manipulations[i].what);
        if (text == NULL)
            continue;
        for (int part = 0; part < 2; part++)
            cr_expect_not_null(strstr(text, manipulations[i].expected[part]), "%s: '%s' is not in\n%s",
                               manipulations[i].what, manipulations[i].expected[part], text);
        expect_no_whole_cpr(text, manipulations[i].what);
        free(text);
    }
    pg_close(superuser);
}

/* Tables without content in the story, and why that is fine. */
static const char *const empty_tables[] = {
    /* the kinds that have waiting rows in the story are treated alike */
    "waiting_deltagere", "waiting_boern", "waiting_perioder", "waiting_feriepenge", "waiting_sanktioner",
    /* needs expected files to be configured; a line of the seal's text, as run_input */
    "run_missing",
    /* needs years: test_erase.c tampers with them */
    "erasure_order", "erasure", "erased_unit", "erased_row", NULL};

Test(verify_tamper, no_table_is_left_out) {
    Pg *superuser = story_superuser();
    PgRows *tables = NULL;
    Error error;
    cr_assert_eq(pg_query(superuser,
                          "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'ydelse'::regnamespace "
                          "AND c.relkind = 'r' "
                          "AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM "
                          "ydelse.%I', c.relname), "
                          "false, true, '')))[1]::text = '0' ORDER BY 1",
                          0, NULL, &tables, &error),
                 STATUS_OK);
    for (int i = 0; i < pg_row_count(tables); i++) {
        bool listed = is_beside(pg_text(tables, i, 0));
        for (int k = 0; empty_tables[k] != NULL; k++)
            listed = listed || strcmp(empty_tables[k], pg_text(tables, i, 0)) == 0;
        cr_expect(listed, "%s has no row in the story, so that nobody knows whether verify looks at it",
                  pg_text(tables, i, 0));
    }
    pg_rows_free(tables);
    pg_close(superuser);
}

static void expect_verify(const char *option, const char *value, int exit_code, const char *part) {
    const char *const arguments[] = {"verify", "--lang", "en", option, value, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", option, process.exit_code, process.out,
                 process.err);
    cr_expect_not_null(strstr(process.out, part), "'%s' is not in\n%s", part, process.out);
    process_free(&process);
}

Test(verify_tamper, formats_and_a_seal_from_outside) {
    Pg *superuser = story_superuser();
    char *seal = test_sql_text(superuser, "SELECT encode(seal, 'hex') FROM ydelse.run WHERE run_id = 3");
    expect_verify("--seal", seal, 0, "  ok  ");
    seal[0] = seal[0] == '0' ? '1' : '0';
    expect_verify("--seal", seal, 1, "SEGL_UKENDT");
    expect_verify("--seal", "xyz", 64, "");
    expect_verify("--format", "csv", 0, "kontrol;raekker;fejl;kode;tabel;noegle;ventet;fundet;tekst\nskema;");
    expect_verify("--format", "json", 0, "\"kontrol\"");
    test_sql(superuser, "SET session_replication_role = replica; UPDATE ydelse.fact_boern SET bidrag_beloeb "
                        "= 1 WHERE line = 6");
    expect_verify("--format", "csv", 1, "fakta;;;RAEKKE_AENDRET;fact_boern;boern.csv:6");
    free(seal);
    pg_close(superuser);
}
