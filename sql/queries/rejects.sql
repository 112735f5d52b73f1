-- Rejected rows that are still open: psql -v raw=f -v today=2024-03-20
-- raw=t adds the row as it stood, as text where it is UTF-8 and in hex where it is not: it holds CPR numbers.
SELECT r.reject_id, r.delivery_id, r.file_name, r.line, r.kind, r.code, r.column_name, r.field_number, r.found, r.expected,
       d.loaded_at::date, greatest(0, :'today'::date - d.loaded_at::date), r.whole_file,
       CASE WHEN :'raw'::boolean THEN ydelse.raw_text(r.raw) END
  FROM reject_open r
  JOIN ydelse.delivery d ON d.delivery_id = r.delivery_id
 ORDER BY r.file_id, r.line, r.reject_id;
