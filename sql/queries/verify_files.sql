-- Row conservation: rows read = stored + duplicate + rejected, and the stored and rejected ones are there,
-- or erased.
WITH stored AS (SELECT 'deltagere' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_deltagere GROUP BY file_id, delivery_id
              UNION ALL SELECT 'forloeb' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_forloeb GROUP BY file_id, delivery_id
              UNION ALL SELECT 'boern' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_boern GROUP BY file_id, delivery_id
              UNION ALL SELECT 'perioder' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_perioder GROUP BY file_id, delivery_id
              UNION ALL SELECT 'indkomst' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_indkomst GROUP BY file_id, delivery_id
              UNION ALL SELECT 'feriepenge' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_feriepenge GROUP BY file_id, delivery_id
              UNION ALL SELECT 'sanktioner' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_sanktioner GROUP BY file_id, delivery_id
              UNION ALL SELECT 'skattekort' AS kind, file_id, delivery_id, count(*) AS rows FROM ydelse.fact_skattekort GROUP BY file_id, delivery_id),
rejected AS (SELECT file_id, delivery_id, count(*) AS rows FROM ydelse.reject WHERE NOT whole_file GROUP BY file_id, delivery_id),
gone AS (SELECT relation, file_id, delivery_id, count(*) AS rows FROM ydelse.erased_row GROUP BY relation, file_id, delivery_id),
file AS (
    SELECT i.*, coalesce(s.rows, 0) + coalesce(gs.rows, 0) AS stored_there,
           coalesce(r.rows, 0) + coalesce(gr.rows, 0) AS rejected_there,
           i.name || ' (fil ' || i.file_id || ')' AS key
      FROM ydelse.input_file i
      LEFT JOIN stored s ON s.kind = i.kind AND s.file_id = i.file_id AND s.delivery_id = i.delivery_id
      LEFT JOIN rejected r ON r.file_id = i.file_id AND r.delivery_id = i.delivery_id
      LEFT JOIN gone gs ON gs.relation = 'fact_' || i.kind AND gs.file_id = i.file_id AND gs.delivery_id = i.delivery_id
      LEFT JOIN gone gr ON gr.relation = 'reject' AND gr.file_id = i.file_id AND gr.delivery_id = i.delivery_id)
SELECT 'REGNSKAB_AFVIGER' AS code, 'input_file' AS relation, key, 'rows_read ' || rows_read AS expected,
       (rows_stored + rows_duplicate + rows_rejected)::text AS found
  FROM file WHERE rows_read <> rows_stored + rows_duplicate + rows_rejected
UNION ALL
SELECT 'REGNSKAB_AFVIGER', 'input_file', key, 'rows_stored ' || rows_stored, stored_there::text
  FROM file WHERE rows_stored <> stored_there
UNION ALL
SELECT 'REGNSKAB_AFVIGER', 'input_file', key, 'rows_rejected ' || rows_rejected, rejected_there::text
  FROM file WHERE rows_rejected <> rejected_there AND repeats IS NULL
UNION ALL
SELECT 'ROWS', '', '', '', (SELECT count(*) FROM file)::text;
