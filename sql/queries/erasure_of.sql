-- Which erasure took a run, or (run 0) the first that was about a month: psql -v run=0 -v month=2014-01-01
SELECT e.erasure_id, to_char(e.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), e.by_user, to_char(e.before_month, 'YYYY-MM')
  FROM ydelse.erasure e
 WHERE CASE :'run'::integer WHEN 0 THEN e.before_month > :'month'::date
            ELSE EXISTS (SELECT FROM ydelse.erased_unit u
                          WHERE u.relation = 'run' AND u.number = :'run'::integer AND u.erasure_id = e.erasure_id) END
 ORDER BY e.erasure_id LIMIT 1;
