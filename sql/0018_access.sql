-- Who looked at whom, and what a batch must not exceed without a second look.
--
-- Auditors and finance staff read no table with people in it. They read the views of the schema ydelse_look, which have
-- the names and columns of those tables and show what the session has a look for:
--
--     look_open (its own transaction, committed) -> access_log -> the views show that person, that list, or everybody
--
-- The look is committed before anything is seen: a log written in the transaction that reads could be rolled back
-- after reading. It holds for the session that opened it. Everybody's looks by the program are logged, also those of
-- the owner and of ydelse_batch, who read the tables themselves.
--
--   person  one participant: results, facts, what is owed. Auditors and finance.
--   liste   a list that shows people (rejects, held, claims), and the payees of a batch (emit). Auditors and finance.
--   alle    everybody: replay, export, diff. Auditors. One row for the command, however many people: whoever
--           searches the log by CPR number finds it when the person was known by then. Too many rather than too few.
--           Finance asks for the difference of two runs as for a list: of those who differ, in the own municipalities
--           (0026), with the facts that explain it.
--
-- Nothing is logged where nothing can be written: on a standby, or in a session that is read-only. There only who may
-- read the tables sees anything, with one exception: a copy that was restored to be looked into. An auditor sees all of
-- it without a log on a standby, or when the owner has declared the database a copy (restored_copy_declare), for good:
-- no run or batch is made in it any more.

-- The log is no part of the seals: it is about readers, and is erased after its own time (by the owner, DELETE).
CREATE TABLE access_log (
    access_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_user        text NOT NULL DEFAULT session_user,
    role           text NOT NULL CHECK (role IN ('ejer', 'ydelse_batch', 'ydelse_finance', 'ydelse_auditor')),
    command        text NOT NULL CHECK (command ~ '^[a-z]{1,40}$'),
    scope          text NOT NULL CHECK (scope IN ('person', 'liste', 'alle')),
    cpr            text COLLATE "C",
    month          date,
    detail         text NOT NULL CHECK (length(detail) <= 200 AND detail !~ '[0-9]{10}'), -- which runs, which options
    kommunekoder   text[], -- to which the user was bound; NULL: all
    backend_pid    integer NOT NULL DEFAULT pg_backend_pid(),
    backend_start  timestamptz NOT NULL,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT access_log_person CHECK ((scope = 'person') = (cpr IS NOT NULL))
);
CREATE INDEX access_log_cpr ON access_log (cpr, happened_at) WHERE cpr IS NOT NULL;
CREATE INDEX access_log_others ON access_log (happened_at) WHERE cpr IS NULL;
CREATE INDEX access_log_user ON access_log (by_user, happened_at);
CREATE INDEX access_log_session ON access_log (backend_pid, backend_start);

CREATE FUNCTION access_log_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.happened_at < pg_catalog.now() - interval '5 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of % is refused: a look is kept for five years', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION access_log_kept();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every binding of a user to a municipality (0006), and its end: who, when. after_run_id is the last seal by then: the next
-- one covers it (run_beside_text).
CREATE TABLE finance_municipality_event (
    number       integer PRIMARY KEY CHECK (number > 0), -- without gaps
    after_run_id integer NOT NULL,
    happened_at  timestamptz NOT NULL,
    by_user      text NOT NULL,
    event        text NOT NULL CHECK (event IN ('bundet', 'loest')),
    user_name    text NOT NULL,
    kommunekode  text COLLATE "C" NOT NULL
);
SELECT protect('finance_municipality_event');

CREATE FUNCTION finance_municipality_log() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one ydelse.finance_municipality := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a binding is ended and made anew, not changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE ydelse.finance_municipality_event IN SHARE ROW EXCLUSIVE MODE; -- and none while a run is sealed
    IF TG_OP = 'INSERT' THEN
        NEW.bound_by := session_user;
        NEW.bound_at := clock_timestamp();
        one := NEW;
    END IF;
    INSERT INTO ydelse.finance_municipality_event (number, after_run_id, happened_at, by_user, event, user_name, kommunekode)
    SELECT 1 + coalesce((SELECT max(e.number) FROM ydelse.finance_municipality_event e), 0),
           coalesce((SELECT max(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed'), 0),
           CASE TG_OP WHEN 'INSERT' THEN one.bound_at ELSE clock_timestamp() END, session_user,
           CASE TG_OP WHEN 'INSERT' THEN 'bundet' ELSE 'loest' END, one.user_name, one.kommunekode;
    RETURN one;
END $$;
CREATE TRIGGER log BEFORE INSERT OR UPDATE OR DELETE ON finance_municipality FOR EACH ROW
    EXECUTE FUNCTION finance_municipality_log();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON finance_municipality FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the next seal says of the bindings since the seal of this run.
CREATE FUNCTION bindings_text(wanted_after integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(';', 'bindings=' || count(*),
                     encode(sha256(coalesce(string_agg(sha256(record_send(ROW(e.number, e.after_run_id, e.happened_at, e.by_user,
                            e.event, e.user_name, e.kommunekode))), ''::bytea ORDER BY e.number), '')), 'hex'))
      FROM ydelse.finance_municipality_event e WHERE e.after_run_id = wanted_after
$$;

-- A row here: this database is a copy that looks need not be logged in.
CREATE TABLE restored_copy (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    declared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    declared_by text NOT NULL DEFAULT session_user,
    reason      text NOT NULL CHECK (reason !~ '^\s*$' AND length(reason) <= 500)
);
SELECT protect('restored_copy');

-- Nobody is granted this: the owner's.
CREATE FUNCTION restored_copy_declare(reason text) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ydelse.restored_copy (reason) VALUES (restored_copy_declare.reason)
$$;

CREATE FUNCTION refuse_in_copy() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM ydelse.restored_copy) THEN
        RAISE EXCEPTION 'this database was declared a copy: no % is made in it', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER not_in_copy BEFORE INSERT ON run FOR EACH STATEMENT EXECUTE FUNCTION refuse_in_copy();
CREATE TRIGGER not_in_copy BEFORE INSERT ON batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_in_copy();

-- --- Opening a look ------------------------------------------------------------------------------------------------

-- As what the session's user looks: the first that fits; NULL: as nothing.
CREATE FUNCTION look_role() RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN pg_has_role(session_user, c.relowner, 'MEMBER') THEN 'ejer'
                ELSE (SELECT r.rolname FROM pg_roles r
                       WHERE r.rolname IN ('ydelse_batch', 'ydelse_auditor', 'ydelse_finance')
                         AND pg_has_role(session_user, r.oid, 'MEMBER')
                       ORDER BY position(r.rolname IN 'ydelse_batch ydelse_auditor ydelse_finance') LIMIT 1) END
      FROM pg_class c WHERE c.oid = 'ydelse.result'::regclass
$$;

-- Whether the user sees a copy without a log.
CREATE FUNCTION look_unlogged() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_role() = 'ydelse_auditor' AND (pg_is_in_recovery() OR EXISTS (SELECT FROM ydelse.restored_copy))
$$;

-- When this session began. It runs as who asks, who may always know that of the own session.
CREATE FUNCTION session_started() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.backend_start FROM pg_stat_get_activity(pg_backend_pid()) a
$$;

-- The municipalities of a participant: where they are entered now, and where a month of theirs is owed.
CREATE FUNCTION participant_municipalities(wanted text) RETURNS text[] LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT k.kommunekode)
      FROM (SELECT e.kommunekode FROM ydelse.entitlement e WHERE e.cpr = wanted
             UNION ALL
            SELECT d.kommunekode FROM ydelse.fact_deltagere d
             WHERE d.cpr_nummer = wanted AND d.posttype <> 'T'
               AND NOT EXISTS (SELECT FROM ydelse.fact_ended e
                                WHERE (e.bucket, e.file_id, e.line) = (d.bucket, d.file_id, d.line))) k
$$;

CREATE FUNCTION look_write(started timestamptz, command text, scope text, cpr text, month date, detail text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role text := ydelse.look_role();
    bound text[] := ydelse.bound_municipalities();
BEGIN
    IF look_write.scope = 'alle' AND look_write.command = 'diff' AND role = 'ydelse_finance' THEN
        scope := 'liste';
    END IF;
    IF role IS NULL OR (look_write.scope = 'alle' AND role = 'ydelse_finance') THEN
        RAISE EXCEPTION 'this user may not look at everybody' USING ERRCODE = 'insufficient_privilege';
    ELSIF look_write.scope <> 'person' AND look_write.cpr IS NOT NULL THEN
        RAISE EXCEPTION 'a look at many people names none' USING ERRCODE = 'check_violation';
    ELSIF look_write.scope = 'person' AND bound IS NOT NULL
          AND NOT coalesce(ydelse.participant_municipalities(look_write.cpr) && bound, false) THEN
        RAISE EXCEPTION 'the person belongs to another municipality' USING ERRCODE = 'insufficient_privilege',
            HINT = 'The user is bound to other municipalities.';
    ELSIF current_setting('transaction_read_only')::boolean THEN
        IF role IN ('ydelse_auditor', 'ydelse_finance') AND NOT ydelse.look_unlogged() THEN
            RAISE EXCEPTION 'this session is read-only: the look cannot be logged' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN;
    END IF;
    INSERT INTO ydelse.access_log (role, command, scope, cpr, month, detail, kommunekoder, backend_start)
    VALUES (role, look_write.command, look_write.scope, look_write.cpr, look_write.month, look_write.detail, bound, started);
END $$;

-- Opens a look, before the transaction that looks. Whether the tables are read, not the views.
CREATE FUNCTION look_open(command text, scope text, cpr text, month date, detail text) RETURNS boolean LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_write(ydelse.session_started(), command, scope, cpr, month, detail);
    SELECT has_table_privilege('ydelse.result', 'SELECT');
$$;

-- --- What the session has a look for ----------------------------------------------------------------------------------

-- The looks of this session that were committed before this transaction.
CREATE FUNCTION looks(started timestamptz) RETURNS SETOF ydelse.access_log LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.* FROM ydelse.access_log l
     WHERE l.backend_pid = pg_backend_pid() AND l.backend_start = started AND l.by_user = session_user
       AND l.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()
$$;

CREATE FUNCTION looked_at(started timestamptz) RETURNS text[] LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT l.cpr), '{}') FROM ydelse.looks(started) l WHERE l.scope = 'person'
$$;

CREATE FUNCTION looked_at_all(started timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ydelse.looks(started) l WHERE l.scope = 'alle')
        OR ydelse.look_unlogged()
$$;

CREATE FUNCTION looked_at_list(started timestamptz, wanted_command text) RETURNS boolean LANGUAGE sql STABLE
PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ydelse.looks(started) l WHERE l.scope = 'liste' AND l.command = wanted_command)
        OR ydelse.looked_at_all(started)
$$;

-- Those of the list that the session looked at last (difference_looked_at, 0026): in a temporary table of the owner. One
-- that the user made under that name is none.
CREATE FUNCTION looked_at_listed() RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_class c
                WHERE c.oid = to_regclass('pg_temp.looked_at_people') AND pg_get_userbyid(c.relowner) = current_user) THEN
        RETURN QUERY EXECUTE 'SELECT p.cpr FROM pg_temp.looked_at_people p';
    END IF;
END $$;

-- --- The views ---------------------------------------------------------------------------------------------------------

CREATE SCHEMA ydelse_look;

-- The runs that computed somebody by name, without the names.
CREATE VIEW run_named AS
SELECT r.run_id FROM ydelse.run r WHERE EXISTS (SELECT FROM ydelse.run_scope s WHERE s.run_id = r.run_id);

-- The view of a table: the rows of whom the session looks at. A withdrawal names nobody.
CREATE FUNCTION look_view(relation text, cpr_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE VIEW ydelse_look.%1$I WITH (security_barrier) AS SELECT * FROM ydelse.%1$I t
                     WHERE (SELECT ydelse.looked_at_all(ydelse.session_started()))
                        OR t.%2$I = ANY ((SELECT ydelse.looked_at(ydelse.session_started()))::text[])%3$s%4$s',
                   relation, cpr_column,
                   CASE WHEN relation LIKE 'fact\_%' AND relation <> 'fact_ended'
                        THEN format(' OR (t.%I IS NULL AND (cardinality((SELECT ydelse.looked_at(ydelse.session_started()))) > 0
                                                        OR (SELECT EXISTS (SELECT FROM ydelse.looked_at_listed()))))',
                                    cpr_column)
                        ELSE '' END,
                   CASE WHEN relation LIKE 'fact\_%'
                        THEN format(' OR t.%I IN (SELECT * FROM ydelse.looked_at_listed())', cpr_column)
                        ELSE '' END);
END $$;
SELECT look_view('fact_' || kind, 'cpr_nummer')
  FROM unnest(ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner', 'skattekort']) kind;
SELECT look_view(relation, 'cpr')
  FROM unnest(ARRAY['fact_ended', 'result', 'result_current', 'result_line', 'run_scope', 'entitlement', 'delta_line']) relation;
DROP FUNCTION look_view(text, text);

-- Rejects of nobody in particular are shown to those who are bound to no municipality.
CREATE VIEW ydelse_look.reject_open WITH (security_barrier) AS
SELECT * FROM ydelse.reject_open r
 WHERE (SELECT ydelse.looked_at_list(ydelse.session_started(), 'rejects'))
   AND ((SELECT ydelse.bound_municipalities()) IS NULL
        OR EXISTS (SELECT FROM ydelse.entitlement e
                    WHERE e.cpr = r.cpr AND e.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[]))
        OR EXISTS (SELECT FROM ydelse.fact_deltagere d
                    WHERE d.cpr_nummer = r.cpr AND d.kommunekode = ANY ((SELECT ydelse.bound_municipalities())::text[])));

-- The lists that are functions.
CREATE FUNCTION look_required(started timestamptz, command text) RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT ydelse.looked_at_list(started, command) THEN
        RAISE EXCEPTION 'no look was opened' USING ERRCODE = 'insufficient_privilege', HINT = 'ydelse.look_open comes first.';
    END IF;
END $$;

-- The same for a function that runs with the owner's rights and cannot know when the session began: a look of this
-- user and process in the last hour. The owner is not asked.
CREATE FUNCTION look_required_lately(command text) RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ydelse.look_role() <> 'ejer'
       AND NOT EXISTS (SELECT FROM ydelse.access_log l
                        WHERE l.backend_pid = pg_backend_pid() AND l.by_user = session_user
                          AND l.command = look_required_lately.command AND l.scope = 'liste'
                          AND l.happened_at > clock_timestamp() - interval '1 hour'
                          AND l.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()) THEN
        RAISE EXCEPTION 'no look was opened' USING ERRCODE = 'insufficient_privilege', HINT = 'ydelse.look_open comes first.';
    END IF;
END $$;

CREATE FUNCTION held_looked_at(started timestamptz, today date)
RETURNS TABLE (cpr text, kommunekode text, code text, months bigint, first_month date, last_month date,
               since_run_id integer, since date, days integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required(started, 'held');
    SELECT h.* FROM ydelse.held_list(today) h WHERE ydelse.municipality_allowed(h.kommunekode);
$$;

CREATE FUNCTION claims_looked_at(started timestamptz, only_kommunekode text, only_month date, only_state text)
RETURNS TABLE (claim_id integer, kommunekode text, month date, amount_oere bigint, state text, opened_at timestamptz,
               decision_id text, outcome text, decided_oere bigint, decided_by text, decided_at timestamptz,
               closed_by text, closed_at timestamptz, close_reason text, place text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required(started, 'claims');
    SELECT c.* FROM ydelse.claim_list(only_kommunekode, only_month, only_state) c;
$$;

CREATE FUNCTION payments_looked_at(started timestamptz, wanted_batch_id integer)
RETURNS TABLE (end_to_end_id text, amount_oere bigint, cpr text, navn text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required(started, 'emit');
    SELECT * FROM ydelse.batch_payments(wanted_batch_id);
$$;

CREATE FUNCTION rejected_looked_at(started timestamptz, today date, only_kommunekode text)
RETURNS TABLE (end_to_end_id text, kommunekode text, month date, amount_oere bigint, state text, code text, reason text,
               answered date, days integer, place text, again text, proposed text, proposed_by text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.look_required(started, 'rejected');
    SELECT r.* FROM ydelse.rejected_list(today, only_kommunekode) r;
$$;

CREATE FUNCTION ydelse_look.rejected_list(today date, only_kommunekode text)
RETURNS TABLE (end_to_end_id text, kommunekode text, month date, amount_oere bigint, state text, code text, reason text,
               answered date, days integer, place text, again text, proposed text, proposed_by text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.rejected_looked_at(ydelse.session_started(), today, only_kommunekode)
$$;

CREATE FUNCTION ydelse_look.batch_payments(batch_id integer)
RETURNS TABLE (end_to_end_id text, amount_oere bigint, cpr text, navn text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.payments_looked_at(ydelse.session_started(), batch_payments.batch_id)
$$;

CREATE FUNCTION ydelse_look.held_list(today date)
RETURNS TABLE (cpr text, kommunekode text, code text, months bigint, first_month date, last_month date,
               since_run_id integer, since date, days integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.held_looked_at(ydelse.session_started(), today)
$$;

CREATE FUNCTION ydelse_look.claim_list(only_kommunekode text, only_month date, only_state text)
RETURNS TABLE (claim_id integer, kommunekode text, month date, amount_oere bigint, state text, opened_at timestamptz,
               decision_id text, outcome text, decided_oere bigint, decided_by text, decided_at timestamptz,
               closed_by text, closed_at timestamptz, close_reason text, place text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM ydelse.claims_looked_at(ydelse.session_started(), only_kommunekode, only_month, only_state)
$$;

-- --- Reading the log -----------------------------------------------------------------------------------------------------

-- From when on a person could be looked at: the first delivery that named them, also in a row that was rejected.
CREATE FUNCTION participant_known_since(wanted text) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(d.loaded_at)
      FROM (SELECT min(f.delivery_id) AS delivery_id FROM ydelse.fact_deltagere f WHERE f.cpr_nummer = wanted
             UNION ALL
            SELECT min(r.delivery_id) FROM ydelse.reject r WHERE r.cpr = wanted) first_of
      JOIN ydelse.delivery d USING (delivery_id)
$$;

-- Who looked. wanted_cpr: at this person, or at a list or everybody when the person was known and of the user's
-- municipalities. NULL: at anybody.
CREATE FUNCTION access_list(wanted_cpr text, first_at timestamptz, last_at timestamptz, wanted_user text)
RETURNS TABLE (happened_at timestamptz, by_user text, role text, command text, scope text, cpr text, month date,
               detail text, kommunekoder text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.happened_at, l.by_user, l.role, l.command, l.scope, l.cpr, l.month, l.detail,
           coalesce(array_to_string(l.kommunekoder, ' '), '')
      FROM ydelse.access_log l
     WHERE l.happened_at >= coalesce(first_at, '-infinity') AND l.happened_at < coalesce(last_at, 'infinity')
       AND (wanted_user IS NULL OR l.by_user = wanted_user)
       AND (wanted_cpr IS NULL OR l.cpr = wanted_cpr
            OR (l.cpr IS NULL AND l.happened_at >= (SELECT ydelse.participant_known_since(wanted_cpr))
                AND (l.kommunekoder IS NULL OR l.kommunekoder && (SELECT ydelse.participant_municipalities(wanted_cpr)))))
     ORDER BY l.access_id
$$;

-- --- Limits of a batch ---------------------------------------------------------------------------------------------------

-- The limits of the session's program (settings betaling.graense_*), or the same defaults: how many per cent more than
-- the month before, the largest single payment, the largest further payment for a month that was paid.
CREATE FUNCTION batch_limits(OUT per_cent numeric, OUT single_oere bigint, OUT again_oere bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT l[1]::numeric, l[2]::bigint, l[3]::bigint
      FROM string_to_array(coalesce(nullif(current_setting('ydelse.limits', true), ''), '25;6000000;500000'), ';') l
$$;

-- The limits that a batch is over. SAMLET, ANTAL: with the other batches due in its calendar month, against those due
-- in the month before, of the same municipality; no comparison without one, and none for less than 10 payments or one
-- largest payment more. ENKELT: a payment above the largest. IGEN: a further payment for a month that was paid.
CREATE FUNCTION batch_over_limits(wanted integer)
RETURNS TABLE (code text, payments bigint, found_oere bigint, allowed_oere bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH due AS (
        SELECT b.*, date_trunc('month', b.due_date)::date AS first_day FROM ydelse.batch b WHERE b.batch_id = wanted),
    sums AS (
        SELECT due.batch_id,
               sum(o.total_oere) FILTER (WHERE o.due_date >= due.first_day)::bigint AS total_oere,
               sum(o.payment_count) FILTER (WHERE o.due_date >= due.first_day)::bigint AS payments,
               sum(o.total_oere) FILTER (WHERE o.due_date < due.first_day)::bigint AS total_before,
               sum(o.payment_count) FILTER (WHERE o.due_date < due.first_day)::bigint AS payments_before
          FROM due JOIN ydelse.batch o ON o.kommunekode = due.kommunekode AND o.state <> 'cancelled'
           AND o.batch_id <= due.batch_id
           AND o.due_date >= due.first_day - interval '1 month' AND o.due_date < due.first_day + interval '1 month'
         GROUP BY due.batch_id),
    allowed AS (
        SELECT s.*, l.*, floor(s.total_before * (100 + l.per_cent) / 100)::bigint AS total_allowed,
               floor(s.payments_before * (100 + l.per_cent) / 100)::bigint AS payments_allowed
          FROM sums s CROSS JOIN ydelse.batch_limits() l),
    again AS (
        SELECT count(*) AS payments, max(p.amount_oere) AS largest
          FROM ydelse.payment p CROSS JOIN ydelse.batch_limits() l
         WHERE p.batch_id = wanted AND p.state <> 'cancelled' AND p.amount_oere > l.again_oere
           AND EXISTS (SELECT FROM ydelse.payment e
                        WHERE e.cpr = p.cpr AND e.month = p.month AND e.payment_id < p.payment_id
                          AND e.state IN ('in_batch', 'sent', 'accepted')))
    SELECT 'SAMLET', a.payments, a.total_oere, a.total_allowed FROM allowed a
     WHERE a.total_oere > a.total_allowed AND a.total_oere - a.total_before > a.single_oere
    UNION ALL
    SELECT 'ANTAL', a.payments, a.payments, a.payments_allowed FROM allowed a
     WHERE a.payments > a.payments_allowed AND a.payments - a.payments_before >= 10
    UNION ALL
    SELECT 'ENKELT', count(*), max(p.amount_oere), l.single_oere
      FROM ydelse.payment p CROSS JOIN ydelse.batch_limits() l
     WHERE p.batch_id = wanted AND p.state <> 'cancelled' AND p.amount_oere > l.single_oere GROUP BY l.single_oere
    UNION ALL
    SELECT 'IGEN', g.payments, g.largest, l.again_oere FROM again g CROSS JOIN ydelse.batch_limits() l WHERE g.payments > 0
$$;

-- Which limits, as the log has them: those noted when the batch was made, by the maker's limits, and those of now.
CREATE FUNCTION batch_over(wanted integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(DISTINCT o.code, ', ' ORDER BY o.code)
      FROM (SELECT split_part(e.detail, ';', 1) AS code FROM ydelse.batch_event e
             WHERE e.batch_id = wanted AND e.event = 'over_limit'
             UNION ALL
            SELECT l.code FROM ydelse.batch_over_limits(wanted) l) o
$$;

-- Noted in the log of the batch, which the seals cover.
CREATE FUNCTION batch_note_limits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
    SELECT m.batch_id, 'over_limit', 'draft', 'draft', concat_ws(';', l.code, l.payments, l.found_oere, l.allowed_oere)
      FROM (SELECT DISTINCT batch_id FROM made) m CROSS JOIN LATERAL ydelse.batch_over_limits(m.batch_id) l
     ORDER BY m.batch_id, l.code;
    RETURN NULL;
END $$;
CREATE TRIGGER note_limits AFTER INSERT ON payment REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION batch_note_limits();

-- --- Rights --------------------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse, ydelse_look FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT SELECT ON ydelse.run_named TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT USAGE ON SCHEMA ydelse_look TO ydelse_finance, ydelse_auditor;
    GRANT SELECT ON ALL TABLES IN SCHEMA ydelse_look TO ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse_look.held_list(date), ydelse_look.claim_list(text, date, text),
        ydelse_look.rejected_list(date, text), ydelse.rejected_looked_at(timestamptz, date, text)
        TO ydelse_finance, ydelse_auditor;
    REVOKE EXECUTE ON FUNCTION ydelse.batch_payments(integer) FROM ydelse_finance;
    GRANT EXECUTE ON FUNCTION ydelse.payments_looked_at(timestamptz, integer), ydelse_look.batch_payments(integer)
        TO ydelse_finance;
    GRANT EXECUTE ON FUNCTION ydelse.look_open(text, text, text, date, text), ydelse.session_started(),
        ydelse.look_write(timestamptz, text, text, text, date, text) TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.looked_at(timestamptz), ydelse.looked_at_all(timestamptz), ydelse.looked_at_listed(),
        ydelse.looked_at_list(timestamptz, text), ydelse.held_looked_at(timestamptz, date),
        ydelse.claims_looked_at(timestamptz, text, date, text), ydelse.raw_text(bytea), ydelse.kroner(bigint)
        TO ydelse_finance, ydelse_auditor;
    GRANT SELECT ON ydelse.finance_municipality, ydelse.finance_municipality_event TO ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.access_list(text, timestamptz, timestamptz, text) TO ydelse_auditor;
END $$;
