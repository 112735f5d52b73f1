-- Who is held, the oldest first, some of them: psql -v today=2024-03-20 -v first=0 -v count=100
SELECT h.cpr, h.kommunekode, h.code, h.months, to_char(h.first_month, 'YYYY-MM'), to_char(h.last_month, 'YYYY-MM'),
       h.since_run_id, h.since, h.days, count(*) OVER ()
  FROM held_list(:'today'::date) h
 ORDER BY h.since_run_id, h.cpr, h.code OFFSET :'first'::integer LIMIT :'count'::integer;
