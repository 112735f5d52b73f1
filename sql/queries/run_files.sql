-- The files that were new to a run: those of the deliveries after what the sealed run before it knew: psql -v run=1
SELECT f.delivery_id, f.name, f.kind, f.rows_read, f.rows_stored, f.rows_duplicate, f.rows_rejected, f.file_rejected,
       encode(f.sha256, 'hex'), to_char(d.loaded_at, 'YYYY-MM-DD HH24:MI'), d.loaded_by
  FROM ydelse.run r
  JOIN ydelse.delivery d ON d.delivery_id <= r.data_as_of
   AND d.delivery_id > coalesce((SELECT b.data_as_of FROM ydelse.run b WHERE b.run_id < r.run_id AND b.state = 'sealed'
                                  ORDER BY b.run_id DESC LIMIT 1), 0)
  JOIN ydelse.input_file f ON f.delivery_id = d.delivery_id
 WHERE r.run_id = :'run'::integer AND f.repeats IS NULL
 ORDER BY f.file_id;
