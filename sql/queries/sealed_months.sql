-- The months first..last that sealed runs computed: psql -v first=2024-01-01 -v last=2024-12-01 -v as_of=0
-- as_of: only runs that knew no later delivery (0: all). A row: month, the newest run that completed it, the newest one
-- that computed everybody (no result of an earlier one holds), the newest one at all, what that one knew.
SELECT to_char(m.month, 'YYYY-MM'), coalesce(max(m.run_id) FILTER (WHERE m.complete), max(m.run_id)),
       coalesce(max(m.run_id) FILTER (WHERE m.everyone), 0), max(m.run_id), max(r.data_as_of)
  FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
 WHERE r.state = 'sealed' AND m.month >= (SELECT coalesce(max(e.before_month), '-infinity') FROM ydelse.erasure e) AND m.month BETWEEN :'first'::date AND :'last'::date
   AND (:'as_of'::integer = 0 OR r.data_as_of <= :'as_of'::integer)
 GROUP BY m.month
 ORDER BY m.month;
