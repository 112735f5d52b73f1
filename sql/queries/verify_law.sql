-- Law sets: each content fits its hash (the seals cover the hashes), and a run's four sets are of the four kinds.
SELECT 'INDHOLD_AENDRET' AS code, 'law_set' AS relation, l.law_set_id || ' ' || l.kind AS key,
       encode(sha256(convert_to(l.content, 'UTF8')), 'hex') AS expected, encode(l.sha256, 'hex') AS found
  FROM ydelse.law_set l WHERE l.sha256 <> sha256(convert_to(l.content, 'UTF8'))
UNION ALL
SELECT 'RAEKKE_UKENDT', 'run', r.run_id || ' ' || n.kind, n.kind, coalesce(l.kind, '')
  FROM ydelse.run r
 CROSS JOIN LATERAL (VALUES ('satser', r.satser_id), ('koder', r.koder_id), ('politik', r.politik_id),
                            ('program', r.program_id)) AS n (kind, id)
  LEFT JOIN ydelse.law_set l ON l.law_set_id = n.id
 WHERE l.kind IS DISTINCT FROM n.kind
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM ydelse.law_set)::text;
