-- The chain of deliveries: no number is missing, time grows, each digest is that of its text. What the text says is
-- held against the tables by the program (ydelse.delivery_text). Files must belong to a delivery, too.
WITH chain AS (
    SELECT d.*, lag(d.loaded_at) OVER (ORDER BY d.delivery_id) AS time_before,
           lag(d.delivery_id, 1, 0) OVER (ORDER BY d.delivery_id) AS number_before
      FROM ydelse.delivery d)
SELECT 'NUMMER_MANGLER' AS code, 'delivery' AS relation, delivery_id::text AS key, (number_before + 1)::text AS expected,
       delivery_id::text AS found
  FROM chain WHERE delivery_id <> number_before + 1
UNION ALL
SELECT 'TID_GAAR_TILBAGE', 'delivery', delivery_id::text, '> ' || time_before, loaded_at::text
  FROM chain WHERE loaded_at <= time_before
UNION ALL
SELECT 'SUM_AFVIGER', 'delivery', delivery_id::text, encode(sha256(convert_to(digest_text, 'UTF8')), 'hex'),
       encode(digest, 'hex')
  FROM chain WHERE digest <> sha256(convert_to(digest_text, 'UTF8'))
UNION ALL
SELECT 'RAEKKE_UKENDT', 'input_file', i.file_id::text, '', i.delivery_id::text
  FROM ydelse.input_file i WHERE NOT EXISTS (SELECT FROM ydelse.delivery d WHERE d.delivery_id = i.delivery_id)
UNION ALL
SELECT 'RAEKKE_UKENDT', 'load_digest', concat_ws(' ', l.relation, l.file_id), '', l.delivery_id::text
  FROM ydelse.load_digest l WHERE NOT EXISTS (SELECT FROM ydelse.delivery d WHERE d.delivery_id = l.delivery_id)
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM chain)::text;
