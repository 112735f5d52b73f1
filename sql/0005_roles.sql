-- Roles: group roles without login, which people and services are made members of.
--
--   ydelse_batch    loads deliveries and runs months (the nightly job)
--   ydelse_finance  makes, approves and emits payment batches (0006)
--   ydelse_auditor  reads runs, law sets, files, seals; changes nothing
--
-- Roles belong to the whole server: another database may have made them already, also at this moment. Without the
-- right to make roles the schema works for its owner alone, and the migration says so.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ydelse_batch', 'ydelse_finance', 'ydelse_auditor'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role % is missing and may not be created: only the owner can work', name;
        END;
    END LOOP;
END $$;

-- Whether there is anybody to grant something to.
CREATE FUNCTION roles_exist() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) = 3 FROM pg_roles WHERE rolname IN ('ydelse_batch', 'ydelse_finance', 'ydelse_auditor')
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA ydelse TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT SELECT ON ydelse.migration, ydelse.delivery, ydelse.input_file, ydelse.load_digest, ydelse.law_set, ydelse.run, ydelse.run_month,
        ydelse.run_cutover, ydelse.run_shard, ydelse.run_attempt, ydelse.run_bucket
        TO ydelse_batch, ydelse_finance, ydelse_auditor;

    GRANT SELECT ON ydelse.reject, ydelse.reject_resolved, ydelse.reject_open, ydelse.run_scope, ydelse.result,
        ydelse.result_current, ydelse.entitlement, ydelse.entitlement_latest, ydelse.delta_line TO ydelse_batch;
    GRANT INSERT ON ydelse.delivery, ydelse.input_file, ydelse.load_digest, ydelse.reject, ydelse.reject_resolved TO ydelse_batch;
    GRANT SELECT, INSERT ON ydelse.fact_deltagere, ydelse.fact_forloeb, ydelse.fact_boern, ydelse.fact_perioder,
        ydelse.fact_indkomst, ydelse.fact_feriepenge, ydelse.fact_sanktioner, ydelse.fact_skattekort,
        ydelse.waiting_deltagere, ydelse.waiting_forloeb, ydelse.waiting_boern, ydelse.waiting_perioder,
        ydelse.waiting_indkomst, ydelse.waiting_feriepenge, ydelse.waiting_sanktioner, ydelse.waiting_skattekort,
        ydelse.fact_ended TO ydelse_batch;
    GRANT EXECUTE ON FUNCTION ydelse.run_clean_up(), ydelse.run_plan_months(integer), ydelse.run_plan_scope(integer),
        ydelse.run_open(date, boolean, text, text, text, text, text, text, text),
        ydelse.run_plan_shards(integer, integer, integer, text), ydelse.run_abandon(integer, text),
        ydelse.run_seal(integer), ydelse.fact_index_create(text),
        ydelse.fact_index_drop(text), ydelse.load_digest_rest(integer, text[]), ydelse.delivery_check(integer, integer),
        ydelse.run_plan_reprocess(integer, date, text), ydelse.run_law_outdated(integer), ydelse.run_difference(integer)
        TO ydelse_batch;
END $$;
