-- Paying: batches, payments, payment files, and what is open, owed or claimed.
--
--     delta lines (open) -> batch_create -> batch_approve -> batch_emit_store -> the bank
--                                 \_____________\____ batch_cancel: the lines are open again
--
-- batch         one municipality and one execution date; draft -> approved -> emitted -> settled, or cancelled
--               before emission. The payer is frozen in it: what was approved is what is emitted.
-- payment       one sending of what is owed to a participant for a month. in_batch -> sent -> accepted or
--               rejected; cancelled with its batch. A new sending is a new payment with the next attempt.
-- payment_part  the delta lines behind a payment. A line is in at most one live payment (payment_part_live);
--               when a payment is cancelled or rejected, its parts stop being active and the lines are open.
-- payment_file  the bytes that were sent, for good. One per batch.
-- batch_event   every change of a batch: who, when, why.
--
-- Only functions (0014, 0017) change anything. They run with the owner's rights and look at session_user, which
-- SET ROLE does not change. The triggers hold for the owner, too.
--
-- SQLSTATEs of our own: YD001 there is no such batch; YD002 the batch is in another state; YD003 the batch is
-- not what it says; YD004 somebody in the batch may no longer be paid; YD005 over a limit; 42501 not permitted.

-- Names this database for good: message ids derive from it, so those of two databases never meet.
CREATE TABLE installation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    identity uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO installation DEFAULT VALUES;
SELECT protect('installation');

-- Finance users who see and handle only the batches, claims, payments and people of these municipalities. A user (or
-- the group role of a user) with no row here is bound to none: all of them. The owner keeps it; like a grant it takes
-- effect at once.
CREATE TABLE finance_municipality (
    user_name   text NOT NULL,
    kommunekode text COLLATE "C" NOT NULL CHECK (kommunekode ~ '^[0-9]{4}$'),
    bound_by    text NOT NULL DEFAULT session_user,
    bound_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_name, kommunekode)
);

-- The municipalities that the session's user is bound to; NULL: none in particular.
CREATE FUNCTION bound_municipalities() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT f.kommunekode)
      FROM ydelse.finance_municipality f
     WHERE f.user_name = session_user
        OR f.user_name IN (SELECT g.rolname FROM pg_auth_members m
                             JOIN pg_roles g ON g.oid = m.roleid
                             JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = session_user)
$$;

CREATE FUNCTION municipality_allowed(kommunekode text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(municipality_allowed.kommunekode = ANY (ydelse.bound_municipalities()),
                    ydelse.bound_municipalities() IS NULL)
$$;

CREATE TABLE batch (
    batch_id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kommunekode           text COLLATE "C" NOT NULL CHECK (kommunekode ~ '^[0-9]{4}$'),
    due_date              date NOT NULL, -- the day of execution
    state                 text NOT NULL DEFAULT 'draft',
    payment_count         bigint NOT NULL CHECK (payment_count > 0),
    total_oere            bigint NOT NULL CHECK (total_oere > 0),
    removed_count         bigint NOT NULL DEFAULT 0 CHECK (removed_count >= 0), -- taken out of it before emission
    removed_oere          bigint NOT NULL DEFAULT 0 CHECK (removed_oere >= 0),
    allow_replacement_cpr boolean NOT NULL,
    payer_name            text NOT NULL CHECK (payer_name <> ''),
    payer_cvr             text NOT NULL CHECK (payer_cvr ~ '^[0-9]{8}$'),
    payer_se              text NOT NULL CHECK (payer_se ~ '^([0-9]{8})?$'),
    payer_iban            text NOT NULL CHECK (payer_iban ~ '^DK[0-9]{16}$'),
    payer_bic             text NOT NULL CHECK (payer_bic ~ '^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
    made_by               text NOT NULL DEFAULT session_user,
    made_at               timestamptz NOT NULL DEFAULT now(),
    approved_by           text,
    approved_at           timestamptz,
    emitted_by            text,
    emitted_at            timestamptz,
    cancelled_by          text,
    cancelled_at          timestamptz,
    cancel_reason         text,
    CONSTRAINT batch_state CHECK (state IN ('draft', 'approved', 'emitted', 'settled', 'cancelled')),
    CONSTRAINT batch_two_people CHECK (approved_by <> made_by),
    CONSTRAINT batch_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)
        AND (approved_by IS NOT NULL OR state IN ('draft', 'cancelled'))
        AND (approved_by IS NULL OR state <> 'draft')),
    CONSTRAINT batch_emitted CHECK ((emitted_by IS NULL) = (emitted_at IS NULL)
        AND (emitted_by IS NOT NULL) = (state IN ('emitted', 'settled'))),
    CONSTRAINT batch_cancelled CHECK ((cancelled_by IS NULL) = (cancelled_at IS NULL)
        AND (cancelled_by IS NOT NULL) = (state = 'cancelled')
        AND (state = 'cancelled') = (cancel_reason IS NOT NULL) AND cancel_reason !~ '^\s*$')
);

CREATE TABLE payment (
    payment_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id       integer NOT NULL REFERENCES batch,
    month          date NOT NULL,
    cpr            text COLLATE "C" NOT NULL,
    amount_oere    bigint NOT NULL CHECK (amount_oere > 0),
    newest_line_id bigint NOT NULL,
    attempt        integer NOT NULL CHECK (attempt > 0),
    -- Shown on the payee's account statement: made of the line and the attempt, never of the CPR number.
    end_to_end_id  text COLLATE "C" NOT NULL UNIQUE
                   GENERATED ALWAYS AS ('YD' || newest_line_id::text || '-' || attempt::text) STORED,
    state          text NOT NULL DEFAULT 'in_batch',
    salt           uuid NOT NULL DEFAULT gen_random_uuid(), -- of its leaf in the batch's digest (0010)
    CONSTRAINT payment_state CHECK (state IN ('in_batch', 'sent', 'accepted', 'rejected', 'cancelled')),
    CONSTRAINT payment_end_to_end_size CHECK (length(end_to_end_id) <= 35)
);
CREATE INDEX payment_batch ON payment (batch_id);
CREATE INDEX payment_participant ON payment (cpr, month);

CREATE TABLE payment_part (
    payment_id bigint NOT NULL REFERENCES payment,
    line_id    bigint NOT NULL CHECK (line_id % 10 = 1), -- component til_udbetaling
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (payment_id, line_id)
);
CREATE UNIQUE INDEX payment_part_live ON payment_part (line_id) WHERE active;

CREATE TABLE payment_file (
    batch_id         integer PRIMARY KEY REFERENCES batch,
    format           text NOT NULL CHECK (format IN ('pain.001.001.09', 'pain.001.001.03', 'csv')),
    message_id       text NOT NULL UNIQUE CHECK (length(message_id) BETWEEN 1 AND 35),
    bytes            bytea, -- NULL: erased with the batch's payments (0012)
    sha256           bytea NOT NULL,
    payment_count    bigint NOT NULL CHECK (payment_count > 0),
    control_sum_oere bigint NOT NULL CHECK (control_sum_oere > 0),
    stored_by        text NOT NULL DEFAULT session_user,
    stored_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_file_sha256 CHECK (sha256 = sha256(bytes))
);
-- Stored as they are: reading the bytes again decompresses nothing.
ALTER TABLE payment_file ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT protect('payment_file');

CREATE TABLE batch_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id    integer NOT NULL REFERENCES batch,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_user     text NOT NULL DEFAULT session_user,
    event       text NOT NULL CHECK (event IN ('made', 'over_limit', 'approved', 'emitted', 'emitted_again', 'settled',
                                               'cancelled', 'payment_removed', 'recalled', 'answered', 'released',
                                               'resolution_proposed', 'resolved')),
    old_state   text,
    new_state   text NOT NULL,
    detail      text NOT NULL
);
CREATE INDEX batch_event_batch ON batch_event (batch_id);
SELECT protect('batch_event');

-- Results that hold a participant: looked up whenever somebody is paid.
CREATE INDEX result_held ON result (month, cpr) WHERE udfald = 'TILBAGEHOLDT';

-- --- What is open, owed, and claimed -------------------------------------------------------------------------

-- Delta lines of what goes to the participant, in no live payment.
CREATE VIEW payment_line_open AS
SELECT e.month, e.cpr, e.kommunekode, e.entitlement_id * 10 + 1 AS line_id, e.delta_til_udbetaling AS amount_oere
  FROM ydelse.entitlement e
 WHERE e.delta_til_udbetaling <> 0
   AND NOT EXISTS (SELECT FROM ydelse.payment_part p
                    WHERE p.active AND p.line_id = e.entitlement_id * 10 + 1);

-- Open lines netted per participant and month: above 0 it is payable, below 0 too much was paid.
CREATE VIEW owed_open AS
SELECT month, cpr, kommunekode, sum(amount_oere)::bigint AS net_oere, max(line_id) AS newest_line_id,
       count(*) AS line_count
  FROM ydelse.payment_line_open
 GROUP BY month, cpr, kommunekode;

-- Where each line is now.
CREATE VIEW payment_line_state AS
SELECT d.line_id, d.month, d.cpr, d.kommunekode, d.revision, d.amount_oere, p.payment_id, p.batch_id,
       p.end_to_end_id, coalesce(p.state, 'open') AS state
  FROM ydelse.delta_line d
  LEFT JOIN (ydelse.payment_part pp JOIN ydelse.payment p USING (payment_id))
    ON pp.line_id = d.line_id AND pp.active
 WHERE d.component = 'til_udbetaling';

-- Too much was paid for a month. Nothing is taken back without a decision; a later positive line of the same
-- month lowers it. While a payment of the month has not been sent it is no claim: the batch can be cancelled.
-- 0009_claims.sql gives claims numbers and states, and replaces this view.
CREATE VIEW claim_open AS
SELECT o.month, o.cpr, o.kommunekode, -o.net_oere AS amount_oere, o.newest_line_id,
       'AFVENTER_AFGOERELSE'::text AS state
  FROM ydelse.owed_open o
 WHERE o.net_oere < 0
   AND NOT EXISTS (SELECT FROM ydelse.payment p
                    WHERE p.cpr = o.cpr AND p.month = o.month AND p.state = 'in_batch');

CREATE VIEW batch_overview AS
SELECT b.batch_id, b.kommunekode, b.payer_name, b.due_date, b.state, b.payment_count, b.total_oere, b.made_by,
       b.approved_by, b.emitted_by, f.message_id, encode(f.sha256, 'hex') AS file_sha256,
       length(f.bytes) AS file_size_bytes
  FROM ydelse.batch b
  LEFT JOIN ydelse.payment_file f USING (batch_id)
 WHERE ydelse.municipality_allowed(b.kommunekode);

-- The payees as known now, and the days on which they are not to be paid.
CREATE VIEW payee AS
SELECT d.cpr_nummer AS cpr, d.navn, d.doedsdato, f.name || ':' || d.line AS place
  FROM ydelse.fact_deltagere d
  JOIN ydelse.input_file f USING (file_id)
 WHERE d.posttype <> 'T'
   AND NOT EXISTS (SELECT FROM ydelse.fact_ended e
                    WHERE (e.bucket, e.file_id, e.line) = (d.bucket, d.file_id, d.line));

CREATE VIEW payee_hold AS
SELECT p.cpr_nummer AS cpr, p.foerste_dag, p.sidste_dag
  FROM ydelse.fact_perioder p
 WHERE p.art = 'SPAERRING' AND p.posttype <> 'T'
   AND NOT EXISTS (SELECT FROM ydelse.fact_ended e
                    WHERE (e.bucket, e.file_id, e.line) = (p.bucket, p.file_id, p.line));

-- Participants and months whose latest result is held.
CREATE VIEW result_held_now AS
SELECT month, cpr, run_id FROM ydelse.result_current WHERE udfald = 'TILBAGEHOLDT';

-- Replacement numbers have 60 added to the day.
CREATE FUNCTION is_replacement_cpr(cpr text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.substr(cpr, 1, 1) >= '6';

-- At most 35 characters: YD, 16 hex digits that name the database, the batch.
CREATE FUNCTION batch_message_id(batch_id integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'YD' || upper(substr(replace(identity::text, '-', ''), 1, 16)) || '-' || batch_id
      FROM ydelse.installation
$$;

-- --- What must always hold -----------------------------------------------------------------------------------

CREATE FUNCTION refuse_payment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON batch FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_payment_change('batches are kept');
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON payment FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_payment_change('payments are kept');
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON payment_part FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_payment_change('parts of payments are kept');

-- Compared one by one: a dump writes a comparison of rows out like this, and `verify` reads restored triggers, too.
CREATE TRIGGER a_frozen BEFORE UPDATE ON batch FOR EACH ROW
    WHEN (OLD.batch_id IS DISTINCT FROM NEW.batch_id OR OLD.kommunekode IS DISTINCT FROM NEW.kommunekode
          OR OLD.due_date IS DISTINCT FROM NEW.due_date
          OR OLD.payment_count + OLD.removed_count IS DISTINCT FROM NEW.payment_count + NEW.removed_count
          OR OLD.total_oere + OLD.removed_oere IS DISTINCT FROM NEW.total_oere + NEW.removed_oere
          OR OLD.allow_replacement_cpr IS DISTINCT FROM NEW.allow_replacement_cpr
          OR OLD.payer_name IS DISTINCT FROM NEW.payer_name OR OLD.payer_cvr IS DISTINCT FROM NEW.payer_cvr
          OR OLD.payer_se IS DISTINCT FROM NEW.payer_se OR OLD.payer_iban IS DISTINCT FROM NEW.payer_iban
          OR OLD.payer_bic IS DISTINCT FROM NEW.payer_bic OR OLD.made_by IS DISTINCT FROM NEW.made_by
          OR OLD.made_at IS DISTINCT FROM NEW.made_at
          OR (OLD.state || '>' || NEW.state) NOT IN ('draft>approved', 'draft>cancelled', 'approved>cancelled',
                                                     'approved>emitted', 'emitted>settled',
                                                     'draft>draft', 'approved>draft')
          -- A payment is taken out of a draft, or of an approved batch that becomes a draft again; at no other time.
          OR (NEW.removed_count = OLD.removed_count + 1 AND NEW.removed_oere > OLD.removed_oere)
             IS DISTINCT FROM (NEW.state = 'draft')
          OR (NEW.state <> 'draft' AND (NEW.removed_count, NEW.removed_oere) <> (OLD.removed_count, OLD.removed_oere)))
    EXECUTE FUNCTION refuse_payment_change('a batch only moves from state to state');
CREATE TRIGGER frozen BEFORE UPDATE ON payment FOR EACH ROW
    WHEN (OLD.payment_id IS DISTINCT FROM NEW.payment_id OR OLD.batch_id IS DISTINCT FROM NEW.batch_id
          OR OLD.month IS DISTINCT FROM NEW.month OR OLD.cpr IS DISTINCT FROM NEW.cpr
          OR OLD.amount_oere IS DISTINCT FROM NEW.amount_oere
          OR OLD.newest_line_id IS DISTINCT FROM NEW.newest_line_id OR OLD.attempt IS DISTINCT FROM NEW.attempt
          OR OLD.salt IS DISTINCT FROM NEW.salt
          OR (OLD.state || '>' || NEW.state) NOT IN ('in_batch>sent', 'in_batch>cancelled', 'sent>accepted',
                                                     'sent>rejected', 'accepted>rejected',
                                                     'rejected>accepted')) -- by two people (0017)
    EXECUTE FUNCTION refuse_payment_change('a payment only moves from state to state');
CREATE TRIGGER frozen BEFORE UPDATE ON payment_part FOR EACH ROW
    WHEN (OLD.payment_id <> NEW.payment_id OR OLD.line_id <> NEW.line_id OR OLD.active = NEW.active)
    EXECUTE FUNCTION refuse_payment_change('a part only stops being active, and is so again');

-- Who did it is what the database says, not what the statement says; the log writes itself.
CREATE FUNCTION batch_stamp() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reason text := NEW.cancel_reason;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.state := 'draft';
        NEW.removed_count := 0;
        NEW.removed_oere := 0;
        NEW.made_by := session_user;
        NEW.made_at := now();
        NEW.approved_by := NULL;
        NEW.approved_at := NULL;
        NEW.emitted_by := NULL;
        NEW.emitted_at := NULL;
        NEW.cancelled_by := NULL;
        NEW.cancelled_at := NULL;
        NEW.cancel_reason := NULL;
        RETURN NEW;
    END IF;
    NEW.approved_by := CASE NEW.state WHEN 'approved' THEN session_user WHEN 'draft' THEN NULL ELSE OLD.approved_by END;
    NEW.approved_at := CASE NEW.state WHEN 'approved' THEN now() WHEN 'draft' THEN NULL ELSE OLD.approved_at END;
    NEW.emitted_by := CASE NEW.state WHEN 'emitted' THEN session_user ELSE OLD.emitted_by END;
    NEW.emitted_at := CASE NEW.state WHEN 'emitted' THEN now() ELSE OLD.emitted_at END;
    NEW.cancelled_by := CASE NEW.state WHEN 'cancelled' THEN session_user ELSE OLD.cancelled_by END;
    NEW.cancelled_at := CASE NEW.state WHEN 'cancelled' THEN now() ELSE OLD.cancelled_at END;
    NEW.cancel_reason := CASE NEW.state WHEN 'cancelled' THEN reason ELSE OLD.cancel_reason END;
    RETURN NEW;
END $$;
CREATE TRIGGER b_stamp BEFORE INSERT OR UPDATE ON batch FOR EACH ROW EXECUTE FUNCTION batch_stamp();

CREATE FUNCTION batch_log() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- An approval is known by its event also when it is void, so the event has its time.
    INSERT INTO ydelse.batch_event (batch_id, happened_at, event, old_state, new_state, detail)
    VALUES (NEW.batch_id, CASE NEW.state WHEN 'approved' THEN NEW.approved_at ELSE clock_timestamp() END,
            CASE WHEN TG_OP = 'INSERT' THEN 'made' WHEN NEW.state = 'draft' THEN 'payment_removed' ELSE NEW.state END,
            CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state,
            CASE WHEN TG_OP = 'UPDATE' AND NEW.state IN ('draft', 'settled')
                     THEN coalesce(current_setting('ydelse.batch_detail', true), '')
                 WHEN NEW.state = 'draft' THEN format('%s payments, %s oere, due %s', NEW.payment_count,
                                                    NEW.total_oere, NEW.due_date)
                 WHEN NEW.state = 'cancelled' THEN NEW.cancel_reason
                 WHEN NEW.state = 'approved' THEN coalesce(current_setting('ydelse.despite_limits', true), '')
                 ELSE '' END);
    RETURN NULL;
END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON batch FOR EACH ROW EXECUTE FUNCTION batch_log();

-- A payment is the sum of its lines, and they are lines of its participant, month and municipality.
CREATE FUNCTION check_payments(payment_ids bigint[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT p.payment_id INTO bad
      FROM ydelse.payment p
      JOIN ydelse.batch b USING (batch_id)
      LEFT JOIN (SELECT pp.payment_id, count(*) AS part_count, count(e.entitlement_id) AS line_count,
                        sum(e.delta_til_udbetaling) AS amount_oere, max(pp.line_id) AS newest_line_id,
                        count(DISTINCT e.kommunekode) AS municipality_count, min(e.kommunekode) AS kommunekode
                   FROM ydelse.payment_part pp
                   JOIN ydelse.payment q USING (payment_id)
                   LEFT JOIN ydelse.entitlement e
                     ON e.month = q.month AND e.cpr = q.cpr AND e.entitlement_id * 10 + 1 = pp.line_id
                    AND e.delta_til_udbetaling <> 0
                  WHERE pp.payment_id = ANY (payment_ids)
                  GROUP BY pp.payment_id) AS parts USING (payment_id)
     WHERE p.payment_id = ANY (payment_ids)
       AND (parts.amount_oere IS DISTINCT FROM p.amount_oere
            OR parts.part_count IS DISTINCT FROM parts.line_count
            OR parts.newest_line_id IS DISTINCT FROM p.newest_line_id
            OR parts.municipality_count IS DISTINCT FROM 1
            OR parts.kommunekode IS DISTINCT FROM b.kommunekode
            OR (ydelse.is_replacement_cpr(p.cpr) AND NOT b.allow_replacement_cpr))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payment % is not what its lines say', bad USING ERRCODE = 'YD003';
    END IF;
END $$;

-- A batch holds as many payments, and as much money, as it says.
CREATE FUNCTION check_batch_totals(checked_batch_id integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM ydelse.batch b,
         LATERAL (SELECT count(*) AS payment_count, sum(p.amount_oere) AS total_oere
                    FROM ydelse.payment p WHERE p.batch_id = b.batch_id AND p.state <> 'cancelled') AS held
      WHERE b.batch_id = checked_batch_id
        AND (held.payment_count <> b.payment_count OR held.total_oere IS DISTINCT FROM b.total_oere);
    IF FOUND THEN
        RAISE EXCEPTION 'batch % does not hold what it says', checked_batch_id USING ERRCODE = 'YD003';
    END IF;
END $$;

-- The same, and each of its payments is the sum of its lines.
CREATE FUNCTION check_batch(checked_batch_id integer) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.check_batch_totals(checked_batch_id);
    SELECT ydelse.check_payments(array_agg(p.payment_id)) FROM ydelse.payment p WHERE p.batch_id = checked_batch_id;
$$;

CREATE FUNCTION payment_made() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ydelse.check_batch_totals(batch_id) FROM (SELECT DISTINCT batch_id FROM made) AS batches;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON payment REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION payment_made();

CREATE FUNCTION payment_part_made() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ydelse.check_payments(array_agg(DISTINCT payment_id)) FROM made HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON payment_part REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION payment_part_made();

-- A cancelled or rejected payment frees its lines, and takes them back when it stands again (0017); nothing else does.
CREATE FUNCTION payment_freed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE ydelse.payment_part pp SET active = false
      FROM changed
     WHERE changed.payment_id = pp.payment_id AND changed.state IN ('cancelled', 'rejected') AND pp.active;
    UPDATE ydelse.payment_part pp SET active = true
      FROM changed JOIN was USING (payment_id)
     WHERE changed.payment_id = pp.payment_id AND was.state = 'rejected' AND changed.state = 'accepted' AND NOT pp.active;
    RETURN NULL;
END $$;
CREATE TRIGGER freed AFTER UPDATE ON payment REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION payment_freed();

CREATE FUNCTION payment_part_freed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM changed JOIN ydelse.payment p USING (payment_id)
      WHERE changed.active = (p.state IN ('cancelled', 'rejected'));
    IF FOUND THEN
        RAISE EXCEPTION 'the lines of a payment are its own as long as it lives' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER freed AFTER UPDATE ON payment_part REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION payment_part_freed();

-- --- Rights -----------------------------------------------------------------------------------------------------

-- What is read without a function. The owner, whose functions these tables are changed by, is not held to it.
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY municipality ON batch FOR SELECT USING (ydelse.municipality_allowed(kommunekode));
ALTER TABLE batch_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY municipality ON batch_event FOR SELECT
    USING (EXISTS (SELECT FROM ydelse.batch b WHERE b.batch_id = batch_event.batch_id)); -- of those that are seen

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    -- No people in these.
    GRANT SELECT ON ydelse.installation, ydelse.batch, ydelse.batch_overview, ydelse.batch_event
        TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.bound_municipalities(), ydelse.municipality_allowed(text)
        TO ydelse_batch, ydelse_finance, ydelse_auditor;
END $$;
