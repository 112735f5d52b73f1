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
    shard_count    integer NOT NULL DEFAULT 1 CHECK (shard_count BETWEEN 1 AND 256),
    -- together: one program plans, works and seals, under the run lock. apart: whoever plans leaves it open, and anybody
    -- may work at it (`ydelse work`) and seal it.
    launched       text NOT NULL DEFAULT 'together' CHECK (launched IN ('together', 'apart')),
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
    CONSTRAINT run_reprocess_has_reason CHECK (kind <> 'reprocess' OR (reason IS NOT NULL AND reason !~ '^\s*$')),
    CONSTRAINT run_reason_size CHECK (length(reason) <= 500),
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
    complete    boolean NOT NULL, -- false: a reprocessing of single persons, after which the month is as it was
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

-- The shards of a run: ranges of buckets (a participant's bucket is a hash of the CPR number), frozen by the plan.
-- Whoever claims one computes it, until the lease runs out unless it is renewed. fencing_token grows with every claim:
-- what a worker says with an old token is refused.
CREATE TABLE run_shard (
    run_id        integer NOT NULL REFERENCES run,
    shard         smallint NOT NULL CHECK (shard BETWEEN 0 AND 255),
    first_bucket  smallint NOT NULL CHECK (first_bucket BETWEEN 0 AND 255),
    last_bucket   smallint NOT NULL CHECK (last_bucket BETWEEN first_bucket AND 255),
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'claimed', 'done')),
    fencing_token integer NOT NULL DEFAULT 0,
    worker        text, -- who claimed it last
    lease_until   timestamptz,
    done_at       timestamptz,
    PRIMARY KEY (run_id, shard),
    CONSTRAINT run_shard_claimed CHECK ((state = 'claimed') = (lease_until IS NOT NULL)
                                        AND (state = 'open' OR (worker IS NOT NULL AND fencing_token > 0))),
    CONSTRAINT run_shard_done CHECK ((state = 'done') = (done_at IS NOT NULL))
);

-- The attempt that computed a shard, and the table its results came in. What did not end well leaves no row and no
-- table: both come to be in the transaction that reports the shard as done.
CREATE TABLE run_attempt (
    attempt_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id     integer NOT NULL REFERENCES run,
    shard      smallint NOT NULL,
    worker     text NOT NULL,
    table_name text NOT NULL UNIQUE,
    started_at timestamptz NOT NULL,
    dropped_at timestamptz,
    FOREIGN KEY (run_id, shard) REFERENCES run_shard,
    UNIQUE (run_id, shard)
);

-- What a bucket came to. The digests of all 256 make the result digest of the run, however they are shared out.
CREATE TABLE run_bucket (
    run_id         integer NOT NULL REFERENCES run,
    bucket         smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    rows           bigint NOT NULL CHECK (rows >= 0),
    til_udbetaling bigint NOT NULL,
    digest         bytea NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (run_id, bucket)
);
SELECT protect('run_bucket');

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

-- Drops the tables that failed runs left; also one whose worker came to its end while the run was given up.
CREATE FUNCTION attempts_drop() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    attempt record;
BEGIN
    FOR attempt IN
        SELECT a.attempt_id, a.table_name FROM ydelse.run_attempt a JOIN ydelse.run r USING (run_id)
         WHERE r.state = 'failed' AND a.dropped_at IS NULL
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS ydelse.%I', attempt.table_name);
        UPDATE ydelse.run_attempt SET dropped_at = clock_timestamp() WHERE attempt_id = attempt.attempt_id;
    END LOOP;
END $$;

-- Marks what a killed run left as failed, and drops the tables of its attempts. Called under the run lock. A run that
-- is worked at from several places is nobody's to clean up: YD063, until it is sealed or given up.
CREATE FUNCTION run_clean_up() RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    failed integer;
BEGIN
    SELECT r.run_id, to_char(r.month, 'YYYY-MM') AS month, r.shard_count,
           (SELECT count(*) FROM ydelse.run_shard s WHERE s.run_id = r.run_id AND s.state = 'done') AS done INTO one
      FROM ydelse.run r WHERE r.state IN ('planned', 'computing') AND r.launched = 'apart';
    IF FOUND THEN
        RAISE EXCEPTION 'run % of % is open: % of % shards are done', one.run_id, one.month, one.done, one.shard_count
            USING ERRCODE = 'YD063', HINT = format('`ydelse work %1$s` computes the others, `ydelse seal %1$s` seals it, '
                                                   '`ydelse seal %1$s --abandon REASON` gives it up', one.run_id);
    END IF;
    UPDATE ydelse.run SET state = 'failed', ended_at = clock_timestamp(), failure = 'did not reach its seal'
     WHERE state IN ('planned', 'computing');
    GET DIAGNOSTICS failed = ROW_COUNT;
    PERFORM ydelse.attempts_drop();
    RETURN failed;
END $$;

-- Gives up a run that is worked at from several places. Its workers are refused from then on.
CREATE FUNCTION run_abandon(id integer, why text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE ydelse.run SET state = 'failed', ended_at = clock_timestamp(), failure = 'abandoned: ' || why
     WHERE run_id = id AND state IN ('planned', 'computing');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % is not open', id USING ERRCODE = 'YD061';
    END IF;
    PERFORM ydelse.attempts_drop();
END $$;

-- Opens a run with its cut-over (0013).
CREATE FUNCTION run_open(run_month date, run_full boolean, run_reason text, cutover_text text, satser text,
                         koder text, politik text, program text, run_kind text DEFAULT 'nightly')
RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id integer := 1 + coalesce((SELECT max(run_id) FROM ydelse.run), 0);
    newest integer := (SELECT max(delivery_id) FROM ydelse.delivery);
BEGIN
    PERFORM ydelse.refuse_erased(run_month);
    INSERT INTO ydelse.run (run_id, month, kind, full_run, data_as_of, first_month, satser_id, koder_id,
                            politik_id, program_id, reason)
    VALUES (id, run_month, run_kind, run_full, newest, run_month,
            ydelse.law_set_store('satser', satser), ydelse.law_set_store('koder', koder),
            ydelse.law_set_store('politik', politik), ydelse.law_set_store('program', program), run_reason);
    PERFORM ydelse.run_take_cutover(id, cutover_text);
    RETURN id;
END $$;

-- The shards of a planned run: as many as are wanted or, when that is 0, as there are people for: at most 65536 in one,
-- and four for each of several workers, so that none waits long for the last, unless they were smaller than 4096.
CREATE FUNCTION run_plan_shards(id integer, wanted integer, workers integer, run_launched text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    people bigint;
    shards integer := wanted;
BEGIN
    IF wanted = 0 THEN
        IF EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = id AND m.everyone) THEN
            people := (SELECT count(*) FROM ydelse.fact_deltagere d WHERE d.bucket >= 0);
        ELSE
            people := (SELECT count(DISTINCT s.cpr) FROM ydelse.run_scope s WHERE s.run_id = id);
        END IF;
        shards := least(256, greatest(1, (people + 65535) / 65536,
                                      CASE WHEN workers > 1 THEN least(4 * workers, (people + 4095) / 4096) END));
    END IF;
    UPDATE ydelse.run SET shard_count = shards, launched = run_launched WHERE run_id = id;
    INSERT INTO ydelse.run_shard (run_id, shard, first_bucket, last_bucket)
    SELECT id, s, s * 256 / shards, (s + 1) * 256 / shards - 1 FROM generate_series(0, shards - 1) s;
    RETURN shards;
END $$;

-- How a month stands: as of which delivery everybody's result holds, and which sealed run computed everyone last.
-- No row when it was never computed.
CREATE FUNCTION month_computed(wanted_month date) RETURNS TABLE (known_as_of integer, everyone_run_id integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.data_as_of, e.run_id
      FROM (SELECT max(m.run_id) AS run_id, max(m.run_id) FILTER (WHERE m.everyone) AS everyone_run_id
              FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
             WHERE m.month = wanted_month AND m.complete AND r.state = 'sealed') l
      JOIN ydelse.run p ON p.run_id = l.run_id
      JOIN ydelse.run e ON e.run_id = l.everyone_run_id
$$;

-- The months of a run: its own, and every month from the cut-over up to it. A month is computed for everyone
-- when it never was, when everything is asked for, or (the run's own month) when the law sets are not those by
-- which everyone was computed last.
CREATE FUNCTION run_plan_months(id integer) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH months AS (
        SELECT r.run_id, r.full_run, m::date AS month, m::date = r.month AS own,
               (r.satser_id, r.koder_id, r.politik_id, r.program_id) AS law
          FROM ydelse.run r
         CROSS JOIN LATERAL generate_series(least(r.first_month, r.month), r.month, interval '1 month') AS m
         WHERE r.run_id = id AND (m >= r.first_month OR m = r.month)),
    before AS (
        SELECT m.month, c.known_as_of, (p.satser_id, p.koder_id, p.politik_id, p.program_id) AS law
          FROM months m
         CROSS JOIN LATERAL ydelse.month_computed(m.month) c
          JOIN ydelse.run p ON p.run_id = c.everyone_run_id)
    INSERT INTO ydelse.run_month (run_id, month, everyone, complete, known_as_of)
    SELECT m.run_id, m.month,
           b.month IS NULL OR m.full_run OR (m.own AND m.law IS DISTINCT FROM b.law),
           true, coalesce(b.known_as_of, 0)
      FROM months m LEFT JOIN before b USING (month)
$$;

-- The months of a reprocessing, first_month to the run's own: for everyone, or for one person (only_cpr). A month
-- that was never computed is the nightly job's: YD020. A person nobody has heard of: YD021. Returns the number of
-- person-months in run_scope.
CREATE FUNCTION run_plan_reprocess(id integer, first_month date, only_cpr text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last_month date := (SELECT r.month FROM ydelse.run r WHERE r.run_id = id AND r.kind = 'reprocess');
    person_bucket smallint := (SELECT d.bucket FROM ydelse.fact_deltagere d
                                WHERE d.cpr_nummer = only_cpr AND d.bucket >= 0 LIMIT 1);
    missing date := (SELECT min(m) FROM generate_series(first_month, last_month, interval '1 month') m
                      WHERE NOT EXISTS (SELECT FROM ydelse.month_computed(m::date)));
    person_months bigint := 0;
BEGIN
    PERFORM ydelse.refuse_erased(first_month);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'month % was never computed', to_char(missing, 'YYYY-MM')
            USING ERRCODE = 'YD020', HINT = format('`ydelse run --month %s` computes it', to_char(missing, 'YYYY-MM'));
    ELSIF only_cpr IS NOT NULL AND person_bucket IS NULL THEN
        RAISE EXCEPTION 'there is no such participant' USING ERRCODE = 'YD021';
    END IF;
    INSERT INTO ydelse.run_month (run_id, month, everyone, complete, known_as_of)
    SELECT id, m::date, only_cpr IS NULL, only_cpr IS NULL, c.known_as_of
      FROM generate_series(first_month, last_month, interval '1 month') m
     CROSS JOIN LATERAL ydelse.month_computed(m::date) c;
    IF only_cpr IS NOT NULL THEN
        INSERT INTO ydelse.run_scope (month, cpr, run_id, bucket)
        SELECT m.month, only_cpr, id, person_bucket FROM ydelse.run_month m WHERE m.run_id = id;
        GET DIAGNOSTICS person_months = ROW_COUNT;
    END IF;
    RETURN person_months;
END $$;

-- What each version of a fact touches: the participant, the months, and the deliveries that made it count and
-- stopped it counting after delivery `after`. A superset of what can change a result: income its own month
-- (FRIKORT also the later months of the year), holiday pay the months of the holiday and of its payment,
-- sanctions and tax cards their months, everything else every month.
CREATE FUNCTION fact_touched(after integer, upto integer)
RETURNS TABLE (bucket smallint, cpr text, delivery_id integer, first_month date, last_month date, kind text)
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
                    date_trunc(''month'', %3$s::timestamp)::date, %1$L::text
               FROM ydelse.fact_%1$s f
              WHERE f.delivery_id > $1 AND f.delivery_id <= $2 AND f.posttype <> ''T''
             UNION ALL
             SELECT f.bucket, f.cpr_nummer, e.delivery_id, date_trunc(''month'', %2$s::timestamp)::date,
                    date_trunc(''month'', %3$s::timestamp)::date, %1$L::text
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

-- The participants of the months that are not computed for everyone: those whose facts have changed since, and in
-- the run's own month those who were computed by another law after everyone was.
CREATE FUNCTION run_plan_scope(id integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this ydelse.run;
    oldest integer;
BEGIN
    SELECT * INTO STRICT this FROM ydelse.run r WHERE r.run_id = id;
    SELECT min(m.known_as_of) INTO oldest FROM ydelse.run_month m WHERE m.run_id = id AND NOT m.everyone;
    IF oldest < this.data_as_of THEN
        INSERT INTO ydelse.run_scope (month, cpr, run_id, bucket)
        SELECT DISTINCT m.month, t.cpr, id, t.bucket
          FROM ydelse.fact_touched(oldest, this.data_as_of) t
          JOIN ydelse.run_month m ON m.run_id = id AND NOT m.everyone AND t.delivery_id > m.known_as_of
                                 AND m.month BETWEEN t.first_month AND t.last_month;
    END IF;
    INSERT INTO ydelse.run_scope (month, cpr, run_id, bucket)
    SELECT this.month, l.cpr, id, l.bucket
      FROM (SELECT DISTINCT ON (s.cpr) s.cpr, s.bucket, s.run_id
              FROM ydelse.run_month m
             CROSS JOIN LATERAL ydelse.month_computed(m.month) c
              JOIN ydelse.run_scope s ON s.month = m.month AND s.run_id > c.everyone_run_id
              JOIN ydelse.run r ON r.run_id = s.run_id AND r.state = 'sealed'
             WHERE m.run_id = id AND m.month = this.month AND NOT m.everyone
             ORDER BY s.cpr, s.run_id DESC) l
      JOIN ydelse.run p ON p.run_id = l.run_id
     WHERE (p.satser_id, p.koder_id, p.politik_id, p.program_id)
           <> (this.satser_id, this.koder_id, this.politik_id, this.program_id)
        ON CONFLICT DO NOTHING;
    RETURN (SELECT count(*) FROM ydelse.run_scope s WHERE s.run_id = id);
END $$;

-- Sealed months, from the cut-over on, in which everyone was computed last by rates or policies that say something
-- else about the month than those of this run. A nightly run computes only its own month by new law: the others wait
-- for a reprocessing.
CREATE FUNCTION run_law_outdated(id integer) RETURNS TABLE (month date, everyone_run_id integer, cause text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH this AS (SELECT * FROM ydelse.run r WHERE r.run_id = id),
    last AS MATERIALIZED (
        SELECT m.month, max(m.run_id) AS run_id
          FROM ydelse.run_month m JOIN ydelse.run r USING (run_id), this
         WHERE m.everyone AND r.state = 'sealed' AND m.month >= this.first_month
         GROUP BY m.month),
    -- These two policies change no result.
    policy AS MATERIALIZED (
        SELECT law_set_id, regexp_replace(content, '^(betalingsdag|modregning_pct)=[^\n]*', '', 'gn') AS text
          FROM ydelse.law_set WHERE kind = 'politik'),
    old AS MATERIALIZED (
        SELECT l.month, l.run_id, r.satser_id, before.text <> now.text AS other_policy
          FROM last l
          JOIN ydelse.run r USING (run_id)
         CROSS JOIN this
          JOIN policy before ON before.law_set_id = r.politik_id
          JOIN policy now ON now.law_set_id = this.politik_id
         WHERE r.satser_id <> this.satser_id OR before.text <> now.text),
    -- What each set says: sats;gruppe;gaelder_fra;gaelder_til;vaerdi;...
    rate AS MATERIALIZED (
        SELECT s.satser_id, f[1] AS sats, f[2] AS gruppe, f[3]::date AS first_day,
               coalesce(nullif(f[4], '')::date, 'infinity') AS last_day, f[5] AS value
          FROM (SELECT satser_id FROM old UNION SELECT satser_id FROM this WHERE EXISTS (SELECT FROM old)) s
          JOIN ydelse.law_set l ON l.law_set_id = s.satser_id
         CROSS JOIN LATERAL regexp_split_to_table(l.content, E'\n') AS line
         CROSS JOIN LATERAL string_to_array(line, ';') AS f
         WHERE f[3] ~ '^\d{4}-\d\d-\d\d$'),
    said AS MATERIALIZED (
        SELECT o.month, r.satser_id,
               string_agg(concat_ws(';', r.sats, r.gruppe, greatest(r.first_day, o.month),
                                    least(r.last_day, (o.month + interval '1 month')::date - 1), r.value), E'\n'
                          ORDER BY r.sats, r.gruppe, r.first_day) AS text
          FROM old o, this, rate r
         WHERE r.satser_id IN (o.satser_id, this.satser_id) AND r.first_day < o.month + interval '1 month'
           AND r.last_day >= o.month
         GROUP BY o.month, r.satser_id)
    SELECT o.month, o.run_id,
           concat_ws(', ', CASE WHEN before.text IS DISTINCT FROM now.text THEN 'satser' END,
                           CASE WHEN o.other_policy THEN 'politik' END)
      FROM old o CROSS JOIN this
      LEFT JOIN said before ON before.month = o.month AND before.satser_id = o.satser_id
      LEFT JOIN said now ON now.month = o.month AND now.satser_id = this.satser_id
     WHERE before.text IS DISTINCT FROM now.text OR o.other_policy
     ORDER BY o.month
$$;
