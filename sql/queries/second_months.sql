-- The months that hold results, each with the latest sealed run that computed it (not single persons of it alone) and
-- the latest delivery any sealed run knew: psql -v month=2024-03-01, or an empty month for all of them
SELECT m.month, max(m.run_id) AS run_id,
       (SELECT max(data_as_of) FROM ydelse.run WHERE state = 'sealed') AS data_as_of
  FROM ydelse.run_month m JOIN ydelse.run r USING (run_id)
 WHERE r.state = 'sealed' AND m.month >= (SELECT coalesce(max(e.before_month), '-infinity') FROM ydelse.erasure e) AND m.complete AND (:'month'::text = '' OR m.month = :'month'::text::date)
   AND EXISTS (SELECT FROM ydelse.result x WHERE x.month = m.month)
 GROUP BY m.month
 ORDER BY m.month;
