-- Payments against the lines behind them, their names, their states, and their batches.
WITH part AS (
    SELECT t.payment_id, count(*) AS parts, count(e.entitlement_id) AS lines, sum(e.delta_til_udbetaling) AS oere,
           max(t.line_id) AS newest, min(e.kommunekode) AS kommune, max(e.kommunekode) AS kommune_too,
           bool_and(t.active) AS all_active, bool_or(t.active) AS any_active
      FROM ydelse.payment_part t
      JOIN ydelse.payment p USING (payment_id)
      LEFT JOIN ydelse.entitlement e ON e.month = p.month AND e.cpr = p.cpr AND e.entitlement_id * 10 + 1 = t.line_id
                                    AND e.delta_til_udbetaling <> 0
     GROUP BY t.payment_id),
payment AS (
    SELECT p.*, b.state AS batch_state, b.kommunekode AS batch_kommune, t.parts, t.lines, t.oere, t.newest, t.kommune,
           t.kommune_too, t.all_active, t.any_active, 'betaling ' || p.payment_id || ' bunke ' || p.batch_id AS key,
           row_number() OVER (PARTITION BY p.newest_line_id ORDER BY p.payment_id) AS attempts
      FROM ydelse.payment p
      LEFT JOIN ydelse.batch b USING (batch_id)
      LEFT JOIN part t USING (payment_id))
SELECT 'BETALING_UDEN_LINJE' AS code, 'payment' AS relation, key, '' AS expected, '' AS found FROM payment WHERE parts IS NULL
UNION ALL
SELECT 'BETALING_LINJE', 'payment_part', key, parts::text, lines::text FROM payment WHERE parts <> lines
UNION ALL
SELECT 'BETALING_SUM', 'payment', key, oere::text, amount_oere::text FROM payment WHERE oere IS DISTINCT FROM amount_oere
UNION ALL
SELECT 'BETALING_NAVN', 'payment', key, 'YD' || newest || '-' || attempts, end_to_end_id
  FROM payment WHERE end_to_end_id IS DISTINCT FROM 'YD' || newest || '-' || attempts
       OR newest_line_id IS DISTINCT FROM newest OR attempt <> attempts
UNION ALL
SELECT 'KOMMUNE_AENDRET', 'payment', key, coalesce(batch_kommune, ''), coalesce(kommune, '')
  FROM payment WHERE kommune IS DISTINCT FROM batch_kommune OR kommune_too IS DISTINCT FROM batch_kommune
UNION ALL
SELECT 'BETALING_TILSTAND', 'payment', key, coalesce(batch_state, ''), state
  FROM payment WHERE batch_state IS NULL
       OR NOT CASE batch_state WHEN 'draft' THEN state IN ('in_batch', 'cancelled')
                               WHEN 'approved' THEN state IN ('in_batch', 'cancelled')
                               WHEN 'cancelled' THEN state = 'cancelled'
                               WHEN 'settled' THEN state IN ('accepted', 'rejected', 'cancelled')
                               ELSE state IN ('sent', 'accepted', 'rejected', 'cancelled') END
UNION ALL
SELECT 'LINJE_AKTIV', 'payment_part', key, state, CASE WHEN any_active THEN 'active' ELSE 'free' END
  FROM payment WHERE any_active <> (state NOT IN ('cancelled', 'rejected')) OR any_active <> all_active
UNION ALL
SELECT 'LINJE_TO_GANGE', 'payment_part', 'linje ' || line_id, '1', count(*)::text
  FROM ydelse.payment_part WHERE active GROUP BY line_id HAVING count(*) > 1
UNION ALL
SELECT 'RAEKKE_UKENDT', 'payment_part', 'betaling ' || t.payment_id || ' linje ' || t.line_id, '', ''
  FROM ydelse.payment_part t WHERE NOT EXISTS (SELECT FROM ydelse.payment p WHERE p.payment_id = t.payment_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM payment)::text;
