-- The rates and policies of a run: psql -v run=1
SELECT satser.content, politik.content
  FROM ydelse.run r
  JOIN ydelse.law_set satser ON satser.law_set_id = r.satser_id
  JOIN ydelse.law_set politik ON politik.law_set_id = r.politik_id
 WHERE r.run_id = :'run'::integer;
