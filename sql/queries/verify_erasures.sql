-- Erasures: no number is missing, each covers the one before, and of what they name nothing is left. What their texts say is
-- held against the tables by the program (ydelse.erasure_text).
WITH chain AS (
    SELECT e.*, lag(e.erasure_id, 1, 0) OVER chain AS number_before, lag(e.before_month) OVER chain AS month_before,
           lag(e.after_run_id) OVER chain AS run_before
      FROM ydelse.erasure e WINDOW chain AS (ORDER BY e.erasure_id)),
left_over AS (
    SELECT 'result' AS relation, 'run' AS unit, r.run_id AS number FROM (SELECT DISTINCT run_id FROM ydelse.result) r
    UNION SELECT 'run_scope', 'run', s.run_id FROM (SELECT DISTINCT run_id FROM ydelse.run_scope) s
    UNION SELECT 'held_event', 'run', h.run_id FROM ydelse.held_event h
    UNION SELECT 'entitlement', 'run', e.run_id FROM (SELECT DISTINCT run_id FROM ydelse.entitlement) e
    UNION SELECT 'payment', 'batch', p.batch_id FROM ydelse.payment p
    UNION SELECT 'payment_file', 'batch', f.batch_id FROM ydelse.payment_file f WHERE f.bytes IS NOT NULL
    UNION SELECT 'output_file', 'run', o.run_id FROM ydelse.output_file o WHERE o.bytes IS NOT NULL
    UNION SELECT 'claim', 'claim', c.claim_id FROM ydelse.claim c)
SELECT 'NUMMER_MANGLER' AS code, 'erasure' AS relation, erasure_id::text AS key, (number_before + 1)::text AS expected,
       erasure_id::text AS found
  FROM chain WHERE erasure_id <> number_before + 1
UNION ALL
SELECT 'TID_GAAR_TILBAGE', 'erasure', erasure_id::text, concat_ws(', ', month_before, run_before),
       concat_ws(', ', before_month, after_run_id)
  FROM chain WHERE before_month < month_before OR after_run_id < run_before
UNION ALL
SELECT 'SUM_AFVIGER', 'erasure', erasure_id::text, encode(sha256(convert_to(digest_text, 'UTF8')), 'hex'),
       encode(digest, 'hex')
  FROM chain WHERE digest <> sha256(convert_to(digest_text, 'UTF8'))
UNION ALL
SELECT 'SLETNING_EN_PERSON', 'erasure', c.erasure_id::text, '', c.by_user
  FROM chain c WHERE NOT EXISTS (SELECT FROM ydelse.erasure_order o
                                  WHERE o.order_id = c.order_id AND o.ordered_by <> c.by_user AND o.before_month = c.before_month
                                    AND o.ordered_at <= c.happened_at)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'erasure', c.erasure_id::text, 'sealed', ''
  FROM chain c WHERE NOT EXISTS (SELECT FROM ydelse.run r WHERE r.run_id = c.after_run_id AND r.state = 'sealed')
UNION ALL
SELECT 'RAEKKE_UKENDT', g.relation, g.key, '', g.erasure_id::text
  FROM (SELECT 'erased_unit' AS relation, relation || ' ' || number AS key, erasure_id FROM ydelse.erased_unit
        UNION ALL SELECT 'erased_row', concat_ws(' ', relation, file_id || ':' || line, reject_id), erasure_id FROM ydelse.erased_row) g
 WHERE NOT EXISTS (SELECT FROM ydelse.erasure e WHERE e.erasure_id = g.erasure_id)
UNION ALL
-- Nothing newer than its months, and no newer seal than the one it stands behind, can have been erased.
SELECT 'RAEKKE_UKENDT', 'erased_unit', 'run ' || u.number, to_char(e.before_month, 'YYYY-MM'), to_char(r.month, 'YYYY-MM')
  FROM ydelse.erased_unit u
  JOIN ydelse.erasure e USING (erasure_id)
  LEFT JOIN ydelse.run r ON r.run_id = u.number
 WHERE u.relation = 'run' AND (r.run_id IS NULL OR r.month >= e.before_month OR r.run_id >= e.after_run_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'erased_unit', 'batch ' || u.number, '', ''
  FROM ydelse.erased_unit u
 WHERE u.relation = 'batch' AND NOT EXISTS (SELECT FROM ydelse.batch b WHERE b.batch_id = u.number)
UNION ALL
SELECT 'RAEKKE_UKENDT', l.relation, l.unit || ' ' || l.number, '', 'slettet'
  FROM left_over l JOIN ydelse.erased_unit u ON u.relation = l.unit AND u.number = l.number
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM chain)::text;
