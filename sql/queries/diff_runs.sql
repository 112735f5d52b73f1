-- The runs whose results can have held after run `before` or after run `after`, for the months that any run between the
-- two computed: psql -v before=1 -v after=2 -v month=   (or one month, 2024-03-01)
WITH months AS (
    SELECT DISTINCT m.month
      FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
     WHERE r.state = 'sealed' AND (:'month'::text = '' OR m.month = :'month'::text::date)
       AND m.run_id > least(:'before'::integer, :'after'::integer)
       AND m.run_id <= greatest(:'before'::integer, :'after'::integer)),
held AS (
    SELECT d.month, s.run_id AS as_of,
           coalesce((SELECT max(m.run_id) FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
                      WHERE m.month = d.month AND m.everyone AND r.state = 'sealed' AND m.run_id <= s.run_id), 0) AS base
      FROM months d CROSS JOIN (VALUES (:'before'::integer), (:'after'::integer)) AS s (run_id))
SELECT coalesce(array_agg(DISTINCT m.run_id), '{}')
  FROM held h
  JOIN ydelse.run_month m ON m.month = h.month AND m.run_id BETWEEN h.base AND h.as_of
  JOIN ydelse.run r ON r.run_id = m.run_id AND r.state = 'sealed';
