-- The control, over what was posted and extracted; and the stored outputs against the tables they are made of.
SELECT 'KONTROL_AFVIGER' AS code, x.store AS relation,
       concat_ws(' ', s.kommunekode, to_char(s.month, 'YYYY-MM'), s.component) AS key, x.expected::text AS expected,
       x.found::text AS found
  FROM ydelse.control_sums() s
 CROSS JOIN LATERAL (VALUES ('payment', s.line, s.payment), ('output_file posteringer', s.posted, s.posting),
                            ('output_file udtraek', s.extracted, s.reported)) AS x (store, expected, found)
 WHERE x.found <> x.expected
UNION ALL
SELECT 'UDDATA_AENDRET', 'output_file', o.kind || ' run ' || o.run_id, encode(sha256(b.bytes), 'hex'), encode(o.sha256, 'hex')
  FROM ydelse.output_file o
  LEFT JOIN LATERAL ydelse.output_bytes(o.kind, o.run_id, o.config) b ON true
 WHERE NOT ydelse.is_erased('run', o.run_id)
   AND (sha256(o.bytes) IS DISTINCT FROM o.sha256
        -- With what was erased before it an output cannot be made again; the seal covers its hash.
        OR (b.bytes, b.rows) IS DISTINCT FROM (o.bytes, o.rows)
           AND NOT EXISTS (SELECT FROM ydelse.run_month m WHERE m.run_id = o.run_id AND m.month < ydelse.erased_before()))
UNION ALL
SELECT 'NUMMER_MANGLER', 'output_file', n::text, '', ''
  FROM generate_series(1, (SELECT max(output_id) FROM ydelse.output_file)) n
 WHERE NOT EXISTS (SELECT FROM ydelse.output_file o WHERE o.output_id = n)
UNION ALL -- who is bound to which municipality, against the log of it
SELECT 'RAEKKER_AFVIGER', 'finance_municipality', concat_ws(' ', user_name, kommunekode),
       coalesce(l.event || ' ' || l.by_user || ' ' || l.happened_at, ''), coalesce(f.bound_by || ' ' || f.bound_at, '')
  FROM ydelse.finance_municipality f
  FULL JOIN (SELECT DISTINCT ON (e.user_name, e.kommunekode) e.* FROM ydelse.finance_municipality_event e
              ORDER BY e.user_name, e.kommunekode, e.number DESC) l USING (user_name, kommunekode)
 WHERE (l.event = 'bundet') IS DISTINCT FROM (f.bound_by IS NOT NULL)
    OR (l.event = 'bundet' AND (l.by_user, l.happened_at) <> (f.bound_by, f.bound_at))
UNION ALL
SELECT 'NUMMER_MANGLER', 'finance_municipality_event', n::text, '', ''
  FROM generate_series(1, (SELECT max(number) FROM ydelse.finance_municipality_event)) n
 WHERE NOT EXISTS (SELECT FROM ydelse.finance_municipality_event e WHERE e.number = n)
UNION ALL
SELECT 'NUMMER_MANGLER', 'arrears_decision', n::text, '', ''
  FROM generate_series(1, (SELECT max(number) FROM ydelse.arrears_decision)) n
 WHERE NOT EXISTS (SELECT FROM ydelse.arrears_decision d WHERE d.number = n)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM ydelse.output_file)::text;
