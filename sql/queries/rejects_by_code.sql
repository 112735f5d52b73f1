-- Open rejects by code, the most frequent first, each with its first rows: psql -v today=2024-03-20 -v each=10
SELECT r.reject_id, r.delivery_id, r.file_name, r.line, r.kind, r.code, r.column_name, r.field_number, r.found, r.expected,
       r.since, r.days, r.whole_file, r.total
  FROM (SELECT o.*, d.loaded_at::date AS since, greatest(0, :'today'::date - d.loaded_at::date) AS days,
               row_number() OVER (PARTITION BY o.code ORDER BY o.file_id, o.line, o.reject_id) AS place,
               count(*) OVER (PARTITION BY o.code) AS total
          FROM reject_open o JOIN ydelse.delivery d ON d.delivery_id = o.delivery_id) r
 WHERE r.place <= :'each'::integer
 ORDER BY r.total DESC, r.code, r.place;
