-- The runs, the newest first: psql -v first=0 -v count=25
SELECT r.run_id, to_char(r.month, 'YYYY-MM'), r.kind, r.state, r.started_by, to_char(r.planned_at, 'YYYY-MM-DD HH24:MI'),
       r.people, r.tilbageholdt, r.til_udbetaling, r.delta_til_udbetaling, count(*) OVER ()
  FROM ydelse.run r
 ORDER BY r.run_id DESC OFFSET :'first'::integer LIMIT :'count'::integer;
