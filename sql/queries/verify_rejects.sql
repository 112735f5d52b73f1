-- Rejected rows, how they were made good, and versions that ended: each row's hash is that of its columns, and the rows of
-- a delivery, with the leaves of erased ones, are those that its digest was taken over.
WITH hashed AS MATERIALIZED (
    SELECT 'reject' AS relation, delivery_id, 0 AS file_id, 0 AS line, reject_id, row_hash,
           row_hash = sha256(record_send(ROW(reject_id, delivery_id, file_id, line, kind, code, column_name, field_number,
                                             found, expected, whole_file, raw, post_id, cpr, salt))) AS fits,
           'reject ' || reject_id || ' (fil ' || file_id || ':' || line || ')' AS key
      FROM ydelse.reject
    UNION ALL
    SELECT 'reject_resolved', delivery_id, 0, 0, reject_id, row_hash,
           row_hash = sha256(record_send(ROW(reject_id, delivery_id, outcome))), 'reject ' || reject_id
      FROM ydelse.reject_resolved
    UNION ALL
    SELECT 'fact_ended', delivery_id, file_id, line, 0, row_hash,
           row_hash = sha256(record_send(ROW(bucket, cpr, file_id, line, delivery_id, salt))),
           'fil ' || file_id || ':' || line
      FROM ydelse.fact_ended
    UNION ALL
    SELECT relation, delivery_id, CASE relation WHEN 'fact_ended' THEN file_id ELSE 0 END,
           CASE relation WHEN 'fact_ended' THEN line ELSE 0 END, reject_id, row_hash, true, ''
      FROM ydelse.erased_row WHERE relation IN ('reject', 'reject_resolved', 'fact_ended')),
digest AS (
    SELECT relation, delivery_id, count(*) AS rows,
           sha256(string_agg(row_hash, ''::bytea ORDER BY file_id, line, reject_id)) AS digest
      FROM hashed GROUP BY relation, delivery_id),
expected AS (SELECT * FROM ydelse.load_digest WHERE relation IN ('reject', 'reject_resolved', 'fact_ended'))
SELECT 'RAEKKE_AENDRET' AS code, relation, key, '' AS expected, '' AS found FROM hashed WHERE NOT fits
UNION ALL
SELECT CASE WHEN d.rows IS NULL THEN 'RAEKKER_MANGLER' WHEN e.rows IS NULL THEN 'RAEKKE_UKENDT' ELSE 'RAEKKER_AFVIGER' END,
       coalesce(e.relation, d.relation), 'delivery ' || coalesce(e.delivery_id, d.delivery_id),
       concat_ws(', ', e.rows, left(encode(e.digest, 'hex'), 16)), concat_ws(', ', d.rows, left(encode(d.digest, 'hex'), 16))
  FROM expected e FULL JOIN digest d ON d.relation = e.relation AND d.delivery_id = e.delivery_id
 WHERE (e.rows, e.digest) IS DISTINCT FROM (d.rows, d.digest)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'reject_resolved', 'reject ' || x.reject_id, '', ''
  FROM ydelse.reject_resolved x WHERE NOT EXISTS (SELECT FROM ydelse.reject r WHERE r.reject_id = x.reject_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM hashed)::text;
