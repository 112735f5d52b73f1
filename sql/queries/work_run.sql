-- What a worker must know of a run: psql -v run=1
SELECT to_char(r.month, 'YYYY-MM'), r.data_as_of, l.content
  FROM ydelse.run r JOIN ydelse.law_set l ON l.law_set_id = r.program_id
 WHERE r.run_id = :'run'::integer;
