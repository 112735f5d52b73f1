-- The next sealed run after one, no later than another: psql -v before=0 -v run=9
SELECT run_id, encode(previous_seal, 'hex'), encode(seal, 'hex'), seal_text
  FROM ydelse.run
 WHERE state = 'sealed' AND run_id > :'before'::integer AND run_id <= :'run'::integer
 ORDER BY run_id LIMIT 1;
