-- Where things stand, for everybody who works with the database: counts and sums, nobody's name or number.

-- Whether the session's user may know of this person's counts: everybody's who is bound to no municipality.
CREATE FUNCTION participant_allowed(cpr text) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ydelse.bound_municipalities() IS NULL
        OR coalesce(ydelse.participant_municipalities(participant_allowed.cpr) && ydelse.bound_municipalities(), false);
END $$;

-- Who is bound to municipalities (0006) is told of these alone; what cannot be told apart by municipality is left out.
CREATE FUNCTION status() RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
WITH bound AS MATERIALIZED (SELECT ydelse.bound_municipalities() AS list)
SELECT jsonb_build_object(
    'schema', (SELECT max(number) FROM ydelse.migration),
    'municipalities', (SELECT to_jsonb(b.list) FROM bound b),
    'delivery', (SELECT jsonb_build_object('id', d.delivery_id, 'loaded_at', d.loaded_at, 'loaded_by', d.loaded_by)
                        || CASE WHEN (SELECT b.list IS NULL FROM bound b) THEN
                           jsonb_build_object(
                        'files', count(f.file_id), 'rows_read', sum(f.rows_read), 'rows_stored', sum(f.rows_stored),
                        'rows_duplicate', sum(f.rows_duplicate), 'rows_rejected', sum(f.rows_rejected)) ELSE '{}' END
                   FROM ydelse.delivery d JOIN ydelse.input_file f USING (delivery_id)
                  GROUP BY d.delivery_id ORDER BY d.delivery_id DESC LIMIT 1),
    'runs', (SELECT coalesce(jsonb_agg(r.run ORDER BY r.run_id DESC), '[]')
               FROM (SELECT run_id, jsonb_build_object('id', run_id, 'month', to_char(month, 'YYYY-MM'), 'kind', kind,
                            'full', full_run, 'state', state, 'data_as_of', data_as_of, 'planned_at', planned_at,
                            'ended_at', ended_at, 'started_by', started_by, 'failure', failure,
                            'result_digest', encode(result_digest, 'hex'), 'seal', encode(seal, 'hex'))
                            || CASE WHEN b.list IS NULL THEN
                               jsonb_build_object('results', people, 'paid', betales, 'zero', nul, 'pension', foertidspension,
                                                  'held', tilbageholdt, 'delta_lines', delta_lines,
                                                  'delta_til_udbetaling', delta_til_udbetaling)
                               ELSE (SELECT jsonb_build_object('delta_lines', count(*), 'delta_til_udbetaling',
                                            coalesce(sum(d.amount_oere) FILTER (WHERE d.component = 'til_udbetaling'), 0))
                                       FROM ydelse.delta_line d
                                      WHERE d.run_id = run.run_id AND d.kommunekode = ANY (b.list)
                                        AND d.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = run.run_id)) END
                            AS run
                       FROM ydelse.run CROSS JOIN bound b ORDER BY run_id DESC LIMIT 5) r),
    'rejects', (SELECT coalesce(jsonb_object_agg(code, rows ORDER BY code), '{}')
                  FROM (SELECT code, count(*) AS rows FROM ydelse.reject_open
                         WHERE NOT whole_file AND ((SELECT b.list IS NULL FROM bound b) OR ydelse.participant_allowed(cpr))
                         GROUP BY code) c),
    'rejected_files', (SELECT count(*) FROM ydelse.reject_open WHERE whole_file AND (SELECT b.list IS NULL FROM bound b)),
    'held', (SELECT count(DISTINCT cpr) FROM ydelse.result_held_now
              WHERE (SELECT b.list IS NULL FROM bound b) OR ydelse.participant_allowed(cpr)),
    'open_owed', (SELECT coalesce(jsonb_agg(jsonb_build_object('kommunekode', kommunekode, 'payments', payments,
                                                               'til_udbetaling', oere) ORDER BY kommunekode), '[]')
                    FROM (SELECT kommunekode, count(*) AS payments, sum(net_oere) AS oere FROM ydelse.owed_open
                           WHERE net_oere > 0 GROUP BY kommunekode) o
                   WHERE ydelse.municipality_allowed(kommunekode)),
    'claims', (SELECT jsonb_build_object(
                          'count', count(*) FILTER (WHERE state = 'AFVENTER_AFGOERELSE'),
                          'amount', coalesce(sum(amount_oere) FILTER (WHERE state = 'AFVENTER_AFGOERELSE'), 0),
                          'decided_count', count(*) FILTER (WHERE state = 'BESLUTTET'),
                          'decided_amount', coalesce(sum(amount_oere) FILTER (WHERE state = 'BESLUTTET'), 0))
                 FROM ydelse.claim_open CROSS JOIN bound b WHERE b.list IS NULL OR kommunekode = ANY (b.list)),
    'batches', (SELECT coalesce(jsonb_object_agg(state, jsonb_build_object('count', batches, 'total', oere)), '{}')
                  FROM (SELECT state, count(*) AS batches, sum(total_oere) AS oere FROM ydelse.batch CROSS JOIN bound b
                         WHERE b.list IS NULL OR kommunekode = ANY (b.list) GROUP BY state) b))
$$;
REVOKE EXECUTE ON FUNCTION participant_allowed(text), status() FROM PUBLIC;

-- What is watched over time: sums over all deliveries, the newest sealed run, and the run that is at work.
CREATE FUNCTION status_watch() RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
SELECT CASE WHEN ydelse.bound_municipalities() IS NULL THEN jsonb_build_object(
    'rows', (SELECT jsonb_build_object('read', coalesce(sum(rows_read), 0), 'stored', coalesce(sum(rows_stored), 0),
                                       'duplicate', coalesce(sum(rows_duplicate), 0),
                                       'rejected', coalesce(sum(rows_rejected), 0)) FROM ydelse.input_file),
    'deliveries', (SELECT count(*) FROM ydelse.delivery),
    'delivery_time', (SELECT extract(epoch FROM max(loaded_at))::bigint FROM ydelse.delivery),
    'runs', (SELECT coalesce(jsonb_object_agg(state, runs), '{}')
               FROM (SELECT state, count(*) AS runs FROM ydelse.run GROUP BY state) s),
    'sealed', (SELECT jsonb_build_object('id', run_id, 'month', to_char(month, 'YYYY-MM'), 'kind', kind,
                          'time', extract(epoch FROM ended_at)::bigint,
                          'duration_ms', (extract(epoch FROM ended_at - planned_at) * 1000)::bigint,
                          'people', jsonb_build_object('BETALES', betales, 'NUL', nul, 'FOERTIDSPENSION', foertidspension,
                                                       'TILBAGEHOLDT', tilbageholdt),
                          'delta_lines', delta_lines, 'delta_til_udbetaling', delta_til_udbetaling)
                 FROM ydelse.run WHERE state = 'sealed' ORDER BY run_id DESC LIMIT 1),
    'at_work', (SELECT jsonb_build_object('id', r.run_id, 'month', to_char(r.month, 'YYYY-MM'),
                          'time', extract(epoch FROM r.planned_at)::bigint, 'shards', count(*),
                          'shards_done', count(*) FILTER (WHERE s.state = 'done'))
                  FROM ydelse.run r JOIN ydelse.run_shard s USING (run_id) WHERE r.state IN ('planned', 'computing')
                 GROUP BY r.run_id)) ELSE '{}' END
$$;
REVOKE EXECUTE ON FUNCTION status_watch() FROM PUBLIC;

DO $$
BEGIN
    IF ydelse.roles_exist() THEN
        GRANT EXECUTE ON FUNCTION ydelse.status(), ydelse.status_watch() TO ydelse_batch, ydelse_finance, ydelse_auditor;
    END IF;
END $$;

-- A rejected row as it stood: text where it is UTF-8, hex (\x...) where it is not.
CREATE FUNCTION raw_text(raw bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN convert_from(raw, 'UTF8');
EXCEPTION
    WHEN character_not_in_repertoire OR untranslatable_character THEN
        RETURN '\x' || encode(raw, 'hex');
END $$;
REVOKE EXECUTE ON FUNCTION raw_text(bytea) FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ydelse_batch') THEN
        GRANT EXECUTE ON FUNCTION ydelse.raw_text(bytea) TO ydelse_batch;
    END IF;
END $$;
