-- Arrears: what is owed for months older than setting betaling.foraeldelse_aar is left out of batches and listed (0014:
-- FORAELDET), for its claim may be barred. It is paid when somebody has decided so, month by month.
--
-- A decision is about an amount: the open lines of a participant's month up to the newest one, which names them. What is
-- owed more or less later is another newest line and awaits another decision. It holds no people, and nobody changes it.
--
-- SQLSTATEs: YD025 the line is not the newest open one of an old month; YD026 the amount is another one; YD027 another
-- decision was recorded.
CREATE TABLE arrears_decision (
    number       integer PRIMARY KEY CHECK (number > 0), -- without gaps
    after_run_id integer NOT NULL, -- the last seal by then: the next one covers it (run_beside_text)
    happened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_user      text NOT NULL DEFAULT session_user,
    line_id      bigint NOT NULL CHECK (line_id % 10 = 1), -- no foreign key: it stays when the line is erased (0012)
    amount_oere  bigint NOT NULL CHECK (amount_oere > 0),
    decision_id  text NOT NULL CHECK (decision_id !~ '^\s*$' AND length(decision_id) <= 100),
    UNIQUE (line_id, amount_oere)
);
SELECT protect('arrears_decision');

-- What the next seal says of the decisions since the seal of this run.
CREATE FUNCTION arrears_text(wanted_after integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(';', 'arrears=' || count(*),
                     encode(sha256(coalesce(string_agg(sha256(record_send(ROW(d.number, d.after_run_id, d.happened_at, d.by_user,
                            d.line_id, d.amount_oere, d.decision_id))), ''::bytea ORDER BY d.number), '')), 'hex'))
      FROM ydelse.arrears_decision d WHERE d.after_run_id = wanted_after
$$;

-- Records that an old month is to be paid; the next batch takes it. first_month: months before it are old. The same
-- decision again changes nothing; changed tells.
CREATE FUNCTION arrears_decide(line_id bigint, expected_oere bigint, decision_id text, first_month date)
RETURNS TABLE (changed boolean, kommunekode text, month date, amount_oere bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    owed record;
    before ydelse.arrears_decision;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    LOCK TABLE ydelse.arrears_decision IN SHARE ROW EXCLUSIVE MODE; -- none while a run is sealed
    SELECT o.month, o.kommunekode, sum(o.amount_oere)::bigint AS amount_oere INTO owed
      FROM ydelse.payment_line_open o
      JOIN ydelse.entitlement e ON e.entitlement_id = arrears_decide.line_id / 10 AND (e.month, e.cpr) = (o.month, o.cpr)
     WHERE arrears_decide.line_id % 10 = 1 AND o.month < arrears_decide.first_month
     GROUP BY o.month, o.cpr, o.kommunekode
    HAVING max(o.line_id) = arrears_decide.line_id AND sum(o.amount_oere) > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'line % is not the newest open line of a month that is too old to be paid by itself', line_id
            USING ERRCODE = 'YD025';
    ELSIF NOT ydelse.municipality_allowed(owed.kommunekode) THEN
        RAISE EXCEPTION 'line % belongs to another municipality', line_id
            USING ERRCODE = 'insufficient_privilege', HINT = 'The user is bound to other municipalities.';
    ELSIF expected_oere <> owed.amount_oere THEN
        RAISE EXCEPTION 'line % is about % kr., not % kr.', line_id, ydelse.kroner(owed.amount_oere),
            ydelse.kroner(expected_oere) USING ERRCODE = 'YD026';
    END IF;
    SELECT d.* INTO before FROM ydelse.arrears_decision d
     WHERE d.line_id = arrears_decide.line_id AND d.amount_oere = owed.amount_oere;
    IF before.decision_id <> arrears_decide.decision_id THEN
        RAISE EXCEPTION 'line % is decided already', line_id
            USING ERRCODE = 'YD027', DETAIL = format('%s by %s', before.decision_id, before.by_user);
    ELSIF before.number IS NULL THEN
        INSERT INTO ydelse.arrears_decision (number, after_run_id, line_id, amount_oere, decision_id)
        SELECT 1 + coalesce((SELECT max(d.number) FROM ydelse.arrears_decision d), 0),
               coalesce((SELECT max(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed'), 0),
               arrears_decide.line_id, owed.amount_oere, arrears_decide.decision_id;
    END IF;
    RETURN QUERY SELECT before.number IS NULL, owed.kommunekode, owed.month, owed.amount_oere;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF ydelse.roles_exist() THEN
        GRANT SELECT ON ydelse.arrears_decision TO ydelse_batch, ydelse_finance, ydelse_auditor; -- no people in it
        GRANT EXECUTE ON FUNCTION ydelse.arrears_decide(bigint, bigint, text, date) TO ydelse_finance;
    END IF;
END $$;
