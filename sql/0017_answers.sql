-- Answers: what the bank and the NemKonto say about payments, and what becomes of them.
--
--     answer file -> answer_settle -> payment: sent -> accepted | rejected -> batch: emitted -> settled
--                                                          |
--            payable again only by somebody's word <- payment_release
--
-- answer_file      a file of answers as it came, for good. The same bytes again change nothing, unless something could not be
--                  used before (about a payment that was unknown or not sent then): that alone is used now, as a further
--                  reading of the file. What was used once is never used again.
-- payment_answer   one answer about one payment: where it stands in the file, what it says, in which state the payment
--                  was, and what it did (answer_effect). These are the log of the moves: who and when stand in the file.
-- payment_release  a rejected payment whose money somebody lets the next batch pay again; batch_event says who and why. It
--                  holds until the payment is rejected anew.
-- payment_resolution  what two people say about a contradiction: one proposes, another one confirms; batch_event says who and
--                  why. betalt: the payment stands, its lines are taken back. ikke_betalt: it stays rejected.
--
-- The state table, in answer_effect:
--
--     payment was   accepted        waiting      rejected
--     sent          -> accepted     stays sent   -> rejected, its lines are open
--     accepted      unchanged       unchanged    -> rejected: what was paid has come back, its lines are open
--     rejected      contradiction   unchanged    unchanged
--     not sent      not sent: kept, changes nothing
--     unknown       unknown: kept, changes nothing
--
-- A contradiction changes nothing by itself: the bank may have paid what it refused before, so a person asks it. Such a
-- payment is not paid again before it is resolved.
--
-- SQLSTATEs: YD020 the answers contradict themselves or the payment file; YD021 the payment is not a rejected one that is
-- open; YD022 the payment cannot be taken out of its batch; YD023 the payment has no open contradiction; YD024 its lines
-- are taken by now.

CREATE TABLE answer_file (
    answer_file_id      integer PRIMARY KEY CHECK (answer_file_id > 0), -- without gaps
    name                text NOT NULL CHECK (length(name) <= 255),
    format              text NOT NULL CHECK (format IN ('pain.002.001', 'nemkonto.csv')),
    message_id          text NOT NULL CHECK (length(message_id) <= 35),
    original_message_id text NOT NULL CHECK (length(original_message_id) <= 35),
    reading             integer NOT NULL DEFAULT 1 CHECK (reading > 0), -- of these bytes, which the first one has
    bytes               bytea, -- NULL: erased with the batches it is about (0012)
    sha256              bytea NOT NULL,
    answer_count        bigint NOT NULL CHECK (answer_count > 0),
    stored_by           text NOT NULL DEFAULT session_user,
    stored_at           timestamptz NOT NULL DEFAULT now(),
    digest              bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of digest_text
    digest_text         text NOT NULL,
    UNIQUE (sha256, reading),
    CONSTRAINT answer_file_sha256 CHECK (sha256 = sha256(bytes)),
    CONSTRAINT answer_file_bytes CHECK (reading = 1 OR bytes IS NULL)
);
ALTER TABLE answer_file ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT protect('answer_file');

CREATE TABLE payment_answer (
    answer_file_id integer NOT NULL REFERENCES answer_file DEFERRABLE INITIALLY DEFERRED,
    number         integer NOT NULL CHECK (number > 0),
    line           integer NOT NULL CHECK (line > 0),
    level          text NOT NULL CHECK (level IN ('message', 'payment', 'transaction')),
    end_to_end_id  text COLLATE "C" NOT NULL CHECK (length(end_to_end_id) <= 35), -- as the file has it
    payment_id     bigint, -- no foreign key: answers stay when their batch is erased (0012); there is no person in them
    code           text NOT NULL CHECK (code ~ '^[A-Z0-9]{1,20}$'),
    reason         text CHECK (reason ~ '^[A-Z0-9]{1,20}$'),
    outcome        text NOT NULL CHECK (outcome IN ('accepted', 'waiting', 'rejected')),
    old_state      text,
    effect         text NOT NULL,
    PRIMARY KEY (answer_file_id, number),
    CONSTRAINT payment_answer_state CHECK ((payment_id IS NULL) = (old_state IS NULL))
);
CREATE INDEX payment_answer_payment ON payment_answer (payment_id, answer_file_id);
SELECT protect('payment_answer');
CREATE INDEX payment_rejected ON payment (cpr, month) WHERE state = 'rejected';

CREATE TABLE payment_release (
    payment_id          bigint NOT NULL, -- as in payment_answer
    upto_answer_file_id integer NOT NULL, -- the newest answers by then
    event_id            bigint NOT NULL UNIQUE REFERENCES batch_event,
    PRIMARY KEY (payment_id, upto_answer_file_id)
);
SELECT protect('payment_release');

CREATE TABLE payment_resolution (
    event_id            bigint PRIMARY KEY REFERENCES batch_event,
    payment_id          bigint NOT NULL, -- as in payment_answer
    outcome             text NOT NULL CHECK (outcome IN ('betalt', 'ikke_betalt')),
    upto_answer_file_id integer NOT NULL, -- the newest answers by then: what came later is no part of it
    confirms            bigint UNIQUE REFERENCES payment_resolution,
    CHECK (confirms < event_id)
);
CREATE INDEX payment_resolution_payment ON payment_resolution (payment_id);
SELECT protect('payment_resolution');

-- Whoever confirms is another person than who proposed, and means the same.
CREATE FUNCTION payment_resolution_by_two() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM ydelse.payment_resolution p JOIN ydelse.batch_event pe ON pe.event_id = p.event_id,
                 ydelse.batch_event e
      WHERE p.event_id = NEW.confirms AND e.event_id = NEW.event_id AND pe.by_user <> e.by_user AND p.confirms IS NULL
        AND (p.payment_id, p.outcome, p.upto_answer_file_id) = (NEW.payment_id, NEW.outcome, NEW.upto_answer_file_id);
    IF NEW.confirms IS NOT NULL AND NOT FOUND THEN
        RAISE EXCEPTION 'a resolution is confirmed by another person, as it was proposed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER by_two BEFORE INSERT ON payment_resolution FOR EACH ROW EXECUTE FUNCTION payment_resolution_by_two();

-- What an answer does to a payment in this state (NULL: there is no such payment).
CREATE FUNCTION answer_effect(state text, outcome text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN state IS NULL THEN 'unknown'
                WHEN state IN ('in_batch', 'cancelled') THEN 'not_sent'
                WHEN state = 'sent' THEN outcome
                WHEN state = 'accepted' AND outcome = 'rejected' THEN 'returned'
                WHEN state = 'rejected' AND outcome = 'accepted' THEN 'contradiction'
                ELSE 'unchanged' END
$$;
ALTER TABLE payment_answer ADD CONSTRAINT payment_answer_effect
    CHECK (effect = ydelse.answer_effect(old_state, outcome));

-- Answers that could not be used when they were read, and have not been used by a further reading of the same bytes.
CREATE VIEW answer_unused AS
SELECT a.*
  FROM ydelse.payment_answer a JOIN ydelse.answer_file f USING (answer_file_id)
 WHERE a.effect IN ('unknown', 'not_sent')
   AND NOT EXISTS (SELECT FROM ydelse.answer_file g JOIN ydelse.payment_answer b USING (answer_file_id)
                    WHERE g.sha256 = f.sha256 AND g.reading > f.reading
                      AND (b.end_to_end_id = a.end_to_end_id OR a.level <> 'transaction'));

-- The releases that hold: the payment has not been rejected since.
CREATE VIEW payment_released AS
SELECT r.payment_id
  FROM ydelse.payment_release r
 WHERE NOT EXISTS (SELECT FROM ydelse.payment_answer a
                    WHERE a.payment_id = r.payment_id AND a.answer_file_id > r.upto_answer_file_id
                      AND a.effect IN ('rejected', 'returned'));

-- Rejected payments whose lines are open and that nobody has released: `pay` leaves their months out.
CREATE VIEW payment_rejected_open AS
SELECT p.payment_id, p.batch_id, p.month, p.cpr, p.amount_oere, p.end_to_end_id
  FROM ydelse.payment p
 WHERE p.state = 'rejected'
   AND NOT EXISTS (SELECT FROM ydelse.payment_released r WHERE r.payment_id = p.payment_id)
   AND EXISTS (SELECT FROM ydelse.payment_part pp
                JOIN ydelse.payment_line_open o ON o.month = p.month AND o.cpr = p.cpr AND o.line_id = pp.line_id
               WHERE pp.payment_id = p.payment_id);

-- Rejected payments that the bank says it has paid all the same, until two people have resolved it. holder: the payment
-- that has their lines by now, live; NULL: none.
CREATE VIEW payment_contradicted AS
SELECT p.payment_id, p.batch_id, p.month, p.cpr, p.amount_oere, p.end_to_end_id, c.answer_file_id,
       (SELECT max(l.payment_id) FROM ydelse.payment_part pp
          JOIN ydelse.payment_part l ON l.line_id = pp.line_id AND l.active
         WHERE pp.payment_id = p.payment_id) AS holder
  FROM ydelse.payment p
  JOIN (SELECT a.payment_id, max(a.answer_file_id) AS answer_file_id FROM ydelse.payment_answer a
         WHERE a.effect = 'contradiction' GROUP BY a.payment_id) c USING (payment_id)
 WHERE p.state = 'rejected'
   AND NOT EXISTS (SELECT FROM ydelse.payment_resolution r
                    WHERE r.payment_id = p.payment_id AND r.confirms IS NOT NULL
                      AND r.upto_answer_file_id >= c.answer_file_id);

-- --- Proof ---------------------------------------------------------------------------------------------------------

-- What the digest of a file is taken over: the file before, itself, and the leaves of its answers. The event 'answered'
-- of each batch in it carries the digest, so that the seals cover it.
CREATE FUNCTION answer_file_text(f ydelse.answer_file) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-answer-file=2',
               'previous=' || coalesce((SELECT encode(p.digest, 'hex') FROM ydelse.answer_file p
                                         WHERE p.answer_file_id = f.answer_file_id - 1), ''),
               concat_ws(';', 'answer_file=' || f.answer_file_id, f.format, encode(f.sha256, 'hex'), f.reading, f.answer_count,
                         f.stored_by, ydelse.seal_time(f.stored_at), f.message_id, f.original_message_id, f.name),
               'answers=' || (SELECT concat_ws(';', count(*), encode(sha256(coalesce(string_agg(
                                     sha256(record_send(ROW(a.number, a.line, a.level, a.end_to_end_id, a.payment_id, a.code,
                                            a.reason, a.outcome, a.old_state, a.effect))), ''::bytea ORDER BY a.number), '')), 'hex'))
                                FROM ydelse.payment_answer a WHERE a.answer_file_id = f.answer_file_id)) || E'\n'
$$;

CREATE FUNCTION answer_file_take_digest() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.stored_by := session_user;
    NEW.stored_at := now();
    NEW.digest_text := ydelse.answer_file_text(NEW);
    NEW.digest := sha256(convert_to(NEW.digest_text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER take_digest BEFORE INSERT ON answer_file FOR EACH ROW EXECUTE FUNCTION answer_file_take_digest();

-- A file's answers come before it; nothing is added to a file that is there.
CREATE FUNCTION payment_answer_made() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM made JOIN ydelse.answer_file f USING (answer_file_id);
    IF FOUND THEN
        RAISE EXCEPTION 'an answer file is complete' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON payment_answer REFERENCING NEW TABLE AS made FOR EACH STATEMENT
    EXECUTE FUNCTION payment_answer_made();

-- --- Settling ------------------------------------------------------------------------------------------------------

-- The answers of a file that is being read, each about one payment. An answer about the message or about all payments of
-- it holds for those that are not named themselves; the more specific one counts.
CREATE FUNCTION answer_spread(format text, original_message_id text, lines integer[], levels text[], ids text[],
                              codes text[], reasons text[], outcomes text[])
RETURNS TABLE (number integer, line integer, level text, end_to_end_id text, payment_id bigint, code text, reason text,
               outcome text, state text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH sent AS (
        SELECT f.batch_id FROM ydelse.payment_file f WHERE f.message_id = original_message_id
    ), given AS MATERIALIZED (
        SELECT u.number, u.line, u.level, u.id, u.code, u.reason, u.outcome,
               CASE u.level WHEN 'message' THEN EXISTS (SELECT FROM sent)
                            WHEN 'payment' THEN EXISTS (SELECT FROM sent) AND u.id = original_message_id END AS known
          FROM unnest(lines, levels, ids, codes, reasons, outcomes)
               WITH ORDINALITY AS u (line, level, id, code, reason, outcome, number)
    ), named AS MATERIALIZED (
        SELECT g.*, p.payment_id, p.state
          FROM given g
          LEFT JOIN ydelse.payment p
            ON p.end_to_end_id = g.id AND (format = 'nemkonto.csv' OR p.batch_id = (SELECT s.batch_id FROM sent s))
         WHERE g.level = 'transaction'
    ), whole AS (
        SELECT g.* FROM given g WHERE g.known ORDER BY g.level = 'payment' DESC, g.number LIMIT 1
    ), answer AS (
        SELECT n.number, n.line, n.level, n.id, n.payment_id, n.code, n.reason, n.outcome, n.state FROM named n
        UNION ALL
        SELECT w.number, w.line, w.level, p.end_to_end_id, p.payment_id, w.code, w.reason, w.outcome, p.state
          FROM whole w
          JOIN ydelse.payment p ON p.batch_id = (SELECT s.batch_id FROM sent s) AND p.state <> 'cancelled'
         WHERE NOT EXISTS (SELECT FROM named n WHERE n.payment_id = p.payment_id)
        UNION ALL
        SELECT g.number, g.line, g.level, g.id, NULL, g.code, g.reason, g.outcome, NULL
          FROM given g WHERE g.level <> 'transaction' AND NOT g.known
    )
    SELECT row_number() OVER (ORDER BY a.number, a.payment_id)::integer, a.line, a.level, a.id, a.payment_id, a.code, a.reason,
           a.outcome, a.state
      FROM answer a
$$;

-- The payment file that is answered holds as many payments as the answer says, and no payment is answered twice.
CREATE FUNCTION answer_check(original_message_id text, original_count bigint, original_oere bigint, lines integer[],
                             levels text[], ids text[]) RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sent record;
    twice record;
BEGIN
    SELECT f.batch_id, f.payment_count, f.control_sum_oere INTO sent
      FROM ydelse.payment_file f WHERE f.message_id = original_message_id;
    IF FOUND AND (original_count <> sent.payment_count OR original_oere <> sent.control_sum_oere) THEN
        RAISE EXCEPTION 'the answer is about % payments of % kr. in all, but batch % was sent with % of % kr.',
            coalesce(original_count::text, '?'), coalesce(ydelse.kroner(original_oere), '?'), sent.batch_id,
            sent.payment_count, ydelse.kroner(sent.control_sum_oere) USING ERRCODE = 'YD020';
    END IF;
    SELECT u.id, min(u.line) AS line, max(u.line) AS line_too INTO twice
      FROM unnest(lines, levels, ids) AS u (line, level, id)
     GROUP BY u.level, u.id HAVING count(*) > 1 ORDER BY 2 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line %: expected one answer per payment, this one has an answer on line % already',
            twice.line_too, twice.line USING ERRCODE = 'YD020';
    END IF;
END $$;

-- Stores a file of answers and moves its payments, all or nothing. An answer is line, level, id (EndToEndId, or the id of
-- the message or of the payments as a whole), code, reason (or NULL) and outcome. reading: which one of these bytes it is;
-- NULL: they were here before and nothing of them can be used now that was not used then, so nothing was changed.
CREATE FUNCTION answer_settle(name text, format text, message_id text, original_message_id text, original_count bigint,
                              original_oere bigint, bytes bytea, lines integer[], levels text[], ids text[], codes text[],
                              reasons text[], outcomes text[])
RETURNS TABLE (answer_file_id integer, reading integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    hash bytea := sha256(answer_settle.bytes);
    first_id integer;
    new_id integer;
    readings integer;
    answers bigint;
    batch_ids integer[];
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    SELECT count(*), min(f.answer_file_id) INTO readings, first_id FROM ydelse.answer_file f WHERE f.sha256 = hash;
    PERFORM ydelse.answer_check(answer_settle.original_message_id, original_count, original_oere, lines, levels, ids);
    SELECT coalesce(max(f.answer_file_id), 0) + 1 INTO new_id FROM ydelse.answer_file f;
    INSERT INTO ydelse.payment_answer (answer_file_id, number, line, level, end_to_end_id, payment_id, code, reason, outcome,
                                       old_state, effect)
    SELECT new_id, s.number, s.line, s.level, s.end_to_end_id, s.payment_id, s.code, s.reason, s.outcome, s.state,
           ydelse.answer_effect(s.state, s.outcome)
      FROM ydelse.answer_spread(answer_settle.format, answer_settle.original_message_id, lines, levels, ids, codes, reasons,
                                outcomes) s
     WHERE readings = 0
        OR (ydelse.answer_effect(s.state, s.outcome) NOT IN ('unknown', 'not_sent')
            AND NOT EXISTS (SELECT FROM ydelse.answer_file f JOIN ydelse.payment_answer a USING (answer_file_id)
                             WHERE f.sha256 = hash AND a.end_to_end_id = s.end_to_end_id
                               AND a.effect NOT IN ('unknown', 'not_sent')));
    GET DIAGNOSTICS answers = ROW_COUNT;
    IF readings > 0 AND answers = 0 THEN
        RETURN QUERY SELECT first_id, NULL::integer;
        RETURN;
    END IF;
    INSERT INTO ydelse.answer_file (answer_file_id, name, format, message_id, original_message_id, reading, bytes, sha256,
                                    answer_count)
    VALUES (new_id, answer_settle.name, answer_settle.format, answer_settle.message_id, answer_settle.original_message_id,
            readings + 1, CASE readings WHEN 0 THEN answer_settle.bytes END, hash, answers);
    UPDATE ydelse.payment p SET state = CASE a.effect WHEN 'accepted' THEN 'accepted' ELSE 'rejected' END
      FROM ydelse.payment_answer a
     WHERE a.answer_file_id = new_id AND a.payment_id = p.payment_id AND a.effect IN ('accepted', 'rejected', 'returned');
    PERFORM FROM ydelse.batch b
      WHERE NOT ydelse.municipality_allowed(b.kommunekode)
        AND b.batch_id IN (SELECT p.batch_id FROM ydelse.payment_answer a JOIN ydelse.payment p USING (payment_id)
                            WHERE a.answer_file_id = new_id);
    IF FOUND THEN
        RAISE EXCEPTION 'the file answers payments of another municipality' USING ERRCODE = 'insufficient_privilege',
            HINT = 'The user is bound to other municipalities.';
    END IF;
    SELECT array_agg(DISTINCT p.batch_id) INTO batch_ids
      FROM ydelse.payment_answer a JOIN ydelse.payment p USING (payment_id)
     WHERE a.answer_file_id = new_id AND a.effect <> 'not_sent';
    INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
    SELECT b.batch_id, 'answered', b.state, b.state, format('answer file %s, digest %s', new_id, encode(f.digest, 'hex'))
      FROM ydelse.batch b, ydelse.answer_file f
     WHERE b.batch_id = ANY (batch_ids) AND f.answer_file_id = new_id
     ORDER BY b.batch_id;
    PERFORM set_config('ydelse.batch_detail', 'answer file ' || new_id, true);
    UPDATE ydelse.batch u SET state = 'settled'
     WHERE u.batch_id = ANY (batch_ids) AND u.state = 'emitted'
       AND NOT EXISTS (SELECT FROM ydelse.payment p WHERE p.batch_id = u.batch_id AND p.state = 'sent');
    PERFORM set_config('ydelse.batch_detail', '', true);
    RETURN QUERY SELECT new_id, readings + 1;
END $$;

-- What a file of answers did: how many payments of which amount, by effect.
CREATE FUNCTION answer_summary(wanted integer) RETURNS TABLE (effect text, answers bigint, amount_oere bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.effect, count(*), coalesce(sum(p.amount_oere), 0)::bigint
      FROM ydelse.payment_answer a LEFT JOIN ydelse.payment p USING (payment_id) LEFT JOIN ydelse.batch b USING (batch_id)
     WHERE a.answer_file_id = wanted AND (b.batch_id IS NULL OR ydelse.municipality_allowed(b.kommunekode))
     GROUP BY a.effect
$$;

-- The answers of a file that somebody must look at. No people: a payment is named by its EndToEndId.
CREATE FUNCTION answer_list(wanted integer)
RETURNS TABLE (line integer, end_to_end_id text, kommunekode text, month date, amount_oere bigint, effect text, code text,
               reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.line, a.end_to_end_id, b.kommunekode, p.month, p.amount_oere, a.effect, a.code, a.reason
      FROM ydelse.payment_answer a
      LEFT JOIN ydelse.payment p USING (payment_id)
      LEFT JOIN ydelse.batch b USING (batch_id)
     WHERE a.answer_file_id = wanted AND a.effect NOT IN ('accepted', 'unchanged')
       AND (a.effect <> 'waiting' OR a.level = 'transaction') -- a whole file in process is told by its sum
       AND (b.batch_id IS NULL OR ydelse.municipality_allowed(b.kommunekode))
     ORDER BY a.number
$$;

-- The batches a file was about, and how far they are answered.
CREATE FUNCTION answer_batches(wanted integer)
RETURNS TABLE (batch_id integer, kommunekode text, state text, payments bigint, unanswered bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT b.batch_id, b.kommunekode, b.state, b.payment_count,
           (SELECT count(*) FROM ydelse.payment p WHERE p.batch_id = b.batch_id AND p.state = 'sent')
      FROM ydelse.batch b
     WHERE b.batch_id IN (SELECT p.batch_id FROM ydelse.payment_answer a JOIN ydelse.payment p USING (payment_id)
                           WHERE a.answer_file_id = wanted AND a.effect <> 'not_sent')
       AND ydelse.municipality_allowed(b.kommunekode)
     ORDER BY b.batch_id
$$;

-- --- Rejected payments ---------------------------------------------------------------------------------------------

-- The newest proposal for what is contradicted up to this file of answers, that nobody has confirmed.
CREATE FUNCTION payment_proposal(wanted_payment_id bigint, upto integer)
RETURNS TABLE (event_id bigint, outcome text, by_user text, upto_answer_file_id integer) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.event_id, r.outcome, e.by_user, r.upto_answer_file_id
      FROM ydelse.payment_resolution r JOIN ydelse.batch_event e USING (event_id)
     WHERE r.payment_id = wanted_payment_id AND r.confirms IS NULL AND r.upto_answer_file_id >= upto
       AND NOT EXISTS (SELECT FROM ydelse.payment_resolution c WHERE c.confirms = r.event_id)
     ORDER BY r.event_id DESC LIMIT 1
$$;

-- Rejected payments that are owed again or contradicted. AFVIST waits for somebody's word; FRIGIVET is paid by the next
-- batch; MODSTRID was accepted after its rejection; DOBBELT, too, and its money has been sent again since, by the payment
-- again. proposed: how one person has proposed to resolve it, and who.
CREATE FUNCTION rejected_list(today date, only_kommunekode text)
RETURNS TABLE (end_to_end_id text, kommunekode text, month date, amount_oere bigint, state text, code text, reason text,
               answered date, days integer, place text, again text, proposed text, proposed_by text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.end_to_end_id, b.kommunekode, p.month, p.amount_oere,
           CASE WHEN h.state IN ('sent', 'accepted') THEN 'DOBBELT' WHEN c.payment_id IS NOT NULL THEN 'MODSTRID'
                WHEN EXISTS (SELECT FROM ydelse.payment_released r WHERE r.payment_id = p.payment_id) THEN 'FRIGIVET'
                ELSE 'AFVIST' END,
           a.code, a.reason, a.stored_at::date, greatest(0, rejected_list.today - a.stored_at::date), payee.place,
           h.end_to_end_id, o.outcome, o.by_user
      FROM ydelse.payment p
      JOIN ydelse.batch b USING (batch_id)
      LEFT JOIN ydelse.payment_contradicted c USING (payment_id)
      LEFT JOIN ydelse.payment h ON h.payment_id = c.holder
      LEFT JOIN ydelse.payee ON payee.cpr = p.cpr
      LEFT JOIN LATERAL ydelse.payment_proposal(p.payment_id, c.answer_file_id) o ON true
      LEFT JOIN LATERAL (SELECT x.code, x.reason, f.stored_at
                           FROM ydelse.payment_answer x JOIN ydelse.answer_file f USING (answer_file_id)
                          WHERE x.payment_id = p.payment_id AND x.effect IN ('rejected', 'returned')
                          ORDER BY x.answer_file_id DESC LIMIT 1) a ON true
     WHERE p.state = 'rejected' AND (only_kommunekode IS NULL OR b.kommunekode = only_kommunekode)
       AND ydelse.municipality_allowed(b.kommunekode)
       AND (c.payment_id IS NOT NULL
            OR EXISTS (SELECT FROM ydelse.payment_part pp
                         JOIN ydelse.payment_line_open o ON o.month = p.month AND o.cpr = p.cpr AND o.line_id = pp.line_id
                        WHERE pp.payment_id = p.payment_id))
     ORDER BY p.payment_id
$$;

-- What the event of a release or a resolution says: the words, and which answers had been read.
CREATE FUNCTION answered_upto(words text, answer_file_id integer) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s [svarfil %s]', words, answer_file_id)
$$;

-- Lets the next batch pay rejected payments again: those named, or (NULL) all; none that is contradicted.
CREATE FUNCTION payment_release_again(ids text[], reason text)
RETURNS TABLE (end_to_end_id text, changed boolean, month date, amount_oere bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    newest integer := coalesce((SELECT max(f.answer_file_id) FROM ydelse.answer_file f), 0);
    one record;
    new_event_id bigint;
    missing text;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    IF payment_release_again.reason IS NULL OR payment_release_again.reason ~ '^\s*$' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'YD021';
    END IF;
    SELECT c.end_to_end_id INTO missing
      FROM ydelse.payment_contradicted c JOIN ydelse.batch b USING (batch_id)
     WHERE c.end_to_end_id = ANY (ids) AND ydelse.municipality_allowed(b.kommunekode) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payment % was accepted after its rejection', missing
            USING ERRCODE = 'YD021', HINT = 'Ask the bank, then two people resolve it: `ydelse resolve`.';
    END IF;
    SELECT u.id INTO missing FROM unnest(ids) AS u (id)
     WHERE NOT EXISTS (SELECT FROM ydelse.payment_rejected_open o JOIN ydelse.batch b USING (batch_id)
                        WHERE o.end_to_end_id = u.id AND ydelse.municipality_allowed(b.kommunekode))
       AND NOT EXISTS (SELECT FROM ydelse.payment p JOIN ydelse.payment_released r USING (payment_id) WHERE p.end_to_end_id = u.id)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payment % is not a rejected one that is open', missing USING ERRCODE = 'YD021';
    END IF;
    FOR one IN
        SELECT o.payment_id, o.end_to_end_id, o.month, o.amount_oere, b.batch_id, b.state
          FROM ydelse.payment_rejected_open o JOIN ydelse.batch b USING (batch_id)
         WHERE ydelse.municipality_allowed(b.kommunekode) AND (ids IS NULL OR o.end_to_end_id = ANY (ids))
           AND NOT EXISTS (SELECT FROM ydelse.payment_contradicted c WHERE c.payment_id = o.payment_id)
         ORDER BY o.payment_id
    LOOP
        INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
        VALUES (one.batch_id, 'released', one.state, one.state,
                ydelse.answered_upto(one.end_to_end_id || ': ' || payment_release_again.reason, newest))
        RETURNING event_id INTO new_event_id;
        INSERT INTO ydelse.payment_release (payment_id, upto_answer_file_id, event_id)
        VALUES (one.payment_id, newest, new_event_id);
        RETURN QUERY SELECT one.end_to_end_id, true, one.month, one.amount_oere;
    END LOOP;
END $$;

-- --- Contradictions ------------------------------------------------------------------------------------------------

-- What one of the two who resolved a payment so hears when he says it again, because the first answer was lost: nothing else
-- has been heard of it since.
CREATE FUNCTION payment_resolved_before(wanted_id text, wanted_outcome text)
RETURNS TABLE (step text, kommunekode text, month date, amount_oere bigint, proposed_by text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'var_afgjort', b.kommunekode, p.month, p.amount_oere, pe.by_user
      FROM ydelse.payment p
      JOIN ydelse.batch b USING (batch_id)
      JOIN ydelse.payment_resolution c USING (payment_id)
      JOIN ydelse.batch_event e ON e.event_id = c.event_id
      JOIN ydelse.batch_event pe ON pe.event_id = c.confirms
     WHERE p.end_to_end_id = wanted_id AND ydelse.municipality_allowed(b.kommunekode)
       AND c.outcome = wanted_outcome AND session_user IN (e.by_user, pe.by_user)
       AND NOT EXISTS (SELECT FROM ydelse.payment_resolution l WHERE l.payment_id = p.payment_id AND l.event_id > c.event_id)
       AND NOT EXISTS (SELECT FROM ydelse.payment_answer a
                        WHERE a.payment_id = p.payment_id AND a.answer_file_id > c.upto_answer_file_id)
$$;

-- Resolves a contradiction: the first person proposes, another one who says the same confirms. step: foreslaaet, uaendret
-- (the same person again), afgjort, var_afgjort (one of the two again). betalt needs the lines of the payment to be open: nothing is paid twice here.
CREATE FUNCTION payment_resolve(end_to_end_id text, outcome text, reason text)
RETURNS TABLE (step text, kommunekode text, month date, amount_oere bigint, proposed_by text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    p record;
    proposal record;
    holder text;
    newest integer;
    new_event_id bigint;
    step text;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    SELECT c.*, b.kommunekode, b.state AS batch_state INTO p
      FROM ydelse.payment_contradicted c JOIN ydelse.batch b USING (batch_id)
     WHERE c.end_to_end_id = payment_resolve.end_to_end_id AND ydelse.municipality_allowed(b.kommunekode);
    IF NOT FOUND THEN
        RETURN QUERY SELECT * FROM ydelse.payment_resolved_before(payment_resolve.end_to_end_id, payment_resolve.outcome);
        IF FOUND THEN
            RETURN;
        END IF;
        RAISE EXCEPTION 'payment % is not one that was accepted after its rejection', payment_resolve.end_to_end_id
            USING ERRCODE = 'YD023';
    ELSIF payment_resolve.reason IS NULL OR payment_resolve.reason ~ '^\s*$' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'YD023';
    END IF;
    IF payment_resolve.outcome = 'betalt'
       AND EXISTS (SELECT FROM ydelse.payment_part pp WHERE pp.payment_id = p.payment_id
                      AND NOT EXISTS (SELECT FROM ydelse.payment_line_open o
                                       WHERE o.month = p.month AND o.cpr = p.cpr AND o.line_id = pp.line_id)) THEN
        SELECT h.end_to_end_id INTO holder FROM ydelse.payment h WHERE h.payment_id = p.holder;
        RAISE EXCEPTION 'the money of payment % is no longer open: %', p.end_to_end_id,
            coalesce('payment ' || holder || ' has it', 'a closed claim has it')
            USING ERRCODE = 'YD024', HINT = 'Not sent yet: `ydelse cancel BATCH --payment`. Sent: one of the two must come back from the bank first.';
    END IF;
    SELECT * INTO proposal FROM ydelse.payment_proposal(p.payment_id, p.answer_file_id);
    step := CASE WHEN proposal.outcome IS DISTINCT FROM payment_resolve.outcome THEN 'foreslaaet'
                 WHEN proposal.by_user = session_user THEN 'uaendret' ELSE 'afgjort' END;
    IF step <> 'uaendret' THEN
        newest := CASE step WHEN 'afgjort' THEN proposal.upto_answer_file_id
                            ELSE (SELECT max(f.answer_file_id) FROM ydelse.answer_file f) END;
        INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
        VALUES (p.batch_id, CASE step WHEN 'afgjort' THEN 'resolved' ELSE 'resolution_proposed' END, p.batch_state, p.batch_state,
                ydelse.answered_upto(concat_ws(': ', p.end_to_end_id, payment_resolve.outcome, payment_resolve.reason), newest))
        RETURNING event_id INTO new_event_id;
        INSERT INTO ydelse.payment_resolution (event_id, payment_id, outcome, upto_answer_file_id, confirms)
        VALUES (new_event_id, p.payment_id, payment_resolve.outcome, newest,
                CASE step WHEN 'afgjort' THEN proposal.event_id END);
    END IF;
    IF step = 'afgjort' AND payment_resolve.outcome = 'betalt' THEN
        UPDATE ydelse.payment u SET state = 'accepted' WHERE u.payment_id = p.payment_id;
    END IF;
    RETURN QUERY SELECT step, p.kommunekode, p.month, p.amount_oere, coalesce(proposal.by_user, session_user::text);
END $$;

-- A rejected payment stands again only when two people have said so since it was rejected.
CREATE FUNCTION payment_resolved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM changed n JOIN was o USING (payment_id)
      WHERE o.state = 'rejected' AND n.state = 'accepted'
        AND NOT EXISTS (SELECT FROM ydelse.payment_resolution r
                         WHERE r.payment_id = n.payment_id AND r.outcome = 'betalt' AND r.confirms IS NOT NULL
                           AND r.upto_answer_file_id >= (SELECT max(a.answer_file_id) FROM ydelse.payment_answer a
                                                          WHERE a.payment_id = n.payment_id
                                                            AND a.effect IN ('rejected', 'returned')));
    IF FOUND THEN
        RAISE EXCEPTION 'a rejected payment stands again only when two people resolve it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_resolved AFTER UPDATE ON payment REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION payment_resolved();

-- Municipalities with contradictions that are not resolved: how many, how much, how many perhaps paid twice.
CREATE FUNCTION contradiction_sums()
RETURNS TABLE (kommunekode text, payments bigint, amount_oere bigint, twice bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT b.kommunekode, count(*), sum(c.amount_oere)::bigint, count(h.payment_id)
      FROM ydelse.payment_contradicted c
      JOIN ydelse.batch b USING (batch_id)
      LEFT JOIN ydelse.payment h ON h.payment_id = c.holder AND h.state IN ('sent', 'accepted')
     WHERE ydelse.municipality_allowed(b.kommunekode)
     GROUP BY b.kommunekode ORDER BY b.kommunekode
$$;

-- --- Taking one payment out, and recalling a batch -----------------------------------------------------------------

-- Takes a payment out of a batch that is not emitted; an approval is void. The last payment is not taken out: cancel.
CREATE FUNCTION batch_remove_payment(batch_id integer, end_to_end_id text, reason text)
RETURNS TABLE (changed boolean, kommunekode text, due_date date, payment_count bigint, amount_oere bigint, was_state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_remove_payment.batch_id);
    p ydelse.payment;
BEGIN
    PERFORM pg_advisory_xact_lock(2036624499, 4); -- PG_LOCK_PAY of io/pg/pg.c
    SELECT * INTO p FROM ydelse.payment q
     WHERE q.batch_id = b.batch_id AND q.end_to_end_id = batch_remove_payment.end_to_end_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such payment in batch %', b.batch_id USING ERRCODE = 'YD022';
    ELSIF b.state NOT IN ('draft', 'approved') THEN
        RAISE EXCEPTION 'batch % is %, nothing can be taken out of it', b.batch_id, b.state USING ERRCODE = 'YD002';
    ELSIF p.state <> 'cancelled' AND b.payment_count = 1 THEN
        RAISE EXCEPTION 'it is the last payment of batch %', b.batch_id
            USING ERRCODE = 'YD022', HINT = 'Cancel the batch.';
    ELSIF batch_remove_payment.reason IS NULL OR batch_remove_payment.reason ~ '^\s*$' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'YD022';
    END IF;
    IF p.state <> 'cancelled' THEN
        UPDATE ydelse.payment u SET state = 'cancelled' WHERE u.payment_id = p.payment_id;
        PERFORM set_config('ydelse.batch_detail', p.end_to_end_id || ': ' || batch_remove_payment.reason, true);
        UPDATE ydelse.batch u
           SET state = 'draft', payment_count = u.payment_count - 1, total_oere = u.total_oere - p.amount_oere,
               removed_count = u.removed_count + 1, removed_oere = u.removed_oere + p.amount_oere
         WHERE u.batch_id = b.batch_id;
        PERFORM set_config('ydelse.batch_detail', '', true);
    END IF;
    RETURN QUERY SELECT p.state <> 'cancelled', u.kommunekode, u.due_date, u.payment_count, u.total_oere, b.state
                   FROM ydelse.batch u WHERE u.batch_id = b.batch_id;
END $$;

-- Notes that the bank was asked to stop an emitted batch. Its payments stay sent until the bank answers.
CREATE FUNCTION batch_recall(batch_id integer, reason text)
RETURNS TABLE (changed boolean, kommunekode text, due_date date, payment_count bigint, amount_oere bigint, message_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    b ydelse.batch := ydelse.batch_locked(batch_recall.batch_id);
    before boolean := EXISTS (SELECT FROM ydelse.batch_event e WHERE e.batch_id = b.batch_id AND e.event = 'recalled');
BEGIN
    IF b.state <> 'emitted' THEN
        RAISE EXCEPTION 'batch % is %, not emitted: there is nothing to recall', b.batch_id, b.state
            USING ERRCODE = 'YD002';
    ELSIF batch_recall.reason IS NULL OR batch_recall.reason ~ '^\s*$' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'YD022';
    END IF;
    IF NOT before THEN
        INSERT INTO ydelse.batch_event (batch_id, event, old_state, new_state, detail)
        VALUES (b.batch_id, 'recalled', b.state, b.state, batch_recall.reason);
    END IF;
    RETURN QUERY SELECT NOT before, b.kommunekode, b.due_date, b.payment_count, b.total_oere,
                        ydelse.batch_message_id(b.batch_id);
END $$;

-- --- Where things stand --------------------------------------------------------------------------------------------

CREATE FUNCTION status_answers(today date) RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'rejected_payments', (SELECT jsonb_build_object('count', count(*), 'amount', coalesce(sum(l.amount_oere), 0),
                                                        'oldest_days', max(l.days))
                                FROM ydelse.rejected_list(today, NULL) l WHERE l.state = 'AFVIST'),
        'contradictions', (SELECT jsonb_build_object('count', coalesce(sum(c.payments), 0),
                                                     'amount', coalesce(sum(c.amount_oere), 0),
                                                     'twice', coalesce(sum(c.twice), 0))
                             FROM ydelse.contradiction_sums() c),
        'unanswered_payments', (SELECT jsonb_build_object('count', count(*), 'amount', coalesce(sum(p.amount_oere), 0))
                                  FROM ydelse.payment p JOIN ydelse.batch b USING (batch_id)
                                 WHERE p.state = 'sent' AND ydelse.municipality_allowed(b.kommunekode)),
        'recalled_batches', (SELECT coalesce(jsonb_agg(DISTINCT e.batch_id ORDER BY e.batch_id), '[]')
                               FROM ydelse.batch_event e JOIN ydelse.batch b USING (batch_id)
                              WHERE e.event = 'recalled' AND b.state = 'emitted'
                                AND ydelse.municipality_allowed(b.kommunekode)),
        'unknown_answers', (SELECT count(*) FROM ydelse.answer_unused a LEFT JOIN ydelse.payment p USING (payment_id)
                              LEFT JOIN ydelse.batch b USING (batch_id)
                             WHERE b.batch_id IS NULL OR ydelse.municipality_allowed(b.kommunekode)))
$$;

-- --- Rights --------------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    -- Nobody reads the tables: the bytes of an answer file can hold CPR numbers.
    GRANT EXECUTE ON FUNCTION ydelse.status_answers(date) TO ydelse_batch, ydelse_finance, ydelse_auditor;
    -- rejected_list names people: it is read through a look (0018).
    GRANT EXECUTE ON FUNCTION ydelse.answer_summary(integer), ydelse.answer_list(integer),
        ydelse.answer_batches(integer) TO ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.contradiction_sums() TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.answer_settle(text, text, text, text, bigint, bigint, bytea, integer[], text[], text[],
            text[], text[], text[]),
        ydelse.payment_release_again(text[], text), ydelse.payment_resolve(text, text, text), ydelse.batch_remove_payment(integer, text, text),
        ydelse.batch_recall(integer, text) TO ydelse_finance;
END $$;
