-- Law sets (what the law was taken to be) and runs (what was computed, from what, by whom, with which result).

-- Immutable sets: the rate tables, the code lists, the policies, the program. A run names the four it used.
CREATE TABLE law_set (
    law_set_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('satser', 'koder', 'politik', 'program')),
    sha256     bytea NOT NULL,
    content    text NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (kind, sha256),
    CONSTRAINT law_set_hash CHECK (sha256 = pg_catalog.sha256(convert_to(content, 'UTF8')))
);
SELECT protect('law_set');

-- Stores a set whose content is new; returns the id of that content.
CREATE FUNCTION law_set_store(set_kind text, set_content text) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hash bytea := sha256(convert_to(set_content, 'UTF8'));
    id integer;
BEGIN
    INSERT INTO ydelse.law_set (kind, sha256, content) VALUES (set_kind, hash, set_content)
        ON CONFLICT (kind, sha256) DO NOTHING;
    SELECT law_set_id INTO STRICT id FROM ydelse.law_set WHERE kind = set_kind AND sha256 = hash;
    RETURN id;
END $$;

CREATE TABLE run (
    run_id         integer PRIMARY KEY CHECK (run_id > 0),
    month          date NOT NULL CHECK (extract(day FROM month) = 1),
    kind           text NOT NULL CHECK (kind IN ('nightly', 'reprocess')),
    full_run       boolean NOT NULL,
    data_as_of     integer NOT NULL REFERENCES delivery,
    first_month    date NOT NULL, -- the earliest cut-over used: from here on months are owed
    satser_id      integer NOT NULL REFERENCES law_set,
    koder_id       integer NOT NULL REFERENCES law_set,
    politik_id     integer NOT NULL REFERENCES law_set,
    program_id     integer NOT NULL REFERENCES law_set,
    shard_count    integer NOT NULL DEFAULT 256 CHECK (shard_count = 256),
    state          text NOT NULL DEFAULT 'computing' CHECK (state IN ('planned', 'computing', 'sealed', 'failed')),
    started_by     text NOT NULL DEFAULT session_user,
    reason         text,
    planned_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at       timestamptz,
    failure        text,
    -- Totals over the results of this run, amounts in oere.
    people         bigint,
    betales        bigint,
    nul            bigint,
    foertidspension bigint,
    tilbageholdt   bigint,
    til_udbetaling bigint,
    atp_egen       bigint,
    atp_kommune    bigint,
    skat           bigint,
    pension        bigint,
    -- What the run changed in what is owed: signed sum and number of delta lines, and vanished months.
    delta_lines    bigint,
    delta_til_udbetaling bigint,
    vanished       bigint,
    result_digest  bytea CHECK (length(result_digest) = 32),
    previous_seal  bytea CHECK (length(previous_seal) = 32),
    seal           bytea UNIQUE CHECK (length(seal) = 32),
    seal_text      text,
    CONSTRAINT run_reprocess_has_reason CHECK (kind <> 'reprocess' OR reason IS NOT NULL),
    CONSTRAINT run_sealed_is_complete CHECK (state <> 'sealed'
        OR (ended_at IS NOT NULL AND people IS NOT NULL AND result_digest IS NOT NULL AND seal IS NOT NULL
            AND seal_text IS NOT NULL AND people = betales + nul + foertidspension + tilbageholdt)),
    CONSTRAINT run_only_sealed_has_seal CHECK (state = 'sealed' OR seal IS NULL)
);
CREATE INDEX run_month_sealed ON run (month, run_id) WHERE state = 'sealed';
-- Each seal is the previous one of at most one run: the chain cannot fork.
CREATE UNIQUE INDEX run_chain ON run (previous_seal) WHERE state = 'sealed';
CREATE UNIQUE INDEX run_one_at_a_time ON run ((true)) WHERE state IN ('planned', 'computing');

CREATE FUNCTION run_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a run is never deleted' USING ERRCODE = 'insufficient_privilege';
    ELSIF OLD.state IN ('sealed', 'failed') THEN
        RAISE EXCEPTION 'run % is % and cannot be changed', OLD.run_id, OLD.state
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON run FOR EACH ROW EXECUTE FUNCTION run_is_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- From which month on a run owed anything, by municipality; '' is every other one.
CREATE TABLE run_cutover (
    run_id      integer NOT NULL REFERENCES run,
    kommunekode text COLLATE "C" NOT NULL,
    first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
    PRIMARY KEY (run_id, kommunekode)
);
SELECT protect('run_cutover');

-- The months of a run. everyone: all participants were computed; otherwise those in run_scope. A sealed run's
-- months are complete as of its delivery: whoever is not in it was not touched since the month was complete before.
CREATE TABLE run_month (
    run_id      integer NOT NULL REFERENCES run,
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    everyone    boolean NOT NULL,
    complete    boolean NOT NULL, -- false: a reprocessing of single persons
    known_as_of integer NOT NULL, -- the delivery as of which the month was complete before; 0: never
    PRIMARY KEY (run_id, month)
);
CREATE INDEX run_month_month ON run_month (month, run_id);
SELECT protect('run_month');

CREATE TABLE run_scope (
    month  date NOT NULL,
    cpr    text COLLATE "C" NOT NULL,
    run_id integer NOT NULL,
    bucket smallint NOT NULL,
    PRIMARY KEY (month, cpr, run_id)
);
CREATE INDEX run_scope_run ON run_scope (run_id, bucket, cpr);
SELECT protect('run_scope');

-- An attempt at computing: a worker and the table its results go to, outside of the sealing transaction.
CREATE TABLE run_attempt (
    attempt_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id     integer NOT NULL REFERENCES run,
    worker     text NOT NULL,
    table_name text NOT NULL UNIQUE,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    dropped_at timestamptz
);

-- The participants of a run by the hash of their CPR number (a fact's bucket). fencing_token grows with every
-- claim, so that a worker that lost its lease cannot report.
CREATE TABLE run_shard (
    run_id         integer NOT NULL REFERENCES run,
    shard          smallint NOT NULL CHECK (shard BETWEEN 0 AND 255),
    state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'claimed', 'done')),
    attempt_id     integer REFERENCES run_attempt,
    fencing_token  integer NOT NULL DEFAULT 0,
    lease_until    timestamptz,
    rows           bigint,
    til_udbetaling bigint,
    digest         bytea CHECK (length(digest) = 32),
    done_at        timestamptz,
    PRIMARY KEY (run_id, shard),
    CONSTRAINT run_shard_done CHECK (state <> 'done' OR (attempt_id IS NOT NULL AND rows IS NOT NULL
        AND til_udbetaling IS NOT NULL AND digest IS NOT NULL AND done_at IS NOT NULL))
);
CREATE FUNCTION run_shard_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a shard is never deleted' USING ERRCODE = 'insufficient_privilege';
    ELSIF EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = OLD.run_id AND r.state IN ('sealed', 'failed')) THEN
        RAISE EXCEPTION 'shard % of run % is sealed', OLD.shard, OLD.run_id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON run_shard
    FOR EACH ROW EXECUTE FUNCTION run_shard_is_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON run_shard FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Marks what a killed run left as failed, and drops the tables of its attempts. Called under the run lock.
CREATE FUNCTION run_clean_up() RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    attempt record;
    failed integer;
BEGIN
    UPDATE ydelse.run SET state = 'failed', ended_at = clock_timestamp(), failure = 'did not reach its seal'
     WHERE state IN ('planned', 'computing');
    GET DIAGNOSTICS failed = ROW_COUNT;
    FOR attempt IN
        SELECT a.attempt_id, a.table_name FROM ydelse.run_attempt a JOIN ydelse.run r USING (run_id)
         WHERE r.state = 'failed' AND a.dropped_at IS NULL
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS ydelse.%I', attempt.table_name);
        UPDATE ydelse.run_attempt SET dropped_at = clock_timestamp() WHERE attempt_id = attempt.attempt_id;
    END LOOP;
    RETURN failed;
END $$;

-- Opens a run with its cut-over and shards. cutover_text: 'kommunekode=YYYY-MM' separated by blanks, 'alle' for
-- every other municipality. What the settings do not name stays as the last sealed run had it, so that a run without
-- them cannot owe a month that another system paid; before the first run, 'alle' is the month of that run.
CREATE FUNCTION run_open(run_month date, run_full boolean, run_reason text, cutover_text text, satser text,
                         koder text, politik text, program text) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id integer := 1 + coalesce((SELECT max(run_id) FROM ydelse.run), 0);
    newest integer := (SELECT max(delivery_id) FROM ydelse.delivery);
    before integer := (SELECT max(run_id) FROM ydelse.run WHERE state = 'sealed');
BEGIN
    INSERT INTO ydelse.run (run_id, month, kind, full_run, data_as_of, first_month, satser_id, koder_id,
                            politik_id, program_id, reason)
    VALUES (id, run_month, 'nightly', run_full, newest, run_month,
            ydelse.law_set_store('satser', satser), ydelse.law_set_store('koder', koder),
            ydelse.law_set_store('politik', politik), ydelse.law_set_store('program', program), run_reason);
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    SELECT id, CASE part[1] WHEN 'alle' THEN '' ELSE part[1] END, to_date(part[2], 'YYYY-MM')
      FROM regexp_matches(cutover_text, '(\w+)=(\d{4}-\d{2})', 'g') AS part;
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    SELECT id, kommunekode, first_month FROM ydelse.run_cutover WHERE run_id = before ON CONFLICT DO NOTHING;
    INSERT INTO ydelse.run_cutover (run_id, kommunekode, first_month)
    VALUES (id, '', run_month) ON CONFLICT DO NOTHING;
    UPDATE ydelse.run SET first_month = (SELECT greatest(min(first_month), date '2013-01-01') -- the act's first month
                                       FROM ydelse.run_cutover WHERE run_id = id)
     WHERE run_id = id;
    INSERT INTO ydelse.run_shard (run_id, shard) SELECT id, generate_series(0, 255);
    RETURN id;
END $$;

-- The months of a run: its own, and every month from the cut-over up to it. A month is computed for everyone
-- when it never was, when everything is asked for, or (the run's own month) when the law sets are not those of
-- the last complete run of it.
CREATE FUNCTION run_plan_months(id integer) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH months AS (
        SELECT r.run_id, r.full_run, m::date AS month, m::date = r.month AS own,
               (r.satser_id, r.koder_id, r.politik_id, r.program_id) AS law
          FROM ydelse.run r
         CROSS JOIN LATERAL generate_series(least(r.first_month, r.month), r.month, interval '1 month') AS m
         WHERE r.run_id = id AND (m >= r.first_month OR m = r.month)),
    before AS (
        SELECT DISTINCT ON (m.month) m.month, p.data_as_of,
               (p.satser_id, p.koder_id, p.politik_id, p.program_id) AS law
          FROM months m
          JOIN ydelse.run_month d ON d.month = m.month AND d.complete
          JOIN ydelse.run p ON p.run_id = d.run_id AND p.state = 'sealed'
         ORDER BY m.month, p.run_id DESC)
    INSERT INTO ydelse.run_month (run_id, month, everyone, complete, known_as_of)
    SELECT m.run_id, m.month,
           b.month IS NULL OR m.full_run OR (m.own AND m.law IS DISTINCT FROM b.law),
           true, coalesce(b.data_as_of, 0)
      FROM months m LEFT JOIN before b USING (month)
$$;

-- What each version of a fact touches: the participant, the months, and the deliveries that made it count and
-- stopped it counting after delivery `after`. A superset of what can change a result: income its own month
-- (FRIKORT also the later months of the year), holiday pay the months of the holiday and of its payment,
-- sanctions and tax cards their months, everything else every month.
CREATE FUNCTION fact_touched(after integer, upto integer)
RETURNS TABLE (bucket smallint, cpr text, delivery_id integer, first_month date, last_month date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rule record;
BEGIN
    FOR rule IN SELECT * FROM (VALUES
        ('deltagere',  '-infinity'::text, 'infinity'::text),
        ('forloeb',    '-infinity', 'infinity'),
        ('boern',      '-infinity', 'infinity'),
        ('perioder',   '-infinity', 'infinity'),
        ('indkomst',   'f.dispositionsdato',
                       'CASE WHEN f.klasse = ''FRIKORT'' THEN date_trunc(''year'', f.dispositionsdato) + interval ''11 months'''
                       ' ELSE f.dispositionsdato END'),
        ('feriepenge', 'least(f.foerste_feriedag, f.udbetalingsdato)', 'greatest(f.sidste_feriedag, f.udbetalingsdato)'),
        ('sanktioner', 'least(f.virkningsmaaned, f.foerste_dag)',
                       'greatest(f.virkningsmaaned, coalesce(f.sidste_dag, CASE WHEN f.foerste_dag IS NOT NULL THEN ''infinity''::date END))'),
        ('skattekort', 'f.foerste_dag', 'coalesce(f.sidste_dag, ''infinity'')')) AS t (kind, first_day, last_day)
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT f.bucket, f.cpr_nummer, f.delivery_id, date_trunc(''month'', %2$s::timestamp)::date,
                    date_trunc(''month'', %3$s::timestamp)::date
               FROM ydelse.fact_%1$s f
              WHERE f.delivery_id > $1 AND f.delivery_id <= $2 AND f.posttype <> ''T''
             UNION ALL
             SELECT f.bucket, f.cpr_nummer, e.delivery_id, date_trunc(''month'', %2$s::timestamp)::date,
                    date_trunc(''month'', %3$s::timestamp)::date
               FROM ydelse.fact_ended e
               JOIN ydelse.input_file i ON i.file_id = e.file_id AND i.kind = %1$L
               JOIN ydelse.fact_%1$s f ON f.bucket = e.bucket AND f.cpr_nummer = e.cpr
                                      AND f.file_id = e.file_id AND f.line = e.line
              WHERE e.delivery_id > $1 AND e.delivery_id <= $2',
            rule.kind, CASE rule.first_day WHEN '-infinity' THEN quote_literal('-infinity') ELSE rule.first_day END,
            CASE rule.last_day WHEN 'infinity' THEN quote_literal('infinity') ELSE rule.last_day END)
        USING after, upto;
    END LOOP;
END $$;

-- The participants of the months that are not computed for everyone.
CREATE FUNCTION run_plan_scope(id integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    oldest integer;
    upto integer;
    people bigint;
BEGIN
    SELECT min(m.known_as_of) INTO oldest FROM ydelse.run_month m WHERE m.run_id = id AND NOT m.everyone;
    SELECT r.data_as_of INTO upto FROM ydelse.run r WHERE r.run_id = id;
    IF oldest IS NULL OR oldest >= upto THEN
        RETURN 0;
    END IF;
    INSERT INTO ydelse.run_scope (month, cpr, run_id, bucket)
    SELECT DISTINCT m.month, t.cpr, id, t.bucket
      FROM ydelse.fact_touched(oldest, upto) t
      JOIN ydelse.run_month m ON m.run_id = id AND NOT m.everyone AND t.delivery_id > m.known_as_of
                             AND m.month BETWEEN t.first_month AND t.last_month;
    GET DIAGNOSTICS people = ROW_COUNT;
    RETURN people;
END $$;
