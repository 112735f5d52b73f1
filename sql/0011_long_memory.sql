-- Long memory: rejects that a later row settles, since when people are held, what is news, and which input was
-- expected.

CREATE FUNCTION fact_id_column(kind text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE kind WHEN 'deltagere' THEN 'cpr_nummer' WHEN 'forloeb' THEN 'forloeb_id'
                 WHEN 'sanktioner' THEN 'sanktion_id' ELSE 'post_id' END;

-- What tells a row of a kind from the participant's other rows when its id could not be read.
CREATE FUNCTION fact_place_columns(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN CASE kind
    WHEN 'forloeb'    THEN ARRAY['startdato', 'ordning']
    WHEN 'boern'      THEN ARRAY['barn_cpr', 'barn_foedselsdato', 'forhold']
    WHEN 'perioder'   THEN ARRAY['art', 'foerste_dag']
    WHEN 'indkomst'   THEN ARRAY['dispositionsdato', 'arbejdsgiver_se', 'indkomsttype']
    WHEN 'feriepenge' THEN ARRAY['art', 'ferieaar', 'udbetalingsdato', 'foerste_feriedag']
    WHEN 'sanktioner' THEN ARRAY['art', 'haendelsesdato']
    WHEN 'skattekort' THEN ARRAY['korttype', 'foerste_dag'] END;

-- Settles the open rejects of a kind whose id was accepted with this delivery, in a row later in the order of arrival.
-- A withdrawal that found nothing to withdraw is settled by a withdrawal alone: the row that comes late does not say
-- that it shall stay.
-- Few open rejects are looked up one by one in the index of ids; many are hashed as a whole, for nested loops over
-- them would take hours when nothing is known yet of the new rows.
CREATE FUNCTION reject_close_by_id(kind_name text, delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
DECLARE
    few_max CONSTANT integer := 10000;
    id_column CONSTANT text := ydelse.fact_id_column(kind_name);
    open_rejects CONSTANT text := format(
        'SELECT r.reject_id, r.file_id, r.line, r.post_id, r.code = ''TRUKKET_UDEN_RAEKKE'' AS withdraws
           FROM ydelse.reject r
          WHERE r.kind = %L AND r.post_id <> '''' AND r.delivery_id <= $1 AND NOT r.whole_file
            AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)', kind_name);
    open_count bigint;
    closed bigint := 0;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s LIMIT %s) o', open_rejects, few_max + 1) INTO open_count USING delivery;
    IF open_count = 0 THEN
        RETURN 0;
    ELSIF open_count <= few_max THEN
        EXECUTE format(
            'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
             SELECT r.reject_id, $1, ''corrected'' FROM (%s OFFSET 0) r
              CROSS JOIN LATERAL (SELECT FROM ydelse.fact_%s f WHERE f.%I = r.post_id AND f.delivery_id = $1
                                     AND (f.file_id, f.line) > (r.file_id, r.line)
                                     AND (f.posttype = ''T'' OR NOT r.withdraws) LIMIT 1) f',
            open_rejects, kind_name, id_column) USING delivery;
    ELSE
        PERFORM set_config('enable_nestloop', 'off', true);
        EXECUTE format(
            'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
             SELECT DISTINCT r.reject_id, $1, ''corrected'' FROM (%s) r JOIN ydelse.fact_%s f ON f.%I = r.post_id
              WHERE f.delivery_id = $1 AND (f.file_id, f.line) > (r.file_id, r.line)
                AND (f.posttype = ''T'' OR NOT r.withdraws)',
            open_rejects, kind_name, id_column) USING delivery;
    END IF;
    GET DIAGNOSTICS closed = ROW_COUNT;
    RETURN closed;
END $$;

-- Settles open rejects whose id could not be read: by a row of the same participant in a later delivery, when all that
-- tells such rows from each other stands in the rejected row too, and when this is true of one reject only. What is
-- not certain stays open.
CREATE FUNCTION reject_close_by_place(kind_name text, delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET "DateStyle" = 'ISO' SET enable_nestloop = off AS $$
DECLARE
    same_place text;
    closed bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM ydelse.reject r WHERE r.kind = kind_name AND r.post_id = '') THEN
        RETURN 0;
    END IF;
    SELECT string_agg(format('(f.%1$I IS NULL OR position(convert_to(f.%1$I::text, ''UTF8'') IN r.raw) > 0)', c), ' AND ')
      INTO same_place FROM unnest(ydelse.fact_place_columns(kind_name)) AS c;
    EXECUTE format(
        'INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
         SELECT DISTINCT p.reject_id, $1, ''corrected''
           FROM (SELECT r.reject_id, count(*) OVER (PARTITION BY f.file_id, f.line) AS candidates
                   FROM ydelse.reject r JOIN ydelse.fact_%s f ON f.cpr_nummer = r.cpr
                  WHERE r.kind = %L AND r.post_id = '''' AND r.cpr <> '''' AND r.delivery_id < $1
                    AND NOT r.whole_file AND f.delivery_id = $1 AND f.file_id > r.file_id AND f.posttype <> ''T''
                    AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
                    AND %s) p
          WHERE p.candidates = 1', kind_name, kind_name, same_place) USING delivery;
    GET DIAGNOSTICS closed = ROW_COUNT;
    RETURN closed;
END $$;

-- The file of this delivery that is a rejected file mended, or NULL: of its kind and name, with as many rows (or one
-- more: without a header the first row was taken for it), and every id of the rejected file is a fact by now or was
-- rejected again in the new file. Rows that the mended file repeats unchanged are duplicates of facts, which no id of
-- this delivery shows.
CREATE FUNCTION reject_mended_by(rejected integer, delivery integer) RETURNS integer LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    old ydelse.input_file;
    mended integer;
    missing boolean;
BEGIN
    SELECT * INTO STRICT old FROM ydelse.input_file WHERE file_id = rejected;
    SELECT max(i.file_id) INTO mended FROM ydelse.input_file i
     WHERE i.delivery_id = delivery AND i.file_id > rejected AND NOT i.file_rejected AND i.repeats IS NULL
       AND i.kind = old.kind AND i.name = old.name AND i.rows_read IN (old.rows_read, old.rows_read + 1);
    IF mended IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM ydelse.reject r
                         WHERE r.file_id = $1 AND r.post_id <> ''''
                           AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
                           AND NOT EXISTS (SELECT FROM ydelse.fact_%s f WHERE f.%I = r.post_id)
                           AND NOT EXISTS (SELECT FROM ydelse.reject n WHERE n.file_id = $2 AND n.post_id = r.post_id))',
        old.kind, ydelse.fact_id_column(old.kind)) INTO missing USING rejected, mended;
    RETURN CASE WHEN missing THEN NULL ELSE mended END;
END $$;

-- Files rejected as a whole: settled with their rows by the same file mended, and by themselves when none of their rows
-- is open any more.
CREATE FUNCTION reject_close_files(delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    whole record;
    closed bigint := 0;
    rows_closed bigint;
BEGIN
    FOR whole IN
        SELECT r.reject_id, r.file_id, i.rows_read FROM ydelse.reject r JOIN ydelse.input_file i USING (file_id)
         WHERE r.whole_file AND r.delivery_id <= delivery
           AND NOT EXISTS (SELECT FROM ydelse.reject_resolved d WHERE d.reject_id = r.reject_id)
         ORDER BY r.reject_id
    LOOP
        IF ydelse.reject_mended_by(whole.file_id, delivery) IS NOT NULL THEN
            INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
            SELECT o.reject_id, delivery, 'corrected' FROM ydelse.reject_open o WHERE o.file_id = whole.file_id;
            GET DIAGNOSTICS rows_closed = ROW_COUNT;
            closed := closed + rows_closed - 1;
        ELSIF whole.rows_read > 0 AND NOT EXISTS (SELECT FROM ydelse.reject_open o
                                                   WHERE o.file_id = whole.file_id AND NOT o.whole_file) THEN
            INSERT INTO ydelse.reject_resolved (reject_id, delivery_id, outcome)
            VALUES (whole.reject_id, delivery, 'corrected');
        END IF;
    END LOOP;
    RETURN closed;
END $$;

-- Settles every open reject that a row of this delivery takes the place of. Called by the load that makes the delivery,
-- when all its rows are stored. Returns how many rejected rows it settled.
CREATE FUNCTION reject_close_corrected(delivery integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind_name text;
    closed bigint := 0;
BEGIN
    -- The kinds that have new rows: those of the delivery's files, and of rows that waited and count now.
    FOR kind_name IN
        SELECT i.kind FROM ydelse.input_file i WHERE i.delivery_id = delivery
         UNION
        SELECT r.kind FROM ydelse.reject_resolved d JOIN ydelse.reject r USING (reject_id)
         WHERE d.delivery_id = delivery AND d.outcome = 'stored'
    LOOP
        closed := closed + ydelse.reject_close_by_id(kind_name, delivery);
        IF kind_name <> 'deltagere' THEN -- a participant's id is the CPR number itself
            closed := closed + ydelse.reject_close_by_place(kind_name, delivery);
        END IF;
    END LOOP;
    RETURN closed + ydelse.reject_close_files(delivery);
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- Held people, and what is news.

-- Since when somebody is held, and for what: an event when a month of a participant begins to be held for a code, and
-- when it no longer is. since_run_id is the run since which the participant is held for that code without
-- interruption, in one month or another: who is held in March for what already held February is no news.
CREATE TABLE held_event (
    cpr          text COLLATE "C" NOT NULL,
    month        date NOT NULL,
    code         text NOT NULL,
    run_id       integer NOT NULL REFERENCES run,
    held         boolean NOT NULL,
    since_run_id integer NOT NULL REFERENCES run,
    salt         uuid NOT NULL DEFAULT gen_random_uuid(), -- of its leaf in the digest of the next seal (0010)
    PRIMARY KEY (cpr, month, code, run_id)
);
CREATE INDEX held_event_run ON held_event (run_id);
SELECT protect('held_event');

CREATE VIEW held_open AS
SELECT e.*
  FROM (SELECT DISTINCT ON (cpr, month, code) * FROM ydelse.held_event ORDER BY cpr, month, code, run_id DESC) e
 WHERE e.held;

-- Writes the events of a run, in its sealing transaction. held_codes: the findings that hold somebody.
CREATE FUNCTION run_note_held(id integer, held_codes text[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
BEGIN
    IF id <> (SELECT max(run_id) FROM ydelse.run WHERE state = 'sealed')
       OR EXISTS (SELECT FROM ydelse.held_event WHERE run_id = id) THEN
        RAISE EXCEPTION 'the held of run % are noted already, or it is not the run that is being sealed', id
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO ydelse.held_event (cpr, month, code, run_id, held, since_run_id)
    WITH now AS (
        SELECT DISTINCT r.cpr, r.month, c.code
          FROM ydelse.result r CROSS JOIN LATERAL unnest(string_to_array(r.fund, ',')) AS c (code)
         WHERE r.run_id = id AND r.udfald = 'TILBAGEHOLDT' AND c.code = ANY (held_codes)),
    before AS (
        SELECT o.* FROM ydelse.held_open o
         WHERE EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = id AND m.month = o.month AND m.everyone)
            OR EXISTS (SELECT FROM ydelse.run_scope s WHERE s.run_id = id AND s.month = o.month AND s.cpr = o.cpr)),
    since AS (
        SELECT o.cpr, o.code, min(o.since_run_id) AS run_id FROM ydelse.held_open o GROUP BY o.cpr, o.code)
    SELECT n.cpr, n.month, n.code, id, true, coalesce(s.run_id, id)
      FROM now n LEFT JOIN since s USING (cpr, code)
     WHERE NOT EXISTS (SELECT FROM before b WHERE (b.cpr, b.month, b.code) = (n.cpr, n.month, n.code))
     UNION ALL
    SELECT b.cpr, b.month, b.code, id, false, b.since_run_id
      FROM before b
     WHERE NOT EXISTS (SELECT FROM now n WHERE (n.cpr, n.month, n.code) = (b.cpr, b.month, b.code));
END $$;

-- What a run found that the nightly run before it did not know, code by code, and what is known from before as one
-- line of each kind (code ''): counts and ages, nobody's name or number.
CREATE FUNCTION run_news(id integer, today date)
RETURNS TABLE (subject text, code text, is_new boolean, number bigint, oldest_days integer) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH before AS (
        SELECT coalesce(max(run_id), 0) AS run_id, coalesce(max(data_as_of), 0) AS data_as_of
          FROM ydelse.run WHERE state = 'sealed' AND kind = 'nightly' AND run_id < id),
    rejects AS (
        SELECT CASE WHEN r.whole_file THEN 'file' ELSE 'reject' END AS subject, r.code,
               r.delivery_id > b.data_as_of AS is_new, greatest(0, today - d.loaded_at::date) AS days
          FROM ydelse.reject_open r JOIN ydelse.delivery d USING (delivery_id) CROSS JOIN before b
         WHERE r.delivery_id <= (SELECT data_as_of FROM ydelse.run WHERE run_id = id)),
    held AS (
        SELECT h.cpr, h.code, h.since_run_id > b.run_id AS is_new, greatest(0, today - r.planned_at::date) AS days
          FROM ydelse.held_open h JOIN ydelse.run r ON r.run_id = h.since_run_id CROSS JOIN before b)
    SELECT subject, CASE WHEN is_new THEN code ELSE '' END, is_new, count(*), max(days) FROM rejects GROUP BY 1, 2, 3
     UNION ALL
    SELECT 'held', CASE WHEN is_new THEN code ELSE '' END, is_new, count(DISTINCT cpr), max(days) FROM held GROUP BY 2, 3
     ORDER BY 3 DESC, 1, 2
$$;

-- The ages that `ydelse status` shows beside its counts.
CREATE FUNCTION status_ages(today date) RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'rejects_oldest_days', (SELECT max(greatest(0, today - d.loaded_at::date))
                                  FROM ydelse.reject_open r JOIN ydelse.delivery d USING (delivery_id)
                                 WHERE ydelse.bound_municipalities() IS NULL OR ydelse.participant_allowed(r.cpr)),
        'held_oldest_days', (SELECT max(greatest(0, today - r.planned_at::date))
                               FROM ydelse.held_open h JOIN ydelse.run r ON r.run_id = h.since_run_id
                              WHERE ydelse.bound_municipalities() IS NULL OR ydelse.participant_allowed(h.cpr)),
        'held_codes', (SELECT coalesce(jsonb_object_agg(code, people ORDER BY code), '{}')
                         FROM (SELECT code, count(DISTINCT cpr) AS people FROM ydelse.held_open
                                WHERE ydelse.bound_municipalities() IS NULL OR ydelse.participant_allowed(cpr) GROUP BY code) c))
$$;

-- Who is held, for what, in which months, since when: for those who may see people.
CREATE FUNCTION held_list(today date)
RETURNS TABLE (cpr text, kommunekode text, code text, months bigint, first_month date, last_month date,
               since_run_id integer, since date, days integer) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.cpr, coalesce((array_agg(x.kommunekode ORDER BY h.month DESC))[1], ''), h.code, count(*), min(h.month),
           max(h.month), min(h.since_run_id), min(r.planned_at)::date, greatest(0, today - min(r.planned_at)::date)
      FROM ydelse.held_open h
      JOIN ydelse.run r ON r.run_id = h.since_run_id
      LEFT JOIN ydelse.result x ON x.run_id = h.run_id AND x.month = h.month AND x.cpr = h.cpr
     GROUP BY h.cpr, h.code
     ORDER BY min(h.since_run_id), h.cpr, h.code
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Expected input: for which business date a run was, what had come, and what it went on without.

-- A file whose content was here before and changed nothing: no delivery, but it has come.
CREATE TABLE input_arrival (
    arrival_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    arrived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    arrived_by text NOT NULL DEFAULT session_user,
    name       text NOT NULL,
    file_id    integer NOT NULL REFERENCES input_file -- the same content
);
CREATE INDEX input_arrival_time ON input_arrival (arrived_at);
SELECT protect('input_arrival');

CREATE TABLE run_input (
    run_id        integer PRIMARY KEY REFERENCES run,
    business_date date NOT NULL,
    expected      integer NOT NULL CHECK (expected >= 0) -- files that were configured
);
SELECT protect('run_input');

-- Who let the run go on and why are in the run itself, under its seal (started_by, reason).
CREATE TABLE run_missing (
    run_id       integer NOT NULL REFERENCES run_input,
    file_pattern text NOT NULL,
    kommunekode  text COLLATE "C" NOT NULL,
    due_date     date NOT NULL,
    problem      text NOT NULL CHECK (problem IN ('absent', 'rejected', 'few_rows')),
    rows         bigint,
    last_rows    bigint,
    PRIMARY KEY (run_id, file_pattern),
    CONSTRAINT run_missing_rows CHECK ((problem = 'few_rows') = (rows IS NOT NULL AND last_rows IS NOT NULL))
);
CREATE INDEX run_missing_due ON run_missing (file_pattern, due_date);
SELECT protect('run_missing');

CREATE FUNCTION run_note_input(id integer, business_date date, expected integer) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ydelse.run_input (run_id, business_date, expected) VALUES (id, business_date, expected)
$$;

CREATE FUNCTION run_note_missing(id integer, file_pattern text, kommunekode text, due_date date, problem text,
                                 rows bigint, last_rows bigint) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ydelse.run_missing (run_id, file_pattern, kommunekode, due_date, problem, rows, last_rows)
    VALUES (id, file_pattern, kommunekode, due_date, problem, rows, last_rows)
$$;

-- Up to where the nightly runs had read that were sealed for a business date before the day: delivery and moment.
CREATE FUNCTION input_read_before(day date, OUT delivery_id integer, OUT moment timestamptz) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(r.data_as_of), 0), coalesce(max(r.planned_at), '-infinity')
      FROM ydelse.run r JOIN ydelse.run_input i USING (run_id)
     WHERE r.state = 'sealed' AND i.business_date < day
$$;

-- The most rows that a file of the pattern had, in one delivery or one arrival, between two such places.
CREATE FUNCTION input_rows_between(name_like text, after integer, upto integer, after_moment timestamptz,
                                   upto_moment timestamptz) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT max(rows)
      FROM (SELECT sum(i.rows_read)::bigint AS rows FROM ydelse.input_file i
             WHERE i.delivery_id > after AND i.delivery_id <= upto AND i.name LIKE name_like AND NOT i.file_rejected
             GROUP BY i.delivery_id
             UNION ALL
            SELECT i.rows_read FROM ydelse.input_arrival a JOIN ydelse.input_file i USING (file_id)
             WHERE a.arrived_at > after_moment AND a.arrived_at <= upto_moment AND a.name LIKE name_like) came
$$;

-- What came of an expected file for its due day, what came for the due day before (or last of all before it), which
-- file was rejected as a whole, and which run went on without it.
CREATE FUNCTION expected_find(pattern text, name_like text, due date, due_before date, OUT rows bigint,
                              OUT last_rows bigint, OUT rejected_name text, OUT known_absent integer, OUT known_few integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    read_before record;
    read_last record;
BEGIN
    SELECT * INTO read_before FROM ydelse.input_read_before(due);
    SELECT * INTO read_last FROM ydelse.input_read_before(due_before);
    rows := ydelse.input_rows_between(name_like, read_before.delivery_id, 2147483647, read_before.moment, 'infinity');
    last_rows := ydelse.input_rows_between(name_like, read_last.delivery_id, read_before.delivery_id, read_last.moment,
                                           read_before.moment);
    IF last_rows IS NULL THEN
        SELECT sum(i.rows_read) INTO last_rows FROM ydelse.input_file i
         WHERE i.name LIKE name_like AND NOT i.file_rejected
           AND i.delivery_id = (SELECT max(l.delivery_id) FROM ydelse.input_file l
                                 WHERE l.delivery_id <= read_last.delivery_id AND l.name LIKE name_like AND NOT l.file_rejected);
    END IF;
    last_rows := coalesce(last_rows, 0);
    SELECT i.name INTO rejected_name FROM ydelse.input_file i
     WHERE i.delivery_id > read_before.delivery_id AND i.name LIKE name_like AND i.file_rejected
     ORDER BY i.file_id DESC LIMIT 1;
    SELECT min(m.run_id) FILTER (WHERE m.problem <> 'few_rows'), min(m.run_id) FILTER (WHERE m.problem = 'few_rows')
      INTO known_absent, known_few
      FROM ydelse.run_missing m JOIN ydelse.run r USING (run_id)
     WHERE m.file_pattern = pattern AND m.due_date = due AND r.state = 'sealed';
END $$;

REVOKE EXECUTE ON FUNCTION fact_id_column(text), fact_place_columns(text), reject_close_by_id(text, integer),
    reject_close_by_place(text, integer), reject_mended_by(integer, integer), reject_close_files(integer),
    reject_close_corrected(integer), run_note_held(integer, text[]), run_news(integer, date), status_ages(date),
    held_list(date), run_note_input(integer, date, integer),
    run_note_missing(integer, text, text, date, text, bigint, bigint), input_read_before(date),
    input_rows_between(text, integer, integer, timestamptz, timestamptz), expected_find(text, text, date, date) FROM PUBLIC;

DO $$
BEGIN
    IF NOT ydelse.roles_exist() THEN
        RETURN;
    END IF;
    GRANT EXECUTE ON FUNCTION ydelse.reject_close_corrected(integer), ydelse.run_note_held(integer, text[]),
        ydelse.held_list(date), ydelse.run_note_input(integer, date, integer),
        ydelse.run_note_missing(integer, text, text, date, text, bigint, bigint),
        ydelse.expected_find(text, text, date, date) TO ydelse_batch;
    GRANT INSERT ON ydelse.input_arrival TO ydelse_batch;
    GRANT SELECT ON ydelse.input_arrival, ydelse.run_input, ydelse.run_missing
        TO ydelse_batch, ydelse_finance, ydelse_auditor;
    GRANT EXECUTE ON FUNCTION ydelse.run_news(integer, date), ydelse.status_ages(date)
        TO ydelse_batch, ydelse_finance, ydelse_auditor;
END $$;
