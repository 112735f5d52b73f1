-- Workers: claiming shards of a run under a lease, and the attempts at computing them (tables: 0003).
--
-- The database decides who computes what: `ydelse run --jobs N`, a job array on many machines and a person at a terminal
-- all call these. A worker commits each claim at once, on a connection beside that of its results.

-- Claims the next shard that is open or whose lease has run out. No row: there is none at present.
CREATE FUNCTION shard_claim(id integer, worker_name text, lease interval, attempts_max integer)
RETURNS TABLE (shard smallint, first_bucket smallint, last_bucket smallint, fencing_token integer, worker_before text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ydelse.run_shard s
       SET state = 'claimed', fencing_token = s.fencing_token + 1, worker = worker_name,
           lease_until = clock_timestamp() + lease
      FROM (SELECT f.run_id, f.shard, f.worker FROM ydelse.run_shard f
             WHERE f.run_id = id AND f.fencing_token < attempts_max
               AND (f.state = 'open' OR (f.state = 'claimed' AND f.lease_until < clock_timestamp()))
               AND EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = id AND r.state = 'computing')
             ORDER BY f.shard LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) free
     WHERE s.run_id = free.run_id AND s.shard = free.shard
    RETURNING s.shard, s.first_bucket, s.last_bucket, s.fencing_token, free.worker
$$;

-- False: the shard is another worker's by now, or the run is over.
CREATE FUNCTION shard_renew(id integer, own_shard smallint, token integer, lease interval) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE ydelse.run_shard s SET lease_until = clock_timestamp() + lease
     WHERE s.run_id = id AND s.shard = own_shard AND s.fencing_token = token AND s.state = 'claimed'
       AND EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = id AND r.state = 'computing');
    RETURN FOUND;
END $$;

-- Opens what a worker has claimed and not done, by itself or by whoever knows that it is dead; returns how many.
CREATE FUNCTION shard_release(id integer, worker_name text) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    released integer;
BEGIN
    UPDATE ydelse.run_shard s SET state = 'open', lease_until = NULL
     WHERE s.run_id = id AND s.worker = worker_name AND s.state = 'claimed'
       AND EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = id AND r.state = 'computing');
    GET DIAGNOSTICS released = ROW_COUNT;
    RETURN released;
END $$;

-- How far a run is: shards that are done, that are claimed under a lease, and one that was given up because attempts_max
-- claims came to nothing (NULL: none).
CREATE FUNCTION shard_progress(id integer, attempts_max integer, OUT state text, OUT shards integer, OUT done integer,
                               OUT poisoned smallint, OUT poisoned_worker text, OUT launched text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.state, r.shard_count, (SELECT count(*) FROM ydelse.run_shard s WHERE s.run_id = id AND s.state = 'done')::integer,
           p.shard, p.worker, r.launched
      FROM ydelse.run r
      LEFT JOIN LATERAL (SELECT s.shard, s.worker FROM ydelse.run_shard s
                          WHERE s.run_id = id AND s.fencing_token >= attempts_max AND s.state <> 'done'
                            AND (s.state = 'open' OR s.lease_until < clock_timestamp())
                          ORDER BY s.shard LIMIT 1) p ON true
     WHERE r.run_id = id
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- An attempt: one transaction makes the table, fills it (so that COPY may FREEZE), finishes it and reports the shard. A
-- worker whose claim has been taken over is refused: YD060. So is one whose run is sealed or given up: YD061.

CREATE FUNCTION shard_lost(id integer, own_shard smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'shard % of run % was taken over by another worker', own_shard, id USING ERRCODE = 'YD060';
END $$;

-- Named by the token, so that no two workers ever wait for each other's table.
CREATE FUNCTION attempt_table(id integer, own_shard smallint, token integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN format('result_%s_attempt_%s_%s', id, own_shard, token);

CREATE FUNCTION attempt_create(id integer, own_shard smallint, token integer) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := ydelse.attempt_table(id, own_shard, token);
    own ydelse.run_shard;
BEGIN
    SELECT * INTO own FROM ydelse.run_shard s
     WHERE s.run_id = id AND s.shard = own_shard AND s.fencing_token = token AND s.state = 'claimed';
    IF NOT FOUND THEN
        PERFORM ydelse.shard_lost(id, own_shard);
    END IF;
    EXECUTE format('CREATE TABLE ydelse.%I (LIKE ydelse.result INCLUDING CONSTRAINTS, '
                   'CONSTRAINT result_of_run CHECK (run_id = %s), '
                   'CONSTRAINT result_of_shard CHECK (bucket >= %L::smallint AND bucket < %L::smallint))',
                   name, id, own.first_bucket, own.last_bucket + 1);
    IF session_user <> current_user THEN -- the owner of this function has them
        EXECUTE format('GRANT INSERT, SELECT ON ydelse.%I TO %I', name, session_user);
    END IF;
    RETURN name;
END $$;

-- The table gets its key, and the worker has no more to do with it.
CREATE FUNCTION attempt_finish(id integer, own_shard smallint, token integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    name text := ydelse.attempt_table(id, own_shard, token);
BEGIN
    EXECUTE format('ALTER TABLE ydelse.%I ADD PRIMARY KEY (run_id, month, cpr, bucket)', name);
    IF session_user <> current_user THEN
        EXECUTE format('REVOKE ALL ON ydelse.%I FROM %I', name, session_user);
    END IF;
END $$;

-- Reports a shard as done, with what each of its buckets came to, in their order, and whether there is a table of results.
CREATE FUNCTION shard_done(id integer, own_shard smallint, token integer, has_results boolean, bucket_rows bigint[],
                           sums bigint[], digests bytea[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own ydelse.run_shard;
BEGIN
    -- Whoever seals the run or gives it up waits for this to commit, or this finds that it is over.
    PERFORM FROM ydelse.run r WHERE r.run_id = id AND r.state = 'computing' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % is not open', id USING ERRCODE = 'YD061';
    END IF;
    UPDATE ydelse.run_shard s SET state = 'done', done_at = clock_timestamp(), lease_until = NULL
     WHERE s.run_id = id AND s.shard = own_shard AND s.fencing_token = token AND s.state = 'claimed'
    RETURNING * INTO own;
    IF NOT FOUND THEN
        PERFORM ydelse.shard_lost(id, own_shard);
    END IF;
    IF has_results THEN
        INSERT INTO ydelse.run_attempt (run_id, shard, worker, table_name, started_at)
        VALUES (id, own_shard, own.worker, ydelse.attempt_table(id, own_shard, token), transaction_timestamp());
    END IF;
    INSERT INTO ydelse.run_bucket (run_id, bucket, rows, til_udbetaling, digest)
    SELECT id, own.first_bucket + d.place - 1, d.rows, d.til_udbetaling, d.digest
      FROM unnest(bucket_rows, sums, digests) WITH ORDINALITY AS d (rows, til_udbetaling, digest, place);
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ydelse_batch') THEN
        GRANT EXECUTE ON FUNCTION ydelse.shard_claim(integer, text, interval, integer),
            ydelse.shard_renew(integer, smallint, integer, interval), ydelse.shard_release(integer, text),
            ydelse.shard_progress(integer, integer), ydelse.attempt_create(integer, smallint, integer),
            ydelse.attempt_finish(integer, smallint, integer),
            ydelse.shard_done(integer, smallint, integer, boolean, bigint[], bigint[], bytea[])
            TO ydelse_batch;
    END IF;
END $$;
