-- Rejected rows that are still open: psql -v raw=f
-- raw=t adds the row as it stood, as text where it is UTF-8 and in hex where it is not: it holds CPR numbers.
SELECT r.reject_id, r.delivery_id, r.file_name, r.line, r.kind, r.code, r.column_name, r.field_number, r.found, r.expected,
       CASE WHEN :'raw'::boolean THEN ydelse.raw_text(r.raw) END
  FROM ydelse.reject_open r
 ORDER BY r.file_id, r.line, r.reject_id;
