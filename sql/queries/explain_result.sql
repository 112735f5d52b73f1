-- The sealed result of a person and month with the law of its run: psql -v cpr=... -v month=2024-03-01 -v run=0
-- run 0: the one that holds now; when a later run found that there is none any more, there is no row.
SELECT l.run_id, r.data_as_of, satser.content, politik.content, l.line
  FROM result_line l
  JOIN ydelse.run r USING (run_id)
  JOIN ydelse.law_set satser ON satser.law_set_id = r.satser_id
  JOIN ydelse.law_set politik ON politik.law_set_id = r.politik_id
 WHERE r.state = 'sealed' AND l.month = :'month'::date AND l.cpr = :'cpr'::text
   AND l.run_id = CASE :'run'::integer
                  WHEN 0 THEN (SELECT c.run_id FROM result_current c
                                WHERE c.month = :'month'::date AND c.cpr = :'cpr'::text)
                  ELSE :'run'::integer END;
