-- Sealed runs in their order, but those that are erased: psql -v run=0 -v first=2024-01-01 -v last=2024-12-01 -v as_of=0 -v holding=f
-- run: this one alone (0: all); first, last: their months; as_of: none that knew later deliveries (0: all)
-- holding: those of whose results month `first` consists: the last run that computed everybody of it, and each later one that
-- computed anybody of it, by whatever month it is named. Nights without news are none of them.
WITH chosen AS (
    SELECT r.*
      FROM ydelse.run r
     WHERE r.state = 'sealed' AND :'run'::integer IN (0, r.run_id)
       AND NOT EXISTS (SELECT FROM ydelse.erased_unit u WHERE u.relation = 'run' AND u.number = r.run_id)
       AND (:'as_of'::integer = 0 OR r.data_as_of <= :'as_of'::integer)),
whole AS (
    SELECT max(c.run_id) AS run_id FROM chosen c JOIN ydelse.run_month m USING (run_id)
     WHERE m.month = :'first'::date AND m.everyone)
SELECT r.run_id, to_char(r.month, 'YYYY-MM'), r.kind, r.data_as_of, to_char(r.first_month, 'YYYY-MM'), r.people,
       r.til_udbetaling, to_char(r.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS.USOF'), encode(r.result_digest, 'hex'),
       encode(r.seal, 'hex'), l.content
  FROM chosen r
  JOIN ydelse.law_set l ON l.law_set_id = r.program_id
 WHERE CASE WHEN :'holding'::boolean
            THEN r.run_id = (SELECT run_id FROM whole)
                 OR (r.run_id > coalesce((SELECT run_id FROM whole), 0)
                     AND ydelse.run_touched(r.run_id, :'first'::date))
            ELSE r.month BETWEEN :'first'::date AND :'last'::date END
 ORDER BY r.run_id;
