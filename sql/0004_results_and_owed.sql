-- What was computed (result) and what is owed because of it (entitlement, delta_line).
--
-- result       one row per run, month and participant; a partition per run, filled outside the sealing
--              transaction and attached by it, so that nothing of an unsealed run can be seen. When several workers
--              have made many results, the partition of the run has theirs as partitions by bucket.
-- entitlement  append-only; revision 1, 2, ... of what is owed to a participant for a month. A row carries the
--              five owed amounts and the five signed differences to the revision before it. A partition per
--              month: the first run of a month fills its partition at once, later corrections are few.
-- delta_line   the same differences as one line per component (a view): line_id is derived from the
--              entitlement row and the component, so it is derived from (participant, month, component,
--              revision) and unique for good. Lines of zero do not exist.
--
-- Closed delta: for a participant, month and component the sum of the delta lines is the latest entitlement.
-- Revision 1 is held to this by CHECK (difference = amount), every later one by a trigger (the revision before
-- it exists, and its amount + difference = the new amount). Nothing is ever updated or deleted.

CREATE TABLE result (
    run_id          integer NOT NULL,
    month           date NOT NULL,
    cpr             text COLLATE "C" NOT NULL,
    udfald          text NOT NULL,
    ordning         text NOT NULL,
    kommunekode     text COLLATE "C" NOT NULL,
    bucket          smallint NOT NULL, -- of the participant
    aktive_dage     integer NOT NULL,
    brutto          bigint NOT NULL,
    fradrag_loen    bigint NOT NULL,
    fradrag_sygeloen bigint NOT NULL,
    fradrag_tilbud  bigint NOT NULL,
    fradrag_anden   bigint NOT NULL,
    fradrag_ferie   bigint NOT NULL,
    efter_indkomst  bigint NOT NULL,
    sanktion        bigint NOT NULL,
    ydelse          bigint NOT NULL,
    atp_egen        bigint NOT NULL,
    atp_kommune     bigint NOT NULL,
    pension         bigint NOT NULL,
    skat            bigint NOT NULL,
    til_udbetaling  bigint NOT NULL,
    fund            text NOT NULL,
    CONSTRAINT result_udfald CHECK (udfald IN ('BETALES', 'NUL', 'FOERTIDSPENSION', 'TILBAGEHOLDT')),
    CONSTRAINT result_ordning CHECK (ordning IN ('RF', 'JA', '')),
    CONSTRAINT result_adds_up CHECK (til_udbetaling = ydelse - atp_egen - skat),
    CONSTRAINT result_not_negative CHECK (til_udbetaling >= 0 AND ydelse >= 0 AND atp_egen >= 0
                                          AND atp_kommune >= 0 AND pension >= 0 AND skat >= 0),
    CONSTRAINT result_paid_means_money CHECK ((udfald = 'BETALES') = (til_udbetaling > 0)),
    CONSTRAINT result_held_is_zero CHECK (udfald IN ('BETALES', 'NUL')
        OR (aktive_dage = 0 AND brutto = 0 AND fradrag_loen = 0 AND fradrag_sygeloen = 0 AND fradrag_tilbud = 0
            AND fradrag_anden = 0 AND fradrag_ferie = 0 AND efter_indkomst = 0 AND sanktion = 0 AND ydelse = 0
            AND atp_egen = 0 AND atp_kommune = 0 AND pension = 0 AND skat = 0)),
    CONSTRAINT result_bucket CHECK (bucket BETWEEN 0 AND 255),
    CONSTRAINT result_pkey PRIMARY KEY (run_id, month, cpr, bucket)
) PARTITION BY LIST (run_id);

CREATE SEQUENCE entitlement_id AS bigint;

CREATE TABLE entitlement (
    entitlement_id        bigint NOT NULL DEFAULT nextval('ydelse.entitlement_id'),
    month                 date NOT NULL,
    cpr                   text COLLATE "C" NOT NULL,
    revision              integer NOT NULL,
    run_id                integer NOT NULL,
    kommunekode           text COLLATE "C" NOT NULL, -- as at revision 1, corrections follow it
    ordning               text NOT NULL,
    til_udbetaling        bigint NOT NULL,
    atp_egen              bigint NOT NULL,
    atp_kommune           bigint NOT NULL,
    skat                  bigint NOT NULL,
    pension               bigint NOT NULL,
    delta_til_udbetaling  bigint NOT NULL,
    delta_atp_egen        bigint NOT NULL,
    delta_atp_kommune     bigint NOT NULL,
    delta_skat            bigint NOT NULL,
    delta_pension         bigint NOT NULL,
    row_hash              bytea NOT NULL, -- of all other columns: entitlement_hash
    CONSTRAINT entitlement_pkey PRIMARY KEY (month, cpr, revision),
    CONSTRAINT entitlement_not_negative CHECK (til_udbetaling >= 0 AND atp_egen >= 0 AND atp_kommune >= 0
                                               AND skat >= 0 AND pension >= 0),
    CONSTRAINT entitlement_first_revision CHECK (revision > 1 OR (revision = 1
        AND delta_til_udbetaling = til_udbetaling AND delta_atp_egen = atp_egen
        AND delta_atp_kommune = atp_kommune AND delta_skat = skat AND delta_pension = pension)),
    CONSTRAINT entitlement_later_revision CHECK (revision = 1 OR delta_til_udbetaling <> 0 OR delta_atp_egen <> 0
        OR delta_atp_kommune <> 0 OR delta_skat <> 0 OR delta_pension <> 0)
) PARTITION BY LIST (month);

-- A seal looks for the rows of its run; they lie together.
CREATE INDEX entitlement_run ON entitlement USING brin (run_id) WITH (pages_per_range = 16, autosummarize = on);

-- The hash of a row that is to be: inlined where it is used.
CREATE FUNCTION entitlement_hash(entitlement_id bigint, month date, cpr text, revision integer, run_id integer,
    kommunekode text, ordning text, owed bigint[], delta bigint[]) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.sha256(pg_catalog.record_send(ROW(entitlement_id, month, cpr, revision, run_id, kommunekode, ordning,
                                                        owed, delta)))
$$;

-- One line per component whose amount moved. The last digit of line_id tells the component.
CREATE VIEW delta_line AS
SELECT e.entitlement_id * 10 + c.component_number AS line_id,
       e.cpr, e.month, c.component, e.revision, c.amount_oere, e.kommunekode, e.ordning, e.run_id, e.entitlement_id
  FROM ydelse.entitlement e
 CROSS JOIN LATERAL (VALUES (1, 'til_udbetaling', e.delta_til_udbetaling),
                            (2, 'atp_egen', e.delta_atp_egen),
                            (3, 'atp_kommune', e.delta_atp_kommune),
                            (4, 'skat', e.delta_skat),
                            (5, 'pension', e.delta_pension)) AS c (component_number, component, amount_oere)
 WHERE c.amount_oere <> 0;

-- What is owed now: the latest revision of each participant and month.
CREATE VIEW entitlement_latest AS
SELECT e.*
  FROM ydelse.entitlement e
 WHERE NOT EXISTS (SELECT FROM ydelse.entitlement later
                    WHERE later.month = e.month AND later.cpr = e.cpr AND later.revision > e.revision);

-- ---------------------------------------------------------------------------------------------------------------
-- What the tables refuse.

CREATE FUNCTION result_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: results come by the sealing of a run', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION result_protect(partition_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.result_refuse()', partition_table);
END $$;
SELECT result_protect('result');

-- The closed delta for rows that come after a first revision, and only from a run that is being sealed.
CREATE FUNCTION entitlement_closed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.month, a.revision, p.revision AS before INTO wrong
      FROM added a
      LEFT JOIN ydelse.entitlement p ON p.month = a.month AND p.cpr = a.cpr AND p.revision = a.revision - 1
     WHERE a.revision > 1
       AND (p.revision IS NULL OR p.kommunekode <> a.kommunekode
            OR p.til_udbetaling + a.delta_til_udbetaling <> a.til_udbetaling
            OR p.atp_egen + a.delta_atp_egen <> a.atp_egen
            OR p.atp_kommune + a.delta_atp_kommune <> a.atp_kommune
            OR p.skat + a.delta_skat <> a.skat
            OR p.pension + a.delta_pension <> a.pension)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'revision % of % does not close on the revision before it', wrong.revision, wrong.month
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'The sum of the delta lines must be the latest entitlement.';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT added.run_id, added.month FROM added) a
                WHERE NOT EXISTS (SELECT FROM ydelse.run r JOIN ydelse.run_month m USING (run_id)
                                   WHERE r.run_id = a.run_id AND r.state = 'computing' AND m.month = a.month)) THEN
        RAISE EXCEPTION 'entitlements come by the sealing of a run' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

-- Triggers per statement do not pass from a partitioned table to its partitions: each gets its own.
CREATE FUNCTION entitlement_protect(partition_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ydelse.protect(partition_table);
    EXECUTE format('CREATE TRIGGER closed AFTER INSERT ON %s REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ydelse.entitlement_closed()', partition_table);
END $$;
SELECT entitlement_protect('entitlement');

-- ---------------------------------------------------------------------------------------------------------------
-- Sealing.

-- Every row of every file of the deliveries (after, upto] is where its file says: stored or rejected.
CREATE FUNCTION delivery_check(after integer, upto integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind_name text;
    wrong record;
BEGIN
    FOREACH kind_name IN ARRAY ARRAY['deltagere', 'forloeb', 'boern', 'perioder', 'indkomst', 'feriepenge',
                                     'sanktioner', 'skattekort'] LOOP
        EXECUTE format(
            'SELECT i.file_id, i.rows_stored AS told, coalesce(f.rows, 0) AS found
               FROM ydelse.input_file i
               LEFT JOIN (SELECT file_id, delivery_id, count(*) AS rows FROM ydelse.fact_%1$s
                           WHERE delivery_id > $1 AND delivery_id <= $2 GROUP BY file_id, delivery_id) f
                 ON f.file_id = i.file_id AND f.delivery_id = i.delivery_id
              WHERE i.kind = %1$L AND i.delivery_id > $1 AND i.delivery_id <= $2
                AND i.rows_stored <> coalesce(f.rows, 0) LIMIT 1', kind_name)
        INTO wrong USING after, upto;
        IF wrong.file_id IS NOT NULL THEN
            RAISE EXCEPTION 'file % says % rows stored, % are there', wrong.file_id, wrong.told, wrong.found
                USING ERRCODE = 'data_corrupted';
        END IF;
    END LOOP;
    SELECT i.file_id, i.rows_rejected AS told, count(r.reject_id) AS found INTO wrong
      FROM ydelse.input_file i
      LEFT JOIN ydelse.reject r ON r.file_id = i.file_id AND r.delivery_id = i.delivery_id AND NOT r.whole_file
     WHERE i.delivery_id > after AND i.delivery_id <= upto AND i.repeats IS NULL
     GROUP BY i.file_id, i.rows_rejected HAVING count(r.reject_id) <> i.rows_rejected LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'file % says % rows rejected, % are there', wrong.file_id, wrong.told, wrong.found
            USING ERRCODE = 'data_corrupted';
    END IF;
END $$;

-- One partition for a run of which each shard has its table. So few results of each that a table for each would only be
-- in the way are copied together.
CREATE FUNCTION run_join_results(id integer, rows bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    few constant bigint := 8192 * (SELECT count(*) FROM ydelse.run_attempt a WHERE a.run_id = id);
    name text := format('result_%s', id);
    attempt record;
BEGIN
    EXECUTE format('CREATE TABLE ydelse.%I (LIKE ydelse.result INCLUDING CONSTRAINTS, '
                   'CONSTRAINT result_of_run CHECK (run_id = %s)) %s',
                   name, id, CASE WHEN rows > few THEN 'PARTITION BY RANGE (bucket)' ELSE '' END);
    IF rows > few THEN
        EXECUTE format('ALTER TABLE ydelse.%I ADD PRIMARY KEY (run_id, month, cpr, bucket)', name);
    END IF;
    FOR attempt IN
        SELECT a.table_name, a.shard, s.first_bucket, s.last_bucket
          FROM ydelse.run_attempt a JOIN ydelse.run_shard s USING (run_id, shard) WHERE a.run_id = id ORDER BY a.shard
    LOOP
        IF rows > few THEN
            EXECUTE format('ALTER TABLE ydelse.%I RENAME TO %I', attempt.table_name, name || '_' || attempt.shard);
            EXECUTE format('ALTER TABLE ydelse.%I ATTACH PARTITION ydelse.%I FOR VALUES FROM (%s) TO (%s)', name,
                           name || '_' || attempt.shard, attempt.first_bucket, attempt.last_bucket + 1);
            PERFORM ydelse.result_protect(format('ydelse.%I', name || '_' || attempt.shard)::regclass);
        ELSE
            EXECUTE format('INSERT INTO ydelse.%I SELECT * FROM ydelse.%I', name, attempt.table_name);
        END IF;
    END LOOP;
    IF rows <= few THEN
        EXECUTE format('ALTER TABLE ydelse.%I ADD PRIMARY KEY (run_id, month, cpr, bucket)', name);
    END IF;
END $$;

-- Every shard done once; what the workers counted is what is stored. Makes the attempts' tables one partition. A shard
-- that is not done: YD062.
CREATE FUNCTION run_attach_results(id integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_statistics_target = 20 AS $$
DECLARE
    attempt record;
    partition_name text := format('result_%s', id);
    tables text[] := ARRAY(SELECT a.table_name FROM ydelse.run_attempt a WHERE a.run_id = id);
    done record;
    told record;
    found_rows bigint;
    found_sum bigint;
BEGIN
    SELECT count(*) FILTER (WHERE s.state = 'done') AS shards, r.shard_count AS expected INTO done
      FROM ydelse.run r JOIN ydelse.run_shard s USING (run_id) WHERE r.run_id = id GROUP BY r.shard_count;
    IF done.shards <> done.expected THEN
        RAISE EXCEPTION 'run % cannot be sealed: % of % shards are done', id, done.shards, done.expected
            USING ERRCODE = 'YD062', HINT = format('`ydelse work %s` computes the others', id);
    END IF;
    SELECT count(*) AS buckets, coalesce(sum(rows), 0) AS rows, coalesce(sum(til_udbetaling), 0) AS til_udbetaling INTO told
      FROM ydelse.run_bucket WHERE run_id = id;
    IF told.buckets <> 256 THEN
        RAISE EXCEPTION 'run % cannot be sealed: % of 256 buckets are there', id, told.buckets
            USING ERRCODE = 'data_corrupted';
    END IF;
    IF cardinality(tables) = 1 THEN
        EXECUTE format('ALTER TABLE ydelse.%I RENAME TO %I', tables[1], partition_name);
    ELSIF cardinality(tables) > 1 THEN
        PERFORM ydelse.run_join_results(id, told.rows::bigint);
    END IF;
    IF cardinality(tables) > 0 THEN
        EXECUTE format('ALTER TABLE ydelse.result ATTACH PARTITION ydelse.%I FOR VALUES IN (%s)', partition_name, id);
        -- Without statistics everything below, and every later question about the run, is planned for a few rows. A small
        -- sample tells how many there are.
        EXECUTE format('ANALYZE ydelse.%I (run_id, month, cpr, udfald, kommunekode)', partition_name);
        PERFORM ydelse.result_protect(format('ydelse.%I', partition_name)::regclass);
    END IF;
    FOR attempt IN
        SELECT a.attempt_id, a.table_name FROM ydelse.run_attempt a WHERE a.run_id = id
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS ydelse.%I', attempt.table_name);
        UPDATE ydelse.run_attempt SET dropped_at = clock_timestamp() WHERE attempt_id = attempt.attempt_id;
    END LOOP;
    SELECT count(*), coalesce(sum(til_udbetaling), 0) INTO found_rows, found_sum
      FROM ydelse.result WHERE run_id = id;
    IF found_rows <> told.rows OR found_sum <> told.til_udbetaling THEN
        RAISE EXCEPTION 'run % cannot be sealed: % results of % oere were computed, % of % oere are stored',
            id, told.rows, told.til_udbetaling, found_rows, found_sum USING ERRCODE = 'data_corrupted';
    END IF;
END $$;

-- From which month on a run owes anything to the participants of a municipality that has no line of its own.
CREATE FUNCTION run_first_month(id integer) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT first_month FROM ydelse.run_cutover WHERE run_id = id AND kommunekode = ''
$$;

-- Nothing is owed for the month yet: its partition is filled before it is attached, without an index in the way.
-- When an earlier run has sealed results of the month (none of which was owed), it stays empty for run_owe_month.
CREATE FUNCTION run_owe_new_month(id integer, new_month date, computed_before boolean) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET maintenance_work_mem = '256MB' SET default_statistics_target = 20 AS $$
DECLARE
    name text := 'entitlement_' || to_char(new_month, 'YYYY_MM');
BEGIN
    EXECUTE format('CREATE TABLE ydelse.%I (LIKE ydelse.entitlement INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
                   'CHECK (month = %L))', name, new_month);
    EXECUTE format(
        'INSERT INTO ydelse.%I (entitlement_id, month, cpr, revision, run_id, kommunekode, ordning,
                til_udbetaling, atp_egen, atp_kommune, skat, pension,
                delta_til_udbetaling, delta_atp_egen, delta_atp_kommune, delta_skat, delta_pension, row_hash)
         SELECT id.next, r.month, r.cpr, 1, r.run_id, r.kommunekode, r.ordning,
                r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension,
                r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension,
                ydelse.entitlement_hash(id.next, r.month, r.cpr, 1, r.run_id, r.kommunekode, r.ordning,
                    ARRAY[r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension],
                    ARRAY[r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension])
           FROM ydelse.result r
          CROSS JOIN LATERAL (SELECT nextval(''ydelse.entitlement_id'') AS next, r.cpr) id
           LEFT JOIN ydelse.run_cutover c ON c.run_id = r.run_id AND c.kommunekode = r.kommunekode
          WHERE r.run_id = $1 AND r.month = $2 AND r.udfald <> ''TILBAGEHOLDT''
            AND coalesce(c.first_month, $3) <= $2 AND NOT $4', name)
    USING id, new_month, ydelse.run_first_month(id), computed_before;
    EXECUTE format('ALTER TABLE ydelse.%I ADD PRIMARY KEY (month, cpr, revision)', name);
    EXECUTE format('ANALYZE ydelse.%I (month, cpr, revision, run_id, kommunekode)', name);
    EXECUTE format('ALTER TABLE ydelse.entitlement ATTACH PARTITION ydelse.%I FOR VALUES IN (%L)', name, new_month);
    PERFORM ydelse.entitlement_protect(format('ydelse.%I', name)::regclass);
END $$;

-- The latest revision of everybody a run computed for a month, whether or not there is a result.
CREATE FUNCTION run_entitlement_before(id integer, old_month date) RETURNS SETOF ydelse.entitlement LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = id AND m.month = old_month AND m.everyone) THEN
        RETURN QUERY SELECT DISTINCT ON (e.cpr) e.* FROM ydelse.entitlement e
                      WHERE e.month = old_month ORDER BY e.cpr, e.revision DESC;
    ELSE
        RETURN QUERY SELECT l.* FROM ydelse.run_scope s
                      CROSS JOIN LATERAL (SELECT * FROM ydelse.entitlement e WHERE e.month = old_month AND e.cpr = s.cpr
                                           ORDER BY e.revision DESC LIMIT 1) l
                      WHERE s.run_id = id AND s.month = old_month;
    END IF;
END $$;

-- The municipality of those who have a result now and were never owed the month: the one of their first sealed
-- result, held or not owed as it may have been. Who moves to a municipality that this engine pays for does not take
-- along the months that another system has paid.
CREATE FUNCTION run_first_municipality(id integer, old_month date) RETURNS TABLE (cpr text, kommunekode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT ON (r.cpr) r.cpr, r.kommunekode
      FROM ydelse.result r
     WHERE r.month = old_month AND r.run_id <= id
       AND r.cpr IN (SELECT n.cpr FROM ydelse.result n
                      WHERE n.run_id = id AND n.month = old_month AND n.udfald <> 'TILBAGEHOLDT'
                     EXCEPT SELECT e.cpr FROM ydelse.entitlement e WHERE e.month = old_month)
     ORDER BY r.cpr, r.run_id
$$;

-- Later revisions: computed amounts that differ from the latest entitlement, first amounts of participants who
-- had none, and zeros for those who were computed and have no result any more. A held result changes nothing.
-- Everything here is joined as a whole: without statistics of the new tables nested loops would be a guess that
-- can cost hours.
CREATE FUNCTION run_owe_month(id integer, old_month date) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    vanished bigint;
    default_first_month date := ydelse.run_first_month(id);
BEGIN
    CREATE TEMPORARY TABLE entitlement_before ON COMMIT DROP AS
        SELECT * FROM ydelse.run_entitlement_before(id, old_month);
    CREATE TEMPORARY TABLE municipality_before ON COMMIT DROP AS
        SELECT * FROM ydelse.run_first_municipality(id, old_month);
    INSERT INTO ydelse.entitlement (entitlement_id, month, cpr, revision, run_id, kommunekode, ordning,
            til_udbetaling, atp_egen, atp_kommune, skat, pension,
            delta_til_udbetaling, delta_atp_egen, delta_atp_kommune, delta_skat, delta_pension, row_hash)
    SELECT n.entitlement_id, old_month, n.cpr, n.revision, id, n.kommunekode, n.ordning,
           n.owed[1], n.owed[2], n.owed[3], n.owed[4], n.owed[5],
           n.delta[1], n.delta[2], n.delta[3], n.delta[4], n.delta[5],
           ydelse.entitlement_hash(n.entitlement_id, old_month, n.cpr, n.revision, id, n.kommunekode, n.ordning, n.owed, n.delta)
      FROM (SELECT nextval('ydelse.entitlement_id') AS entitlement_id, r.cpr, coalesce(l.revision, 0) + 1 AS revision,
                   coalesce(l.kommunekode, f.kommunekode) AS kommunekode,
                   coalesce(nullif(r.ordning, ''), l.ordning, '') AS ordning,
                   ARRAY[r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension] AS owed,
                   ARRAY[r.til_udbetaling - coalesce(l.til_udbetaling, 0), r.atp_egen - coalesce(l.atp_egen, 0),
                         r.atp_kommune - coalesce(l.atp_kommune, 0), r.skat - coalesce(l.skat, 0),
                         r.pension - coalesce(l.pension, 0)] AS delta
              FROM ydelse.result r
              LEFT JOIN municipality_before f ON f.cpr = r.cpr
              LEFT JOIN ydelse.run_cutover c ON c.run_id = r.run_id AND c.kommunekode = f.kommunekode
              LEFT JOIN entitlement_before l ON l.cpr = r.cpr
             WHERE r.run_id = id AND r.month = old_month AND r.udfald <> 'TILBAGEHOLDT'
               AND CASE WHEN l.revision IS NULL THEN coalesce(c.first_month, default_first_month) <= old_month
                        ELSE (l.til_udbetaling, l.atp_egen, l.atp_kommune, l.skat, l.pension)
                          <> (r.til_udbetaling, r.atp_egen, r.atp_kommune, r.skat, r.pension) END
            OFFSET 0) n;
    INSERT INTO ydelse.entitlement (entitlement_id, month, cpr, revision, run_id, kommunekode, ordning,
            til_udbetaling, atp_egen, atp_kommune, skat, pension,
            delta_til_udbetaling, delta_atp_egen, delta_atp_kommune, delta_skat, delta_pension, row_hash)
    SELECT n.entitlement_id, old_month, n.cpr, n.revision, id, n.kommunekode, n.ordning, 0, 0, 0, 0, 0,
           n.delta[1], n.delta[2], n.delta[3], n.delta[4], n.delta[5],
           ydelse.entitlement_hash(n.entitlement_id, old_month, n.cpr, n.revision, id, n.kommunekode, n.ordning,
                                   ARRAY[0, 0, 0, 0, 0]::bigint[], n.delta)
      FROM (SELECT nextval('ydelse.entitlement_id') AS entitlement_id, l.cpr, l.revision + 1 AS revision, l.kommunekode,
                   l.ordning, ARRAY[-l.til_udbetaling, -l.atp_egen, -l.atp_kommune, -l.skat, -l.pension] AS delta
              FROM entitlement_before l
             WHERE (l.til_udbetaling, l.atp_egen, l.atp_kommune, l.skat, l.pension) <> (0, 0, 0, 0, 0)
               AND NOT EXISTS (SELECT FROM ydelse.result r WHERE r.run_id = id AND r.month = old_month AND r.cpr = l.cpr)
            OFFSET 0) n;
    GET DIAGNOSTICS vanished = ROW_COUNT;
    DROP TABLE entitlement_before, municipality_before;
    RETURN vanished;
END $$;

-- Writes what the run owes; returns the number of months that vanished.
CREATE FUNCTION run_owe(id integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    vanished bigint := 0;
BEGIN
    FOR one IN
        SELECT m.month, to_regclass('ydelse.entitlement_' || to_char(m.month, 'YYYY_MM')) IS NOT NULL AS known,
               EXISTS (SELECT FROM ydelse.result r WHERE r.run_id = id AND r.month = m.month) AS has_results,
               EXISTS (SELECT FROM ydelse.month_computed(m.month)) AS computed_before
          FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
         WHERE m.run_id = id AND m.month >= r.first_month
           -- A month of which nobody was computed owes nothing new: a night without news must not read what is owed.
           AND (m.everyone OR EXISTS (SELECT FROM ydelse.run_scope s WHERE s.run_id = id AND s.month = m.month))
         ORDER BY m.month
    LOOP
        IF NOT one.known AND one.has_results THEN
            PERFORM ydelse.run_owe_new_month(id, one.month, one.computed_before);
        END IF;
        IF one.known OR (one.has_results AND one.computed_before) THEN
            vanished := vanished + ydelse.run_owe_month(id, one.month);
        END IF;
    END LOOP;
    RETURN vanished;
END $$;

-- What a run owes is what it computed, and nothing else: a revision typed in by hand while a run computes is not
-- sealed. A held result has no revision; without a result there is nothing but zeros.
-- Rows lie in order of their buckets, not of their keys: a merge join by the indexes would read a page for each row.
CREATE FUNCTION run_check_owed(id integer) RETURNS void LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT count(*) INTO wrong
      FROM ydelse.entitlement e
      LEFT JOIN ydelse.result r ON r.run_id = id AND r.month = e.month AND r.cpr = e.cpr
     WHERE e.run_id = id AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id)
       AND (r.udfald = 'TILBAGEHOLDT'
            OR (e.til_udbetaling, e.atp_egen, e.atp_kommune, e.skat, e.pension)
               <> (coalesce(r.til_udbetaling, 0), coalesce(r.atp_egen, 0), coalesce(r.atp_kommune, 0),
                   coalesce(r.skat, 0), coalesce(r.pension, 0)));
    IF wrong > 0 THEN
        RAISE EXCEPTION 'run % cannot be sealed: % revisions are not what it computed', id, wrong
            USING ERRCODE = 'data_corrupted';
    END IF;
END $$;

-- What the run changed in what is owed.
CREATE FUNCTION run_total_owed(id integer, vanished_months bigint) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ydelse.run SET vanished = vanished_months, delta_lines = d.lines, delta_til_udbetaling = d.til_udbetaling
      FROM (SELECT coalesce(sum((e.delta_til_udbetaling <> 0)::int + (e.delta_atp_egen <> 0)::int
                                + (e.delta_atp_kommune <> 0)::int + (e.delta_skat <> 0)::int
                                + (e.delta_pension <> 0)::int), 0) AS lines,
                   coalesce(sum(e.delta_til_udbetaling), 0) AS til_udbetaling
              FROM ydelse.entitlement e
             WHERE e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id) AND e.run_id = id) d
     WHERE run_id = id
$$;

-- Sums of the run's results, kept with the run.
CREATE FUNCTION run_total_results(id integer) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ydelse.run SET people = t.people, betales = t.betales, nul = t.nul, foertidspension = t.foertidspension,
           tilbageholdt = t.tilbageholdt, til_udbetaling = t.til_udbetaling, atp_egen = t.atp_egen,
           atp_kommune = t.atp_kommune, skat = t.skat, pension = t.pension
      FROM (SELECT count(*) AS people, count(*) FILTER (WHERE udfald = 'BETALES') AS betales,
                   count(*) FILTER (WHERE udfald = 'NUL') AS nul,
                   count(*) FILTER (WHERE udfald = 'FOERTIDSPENSION') AS foertidspension,
                   count(*) FILTER (WHERE udfald = 'TILBAGEHOLDT') AS tilbageholdt,
                   coalesce(sum(til_udbetaling), 0) AS til_udbetaling, coalesce(sum(atp_egen), 0) AS atp_egen,
                   coalesce(sum(atp_kommune), 0) AS atp_kommune, coalesce(sum(skat), 0) AS skat,
                   coalesce(sum(pension), 0) AS pension
              FROM ydelse.result WHERE run_id = id) t
     WHERE run_id = id
$$;

-- The one sealing step: all of it or nothing. A run that does not add up raises, and is not sealed. What the seal
-- is taken over: run_seal_text (0010).
CREATE FUNCTION run_seal(id integer) RETURNS bytea LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    no_seal bytea := decode(repeat('00', 32), 'hex');
    this ydelse.run;
    before ydelse.run;
    text_to_seal text;
    new_seal bytea;
BEGIN
    SELECT * INTO STRICT this FROM ydelse.run WHERE run_id = id FOR NO KEY UPDATE;
    IF this.state <> 'computing' THEN
        RAISE EXCEPTION 'run % is % and cannot be sealed', id, this.state USING ERRCODE = 'YD061';
    END IF;
    SELECT * INTO before FROM ydelse.run WHERE state = 'sealed' ORDER BY run_id DESC LIMIT 1;
    PERFORM ydelse.delivery_check(coalesce(before.data_as_of, 0), this.data_as_of);
    PERFORM ydelse.run_attach_results(id);
    PERFORM ydelse.run_total_results(id);
    PERFORM ydelse.run_total_owed(id, ydelse.run_owe(id));
    PERFORM ydelse.run_check_owed(id);
    UPDATE ydelse.run SET ended_at = clock_timestamp(), previous_seal = coalesce(before.seal, no_seal),
           result_digest = (SELECT sha256(string_agg(b.digest, ''::bytea ORDER BY b.bucket))
                              FROM ydelse.run_bucket b WHERE b.run_id = id)
     WHERE run_id = id;
    text_to_seal := ydelse.run_seal_text(id);
    new_seal := sha256(coalesce(before.seal, no_seal) || convert_to(text_to_seal, 'UTF8'));
    UPDATE ydelse.run SET state = 'sealed', seal = new_seal, seal_text = text_to_seal WHERE run_id = id;
    RETURN new_seal;
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- What holds now: for each month and participant the result of the last sealed run that computed them. Whoever was
-- computed later and has no result any more has no row.
CREATE VIEW result_current AS
SELECT r.*
  FROM ydelse.result r
 WHERE r.run_id >= coalesce((SELECT max(m.run_id) FROM ydelse.run_month m JOIN ydelse.run s USING (run_id)
                              WHERE m.month = r.month AND m.everyone AND s.state = 'sealed'), 0)
   AND NOT EXISTS (SELECT FROM ydelse.run_scope later JOIN ydelse.run s USING (run_id)
                    WHERE later.month = r.month AND later.cpr = r.cpr AND later.run_id > r.run_id
                      AND s.state = 'sealed');

-- What was the result of everybody a run computed, before it did.
CREATE FUNCTION run_result_before(id integer) RETURNS SETOF ydelse.result LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
    SELECT r.*
      FROM ydelse.result r
      JOIN (SELECT m.month, m.everyone, max(e.run_id) AS everyone_run_id
              FROM ydelse.run_month m
              JOIN ydelse.run_month e ON e.month = m.month AND e.everyone AND e.run_id < id
              JOIN ydelse.run s ON s.run_id = e.run_id AND s.state = 'sealed'
             WHERE m.run_id = id
             GROUP BY m.month, m.everyone) base ON base.month = r.month AND r.run_id >= base.everyone_run_id
     WHERE r.run_id < id
       AND (base.everyone OR EXISTS (SELECT FROM ydelse.run_scope n
                                      WHERE n.run_id = id AND n.month = r.month AND n.cpr = r.cpr))
       AND NOT EXISTS (SELECT FROM ydelse.run_scope later JOIN ydelse.run s USING (run_id)
                        WHERE later.month = r.month AND later.cpr = r.cpr AND later.run_id > r.run_id
                          AND later.run_id < id AND s.state = 'sealed')
$$;

-- The participants and months that a run changed: what is owed (art SKYLDES), what would be, were the month not before
-- the cut-over (FOER_CUTOVER), or whether it can be said at all (HOLDT: held now, so what was owed stays; UDEN_HOLD:
-- no longer held, and the same is owed). Called between the seal and its commit, or later. Why: which sets of the law
-- are other ones, which kinds of facts have touched the month since, which amounts and findings differ.
CREATE FUNCTION run_difference(id integer)
RETURNS TABLE (month date, cpr text, kommunekode text, art text, old_oere bigint, new_oere bigint, delta_oere bigint,
               delta_atp_egen bigint, delta_atp_kommune bigint, delta_skat bigint, delta_pension bigint,
               law text, facts text, amounts text, findings text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
    WITH this AS (SELECT * FROM ydelse.run r WHERE r.run_id = id),
    both_results AS MATERIALIZED (
        SELECT coalesce(n.month, o.month) AS month, coalesce(n.cpr, o.cpr) AS cpr, o.run_id AS old_run_id, o, n
          FROM ydelse.run_result_before(id) o
          FULL JOIN (SELECT * FROM ydelse.result r WHERE r.run_id = id) n ON n.month = o.month AND n.cpr = o.cpr),
    owed AS (SELECT e.* FROM ydelse.entitlement e
              WHERE e.run_id = id AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id)),
    changed AS MATERIALIZED (
        SELECT b.*, e.entitlement_id IS NOT NULL AS is_owed, e.til_udbetaling, e.delta_til_udbetaling, e.delta_atp_egen,
               e.delta_atp_kommune, e.delta_skat, e.delta_pension, e.kommunekode
          FROM both_results b
          LEFT JOIN owed e ON e.month = b.month AND e.cpr = b.cpr
         WHERE e.entitlement_id IS NOT NULL
            OR ((b.o).udfald = 'TILBAGEHOLDT') IS DISTINCT FROM ((b.n).udfald = 'TILBAGEHOLDT')
            OR ((coalesce((b.o).til_udbetaling, 0), coalesce((b.o).atp_egen, 0), coalesce((b.o).atp_kommune, 0),
                 coalesce((b.o).skat, 0), coalesce((b.o).pension, 0))
                <> (coalesce((b.n).til_udbetaling, 0), coalesce((b.n).atp_egen, 0), coalesce((b.n).atp_kommune, 0),
                    coalesce((b.n).skat, 0), coalesce((b.n).pension, 0))
                AND 'TILBAGEHOLDT' NOT IN (coalesce((b.o).udfald, ''), coalesce((b.n).udfald, '')))),
    touched AS (
        SELECT m.month, t.cpr, string_agg(DISTINCT t.kind, ', ' ORDER BY t.kind) AS kinds
          FROM this
         CROSS JOIN LATERAL ydelse.fact_touched(
                   (SELECT min(m.known_as_of) FROM ydelse.run_month m WHERE m.run_id = id), this.data_as_of) t
          JOIN ydelse.run_month m ON m.run_id = id AND t.delivery_id > m.known_as_of
                                 AND m.month BETWEEN t.first_month AND t.last_month
         GROUP BY m.month, t.cpr)
    SELECT c.month, c.cpr, coalesce(c.kommunekode, (c.n).kommunekode, (c.o).kommunekode),
           CASE WHEN c.is_owed THEN 'SKYLDES' WHEN (c.n).udfald = 'TILBAGEHOLDT' THEN 'HOLDT'
                WHEN (c.o).udfald = 'TILBAGEHOLDT' THEN 'UDEN_HOLD' ELSE 'FOER_CUTOVER' END,
           CASE WHEN c.is_owed THEN c.til_udbetaling - c.delta_til_udbetaling
                WHEN (c.o).udfald <> 'TILBAGEHOLDT' THEN (c.o).til_udbetaling END,
           CASE WHEN c.is_owed THEN c.til_udbetaling
                WHEN (c.n).udfald IS DISTINCT FROM 'TILBAGEHOLDT' THEN coalesce((c.n).til_udbetaling, 0) END,
           coalesce(c.delta_til_udbetaling, 0), coalesce(c.delta_atp_egen, 0), coalesce(c.delta_atp_kommune, 0),
           coalesce(c.delta_skat, 0), coalesce(c.delta_pension, 0),
           concat_ws(', ', CASE WHEN p.satser_id <> this.satser_id THEN 'satser' END,
                           CASE WHEN p.koder_id <> this.koder_id THEN 'koder' END,
                           CASE WHEN p.politik_id <> this.politik_id THEN 'politik' END,
                           CASE WHEN p.program_id <> this.program_id THEN 'program' END),
           coalesce(t.kinds, ''),
           (SELECT coalesce(string_agg(a.name, ', ' ORDER BY a.place), '')
              FROM (VALUES (1, 'aktive_dage', (c.o).aktive_dage::bigint, (c.n).aktive_dage::bigint),
                           (2, 'brutto', (c.o).brutto, (c.n).brutto),
                           (3, 'fradrag_loen', (c.o).fradrag_loen, (c.n).fradrag_loen),
                           (4, 'fradrag_sygeloen', (c.o).fradrag_sygeloen, (c.n).fradrag_sygeloen),
                           (5, 'fradrag_tilbud', (c.o).fradrag_tilbud, (c.n).fradrag_tilbud),
                           (6, 'fradrag_anden', (c.o).fradrag_anden, (c.n).fradrag_anden),
                           (7, 'fradrag_ferie', (c.o).fradrag_ferie, (c.n).fradrag_ferie),
                           (8, 'sanktion', (c.o).sanktion, (c.n).sanktion),
                           (9, 'atp_egen', (c.o).atp_egen, (c.n).atp_egen),
                           (10, 'atp_kommune', (c.o).atp_kommune, (c.n).atp_kommune),
                           (11, 'pension', (c.o).pension, (c.n).pension),
                           (12, 'skat', (c.o).skat, (c.n).skat)) AS a (place, name, old, new)
             WHERE coalesce(a.old, 0) <> coalesce(a.new, 0)),
           (SELECT coalesce(string_agg(f.code || f.sign, ', ' ORDER BY f.code, f.sign), '')
              FROM (SELECT '+' AS sign, x AS code FROM unnest(string_to_array((c.n).fund, ',')) x
                     WHERE x <> ALL (string_to_array(coalesce((c.o).fund, ''), ','))
                    UNION ALL
                    SELECT '-', x FROM unnest(string_to_array((c.o).fund, ',')) x
                     WHERE x <> ALL (string_to_array(coalesce((c.n).fund, ''), ','))) f)
      FROM changed c
     CROSS JOIN this
      LEFT JOIN ydelse.run p ON p.run_id = c.old_run_id
      LEFT JOIN touched t ON t.month = c.month AND t.cpr = c.cpr
$$;

-- Oere as the result format writes kroner: "-1234,56".
CREATE FUNCTION kroner(oere bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN oere < 0 THEN '-' ELSE '' END || (abs(oere) / 100)::text || ','
       || lpad((abs(oere) % 100)::text, 2, '0');
