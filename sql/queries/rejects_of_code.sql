-- Open rejects with one code, some of them: psql -v today=2024-03-20 -v code=ULAESELIGT_BELOEB -v first=0 -v count=100
SELECT r.reject_id, r.delivery_id, r.file_name, r.line, r.kind, r.code, r.column_name, r.field_number, r.found, r.expected,
       d.loaded_at::date, greatest(0, :'today'::date - d.loaded_at::date), r.whole_file, count(*) OVER ()
  FROM reject_open r
  JOIN ydelse.delivery d ON d.delivery_id = r.delivery_id
 WHERE r.code = :'code'::text
 ORDER BY r.file_id, r.line, r.reject_id OFFSET :'first'::integer LIMIT :'count'::integer;
