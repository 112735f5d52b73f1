-- What held for a person and month after a run, with the law of the run that computed it:
-- psql -v cpr=... -v month=2024-03-01 -v run=0   (0: after the latest)
-- No row: no sealed run computed them. A row without a line: the last one that did found no result.
SELECT c.run_id, c.data_as_of, satser.content, politik.content, l.line
  FROM (SELECT r.run_id, r.data_as_of, r.satser_id, r.politik_id
          FROM ydelse.run r
          JOIN ydelse.run_month m USING (run_id)
         WHERE r.state = 'sealed' AND m.month = :'month'::date AND :'run'::integer IN (0, greatest(:'run'::integer, r.run_id))
           AND (m.everyone OR EXISTS (SELECT FROM run_scope s
                                       WHERE s.run_id = r.run_id AND s.month = m.month AND s.cpr = :'cpr'::text))
         ORDER BY r.run_id DESC LIMIT 1) c
  JOIN ydelse.law_set satser ON satser.law_set_id = c.satser_id
  JOIN ydelse.law_set politik ON politik.law_set_id = c.politik_id
  LEFT JOIN result_line l ON l.run_id = c.run_id AND l.month = :'month'::date AND l.cpr = :'cpr'::text;
