-- The months of a run, and how many person-months are named one by one: psql -v run=1
SELECT to_char(m.month, 'YYYY-MM'), m.everyone,
       (SELECT count(*) FROM run_scope s WHERE s.run_id = m.run_id AND s.month = m.month)
  FROM ydelse.run_month m
 WHERE m.run_id = :'run'::integer
 ORDER BY m.month;
