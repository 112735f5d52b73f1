-- Claims: too much was paid for a participant's month, and somebody must decide what becomes of it.
--
--     negative net of open lines -> AFVENTER_AFGOERELSE -> BESLUTTET -> AFSLUTTET
--                                          ^__ amount changed __/
--
-- claim        one claim, with a number of its own. At most one live claim per participant and month. Its amount is
--              always what the open lines of that month say (a trigger holds every change to it): a later positive
--              line lowers it, which is no set-off, and a claim that is covered by one ends by itself with amount 0.
--              Whoever's amount has changed since the decision awaits a new one.
-- claim_part   the lines that a closed claim has taken out of the open ones, exactly those behind its amount. A line is
--              in at most one live payment or claim. Whatever comes later of that month is payable, or a new claim.
--              The lines of a waived claim (outcome frafald) stay among the open ones: nothing came back, so what is
--              owed more later was paid already. They are no claim again (claim_waived).
-- claim_event  every move: who, when, which amount, why. Also how much of a waiver is used up by what was owed more later
--              (frafald_brugt): the waived amount was booked as a cost, and so is what is owed more, so one of them is
--              booked back (0016).
--
-- Nothing is set off against other months here. The outcome modregning records that somebody decided it, and by how
-- much; setting off is not done by these tables.
--
-- SQLSTATEs: YD010 there is no such claim; YD011 the claim is in another state; YD012 the amount is another one; YD013
-- the claim is not what its lines say. PG_LOCK_PAY (io/pg/pg.c) is held by whoever changes payments or claims.

CREATE TABLE claim (
    claim_id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month           date NOT NULL,
    cpr             text COLLATE "C" NOT NULL,
    kommunekode     text COLLATE "C" NOT NULL,
    state           text NOT NULL DEFAULT 'AFVENTER_AFGOERELSE',
    amount_oere     bigint NOT NULL,
    opened_at       timestamptz NOT NULL DEFAULT now(),
    decision_id     text,
    outcome         text,
    decision_reason text,
    decided_oere    bigint,
    decided_by      text,
    decided_at      timestamptz,
    closed_by       text,
    closed_at       timestamptz,
    close_reason    text,
    salt            uuid NOT NULL DEFAULT gen_random_uuid(), -- of its digests (0010)
    CONSTRAINT claim_state CHECK (state IN ('AFVENTER_AFGOERELSE', 'BESLUTTET', 'AFSLUTTET')),
    CONSTRAINT claim_amount CHECK (amount_oere > 0 OR (amount_oere = 0 AND state = 'AFSLUTTET')),
    CONSTRAINT claim_outcome CHECK (outcome IN ('tilbagebetaling', 'frafald', 'modregning')),
    CONSTRAINT claim_decision CHECK (num_nulls(decision_id, outcome, decided_oere, decided_by, decided_at) IN (0, 5)
        AND decision_id !~ '^\s*$' AND length(decision_id) <= 100 AND length(decision_reason) <= 500),
    CONSTRAINT claim_decided CHECK (state <> 'BESLUTTET' OR (decision_id IS NOT NULL AND decided_oere = amount_oere)),
    CONSTRAINT claim_closed CHECK ((state = 'AFSLUTTET') = (closed_by IS NOT NULL)
        AND num_nulls(closed_by, closed_at, close_reason) IN (0, 3)
        AND close_reason !~ '^\s*$' AND length(close_reason) <= 500
        AND (state <> 'AFSLUTTET' OR amount_oere = 0 OR (decision_id IS NOT NULL AND decided_oere = amount_oere)))
);
CREATE UNIQUE INDEX claim_live ON claim (month, cpr) WHERE state <> 'AFSLUTTET';
CREATE INDEX claim_participant ON claim (cpr, month);

CREATE TABLE claim_part (
    line_id  bigint PRIMARY KEY CHECK (line_id % 10 = 1), -- component til_udbetaling
    claim_id integer NOT NULL REFERENCES claim
);
CREATE INDEX claim_part_claim ON claim_part (claim_id);
SELECT protect('claim_part');

CREATE TABLE claim_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    claim_id    integer NOT NULL, -- no foreign key: events stay when a claim is erased (0012)
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_user     text NOT NULL DEFAULT session_user,
    event       text NOT NULL CHECK (event IN ('opstaaet', 'beloeb_aendret', 'besluttet', 'afsluttet', 'daekket',
                                               'frafald_brugt')),
    old_state   text,
    new_state   text NOT NULL,
    amount_oere bigint NOT NULL, -- of the claim; of frafald_brugt: how much of the waiver is used up by now
    detail      text NOT NULL
);
CREATE INDEX claim_event_claim ON claim_event (claim_id);
SELECT protect('claim_event');

-- --- What is open, and what is a claim -----------------------------------------------------------------------------

-- Delta lines of what goes to the participant, in no live payment and taken by no closed claim that was to be paid back.
CREATE OR REPLACE VIEW payment_line_open AS
SELECT e.month, e.cpr, e.kommunekode, e.entitlement_id * 10 + 1 AS line_id, e.delta_til_udbetaling AS amount_oere
  FROM ydelse.entitlement e
 WHERE e.delta_til_udbetaling <> 0
   AND NOT EXISTS (SELECT FROM ydelse.payment_part p
                    WHERE p.active AND p.line_id = e.entitlement_id * 10 + 1)
   AND NOT EXISTS (SELECT FROM ydelse.claim_part c JOIN ydelse.claim w USING (claim_id)
                    WHERE c.line_id = e.entitlement_id * 10 + 1 AND w.outcome <> 'frafald');

-- What was waived and is not used up by a later payment, per participant and month; above 0.
CREATE VIEW claim_waived AS
SELECT w.month, w.cpr, sum(w.amount_oere)::bigint AS amount_oere
  FROM ydelse.claim w
 WHERE w.state = 'AFSLUTTET' AND w.outcome = 'frafald' AND w.amount_oere > 0
   AND NOT EXISTS (SELECT FROM ydelse.claim_part c JOIN ydelse.payment_part p USING (line_id)
                    WHERE c.claim_id = w.claim_id AND p.active)
 GROUP BY w.month, w.cpr;

-- The waived claims of one participant and month: how much of each is used up, by the open lines, and how much was noted.
-- The newest waiver is used up last; one whose lines a payment has taken is used up.
CREATE FUNCTION claim_waiver_of(wanted_month date, wanted_cpr text)
RETURNS TABLE (claim_id integer, used_oere bigint, noted_oere bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH net AS (
        SELECT coalesce(sum(o.amount_oere), 0) AS oere FROM ydelse.payment_line_open o
         WHERE o.month = wanted_month AND o.cpr = wanted_cpr
    ), waiver AS (
        SELECT w.claim_id, w.amount_oere,
               EXISTS (SELECT FROM ydelse.claim_part c JOIN ydelse.payment_part p USING (line_id)
                        WHERE c.claim_id = w.claim_id AND p.active) AS paid
          FROM ydelse.claim w
         WHERE w.cpr = wanted_cpr AND w.month = wanted_month AND w.state = 'AFSLUTTET' AND w.outcome = 'frafald'
           AND w.amount_oere > 0
    ), newer AS (
        SELECT w.*, coalesce(sum(w.amount_oere) FILTER (WHERE NOT w.paid)
                             OVER (ORDER BY w.claim_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
          FROM waiver w
    )
    SELECT n.claim_id,
           (n.amount_oere - CASE WHEN n.paid THEN 0
                                 ELSE greatest(0, least(n.amount_oere, -net.oere - n.before)) END)::bigint,
           coalesce((SELECT e.amount_oere FROM ydelse.claim_event e
                      WHERE e.claim_id = n.claim_id AND e.event = 'frafald_brugt' ORDER BY e.event_id DESC LIMIT 1), 0)
      FROM newer n, net
$$;

CREATE OR REPLACE VIEW payment_line_state AS
SELECT d.line_id, d.month, d.cpr, d.kommunekode, d.revision, d.amount_oere, p.payment_id, p.batch_id,
       p.end_to_end_id, coalesce(p.state, CASE WHEN c.claim_id IS NOT NULL THEN 'claimed' END, 'open') AS state,
       c.claim_id
  FROM ydelse.delta_line d
  LEFT JOIN (ydelse.payment_part pp JOIN ydelse.payment p USING (payment_id))
    ON pp.line_id = d.line_id AND pp.active
  LEFT JOIN ydelse.claim_part c ON c.line_id = d.line_id
 WHERE d.component = 'til_udbetaling';

-- What the lines say was paid too much. While a payment of the month has not been sent it is no claim: the batch can
-- be cancelled.
CREATE VIEW claim_net AS
SELECT o.month, o.cpr, o.kommunekode, -o.net_oere - coalesce(w.amount_oere, 0) AS amount_oere, o.newest_line_id
  FROM ydelse.owed_open o
  LEFT JOIN ydelse.claim_waived w ON w.month = o.month AND w.cpr = o.cpr
 WHERE o.net_oere + coalesce(w.amount_oere, 0) < 0
   AND NOT EXISTS (SELECT FROM ydelse.payment p
                    WHERE p.cpr = o.cpr AND p.month = o.month AND p.state = 'in_batch');

-- The live claims.
CREATE OR REPLACE VIEW claim_open AS
SELECT c.month, c.cpr, c.kommunekode, c.amount_oere,
       (SELECT max(l.line_id) FROM ydelse.payment_line_open l WHERE l.month = c.month AND l.cpr = c.cpr) AS newest_line_id,
       c.state, c.claim_id
  FROM ydelse.claim c
 WHERE c.state <> 'AFSLUTTET';

-- Claims and lines that disagree; there are none.
CREATE VIEW claim_mismatch AS
SELECT month, cpr, c.claim_id, c.amount_oere AS claimed_oere, n.amount_oere AS net_oere
  FROM ydelse.claim_open c FULL JOIN ydelse.claim_net n USING (month, cpr)
 WHERE c.amount_oere IS DISTINCT FROM n.amount_oere;

-- What the open lines of one participant and month say, 0 when it is no claim.
CREATE FUNCTION claim_net_of(wanted_month date, wanted_cpr text) RETURNS TABLE (amount_oere bigint, kommunekode text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM ydelse.payment p
                              WHERE p.cpr = wanted_cpr AND p.month = wanted_month AND p.state = 'in_batch') THEN 0
                ELSE greatest(-coalesce(sum(o.amount_oere), 0)
                              - coalesce((SELECT w.amount_oere FROM ydelse.claim_waived w
                                           WHERE w.month = wanted_month AND w.cpr = wanted_cpr), 0), 0) END::bigint,
           min(o.kommunekode)
      FROM ydelse.payment_line_open o
     WHERE o.month = wanted_month AND o.cpr = wanted_cpr
$$;

-- --- What must always hold -----------------------------------------------------------------------------------------

CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON claim FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_payment_change('claims are kept');

CREATE TRIGGER a_frozen BEFORE UPDATE ON claim FOR EACH ROW
    WHEN (OLD.claim_id IS DISTINCT FROM NEW.claim_id OR OLD.month IS DISTINCT FROM NEW.month
          OR OLD.cpr IS DISTINCT FROM NEW.cpr OR OLD.kommunekode IS DISTINCT FROM NEW.kommunekode
          OR OLD.opened_at IS DISTINCT FROM NEW.opened_at OR OLD.salt IS DISTINCT FROM NEW.salt
          OR (OLD.state || '>' || NEW.state) NOT IN ('AFVENTER_AFGOERELSE>AFVENTER_AFGOERELSE',
                 'AFVENTER_AFGOERELSE>BESLUTTET', 'BESLUTTET>AFVENTER_AFGOERELSE', 'BESLUTTET>AFSLUTTET',
                 'AFVENTER_AFGOERELSE>AFSLUTTET')
          OR (OLD.state = 'AFVENTER_AFGOERELSE' AND NEW.state = 'AFSLUTTET' AND NEW.amount_oere <> 0))
    EXECUTE FUNCTION refuse_payment_change('a claim only moves from state to state');

-- Who did it is what the database says; the amount is what the lines say.
CREATE FUNCTION claim_stamp() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    IF TG_OP = 'INSERT' THEN
        NEW.state := 'AFVENTER_AFGOERELSE';
        NEW.opened_at := now();
    END IF;
    IF TG_OP = 'INSERT' OR NEW.state <> 'BESLUTTET' THEN -- a decision stays visible when its claim changes
        NEW.decision_id := CASE TG_OP WHEN 'UPDATE' THEN OLD.decision_id END;
        NEW.outcome := CASE TG_OP WHEN 'UPDATE' THEN OLD.outcome END;
        NEW.decision_reason := CASE TG_OP WHEN 'UPDATE' THEN OLD.decision_reason END;
        NEW.decided_oere := CASE TG_OP WHEN 'UPDATE' THEN OLD.decided_oere END;
        NEW.decided_by := CASE TG_OP WHEN 'UPDATE' THEN OLD.decided_by END;
        NEW.decided_at := CASE TG_OP WHEN 'UPDATE' THEN OLD.decided_at END;
    ELSE
        NEW.decided_oere := NEW.amount_oere;
        NEW.decided_by := session_user;
        NEW.decided_at := now();
    END IF;
    NEW.closed_by := CASE NEW.state WHEN 'AFSLUTTET' THEN session_user END;
    NEW.closed_at := CASE NEW.state WHEN 'AFSLUTTET' THEN now() END;
    NEW.close_reason := CASE NEW.state WHEN 'AFSLUTTET' THEN NEW.close_reason END;
    PERFORM FROM ydelse.claim_net_of(NEW.month, NEW.cpr) n
      WHERE n.amount_oere = NEW.amount_oere AND (NEW.amount_oere = 0 OR n.kommunekode = NEW.kommunekode);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the claim is not what its lines say' USING ERRCODE = 'YD013';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER b_stamp BEFORE INSERT OR UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION claim_stamp();

-- The log writes itself, and closing takes the lines.
CREATE FUNCTION claim_log() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cause text := coalesce(current_setting('ydelse.claim_cause', true), '');
BEGIN
    INSERT INTO ydelse.claim_event (claim_id, event, old_state, new_state, amount_oere, detail)
    VALUES (NEW.claim_id,
            CASE WHEN TG_OP = 'INSERT' THEN 'opstaaet' WHEN NEW.state = 'BESLUTTET' THEN 'besluttet'
                 WHEN NEW.state = 'AFVENTER_AFGOERELSE' THEN 'beloeb_aendret'
                 WHEN NEW.amount_oere = 0 THEN 'daekket' ELSE 'afsluttet' END,
            CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state, NEW.amount_oere,
            CASE WHEN TG_OP = 'INSERT' THEN cause
                 WHEN NEW.state = 'BESLUTTET' THEN concat_ws(': ', NEW.outcome || ', ' || NEW.decision_id,
                                                             NEW.decision_reason)
                 WHEN NEW.state = 'AFVENTER_AFGOERELSE' OR NEW.amount_oere = 0
                     THEN concat_ws(': ', nullif(cause, ''), format('%s -> %s', OLD.amount_oere, NEW.amount_oere))
                 ELSE NEW.close_reason END);
    IF NEW.state = 'AFSLUTTET' AND NEW.amount_oere > 0 THEN
        INSERT INTO ydelse.claim_part (claim_id, line_id)
        SELECT NEW.claim_id, o.line_id FROM ydelse.payment_line_open o
         WHERE o.month = NEW.month AND o.cpr = NEW.cpr
           AND NOT EXISTS (SELECT FROM ydelse.claim_part c WHERE c.line_id = o.line_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION claim_log();

-- The lines of a claim are those of its participant and month, they add up to it, and no payment has them.
CREATE FUNCTION claim_part_made() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    IF EXISTS (SELECT FROM made JOIN ydelse.payment_part p USING (line_id) WHERE p.active) THEN
        RAISE EXCEPTION 'a line is in a live payment' USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT made.claim_id FROM made) m
                 JOIN ydelse.claim c USING (claim_id)
                CROSS JOIN LATERAL (
                    SELECT count(*) AS parts, count(e.entitlement_id) AS lines, sum(e.delta_til_udbetaling) AS amount_oere
                      FROM ydelse.claim_part p
                      LEFT JOIN ydelse.entitlement e ON e.month = c.month AND e.cpr = c.cpr
                                                    AND e.entitlement_id * 10 + 1 = p.line_id
                                                    AND e.delta_til_udbetaling <> 0
                     WHERE p.claim_id = c.claim_id) l
                WHERE c.state <> 'AFSLUTTET' OR l.parts <> l.lines OR l.amount_oere IS DISTINCT FROM -c.amount_oere) THEN
        RAISE EXCEPTION 'the claim is not what its lines say' USING ERRCODE = 'YD013';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON claim_part REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION claim_part_made();

CREATE FUNCTION payment_part_unclaimed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    IF EXISTS (SELECT FROM made JOIN ydelse.claim_part c USING (line_id) JOIN ydelse.claim w USING (claim_id)
                WHERE made.active AND w.outcome <> 'frafald') THEN
        RAISE EXCEPTION 'a line is taken by a closed claim' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER unclaimed AFTER INSERT ON payment_part REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION payment_part_unclaimed();
CREATE TRIGGER unclaimed_again AFTER UPDATE ON payment_part REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION payment_part_unclaimed();

-- --- Claims follow the lines ---------------------------------------------------------------------------------------

-- Notes how much of the waivers of these participants and months is used up, where it has changed.
CREATE FUNCTION claim_waivers_follow(months date[], cprs text[], cause text) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
    INSERT INTO ydelse.claim_event (claim_id, event, old_state, new_state, amount_oere, detail)
    SELECT w.claim_id, 'frafald_brugt', 'AFSLUTTET', 'AFSLUTTET', w.used_oere,
           format('%s: %s -> %s', cause, w.noted_oere, w.used_oere)
      FROM (SELECT DISTINCT c.month, c.cpr FROM unnest(months, cprs) AS u (month, cpr)
              JOIN ydelse.claim c ON c.month = u.month AND c.cpr = u.cpr AND c.outcome = 'frafald' AND c.state = 'AFSLUTTET') k
     CROSS JOIN LATERAL ydelse.claim_waiver_of(k.month, k.cpr) w
     WHERE w.used_oere <> w.noted_oere
     ORDER BY w.claim_id
$$;

-- Opens, changes and ends the claims of these participants and months, so that each is what its open lines say.
CREATE FUNCTION claim_follow(months date[], cprs text[], cause text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
    one record;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    PERFORM set_config('ydelse.claim_cause', cause, true);
    FOR one IN
        SELECT k.month, k.cpr, n.amount_oere, n.kommunekode, c.claim_id
          FROM (SELECT DISTINCT u.month, u.cpr FROM unnest(months, cprs) AS u (month, cpr)) k
         CROSS JOIN LATERAL ( -- claim_net_of, written out: there can be very many
               SELECT CASE WHEN EXISTS (SELECT FROM ydelse.payment p
                                         WHERE p.cpr = k.cpr AND p.month = k.month AND p.state = 'in_batch') THEN 0
                           ELSE greatest(-coalesce(sum(o.amount_oere), 0)
                                         - coalesce((SELECT w.amount_oere FROM ydelse.claim_waived w
                                                      WHERE w.month = k.month AND w.cpr = k.cpr), 0), 0) END::bigint
                      AS amount_oere,
                      min(o.kommunekode) AS kommunekode
                 FROM ydelse.payment_line_open o
                WHERE o.month = k.month AND o.cpr = k.cpr) n
          LEFT JOIN ydelse.claim c ON c.month = k.month AND c.cpr = k.cpr AND c.state <> 'AFSLUTTET'
         WHERE n.amount_oere <> coalesce(c.amount_oere, 0)
         ORDER BY n.kommunekode, k.month, k.cpr
    LOOP
        IF one.claim_id IS NULL THEN
            INSERT INTO ydelse.claim (month, cpr, kommunekode, amount_oere)
            VALUES (one.month, one.cpr, one.kommunekode, one.amount_oere);
        ELSIF one.amount_oere = 0 THEN
            UPDATE ydelse.claim SET state = 'AFSLUTTET', amount_oere = 0, close_reason = 'dækket: ' || cause
             WHERE claim_id = one.claim_id;
        ELSE
            UPDATE ydelse.claim SET state = 'AFVENTER_AFGOERELSE', amount_oere = one.amount_oere
             WHERE claim_id = one.claim_id;
        END IF;
    END LOOP;
    PERFORM set_config('ydelse.claim_cause', '', true);
    PERFORM ydelse.claim_waivers_follow(months, cprs, cause);
END $$;

-- A first revision cannot touch a claim: there is no line before it.
CREATE FUNCTION entitlement_claims() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ydelse.claim_follow(array_agg(a.month), array_agg(a.cpr), 'kørsel ' || max(a.run_id))
       FROM added a WHERE a.revision > 1 AND a.delta_til_udbetaling <> 0 HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION entitlement_protect(partition_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ydelse.protect(partition_table);
    EXECUTE format('CREATE TRIGGER closed AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.entitlement_closed()', partition_table);
    EXECUTE format('CREATE TRIGGER then_claims AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.entitlement_claims()', partition_table);
END $$;
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT 'ydelse.entitlement'::regclass
               UNION ALL SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = 'ydelse.entitlement'::regclass LOOP
        EXECUTE format('CREATE TRIGGER then_claims AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                       'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.entitlement_claims()', one);
    END LOOP;
END $$;

-- A payment that is cancelled or rejected gives its lines back, and one that stands again takes them (trigger freed, which
-- comes before this one). Sending
-- one opens no claim: batch_emit_store holds the lock and refuses a batch of which less is owed.
CREATE FUNCTION payment_claims() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ydelse.claim_follow(array_agg(c.month), array_agg(c.cpr), 'batch ' || max(c.batch_id))
       FROM changed c JOIN was w USING (payment_id)
      WHERE c.state IN ('cancelled', 'rejected') OR (w.state = 'rejected' AND c.state = 'accepted') HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER then_claims AFTER UPDATE ON payment REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION payment_claims();

-- --- The functions that people use ---------------------------------------------------------------------------------

-- Claims with where their participant stands (file:line) instead of who it is. NULL: any.
CREATE FUNCTION claim_list(only_kommunekode text, only_month date, only_state text)
RETURNS TABLE (claim_id integer, kommunekode text, month date, amount_oere bigint, state text, opened_at timestamptz,
               decision_id text, outcome text, decided_oere bigint, decided_by text, decided_at timestamptz,
               closed_by text, closed_at timestamptz, close_reason text, place text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.claim_id, c.kommunekode, c.month, c.amount_oere, c.state, c.opened_at, c.decision_id, c.outcome,
           c.decided_oere, c.decided_by, c.decided_at, c.closed_by, c.closed_at, c.close_reason, payee.place
      FROM ydelse.claim c
      LEFT JOIN ydelse.payee ON payee.cpr = c.cpr
     WHERE (only_kommunekode IS NULL OR c.kommunekode = only_kommunekode)
       AND ydelse.municipality_allowed(c.kommunekode)
       AND (only_month IS NULL OR c.month = only_month)
       AND CASE WHEN only_state IS NULL THEN c.state <> 'AFSLUTTET' WHEN only_state = 'ALLE' THEN true
                ELSE c.state = only_state END
     ORDER BY c.claim_id
$$;

-- Locks the claim and returns it; YD010 when there is none.
CREATE FUNCTION claim_locked(wanted_claim_id integer) RETURNS ydelse.claim LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_claim ydelse.claim;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    SELECT * INTO found_claim FROM ydelse.claim WHERE claim_id = wanted_claim_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no claim %', wanted_claim_id USING ERRCODE = 'YD010';
    ELSIF NOT ydelse.municipality_allowed(found_claim.kommunekode) THEN
        RAISE EXCEPTION 'claim % belongs to another municipality', wanted_claim_id
            USING ERRCODE = 'insufficient_privilege', HINT = 'The user is bound to other municipalities.';
    END IF;
    RETURN found_claim;
END $$;

-- Records a decision on the claim as it stands. expected_oere: the amount that was decided on, or NULL. The same
-- decision again changes nothing; changed tells.
CREATE FUNCTION claim_decide(claim_id integer, decision_id text, outcome text, reason text, expected_oere bigint)
RETURNS TABLE (changed boolean, kommunekode text, month date, amount_oere bigint, decided_by text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c ydelse.claim := ydelse.claim_locked(claim_decide.claim_id);
BEGIN
    IF c.state = 'AFSLUTTET' THEN
        RAISE EXCEPTION 'claim % is closed', c.claim_id
            USING ERRCODE = 'YD011', DETAIL = format('by %s: %s', c.closed_by, c.close_reason);
    ELSIF claim_decide.expected_oere <> c.amount_oere THEN
        RAISE EXCEPTION 'claim % is about % kr., not % kr.', c.claim_id, ydelse.kroner(c.amount_oere),
            ydelse.kroner(claim_decide.expected_oere) USING ERRCODE = 'YD012';
    ELSIF c.state = 'BESLUTTET' AND (c.decision_id, c.outcome) <> (claim_decide.decision_id, claim_decide.outcome) THEN
        RAISE EXCEPTION 'claim % is decided already', c.claim_id
            USING ERRCODE = 'YD011', DETAIL = format('%s by %s: %s', c.decision_id, c.decided_by, c.outcome);
    END IF;
    IF c.state = 'AFVENTER_AFGOERELSE' THEN
        UPDATE ydelse.claim u SET state = 'BESLUTTET', decision_id = claim_decide.decision_id,
               outcome = claim_decide.outcome, decision_reason = claim_decide.reason
         WHERE u.claim_id = c.claim_id;
    END IF;
    RETURN QUERY SELECT c.state = 'AFVENTER_AFGOERELSE', u.kommunekode, u.month, u.amount_oere, u.decided_by
                   FROM ydelse.claim u WHERE u.claim_id = c.claim_id;
END $$;

-- Ends a decided claim: its lines are taken out of what is open. Ending it again changes nothing.
CREATE FUNCTION claim_close(claim_id integer, reason text)
RETURNS TABLE (changed boolean, kommunekode text, month date, amount_oere bigint, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c ydelse.claim := ydelse.claim_locked(claim_close.claim_id);
BEGIN
    IF c.state = 'AFVENTER_AFGOERELSE' AND c.decision_id IS NOT NULL THEN
        RAISE EXCEPTION 'claim % has changed since decision %: % kr. then, % kr. now', c.claim_id, c.decision_id,
            ydelse.kroner(c.decided_oere), ydelse.kroner(c.amount_oere)
            USING ERRCODE = 'YD011', HINT = 'It awaits a new decision: `ydelse claims decide`.';
    ELSIF c.state = 'AFVENTER_AFGOERELSE' THEN
        RAISE EXCEPTION 'claim % is not decided', c.claim_id
            USING ERRCODE = 'YD011', HINT = '`ydelse claims decide` comes first.';
    END IF;
    IF c.state = 'BESLUTTET' THEN
        UPDATE ydelse.claim u SET state = 'AFSLUTTET', close_reason = claim_close.reason WHERE u.claim_id = c.claim_id;
    END IF;
    RETURN QUERY SELECT c.state = 'BESLUTTET', c.kommunekode, c.month, c.amount_oere, c.outcome;
END $$;

-- --- Rights --------------------------------------------------------------------------------------------------------

CREATE FUNCTION claim_allowed(wanted_claim_id integer) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.municipality_allowed(c.kommunekode) FROM ydelse.claim c WHERE c.claim_id = wanted_claim_id
$$;
ALTER TABLE claim_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY municipality ON claim_event FOR SELECT USING (ydelse.claim_allowed(claim_id));

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT SELECT ON ydelse.claim_event TO ydelse_batch, ydelse_finance, ydelse_auditor; -- no people in it
    GRANT EXECUTE ON FUNCTION ydelse.claim_allowed(integer) TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.claim_decide(integer, text, text, text, bigint), ydelse.claim_close(integer, text)
        TO ydelse_finance;
END $$;
