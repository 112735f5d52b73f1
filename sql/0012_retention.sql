-- Retention: what is older than the period is erased, and digests and seals still verify.
--
--     run, batch, claim   erased whole: their rows about people go, what the digests were taken over stays as digests
--     row                 a fact, a rejected row: it goes with its salt, the leaf that its delivery's digest needs stays
--
-- An erasure is about months before a month M. A run of such a month goes when nothing that it owes is open and
-- everything that took its lines (batches, claims) goes too; a batch or a claim goes when all of its lines do. Rows go
-- when they are about people of whom no run, batch or claim that stays knows anything, who have no course that reaches M,
-- and when the first night of M knew them already. The newest sealed run stays: the next seal covers what it noted.
--
-- erasure is covered by the seal of the run after it (run_beside_text), as are the events of batches. Months before M are
-- never computed again: run_open and run_plan_reprocess refuse them, and the cut-over moves up.
--
-- Two people: who is of ydelse_finance orders it (erase_order), and the owner, who must be another user, does it. The triggers that keep rows are disabled inside erase() and nowhere else; nobody but the owner
-- of a table can do that, and so no mark that others could set opens them.

CREATE TABLE erasure_order (
    order_id     integer PRIMARY KEY CHECK (order_id > 0),
    ordered_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    ordered_by   text NOT NULL DEFAULT session_user,
    reason       text NOT NULL CHECK (reason !~ '^\s*$' AND length(reason) <= 500),
    before_month date NOT NULL CHECK (extract(day FROM before_month) = 1)
);
SELECT protect('erasure_order');

CREATE TABLE erasure (
    erasure_id   integer PRIMARY KEY CHECK (erasure_id > 0),
    order_id     integer NOT NULL UNIQUE REFERENCES erasure_order,
    happened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_user      text NOT NULL DEFAULT session_user,
    reason       text NOT NULL CHECK (reason !~ '^\s*$' AND length(reason) <= 500),
    before_month date NOT NULL CHECK (extract(day FROM before_month) = 1),
    after_run_id integer NOT NULL REFERENCES run, -- the newest sealed run then: the next one's seal covers this
    digest       bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of digest_text
    digest_text  text NOT NULL,
    -- Books are kept for five years after the end of theirs, whatever the settings say.
    CONSTRAINT erasure_period CHECK (before_month <= make_date(extract(year FROM happened_at AT TIME ZONE 'UTC')::integer - 5, 1, 1))
);
SELECT protect('erasure');

CREATE TABLE erased_unit (
    relation   text NOT NULL CHECK (relation IN ('run', 'batch', 'claim')),
    number     integer NOT NULL,
    erasure_id integer NOT NULL REFERENCES erasure DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (relation, number)
);
SELECT protect('erased_unit');

-- The leaf of a row that is gone, and its place in the digest of its delivery (load_digest).
CREATE TABLE erased_row (
    relation    text NOT NULL, -- fact_<kind>, waiting_<kind>, fact_ended, reject, reject_resolved
    delivery_id integer NOT NULL,
    file_id     integer NOT NULL,
    line        integer NOT NULL,
    reject_id   bigint NOT NULL, -- 0: none
    row_hash    bytea NOT NULL CHECK (length(row_hash) IN (16, 32)),
    erasure_id  integer NOT NULL REFERENCES erasure DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (relation, delivery_id, file_id, line, reject_id)
);
CREATE INDEX erased_row_reject ON erased_row (reject_id) WHERE relation = 'reject'; -- numbers are not given twice
SELECT protect('erased_row');

-- Months before this one are erased; -infinity: none.
CREATE FUNCTION erased_before() RETURNS date LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(e.before_month), '-infinity') FROM ydelse.erasure e
$$;

CREATE FUNCTION is_erased(what text, wanted integer) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ydelse.erased_unit u WHERE u.relation = what AND u.number = wanted)
$$;

-- Months that are erased cannot be computed again: YD030.
CREATE FUNCTION refuse_erased(wanted_month date) RETURNS void LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wanted_month < ydelse.erased_before() THEN
        RAISE EXCEPTION 'month % is erased', to_char(wanted_month, 'YYYY-MM')
            USING ERRCODE = 'YD030', HINT = format('months from %s on are kept', to_char(ydelse.erased_before(), 'YYYY-MM'));
    END IF;
END $$;

-- Lines of a run's part in a seal, as sealed: those beginning with word= in its own text, or behind failed.<run>. in that of
-- the run after it.
CREATE FUNCTION run_sealed_lines(id integer, word text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(substr(t.line, length(s.prefix) + 1), E'\n' ORDER BY t.n)
      FROM (SELECT r.seal_text, CASE WHEN r.run_id = id THEN '' ELSE 'failed.' || id || '.' END AS prefix
              FROM ydelse.run r WHERE r.state = 'sealed' AND r.run_id >= id ORDER BY r.run_id LIMIT 1) s
     CROSS JOIN LATERAL regexp_split_to_table(s.seal_text, E'\n') WITH ORDINALITY AS t (line, n)
     WHERE starts_with(t.line, s.prefix || word || '=')
$$;

-- Who was held by a run is in the text of the next sealed one.
CREATE FUNCTION run_sealed_held(id integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.run_sealed_lines((SELECT min(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed' AND r.run_id > id), 'held')
$$;

-- What an erasure's digest is taken over.
CREATE FUNCTION erasure_text(e ydelse.erasure) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-erasure=1',
               'previous=' || coalesce((SELECT encode(p.digest, 'hex') FROM ydelse.erasure p
                                         WHERE p.erasure_id = e.erasure_id - 1), ''),
               concat_ws(';', 'erasure=' || e.erasure_id, ydelse.seal_time(e.happened_at), e.by_user,
                         to_char(e.before_month, 'YYYY-MM'), e.after_run_id, e.reason),
               (SELECT concat_ws(';', 'order=' || o.order_id, ydelse.seal_time(o.ordered_at), o.ordered_by,
                                 to_char(o.before_month, 'YYYY-MM'), o.reason)
                  FROM ydelse.erasure_order o WHERE o.order_id = e.order_id),
               (SELECT string_agg(concat_ws(';', 'erased_units=' || relation, number, digest), E'\n' ORDER BY relation COLLATE "C")
                  FROM (SELECT u.relation, count(*) AS number,
                               encode(sha256(string_agg(int4send(u.number), ''::bytea ORDER BY u.number)), 'hex') AS digest
                          FROM ydelse.erased_unit u WHERE u.erasure_id = e.erasure_id GROUP BY u.relation) units),
               (SELECT string_agg(concat_ws(';', 'erased_rows=' || relation, number, digest), E'\n' ORDER BY relation COLLATE "C")
                  FROM (SELECT r.relation, count(*) AS number,
                               encode(sha256(string_agg(sha256(record_send(ROW(r.delivery_id, r.file_id, r.line, r.reject_id,
                                      r.row_hash))), ''::bytea ORDER BY r.delivery_id, r.file_id, r.line, r.reject_id)), 'hex') AS digest
                          FROM ydelse.erased_row r WHERE r.erasure_id = e.erasure_id GROUP BY r.relation) gone)) || E'\n'
$$;

CREATE FUNCTION erasure_take_digest() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.digest_text := ydelse.erasure_text(NEW);
    NEW.digest := sha256(convert_to(NEW.digest_text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER take_digest BEFORE INSERT ON erasure FOR EACH ROW EXECUTE FUNCTION erasure_take_digest();

-- ---------------------------------------------------------------------------------------------------------------
-- What may go. The tables made here live as long as the transaction.

-- The units that go, in erase_unit; why others stay, in erase_kept.
CREATE FUNCTION erase_find_units(before date) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    newest integer := (SELECT max(run_id) FROM ydelse.run WHERE state = 'sealed');
    dropped bigint;
    dropped_runs bigint;
BEGIN
    CREATE TEMPORARY TABLE erase_unit (relation text, number integer, PRIMARY KEY (relation, number)) ON COMMIT DROP;
    CREATE TEMPORARY TABLE erase_kept (relation text, number integer, reason text, rows bigint) ON COMMIT DROP;
    INSERT INTO erase_unit
    SELECT 'run', r.run_id FROM ydelse.run r
     WHERE r.month < before AND r.run_id < newest AND r.state IN ('sealed', 'failed') AND NOT ydelse.is_erased('run', r.run_id)
     UNION ALL
    SELECT 'batch', b.batch_id FROM ydelse.batch b
     WHERE NOT EXISTS (SELECT FROM ydelse.payment p WHERE p.batch_id = b.batch_id AND p.month >= before)
       AND b.state IN ('emitted', 'settled', 'cancelled') AND NOT ydelse.is_erased('batch', b.batch_id)
     UNION ALL
    SELECT 'claim', c.claim_id FROM ydelse.claim c WHERE c.month < before AND c.state = 'AFSLUTTET';
    INSERT INTO erase_kept
    SELECT 'batch', b.batch_id, 'BUNKE_AABEN', b.payment_count FROM ydelse.batch b
     WHERE b.state NOT IN ('emitted', 'settled', 'cancelled')
       AND EXISTS (SELECT FROM ydelse.payment p WHERE p.batch_id = b.batch_id AND p.month < before)
     UNION ALL
    SELECT 'claim', c.claim_id, 'KRAV_AABENT', 1 FROM ydelse.claim c WHERE c.month < before AND c.state <> 'AFSLUTTET';
    -- Where each line of money to people is: in payments, live or not, in a claim, or open.
    CREATE TEMPORARY TABLE erase_line ON COMMIT DROP AS
    SELECT e.run_id, e.month, e.cpr, p.batch_id, c.claim_id, o.line_id IS NOT NULL AND c.claim_id IS NULL AS open,
           CASE WHEN o.line_id IS NOT NULL AND c.claim_id IS NULL THEN e.delta_til_udbetaling ELSE 0 END AS open_oere
      FROM ydelse.entitlement e -- a waived line is open, and what waived it makes up for it: neither counts
      LEFT JOIN (ydelse.payment_part t JOIN ydelse.payment p USING (payment_id)) ON t.line_id = e.entitlement_id * 10 + 1
      LEFT JOIN ydelse.claim_part c ON c.line_id = e.entitlement_id * 10 + 1
      LEFT JOIN ydelse.payment_line_open o ON o.month = e.month AND o.cpr = e.cpr AND o.line_id = e.entitlement_id * 10 + 1
     WHERE e.month < before;
    CREATE TEMPORARY TABLE erase_link ON COMMIT DROP AS SELECT DISTINCT l.run_id, l.batch_id, l.claim_id FROM erase_line l;
    ANALYZE erase_unit, erase_line, erase_link;
    LOOP
        -- Open lines that do not cancel out, or of which some would stay.
        WITH open_month AS (
            SELECT l.month, l.cpr FROM (SELECT DISTINCT o.run_id, o.month, o.cpr, o.open_oere FROM erase_line o WHERE o.open) l
              LEFT JOIN erase_unit u ON u.relation = 'run' AND u.number = l.run_id
             GROUP BY l.month, l.cpr HAVING sum(l.open_oere) <> 0 OR bool_or(u.number IS NULL)),
        why AS (
            SELECT l.run_id, CASE WHEN o.cpr IS NOT NULL THEN 'UBETALT'
                                  WHEN l.batch_id IS NOT NULL AND b.number IS NULL THEN 'BUNKE'
                                  WHEN l.claim_id IS NOT NULL AND c.number IS NULL THEN 'KRAV'
                                  WHEN k.claim_id IS NOT NULL THEN 'KRAV' END AS reason, l.cpr
              FROM erase_line l
              LEFT JOIN open_month o ON l.open AND o.month = l.month AND o.cpr = l.cpr
              LEFT JOIN erase_unit b ON b.relation = 'batch' AND b.number = l.batch_id
              LEFT JOIN erase_unit c ON c.relation = 'claim' AND c.number = l.claim_id
              LEFT JOIN ydelse.claim k ON k.month = l.month AND k.cpr = l.cpr AND k.state <> 'AFSLUTTET'),
        gone AS (
            DELETE FROM erase_unit u
             USING (SELECT run_id, min(reason) AS reason, count(DISTINCT cpr) AS people FROM why
                     WHERE reason IS NOT NULL GROUP BY run_id) w
             WHERE u.relation = 'run' AND u.number = w.run_id RETURNING u.number, w.reason, w.people)
        INSERT INTO erase_kept SELECT 'run', g.number, g.reason, g.people FROM gone g;
        GET DIAGNOSTICS dropped_runs = ROW_COUNT;
        WITH gone AS (
            DELETE FROM erase_unit u
             USING (SELECT DISTINCT k.relation, k.number
                      FROM (SELECT run_id, 'batch' AS relation, batch_id AS number FROM erase_link
                             UNION ALL SELECT run_id, 'claim', claim_id FROM erase_link) k
                     WHERE NOT EXISTS (SELECT FROM erase_unit r WHERE r.relation = 'run' AND r.number = k.run_id)) stays
             WHERE u.relation = stays.relation AND u.number = stays.number
            RETURNING u.relation, u.number)
        INSERT INTO erase_kept SELECT g.relation, g.number, 'KOERSEL', 0 FROM gone g;
        GET DIAGNOSTICS dropped = ROW_COUNT;
        EXIT WHEN dropped_runs + dropped = 0;
    END LOOP;
END $$;

-- The people of whom rows stay, in erase_stays, and the newest delivery that rows may be of.
CREATE FUNCTION erase_find_people(before date) RETURNS integer LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    -- The first night of a month that is kept knew them; without one, nothing can be told to be old.
    upto integer := coalesce((SELECT min(r.data_as_of) FROM ydelse.run r
                               WHERE r.month >= before AND r.state = 'sealed'), 0);
    kind text;
BEGIN
    CREATE TEMPORARY TABLE erase_stays ON COMMIT DROP AS
    SELECT r.cpr FROM ydelse.result r
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'run' AND u.number = r.run_id)
     UNION
    SELECT s.cpr FROM ydelse.run_scope s
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'run' AND u.number = s.run_id)
     UNION
    SELECT h.cpr FROM ydelse.held_event h
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'run' AND u.number = h.run_id)
     UNION
    SELECT e.cpr FROM ydelse.entitlement e
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'run' AND u.number = e.run_id)
     UNION
    SELECT p.cpr FROM ydelse.payment p
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'batch' AND u.number = p.batch_id)
     UNION
    SELECT c.cpr FROM ydelse.claim c
     WHERE NOT EXISTS (SELECT FROM erase_unit u WHERE u.relation = 'claim' AND u.number = c.claim_id)
     UNION
    SELECT r.cpr FROM ydelse.reject r WHERE r.delivery_id > upto
     UNION
    SELECT e.cpr FROM ydelse.fact_ended e WHERE e.delivery_id > upto
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_forloeb f
     WHERE (f.slutdato IS NULL OR f.slutdato >= before OR f.startdato >= before) AND f.posttype <> 'T'
       AND NOT EXISTS (SELECT FROM ydelse.fact_ended e WHERE e.bucket = f.bucket AND e.file_id = f.file_id AND e.line = f.line)
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_boern f WHERE f.forsoergelse_fra >= before
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_perioder f
     WHERE f.foerste_dag >= before OR (f.sidste_dag >= before AND f.sidste_dag < date '9999-01-01')
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_indkomst f WHERE f.dispositionsdato >= before
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_feriepenge f
     WHERE f.udbetalingsdato >= before OR f.sidste_feriedag >= before
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_sanktioner f
     WHERE f.virkningsmaaned >= before OR f.foerste_dag >= before
        OR (f.sidste_dag >= before AND f.sidste_dag < date '9999-01-01')
     UNION
    SELECT f.cpr_nummer FROM ydelse.fact_skattekort f WHERE f.foerste_dag >= before;
    FOREACH kind IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner',
                                'skattekort'] LOOP
        EXECUTE format('INSERT INTO erase_stays SELECT cpr_nummer FROM ydelse.fact_%1$s WHERE delivery_id > $1 '
                       'UNION SELECT cpr_nummer FROM ydelse.waiting_%1$s WHERE delivery_id > $1', kind) USING upto;
    END LOOP;
    DELETE FROM erase_stays WHERE cpr IS NULL OR cpr = '';
    ANALYZE erase_stays;
    RETURN upto;
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- Erasing. Called by erase() alone.

-- Tables whose rows are kept by a trigger of this name, with it disabled or enabled again.
CREATE FUNCTION erase_unlock(relation text, trigger_name text, unlocked boolean) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE ydelse.%I %s TRIGGER %I', relation, CASE WHEN unlocked THEN 'DISABLE' ELSE 'ENABLE' END,
                   trigger_name);
END $$;

CREATE FUNCTION erase_locks(unlocked boolean) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ydelse.erase_unlock(t.relation, t.trigger_name, unlocked)
      FROM (SELECT 'fact_' || k AS relation, 'append_only' AS trigger_name
              FROM unnest(ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner', 'skattekort',
                                'ended']) AS k
             UNION ALL
            SELECT 'waiting_' || k, 'append_only'
              FROM unnest(ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner', 'skattekort']) AS k
             UNION ALL
            SELECT r, 'append_only'
              FROM unnest(ARRAY['reject', 'reject_resolved', 'run_scope', 'held_event', 'payment_file', 'claim_part', 'entitlement',
                              'output_file', 'answer_file']) AS r
             UNION ALL
            SELECT r, 'keep' FROM unnest(ARRAY['payment', 'payment_part', 'claim']) AS r
             UNION ALL
            SELECT c.relname, 'append_only' FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = 'ydelse.entitlement'::regclass) t
$$;

CREATE FUNCTION erase_units(id integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    one record;
BEGIN
    INSERT INTO ydelse.erased_unit (relation, number, erasure_id) SELECT u.relation, u.number, id FROM erase_unit u;
    DELETE FROM ydelse.payment_part t USING ydelse.payment p, erase_unit u
     WHERE t.payment_id = p.payment_id AND u.relation = 'batch' AND u.number = p.batch_id;
    DELETE FROM ydelse.payment p USING erase_unit u WHERE u.relation = 'batch' AND u.number = p.batch_id;
    UPDATE ydelse.payment_file f SET bytes = NULL FROM erase_unit u WHERE u.relation = 'batch' AND u.number = f.batch_id;
    -- Files of answers none of whose payments is left, and that were about a batch that went.
    UPDATE ydelse.answer_file f SET bytes = NULL
     WHERE EXISTS (SELECT FROM ydelse.batch_event e JOIN erase_unit u ON u.relation = 'batch' AND u.number = e.batch_id
                    WHERE e.event = 'answered' AND starts_with(e.detail, format('answer file %s, ', f.answer_file_id)))
       AND NOT EXISTS (SELECT FROM ydelse.payment_answer a JOIN ydelse.payment p USING (payment_id)
                        WHERE a.answer_file_id = f.answer_file_id);
    UPDATE ydelse.output_file o SET bytes = NULL FROM erase_unit u WHERE u.relation = 'run' AND u.number = o.run_id;
    DELETE FROM ydelse.claim_part p USING erase_unit u WHERE u.relation = 'claim' AND u.number = p.claim_id;
    DELETE FROM ydelse.claim c USING erase_unit u WHERE u.relation = 'claim' AND u.number = c.claim_id;
    DELETE FROM ydelse.entitlement e USING erase_unit u WHERE u.relation = 'run' AND u.number = e.run_id;
    DELETE FROM ydelse.run_scope s USING erase_unit u WHERE u.relation = 'run' AND u.number = s.run_id;
    DELETE FROM ydelse.held_event h USING erase_unit u WHERE u.relation = 'run' AND u.number = h.run_id;
    FOR one IN
        SELECT c.relname FROM erase_unit u JOIN pg_class c ON c.relname = 'result_' || u.number AND u.relation = 'run'
          JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = 'ydelse.result'::regclass
    LOOP
        EXECUTE format('DROP TABLE ydelse.%I', one.relname);
    END LOOP;
END $$;

-- Facts and waiting rows of people who do not stay, and withdrawals that name nobody and of whose id nothing stays.
CREATE FUNCTION erase_kind(id integer, kind text, upto integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    id_column CONSTANT text := ydelse.fact_id_column(kind);
    waiting boolean;
BEGIN
    CREATE TEMPORARY TABLE erase_ids ON COMMIT DROP AS SELECT ''::text COLLATE "C" AS row_id LIMIT 0;
    EXECUTE format('INSERT INTO erase_ids SELECT %2$I FROM ydelse.fact_%1$s f '
                   'WHERE f.delivery_id > $1 OR EXISTS (SELECT FROM erase_stays s WHERE s.cpr = f.cpr_nummer) '
                   'UNION SELECT %2$I FROM ydelse.waiting_%1$s f '
                   'WHERE f.delivery_id > $1 OR EXISTS (SELECT FROM erase_stays s WHERE s.cpr = f.cpr_nummer)',
                   kind, id_column) USING upto;
    FOREACH waiting IN ARRAY ARRAY[false, true] LOOP
        EXECUTE format(
            'WITH gone AS (
                 DELETE FROM ydelse.%1$s f
                  WHERE f.delivery_id <= $1 AND NOT EXISTS (SELECT FROM erase_stays s WHERE s.cpr = f.cpr_nummer)
                    AND (f.cpr_nummer IS NOT NULL OR NOT EXISTS (SELECT FROM erase_ids i WHERE i.row_id = f.%2$I))
                 RETURNING f.delivery_id, f.file_id, f.line, %3$s AS reject_id, f.row_hash)
             INSERT INTO ydelse.erased_row (relation, delivery_id, file_id, line, reject_id, row_hash, erasure_id)
             SELECT %1$L, delivery_id, file_id, line, reject_id, uuid_send(row_hash), $2 FROM gone',
            CASE WHEN waiting THEN 'waiting_' ELSE 'fact_' END || kind, id_column,
            CASE WHEN waiting THEN 'f.reject_id' ELSE '0' END) USING upto, id;
    END LOOP;
    DROP TABLE erase_ids;
END $$;

-- What stands beside the rows that went: that they ended, and rejects of people who do not stay or cannot be told.
CREATE FUNCTION erase_beside(id integer, upto integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    kind text;
BEGIN
    CREATE TEMPORARY TABLE erase_place (file_id integer, line integer) ON COMMIT DROP; -- rows that stay and had a reject
    FOREACH kind IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner',
                                'skattekort'] LOOP
        EXECUTE format('INSERT INTO erase_place SELECT f.file_id, f.line FROM ydelse.fact_%1$s f '
                       'JOIN ydelse.input_file i USING (file_id) WHERE f.delivery_id <> i.delivery_id '
                       'UNION ALL SELECT w.file_id, w.line FROM ydelse.waiting_%1$s w', kind);
    END LOOP;
    WITH gone AS (
        DELETE FROM ydelse.fact_ended e
         WHERE EXISTS (SELECT FROM ydelse.erased_row r WHERE r.erasure_id = id AND starts_with(r.relation, 'fact_')
                          AND r.file_id = e.file_id AND r.line = e.line)
        RETURNING e.delivery_id, e.file_id, e.line, e.row_hash)
    INSERT INTO ydelse.erased_row (relation, delivery_id, file_id, line, reject_id, row_hash, erasure_id)
    SELECT 'fact_ended', delivery_id, file_id, line, 0, row_hash, id FROM gone;
    CREATE TEMPORARY TABLE erase_reject ON COMMIT DROP AS
    SELECT r.reject_id FROM ydelse.reject r
     WHERE r.delivery_id <= upto AND NOT r.whole_file
       AND NOT EXISTS (SELECT FROM erase_stays s WHERE s.cpr = r.cpr)
       AND NOT EXISTS (SELECT FROM erase_place p WHERE p.file_id = r.file_id AND p.line = r.line)
       AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id AND d.delivery_id > upto);
    WITH gone AS (
        DELETE FROM ydelse.reject_resolved d USING erase_reject e WHERE e.reject_id = d.reject_id
        RETURNING d.delivery_id, d.reject_id, d.row_hash)
    INSERT INTO ydelse.erased_row (relation, delivery_id, file_id, line, reject_id, row_hash, erasure_id)
    SELECT 'reject_resolved', delivery_id, 0, 0, reject_id, row_hash, id FROM gone;
    WITH gone AS (
        DELETE FROM ydelse.reject r USING erase_reject e WHERE e.reject_id = r.reject_id
        RETURNING r.delivery_id, r.file_id, r.line, r.reject_id, r.row_hash)
    INSERT INTO ydelse.erased_row (relation, delivery_id, file_id, line, reject_id, row_hash, erasure_id)
    SELECT 'reject', delivery_id, file_id, line, reject_id, row_hash, id FROM gone;
END $$;

-- Orders an erasure; within 30 days the owner may do it, once. For those of ydelse_finance who are bound to no municipality.
CREATE FUNCTION erase_order(before date, why text) RETURNS TABLE (order_id integer, ordered_by text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF ydelse.bound_municipalities() IS NOT NULL THEN
        RAISE EXCEPTION 'an erasure is about all municipalities' USING ERRCODE = 'insufficient_privilege',
            HINT = 'The user is bound to some.';
    END IF;
    LOCK TABLE ydelse.erasure_order IN SHARE ROW EXCLUSIVE MODE; -- one number after the other
    -- Given again, because the answer was lost: it is the same order, and not leave to erase twice.
    RETURN QUERY
    SELECT o.order_id, o.ordered_by FROM ydelse.erasure_order o
     WHERE (o.before_month, o.reason, o.ordered_by) = (before, why, session_user)
       AND o.ordered_at > clock_timestamp() - interval '30 days'
       AND NOT EXISTS (SELECT FROM ydelse.erasure e WHERE e.order_id = o.order_id)
     ORDER BY o.order_id DESC LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    INSERT INTO ydelse.erasure_order AS o (order_id, reason, before_month)
    VALUES (1 + coalesce((SELECT max(l.order_id) FROM ydelse.erasure_order l), 0), why, before)
    RETURNING o.order_id, o.ordered_by;
END $$;

-- The order that somebody else gave and that was not carried out yet: YD031 without one. Whoever gives the same erasure again,
-- because its end was lost, hears that it was done.
CREATE FUNCTION erase_ordered(before date) RETURNS integer LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id integer := (SELECT max(o.order_id) FROM ydelse.erasure_order o
                    WHERE o.before_month = before AND o.ordered_by <> session_user
                      AND o.ordered_at > clock_timestamp() - interval '30 days'
                      AND NOT EXISTS (SELECT FROM ydelse.erasure e WHERE e.order_id = o.order_id));
    done ydelse.erasure;
BEGIN
    IF id IS NULL THEN
        SELECT * INTO done FROM ydelse.erasure e WHERE e.before_month = before ORDER BY e.erasure_id DESC LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'what concerns months before % was erased on % (erasure %, order %)', to_char(before, 'YYYY-MM'),
                (done.happened_at AT TIME ZONE 'UTC')::date, done.erasure_id, done.order_id
                USING ERRCODE = 'YD031', HINT = 'What was open then, and is not now, takes a new order: `ydelse erase --order`.';
        END IF;
        RAISE EXCEPTION 'nobody else has ordered to erase what concerns months before %', to_char(before, 'YYYY-MM')
            USING ERRCODE = 'YD031', HINT = 'First, as another user: `ydelse erase --order`; it holds for 30 days.';
    END IF;
    RETURN id;
END $$;

-- Erases what concerns months before `before`, and tells what: (deleted, relation, reason '', number of units or rows), and
-- what stays because something is open: (not deleted, relation, reason, number of units). Nothing to erase: nothing is
-- recorded. The caller has the locks of loading, running and paying. dry_run: nothing is recorded, so that the caller cannot
-- commit.
CREATE FUNCTION erase(before date, why text, dry_run boolean)
RETURNS TABLE (deleted boolean, relation text, reason text, number bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    id integer := 1 + coalesce((SELECT max(e.erasure_id) FROM ydelse.erasure e), 0);
    newest integer := (SELECT max(r.run_id) FROM ydelse.run r WHERE r.state = 'sealed');
    ordered integer;
    upto integer;
    kind text;
    looks bigint;
BEGIN
    IF before < ydelse.erased_before() THEN
        RAISE EXCEPTION 'months before % are erased already', to_char(ydelse.erased_before(), 'YYYY-MM') USING ERRCODE = 'YD030';
    END IF;
    IF NOT dry_run THEN
        ordered := ydelse.erase_ordered(before);
    END IF;
    PERFORM ydelse.erase_find_units(before);
    upto := ydelse.erase_find_people(before);
    PERFORM ydelse.erase_locks(true);
    PERFORM ydelse.erase_units(id);
    FOREACH kind IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge', 'sanktioner',
                                'skattekort'] LOOP
        PERFORM ydelse.erase_kind(id, kind, upto);
    END LOOP;
    PERFORM ydelse.erase_beside(id, upto);
    PERFORM ydelse.erase_locks(false);
    -- Who looked at whom has a time of its own (0018), and no seal.
    DELETE FROM ydelse.access_log l WHERE l.happened_at < now() - interval '5 years';
    GET DIAGNOSTICS looks = ROW_COUNT;
    IF NOT dry_run AND (EXISTS (SELECT FROM ydelse.erased_unit u WHERE u.erasure_id = id)
                        OR EXISTS (SELECT FROM ydelse.erased_row r WHERE r.erasure_id = id)) THEN
        INSERT INTO ydelse.erasure (erasure_id, order_id, reason, before_month, after_run_id)
        VALUES (id, ordered, why, before, newest);
    END IF;
    RETURN QUERY
        SELECT true, u.relation, '', count(*) FROM ydelse.erased_unit u WHERE u.erasure_id = id GROUP BY u.relation
         UNION ALL
        SELECT true, r.relation, '', count(*) FROM ydelse.erased_row r WHERE r.erasure_id = id GROUP BY r.relation
         UNION ALL
        SELECT true, 'access_log', '', looks WHERE looks > 0
         UNION ALL
        SELECT false, k.relation, k.reason, count(*) FROM erase_kept k GROUP BY k.relation, k.reason
         ORDER BY 1 DESC, 2, 3;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    -- No people in them.
    GRANT SELECT ON ydelse.erasure_order, ydelse.erasure, ydelse.erased_unit, ydelse.erased_row TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.erased_before(), ydelse.is_erased(text, integer), ydelse.refuse_erased(date)
        TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.erase_order(date, text) TO ydelse_finance;
END $$;
