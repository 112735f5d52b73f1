-- Sealed runs in their order, but those that are erased: psql -v run=0 -v first=2024-01-01 -v last=2024-12-01 -v as_of=0 -v newest=f
-- run: this one alone (0: all); first, last: their months; as_of: none that knew later deliveries (0: all)
-- newest: only the last one that computed anybody (or, when all of them were nights without news, the last one)
SELECT *
  FROM (SELECT r.run_id, to_char(r.month, 'YYYY-MM'), r.kind, r.data_as_of, to_char(r.first_month, 'YYYY-MM'), r.people,
               r.til_udbetaling, to_char(r.ended_at, 'YYYY-MM-DD"T"HH24:MI:SS.USOF'), encode(r.result_digest, 'hex'),
               encode(r.seal, 'hex'), l.content
          FROM ydelse.run r
          JOIN ydelse.law_set l ON l.law_set_id = r.program_id
         WHERE r.state = 'sealed' AND :'run'::integer IN (0, r.run_id) AND NOT EXISTS (SELECT FROM ydelse.erased_unit u WHERE u.relation = 'run' AND u.number = r.run_id)
           AND r.month BETWEEN :'first'::date AND :'last'::date
           AND (:'as_of'::integer = 0 OR r.data_as_of <= :'as_of'::integer)
         ORDER BY :'newest'::boolean
                  AND (EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = r.run_id AND m.everyone)
                       OR EXISTS (SELECT FROM ydelse.run_named s WHERE s.run_id = r.run_id)) DESC,
                  r.run_id DESC LIMIT CASE WHEN :'newest'::boolean THEN 1 END) chosen
 ORDER BY run_id;
