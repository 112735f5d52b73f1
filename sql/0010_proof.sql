-- Proof: what the seal of a run covers, and the digests of what happens to a batch.
--
--     row       its hash (0001, 0002), or its leaf in a digest
--     delivery  digest over its rows, its files and the delivery before (0001: delivery_text)
--     run       seal over its deliveries, law, plan, results, what it owed, what was paid meanwhile, and the seal before
--
-- The texts that digests are taken over are stored beside them: `ydelse verify` makes them again from the tables, and
-- the line that differs says where.

-- ---------------------------------------------------------------------------------------------------------------
-- Batches. Every event of a batch has a digest over itself, what it did to the batch, and the event before it. The
-- first one also covers the payments and the lines behind them, the one of the emission the file.

ALTER TABLE batch_event ADD COLUMN payments_digest bytea CHECK (length(payments_digest) = 32),
                        ADD COLUMN digest bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of digest_text
                        ADD COLUMN digest_text text NOT NULL;

-- Leaves are hashed before they are joined, so that a person can be erased and the digest stays.
CREATE FUNCTION batch_payments_digest(wanted integer) RETURNS bytea LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(coalesce(string_agg(leaf, ''::bytea ORDER BY payment_id, line_id), ''))
      FROM (SELECT p.payment_id, 0::bigint AS line_id,
                   sha256(record_send(ROW(p.payment_id, p.month, p.cpr, p.amount_oere, p.newest_line_id, p.attempt,
                                           p.salt))) AS leaf
              FROM ydelse.payment p WHERE p.batch_id = wanted
             UNION ALL
            SELECT t.payment_id, t.line_id, sha256(record_send(ROW(t.payment_id, t.line_id)))
              FROM ydelse.payment_part t JOIN ydelse.payment p USING (payment_id) WHERE p.batch_id = wanted) parts
$$;

-- What an event's digest is taken over.
CREATE FUNCTION batch_event_text(e ydelse.batch_event) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-batch-event=1',
               'previous=' || coalesce((SELECT encode(p.digest, 'hex') FROM ydelse.batch_event p
                                         WHERE p.batch_id = e.batch_id AND p.event_id < e.event_id
                                         ORDER BY p.event_id DESC LIMIT 1), ''),
               concat_ws(';', 'event=' || e.event_id, e.batch_id, ydelse.seal_time(e.happened_at), e.by_user, e.event,
                         coalesce(e.old_state, ''), e.new_state, e.detail),
               CASE e.event
                   WHEN 'made' THEN concat_ws(E'\n',
                        concat_ws(';', 'batch=' || b.kommunekode, (b.due_date - date '2000-01-01')::text,
                                  b.payment_count + b.removed_count, b.total_oere + b.removed_oere, b.allow_replacement_cpr, b.payer_cvr, b.payer_se, b.payer_iban, b.payer_bic,
                                  b.made_by, ydelse.seal_time(b.made_at), b.payer_name),
                        'payments=' || encode(e.payments_digest, 'hex'))
                   -- The approval that stands is the batch's; one that was void later is only told by its event.
                   WHEN 'approved' THEN
                        CASE WHEN EXISTS (SELECT FROM ydelse.batch_event v WHERE v.batch_id = e.batch_id
                                             AND v.event_id > e.event_id AND v.event = 'payment_removed')
                             THEN concat_ws(';', 'approved=' || e.by_user, ydelse.seal_time(e.happened_at))
                             ELSE concat_ws(';', 'approved=' || coalesce(b.approved_by, ''), ydelse.seal_time(b.approved_at)) END
                   WHEN 'cancelled' THEN concat_ws(';', 'cancelled=' || b.cancelled_by, ydelse.seal_time(b.cancelled_at),
                                                   b.cancel_reason)
                   WHEN 'emitted' THEN concat_ws(E'\n',
                        concat_ws(';', 'emitted=' || b.emitted_by, ydelse.seal_time(b.emitted_at)),
                        (SELECT concat_ws(';', 'payment_file=' || f.format, f.message_id, encode(f.sha256, 'hex'), f.payment_count,
                                          f.control_sum_oere, f.stored_by, ydelse.seal_time(f.stored_at))
                           FROM ydelse.payment_file f WHERE f.batch_id = e.batch_id)) END) || E'\n'
      FROM ydelse.batch b WHERE b.batch_id = e.batch_id
$$;

CREATE FUNCTION batch_event_take_digest() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.payments_digest := CASE NEW.event WHEN 'made' THEN ydelse.batch_payments_digest(NEW.batch_id) END;
    NEW.digest_text := ydelse.batch_event_text(NEW);
    NEW.digest := sha256(convert_to(NEW.digest_text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER take_digest BEFORE INSERT ON batch_event FOR EACH ROW EXECUTE FUNCTION batch_event_take_digest();

-- ---------------------------------------------------------------------------------------------------------------
-- Claims. Every event of a claim has a digest over itself, the claim as it then was, and the event before it.

ALTER TABLE claim_event ADD COLUMN claim_digest bytea NOT NULL CHECK (length(claim_digest) = 32),
                        ADD COLUMN digest bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of digest_text
                        ADD COLUMN digest_text text NOT NULL;

-- All of a claim's row, also columns of later migrations as long as they are NULL in it.
CREATE FUNCTION claim_row_digest(c ydelse.claim) RETURNS bytea LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
    SELECT sha256(convert_to(jsonb_strip_nulls(to_jsonb(c))::text, 'UTF8'))
$$;

CREATE FUNCTION claim_event_text(e ydelse.claim_event) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-claim-event=1',
               'previous=' || coalesce((SELECT encode(p.digest, 'hex') FROM ydelse.claim_event p
                                         WHERE p.claim_id = e.claim_id AND p.event_id < e.event_id
                                         ORDER BY p.event_id DESC LIMIT 1), ''),
               concat_ws(';', 'event=' || e.event_id, e.claim_id, ydelse.seal_time(e.happened_at), e.by_user, e.event,
                         coalesce(e.old_state, ''), e.new_state, e.amount_oere, e.detail),
               'claim=' || encode(e.claim_digest, 'hex')) || E'\n'
$$;

CREATE FUNCTION claim_event_take_digest() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.claim_digest := (SELECT ydelse.claim_row_digest(c) FROM ydelse.claim c WHERE c.claim_id = NEW.claim_id);
    NEW.digest_text := ydelse.claim_event_text(NEW);
    NEW.digest := sha256(convert_to(NEW.digest_text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER take_digest BEFORE INSERT ON claim_event FOR EACH ROW EXECUTE FUNCTION claim_event_take_digest();

-- ---------------------------------------------------------------------------------------------------------------
-- Runs.

-- How a run was planned and by whom it was worked: its cut-over, months, scope, attempts, shards and buckets. What would be
-- a long line is named by a hash of 16 bytes. The persons of a month are hashed in parts, one for each day of birth (the
-- first four digits), and then the digests of the parts: the hashes of 30 million in a row would be more than a value
-- of PostgreSQL can hold.
CREATE FUNCTION run_plan_text(id integer) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN concat_ws(E'\n',
               (SELECT string_agg('cutover=' || c.kommunekode || ';' || to_char(c.first_month, 'YYYY-MM'), E'\n'
                                  ORDER BY c.kommunekode) FROM ydelse.run_cutover c WHERE c.run_id = id),
               (SELECT string_agg(concat_ws(';', 'computed=' || to_char(m.month, 'YYYY-MM'),
                                            CASE WHEN m.everyone THEN 'everyone' ELSE 'touched' END, m.complete, m.known_as_of),
                                  E'\n' ORDER BY m.month) FROM ydelse.run_month m WHERE m.run_id = id),
               CASE WHEN ydelse.is_erased('run', id) THEN ydelse.run_sealed_lines(id, 'scope') ELSE
               (SELECT string_agg(concat_ws(';', 'scope=' || to_char(month, 'YYYY-MM'), rows, encode(digest, 'hex')), E'\n'
                                  ORDER BY month)
                  FROM (SELECT month, sum(rows) AS rows, sha256(string_agg(digest, ''::bytea ORDER BY part)) AS digest
                          FROM (SELECT s.month, left(s.cpr, 4) AS part, count(*) AS rows,
                                       sha256(string_agg(sha256(record_send(ROW(s.month, s.cpr, s.bucket))), ''::bytea
                                                         ORDER BY s.cpr)) AS digest
                                  FROM ydelse.run_scope s WHERE s.run_id = id GROUP BY s.month, left(s.cpr, 4)) parts
                         GROUP BY month) scope) END,
               (SELECT string_agg(concat_ws(';', 'attempt=' || a.attempt_id, a.shard, a.table_name, ydelse.seal_time(a.started_at),
                                            coalesce(ydelse.seal_time(a.dropped_at), ''), a.worker), E'\n'
                                  ORDER BY a.attempt_id) FROM ydelse.run_attempt a WHERE a.run_id = id),
               (SELECT string_agg(concat_ws(';', 'shard=' || s.shard, encode(substr(sha256(record_send(ROW(s.first_bucket,
                                            s.last_bucket, s.state, s.fencing_token, s.worker, s.lease_until, s.done_at))),
                                            1, 16), 'hex')), E'\n' ORDER BY s.shard)
                  FROM ydelse.run_shard s WHERE s.run_id = id),
               (SELECT string_agg(concat_ws(';', 'bucket=' || b.bucket, encode(substr(sha256(record_send(ROW(b.rows,
                                            b.til_udbetaling, b.digest))), 1, 16), 'hex')), E'\n' ORDER BY b.bucket)
                  FROM ydelse.run_bucket b WHERE b.run_id = id),
               (SELECT string_agg(concat_ws(';', 'expected=' || (i.business_date - date '2000-01-01'), i.expected), E'\n')
                  FROM ydelse.run_input i WHERE i.run_id = id),
               (SELECT string_agg(concat_ws(';', 'missing=' || m.file_pattern, m.kommunekode,
                                            m.due_date - date '2000-01-01', m.problem, coalesce(m.rows, -1),
                                            coalesce(m.last_rows, -1)), E'\n' ORDER BY m.file_pattern COLLATE "C")
                  FROM ydelse.run_missing m WHERE m.run_id = id));
END $$;

-- All of a run's row, also columns of later migrations as long as they are NULL in it.
CREATE FUNCTION run_row_digest(r ydelse.run) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET bytea_output = 'hex' AS $$
    SELECT encode(sha256(convert_to((jsonb_strip_nulls(to_jsonb(r)) - 'state' - 'seal' - 'seal_text')::text, 'UTF8')), 'hex')
$$;

-- The runs since the sealed one before that did not reach their seal.
CREATE FUNCTION run_failed_text(id integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(concat_ws(E'\n', 'failed=' || f.run_id || ';' || ydelse.run_row_digest(f),
                                regexp_replace(ydelse.run_plan_text(f.run_id), '^', 'failed.' || f.run_id || '.', 'gn')),
                      E'\n' ORDER BY f.run_id)
      FROM ydelse.run f
     WHERE f.state = 'failed' AND f.run_id < id
       AND f.run_id > coalesce((SELECT max(b.run_id) FROM ydelse.run b WHERE b.run_id < id AND b.state = 'sealed'), 0)
$$;

-- What a run added to what is owed, month by month, in parts as the scope is.
CREATE FUNCTION run_owed_text(id integer) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ydelse.is_erased('run', id) THEN
        RETURN ydelse.run_sealed_lines(id, 'owed');
    END IF;
    RETURN (SELECT string_agg(concat_ws(';', 'owed=' || to_char(month, 'YYYY-MM'), rows, encode(digest, 'hex')), E'\n' ORDER BY month)
      FROM (SELECT month, sum(rows) AS rows, sha256(string_agg(digest, ''::bytea ORDER BY part)) AS digest
              FROM (SELECT e.month, left(e.cpr, 4) AS part, count(*) AS rows,
                           sha256(string_agg(e.row_hash, ''::bytea ORDER BY e.cpr, e.revision)) AS digest
                      FROM ydelse.entitlement e
                     WHERE e.run_id = id AND e.month IN (SELECT m.month FROM ydelse.run_month m WHERE m.run_id = id)
                     GROUP BY e.month, left(e.cpr, 4)) parts
             GROUP BY month) owed);
END $$;

-- The deliveries that no earlier seal covers, their files, and how many of their rows count.
CREATE FUNCTION run_input_text(after integer, upto integer) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n',
               (SELECT string_agg(concat_ws(';', 'delivery=' || d.delivery_id, encode(d.digest, 'hex')), E'\n' ORDER BY d.delivery_id)
                  FROM ydelse.delivery d WHERE d.delivery_id > after AND d.delivery_id <= upto),
               (SELECT string_agg(concat_ws(';', 'file=' || i.file_id, i.delivery_id, i.kind, encode(i.sha256, 'hex'),
                                            i.rows_read, i.rows_stored, i.rows_duplicate, i.rows_rejected), E'\n' ORDER BY i.file_id)
                  FROM ydelse.input_file i WHERE i.delivery_id > after AND i.delivery_id <= upto))
$$;

-- How far the seals reach in tables that grow beside the runs: the number that stands behind `name=` in a seal text.
CREATE FUNCTION seal_text_upto(seal_text text, name text) RETURNS bigint LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(substring(seal_text FROM '(?n)^' || name || '=(\d+)')::bigint, 0)
$$;

-- What has happened to batches and claims since the seal before, what went out (0016), and every law set that came.
CREATE FUNCTION run_beside_text(before_run_id integer, before_text text, batch_events_upto bigint, claim_events_upto bigint,
                                arrivals_upto bigint, law_sets_upto bigint) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN concat_ws(E'\n',
               (SELECT concat_ws(';', 'batch_events=' || batch_events_upto, count(*),
                                 encode(sha256(coalesce(string_agg(e.digest, ''::bytea ORDER BY e.event_id), '')), 'hex'))
                  FROM ydelse.batch_event e
                 WHERE e.event_id > ydelse.seal_text_upto(before_text, 'batch_events') AND e.event_id <= batch_events_upto),
               (SELECT concat_ws(';', 'claim_events=' || claim_events_upto, count(*),
                                 encode(sha256(coalesce(string_agg(e.digest, ''::bytea ORDER BY e.event_id), '')), 'hex'))
                  FROM ydelse.claim_event e
                 WHERE e.event_id > ydelse.seal_text_upto(before_text, 'claim_events') AND e.event_id <= claim_events_upto),
               (SELECT concat_ws(';', 'arrivals=' || arrivals_upto, count(*),
                                 encode(sha256(coalesce(string_agg(sha256(record_send(ROW(a.arrival_id, a.arrived_at, a.arrived_by,
                                        a.name, a.file_id))), ''::bytea ORDER BY a.arrival_id), '')), 'hex'))
                  FROM ydelse.input_arrival a
                 WHERE a.arrival_id > ydelse.seal_text_upto(before_text, 'arrivals') AND a.arrival_id <= arrivals_upto),
               -- Who is held by a run is noted when it has its seal, so the next one covers it.
               CASE WHEN ydelse.is_erased('run', before_run_id) THEN ydelse.run_sealed_held(before_run_id) ELSE
               (SELECT concat_ws(';', 'held=' || count(*),
                                 encode(sha256(coalesce(string_agg(sha256(record_send(ROW(h.cpr, h.month, h.code, h.run_id, h.held,
                                        h.since_run_id, h.salt))), ''::bytea ORDER BY h.cpr, h.month, h.code), '')), 'hex'))
                  FROM ydelse.held_event h WHERE h.run_id = before_run_id) END,
               -- And what was erased since (0012).
               (SELECT string_agg(concat_ws(';', 'erasure=' || e.erasure_id, encode(e.digest, 'hex')), E'\n' ORDER BY e.erasure_id)
                  FROM ydelse.erasure e WHERE e.after_run_id = before_run_id),
               ydelse.outputs_text(before_run_id),
               ydelse.bindings_text(coalesce(before_run_id, 0)), -- of finance users to municipalities (0018)
               ydelse.arrears_text(coalesce(before_run_id, 0)), -- decisions to pay old months (0015)
               'law_sets=' || law_sets_upto,
               (SELECT string_agg(concat_ws(';', 'law_set=' || l.law_set_id, l.kind, encode(l.sha256, 'hex'),
                                            ydelse.seal_time(l.stored_at)), E'\n' ORDER BY l.law_set_id)
                  FROM ydelse.law_set l
                 WHERE l.law_set_id > ydelse.seal_text_upto(before_text, 'law_sets') AND l.law_set_id <= law_sets_upto));
END $$;

-- The canonical text of a run: what its seal is taken over, one key=value a line, in a fixed order.
CREATE FUNCTION run_seal_text(id integer, batch_events_upto bigint, claim_events_upto bigint, arrivals_upto bigint,
                              law_sets_upto bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(E'\n', 'ydelse-seal=3',
               'installation=' || (SELECT n.identity FROM ydelse.installation n),
               'previous=' || encode(r.previous_seal, 'hex'),
               'run=' || r.run_id, 'month=' || to_char(r.month, 'YYYY-MM'), 'kind=' || r.kind,
               'full=' || r.full_run, 'started_by=' || r.started_by,
               'reason=' || coalesce(encode(sha256(convert_to(r.reason, 'UTF8')), 'hex'), ''),
               'planned_at=' || ydelse.seal_time(r.planned_at), 'ended_at=' || ydelse.seal_time(r.ended_at),
               'data_as_of=' || r.data_as_of, 'first_month=' || to_char(r.first_month, 'YYYY-MM'),
               (SELECT string_agg('law=' || l.kind || ';' || encode(l.sha256, 'hex'), E'\n' ORDER BY l.kind)
                  FROM ydelse.law_set l WHERE l.law_set_id IN (r.satser_id, r.koder_id, r.politik_id, r.program_id)),
               (SELECT string_agg(concat_ws(';', 'migration=' || m.number, m.sha256, ydelse.seal_time(m.applied_at),
                                            m.applied_by, m.program, m.name), E'\n' ORDER BY m.number)
                  FROM ydelse.migration m WHERE m.applied_at <= r.planned_at),
               ydelse.run_input_text(coalesce(before.data_as_of, 0), r.data_as_of),
               ydelse.run_failed_text(id),
               ydelse.run_plan_text(id),
               'people=' || r.people, 'betales=' || r.betales, 'nul=' || r.nul,
               'foertidspension=' || r.foertidspension, 'tilbageholdt=' || r.tilbageholdt,
               'til_udbetaling=' || r.til_udbetaling, 'atp_egen=' || r.atp_egen, 'atp_kommune=' || r.atp_kommune,
               'skat=' || r.skat, 'pension=' || r.pension,
               'delta_lines=' || r.delta_lines, 'delta_til_udbetaling=' || r.delta_til_udbetaling,
               'vanished=' || r.vanished,
               ydelse.run_owed_text(id),
               ydelse.run_beside_text(before.run_id, before.seal_text, batch_events_upto, claim_events_upto, arrivals_upto,
                                      law_sets_upto),
               'record=' || ydelse.run_row_digest(r),
               'result_digest=' || encode(r.result_digest, 'hex')) || E'\n'
      FROM ydelse.run r
      LEFT JOIN ydelse.run before ON before.run_id = (SELECT max(b.run_id) FROM ydelse.run b
                                                       WHERE b.run_id < id AND b.state = 'sealed')
     WHERE r.run_id = id
$$;

-- The text of a run that is being sealed. Nobody writes an event of a batch or claim, or an arrival, meanwhile, so that none
-- is passed over.
CREATE FUNCTION run_seal_text(id integer) RETURNS text LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOCK TABLE ydelse.batch_event, ydelse.claim_event, ydelse.input_arrival, ydelse.output_file,
               ydelse.finance_municipality_event, ydelse.arrears_decision IN SHARE MODE;
    RETURN ydelse.run_seal_text(id, (SELECT coalesce(max(e.event_id), 0) FROM ydelse.batch_event e),
                                (SELECT coalesce(max(e.event_id), 0) FROM ydelse.claim_event e),
                                (SELECT coalesce(max(a.arrival_id), 0) FROM ydelse.input_arrival a),
                                (SELECT coalesce(max(l.law_set_id), 0) FROM ydelse.law_set l));
END $$;

-- Where a participant stands in the input: names a person without the CPR number.
CREATE FUNCTION participant_place(wanted text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.name || ':' || d.line
      FROM ydelse.fact_deltagere d JOIN ydelse.input_file i USING (file_id)
     WHERE d.cpr_nummer = wanted ORDER BY d.file_id, d.line LIMIT 1
$$;

-- Whether a run computed anybody of a month because of what was new, or because it was told to: a night without news did not.
CREATE FUNCTION run_touched(id integer, which_month date) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM ydelse.run_scope s WHERE s.run_id = id AND s.month = which_month);

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ydelse FROM PUBLIC;
DO $$
BEGIN
    IF ydelse.roles_exist() THEN
        GRANT EXECUTE ON FUNCTION ydelse.run_touched(integer, date) TO ydelse_batch, ydelse_auditor;
    END IF;
END $$;
