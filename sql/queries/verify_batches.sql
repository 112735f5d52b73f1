-- Batches against their payments, their events and their files. What the text of an event says is held against the
-- tables by the program (ydelse.batch_event_text).
WITH held AS (SELECT batch_id, count(*) FILTER (WHERE live) AS payments, sum(amount_oere) FILTER (WHERE live) AS oere,
                     count(*) FILTER (WHERE NOT live) AS removed, coalesce(sum(amount_oere) FILTER (WHERE NOT live), 0) AS removed_oere
                FROM (SELECT p.*, p.state <> 'cancelled' OR b.state = 'cancelled' AND NOT EXISTS (
                                 SELECT FROM ydelse.batch_event e WHERE e.batch_id = p.batch_id AND e.event = 'payment_removed'
                                    AND e.detail LIKE p.end_to_end_id || ':%') AS live
                        FROM ydelse.payment p LEFT JOIN ydelse.batch b USING (batch_id)) p GROUP BY batch_id),
event AS (
    SELECT e.*, sha256(convert_to(e.digest_text, 'UTF8')) AS digest_now,
           lag(e.new_state) OVER (PARTITION BY e.batch_id ORDER BY e.event_id) AS state_before,
           'bunke ' || e.batch_id || ' hændelse ' || e.event_id || ' ' || e.event AS key
      FROM ydelse.batch_event e),
batch AS (
    SELECT b.*, h.payments, h.oere, h.removed, h.removed_oere AS removed_held, ydelse.is_erased('batch', b.batch_id) AS erased, 'bunke ' || b.batch_id AS key,
           (SELECT e.new_state FROM event e WHERE e.batch_id = b.batch_id ORDER BY e.event_id DESC LIMIT 1) AS last_state
      FROM ydelse.batch b LEFT JOIN held h USING (batch_id))
SELECT 'BUNKE_SUM' AS code, 'batch' AS relation, key,
       concat_ws(', ', payment_count, total_oere, removed_count, removed_oere) AS expected,
       concat_ws(', ', payments, oere, removed, removed_held) AS found
  FROM batch WHERE NOT (erased AND payments IS NULL) AND (payments, oere, removed, removed_held) IS DISTINCT FROM (payment_count, total_oere, removed_count, removed_oere)
UNION ALL
SELECT 'BUNKE_TILSTAND', 'batch', key, coalesce(last_state, ''), state FROM batch WHERE state IS DISTINCT FROM last_state
UNION ALL
SELECT 'BUNKE_EN_PERSON', 'batch', key, '', made_by FROM batch WHERE made_by = approved_by
UNION ALL
SELECT 'FIL_MANGLER', 'batch', key, '', state
  FROM batch b WHERE (state IN ('emitted', 'settled')) <> EXISTS (SELECT FROM ydelse.payment_file f WHERE f.batch_id = b.batch_id)
UNION ALL
SELECT 'SUM_AFVIGER', 'batch_event', key, encode(digest_now, 'hex'), encode(digest, 'hex') FROM event WHERE digest <> digest_now
UNION ALL
SELECT 'BUNKE_HAENDELSE', 'batch_event', key, coalesce(state_before, ''), coalesce(old_state, '')
  FROM event WHERE old_state IS DISTINCT FROM state_before OR (event = 'made') <> (state_before IS NULL)
UNION ALL
SELECT 'BUNKE_BETALINGER', 'batch', key, encode(payments_digest, 'hex'), encode(ydelse.batch_payments_digest(batch_id), 'hex')
  FROM event WHERE event = 'made' AND NOT ydelse.is_erased('batch', batch_id) AND payments_digest IS DISTINCT FROM ydelse.batch_payments_digest(batch_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'batch_event', key, '', '' FROM event e
 WHERE NOT EXISTS (SELECT FROM ydelse.batch b WHERE b.batch_id = e.batch_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'payment_file', 'bunke ' || f.batch_id, '', '' FROM ydelse.payment_file f
 WHERE NOT EXISTS (SELECT FROM ydelse.batch b WHERE b.batch_id = f.batch_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM event)::text;
