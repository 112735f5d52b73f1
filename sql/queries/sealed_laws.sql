-- The rates and policies of the sealed runs 1..run that computed months first..last:
-- psql -v first=2024-01-01 -v last=2024-12-01 -v run=12
SELECT r.run_id, r.satser_id, r.politik_id
  FROM ydelse.run r
 WHERE r.state = 'sealed' AND r.run_id <= :'run'::integer
   AND EXISTS (SELECT FROM ydelse.run_month m
                WHERE m.run_id = r.run_id AND m.month BETWEEN :'first'::date AND :'last'::date)
 ORDER BY r.run_id;
