-- Files of answers against their answers, the payments they moved, and the releases. What the text of a file says is held
-- against the tables by the program (ydelse.answer_file_text).
WITH file AS (
    SELECT f.*, 'svarfil ' || f.answer_file_id AS key, sha256(convert_to(f.digest_text, 'UTF8')) AS digest_now,
           (SELECT count(*) FROM ydelse.payment_answer a WHERE a.answer_file_id = f.answer_file_id) AS answers,
           EXISTS (SELECT FROM ydelse.batch_event e
                    WHERE e.event = 'answered' AND ydelse.is_erased('batch', e.batch_id)
                      AND starts_with(e.detail, format('answer file %s, ', f.answer_file_id))) AS some_erased,
           EXISTS (SELECT FROM ydelse.payment_answer a JOIN ydelse.payment p USING (payment_id)
                    WHERE a.answer_file_id = f.answer_file_id) AS some_left,
           row_number() OVER (ORDER BY f.answer_file_id) AS place
      FROM ydelse.answer_file f),
answer AS (
    SELECT a.*, 'svarfil ' || a.answer_file_id || ' nr. ' || a.number AS key, p.state, p.batch_id,
           p.end_to_end_id AS payment_name,
           row_number() OVER (PARTITION BY a.payment_id, a.effect IN ('accepted', 'rejected', 'returned')
                              ORDER BY a.answer_file_id DESC, a.number DESC) AS newest
      FROM ydelse.payment_answer a LEFT JOIN ydelse.payment p USING (payment_id)),
released AS (
    SELECT r.*, 'betaling ' || r.payment_id AS key, e.event, e.detail, e.batch_id AS event_batch, p.batch_id, p.end_to_end_id,
           p.state
      FROM ydelse.payment_release r
      LEFT JOIN ydelse.batch_event e USING (event_id)
      LEFT JOIN ydelse.payment p USING (payment_id)),
resolution AS (
    SELECT r.*, 'betaling ' || r.payment_id AS key, e.event, e.detail, e.by_user, e.batch_id AS event_batch, p.batch_id,
           p.end_to_end_id
      FROM ydelse.payment_resolution r
      LEFT JOIN ydelse.batch_event e USING (event_id)
      LEFT JOIN ydelse.payment p USING (payment_id))
SELECT 'NUMMER_MANGLER' AS code, 'answer_file' AS relation, key, place::text AS expected, answer_file_id::text AS found
  FROM file WHERE answer_file_id <> place
UNION ALL
SELECT 'SUM_AFVIGER', 'answer_file', key, encode(digest_now, 'hex'), encode(digest, 'hex') FROM file WHERE digest <> digest_now
UNION ALL
SELECT 'FIL_AENDRET', 'answer_file', key, encode(sha256, 'hex'), encode(sha256(bytes), 'hex') FROM file
 WHERE reading = 1 AND sha256 IS DISTINCT FROM sha256(bytes) AND NOT (bytes IS NULL AND some_erased AND NOT some_left)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'answer_file', key, (reading - 1)::text, '' FROM file f
 WHERE reading > 1 AND NOT EXISTS (SELECT FROM file b WHERE b.sha256 = f.sha256 AND b.reading = f.reading - 1
                                      AND b.answer_file_id < f.answer_file_id)
UNION ALL
SELECT 'SVAR_AFVIGER', 'payment_answer', 'svarfil ' || min(answer_file_id) || ': ' || end_to_end_id, '1', count(*)::text
  FROM (SELECT f.sha256, a.end_to_end_id, a.answer_file_id FROM answer a JOIN file f USING (answer_file_id)
         WHERE a.effect NOT IN ('unknown', 'not_sent')) used
 GROUP BY sha256, end_to_end_id HAVING count(*) > 1
UNION ALL
SELECT 'RAEKKER_AFVIGER', 'payment_answer', key, answer_count::text, answers::text FROM file WHERE answer_count <> answers
UNION ALL
SELECT 'RAEKKE_UKENDT', 'payment_answer', key, '', '' FROM answer a
 WHERE NOT EXISTS (SELECT FROM ydelse.answer_file f WHERE f.answer_file_id = a.answer_file_id)
    OR (payment_id IS NOT NULL AND payment_name IS NULL
        AND NOT (SELECT f.some_erased FROM file f WHERE f.answer_file_id = a.answer_file_id))
UNION ALL
SELECT 'SVAR_AFVIGER', 'payment_answer', key, coalesce(payment_name, ''), end_to_end_id
  FROM answer WHERE payment_id IS NOT NULL AND payment_name <> end_to_end_id
UNION ALL
SELECT 'SVAR_AFVIGER', 'payment_answer', key, ydelse.answer_effect(old_state, outcome), effect
  FROM answer WHERE effect IS DISTINCT FROM ydelse.answer_effect(old_state, outcome)
UNION ALL
SELECT 'BETALING_TILSTAND', 'payment', 'betaling ' || payment_id, expected, state
  FROM (SELECT a.payment_id, a.state,
               CASE WHEN a.effect = 'accepted' OR EXISTS (SELECT FROM resolution r
                              WHERE r.payment_id = a.payment_id AND r.confirms IS NOT NULL AND r.outcome = 'betalt'
                                AND r.upto_answer_file_id >= a.answer_file_id)
                    THEN 'accepted' ELSE 'rejected' END AS expected
          FROM answer a WHERE a.effect IN ('accepted', 'rejected', 'returned') AND a.newest = 1 AND a.payment_name IS NOT NULL) s
 WHERE state IS DISTINCT FROM expected
UNION ALL
SELECT 'BETALING_TILSTAND', 'payment', 'betaling ' || p.payment_id, 'sent', p.state
  FROM ydelse.payment p WHERE p.state IN ('accepted', 'rejected')
   AND NOT EXISTS (SELECT FROM ydelse.payment_answer a WHERE a.payment_id = p.payment_id AND a.effect IN ('accepted', 'rejected'))
UNION ALL
SELECT 'BUNKE_HAENDELSE', 'batch_event', 'bunke ' || a.batch_id || ' svarfil ' || a.answer_file_id, 'answered', ''
  FROM (SELECT DISTINCT batch_id, answer_file_id FROM answer WHERE batch_id IS NOT NULL AND effect <> 'not_sent') a
  LEFT JOIN file f USING (answer_file_id)
 WHERE NOT EXISTS (SELECT FROM ydelse.batch_event e WHERE e.batch_id = a.batch_id AND e.event = 'answered'
                      AND e.detail = format('answer file %s, digest %s', a.answer_file_id, encode(f.digest, 'hex')))
UNION ALL
SELECT 'RAEKKER_MANGLER', 'answer_file', 'bunke ' || e.batch_id || ' hændelse ' || e.event_id, e.detail, ''
  FROM ydelse.batch_event e WHERE e.event = 'answered'
   AND NOT EXISTS (SELECT FROM file f WHERE e.detail = format('answer file %s, digest %s', f.answer_file_id, encode(f.digest, 'hex')))
UNION ALL
SELECT 'RAEKKE_UKENDT', 'payment_release', key, 'released', coalesce(event, '')
  FROM released WHERE NOT (batch_id IS NULL AND ydelse.is_erased('batch', event_batch))
                  AND (event IS DISTINCT FROM 'released' OR event_batch IS DISTINCT FROM batch_id
                  OR state NOT IN ('rejected', 'accepted') OR NOT starts_with(detail, end_to_end_id || ': ')
                  OR right(detail, -length(end_to_end_id) - 2) NOT LIKE ydelse.answered_upto('%', upto_answer_file_id))
UNION ALL
SELECT 'RAEKKER_MANGLER', 'payment_release', 'bunke ' || e.batch_id || ' hændelse ' || e.event_id, e.detail, ''
  FROM ydelse.batch_event e WHERE e.event = 'released'
   AND NOT EXISTS (SELECT FROM ydelse.payment_release r WHERE r.event_id = e.event_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'payment_resolution', r.key, CASE WHEN r.confirms IS NULL THEN 'resolution_proposed' ELSE 'resolved' END,
       concat_ws(' ', r.event, r.by_user)
  FROM resolution r LEFT JOIN resolution p ON p.event_id = r.confirms
 WHERE NOT (r.batch_id IS NULL AND ydelse.is_erased('batch', r.event_batch))
   AND (r.event IS DISTINCT FROM CASE WHEN r.confirms IS NULL THEN 'resolution_proposed' ELSE 'resolved' END
    OR r.event_batch IS DISTINCT FROM r.batch_id
    OR r.detail NOT LIKE ydelse.answered_upto(r.end_to_end_id || ': ' || replace(r.outcome, '_', '\_') || ': %', r.upto_answer_file_id)
    OR (r.confirms IS NOT NULL AND (p.by_user IS NULL OR p.by_user = r.by_user OR p.confirms IS NOT NULL
            OR (p.payment_id, p.outcome, p.upto_answer_file_id) <> (r.payment_id, r.outcome, r.upto_answer_file_id))))
UNION ALL
SELECT 'RAEKKER_MANGLER', 'payment_resolution', 'bunke ' || e.batch_id || ' hændelse ' || e.event_id, e.detail, ''
  FROM ydelse.batch_event e WHERE e.event IN ('resolution_proposed', 'resolved')
   AND NOT EXISTS (SELECT FROM ydelse.payment_resolution r WHERE r.event_id = e.event_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM answer)::text;
