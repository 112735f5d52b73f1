-- What people do with batches: make, approve, cancel, emit. Nobody else changes batches and payments (0006; answers and what
-- follows from them are in 0017). SQLSTATEs as in 0006.

-- Locks the batch and returns it; YD001 when there is none.
CREATE FUNCTION batch_locked(wanted_batch_id integer) RETURNS ydelse.batch LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_batch ydelse.batch;
BEGIN
    SELECT * INTO found_batch FROM ydelse.batch WHERE batch_id = wanted_batch_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no batch %', wanted_batch_id USING ERRCODE = 'YD001';
    ELSIF NOT ydelse.municipality_allowed(found_batch.kommunekode) THEN
        RAISE EXCEPTION 'batch % belongs to another municipality', wanted_batch_id
            USING ERRCODE = 'insufficient_privilege', HINT = 'The user is bound to other municipalities.';
    END IF;
    RETURN found_batch;
END $$;

-- Collects what is open for the months up to last_month into one draft per municipality.
--   due_date, today   day of execution, business date: a hold that covers either keeps a payee out
--   first_month       months before it are old arrears: listed, and paid when somebody has decided so (0015)
--   payers            [{kommunekode, navn, cvr, se_nummer, konto_iban, bic}]
--   list              whether the payees left out are returned one by one, or counted
-- Returns a row per batch (reason NULL), then what was left out, with the reason: DOED, SPAERRET,
-- TILBAGEHOLDT, AFVIST (0017: nobody has said that it is to be paid again), ERSTATNINGSNUMMER, FORAELDET, BETALER_MANGLER (the first that applies).
-- It is one statement: one view of the facts, of the lines and of the results. Two at once: the second waits.
CREATE FUNCTION batch_create(due_date date, today date, first_month date, last_month date, only_kommunekode text,
                             allow_replacement_cpr boolean, payers jsonb, list boolean)
RETURNS TABLE (kommunekode text, reason text, batch_id integer, payment_count bigint, amount_oere bigint,
               month date, line_id bigint, place text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    bound text[] := ydelse.bound_municipalities();
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    IF batch_create.only_kommunekode <> ALL (bound) THEN
        RAISE EXCEPTION 'municipality % is another one', batch_create.only_kommunekode
            USING ERRCODE = 'insufficient_privilege', HINT = 'The user is bound to other municipalities.';
    END IF;
    RETURN QUERY
    WITH payer AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(batch_create.payers)
            AS p (kommunekode text, navn text, cvr text, se_nummer text, konto_iban text, bic text)
    ), open_line AS MATERIALIZED (
        SELECT o.* FROM ydelse.payment_line_open o
         WHERE o.month <= batch_create.last_month
           AND (batch_create.only_kommunekode IS NULL OR o.kommunekode = batch_create.only_kommunekode)
           AND (bound IS NULL OR o.kommunekode = ANY (bound))
    ), net AS MATERIALIZED (
        SELECT o.month, o.cpr, o.kommunekode, sum(o.amount_oere)::bigint AS amount_oere,
               max(o.line_id) AS newest_line_id
          FROM open_line o
         GROUP BY o.month, o.cpr, o.kommunekode
        HAVING sum(o.amount_oere) > 0
    ), hold AS MATERIALIZED (
        SELECT DISTINCT h.cpr FROM ydelse.payee_hold h
         WHERE batch_create.due_date BETWEEN h.foerste_dag AND coalesce(h.sidste_dag, 'infinity')
            OR batch_create.today BETWEEN h.foerste_dag AND coalesce(h.sidste_dag, 'infinity')
    ), held AS MATERIALIZED (
        SELECT DISTINCT h.month, h.cpr FROM ydelse.result_held_now h WHERE h.month <= batch_create.last_month
    ), rejected AS MATERIALIZED (
        SELECT DISTINCT r.month, r.cpr FROM ydelse.payment_rejected_open r
    ), judged AS MATERIALIZED (
        SELECT n.*, payee.place,
               CASE WHEN payee.doedsdato IS NOT NULL THEN 'DOED'
                    WHEN hold.cpr IS NOT NULL THEN 'SPAERRET'
                    WHEN held.cpr IS NOT NULL THEN 'TILBAGEHOLDT'
                    WHEN rejected.cpr IS NOT NULL THEN 'AFVIST'
                    WHEN ydelse.is_replacement_cpr(n.cpr) AND NOT batch_create.allow_replacement_cpr
                        THEN 'ERSTATNINGSNUMMER'
                    WHEN n.month < batch_create.first_month
                         AND NOT EXISTS (SELECT FROM ydelse.arrears_decision d -- 0015
                                          WHERE (d.line_id, d.amount_oere) = (n.newest_line_id, n.amount_oere))
                        THEN 'FORAELDET'
                    WHEN payer.kommunekode IS NULL THEN 'BETALER_MANGLER' END AS reason
          FROM net n
          LEFT JOIN ydelse.payee ON payee.cpr = n.cpr
          LEFT JOIN hold ON hold.cpr = n.cpr
          LEFT JOIN held ON held.cpr = n.cpr AND held.month = n.month
          LEFT JOIN rejected ON rejected.cpr = n.cpr AND rejected.month = n.month
          LEFT JOIN payer ON payer.kommunekode = n.kommunekode
    ), new_batch AS (
        INSERT INTO ydelse.batch (kommunekode, due_date, payment_count, total_oere, allow_replacement_cpr,
                                  payer_name, payer_cvr, payer_se, payer_iban, payer_bic)
        SELECT p.kommunekode, batch_create.due_date, sums.payment_count, sums.total_oere,
               batch_create.allow_replacement_cpr, p.navn, p.cvr, coalesce(p.se_nummer, ''), p.konto_iban, p.bic
          FROM (SELECT j.kommunekode, count(*) AS payment_count, sum(j.amount_oere)::bigint AS total_oere
                  FROM judged j WHERE j.reason IS NULL GROUP BY j.kommunekode) AS sums
          JOIN payer p USING (kommunekode)
         ORDER BY p.kommunekode
        RETURNING *
    ), new_payment AS (
        INSERT INTO ydelse.payment (batch_id, month, cpr, amount_oere, newest_line_id, attempt)
        SELECT b.batch_id, j.month, j.cpr, j.amount_oere, j.newest_line_id,
               1 + coalesce((SELECT max(earlier.attempt) FROM ydelse.payment earlier
                              WHERE earlier.cpr = j.cpr AND earlier.month = j.month
                                AND earlier.newest_line_id = j.newest_line_id), 0)
          FROM judged j
          JOIN new_batch b USING (kommunekode)
         WHERE j.reason IS NULL
         ORDER BY j.kommunekode, j.cpr, j.month
        RETURNING *
    ), new_part AS (
        INSERT INTO ydelse.payment_part (payment_id, line_id)
        SELECT p.payment_id, o.line_id FROM new_payment p JOIN open_line o ON o.cpr = p.cpr AND o.month = p.month
    ), answer AS (
        SELECT b.kommunekode, NULL AS reason, b.batch_id, b.payment_count, b.total_oere AS amount_oere,
               NULL::date AS month, NULL::bigint AS line_id, NULL AS place
          FROM new_batch b
        UNION ALL
        SELECT j.kommunekode, j.reason, NULL, count(*), sum(j.amount_oere)::bigint, NULL, NULL, NULL
          FROM judged j WHERE j.reason IS NOT NULL AND NOT batch_create.list
         GROUP BY j.kommunekode, j.reason
        UNION ALL
        SELECT j.kommunekode, j.reason, NULL, 1, j.amount_oere, j.month, j.newest_line_id, j.place
          FROM judged j WHERE j.reason IS NOT NULL AND batch_create.list
    )
    SELECT a.kommunekode, a.reason, a.batch_id, a.payment_count, a.amount_oere, a.month, a.line_id, a.place
      FROM answer a
     ORDER BY a.reason NULLS FIRST, a.kommunekode, a.month, a.line_id;
END $$;

-- A second person says yes. The same person saying it twice changes nothing; changed tells. A batch over a limit
-- (0018) needs the reason why it is approved all the same, which its event keeps.
CREATE FUNCTION batch_approve(batch_id integer, despite_limits text DEFAULT NULL)
RETURNS TABLE (changed boolean, kommunekode text, due_date date, payment_count bigint, amount_oere bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_approve.batch_id);
    over text;
BEGIN
    IF b.state = 'approved' AND b.approved_by = session_user THEN
        RETURN QUERY SELECT false, b.kommunekode, b.due_date, b.payment_count, b.total_oere;
        RETURN;
    END IF;
    IF b.state <> 'draft' THEN
        RAISE EXCEPTION 'batch % is %, not draft', b.batch_id, b.state
            USING ERRCODE = 'YD002', DETAIL = coalesce('approved by ' || b.approved_by, '');
    END IF;
    IF b.made_by = session_user THEN
        RAISE EXCEPTION 'batch % was made by %, who cannot approve it', b.batch_id, b.made_by
            USING ERRCODE = 'insufficient_privilege', HINT = 'Another database user must approve it.';
    END IF;
    PERFORM ydelse.check_batch(b.batch_id);
    over := ydelse.batch_over(b.batch_id);
    IF over IS NOT NULL AND coalesce(batch_approve.despite_limits, '') ~ '^\s*$' THEN
        RAISE EXCEPTION 'batch % is over a limit: %', b.batch_id, over
            USING ERRCODE = 'YD005', HINT = 'After a second look: `ydelse approve BATCH --despite-limits REASON`.';
    END IF;
    PERFORM set_config('ydelse.despite_limits', CASE WHEN over IS NULL THEN '' ELSE batch_approve.despite_limits END, true);
    UPDATE ydelse.batch u SET state = 'approved' WHERE u.batch_id = b.batch_id;
    RETURN QUERY SELECT true, b.kommunekode, b.due_date, b.payment_count, b.total_oere;
END $$;

-- Gives a batch up before it is emitted: its lines are open again.
CREATE FUNCTION batch_cancel(batch_id integer, reason text)
RETURNS TABLE (changed boolean, kommunekode text, due_date date, payment_count bigint, amount_oere bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_cancel.batch_id);
BEGIN
    IF b.state NOT IN ('draft', 'approved', 'cancelled') THEN
        RAISE EXCEPTION 'batch % is %: its file is out', b.batch_id, b.state
            USING ERRCODE = 'YD002', HINT = 'Only the bank can recall it.';
    END IF;
    IF b.state <> 'cancelled' THEN
        UPDATE ydelse.batch u SET state = 'cancelled', cancel_reason = batch_cancel.reason
         WHERE u.batch_id = b.batch_id;
        UPDATE ydelse.payment p SET state = 'cancelled' WHERE p.batch_id = b.batch_id AND p.state = 'in_batch';
    END IF;
    RETURN QUERY SELECT b.state <> 'cancelled', b.kommunekode, b.due_date, b.payment_count, b.total_oere;
END $$;

-- The batch to emit, locked for this transaction. With a file: it was emitted before.
CREATE FUNCTION batch_emit_begin(batch_id integer)
RETURNS TABLE (kommunekode text, due_date date, state text, payment_count bigint, amount_oere bigint,
               payer_name text, payer_cvr text, payer_iban text, payer_bic text, message_id text,
               file_format text, file_bytes bytea, file_sha256 text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_emit_begin.batch_id);
BEGIN
    PERFORM ydelse.look_required_lately('emit'); -- a file that was sent names its payees (0018)
    IF ydelse.is_erased('batch', b.batch_id) THEN
        RAISE EXCEPTION 'batch % is erased: its file is gone', b.batch_id USING ERRCODE = 'YD002';
    END IF;
    RETURN QUERY
    SELECT b.kommunekode, b.due_date, b.state, b.payment_count, b.total_oere, b.payer_name, b.payer_cvr,
           b.payer_iban, b.payer_bic, ydelse.batch_message_id(b.batch_id), f.format, f.bytes,
           encode(f.sha256, 'hex')
      FROM (SELECT) AS one_row
      LEFT JOIN ydelse.payment_file f ON f.batch_id = b.batch_id;
    IF b.state IN ('emitted', 'settled') THEN
        INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
        VALUES (b.batch_id, 'emitted_again', b.state, b.state, 'the stored bytes were read');
    END IF;
END $$;

-- Who in the batch may no longer be paid, or is owed less than when the batch was made (RETTET).
CREATE FUNCTION batch_blocked(batch_id integer, today date)
RETURNS TABLE (end_to_end_id text, month date, amount_oere bigint, reason text, place text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    months date[] := (SELECT array_agg(DISTINCT p.month) FROM ydelse.payment p
                       WHERE p.batch_id = batch_blocked.batch_id);
BEGIN
    RETURN QUERY
    WITH hold AS MATERIALIZED (
        SELECT DISTINCT h.cpr
          FROM ydelse.payee_hold h, ydelse.batch b
         WHERE b.batch_id = batch_blocked.batch_id
           AND (b.due_date BETWEEN h.foerste_dag AND coalesce(h.sidste_dag, 'infinity')
                OR batch_blocked.today BETWEEN h.foerste_dag AND coalesce(h.sidste_dag, 'infinity'))
    ), held AS MATERIALIZED (
        SELECT DISTINCT h.month, h.cpr FROM ydelse.result_held_now h WHERE h.month = ANY (months)
    ), lower AS MATERIALIZED (
        SELECT o.month, o.cpr FROM ydelse.owed_open o WHERE o.month = ANY (months) AND o.net_oere < 0
    ), judged AS (
        SELECT p.payment_id, p.end_to_end_id, p.month, p.amount_oere, payee.place,
               CASE WHEN payee.doedsdato IS NOT NULL THEN 'DOED'
                    WHEN hold.cpr IS NOT NULL THEN 'SPAERRET'
                    WHEN held.cpr IS NOT NULL THEN 'TILBAGEHOLDT'
                    WHEN lower.cpr IS NOT NULL THEN 'RETTET' END AS reason
          FROM ydelse.payment p
          LEFT JOIN ydelse.payee ON payee.cpr = p.cpr
          LEFT JOIN hold ON hold.cpr = p.cpr
          LEFT JOIN held ON held.cpr = p.cpr AND held.month = p.month
          LEFT JOIN lower ON lower.cpr = p.cpr AND lower.month = p.month
         WHERE p.batch_id = batch_blocked.batch_id AND p.state <> 'cancelled'
           AND ydelse.municipality_allowed((SELECT b.kommunekode FROM ydelse.batch b WHERE b.batch_id = batch_blocked.batch_id))
    )
    SELECT j.end_to_end_id, j.month, j.amount_oere, j.reason, j.place
      FROM judged j
     WHERE j.reason IS NOT NULL
     ORDER BY j.payment_id;
END $$;

-- What is written into the file, in its order.
CREATE FUNCTION batch_payments(batch_id integer)
RETURNS TABLE (end_to_end_id text, amount_oere bigint, cpr text, navn text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.end_to_end_id, p.amount_oere, p.cpr, payee.navn
      FROM ydelse.payment p
      LEFT JOIN ydelse.payee ON payee.cpr = p.cpr
     WHERE p.batch_id = batch_payments.batch_id AND p.state <> 'cancelled'
       AND ydelse.municipality_allowed((SELECT b.kommunekode FROM ydelse.batch b WHERE b.batch_id = batch_payments.batch_id))
     ORDER BY p.payment_id
$$;

-- Stores the file and moves the batch and its payments, all or nothing. It does not trust the program that
-- wrote the file: count, sum, message id and payees are held against the database once more.
CREATE FUNCTION batch_emit_store(batch_id integer, today date, format text, message_id text, bytes bytea,
                                 payment_count bigint, amount_oere bigint)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_emit_store.batch_id);
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c: nothing is lowered between look and send
    IF b.state <> 'approved' THEN
        RAISE EXCEPTION 'batch % is %, not approved', b.batch_id, b.state USING ERRCODE = 'YD002';
    END IF;
    PERFORM ydelse.check_batch(b.batch_id);
    IF (b.payment_count, b.total_oere, ydelse.batch_message_id(b.batch_id))
       IS DISTINCT FROM
       (batch_emit_store.payment_count, batch_emit_store.amount_oere, batch_emit_store.message_id) THEN
        RAISE EXCEPTION 'the file does not hold what batch % holds', b.batch_id USING ERRCODE = 'YD003';
    END IF;
    PERFORM FROM ydelse.batch_blocked(b.batch_id, batch_emit_store.today);
    IF FOUND THEN
        RAISE EXCEPTION 'somebody in batch % may no longer be paid', b.batch_id USING ERRCODE = 'YD004';
    END IF;
    INSERT INTO ydelse.payment_file (batch_id, format, message_id, bytes, sha256, payment_count, control_sum_oere)
    VALUES (b.batch_id, batch_emit_store.format, batch_emit_store.message_id, batch_emit_store.bytes,
            sha256(batch_emit_store.bytes), batch_emit_store.payment_count, batch_emit_store.amount_oere);
    UPDATE ydelse.payment p SET state = 'sent' WHERE p.batch_id = b.batch_id AND p.state = 'in_batch';
    UPDATE ydelse.batch u SET state = 'emitted' WHERE u.batch_id = b.batch_id;
    RETURN encode(sha256(batch_emit_store.bytes), 'hex');
END $$;

-- --- Rights -----------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT EXECUTE ON FUNCTION ydelse.batch_create(date, date, date, date, text, boolean, jsonb, boolean),
        ydelse.batch_approve(integer, text), ydelse.batch_cancel(integer, text), ydelse.batch_emit_begin(integer),
        ydelse.batch_blocked(integer, date), ydelse.batch_payments(integer),
        ydelse.batch_emit_store(integer, date, text, text, bytea, bigint, bigint) TO ydelse_finance;
END $$;
