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
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM ydelse.output_file)::text;
