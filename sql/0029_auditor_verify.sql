-- What an auditor needs for `ydelse verify`: everything, under one look at everybody (0018).
--
-- ydelse_verify has what verify reads and calls in ydelse and an auditor may not, under the same names: the tables with people
-- in them as views, and functions. They show nothing before a look at everybody is committed. The program puts this schema's
-- name in the place of ydelse where it has something of that name, so that the checks are written once.

CREATE SCHEMA ydelse_verify;

-- A look at everybody of this user and process, committed before. When the session began is not known here, as in
-- look_required_lately.
CREATE FUNCTION look_required_everybody() RETURNS void LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ydelse.look_role() IS DISTINCT FROM 'ejer' AND NOT ydelse.look_unlogged()
       AND NOT EXISTS (SELECT FROM ydelse.access_log l
                        WHERE l.backend_pid = pg_backend_pid() AND l.by_user = session_user AND l.scope = 'alle'
                          AND l.happened_at > clock_timestamp() - interval '1 day'
                          AND l.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()) THEN
        RAISE EXCEPTION 'no look was opened' USING ERRCODE = 'insufficient_privilege', HINT = 'ydelse.look_open comes first.';
    END IF;
END $$;

CREATE FUNCTION verify_view(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE VIEW ydelse_verify.%1$I WITH (security_barrier) AS SELECT * FROM ydelse.%1$I t
                     WHERE (SELECT ydelse.looked_at_all(ydelse.session_started()))', relation);
END $$;
SELECT verify_view(prefix || kind)
  FROM unnest(ARRAY['fact_', 'waiting_']) prefix,
       unnest(ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner', 'skattekort']) kind;
SELECT verify_view(relation)
  FROM unnest(ARRAY['fact_ended', 'reject', 'reject_resolved', 'run_scope', 'result', 'entitlement', 'held_event', 'held_open',
                    'result_held_now', 'payment', 'payment_part', 'payment_file', 'payment_answer', 'payment_release',
                    'payment_resolution', 'answer_file', 'claim', 'claim_part', 'claim_mismatch', 'output_file']) relation;
DROP FUNCTION verify_view(text);

-- --- Functions ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION ydelse_verify.participant_place(wanted text) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.participant_place(wanted);
$$;

CREATE FUNCTION ydelse_verify.delivery_text(d ydelse.delivery) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.delivery_text(d);
$$;

CREATE FUNCTION ydelse_verify.run_seal_text(id integer, batch_events_upto bigint, claim_events_upto bigint, arrivals_upto bigint,
                                            law_sets_upto bigint) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.run_seal_text(id, batch_events_upto, claim_events_upto, arrivals_upto, law_sets_upto);
$$;

CREATE FUNCTION ydelse_verify.batch_event_text(e ydelse.batch_event) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.batch_event_text(e);
$$;

CREATE FUNCTION ydelse_verify.batch_payments_digest(wanted integer) RETURNS bytea LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.batch_payments_digest(wanted);
$$;

CREATE FUNCTION ydelse_verify.batch_message_id(batch_id integer) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.batch_message_id(batch_id);
$$;

CREATE FUNCTION ydelse_verify.claim_event_text(e ydelse.claim_event) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.claim_event_text(e);
$$;

CREATE FUNCTION ydelse_verify.claim_row_digest(c ydelse_verify.claim) RETURNS bytea LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.claim_row_digest(t) FROM ydelse.claim t WHERE t.claim_id = c.claim_id;
$$;

CREATE FUNCTION ydelse_verify.claim_waiver_of(wanted_month date, wanted_cpr text)
RETURNS TABLE (claim_id integer, used_oere bigint, noted_oere bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT w.claim_id, w.used_oere, w.noted_oere FROM ydelse.claim_waiver_of(wanted_month, wanted_cpr) w;
$$;

CREATE FUNCTION ydelse_verify.answer_file_text(f ydelse_verify.answer_file) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT ydelse.answer_file_text(t) FROM ydelse.answer_file t WHERE t.answer_file_id = f.answer_file_id;
$$;

CREATE FUNCTION ydelse_verify.erasure_text(e ydelse.erasure) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.erasure_text(e);
$$;

CREATE FUNCTION ydelse_verify.output_bytes(kind text, id integer, config text) RETURNS TABLE (bytes bytea, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required_everybody();
    SELECT b.bytes, b.rows FROM ydelse.output_bytes(kind, id, config) b;
$$;

-- --- Rights ------------------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse, ydelse_verify FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA ydelse_verify TO ydelse_auditor;
    GRANT SELECT ON ALL TABLES IN SCHEMA ydelse_verify TO ydelse_auditor;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse_verify TO ydelse_auditor;
    -- These compute from what they are given.
    GRANT EXECUTE ON FUNCTION ydelse.seal_text_upto(text, text), ydelse.answer_effect(text, text), ydelse.answered_upto(text, integer),
        ydelse.entitlement_hash(bigint, date, text, integer, integer, text, text, bigint[], bigint[]) TO ydelse_auditor;
END $$;
