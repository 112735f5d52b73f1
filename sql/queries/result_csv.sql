-- What holds for a month now, line by line in the format of `ydelse calc` without its header: psql -v month=2024-03-01
SELECT l.line
  FROM ydelse.result_current r JOIN ydelse.result_line l USING (run_id, month, cpr)
 WHERE r.month = :'month'::date
 ORDER BY r.cpr;
