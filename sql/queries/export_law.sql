-- The four law sets of a run: psql -v run=1
SELECT satser.content, koder.content, politik.content, program.content
  FROM ydelse.run r
  JOIN ydelse.law_set satser ON satser.law_set_id = r.satser_id
  JOIN ydelse.law_set koder ON koder.law_set_id = r.koder_id
  JOIN ydelse.law_set politik ON politik.law_set_id = r.politik_id
  JOIN ydelse.law_set program ON program.law_set_id = r.program_id
 WHERE r.run_id = :'run'::integer;
